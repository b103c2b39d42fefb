//! Indexes for what every page asks: without them the alerts of a practice of 26,000 visits took a third of a second.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Which columns of which table. The state comes after the day, so that no other question is tempted to begin with it.
const INDEXES: [(&str, &[&str]); 5] = [
    ("activity", &["purpose", "referral_id"]),
    ("claim", &["visit_id", "deleted_at"]),
    ("episode", &["coverage_id"]),
    ("report", &["replaces_id"]),
    ("visit", &["visit_on", "state", "deleted_at"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            index(m, table, columns).await?;
        }
        m.drop_index(Index::drop().name("ix_visit_visit_on").table("visit").to_owned()).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            m.drop_index(Index::drop().name(format!("ix_{table}_{}", columns.join("_"))).table(table).to_owned()).await?;
        }
        index(m, "visit", &["visit_on"]).await
    }
}
