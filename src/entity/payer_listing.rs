//! A line of a clearinghouse's list of payers: where claims may go, and by which id.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payer_listing")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    /// Whose list it is.
    pub list: String,
    pub list_key: String,
    pub name: String,
    pub name_key: String,
    /// The payer's id at that clearinghouse.
    pub payer_code: String,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub takes_claims: Option<bool>,
    pub gives_remittances: Option<bool>,
    pub needs_enrollment: Option<bool>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
