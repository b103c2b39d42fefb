//! Files of clearinghouses and payers, kept byte for byte for as long as the data lives: those that came, and those that left.

pub mod file;
mod store;

pub use store::{FileRow, by_hash, content, files, insert};
