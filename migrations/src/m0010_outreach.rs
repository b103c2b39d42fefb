//! Keeping in touch with those who refer, and what people did about an alert.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("activity")
            .public_id()
            .text(&["kind", "purpose", "?met", "?outcome", "?words", "?next_step"])
            .day(&["on_day", "?next_on"])
            .instant(&["at", "?deleted_at"])
            .number(&["?minutes", "?direct_cost_cents", "?gift_value_cents", "?attendees"])
            .refers(&[("?organization_id", "organization"), ("?referral_id", "referral")])
            .stamps()
            .create(m)
            .await?;
        index(m, "activity", &["on_day"]).await?;
        index(m, "activity", &["referral_id"]).await?;
        index(m, "activity", &["organization_id"]).await?;
        Draft::keyless("activity_provider")
            .refers(&[("activity_id", "activity"), ("provider_id", "provider")])
            .primary_key(&["activity_id", "provider_id"])
            .create(m)
            .await?;
        index(m, "activity_provider", &["provider_id"]).await?;
        // Alerts are computed; a row stands here only for what a person did with one.
        Draft::new("alert_action")
            .text(&["rule", "subject_kind", "occurrence", "action", "actor_name", "?why"])
            .uuid(&["subject_id"])
            .day(&["?until_on"])
            .refers(&[("?owner_user_id", "user_account"), ("?user_id", "user_account")])
            .instant(&["at"])
            .create(m)
            .await?;
        unique(m, "alert_action", &["rule", "subject_kind", "subject_id", "occurrence"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["activity", "activity_provider", "alert_action"]).await
    }
}
