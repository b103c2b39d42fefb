//! A decided claim goes out again: opened for a replacement or a void, or given up before it left.

use super::claim::{ClaimState, ORIGINAL, REPLACEMENT, VOID};
use super::view::{self, ClaimView};
use super::{done, draft, find_to_write, move_to, set_state, store, versions};
use crate::app::{Actor, App};
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, Result};
use crate::types::{Check, Text};
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::{IntoActiveModel, Set};
use serde::{Deserialize, Serialize};

/// Why a decided claim goes out again.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Correcting {
    /// 7 replaces, 8 voids.
    pub frequency: Text,
    /// The payer's own number for the claim, if it is not on file yet.
    pub payer_claim_no: Text,
}

/// Opens a decided claim for a replacement (7) or a void (8). Its number stays; the decision stands until the payer
/// takes it back or decides anew.
pub async fn correct(app: &App, by: &Actor, id: &str, new: &Correcting) -> Result<ClaimView> {
    let mut check = Check::new(app.today());
    let frequency = check.whole("frequency", &new.frequency, REPLACEMENT..=VOID).unwrap_or(REPLACEMENT);
    let payer_claim_no = check.line("payer_claim_no", &new.payer_claim_no);
    check.done(())?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    if !before.state.may_be_corrected() {
        let allowed = before.state.allowed();
        let message = format!("{} is {}. Only a claim that was decided is replaced or voided", before.number, before.state.spoken());
        return Err(AppError::Conflict { message, allowed });
    }
    let moved = move_to(&work, &before, ClaimState::Draft, work.today(), Some(format!("frequency {frequency}"))).await?;
    let mut row = moved.clone().into_active_model();
    row.draft_frequency = Set(frequency);
    if payer_claim_no.is_some() {
        row.payer_claim_no = Set(payer_claim_no);
    }
    let (after, _) = work.save(&moved, row).await?;
    draft::open_version(&work, &after).await?;
    done(work, &after).await
}

/// Gives an opened correction up: it never leaves, its version stays in sight as given up, and the claim stands again as
/// it was decided.
pub async fn abandon(app: &App, by: &Actor, id: &str) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let Some(decided) = decided_state(&work, &before).await? else {
        let allowed = before.state.allowed();
        let message = format!("{} is {}: no correction of it is open", before.number, before.state.spoken());
        return Err(AppError::Conflict { message, allowed });
    };
    if let Some(version_id) = before.draft_version_id {
        versions::store::abandon_version(&work, version_id).await?;
    }
    let mut row = before.clone().into_active_model();
    row.draft_version_id = Set(None);
    row.draft_frequency = Set(store::last_transmission(&work.tx, before.id).await?.map_or(ORIGINAL, |t| t.frequency));
    let (after, _) = work.save(&before, row).await?;
    let after = set_state(&work, &after, decided, work.today(), Some("the correction was given up".into())).await?;
    crate::chain::correction_abandoned(&work, &after).await?;
    done(work, &after).await
}

/// The state that an open correction has taken a claim out of; none where no correction is open.
async fn decided_state(work: &Work<'_>, claim: &Claim) -> Result<Option<ClaimState>> {
    if !claim.state.is_unsent() || claim.draft_frequency == ORIGINAL {
        return Ok(None);
    }
    let moves = crate::audit::history(&work.tx, "claim", claim.id).await?;
    let opened = moves.iter().rev().filter(|m| m.to_state == ClaimState::Draft.word());
    let from = opened.filter_map(|m| m.from_state.as_deref()?.parse::<ClaimState>().ok());
    Ok(from.into_iter().find(|s| s.may_be_corrected()))
}
