//! The queries of mail that went to the wrong person.

use crate::entity::misdirected::{Column, Entity, Model};
use crate::entity::{outbox, report};
use crate::error::{AppError, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::PublicId.eq(id)).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<Model> {
    crate::db::find::<Entity>(db, id).await?.ok_or(AppError::NotFound("assessment"))
}

pub async fn is_open_for_mail(db: &impl ConnectionTrait, outbox_id: i64) -> Result<bool> {
    Ok(Entity::find().filter(Column::OutboxId.eq(outbox_id)).filter(Column::ClosedAt.is_null()).count(db).await? > 0)
}

/// The open ones first, then the newest; or those about reports that one therapist signs.
pub async fn all(db: &impl ConnectionTrait, therapist_id: Option<i64>) -> Result<Vec<Model>> {
    let of_report: RelationDef = Entity::belongs_to(report::Entity).from(Column::ReportId).to(report::Column::Id).into();
    let mut all = Entity::find().join(JoinType::LeftJoin, of_report);
    if let Some(therapist_id) = therapist_id {
        all = all.filter(report::Column::TherapistId.eq(therapist_id));
    }
    Ok(all.order_by_desc(Column::ClosedAt.is_null()).order_by_desc(Column::Id).limit(200).all(db).await?)
}

/// The ids that their mails have outside.
pub async fn mails_of(db: &impl ConnectionTrait, rows: &[Model]) -> Result<HashMap<i64, Uuid>> {
    let mails = outbox::Entity::find().select_only().column(outbox::Column::Id).column(outbox::Column::PublicId);
    let mails = mails.filter(outbox::Column::Id.is_in(rows.iter().map(|r| r.outbox_id)));
    Ok(mails.into_tuple::<(i64, Uuid)>().all(db).await?.into_iter().collect())
}

/// The id that its mail has outside.
pub async fn mail_of(db: &impl ConnectionTrait, row: &Model) -> Result<Uuid> {
    mails_of(db, std::slice::from_ref(row)).await?.remove(&row.outbox_id).ok_or(AppError::NotFound("mail"))
}
