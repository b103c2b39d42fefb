//! Letters that left: appeals, statements, and what asks a payer for more. Each is kept byte for byte, with what it stood on.
//! And the second payer of a claim, billed once the first has answered: the same claim, its number and its charge are one.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("letter")
            .public_id()
            .text(&["kind", "file_name"])
            .refers(&[("?claim_id", "claim"), ("?patient_id", "patient"), ("?payer_id", "payer")])
            .bytes(&["sha256", "content"])
            .number(&["pages", "size", "amount_cents"])
            .json(&["facts", "enclosed"])
            .day(&["made_on"])
            .instant(&["created_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        index(m, "letter", &["claim_id"]).await?;
        index(m, "letter", &["patient_id"]).await?;
        index(m, "letter", &["payer_id"]).await?;
        keep_for_ever(m, "letter", None).await?;
        Draft::new("secondary_claim")
            .public_id()
            .refers(&[("claim_id", "claim"), ("coverage_id", "coverage"), ("payer_id", "payer")])
            .number(&["rank"])
            .text(&["?reference"])
            .day(&["decided_on", "?deadline_on", "?sent_on"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "secondary_claim", &["claim_id", "rank"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["secondary_claim", "letter"]).await
    }
}
