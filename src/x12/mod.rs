//! X12 as it travels: segments, envelopes, and the five transaction sets that a practice sends and receives.
//! Pure: bytes in, facts out. Tolerant on reading, strict on writing; what cannot be read is named by segment, byte and element.

pub mod ack_999;
pub mod claim_837p;
pub mod claims_at;
pub mod codes;
pub mod envelope;
pub mod kind;
pub mod remittance_835;
pub mod segment;
pub mod status_277ca;
pub mod told;
pub mod writer;

#[cfg(test)]
mod mangle;

pub use envelope::{Envelope, EnvelopeFault, FaultKind};
pub use segment::{Delimiters, Reader, Segment, X12Error};
pub use writer::Writer;
