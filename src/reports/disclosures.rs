//! What was told about a patient, to whom and when: the accounting that a patient may ask for.

use super::letters::store;
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{provider, report};
use crate::error::{AppError, Result};
use crate::network::view::PersonRef;
use crate::patients;
use crate::types::{Cursor, Listing, Text};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which part of the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DisclosureFilter {
    pub limit: Text,
    pub cursor: Text,
}

/// One message that told somebody about a patient, or may have: what may have arrived counts as told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DisclosureView {
    pub at: DateTime<Utc>,
    /// The address it went to.
    pub to: String,
    pub provider: Option<PersonRef>,
    /// `Progress report`.
    pub what: String,
    /// `treatment`.
    pub purpose: String,
    /// `email`.
    pub channel: String,
    pub report: Option<Uuid>,
}

/// What was told about a patient, newest first.
pub async fn disclosures(app: &App, by: &Actor, patient: &str, filter: &DisclosureFilter) -> Result<Listing<DisclosureView>> {
    if by.rights(Thing::Reports).read == Reach::None {
        return Err(AppError::NotFound("patient"));
    }
    let patient = patients::find(&app.db, by, patient).await?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let rows = store::disclosures_of(&app.db, patient.id, cursor).await?;
    let providers = db::by_ids::<provider::Entity>(&app.db, rows.iter().filter_map(|d| d.provider_id)).await?;
    let reports = db::by_ids::<report::Entity>(&app.db, rows.iter().filter_map(|d| d.report_id)).await?;
    let view = |d: crate::entity::disclosure::Model| {
        let provider = d.provider_id.and_then(|id| providers.get(&id)).map(PersonRef::provider);
        DisclosureView {
            at: d.at,
            to: d.to_address,
            provider,
            what: d.what,
            purpose: d.purpose,
            channel: d.channel,
            report: d.report_id.and_then(|id| reports.get(&id)).map(|r| r.public_id),
        }
    };
    Ok(cursor.cut(rows, |d| d.id, view))
}
