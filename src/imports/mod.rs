//! Contacts from a file: read, mapped, matched, shown; then the good rows in one transaction, all or none.

pub mod contact;
pub mod csv_table;
pub mod dedupe;
pub mod error_file;
pub mod mapping;
pub mod merge;
pub mod pages;
pub mod state;
