use super::{Head, mail};
use crate::types::Month;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A month of the practice for its owner. It names no patient: whoever wants to know who is behind a number looks in the program. With the
/// morning's, the mails that hold money.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerReport {
    #[serde(flatten)]
    pub head: Head,
    pub month: Month,
    pub owner: OwnerMonth,
    /// The one thing to do, where something presses.
    pub todo: Option<Todo>,
}

/// The body of it. Amounts and counts as people read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerMonth {
    pub bottom_line: String,
    pub headline: Vec<Headline>,
    /// Cash by the day on which it was posted, and where it came from.
    pub cash: Vec<Amount>,
    /// The last twelve months, oldest first.
    pub months: Vec<Bar>,
    pub sources: Vec<SourceCash>,
    pub outstanding: String,
    pub aging: Vec<Aged>,
    pub denials: Vec<DeniedFor>,
    pub deadlines: Vec<Deadline>,
    pub quiet: Vec<Quiet>,
    pub outreach: String,
    /// What is to be tidied up.
    pub tidy: Vec<String>,
}

/// A number of the month, of the month before, and its mean over twelve months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Headline {
    pub label: String,
    pub now: String,
    pub previous: String,
    pub mean: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    pub label: String,
    pub amount: String,
}

/// Referrals of a month, and how many of them were seen at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bar {
    /// `Nov`.
    pub label: String,
    pub referrals: i64,
    pub seen: i64,
    /// Heights of the two parts of its column, in pixels.
    pub seen_height: i64,
    pub rest_height: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceCash {
    pub name: String,
    pub referrals: i64,
    pub cash: String,
    /// Of the largest.
    pub percent: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Aged {
    pub label: String,
    pub amount: String,
    /// Of the largest.
    pub percent: i64,
    pub is_old: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeniedFor {
    pub reason: String,
    pub payer: String,
    pub claims: i64,
    pub amount: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deadline {
    pub on: NaiveDate,
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quiet {
    pub name: String,
    pub detail: String,
}

/// The one thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Todo {
    pub label: String,
    pub text: String,
    /// Where it is done: `Open Tributary, Claims`.
    pub place: String,
}

mail!(OwnerReport, "owner", "Monthly report of the practice");
