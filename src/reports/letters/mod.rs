//! How a report is written, looked over, signed and let go.

pub mod changing;
pub mod copies;
pub mod drafting;
pub mod due;
pub mod facts;
pub mod inspect;
mod introduced;
pub mod letter;
pub mod month;
pub mod parties;
pub mod print;
pub mod release;
pub mod safety;
pub mod store;
pub mod unseen;
pub mod view;
mod ways;
