//! Who else insures the patient on the day of service: the plans that pay after the one that a claim goes to. On paper they are
//! items 9 to 9d and the yes of 11d, in a file loops 2320 and 2330 without amounts [x12.md 4.2, 5.2].

pub mod plan;
mod store;

use crate::db::by_ids;
use crate::entity::{coverage, payer};
use crate::error::Result;
use plan::OtherPlan;
use sea_orm::ConnectionTrait;

pub use store::{Later, after_versions};

/// Those of a visit that is to be billed under a coverage, the next to pay first.
pub async fn of_visit(db: &impl ConnectionTrait, visit_id: i64, coverage_id: i64) -> Result<Vec<OtherPlan>> {
    plans(db, store::after_visit(db, visit_id, coverage_id).await?).await
}

/// Those that a version of a claim names.
pub async fn of_version(db: &impl ConnectionTrait, version_id: i64) -> Result<Vec<OtherPlan>> {
    plans(db, store::after_versions(db, &[version_id]).await?).await
}

async fn plans(db: &impl ConnectionTrait, later: Vec<Later>) -> Result<Vec<OtherPlan>> {
    if later.is_empty() {
        return Ok(Vec::new());
    }
    let coverages = by_ids::<coverage::Entity>(db, later.iter().map(|l| l.coverage_id)).await?;
    let payers = by_ids::<payer::Entity>(db, later.iter().map(|l| l.payer_id)).await?;
    let plan = |l: &Later| Some(plan_of(coverages.get(&l.coverage_id)?, payers.get(&l.payer_id)?));
    Ok(later.iter().filter_map(plan).collect())
}

fn plan_of(row: &coverage::Model, payer: &payer::Model) -> OtherPlan {
    let by_claim = row.claim_no.clone().filter(|_| row.kind.goes_by_claim_number());
    OtherPlan {
        payer: payer.name.clone(),
        payer_id: payer.clearinghouse_payer_id.clone(),
        kind: row.kind,
        number: by_claim.or_else(|| row.member_no.clone()),
        group_no: row.group_no.clone(),
        plan_name: row.plan_name.clone(),
        relationship: row.relationship,
        number_is_patients_own: row.member_no_is_patients_own,
        insured_name: row.insured_name.clone(),
    }
}
