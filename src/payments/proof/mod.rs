//! The proof that a claim left in time: every sending with its file, its numbers and its hash, who answered what and when,
//! and the claim's own segments.

mod letter;
mod store;

use crate::app::{Actor, App};
use crate::audit::{self, Entry};
use crate::auth::role::Thing;
use crate::claims;
use crate::claims::claim::{ORIGINAL, REPLACEMENT, VOID};
use crate::entity::claim::Model as Claim;
use crate::error::Result;
use crate::mail::{self, Head};
use crate::patients::view::full_name;
use crate::pdf::letter::Drawn;
use crate::types::day;
use crate::{patients, payers, practice};
use chrono::NaiveDate;
use letter::ProofLetter;
use schemars::JsonSchema;
use serde::Serialize;

/// What is known of a claim's way to the payer and back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Proof {
    pub claim: String,
    pub patient: String,
    pub born_on: Option<NaiveDate>,
    pub member: Option<String>,
    pub payer: String,
    pub service_on: NaiveDate,
    pub charge_cents: i64,
    /// The last day on which it could leave, by the payer's sheet of the day of the visit.
    pub deadline_on: Option<NaiveDate>,
    pub first_sent_on: Option<NaiveDate>,
    /// It left on or before that day; null where the sheet does not say how long one has.
    pub in_time: Option<bool>,
    pub sendings: Vec<SendingProof>,
    pub decisions: Vec<DecisionProof>,
}

/// One time that it left.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SendingProof {
    /// `October 3, 2026`.
    pub on: String,
    pub what: String,
    pub how: String,
    pub total_cents: i64,
    pub reference: Option<String>,
    pub original_reference: Option<String>,
    pub file: Option<FileProof>,
    pub answers: Vec<AnswerProof>,
    /// The head of the file and the claim's own part of it, segment by segment.
    pub segments: Vec<String>,
}

/// The file that carried it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileProof {
    pub partner: String,
    pub name: String,
    pub size: i64,
    /// SHA-256, as hex.
    pub sha256: String,
    pub batch: String,
    pub interchange: String,
    pub group: String,
    pub transaction: Option<String>,
}

/// What was said about it before the decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AnswerProof {
    pub on: String,
    pub what: String,
    pub code: Option<String>,
    pub words: Option<String>,
    pub reference: Option<String>,
    /// Who said it, or who entered it.
    pub by: String,
    /// The file that said it: its name and hash.
    pub file: Option<AnswerFile>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AnswerFile {
    pub name: String,
    pub sha256: String,
}

/// What the payer decided.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DecisionProof {
    pub on: String,
    pub payer: String,
    pub what: String,
    pub paid_cents: i64,
    pub trace: String,
    pub payer_claim_no: Option<String>,
    pub file: Option<AnswerFile>,
}

impl SendingProof {
    /// One line: how, and by which numbers it can be found again.
    pub fn details(&self) -> String {
        let mut parts = vec![self.how.clone()];
        if let Some(file) = &self.file {
            parts.push(format!("{} to {}", file.name, file.partner));
            parts.push(format!("batch {}, interchange {}, group {}", file.batch, file.interchange, file.group));
            parts.extend(file.transaction.as_ref().map(|t| format!("transaction {t}")));
        }
        parts.extend(self.reference.as_ref().map(|r| format!("reference {r}")));
        parts.extend(self.original_reference.as_ref().map(|r| format!("of their claim {r}")));
        parts.join("; ")
    }
}

impl AnswerProof {
    pub fn details(&self) -> String {
        let file = self.file.as_ref().map(|f| format!("in {}", f.name));
        let reference = self.reference.as_ref().map(|r| format!("their number {r}"));
        let said = [self.words.clone(), self.code.clone(), reference, file, Some(self.by.clone())];
        said.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// The proof of a claim, for those who see its money.
pub async fn show(app: &App, by: &Actor, claim_id: &str) -> Result<Proof> {
    by.rights(Thing::Claims).to_read("claim")?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    of(app, &claim).await
}

/// The same as one PDF, with the name of its file.
pub async fn print(app: &App, by: &Actor, claim_id: &str) -> Result<(String, Drawn)> {
    by.rights(Thing::Claims).to_read("claim")?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    let proof = of(app, &claim).await?;
    audit::seen(app, by, Entry::of("printed_proof", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    let own = practice::of(&app.db).await?;
    let letter = ProofLetter { practice: Head::of(&own), on: day::long(app.today()), proof };
    Ok((format!("proof-{}.pdf", claim.number), mail::print(&letter, Vec::new()).await?))
}

/// Gathers it.
pub async fn of(app: &App, claim: &Claim) -> Result<Proof> {
    let db = &app.db;
    let patient = patients::row(db, claim.patient_id).await?;
    let coverage = patients::coverage_row(db, claim.coverage_id).await?;
    let in_time = claim.deadline_on.zip(claim.first_sent_on).map(|(last, sent)| sent <= last);
    Ok(Proof {
        claim: claim.number.clone(),
        patient: full_name(&patient),
        born_on: patient.born_on,
        member: coverage.member_no.or(coverage.claim_no),
        payer: payers::row(db, claim.payer_id).await?.name,
        service_on: claim.service_on,
        charge_cents: claim.charge_cents,
        deadline_on: claim.deadline_on,
        first_sent_on: claim.first_sent_on,
        in_time,
        sendings: store::sendings(db, claim).await?,
        decisions: store::decisions(db, claim).await?,
    })
}

/// What a sending was.
fn sent_as(frequency: i64) -> &'static str {
    match frequency {
        REPLACEMENT => "Replacement sent",
        VOID => "Void sent",
        ORIGINAL => "Sent",
        _ => "Sent again",
    }
}
