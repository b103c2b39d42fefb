//! One measurement of a note.

use crate::care::measure::Instrument;
use crate::types::Texts;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measure")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub note_id: i64,
    pub episode_id: i64,
    pub instrument: Instrument,
    pub label: String,
    pub position: i64,
    pub value_hundredths: i64,
    pub answered: Option<i64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub items: Option<Texts>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
