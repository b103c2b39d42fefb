//! Delivery: a mail that waits for a person, what came back about one, addresses per stream, and mail to the wrong person.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let held = vec![
            schema::timestamp_with_time_zone_null("held_at"),
            schema::timestamp_with_time_zone_null("let_go_at"),
            schema::big_integer_null("let_go_by_id"),
        ];
        add_columns(m, "outbox", held).await?;
        index(m, "outbox", &["to_address", "phase_at"]).await?;
        // The same notice is noted once, however often it comes.
        add_columns(m, "send_event", vec![schema::text_null("fingerprint")]).await?;
        unique(m, "send_event", &["outbox_id", "fingerprint"]).await?;
        // While one is open, nothing goes to its address: the four questions of the breach rule [45 CFR 164.402] are answered first.
        Draft::new("misdirected")
            .public_id()
            .refers(&[("outbox_id", "outbox"), ("?report_id", "report"), ("provider_id", "provider")])
            .text(&["to_address", "what_happened", "?told", "?who", "?seen", "?done", "?outcome"])
            .instant(&["?closed_at"])
            .refers(&[("?closed_by_id", "user_account")])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "misdirected", &["outbox_id"], "closed_at").await?;
        index(m, "misdirected", &["to_address"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["misdirected"]).await?;
        m.drop_index(Index::drop().name("ux_send_event_outbox_id_fingerprint").table("send_event").to_owned()).await?;
        drop_columns(m, "send_event", &["fingerprint"]).await?;
        m.drop_index(Index::drop().name("ix_outbox_to_address_phase_at").table("outbox").to_owned()).await?;
        drop_columns(m, "outbox", &["let_go_by_id", "let_go_at", "held_at"]).await
    }
}
