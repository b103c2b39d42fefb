//! A browser that asked for a code, and until when what it opened stays open.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub link_id: i64,
    pub reader_id: i64,
    pub browser_hash: Vec<u8>,
    pub code_hash: Vec<u8>,
    pub tries: i64,
    pub asked_at: DateTimeUtc,
    pub code_until: DateTimeUtc,
    pub entered_at: Option<DateTimeUtc>,
    pub open_until: Option<DateTimeUtc>,
    /// Its owner said that it is theirs alone.
    pub trusted_until: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
