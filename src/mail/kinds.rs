//! One struct a mail: its fields are all that its templates can say. What a mail must never hold has no field here:
//! no money, no payments, no private notes, no other doctor's patients [prototype/mail, merge fields].

use crate::types::{Look, Month};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A mail that can be composed.
pub trait Mail: Serialize {
    /// The folder of its templates.
    const NAME: &'static str;
    /// What people call it, in lists and in the record of disclosures.
    const LABEL: &'static str;
}

/// A report about one patient to the doctor who sent them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressReport {
    pub practice: Letterhead,
    /// `7F3K`: for phone calls; it opens nothing.
    #[serde(rename = "ref")]
    pub reference: String,
    pub sent_on: NaiveDate,
    pub to: Recipient,
    #[serde(default)]
    pub correction: Option<Correction>,
    pub patient: PatientLine,
    pub report: Progress,
    pub ask: Option<Ask>,
}

/// All patients of one doctor in one month.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlySummary {
    pub practice: Letterhead,
    #[serde(rename = "ref")]
    pub reference: String,
    pub sent_on: NaiveDate,
    pub month: Month,
    pub to: Recipient,
    #[serde(default)]
    pub correction: Option<Correction>,
    pub summary: Summary,
    pub ask: Option<Ask>,
}

/// Who writes. Numbers as people read them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    pub name: String,
    /// `Maya Ortiz, LMT`.
    pub therapist: String,
    pub npi: Option<String>,
    pub phone: String,
    pub fax: Option<String>,
    pub street: String,
    /// `Seattle, WA 98101`.
    pub city: String,
}

/// Who reads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// `Priya Raman, MD`.
    pub name: String,
    /// The office, where one is known.
    pub place: Option<String>,
}

/// What an amended report takes the place of, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub of: NaiveDate,
    pub why: String,
}

/// Who it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientLine {
    pub name: String,
    pub born: NaiveDate,
    pub injured: Option<NaiveDate>,
    /// Only where that payer's doctor needs it.
    pub claim: Option<String>,
}

/// The body of a progress report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Result, visits and the worst news, in at most two sentences.
    pub bottom_line: String,
    pub start_on: NaiveDate,
    /// The last report, where there was one; then every measure has its `last`.
    pub last_on: Option<NaiveDate>,
    pub now_on: NaiveDate,
    /// The head of the newest column: `Now`.
    pub now_word: String,
    /// Worse first, then unchanged, then better; none left out for being bad.
    pub measures: Vec<Measure>,
    pub measures_note: Option<String>,
    pub trend: Option<Trend>,
    /// Exactly as ordered, with codes.
    pub diagnosis: String,
    pub order: String,
    pub used: i64,
    /// The visits of the order; none where it names no number.
    pub authorized: Option<i64>,
    pub attendance: String,
    pub treatment: String,
    pub goals: Vec<Goal>,
    pub flags: Option<String>,
    pub plan: String,
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

/// The body of a monthly summary.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub bottom_line: String,
    pub patients: Vec<SummaryPatient>,
    /// What the columns mean.
    pub note: String,
    pub totals: Vec<Total>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPatient {
    /// Full or initials, as the doctor chose.
    pub name: String,
    pub status: String,
    pub chip: Look,
    pub word: String,
    /// `2 of 4`.
    pub kept: String,
    pub pain: String,
    pub index: String,
    pub next: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub label: String,
    pub value: String,
}

/// The one thing that we ask. It is answered by a reply, by phone or by fax.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// `One question for you`.
    pub label: String,
    pub text: String,
    /// What happens until somebody answers.
    pub meanwhile: String,
    /// How to answer, a sentence on its own line; see `Letterhead::ways_to_answer`.
    pub reply: String,
}

impl Letterhead {
    /// How a doctor answers a question.
    pub fn ways_to_answer(&self) -> String {
        match &self.fax {
            Some(fax) => format!("Reply to this mail, call {} or fax {fax}.", self.phone),
            None => format!("Reply to this mail or call {}.", self.phone),
        }
    }
}

impl Mail for ProgressReport {
    const NAME: &'static str = "progress";
    const LABEL: &'static str = "Progress report";
}

impl Mail for MonthlySummary {
    const NAME: &'static str = "monthly_summary";
    const LABEL: &'static str = "Monthly summary";
}

/// Patient data is not for logs.
impl fmt::Debug for ProgressReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProgressReport({})", self.reference)
    }
}

impl fmt::Debug for MonthlySummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonthlySummary({})", self.reference)
    }
}
