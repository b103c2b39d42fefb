//! A month's report that was mailed to an owner, or is to be.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owner_report")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: i64,
    pub month_on: Date,
    pub tries: i64,
    pub made_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    /// What the mail server said last.
    pub words: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
