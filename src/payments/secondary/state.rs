//! How a claim stands before its second payer. Pure.

crate::words! {
    pub enum SecondaryState {
        /// The first payer has answered and did not forward it: it can be billed.
        Offered = "offered", "To bill";
        Ready = "ready", "Ready to send";
        Sent = "sent", "Sent";
        Answered = "answered", "Answered";
        /// The first payer sends it on by itself (status 19 to 21).
        Forwarded = "forwarded", "Forwarded by the payer before";
    }
}
