//! Letters that left: drawn once, kept byte for byte, and opened by those who may read what they say.

pub mod api;
pub mod pages;
mod store;

use crate::app::{Actor, App, read_id};
use crate::audit::{self, Entry};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::letter::Model as Letter;
use crate::entity::user_account;
use crate::error::{AppError, Result};
use crate::patients;
use crate::payments::letter_kind::LetterKind;
use crate::pdf::letter::Drawn;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

pub use store::{of_patient, of_payers};

/// A letter to be kept.
pub struct NewLetter {
    pub kind: LetterKind,
    pub claim_id: Option<i64>,
    pub patient_id: Option<i64>,
    pub payer_id: Option<i64>,
    pub amount_cents: i64,
    /// What it stood on, to see later whether that changed.
    pub facts: serde_json::Value,
    /// What lies in it, in words.
    pub enclosed: Vec<String>,
    pub drawn: Drawn,
}

/// Keeps a letter as it left. Its file name tells of no person.
pub async fn keep(work: &Work<'_>, new: NewLetter) -> Result<Letter> {
    let patient_id = new.patient_id;
    let letter = store::insert(work, new).await?;
    let entry = Entry::of("made", "letter", letter.id).named(letter.public_id);
    work.note(patient_id.map_or(entry.clone(), |id| entry.patient(id))).await?;
    Ok(letter)
}

/// What is told of a letter; never its bytes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LetterView {
    pub id: Uuid,
    pub kind: LetterKind,
    pub label: &'static str,
    pub made_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub by: Option<String>,
    pub pages: i64,
    /// SHA-256 of the file, as hex.
    pub sha256: String,
    /// What it is about: denied, owed, or short.
    pub amount_cents: i64,
    pub enclosed: Vec<String>,
}

/// Several letters, the newest first.
pub async fn views(db: &impl ConnectionTrait, letters: &[store::LetterRow]) -> Result<Vec<LetterView>> {
    let users = db::by_ids::<user_account::Entity>(db, letters.iter().filter_map(|l| l.created_by_id)).await?;
    let one = |l: &store::LetterRow| LetterView {
        id: l.public_id,
        kind: l.kind,
        label: l.kind.label(),
        made_on: l.made_on,
        created_at: l.created_at,
        by: l.created_by_id.and_then(|id| users.get(&id)).map(|u| u.name.clone()),
        pages: l.pages,
        sha256: hex::encode(&l.sha256),
        amount_cents: l.amount_cents,
        enclosed: l.enclosed.0.clone(),
    };
    Ok(letters.iter().map(one).collect())
}

/// The letters that left about one claim.
pub async fn about(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<LetterView>> {
    let rows = store::of_claim(db, claim_id).await?;
    views(db, &rows).await
}

/// One letter as it is told.
pub async fn view(db: &impl ConnectionTrait, id: i64) -> Result<LetterView> {
    let row = store::row(db, id).await?;
    views(db, &[row]).await?.pop().ok_or(AppError::NotFound("letter"))
}

/// A letter's file.
pub struct Opened {
    pub file_name: String,
    pub content: Vec<u8>,
}

/// Opens a letter. An appeal may hold a note: it is for those who read notes, and for those who fight denials [domain 2.16].
pub async fn open(app: &App, by: &Actor, id: &str) -> Result<Opened> {
    let reach = by.rights(Thing::Claims).to_read("letter")?;
    let letter = store::find(&app.db, read_id(id, "letter")?).await?.ok_or(AppError::NotFound("letter"))?;
    match letter.patient_id {
        Some(patient_id) => patients::within(&app.db, by, reach, patient_id, "letter").await?,
        None if reach != Reach::All => return Err(AppError::NotFound("letter")),
        None => {}
    }
    if letter.kind == LetterKind::Appeal && !may_read_appeals(by) {
        return Err(AppError::NotFound("letter"));
    }
    let entry = Entry::of("read", "letter", letter.id).named(letter.public_id);
    audit::seen(app, by, letter.patient_id.map_or(entry.clone(), |id| entry.patient(id))).await?;
    Ok(Opened { file_name: letter.file_name, content: letter.content })
}

/// Whether the actor may read what an appeal encloses.
pub fn may_read_appeals(by: &Actor) -> bool {
    by.rights(Thing::Claims).write != Reach::None || by.rights(Thing::Notes).read != Reach::None
}
