//! Who saw or changed what, in the transaction of the change. Names of fields, never clinical text.

mod store;

use crate::app::{Actor, App};
use crate::error::Result;
use crate::types::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

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

fn texts(fields: Vec<String>) -> Texts {
    Texts(fields)
}
