//! The promises, one test each, on SQLite and on PostgreSQL.

#[allow(dead_code, reason = "a helper that no promise uses today may be used tomorrow")]
mod support;

mod access;
mod alerts;
mod audit_trail;
mod chain;
mod databases;
mod demo;
mod doors;
mod lookups;
mod mail;
mod network;
mod pages;
mod pages_reports;
mod query_counts;
mod reports;
mod rights;
mod settings;
mod today;
mod what_pays;
