//! A report to a doctor.

use crate::reports::report::{ReportKind, ReportState};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub reference: String,
    pub kind: ReportKind,
    pub identity: String,
    pub state: ReportState,
    pub skip_reason: Option<String>,
    pub amend_reason: Option<String>,
    pub version_no: i64,
    pub replaces_id: Option<i64>,
    pub copy_of_id: Option<i64>,
    pub provider_id: i64,
    pub provider_email_id: Option<i64>,
    pub patient_id: Option<i64>,
    pub episode_id: Option<i64>,
    pub therapist_id: Option<i64>,
    pub period_on: Option<Date>,
    pub span_from: Option<Date>,
    pub span_to: Option<Date>,
    #[sea_orm(column_type = "JsonBinary")]
    pub wording: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub content: Option<Json>,
    pub content_hash: Option<Vec<u8>>,
    pub opened_at: Option<DateTimeUtc>,
    pub seen_mark: Option<String>,
    pub signed_at: Option<DateTimeUtc>,
    pub released_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    pub signed_by_id: Option<i64>,
    pub released_by_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
