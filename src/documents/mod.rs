//! Uploads and scans, kept once by their hash in a table of their own: one data file, seen by every process.

pub mod api;
pub mod exchange;
pub mod pages;
mod store;
pub mod upload;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity::document;
use crate::error::{AppError, Result};
use crate::pdf::letter::{Scan, can_append};
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use upload::Upload;
use uuid::Uuid;

pub use store::{content_by_id, row};

/// What is told about a document; never its bytes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentView {
    pub id: Uuid,
    pub file_name: String,
    pub media_type: String,
    pub size: i64,
    /// SHA-256 of the content, as hex.
    pub sha256: String,
    /// A browser shows it by itself; else it is a download.
    pub is_shown: bool,
}

impl DocumentView {
    pub fn of(row: &document::Model) -> Self {
        Self {
            id: row.public_id,
            file_name: row.file_name.clone(),
            media_type: row.media_type.clone(),
            size: row.size,
            sha256: hex::encode(&row.sha256),
            is_shown: upload::is_shown(&row.media_type),
        }
    }
}

/// A scan as pages of a letter; none where there is none, or where it is of a kind that goes into no letter.
pub async fn scan(db: &impl ConnectionTrait, document_id: Option<i64>, title: String) -> Result<Option<Scan>> {
    let Some(id) = document_id else { return Ok(None) };
    let document = row(db, id).await?;
    Ok(can_append(&document.media_type).then_some(Scan { title, media_type: document.media_type, content: document.content }))
}

/// Keeps a scan. The same content is kept once, whatever it is called.
pub async fn keep(app: &App, by: &Actor, upload: &Upload) -> Result<DocumentView> {
    by.rights(Thing::Referrals).to_write("document")?;
    upload.must_be_scan()?;
    let work = app.work(by).await?;
    let row = keep_in(&work, upload).await?;
    work.commit().await?;
    Ok(DocumentView::of(&row))
}

/// The same within a larger unit of work.
pub async fn keep_in(work: &Work<'_>, upload: &Upload) -> Result<document::Model> {
    if let Some(known) = store::find_by_hash(&work.tx, &upload.sha256).await? {
        return Ok(known);
    }
    let row = store::insert(work, upload).await?;
    work.note(Entry::of("kept", "document", row.id).named(row.public_id)).await?;
    Ok(row)
}

/// What is told about a document, without its bytes.
pub async fn show(app: &App, by: &Actor, id: &str) -> Result<DocumentView> {
    by.rights(Thing::Referrals).to_read("document")?;
    store::describe(&app.db, read_id(id, "document")?).await?.ok_or(AppError::NotFound("document"))
}

/// A document as it came in.
pub struct Opened {
    pub file_name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// A document with its bytes, for those who may see referrals; looking leaves a trace.
pub async fn open(app: &App, by: &Actor, id: &str) -> Result<Opened> {
    by.rights(Thing::Referrals).to_read("document")?;
    let row = by_public_id(&app.db, id).await?;
    crate::audit::seen(app, by, Entry::of("read", "document", row.id).named(row.public_id)).await?;
    Ok(Opened { file_name: row.file_name, media_type: row.media_type, content: row.content })
}

/// The key of a document that a form or program names, without its bytes.
pub async fn id_of(db: &impl ConnectionTrait, id: &str) -> Result<i64> {
    store::id_of(db, read_id(id, "document")?).await?.ok_or(AppError::NotFound("document"))
}

async fn by_public_id(db: &impl ConnectionTrait, id: &str) -> Result<document::Model> {
    store::find(db, read_id(id, "document")?).await?.ok_or(AppError::NotFound("document"))
}
