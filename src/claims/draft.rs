//! Claims that write themselves: from a signed note, and again whenever something they stand on changes.

use super::claim::{ClaimState, ORIGINAL};
use super::compose::{Composed, Facts, cash_charge, compose};
use super::{facts, set_state, store, versions};
use crate::audit::{Entry, Moved};
use crate::care;
use crate::care::visit::VisitState;
use crate::entity::claim::Model as Claim;
use crate::entity::coverage::Model as CoverageRow;
use crate::entity::visit::Model as Visit;
use crate::error::{AppError, Result};
use crate::payers::payer::CoverageKind;
use crate::practice;
use crate::practice::{Numbered, next_number};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, Set};

/// A signed note drafts its visit's claim: one visit, one claim; a second one past six lines; none for cash.
pub async fn for_visit(work: &Work<'_>, visit_id: i64) -> Result<()> {
    // Money may be taken for this visit at the same moment: it belongs to the claim that is drafted here, or waits for it.
    let visit = care::hold_visit(work, visit_id).await?;
    let coverage = care::coverage_of_visit(&work.tx, &visit).await?;
    price(work, &visit, coverage.as_ref()).await?;
    let Some(coverage) = coverage else { return Ok(()) };
    let Some(payer_id) = coverage.payer_id.filter(|_| coverage.kind != CoverageKind::Cash) else { return Ok(()) };
    let existing = store::of_visit(&work.tx, visit_id).await?;
    for claim in &existing {
        again(work, claim).await?;
    }
    let mut part = i64::try_from(existing.len()).unwrap_or(0);
    loop {
        part += 1;
        let facts = facts::gather(&work.tx, work.today(), &visit, &coverage, payer_id, part, None).await?;
        let composed = compose(&facts);
        if part > composed.parts {
            return Ok(());
        }
        insert(work, &visit, coverage.id, payer_id, part, &facts, &composed).await?;
        if part == composed.parts {
            return Ok(());
        }
    }
}

/// The same for a visit whose claim is missing, when a person asks: the coverage came later than the signature.
pub async fn ask_for_visit(app: &crate::app::App, by: &crate::app::Actor, visit_id: &str) -> Result<super::view::ClaimView> {
    by.rights(crate::auth::role::Thing::Claims).to_write("claim")?;
    if visit_id.is_empty() {
        return Err(crate::error::AppError::field("visit", "Say which visit is to be billed"));
    }
    let work = app.work(by).await?;
    let visit = care::find(&work.tx, by, visit_id).await?;
    let signed = care::note_of(&work.tx, visit.id).await?.is_some_and(|n| n.signed_at.is_some());
    if !signed {
        return Err(AppError::conflict("a claim waits for the signed note"));
    }
    for_visit(&work, visit.id).await?;
    let claims = store::of_visit(&work.tx, visit.id).await?;
    let claim = claims.first().ok_or_else(|| AppError::conflict("nobody to bill: say who pays for this patient first"))?;
    let view = super::view::claim(app, &work.tx, by, claim.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn insert(
    work: &Work<'_>,
    visit: &Visit,
    coverage_id: i64,
    payer_id: i64,
    part: i64,
    facts: &Facts,
    composed: &Composed,
) -> Result<Claim> {
    let episode = crate::referrals::episode_row(&work.tx, visit.episode_id).await?;
    let row = crate::entity::claim::ActiveModel {
        number: Set(next_number(work, Numbered::Claim).await?),
        state: Set(ClaimState::Draft),
        visit_id: Set(Some(visit.id)),
        patient_id: Set(visit.patient_id),
        episode_id: Set(Some(episode.id)),
        referral_id: Set(Some(episode.referral_id)),
        prescription_id: Set(facts.order.as_ref().map(|o| o.id)),
        coverage_id: Set(coverage_id),
        payer_id: Set(payer_id),
        part: Set(part),
        draft_frequency: Set(ORIGINAL),
        service_on: Set(visit.visit_on),
        deadline_on: Set(composed.deadline_on),
        charge_cents: Set(0),
        insurer_cents: Set(0),
        patient_cents: Set(0),
        contractual_cents: Set(0),
        written_off_cents: Set(0),
        patient_share_cents: Set(0),
        blocks: Set(0),
        ..Default::default()
    };
    let claim = work.insert(row).await?;
    let version = versions::store::insert_version(work, &claim, 1, visit, facts, composed).await?;
    store::set_draft_version(work, claim.id, version.id).await?;
    store::set_drafted(work, claim.id, facts.order.as_ref().map(|o| o.id), composed).await?;
    work.note(Entry::of("drafted", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    let moved = Moved { kind: "claim", id: claim.id, from: None, to: ClaimState::Draft.word(), on: work.today(), why: None };
    work.moved(moved).await?;
    crate::chain::claim_drafted(work, &claim).await?;
    Ok(claim)
}

/// A claim composed of what is known now.
struct Made {
    visit: Visit,
    coverage: CoverageRow,
    facts: Facts,
    composed: Composed,
}

async fn made(db: &impl ConnectionTrait, today: NaiveDate, claim: &Claim, visit_id: i64) -> Result<Made> {
    let visit = care::visit_row(db, visit_id).await?;
    let coverage = crate::patients::coverage_row(db, claim.coverage_id).await?;
    let facts = facts::gather(db, today, &visit, &coverage, claim.payer_id, claim.part, Some(claim)).await?;
    let composed = compose(&facts);
    Ok(Made { visit, coverage, facts, composed })
}

/// Makes a draft anew from what is known now. A ready claim whose content changes by it goes back to draft.
pub async fn again(work: &Work<'_>, claim: &Claim) -> Result<Composed> {
    let Some(visit_id) = claim.visit_id else { return Ok(Composed::default()) };
    let Made { visit, coverage, facts, composed } = made(&work.tx, work.today(), claim, visit_id).await?;
    let Some(version_id) = claim.draft_version_id.filter(|_| matches!(claim.state, ClaimState::Draft | ClaimState::Ready)) else {
        return Ok(composed);
    };
    let changed = versions::store::rewrite_version(work, version_id, &visit, &coverage, &facts, &composed).await?;
    store::set_drafted(work, claim.id, facts.order.as_ref().map(|o| o.id), &composed).await?;
    let block = composed.blocks().first().map(|f| f.message.clone());
    if (changed || block.is_some()) && claim.state == ClaimState::Ready {
        let fresh = store::row(&work.tx, claim.id).await?;
        let why = block.unwrap_or_else(|| "what it stands on has changed".into());
        set_state(work, &fresh, ClaimState::Draft, work.today(), Some(why)).await?;
    }
    Ok(composed)
}

/// Opens the next version of a claim that goes out again.
pub async fn open_version(work: &Work<'_>, claim: &Claim) -> Result<()> {
    if claim.draft_version_id.is_some() {
        return again(work, claim).await.map(|_| ());
    }
    let visit_id = claim.visit_id.ok_or_else(|| AppError::conflict("this claim has no visit to be made from"))?;
    let Made { visit, facts, composed, .. } = made(&work.tx, work.today(), claim, visit_id).await?;
    let n = versions::store::last_version_no(&work.tx, claim.id).await? + 1;
    let version = versions::store::insert_version(work, claim, n, &visit, &facts, &composed).await?;
    store::set_draft_version(work, claim.id, version.id).await?;
    store::set_drafted(work, claim.id, facts.order.as_ref().map(|o| o.id), &composed).await
}

/// What is wrong with a draft now, for showing; writes nothing.
pub async fn findings(app: &crate::app::App, db: &impl ConnectionTrait, claim: &Claim) -> Result<Composed> {
    let Some(visit_id) = claim.visit_id else { return Ok(Composed::default()) };
    Ok(made(db, app.today(), claim, visit_id).await?.composed)
}

async fn again_all(work: &Work<'_>, claims: Vec<Claim>) -> Result<()> {
    for claim in claims {
        again(work, &super::hold(work, claim.id).await?).await?;
    }
    Ok(())
}

/// The drafts of one payer, or of all.
pub async fn again_for_payer(work: &Work<'_>, payer_id: Option<i64>) -> Result<()> {
    again_all(work, store::unsent(&work.tx, store::Of::Payer(payer_id)).await?).await
}

/// The drafts that name a provider.
pub async fn again_for_provider(work: &Work<'_>, provider_id: i64) -> Result<()> {
    again_all(work, store::unsent(&work.tx, store::Of::Provider(provider_id)).await?).await
}

pub async fn again_for_referral(work: &Work<'_>, referral_id: i64) -> Result<()> {
    again_all(work, store::unsent(&work.tx, store::Of::Referral(referral_id)).await?).await
}

pub async fn again_for_patient(work: &Work<'_>, patient_id: i64) -> Result<()> {
    again_all(work, store::unsent(&work.tx, store::Of::Patient(patient_id)).await?).await
}

/// Unsent claims go on under the new row of a coverage; sent versions keep the one they were made by.
pub async fn follow_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    let claims = store::move_coverage(work, before, after).await?;
    again_all(work, claims).await
}

/// What a patient who pays alone owes for an attended visit: fee by the practice's own rule.
pub async fn price_cash(work: &Work<'_>, visit_id: i64) -> Result<()> {
    let visit = care::visit_row(&work.tx, visit_id).await?;
    let coverage = care::coverage_of_visit(&work.tx, &visit).await?;
    price(work, &visit, coverage.as_ref()).await
}

async fn price(work: &Work<'_>, visit: &Visit, coverage: Option<&CoverageRow>) -> Result<()> {
    let is_cash = visit.state == VisitState::Attended && coverage.is_some_and(|c| c.kind == CoverageKind::Cash);
    let cents = if is_cash {
        let services = care::services_of(&work.tx, visit.id).await?;
        let services: Vec<(String, Option<i64>)> = services.into_iter().map(|s| (s.code, s.minutes)).collect();
        let fees = facts::fees_on(&work.tx, visit.visit_on).await?;
        cash_charge(practice::of(&work.tx).await?.cash_units_rule, &services, &fees)
    } else {
        None
    };
    if cents == visit.charge_cents { Ok(()) } else { care::set_charge(work, visit, cents).await }
}
