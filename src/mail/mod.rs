//! Mail: what is sent, how it is composed, the outbox that it waits in, and the way it leaves.

pub mod compose;
pub mod deliver;
pub mod kinds;
pub mod message;
pub mod outbox;
pub mod outbox_state;
pub mod templates;
pub mod throttle;
pub mod transport;
mod typeset;
pub mod verdict;

pub use message::{Frozen, Sender, freeze, second_copy, sha256};
pub use outbox::{
    NewMail, Standing, attempts_of, insert as enqueue, is_suppressed, lift_suppression, move_by_hand, objection, of_report, patients_of,
    standings,
};
