//! The discharge letter: why care ended, the first measures beside the last, goals, what the patient does at home and when to refer
//! again. Pure: each number stands in a dated, signed note.

use super::course::{
    Facts, Row, attended, flags, from_first_to_last, goals, measured, measures, month_day, ordered, sentences, visits, visits_words, worst,
};
use super::wording::Wording;
use crate::care::measure::Instrument;
use crate::mail::kinds::{Discharge, Goal};
use crate::referrals::referral::DischargeReason;
use chrono::NaiveDate;

/// When and why care ended.
#[derive(Clone, Debug)]
pub struct Ending {
    pub on: NaiveDate,
    pub reason: Option<DischargeReason>,
}

/// Composes the body.
pub fn compose(facts: &Facts, of: &Ending, wording: &Wording) -> Discharge {
    // From the first to the last: what an earlier report said stands there.
    let facts = &Facts { last_report_on: None, next_visit_on: None, ..facts.clone() };
    let rows = measures(facts);
    // At the end nothing is still to come.
    let goals: Vec<Goal> =
        goals(facts).into_iter().map(|g| if g.state == "not met yet" { Goal { state: "not met".into(), ..g } } else { g }).collect();
    let own = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    Discharge {
        bottom_line: own(&wording.bottom_line, bottom_line(facts, &rows, &goals)),
        measured: measured(facts, &rows, "End"),
        reason: reason(of, &goals, facts.today),
        home: own(&wording.home, home(facts)),
        again: own(&wording.again, again(&rows)),
        flags: wording.flags.clone().or_else(|| flags(facts)),
        ordered: ordered(facts),
        goals,
    }
}

/// What the letter says where nobody says it differently.
pub fn said(facts: &Facts, of: &Ending) -> Wording {
    let body = compose(facts, of, &Wording::default());
    Wording { bottom_line: Some(body.bottom_line), home: Some(body.home), again: Some(body.again), flags: body.flags, ..Wording::default() }
}

/// The visits of the whole course: of how many only where one order covered them all.
fn visits_of_all(facts: &Facts) -> String {
    let attended = attended(facts);
    match facts.order.as_ref().is_some_and(|o| attended <= o.used + o.over) {
        true => visits_words(facts),
        false => visits(attended),
    }
}

/// "Discharged after 10 of 10 visits, 2 of 3 goals met: pain 6 to 2. External rotation: no real change."
fn bottom_line(facts: &Facts, rows: &[Row], goals: &[Goal]) -> String {
    let met = goals.iter().filter(|g| g.state == "met").count();
    let goals = if goals.is_empty() { String::new() } else { format!(", {met} of {} goals met", goals.len()) };
    let head = format!("Discharged after {}{goals}", visits_of_all(facts));
    if !rows.iter().any(Row::is_compared) {
        return if rows.is_empty() { format!("{head}. Nothing was measured.") } else { format!("{head}. Measured once.") };
    }
    let moved = from_first_to_last(rows);
    let line = if moved.is_empty() { format!("{head}.") } else { format!("{head}: {}.", moved.join(", ")) };
    worst(rows).map_or(line.clone(), |news| format!("{line} {news}"))
}

fn reason(of: &Ending, goals: &[Goal], today: NaiveDate) -> String {
    let open = goals.iter().filter(|g| g.state != "met").count();
    let why = match of.reason {
        // What is not met stands below it.
        Some(DischargeReason::GoalsMet) if open > 0 => "what could be reached is reached",
        Some(DischargeReason::GoalsMet) => "its goals are met",
        Some(DischargeReason::Plateau) => "the last visits brought no further gain",
        Some(DischargeReason::PayerLimit) => "the payer covers no more visits",
        Some(DischargeReason::PatientStopped) => "the patient stopped coming",
        Some(DischargeReason::Transferred) => "the patient goes on elsewhere",
        None => return format!("Care ended on {}.", month_day(of.on, today)),
    };
    format!("Care ended on {}: {why}.", month_day(of.on, today))
}

/// What the newest note says that the patient does at home, sentence by sentence as the therapist wrote it. Nothing where none says it:
/// then somebody has to.
fn home(facts: &Facts) -> String {
    const HOME: [&str; 6] = ["home", "exercise", "stretch", "self-", "walk", "ice"];
    let at_home = |sentence: &&str| {
        let words: Vec<String> = sentence.split(|c: char| !c.is_alphanumeric() && c != '-').map(str::to_lowercase).collect();
        words.iter().any(|w| HOME.iter().any(|h| w == h || (h.len() > 4 && w.starts_with(h)) || (h.ends_with('-') && w.starts_with(h))))
    };
    let said = facts.notes.iter().rev().map(|n| sentences(&n.plan).into_iter().filter(at_home).collect::<Vec<_>>().join(" "));
    said.into_iter().find(|s| !s.is_empty()).unwrap_or_default()
}

fn again(rows: &[Row]) -> String {
    let pain = rows.iter().find(|r| (r.instrument, r.label.as_str()) == (Instrument::Nprs, "now") && r.start > r.now);
    match pain {
        Some(pain) => format!("Please refer again if pain is back at {} of 10, or if daily life gets harder.", pain.row.start),
        None => "Please refer again if daily life gets harder.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::course::{Note, Order};
    use super::*;
    use crate::care::note::{Goal as NoteGoal, GoalState};

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn note(day: &str, pain: i64, rotation: i64, plan: &str) -> Note {
        Note {
            on: on(day),
            measures: vec![(Instrument::Nprs, "now".into(), pain * 100), (Instrument::Rom, "External rotation".into(), rotation * 100)],
            plan: plan.into(),
            goals: vec![
                NoteGoal { text: "Reach a shelf".into(), state: GoalState::Met, detail: None },
                NoteGoal { text: "Fasten a seat belt".into(), state: GoalState::NotYet, detail: Some("pain 3".into()) },
            ],
            ..Note::default()
        }
    }

    /// Imani Cole of the prototype.
    fn imani() -> Facts {
        Facts {
            today: on("2026-12-02"),
            notes: vec![
                note("2026-09-21", 6, 50, "Once a week."),
                note("2026-11-30", 2, 48, "Discharge today. Home program: 3 exercises, 10 minutes a day."),
            ],
            order: Some(Order { authorized: Some(10), used: 10, ..Order::default() }),
            last_report_on: Some(on("2026-10-20")),
            next_visit_on: Some(on("2026-12-09")),
            ..Facts::default()
        }
    }

    fn ending() -> Ending {
        Ending { on: on("2026-11-30"), reason: Some(DischargeReason::GoalsMet) }
    }

    fn made(facts: &Facts) -> Discharge {
        compose(facts, &ending(), &Wording::default())
    }

    #[test]
    fn the_first_line_says_visits_goals_and_numbers_and_what_did_not_change() {
        assert_eq!(
            made(&imani()).bottom_line,
            "Discharged after 10 of 10 visits, 1 of 2 goals met: pain 6 to 2. External rotation: no real change."
        );
        let worse = Facts { notes: vec![note("2026-09-21", 6, 50, ""), note("2026-11-30", 8, 30, "")], ..imani() };
        assert!(made(&worse).bottom_line.ends_with("pain 6 to 8. External rotation: worse, 50° to 30°."), "{}", made(&worse).bottom_line);
    }

    #[test]
    fn start_and_end_stand_side_by_side_with_what_did_not_improve_first() {
        let body = made(&imani());
        let rows: Vec<(&str, &str, &str)> =
            body.measured.measures.iter().map(|m| (m.name.as_str(), m.start.as_str(), m.now.as_str())).collect();
        assert_eq!(rows, [("External rotation", "50°", "48°"), ("Pain, 0 to 10", "6", "2")]);
        assert!(body.measured.last_on.is_none() && body.measured.now_word == "End");
        assert_eq!(body.goals[1].state, "not met");
    }

    #[test]
    fn the_home_program_is_what_the_therapist_wrote_and_nothing_is_made_up() {
        assert_eq!(made(&imani()).home, "Home program: 3 exercises, 10 minutes a day.");
        let silent = Facts { notes: vec![note("2026-11-30", 2, 48, "Discharge today. Price list given.")], ..imani() };
        assert_eq!(made(&silent).home, "", "composing the mail refuses it");
        let own = Wording { home: Some("None was given.".into()), ..Wording::default() };
        assert_eq!(compose(&silent, &ending(), &own).home, "None was given.");
    }

    #[test]
    fn why_care_ended_and_when_to_refer_again_are_sentences() {
        let body = made(&imani());
        assert_eq!(body.reason, "Care ended on November 30: what could be reached is reached.", "one goal is not met");
        let all = Facts { notes: vec![Note { goals: Vec::new(), ..note("2026-11-30", 2, 48, "") }], ..imani() };
        assert_eq!(made(&all).reason, "Care ended on November 30: its goals are met.");
        assert_eq!(body.again, "Please refer again if pain is back at 6 of 10, or if daily life gets harder.");
        let unknown = compose(&imani(), &Ending { reason: None, ..ending() }, &Wording::default());
        assert_eq!(unknown.reason, "Care ended on November 30.");
    }
}
