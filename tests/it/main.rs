//! The promises, one test each, on SQLite and on PostgreSQL.

mod support;

mod chain;
mod mail;
mod network;
mod pages;
mod reports;
mod what_pays;
