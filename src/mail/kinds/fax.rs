use super::{Head, mail};
use serde::{Deserialize, Serialize};

/// What a fax begins with: to whom and from whom, and nothing about anybody. The report is the page that comes with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaxCover {
    #[serde(flatten)]
    pub head: Head,
    /// `(206) 555-0142`.
    pub number: String,
    pub pages: i64,
}

mail!(FaxCover, "fax", "Fax");
