//! The queries of what came back.

use crate::entity::outbox::{Column, Entity};
use crate::entity::send_event;
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

/// What came back about a mail.
pub async fn events_of(db: &impl ConnectionTrait, outbox_id: i64) -> Result<Vec<send_event::Model>> {
    let all = send_event::Entity::find().filter(send_event::Column::OutboxId.eq(outbox_id));
    Ok(all.order_by_asc(send_event::Column::Id).all(db).await?)
}

/// Notes what came back, once: the fingerprint is that of the notice.
pub async fn note_event(db: &impl ConnectionTrait, id: i64, kind: &str, detail: &str, fingerprint: &str, at: DateTime<Utc>) -> Result<()> {
    let row = send_event::ActiveModel {
        outbox_id: Set(id),
        kind: Set(kind.into()),
        detail: Set(Some(detail.into())),
        fingerprint: Set(Some(fingerprint.into())),
        at: Set(at),
        ..Default::default()
    };
    let noted = send_event::Entity::insert(row).exec_without_returning(db).await;
    noted.map_err(|e| AppError::unless_unique(e, "this notice is being taken in already"))?;
    Ok(())
}

/// How many mails to an address something of a kind came back about, since an instant.
pub async fn count_events(db: &impl ConnectionTrait, address: &str, kind: &str, since: DateTime<Utc>) -> Result<u64> {
    let of: sea_orm::RelationDef = send_event::Entity::belongs_to(Entity).from(send_event::Column::OutboxId).to(Column::Id).into();
    let all = send_event::Entity::find()
        .select_only()
        .column(send_event::Column::OutboxId)
        .distinct()
        .join(sea_orm::JoinType::InnerJoin, of)
        .filter(send_event::Column::Kind.eq(kind))
        .filter(send_event::Column::At.gt(since))
        .filter(Column::ToAddress.eq(address));
    Ok(all.into_tuple::<i64>().all(db).await?.len() as u64)
}
