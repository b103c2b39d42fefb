//! Where a file of claims stands. Pure.

use crate::types::Chip;

crate::words! {
    pub enum BatchState {
        /// Nobody answered yet.
        Sent = "sent", "No answer yet";
        /// The file could be read (999); what becomes of each claim is said later.
        Read = "read", "Read";
        /// Some transactions could be read, others not.
        Partly = "partly", "Partly refused";
        /// Nothing of it was taken.
        Refused = "refused", "Refused";
    }
}

impl BatchState {
    pub fn chip(self) -> Chip {
        match self {
            Self::Sent => Chip::wait(self.label()),
            Self::Read => Chip::ok(self.label()),
            Self::Partly | Self::Refused => Chip::bad(self.label()),
        }
    }
}
