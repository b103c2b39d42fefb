//! Files of a clearinghouse, kept as they came, and the payments of an 835 as they were read: staged first, posted by a person.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // The exact bytes, once for each direction: `in` came to us, `out` left the house.
        Draft::new("exchange_file")
            .public_id()
            .text(&["direction", "kind", "name"])
            .bytes(&["sha256", "content"])
            .number(&["size"])
            .instant(&["created_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        unique(m, "exchange_file", &["direction", "sha256"]).await?;
        keep_for_ever(m, "exchange_file", None).await?;
        // One payment of an 835 (ST to SE). `fingerprint` is the hash of its content, however it travelled: the same
        // payment is staged once, and what comes again refers to it.
        Draft::new("era")
            .public_id()
            .refers(&[("exchange_file_id", "exchange_file"), ("?payer_id", "payer"), ("?remittance_id", "remittance")])
            .refers(&[("?duplicate_of_id", "era"), ("?overridden_by_id", "user_account")])
            .number(&["n", "from_byte", "to_byte", "amount_cents", "charge_cents", "paid_cents", "items_cents", "claims", "broken"])
            .text(&[
                "state",
                "fingerprint",
                "handling",
                "method",
                "trace",
                "originator",
                "payer_name",
                "payer_no",
                "payee_name",
                "payee_no",
            ])
            .text(&["?why", "?overridden_why"])
            .json(&["cautions", "imbalances"])
            .day(&["?paid_on"])
            .instant(&["?overridden_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "era", &["fingerprint"], "duplicate_of_id").await?;
        index(m, "era", &["exchange_file_id"]).await?;
        index(m, "era", &["remittance_id"]).await?;
        index(m, "era", &["trace"]).await?;
        // The answer to one claim, with the bytes of the file that say it.
        Draft::new("era_claim")
            .public_id()
            .refers(&[("era_id", "era"), ("?claim_id", "claim"), ("?money_event_id", "money_event")])
            .number(&["n", "charge_cents", "paid_cents", "patient_cents", "segment", "from_byte", "to_byte"])
            .text(&["number", "status_code", "payer_claim_no", "patient_name", "member_no"])
            .text(&["state", "?found_by", "?why"])
            .day(&["?service_on"])
            .json(&["said"])
            .create(m)
            .await?;
        unique(m, "era_claim", &["era_id", "n"]).await?;
        index(m, "era_claim", &["claim_id"]).await?;
        index(m, "era_claim", &["state"]).await?;
        // An item of the whole payment (PLB).
        Draft::new("era_item")
            .refers(&[("era_id", "era"), ("?claim_id", "claim")])
            .number(&["n", "amount_cents", "segment"])
            .text(&["reason", "reference"])
            .create(m)
            .await?;
        unique(m, "era_item", &["era_id", "n"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["exchange_file", "era", "era_claim", "era_item"]).await
    }
}
