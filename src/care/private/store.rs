//! The queries of private notes: each asks for its author, so that nobody else's can come back.

use crate::entity::private_note::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

/// What one author wrote and did not take away.
fn of_author(user_id: i64) -> Condition {
    Condition::all().add(Column::AuthorUserId.eq(user_id)).add(Column::DeletedAt.is_null())
}

pub async fn find(db: &impl ConnectionTrait, user_id: i64, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(of_author(user_id)).filter(Column::PublicId.eq(id)).one(db).await?)
}

/// The same, also where its author took it away.
pub async fn find_gone(db: &impl ConnectionTrait, user_id: i64, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::AuthorUserId.eq(user_id)).filter(Column::PublicId.eq(id)).one(db).await?)
}

/// About one patient, the latest first.
pub async fn about(db: &impl ConnectionTrait, user_id: i64, patient_id: i64) -> Result<Vec<Model>> {
    let own = Entity::find().filter(of_author(user_id)).filter(Column::PatientId.eq(patient_id));
    Ok(own.order_by_desc(Column::Id).all(db).await?)
}

pub async fn insert(work: &Work<'_>, user_id: i64, patient_id: i64, words: String, written_on: NaiveDate) -> Result<Model> {
    let row = ActiveModel {
        patient_id: Set(patient_id),
        author_user_id: Set(user_id),
        words: Set(words),
        written_on: Set(written_on),
        ..Default::default()
    };
    work.insert(row).await
}
