//! Summaries that leave without being read first: for which doctor, until when, and who stands by it.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("standing_approval")
            .public_id()
            .refers(&[("provider_id", "provider"), ("signed_by_id", "user_account")])
            .day(&["until_on"])
            .instant(&["signed_at", "?ended_at"])
            .refers(&[("?ended_by_id", "user_account")])
            .create(m)
            .await?;
        unique_while(m, "standing_approval", &["provider_id"], "ended_at").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["standing_approval"]).await
    }
}
