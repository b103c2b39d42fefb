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

/// A part of two texts of one note that are not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub field: &'static str,
    pub theirs: String,
    pub mine: String,
}

impl NewNote {
    /// Where another text of the same note says something else, part by part, so that both can be read.
    pub fn differences(&self, theirs: &Self) -> Vec<Difference> {
        type Part = (&'static str, fn(&NewNote) -> String);
        let parts: &[Part] = &[
            ("What the patient says", |n| n.subjective.to_string()),
            ("What you find", |n| n.objective.to_string()),
            ("What it means", |n| n.assessment.to_string()),
            ("What you did, what is next", |n| n.plan.to_string()),
            ("New since last time", |n| n.flags.to_string()),
            ("Work now", |n| n.work_status.to_string()),
            ("What holds recovery back", |n| n.restrictions.to_string()),
            ("Measures", |n| lines(n.measures.iter().map(measure_words))),
            ("Hands-on minutes", |n| lines(n.services.iter().map(service_words))),
            ("Goals", |n| lines(n.goals.iter().map(goal_words))),
        ];
        let both = |(field, read): &Part| Difference { field, theirs: read(theirs), mine: read(self) };
        parts.iter().map(both).filter(|d| d.theirs != d.mine).collect()
    }

    /// The same without the rows that cannot be read: what a draft keeps of a note in the middle of being typed.
    pub fn without(&self, errors: &FieldErrors) -> Self {
        let mut kept = self.clone();
        for error in &errors.0 {
            let mut steps = error.field.split('.');
            match (steps.next(), steps.next().and_then(|at| at.parse::<usize>().ok())) {
                (Some("measures"), Some(at)) => blank(&mut kept.measures, at),
                (Some("services"), Some(at)) => blank(&mut kept.services, at),
                (Some("services"), None) => kept.services.clear(),
                (Some("goals"), Some(at)) => blank(&mut kept.goals, at),
                _ => {}
            }
        }
        kept
    }

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

fn blank<T: Default>(rows: &mut [T], at: usize) {
    if let Some(row) = rows.get_mut(at) {
        *row = T::default();
    }
}

fn lines(rows: impl Iterator<Item = String>) -> String {
    rows.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn measure_words(m: &NewMeasure) -> String {
    match m.instrument.as_str().parse::<measure::Instrument>() {
        Ok(instrument) if !m.value.is_blank() => format!("{}: {}", instrument.title(m.label.as_str()), m.value),
        _ => String::new(),
    }
}

fn service_words(s: &NewService) -> String {
    match (s.code.is_blank(), s.minutes.is_blank()) {
        (true, _) => String::new(),
        (false, true) => format!("{}: no minutes", s.code),
        (false, false) => format!("{}: {} minutes", s.code, s.minutes),
    }
}

fn goal_words(g: &NewGoal) -> String {
    let state = g.state.as_str().parse().unwrap_or(GoalState::NotYet);
    if g.text.is_blank() || g.state.as_str() == DROPPED { String::new() } else { format!("{}: {}", g.text, state.label().to_lowercase()) }
}

/// What a form says of a goal that is given up.
pub const DROPPED: &str = "dropped";

fn goals(check: &mut Check, typed: &[NewGoal]) -> Goals {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        // A goal that is no longer one leaves the list.
        if entry.state.as_str() == DROPPED {
            continue;
        }
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
    fn two_texts_of_one_note_are_shown_where_they_differ_and_nowhere_else() {
        let now = |value: &str| NewMeasure { instrument: "nprs".into(), label: "now".into(), value: value.into(), ..Default::default() };
        let mine = NewNote {
            subjective: "Stiff.".into(),
            plan: "Go on.".into(),
            measures: vec![now("3"), NewMeasure::default()],
            ..Default::default()
        };
        let theirs = NewNote { subjective: "Sore.".into(), plan: "Go on.".into(), measures: vec![now("4")], ..Default::default() };
        let found = mine.differences(&theirs);
        let shown: Vec<(&str, &str, &str)> = found.iter().map(|d| (d.field, d.theirs.as_str(), d.mine.as_str())).collect();
        assert_eq!(shown, [("What the patient says", "Sore.", "Stiff."), ("Measures", "Pain now: 4", "Pain now: 3")]);
    }

    #[test]
    fn a_draft_keeps_the_words_of_a_note_whose_numbers_are_still_wrong() {
        let today = NaiveDate::MIN;
        let now = NewMeasure { instrument: "nprs".into(), label: "now".into(), value: "11".into(), ..Default::default() };
        let typed = NewNote { subjective: "Stiff.".into(), measures: vec![now], ..Default::default() };
        let errors = typed.check(today).expect_err("eleven");
        let kept = typed.without(&errors).check(today).expect("the rest");
        assert_eq!((kept.subjective.as_str(), kept.measures.len()), ("Stiff.", 0));
    }

    #[test]
    fn a_goal_that_is_given_up_leaves_the_list() {
        let goal = |state: &str| NewGoal { text: "Drive 30 minutes".into(), state: state.into(), ..Default::default() };
        let typed = NewNote { goals: vec![goal("dropped"), goal("met")], ..Default::default() };
        assert_eq!(typed.check(NaiveDate::MIN).expect("fine").goals.0.len(), 1);
    }

    #[test]
    fn an_untimed_code_needs_no_minutes() {
        let pack = Service { code: "97010".into(), minutes: None, area: None };
        assert!(ready_to_sign("Stiff.", "", "", "", &[pack]).is_ok());
    }
}
