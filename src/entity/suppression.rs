//! An address that gets no mail.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub address: String,
    pub stream: String,
    pub reason: String,
    pub at: DateTimeUtc,
    pub lifted_at: Option<DateTimeUtc>,
    /// The person who lifted it, and why.
    pub lifted_by_id: Option<i64>,
    pub lifted_why: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
