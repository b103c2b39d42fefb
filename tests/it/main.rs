//! The promises, one test each, on SQLite and on PostgreSQL.

#[allow(dead_code, reason = "a helper that no promise uses today may be used tomorrow")]
mod support;

mod alerts;
mod chain;
mod imports;
mod imports_doors;
mod imports_settled;
mod lookups;
mod mail;
mod network;
mod pages;
mod pages_imports;
mod reports;
mod today;
mod what_pays;
