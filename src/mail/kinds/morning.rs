use super::{Head, mail};
use serde::{Deserialize, Serialize};

/// What needs one of us today, as counts; it names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Morning {
    #[serde(flatten)]
    pub head: Head,
    pub waiting: i64,
    /// Of these, what the reader was not told of before.
    pub new: i64,
    pub groups: Vec<Waiting>,
    /// To the page that shows them, where the practice has a public address.
    pub link: Option<String>,
}

/// One group of Today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// `Claims that came back`.
    pub title: String,
    pub count: i64,
    pub new: i64,
    /// `$1,240 at stake`; none for roles that do not see money.
    pub money: Option<String>,
}

mail!(Morning, "morning", "Morning");
