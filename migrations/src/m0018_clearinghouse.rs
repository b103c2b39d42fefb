//! Clearinghouse partners, the batches that left to them, and what a claim asks beside what was known: signatures on file,
//! how the practice bills, whom a policy insures, what a payer wants on its forms.

use crate::draft::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const PRACTICE_TEXTS: [&str; 6] = ["billing_contact", "billing_license", "pay_to_street", "pay_to_city", "pay_to_state", "pay_to_zip"];
const PRACTICE_NUMBERS: [&str; 2] = ["printer_x_offset", "printer_y_offset"];
const COVERAGE_TEXTS: [&str; 5] = ["insured_street", "insured_city", "insured_state", "insured_zip", "insured_sex"];
const PAYER_TEXTS: [&str; 3] = ["filing_code", "provider_no", "order_qualifier"];
const PAYER_FLAGS: [&str; 3] = ["declines_assignment", "totals_on_last_page", "wants_patient_paid"];
const PATIENT_DAYS: [&str; 2] = ["release_signed_on", "assignment_signed_on"];
const TRANSMISSION_NUMBERS: [&str; 3] = ["claim_batch_id", "first_segment", "last_segment"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // Whom files go to. Its control numbers only rise: a number that was given to a file is never given again.
        Draft::new("partner")
            .public_id()
            .text(&["name", "name_key"])
            .text(&["sender_qualifier", "sender_id", "receiver_qualifier", "receiver_id", "group_sender", "group_receiver"])
            .text(&["submitter_id", "receiver_name", "receiver_code"])
            .text(&["element_separator", "component_separator", "repetition_separator", "segment_terminator"])
            .text(&["file_name", "?folder", "?notes"])
            .flag(&["is_test", "wants_ta1", "one_claim_per_transaction", "breaks_lines"])
            .number(&["last_interchange", "last_group", "last_transaction"])
            .day(&["?confirmed_on"])
            .instant(&["?deleted_at"])
            .stamps()
            .create(m)
            .await?;
        unique_while(m, "partner", &["name_key"], "deleted_at").await?;
        // One file of claims. What an acknowledgment answers with stands here: the numbers of its envelopes and its reference.
        Draft::new("claim_batch")
            .public_id()
            .refers(&[("partner_id", "partner"), ("exchange_file_id", "exchange_file")])
            .text(&["reference", "state"])
            .number(&["interchange_control", "group_control", "first_transaction", "transactions", "claims", "total_cents"])
            .flag(&["is_test"])
            .day(&["sent_on"])
            .instant(&["?placed_at"])
            .stamps()
            .create(m)
            .await?;
        unique(m, "claim_batch", &["partner_id", "interchange_control"]).await?;
        unique(m, "claim_batch", &["partner_id", "group_control"]).await?;
        unique(m, "claim_batch", &["reference"]).await?;
        // Where in its file a claim stands, so that an answer by position finds it.
        let numbers = TRANSMISSION_NUMBERS.map(|name| ColumnDef::new(name).big_integer().null().take());
        add_columns(m, "transmission", numbers.into()).await?;
        add_columns(m, "transmission", vec![ColumnDef::new("wire_transaction").text().null().take()]).await?;
        index(m, "transmission", &["claim_batch_id"]).await?;

        let mut practice: Vec<ColumnDef> = PRACTICE_TEXTS.map(text).into();
        practice.extend(PRACTICE_NUMBERS.map(|name| ColumnDef::new(name).big_integer().not_null().default(0).take()));
        practice.push(flag("bills_as_person"));
        add_columns(m, "practice", practice).await?;
        add_columns(m, "therapist", vec![text("taxonomy_code")]).await?;
        add_columns(m, "patient", PATIENT_DAYS.map(|name| ColumnDef::new(name).date().null().take()).into()).await?;
        let mut coverage: Vec<ColumnDef> = COVERAGE_TEXTS.map(text).into();
        coverage.push(ColumnDef::new("insured_born_on").date().null().take());
        coverage.push(flag("member_no_is_patients_own"));
        add_columns(m, "coverage", coverage).await?;
        let mut payer: Vec<ColumnDef> = PAYER_TEXTS.map(text).into();
        payer.extend(PAYER_FLAGS.map(flag));
        payer.push(ColumnDef::new("partner_id").big_integer().null().take());
        add_columns(m, "payer", payer).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(m, "payer", &["partner_id"]).await?;
        drop_columns(m, "payer", &PAYER_FLAGS).await?;
        drop_columns(m, "payer", &PAYER_TEXTS).await?;
        drop_columns(m, "coverage", &["insured_born_on", "member_no_is_patients_own"]).await?;
        drop_columns(m, "coverage", &COVERAGE_TEXTS).await?;
        drop_columns(m, "patient", &PATIENT_DAYS).await?;
        drop_columns(m, "therapist", &["taxonomy_code"]).await?;
        drop_columns(m, "practice", &["bills_as_person"]).await?;
        drop_columns(m, "practice", &PRACTICE_NUMBERS).await?;
        drop_columns(m, "practice", &PRACTICE_TEXTS).await?;
        m.drop_index(Index::drop().name("ix_transmission_claim_batch_id").table("transmission").to_owned()).await?;
        drop_columns(m, "transmission", &["wire_transaction"]).await?;
        drop_columns(m, "transmission", &TRANSMISSION_NUMBERS).await?;
        drop_tables(m, &["partner", "claim_batch"]).await
    }
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}
