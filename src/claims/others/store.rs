//! The queries of who else pays.

use crate::db;
use crate::error::Result;
use crate::packed;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// A coverage that pays after the one that is billed.
#[derive(FromQueryResult)]
pub struct Later {
    /// Of what is billed: a version of a claim, or a visit.
    pub key: i64,
    pub coverage_id: i64,
    pub payer_id: i64,
    pub rank: i64,
}

/// After the policies of some versions of claims.
pub async fn after_versions(db: &impl ConnectionTrait, version_ids: &[i64]) -> Result<Vec<Later>> {
    let (given, ids) = packed::as_one_value(db.get_database_backend(), version_ids.iter().copied());
    let billed = format!(
        "select v.id as key, c.patient_id, v.coverage_id, c.service_on, v.frozen_at as left_at \
         from claim_version v join claim c on c.id = v.claim_id where v.id in ({given})"
    );
    later(db, &billed, vec![ids]).await
}

/// After the policy that a visit is to be billed under.
pub async fn after_visit(db: &impl ConnectionTrait, visit_id: i64, coverage_id: i64) -> Result<Vec<Later>> {
    let billed = "v.patient_id, v.visit_on as service_on, cast(null as timestamp with time zone) as left_at from visit v where v.id =";
    later(db, &format!("select v.id as key, {coverage_id} as coverage_id, {billed} {visit_id}"), Vec::new()).await
}

async fn later(db: &impl ConnectionTrait, billed: &str, values: Vec<Value>) -> Result<Vec<Later>> {
    let mut found: Vec<Later> = db::rows(db, &include_str!("later.sql").replace("/* billed */", billed), values).await?;
    found.dedup_by_key(|later| (later.key, later.rank));
    Ok(found)
}
