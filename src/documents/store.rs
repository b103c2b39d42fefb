//! The queries of documents.

use super::DocumentView;
use super::upload::{Upload, is_shown};
use crate::entity::document;
use crate::error::{AppError, Result};
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<document::Model>> {
    Ok(document::Entity::find().filter(document::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn id_of(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<i64>> {
    let query = document::Entity::find().select_only().column(document::Column::Id);
    Ok(query.filter(document::Column::PublicId.eq(id)).into_tuple().one(db).await?)
}

/// Everything but the bytes.
pub async fn describe(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<DocumentView>> {
    let columns = [document::Column::FileName, document::Column::MediaType, document::Column::Size, document::Column::Sha256];
    let found: Option<(String, String, i64, Vec<u8>)> =
        document::Entity::find().select_only().columns(columns).filter(document::Column::PublicId.eq(id)).into_tuple().one(db).await?;
    let view = |(file_name, media_type, size, sha256): (String, String, i64, Vec<u8>)| DocumentView {
        id,
        is_shown: is_shown(&media_type),
        file_name,
        media_type,
        size,
        sha256: hex::encode(sha256),
    };
    Ok(found.map(view))
}

/// A document with its bytes, by its key.
pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<document::Model> {
    crate::db::find::<document::Entity>(db, id).await?.ok_or(AppError::NotFound("document"))
}

/// The bytes alone.
pub async fn content_by_id(db: &impl ConnectionTrait, id: i64) -> Result<Vec<u8>> {
    let content = document::Entity::find_by_id(id).select_only().column(document::Column::Content).into_tuple().one(db).await?;
    content.ok_or(AppError::NotFound("document"))
}

pub async fn find_by_hash(db: &impl ConnectionTrait, sha256: &[u8]) -> Result<Option<document::Model>> {
    Ok(document::Entity::find().filter(document::Column::Sha256.eq(sha256)).one(db).await?)
}

pub async fn insert(work: &Work<'_>, upload: &Upload) -> Result<document::Model> {
    let row = document::ActiveModel {
        sha256: Set(upload.sha256.clone()),
        content: Set(upload.content.clone()),
        media_type: Set(upload.media_type.into()),
        file_name: Set(upload.file_name.clone()),
        size: Set(i64::try_from(upload.content.len()).unwrap_or(i64::MAX)),
        key_id: Set(0),
        ..Default::default()
    };
    work.insert(row).await
}
