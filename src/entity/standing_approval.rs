//! The owner's word that a doctor's monthly summaries leave without being read first, for a while.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standing_approval")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub provider_id: i64,
    pub signed_by_id: i64,
    /// The last day on which a summary leaves by it.
    pub until_on: Date,
    pub signed_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
