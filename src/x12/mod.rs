//! X12 as it travels: segments, envelopes, and the five transaction sets that a practice sends and receives.
//! Pure: bytes in, facts out. Tolerant on reading, strict on writing; what cannot be read is named by segment, byte and element.

pub mod claim_837p;
pub mod segment;

pub use segment::{Delimiters, Reader, Segment, Writer, X12Error};
