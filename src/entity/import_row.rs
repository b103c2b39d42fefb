//! A row of a file and what became of it.

use crate::imports::state::{Decision, RowResult};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub import_batch_id: i64,
    pub provider_id: Option<i64>,
    pub organization_id: Option<i64>,
    pub candidate_id: Option<i64>,
    pub decided_by_id: Option<i64>,
    pub number: i64,
    pub candidate_row: Option<i64>,
    #[sea_orm(column_type = "JsonBinary")]
    pub cells: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub warnings: Texts,
    pub result: RowResult,
    pub reason: Option<String>,
    pub decision: Option<Decision>,
    pub review_key: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
