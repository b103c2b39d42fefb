//! Appeals: the letter that fights a denial, with the note, the order and the proof of sending that somebody chose for it.
//! What left stays as it left.

mod gather;
pub mod letter;
pub mod wording;

use super::denials;
use super::letter_kind::LetterKind;
use super::letters::{self, LetterView, NewLetter};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::claims;
use crate::error::{AppError, Result};
use crate::pdf::letter::{Drawn, Scan};
use crate::types::{Check, Text};
use chrono::NaiveDate;
use gather::{Gathered, gather};
use letter::AppealLetter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An appeal as somebody writes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAppeal {
    /// Why the denial does not hold; an empty line begins a paragraph.
    pub words: Text,
    /// What goes with it: yes, or nothing. The signed note of the visit,
    pub note: Text,
    /// the order in words,
    pub order: Text,
    /// the order as it was scanned,
    pub scan: Text,
    /// and when the claim left and what was answered.
    pub proof: Text,
    /// The day it leaves; today where nothing is said.
    pub on: Text,
}

/// An appeal that passed its checks.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub words: String,
    pub note: bool,
    pub order: bool,
    pub scan: bool,
    pub proof: bool,
    pub on: NaiveDate,
}

impl NewAppeal {
    fn check(&self, today: NaiveDate) -> Result<Chosen> {
        let mut check = Check::new(today);
        let words = check.required("words", &self.words, "Say why the denial does not hold");
        let on = check.past_day("on", &self.on, "The appeal").unwrap_or(today);
        let chosen = Chosen {
            words,
            note: self.note.is_yes(),
            order: self.order.is_yes(),
            scan: self.scan.is_yes(),
            proof: self.proof.is_yes(),
            on,
        };
        Ok(check.done(chosen)?)
    }
}

/// What an appeal could enclose, and what it would say where nobody has written it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Offer {
    pub claim_id: uuid::Uuid,
    pub claim: String,
    pub payer: String,
    /// Where it goes, line by line.
    pub to: Vec<String>,
    pub denied_cents: i64,
    pub appeal_by: Option<NaiveDate>,
    /// A denial is open: the letter can leave.
    pub is_open: bool,
    pub words: String,
    /// `Signed by Maya Ortiz, LMT`; nothing where no note was signed.
    pub note: Option<String>,
    pub order: Option<String>,
    /// What the scan of the order is called; nothing where there is none that can be enclosed.
    pub scan: Option<String>,
    /// A scan is on file that cannot go into a letter.
    pub scan_apart: bool,
    pub sendings: i64,
    pub letters: Vec<LetterView>,
}

/// What an appeal of a claim may say and enclose.
pub async fn offer(app: &App, by: &Actor, claim_id: &str) -> Result<Offer> {
    by.rights(Thing::Claims).to_write("claim")?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    let gathered = gather(app, &claim).await?;
    Ok(gathered.offer(&claim, letters::about(&app.db, claim.id).await?))
}

/// The letter as it would leave, for looking at; nothing is kept.
pub async fn preview(app: &App, by: &Actor, claim_id: &str, new: &NewAppeal) -> Result<Drawn> {
    by.rights(Thing::Claims).to_write("claim")?;
    let chosen = new.check(app.today())?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    let gathered = gather(app, &claim).await?;
    gathered.seen(app, by, &claim, &chosen).await?;
    print(&gathered, &chosen, by).await
}

async fn print(gathered: &Gathered, chosen: &Chosen, by: &Actor) -> Result<Drawn> {
    let letter: AppealLetter = gathered.letter(chosen, &by.name);
    let scans: Vec<Scan> = if chosen.scan { gathered.scan.iter().cloned().collect() } else { Vec::new() };
    crate::mail::print(&letter, scans).await
}

/// The letter leaves: it is kept as it is, and the claim is under appeal.
pub async fn send(app: &App, by: &Actor, claim_id: &str, new: &NewAppeal) -> Result<LetterView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let chosen = new.check(app.today())?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    let gathered = gather(app, &claim).await?;
    if !gathered.is_open() && by.once.is_none() {
        return Err(AppError::conflict(format!("{} has no open denial to appeal", claim.number)));
    }
    gathered.seen(app, by, &claim, &chosen).await?;
    // Drawn before the transaction: nobody waits for a page to be set.
    let drawn = print(&gathered, &chosen, by).await?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return letters::view(&work.tx, done).await;
    }
    let claim = claims::hold(&work, claim.id).await?;
    let letter = letters::keep(&work, gathered.kept(&claim, &chosen, drawn)).await?;
    denials::appeal_in(&work, &claim, chosen.on, Some("appealed by letter".into())).await?;
    work.made(letter.id).await?;
    let view = letters::view(&work.tx, letter.id).await?;
    work.commit().await?;
    Ok(view)
}

impl Gathered {
    fn kept(&self, claim: &crate::entity::claim::Model, chosen: &Chosen, drawn: Drawn) -> NewLetter {
        NewLetter {
            kind: LetterKind::Appeal,
            claim_id: Some(claim.id),
            patient_id: Some(claim.patient_id),
            payer_id: Some(claim.payer_id),
            amount_cents: self.denied_cents(),
            facts: serde_json::json!({ "words": chosen.words, "denials": self.denial_ids() }),
            enclosed: self.enclosed(chosen),
            drawn,
        }
    }
}
