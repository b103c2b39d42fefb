//! A line of a draft could be moved into a frozen version of its claim: the first refusal asked only where it came from.

use crate::draft::*;
use crate::m0007_claims::FROZEN;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for name in ["insert", "update", "delete", "change"] {
            let sql = match m.get_database_backend() {
                DbBackend::Sqlite => format!("drop trigger if exists keep_claim_line_{name}"),
                _ => format!("drop trigger if exists keep_claim_line_{name} on claim_line"),
            };
            m.get_connection().execute_unprepared(&sql).await?;
        }
        keep_with_its_whole(m, "claim_line", FROZEN).await
    }

    /// The schema is the same; what was refused stays refused.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
