//! To which payer a claim left: the first one, or one after it. What the first was sent is what is replaced, voided and proved.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "transmission", vec![schema::big_integer("payer_rank").default(1).to_owned()]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "transmission", &["payer_rank"]).await
    }
}
