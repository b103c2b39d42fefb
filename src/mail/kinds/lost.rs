use super::{Head, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A referral that came to nothing: who was not seen, why, and what we tried, so that the doctor can act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostReferralNote {
    #[serde(flatten)]
    pub head: Head,
    pub received_on: NaiveDate,
    /// Nothing but name and birth date: no phone, no reason beyond our short list.
    pub patient: NotSeen,
    pub lost: Lost,
}

/// Who was not seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSeen {
    pub name: String,
    pub born: NaiveDate,
}

/// The body of the note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    pub bottom_line: String,
    /// What the doctor can do, before our phone number.
    pub ask: String,
    pub attempts: Vec<Attempt>,
    /// What we do now.
    pub from_here: String,
}

/// A day on which we tried, and how it went: `phone, left a message`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub on: NaiveDate,
    pub how: String,
}

mail!(LostReferralNote, "lost", "Lost-referral note");
