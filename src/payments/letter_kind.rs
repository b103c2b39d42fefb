//! What a letter is about. Pure.

crate::words! {
    pub enum LetterKind {
        Appeal = "appeal", "Appeal";
        PatientStatement = "statement", "Statement";
        Underpaid = "underpaid", "Paid less than agreed";
    }
}
