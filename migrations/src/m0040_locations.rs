//! Where we treat beside the practice's own address: item 32 of the form, loop 2310C of the file.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What may name one.
const NAMING: [&str; 2] = ["visit", "claim_version"];
const COLUMN: &str = "location_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("location")
            .public_id()
            .text(&["name", "street", "?street2", "city", "state", "zip", "?npi"])
            .day(&["?closed_on"])
            .stamps()
            .create(m)
            .await?;
        for table in NAMING {
            add_columns(m, table, vec![schema::big_integer_null(COLUMN)]).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in NAMING {
            drop_columns(m, table, &[COLUMN]).await?;
        }
        drop_tables(m, &["location"]).await
    }
}
