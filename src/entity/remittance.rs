//! One deposit of a payer.

use crate::payments::money::Method;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remittance")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub payer_id: i64,
    pub document_id: Option<i64>,
    pub created_by_id: Option<i64>,
    pub source: String,
    pub method: Method,
    pub trace: String,
    pub identity: String,
    pub note: Option<String>,
    /// Why the owner let it be posted although its file does not balance.
    pub overridden_why: Option<String>,
    pub paid_on: Date,
    pub posted_on: Date,
    pub taken_back_on: Option<Date>,
    pub amount_cents: i64,
    pub created_at: DateTimeUtc,
    pub taken_back_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
