//! A file of answers (TA1, 999, 277CA) that was taken in, with what it did.

use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acknowledgment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub exchange_file_id: i64,
    /// Who speaks in it.
    pub source: String,
    /// Where it was cut off; what was read before it stands.
    pub cut: Option<String>,
    /// TA1, 999, 277CA.
    pub kinds: Texts,
    pub cautions: Texts,
    pub answered_on: Date,
    /// Claims, by what was done: in a file that could be read, received, taken in, rejected, nothing changed, told before, not ours.
    pub read: i64,
    pub acknowledged: i64,
    pub accepted: i64,
    pub rejected: i64,
    pub kept: i64,
    pub known: i64,
    pub unknown: i64,
    pub needs_a_person: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
