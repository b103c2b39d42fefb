use super::{Head, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Says that a report waits behind a link, and nothing about anybody: whoever reads it by mistake learns nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingNotice {
    #[serde(flatten)]
    pub head: Head,
    /// The report asks something.
    pub needs_answer: bool,
    pub link: String,
    /// Where it leads, for who wants to be sure.
    pub link_host: String,
    pub expires_on: NaiveDate,
    /// The page asks for the digits that were told by phone.
    pub asks_digits: bool,
}

mail!(WaitingNotice, "waiting", "Secure link");
