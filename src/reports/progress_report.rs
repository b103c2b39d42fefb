//! The progress report: what changed under treatment, composed from signed notes only. Pure: each number stands in a dated note.

use super::wording::Wording;
use crate::care::measure::{self, Instrument, verdict_by};
use crate::care::note::{Goal, GoalState};
use crate::care::visit::VisitState;
use crate::mail::kinds::{self, Ask, Letterhead, Measure, Point, Progress, Trend, Verdict};
use crate::types::{day, icd10, service_code};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

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
    pub diagnoses: Vec<String>,
    pub signed_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub authorized: Option<i64>,
    pub used: i64,
    pub over: i64,
}

/// Days before the end of an order at which a doctor is asked for more [domain 2.15, RX_EXPIRING].
const ORDER_ENDS_SOON: i64 = 14;
/// Visits left at which a doctor is asked for more [domain 2.15, VISITS_LOW].
const FEW_LEFT: i64 = 2;
/// The newest points of the small chart.
const TREND_POINTS: usize = 8;

/// Composes the body, and the one question if there is one.
pub fn compose(facts: &Facts, wording: &Wording, letterhead: &Letterhead) -> (Progress, Option<Ask>) {
    let measures = measures(facts);
    let now_on = facts.notes.last().map_or(facts.today, |n| n.on);
    let order = facts.order.clone().unwrap_or_default();
    let said = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    let goals = facts.notes.iter().rev().find(|n| !n.goals.is_empty()).map(|n| n.goals.iter().map(goal).collect()).unwrap_or_default();
    let body = Progress {
        bottom_line: said(&wording.bottom_line, bottom_line(facts, &measures)),
        start_on: facts.notes.first().map_or(now_on, |n| n.on),
        last_on: last_on(facts),
        now_on,
        now_word: "Now".into(),
        measures_note: measures_note(&measures),
        measures: measures.iter().map(|m| m.row.clone()).collect(),
        trend: trend(facts),
        diagnosis: diagnosis(&order.diagnoses),
        order: order_words(&order, facts.today),
        used: order.used + order.over,
        authorized: order.authorized,
        attendance: attendance(&facts.visits),
        treatment: said(&wording.treatment, treatment(facts)),
        goals,
        flags: wording.flags.clone().or_else(|| flags(facts)),
        plan: said(&wording.plan, plan(facts)),
    };
    let ask = ask(facts, &measures, wording, letterhead);
    (body, ask)
}

/// Our own words for the parts that a person may say in theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Said {
    pub bottom_line: String,
    pub treatment: String,
    pub plan: String,
    pub flags: Option<String>,
    pub ask: Option<String>,
    pub meanwhile: Option<String>,
}

/// What the report says where nobody says it differently.
pub fn said(facts: &Facts, letterhead: &Letterhead) -> Said {
    let (body, ask) = compose(facts, &Wording::default(), letterhead);
    Said {
        bottom_line: body.bottom_line,
        treatment: body.treatment,
        plan: body.plan,
        flags: body.flags,
        meanwhile: ask.as_ref().map(|a| a.meanwhile.clone()),
        ask: ask.map(|a| a.text),
    }
}

/// A row with what it came from.
struct Row {
    instrument: Instrument,
    label: String,
    start: i64,
    now: i64,
    row: Measure,
}

/// What stands where there is nothing to show yet.
const NOTHING: &str = "–";

impl Row {
    /// Measured at least twice.
    fn is_compared(&self) -> bool {
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

/// What was measured, and each value with its day.
type Series = (Instrument, String, Vec<(NaiveDate, i64)>);

/// One row a measure: worse first, then unchanged, then better. None is left out for being bad.
fn measures(facts: &Facts) -> Vec<Row> {
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
fn name(instrument: Instrument, label: &str) -> String {
    match (instrument, label) {
        (Instrument::Nprs, "now") => "Pain, 0 to 10".into(),
        (Instrument::Nprs, "worst") => "Pain at its worst".into(),
        (Instrument::Nprs, "best") => "Pain at its best".into(),
        (Instrument::Psfs, _) => format!("{label}*"),
        _ => label.to_string(),
    }
}

fn measures_note(rows: &[Row]) -> Option<String> {
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
fn bottom_line(facts: &Facts, rows: &[Row]) -> String {
    let any = |verdict: Verdict| rows.iter().any(|r| r.row.verdict == verdict);
    if !rows.iter().any(Row::is_compared) {
        let measured = if rows.is_empty() { "nothing measured yet" } else { "measured once" };
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
    let moved: Vec<String> = rows.iter().filter(|r| is_headline(r) && r.is_compared()).map(from_to).collect();
    let visits = visits_words(facts);
    let head = if moved.is_empty() { format!("{lead} after {visits}.") } else { format!("{lead} after {visits}: {}.", moved.join(", ")) };
    match worst(rows) {
        Some(news) => format!("{head} {news}"),
        None => head,
    }
}

fn visits_words(facts: &Facts) -> String {
    let attended = facts.visits.iter().filter(|v| v.state == VisitState::Attended).count();
    match facts.order.as_ref().and_then(|o| o.authorized.map(|n| (o.used + o.over, n))) {
        Some((used, of)) => format!("{used} of {of} visits"),
        None if attended == 1 => "1 visit".into(),
        None => format!("{attended} visits"),
    }
}

fn is_headline(row: &Row) -> bool {
    matches!((row.instrument, row.label.as_str()), (Instrument::Nprs, "now") | (Instrument::Ndi | Instrument::Odi, _))
}

/// `pain 7 to 3`.
fn from_to(row: &Row) -> String {
    let subject = match row.instrument {
        Instrument::Nprs => "pain",
        Instrument::Ndi => "neck disability",
        _ => "low back disability",
    };
    if row.start == row.now {
        return format!("{subject} still {}", row.row.now);
    }
    format!("{subject} {} to {}", row.row.start, row.row.now)
}

/// What got worse is named; where nothing did, what did not move is. Headlines name themselves.
fn worst(rows: &[Row]) -> Option<String> {
    let worse = rows.iter().find(|r| r.row.verdict == Verdict::Worse && !is_headline(r));
    if let Some(r) = worse {
        let plain = r.row.name.trim_end_matches('*');
        return Some(format!("{plain}: worse, {} to {}.", r.row.start, r.row.now));
    }
    let same = rows.iter().find(|r| r.row.verdict == Verdict::Same && !is_headline(r) && r.is_compared());
    same.map(|r| format!("{}: no real change.", r.row.name.trim_end_matches('*')))
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
fn month_day(on: NaiveDate, today: NaiveDate) -> String {
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

/// The notes since the last report.
fn recent(facts: &Facts) -> Vec<&Note> {
    facts.notes.iter().filter(|n| facts.last_report_on.is_none_or(|on| n.on > on)).collect()
}

/// `Manual therapy (97140) to the neck, 53 minutes on average. Responds well.` What was given in the notes since the last
/// report, and in the therapist's words how the patient responds [domain 4.2, 5].
fn treatment(facts: &Facts) -> String {
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
            words.push_str(&format!(", {average} minutes on average"));
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

fn goal(goal: &Goal) -> kinds::Goal {
    let state = match goal.state {
        GoalState::Met => "met",
        GoalState::Partly => "partly met",
        GoalState::NotYet => "not met yet",
    };
    kinds::Goal { text: goal.text.clone(), state: state.into(), detail: goal.detail.clone() }
}

/// What the notes since the last report flagged, in the therapist's words; nothing is claimed where nothing was written.
fn flags(facts: &Facts) -> Option<String> {
    let said: Vec<String> = recent(facts).iter().map(|n| n.flags.trim().to_string()).filter(|f| !f.is_empty()).collect();
    let mut unique = said.clone();
    unique.dedup();
    (!unique.is_empty()).then(|| unique.join(" "))
}

/// The plan of the newest note, in the therapist's words.
fn plan(facts: &Facts) -> String {
    let written = facts.notes.iter().rev().map(|n| n.plan.trim()).find(|p| !p.is_empty()).unwrap_or_default();
    match facts.next_visit_on {
        Some(on) if !written.is_empty() => format!("{written} Next visit {}.", month_day(on, facts.today)),
        _ => written.to_string(),
    }
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
    Some(Ask { label: "One question for you".into(), text, meanwhile, reply: letterhead.ways_to_answer() })
}

fn renewal(facts: &Facts) -> Option<(String, String)> {
    let order = facts.order.as_ref()?;
    let left = order.authorized? - order.used - order.over;
    let ends = order.valid_to.map(|to| (to - facts.today).num_days());
    let text = match (left, ends) {
        (left, _) if left <= 0 => "All visits of your order are used. Do you want to order more, or stop here?".to_string(),
        (left, _) if left <= FEW_LEFT => {
            format!(
                "{} left. Do you want to order more, or stop here?",
                if left == 1 { "1 visit is".into() } else { format!("{left} visits are") }
            )
        }
        (_, Some(days)) if days <= ORDER_ENDS_SOON => {
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

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn letterhead() -> Letterhead {
        Letterhead {
            name: "Cedar & Tide Massage".into(),
            therapist: "Maya Ortiz, LMT".into(),
            npi: None,
            phone: "(206) 555-0186".into(),
            fax: None,
            street: "1410 Tidewater Lane".into(),
            city: "Seattle, WA 98101".into(),
        }
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
                over: 0,
            }),
            next_visit_on: Some(on("2026-12-02")),
        }
    }

    fn body(facts: &Facts) -> Progress {
        compose(facts, &Wording::default(), &letterhead()).0
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
        assert_eq!(body(&facts).treatment, "Manual therapy (97140) to the neck, 53 minutes on average.");
        facts.notes[2].assessment = "Responds well.".into();
        assert_eq!(body(&facts).treatment, "Manual therapy (97140) to the neck, 53 minutes on average. Responds well.");
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
        let row = body(&facts).measures.into_iter().find(|m| m.name == "Headache days a week").expect("the row");
        assert_eq!((row.verdict, row.meaning.as_str()), (Verdict::Same, "(less than 2)"));
    }

    #[test]
    fn what_got_worse_stands_first_and_nothing_is_left_out() {
        let rows = body(&dana()).measures;
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
        assert_eq!(body(&first).last_on, None);
        assert!(body(&first).measures.iter().all(|m| m.last.is_none()));
    }

    #[test]
    fn a_measure_that_was_taken_once_is_shown_and_claims_no_change() {
        let once = Facts { notes: vec![note("2026-10-05", 7, 56, 3)], ..dana() };
        assert!(body(&once).measures.iter().all(|m| m.change == "–" && m.verdict == Verdict::Once));
        assert_eq!(body(&once).bottom_line, "7 of 12 visits so far, measured once.");
    }

    #[test]
    fn the_diagnosis_is_the_doctors_and_a_code_without_words_stays_a_code() {
        let shown = body(&dana());
        assert_eq!(shown.diagnosis, "M54.2 neck pain; Q99.9");
        assert_eq!(shown.order, "September 28, 2026, valid October 5 to January 3, 2027");
        assert_eq!(shown.attendance, "Kept 3 of 4 appointments, 1 cancelled late.");
        assert_eq!(shown.treatment, "Manual therapy (97140) to the neck, 53 minutes on average.");
    }

    #[test]
    fn an_order_that_runs_out_is_the_question_and_what_got_worse_is_otherwise() {
        let ask = |facts: &Facts| compose(facts, &Wording::default(), &letterhead()).1.map(|a| a.text).unwrap_or_default();
        assert!(ask(&dana()).contains("headache days a week"));
        let low = Facts { order: Some(Order { used: 11, ..dana().order.expect("an order") }), ..dana() };
        assert_eq!(ask(&low), "1 visit is left. Do you want to order more, or stop here?");
        let used_up = Facts { order: Some(Order { used: 12, ..dana().order.expect("an order") }), ..dana() };
        assert!(ask(&used_up).starts_with("All visits of your order are used"));
    }

    #[test]
    fn the_therapists_own_words_go_before_ours_and_a_plan_nobody_wrote_is_empty() {
        let own = Wording { bottom_line: Some("Better.".into()), no_ask: true, ..Wording::default() };
        let (shown, ask) = compose(&dana(), &own, &letterhead());
        assert!(shown.bottom_line == "Better." && ask.is_none());
        let silent = Facts { notes: vec![Note { on: on("2026-11-23"), ..Note::default() }], ..dana() };
        assert_eq!(body(&silent).plan, "", "composing the mail refuses it");
    }
}
