//! One movement of money or of what is owed; never changed.

use crate::payments::money::{Class, EventKind, Group, Method};
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "money_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub kind: EventKind,
    pub class: Option<Class>,
    pub group_code: Option<Group>,
    pub reason_code: Option<String>,
    pub method: Option<Method>,
    pub reference: Option<String>,
    pub note: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub remarks: Texts,
    pub amount_cents: i64,
    pub posted_on: Date,
    pub created_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub claim_id: Option<i64>,
    pub claim_line_id: Option<i64>,
    pub visit_id: Option<i64>,
    pub patient_id: Option<i64>,
    pub decision_id: Option<i64>,
    pub remittance_id: Option<i64>,
    pub reverses_id: Option<i64>,
    pub entry_error: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
