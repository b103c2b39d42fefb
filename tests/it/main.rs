//! The promises, one test each, on SQLite and on PostgreSQL.

mod support;

#[path = "../x12_fixtures/pyx12.rs"]
mod pyx12;

mod access;
mod acks;
mod alerts;
mod api_conventions;
mod audit_trail;
mod batches;
mod care;
mod chain;
mod claims;
mod databases;
mod demo;
mod documents;
mod doors;
mod exchange;
mod imports;
mod imports_doors;
mod imports_settled;
mod kills;
mod letters;
mod lookups;
mod mail;
mod money_walk;
mod network;
mod pages;
mod pages_acks;
mod pages_care;
mod pages_claims;
mod pages_imports;
mod pages_network;
mod pages_patients;
mod pages_payers;
mod pages_payments;
mod pages_referrals;
mod pages_remittances;
mod pages_reports;
mod pages_what_pays;
mod payer_directory;
mod payers;
mod payers_do;
mod payments;
mod props_remittances;
mod query_counts;
mod referrals;
mod remittances;
mod reports;
mod rights;
mod scrubber;
mod secondary;
mod settings;
mod today;
mod what_pays;
