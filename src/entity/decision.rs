//! A payer's answer to a claim.

use crate::claims::claim::ClaimState;
use crate::payments::money::DecisionOutcome;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub claim_id: i64,
    pub claim_version_id: i64,
    pub remittance_id: i64,
    pub payer_rank: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub denied_cents: i64,
    pub reduced_cents: i64,
    pub status_code: String,
    pub outcome: DecisionOutcome,
    pub payer_claim_no: Option<String>,
    pub state_before: ClaimState,
    #[sea_orm(column_type = "JsonBinary")]
    pub adjustments: Json,
    pub posted_on: Date,
    pub taken_back_on: Option<Date>,
    pub reverses_id: Option<i64>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
