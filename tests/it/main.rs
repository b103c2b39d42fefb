//! The promises, one test each, on SQLite and on PostgreSQL.

#[allow(dead_code, reason = "a helper that no promise uses today may be used tomorrow")]
mod support;

mod chain;
mod claims;
mod lookups;
mod mail;
mod money_walk;
mod network;
mod pages;
mod pages_claims;
mod pages_payers;
mod pages_payments;
mod payments;
mod reports;
mod what_pays;
