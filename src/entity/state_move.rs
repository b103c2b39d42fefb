//! One move of a state: from, to, when, who, why.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "state_move")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub thing_kind: String,
    pub from_state: Option<String>,
    pub to_state: String,
    pub actor_name: String,
    pub why: Option<String>,
    pub thing_id: i64,
    pub user_id: Option<i64>,
    pub on_day: Date,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
