//! One of us who treats. A therapist is a record; a user may stand behind it.

use crate::types::{Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A therapist as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTherapist {
    pub first_name: Text,
    pub last_name: Text,
    pub credential: Text,
    pub npi: Text,
    pub license_no: Text,
    pub taxonomy_code: Text,
    pub license_state: Text,
    /// Id of the user who signs as this therapist.
    pub user: Text,
    pub left_on: Text,
    pub version: Text,
}

/// A therapist that passed the checks.
#[derive(Clone, Debug, Default)]
pub struct TherapistDraft {
    pub first_name: String,
    pub last_name: String,
    pub credential: Option<String>,
    pub npi: Option<String>,
    pub license_no: Option<String>,
    pub taxonomy_code: Option<String>,
    pub license_state: Option<String>,
    pub user: Option<String>,
    pub user_id: Option<i64>,
    pub left_on: Option<NaiveDate>,
    pub version: Option<i64>,
}

impl NewTherapist {
    pub fn check(&self, today: NaiveDate) -> Result<TherapistDraft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = TherapistDraft {
            first_name: check.required_line("first_name", &self.first_name, "Enter the first name"),
            last_name: check.required_line("last_name", &self.last_name, "Enter the last name"),
            credential: check.line("credential", &self.credential),
            npi: check.npi("npi", &self.npi).map(|n| n.to_string()),
            license_no: check.line("license_no", &self.license_no),
            taxonomy_code: check.taxonomy("taxonomy_code", &self.taxonomy_code),
            license_state: check.state("license_state", &self.license_state),
            user: self.user.some(),
            user_id: None,
            left_on: check.day("left_on", &self.left_on),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}
