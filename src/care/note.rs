//! A SOAP note: what the patient says, what was found, what it means, what was done and what is next.

use super::measure::{self, Measured, NewMeasure};
use super::visit::{self, NewService, Service};
use crate::types::{Check, Chip, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum NoteState {
        Draft = "draft", "Draft";
        Signed = "signed", "Signed";
    }
}

impl NoteState {
    pub fn chip(self) -> Chip {
        match self {
            Self::Draft => Chip::wait("Draft"),
            Self::Signed => Chip::ok("Signed"),
        }
    }
}

crate::words! {
    pub enum GoalState {
        Met = "met", "Met";
        Partly = "partly", "Partly";
        NotYet = "not_yet", "Not yet";
    }
}

/// A goal in the patient's words: drive 30 minutes, sleep through the night.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Goal {
    pub text: String,
    pub state: GoalState,
    pub detail: Option<String>,
}

/// The goals of one note, in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
pub struct Goals(pub Vec<Goal>);

/// A note as it is typed; a draft may be as empty as it likes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewNote {
    /// Id of the visit (not needed where the address names the note).
    pub visit: Text,
    pub subjective: Text,
    pub objective: Text,
    pub assessment: Text,
    pub plan: Text,
    /// Employment, where workers' comp asks for it,
    pub work_status: Text,
    /// and what holds recovery back.
    pub restrictions: Text,
    /// Red flags, medication changes, new incidents.
    pub flags: Text,
    pub goals: Vec<NewGoal>,
    pub measures: Vec<NewMeasure>,
    pub services: Vec<NewService>,
    pub version: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewGoal {
    pub text: Text,
    pub state: Text,
    pub detail: Text,
}

/// A note that passed its checks.
#[derive(Clone, Debug)]
pub struct NoteDraft {
    pub subjective: String,
    pub objective: String,
    pub assessment: String,
    pub plan: String,
    pub work_status: String,
    pub restrictions: String,
    pub flags: String,
    pub goals: Goals,
    pub measures: Vec<Measured>,
    pub services: Vec<Service>,
    pub version: Option<i64>,
}

impl NewNote {
    pub fn check(&self, today: NaiveDate) -> Result<NoteDraft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = NoteDraft {
            subjective: check.text("subjective", &self.subjective).unwrap_or_default(),
            objective: check.text("objective", &self.objective).unwrap_or_default(),
            assessment: check.text("assessment", &self.assessment).unwrap_or_default(),
            plan: check.text("plan", &self.plan).unwrap_or_default(),
            work_status: check.text("work_status", &self.work_status).unwrap_or_default(),
            restrictions: check.text("restrictions", &self.restrictions).unwrap_or_default(),
            flags: check.text("flags", &self.flags).unwrap_or_default(),
            goals: goals(&mut check, &self.goals),
            measures: measure::measures(&mut check, &self.measures),
            services: visit::services(&mut check, &self.services),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

fn goals(check: &mut Check, typed: &[NewGoal]) -> Goals {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let Some(text) = check.line(&format!("goals.{at}.text"), &entry.text) else { continue };
        let state = check.choice(&format!("goals.{at}.state"), &entry.state).unwrap_or(GoalState::NotYet);
        found.push(Goal { text, state, detail: check.line(&format!("goals.{at}.detail"), &entry.detail) });
    }
    Goals(found)
}

/// What a signature needs: words on the visit and, where it is billed by time, its minutes.
pub fn ready_to_sign(subjective: &str, objective: &str, assessment: &str, plan: &str, services: &[Service]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if [subjective, objective, assessment, plan].iter().all(|part| part.trim().is_empty()) {
        errors.push("subjective", "Write what happened before you sign: at least one part of the note");
    }
    if services.is_empty() {
        errors.push("services", "Enter the treatment and its hands-on minutes before you sign");
    }
    for (at, service) in services.iter().enumerate() {
        if crate::types::service_code::is_timed(&service.code) && service.minutes.is_none() {
            errors.push(format!("services.{at}.minutes"), format!("Enter the hands-on minutes of {}", service.code));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_note_and_treatment_without_minutes_cannot_be_signed() {
        let timed = Service { code: "97140".into(), minutes: None, area: None };
        let errors = ready_to_sign("", " ", "", "", &[timed]).expect_err("refused");
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["subjective", "services.0.minutes"]);
    }

    #[test]
    fn an_untimed_code_needs_no_minutes() {
        let pack = Service { code: "97010".into(), minutes: None, area: None };
        assert!(ready_to_sign("Stiff.", "", "", "", &[pack]).is_ok());
    }
}
