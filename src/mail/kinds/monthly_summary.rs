use super::{Ask, Head, mail};
use crate::types::{Look, Month};
use serde::{Deserialize, Serialize};

/// All patients of one doctor in one month.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlySummary {
    #[serde(flatten)]
    pub head: Head,
    pub month: Month,
    pub summary: Summary,
    pub ask: Option<Ask>,
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

mail!(MonthlySummary, "monthly_summary", "Monthly summary");
