//! The queries of what was paid too little.

use crate::db;
use crate::error::Result;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// A line for which less was allowed than expected.
#[derive(FromQueryResult)]
pub struct ShortLine {
    pub claim_id: i64,
    pub payer_id: i64,
    pub n: i64,
    pub code: String,
    pub units: i64,
    pub charge_cents: i64,
    pub service_on: NaiveDate,
    pub posted_on: NaiveDate,
    pub paid_cents: i64,
    pub share_cents: i64,
    pub expected_cents: i64,
}

pub async fn short_lines(db: &impl ConnectionTrait) -> Result<Vec<ShortLine>> {
    Ok(db::rows(db, include_str!("underpaid.sql"), Vec::new()).await?)
}
