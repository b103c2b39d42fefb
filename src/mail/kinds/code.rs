use super::{Head, mail};
use serde::{Deserialize, Serialize};

/// The code that somebody asked for at a link, and nothing about what it opens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeNotice {
    #[serde(flatten)]
    pub head: Head,
    /// `4821 0937`.
    pub code: String,
    pub minutes: i64,
}

mail!(CodeNotice, "code", "Code");
