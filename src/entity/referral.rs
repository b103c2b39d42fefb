//! Who sent whom.

use crate::referrals::referral::{Channel, LostReason, ReferralState, SourceKind, Urgency};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub number: String,
    pub patient_id: i64,
    pub provider_id: Option<i64>,
    pub organization_id: Option<i64>,
    pub ordering_provider_id: Option<i64>,
    pub document_id: Option<i64>,
    pub owner_user_id: Option<i64>,
    pub source_kind: Option<SourceKind>,
    pub channel: Channel,
    pub reason: Option<String>,
    pub urgency: Urgency,
    pub coverage_guess: Option<String>,
    pub state: ReferralState,
    pub lost_reason: Option<LostReason>,
    pub lost_note: Option<String>,
    pub received_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
    pub received_on: Date,
    pub converted_on: Option<Date>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
