//! A refusal, and what became of it.

use crate::payments::money::{DenialState, RootCause};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "denial")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub claim_id: i64,
    pub decision_id: i64,
    pub claim_line_id: Option<i64>,
    #[sea_orm(column_type = "JsonBinary")]
    pub reasons: Texts,
    pub amount_cents: i64,
    pub received_on: Date,
    pub appeal_by: Option<Date>,
    pub closed_on: Option<Date>,
    pub state: DenialState,
    pub root_cause: Option<RootCause>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
