use super::{Head, mail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Thanks for a referral. None of its fields is a patient's name, nor their initials; what was promised is in our own words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThankYou {
    #[serde(flatten)]
    pub head: Head,
    /// `Dr. Helen Okafor`.
    pub greeting: String,
    pub received_on: NaiveDate,
    pub first_visit_on: Option<NaiveDate>,
    /// The first visit has been.
    pub has_come: bool,
    /// By when they hear what we found, or that we could not reach the patient. None for who wants no report of the first visit.
    pub report_by: Option<NaiveDate>,
    /// The one thing that was promised when we met.
    pub promise: Option<String>,
}

mail!(ThankYou, "thanks", "Thank-you");
