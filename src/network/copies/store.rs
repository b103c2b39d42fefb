//! The queries of who gets copies.

use crate::db;
use crate::entity::provider;
use crate::entity::report_copy::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::work::Work;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, Set};

/// The rows of a doctor, and of entries that were merged into theirs; each with who that is by now.
pub async fn of(db: &impl ConnectionTrait, provider_id: i64) -> Result<Vec<(Model, provider::Model)>> {
    let merged = Query::select()
        .column(provider::Column::Id)
        .from(provider::Entity)
        .and_where(provider::Column::MergedIntoId.eq(provider_id))
        .to_owned();
    let own = Condition::any().add(Column::ProviderId.eq(provider_id)).add(Column::ProviderId.in_subquery(merged));
    let rows = Entity::find().filter(own).all(db).await?;
    let mut people = db::by_ids::<provider::Entity>(db, rows.iter().map(|row| row.copy_to_id)).await?;
    while people.values().any(|p| p.merged_into_id.is_some()) {
        let into = db::by_ids::<provider::Entity>(db, people.values().filter_map(|p| p.merged_into_id)).await?;
        for person in people.values_mut() {
            if let Some(became) = person.merged_into_id.and_then(|id| into.get(&id)) {
                *person = became.clone();
            }
        }
    }
    Ok(rows.into_iter().filter_map(|row| people.get(&row.copy_to_id).cloned().map(|person| (row, person))).collect())
}

/// False: it was there, perhaps since this moment.
pub async fn insert(work: &Work<'_>, provider_id: i64, copy_to_id: i64) -> Result<bool> {
    let mut row = ActiveModel { provider_id: Set(provider_id), copy_to_id: Set(copy_to_id), ..Default::default() };
    work.stamp(&mut row);
    let unless_there = OnConflict::columns([Column::ProviderId, Column::CopyToId]).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(unless_there).exec_without_returning(&work.tx).await? > 0)
}

pub async fn delete(work: &Work<'_>, row: Model) -> Result<()> {
    row.delete(&work.tx).await?;
    Ok(())
}
