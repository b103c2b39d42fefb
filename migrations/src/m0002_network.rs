//! Those who refer: providers, their organizations, and how we keep in touch.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("organization")
            .public_id()
            .text(&["name", "?dba", "?npi", "?phone", "?phone_extension", "?fax", "?email", "?website"])
            .text(&["?street", "?street2", "?city", "?state", "?zip", "?hours", "?notes", "source"])
            .flag(&["?hospital_owned"])
            .text(&["name_key", "search_text"])
            .refers(&[("?merged_into_id", "organization")])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "organization", &["npi"], "deleted_at").await?;
        index(m, "organization", &["name_key"]).await?;
        // Staff of an office: never a source of referrals.
        Draft::new("organization_contact")
            .public_id()
            .refers(&[("organization_id", "organization")])
            .text(&["name", "?role", "?phone", "?phone_extension", "?email", "?notes"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "organization_contact", &["organization_id"]).await?;

        Draft::new("provider")
            .public_id()
            .text(&["?prefix", "?first_name", "?middle_name", "last_name", "?suffix"])
            .json(&["credentials", "tags"])
            .text(&["?npi", "npi_status", "?taxonomy_code", "?specialty", "?license_no", "?license_state"])
            .text(&["preferred_channel", "report_frequency", "summary_naming", "stage", "?notes", "source"])
            .refers(&[("?owner_user_id", "user_account"), ("?merged_into_id", "provider")])
            .text(&["last_key", "first_key", "search_text"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "provider", &["npi"], "deleted_at").await?;
        index(m, "provider", &["last_key", "first_key"]).await?;
        Draft::new("provider_email")
            .public_id()
            .refers(&[("provider_id", "provider")])
            .text(&["address", "?label", "secure"])
            .number(&["position"])
            .flag(&["marketing_opt_out"])
            .day(&["?verified_on"])
            .text(&["?verified_how"])
            .refers(&[("?verified_by_id", "user_account")])
            .instant(&["?deleted_at", "created_at"])
            .create(m)
            .await?;
        unique_while(m, "provider_email", &["provider_id", "address"], "deleted_at").await?;
        index(m, "provider_email", &["address"]).await?;
        // The history of what people said about an address; the row above holds what is true now.
        Draft::new("recipient_verification")
            .refers(&[("provider_email_id", "provider_email")])
            .text(&["address", "how", "?note"])
            .day(&["verified_on"])
            .instant(&["at", "?cleared_at"])
            .text(&["?cleared_why", "actor_name"])
            .refers(&[("?user_id", "user_account")])
            .create(m)
            .await?;
        Draft::new("provider_phone")
            .public_id()
            .refers(&[("provider_id", "provider")])
            .text(&["e164", "?extension", "?label"])
            .flag(&["is_fax"])
            .number(&["position"])
            .instant(&["?deleted_at", "created_at"])
            .create(m)
            .await?;
        index(m, "provider_phone", &["provider_id"]).await?;
        index(m, "provider_phone", &["e164"]).await?;
        Draft::new("affiliation")
            .public_id()
            .refers(&[("provider_id", "provider"), ("organization_id", "organization")])
            .day(&["?from_on", "?to_on"])
            .flag(&["is_primary"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "affiliation", &["provider_id"]).await?;
        index(m, "affiliation", &["organization_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "organization",
                "organization_contact",
                "provider",
                "provider_email",
                "recipient_verification",
                "provider_phone",
                "affiliation",
            ],
        )
        .await
    }
}
