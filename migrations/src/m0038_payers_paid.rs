//! Some payers want to read on paper what the payers before them paid (item 29).

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "wants_payers_paid";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "payer", vec![schema::boolean(COLUMN).default(false).to_owned()]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "payer", &[COLUMN]).await
    }
}
