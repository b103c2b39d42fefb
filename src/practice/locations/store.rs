//! The queries of places.

use super::location::LocationDraft;
use crate::entity::location;
use crate::error::{AppError, Result};
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<location::Model>> {
    Ok(location::Entity::find().order_by_asc(location::Column::Name).order_by_asc(location::Column::Id).all(db).await?)
}

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<location::Model>> {
    Ok(location::Entity::find().filter(location::Column::PublicId.eq(id)).one(db).await?)
}

/// A place by its key.
pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<location::Model> {
    crate::db::find::<location::Entity>(db, id).await?.ok_or(AppError::NotFound("location"))
}

pub async fn insert(work: &Work<'_>, draft: &LocationDraft) -> Result<location::Model> {
    work.insert(filled(location::ActiveModel::default(), draft)).await
}

pub fn filled(row: location::ActiveModel, draft: &LocationDraft) -> location::ActiveModel {
    location::ActiveModel {
        name: Set(draft.name.clone()),
        street: Set(draft.street.clone()),
        street2: Set(draft.street2.clone()),
        city: Set(draft.city.clone()),
        state: Set(draft.state.clone()),
        zip: Set(draft.zip.clone()),
        npi: Set(draft.npi.clone()),
        closed_on: Set(draft.closed_on),
        ..row
    }
}
