//! What becomes of an import and of each of its rows.

crate::words! {
    pub enum BatchState {
        Previewed = "previewed", "To check";
        Applied = "applied", "Imported";
        Discarded = "discarded", "Discarded";
    }
}

crate::words! {
    /// The result of a row [domain 6.3]. The counts of all add up to the records of the file.
    pub enum RowResult {
        Created = "created", "New";
        Updated = "updated", "Filled in";
        Unchanged = "unchanged", "Unchanged";
        DuplicateInFile = "duplicate_in_file", "Twice in the file";
        Review = "review", "Same person?";
        Error = "error", "Cannot be imported";
        Blank = "blank", "Empty";
    }
}

crate::words! {
    /// What a person answered to a review row.
    pub enum Decision {
        Same = "same", "The same";
        New = "new", "New";
        Skip = "skip", "Left out";
        /// Nobody answered, and the same row came in again: its question stands there now.
        AskedAgain = "asked_again", "Asked again in a later import";
    }
}
