//! The body chart: where something was found, by regions with plain names, front and back, left and right of the patient.

use crate::types::{Check, Text};
use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// From which side one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Front,
    Back,
}

/// A region: its code is kept for ever, its place is the drawing's (100 wide, 180 high).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    pub code: &'static str,
    pub name: &'static str,
    pub view: View,
    pub x: i64,
    pub y: i64,
    pub w: i64,
    pub h: i64,
}

/// One region in the middle, or two that mirror each other. Seen from the front, the patient's right is on the left.
macro_rules! regions {
    (@one $view:ident mid $code:literal, $name:literal, $x:literal $y:literal $w:literal $h:literal) => {
        [Region { code: $code, name: $name, view: View::$view, x: $x, y: $y, w: $w, h: $h }]
    };
    (@one Front pair $code:literal, $name:literal, $x:literal $y:literal $w:literal $h:literal) => {
        [
            Region { code: concat!($code, "_right"), name: concat!($name, ", right"), view: View::Front, x: $x, y: $y, w: $w, h: $h },
            Region { code: concat!($code, "_left"), name: concat!($name, ", left"), view: View::Front, x: 100 - $x - $w, y: $y, w: $w, h: $h },
        ]
    };
    (@one Back pair $code:literal, $name:literal, $x:literal $y:literal $w:literal $h:literal) => {
        [
            Region { code: concat!($code, "_left"), name: concat!($name, ", left"), view: View::Back, x: $x, y: $y, w: $w, h: $h },
            Region { code: concat!($code, "_right"), name: concat!($name, ", right"), view: View::Back, x: 100 - $x - $w, y: $y, w: $w, h: $h },
        ]
    };
    ($($view:ident $how:ident $code:literal, $name:literal, $x:literal $y:literal $w:literal $h:literal;)+) => {
        /// All regions, from head to foot, first the front.
        pub const REGIONS: &[&[Region]] = &[$(&regions!(@one $view $how $code, $name, $x $y $w $h)),+];
    };
}

regions! {
    Front mid "forehead", "Forehead", 38 2 24 12;
    Front pair "jaw", "Jaw", 35 15 14 11;
    Front mid "neck_front", "Front of the neck", 39 27 22 10;
    Front pair "shoulder_front", "Front of the shoulder", 21 38 14 14;
    Front pair "chest", "Chest", 36 40 13 20;
    Front pair "upper_arm_front", "Front of the upper arm", 18 53 15 19;
    Front pair "forearm_front", "Front of the forearm", 12 74 14 22;
    Front pair "hand", "Wrist and hand", 6 98 15 14;
    Front mid "belly", "Belly", 36 61 28 19;
    Front pair "hip_front", "Hip and groin", 33 82 16 14;
    Front pair "thigh_front", "Front of the thigh", 32 98 16 25;
    Front pair "knee_front", "Knee", 32 125 16 12;
    Front pair "shin", "Shin", 33 139 15 23;
    Front pair "foot", "Foot and ankle", 30 164 18 13;
    Back mid "head_back", "Back of the head", 38 1 24 12;
    Back mid "skull_base", "Base of the skull", 38 14 24 11;
    Back pair "neck_back", "Back of the neck", 34 26 15 11;
    Back pair "shoulder_top", "Top of the shoulder", 20 38 14 14;
    Back pair "shoulder_blade", "Shoulder blade", 35 39 14 20;
    Back pair "upper_arm_back", "Back of the upper arm", 18 53 15 19;
    Back pair "forearm_back", "Elbow and back of the forearm", 12 74 14 22;
    Back pair "mid_back", "Middle of the back", 36 60 13 14;
    Back pair "low_back", "Low back", 35 75 14 14;
    Back pair "buttock", "Buttock", 33 90 16 15;
    Back pair "thigh_back", "Back of the thigh", 32 107 16 21;
    Back pair "knee_back", "Back of the knee", 32 130 16 10;
    Back pair "calf", "Calf", 33 141 15 22;
    Back pair "heel", "Heel", 31 165 16 12;
}

/// All of them in the order of the chart.
pub fn regions() -> impl Iterator<Item = &'static Region> {
    REGIONS.iter().flat_map(|part| part.iter())
}

pub fn region(code: &str) -> Option<&'static Region> {
    regions().find(|r| r.code == code)
}

/// A region as somebody marked it; a row without one is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewMark {
    /// The code of the region: `shoulder_top_right`.
    pub region: Text,
    /// What is there, in a word or two: tight, tender.
    pub word: Text,
}

/// A marked region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    pub region: String,
    pub word: Option<String>,
}

/// The marks of one note, in one column, in the order of the chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
pub struct Marks(pub Vec<Mark>);

/// Reads the marks of a note.
pub fn marks(check: &mut Check, typed: &[NewMark]) -> Marks {
    let mut found: Vec<(usize, Mark)> = Vec::new();
    for (at, entry) in typed.iter().enumerate().filter(|(_, m)| !m.region.is_blank()) {
        let Some(place) = regions().position(|r| r.code == entry.region.as_str()) else {
            check.say(&format!("body.{at}.region"), format!("\"{}\" is no region of the body chart", entry.region));
            continue;
        };
        let word = check.line(&format!("body.{at}.word"), &entry.word);
        match found.iter_mut().find(|(known, _)| *known == place) {
            Some((_, known)) => known.word = word.or(known.word.take()),
            None => found.push((place, Mark { region: entry.region.to_string(), word })),
        }
    }
    found.sort_by_key(|(place, _)| *place);
    Marks(found.into_iter().map(|(_, mark)| mark).collect())
}

impl Mark {
    /// `Top of the shoulder, right: tight`.
    pub fn words(&self) -> String {
        let name = region(&self.region).map_or(self.region.as_str(), |r| r.name);
        self.word.as_ref().map_or_else(|| name.to_string(), |word| format!("{name}: {word}"))
    }
}

impl Marks {
    /// One a line.
    pub fn words(&self) -> String {
        self.0.iter().map(Mark::words).collect::<Vec<_>>().join("\n")
    }

    /// With those of another, where they mark something else.
    pub fn and(mut self, other: &Self) -> Self {
        let more: Vec<Mark> = other.0.iter().filter(|m| !self.0.iter().any(|own| own.region == m.region)).cloned().collect();
        self.0.extend(more);
        self.0.sort_by_key(|m| regions().position(|r| r.code == m.region));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn read(typed: &[(&str, &str)]) -> Result<Marks, crate::types::FieldErrors> {
        let typed: Vec<NewMark> = typed.iter().map(|(r, w)| NewMark { region: (*r).into(), word: (*w).into() }).collect();
        let mut check = Check::new(chrono::NaiveDate::MIN);
        let found = marks(&mut check, &typed);
        check.done(found)
    }

    #[test]
    fn every_region_has_a_code_and_a_name_of_its_own_and_lies_in_the_drawing() {
        let all: Vec<&Region> = regions().collect();
        let codes: BTreeSet<&str> = all.iter().map(|r| r.code).collect();
        let names: BTreeSet<&str> = all.iter().map(|r| r.name).collect();
        assert_eq!((codes.len(), names.len()), (all.len(), all.len()));
        for r in &all {
            assert!(r.x >= 0 && r.y >= 0 && r.x + r.w <= 100 && r.y + r.h <= 180, "{}", r.code);
            // At 300 px across, three a unit: nothing is smaller than a fingertip's 30 px.
            assert!(r.w >= 13 && r.h >= 10, "{} is too small to tap", r.code);
        }
    }

    #[test]
    fn no_two_regions_of_a_side_lie_over_each_other() {
        let all: Vec<&Region> = regions().collect();
        for (n, a) in all.iter().enumerate() {
            for b in all[n + 1..].iter().filter(|b| b.view == a.view) {
                let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                assert!(apart, "{} and {}", a.code, b.code);
            }
        }
    }

    #[test]
    fn left_and_right_are_the_patients_own() {
        let x = |code: &str| region(code).expect("a region").x;
        assert!(x("shoulder_front_right") < x("shoulder_front_left"), "from the front the right one is on the left");
        assert!(x("shoulder_top_left") < x("shoulder_top_right"));
    }

    #[test]
    fn marks_stand_in_the_order_of_the_chart_and_an_unknown_region_is_refused() {
        let found = read(&[("low_back_left", ""), ("", "tight"), ("shoulder_top_right", "tight, tender")]).expect("fine");
        assert_eq!(found.words(), "Top of the shoulder, right: tight, tender\nLow back, left");
        assert_eq!(read(&[("tail", "")]).expect_err("refused").0[0].field, "body.0.region");
        let both = found.and(&read(&[("low_back_left", "sore"), ("jaw_left", "")]).expect("fine"));
        assert_eq!(both.words(), "Jaw, left\nTop of the shoulder, right: tight, tender\nLow back, left");
    }
}
