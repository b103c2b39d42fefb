//! What was told about a patient, to whom.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub patient_id: i64,
    pub provider_id: Option<i64>,
    pub report_id: Option<i64>,
    pub outbox_id: Option<i64>,
    pub to_address: String,
    pub what: String,
    pub purpose: String,
    pub channel: String,
    pub at: DateTimeUtc,
    /// Which look it was, behind a link; 0 of everything else.
    pub view_no: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
