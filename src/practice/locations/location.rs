//! A place where we treat beside the practice's own address: a second office, a room in a clinic.

use crate::types::{Check, FieldErrors, Npi, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewLocation {
    pub name: Text,
    pub street: Text,
    pub street2: Text,
    pub city: Text,
    pub state: Text,
    /// All nine digits: claims need them.
    pub zip: Text,
    /// The place's own, where it has one.
    pub npi: Text,
    /// The day from which nobody is treated there.
    pub closed_on: Text,
    pub version: Text,
}

/// A place that passed the checks. An address of a claim is whole.
#[derive(Clone, Debug, Default)]
pub struct LocationDraft {
    pub name: String,
    pub street: String,
    pub street2: Option<String>,
    pub city: String,
    pub state: String,
    pub zip: String,
    pub npi: Option<String>,
    pub closed_on: Option<NaiveDate>,
    pub version: Option<i64>,
}

impl NewLocation {
    pub fn check(&self, today: NaiveDate) -> Result<LocationDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.state.is_blank() {
            check.say("state", "Choose the state");
        }
        let draft = LocationDraft {
            name: check.required_line("name", &self.name, "Enter the name of the place, as payers know it"),
            street: check.required_line("street", &self.street, "Enter the street"),
            street2: check.line("street2", &self.street2),
            city: check.required_line("city", &self.city, "Enter the city"),
            state: check.state("state", &self.state).unwrap_or_default(),
            zip: zip(&mut check, &self.zip),
            npi: check.npi("npi", &self.npi).as_ref().map(Npi::to_string),
            closed_on: check.day("closed_on", &self.closed_on),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        check.done(draft)
    }
}

/// A file needs all nine digits of the place of a service [x12.md 5.6].
fn zip(check: &mut Check, typed: &Text) -> String {
    let zip = check.zip("zip", typed);
    if typed.is_blank() || zip.as_ref().is_some_and(|zip| zip.len() == 5) {
        check.say("zip", "Enter all nine digits, like 98101-2345; the post office tells the last four");
    }
    zip.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    #[test]
    fn a_place_is_taken_with_its_whole_address_only() {
        let whole = NewLocation {
            name: "Ballard Room".into(),
            street: "7 Elm Ct".into(),
            city: "Seattle".into(),
            state: "Washington".into(),
            zip: "981072345".into(),
            ..Default::default()
        };
        let draft = whole.check(today()).expect("a place");
        assert_eq!((draft.state.as_str(), draft.zip.as_str(), draft.npi), ("WA", "98107-2345", None));
        let wrong = |zip: &str| NewLocation { zip: zip.into(), ..whole.clone() }.check(today()).expect_err("refused").0[0].field.clone();
        assert!(["98107", "", "9810"].iter().all(|typed| wrong(typed) == "zip"));
        let missing: Vec<String> = NewLocation::default().check(today()).expect_err("refused").0.into_iter().map(|e| e.field).collect();
        assert_eq!(missing, ["state", "name", "street", "city", "zip"]);
    }
}
