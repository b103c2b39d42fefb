//! Who saw or changed what, in the transaction of the change. Names of fields, never clinical text.

pub mod api;
pub mod pages;
mod store;
pub mod view;

use crate::app::{Actor, App};
use crate::error::Result;
use crate::types::{Listing, Text, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use view::{Choices, EntryView};

pub use store::{happened, history, move_row, of_patient, row};

/// What happened to which thing.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    pub action: &'a str,
    pub kind: &'a str,
    pub id: i64,
    pub public_id: Option<Uuid>,
    pub patient_id: Option<i64>,
    pub fields: Vec<String>,
}

impl<'a> Entry<'a> {
    pub fn of(action: &'a str, kind: &'a str, id: i64) -> Self {
        Self { action, kind, id, ..Default::default() }
    }
    pub fn named(self, public_id: Uuid) -> Self {
        Self { public_id: Some(public_id), ..self }
    }
    pub fn patient(self, patient_id: i64) -> Self {
        Self { patient_id: Some(patient_id), ..self }
    }
    pub fn fields(self, fields: Vec<String>) -> Self {
        Self { fields, ..self }
    }
}

/// One move of a state.
#[derive(Clone, Debug)]
pub struct Moved<'a> {
    pub kind: &'a str,
    pub id: i64,
    pub from: Option<&'a str>,
    pub to: &'a str,
    pub on: NaiveDate,
    pub why: Option<String>,
}

/// Writes an entry in the caller's transaction.
pub async fn note(db: &impl ConnectionTrait, by: &Actor, now: DateTime<Utc>, entry: Entry<'_>) -> Result<()> {
    store::insert(db, by, now, entry).await
}

/// Writes a move in the caller's transaction.
pub async fn moved(db: &impl ConnectionTrait, by: &Actor, now: DateTime<Utc>, moved: Moved<'_>) -> Result<()> {
    store::insert_move(db, by, now, moved).await
}

/// A look at clinical text leaves a row of its own.
pub async fn seen(app: &App, by: &Actor, entry: Entry<'_>) -> Result<()> {
    store::insert(&app.db, by, app.now(), entry).await
}

/// A look at several things at once: a row for each, in one statement.
pub async fn seen_all(app: &App, by: &Actor, entries: Vec<Entry<'_>>) -> Result<()> {
    store::insert_all(&app.db, by, app.now(), entries).await
}

/// What the log can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuditFilter {
    /// Id of a user.
    pub who: Text,
    /// A kind of thing: patient, claim, note ...
    pub thing: Text,
    /// Id of one thing.
    pub id: Text,
    /// Id of a patient: everything about them.
    pub patient: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Who saw or changed what, the latest first; for the owner.
pub async fn list(app: &App, by: &Actor, filter: &AuditFilter) -> Result<Listing<EntryView>> {
    by.only_owner()?;
    store::list(app, filter).await
}

/// Who and what the log names, to choose from.
pub async fn choices(app: &App, by: &Actor) -> Result<Choices> {
    by.only_owner()?;
    store::choices(app).await
}

fn texts(fields: Vec<String>) -> Texts {
    Texts(fields)
}
