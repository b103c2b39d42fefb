//! The note about a referral that came to nothing: what we tried, and what the doctor can do. Pure. It blames nobody and tells no more of
//! the reason than our short list of reasons.

use super::course::month_day;
use super::wording::Wording;
use crate::mail::kinds::{Attempt, Lost};
use crate::network::activity::{ActivityKind, Outcome};
use crate::referrals::referral::LostReason;
use chrono::NaiveDate;

/// What is told of it.
#[derive(Clone, Debug)]
pub struct Facts {
    pub patient: String,
    pub reason: Option<LostReason>,
    pub tries: Vec<Try>,
    pub today: NaiveDate,
}

/// A try to reach the patient.
#[derive(Clone, Copy, Debug)]
pub struct Try {
    pub on: NaiveDate,
    pub kind: ActivityKind,
    pub outcome: Option<Outcome>,
}

/// Composes the body.
pub fn compose(facts: &Facts, wording: &Wording) -> Lost {
    let own = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    Lost {
        bottom_line: own(&wording.bottom_line, bottom_line(facts)),
        ask: own(&wording.to_do, ask(facts.reason).into()),
        attempts: facts.tries.iter().map(|t| Attempt { on: t.on, how: how(*t) }).collect(),
        from_here: own(&wording.from_here, from_here(facts)),
    }
}

/// What the note says where nobody says it differently.
pub fn said(facts: &Facts) -> Wording {
    let body = compose(facts, &Wording::default());
    Wording { bottom_line: Some(body.bottom_line), to_do: Some(body.ask), from_here: Some(body.from_here), ..Wording::default() }
}

/// "We could not reach Neil Sandoval, who has not been seen."
fn bottom_line(facts: &Facts) -> String {
    let who = &facts.patient;
    match facts.reason {
        Some(LostReason::Unreachable) => format!("We could not reach {who}, who has not been seen."),
        Some(LostReason::Declined) => format!("{who} does not wish to come and has not been seen."),
        Some(LostReason::NotCovered) => format!("{who} has not been seen: the plan does not cover our treatment."),
        Some(LostReason::TooFar) => format!("{who} has not been seen: we are too far away."),
        Some(LostReason::NoCapacity) => format!("{who} has not been seen: we have no room at the moment."),
        Some(LostReason::WentElsewhere) => format!("{who} is treated elsewhere and has not been seen here."),
        Some(LostReason::Duplicate | LostReason::Other) | None => format!("{who} has not been seen here."),
    }
}

/// What the doctor can do; our phone number stands behind it.
fn ask(reason: Option<LostReason>) -> &'static str {
    match reason {
        Some(LostReason::Unreachable) => "If you still want treatment, please ask the patient to call",
        Some(LostReason::NotCovered | LostReason::TooFar | LostReason::NoCapacity) => "We gladly name somebody else. Call",
        _ => "If you see it differently, please call",
    }
}

/// `phone, left a message`.
fn how(t: Try) -> String {
    let by = match t.kind {
        ActivityKind::Call => "phone".into(),
        other => other.label().to_lowercase(),
    };
    match t.outcome {
        Some(outcome) => format!("{by}, {}", outcome.label().to_lowercase()),
        None => by,
    }
}

fn from_here(facts: &Facts) -> String {
    match (facts.reason, facts.tries.last()) {
        (Some(LostReason::Unreachable), Some(last)) => {
            format!("The last try was on {}. We will not call again; the order stays on file.", month_day(last.on, facts.today))
        }
        _ => "We will not call the patient again; the order stays on file.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn neil(reason: LostReason) -> Facts {
        let call = |day: &str, outcome| Try { on: on(day), kind: ActivityKind::Call, outcome: Some(outcome) };
        Facts {
            patient: "Neil Sandoval".into(),
            reason: Some(reason),
            tries: vec![call("2026-11-06", Outcome::LeftMessage), call("2026-11-10", Outcome::NoAnswer)],
            today: on("2026-11-18"),
        }
    }

    #[test]
    fn it_says_who_was_not_seen_what_was_tried_and_what_the_doctor_can_do() {
        let body = compose(&neil(LostReason::Unreachable), &Wording::default());
        assert_eq!(body.bottom_line, "We could not reach Neil Sandoval, who has not been seen.");
        let tried: Vec<&str> = body.attempts.iter().map(|a| a.how.as_str()).collect();
        assert_eq!(tried, ["phone, left a message", "phone, no answer"]);
        assert_eq!(body.ask, "If you still want treatment, please ask the patient to call");
        assert_eq!(body.from_here, "The last try was on November 10. We will not call again; the order stays on file.");
    }

    #[test]
    fn each_reason_is_a_sentence_that_blames_nobody() {
        for reason in LostReason::ALL {
            let line = compose(&neil(*reason), &Wording::default()).bottom_line;
            assert!(line.contains("Neil Sandoval") && line.contains("has not been seen"), "{line}");
            assert!(!line.contains("refused") && !line.contains("failed"), "{line}");
        }
    }
}
