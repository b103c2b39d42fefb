//! The queries of files that were exchanged.

use super::file::{Direction, FileKind};
use crate::entity::exchange_file;
use crate::error::{AppError, Result};
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The file with the same bytes that went the same way, if there is one.
pub async fn by_hash(db: &impl ConnectionTrait, direction: Direction, sha256: &[u8]) -> Result<Option<i64>> {
    let same = exchange_file::Entity::find().filter(exchange_file::Column::Sha256.eq(sha256.to_vec()));
    let went = same.filter(exchange_file::Column::Direction.eq(direction)).select_only().column(exchange_file::Column::Id);
    Ok(went.into_tuple().one(db).await?)
}

/// Keeps a file as it is, with its hash.
pub async fn insert(work: &Work<'_>, direction: Direction, kind: FileKind, name: &str, content: Vec<u8>) -> Result<exchange_file::Model> {
    let row = exchange_file::ActiveModel {
        direction: Set(direction),
        kind: Set(kind),
        name: Set(name.into()),
        sha256: Set(Sha256::digest(&content).to_vec()),
        size: Set(i64::try_from(content.len()).unwrap_or(i64::MAX)),
        content: Set(content),
        ..Default::default()
    };
    work.insert(row).await
}

/// What is told of a file without its bytes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FileRow {
    pub id: i64,
    pub name: String,
    pub size: i64,
    pub sha256: Vec<u8>,
}

pub async fn files(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, FileRow>> {
    let some = exchange_file::Entity::find().filter(exchange_file::Column::Id.is_in(ids)).select_only();
    let columns = [exchange_file::Column::Id, exchange_file::Column::Name, exchange_file::Column::Size, exchange_file::Column::Sha256];
    let rows: Vec<FileRow> = some.columns(columns).into_model().all(db).await?;
    Ok(rows.into_iter().map(|r| (r.id, r)).collect())
}

/// A file with its bytes.
pub async fn content(db: &impl ConnectionTrait, file_id: i64) -> Result<exchange_file::Model> {
    crate::db::find::<exchange_file::Entity>(db, file_id).await?.ok_or(AppError::NotFound("file"))
}
