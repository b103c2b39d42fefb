//! The words of files that travel between us and a clearinghouse or payer. Pure.

crate::words! {
    pub enum Direction {
        In = "in", "Came to us";
        Out = "out", "Left the house";
    }
}

crate::words! {
    /// What a file of a clearinghouse holds.
    pub enum FileKind {
        Remittance = "835", "Remittance (835)";
        Acknowledgment = "999", "Receipt (999)";
        Receipt = "ta1", "Envelope receipt (TA1)";
        Status = "277ca", "Claim status (277CA)";
        Claims = "837p", "Claims (837P)";
    }
}
