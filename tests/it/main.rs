//! The promises, one test each, on SQLite and on PostgreSQL.

mod support;

mod chain;
mod lookups;
mod network;
mod pages;
mod what_pays;
