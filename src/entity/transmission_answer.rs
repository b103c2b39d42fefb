//! What came back before the decision.

use crate::claims::claim::AnswerKind;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transmission_answer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub transmission_id: i64,
    pub user_id: Option<i64>,
    pub kind: AnswerKind,
    pub code: Option<String>,
    pub words: Option<String>,
    pub reference: Option<String>,
    pub actor_name: String,
    pub on_day: Date,
    pub at: DateTimeUtc,
    /// The file that said it, and who speaks in it; none where a person entered it.
    pub exchange_file_id: Option<i64>,
    pub source: Option<String>,
    /// The clearinghouse's own number for the claim.
    pub clearinghouse_no: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
