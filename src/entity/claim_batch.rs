//! A file of claims that left, with the numbers that its answers come back with.

use crate::claims::batch::state::BatchState;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_batch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub partner_id: i64,
    pub exchange_file_id: i64,
    /// BHT03.
    pub reference: String,
    pub state: BatchState,
    /// ISA13.
    pub interchange_control: i64,
    /// GS06.
    pub group_control: i64,
    /// ST02 of the first transaction; the others follow it.
    pub first_transaction: i64,
    pub transactions: i64,
    pub claims: i64,
    pub total_cents: i64,
    pub is_test: bool,
    pub sent_on: Date,
    /// When it was put into the partner's folder.
    pub placed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
