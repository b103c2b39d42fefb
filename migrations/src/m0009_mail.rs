//! Reports and how they reach the doctor: the tables and states of the delivery design.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // `identity` says which report this is (kind, recipient, month or episode and notes); `version_no` which amendment.
        Draft::new("report")
            .public_id()
            .text(&["reference", "kind", "identity", "state", "?skip_reason", "?amend_reason"])
            .number(&["version_no"])
            .refers(&[("?replaces_id", "report"), ("provider_id", "provider"), ("?provider_email_id", "provider_email")])
            .refers(&[("?patient_id", "patient"), ("?episode_id", "episode"), ("?therapist_id", "therapist")])
            .day(&["?period_on", "?span_from", "?span_to"])
            .json(&["wording", "?content"])
            .bytes(&["?content_hash"])
            .instant(&["?opened_at", "?signed_at", "?released_at", "?deleted_at"])
            .refers(&[("?signed_by_id", "user_account"), ("?released_by_id", "user_account")])
            .stamps()
            .create(m)
            .await?;
        unique(m, "report", &["reference"]).await?;
        unique_while(m, "report", &["identity", "version_no"], "deleted_at").await?;
        index(m, "report", &["provider_id"]).await?;
        index(m, "report", &["episode_id"]).await?;
        index(m, "report", &["state"]).await?;
        Draft::keyless("report_note")
            .refers(&[("report_id", "report"), ("note_id", "note")])
            .primary_key(&["report_id", "note_id"])
            .create(m)
            .await?;
        // `key_id` 0 = not sealed yet. `lease_until` is compared with the database's own clock, `next_at` with ours.
        // `what` is the disclosure in words. `phase_at` is when the state began; of an unknown mail, when its body began.
        Draft::new("outbox")
            .public_id()
            .refers(&[("?report_id", "report"), ("provider_id", "provider"), ("?approved_by_id", "user_account")])
            .text(&["channel", "what", "idempotency_key", "message_id", "from_address", "to_address", "subject", "state"])
            .bytes(&["mime", "mime_sha256"])
            .number(&["key_id", "attempts", "resend_no"])
            .instant(&["approved_at", "phase_at", "next_at", "?lease_until", "?sent_at"])
            .text(&["?lease_token", "?boot_id", "?last_code", "?last_text"])
            .create(m)
            .await?;
        // A second copy that a person orders is provably the same message: same id, next number.
        unique(m, "outbox", &["message_id", "resend_no"]).await?;
        m.get_connection()
            .execute_unprepared("create unique index ux_outbox_idempotency_key on outbox (idempotency_key) where state <> 'cancelled'")
            .await?;
        index(m, "outbox", &["state", "next_at"]).await?;
        index(m, "outbox", &["report_id"]).await?;
        // Whom a mail tells about: who is restricted stops it, who was told of has a disclosure.
        Draft::keyless("outbox_patient")
            .refers(&[("outbox_id", "outbox"), ("patient_id", "patient")])
            .primary_key(&["outbox_id", "patient_id"])
            .create(m)
            .await?;
        Draft::new("outbox_attempt")
            .refers(&[("outbox_id", "outbox")])
            .number(&["n"])
            .text(&["worker", "step", "?code"])
            .instant(&["at"])
            .create(m)
            .await?;
        index(m, "outbox_attempt", &["outbox_id"]).await?;
        index(m, "outbox_attempt", &["step", "at"]).await?;
        keep_for_ever(m, "outbox_attempt", None).await?;
        // The relay refuses us as a whole: nothing goes before `until_at`, and people see it until `ended_at`.
        Draft::new("mail_pause")
            .text(&["stream", "step", "?code", "words"])
            .number(&["times"])
            .instant(&["since_at", "until_at", "?ended_at"])
            .refers(&[("?ended_by_id", "user_account")])
            .create(m)
            .await?;
        unique_while(m, "mail_pause", &["stream"], "ended_at").await?;
        Draft::new("send_event").refers(&[("outbox_id", "outbox")]).text(&["kind", "?detail"]).instant(&["at"]).create(m).await?;
        Draft::new("suppression").text(&["address", "stream", "reason"]).instant(&["at", "?lifted_at"]).create(m).await?;
        index(m, "suppression", &["address"]).await?;
        Draft::new("disclosure")
            .refers(&[("patient_id", "patient"), ("?provider_id", "provider"), ("?report_id", "report"), ("?outbox_id", "outbox")])
            .text(&["to_address", "what", "purpose", "channel"])
            .instant(&["at"])
            .create(m)
            .await?;
        index(m, "disclosure", &["patient_id"]).await?;
        unique(m, "disclosure", &["outbox_id", "patient_id"]).await?;
        keep_for_ever(m, "disclosure", None).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "report",
                "report_note",
                "outbox",
                "outbox_patient",
                "outbox_attempt",
                "mail_pause",
                "send_event",
                "suppression",
                "disclosure",
            ],
        )
        .await
    }
}
