//! An order for treatment.

use crate::referrals::prescription::SignatureKind;
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prescription")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub episode_id: i64,
    pub prescriber_id: i64,
    pub document_id: Option<i64>,
    #[sea_orm(column_type = "JsonBinary")]
    pub diagnoses: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub services: Texts,
    pub words: Option<String>,
    pub precautions: Option<String>,
    pub goals: Option<String>,
    pub signature_kind: Option<SignatureKind>,
    pub frequency_min: Option<i64>,
    pub frequency_max: Option<i64>,
    pub duration_weeks: Option<i64>,
    pub visits_stated: Option<i64>,
    pub visits_authorized: Option<i64>,
    pub units_per_visit: Option<i64>,
    pub minutes_per_visit: Option<i64>,
    pub valid_days_after_first: Option<i64>,
    pub signed_on: Option<Date>,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
    pub superseded_on: Option<Date>,
    pub cancelled_on: Option<Date>,
    pub no_expiration: bool,
    pub medically_necessary: bool,
    pub renewal_of_id: Option<i64>,
    pub superseded_by_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
