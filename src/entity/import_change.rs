//! The earlier value of a field that a row changed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub import_row_id: i64,
    pub thing_kind: String,
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub thing_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
