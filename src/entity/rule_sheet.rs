//! What a payer asks for, from a day on.

use crate::payers::asks::{Approval, CountedPer, Pairs, Tiers};
use crate::types::{Texts, UnitsRule};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_sheet")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub payer_id: i64,
    pub effective_on: Date,
    pub checked_on: Option<Date>,
    pub units_rule: Option<UnitsRule>,
    pub requires_authorization: Option<Approval>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub approval_tiers: Option<Tiers>,
    /// Over what its visits are counted for approval.
    pub approval_counted_per: Option<CountedPer>,
    pub authorization_route: Option<String>,
    pub modifiers: Option<String>,
    pub documentation: Option<String>,
    pub source: Option<String>,
    pub notes: Option<String>,
    pub max_units_per_visit: Option<i64>,
    pub max_visits_per_day: Option<i64>,
    pub rx_valid_days: Option<i64>,
    pub timely_filing_days: Option<i64>,
    pub corrected_claim_days: Option<i64>,
    pub appeal_days: Option<i64>,
    pub report_after_visits: Option<i64>,
    pub report_after_days: Option<i64>,
    pub visit_limit: Option<i64>,
    pub visit_limit_per: Option<CountedPer>,
    /// Visits of physical therapy count into the same limit.
    pub visit_limit_shared: Option<bool>,
    /// The most that it allows for one day, whatever was done.
    pub daily_max_cents: Option<i64>,
    /// On every line.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub line_modifiers: Option<Texts>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub modifier_pairs: Option<Pairs>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub diagnoses_accepted: Option<Texts>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub diagnoses_refused: Option<Texts>,
    /// What it takes as the last letter of an injury's code.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub seventh_characters: Option<Texts>,
    /// Which credentials of ours it pays.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub provider_types: Option<Texts>,
    pub requires_prescription: Option<bool>,
    pub patient_may_be_billed: Option<bool>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub who_may_prescribe: Option<Texts>,
    pub created_at: DateTimeUtc,
    pub replaced_at: Option<DateTimeUtc>,
    pub created_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
