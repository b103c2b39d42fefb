//! An order for treatment: what the doctor wrote, and what follows from it.

use crate::types::{Check, Chip, FieldErrors, Text, TextList, icd10, service_code};
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Derived each day from what stands in the order and from the visits that used it [domain 2.9].
    pub enum PrescriptionState {
        /// Missing a diagnosis, a signature or an amount.
        Incomplete = "incomplete", "Incomplete";
        Active = "active", "Active";
        Exhausted = "exhausted", "Used up";
        Expired = "expired", "Expired";
        Superseded = "superseded", "Replaced";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl PrescriptionState {
    /// Out of force by somebody's decision.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Superseded | Self::Cancelled)
    }

    pub fn chip(self) -> Chip {
        match self {
            Self::Incomplete => Chip::wait(self.label()),
            Self::Active => Chip::ok(self.label()),
            Self::Exhausted | Self::Expired => Chip::bad(self.label()),
            Self::Superseded | Self::Cancelled => Chip::plain(self.label()),
        }
    }
}

crate::words! {
    pub enum SignatureKind {
        Ink = "ink", "By hand";
        Electronic = "electronic", "Electronic";
        Stamp = "stamp", "Stamp";
    }
}

/// An order as somebody typed it from the slip.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPrescription {
    /// Id of the referral whose episode it belongs to (not needed inside a new referral).
    pub referral: Text,
    /// Id of the provider who signed; the referral's source where nothing is said.
    pub prescriber: Text,
    /// ICD-10 codes in the doctor's order, as written.
    pub diagnoses: TextList,
    /// Codes or words of what to do: `97140`, `massage`.
    pub services: TextList,
    /// Everything else on the slip, in the doctor's words.
    pub words: Text,
    pub units_per_visit: Text,
    pub minutes_per_visit: Text,
    /// Visits a week as the slip says it: `2 a week`, `1 to 2`,
    pub frequency: Text,
    /// or apart: the least,
    pub frequency_min: Text,
    /// and the most.
    pub frequency_max: Text,
    /// `6` or `6 weeks`.
    pub duration_weeks: Text,
    /// The stated total; it goes before frequency times weeks.
    pub visits: Text,
    pub valid_from: Text,
    pub valid_to: Text,
    /// "within 90 days of the first visit".
    pub valid_days_after_first: Text,
    /// "n visits, no expiration".
    pub no_expiration: Text,
    pub signed_on: Text,
    pub signature_kind: Text,
    pub precautions: Text,
    pub goals: Text,
    pub medically_necessary: Text,
    /// Id of the order this one renews.
    pub renewal_of: Text,
    /// Id of the order this one replaces: that one ends the day before this begins.
    pub replaces: Text,
    pub document: Text,
    pub version: Text,
}

/// An order that passed its checks. Missing parts make it incomplete, not wrong.
#[derive(Clone, Debug)]
pub struct PrescriptionDraft {
    pub prescriber: Option<String>,
    pub diagnoses: Vec<String>,
    pub services: Vec<String>,
    pub words: Option<String>,
    pub units_per_visit: Option<i64>,
    pub minutes_per_visit: Option<i64>,
    pub frequency_min: Option<i64>,
    pub frequency_max: Option<i64>,
    pub duration_weeks: Option<i64>,
    pub visits_stated: Option<i64>,
    pub visits_authorized: Option<i64>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub valid_days_after_first: Option<i64>,
    pub no_expiration: bool,
    pub signed_on: Option<NaiveDate>,
    pub signature_kind: Option<SignatureKind>,
    pub precautions: Option<String>,
    pub goals: Option<String>,
    pub medically_necessary: bool,
    pub renewal_of: Option<String>,
    pub replaces: Option<String>,
    pub document: Option<String>,
    pub version: Option<i64>,
}

impl NewPrescription {
    /// Whether the slip said nothing about treatment: a form's empty part.
    pub fn is_blank(&self) -> bool {
        let amount = [&self.visits, &self.frequency, &self.frequency_max, &self.duration_weeks];
        let texts = amount.into_iter().chain([&self.signed_on, &self.valid_from, &self.valid_to, &self.words]);
        let mut texts = texts.into_iter();
        texts.all(|t| t.is_blank()) && self.diagnoses.said().next().is_none() && self.services.said().next().is_none()
    }

    pub fn check(&self, today: NaiveDate) -> Result<PrescriptionDraft, FieldErrors> {
        let mut check = Check::new(today);
        let signed_on = check.past_day("signed_on", &self.signed_on, "A signature");
        let (often_min, often_max) = often(&mut check, &self.frequency).unzip();
        let frequency_max = check.whole("frequency_max", &self.frequency_max, 1..=14).or(often_max);
        let duration_weeks = check.whole("duration_weeks", &weeks(&self.duration_weeks), 1..=104);
        let visits_stated = check.whole("visits", &self.visits, 1..=365);
        let valid_from = check.day("valid_from", &self.valid_from).or(signed_on);
        let stated_to = check.day("valid_to", &self.valid_to);
        let no_expiration = self.no_expiration.is_yes();
        let valid_days_after_first = check.whole("valid_days_after_first", &self.valid_days_after_first, 1..=730);
        let open_end = no_expiration || valid_days_after_first.is_some();
        let draft = PrescriptionDraft {
            prescriber: self.prescriber.some(),
            diagnoses: check.list("diagnoses", &self.diagnoses, icd10::parse),
            services: check.list("services", &self.services, |s| Ok(service(s))),
            words: check.text("words", &self.words),
            units_per_visit: check.whole("units_per_visit", &self.units_per_visit, 1..=32),
            minutes_per_visit: check.whole("minutes_per_visit", &self.minutes_per_visit, 1..=480),
            frequency_min: check.whole("frequency_min", &self.frequency_min, 1..=14).or(often_min).or(frequency_max),
            frequency_max,
            duration_weeks,
            visits_stated,
            visits_authorized: visits_authorized(visits_stated, frequency_max, duration_weeks),
            valid_from,
            valid_to: stated_to.or_else(|| if open_end { None } else { last_day(valid_from, duration_weeks) }),
            valid_days_after_first,
            no_expiration,
            signed_on,
            signature_kind: check.choice("signature_kind", &self.signature_kind),
            precautions: check.text("precautions", &self.precautions),
            goals: check.text("goals", &self.goals),
            medically_necessary: self.medically_necessary.is_yes(),
            renewal_of: self.renewal_of.some(),
            replaces: self.replaces.some(),
            document: self.document.some(),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        if draft.diagnoses.len() > 12 {
            check.say("diagnoses", "A claim carries at most twelve diagnoses. Ask the prescriber which ones matter");
        }
        if let (Some(min), Some(max)) = (draft.frequency_min, draft.frequency_max)
            && min > max
        {
            check.say("frequency_min", "The least a week is more than the most");
        }
        if let (Some(from), Some(to)) = (draft.valid_from, draft.valid_to)
            && to < from
        {
            check.say("valid_to", "The order would end before it begins");
        }
        if no_expiration && (stated_to.is_some() || valid_days_after_first.is_some()) {
            check.say("no_expiration", "The order either ends or it does not. Clear one of the two");
        }
        check.done(draft)
    }
}

/// The least and the most a week, as a slip says it: `2`, `2 a week`, `1-2x/week`, `twice weekly`.
fn often(check: &mut Check, typed: &Text) -> Option<(i64, i64)> {
    if typed.is_blank() {
        return None;
    }
    let text = typed.as_str().to_lowercase().replace("once", "1").replace("twice", "2");
    let before = text.find("week").or_else(|| text.find("wk")).map_or(text.as_str(), |at| &text[..at]);
    let numbers: Vec<i64> = before.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    match numbers.as_slice() {
        [n] if (1..=14).contains(n) => Some((*n, *n)),
        [least, most] if (1..=14).contains(least) && (1..=14).contains(most) => Some((*least, *most)),
        _ => {
            check.say("frequency", "Enter how often a week, like 2 or 1 to 2");
            None
        }
    }
}

/// `6 weeks` is 6.
fn weeks(typed: &Text) -> Text {
    let text = typed.as_str().to_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ' || c == '.');
    match text[digits.len()..].trim_matches([' ', '.']) {
        "w" | "wk" | "wks" | "week" | "weeks" => Text::new(digits),
        _ => typed.clone(),
    }
}

/// A code in capitals where it is one, else the doctor's words.
fn service(typed: &str) -> String {
    service_code::parse(typed).unwrap_or_else(|_| typed.trim().to_string())
}

/// The stated total, else the most a week times the weeks [domain 2.9].
pub fn visits_authorized(stated: Option<i64>, frequency_max: Option<i64>, weeks: Option<i64>) -> Option<i64> {
    stated.or_else(|| Some(frequency_max? * weeks?))
}

/// Inclusive: six weeks from a Monday end on a Sunday.
pub fn last_day(from: Option<NaiveDate>, weeks: Option<i64>) -> Option<NaiveDate> {
    let days = u64::try_from(weeks? * 7 - 1).ok()?;
    from?.checked_add_days(Days::new(days))
}

/// "2 to 3 a week for 6 weeks" leaves open how many visits were meant.
pub fn is_ambiguous(stated: Option<i64>, min: Option<i64>, max: Option<i64>) -> bool {
    stated.is_none() && min != max
}

/// What a usable order still lacks, in words.
pub fn missing(diagnoses: &[String], signed_on: Option<NaiveDate>, visits_authorized: Option<i64>) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if diagnoses.is_empty() {
        lacks.push("a diagnosis");
    }
    if signed_on.is_none() {
        lacks.push("the signature");
    }
    if visits_authorized.is_none() {
        lacks.push("the number of visits");
    }
    lacks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    #[test]
    fn the_faxed_order_of_the_brief_gives_twelve_visits_in_six_weeks() {
        let slip = NewPrescription {
            diagnoses: TextList(vec!["M54.2".into(), "S13.4XXA".into()]),
            frequency_max: "2".into(),
            duration_weeks: "6".into(),
            signed_on: "2026-02-27".into(),
            valid_from: "2026-03-02".into(),
            ..Default::default()
        };
        let order = slip.check(day("2026-03-02")).expect("fine");
        assert_eq!((order.visits_authorized, order.valid_to), (Some(12), Some(day("2026-04-12"))));
    }

    #[test]
    fn an_order_signed_tomorrow_is_refused_and_one_valid_from_tomorrow_is_not() {
        let today = day("2026-03-02");
        let signed = NewPrescription { signed_on: "2026-03-03".into(), ..Default::default() };
        assert!(signed.check(today).expect_err("refused").0[0].message.contains("may not be in the future"));
        let starts = NewPrescription { signed_on: "2026-03-02".into(), valid_from: "2026-03-03".into(), ..Default::default() };
        assert!(starts.check(today).is_ok());
    }

    #[test]
    fn visits_without_expiration_have_no_last_day() {
        let slip = NewPrescription {
            visits: "10".into(),
            duration_weeks: "6".into(),
            signed_on: "2026-02-27".into(),
            no_expiration: "yes".into(),
            ..Default::default()
        };
        assert_eq!(slip.check(day("2026-03-02")).expect("fine").valid_to, None);
    }

    #[test]
    fn a_slip_says_how_often_in_many_ways() {
        for (typed, expected) in [
            ("2", (2, 2)),
            ("2 a week", (2, 2)),
            ("1-2x/week", (1, 2)),
            ("1 to 2 a week", (1, 2)),
            ("twice weekly", (2, 2)),
            ("2x/wk x 6 wks", (2, 2)),
        ] {
            let slip = NewPrescription { frequency: typed.into(), duration_weeks: "6 weeks".into(), ..Default::default() };
            let order = slip.check(day("2026-03-02")).expect("fine");
            assert_eq!((order.frequency_min.zip(order.frequency_max), order.duration_weeks), (Some(expected), Some(6)), "{typed}");
        }
        let slip = NewPrescription { frequency: "often".into(), duration_weeks: "2 months".into(), ..Default::default() };
        let fields: Vec<String> = slip.check(day("2026-03-02")).expect_err("refused").0.into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["frequency", "duration_weeks"]);
    }

    #[test]
    fn two_to_three_a_week_is_ambiguous_unless_the_total_is_stated() {
        assert!(is_ambiguous(None, Some(2), Some(3)) && !is_ambiguous(Some(12), Some(2), Some(3)) && !is_ambiguous(None, Some(2), Some(2)));
    }
}
