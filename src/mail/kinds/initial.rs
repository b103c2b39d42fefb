use super::{Ask, Goal, Head, Ordered, PatientLine, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was found at the first visit: the base that later reports compare with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialReport {
    #[serde(flatten)]
    pub head: Head,
    pub patient: PatientLine,
    pub report: Initial,
    pub ask: Option<Ask>,
}

/// The body of an initial report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initial {
    pub bottom_line: String,
    /// What the doctor sent, and our thanks.
    pub thanks: String,
    pub seen_on: NaiveDate,
    pub findings: Vec<Finding>,
    pub measures_note: Option<String>,
    /// What the therapist makes of it.
    pub found: Option<String>,
    pub goals: Vec<Goal>,
    pub plan: String,
    pub flags: Option<String>,
    /// When the next report comes.
    pub next: String,
    #[serde(flatten)]
    pub ordered: Ordered,
}

/// What was measured, and its first value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub name: String,
    pub value: String,
}

mail!(InitialReport, "initial", "Initial report");
