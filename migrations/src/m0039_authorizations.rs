//! What a payer agreed to has days and a number of visits; a coverage that takes the place of another keeps the earlier ones readable.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["authorization_from", "authorization_until", "authorization_visits"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let [from, until, visits] = COLUMNS;
        let columns = vec![schema::date_null(from), schema::date_null(until), schema::big_integer_null(visits)];
        add_columns(m, "coverage", columns).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "coverage", &COLUMNS).await
    }
}
