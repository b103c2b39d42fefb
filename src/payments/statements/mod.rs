//! Statements: what a patient was charged, what insurance paid and adjusted, what they paid, and what they owe. Nobody is
//! asked for what an agreement takes off (group CO), nor is anybody whom the law or the payer's sheet protects.

pub mod letter;
mod store;

use super::letter_kind::LetterKind;
use super::letters::{self, LetterView, NewLetter};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::entity::patient::Model as Patient;
use crate::error::{AppError, Result};
use crate::mail::{self, Head, place};
use crate::patients::view::{PatientRef, full_name};
use crate::pdf::letter::Drawn;
use crate::types::{Check, Text, day};
use crate::{patients, practice};
use chrono::NaiveDate;
use letter::{PaidRow, StatementLetter, StatementRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that the patient owes: a claim of which a share is left, or a visit that they pay alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwedRow {
    /// The claim, or the visit.
    pub id: Uuid,
    /// `C-2026-00311`; nothing for a visit that is paid alone.
    pub number: Option<String>,
    pub day: NaiveDate,
    /// What was done, in words.
    pub treatments: String,
    pub payer: Option<String>,
    pub charge_cents: i64,
    pub insurer_cents: i64,
    /// What agreements took off, and what we gave up.
    pub adjusted_cents: i64,
    /// What insurance has yet to answer for.
    pub waiting_cents: i64,
    pub share_cents: i64,
    pub paid_cents: i64,
    pub owed_cents: i64,
}

impl OwedRow {
    /// Whether the insurance's part of the figures is another one than then. What the patient paid since changes none of it.
    fn differs_from(&self, then: &Self) -> bool {
        let said = |r: &Self| [r.charge_cents, r.insurer_cents, r.adjusted_cents, r.share_cents];
        said(self) != said(then)
    }
}

/// What a statement of today would say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Offer {
    pub patient: PatientRef,
    pub rows: Vec<OwedRow>,
    pub owed_cents: i64,
    /// Paid in advance, for no visit yet.
    pub in_advance_cents: i64,
    /// What is asked for: owed less paid in advance.
    pub due_cents: i64,
    /// Where it would go; nothing where no address is on file.
    pub to: Vec<String>,
    pub statements: Vec<StatementView>,
}

/// A statement that was made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StatementView {
    #[serde(flatten)]
    pub letter: LetterView,
    /// Claims whose insurance figures are other ones since: what it said no longer holds.
    pub changed: Vec<String>,
}

/// What is kept of a statement's figures, to see later whether they changed.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Facts {
    rows: Vec<OwedRow>,
}

/// What a patient owes, and the statements that were made about it.
pub async fn show(app: &App, by: &Actor, patient_id: &str) -> Result<Offer> {
    let reach = by.rights(Thing::Claims).to_read("statement")?;
    let patient = find(app, by, reach, patient_id).await?;
    offer(app, &patient).await
}

async fn find(app: &App, by: &Actor, reach: Reach, patient_id: &str) -> Result<Patient> {
    let patient = patients::find(&app.db, by, patient_id).await?;
    patients::within(&app.db, by, reach, patient.id, "statement").await?;
    Ok(patient)
}

async fn offer(app: &App, patient: &Patient) -> Result<Offer> {
    let rows = store::owed(app, patient.id).await?;
    let owed_cents = rows.iter().map(|r| r.owed_cents).sum();
    let in_advance_cents = super::store::patient_money(&app.db, None, None, patient.id).await?;
    let made = letters::of_patient(&app.db, patient.id).await?;
    let facts: Vec<Facts> = made.iter().map(|row| serde_json::from_value(row.facts.clone()).unwrap_or_default()).collect();
    let told = facts.iter().flat_map(|f| &f.rows).filter(|r| r.number.is_some()).map(|r| r.id).collect();
    let now = store::claims(app, told).await?;
    let one = |(letter, facts): (LetterView, &Facts)| StatementView { letter, changed: changed(&now, &facts.rows) };
    let statements = letters::views(&app.db, &made).await?.into_iter().zip(&facts).map(one).collect();
    Ok(Offer {
        patient: PatientRef::of(patient),
        due_cents: std::cmp::max(0, owed_cents - std::cmp::max(0, in_advance_cents)),
        owed_cents,
        in_advance_cents,
        to: address(patient),
        rows,
        statements,
    })
}

/// The claims of a statement whose insurance figures are other ones by now [x12.md 6.3].
fn changed(now: &[OwedRow], then: &[OwedRow]) -> Vec<String> {
    let other = |t: &&OwedRow| now.iter().find(|n| n.id == t.id).is_some_and(|n| n.differs_from(t));
    then.iter().filter(other).filter_map(|t| t.number.clone()).collect()
}

fn address(patient: &Patient) -> Vec<String> {
    let mut lines = vec![full_name(patient)];
    lines.extend([patient.street.clone(), patient.street2.clone()].into_iter().flatten());
    lines.push(place(patient.city.as_deref(), patient.state.as_deref(), patient.zip.as_deref()));
    lines.retain(|l| !l.is_empty());
    lines
}

/// A statement as somebody asks for it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewStatement {
    /// A sentence to the patient.
    pub note: Text,
}

/// The statement as it would be made now, for looking at; nothing is kept.
pub async fn preview(app: &App, by: &Actor, patient_id: &str, new: &NewStatement) -> Result<Drawn> {
    let reach = by.rights(Thing::Claims).to_write("statement")?;
    let patient = find(app, by, reach, patient_id).await?;
    print(app, &patient, &offer(app, &patient).await?, new).await
}

async fn print(app: &App, patient: &Patient, offer: &Offer, new: &NewStatement) -> Result<Drawn> {
    if offer.rows.is_empty() {
        return Err(AppError::conflict(format!("{} owes nothing. There is nothing to state", full_name(patient))));
    }
    let mut check = Check::new(app.today());
    let note = check.text("note", &new.note);
    let note = check.done(note)?;
    let payments = store::payments(&app.db, patient.id).await?;
    let letter = StatementLetter {
        practice: Head::of(&practice::of(&app.db).await?),
        to: offer.to.clone(),
        on: day::long(app.today()),
        patient: full_name(patient),
        account: patient.account_no.clone(),
        note,
        rows: offer.rows.iter().map(StatementRow::of).collect(),
        payments: payments.iter().map(PaidRow::of).collect(),
        owed_cents: offer.owed_cents,
        in_advance_cents: std::cmp::max(0, offer.in_advance_cents),
        due_cents: offer.due_cents,
    };
    mail::print(&letter, Vec::new()).await
}

/// Makes a statement and keeps it as it is.
pub async fn make(app: &App, by: &Actor, patient_id: &str, new: &NewStatement) -> Result<LetterView> {
    let reach = by.rights(Thing::Claims).to_write("statement")?;
    let patient = find(app, by, reach, patient_id).await?;
    let offer = offer(app, &patient).await?;
    let drawn = print(app, &patient, &offer, new).await?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return letters::view(&work.tx, done).await;
    }
    let enclosed = offer.rows.iter().map(|r| r.number.clone().unwrap_or_else(|| format!("visit of {}", day::long(r.day)))).collect();
    let facts = serde_json::to_value(Facts { rows: offer.rows }).unwrap_or_default();
    let new = NewLetter {
        kind: LetterKind::PatientStatement,
        claim_id: None,
        patient_id: Some(patient.id),
        payer_id: None,
        amount_cents: offer.due_cents,
        facts,
        enclosed,
        drawn,
    };
    let letter = letters::keep(&work, new).await?;
    work.made(letter.id).await?;
    let view = letters::view(&work.tx, letter.id).await?;
    work.commit().await?;
    Ok(view)
}
