//! The queries of the audit.

use super::{Entry, Moved, texts};
use crate::app::Actor;
use crate::entity::{audit, state_move};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

pub async fn insert(db: &impl ConnectionTrait, by: &Actor, now: DateTime<Utc>, entry: Entry<'_>) -> Result<()> {
    audit::Entity::insert(row(by, now, entry)).exec_without_returning(db).await?;
    Ok(())
}

pub async fn insert_all(db: &impl ConnectionTrait, by: &Actor, now: DateTime<Utc>, entries: Vec<Entry<'_>>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.into_iter().map(|entry| row(by, now, entry));
    audit::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

pub async fn insert_move(db: &impl ConnectionTrait, by: &Actor, now: DateTime<Utc>, moved: Moved<'_>) -> Result<()> {
    state_move::Entity::insert(move_row(by, now, moved)).exec_without_returning(db).await?;
    Ok(())
}

/// An entry as its row.
pub fn row(by: &Actor, now: DateTime<Utc>, entry: Entry<'_>) -> audit::ActiveModel {
    audit::ActiveModel {
        at: Set(now),
        actor_kind: Set(by.kind().into()),
        actor_name: Set(by.name.clone()),
        user_id: Set(by.user_id()),
        request_id: Set(by.request.clone()),
        action: Set(entry.action.into()),
        thing_kind: Set(entry.kind.into()),
        thing_id: Set(Some(entry.id)),
        thing_public_id: Set(entry.public_id),
        patient_id: Set(entry.patient_id),
        fields: Set(texts(entry.fields)),
        ..Default::default()
    }
}

/// A move as its row.
pub fn move_row(by: &Actor, now: DateTime<Utc>, moved: Moved<'_>) -> state_move::ActiveModel {
    state_move::ActiveModel {
        thing_kind: Set(moved.kind.into()),
        thing_id: Set(moved.id),
        from_state: Set(moved.from.map(String::from)),
        to_state: Set(moved.to.into()),
        on_day: Set(moved.on),
        at: Set(now),
        user_id: Set(by.user_id()),
        actor_name: Set(by.name.clone()),
        why: Set(moved.why),
        ..Default::default()
    }
}

/// The moves of one thing, first to last.
pub async fn history(db: &impl ConnectionTrait, kind: &str, id: i64) -> Result<Vec<state_move::Model>> {
    let moves = state_move::Entity::find().filter(state_move::Column::ThingKind.eq(kind)).filter(state_move::Column::ThingId.eq(id));
    Ok(moves.order_by_asc(state_move::Column::Id).all(db).await?)
}

/// Whether something was ever done to a kind of thing.
pub async fn happened(db: &impl ConnectionTrait, action: &str, kind: &str) -> Result<bool> {
    let entries = audit::Entity::find().filter(audit::Column::Action.eq(action)).filter(audit::Column::ThingKind.eq(kind));
    Ok(entries.one(db).await?.is_some())
}

/// Who saw or changed what about one patient, last first.
pub async fn of_patient(db: &impl ConnectionTrait, patient_id: i64, most: u64) -> Result<Vec<audit::Model>> {
    let entries = audit::Entity::find().filter(audit::Column::PatientId.eq(patient_id));
    Ok(entries.order_by_desc(audit::Column::Id).limit(most).all(db).await?)
}
