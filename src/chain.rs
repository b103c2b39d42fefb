//! What follows from what, a line each. The one way up: a slice tells what happened, inside its transaction,
//! and the slices that follow are called from here.

use crate::entity::claim::Model as Claim;
use crate::error::Result;
use crate::work::Work;
use crate::{care, claims, payments, referrals};

/// A note was signed: the visit's claim drafts itself, or its cash charge stands.
pub async fn note_signed(work: &Work<'_>, visit_id: i64) -> Result<()> {
    claims::draft::for_visit(work, visit_id).await
}

/// A visit was attended, taken back, or its minutes changed: what a patient who pays alone owes follows.
pub async fn visit_changed(work: &Work<'_>, visit_id: i64) -> Result<()> {
    claims::draft::price_cash(work, visit_id).await
}

/// An attended visit came, went or moved: which visits the orders cover is counted anew, and the drafts that hang on it
/// are made anew [domain 2.9].
pub async fn attendance_changed(work: &Work<'_>, referral_id: i64) -> Result<()> {
    claims::draft::again_for_referral(work, referral_id).await
}

/// A fee or a payer's sheet changed: drafts that it prices are made anew.
pub async fn rules_changed(work: &Work<'_>, payer_id: Option<i64>) -> Result<()> {
    claims::draft::again_for_payer(work, payer_id).await
}

/// Our own profile or a therapist's record changed: it stands on every draft.
pub async fn practice_changed(work: &Work<'_>) -> Result<()> {
    claims::draft::again_for_payer(work, None).await
}

/// A provider's NPI or name changed: drafts that name them are made anew.
pub async fn referrer_changed(work: &Work<'_>, provider_id: i64) -> Result<()> {
    claims::draft::again_for_provider(work, provider_id).await
}

/// An order was recorded, mended or cancelled, or the referral was: drafts of its episode are made anew.
pub async fn episode_changed(work: &Work<'_>, referral_id: i64) -> Result<()> {
    claims::draft::again_for_referral(work, referral_id).await
}

/// A patient's name, birth date or address changed: their drafts are made anew.
pub async fn patient_changed(work: &Work<'_>, patient_id: i64) -> Result<()> {
    claims::draft::again_for_patient(work, patient_id).await
}

/// A coverage was replaced by a corrected one: episodes, visits and drafts go on under the new row.
pub async fn coverage_changed(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    referrals::follow_coverage(work, before, after).await?;
    care::follow_coverage(work, before, after).await?;
    claims::draft::follow_coverage(work, before, after).await
}

/// What left to a payer after the claim's own came back: it waits to be sent again.
pub async fn later_payer_sent_back(work: &Work<'_>, claim_id: i64, rank: i64) -> Result<()> {
    payments::secondary::sent_back(work, claim_id, rank).await
}

/// A claim was drafted: money that was taken for its visit before belongs to it.
pub async fn claim_drafted(work: &Work<'_>, claim: &Claim) -> Result<()> {
    payments::claim_drafted(work, claim).await
}

/// An opened correction was given up: the claim is called what its money and its denials make of it now.
pub async fn correction_abandoned(work: &Work<'_>, claim: &Claim) -> Result<()> {
    payments::correction_abandoned(work, claim).await
}

/// A claim left: its charge and, for a void, its place in the figures follow.
pub async fn claim_sent(work: &Work<'_>, claim_id: i64) -> Result<()> {
    payments::ledger::restate(work, claim_id).await.map(|_| ())
}
