//! A doctor's answer to a renewal request, given at a link.

use crate::reports::sign_backs::answer::{Answer, Settled};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_back")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub report_id: i64,
    pub link_id: i64,
    /// The order that came of it.
    pub prescription_id: Option<i64>,
    pub answer: Answer,
    pub words: Option<String>,
    pub signed_name: String,
    pub visits: Option<i64>,
    pub per_week: Option<i64>,
    pub until_on: Option<Date>,
    pub settled_how: Option<Settled>,
    pub settled_why: Option<String>,
    pub settled_at: Option<DateTimeUtc>,
    pub settled_by_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
