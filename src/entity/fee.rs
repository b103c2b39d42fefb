//! The practice's own charge for a code, from a day on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fee")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub code: String,
    pub label: Option<String>,
    pub effective_on: Date,
    pub fee_cents: i64,
    pub created_at: DateTimeUtc,
    pub replaced_at: Option<DateTimeUtc>,
    pub created_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
