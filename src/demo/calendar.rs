//! When the practice is open: Monday to Saturday, not on the great holidays, and always on the day it is shown.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

/// The year that is played: it ends on the clock's today.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    pub first: NaiveDate,
    pub today: NaiveDate,
}

impl Calendar {
    pub fn ending(today: NaiveDate) -> Self {
        Self { first: before(today, 364), today }
    }

    /// A day so many days before today (or after it, below zero).
    pub fn ago(&self, days: i64) -> NaiveDate {
        before(self.today, days)
    }

    pub fn is_open(&self, day: NaiveDate) -> bool {
        day == self.today || !(day.weekday() == Weekday::Sun || is_holiday(day))
    }

    /// The day itself, or the next one that is open.
    pub fn open_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|d| self.is_open(*d)).unwrap_or(day)
    }

    /// The day itself, or the last open one before it.
    pub fn open_until(&self, day: NaiveDate) -> NaiveDate {
        let back = (0..14).filter_map(|n| day.checked_sub_days(Days::new(n)));
        back.into_iter().find(|d| self.is_open(*d)).unwrap_or(day)
    }

    /// So many days later, on an open day.
    pub fn later(&self, day: NaiveDate, days: i64) -> NaiveDate {
        self.open_from(after(day, days))
    }

    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let today = self.today;
        self.first.iter_days().take_while(move |d| *d <= today)
    }
}

pub fn after(day: NaiveDate, days: i64) -> NaiveDate {
    if days < 0 { before(day, -days) } else { day.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(day) }
}

pub fn before(day: NaiveDate, days: i64) -> NaiveDate {
    if days < 0 { after(day, -days) } else { day.checked_sub_days(Days::new(days.unsigned_abs())).unwrap_or(day) }
}

pub fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

fn is_holiday(day: NaiveDate) -> bool {
    let thanksgiving = day.month() == 11 && day.weekday() == Weekday::Thu && (22..=28).contains(&day.day());
    thanksgiving || matches!((day.month(), day.day()), (1, 1) | (7, 4) | (12, 25))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn sundays_and_holidays_are_closed_unless_it_is_the_day_that_is_shown() {
        let calendar = Calendar::ending(day("2026-11-23"));
        assert!(!calendar.is_open(day("2026-11-22")) && !calendar.is_open(day("2025-12-25")) && !calendar.is_open(day("2025-11-27")));
        assert_eq!(calendar.open_from(day("2025-12-25")), day("2025-12-26"));
        assert!(Calendar::ending(day("2026-11-22")).is_open(day("2026-11-22")));
    }

    #[test]
    fn the_year_has_a_leap_day_where_the_calendar_has_one() {
        let calendar = Calendar::ending(day("2028-03-01"));
        assert_eq!((calendar.first, calendar.days().count()), (day("2027-03-03"), 365));
        assert!(calendar.days().any(|d| d == day("2028-02-29")));
    }
}
