//! Files of clearinghouses and payers, kept byte for byte for as long as the data lives: those that came, and those that left.

mod store;

pub use model::documents::exchange::file;
pub use store::{FileRow, by_hash, content, files, insert};
