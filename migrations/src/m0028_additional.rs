//! What a claim tells the payer beside its services: a remark, papers that follow, why it comes late; and what a service is
//! whose code names none.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

const OF_VERSION: [&str; 4] = ["note", "delay_reason", "attachment_kind", "attachment_how"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "claim_version", OF_VERSION.map(schema::text_null).into()).await?;
        add_columns(m, "claim_line", vec![schema::text_null("description")]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "claim_line", &["description"]).await?;
        drop_columns(m, "claim_version", &OF_VERSION).await
    }
}
