//! Who did or saw what.

use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub actor_kind: String,
    pub actor_name: String,
    pub request_id: Option<String>,
    pub action: String,
    pub thing_kind: String,
    pub user_id: Option<i64>,
    pub thing_id: Option<i64>,
    pub patient_id: Option<i64>,
    pub thing_public_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Texts,
    pub previous_hash: Option<Vec<u8>>,
    pub hash: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
