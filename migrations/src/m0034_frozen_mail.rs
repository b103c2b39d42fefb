//! The bytes of a mail in a table of their own: its state changes several times on the way out, and SQLite writes a row as a whole.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::keyless("frozen_mail")
            .refers(&[("outbox_id", "outbox")])
            .bytes(&["mime"])
            .number(&["key_id"])
            .primary_key(&["outbox_id"])
            .create(m)
            .await?;
        let moved = "insert into frozen_mail (outbox_id, mime, key_id) select id, mime, key_id from outbox";
        m.get_connection().execute_unprepared(moved).await?;
        drop_columns(m, "outbox", &["mime", "key_id"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let nothing = if m.get_database_backend() == DbBackend::Sqlite { "x''" } else { "''::bytea" };
        let bytes = schema::blob("mime").default(Expr::cust(nothing)).to_owned();
        add_columns(m, "outbox", vec![bytes, schema::big_integer("key_id").default(0).to_owned()]).await?;
        let back = "update outbox set mime = f.mime, key_id = f.key_id from frozen_mail f where f.outbox_id = outbox.id";
        m.get_connection().execute_unprepared(back).await?;
        drop_tables(m, &["frozen_mail"]).await
    }
}
