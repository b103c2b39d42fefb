//! The queries of what earlier payers decided.

use crate::db;
use crate::error::Result;
use crate::types::Texts;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// A decision that stands, of a payer before another.
#[derive(FromQueryResult)]
pub struct StandingDecision {
    pub id: i64,
    pub payer_rank: i64,
    pub paid_cents: i64,
    pub payer_claim_no: Option<String>,
    pub paid_on: NaiveDate,
    pub payer_id: i64,
    pub coverage_id: Option<i64>,
}

pub async fn standing_decisions(db: &impl ConnectionTrait, claim_id: i64, before_rank: i64) -> Result<Vec<StandingDecision>> {
    Ok(db::rows(db, include_str!("standing_decisions.sql"), vec![claim_id.into(), before_rank.into()]).await?)
}

/// Money or a reason that a decision said.
#[derive(FromQueryResult)]
pub struct SaidRow {
    pub decision_id: i64,
    pub claim_line_id: Option<i64>,
    pub group_code: Option<String>,
    pub reason_code: Option<String>,
    pub remarks: Texts,
    pub amount_cents: i64,
}

pub async fn said_in(db: &impl ConnectionTrait, decision_ids: Vec<i64>) -> Result<Vec<SaidRow>> {
    let sql = include_str!("said_in.sql").replace("/* decisions */", &db::listed(&decision_ids));
    Ok(db::rows(db, &sql, Vec::new()).await?)
}
