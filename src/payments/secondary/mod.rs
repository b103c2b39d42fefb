//! The second payer: once the first has answered, did not forward the claim and left something, the same claim goes to the
//! next coverage. Its number, its charge and its ledger stay one; what the first payer said stands raw for what writes the
//! claim for the second (`claims::cob`). Its filing clock runs from the first payer's decision.

pub mod api;
pub mod pages;
pub mod state;
mod store;

use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::claims;
use crate::db;
use crate::entity::{claim, patient, payer, secondary_claim};
use crate::error::{AppError, Result};
use crate::patients::view::PatientRef;
use crate::types::{Check, Text};
use crate::work::Work;
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use state::SecondaryState;
use std::collections::HashMap;
use store::Candidate;
use uuid::Uuid;

/// A claim before its second payer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SecondaryView {
    pub claim_id: Uuid,
    pub claim: String,
    pub patient: PatientRef,
    pub service_on: NaiveDate,
    pub payer_id: Uuid,
    pub payer: String,
    /// 2 secondary, 3 tertiary.
    pub rank: i64,
    pub state: SecondaryState,
    /// What is left after the first payer.
    pub left_cents: i64,
    /// When the first payer decided.
    pub decided_on: NaiveDate,
    /// The last day for it, from that decision on, by the second payer's sheet.
    pub deadline_on: Option<NaiveDate>,
    pub sent_on: Option<NaiveDate>,
    pub reference: Option<String>,
}

/// The work list, by what is to be done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SecondaryList {
    pub offered: Vec<SecondaryView>,
    pub ready: Vec<SecondaryView>,
    pub sent: Vec<SecondaryView>,
}

/// What may go to a second payer, what is ready, and what is with one; the nearest deadline first.
pub async fn list(app: &App, by: &Actor) -> Result<SecondaryList> {
    if by.rights(Thing::Claims).to_read("claim")? != Reach::All {
        return Err(AppError::NotFound("claim"));
    }
    let mut all = views(&app.db, &store::candidates(&app.db, None).await?).await?;
    all.sort_by_key(|v| (v.deadline_on.is_none(), v.deadline_on, v.decided_on));
    let of = |state: SecondaryState| all.iter().filter(|v| v.state == state).cloned().collect();
    Ok(SecondaryList { offered: of(SecondaryState::Offered), ready: of(SecondaryState::Ready), sent: of(SecondaryState::Sent) })
}

/// How one claim stands before its second payer; nothing where there is none.
pub async fn of_claim(db: &impl ConnectionTrait, claim_id: i64) -> Result<Option<SecondaryView>> {
    Ok(views(db, &store::candidates(db, Some(claim_id)).await?).await?.pop())
}

async fn views(db: &impl ConnectionTrait, candidates: &[Candidate]) -> Result<Vec<SecondaryView>> {
    let claims = db::by_ids::<claim::Entity>(db, candidates.iter().map(|c| c.claim_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, claims.values().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, candidates.iter().map(|c| c.payer_id)).await?;
    let rows = db::by_ids::<secondary_claim::Entity>(db, candidates.iter().filter_map(|c| c.secondary_id)).await?;
    let mut found = Vec::new();
    for candidate in candidates {
        let row = candidate.secondary_id.and_then(|id| rows.get(&id));
        let deadline_on = row.map_or_else(|| candidate.deadline_on(), |row| row.deadline_on);
        found.extend(candidate.view(&claims, &patients, &payers, row, deadline_on));
    }
    Ok(found)
}

impl Candidate {
    fn view(
        &self,
        claims: &HashMap<i64, claim::Model>,
        patients: &HashMap<i64, patient::Model>,
        payers: &HashMap<i64, payer::Model>,
        row: Option<&secondary_claim::Model>,
        deadline_on: Option<NaiveDate>,
    ) -> Option<SecondaryView> {
        let claim = claims.get(&self.claim_id)?;
        let payer = payers.get(&self.payer_id)?;
        Some(SecondaryView {
            claim_id: claim.public_id,
            claim: claim.number.clone(),
            patient: PatientRef::of(patients.get(&claim.patient_id)?),
            service_on: claim.service_on,
            payer_id: payer.public_id,
            payer: payer.name.clone(),
            rank: self.rank,
            state: self.state(row),
            left_cents: std::cmp::max(0, self.left_cents),
            decided_on: self.decided_on,
            deadline_on,
            sent_on: row.and_then(|r| r.sent_on),
            reference: row.and_then(|r| r.reference.clone()),
        })
    }

    /// The second payer's clock: its filing days from the first payer's decision.
    fn deadline_on(&self) -> Option<NaiveDate> {
        self.filing_days.and_then(|days| self.decided_on.checked_add_days(Days::new(days.unsigned_abs())))
    }

    fn state(&self, row: Option<&secondary_claim::Model>) -> SecondaryState {
        match row {
            _ if self.is_answered == 1 => SecondaryState::Answered,
            Some(row) if row.sent_on.is_some() => SecondaryState::Sent,
            Some(_) => SecondaryState::Ready,
            None if self.is_forwarded == 1 => SecondaryState::Forwarded,
            None => SecondaryState::Offered,
        }
    }
}

/// The claim is to go to the second payer.
pub async fn bill(app: &App, by: &Actor, claim_id: &str) -> Result<SecondaryView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let work = app.work(by).await?;
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    if work.already().is_some() {
        return shown(&work, &claim).await;
    }
    let candidate = store::candidates(&work.tx, Some(claim.id)).await?.pop().ok_or_else(|| no_second_payer(&claim))?;
    let view = shown(&work, &claim).await?;
    match view.state {
        SecondaryState::Offered => {}
        SecondaryState::Forwarded => {
            let words = format!("the payer before forwarded {} to {} by itself. Wait for its answer", claim.number, view.payer);
            return Err(AppError::conflict(words));
        }
        _ => return Err(AppError::conflict(format!("{} is with {} already", claim.number, view.payer))),
    }
    let row = store::insert(&work, &candidate, view.deadline_on).await?;
    work.note(Entry::of("billed_second", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    work.made(row.id).await?;
    let view = shown(&work, &claim).await?;
    work.commit().await?;
    Ok(view)
}

fn no_second_payer(claim: &claim::Model) -> AppError {
    AppError::conflict(format!(
        "{} has no second payer to bill: nothing is left, nobody decided it, or no further coverage is on file",
        claim.number
    ))
}

async fn shown(work: &Work<'_>, claim: &claim::Model) -> Result<SecondaryView> {
    of_claim(&work.tx, claim.id).await?.ok_or_else(|| no_second_payer(claim))
}

/// It left to the second payer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecondarySending {
    /// Today where nothing is said.
    pub sent_on: Text,
    pub reference: Text,
}

/// Writes its file for the second payer's clearinghouse, with what the first one said: it left by it.
pub async fn send(app: &App, by: &Actor, claim_id: &str) -> Result<SecondaryView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let work = app.work(by).await?;
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    if work.already().is_some() {
        return shown(&work, &claim).await;
    }
    let row = waiting(&work, &claim).await?;
    let batch = claims::batch::write_to_later_payer(&work, &claim, row.coverage_id).await?;
    let view = left(&work, &claim, row, batch.sent_on, Some(batch.reference)).await?;
    work.commit().await?;
    // The file is safe in the database: a folder that is away for a while gets it later.
    if let Err(error) = claims::batch::place(app, batch.id).await {
        tracing::warn!("a file of claims waits for its folder: {error}");
    }
    Ok(view)
}

/// What waits to leave to a second payer.
async fn waiting(work: &Work<'_>, claim: &claim::Model) -> Result<secondary_claim::Model> {
    let candidate = store::candidates(&work.tx, Some(claim.id)).await?.pop().ok_or_else(|| no_second_payer(claim))?;
    let row = db::by_id::<secondary_claim::Entity>(&work.tx, candidate.secondary_id).await?;
    let sent = || AppError::conflict(format!("{} does not wait to be sent to a second payer", claim.number));
    row.filter(|row| candidate.state(Some(row)) == SecondaryState::Ready).ok_or_else(sent)
}

/// The file of the second payer was sent back: it waits to be sent again, while its clock runs on.
pub async fn sent_back(work: &Work<'_>, claim_id: i64, rank: i64) -> Result<()> {
    let Some(row) = store::of_rank(&work.tx, claim_id, rank).await?.filter(|row| row.sent_on.is_some()) else { return Ok(()) };
    let mut changed = row.clone().into_active_model();
    changed.sent_on = Set(None);
    changed.reference = Set(None);
    work.save(&row, changed).await?;
    work.note(Entry::of("came_back_second", "claim", claim_id)).await
}

async fn left(
    work: &Work<'_>,
    claim: &claim::Model,
    row: secondary_claim::Model,
    sent_on: NaiveDate,
    reference: Option<String>,
) -> Result<SecondaryView> {
    let mut changed = row.clone().into_active_model();
    changed.sent_on = Set(Some(sent_on));
    changed.reference = Set(reference);
    let (row, _) = work.save(&row, changed).await?;
    work.note(Entry::of("sent_second", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    work.made(row.id).await?;
    shown(work, claim).await
}

/// Marks it as sent to the second payer.
pub async fn mark_sent(app: &App, by: &Actor, claim_id: &str, sending: &SecondarySending) -> Result<SecondaryView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let sent_on = check.past_day("sent_on", &sending.sent_on, "The sending").unwrap_or(app.today());
    let reference = check.line("reference", &sending.reference);
    let reference = check.done(reference)?;
    let work = app.work(by).await?;
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    if work.already().is_some() {
        return shown(&work, &claim).await;
    }
    let row = waiting(&work, &claim).await?;
    if sent_on < row.decided_on {
        return Err(AppError::field("sent_on", "The payer before had not decided by then"));
    }
    let view = left(&work, &claim, row, sent_on, reference).await?;
    work.commit().await?;
    Ok(view)
}
