//! What was told about a patient, to whom and when: the accounting that a patient may ask for.

use super::letters::store;
use crate::app::{Actor, App};
use crate::audit::{self, Entry};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::patient::Model as Patient;
use crate::entity::{disclosure, provider, report};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::HandWay;
use crate::mail::{self, Head, Paper};
use crate::network::view::PersonRef;
use crate::patients;
use crate::patients::view::full_name;
use crate::practice;
use crate::types::{Cursor, Listing, Text, day};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
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
    /// `treatment`; or that it went to the wrong person.
    pub purpose: String,
    /// `email`; `fax`, `mail` or `hand` of what a person sent; `paper` of what is not marked yet.
    pub channel: String,
    pub report: Option<Uuid>,
}

/// The accounting that a patient may ask for, as a letter: its fields are all that the template can say [45 CFR 164.528].
#[derive(Clone, Debug, Serialize)]
struct Accounting {
    practice: Head,
    on: String,
    patient: String,
    born_on: Option<String>,
    rows: Vec<AccountingRow>,
}

#[derive(Clone, Debug, Serialize)]
struct AccountingRow {
    on: String,
    who: Option<String>,
    /// Where it went.
    address: String,
    what: String,
    reference: Option<String>,
    purpose: String,
    how: String,
}

impl Paper for Accounting {
    const NAME: &'static str = "accounting";

    fn reference(&self) -> String {
        self.on.clone()
    }
}

/// What stands around some disclosures.
struct Around {
    providers: HashMap<i64, provider::Model>,
    reports: HashMap<i64, report::Model>,
    /// Mails that went to the wrong person.
    wrong: HashSet<i64>,
}

impl Around {
    async fn of(db: &impl ConnectionTrait, rows: &[disclosure::Model]) -> Result<Self> {
        Ok(Self {
            providers: db::by_ids::<provider::Entity>(db, rows.iter().filter_map(|d| d.provider_id)).await?,
            reports: db::by_ids::<report::Entity>(db, rows.iter().filter_map(|d| d.report_id)).await?,
            wrong: store::misdirected_among(db, rows.iter().filter_map(|d| d.outbox_id).collect()).await?,
        })
    }

    fn went_wrong(&self, row: &disclosure::Model) -> bool {
        row.outbox_id.is_some_and(|id| self.wrong.contains(&id))
    }

    /// Who was told. Not the doctor whom it was meant for, where it went to somebody else: who that was is not known, only where.
    fn reader(&self, row: &disclosure::Model) -> Option<PersonRef> {
        let provider = self.providers.get(&row.provider_id?).map(PersonRef::provider);
        provider.filter(|_| !self.went_wrong(row))
    }

    fn purpose(&self, row: &disclosure::Model) -> String {
        if self.went_wrong(row) { "sent to the wrong person".into() } else { row.purpose.clone() }
    }
}

/// All that was told about a patient, first to last, as one PDF with the name of its file.
pub async fn print(app: &App, by: &Actor, patient: &str) -> Result<(String, Vec<u8>)> {
    let patient = readable(app, by, patient).await?;
    let rows = store::all_disclosures_of(&app.db, patient.id).await?;
    let around = Around::of(&app.db, &rows).await?;
    let row = |d: &disclosure::Model| AccountingRow {
        on: day::long(app.clock.day_of(d.at)),
        who: around.reader(d).map(|p| p.name),
        address: d.to_address.clone(),
        what: d.what.clone(),
        reference: d.report_id.and_then(|id| around.reports.get(&id)).map(|r| r.reference.clone()),
        purpose: around.purpose(d),
        how: how(&d.channel),
    };
    let letter = Accounting {
        practice: Head::of(&practice::of(&app.db).await?),
        on: day::long(app.today()),
        patient: full_name(&patient),
        born_on: patient.born_on.map(day::long),
        rows: rows.iter().map(row).collect(),
    };
    audit::seen(app, by, Entry::of("printed_disclosures", "patient", patient.id).named(patient.public_id).patient(patient.id)).await?;
    Ok((format!("accounting-of-disclosures-{}.pdf", app.today()), mail::print(&letter, Vec::new()).await?.pdf))
}

/// `by fax`, in the words of whoever sent it.
pub(super) fn how(channel: &str) -> String {
    match channel.parse::<HandWay>() {
        Ok(way) => way.label().to_lowercase(),
        Err(_) => format!("by {channel}"),
    }
}

/// A patient whose disclosures one may read.
async fn readable(app: &App, by: &Actor, patient: &str) -> Result<Patient> {
    if by.rights(Thing::Reports).read == Reach::None {
        return Err(AppError::NotFound("patient"));
    }
    patients::find(&app.db, by, patient).await
}

/// What was told about a patient, newest first.
pub async fn disclosures(app: &App, by: &Actor, patient: &str, filter: &DisclosureFilter) -> Result<Listing<DisclosureView>> {
    let patient = readable(app, by, patient).await?;
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let rows = store::disclosures_of(&app.db, patient.id, cursor).await?;
    let around = Around::of(&app.db, &rows).await?;
    let view = |d: disclosure::Model| DisclosureView {
        at: d.at,
        provider: around.reader(&d),
        purpose: around.purpose(&d),
        to: d.to_address,
        what: d.what,
        channel: d.channel,
        report: d.report_id.and_then(|id| around.reports.get(&id)).map(|r| r.public_id),
    };
    Ok(cursor.cut(rows, |d| d.id, view))
}
