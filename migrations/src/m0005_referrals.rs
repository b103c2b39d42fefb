//! Who sent whom for what: referrals, the episode of care each opens, and the orders that cover its visits.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // `received_on` is the local day of `received_at`, kept for the questions that count by day.
        Draft::new("referral")
            .public_id()
            .text(&["number"])
            .refers(&[("patient_id", "patient"), ("?provider_id", "provider"), ("?organization_id", "organization")])
            .refers(&[("?ordering_provider_id", "provider"), ("?document_id", "document"), ("?owner_user_id", "user_account")])
            .text(&["?source_kind", "channel", "?reason", "urgency", "?coverage_guess", "state", "?lost_reason", "?lost_note"])
            .instant(&["received_at", "?deleted_at"])
            .day(&["received_on", "?converted_on"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "referral", &["number"]).await?;
        index(m, "referral", &["provider_id", "received_on"]).await?;
        index(m, "referral", &["patient_id"]).await?;
        index(m, "referral", &["state", "received_on"]).await?;
        index(m, "referral", &["received_on"]).await?;
        Draft::new("episode")
            .public_id()
            .refers(&[("referral_id", "referral"), ("patient_id", "patient"), ("?coverage_id", "coverage"), ("?therapist_id", "therapist")])
            .text(&["?complaint", "?discharge_reason"])
            .json(&["diagnoses", "goals"])
            .day(&["?started_on", "?discharged_on"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "episode", &["referral_id"]).await?;
        index(m, "episode", &["patient_id"]).await?;
        index(m, "episode", &["therapist_id"]).await?;
        // How many visits an order has left is always counted, never stored.
        Draft::new("prescription")
            .public_id()
            .refers(&[("episode_id", "episode"), ("prescriber_id", "provider"), ("?document_id", "document")])
            .json(&["diagnoses", "services"])
            .text(&["?words", "?precautions", "?goals", "?signature_kind"])
            .number(&["?frequency_min", "?frequency_max", "?duration_weeks", "?visits_stated", "?visits_authorized"])
            .number(&["?units_per_visit", "?minutes_per_visit", "?valid_days_after_first"])
            .day(&["?signed_on", "?valid_from", "?valid_to", "?superseded_on", "?cancelled_on"])
            .flag(&["no_expiration", "medically_necessary"])
            .refers(&[("?renewal_of_id", "prescription"), ("?superseded_by_id", "prescription")])
            .stamps()
            .create(m)
            .await?;
        index(m, "prescription", &["episode_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["referral", "episode", "prescription"]).await
    }
}
