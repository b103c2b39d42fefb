//! The promises, one test each, on SQLite and on PostgreSQL.

#[allow(dead_code, reason = "a helper that no promise uses today may be used tomorrow")]
mod support;

mod access;
mod alerts;
mod audit_trail;
mod care;
mod chain;
mod databases;
mod documents;
mod doors;
mod lookups;
mod mail;
mod network;
mod pages;
mod pages_care;
mod pages_network;
mod pages_patients;
mod pages_referrals;
mod pages_reports;
mod query_counts;
mod referrals;
mod reports;
mod rights;
mod settings;
mod today;
mod what_pays;
