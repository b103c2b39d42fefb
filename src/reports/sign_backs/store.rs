//! The queries of answers to renewal requests.

use crate::entity::sign_back::{Column, Entity, Model};
use crate::entity::{outbox, report, report_link};
use crate::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::PublicId.eq(id)).one(db).await?)
}

pub async fn of_report(db: &impl ConnectionTrait, report_id: i64) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::ReportId.eq(report_id)).one(db).await?)
}

/// Those that wait first, then the newest; or those about reports that one therapist signs.
pub async fn all(db: &impl ConnectionTrait, therapist_id: Option<i64>) -> Result<Vec<Model>> {
    let of_report: RelationDef = Entity::belongs_to(report::Entity).from(Column::ReportId).to(report::Column::Id).into();
    let mut all = Entity::find().join(JoinType::InnerJoin, of_report);
    if let Some(therapist_id) = therapist_id {
        all = all.filter(report::Column::TherapistId.eq(therapist_id));
    }
    Ok(all.order_by_desc(Column::SettledAt.is_null()).order_by_desc(Column::Id).limit(200).all(db).await?)
}

/// The addresses whose mailboxes opened the links that were answered at, by the link.
pub async fn mailboxes_of(db: &impl ConnectionTrait, link_ids: Vec<i64>) -> Result<HashMap<i64, String>> {
    let of_mail: RelationDef =
        report_link::Entity::belongs_to(outbox::Entity).from(report_link::Column::OutboxId).to(outbox::Column::Id).into();
    let all = report_link::Entity::find().select_only().column(report_link::Column::Id).column(outbox::Column::ToAddress);
    let all = all.join(JoinType::InnerJoin, of_mail).filter(report_link::Column::Id.is_in(link_ids));
    Ok(all.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}
