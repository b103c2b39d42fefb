//! Two payments under one number and with other content are told apart by a person; a deposit that does not balance says so
//! wherever its money is shown.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

const OF_ERA: [&str; 4] = ["clash_id", "another_by_id", "another_why", "another_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let [clash, by, why, at] = OF_ERA;
        let columns = vec![
            schema::big_integer_null(clash),
            schema::big_integer_null(by),
            schema::text_null(why),
            schema::timestamp_with_time_zone_null(at),
        ];
        add_columns(m, "era", columns).await?;
        add_columns(m, "remittance", vec![schema::text_null("overridden_why")]).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "remittance", &["overridden_why"]).await?;
        drop_columns(m, "era", &OF_ERA).await
    }
}
