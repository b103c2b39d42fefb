//! Money is events. A payer's answer is a decision that groups them; balances are their sums.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // One deposit. `identity` is the payer, trace, date and amount (and the claims, where nothing was paid):
        // the same payment cannot be entered twice while it stands.
        Draft::new("remittance")
            .public_id()
            .refers(&[("payer_id", "payer"), ("?document_id", "document"), ("?created_by_id", "user_account")])
            .text(&["source", "method", "trace", "identity", "?note"])
            .day(&["paid_on", "posted_on", "?taken_back_on"])
            .number(&["amount_cents"])
            .instant(&["created_at", "?taken_back_at"])
            .create(m)
            .await?;
        unique_while(m, "remittance", &["identity"], "taken_back_at").await?;
        index(m, "remittance", &["posted_on"]).await?;
        // `taken_back_on`: an entry error of ours; from that day the decision counts nowhere.
        Draft::new("decision")
            .public_id()
            .refers(&[("claim_id", "claim"), ("claim_version_id", "claim_version"), ("remittance_id", "remittance")])
            .number(&["payer_rank", "charge_cents", "paid_cents", "patient_cents", "contractual_cents", "denied_cents", "reduced_cents"])
            .text(&["status_code", "outcome", "?payer_claim_no", "state_before"])
            .json(&["adjustments"])
            .day(&["posted_on", "?taken_back_on"])
            .refers(&[("?reverses_id", "decision")])
            .instant(&["created_at"])
            .create(m)
            .await?;
        index(m, "decision", &["claim_id"]).await?;
        index(m, "decision", &["remittance_id"]).await?;
        index(m, "decision", &["reverses_id"]).await?;
        Draft::new("money_event")
            .public_id()
            .text(&["kind", "?class", "?group_code", "?reason_code", "?method", "?reference", "?note"])
            .json(&["remarks"])
            .number(&["amount_cents"])
            .day(&["posted_on"])
            .instant(&["created_at"])
            .refers(&[("?created_by_id", "user_account"), ("?claim_id", "claim"), ("?claim_line_id", "claim_line"), ("?visit_id", "visit")])
            .refers(&[("?patient_id", "patient"), ("?decision_id", "decision"), ("?remittance_id", "remittance")])
            .refers(&[("?reverses_id", "money_event")])
            .flag(&["entry_error"])
            .create(m)
            .await?;
        index(m, "money_event", &["claim_id"]).await?;
        index(m, "money_event", &["visit_id"]).await?;
        index(m, "money_event", &["patient_id"]).await?;
        index(m, "money_event", &["decision_id"]).await?;
        index(m, "money_event", &["remittance_id"]).await?;
        index(m, "money_event", &["kind", "posted_on"]).await?;
        keep_for_ever(m, "money_event", None).await?;
        Draft::new("denial")
            .public_id()
            .refers(&[("claim_id", "claim"), ("decision_id", "decision"), ("?claim_line_id", "claim_line")])
            .json(&["reasons"])
            .number(&["amount_cents"])
            .day(&["received_on", "?appeal_by", "?closed_on"])
            .text(&["state", "?root_cause"])
            .stamps()
            .create(m)
            .await?;
        index(m, "denial", &["claim_id"]).await?;
        index(m, "denial", &["state", "appeal_by"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["remittance", "decision", "money_event", "denial"]).await
    }
}
