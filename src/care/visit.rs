//! A visit: when, with whom, what was done for how long.

use crate::types::{Amount, Check, Chip, FieldErrors, Text};
use chrono::{NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Only an attended visit uses up an order [domain 2.10].
    pub enum VisitState {
        Booked = "booked", "Booked";
        Arrived = "arrived", "Here";
        Attended = "attended", "Attended";
        NoShow = "no_show", "Did not come";
        Cancelled = "cancelled", "Cancelled";
        LateCancelled = "late_cancelled", "Cancelled late";
    }
}

impl VisitState {
    /// Where a person may move it to. `booked` from an ended state takes that back, with a reason.
    pub fn may_become(self) -> &'static [Self] {
        match self {
            Self::Booked => &[Self::Arrived, Self::Attended, Self::NoShow, Self::Cancelled, Self::LateCancelled],
            Self::Arrived => &[Self::Attended, Self::NoShow, Self::Cancelled, Self::LateCancelled],
            Self::Attended | Self::NoShow | Self::Cancelled | Self::LateCancelled => &[Self::Booked],
        }
    }

    /// Why a visit that is not booked any more cannot move to a day ahead, and how to mend it.
    pub fn cannot_lie_ahead(self) -> String {
        let state = self.label().to_lowercase();
        match self.may_become() {
            [Self::Booked] => format!("This visit is marked \"{state}\" and cannot lie ahead. Take that back first, or book another visit"),
            _ => format!("This visit is marked \"{state}\" and cannot lie ahead. Book another visit for that day"),
        }
    }

    pub fn chip(self) -> Chip {
        match self {
            Self::Booked => Chip::plain(self.label()),
            Self::Arrived => Chip::info(self.label()),
            Self::Attended => Chip::ok(self.label()),
            Self::NoShow | Self::LateCancelled => Chip::bad(self.label()),
            Self::Cancelled => Chip::plain(self.label()),
        }
    }

    /// Whether it counts among the appointments that were kept or missed [domain 2.9, attendance].
    pub fn counts_for_attendance(self) -> bool {
        matches!(self, Self::Attended | Self::NoShow | Self::LateCancelled)
    }
}

/// A visit as somebody typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewVisit {
    /// Id of the referral whose episode it belongs to.
    pub referral: Text,
    /// Id of the therapist; the episode's where nothing is said.
    pub therapist: Text,
    /// Id of the coverage, where it is another one than the episode's.
    pub coverage: Text,
    pub visit_on: Text,
    pub starts_at: Text,
    pub ends_at: Text,
    pub place_of_service: Text,
    /// Id of the place, where it is another one than the practice's own address.
    pub location: Text,
    /// `booked` (the default) or, for a past visit, `attended`.
    pub state: Text,
    /// Hands-on minutes by code.
    pub services: Vec<NewService>,
    /// Taken off the fee of a visit that the patient pays,
    pub discount_cents: Amount,
    /// and why.
    pub discount_reason: Text,
    pub version: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewService {
    pub code: Text,
    /// Hands-on minutes; never the booked length.
    pub minutes: Text,
    pub area: Text,
}

/// A visit that passed its checks.
#[derive(Clone, Debug)]
pub struct VisitDraft {
    pub referral: Option<String>,
    pub therapist: Option<String>,
    pub coverage: Option<String>,
    pub visit_on: NaiveDate,
    pub starts_at: Option<NaiveTime>,
    pub ends_at: Option<NaiveTime>,
    pub place_of_service: String,
    pub location: Option<String>,
    pub state: VisitState,
    pub services: Vec<Service>,
    pub discount_cents: i64,
    pub discount_reason: Option<String>,
    pub version: Option<i64>,
}

/// Hands-on time of one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    pub code: String,
    pub minutes: Option<i64>,
    pub area: Option<String>,
}

impl NewVisit {
    pub fn check(&self, today: NaiveDate) -> Result<VisitDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.visit_on.is_blank() {
            check.say("visit_on", "Enter the day of the visit");
        }
        let visit_on = check.day("visit_on", &self.visit_on).unwrap_or(today);
        let state = check.choice("state", &self.state).unwrap_or(VisitState::Booked);
        if state != VisitState::Booked && visit_on > today {
            check.say("state", "A visit that lies ahead can only be booked");
        }
        let draft = VisitDraft {
            referral: self.referral.some(),
            therapist: self.therapist.some(),
            coverage: self.coverage.some(),
            visit_on,
            starts_at: check.time("starts_at", &self.starts_at),
            ends_at: check.time("ends_at", &self.ends_at),
            place_of_service: place(&mut check, &self.place_of_service),
            location: self.location.some(),
            state,
            services: services(&mut check, &self.services),
            discount_cents: check.price("discount_cents", &self.discount_cents).unwrap_or(0),
            discount_reason: check.line("discount_reason", &self.discount_reason),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        if let (Some(start), Some(end)) = (draft.starts_at, draft.ends_at)
            && end <= start
        {
            check.say("ends_at", "The visit would end before it begins");
        }
        if draft.discount_cents > 0 && draft.discount_reason.is_none() {
            check.say("discount_reason", "Say why there is a discount. One fee for one service, whoever pays");
        }
        check.done(draft)
    }
}

/// Two digits; 11 is the office.
fn place(check: &mut Check, typed: &Text) -> String {
    match typed.as_str() {
        "" => "11".into(),
        code if code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit()) => code.into(),
        other => {
            check.say("place_of_service", format!("\"{other}\" is not a place of service: 11 office, 12 home, 10 telehealth"));
            "11".into()
        }
    }
}

/// Reads the rows of minutes; empty rows are left out.
pub fn services(check: &mut Check, typed: &[NewService]) -> Vec<Service> {
    let mut found: Vec<Service> = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        if entry.code.is_blank() && entry.minutes.is_blank() {
            continue;
        }
        if entry.code.is_blank() {
            check.say(&format!("services.{at}.code"), "Enter the treatment code, like 97140");
        }
        let minutes = check.whole(&format!("services.{at}.minutes"), &entry.minutes, 0..=480);
        let area = check.line(&format!("services.{at}.area"), &entry.area);
        let Some(code) = check.service_code(&format!("services.{at}.code"), &entry.code) else { continue };
        if found.iter().any(|known| known.code == code) {
            check.say(&format!("services.{at}.code"), format!("{code} is in the list already. Add its minutes there"));
            continue;
        }
        found.push(Service { code, minutes, area });
    }
    let total: i64 = found.iter().filter_map(|s| s.minutes).sum();
    if total > 960 {
        check.say("services", "More than 16 hours of treatment in one visit. Check the minutes");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    #[test]
    fn a_visit_of_tomorrow_cannot_have_been_attended() {
        let new = NewVisit { visit_on: "tomorrow".into(), state: "attended".into(), ..Default::default() };
        assert_eq!(new.check(today()).expect_err("refused").0[0].field, "state");
    }

    #[test]
    fn a_discount_needs_its_reason() {
        let new = NewVisit { visit_on: "today".into(), discount_cents: Amount::Cents(1_000), ..Default::default() };
        assert_eq!(new.check(today()).expect_err("refused").0[0].field, "discount_reason");
    }

    #[test]
    fn minutes_stand_once_for_each_code() {
        let row = |code: &str| NewService { code: code.into(), minutes: "30".into(), ..Default::default() };
        let new =
            NewVisit { visit_on: "today".into(), services: vec![row("97140"), row("97140"), NewService::default()], ..Default::default() };
        assert_eq!(new.check(today()).expect_err("refused").0[0].field, "services.1.code");
    }
}
