//! The person who is treated.

use crate::types::{Check, FieldErrors, Text, person_name};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// As the claim asks for it.
    pub enum Sex {
        Female = "f", "Female";
        Male = "m", "Male";
        Unknown = "u", "Not said";
    }
}

/// A patient as somebody typed one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPatient {
    pub first_name: Text,
    pub middle_name: Text,
    pub last_name: Text,
    pub preferred_name: Text,
    pub born_on: Text,
    pub sex: Text,
    pub phone: Text,
    pub email: Text,
    pub street: Text,
    pub street2: Text,
    pub city: Text,
    pub state: Text,
    pub zip: Text,
    pub account_no: Text,
    pub guardian: Text,
    pub emergency_contact: Text,
    pub notes: Text,
    pub no_email: Text,
    pub marketing_consent: Text,
    pub treatment_consent_on: Text,
    pub privacy_notice_on: Text,
    /// Records from a substance-use program (42 CFR Part 2): no doctor is told without the patient's written consent.
    pub part2_records: Text,
    /// The day of that consent, and the last day on which it holds.
    pub part2_consent_on: Text,
    pub part2_consent_until: Text,
    /// Signed: that we may tell the payer, and that the payer pays us.
    pub release_signed_on: Text,
    pub assignment_signed_on: Text,
    /// Save although somebody of the same name and birth date is here.
    pub although_known: Text,
    pub version: Text,
}

/// A patient that passed the checks.
#[derive(Clone, Debug)]
pub struct PatientDraft {
    pub first_name: String,
    pub middle_name: Option<String>,
    pub last_name: String,
    pub preferred_name: Option<String>,
    pub born_on: Option<NaiveDate>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub phone_extension: Option<String>,
    pub email: Option<String>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub account_no: Option<String>,
    pub guardian: Option<String>,
    pub emergency_contact: Option<String>,
    pub notes: Option<String>,
    pub no_email: bool,
    pub marketing_consent: bool,
    pub treatment_consent_on: Option<NaiveDate>,
    pub privacy_notice_on: Option<NaiveDate>,
    pub part2_records: bool,
    pub part2_consent_on: Option<NaiveDate>,
    pub part2_consent_until: Option<NaiveDate>,
    pub release_signed_on: Option<NaiveDate>,
    pub assignment_signed_on: Option<NaiveDate>,
    pub although_known: bool,
    pub version: Option<i64>,
}

impl NewPatient {
    pub fn check(&self, today: NaiveDate) -> Result<PatientDraft, FieldErrors> {
        let mut check = Check::new(today);
        let phone = check.phone("phone", &self.phone);
        let draft = PatientDraft {
            first_name: check.required_line("first_name", &self.first_name, "Enter the first name"),
            middle_name: check.line("middle_name", &self.middle_name),
            last_name: check.required_line("last_name", &self.last_name, "Enter the last name"),
            preferred_name: check.line("preferred_name", &self.preferred_name),
            born_on: check.birth_date("born_on", &self.born_on),
            sex: check.choice("sex", &self.sex),
            phone_extension: phone.as_ref().and_then(|p| p.extension.clone()),
            phone: phone.map(|p| p.e164),
            email: check.email("email", &self.email).map(|e| e.to_string()),
            street: check.line("street", &self.street),
            street2: check.line("street2", &self.street2),
            city: check.line("city", &self.city),
            state: check.state("state", &self.state),
            zip: check.zip("zip", &self.zip),
            account_no: check.line("account_no", &self.account_no),
            guardian: check.line("guardian", &self.guardian),
            emergency_contact: check.line("emergency_contact", &self.emergency_contact),
            notes: check.text("notes", &self.notes),
            no_email: self.no_email.is_yes(),
            marketing_consent: self.marketing_consent.is_yes(),
            treatment_consent_on: check.past_day("treatment_consent_on", &self.treatment_consent_on, "A consent"),
            privacy_notice_on: check.past_day("privacy_notice_on", &self.privacy_notice_on, "The notice"),
            part2_records: self.part2_records.is_yes(),
            part2_consent_on: check.past_day("part2_consent_on", &self.part2_consent_on, "A consent"),
            part2_consent_until: check.day("part2_consent_until", &self.part2_consent_until),
            release_signed_on: check.past_day("release_signed_on", &self.release_signed_on, "The signature"),
            assignment_signed_on: check.past_day("assignment_signed_on", &self.assignment_signed_on, "The signature"),
            although_known: self.although_known.is_yes(),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

/// What two spellings of one patient share; with the birth date it tells a double entry [domain 2.5].
pub fn name_key(first: &str, last: &str) -> String {
    format!("{} {}", person_name::fold(last), person_name::fold(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_ahead_is_refused_with_an_example() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let new = NewPatient { first_name: "Elena".into(), last_name: "Marsh".into(), born_on: "4/12/2062".into(), ..Default::default() };
        let errors = new.check(today).expect_err("refused");
        assert_eq!(errors.0[0].message, "Enter a birth date in the past, like 4/12/1962");
    }
}
