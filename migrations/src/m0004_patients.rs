//! Patients, who pays for them, and what they asked us not to tell.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("patient")
            .public_id()
            .text(&["first_name", "?middle_name", "last_name", "?preferred_name", "?sex", "?phone", "?phone_extension", "?email"])
            .day(&["?born_on", "?treatment_consent_on", "?privacy_notice_on"])
            .text(&["?street", "?street2", "?city", "?state", "?zip", "?account_no", "?guardian", "?emergency_contact", "?notes"])
            .flag(&["no_email", "marketing_consent"])
            .text(&["name_key", "search_text"])
            .refers(&[("?merged_into_id", "patient")])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "patient", &["name_key", "born_on"]).await?;
        index(m, "patient", &["created_by_id"]).await?;
        Draft::new("restriction")
            .public_id()
            .refers(&[("patient_id", "patient"), ("?provider_id", "provider")])
            .text(&["?reason"])
            .day(&["set_on", "?lifted_on"])
            .stamps()
            .create(m)
            .await?;
        index(m, "restriction", &["patient_id"]).await?;
        // Dated and never overwritten: a change is a new row that names the one it replaces.
        Draft::new("coverage")
            .public_id()
            .refers(&[("patient_id", "patient"), ("?payer_id", "payer")])
            .text(&["kind", "?member_no", "?claim_no", "?group_no", "?plan_name", "?insured_name", "relationship"])
            .number(&["rank", "?visit_limit", "?visits_used_elsewhere", "?dollar_limit_cents", "?dollars_used_cents", "?copay_cents"])
            .day(&["?injured_on", "?effective_from", "?effective_to", "?verified_on"])
            .text(&["?accident_state", "?employer", "?adjuster_name", "?adjuster_phone", "?adjuster_fax", "?adjuster_email"])
            .text(&["?authorization_no", "?verified_with", "?verified_ref", "?notes"])
            .refers(&[("?replaces_id", "coverage")])
            .instant(&["?replaced_at", "?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "coverage", &["patient_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["patient", "restriction", "coverage"]).await
    }
}
