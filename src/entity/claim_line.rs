//! A line of a version.

use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub claim_version_id: i64,
    pub fee_id: Option<i64>,
    pub rule_sheet_code_id: Option<i64>,
    pub n: i64,
    pub minutes: Option<i64>,
    pub units: i64,
    pub excess_units: i64,
    pub fee_cents: i64,
    pub charge_cents: i64,
    pub service_on: Date,
    pub code: String,
    /// What it was, where the code names nothing (97039, 97139, 97799).
    pub description: Option<String>,
    pub pointers: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub modifiers: Texts,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
