//! What happened in the room: visits, minutes, notes, measures.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const SIGNED: &str = "exists (select 1 from note where note.id = {row}.note_id and note.signed_at is not null)";
const SIGNED_VISIT: &str = "exists (select 1 from note where note.visit_id = {row}.visit_id and note.signed_at is not null)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // `charge_cents` and the discount stand only on visits that the patient pays (coverage kind cash).
        Draft::new("visit")
            .public_id()
            .refers(&[("episode_id", "episode"), ("patient_id", "patient"), ("therapist_id", "therapist"), ("?coverage_id", "coverage")])
            .day(&["visit_on"])
            .time(&["?starts_at", "?ends_at"])
            .text(&["place_of_service", "state", "?cancel_reason", "?discount_reason"])
            .number(&["?charge_cents", "discount_cents"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "visit", &["visit_on"]).await?;
        index(m, "visit", &["episode_id", "visit_on"]).await?;
        index(m, "visit", &["therapist_id", "patient_id"]).await?;
        index(m, "visit", &["state", "visit_on"]).await?;
        // Hands-on minutes stand here and nowhere else; the note shows and edits them, its signature locks them.
        Draft::new("visit_service")
            .refers(&[("visit_id", "visit")])
            .number(&["position", "?minutes"])
            .text(&["code", "?area"])
            .create(m)
            .await?;
        unique(m, "visit_service", &["visit_id", "position"]).await?;
        Draft::new("note")
            .public_id()
            .refers(&[("visit_id", "visit"), ("therapist_id", "therapist"), ("?author_user_id", "user_account")])
            .text(&["state", "subjective", "objective", "assessment", "plan", "work_status", "restrictions", "flags"])
            .json(&["goals"])
            .instant(&["?signed_at"])
            .refers(&[("?signed_by_id", "user_account")])
            .bytes(&["?content_hash"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "note", &["visit_id"]).await?;
        index(m, "note", &["state"]).await?;
        keep_for_ever(m, "note", Some("old.signed_at is not null")).await?;
        // One number of one instrument: hundredths, so that an average of 6.7 is exact.
        Draft::new("measure")
            .refers(&[("note_id", "note"), ("episode_id", "episode")])
            .text(&["instrument", "label"])
            .number(&["position", "value_hundredths", "?answered"])
            .json(&["?items"])
            .create(m)
            .await?;
        index(m, "measure", &["note_id"]).await?;
        index(m, "measure", &["episode_id"]).await?;
        Draft::new("addendum")
            .public_id()
            .refers(&[("note_id", "note"), ("?user_id", "user_account")])
            .text(&["words", "reason", "actor_name"])
            .instant(&["at"])
            .create(m)
            .await?;
        index(m, "addendum", &["note_id"]).await?;
        keep_for_ever(m, "addendum", None).await?;
        keep_with_its_whole(m, "measure", SIGNED).await?;
        keep_with_its_whole(m, "visit_service", SIGNED_VISIT).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["visit", "visit_service", "note", "measure", "addendum"]).await
    }
}
