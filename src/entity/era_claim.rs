//! The answer to one claim in a payment of an 835.

use crate::payments::era_state::{FoundBy, MatchState, Said};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "era_claim")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub era_id: i64,
    pub claim_id: Option<i64>,
    pub money_event_id: Option<i64>,
    pub n: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub patient_cents: i64,
    pub segment: i64,
    pub from_byte: i64,
    pub to_byte: i64,
    pub number: String,
    pub status_code: String,
    pub payer_claim_no: String,
    pub patient_name: String,
    pub member_no: String,
    pub state: MatchState,
    pub found_by: Option<FoundBy>,
    pub why: Option<String>,
    pub service_on: Option<Date>,
    #[sea_orm(column_type = "JsonBinary")]
    pub said: Said,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
