//! Records of a substance-use program are told to nobody without the patient's written consent [42 CFR 2.31].

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["part2_records", "part2_consent_on", "part2_consent_until"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let [records, on, until] = COLUMNS;
        let columns = vec![schema::boolean(records).default(false).to_owned(), schema::date_null(on), schema::date_null(until)];
        add_columns(m, "patient", columns).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "patient", &COLUMNS).await
    }
}
