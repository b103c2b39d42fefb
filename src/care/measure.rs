//! Outcome measures: what may be entered, how it is scored, and when a change means something.

use super::instruments::{Items, Reads, Scoring, Sheet};
use crate::types::{Check, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// The instruments we know (`instruments.rs` says what each is), and two generic ones for anything that is counted.
    pub enum Instrument {
        Nprs = "nprs", "Pain, 0 to 10";
        Ndi = "ndi", "Neck disability index";
        Odi = "odi", "Oswestry low back index";
        Psfs = "psfs", "Patient-specific function";
        Rom = "rom", "Range of motion";
        Lefs = "lefs", "Leg function (LEFS)";
        Dash = "dash", "Arm, shoulder and hand (DASH)";
        Hit6 = "hit6", "Headache impact (HIT-6)";
        LowerBetter = "lower_better", "Count, lower is better";
        HigherBetter = "higher_better", "Count, higher is better";
    }
}

impl Instrument {
    /// Anything that is counted: it has no range and no threshold but those that its writer gives.
    pub fn is_generic(self) -> bool {
        matches!(self, Self::LowerBetter | Self::HigherBetter)
    }

    pub fn lower_is_better(self) -> bool {
        self.sheet().lower_is_better
    }

    /// The change from which on it means something, in hundredths.
    pub fn threshold(self) -> Option<i64> {
        self.sheet().change.map(|c| c.hundredths)
    }

    /// What was measured, as a heading: `Pain now`, `Neck disability index`, `Neck rotation, left`.
    pub fn title(self, label: &str) -> String {
        match (self, label) {
            (Self::Nprs, "now") => "Pain now".into(),
            (Self::Nprs, "worst") => "Pain at its worst".into(),
            (Self::Nprs, "best") => "Pain at its best".into(),
            (Self::Nprs, other) => format!("Pain, {other}"),
            (_, label) => label.to_string(),
        }
    }

    /// A value as people read it.
    pub fn show(self, hundredths: i64) -> String {
        match self.sheet().reads {
            Reads::Percent => format!("{}%", rounded(hundredths)),
            Reads::Degrees => format!("{}°", rounded(hundredths)),
            Reads::Tenths => tenths(hundredths),
            Reads::Whole => rounded(hundredths).to_string(),
            Reads::Plain => trimmed(hundredths),
        }
    }

    /// A difference with its sign: `−4`, `+22°`, `+2.7`.
    pub fn show_change(self, hundredths: i64) -> String {
        let size = hundredths.abs();
        let words = match self.sheet().reads {
            Reads::Percent => rounded(size).to_string(),
            _ => self.show(size),
        };
        let nothing = words.trim_end_matches('°').parse::<u32>() == Ok(0) || words == "0.0";
        match hundredths {
            _ if nothing => words,
            h if h < 0 => format!("−{words}"),
            _ => format!("+{words}"),
        }
    }
}

fn rounded(hundredths: i64) -> i64 {
    crate::types::rate::divide(hundredths.into(), 100)
}

fn tenths(hundredths: i64) -> String {
    let tenths = crate::types::rate::divide(hundredths.into(), 10);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn trimmed(hundredths: i64) -> String {
    if hundredths % 100 == 0 { (hundredths / 100).to_string() } else { tenths(hundredths) }
}

/// How a value moved since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Worse,
    Same,
    Better,
}

/// Compares two values of one instrument and says what the difference means.
pub fn verdict(instrument: Instrument, start: i64, now: i64) -> (Verdict, String) {
    verdict_by(instrument, None, start, now)
}

/// The same for a generic measure whose smallest meaningful change is known, in hundredths [domain 2.10].
pub fn verdict_by(instrument: Instrument, mdc: Option<i64>, start: i64, now: i64) -> (Verdict, String) {
    let change = now - start;
    let gained = if instrument.lower_is_better() { -change } else { change };
    let direction = if gained > 0 { Verdict::Better } else { Verdict::Worse };
    match instrument.threshold().or(mdc) {
        _ if change == 0 => (Verdict::Same, "(unchanged)".into()),
        None => (direction, "(no set threshold)".into()),
        Some(t) if instrument == Instrument::Rom && change.abs() <= t => (Verdict::Same, "(within 5°)".into()),
        Some(_) if instrument == Instrument::Rom => (direction, "by more than the 5° measuring error".into()),
        Some(t) if change.abs() >= t => (direction, format!("and meaningful ({} or more)", trimmed(t))),
        Some(t) => (Verdict::Same, format!("(less than {})", trimmed(t))),
    }
}

/// A measurement as somebody typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewMeasure {
    pub instrument: Text,
    /// What was measured: `now`, `worst`, `best` for pain; `Neck rotation, left` for motion; the name of a count.
    pub label: Text,
    /// The number; for the two indices the raw sum (0 to 50).
    pub value: Text,
    /// For the two indices: how many of the ten items were answered (ten where nothing is said),
    pub answered: Text,
    /// or the answers themselves, in the order of the form and empty where there is none; the score is then computed from them.
    pub items: Vec<Text>,
    /// For a count: the least and the most that it can be,
    pub least: Text,
    pub most: Text,
    /// and the smallest change that means something.
    pub mdc: Text,
}

/// What is known of a generic measure beside its name, in hundredths like its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    pub least: Option<i64>,
    pub most: Option<i64>,
    pub mdc: Option<i64>,
}

impl Scale {
    /// `0 to 80`, `at most 7`: what stands behind the number; empty where no range is known.
    pub fn range(self) -> String {
        match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{} to {}", trimmed(least), trimmed(most)),
            (None, Some(most)) => format!("at most {}", trimmed(most)),
            (Some(least), None) => format!("at least {}", trimmed(least)),
            (None, None) => String::new(),
        }
    }

    /// The same with what counts as a change: `0 to 80, a change of 9 means something`.
    pub fn words(self) -> String {
        let change = self.mdc.map(|mdc| format!("a change of {} means something", trimmed(mdc)));
        [Some(self.range()).filter(|r| !r.is_empty()), change].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A measurement that passed its checks: hundredths of the scored value (percent for the indices).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub instrument: Instrument,
    pub label: String,
    pub hundredths: i64,
    pub answered: Option<i64>,
    pub items: Vec<String>,
    pub scale: Scale,
}

/// Reads the measurements of a note; rows without any number are left out.
pub fn measures(check: &mut Check, typed: &[NewMeasure]) -> Vec<Measured> {
    let mut found: Vec<Measured> = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let items_said = entry.items.iter().any(|i| !i.is_blank());
        if entry.value.is_blank() && !items_said {
            continue;
        }
        let field = |name: &str| format!("measures.{at}.{name}");
        let Some(instrument) = check.required_choice(&field("instrument"), &entry.instrument, "Choose what was measured") else { continue };
        let Some(one) = measured(check, &field, instrument, entry) else { continue };
        if found.iter().any(|known| known.instrument == one.instrument && known.label == one.label) {
            check.say(&field("label"), format!("{} is in the list already", one.label));
            continue;
        }
        found.push(one);
    }
    found
}

fn measured(check: &mut Check, field: &dyn Fn(&str) -> String, instrument: Instrument, entry: &NewMeasure) -> Option<Measured> {
    let label = check.line(&field("label"), &entry.label);
    let label = label.or_else(|| default_label(instrument).map(String::from));
    let Some(label) = label else {
        check.say(&field("label"), "Say what was measured, like \"Neck rotation, left\"");
        return None;
    };
    let scale = scale(check, field, instrument, entry)?;
    let (hundredths, answered) = scored(check, field, instrument.sheet(), &scale, entry)?;
    let items = match entry.items.iter().any(|i| !i.is_blank()) {
        true => entry.items.iter().map(Text::to_string).collect(),
        false => Vec::new(),
    };
    Some(Measured { instrument, label, hundredths, answered, items, scale })
}

/// Hundredths: nothing that is counted in a practice comes to more.
const MOST_COUNTED: i64 = 10_000_000;

/// The range and the threshold of a count. The other instruments have their own, and keep them.
fn scale(check: &mut Check, field: &dyn Fn(&str) -> String, instrument: Instrument, entry: &NewMeasure) -> Option<Scale> {
    let said = [("least", &entry.least), ("most", &entry.most), ("mdc", &entry.mdc)];
    if let Some((name, _)) = said.iter().find(|(_, typed)| !typed.is_blank() && !instrument.is_generic()) {
        check.say(&field(name), format!("{} has a range of its own. Leave this empty", instrument.label()));
        return None;
    }
    let mut read = said.map(|(name, typed)| match typed.is_blank() {
        true => Some(None),
        false => within(check, &field(name), typed, 0..=MOST_COUNTED).map(Some),
    });
    let [least, most, mdc] = [read[0].take()?, read[1].take()?, read[2].take()?];
    let (from, to) = (least.unwrap_or(0), most.unwrap_or(MOST_COUNTED));
    if from >= to {
        check.say(&field("most"), "The highest must lie above the lowest");
        return None;
    }
    if mdc.is_some_and(|mdc| mdc == 0 || mdc > to - from) {
        check.say(&field("mdc"), "A change that means something is more than nothing and fits into the range");
        return None;
    }
    Some(Scale { least, most, mdc })
}

/// What is found with a hand or counted says of what; a questionnaire is itself.
fn default_label(instrument: Instrument) -> Option<&'static str> {
    match instrument {
        Instrument::Nprs => Some("now"),
        other if other.sheet().items.is_some() => Some(other.label()),
        _ => None,
    }
}

/// A number with at most two decimals, in hundredths.
fn within(check: &mut Check, field: &str, typed: &Text, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let read = crate::types::Money::parse(typed.as_str()).ok().map(|m| m.0).filter(|h| range.contains(h));
    if read.is_none() {
        check.say(field, format!("Enter a number from {} to {}", trimmed(*range.start()), trimmed(*range.end())));
    }
    read
}

/// The score in hundredths and, of a questionnaire, how many items were answered.
fn scored(
    check: &mut Check,
    field: &dyn Fn(&str) -> String,
    sheet: &Sheet,
    scale: &Scale,
    entry: &NewMeasure,
) -> Option<(i64, Option<i64>)> {
    let Some(items) = sheet.items else {
        return typed_number(check, &field("value"), sheet, scale, &entry.value).map(|v| (v, None));
    };
    if entry.items.iter().any(|i| !i.is_blank()) {
        return from_answers(check, field, sheet, &items, entry);
    }
    let answered = typed_answered(check, field, sheet, &items, &entry.answered)?;
    if !sheet.types_sum() {
        let of = Some(answered).filter(|_| !entry.answered.is_blank());
        return typed_number(check, &field("value"), sheet, scale, &entry.value).map(|v| (v, of.and_then(|n| i64::try_from(n).ok())));
    }
    let (sum, most) = (check.whole(&field("value"), &entry.value, 0..=50)?, answered as i64 * items.most());
    if sum > most {
        check.say(&field("value"), format!("{answered} items add up to at most {most}"));
        return None;
    }
    sheet.score(sum, answered).ok().map(|s| (s.hundredths, Some(s.answered)))
}

/// The number of a form that was added up elsewhere.
fn typed_number(check: &mut Check, field: &str, sheet: &Sheet, scale: &Scale, typed: &Text) -> Option<i64> {
    let least = scale.least.unwrap_or(sheet.least_hundredths);
    let most = scale.most.or(sheet.most_hundredths).unwrap_or(MOST_COUNTED);
    // Whole degrees, whole points: half a point is a slip of the finger.
    match (sheet.reads, sheet.most_hundredths) {
        (Reads::Plain | Reads::Degrees | Reads::Whole, Some(_)) => check.whole(field, typed, least / 100..=most / 100).map(|v| v * 100),
        _ => within(check, field, typed, least..=most),
    }
}

/// How many items were answered, where somebody says it; enough of them, or there is no score.
fn typed_answered(check: &mut Check, field: &dyn Fn(&str) -> String, sheet: &Sheet, items: &Items, typed: &Text) -> Option<usize> {
    if typed.is_blank() {
        return Some(items.count);
    }
    let answered = check.whole(&field("answered"), typed, 0..=items.count as i64)?;
    let answered = usize::try_from(answered).unwrap_or(0);
    if let Err(e) = sheet.score(0, answered) {
        check.say(&field("answered"), e.to_string());
        return None;
    }
    Some(answered)
}

/// Each answer read, and the score of those that are there.
fn from_answers(
    check: &mut Check,
    field: &dyn Fn(&str) -> String,
    sheet: &Sheet,
    items: &Items,
    entry: &NewMeasure,
) -> Option<(i64, Option<i64>)> {
    if entry.items.len() > items.count {
        check.say(&field("items"), format!("{} has {} items, each {}", sheet.short, items.count, items.words()));
        return None;
    }
    let mut answers = Vec::new();
    for (at, typed) in entry.items.iter().enumerate().filter(|(_, typed)| !typed.is_blank()) {
        match typed.as_str().parse::<i64>().ok().filter(|n| items.answers.contains(n)) {
            Some(answer) => answers.push(answer),
            None => check.say(&field(&format!("items.{at}")), format!("{} {}: answer {}", sheet.short, items.name(at), items.words())),
        }
    }
    if answers.len() < entry.items.iter().filter(|i| !i.is_blank()).count() {
        return None;
    }
    let score = match sheet.score(answers.iter().sum(), answers.len()) {
        Ok(score) => score,
        Err(e) => {
            check.say(&field("answered"), e.to_string());
            return None;
        }
    };
    // A number beside the answers is no second opinion: we add up.
    let said = if sheet.types_sum() { score.sum * 100 } else { score.hundredths };
    if !entry.value.is_blank() && crate::types::Money::parse(entry.value.as_str()).ok().map(|m| m.0) != Some(said) {
        check.say(&field("value"), format!("The answers come to {}. Leave the number empty, or take the answers out", trimmed(said)));
        return None;
    }
    let counts = sheet.scoring != Scoring::Average;
    Some((score.hundredths, Some(score.answered).filter(|_| counts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn read(new: NewMeasure) -> Result<Vec<Measured>, crate::types::FieldErrors> {
        let mut check = Check::new(NaiveDate::MIN);
        let found = measures(&mut check, &[new]);
        check.done(found)
    }

    fn new(instrument: &str, label: &str, value: &str) -> NewMeasure {
        NewMeasure { instrument: instrument.into(), label: label.into(), value: value.into(), ..Default::default() }
    }

    #[test]
    fn pain_outside_zero_to_ten_is_refused() {
        assert!(read(new("nprs", "", "11")).is_err() && read(new("nprs", "", "-1")).is_err() && read(new("nprs", "", "3.5")).is_err());
        assert_eq!(read(new("nprs", "", "7")).expect("fine")[0].hundredths, 700);
    }

    #[test]
    fn an_omitted_item_shrinks_the_denominator_of_the_index() {
        let full = read(new("ndi", "", "18")).expect("fine");
        assert_eq!((full[0].hundredths, full[0].instrument.show(full[0].hundredths)), (3_600, "36%".into()));
        let nine = NewMeasure { answered: "9".into(), ..new("ndi", "", "18") };
        assert_eq!(read(nine).expect("fine")[0].hundredths, 4_000);
    }

    #[test]
    fn an_index_with_fewer_than_eight_answers_is_not_scoreable() {
        let items = |n: usize, score: &str| NewMeasure { items: vec![score.into(); n], ..new("ndi", "", "") };
        assert!(read(items(7, "2")).expect_err("refused").0[0].message.contains("not scoreable"));
        assert_eq!(read(items(8, "2")).expect("fine")[0].hundredths, 4_000);
        assert!(read(items(10, "6")).is_err());
    }

    #[test]
    fn the_patient_specific_scale_is_the_average_of_its_items() {
        let three = NewMeasure { items: vec!["6".into(), "7".into(), "7".into()], ..new("psfs", "", "") };
        let found = read(three).expect("fine");
        assert_eq!((found[0].hundredths, Instrument::Psfs.show(667)), (667, "6.7".into()));
    }

    #[test]
    fn a_change_means_something_from_its_threshold_on() {
        assert_eq!(verdict(Instrument::Nprs, 700, 300), (Verdict::Better, "and meaningful (2 or more)".into()));
        assert_eq!(verdict(Instrument::Nprs, 700, 600).0, Verdict::Same);
        assert_eq!(verdict(Instrument::Ndi, 3_600, 4_600).0, Verdict::Worse);
        assert_eq!(verdict(Instrument::Rom, 6_400, 6_500), (Verdict::Same, "(within 5°)".into()));
        assert_eq!(verdict(Instrument::LowerBetter, 300, 400), (Verdict::Worse, "(no set threshold)".into()));
    }

    #[test]
    fn a_count_keeps_to_the_range_and_the_threshold_that_it_was_given() {
        let lefs =
            |value: &str| NewMeasure { least: "0".into(), most: "80".into(), mdc: "9".into(), ..new("higher_better", "LEFS", value) };
        let refused = read(lefs("95")).expect_err("refused");
        assert_eq!(refused.0[0].message, "Enter a number from 0 to 80");
        let taken = read(lefs("52")).expect("fine")[0].scale;
        assert_eq!(
            (taken, taken.words().as_str()),
            (Scale { least: Some(0), most: Some(8_000), mdc: Some(900) }, "0 to 80, a change of 9 means something")
        );
        assert_eq!(verdict_by(Instrument::HigherBetter, taken.mdc, 5_200, 6_100), (Verdict::Better, "and meaningful (9 or more)".into()));
        assert_eq!(verdict_by(Instrument::HigherBetter, taken.mdc, 5_200, 6_000), (Verdict::Same, "(less than 9)".into()));
        assert!(read(NewMeasure { most: "0".into(), ..lefs("0") }).is_err() && read(NewMeasure { mdc: "81".into(), ..lefs("0") }).is_err());
        assert!(read(NewMeasure { most: "8".into(), ..new("nprs", "", "7") }).is_err(), "pain has its own");
        assert_eq!(read(new("higher_better", "Steps", "95000")).expect("fine")[0].scale, Scale::default());
    }

    #[test]
    fn changes_are_shown_with_a_true_minus() {
        assert_eq!(Instrument::Nprs.show_change(-400), "−4");
        assert_eq!(Instrument::Ndi.show_change(-2_000), "−20");
        assert_eq!(Instrument::Rom.show_change(2_200), "+22°");
        assert_eq!(Instrument::Psfs.show_change(270), "+2.7");
        assert_eq!(Instrument::Nprs.show_change(0), "0");
    }
}
