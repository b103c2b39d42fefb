//! A file of a clearinghouse or payer, byte for byte.

use crate::documents::exchange::file::{Direction, FileKind};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_file")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub direction: Direction,
    pub kind: FileKind,
    pub name: String,
    pub sha256: Vec<u8>,
    pub content: Vec<u8>,
    pub size: i64,
    pub created_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
