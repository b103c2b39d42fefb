//! What pages and programs see of standing approvals.

use crate::auth;
use crate::db;
use crate::entity::provider;
use crate::entity::standing_approval::Model;
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// For whom summaries leave by themselves, until when, and who stands by it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StandingView {
    pub id: Uuid,
    pub provider: PersonRef,
    pub signed_by: Option<String>,
    pub signed_at: DateTime<Utc>,
    /// The last day.
    pub until_on: NaiveDate,
    /// Its day is over: summaries wait for a person again.
    pub is_over: bool,
    pub ended_at: Option<DateTime<Utc>>,
}

pub async fn one(db: &impl ConnectionTrait, row: &Model, today: NaiveDate) -> Result<StandingView> {
    many(db, std::slice::from_ref(row), today).await?.pop().ok_or(AppError::NotFound("standing approval"))
}

/// Several, with a fixed number of queries.
pub async fn many(db: &impl ConnectionTrait, rows: &[Model], today: NaiveDate) -> Result<Vec<StandingView>> {
    let providers = db::by_ids::<provider::Entity>(db, rows.iter().map(|r| r.provider_id)).await?;
    let names = auth::names_of(db, rows.iter().map(|r| r.signed_by_id).collect()).await?;
    let one = |row: &Model| {
        Some(StandingView {
            id: row.public_id,
            provider: PersonRef::provider(providers.get(&row.provider_id)?),
            signed_by: names.get(&row.signed_by_id).cloned(),
            signed_at: row.signed_at,
            until_on: row.until_on,
            is_over: row.until_on < today,
            ended_at: row.ended_at,
        })
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// Providers as a list to choose from, by name: ids and names.
pub async fn readers(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<(String, String)>> {
    let providers = db::by_ids::<provider::Entity>(db, ids.into_iter()).await?;
    let mut all: Vec<PersonRef> = providers.values().map(PersonRef::provider).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all.into_iter().map(|p| (p.id.to_string(), p.name)).collect())
}
