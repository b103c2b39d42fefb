//! A calendar month, the period of summaries and trends.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A month, kept as its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(NaiveDate);

impl Month {
    /// The month that holds `day`.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Reads `2026-11`.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let day = NaiveDate::parse_from_str(&format!("{}-01", typed.trim()), "%Y-%m-%d");
        day.map(Self).map_err(|_| format!("\"{typed}\" is not a month, like 2026-11"))
    }

    pub fn first(self) -> NaiveDate {
        self.0
    }

    pub fn last(self) -> NaiveDate {
        self.next().0 - Days::new(1)
    }

    pub fn next(self) -> Self {
        Self(self.0 + Months::new(1))
    }

    pub fn previous(self) -> Self {
        Self(self.0 - Months::new(1))
    }

    /// `November`.
    pub fn name(self) -> String {
        self.0.format("%B").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_knows_its_days_over_the_end_of_a_year() {
        let december = Month::parse("2026-12").expect("a month");
        assert_eq!(december.last().to_string(), "2026-12-31");
        assert_eq!((december.next().to_string(), december.previous().to_string()), ("2027-01".into(), "2026-11".into()));
        assert!(Month::parse("2026-13").is_err());
    }
}
