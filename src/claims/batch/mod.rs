//! Claims that leave together as one file for one partner.

pub mod state;
