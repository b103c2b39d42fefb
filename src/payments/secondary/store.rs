//! The queries of second payers.

use crate::db;
use crate::entity::secondary_claim;
use crate::error::Result;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Set};

/// A claim that could go, or went, to a second payer.
#[derive(FromQueryResult)]
pub struct Candidate {
    pub claim_id: i64,
    pub coverage_id: i64,
    pub payer_id: i64,
    pub rank: i64,
    /// The first payer sends it on by itself.
    pub is_forwarded: i64,
    /// How long one has by the second payer's sheet of the day of the visit.
    pub filing_days: Option<i64>,
    pub decided_on: NaiveDate,
    pub left_cents: i64,
    pub secondary_id: Option<i64>,
    pub is_answered: i64,
}

/// All of them, or (`claim_id`) one claim's.
pub async fn candidates(db: &impl ConnectionTrait, claim_id: Option<i64>) -> Result<Vec<Candidate>> {
    let one = claim_id.map(|id| format!("and d.claim_id = {id}")).unwrap_or_default();
    Ok(db::rows(db, &include_str!("candidates.sql").replace("/* one */", &one), Vec::new()).await?)
}

pub async fn insert(work: &Work<'_>, of: &Candidate, deadline_on: Option<NaiveDate>) -> Result<secondary_claim::Model> {
    let row = secondary_claim::ActiveModel {
        claim_id: Set(of.claim_id),
        coverage_id: Set(of.coverage_id),
        payer_id: Set(of.payer_id),
        rank: Set(of.rank),
        decided_on: Set(of.decided_on),
        deadline_on: Set(deadline_on),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn of_rank(db: &impl ConnectionTrait, claim_id: i64, rank: i64) -> Result<Option<secondary_claim::Model>> {
    use secondary_claim::Column::{ClaimId, Rank};
    Ok(secondary_claim::Entity::find().filter(ClaimId.eq(claim_id)).filter(Rank.eq(rank)).one(db).await?)
}
