//! The words of the trade as types: parsed once at the edge, shown one way everywhere. Pure.

pub mod caution;
pub mod cell;
pub mod check;
pub mod chip;
pub mod day;
pub mod email;
pub mod field_errors;
pub mod found;
pub mod icd10;
pub mod list;
pub mod listing;
pub mod money;
pub mod month;
pub mod npi;
pub mod person_name;
pub mod phone;
pub mod place;
pub mod rate;
pub mod service_code;
pub mod text;
pub mod units_rule;
pub mod words;

pub use caution::Caution;
pub use check::Check;
pub use chip::{Chip, Look};
pub use email::Email;
pub use field_errors::FieldErrors;
pub use found::{Found, Sought};
pub use list::Texts;
pub use listing::{Cursor, Listing};
pub use money::Money;
pub use month::Month;
pub use npi::Npi;
pub use phone::Phone;
pub use text::{Amount, Text, TextList};
pub use units_rule::UnitsRule;
