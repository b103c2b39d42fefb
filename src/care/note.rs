//! A SOAP note: what the patient says, what was found, what it means, what was done and what is next.

use super::body::{self, Marks, NewMark};
use super::carried::{Copies, Part};
use super::measure::{self, Measured, NewMeasure};
use super::visit::{self, NewService, Service};
use crate::types::day::short;
use crate::types::{Check, Chip, FieldErrors, Text, TextList};
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
    /// Where something was found.
    pub body: Vec<NewMark>,
    /// Parts to copy from the signed note before, in this saving: subjective, objective, body, assessment, plan, work_status, restrictions.
    pub copy: TextList,
    /// Copied parts that were read again and still hold.
    pub confirmed: TextList,
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
    pub body: Marks,
    pub copy: Vec<Part>,
    pub confirmed: Vec<Part>,
    pub version: Option<i64>,
}

impl NoteDraft {
    /// What a part says, as copies are compared by it.
    pub fn says(&self, part: Part) -> String {
        match part {
            Part::Subjective => self.subjective.clone(),
            Part::Objective => self.objective.clone(),
            Part::Body => self.body.words(),
            Part::Assessment => self.assessment.clone(),
            Part::Plan => self.plan.clone(),
            Part::WorkStatus => self.work_status.clone(),
            Part::Restrictions => self.restrictions.clone(),
        }
    }

    /// The text of a part; the body chart has none.
    pub fn text(&mut self, part: Part) -> Option<&mut String> {
        match part {
            Part::Subjective => Some(&mut self.subjective),
            Part::Objective => Some(&mut self.objective),
            Part::Assessment => Some(&mut self.assessment),
            Part::Plan => Some(&mut self.plan),
            Part::WorkStatus => Some(&mut self.work_status),
            Part::Restrictions => Some(&mut self.restrictions),
            Part::Body => None,
        }
    }
}

/// A part of two texts of one note that are not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub field: &'static str,
    pub theirs: String,
    pub mine: String,
}

impl NewNote {
    /// What a part says as it is typed.
    pub fn says(&self, part: Part) -> String {
        match part {
            Part::Subjective => self.subjective.to_string(),
            Part::Objective => self.objective.to_string(),
            Part::Body => lines(self.body.iter().map(mark_words)),
            Part::Assessment => self.assessment.to_string(),
            Part::Plan => self.plan.to_string(),
            Part::WorkStatus => self.work_status.to_string(),
            Part::Restrictions => self.restrictions.to_string(),
        }
    }

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
            ("Body chart", |n| lines(n.body.iter().map(mark_words))),
            ("Measures", |n| lines(n.measures.iter().map(measure_words))),
            ("Hands-on minutes", |n| lines(n.services.iter().map(service_words))),
            ("Goals", |n| lines(n.goals.iter().map(goal_words))),
            ("Copied, and still true", |n| confirmed_words(&n.confirmed)),
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
                (Some("body"), Some(at)) => blank(&mut kept.body, at),
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
            body: body::marks(&mut check, &self.body),
            copy: parts(&mut check, "copy", &self.copy),
            confirmed: parts(&mut check, "confirmed", &self.confirmed),
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
        Ok(instrument) if m.items.iter().any(|i| !i.is_blank()) => {
            let answers = m.items.iter().map(|i| if i.is_blank() { "–" } else { i.as_str() }).collect::<Vec<_>>().join(" ");
            // Empty ones at the end are the same as none.
            format!("{}: {}", instrument.title(m.label.as_str()), answers.trim_end_matches([' ', '–']))
        }
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

fn mark_words(m: &NewMark) -> String {
    let word = m.word.some();
    if m.region.is_blank() { String::new() } else { body::Mark { region: m.region.to_string(), word }.words() }
}

fn confirmed_words(confirmed: &TextList) -> String {
    let mut known: Vec<Part> = confirmed.said().filter_map(|t| t.as_str().parse().ok()).collect();
    known.sort_unstable();
    known.iter().map(|p| p.label()).collect::<Vec<_>>().join("\n")
}

/// The parts of a note that are named in a short list.
fn parts(check: &mut Check, field: &str, typed: &TextList) -> Vec<Part> {
    let read = |text: &str| text.parse::<Part>().map(|p| p.word().to_string()).map_err(|e| e.to_string());
    check.list(field, typed, read).iter().filter_map(|word| word.parse().ok()).collect()
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

/// What a signature needs: words on the visit; where it is billed by time, its minutes; and no copy that nobody read again.
pub fn ready_to_sign(texts: [&str; 4], services: &[Service], copies: &Copies, today: NaiveDate) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if texts.iter().all(|part| part.trim().is_empty()) {
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
    for copy in copies.unread() {
        let (part, from) = (copy.part.label(), short(copy.from_on, today));
        errors.push(copy.part.word(), format!("{part} is copied from {from} and was not touched. Change it, or tick that it still holds"));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_note_and_treatment_without_minutes_cannot_be_signed() {
        let timed = Service { code: "97140".into(), minutes: None, area: None };
        let errors = ready_to_sign(["", " ", "", ""], &[timed], &Copies::default(), NaiveDate::MIN).expect_err("refused");
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
        assert!(ready_to_sign(["Stiff.", "", "", ""], &[pack], &Copies::default(), NaiveDate::MIN).is_ok());
    }

    #[test]
    fn a_copied_part_that_was_not_touched_is_named_when_the_note_is_signed() {
        let pack = Service { code: "97010".into(), minutes: None, area: None };
        let from_on = "2026-11-16".parse().expect("a day");
        let copy = super::super::carried::Copied { part: Part::Plan, from_on, words: "Weekly.".into(), confirmed: false };
        let today = "2026-11-23".parse().expect("a day");
        let errors = ready_to_sign(["", "", "", "Weekly."], &[pack], &Copies(vec![copy]), today).expect_err("refused");
        assert_eq!(errors.0[0].field, "plan");
        assert!(errors.0[0].message.starts_with("Home care and plan is copied from Nov 16 and was not touched"), "{}", errors.0[0].message);
    }
}
