//! The words of what a clearinghouse answers: about what, and what it did here. Pure.

crate::words! {
    /// What an answer is about.
    pub enum Level {
        /// A whole file of ours (TA1).
        File = "file", "File";
        /// A group in it (999).
        Group = "group", "Group";
        /// A transaction of the group (999).
        Transaction = "transaction", "Transaction";
        /// A batch as its receiver sees it (277CA).
        Batch = "batch", "Batch";
        Claim = "claim", "Claim";
    }
}

crate::words! {
    /// What an answer did here.
    pub enum Outcome {
        /// The claim or the batch stands otherwise since then.
        Moved = "moved", "Changed";
        /// It is in the history, and nothing else changed.
        Kept = "kept", "Kept";
        /// The same was said before.
        Known = "known", "Known before";
        /// It is about nothing of ours that we could find.
        Unknown = "unknown", "Not ours";
    }
}
