//! What a person did with an alert.

use crate::outreach::rule::{AlertAction, Rule};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_action")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub rule: Rule,
    pub subject_kind: String,
    pub occurrence: String,
    pub action: AlertAction,
    pub actor_name: String,
    pub why: Option<String>,
    pub subject_id: Uuid,
    pub until_on: Option<Date>,
    pub owner_user_id: Option<i64>,
    pub user_id: Option<i64>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
