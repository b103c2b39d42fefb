//! What was answered under a one-time key: the second request gets the same.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.alter_table(Table::alter().table("once_key").add_column(schema::big_integer_null("status")).to_owned()).await?;
        m.alter_table(Table::alter().table("once_key").add_column(schema::text_null("answer")).to_owned()).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.alter_table(Table::alter().table("once_key").drop_column("answer").to_owned()).await?;
        m.alter_table(Table::alter().table("once_key").drop_column("status").to_owned()).await
    }
}
