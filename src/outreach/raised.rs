//! One alert, as a rule raises it. Pure.

use super::rule::Rule;
use chrono::NaiveDate;
use uuid::Uuid;

/// A rule, the thing that it is about, and which of its occurrences this is: what a person snoozed or did away with
/// stays away until there is a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    pub rule: Rule,
    pub subject: Uuid,
    /// Told apart by what began it: the last day of an order, the day of a referral, the number of a sending.
    pub occurrence: String,
    /// The day from which it holds.
    pub since: NaiveDate,
    /// The day after which it is too late, where there is one.
    pub due_on: Option<NaiveDate>,
    /// Why, in words that stand behind a name.
    pub words: String,
}

impl Raised {
    pub fn new(rule: Rule, subject: Uuid, occurrence: impl ToString, since: NaiveDate, words: impl Into<String>) -> Self {
        Self { rule, subject, occurrence: occurrence.to_string(), since, due_on: None, words: words.into() }
    }

    pub fn due(self, on: NaiveDate) -> Self {
        Self { due_on: Some(on), ..self }
    }
}

/// `1 visit`, `3 visits`.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The days from one to another.
pub fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// A day that lies so many days after another.
pub fn after(day: NaiveDate, n: i64) -> NaiveDate {
    day.checked_add_signed(chrono::TimeDelta::days(n)).unwrap_or(day)
}
