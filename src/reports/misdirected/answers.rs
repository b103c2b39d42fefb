//! What is asked about a report that went to the wrong person: the four factors of the breach rule [45 CFR 164.402], and what it came
//! to. Pure.

use crate::types::{Check, FieldErrors, Text};
use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A patient is told of a breach within so many days [45 CFR 164.404].
const TELL_WITHIN_DAYS: i64 = 60;

crate::words! {
    /// Whether anybody saw it.
    pub enum Seen {
        NotOpened = "not_opened", "Surely not opened";
        Opened = "opened", "Opened or read";
        NotKnown = "not_known", "Not known";
    }
}

crate::words! {
    /// What the assessment came to.
    pub enum Outcome {
        LowProbability = "low_probability", "Little chance that anything was compromised";
        Breach = "breach", "A breach: the patient is told";
    }
}

/// How it came to light.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Opening {
    /// What happened, in a sentence or two.
    pub what_happened: Text,
}

/// The four answers. All of them may come one after the other; to close it, all must be there.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// What the message told about whom, and how easily somebody is known by it.
    pub told: Text,
    /// Who got it: another practice bound to secrecy, or anybody?
    pub who: Text,
    /// not_opened, opened or not_known.
    pub seen: Text,
    /// What was done: asked to delete it, confirmed in writing ...
    pub done: Text,
    /// low_probability or breach. With it, the assessment is closed.
    pub outcome: Text,
    /// The version that was read.
    pub version: Text,
}

/// That the patient was told of a breach.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Telling {
    /// When; today where nothing is said.
    pub on: Text,
    /// By letter, by phone ...
    pub how: Text,
}

/// The answers, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub told: Option<String>,
    pub who: Option<String>,
    pub seen: Option<Seen>,
    pub done: Option<String>,
    pub outcome: Option<Outcome>,
    pub version: Option<i64>,
}

impl Answers {
    /// Nobody decides before the four questions are answered.
    pub fn check(&self, today: NaiveDate) -> Result<Draft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = Draft {
            told: check.text("told", &self.told),
            who: check.text("who", &self.who),
            seen: check.choice("seen", &self.seen),
            done: check.text("done", &self.done),
            outcome: check.choice("outcome", &self.outcome),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        if draft.outcome.is_some() {
            for (name, missing, words) in [
                ("told", draft.told.is_none(), "Say what the message told"),
                ("who", draft.who.is_none(), "Say who got it"),
                ("seen", draft.seen.is_none() && !check.failed(), "Say whether it was opened"),
                ("done", draft.done.is_none(), "Say what was done about it"),
            ] {
                if missing {
                    check.say(name, words);
                }
            }
        }
        check.done(draft)
    }
}

/// By when the patient is told, if it is a breach.
pub fn tell_by(found_on: NaiveDate) -> NaiveDate {
    found_on + TimeDelta::days(TELL_WITHIN_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-05-04".parse().expect("a day")
    }

    #[test]
    fn an_outcome_needs_all_four_answers() {
        let mut answers = Answers { outcome: "breach".into(), ..Answers::default() };
        let errors = answers.check(day()).expect_err("too early");
        assert_eq!(errors.0.len(), 4);
        answers = Answers {
            told: "A name and measures".into(),
            who: "Another practice".into(),
            seen: "opened".into(),
            done: "Deleted, they wrote".into(),
            ..answers
        };
        assert_eq!(answers.check(day()).map(|d| d.outcome), Ok(Some(Outcome::Breach)));
        assert!(Answers::default().check(day()).is_ok(), "nothing is decided yet");
    }

    #[test]
    fn a_patient_is_told_within_sixty_days() {
        assert_eq!(tell_by(day()).to_string(), "2026-07-03");
    }
}
