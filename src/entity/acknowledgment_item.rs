//! What a file of answers says of one thing of ours, and what that did.

use crate::claims::ack_state::{Level, Outcome};
use crate::claims::claim::AnswerKind;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acknowledgment_item")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub acknowledgment_id: i64,
    pub claim_batch_id: Option<i64>,
    pub claim_id: Option<i64>,
    pub n: i64,
    pub level: Level,
    /// As the file says it: ISA13, GS06, ST02, the reference of a batch, or a claim's number.
    pub number: String,
    pub said: AnswerKind,
    pub outcome: Outcome,
    pub words: Option<String>,
    pub code: Option<String>,
    pub source: Option<String>,
    /// Why it changed nothing.
    pub why: Option<String>,
    pub on_day: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
