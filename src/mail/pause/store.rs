//! The queries of the stop.

use crate::entity::mail_pause;
use crate::error::Result;
use crate::mail::outbox::Attempt;
use crate::mail::verdict::scrubbed;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, UpdateMany};

/// The pause that is on, if one is.
pub async fn pause(db: &impl ConnectionTrait) -> Result<Option<mail_pause::Model>> {
    Ok(mail_pause::Entity::find().filter(mail_pause::Column::EndedAt.is_null()).one(db).await?)
}

/// Counts one more refusal of the relay as a whole; nothing goes before `until`.
pub async fn count_pause(
    db: &impl ConnectionTrait,
    known: Option<&mail_pause::Model>,
    end: &Attempt,
    times: i64,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = mail_pause::ActiveModel {
        stream: Set("treatment".into()),
        step: Set(end.step.word().into()),
        code: Set(end.code.map(|c| c.to_string())),
        words: Set(scrubbed(&end.words)),
        times: Set(times),
        until_at: Set(until),
        ..Default::default()
    };
    match known {
        Some(known) => {
            mail_pause::Entity::update(mail_pause::ActiveModel { id: Set(known.id), ..row }).exec(db).await?;
        }
        None => {
            let row = mail_pause::ActiveModel { since_at: Set(now), ..row };
            let once = OnConflict::new().do_nothing().to_owned();
            mail_pause::Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
        }
    }
    Ok(())
}

/// The relay took a mail: a stop whose time is over has ended. One that still lasts has not: what arrived then was on its way before it.
pub async fn end_over(db: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<()> {
    ended(at).filter(mail_pause::Column::UntilAt.lte(at)).exec(db).await?;
    Ok(())
}

/// A person says: try now.
pub async fn end_pause(db: &impl ConnectionTrait, at: DateTime<Utc>, by: Option<i64>) -> Result<()> {
    ended(at).col_expr(mail_pause::Column::EndedById, Expr::value(by)).exec(db).await?;
    Ok(())
}

fn ended(at: DateTime<Utc>) -> UpdateMany<mail_pause::Entity> {
    let ended = mail_pause::Entity::update_many().col_expr(mail_pause::Column::EndedAt, Expr::value(Some(at)));
    ended.filter(mail_pause::Column::EndedAt.is_null())
}
