//! Where each number of a report comes from: the signed notes that it was measured in. Pure.

use super::course::name;
use crate::care::measure::Instrument;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// A measure that a report tells, with the note of each value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Origin {
    /// `Pain, 0 to 10`; in a summary with the patient before it.
    pub what: String,
    pub values: Vec<FromNote>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FromNote {
    /// As the report writes it: `7`, `36%`.
    pub value: String,
    pub on: NaiveDate,
    /// The visit whose note says so: `/visits/{visit_id}/note`.
    pub visit_id: Uuid,
}

/// A signed note: the day and the visit, and what was measured.
pub struct Signed {
    pub on: NaiveDate,
    pub visit_id: Uuid,
    pub measures: Vec<(Instrument, String, i64)>,
}

/// The origins of one patient's numbers, as the measures stand in the notes; `whose` stands before each.
pub fn origins(notes: &[Signed], whose: Option<&str>) -> Vec<Origin> {
    let mut found: Vec<Origin> = Vec::new();
    for note in notes {
        for (instrument, label, value) in &note.measures {
            let what = name(*instrument, label);
            let what = what.trim_end_matches('*');
            let what = whose.map_or_else(|| what.to_string(), |whose| format!("{whose}: {what}"));
            let value = FromNote { value: instrument.show(*value), on: note.on, visit_id: note.visit_id };
            match found.iter_mut().find(|origin| origin.what == what) {
                Some(origin) => origin.values.push(value),
                None => found.push(Origin { what, values: vec![value] }),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(day: u32, measures: &[(Instrument, &str, i64)]) -> Signed {
        let on = NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let measures = measures.iter().map(|(i, label, value)| (*i, label.to_string(), *value)).collect();
        Signed { on, visit_id: Uuid::from_u128(u128::from(day)), measures }
    }

    #[test]
    fn each_value_leads_to_the_note_that_it_was_measured_in() {
        let notes =
            [note(2, &[(Instrument::Nprs, "now", 700), (Instrument::Psfs, "Lifting", 300)]), note(9, &[(Instrument::Nprs, "now", 300)])];
        let found = origins(&notes, Some("Nora Quist"));
        let told: Vec<(&str, Vec<(&str, u128)>)> =
            found.iter().map(|o| (o.what.as_str(), o.values.iter().map(|v| (v.value.as_str(), v.visit_id.as_u128())).collect())).collect();
        assert_eq!(told, [("Nora Quist: Pain, 0 to 10", vec![("7", 2), ("3", 9)]), ("Nora Quist: Lifting", vec![("3.0", 2)])]);
    }
}
