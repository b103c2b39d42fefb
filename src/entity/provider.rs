//! A person who refers.

use crate::network::provider::{NpiStatus, PreferredChannel, ReportFrequency, Source, Stage, SummaryNaming, WhenQuiet};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub prefix: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub suffix: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub credentials: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Texts,
    pub npi: Option<String>,
    pub npi_status: NpiStatus,
    pub taxonomy_code: Option<String>,
    pub specialty: Option<String>,
    pub license_no: Option<String>,
    pub license_state: Option<String>,
    pub preferred_channel: PreferredChannel,
    pub report_frequency: ReportFrequency,
    pub summary_naming: SummaryNaming,
    pub summary_when_quiet: Option<WhenQuiet>,
    pub stage: Stage,
    pub notes: Option<String>,
    pub source: Source,
    pub owner_user_id: Option<i64>,
    pub merged_into_id: Option<i64>,
    pub last_key: String,
    pub first_key: String,
    pub search_text: String,
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
