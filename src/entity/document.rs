//! An upload, kept once by its hash.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub sha256: Vec<u8>,
    pub content: Vec<u8>,
    pub media_type: String,
    pub file_name: String,
    pub size: i64,
    pub key_id: i64,
    pub created_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
