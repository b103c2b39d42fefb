//! The rows of a note's form: which measures to ask for, with the last value beside; which treatments; which goals.
//! A row keeps its place when the form comes back, so that what is wrong with it stands by it.

use super::body::{self, NewMark, Region};
use super::carried::{Copies, Part};
use super::course::{Course, Trend};
use super::instruments::{Items, Sheet};
use super::measure::{Instrument, NewMeasure, Scale};
use super::note::{NewGoal, NewNote};
use super::view::{NoteView, ServiceView};
use super::visit::NewService;
use crate::types::{Text, service_code};
use chrono::NaiveDate;
use serde::Serialize;

/// Empty rows at the end of a list, for what nobody asked for.
const FREE_ROWS: usize = 2;

/// A row for one measurement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Its place in the form.
    pub at: usize,
    /// Empty: the row asks what is measured.
    pub instrument: String,
    pub label: String,
    pub title: String,
    /// `degrees`, `of 50`: what stands behind the number.
    pub unit: String,
    /// The two indices also ask how many items were answered.
    pub is_index: bool,
    /// Pain is what the patient says; the rest is found.
    pub is_said: bool,
    pub value: String,
    pub answered: String,
    /// The answers of a questionnaire, one by one, and what may be answered.
    pub items: Vec<ItemSlot>,
    pub is_itemized: bool,
    pub answers: String,
    /// `36%`, `18 of 50, 36%`: what was typed, where that is not the number that is read.
    pub scored: String,
    /// The value of the signed note before,
    pub was: String,
    /// and how it went so far.
    pub trend: Option<Trend>,
    /// A count keeps the range and the threshold that it was given first.
    pub least: String,
    pub most: String,
    pub mdc: String,
}

/// One answer of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemSlot {
    pub at: usize,
    /// `Driving`, or its number on the form.
    pub name: String,
    pub value: String,
}

/// What to measure where nothing was measured yet, by the complaint.
pub fn suggested(complaint: &str) -> Vec<(Instrument, String)> {
    let words = complaint.to_lowercase();
    let has = |names: &[&str]| names.iter().any(|n| words.contains(n));
    let rom = |label: &str| (Instrument::Rom, label.to_string());
    if has(&["neck", "cervical", "whiplash"]) {
        let index = (Instrument::Ndi, Instrument::Ndi.label().to_string());
        return vec![rom("Neck rotation, left"), rom("Neck rotation, right"), index];
    }
    if has(&["low back", "lumbar", "back"]) {
        let index = (Instrument::Odi, Instrument::Odi.label().to_string());
        return vec![rom("Bending forward"), index];
    }
    let of = |instrument: Instrument| (instrument, instrument.label().to_string());
    if has(&["headache", "migraine"]) {
        return vec![of(Instrument::Hit6)];
    }
    if has(&["elbow", "wrist", "hand", "forearm"]) {
        return vec![of(Instrument::Dash)];
    }
    if has(&["knee", "ankle", "foot", "leg"]) {
        return vec![of(Instrument::Lefs)];
    }
    if has(&["shoulder"]) {
        return vec![rom("Shoulder lifted forward"), (Instrument::Psfs, Instrument::Psfs.label().to_string())];
    }
    vec![(Instrument::Psfs, Instrument::Psfs.label().to_string())]
}

/// The rows of measurements: what was typed where it stands, then pain, then what the last notes measured or, without
/// one, what is worth measuring, then what was asked for, then free ones.
pub fn slots(typed: &[NewMeasure], before: &[Course], complaint: &str, asked: Option<Instrument>, today: NaiveDate) -> Vec<Slot> {
    let mut rows: Vec<NewMeasure> = typed.to_vec();
    let mut offer = |instrument: Instrument, label: &str, scale: [Text; 3]| {
        let known = rows.iter().any(|r| r.instrument.as_str() == instrument.word() && same_label(instrument, &r.label, label));
        if !known {
            let [least, most, mdc] = scale;
            rows.push(NewMeasure { instrument: instrument.word().into(), label: label.into(), least, most, mdc, ..Default::default() });
        }
    };
    for label in ["now", "worst", "best"] {
        offer(Instrument::Nprs, label, Default::default());
    }
    for (m, typed) in before.iter().map(|c| (&c.latest, c.latest.as_typed())) {
        offer(m.instrument, &m.label, [typed.least, typed.most, typed.mdc]);
    }
    if let Some(instrument) = asked {
        offer(instrument, instrument.label(), Default::default());
    }
    if before.iter().all(|c| c.latest.instrument == Instrument::Nprs) {
        suggested(complaint).into_iter().for_each(|(instrument, label)| offer(instrument, &label, Default::default()));
    }
    let rows = with_free(rows, |r| r.instrument.is_blank());
    rows.iter().enumerate().map(|(at, row)| slot(at, row, before, today)).collect()
}

/// The rows with free ones at their end.
fn with_free<T: Clone + Default>(mut rows: Vec<T>, is_free: impl Fn(&T) -> bool) -> Vec<T> {
    let free = rows.iter().rev().take_while(|row| is_free(row)).count();
    rows.resize(rows.len() + FREE_ROWS.saturating_sub(free), T::default());
    rows
}

fn same_label(instrument: Instrument, typed: &Text, label: &str) -> bool {
    typed.as_str() == label || (typed.is_blank() && instrument != Instrument::Rom)
}

fn slot(at: usize, row: &NewMeasure, before: &[Course], today: NaiveDate) -> Slot {
    let instrument: Option<Instrument> = row.instrument.as_str().parse().ok();
    let sheet = instrument.map(Instrument::sheet);
    let course = before.iter().find(|c| Some(c.latest.instrument) == instrument && c.latest.label == row.label.as_str());
    let was = course.map(|c| c.latest.sum.map_or_else(|| c.latest.shown.clone(), |sum| sum.to_string()));
    let items = sheet.and_then(|s| s.items);
    let item =
        |at: usize, items: &Items| ItemSlot { at, name: items.name(at), value: row.items.get(at).map(Text::to_string).unwrap_or_default() };
    Slot {
        at,
        instrument: row.instrument.to_string(),
        label: row.label.to_string(),
        title: instrument.map_or_else(String::new, |i| i.title(row.label.as_str())),
        unit: instrument.filter(|i| !i.is_generic()).map_or_else(|| range(row), |i| i.sheet().unit.into()),
        is_index: sheet.is_some_and(Sheet::types_sum),
        is_said: instrument == Some(Instrument::Nprs),
        value: row.value.to_string(),
        answered: row.answered.to_string(),
        items: items.map(|i| (0..i.count).map(|at| item(at, &i)).collect()).unwrap_or_default(),
        is_itemized: row.items.iter().any(|i| !i.is_blank()),
        answers: items.map(|i| i.words()).unwrap_or_default(),
        scored: sheet.map(|s| scored(s, row)).unwrap_or_default(),
        was: was.unwrap_or_default(),
        trend: course.and_then(|c| c.trend(None, today)),
        least: row.least.to_string(),
        most: row.most.to_string(),
        mdc: row.mdc.to_string(),
    }
}

/// `0 to 80`: the range that a count was given, as far as it can be read.
fn range(row: &NewMeasure) -> String {
    let read = |typed: &Text| crate::types::Money::parse(typed.as_str()).ok().map(|m| m.0);
    Scale { least: read(&row.least), most: read(&row.most), mdc: None }.range()
}

/// What the answers or the raw sum come to, where they can be read.
fn scored(sheet: &Sheet, row: &NewMeasure) -> String {
    let Some(items) = sheet.items else { return String::new() };
    let said: Vec<i64> = row.items.iter().filter_map(|i| i.as_str().parse().ok()).filter(|n| items.answers.contains(n)).collect();
    if !said.is_empty() {
        let score = sheet.score(said.iter().sum(), said.len()).ok();
        let sum = |sum: i64| if sheet.types_sum() { format!("{sum} {}, ", sheet.unit) } else { String::new() };
        return score.map(|s| format!("{}{}", sum(s.sum), sheet.instrument.show(s.hundredths))).unwrap_or_default();
    }
    let answered = if row.answered.is_blank() { items.count } else { row.answered.as_str().parse().unwrap_or(0) };
    match row.value.as_str().parse::<i64>() {
        Ok(sum) if sheet.types_sum() && (0..=answered as i64 * items.most()).contains(&sum) => {
            sheet.score(sum, answered).map(|s| sheet.instrument.show(s.hundredths)).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// A row for one treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceSlot {
    pub at: usize,
    /// Empty: the row asks for the code.
    pub code: String,
    pub label: String,
    pub area: String,
    pub minutes: String,
}

/// The rows of treatments: what was typed; where nothing was, the codes of the note before or of the order, without minutes.
pub fn service_slots(typed: &[NewService], last: &[ServiceView], ordered: &[String]) -> Vec<ServiceSlot> {
    let mut rows: Vec<NewService> = typed.to_vec();
    if rows.iter().all(|r| r.code.is_blank()) {
        let before = last.iter().map(|s| (s.code.clone(), s.area.clone().unwrap_or_default()));
        let codes: Vec<(String, String)> = before.collect();
        let codes = if codes.is_empty() { known_codes(ordered) } else { codes };
        rows = codes.into_iter().map(|(code, area)| NewService { code: code.into(), area: area.into(), ..Default::default() }).collect();
    }
    let rows = with_free(rows, |r| r.code.is_blank());
    let slot = |(at, row): (usize, &NewService)| ServiceSlot {
        at,
        label: if row.code.is_blank() { String::new() } else { service_code::label(row.code.as_str()).to_string() },
        code: row.code.to_string(),
        area: row.area.to_string(),
        minutes: row.minutes.to_string(),
    };
    rows.iter().enumerate().map(slot).collect()
}

fn known_codes(ordered: &[String]) -> Vec<(String, String)> {
    ordered.iter().filter_map(|s| service_code::known(s)).map(|k| (k.code.to_string(), String::new())).collect()
}

/// A region of the body chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegionSlot {
    pub at: usize,
    #[serde(flatten)]
    pub region: Region,
    pub is_marked: bool,
    pub word: String,
}

/// All regions, each in its place of the form, with what was marked.
pub fn region_slots(typed: &[NewMark]) -> Vec<RegionSlot> {
    let slot = |(at, region): (usize, &Region)| {
        let mark = typed.iter().find(|m| m.region.as_str() == region.code);
        RegionSlot { at, region: *region, is_marked: mark.is_some(), word: mark.map(|m| m.word.to_string()).unwrap_or_default() }
    };
    body::regions().enumerate().map(slot).collect()
}

/// A part that is still as it was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopySlot {
    pub part: Part,
    pub from_on: NaiveDate,
    pub is_confirmed: bool,
}

/// The marks of what was copied, for those parts that were not changed while the form was typed.
pub fn copy_slots(typed: &NewNote, copies: &Copies) -> Vec<CopySlot> {
    let confirmed: Vec<Part> = typed.confirmed.said().filter_map(|t| t.as_str().parse().ok()).collect();
    let kept = copies.kept(|part| typed.says(part), &confirmed);
    kept.0.iter().map(|c| CopySlot { part: c.part, from_on: c.from_on, is_confirmed: c.confirmed }).collect()
}

/// A row for one goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GoalSlot {
    pub at: usize,
    pub text: String,
    pub state: String,
}

/// The rows of goals: what was typed, else the goals of the note before as they stood, then free ones.
pub fn goal_slots(typed: &[NewGoal], last: Option<&NoteView>) -> Vec<GoalSlot> {
    let mut rows: Vec<NewGoal> = typed.to_vec();
    if rows.is_empty() {
        let before = last.map(|note| note.as_typed().goals).unwrap_or_default();
        rows = before.into_iter().map(|g| NewGoal { detail: Text::default(), ..g }).collect();
    }
    let rows = with_free(rows, |r| r.text.is_blank());
    rows.iter().enumerate().map(|(at, g)| GoalSlot { at, text: g.text.to_string(), state: g.state.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::view::MeasureView;

    fn typed(instrument: &str, label: &str, value: &str) -> NewMeasure {
        NewMeasure { instrument: instrument.into(), label: label.into(), value: value.into(), ..Default::default() }
    }

    fn last(instrument: Instrument, label: &str, hundredths: i64) -> Course {
        Course { latest: MeasureView::bare(instrument, label, hundredths), values: vec![(NaiveDate::MIN, hundredths)] }
    }

    fn slots(typed: &[NewMeasure], before: &[Course], complaint: &str) -> Vec<Slot> {
        super::slots(typed, before, complaint, None, NaiveDate::MIN)
    }

    #[test]
    fn pain_is_always_asked_and_the_last_value_stands_beside() {
        let slots = slots(&[], &[last(Instrument::Nprs, "now", 400), last(Instrument::Ndi, "Neck disability index", 3_600)], "Neck");
        let shown: Vec<(&str, &str)> = slots.iter().map(|s| (s.title.as_str(), s.was.as_str())).collect();
        assert_eq!(shown[..4], [("Pain now", "4"), ("Pain at its worst", ""), ("Pain at its best", ""), ("Neck disability index", "18")]);
        assert_eq!(slots.len(), 6);
    }

    #[test]
    fn answers_keep_their_places_and_what_they_come_to_stands_beside() {
        let mut row = typed("ndi", "Neck disability index", "");
        row.items = ["2", "2", "2", "2", "2", "2", "2", "", "2", "2"].map(Text::from).into();
        let slots = slots(&[row], &[], "Neck");
        assert_eq!((slots[0].scored.as_str(), slots[0].is_itemized, slots[0].items[8].value.as_str()), ("18 of 50, 40%", true, "2"));
        assert_eq!(
            (slots[0].items[7].name.as_str(), slots[0].items[7].value.as_str(), slots[0].answers.as_str()),
            ("Driving", "", "0 to 5")
        );
    }

    #[test]
    fn a_questionnaire_that_was_asked_for_has_its_row() {
        let slots = super::slots(&[], &[], "Neck", Some(Instrument::Lefs), NaiveDate::MIN);
        let lefs = slots.iter().find(|s| s.instrument == "lefs").expect("a row");
        assert_eq!((lefs.items.len(), lefs.unit.as_str(), lefs.title.as_str()), (20, "of 80", "Leg function (LEFS)"));
    }

    #[test]
    fn the_first_note_asks_what_is_worth_measuring_for_the_complaint() {
        let titles: Vec<String> = slots(&[], &[], "Neck and upper back").into_iter().map(|s| s.title).collect();
        assert_eq!(titles[3..6], ["Neck rotation, left", "Neck rotation, right", "Neck disability index"]);
        assert_eq!(slots(&[], &[], "Low back").iter().filter(|s| s.instrument == "odi").count(), 1);
    }

    #[test]
    fn what_was_typed_keeps_its_place_also_after_an_empty_row() {
        let rows = [typed("nprs", "now", "11"), typed("", "", ""), typed("rom", "Hip", "40")];
        let slots = slots(&rows, &[], "Hip");
        assert_eq!((slots[0].value.as_str(), slots[2].title.as_str(), slots[2].at), ("11", "Hip", 2));
    }

    #[test]
    fn treatments_begin_with_the_codes_of_the_last_note_and_without_its_minutes() {
        let before = [ServiceView { code: "97140".into(), label: "Manual therapy".into(), minutes: Some(38), area: Some("neck".into()) }];
        let rows = service_slots(&[], &before, &[]);
        assert_eq!((rows[0].code.as_str(), rows[0].area.as_str(), rows[0].minutes.as_str()), ("97140", "neck", ""));
        let ordered = service_slots(&[], &[], &["massage".into(), "97124".into()]);
        assert_eq!((ordered[0].label.as_str(), ordered.len()), ("Massage", 3));
    }
}
