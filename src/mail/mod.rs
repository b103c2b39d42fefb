//! Mail: what is sent, how it is composed, the outbox that it waits in, and the way it leaves.

pub mod compose;
pub mod kinds;
pub mod message;
pub mod outbox_state;
pub mod templates;
pub mod transport;
mod typeset;
