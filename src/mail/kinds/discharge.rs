use super::{Goal, Head, Measured, Ordered, PatientLine, mail};
use serde::{Deserialize, Serialize};

/// How care ended: from the first measure to the last, and what the patient goes on with. Nothing is asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DischargeLetter {
    #[serde(flatten)]
    pub head: Head,
    pub patient: PatientLine,
    pub report: Discharge,
}

/// The body of a discharge letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discharge {
    pub bottom_line: String,
    #[serde(flatten)]
    pub measured: Measured,
    pub goals: Vec<Goal>,
    /// Why care ended, and when.
    pub reason: String,
    /// What the patient does at home, in the therapist's words.
    pub home: String,
    /// When to refer again.
    pub again: String,
    pub flags: Option<String>,
    #[serde(flatten)]
    pub ordered: Ordered,
}

mail!(DischargeLetter, "discharge", "Discharge letter");
