//! One measurement of a note.

use crate::care::measure::{Instrument, Scale};
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
    /// What a generic measure said of itself.
    pub least_hundredths: Option<i64>,
    pub most_hundredths: Option<i64>,
    pub mdc_hundredths: Option<i64>,
}

impl Model {
    pub fn scale(&self) -> Scale {
        Scale { least: self.least_hundredths, most: self.most_hundredths, mdc: self.mdc_hundredths }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
