//! What a claim says: its versions, each frozen once it was sent.

pub mod store;

pub use model::claims::versions::additional;
