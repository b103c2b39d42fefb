//! The queries of standing approvals.

use crate::entity::report;
use crate::entity::standing_approval::{Column, Entity, Model};
use crate::error::{AppError, Result};
use crate::reports::report::{ReportKind, ReportState};
use crate::types::Month;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::PublicId.eq(id)).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<Model> {
    crate::db::find::<Entity>(db, id).await?.ok_or(AppError::NotFound("standing approval"))
}

/// Those that nobody has ended, also where their day is over; first those that end first.
pub async fn living(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::EndedAt.is_null()).order_by_asc(Column::UntilOn).order_by_asc(Column::Id).all(db).await?)
}

/// Ends what holds for a provider. False: nothing did.
pub async fn end(work: &Work<'_>, provider_id: i64) -> Result<bool> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(Some(work.now)))
        .col_expr(Column::EndedById, Expr::value(work.by.user_id()))
        .filter(Column::ProviderId.eq(provider_id))
        .filter(Column::EndedAt.is_null());
    Ok(ended.exec(&work.tx).await?.rows_affected > 0)
}

/// Summaries of a month that wait, for providers to whom they go by a standing approval of that day.
pub async fn waiting(db: &impl ConnectionTrait, month: Month, on: NaiveDate) -> Result<Vec<(Model, report::Model)>> {
    let standing: Vec<Model> = living(db).await?.into_iter().filter(|s| s.until_on >= on).collect();
    let waits = report::Entity::find()
        .filter(report::Column::Kind.eq(ReportKind::MonthlySummary))
        .filter(report::Column::PeriodOn.eq(month.first()))
        .filter(report::Column::State.eq(ReportState::Draft))
        .filter(report::Column::ReplacesId.is_null())
        .filter(report::Column::DeletedAt.is_null())
        .filter(report::Column::ProviderId.is_in(standing.iter().map(|s| s.provider_id)));
    let waits = waits.order_by_asc(report::Column::Id).all(db).await?;
    let of = |report: report::Model| Some((standing.iter().find(|s| s.provider_id == report.provider_id)?.clone(), report));
    Ok(waits.into_iter().filter_map(of).collect())
}

/// Providers who were written a summary since a month.
pub async fn with_summaries(db: &impl ConnectionTrait, since: Month) -> Result<Vec<i64>> {
    let all = report::Entity::find().select_only().column(report::Column::ProviderId).distinct();
    let all = all.filter(report::Column::Kind.eq(ReportKind::MonthlySummary)).filter(report::Column::PeriodOn.gte(since.first()));
    Ok(all.into_tuple().all(db).await?)
}
