//! Who pays for a patient; dated, never overwritten.

use crate::patients::coverage::Relationship;
use crate::patients::patient::Sex;
use crate::payers::payer::CoverageKind;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub patient_id: i64,
    pub payer_id: Option<i64>,
    pub kind: CoverageKind,
    pub member_no: Option<String>,
    pub claim_no: Option<String>,
    pub group_no: Option<String>,
    pub plan_name: Option<String>,
    pub insured_name: Option<String>,
    pub insured_street: Option<String>,
    pub insured_city: Option<String>,
    pub insured_state: Option<String>,
    pub insured_zip: Option<String>,
    pub insured_born_on: Option<Date>,
    pub insured_sex: Option<Sex>,
    /// The payer gave the patient a number of their own, whoever is insured.
    pub member_no_is_patients_own: bool,
    pub relationship: Relationship,
    pub rank: i64,
    pub visit_limit: Option<i64>,
    pub visits_used_elsewhere: Option<i64>,
    pub dollar_limit_cents: Option<i64>,
    pub dollars_used_cents: Option<i64>,
    pub copay_cents: Option<i64>,
    pub injured_on: Option<Date>,
    pub effective_from: Option<Date>,
    pub effective_to: Option<Date>,
    pub verified_on: Option<Date>,
    pub accident_state: Option<String>,
    pub employer: Option<String>,
    pub adjuster_name: Option<String>,
    pub adjuster_phone: Option<String>,
    pub adjuster_fax: Option<String>,
    pub adjuster_email: Option<String>,
    pub authorization_no: Option<String>,
    /// The days for which the payer agreed,
    pub authorization_from: Option<Date>,
    pub authorization_until: Option<Date>,
    /// and to how many visits.
    pub authorization_visits: Option<i64>,
    pub verified_with: Option<String>,
    pub verified_ref: Option<String>,
    pub notes: Option<String>,
    pub replaces_id: Option<i64>,
    pub replaced_at: Option<DateTimeUtc>,
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
