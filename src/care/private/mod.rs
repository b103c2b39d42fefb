//! Private notes: what a therapist writes about a patient for themselves [domain 2.10]. They are no part of the record: only
//! their author reads them, not the owner, and no report, letter, claim, payment or mail can reach them. Each reading
//! leaves a trace, with who and when and never what.

pub mod api;
pub mod pages;
mod store;

use crate::app::{Actor, App, read_id};
use crate::audit::{self, Entry};
use crate::auth::role::Thing;
use crate::entity::patient::Model as Patient;
use crate::entity::private_note::Model;
use crate::error::{AppError, Result};
use crate::patients;
use crate::patients::view::PatientRef;
use crate::types::{Check, Text};
use crate::work::check_version;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A private note as its author types it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPrivateNote {
    pub words: Text,
    pub version: Text,
}

impl NewPrivateNote {
    fn check(&self, today: NaiveDate) -> Result<(String, Option<i64>)> {
        let mut check = Check::new(today);
        let words = check.required("words", &self.words, "Write something, or leave the page");
        let version = check.whole("version", &self.version, 0..=i64::MAX);
        Ok(check.done((words, version))?)
    }
}

/// A private note as its author sees it.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PrivateNoteView {
    pub id: Uuid,
    pub words: String,
    pub written_on: NaiveDate,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

impl PrivateNoteView {
    fn of(row: Model) -> Self {
        Self { id: row.public_id, words: row.words, written_on: row.written_on, updated_at: row.updated_at, version: row.version }
    }

    pub fn as_typed(&self) -> NewPrivateNote {
        NewPrivateNote { words: Text::new(&self.words), version: self.version.to_string().into() }
    }
}

/// One's own private notes about a patient.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PrivateNotes {
    pub patient: PatientRef,
    pub notes: Vec<PrivateNoteView>,
}

/// Who writes notes may write private ones; a command on the machine is nobody's hand. For all others there are none.
fn author(by: &Actor) -> Result<i64> {
    by.rights(Thing::Notes).to_write("private note")?;
    by.user_id().ok_or(AppError::NotFound("private note"))
}

/// A patient whose record the actor may write into.
async fn patient(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Patient> {
    let found = patients::find(db, by, id).await?;
    let reach = by.rights(Thing::Notes).to_write("private note")?;
    patients::within(db, by, reach, found.id, "patient").await?;
    Ok(found)
}

/// One of one's own; anybody else's does not exist.
async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Model> {
    let user_id = author(by)?;
    store::find(db, user_id, read_id(id, "private note")?).await?.ok_or(AppError::NotFound("private note"))
}

fn entry<'a>(action: &'a str, row: &Model) -> Entry<'a> {
    Entry::of(action, "private_note", row.id).named(row.public_id).patient(row.patient_id)
}

/// One's own about a patient; each that is shown leaves a trace.
pub async fn about(app: &App, by: &Actor, patient_id: &str) -> Result<PrivateNotes> {
    let user_id = author(by)?;
    let patient = patient(&app.db, by, patient_id).await?;
    let rows = store::about(&app.db, user_id, patient.id).await?;
    audit::seen_all(app, by, rows.iter().map(|row| entry("read", row)).collect()).await?;
    Ok(PrivateNotes { patient: PatientRef::of(&patient), notes: rows.into_iter().map(PrivateNoteView::of).collect() })
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<PrivateNoteView> {
    let row = find(&app.db, by, id).await?;
    audit::seen(app, by, entry("read", &row)).await?;
    Ok(PrivateNoteView::of(row))
}

/// Whom a private note is about.
pub async fn patient_of(app: &App, by: &Actor, id: &str) -> Result<PatientRef> {
    let row = find(&app.db, by, id).await?;
    Ok(PatientRef::of(&patients::row(&app.db, row.patient_id).await?))
}

pub async fn add(app: &App, by: &Actor, patient_id: &str, new: &NewPrivateNote) -> Result<PrivateNoteView> {
    let user_id = author(by)?;
    patient(&app.db, by, patient_id).await?;
    let (words, _) = new.check(app.today())?;
    let work = app.work(by).await?;
    let patient = patient(&work.tx, by, patient_id).await?;
    let row = match work.already() {
        Some(id) => {
            crate::db::hold::<crate::entity::private_note::Entity>(&work.tx, id).await?.ok_or(AppError::NotFound("private note"))?
        }
        None => {
            let row = store::insert(&work, user_id, patient.id, words, work.today()).await?;
            work.made(row.id).await?;
            work.note(entry("added", &row)).await?;
            row
        }
    };
    work.commit().await?;
    Ok(PrivateNoteView::of(row))
}

pub async fn change(app: &App, by: &Actor, id: &str, new: &NewPrivateNote) -> Result<PrivateNoteView> {
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    let (words, version) = new.check(app.today())?;
    check_version(version, before.version, async { Ok(PrivateNoteView::of(before.clone())) }).await?;
    let mut row = before.clone().into_active_model();
    row.words = Set(words);
    let (after, fields) = work.save(&before, row).await?;
    work.note(entry("changed", &after).fields(fields)).await?;
    work.commit().await?;
    Ok(PrivateNoteView::of(after))
}

/// Takes one away, or back.
pub async fn remove(app: &App, by: &Actor, id: &str, is_gone: bool) -> Result<PatientRef> {
    let user_id = author(by)?;
    let work = app.work(by).await?;
    let before = store::find_gone(&work.tx, user_id, read_id(id, "private note")?).await?.ok_or(AppError::NotFound("private note"))?;
    let mut row = before.clone().into_active_model();
    row.deleted_at = Set(is_gone.then_some(work.now));
    work.save(&before, row).await?;
    work.note(entry(if is_gone { "removed" } else { "put_back" }, &before)).await?;
    let about = PatientRef::of(&patients::row(&work.tx, before.patient_id).await?);
    work.commit().await?;
    Ok(about)
}
