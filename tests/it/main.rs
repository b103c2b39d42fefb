//! The promises, one test each, on SQLite and on PostgreSQL.

mod support;

mod chain;
mod imports;
mod imports_doors;
mod imports_settled;
mod network;
mod pages;
mod pages_imports;
mod what_pays;
