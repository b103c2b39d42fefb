//! A code on a payer's sheet.

use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_sheet_code")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub rule_sheet_id: i64,
    pub code: String,
    pub accepted: Option<bool>,
    pub fee_cents: Option<i64>,
    pub allowed_cents: Option<i64>,
    pub max_units: Option<i64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub modifiers: Option<Texts>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
