//! A time in which no mail leaves, because the relay refuses us as a whole.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_pause")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub stream: String,
    pub step: String,
    pub code: Option<String>,
    pub words: String,
    pub times: i64,
    pub since_at: DateTimeUtc,
    pub until_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
