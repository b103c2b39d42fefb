//! Insurers and what each of them asks for, as dated sheets.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("payer")
            .public_id()
            .text(&["name", "kind", "claim_channel", "?clearinghouse_payer_id", "?phone", "?fax", "?website"])
            .text(&["?street", "?street2", "?city", "?state", "?zip", "?appeals_address", "?notes", "name_key"])
            .json(&["aliases"])
            .flag(&["era_enrolled"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "payer", &["name_key"], "deleted_at").await?;
        // A null is "unknown, ask". A sheet is never overwritten: a correction of the same day replaces it.
        Draft::new("rule_sheet")
            .public_id()
            .refers(&[("payer_id", "payer")])
            .day(&["effective_on", "?checked_on"])
            .text(&["?units_rule", "?requires_authorization", "?authorization_route", "?modifiers", "?documentation", "?source", "?notes"])
            .number(&["?max_units_per_visit", "?max_visits_per_day", "?rx_valid_days", "?timely_filing_days", "?corrected_claim_days"])
            .number(&["?appeal_days", "?report_after_visits", "?report_after_days", "?visit_limit"])
            .flag(&["?requires_prescription", "?patient_may_be_billed"])
            .json(&["?who_may_prescribe"])
            .instant(&["created_at", "?replaced_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        unique_while(m, "rule_sheet", &["payer_id", "effective_on"], "replaced_at").await?;
        Draft::new("rule_sheet_code")
            .refers(&[("rule_sheet_id", "rule_sheet")])
            .text(&["code"])
            .flag(&["?accepted"])
            .number(&["?fee_cents", "?allowed_cents", "?max_units"])
            .create(m)
            .await?;
        unique(m, "rule_sheet_code", &["rule_sheet_id", "code"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["payer", "rule_sheet", "rule_sheet_code"]).await
    }
}
