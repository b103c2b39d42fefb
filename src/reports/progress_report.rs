//! The progress report: what changed under treatment, composed from signed notes only. Pure: each number stands in a dated note.

use super::course::*;
use super::wording::Wording;
use crate::care::measure::Instrument;
use crate::mail::kinds::{Ask, Letterhead, Point, Progress, Trend, Verdict};
use crate::referrals::card::{DAYS_AHEAD, VISITS_AHEAD};
use crate::types::day;

/// The newest points of the small chart.
const TREND_POINTS: usize = 8;

/// Composes the body, and the one question if there is one.
pub fn compose(facts: &Facts, wording: &Wording, letterhead: &Letterhead) -> (Progress, Option<Ask>) {
    let measures = measures(facts);
    let said = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    let body = Progress {
        bottom_line: said(&wording.bottom_line, result(facts, &measures)),
        measured: measured(facts, &measures, "Now"),
        trend: trend(facts),
        ordered: ordered(facts),
        treatment: said(&wording.treatment, treatment(facts)),
        goals: goals(facts),
        flags: wording.flags.clone().or_else(|| flags(facts)),
        plan: said(&wording.plan, plan(facts)),
    };
    let ask = ask(facts, &measures, wording, letterhead);
    (body, ask)
}

/// What the report says where nobody says it differently.
pub fn said(facts: &Facts, letterhead: &Letterhead) -> Wording {
    let (body, ask) = compose(facts, &Wording::default(), letterhead);
    Wording {
        bottom_line: Some(body.bottom_line),
        treatment: Some(body.treatment),
        plan: Some(body.plan),
        flags: body.flags,
        meanwhile: ask.as_ref().map(|a| a.meanwhile.clone()),
        ask: ask.map(|a| a.text),
        ..Wording::default()
    }
}

fn trend(facts: &Facts) -> Option<Trend> {
    let pain = |note: &Note| {
        let found = note.measures.iter().find(|(i, label, _)| *i == Instrument::Nprs && label == "now")?;
        Some(Point { label: day::short(note.on, facts.today), value: found.2 / 100 })
    };
    let points: Vec<Point> = facts.notes.iter().filter_map(pain).collect();
    let from = points.len().saturating_sub(TREND_POINTS);
    (points.len() >= 3).then(|| Trend { title: "Pain before each visit, 0 to 10".into(), points: points[from..].to_vec() })
}

/// One question, or none: for more visits where the order runs out, else about what got worse.
fn ask(facts: &Facts, rows: &[Row], wording: &Wording, letterhead: &Letterhead) -> Option<Ask> {
    if wording.no_ask {
        return None;
    }
    let made = renewal(facts).or_else(|| about_worse(rows));
    let (text, meanwhile) = match (&wording.ask, made) {
        (Some(own), made) => (own.clone(), made.map_or_else(|| "Until you answer, we go on as ordered.".into(), |(_, m)| m)),
        (None, Some(made)) => made,
        (None, None) => return None,
    };
    let meanwhile = wording.meanwhile.clone().unwrap_or(meanwhile);
    Some(Ask { label: "One question for you".into(), text, meanwhile, reply: letterhead.ways_to_answer(), options: Vec::new() })
}

fn renewal(facts: &Facts) -> Option<(String, String)> {
    let order = facts.order.as_ref()?;
    let left = order.left()?;
    let ends = order.valid_to.map(|to| (to - facts.today).num_days());
    let text = match (left, ends) {
        (left, _) if left <= 0 => "All visits of your order are used. Do you want to order more, or stop here?".to_string(),
        (left, _) if left <= VISITS_AHEAD => {
            format!(
                "{} left. Do you want to order more, or stop here?",
                if left == 1 { "1 visit is".into() } else { format!("{left} visits are") }
            )
        }
        (_, Some(days)) if days <= DAYS_AHEAD => {
            let to = order.valid_to.map(|to| month_day(to, facts.today)).unwrap_or_default();
            format!("Your order ends on {to}. Do you want to renew it, or stop then?")
        }
        _ => return None,
    };
    let meanwhile = if left <= 0 {
        "Until there is a new order, no visit is covered."
    } else {
        "Until you answer, we finish the visits that are left."
    };
    Some((text, meanwhile.into()))
}

fn about_worse(rows: &[Row]) -> Option<(String, String)> {
    let worse = rows.iter().find(|r| r.row.verdict == Verdict::Worse)?;
    let subject = worse.row.name.trim_end_matches('*').to_lowercase();
    let text = format!("Carry on as ordered, or see the patient first about this ({subject})?");
    Some((text, "Until you answer, visits continue as ordered.".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::visit::VisitState;
    use chrono::NaiveDate;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn note(day: &str, pain: i64, ndi: i64, headaches: i64) -> Note {
        Note {
            on: on(day),
            measures: vec![
                (Instrument::Nprs, "now".into(), pain * 100),
                (Instrument::Ndi, "Neck disability index".into(), ndi * 100),
                (Instrument::LowerBetter, "Headache days a week".into(), headaches * 100),
            ],
            services: vec![("97140".into(), Some(50 + pain), Some("Neck".into()))],
            plan: "Once a week.".into(),
            ..Note::default()
        }
    }

    /// Dana Whitfield of the prototype: better, with more headaches.
    fn dana() -> Facts {
        let visit = |day: &str, state| Visit { on: on(day), state, signed: true };
        Facts {
            today: on("2026-11-23"),
            visits: vec![
                visit("2026-10-05", VisitState::Attended),
                visit("2026-10-12", VisitState::LateCancelled),
                visit("2026-11-02", VisitState::Attended),
                visit("2026-11-23", VisitState::Attended),
            ],
            notes: vec![note("2026-10-05", 7, 56, 3), note("2026-11-02", 5, 48, 3), note("2026-11-23", 3, 36, 4)],
            last_report_on: Some(on("2026-11-05")),
            order: Some(Order {
                diagnoses: vec!["M54.2".into(), "Q99.9".into()],
                signed_on: Some(on("2026-09-28")),
                valid_from: Some(on("2026-10-05")),
                valid_to: Some(on("2027-01-03")),
                authorized: Some(12),
                used: 7,
                ..Order::default()
            }),
            next_visit_on: Some(on("2026-12-02")),
        }
    }

    fn body(facts: &Facts) -> Progress {
        compose(facts, &Wording::default(), &Letterhead::example()).0
    }

    #[test]
    fn the_bottom_line_says_result_visits_and_the_worst_news() {
        assert_eq!(
            body(&dana()).bottom_line,
            "Improving after 7 of 12 visits: pain 7 to 3, neck disability 56% to 36%. Headache days a week: worse, 3 to 4."
        );
    }

    #[test]
    fn worse_pain_is_never_called_improving() {
        let mut facts = dana();
        facts.notes[2] = note("2026-11-23", 10, 36, 3);
        assert!(body(&facts).bottom_line.starts_with("Mixed after 7 of 12 visits: pain 7 to 10, neck disability 56% to 36%."));
        facts.notes[2] = note("2026-11-23", 10, 56, 3);
        assert!(body(&facts).bottom_line.starts_with("Worse after 7 of 12 visits: pain 7 to 10, neck disability still 56%."));
    }

    #[test]
    fn treatment_is_what_was_given_since_the_last_report_and_how_the_patient_responds() {
        let mut facts = dana();
        facts.notes[1].assessment = "Sore for a day.".into();
        assert_eq!(body(&facts).treatment, "Manual therapy (97140) to the neck, 53 minutes.");
        facts.notes[2].assessment = "Responds well.".into();
        assert_eq!(body(&facts).treatment, "Manual therapy (97140) to the neck, 53 minutes. Responds well.");
        facts.last_report_on = None;
        assert_eq!(body(&facts).treatment, "Manual therapy (97140) to the neck, 55 minutes on average. Responds well.");
        facts.last_report_on = Some(on("2026-11-23"));
        assert!(body(&facts).treatment.contains("55 minutes"), "a correction of the last report: all of it");
        assert_eq!(body(&facts).flags, None);
    }

    #[test]
    fn a_count_that_says_what_change_counts_is_judged_by_it() {
        let mut facts = dana();
        facts.notes[0].mdc = vec![("Headache days a week".into(), 200)];
        let row = body(&facts).measured.measures.into_iter().find(|m| m.name == "Headache days a week").expect("the row");
        assert_eq!((row.verdict, row.meaning.as_str()), (Verdict::Same, "(less than 2)"));
    }

    #[test]
    fn what_got_worse_stands_first_and_nothing_is_left_out() {
        let rows = body(&dana()).measured.measures;
        let shown: Vec<(&str, Verdict, &str)> = rows.iter().map(|m| (m.name.as_str(), m.verdict, m.change.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("Headache days a week", Verdict::Worse, "+1"),
                ("Pain, 0 to 10", Verdict::Better, "−4"),
                ("Neck disability index", Verdict::Better, "−20")
            ]
        );
        assert_eq!(rows[1].last.as_deref(), Some("5"), "the value at the last report stands between");
    }

    #[test]
    fn without_an_earlier_report_there_is_no_middle_column() {
        let first = Facts { last_report_on: None, ..dana() };
        assert_eq!(body(&first).measured.last_on, None);
        assert!(body(&first).measured.measures.iter().all(|m| m.last.is_none()));
    }

    #[test]
    fn a_measure_that_was_taken_once_is_shown_and_claims_no_change() {
        let once = Facts { notes: vec![note("2026-10-05", 7, 56, 3)], ..dana() };
        assert!(body(&once).measured.measures.iter().all(|m| m.change == "–" && m.verdict == Verdict::Once));
        assert!(body(&once).measured.once && !body(&dana()).measured.once);
        assert_eq!(body(&once).bottom_line, "7 of 12 visits so far, first measures below.");
        let same_day = Facts { notes: vec![note("2026-10-05", 7, 56, 3), note("2026-10-05", 4, 56, 3)], ..dana() };
        assert!(!body(&same_day).measured.once, "two visits of a day can tell a change");
    }

    #[test]
    fn the_diagnosis_is_the_doctors_and_a_code_without_words_stays_a_code() {
        let shown = body(&dana());
        assert_eq!(shown.ordered.diagnosis, "M54.2 neck pain; Q99.9");
        assert_eq!(shown.ordered.order, "September 28, 2026, valid October 5 to January 3, 2027");
        assert_eq!(shown.ordered.attendance, "Kept 3 of 4 appointments, 1 cancelled late.");
        assert_eq!(shown.treatment, "Manual therapy (97140) to the neck, 53 minutes.");
    }

    #[test]
    fn an_order_that_runs_out_is_the_question_and_what_got_worse_is_otherwise() {
        let ask = |facts: &Facts| compose(facts, &Wording::default(), &Letterhead::example()).1.map(|a| a.text).unwrap_or_default();
        assert!(ask(&dana()).contains("headache days a week"));
        let low = Facts { order: Some(Order { used: 11, ..dana().order.expect("an order") }), ..dana() };
        assert_eq!(ask(&low), "1 visit is left. Do you want to order more, or stop here?");
        let used_up = Facts { order: Some(Order { used: 12, ..dana().order.expect("an order") }), ..dana() };
        assert!(ask(&used_up).starts_with("All visits of your order are used"));
    }

    #[test]
    fn the_therapists_own_words_go_before_ours_and_a_plan_nobody_wrote_is_empty() {
        let own = Wording { bottom_line: Some("Better.".into()), no_ask: true, ..Wording::default() };
        let (shown, ask) = compose(&dana(), &own, &Letterhead::example());
        assert!(shown.bottom_line == "Better." && ask.is_none());
        let silent = Facts { notes: vec![Note { on: on("2026-11-23"), ..Note::default() }], ..dana() };
        assert_eq!(body(&silent).plan, "", "composing the mail refuses it");
    }
}
