//! The stop of all mail, while the relay refuses us as a whole.

pub mod store;
