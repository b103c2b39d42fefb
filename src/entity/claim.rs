//! A claim; its number survives all that is sent.

use crate::claims::claim::ClaimState;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub number: String,
    pub state: ClaimState,
    pub payer_claim_no: Option<String>,
    pub clearinghouse_claim_no: Option<String>,
    pub visit_id: Option<i64>,
    pub patient_id: i64,
    pub episode_id: Option<i64>,
    pub referral_id: Option<i64>,
    pub prescription_id: Option<i64>,
    pub coverage_id: i64,
    pub payer_id: i64,
    pub part: i64,
    pub draft_frequency: i64,
    pub draft_version_id: Option<i64>,
    pub sent_version_id: Option<i64>,
    pub service_on: Date,
    pub deadline_on: Option<Date>,
    pub first_sent_on: Option<Date>,
    pub first_decided_on: Option<Date>,
    pub voided_on: Option<Date>,
    pub charge_cents: i64,
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub patient_share_cents: i64,
    pub ever_denied: bool,
    pub now_denied: bool,
    pub blocks: i64,
    pub block_code: Option<String>,
    pub block_words: Option<String>,
    pub cap_accepted_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    pub cap_accepted_by_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
