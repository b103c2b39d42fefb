//! The history of the schema: one step a file, the same steps on SQLite and PostgreSQL.

pub use sea_orm_migration::prelude::*;

mod draft;
mod m0001_base;
mod m0002_network;
mod m0003_payers;
mod m0004_patients;
mod m0005_referrals;
mod m0006_care;
mod m0007_claims;
mod m0008_payments;
mod m0009_mail;
mod m0010_outreach;
mod m0011_imports;
mod m0012_report_seen;
mod m0013_once_answers;
mod m0014_abandoned_corrections;
mod m0015_measure_ranges;
mod m0016_whole_claims;
mod m0017_era;
mod m0018_clearinghouse;
mod m0019_rule_sheets;
mod m0021_acks;
mod m0022_after;
mod m0023_notes;
mod m0024_delivery;
mod m0025_sent_to;
mod m0027_delivery;
mod m0028_additional;
mod m0029_links;
mod m0030_standing;
mod m0031_introductions;
mod m0032_owner_report;
mod m0033_part2;
mod m0034_frozen_mail;
mod m0035_told_apart;
mod m0036_copies;
mod m0037_when_quiet;
mod m0038_payers_paid;
mod m0039_authorizations;
mod m0040_locations;
mod m0041_reads;
mod m0042_mornings;
mod m0043_visits_of_a_patient;

/// Applies the steps that a database has not seen yet.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_base::Migration),
            Box::new(m0002_network::Migration),
            Box::new(m0003_payers::Migration),
            Box::new(m0004_patients::Migration),
            Box::new(m0005_referrals::Migration),
            Box::new(m0006_care::Migration),
            Box::new(m0007_claims::Migration),
            Box::new(m0008_payments::Migration),
            Box::new(m0009_mail::Migration),
            Box::new(m0010_outreach::Migration),
            Box::new(m0011_imports::Migration),
            Box::new(m0012_report_seen::Migration),
            Box::new(m0013_once_answers::Migration),
            Box::new(m0014_abandoned_corrections::Migration),
            Box::new(m0015_measure_ranges::Migration),
            Box::new(m0016_whole_claims::Migration),
            Box::new(m0017_era::Migration),
            Box::new(m0018_clearinghouse::Migration),
            Box::new(m0019_rule_sheets::Migration),
            Box::new(m0021_acks::Migration),
            Box::new(m0022_after::Migration),
            Box::new(m0023_notes::Migration),
            Box::new(m0024_delivery::Migration),
            Box::new(m0025_sent_to::Migration),
            Box::new(m0027_delivery::Migration),
            Box::new(m0028_additional::Migration),
            Box::new(m0029_links::Migration),
            Box::new(m0030_standing::Migration),
            Box::new(m0031_introductions::Migration),
            Box::new(m0032_owner_report::Migration),
            Box::new(m0033_part2::Migration),
            Box::new(m0034_frozen_mail::Migration),
            Box::new(m0035_told_apart::Migration),
            Box::new(m0036_copies::Migration),
            Box::new(m0037_when_quiet::Migration),
            Box::new(m0038_payers_paid::Migration),
            Box::new(m0039_authorizations::Migration),
            Box::new(m0040_locations::Migration),
            Box::new(m0041_reads::Migration),
            Box::new(m0042_mornings::Migration),
            Box::new(m0043_visits_of_a_patient::Migration),
        ]
    }
}
