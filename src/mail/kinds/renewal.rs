use super::{Ask, Head, Measured, Ordered, PatientLine, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Asks the doctor for more visits before the order ends. There is always something to sign, and a day by which.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalRequest {
    #[serde(flatten)]
    pub head: Head,
    pub patient: PatientLine,
    pub report: Renewal,
    pub ask: Ask,
}

/// The body of a renewal request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// What is left, and what is asked.
    pub bottom_line: String,
    /// Why the patient needs more visits, in the therapist's words.
    pub why: String,
    #[serde(flatten)]
    pub measured: Measured,
    /// Visits, frequency, from when until when, and what is done.
    pub request: String,
    /// The same in numbers: what an approval files.
    #[serde(default)]
    pub asked: Option<AskedFor>,
    #[serde(flatten)]
    pub ordered: Ordered,
}

/// A renewal in numbers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedFor {
    pub visits: i64,
    pub per_week: Option<i64>,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

mail!(RenewalRequest, "renewal", "Renewal request");
