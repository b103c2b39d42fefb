//! The care that a referral opened.

use crate::referrals::referral::DischargeReason;
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "episode")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub referral_id: i64,
    pub patient_id: i64,
    pub coverage_id: Option<i64>,
    pub therapist_id: Option<i64>,
    pub complaint: Option<String>,
    pub discharge_reason: Option<DischargeReason>,
    #[sea_orm(column_type = "JsonBinary")]
    pub diagnoses: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub goals: Texts,
    pub started_on: Option<Date>,
    pub discharged_on: Option<Date>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
