//! Reports behind a link: who opens them, what proves it is them, what they saw, and what they answered.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // Six digits that a person tells by phone; from their first use on, the mailbox proves enough.
        Draft::new("link_reader")
            .refers(&[("provider_id", "provider")])
            .text(&["address", "digits"])
            .instant(&["made_at", "?proven_at"])
            .create(m)
            .await?;
        unique(m, "link_reader", &["provider_id", "address"]).await?;
        Draft::new("report_link")
            .refers(&[("report_id", "report"), ("outbox_id", "outbox"), ("reader_id", "link_reader")])
            .bytes(&["token_hash"])
            .number(&["views", "tries"])
            .instant(&["made_at", "expires_at", "?opened_at", "?ended_at"])
            .text(&["?ended_why"])
            .refers(&[("?ended_by_id", "user_account")])
            .create(m)
            .await?;
        unique(m, "report_link", &["token_hash"]).await?;
        unique(m, "report_link", &["outbox_id"]).await?;
        index(m, "report_link", &["report_id"]).await?;
        // One browser that asked for a code, and what became of it.
        Draft::new("link_entry")
            .refers(&[("link_id", "report_link"), ("reader_id", "link_reader")])
            .bytes(&["browser_hash", "code_hash"])
            .number(&["tries"])
            .instant(&["asked_at", "code_until", "?entered_at", "?open_until", "?trusted_until"])
            .create(m)
            .await?;
        index(m, "link_entry", &["link_id", "browser_hash"]).await?;
        index(m, "link_entry", &["reader_id", "browser_hash"]).await?;
        Draft::new("link_view")
            .refers(&[("link_id", "report_link"), ("entry_id", "link_entry")])
            .text(&["what"])
            .instant(&["at"])
            .create(m)
            .await?;
        unique(m, "link_view", &["link_id", "entry_id", "what"]).await?;
        // Each view is told about by itself: of an email there is one, number 0.
        add_columns(m, "disclosure", vec![schema::big_integer("view_no").default(0).to_owned()]).await?;
        m.drop_index(Index::drop().name("ux_disclosure_outbox_id_patient_id").table("disclosure").to_owned()).await?;
        unique(m, "disclosure", &["outbox_id", "patient_id", "view_no"]).await?;
        // What a doctor answered to a renewal request; a person checks it.
        Draft::new("sign_back")
            .public_id()
            .refers(&[("report_id", "report"), ("link_id", "report_link"), ("?prescription_id", "prescription")])
            .text(&["answer", "?words", "signed_name"])
            .number(&["?visits", "?per_week"])
            .day(&["?until_on"])
            .text(&["?settled_how", "?settled_why"])
            .instant(&["?settled_at"])
            .refers(&[("?settled_by_id", "user_account")])
            .stamps()
            .create(m)
            .await?;
        unique(m, "sign_back", &["report_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["sign_back"]).await?;
        m.drop_index(Index::drop().name("ux_disclosure_outbox_id_patient_id_view_no").table("disclosure").to_owned()).await?;
        drop_columns(m, "disclosure", &["view_no"]).await?;
        unique(m, "disclosure", &["outbox_id", "patient_id"]).await?;
        drop_tables(m, &["link_reader", "report_link", "link_entry", "link_view"]).await
    }
}
