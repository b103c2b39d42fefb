//! A case that is tried on a payer's rules: what was done, when, by whom and on whose order. No patient stands behind it. Pure.

use super::compose::{Coverage, Facts, Fee, Order, Referrer, Sheet};
use super::parties::{Patient, Practice};
use crate::payers::asks;
use crate::payers::payer::CoverageKind;
use crate::types::{Check, FieldErrors, Text, TextList, day, icd10, person_name};
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A case as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewCase {
    /// The day of the visit; today where nothing is said.
    pub visit_on: Text,
    pub services: Vec<NewCaseService>,
    /// yes or no; empty: not said.
    pub has_order: Text,
    pub ordered_on: Text,
    /// The credential of whoever ordered, like DC.
    pub ordered_by: Text,
    /// The credential of whoever treated, like LMT.
    pub treated_by: Text,
    /// Which visit it is.
    pub visit_no: Text,
    /// Whether the payer agreed; empty: it did not.
    pub is_approved: Text,
    pub diagnoses: TextList,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewCaseService {
    pub code: Text,
    /// Hands-on minutes.
    pub minutes: Text,
}

/// A case that passed its checks.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub visit_on: NaiveDate,
    pub services: Vec<(String, Option<i64>)>,
    pub has_order: Option<bool>,
    pub ordered_on: Option<NaiveDate>,
    pub ordered_by: Option<String>,
    pub treated_by: Option<String>,
    pub visit_no: Option<i64>,
    pub is_approved: bool,
    pub diagnoses: Vec<String>,
}

impl NewCase {
    pub fn check(&self, today: NaiveDate) -> Result<Case, FieldErrors> {
        let mut check = Check::new(today);
        let credential =
            |check: &mut Check, field: &str, typed: &Text| check.line(field, typed).map(|c| person_name::credential(&c).to_uppercase());
        let case = Case {
            visit_on: check.day("visit_on", &self.visit_on).unwrap_or(today),
            services: services(&mut check, &self.services),
            has_order: yes_no(&mut check, "has_order", &self.has_order),
            ordered_on: check.day("ordered_on", &self.ordered_on),
            ordered_by: credential(&mut check, "ordered_by", &self.ordered_by),
            treated_by: credential(&mut check, "treated_by", &self.treated_by),
            visit_no: check.whole("visit_no", &self.visit_no, 1..=1_000),
            is_approved: yes_no(&mut check, "is_approved", &self.is_approved) == Some(true),
            diagnoses: check.list("diagnoses", &self.diagnoses, icd10::parse),
        };
        if case.services.is_empty() {
            check.say("services.0.code", "Enter a treatment, like 97140, and its minutes");
        }
        check.done(case)
    }
}

fn services(check: &mut Check, typed: &[NewCaseService]) -> Vec<(String, Option<i64>)> {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let (code, minutes) = (format!("services.{at}.code"), format!("services.{at}.minutes"));
        if entry.code.is_blank() && !entry.minutes.is_blank() {
            check.say(&code, "Say which treatment took these minutes, like 97140");
        }
        let said = check.whole(&minutes, &entry.minutes, 0..=600);
        if let Some(code) = check.service_code(&code, &entry.code) {
            found.push((code, said));
        }
    }
    found
}

fn yes_no(check: &mut Check, field: &str, typed: &Text) -> Option<bool> {
    match typed.as_str().to_ascii_lowercase().as_str() {
        "" => None,
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => {
            check.say(field, "Enter yes or no, or leave it open");
            None
        }
    }
}

/// What the case is judged by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub payer_name: String,
    pub kind: Option<CoverageKind>,
    pub sheet: Option<Sheet>,
    pub rx_valid_days: Option<i64>,
    pub fees: Vec<Fee>,
}

impl Case {
    /// The facts of a claim of this case for a patient about whom everything is known, so that only the rules decide.
    pub fn facts(&self, rules: &Rules, part: i64, cap_accepted: bool) -> Facts {
        let uncovered = self.uncovered(rules);
        let prescriber = Referrer { npi: Some("known".into()), credentials: self.prescribers(rules), ..Default::default() };
        let order = Order { diagnoses: self.known_diagnoses(), prescriber: prescriber.clone(), ..Default::default() };
        Facts {
            today: self.visit_on,
            service_on: self.visit_on,
            services: self.services.clone(),
            payer_name: rules.payer_name.clone(),
            sheet: rules.sheet.clone(),
            fees: rules.fees.clone(),
            order: uncovered.is_none().then_some(order),
            uncovered,
            episode_diagnoses: self.known_diagnoses(),
            referrer: Some(prescriber),
            coverage: self.coverage(rules),
            patient: Patient { born_on: Some(self.visit_on), has_sex: true, ..Default::default() },
            rendering_npi: Some("known".into()),
            therapist_credential: self.treated_by.clone(),
            practice: Practice { npi: Some("known".into()), ..Default::default() },
            cap_accepted,
            frequency: super::claim::ORIGINAL,
            visit_no: self.visit_no,
            visit_of_limit: self.visit_no,
            part,
            ..Default::default()
        }
    }

    fn coverage(&self, rules: &Rules) -> Coverage {
        Coverage {
            kind: rules.kind.unwrap_or(CoverageKind::Health),
            member_no: Some("known".into()),
            claim_no: Some("known".into()),
            injured_on: Some(self.visit_on),
            accident_state: Some("known".into()),
            authorization_no: self.is_approved.then(|| "known".into()),
            ..Default::default()
        }
    }

    fn known_diagnoses(&self) -> Vec<String> {
        if self.diagnoses.is_empty() { vec!["M54.2".into()] } else { self.diagnoses.clone() }
    }

    /// Who ordered; where nobody is said, somebody whom the payer takes.
    fn prescribers(&self, rules: &Rules) -> Vec<String> {
        let taken = || rules.sheet.as_ref().and_then(|s| s.who_may_prescribe.first().cloned());
        self.ordered_by.clone().or_else(taken).into_iter().collect()
    }

    /// Why no order covers the visit; what is not said is taken as done.
    fn uncovered(&self, rules: &Rules) -> Option<String> {
        if self.has_order == Some(false) {
            return Some("There is no order".into());
        }
        let (signed, days) = (self.ordered_on?, rules.rx_valid_days.unwrap_or(i64::from(u16::MAX)));
        let last = signed.checked_add_days(Days::new(days.unsigned_abs()))?;
        if self.visit_on < signed {
            return Some(format!("The order was signed on {}, after the visit", day::long(signed)));
        }
        (self.visit_on > last).then(|| format!("The order of {} held until {}", day::long(signed), day::long(last)))
    }

    /// Which diagnoses the payer does not take, each with why.
    pub fn refused_diagnoses(&self, sheet: &Sheet) -> Vec<String> {
        self.diagnoses.iter().filter_map(|code| refusal(code, sheet).map(|why| format!("{code}: {why}"))).collect()
    }
}

fn refusal(code: &str, sheet: &Sheet) -> Option<String> {
    let ends = asks::seventh_character(code).map(String::from);
    if asks::is_of(code, &sheet.diagnoses_refused) {
        return Some("never paid".into());
    }
    if !sheet.diagnoses_accepted.is_empty() && !asks::is_of(code, &sheet.diagnoses_accepted) {
        return Some(format!("they pay for {} alone", sheet.diagnoses_accepted.join(", ")));
    }
    let wanted = &sheet.seventh_characters;
    ends.filter(|end| !wanted.is_empty() && !wanted.contains(end)).map(|_| format!("codes of injuries end in {}", wanted.join(" or ")))
}
