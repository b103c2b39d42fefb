//! Delivery, after it was looked over: a patient is told of a breach, a person lifts what stops letters about us, and a report on paper is
//! sent by hand.

use crate::draft::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let told = vec![
            schema::date_null("patient_told_on"),
            schema::text_null("patient_told_how"),
            schema::big_integer_null("patient_told_by_id"),
        ];
        add_columns(m, "misdirected", told).await?;
        let lifted = vec![schema::big_integer_null("lifted_by_id"), schema::text_null("lifted_why")];
        add_columns(m, "suppression", lifted).await?;
        // A report that a person prints and sends: by which way, who says so, and on which day.
        let by_hand = vec![schema::text_null("sent_how"), schema::date_null("sent_on"), schema::big_integer_null("sent_by_id")];
        add_columns(m, "outbox", by_hand).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "outbox", &["sent_by_id", "sent_on", "sent_how"]).await?;
        drop_columns(m, "suppression", &["lifted_why", "lifted_by_id"]).await?;
        drop_columns(m, "misdirected", &["patient_told_by_id", "patient_told_how", "patient_told_on"]).await
    }
}
