//! A generic measure may say its own range and the smallest change that means something, in hundredths like its value.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["least_hundredths", "most_hundredths", "mdc_hundredths"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "measure", COLUMNS.map(|name| ColumnDef::new(name).big_integer().null().take()).into()).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "measure", &COLUMNS).await
    }
}
