//! Where a referral stands, as a row of steps: what it passed, where it is, what is left.

use super::referral::{Channel, ReferralState};
use crate::audit::view::MoveView;
use crate::types::day;
use chrono::NaiveDate;
use serde::Serialize;

/// One step of the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub label: &'static str,
    /// `Sep 24, by fax`, `since Sep 28`; empty for what lies ahead.
    pub detail: String,
    pub is_done: bool,
    pub is_here: bool,
}

/// The steps of a referral. One that was skipped (nobody had to call) is left out, one that lies ahead is not.
pub fn steps(state: ReferralState, channel: Channel, history: &[MoveView], today: NaiveDate) -> Vec<Step> {
    use ReferralState::{Attempting, Closed, Converted, Lost, Received, Scheduled};
    let reached = |s: ReferralState| history.iter().rfind(|m| m.to == s.word()).map(|m| m.on);
    let way = [Received, Attempting, Scheduled, Converted, Closed];
    let here = way.iter().position(|s| *s == state);
    let mut steps = Vec::new();
    for (at, step) in way.into_iter().enumerate() {
        let passed = here.is_some_and(|here| at < here);
        let on = reached(step);
        let skipped = (passed || state == Lost) && on.is_none();
        if !skipped {
            let is_done = passed || (state == Lost && on.is_some());
            let detail = on.filter(|_| is_done || Some(at) == here).map(|on| detail(step, Some(at) == here, channel, on, today));
            steps.push(Step { label: label(step), detail: detail.unwrap_or_default(), is_done, is_here: Some(at) == here });
        }
    }
    if state == Lost {
        let on = reached(Lost).map(|on| day::short(on, today)).unwrap_or_default();
        steps.push(Step { label: Lost.label(), detail: on, is_done: false, is_here: true });
    }
    steps
}

fn label(state: ReferralState) -> &'static str {
    if state == ReferralState::Attempting { "Called" } else { state.label() }
}

fn detail(step: ReferralState, is_here: bool, channel: Channel, on: NaiveDate, today: NaiveDate) -> String {
    let on = day::short(on, today);
    match step {
        ReferralState::Received => format!("{on}, {}", way_in(channel)),
        ReferralState::Converted if is_here => format!("since {on}"),
        _ => on,
    }
}

fn way_in(channel: Channel) -> &'static str {
    match channel {
        Channel::Fax => "by fax",
        Channel::Phone => "by phone",
        Channel::Email => "by email",
        Channel::Portal => "by portal",
        Channel::WalkIn => "walked in",
        Channel::EReferral => "by e-referral",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    fn moved(to: &str, on: &str) -> MoveView {
        MoveView { from: None, to: to.into(), on: on.parse().expect("a day"), at: DateTime::<Utc>::MIN_UTC, by: "Rosa".into(), why: None }
    }

    fn today() -> NaiveDate {
        "2026-11-23".parse().expect("a day")
    }

    fn words(state: ReferralState, history: &[MoveView]) -> Vec<String> {
        let mark = |s: Step| {
            format!(
                "{}{} {}",
                if s.is_here {
                    ">"
                } else if s.is_done {
                    "+"
                } else {
                    "-"
                },
                s.label,
                s.detail
            )
        };
        steps(state, Channel::Fax, history, today()).into_iter().map(|s| mark(s).trim().to_string()).collect()
    }

    #[test]
    fn a_step_that_nobody_needed_is_left_out_and_what_lies_ahead_is_not() {
        let history = [moved("received", "2026-09-24"), moved("scheduled", "2026-09-25"), moved("converted", "2026-09-28")];
        let shown = words(ReferralState::Converted, &history);
        assert_eq!(shown, ["+Received Sep 24, by fax", "+Booked Sep 25", ">In care since Sep 28", "-Closed"]);
        assert_eq!(words(ReferralState::Received, &history[..1])[1..], ["-Called", "-Booked", "-In care", "-Closed"]);
    }

    #[test]
    fn a_lost_referral_shows_how_far_it_came() {
        let history = [moved("received", "2026-09-24"), moved("attempting", "2026-09-25"), moved("lost", "2026-10-02")];
        assert_eq!(words(ReferralState::Lost, &history), ["+Received Sep 24, by fax", "+Called Sep 25", ">Lost Oct 2"]);
    }
}
