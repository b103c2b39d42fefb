//! The queries of copies.

use crate::entity::{report, report_note};
use crate::error::Result;
use crate::reports::report::ReportState;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};

/// The signed notes that a report is made of.
pub async fn notes_of(db: &impl ConnectionTrait, report_id: i64) -> Result<Vec<i64>> {
    let notes = report_note::Entity::find().select_only().column(report_note::Column::NoteId);
    Ok(notes.filter(report_note::Column::ReportId.eq(report_id)).into_tuple().all(db).await?)
}

/// The latest copy of any version of a report to each doctor, unless it was put aside.
pub async fn latest(db: &impl ConnectionTrait, identity: &str) -> Result<HashMap<i64, report::Model>> {
    let versions =
        Query::select().column(report::Column::Id).from(report::Entity).and_where(report::Column::Identity.eq(identity)).to_owned();
    let copies = report::Entity::find()
        .filter(report::Column::CopyOfId.in_subquery(versions))
        .filter(report::Column::State.ne(ReportState::Skipped))
        .filter(report::Column::DeletedAt.is_null());
    let copies = copies.order_by_asc(report::Column::VersionNo).order_by_asc(report::Column::Id).all(db).await?;
    Ok(copies.into_iter().map(|copy| (copy.provider_id, copy)).collect())
}

/// Doctors who have a report under one of these names, or have one of their own about the same course in hand.
pub async fn told(db: &impl ConnectionTrait, original: &report::Model, identities: Vec<String>) -> Result<HashSet<i64>> {
    let waits = Condition::all()
        .add(report::Column::Kind.eq(original.kind))
        .add(report::Column::EpisodeId.eq(original.episode_id))
        .add(report::Column::CopyOfId.is_null())
        .add(report::Column::State.is_in([ReportState::Draft, ReportState::Signed]));
    let told = report::Entity::find()
        .select_only()
        .column(report::Column::ProviderId)
        .filter(Condition::any().add(report::Column::Identity.is_in(identities)).add(waits))
        .filter(report::Column::DeletedAt.is_null());
    Ok(told.into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// The copies of a report that nobody has signed for.
pub async fn drafts_of(db: &impl ConnectionTrait, report_id: i64) -> Result<Vec<report::Model>> {
    let drafts = report::Entity::find()
        .filter(report::Column::CopyOfId.eq(report_id))
        .filter(report::Column::State.eq(ReportState::Draft))
        .filter(report::Column::DeletedAt.is_null());
    Ok(drafts.order_by_asc(report::Column::Id).all(db).await?)
}
