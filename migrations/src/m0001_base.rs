//! Who we are and who works here: the practice, its users, what they did, and what every slice stands on.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Draft::new("user_account")
            .public_id()
            .text(&["email", "name", "password_hash", "?theme"])
            .flag(&["may_import", "keys_off"])
            .instant(&["?disabled_at", "created_at", "updated_at"])
            .number(&["?created_by_id", "?updated_by_id", "version"])
            .create(m)
            .await?;
        unique(m, "user_account", &["email"]).await?;
        Draft::keyless("user_role")
            .refers(&[("user_id", "user_account")])
            .text(&["role"])
            .primary_key(&["user_id", "role"])
            .create(m)
            .await?;
        Draft::new("session")
            .bytes(&["token_hash"])
            .refers(&[("user_id", "user_account")])
            .instant(&["created_at", "seen_at", "ends_at", "?ended_at"])
            .json(&["?flash"])
            .create(m)
            .await?;
        unique(m, "session", &["token_hash"]).await?;
        Draft::new("api_token")
            .public_id()
            .refers(&[("user_id", "user_account")])
            .text(&["name"])
            .bytes(&["token_hash"])
            .instant(&["created_at", "?last_used_at", "?revoked_at"])
            .day(&["?expires_on"])
            .create(m)
            .await?;
        unique(m, "api_token", &["token_hash"]).await?;
        // Keys are hashes of an account or an address, so that a wrong password typed as a name is not kept in clear.
        Draft::keyless("login_throttle")
            .text(&["key"])
            .number(&["failures"])
            .instant(&["blocked_until"])
            .primary_key(&["key"])
            .create(m)
            .await?;
        Draft::keyless("secret").text(&["name"]).bytes(&["value"]).primary_key(&["name"]).create(m).await?;
        Draft::new("once_key").text(&["owner", "key", "fingerprint"]).number(&["?thing_id"]).instant(&["created_at"]).create(m).await?;
        unique(m, "once_key", &["owner", "key"]).await?;

        Draft::new("practice")
            .text(&["name", "timezone", "?email", "?phone", "?fax", "?npi", "?tax_id", "tax_id_kind", "?taxonomy_code"])
            .text(&["?street", "?street2", "?city", "?state", "?zip"])
            .number(&["?visit_cost_cents"])
            .text(&["cash_units_rule"])
            .json(&["contractual_reasons"])
            .flag(&["summary_when_quiet"])
            .stamps()
            .create(m)
            .await?;
        Draft::new("therapist")
            .public_id()
            .text(&["first_name", "last_name", "?credential", "?npi", "?license_no", "?license_state"])
            .refers(&[("?user_id", "user_account")])
            .day(&["?left_on"])
            .stamps()
            .create(m)
            .await?;
        // Dated and never overwritten: a claim remembers the row it was priced by.
        Draft::new("fee")
            .public_id()
            .text(&["code", "?label"])
            .day(&["effective_on"])
            .number(&["fee_cents"])
            .instant(&["created_at", "?replaced_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        unique_while(m, "fee", &["code", "effective_on"], "replaced_at").await?;
        Draft::keyless("counter").text(&["kind"]).number(&["year", "last"]).primary_key(&["kind", "year"]).create(m).await?;
        // `key_id` 0 = not sealed yet.
        Draft::new("document")
            .public_id()
            .bytes(&["sha256", "content"])
            .text(&["media_type", "file_name"])
            .number(&["size", "key_id"])
            .instant(&["created_at"])
            .refers(&[("?created_by_id", "user_account")])
            .create(m)
            .await?;
        unique(m, "document", &["sha256"]).await?;

        // `previous_hash` and `hash` are room for the chain that makes tampering visible.
        Draft::new("audit")
            .instant(&["at"])
            .text(&["actor_kind", "actor_name", "?request_id", "action", "thing_kind"])
            .number(&["?user_id", "?thing_id", "?patient_id"])
            .uuid(&["?thing_public_id"])
            .json(&["fields"])
            .bytes(&["?previous_hash", "?hash"])
            .create(m)
            .await?;
        index(m, "audit", &["thing_kind", "thing_id"]).await?;
        index(m, "audit", &["patient_id"]).await?;
        index(m, "audit", &["user_id"]).await?;
        index(m, "audit", &["thing_public_id"]).await?;
        keep_for_ever(m, "audit", None).await?;
        Draft::new("state_move")
            .text(&["thing_kind", "?from_state", "to_state", "actor_name", "?why"])
            .number(&["thing_id", "?user_id"])
            .day(&["on_day"])
            .instant(&["at"])
            .create(m)
            .await?;
        index(m, "state_move", &["thing_kind", "thing_id"]).await?;
        keep_for_ever(m, "state_move", None).await?;
        // Work with a due time, claimed like a mail; nothing waits in a process's memory alone.
        Draft::new("work")
            .text(&["kind", "key", "state", "?lease_token", "?last_text"])
            .instant(&["due_at", "?lease_until", "?done_at", "created_at"])
            .number(&["attempts"])
            .json(&["payload"])
            .create(m)
            .await?;
        unique(m, "work", &["kind", "key"]).await?;
        index(m, "work", &["state", "due_at"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "user_account",
                "user_role",
                "session",
                "api_token",
                "login_throttle",
                "secret",
                "once_key",
                "practice",
                "therapist",
                "fee",
                "counter",
                "document",
                "audit",
                "state_move",
                "work",
            ],
        )
        .await
    }
}
