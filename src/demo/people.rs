//! The patients: names that nobody bears twice, and what a claim needs to know of a person.

use super::cast::phone;
use super::dice::Dice;
use crate::patients::patient::NewPatient;
use crate::types::person_name;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Person {
    pub first: String,
    pub last: String,
    pub is_woman: bool,
    pub born_on: NaiveDate,
    pub line: u64,
    pub street: String,
    pub zip: &'static str,
}

const WOMEN: &[&str] = &[
    "Adele", "Bridget", "Cora", "Delia", "Elin", "Flora", "Greta", "Hazel", "Ilse", "Jolene", "Kira", "Lorna", "Mabel", "Nora", "Olive",
    "Petra", "Quinn", "Rhoda", "Selma", "Thea", "Una", "Vera", "Wren", "Yasmin", "Zora", "Amara", "Brisa", "Chiyo", "Dunya", "Esme",
];
const MEN: &[&str] = &[
    "Abel", "Boris", "Caleb", "Dorian", "Emil", "Felix", "Gideon", "Hector", "Ivan", "Jonas", "Kemal", "Lars", "Milo", "Nestor", "Otto",
    "Pavel", "Ravi", "Silas", "Tarek", "Ulrich", "Victor", "Wendell", "Xavier", "Yusuf", "Zeno", "Arlo", "Basil", "Cyrus", "Dmitri",
    "Ezra",
];
const LASTS: &[&str] = &[
    "Abernathy",
    "Bellweather",
    "Carraway",
    "Dunmore",
    "Eastlake",
    "Fairbairn",
    "Gallowglass",
    "Hathersage",
    "Inglenook",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Mossgrove",
    "Northway",
    "Oakhurst",
    "Pemberwick",
    "Quillfeather",
    "Ravenscar",
    "Silverthorn",
    "Thistlewood",
    "Underwood",
    "Vandermeer",
    "Wexcombe",
    "Yarrow",
    "Zimmerwald",
    "Ashgrove",
    "Birchall",
    "Coldbrook",
    "Driftwell",
    "Elderfield",
    "Foxglove",
    "Greenhollow",
    "Heatherly",
    "Ironwood",
    "Jessamine",
    "Kingsley-Moor",
    "Lindenhall",
    "Marlowe-Finch",
    "Nightingale",
    "Oldacre",
    "Pinemarsh",
    "Quayle",
    "Rosethorn",
    "Summerset",
    "Tidewell",
    "Umberland",
    "Violette",
    "Windermere",
    "Yewdale",
    "Applegarth",
];
const STREETS: &[&str] =
    &["Alder Way", "Fern Court", "Salal Lane", "Hemlock Street", "Madrona Drive", "Willow Place", "Camas Road", "Heron Avenue"];
const ZIPS: &[&str] = &["98102", "98103", "98105", "98107", "98109", "98115", "98117", "98119", "98122", "98125", "98144"];

impl Person {
    /// A named one of the cast.
    pub fn named(first: &str, last: &str, is_woman: bool, born_on: NaiveDate, n: usize) -> Self {
        let mut dice = Dice::of(0, "cast", n);
        Self { first: first.into(), last: last.into(), is_woman, born_on, ..Self::anywhere(&mut dice) }
    }

    /// Somebody whose name was not taken yet.
    pub fn somebody(seed: u64, n: usize, today: NaiveDate, taken: &mut BTreeSet<String>) -> Self {
        let mut dice = Dice::of(seed, "person", n);
        let mut person = Self::anywhere(&mut dice);
        person.is_woman = dice.percent(57);
        loop {
            person.first = (*dice.pick(if person.is_woman { WOMEN } else { MEN })).into();
            person.last = (*dice.pick(LASTS)).into();
            if taken.insert(format!("{} {}", person.first, person.last)) {
                break;
            }
        }
        let year = today.year() - i32::try_from(dice.between(19, 78)).unwrap_or(40);
        let month = u32::try_from(dice.between(1, 12)).unwrap_or(1);
        let day = u32::try_from(dice.between(1, 28)).unwrap_or(1);
        person.born_on = NaiveDate::from_ymd_opt(year, month, day).unwrap_or(person.born_on);
        person
    }

    fn anywhere(dice: &mut Dice) -> Self {
        Self {
            first: String::new(),
            last: String::new(),
            is_woman: true,
            born_on: NaiveDate::from_ymd_opt(1980, 1, 1).unwrap_or_default(),
            line: dice.between(0, 99).unsigned_abs(),
            street: format!("{} {}", dice.between(11, 989), dice.pick(STREETS)),
            zip: dice.pick::<&str>(ZIPS),
        }
    }

    /// The patient as the front desk types it.
    pub fn typed(&self, on: NaiveDate) -> NewPatient {
        NewPatient {
            first_name: self.first.as_str().into(),
            last_name: self.last.as_str().into(),
            born_on: self.born_on.to_string().into(),
            sex: if self.is_woman { "f" } else { "m" }.into(),
            phone: phone(206, self.line).into(),
            email: format!("{}@mailbox.example", person_name::fold(&format!("{} {}", self.first, self.last)).replace(' ', ".")).into(),
            street: self.street.as_str().into(),
            city: "Seattle".into(),
            state: "WA".into(),
            zip: self.zip.into(),
            treatment_consent_on: on.to_string().into(),
            privacy_notice_on: on.to_string().into(),
            release_signed_on: on.to_string().into(),
            assignment_signed_on: on.to_string().into(),
            ..Default::default()
        }
    }
}
