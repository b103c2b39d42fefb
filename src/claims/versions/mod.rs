//! What a claim says: its versions, each frozen once it was sent.

pub mod additional;
pub mod store;
