//! One payment of an 835, as it was read.

use crate::payments::era_state::EraState;
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "era")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub exchange_file_id: i64,
    pub payer_id: Option<i64>,
    pub remittance_id: Option<i64>,
    pub duplicate_of_id: Option<i64>,
    pub overridden_by_id: Option<i64>,
    /// Another payment under its number, with other content.
    pub clash_id: Option<i64>,
    pub another_by_id: Option<i64>,
    pub n: i64,
    pub from_byte: i64,
    pub to_byte: i64,
    pub amount_cents: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub items_cents: i64,
    pub claims: i64,
    pub broken: i64,
    pub state: EraState,
    pub fingerprint: String,
    pub handling: String,
    pub method: String,
    pub trace: String,
    pub originator: String,
    pub payer_name: String,
    pub payer_no: String,
    pub payee_name: String,
    pub payee_no: String,
    pub why: Option<String>,
    pub overridden_why: Option<String>,
    pub another_why: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub cautions: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub imbalances: Json,
    pub paid_on: Option<Date>,
    pub overridden_at: Option<DateTimeUtc>,
    pub another_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
