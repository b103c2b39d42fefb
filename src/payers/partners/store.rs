//! The queries of partners.

use super::partner::PartnerDraft;
use crate::entity::partner;
use crate::error::{AppError, Result};
use crate::types::person_name;
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<partner::Model>> {
    Ok(partner::Entity::find().filter(partner::Column::PublicId.eq(id)).filter(partner::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<partner::Model> {
    crate::db::find::<partner::Entity>(db, id).await?.ok_or(AppError::NotFound("partner"))
}

pub async fn by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<partner::Model>> {
    let living = partner::Entity::find().filter(partner::Column::DeletedAt.is_null());
    Ok(living.filter(partner::Column::NameKey.eq(person_name::fold(name))).one(db).await?)
}

/// All that are in use, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<partner::Model>> {
    Ok(partner::Entity::find().filter(partner::Column::DeletedAt.is_null()).order_by_asc(partner::Column::NameKey).all(db).await?)
}

pub async fn insert(work: &Work<'_>, draft: &PartnerDraft) -> Result<partner::Model> {
    let begun = partner::ActiveModel { last_interchange: Set(0), last_group: Set(0), last_transaction: Set(0), ..Default::default() };
    work.insert(filled(begun, draft)).await
}

pub fn filled(row: partner::ActiveModel, draft: &PartnerDraft) -> partner::ActiveModel {
    let [element, component, repetition, segment] = draft.separators.map(String::from);
    partner::ActiveModel {
        name: Set(draft.name.clone()),
        name_key: Set(person_name::fold(&draft.name)),
        sender_qualifier: Set(draft.sender_qualifier.clone()),
        sender_id: Set(draft.sender_id.clone()),
        receiver_qualifier: Set(draft.receiver_qualifier.clone()),
        receiver_id: Set(draft.receiver_id.clone()),
        group_sender: Set(draft.group_sender.clone()),
        group_receiver: Set(draft.group_receiver.clone()),
        submitter_id: Set(draft.submitter_id.clone()),
        receiver_name: Set(draft.receiver_name.clone()),
        receiver_code: Set(draft.receiver_code.clone()),
        element_separator: Set(element),
        component_separator: Set(component),
        repetition_separator: Set(repetition),
        segment_terminator: Set(segment),
        file_name: Set(draft.file_name.clone()),
        folder: Set(draft.folder.clone()),
        notes: Set(draft.notes.clone()),
        is_test: Set(draft.is_test),
        wants_ta1: Set(draft.wants_ta1),
        one_claim_per_transaction: Set(draft.one_claim_per_transaction),
        breaks_lines: Set(draft.breaks_lines),
        confirmed_on: Set(draft.confirmed_on),
        ..row
    }
}
