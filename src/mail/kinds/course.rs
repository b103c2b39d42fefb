//! What the mails about one patient's course share.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientLine {
    pub name: String,
    pub born: NaiveDate,
    pub injured: Option<NaiveDate>,
    /// Only where that payer's doctor needs it.
    pub claim: Option<String>,
}

/// The table of what was measured.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    pub start_on: NaiveDate,
    /// The last report, where there was one; then every measure has its `last`.
    pub last_on: Option<NaiveDate>,
    pub now_on: NaiveDate,
    /// The head of the newest column: `Now`.
    pub now_word: String,
    /// Everything was measured once, on one day: there is no change to tell.
    #[serde(default)]
    pub once: bool,
    /// Worse first, then unchanged, then better; none left out for being bad.
    pub measures: Vec<Measure>,
    pub measures_note: Option<String>,
}

/// The order that the visits stand on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Exactly as ordered, with codes.
    pub diagnosis: String,
    pub order: String,
    pub used: i64,
    /// The visits of the order; none where it names no number.
    pub authorized: Option<i64>,
    pub attendance: String,
}

crate::words! {
    /// What became of a measure.
    pub enum Verdict {
        Worse = "worse", "Worse";
        Same = "same", "No real change";
        Once = "once", "Measured once";
        Better = "better", "Better";
    }
}

/// One row of "What changed"; numbers as they are shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub name: String,
    pub start: String,
    pub last: Option<String>,
    pub now: String,
    pub change: String,
    pub verdict: Verdict,
    /// Why the verdict: `and meaningful (2 or more)`.
    pub meaning: String,
}

/// A small chart: a number from 0 to 10 for each visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    pub title: String,
    pub points: Vec<Point>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub label: String,
    pub value: i64,
}

/// A goal in the patient's words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    pub text: String,
    pub state: String,
    pub detail: Option<String>,
}
