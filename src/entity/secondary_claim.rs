//! A claim before its second payer.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secondary_claim")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub claim_id: i64,
    pub coverage_id: i64,
    pub payer_id: i64,
    /// 2 secondary, 3 tertiary.
    pub rank: i64,
    pub reference: Option<String>,
    /// When the payer before decided: its clock runs from there.
    pub decided_on: Date,
    pub deadline_on: Option<Date>,
    pub sent_on: Option<Date>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
