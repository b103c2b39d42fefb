//! What we write back to the doctors who send, and what their patients bring.

pub mod api;
pub mod kpi;
pub mod monthly_summary;
pub mod pages;
pub mod progress_report;
pub mod report;
pub mod sources;
pub mod store;
pub mod table;
pub mod wording;

pub use sources::{Span, sources, tallied};
