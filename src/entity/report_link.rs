//! A report behind a link: until when it opens, how often it did, and why it does not any more.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_link")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub report_id: i64,
    /// The mail that brought it.
    pub outbox_id: i64,
    pub reader_id: i64,
    pub token_hash: Vec<u8>,
    pub views: i64,
    /// Wrong codes and digits, all browsers together.
    pub tries: i64,
    pub made_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub opened_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_why: Option<String>,
    pub ended_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
