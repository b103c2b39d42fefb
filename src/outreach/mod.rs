//! Keeping in touch: what needs a decision, computed from the chain and the clock; a row exists only for what a person did.

pub mod rule;
