//! Paid less than agreed: what a payer allowed for a line against its own sheet, and the letter that asks for the rest.

pub mod letter;
mod store;

use super::letter_kind::LetterKind;
use super::letters::{self, LetterView, NewLetter};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{claim, patient, payer};
use crate::error::{AppError, Result};
use crate::mail::{self, Head, place};
use crate::patients::view::{PatientRef, full_name};
use crate::pdf::letter::Drawn;
use crate::types::{Check, Text, TextList, day, service_code};
use crate::work::Work;
use crate::{payers, practice};
use chrono::NaiveDate;
use letter::{ShortRow, UnderpaidLetter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::ShortLine;
use uuid::Uuid;

/// Lines of one payer on a page.
const ROWS: usize = 200;

/// What was paid too little, by payer, the largest sum first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Underpaid {
    pub payers: Vec<PayerShort>,
    pub lines: i64,
    pub short_cents: i64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerShort {
    pub payer_id: Uuid,
    pub payer: String,
    pub lines: i64,
    pub claims: i64,
    pub short_cents: i64,
    pub rows: Vec<LineShort>,
}

/// A line for which the payer allowed less than its sheet says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineShort {
    pub claim_id: Uuid,
    pub claim: String,
    pub patient: PatientRef,
    pub service_on: NaiveDate,
    pub line: i64,
    pub code: String,
    pub label: String,
    pub units: i64,
    pub charge_cents: i64,
    pub expected_cents: i64,
    /// The payer's money and the patient's share.
    pub allowed_cents: i64,
    pub paid_cents: i64,
    pub short_cents: i64,
    pub decided_on: NaiveDate,
    /// The day of the last letter that asked for it.
    pub asked_on: Option<NaiveDate>,
}

/// The list, for those who see the money of all claims.
pub async fn list(app: &App, by: &Actor) -> Result<Underpaid> {
    whole_reach(by)?;
    let lines = app.held("lines paid too little".into(), store::short_lines(&app.db)).await?;
    Ok(all(app, &lines).await?.cut())
}

/// With every line: a letter asks for all of them.
async fn all(app: &App, lines: &[ShortLine]) -> Result<Underpaid> {
    let claims = db::by_ids::<claim::Entity>(&app.db, lines.iter().map(|l| l.claim_id)).await?;
    let patients = db::by_ids::<patient::Entity>(&app.db, claims.values().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(&app.db, lines.iter().map(|l| l.payer_id)).await?;
    let asked = asked_on(app, lines).await?;
    let mut by_payer: BTreeMap<i64, PayerShort> = BTreeMap::new();
    for line in lines {
        let (Some(claim), Some(payer)) = (claims.get(&line.claim_id), payers.get(&line.payer_id)) else { continue };
        let Some(patient) = patients.get(&claim.patient_id) else { continue };
        let short = by_payer.entry(payer.id).or_insert_with(|| PayerShort {
            payer_id: payer.public_id,
            payer: payer.name.clone(),
            lines: 0,
            claims: 0,
            short_cents: 0,
            rows: Vec::new(),
        });
        let row = line.view(claim, patient, asked.get(&claim.public_id.to_string()).copied());
        short.lines += 1;
        short.claims += i64::from(short.rows.last().is_none_or(|last| last.claim_id != row.claim_id));
        short.short_cents += row.short_cents;
        short.rows.push(row);
    }
    let mut payers: Vec<PayerShort> = by_payer.into_values().collect();
    payers.sort_by(|a, b| b.short_cents.cmp(&a.short_cents).then_with(|| a.payer.cmp(&b.payer)));
    Ok(Underpaid { lines: payers.iter().map(|p| p.lines).sum(), short_cents: payers.iter().map(|p| p.short_cents).sum(), payers })
}

fn whole_reach(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("claim")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("claim")),
    }
}

impl Underpaid {
    /// A page holds so many lines of a payer; its sums are of all of them.
    fn cut(mut self) -> Self {
        for payer in &mut self.payers {
            payer.rows.truncate(ROWS);
        }
        self
    }
}

impl ShortLine {
    fn view(&self, claim: &claim::Model, patient: &patient::Model, asked_on: Option<NaiveDate>) -> LineShort {
        let allowed_cents = self.paid_cents + self.share_cents;
        LineShort {
            claim_id: claim.public_id,
            claim: claim.number.clone(),
            patient: PatientRef::of(patient),
            service_on: self.service_on,
            line: self.n,
            label: service_code::label(&self.code).to_string(),
            code: self.code.clone(),
            units: self.units,
            charge_cents: self.charge_cents,
            expected_cents: self.expected_cents,
            allowed_cents,
            paid_cents: self.paid_cents,
            short_cents: self.expected_cents - allowed_cents,
            decided_on: self.posted_on,
            asked_on,
        }
    }
}

/// When each claim was last asked for, by its id: a letter names the claims it is about.
async fn asked_on(app: &App, lines: &[ShortLine]) -> Result<HashMap<String, NaiveDate>> {
    let mut payers: Vec<i64> = lines.iter().map(|l| l.payer_id).collect();
    payers.sort_unstable();
    payers.dedup();
    let mut asked = HashMap::new();
    for letter in letters::of_payers(&app.db, payers, LetterKind::Underpaid).await? {
        for id in letter.facts["claims"].as_array().into_iter().flatten().filter_map(|id| id.as_str()) {
            asked.entry(id.to_string()).or_insert(letter.made_on);
        }
    }
    Ok(asked)
}

/// Which claims of one payer a letter asks about.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Asking {
    /// Id of the payer.
    pub payer: Text,
    /// Ids of the claims; all of the payer's where none is chosen.
    pub claims: TextList,
    /// A sentence to the payer.
    pub note: Text,
}

/// A letter in the making: to whom, about what.
struct Drafted {
    payer: payer::Model,
    rows: Vec<LineShort>,
    note: Option<String>,
}

async fn drafted(app: &App, by: &Actor, new: &Asking) -> Result<Drafted> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let note = check.text("note", &new.note);
    let note = check.done(note)?;
    if new.payer.is_blank() {
        return Err(AppError::field("payer", "Say which payer the letter goes to"));
    }
    let payer = payers::by_id(&app.db, new.payer.as_str()).await?;
    let chosen: Vec<&str> = new.claims.said().map(Text::as_str).collect();
    whole_reach(by)?;
    let all = all(app, &store::short_lines(&app.db).await?).await?;
    let own = all.payers.into_iter().filter(|p| p.payer_id == payer.public_id).flat_map(|p| p.rows);
    let rows: Vec<LineShort> = own.filter(|r| chosen.is_empty() || chosen.contains(&r.claim_id.to_string().as_str())).collect();
    if rows.is_empty() {
        return Err(AppError::field("claims", format!("Nothing of {} that was chosen is below its sheet", payer.name)));
    }
    Ok(Drafted { payer, rows, note })
}

impl Drafted {
    async fn print(&self, app: &App, by: &Actor) -> Result<Drawn> {
        let payer = &self.payer;
        let mut to = vec![payer.name.clone()];
        to.extend([payer.street.clone(), payer.street2.clone()].into_iter().flatten());
        to.push(place(payer.city.as_deref(), payer.state.as_deref(), payer.zip.as_deref()));
        let letter = UnderpaidLetter {
            practice: Head::of(&practice::of(&app.db).await?),
            to,
            on: day::long(app.today()),
            payer: payer.name.clone(),
            note: self.note.clone(),
            rows: self.with_members(app).await?,
            short_cents: self.short_cents(),
            signer: by.name.clone(),
        };
        mail::print(&letter, Vec::new()).await
    }

    fn short_cents(&self) -> i64 {
        self.rows.iter().map(|r| r.short_cents).sum()
    }

    /// The lines as a payer finds them: by its own number and the member's.
    async fn with_members(&self, app: &App) -> Result<Vec<ShortRow>> {
        let words: Vec<Text> = self.rows.iter().map(|r| Text::new(r.claim.as_str())).collect();
        let claims = super::store::claims_by_words(&app.db, &words).await?;
        let coverages = db::by_ids::<crate::entity::coverage::Entity>(&app.db, claims.iter().map(|c| c.coverage_id)).await?;
        let patients = db::by_ids::<patient::Entity>(&app.db, claims.iter().map(|c| c.patient_id)).await?;
        let one = |row: &LineShort| {
            let claim = claims.iter().find(|c| c.public_id == row.claim_id);
            let coverage = claim.and_then(|c| coverages.get(&c.coverage_id));
            ShortRow {
                claim: row.claim.clone(),
                theirs: claim.and_then(|c| c.payer_claim_no.clone()),
                patient: claim.and_then(|c| patients.get(&c.patient_id)).map(full_name).unwrap_or_default(),
                member: coverage.and_then(|k| k.member_no.clone().or_else(|| k.claim_no.clone())),
                service_on: day::long(row.service_on),
                treatment: format!("{} {}", row.label, row.code),
                units: row.units,
                expected_cents: row.expected_cents,
                allowed_cents: row.allowed_cents,
                short_cents: row.short_cents,
            }
        };
        Ok(self.rows.iter().map(one).collect())
    }
}

/// The letter as it would leave, for looking at; nothing is kept.
pub async fn preview(app: &App, by: &Actor, new: &Asking) -> Result<Drawn> {
    drafted(app, by, new).await?.print(app, by).await
}

/// Makes the letter and keeps it: its claims are marked as asked for.
pub async fn ask(app: &App, by: &Actor, new: &Asking) -> Result<LetterView> {
    let drafted = drafted(app, by, new).await?;
    let drawn = drafted.print(app, by).await?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return letters::view(&work.tx, done).await;
    }
    let view = keep(&work, &drafted, drawn).await?;
    work.commit().await?;
    Ok(view)
}

async fn keep(work: &Work<'_>, drafted: &Drafted, drawn: Drawn) -> Result<LetterView> {
    let mut claims: Vec<String> = drafted.rows.iter().map(|r| r.claim_id.to_string()).collect();
    claims.dedup();
    let mut enclosed: Vec<String> = drafted.rows.iter().map(|r| r.claim.clone()).collect();
    enclosed.dedup();
    let new = NewLetter {
        kind: LetterKind::Underpaid,
        claim_id: None,
        patient_id: None,
        payer_id: Some(drafted.payer.id),
        amount_cents: drafted.short_cents(),
        facts: serde_json::json!({ "claims": claims }),
        enclosed,
        drawn,
    };
    let letter = letters::keep(work, new).await?;
    work.made(letter.id).await?;
    letters::view(&work.tx, letter.id).await
}
