//! A person who is treated.

use crate::patients::patient::Sex;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub preferred_name: Option<String>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub phone_extension: Option<String>,
    pub email: Option<String>,
    pub born_on: Option<Date>,
    pub treatment_consent_on: Option<Date>,
    pub privacy_notice_on: Option<Date>,
    /// Signed: that we may tell the payer, and that the payer pays us (CMS-1500, items 12 and 13).
    pub release_signed_on: Option<Date>,
    pub assignment_signed_on: Option<Date>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub account_no: Option<String>,
    pub guardian: Option<String>,
    pub emergency_contact: Option<String>,
    pub notes: Option<String>,
    pub no_email: bool,
    pub marketing_consent: bool,
    /// From a substance-use program: told to nobody without a consent that holds [42 CFR 2.31].
    pub part2_records: bool,
    pub part2_consent_on: Option<Date>,
    pub part2_consent_until: Option<Date>,
    pub name_key: String,
    pub search_text: String,
    pub merged_into_id: Option<i64>,
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
