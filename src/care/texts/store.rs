//! The queries of the texts that are used again.

use super::text::TextDraft;
use crate::entity::note_text::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

/// The shelf that all who treat take from.
pub const PRACTICE: i64 = 0;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::PublicId.eq(id)).one(db).await?)
}

/// The living texts of some shelves, by name; of one name the therapist's own goes first.
pub async fn on_shelves(db: &impl ConnectionTrait, shelves: &[i64]) -> Result<Vec<Model>> {
    let texts = Entity::find().filter(Column::Shelf.is_in(shelves.iter().copied())).filter(Column::DeletedAt.is_null());
    Ok(texts.order_by_asc(Column::Name).order_by_desc(Column::Shelf).all(db).await?)
}

/// Whether the name is taken by another living text of the shelf.
pub async fn is_taken(db: &impl ConnectionTrait, shelf: i64, draft: &TextDraft, but: Option<i64>) -> Result<bool> {
    let same = Entity::find().filter(Column::Shelf.eq(shelf)).filter(Column::Kind.eq(draft.kind)).filter(Column::Name.eq(&draft.name));
    let found = same.filter(Column::DeletedAt.is_null()).one(db).await?;
    Ok(found.is_some_and(|text| Some(text.id) != but))
}

pub async fn insert(work: &Work<'_>, shelf: i64, draft: &TextDraft) -> Result<Model> {
    let therapist_id = Some(shelf).filter(|s| *s != PRACTICE);
    let row = ActiveModel { therapist_id: Set(therapist_id), shelf: Set(shelf), kind: Set(draft.kind), ..Default::default() };
    work.insert(filled(row, draft)).await
}

pub fn filled(row: ActiveModel, draft: &TextDraft) -> ActiveModel {
    ActiveModel {
        name: Set(draft.name.clone()),
        words: Set(draft.words.clone()),
        subjective: Set(draft.subjective.clone()),
        objective: Set(draft.objective.clone()),
        assessment: Set(draft.assessment.clone()),
        plan: Set(draft.plan.clone()),
        ..row
    }
}
