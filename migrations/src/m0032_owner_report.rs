//! The owner's month: which was mailed to whom, so that each gets each month once; and that they do not want it.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("owner_report")
            .refers(&[("user_id", "user_account")])
            .day(&["month_on"])
            .number(&["tries"])
            .instant(&["made_at", "?sent_at"])
            .text(&["?words"])
            .create(m)
            .await?;
        unique(m, "owner_report", &["user_id", "month_on"]).await?;
        add_columns(m, "practice", vec![schema::boolean("owner_report_off").default(false).to_owned()]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "practice", &["owner_report_off"]).await?;
        drop_tables(m, &["owner_report"]).await
    }
}
