//! The queries of the audit.

use super::view::{Choices, EntryView};
use super::{AuditFilter, Entry, Moved, texts};
use crate::app::{Actor, App, read_id};
use crate::db;
use crate::entity::{audit, patient, state_move, user_account};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing, Texts};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set, Value};
use uuid::Uuid;

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

#[derive(FromQueryResult)]
struct Line {
    key: i64,
    at: DateTime<Utc>,
    who: String,
    by_kind: String,
    action: String,
    thing: String,
    thing_id: Option<Uuid>,
    fields: Texts,
    request: Option<String>,
    patient_id: Option<Uuid>,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// A part of the log. Each condition has an index, and a cursor is the key itself: no page costs more than its length.
pub async fn list(app: &App, filter: &AuditFilter) -> Result<Listing<EntryView>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut sql = include_str!("sql/entries.sql").to_string();
    let mut values: Vec<Value> = Vec::new();
    let mut and = |column: &str, sign: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!("    and {column} {sign} ${}\n", values.len()));
    };
    if !filter.who.is_blank() {
        and("a.user_id", "=", user_id(app, read_id(filter.who.as_str(), "user")?).await?.into());
    }
    if !filter.patient.is_blank() {
        and("a.patient_id", "=", patient_id(app, read_id(filter.patient.as_str(), "patient")?).await?.into());
    }
    if !filter.thing.is_blank() {
        and("a.thing_kind", "=", filter.thing.to_string().into());
    }
    if !filter.id.is_blank() {
        and("a.thing_public_id", "=", read_id(filter.id.as_str(), "thing")?.into());
    }
    if let Some(after) = cursor.after {
        and("a.id", "<", after.into());
    }
    sql.push_str(&format!("order by a.id desc\nlimit {}", cursor.limit + 1));
    let lines: Vec<Line> = db::rows(&app.db, &sql, values).await?;
    Ok(cursor.cut(lines, |l| l.key, view))
}

fn view(line: Line) -> EntryView {
    EntryView {
        at: line.at,
        who: line.who,
        by: line.by_kind,
        action: line.action,
        thing: line.thing,
        thing_id: line.thing_id,
        patient: line.first_name.zip(line.last_name).map(|(first, last)| format!("{first} {last}")),
        patient_id: line.patient_id,
        fields: line.fields,
        request: line.request,
    }
}

async fn user_id(app: &App, id: Uuid) -> Result<i64> {
    let found = user_account::Entity::find().filter(user_account::Column::PublicId.eq(id)).one(&app.db).await?;
    Ok(found.ok_or(AppError::NotFound("user"))?.id)
}

async fn patient_id(app: &App, id: Uuid) -> Result<i64> {
    let found = patient::Entity::find().filter(patient::Column::PublicId.eq(id)).one(&app.db).await?;
    Ok(found.ok_or(AppError::NotFound("patient"))?.id)
}

/// The users, and the kinds of things of the latest thousand lines.
pub async fn choices(app: &App) -> Result<Choices> {
    let people = user_account::Entity::find().order_by_asc(user_account::Column::Name).all(&app.db).await?;
    let kinds = audit::Entity::find().select_only().column(audit::Column::ThingKind).order_by_desc(audit::Column::Id).limit(1_000);
    let mut things: Vec<String> = kinds.into_tuple().all(&app.db).await?;
    things.sort();
    things.dedup();
    Ok(Choices { people: people.into_iter().map(|u| (u.public_id, u.name)).collect(), things })
}
