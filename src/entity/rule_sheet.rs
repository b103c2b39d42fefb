//! What a payer asks for, from a day on.

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
    pub requires_authorization: Option<String>,
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
