//! A correction that was opened and given up: its version stays in sight, marked.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "claim_version", vec![ColumnDef::new("abandoned_at").timestamp_with_time_zone().null().take()]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "claim_version", &["abandoned_at"]).await
    }
}
