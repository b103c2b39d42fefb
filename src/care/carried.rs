//! What a note carries on from the one before: marked as copied until its writer changes it or says that it still holds.
//! A copy that nobody read again is what makes a record worthless, so it is named before the note is signed.

use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

crate::words! {
    /// A part of a note that can be copied from the one before.
    pub enum Part {
        Subjective = "subjective", "What the patient says";
        Objective = "objective", "What you find";
        Body = "body", "The body chart";
        Assessment = "assessment", "What it means";
        Plan = "plan", "Home care and plan";
        WorkStatus = "work_status", "Work now";
        Restrictions = "restrictions", "What holds recovery back";
    }
}

/// A part that was copied, and what it said then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Copied {
    pub part: Part,
    /// The day of the visit whose note it is from.
    pub from_on: NaiveDate,
    pub words: String,
    /// Its writer read it again and says that it still holds.
    pub confirmed: bool,
}

/// The copies of one note, in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
pub struct Copies(pub Vec<Copied>);

/// Lines and spaces do not make a text another one.
fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Copies {
    /// What is still a copy where the note says `now`, with what its writer confirmed.
    pub fn kept(&self, now: impl Fn(Part) -> String, confirmed: &[Part]) -> Self {
        let stands = |copy: &&Copied| plain(&now(copy.part)) == plain(&copy.words);
        let said = |copy: &Copied| Copied { confirmed: confirmed.contains(&copy.part), ..copy.clone() };
        Self(self.0.iter().filter(stands).map(said).collect())
    }

    /// One more; a second copy of a part takes the place of the first.
    pub fn add(&mut self, copy: Copied) {
        self.0.retain(|c| c.part != copy.part);
        self.0.push(copy);
        self.0.sort_by_key(|c| c.part);
    }

    /// Those that nobody has read again.
    pub fn unread(&self) -> impl Iterator<Item = &Copied> {
        self.0.iter().filter(|c| !c.confirmed)
    }
}

/// A part with what is copied added to it: what stands there already stays first.
pub fn joined(stands: &str, copied: &str) -> String {
    match (stands.trim(), copied.trim()) {
        ("", copied) => copied.to_string(),
        (stands, copied) if plain(stands).contains(&plain(copied)) => stands.to_string(),
        (stands, copied) => format!("{stands}\n\n{copied}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(part: Part, words: &str) -> Copied {
        Copied { part, from_on: "2026-11-16".parse().expect("a day"), words: words.into(), confirmed: false }
    }

    #[test]
    fn a_copy_is_one_until_it_says_something_else() {
        let copies = Copies(vec![copy(Part::Plan, "Chin tucks.\nWeekly."), copy(Part::Assessment, "Slow gain.")]);
        let typed =
            |part: Part| if part == Part::Plan { "Chin tucks.\r\nWeekly. ".into() } else { "Slow gain, sleeps better.".to_string() };
        let kept = copies.kept(typed, &[]);
        assert_eq!(kept.0.iter().map(|c| c.part).collect::<Vec<_>>(), [Part::Plan], "line ends of a browser are no change");
        assert_eq!(kept.unread().count(), 1);
    }

    #[test]
    fn a_copy_that_was_confirmed_stays_one_and_is_no_longer_unread() {
        let copies = Copies(vec![copy(Part::Plan, "Weekly.")]);
        let kept = copies.kept(|_| "Weekly.".into(), &[Part::Plan]);
        assert_eq!((kept.0.len(), kept.unread().count()), (1, 0));
        assert_eq!(kept.kept(|_| "Weekly.".into(), &[]).unread().count(), 1, "taking the tick away takes it back");
    }

    #[test]
    fn what_stands_in_a_part_stays_before_what_is_copied_into_it() {
        assert_eq!(joined(" ", "Weekly."), "Weekly.");
        assert_eq!(joined("Ice today.", "Weekly."), "Ice today.\n\nWeekly.");
        assert_eq!(joined("Ice today.\n\nWeekly.", "Weekly."), "Ice today.\n\nWeekly.", "copied twice is copied once");
    }
}
