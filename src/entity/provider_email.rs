//! An address of a provider.

use crate::network::provider::{Secure, VerifiedHow};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_email")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub provider_id: i64,
    pub address: String,
    pub label: Option<String>,
    pub secure: Secure,
    pub position: i64,
    pub marketing_opt_out: bool,
    pub verified_on: Option<Date>,
    pub verified_how: Option<VerifiedHow>,
    pub verified_by_id: Option<i64>,
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
