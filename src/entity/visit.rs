//! A visit.

use crate::care::visit::VisitState;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub episode_id: i64,
    pub patient_id: i64,
    pub therapist_id: i64,
    pub coverage_id: Option<i64>,
    pub visit_on: Date,
    pub starts_at: Option<Time>,
    pub ends_at: Option<Time>,
    pub place_of_service: String,
    pub location_id: Option<i64>,
    pub state: VisitState,
    pub cancel_reason: Option<String>,
    pub discount_reason: Option<String>,
    pub charge_cents: Option<i64>,
    pub discount_cents: i64,
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
