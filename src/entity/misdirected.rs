//! A report that went to the wrong person, and what was found out about it.

use crate::reports::misdirected::answers::{Outcome, Seen};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "misdirected")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub outbox_id: i64,
    pub report_id: Option<i64>,
    pub provider_id: i64,
    pub to_address: String,
    pub what_happened: String,
    pub told: Option<String>,
    pub who: Option<String>,
    pub seen: Option<Seen>,
    pub done: Option<String>,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
    /// When the patient was told, where it was a breach.
    pub patient_told_on: Option<Date>,
    pub patient_told_how: Option<String>,
    pub patient_told_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
