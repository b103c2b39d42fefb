//! What we ask a payer for. A claim has versions, a version has transmissions, a transmission has answers.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A line's version has left the house.
pub const FROZEN: &str = "(select frozen_at from claim_version where id = {row}.claim_version_id) is not null";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // The sums are the ledger's, written in the transaction of each event and proved equal to it by a test.
        Draft::new("claim")
            .public_id()
            .text(&["number", "state", "?payer_claim_no", "?clearinghouse_claim_no"])
            .refers(&[("?visit_id", "visit"), ("patient_id", "patient"), ("?episode_id", "episode"), ("?referral_id", "referral")])
            .refers(&[("?prescription_id", "prescription"), ("coverage_id", "coverage"), ("payer_id", "payer")])
            .number(&["part", "draft_frequency", "?draft_version_id", "?sent_version_id"])
            .day(&["service_on", "?deadline_on", "?first_sent_on", "?first_decided_on", "?voided_on"])
            .number(&["charge_cents", "insurer_cents", "patient_cents", "contractual_cents", "written_off_cents", "patient_share_cents"])
            .flag(&["ever_denied", "now_denied"])
            // What stands against sending the draft, as it was last made: how much, and the first of it.
            .number(&["blocks"])
            .text(&["?block_code", "?block_words"])
            .instant(&["?cap_accepted_at", "?deleted_at"])
            .refers(&[("?cap_accepted_by_id", "user_account")])
            .stamps()
            .create(m)
            .await?;
        unique(m, "claim", &["number"]).await?;
        unique_while(m, "claim", &["visit_id", "part"], "deleted_at").await?;
        index(m, "claim", &["state", "service_on"]).await?;
        index(m, "claim", &["referral_id"]).await?;
        index(m, "claim", &["episode_id"]).await?;
        index(m, "claim", &["patient_id"]).await?;
        index(m, "claim", &["payer_id", "state"]).await?;
        // Frozen when sent: `frozen_at` is set once and the lines stay as they left.
        Draft::new("claim_version")
            .refers(&[
                ("claim_id", "claim"),
                ("coverage_id", "coverage"),
                ("?rule_sheet_id", "rule_sheet"),
                ("?prescription_id", "prescription"),
            ])
            .refers(&[("?referring_provider_id", "provider"), ("therapist_id", "therapist")])
            .number(&["n", "total_cents"])
            .json(&["diagnoses"])
            .text(&["?referring_qualifier", "?referring_name", "?referring_npi", "?rendering_npi", "?billing_npi", "place_of_service"])
            .text(&["?authorization_no"])
            .instant(&["created_at", "?frozen_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        unique(m, "claim_version", &["claim_id", "n"]).await?;
        keep_for_ever(m, "claim_version", Some("old.frozen_at is not null")).await?;
        Draft::new("claim_line")
            .refers(&[("claim_version_id", "claim_version"), ("?fee_id", "fee"), ("?rule_sheet_code_id", "rule_sheet_code")])
            .number(&["n", "?minutes", "units", "excess_units", "fee_cents", "charge_cents"])
            .day(&["service_on"])
            .text(&["code", "pointers"])
            .json(&["modifiers"])
            .create(m)
            .await?;
        unique(m, "claim_line", &["claim_version_id", "n"]).await?;
        keep_with_its_whole(m, "claim_line", FROZEN).await?;
        Draft::new("transmission")
            .public_id()
            .refers(&[("claim_id", "claim"), ("claim_version_id", "claim_version"), ("?created_by_id", "user_account")])
            .number(&["n", "frequency"])
            .text(&["channel", "?reference", "?original_reference"])
            .day(&["sent_on"])
            .instant(&["created_at"])
            .create(m)
            .await?;
        unique(m, "transmission", &["claim_id", "n"]).await?;
        index(m, "transmission", &["sent_on"]).await?;
        keep_for_ever(m, "transmission", None).await?;
        Draft::new("transmission_answer")
            .refers(&[("transmission_id", "transmission"), ("?user_id", "user_account")])
            .text(&["kind", "?code", "?words", "?reference", "actor_name"])
            .day(&["on_day"])
            .instant(&["at"])
            .create(m)
            .await?;
        index(m, "transmission_answer", &["transmission_id"]).await?;
        keep_for_ever(m, "transmission_answer", None).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["claim", "claim_version", "claim_line", "transmission", "transmission_answer"]).await
    }
}
