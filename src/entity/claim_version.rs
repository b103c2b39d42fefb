//! What a claim said when it was sent.

use crate::claims::versions::additional::{AttachmentKind, AttachmentWay, DelayReason};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_version")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub claim_id: i64,
    pub coverage_id: i64,
    pub rule_sheet_id: Option<i64>,
    pub prescription_id: Option<i64>,
    pub referring_provider_id: Option<i64>,
    pub therapist_id: i64,
    pub n: i64,
    pub total_cents: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub diagnoses: Texts,
    pub referring_qualifier: Option<String>,
    pub referring_name: Option<String>,
    pub referring_npi: Option<String>,
    pub rendering_npi: Option<String>,
    pub billing_npi: Option<String>,
    pub place_of_service: String,
    pub location_id: Option<i64>,
    pub authorization_no: Option<String>,
    pub note: Option<String>,
    pub delay_reason: Option<DelayReason>,
    pub attachment_kind: Option<AttachmentKind>,
    pub attachment_how: Option<AttachmentWay>,
    pub created_at: DateTimeUtc,
    pub frozen_at: Option<DateTimeUtc>,
    pub created_by_id: Option<i64>,
    /// A correction that was opened and given up: it never left.
    pub abandoned_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
