//! Notes: where something was found on the body, what was copied from the note before, and the texts that therapists reuse.
//! Private notes stand in a table of their own, that no report, claim or mail reads.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["body", "copied"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add_columns(m, "note", COLUMNS.map(|name| ColumnDef::new(name).json_binary().null().take()).into()).await?;
        // `shelf` is the therapist's id, or 0 for the practice's own: no two living texts of one shelf have one name.
        Draft::new("note_text")
            .public_id()
            .refers(&[("?therapist_id", "therapist")])
            .number(&["shelf"])
            .text(&["kind", "name", "words", "subjective", "objective", "assessment", "plan"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "note_text", &["shelf", "kind", "name"], "deleted_at").await?;
        Draft::new("private_note")
            .public_id()
            .refers(&[("patient_id", "patient"), ("author_user_id", "user_account")])
            .text(&["words"])
            .day(&["written_on"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        index(m, "private_note", &["author_user_id", "patient_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["note_text", "private_note"]).await?;
        drop_columns(m, "note", &COLUMNS).await
    }
}
