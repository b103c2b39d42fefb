//! What clearinghouses and payers answer in files (TA1, 999, 277CA): each file once, what it says item by item, and the answers on
//! the sendings of claims, with who gave them.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const ANSWER_NUMBERS: [&str; 1] = ["exchange_file_id"];
const ANSWER_TEXTS: [&str; 2] = ["source", "clearinghouse_no"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // One file of answers. Its numbers count claims, each by what the file did to it.
        Draft::new("acknowledgment")
            .public_id()
            .refers(&[("exchange_file_id", "exchange_file")])
            .text(&["source", "?cut"])
            .json(&["kinds", "cautions"])
            .day(&["answered_on"])
            .number(&["read", "acknowledged", "accepted", "rejected", "kept", "known", "unknown"])
            .flag(&["needs_a_person"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "acknowledgment", &["exchange_file_id"]).await?;
        // What it says of a file, a group, a transaction, a batch or a claim of ours, and what that did.
        Draft::new("acknowledgment_item")
            .refers(&[("acknowledgment_id", "acknowledgment"), ("?claim_batch_id", "claim_batch"), ("?claim_id", "claim")])
            .number(&["n"])
            .text(&["level", "number", "said", "outcome", "?words", "?code", "?source", "?why"])
            .day(&["on_day"])
            .create(m)
            .await?;
        unique(m, "acknowledgment_item", &["acknowledgment_id", "n"]).await?;
        index(m, "acknowledgment_item", &["claim_batch_id", "level"]).await?;
        keep_for_ever(m, "acknowledgment_item", None).await?;
        let mut columns: Vec<ColumnDef> = ANSWER_NUMBERS.map(|name| ColumnDef::new(name).big_integer().null().take()).into();
        columns.extend(ANSWER_TEXTS.map(|name| ColumnDef::new(name).text().null().take()));
        add_columns(m, "transmission_answer", columns).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "transmission_answer", &ANSWER_TEXTS).await?;
        drop_columns(m, "transmission_answer", &ANSWER_NUMBERS).await?;
        drop_tables(m, &["acknowledgment", "acknowledgment_item"]).await
    }
}
