//! The promises, one test each, on SQLite and on PostgreSQL.

#[allow(dead_code, reason = "a helper that no promise uses today may be used tomorrow")]
mod support;

mod alerts;
mod chain;
mod demo;
mod lookups;
mod mail;
mod network;
mod pages;
mod reports;
mod today;
mod what_pays;
