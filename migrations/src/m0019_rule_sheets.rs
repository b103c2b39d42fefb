//! What a sheet of rules was too small for: approval by visit, how visits are counted, modifiers, diagnoses, who is paid;
//! and the list of payers that a clearinghouse gives out.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const SHEET_TEXTS: [&str; 2] = ["approval_counted_per", "visit_limit_per"];
const SHEET_LISTS: [&str; 6] =
    ["approval_tiers", "line_modifiers", "modifier_pairs", "diagnoses_accepted", "diagnoses_refused", "seventh_characters"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let mut columns: Vec<ColumnDef> = SHEET_TEXTS.map(|name| ColumnDef::new(name).text().null().take()).into();
        columns.extend(SHEET_LISTS.map(list));
        columns.push(list("provider_types"));
        columns.push(ColumnDef::new("visit_limit_shared").boolean().null().take());
        columns.push(ColumnDef::new("daily_max_cents").big_integer().null().take());
        add_columns(m, "rule_sheet", columns).await?;
        add_columns(m, "rule_sheet_code", vec![list("modifiers")]).await?;
        // What was said in words about approval stays, as words about how to get it; plain answers become one of the list.
        let connection = m.get_connection();
        connection
            .execute_unprepared(
                "update rule_sheet set authorization_route = case when authorization_route is null then requires_authorization \
                 else requires_authorization || '. ' || authorization_route end \
                 where requires_authorization is not null and lower(requires_authorization) not in ('never', 'always')",
            )
            .await?;
        connection
            .execute_unprepared(
                "update rule_sheet set requires_authorization = case lower(substr(requires_authorization, 1, 6)) \
                 when 'always' then 'always' else case lower(requires_authorization) when 'never' then 'never' else null end end \
                 where requires_authorization is not null",
            )
            .await?;
        Draft::new("payer_listing")
            .public_id()
            .text(&["list", "list_key", "name", "name_key", "payer_code"])
            .text(&["?phone", "?street", "?city", "?state", "?zip"])
            .flag(&["?takes_claims", "?gives_remittances", "?needs_enrollment"])
            .instant(&["created_at", "updated_at"])
            .create(m)
            .await?;
        unique(m, "payer_listing", &["list_key", "payer_code", "name_key"]).await?;
        index(m, "payer_listing", &["name_key"]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["payer_listing"]).await?;
        drop_columns(m, "rule_sheet_code", &["modifiers"]).await?;
        drop_columns(m, "rule_sheet", &["provider_types", "visit_limit_shared", "daily_max_cents"]).await?;
        drop_columns(m, "rule_sheet", &SHEET_LISTS).await?;
        drop_columns(m, "rule_sheet", &SHEET_TEXTS).await
    }
}

fn list(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().null().take()
}
