//! A letter that left, byte for byte, with what it stood on.

use crate::payments::letter_kind::LetterKind;
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub kind: LetterKind,
    pub file_name: String,
    pub claim_id: Option<i64>,
    pub patient_id: Option<i64>,
    pub payer_id: Option<i64>,
    pub sha256: Vec<u8>,
    pub content: Vec<u8>,
    pub pages: i64,
    pub size: i64,
    /// What it is about: denied, owed, or short.
    pub amount_cents: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub facts: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub enclosed: Texts,
    pub made_on: Date,
    pub created_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
