//! The queries of the mail room.

use crate::entity::{outbox, report};
use crate::error::Result;
use crate::mail::outbox_state::MailChannel;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// The newest mail that goes a way.
pub async fn newest(db: &impl ConnectionTrait, channel: MailChannel) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find().filter(outbox::Column::Channel.eq(channel)).order_by_desc(outbox::Column::Id).one(db).await?)
}

/// The newest mail of a report.
pub async fn of_report(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<outbox::Model>> {
    let Some(row) = report::Entity::find().filter(report::Column::PublicId.eq(id)).one(db).await? else { return Ok(None) };
    Ok(crate::mail::of_report(db, row.id).await?.pop())
}
