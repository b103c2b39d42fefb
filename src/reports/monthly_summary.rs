//! The monthly summary: how all patients of one doctor stand, on one page. Pure. No money, no other doctor's patients,
//! nobody who restricted it [domain 4.3].

use crate::care::measure::{self, Instrument, verdict};
use crate::mail::kinds::{Ask, Letterhead, Summary, SummaryPatient, Total};
use crate::network::provider::SummaryNaming;
use crate::types::{Look, Month, day};
use chrono::NaiveDate;

/// One patient of the doctor, as of the end of the month.
#[derive(Clone, Debug, Default)]
pub struct Patient {
    pub first_name: String,
    pub last_name: String,
    pub received_on: NaiveDate,
    pub stands: Stands,
    /// Appointments of the month that were kept, and all that count.
    pub kept: i64,
    pub scheduled: i64,
    /// Pain before the visits, and the neck or low back index, of signed notes up to the end of the month.
    pub pain: Option<Measured>,
    pub index: Option<Measured>,
    pub used: i64,
    pub authorized: Option<i64>,
    pub next_visit_on: Option<NaiveDate>,
}

/// One measure, from the first time it was taken to the latest; one that was taken once has no latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    pub instrument: Instrument,
    pub first: i64,
    pub latest: Option<i64>,
}

impl Measured {
    /// `7 → 3`, or one value where there is only one.
    fn shown(self) -> String {
        match self.latest {
            Some(latest) => format!("{} → {}", self.instrument.show(self.first).trim_end_matches('%'), self.instrument.show(latest)),
            None => self.instrument.show(self.first),
        }
    }

    fn turn(self) -> Option<measure::Verdict> {
        self.latest.map(|latest| verdict(self.instrument, self.first, latest).0)
    }

    fn is_up(self) -> bool {
        self.latest.is_some_and(|latest| latest > self.first)
    }

    /// "up from 6 to 7".
    fn up(self) -> String {
        let show = |value| self.instrument.show(value);
        format!("up from {} to {}", show(self.first), show(self.latest.unwrap_or(self.first)))
    }
}

/// How a referral stood at the end of the month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    #[default]
    NotBooked,
    Booked,
    Active,
    Discharged {
        on: NaiveDate,
        reason: String,
        visits: i64,
    },
    Lost {
        reason: String,
    },
}

/// Composes the body and the one question, if there is one. `reports_sent` are those of the month to this doctor.
pub fn compose(
    month: Month,
    today: NaiveDate,
    patients: &[Patient],
    naming: SummaryNaming,
    reports_sent: i64,
    letterhead: &Letterhead,
) -> (Summary, Option<Ask>) {
    let mut rows: Vec<Row<'_>> = patients.iter().map(|p| Row::of(p, month, today, naming)).collect();
    rows.sort_by(|a, b| a.place().cmp(&b.place()).then(a.of.last_name.cmp(&b.of.last_name)));
    let ask = ask(&rows, letterhead);
    let body = Summary {
        bottom_line: bottom_line(&rows, month),
        patients: rows.iter().map(|r| r.shown.clone()).collect(),
        note: format!(
            "Pain 0 to 10 and disability index (neck or low back), first → latest; lower is better. Visits: kept of scheduled in {}.",
            month.name()
        ),
        totals: totals(&rows, month, reports_sent),
    };
    (body, ask)
}

/// Whether anything happened that a doctor would want to read about.
pub fn is_quiet(month: Month, patients: &[Patient]) -> bool {
    let new = |p: &Patient| Month::of(p.received_on) == month;
    let ended = |p: &Patient| matches!(&p.stands, Stands::Discharged { on, .. } if Month::of(*on) == month);
    !patients.iter().any(|p| p.scheduled > 0 || new(p) || ended(p) || matches!(p.stands, Stands::Lost { .. }))
}

struct Row<'a> {
    of: &'a Patient,
    turn: Option<measure::Verdict>,
    shown: SummaryPatient,
}

impl<'a> Row<'a> {
    fn of(of: &'a Patient, month: Month, today: NaiveDate, naming: SummaryNaming) -> Self {
        let turn = turn(of);
        let (chip, word) = chip(of, turn);
        let shown = SummaryPatient {
            name: match naming {
                SummaryNaming::Full => format!("{} {}", of.first_name, of.last_name),
                SummaryNaming::Initials => initials(of),
            },
            status: status(of, month, today),
            chip,
            word: word.into(),
            kept: format!("{} of {}", of.kept, of.scheduled),
            pain: of.pain.map_or("–".into(), Measured::shown),
            index: of.index.map_or("–".into(), Measured::shown),
            next: next(of, today),
        };
        Self { of, turn, shown }
    }

    /// Worse first, then those in care, those who ended, those who have not begun.
    fn place(&self) -> u8 {
        match (&self.of.stands, self.turn) {
            (_, Some(measure::Verdict::Worse)) => 0,
            (Stands::Active, _) => 1,
            (Stands::Discharged { .. }, _) => 2,
            (Stands::Booked | Stands::NotBooked, _) => 3,
            (Stands::Lost { .. }, _) => 4,
        }
    }
}

fn initials(of: &Patient) -> String {
    let first = |name: &str| name.chars().next().map(|c| format!("{c}.")).unwrap_or_default();
    format!("{} {}", first(&of.first_name), first(&of.last_name)).trim().to_string()
}

/// Better or worse by what was measured twice; worse goes before better.
fn turn(of: &Patient) -> Option<measure::Verdict> {
    // A rise in pain that is too small to be sure of is still news to the one who ordered.
    let pain = if of.pain.is_some_and(Measured::is_up) { Some(measure::Verdict::Worse) } else { of.pain.and_then(Measured::turn) };
    let found: Vec<measure::Verdict> = [pain, of.index.and_then(Measured::turn)].into_iter().flatten().collect();
    let any = |v: measure::Verdict| found.contains(&v).then_some(v);
    any(measure::Verdict::Worse).or(any(measure::Verdict::Better)).or(any(measure::Verdict::Same))
}

fn chip(of: &Patient, turn: Option<measure::Verdict>) -> (Look, &'static str) {
    match (&of.stands, turn) {
        (_, Some(measure::Verdict::Worse)) => (Look::Bad, "Worse"),
        (_, Some(measure::Verdict::Better)) => (Look::Ok, "Better"),
        (_, Some(measure::Verdict::Same)) => (Look::Info, "No real change"),
        (Stands::Lost { .. }, None) => (Look::Plain, "Not treated"),
        (_, None) if of.pain.is_some() || of.index.is_some() => (Look::Info, "First measures"),
        (Stands::Active | Stands::Discharged { .. }, None) => (Look::Info, "Not measured yet"),
        (_, None) => (Look::Wait, "Not yet seen"),
    }
}

fn status(of: &Patient, month: Month, today: NaiveDate) -> String {
    match &of.stands {
        Stands::Discharged { on, .. } => format!("Discharged {}", day::short(*on, today)),
        Stands::Lost { .. } => "Lost".into(),
        _ if Month::of(of.received_on) == month => "New".into(),
        Stands::Active => "Active".into(),
        Stands::Booked | Stands::NotBooked => "Waiting to start".into(),
    }
}

/// What comes next, in one or two sentences.
fn next(of: &Patient, today: NaiveDate) -> String {
    let visit = of.next_visit_on.map(|on| format!(" Next visit {}.", day::short(on, today))).unwrap_or_default();
    match &of.stands {
        Stands::Discharged { reason, visits, .. } => {
            format!("{reason} after {visits} {}.", if *visits == 1 { "visit" } else { "visits" })
        }
        Stands::Lost { reason } => format!("{reason}."),
        Stands::Booked => {
            of.next_visit_on.map_or("First visit booked.".into(), |on| format!("First visit booked for {}.", day::short(on, today)))
        }
        Stands::NotBooked => "Not booked yet; we are trying to reach the patient.".into(),
        Stands::Active => match of.authorized {
            Some(n) if of.used >= n => format!("All {n} visits used. A new order is needed to go on.{visit}"),
            Some(n) => format!("{} of {n} visits used.{visit}", of.used),
            None => format!("{} {} so far.{visit}", of.used, if of.used == 1 { "visit" } else { "visits" }),
        },
    }
}

/// "5 of your patients in November: 3 active, 1 waiting to start, 1 discharged. Two are better, one is worse."
fn bottom_line(rows: &[Row<'_>], month: Month) -> String {
    let count = |wanted: fn(&Stands) -> bool| rows.iter().filter(|r| wanted(&r.of.stands)).count();
    let groups = [
        (count(|s| *s == Stands::Active), "active"),
        (count(|s| matches!(s, Stands::Booked | Stands::NotBooked)), "waiting to start"),
        (count(|s| matches!(s, Stands::Discharged { .. })), "discharged"),
        (count(|s| matches!(s, Stands::Lost { .. })), "lost"),
    ];
    let parts: Vec<String> = groups.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let people = if rows.len() == 1 { "1 of your patients".to_string() } else { format!("{} of your patients", rows.len()) };
    let turned = |v: measure::Verdict| rows.iter().filter(|r| r.turn == Some(v)).count();
    let turns = match (turned(measure::Verdict::Better), turned(measure::Verdict::Worse)) {
        (0, 0) => String::new(),
        (better, 0) => format!(" {} better.", are(better, true)),
        (0, worse) => format!(" {} worse.", are(worse, true)),
        (better, worse) => format!(" {} better, {} worse.", are(better, true), are(worse, false)),
    };
    format!("{people} in {}: {}.{turns}", month.name(), parts.join(", "))
}

/// `Two are`, `one is`.
fn are(n: usize, begins: bool) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = WORDS.get(n).map_or_else(|| n.to_string(), |w| w.to_string());
    let word = if begins { word[..1].to_uppercase() + &word[1..] } else { word };
    format!("{word} {}", if n == 1 { "is" } else { "are" })
}

fn totals(rows: &[Row<'_>], month: Month, reports_sent: i64) -> Vec<Total> {
    let count = |wanted: &dyn Fn(&Patient) -> bool| rows.iter().filter(|r| wanted(r.of)).count().to_string();
    let sum = |of: fn(&Patient) -> i64| rows.iter().map(|r| of(r.of)).sum::<i64>();
    let total = |label: &str, value: String| Total { label: label.into(), value };
    vec![
        total("New referrals", count(&|p| Month::of(p.received_on) == month)),
        total("Active", count(&|p| p.stands == Stands::Active)),
        total("Waiting for a first visit", count(&|p| matches!(p.stands, Stands::Booked | Stands::NotBooked))),
        total("Discharged", count(&|p| matches!(p.stands, Stands::Discharged { .. }))),
        total("Visits kept", format!("{} of {}", sum(|p| p.kept), sum(|p| p.scheduled))),
        total("Reports sent to you", reports_sent.to_string()),
    ]
}

/// One question about one patient: the one who got worse, else one whose order is used up.
fn ask(rows: &[Row<'_>], letterhead: &Letterhead) -> Option<Ask> {
    let worse = rows.iter().find(|r| r.turn == Some(measure::Verdict::Worse) && r.of.stands == Stands::Active);
    let used_up = rows.iter().find(|r| r.of.stands == Stands::Active && r.of.authorized.is_some_and(|n| r.of.used >= n));
    let (row, text, meanwhile) = match (worse, used_up) {
        (Some(row), _) => (row, worse_text(row.of), "Until you answer, visits continue as ordered."),
        (None, Some(row)) => {
            let text = format!("All {} visits of your order are used. Do you want to order more?", row.of.authorized.unwrap_or(0));
            (row, text, "Until there is a new order, no visit is covered.")
        }
        (None, None) => return None,
    };
    Some(Ask {
        label: format!("One question for you, about {}", row.shown.name),
        text,
        meanwhile: meanwhile.into(),
        reply: letterhead.ways_to_answer(),
        options: Vec::new(),
    })
}

fn worse_text(of: &Patient) -> String {
    let what = match (of.pain.filter(|p| p.is_up()), of.index.filter(|i| i.is_up())) {
        (Some(pain), _) => format!("Pain is {}", pain.up()),
        (None, Some(index)) => format!("Disability is {}", index.up()),
        (None, None) => "The patient is not better".into(),
    };
    format!("{what} after {} visits. Do you want to see this patient before we go on?", of.used)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn november() -> Month {
        Month::parse("2026-11").expect("a month")
    }

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn patient(first: &str, last: &str, stands: Stands) -> Patient {
        Patient {
            first_name: first.into(),
            last_name: last.into(),
            received_on: on("2026-09-20"),
            stands,
            used: 6,
            authorized: Some(12),
            ..Patient::default()
        }
    }

    fn shown(patients: &[Patient], naming: SummaryNaming) -> (Summary, Option<Ask>) {
        compose(november(), on("2026-12-01"), patients, naming, 3, &Letterhead::example())
    }

    fn measured(instrument: Instrument, first: i64, latest: Option<i64>) -> Option<Measured> {
        Some(Measured { instrument, first, latest })
    }

    #[test]
    fn the_one_who_got_worse_stands_first_and_is_the_question() {
        let better = Patient {
            pain: measured(Instrument::Nprs, 700, Some(300)),
            index: measured(Instrument::Ndi, 5_600, Some(3_600)),
            kept: 5,
            scheduled: 5,
            ..patient("Dana", "Whitfield", Stands::Active)
        };
        let worse = Patient {
            pain: measured(Instrument::Nprs, 600, Some(700)),
            index: measured(Instrument::Odi, 4_000, None),
            kept: 2,
            scheduled: 4,
            ..patient("Peter", "Lindgren", Stands::Active)
        };
        let (summary, ask) = shown(&[better, worse], SummaryNaming::Full);
        assert_eq!(summary.bottom_line, "2 of your patients in November: 2 active. One is better, one is worse.");
        let first = &summary.patients[0];
        assert_eq!((first.name.as_str(), first.pain.as_str(), first.kept.as_str()), ("Peter Lindgren", "6 → 7", "2 of 4"));
        assert_eq!(first.index, "40%", "what was measured once claims no change");
        assert_eq!(summary.patients[1].index, "56 → 36%");
        assert_eq!(summary.totals[4].value, "7 of 9");
        assert!(ask.is_some_and(|a| a.text.starts_with("Pain is up from 6 to 7 after 6 visits")));
    }

    #[test]
    fn a_practice_may_name_patients_by_initials() {
        let (summary, _) = shown(&[patient("Dana", "Whitfield", Stands::Active)], SummaryNaming::Initials);
        assert_eq!(summary.patients[0].name, "D. W.");
    }

    #[test]
    fn somebody_not_yet_seen_and_somebody_lost_are_said_so() {
        let booked =
            Patient { received_on: on("2026-11-20"), next_visit_on: Some(on("2026-12-03")), ..patient("Owen", "Sato", Stands::Booked) };
        let lost = patient("Ida", "Ferro", Stands::Lost { reason: "Could not be reached".into() });
        let (summary, ask) = shown(&[booked, lost], SummaryNaming::Full);
        let rows: Vec<(&str, &str, &str)> =
            summary.patients.iter().map(|p| (p.status.as_str(), p.word.as_str(), p.next.as_str())).collect();
        assert_eq!(rows, [("New", "Not yet seen", "First visit booked for Dec 3."), ("Lost", "Not treated", "Could not be reached.")]);
        assert!(ask.is_none());
    }

    #[test]
    fn a_month_in_which_nothing_happened_is_quiet() {
        let idle = patient("Dana", "Whitfield", Stands::Active);
        assert!(is_quiet(november(), std::slice::from_ref(&idle)));
        assert!(!is_quiet(november(), &[Patient { scheduled: 1, ..idle.clone() }]));
        assert!(!is_quiet(november(), &[Patient { received_on: on("2026-11-30"), ..idle }]));
    }
}
