//! One sending of a version.

use crate::payers::payer::ClaimChannel;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transmission")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub claim_id: i64,
    pub claim_version_id: i64,
    pub created_by_id: Option<i64>,
    pub n: i64,
    pub frequency: i64,
    pub channel: ClaimChannel,
    pub reference: Option<String>,
    pub original_reference: Option<String>,
    /// The file that carried it, its ST02 there, and the positions of its segments (the ST is 1).
    pub claim_batch_id: Option<i64>,
    pub wire_transaction: Option<String>,
    pub first_segment: Option<i64>,
    pub last_segment: Option<i64>,
    pub sent_on: Date,
    /// 1 the claim's own payer, 2 or 3 one after it.
    pub payer_rank: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
