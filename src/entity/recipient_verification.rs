//! What people said about an address.

use crate::network::provider::VerifiedHow;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient_verification")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub provider_email_id: i64,
    pub address: String,
    pub how: VerifiedHow,
    pub note: Option<String>,
    pub verified_on: Date,
    pub at: DateTimeUtc,
    pub cleared_at: Option<DateTimeUtc>,
    pub cleared_why: Option<String>,
    pub actor_name: String,
    pub user_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
