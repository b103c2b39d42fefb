//! A clearinghouse, or a payer that takes files itself.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub name: String,
    pub name_key: String,
    pub sender_qualifier: String,
    pub sender_id: String,
    pub receiver_qualifier: String,
    pub receiver_id: String,
    pub group_sender: String,
    pub group_receiver: String,
    pub submitter_id: String,
    pub receiver_name: String,
    pub receiver_code: String,
    pub element_separator: String,
    pub component_separator: String,
    pub repetition_separator: String,
    pub segment_terminator: String,
    pub file_name: String,
    pub folder: Option<String>,
    pub notes: Option<String>,
    pub is_test: bool,
    pub wants_ta1: bool,
    pub one_claim_per_transaction: bool,
    pub breaks_lines: bool,
    pub last_interchange: i64,
    pub last_group: i64,
    pub last_transaction: i64,
    /// The day on which the partner confirmed what stands here.
    pub confirmed_on: Option<Date>,
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
