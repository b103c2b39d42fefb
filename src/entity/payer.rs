//! An insurer.

use crate::payers::payer::{ClaimChannel, CoverageKind};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub name: String,
    pub kind: CoverageKind,
    pub claim_channel: ClaimChannel,
    pub clearinghouse_payer_id: Option<String>,
    /// Where its electronic claims go; none where the only partner is meant.
    pub partner_id: Option<i64>,
    /// What kind of plan it is on the wire (SBR09), where its kind does not say it.
    pub filing_code: Option<String>,
    /// What it knew the practice by before there were NPIs.
    pub provider_no: Option<String>,
    /// DN or DK: how it wants the one who sent the patient named.
    pub order_qualifier: Option<String>,
    /// We have not agreed to take what it allows.
    pub declines_assignment: bool,
    /// A paper claim of several pages is added up on the last one.
    pub totals_on_last_page: bool,
    /// It wants to know what the patient paid.
    pub wants_patient_paid: bool,
    /// On paper it wants to know what the payers before it paid.
    pub wants_payers_paid: bool,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub website: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub appeals_address: Option<String>,
    pub notes: Option<String>,
    pub name_key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub aliases: Texts,
    pub era_enrolled: bool,
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
