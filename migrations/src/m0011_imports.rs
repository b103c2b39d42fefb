//! What came in from files: each row as it was, what became of it, and what it changed.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("import_batch")
            .public_id()
            .text(&["kind", "file_name", "profile", "encoding", "delimiter", "state"])
            .refers(&[("document_id", "document")])
            .json(&["header", "mapping", "counts"])
            .number(&["header_number"])
            .instant(&["?applied_at"])
            .stamps()
            .create(m)
            .await?;
        // `review_key` names the row as a whole: a re-import of the same file creates nobody and asks the same question once. The one it
        // may be is a provider (`candidate_id`) or an earlier row of its file (`candidate_row`).
        Draft::new("import_row")
            .refers(&[("import_batch_id", "import_batch"), ("?provider_id", "provider"), ("?organization_id", "organization")])
            .refers(&[("?candidate_id", "provider"), ("?decided_by_id", "user_account")])
            .number(&["number", "?candidate_row"])
            .json(&["cells", "warnings"])
            .text(&["result", "?reason", "?decision", "?review_key"])
            .instant(&["?decided_at"])
            .create(m)
            .await?;
        index(m, "import_row", &["import_batch_id", "number"]).await?;
        index(m, "import_row", &["import_batch_id", "result"]).await?;
        index(m, "import_row", &["review_key"]).await?;
        Draft::new("import_change")
            .refers(&[("import_row_id", "import_row")])
            .text(&["thing_kind", "field", "?before", "?after"])
            .number(&["thing_id"])
            .create(m)
            .await?;
        index(m, "import_change", &["import_row_id"]).await?;
        Draft::new("import_mapping").text(&["fingerprint"]).json(&["mapping"]).instant(&["used_at"]).create(m).await?;
        unique(m, "import_mapping", &["fingerprint"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["import_batch", "import_row", "import_change", "import_mapping"]).await
    }
}
