//! Work with a time that is done once: a row for each, claimed like a mail. A program that ends in the middle leaves it to the next, and
//! what failed is tried again after a while.

use crate::app::App;
use crate::entity::work::{ActiveModel, Column, Entity};
use crate::error::Result;
use crate::types::day::span;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

/// Longer than any of it takes: whoever holds it longer is gone.
const LEASE: TimeDelta = TimeDelta::minutes(15);

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

/// Takes it in hand; tells how often it was by now.
async fn claim(app: &App, due: &Due<'_>, now: DateTime<Utc>) -> Result<Option<i64>> {
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
    let waits = Column::State.eq(WorkState::Waiting.word()).and(Column::DueAt.lte(now));
    let left = Column::State.eq(WorkState::Claimed.word()).and(Column::LeaseUntil.lt(now));
    let claimed = Entity::update_many()
        .col_expr(Column::State, Expr::value(WorkState::Claimed.word()))
        .col_expr(Column::LeaseUntil, Expr::value(Some(now + LEASE)))
        .col_expr(Column::LeaseToken, Expr::value(Some(app.post.boot_id.clone())))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Kind.eq(due.kind))
        .filter(Column::Key.eq(&due.key))
        .filter(Condition::any().add(waits).add(left));
    Ok(claimed.exec_with_returning(&app.db).await?.pop().map(|row| row.attempts))
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
