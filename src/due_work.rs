//! Work with a time that is done once: a row for each, claimed like a mail. A program that ends in the middle leaves it to the next, and
//! what failed is tried again after a while.

use crate::app::App;
use crate::entity::work::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::types::day::span;
use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::Value;

/// Longer than any of it takes: whoever holds it longer is gone.
const LEASE: TimeDelta = TimeDelta::minutes(15);
/// So long it can be looked up when something was done.
const KEPT: TimeDelta = TimeDelta::days(90);

crate::words! {
    /// How a piece of work stands.
    pub enum WorkState {
        Waiting = "waiting", "Waiting";
        Claimed = "claimed", "In hand";
        Done = "done", "Done";
    }
}

/// What is to be done, for which day or thing, and not before when.
pub struct Due<'a> {
    pub kind: &'a str,
    pub key: String,
    pub at: DateTime<Utc>,
}

/// Does what is due, if its time has come and nobody did it or has it in hand. Gives what came of it; nothing where it was not ours.
pub async fn once<T, F: Future<Output = Result<T>>>(app: &App, due: &Due<'_>, work: impl FnOnce() -> F) -> Result<Option<T>> {
    let now = app.now();
    if now < due.at {
        return Ok(None);
    }
    let Some(attempts) = claim(app, due, now).await? else { return Ok(None) };
    match work().await {
        Ok(done) => {
            settle(app, due, WorkState::Done, None, None).await?;
            Ok(Some(done))
        }
        Err(error) => {
            let wait = span(crate::mail::verdict::backoff(attempts, &app.config.waits.backoff, 1_000));
            settle(app, due, WorkState::Waiting, Some(app.now() + wait), Some(error.to_string())).await?;
            Err(error)
        }
    }
}

/// Whether it was done.
pub async fn is_done(app: &App, kind: &str, key: &str) -> Result<bool> {
    Ok(find(app, kind, key).await?.is_some_and(|row| row.state == WorkState::Done.word()))
}

/// What the last piece of work of a kind left for the next one.
pub async fn left(app: &App, kind: &str, key: &str) -> Result<Option<Value>> {
    Ok(find(app, kind, key).await?.map(|row| row.payload))
}

/// Leaves something for the next piece of work of a kind, in place of what lay there.
pub async fn leave(app: &App, kind: &str, key: String, payload: Value) -> Result<()> {
    let now = app.now();
    let row = ActiveModel {
        kind: Set(kind.into()),
        key: Set(key),
        state: Set(WorkState::Done.word().into()),
        due_at: Set(now),
        done_at: Set(Some(now)),
        created_at: Set(now),
        attempts: Set(0),
        payload: Set(payload),
        ..Default::default()
    };
    let latest = OnConflict::columns([Column::Kind, Column::Key]).update_columns([Column::Payload, Column::DoneAt]).to_owned();
    Entity::insert(row).on_conflict(latest).exec_without_returning(&app.db).await?;
    Ok(())
}

/// Takes it in hand; tells how often it was by now. Most looks find it done, and write nothing.
async fn claim(app: &App, due: &Due<'_>, now: DateTime<Utc>) -> Result<Option<i64>> {
    let row = match find(app, due.kind, &due.key).await? {
        Some(row) => row,
        None => {
            insert(app, due, now).await?;
            find(app, due.kind, &due.key).await?.ok_or_else(|| anyhow!("the row of a piece of work is gone"))?
        }
    };
    let is_open = match row.state.parse() {
        Ok(WorkState::Waiting) => row.due_at <= now,
        Ok(WorkState::Claimed) => row.lease_until.is_none_or(|until| until < now),
        Ok(WorkState::Done) | Err(_) => false,
    };
    if !is_open {
        return Ok(None);
    }
    let claimed = Entity::update_many()
        .col_expr(Column::State, Expr::value(WorkState::Claimed.word()))
        .col_expr(Column::LeaseUntil, Expr::value(Some(now + LEASE)))
        .col_expr(Column::LeaseToken, Expr::value(Some(app.post.boot_id.clone())))
        .col_expr(Column::Attempts, Expr::value(row.attempts + 1))
        .filter(Column::Id.eq(row.id))
        // Each claim counts one more: of two that saw the same row one takes it.
        .filter(Column::Attempts.eq(row.attempts))
        .filter(Column::State.eq(row.state));
    Ok((claimed.exec(&app.db).await?.rows_affected == 1).then_some(row.attempts + 1))
}

async fn find(app: &App, kind: &str, key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Kind.eq(kind)).filter(Column::Key.eq(key)).one(&app.db).await?)
}

/// The row of it, where another process does not write it at the same moment.
async fn insert(app: &App, due: &Due<'_>, now: DateTime<Utc>) -> Result<()> {
    let row = ActiveModel {
        kind: Set(due.kind.into()),
        key: Set(due.key.clone()),
        state: Set(WorkState::Waiting.word().into()),
        due_at: Set(due.at),
        created_at: Set(now),
        attempts: Set(0),
        payload: Set(serde_json::json!({})),
        ..Default::default()
    };
    let once = OnConflict::columns([Column::Kind, Column::Key]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(&app.db).await?;
    Ok(())
}

async fn settle(app: &App, due: &Due<'_>, to: WorkState, again_at: Option<DateTime<Utc>>, words: Option<String>) -> Result<()> {
    let mut settled = Entity::update_many()
        .col_expr(Column::State, Expr::value(to.word()))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::LastText, Expr::value(words))
        .filter(Column::Kind.eq(due.kind))
        .filter(Column::Key.eq(&due.key))
        .filter(Column::State.eq(WorkState::Claimed.word()))
        .filter(Column::LeaseToken.eq(app.post.boot_id.clone()));
    settled = match again_at {
        Some(at) => settled.col_expr(Column::DueAt, Expr::value(at)),
        None => settled.col_expr(Column::DoneAt, Expr::value(Some(app.now()))),
    };
    settled.exec(&app.db).await?;
    Ok(())
}

/// Forgets what was done long ago.
pub async fn forget_done(app: &App) -> Result<()> {
    let old = Column::DoneAt.lt(app.now() - KEPT);
    Entity::delete_many().filter(old).exec(&app.db).await?;
    Ok(())
}
