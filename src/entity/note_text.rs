//! A text that therapists reuse in notes: a snippet behind a short name, or a template of all four parts.

use crate::care::texts::text::TextKind;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "note_text")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    /// Whose own it is; the practice's where nobody's.
    pub therapist_id: Option<i64>,
    /// The same as a number that no two names share: 0 is the practice's.
    pub shelf: i64,
    pub kind: TextKind,
    pub name: String,
    pub words: String,
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
