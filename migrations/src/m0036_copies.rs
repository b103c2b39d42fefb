//! Whom a doctor wants to hear of the patients they share: who gets a copy of what this doctor is told, and which report is a copy of
//! which.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::keyless("report_copy")
            .refers(&[("provider_id", "provider"), ("copy_to_id", "provider")])
            .instant(&["created_at"])
            .refers(&[("?created_by_id", "user_account")])
            .primary_key(&["provider_id", "copy_to_id"])
            .create(m)
            .await?;
        add_columns(m, "report", vec![schema::big_integer_null("copy_of_id")]).await?;
        index(m, "report", &["copy_of_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_index(Index::drop().name("ix_report_copy_of_id").table("report").to_owned()).await?;
        drop_columns(m, "report", &["copy_of_id"]).await?;
        drop_tables(m, &["report_copy"]).await
    }
}
