//! What the reports about one course of treatment say the same way: what was measured and what became of it, the order, what was
//! given, goals and plan. Pure: each number stands in a dated, signed note.

use crate::care::measure::{self, Instrument, verdict_by};
use crate::care::note::{Goal, GoalState};
use crate::care::visit::VisitState;
use crate::mail::kinds::{self, Measure, Measured, Ordered, Verdict};
use crate::types::{day, icd10, service_code};
use chrono::NaiveDate;

/// Everything that the report is made of.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub today: NaiveDate,
    /// All visits of the episode up to the last one reported, in the order they happened. Cash visits of an insured
    /// episode are left out: they are nobody's business but the patient's.
    pub visits: Vec<Visit>,
    /// The signed notes of attended visits, first to last.
    pub notes: Vec<Note>,
    /// The day of the last report that was sent.
    pub last_report_on: Option<NaiveDate>,
    pub order: Option<Order>,
    pub next_visit_on: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Visit {
    pub on: NaiveDate,
    pub state: VisitState,
    pub signed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Note {
    pub on: NaiveDate,
    pub measures: Vec<(Instrument, String, i64)>,
    /// The smallest change that means something, of the counts that have one.
    pub mdc: Vec<(String, i64)>,
    /// Code, minutes, area.
    pub services: Vec<(String, Option<i64>, Option<String>)>,
    pub goals: Vec<Goal>,
    /// What the therapist makes of it: the A of the note.
    pub assessment: String,
    pub plan: String,
    pub flags: String,
}

/// The order that the visits stand on.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub id: i64,
    /// Who signed it.
    pub prescriber_id: i64,
    /// Visits a week, the most that the order allows.
    pub per_week: Option<i64>,
    /// Codes or words of what is done, and how much of it.
    pub services: Vec<String>,
    pub units: Option<i64>,
    pub minutes: Option<i64>,
    pub diagnoses: Vec<String>,
    pub signed_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub authorized: Option<i64>,
    pub used: i64,
    pub over: i64,
}

impl Order {
    /// Visits that are left of it; below none where more were given.
    pub fn left(&self) -> Option<i64> {
        Some(self.authorized? - self.used - self.over)
    }
}

/// A row with what it came from.
pub struct Row {
    pub instrument: Instrument,
    pub label: String,
    pub start: i64,
    pub now: i64,
    pub row: Measure,
}

/// What stands where there is nothing to show yet.
const NOTHING: &str = "–";

impl Row {
    /// Measured at least twice.
    pub fn is_compared(&self) -> bool {
        self.row.change != NOTHING
    }
}

/// The day of the last report, where a measure was taken by then: the middle column.
fn last_on(facts: &Facts) -> Option<NaiveDate> {
    let reported = facts.last_report_on?;
    let last = facts.notes.iter().rev().find(|n| n.on <= reported && !n.measures.is_empty())?;
    let first = facts.notes.iter().find(|n| !n.measures.is_empty())?;
    let newest = facts.notes.last()?;
    (last.on > first.on && last.on < newest.on).then_some(last.on)
}

/// The table of the rows, under the head of its newest column.
pub fn measured(facts: &Facts, rows: &[Row], now_word: &str) -> Measured {
    let now_on = facts.notes.last().map_or(facts.today, |n| n.on);
    let start_on = facts.notes.first().map_or(now_on, |n| n.on);
    Measured {
        once: start_on == now_on && !rows.iter().any(Row::is_compared),
        start_on,
        last_on: last_on(facts),
        now_on,
        now_word: now_word.into(),
        measures_note: measures_note(rows),
        measures: rows.iter().map(|r| r.row.clone()).collect(),
    }
}

/// What was measured, and each value with its day.
type Series = (Instrument, String, Vec<(NaiveDate, i64)>);

/// One row a measure: worse first, then unchanged, then better. None is left out for being bad.
pub fn measures(facts: &Facts) -> Vec<Row> {
    let mut series: Vec<Series> = Vec::new();
    for note in &facts.notes {
        for (instrument, label, value) in &note.measures {
            match series.iter_mut().find(|(i, l, _)| i == instrument && l == label) {
                Some((_, _, values)) => values.push((note.on, *value)),
                None => series.push((*instrument, label.clone(), vec![(note.on, *value)])),
            }
        }
    }
    series.sort_by_key(|(instrument, label, _)| (*instrument, label.clone()));
    let last_on = last_on(facts);
    let mut rows: Vec<Row> = series
        .into_iter()
        .filter_map(|(i, label, values)| {
            let mdc = facts.notes.iter().rev().find_map(|n| n.mdc.iter().find(|(of, _)| i.is_generic() && *of == label));
            row(i, label, &values, last_on, mdc.map(|(_, mdc)| *mdc))
        })
        .collect();
    rows.sort_by_key(|r| r.row.verdict);
    rows
}

fn row(instrument: Instrument, label: String, values: &[(NaiveDate, i64)], last_on: Option<NaiveDate>, mdc: Option<i64>) -> Option<Row> {
    let ((first_on, start), (_, now)) = (*values.first()?, *values.last()?);
    let (turn, meaning) = match values.len() {
        1 => (Verdict::Once, "so far".to_string()),
        _ => turned(verdict_by(instrument, mdc, start, now)),
    };
    let last = last_on.map(|on| {
        let known = values.iter().rev().find(|(day, _)| *day <= on).filter(|_| first_on <= on);
        known.map_or(NOTHING.to_string(), |(_, value)| instrument.show(*value))
    });
    let shown = Measure {
        name: name(instrument, &label),
        start: instrument.show(start),
        last,
        now: instrument.show(now),
        change: if values.len() == 1 { NOTHING.into() } else { instrument.show_change(now - start) },
        verdict: turn,
        meaning,
    };
    Some(Row { instrument, label, start, now, row: shown })
}

fn turned((turn, meaning): (measure::Verdict, String)) -> (Verdict, String) {
    let verdict = match turn {
        measure::Verdict::Worse => Verdict::Worse,
        measure::Verdict::Same => Verdict::Same,
        measure::Verdict::Better => Verdict::Better,
    };
    (verdict, meaning)
}

/// `Pain, 0 to 10`, `Neck disability index`, `Neck rotation, left`.
pub fn name(instrument: Instrument, label: &str) -> String {
    match (instrument, label) {
        (Instrument::Nprs, "now") => "Pain, 0 to 10".into(),
        (Instrument::Nprs, "worst") => "Pain at its worst".into(),
        (Instrument::Nprs, "best") => "Pain at its best".into(),
        (Instrument::Psfs, _) => format!("{label}*"),
        _ => label.to_string(),
    }
}

pub fn measures_note(rows: &[Row]) -> Option<String> {
    let has = |instruments: &[Instrument]| rows.iter().any(|r| instruments.contains(&r.instrument));
    let mut words = Vec::new();
    if has(&[Instrument::Psfs]) {
        words.push("* 0 to 10, higher is better.");
    }
    if has(&[Instrument::Ndi, Instrument::Odi]) {
        words.push("Percent and pain: lower is better.");
    } else if has(&[Instrument::Nprs]) {
        words.push("Pain: lower is better.");
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// "Improving after 7 of 12 visits: pain 7 to 3, neck disability 56% to 36%. Headache days are worse, 3 to 4."
pub fn result(facts: &Facts, rows: &[Row]) -> String {
    let any = |verdict: Verdict| rows.iter().any(|r| r.row.verdict == verdict);
    if !rows.iter().any(Row::is_compared) {
        let measured = if rows.is_empty() { "nothing measured yet" } else { "first measures below" };
        return format!("{} so far, {measured}.", visits_words(facts));
    }
    // A headline that got worse is never led in by "Improving".
    let headline_worse = rows.iter().any(|r| is_headline(r) && r.row.verdict == Verdict::Worse);
    let lead = match (any(Verdict::Better), any(Verdict::Worse)) {
        (true, _) if headline_worse => "Mixed",
        (true, _) => "Improving",
        (false, true) => "Worse",
        (false, false) => "No real change",
    };
    let moved = from_first_to_last(rows);
    let visits = visits_words(facts);
    let head = if moved.is_empty() { format!("{lead} after {visits}.") } else { format!("{lead} after {visits}: {}.", moved.join(", ")) };
    match worst(rows) {
        Some(news) => format!("{head} {news}"),
        None => head,
    }
}

pub fn visits_words(facts: &Facts) -> String {
    match facts.order.as_ref().and_then(|o| o.authorized.map(|n| (o.used + o.over, n))) {
        // What was taken beyond the order is not covered by it.
        Some((used, of)) if used > of => format!("{used} visits, {of} of them ordered"),
        Some((used, of)) => format!("{used} of {of} visits"),
        None => visits(attended(facts)),
    }
}

/// How many visits were kept, under whatever order.
pub fn attended(facts: &Facts) -> i64 {
    i64::try_from(facts.visits.iter().filter(|v| v.state == VisitState::Attended).count()).unwrap_or(i64::MAX)
}

pub fn visits(n: i64) -> String {
    if n == 1 { "1 visit".into() } else { format!("{n} visits") }
}

fn is_headline(row: &Row) -> bool {
    matches!((row.instrument, row.label.as_str()), (Instrument::Nprs, "now") | (Instrument::Ndi | Instrument::Odi, _))
}

/// `pain 7`, for what is named in a first line.
pub fn at_first(row: &Row) -> Option<String> {
    is_headline(row).then(|| format!("{} {}", subject(row), row.row.now))
}

/// `pain 7 to 3`, for each measure that is named in a first line.
pub fn from_first_to_last(rows: &[Row]) -> Vec<String> {
    rows.iter().filter(|r| is_headline(r) && r.is_compared()).map(from_to).collect()
}

fn subject(row: &Row) -> &'static str {
    match row.instrument {
        Instrument::Nprs => "pain",
        Instrument::Ndi => "neck disability",
        _ => "low back disability",
    }
}

fn from_to(row: &Row) -> String {
    let subject = subject(row);
    if row.start == row.now {
        return format!("{subject} still {}", row.row.now);
    }
    format!("{subject} {} to {}", row.row.start, row.row.now)
}

/// What got worse is named; where nothing did, what did not move is. Headlines name themselves.
pub fn worst(rows: &[Row]) -> Option<String> {
    let worse = rows.iter().find(|r| r.row.verdict == Verdict::Worse && !is_headline(r));
    if let Some(r) = worse {
        let plain = r.row.name.trim_end_matches('*');
        return Some(format!("{plain}: worse, {} to {}.", r.row.start, r.row.now));
    }
    let same = rows.iter().find(|r| r.row.verdict == Verdict::Same && !is_headline(r) && r.is_compared());
    same.map(|r| format!("{}: no real change.", r.row.name.trim_end_matches('*')))
}

/// The order, and how the appointments were kept.
pub fn ordered(facts: &Facts) -> Ordered {
    let order = facts.order.clone().unwrap_or_default();
    Ordered {
        diagnosis: diagnosis(&order.diagnoses),
        order: order_words(&order, facts.today),
        used: order.used + order.over,
        authorized: order.authorized,
        attendance: attendance(&facts.visits),
    }
}

/// Codes and words exactly as ordered.
fn diagnosis(codes: &[String]) -> String {
    if codes.is_empty() {
        return "No diagnosis on file".into();
    }
    let one = |code: &String| icd10::words(code).map_or_else(|| code.clone(), |words| format!("{code} {words}"));
    codes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// `September 28, 2026, valid October 5 to December 27`.
fn order_words(order: &Order, today: NaiveDate) -> String {
    let signed = order.signed_on.map_or("on a day that is not on file".into(), day::long);
    let until = match (order.valid_from, order.valid_to) {
        (Some(from), Some(to)) => format!(", valid {} to {}", month_day(from, today), month_day(to, today)),
        (Some(from), None) => format!(", valid from {}", month_day(from, today)),
        _ => String::new(),
    };
    format!("{signed}{until}")
}

/// `December 27`, with its year where that is another one.
pub fn month_day(on: NaiveDate, today: NaiveDate) -> String {
    use chrono::Datelike;
    on.format(if on.year() == today.year() { "%B %-d" } else { "%B %-d, %Y" }).to_string()
}

/// `Kept 7 of 8 appointments, 1 cancelled late.`
pub fn attendance(visits: &[Visit]) -> String {
    let count = |state: VisitState| visits.iter().filter(|v| v.state == state).count();
    let (kept, missed, late) = (count(VisitState::Attended), count(VisitState::NoShow), count(VisitState::LateCancelled));
    let of = kept + missed + late;
    let mut words = format!("Kept {kept} of {of} {}", if of == 1 { "appointment" } else { "appointments" });
    if missed > 0 {
        words.push_str(&format!(", missed {missed}"));
    }
    if late > 0 {
        words.push_str(&format!(", {late} cancelled late"));
    }
    words + "."
}

/// How the patient responds, in the therapist's words of the newest note that says it.
pub fn response(facts: &Facts) -> &str {
    facts.notes.iter().rev().map(|n| n.assessment.trim()).find(|a| !a.is_empty()).unwrap_or_default()
}

/// The notes since the last report.
fn recent(facts: &Facts) -> Vec<&Note> {
    facts.notes.iter().filter(|n| facts.last_report_on.is_none_or(|on| n.on > on)).collect()
}

/// `Manual therapy (97140) to the neck, 53 minutes on average. Responds well.` What was given in the notes since the last
/// report, and in the therapist's words how the patient responds [domain 4.2, 5].
pub fn treatment(facts: &Facts) -> String {
    let recent = recent(facts);
    // A correction of the last report has no note after it.
    let notes = if recent.is_empty() { facts.notes.iter().collect() } else { recent };
    let mut given: Vec<(String, Vec<i64>, Vec<String>)> = Vec::new();
    for (code, minutes, area) in notes.iter().flat_map(|n| &n.services) {
        let at = given.iter().position(|(known, ..)| known == code).unwrap_or_else(|| {
            given.push((code.clone(), Vec::new(), Vec::new()));
            given.len() - 1
        });
        let (_, all_minutes, areas) = &mut given[at];
        all_minutes.extend(minutes);
        if let Some(area) = area.as_ref().filter(|a| !areas.contains(a)) {
            areas.push(area.clone());
        }
    }
    let one = |(code, minutes, areas): &(String, Vec<i64>, Vec<String>)| {
        let mut words = format!("{} ({code})", service_code::label(code));
        if !areas.is_empty() {
            words.push_str(&format!(" to the {}", areas.join(" and ").to_lowercase()));
        }
        if !minutes.is_empty() {
            let average = crate::types::rate::divide(i128::from(minutes.iter().sum::<i64>()), minutes.len() as i128);
            let often = if minutes.len() > 1 { " on average" } else { "" };
            words.push_str(&format!(", {average} minutes{often}"));
        }
        words
    };
    let words: Vec<String> = given.iter().map(one).collect();
    if words.is_empty() {
        return String::new();
    }
    match notes.iter().map(|n| n.assessment.trim()).rfind(|a| !a.is_empty()) {
        Some(response) => format!("{}. {response}", words.join("; ")),
        None => format!("{}.", words.join("; ")),
    }
}

/// The goals as they stood in the newest note that says any.
pub fn goals(facts: &Facts) -> Vec<kinds::Goal> {
    let newest = facts.notes.iter().rev().find(|n| !n.goals.is_empty());
    newest.map(|n| n.goals.iter().map(goal).collect()).unwrap_or_default()
}

fn goal(goal: &Goal) -> kinds::Goal {
    let state = match goal.state {
        GoalState::Met => "met",
        GoalState::Partly => "partly met",
        GoalState::NotYet => "not met yet",
    };
    kinds::Goal { text: goal.text.clone(), state: state.into(), detail: goal.detail.clone() }
}

/// What the notes since the last report flagged, in the therapist's words; nothing is claimed where nothing was written.
pub fn flags(facts: &Facts) -> Option<String> {
    let said: Vec<String> = recent(facts).iter().map(|n| n.flags.trim().to_string()).filter(|f| !f.is_empty()).collect();
    let mut unique = said.clone();
    unique.dedup();
    (!unique.is_empty()).then(|| unique.join(" "))
}

/// The plan of the newest note, in the therapist's words.
pub fn plan(facts: &Facts) -> String {
    let written = facts.notes.iter().rev().map(|n| n.plan.trim()).find(|p| !p.is_empty()).unwrap_or_default();
    match facts.next_visit_on {
        Some(on) if !written.is_empty() => format!("{written} Next visit {}.", month_day(on, facts.today)),
        _ => written.to_string(),
    }
}

/// The sentences of a text, each with its mark at the end.
pub fn sentences(text: &str) -> Vec<&str> {
    let lines = text.lines().flat_map(|line| line.split_inclusive(". "));
    lines.map(str::trim).filter(|s| !s.is_empty()).collect()
}
