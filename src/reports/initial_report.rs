//! The initial report: what was found at the first visit, what is planned, and when the next report comes. Pure: each number stands
//! in the signed note of that visit.

use super::course::{Facts, Row, at_first, flags, goals, measures, measures_note, month_day, ordered, response};
use super::due::EVERY_VISITS;
use super::wording::Wording;
use crate::mail::kinds::{Ask, Finding, Initial, Letterhead};
use crate::network::provider::ReportFrequency;
use crate::outreach::course::REPORT_EVERY;
use chrono::{Days, NaiveDate};

/// What opened the course, as the reader knows it.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The day of the referral, where the reader sent it.
    pub referred_on: Option<NaiveDate>,
    /// Which reports they want.
    pub wants: Option<ReportFrequency>,
    /// It is a copy of what `Dr. Raman` got, whom the rest is about.
    pub copy_of: Option<String>,
}

/// Composes the body; there is a question only where the therapist has one.
pub fn compose(facts: &Facts, of: &Opening, wording: &Wording, letterhead: &Letterhead) -> (Initial, Option<Ask>) {
    let rows = measures(facts);
    let seen_on = facts.notes.first().map_or(facts.today, |n| n.on);
    let own = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    let some = |own: &Option<String>, made: &str| own.clone().or_else(|| (!made.is_empty()).then(|| made.to_string()));
    let body = Initial {
        bottom_line: own(&wording.bottom_line, bottom_line(&rows, seen_on, facts.today)),
        thanks: thanks(facts, of),
        seen_on,
        findings: rows.iter().map(|r| Finding { name: r.row.name.clone(), value: r.row.now.clone() }).collect(),
        measures_note: measures_note(&rows),
        found: some(&wording.found, response(facts)),
        goals: goals(facts),
        plan: own(&wording.plan, super::course::plan(facts)),
        flags: wording.flags.clone().or_else(|| flags(facts)),
        next: next(of, seen_on, facts.today),
        ordered: ordered(facts),
    };
    let ask = wording.ask.clone().filter(|_| !wording.no_ask).map(|text| Ask {
        label: "One question for you".into(),
        text,
        meanwhile: wording.meanwhile.clone().unwrap_or_else(|| MEANWHILE.into()),
        reply: letterhead.ways_to_answer(),
        options: Vec::new(),
    });
    (body, ask)
}

const MEANWHILE: &str = "Until you answer, we go on as ordered.";

/// What the report says where nobody says it differently.
pub fn said(facts: &Facts, of: &Opening, letterhead: &Letterhead) -> Wording {
    let (body, _) = compose(facts, of, &Wording::default(), letterhead);
    Wording {
        bottom_line: Some(body.bottom_line),
        found: body.found,
        plan: Some(body.plan),
        flags: body.flags,
        meanwhile: Some(MEANWHILE.into()),
        ..Wording::default()
    }
}

/// "First visit on March 2: pain 7, neck disability 56%."
fn bottom_line(rows: &[Row], seen_on: NaiveDate, today: NaiveDate) -> String {
    let on = month_day(seen_on, today);
    let first: Vec<String> = rows.iter().filter_map(at_first).collect();
    match (first.is_empty(), rows.len()) {
        (true, 0) => format!("First visit on {on}. Nothing was measured yet."),
        (true, 1) => format!("First visit on {on}. 1 measure is the base of later reports."),
        (true, n) => format!("First visit on {on}. {n} measures are the base of later reports."),
        _ => format!("First visit on {on}: {}.", first.join(", ")),
    }
}

/// Who sent or ordered is thanked; who gets a copy is told who that was.
fn thanks(facts: &Facts, of: &Opening) -> String {
    let ordered_on = facts.order.as_ref().and_then(|o| o.signed_on);
    if let Some(who) = &of.copy_of {
        return match (of.referred_on, ordered_on) {
            (Some(on), _) => format!("{who} referred this patient to us on {}.", month_day(on, facts.today)),
            (None, Some(on)) => format!("Treatment was ordered on {}.", month_day(on, facts.today)),
            (None, None) => format!("{who} has this report, too."),
        };
    }
    match (of.referred_on, ordered_on) {
        (Some(on), _) => format!("Thank you for your referral of {}.", month_day(on, facts.today)),
        (None, Some(on)) => format!("Thank you for your order of {}.", month_day(on, facts.today)),
        (None, None) => "Thank you for your trust.".into(),
    }
}

/// When the next report comes, as this doctor wants them.
fn next(of: &Opening, seen_on: NaiveDate, today: NaiveDate) -> String {
    let is_standard = of.wants.is_none_or(|wants| wants == ReportFrequency::Standard);
    if let Some(who) = of.copy_of.as_ref().filter(|_| !is_standard) {
        return format!("You will hear again when {who} does.");
    }
    match of.wants {
        Some(ReportFrequency::MonthlyOnly) => "You will hear how it goes in the monthly summary, as you asked.".into(),
        Some(ReportFrequency::DischargeOnly | ReportFrequency::None) => "You will hear again at the end of treatment, as you asked.".into(),
        _ => {
            let by = seen_on.checked_add_days(Days::new(REPORT_EVERY.unsigned_abs())).unwrap_or(seen_on);
            format!("The next report comes after visit {EVERY_VISITS} or by {}, whichever is first.", month_day(by, today))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::course::{Note, Order};
    use super::*;
    use crate::care::measure::Instrument;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn first_visit() -> Facts {
        Facts {
            today: on("2026-10-06"),
            notes: vec![Note {
                on: on("2026-10-05"),
                measures: vec![
                    (Instrument::LowerBetter, "Headache days a week".into(), 300),
                    (Instrument::Nprs, "now".into(), 700),
                    (Instrument::Ndi, "Neck disability index".into(), 5600),
                ],
                assessment: "Stiff to the left.".into(),
                plan: "Once a week.".into(),
                ..Note::default()
            }],
            order: Some(Order { signed_on: Some(on("2026-09-28")), authorized: Some(12), used: 1, ..Order::default() }),
            ..Facts::default()
        }
    }

    fn made(facts: &Facts, of: &Opening) -> Initial {
        compose(facts, of, &Wording::default(), &Letterhead::example()).0
    }

    #[test]
    fn it_begins_with_the_day_and_the_main_numbers_and_lists_every_measure() {
        let body = made(&first_visit(), &Opening { referred_on: Some(on("2026-09-30")), ..Opening::default() });
        assert_eq!(body.bottom_line, "First visit on October 5: pain 7, neck disability 56%.");
        assert_eq!(body.thanks, "Thank you for your referral of September 30.");
        let found: Vec<(&str, &str)> = body.findings.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
        assert_eq!(found, [("Pain, 0 to 10", "7"), ("Neck disability index", "56%"), ("Headache days a week", "3")]);
        assert_eq!((body.found.as_deref(), body.plan.as_str()), (Some("Stiff to the left."), "Once a week."));
    }

    #[test]
    fn who_did_not_send_the_patient_is_thanked_for_the_order() {
        assert_eq!(made(&first_visit(), &Opening::default()).thanks, "Thank you for your order of September 28.");
    }

    #[test]
    fn nothing_measured_is_said_and_no_number_is_made_up() {
        let bare = Facts { notes: vec![Note { on: on("2026-10-05"), ..Note::default() }], ..first_visit() };
        let body = made(&bare, &Opening::default());
        assert_eq!(body.bottom_line, "First visit on October 5. Nothing was measured yet.");
        assert!(body.findings.is_empty() && body.found.is_none() && body.plan.is_empty(), "composing the mail refuses the missing plan");
    }

    #[test]
    fn when_the_next_report_comes_follows_what_the_doctor_wants() {
        let next = |wants| made(&first_visit(), &Opening { wants: Some(wants), ..Opening::default() }).next;
        assert_eq!(next(ReportFrequency::Standard), "The next report comes after visit 8 or by November 4, whichever is first.");
        assert!(next(ReportFrequency::MonthlyOnly).contains("monthly summary"));
        assert!(next(ReportFrequency::DischargeOnly).contains("end of treatment"));
    }
}
