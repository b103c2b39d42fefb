//! What pages and programs see of mail that went to the wrong person.

use super::answers::{Answers, Outcome, Seen, tell_by};
use super::store;
use crate::app::App;
use crate::auth;
use crate::db;
use crate::entity::misdirected::Model;
use crate::entity::{provider, report};
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// One assessment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MisdirectedView {
    pub id: Uuid,
    pub mail: Uuid,
    pub report: Option<Uuid>,
    /// Whom it was meant for.
    pub provider: PersonRef,
    /// The address is frozen while this is open.
    pub to: String,
    pub what_happened: String,
    pub told: Option<String>,
    pub who: Option<String>,
    pub seen: Option<Seen>,
    pub done: Option<String>,
    pub outcome: Option<Outcome>,
    pub opened_at: DateTime<Utc>,
    pub opened_by: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: Option<String>,
    /// By when the patient is told, if it is a breach; null: that is known not to be, or was done.
    pub tell_by: Option<NaiveDate>,
    pub patient_told_on: Option<NaiveDate>,
    pub patient_told_how: Option<String>,
    pub version: i64,
}

impl MisdirectedView {
    /// The answers as they would be typed.
    pub fn as_typed(&self) -> Answers {
        Answers {
            told: self.told.as_deref().unwrap_or_default().into(),
            who: self.who.as_deref().unwrap_or_default().into(),
            seen: self.seen.map(Seen::word).unwrap_or_default().into(),
            done: self.done.as_deref().unwrap_or_default().into(),
            outcome: self.outcome.map(Outcome::word).unwrap_or_default().into(),
            version: self.version.to_string().into(),
        }
    }
}

/// Whether the patient may still have to be told: nobody has decided, or it is a breach and was not told.
fn is_to_tell(row: &Model) -> bool {
    row.closed_at.is_none() || (row.outcome == Some(Outcome::Breach) && row.patient_told_on.is_none())
}

pub async fn one(app: &App, db: &impl ConnectionTrait, row: &Model) -> Result<MisdirectedView> {
    many(app, db, std::slice::from_ref(row)).await?.pop().ok_or(AppError::NotFound("assessment"))
}

/// Several, with a fixed number of queries.
pub async fn many(app: &App, db: &impl ConnectionTrait, rows: &[Model]) -> Result<Vec<MisdirectedView>> {
    let providers = db::by_ids::<provider::Entity>(db, rows.iter().map(|r| r.provider_id)).await?;
    let reports = db::by_ids::<report::Entity>(db, rows.iter().filter_map(|r| r.report_id)).await?;
    let mails = store::mails_of(db, rows).await?;
    let names = auth::names_of(db, rows.iter().flat_map(|r| [r.created_by_id, r.closed_by_id]).flatten().collect()).await?;
    let name = |id: Option<i64>| id.and_then(|id| names.get(&id).cloned());
    let one = |row: &Model| {
        Some(MisdirectedView {
            id: row.public_id,
            mail: *mails.get(&row.outbox_id)?,
            report: row.report_id.and_then(|id| reports.get(&id)).map(|r| r.public_id),
            provider: PersonRef::provider(providers.get(&row.provider_id)?),
            to: row.to_address.clone(),
            what_happened: row.what_happened.clone(),
            told: row.told.clone(),
            who: row.who.clone(),
            seen: row.seen,
            done: row.done.clone(),
            outcome: row.outcome,
            opened_at: row.created_at,
            opened_by: name(row.created_by_id),
            closed_at: row.closed_at,
            closed_by: name(row.closed_by_id),
            tell_by: is_to_tell(row).then(|| tell_by(app.clock.day_of(row.created_at))),
            patient_told_on: row.patient_told_on,
            patient_told_how: row.patient_told_how.clone(),
            version: row.version,
        })
    };
    Ok(rows.iter().filter_map(one).collect())
}
