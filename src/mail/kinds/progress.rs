use super::{Ask, Goal, Head, Measured, Ordered, PatientLine, Trend, mail};
use serde::{Deserialize, Serialize};

/// A report about one patient to the doctor who sent them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressReport {
    #[serde(flatten)]
    pub head: Head,
    pub patient: PatientLine,
    pub report: Progress,
    pub ask: Option<Ask>,
}

/// The body of a progress report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Result, visits and the worst news, in at most two sentences.
    pub bottom_line: String,
    #[serde(flatten)]
    pub measured: Measured,
    pub trend: Option<Trend>,
    #[serde(flatten)]
    pub ordered: Ordered,
    pub treatment: String,
    pub goals: Vec<Goal>,
    pub flags: Option<String>,
    pub plan: String,
}

mail!(ProgressReport, "progress", "Progress report");
