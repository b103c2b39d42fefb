//! Days and times as people type them, and as they read them. A day is a local calendar date of the practice.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use std::time::Duration;

/// A wait as a stretch between two instants; nothing waits longer than a hundred years.
pub fn span(wait: Duration) -> TimeDelta {
    let most = TimeDelta::days(36_500);
    TimeDelta::from_std(wait).map_or(most, |span| std::cmp::min(span, most))
}

/// Which year an unfinished date means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaning {
    /// The nearest one: a slip of last December, a visit of next January.
    Nearest,
    /// A birth date: never in the future.
    Past,
}

/// Reads `2026-03-14`, `3/14`, `3-14-26`, `14 Mar`, `mar 14 2026`, `today`, `+2w`, `fri`.
pub fn parse(typed: &str, today: NaiveDate, leaning: Leaning) -> Result<NaiveDate, String> {
    let wrong = || format!("\"{typed}\" is not a date. Enter it like 3/14/{}", today.year());
    let text = typed.trim().to_lowercase();
    if let Ok(day) = NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
        return if (1850..=2200).contains(&day.year()) { Ok(day) } else { Err(wrong()) };
    }
    if let Some(day) = relative(&text, today) {
        return Ok(day);
    }
    let pieces: Vec<&str> = text.split([' ', '/', '-', '.', ',']).filter(|p| !p.is_empty()).collect();
    let (month, day, year) = match pieces.as_slice() {
        [a, b] => (*a, *b, None),
        [a, b, y] => (*a, *b, Some(*y)),
        _ => return Err(wrong()),
    };
    let (month, day) = match (month_named(month), month_named(day)) {
        (Some(named), _) => (named, day.parse().map_err(|_| wrong())?),
        (_, Some(named)) => (named, month.parse().map_err(|_| wrong())?),
        _ => (month.parse().map_err(|_| wrong())?, day.parse().map_err(|_| wrong())?),
    };
    let found = match year {
        Some(year) => NaiveDate::from_ymd_opt(whole_year(year, today, leaning).ok_or_else(wrong)?, month, day),
        None => nearest(month, day, today, leaning),
    };
    found.ok_or_else(wrong)
}

fn relative(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text {
        "today" | "now" => return Some(today),
        "yesterday" => return today.checked_sub_days(Days::new(1)),
        "tomorrow" => return today.checked_add_days(Days::new(1)),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix('+') {
        let digits = rest.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
        let count: u32 = digits.trim().parse().ok().filter(|n| *n < 1_000)?;
        return match rest[digits.len()..].trim() {
            "" | "d" | "day" | "days" => today.checked_add_days(Days::new(count.into())),
            "w" | "week" | "weeks" => today.checked_add_days(Days::new(u64::from(count) * 7)),
            "m" | "month" | "months" => today.checked_add_months(Months::new(count)),
            _ => None,
        };
    }
    let weekday: Weekday = text.parse().ok()?;
    // "fri" is the coming one; said on a Friday it is today.
    let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(ahead.into()))
}

fn month_named(word: &str) -> Option<u32> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let long = word.len() >= 3 && word.bytes().all(|b| b.is_ascii_alphabetic());
    (long.then(|| names.iter().position(|n| word.starts_with(n))).flatten()).map(|at| at as u32 + 1)
}

fn whole_year(typed: &str, today: NaiveDate, leaning: Leaning) -> Option<i32> {
    let year: i32 = typed.parse().ok()?;
    match (typed.len(), leaning) {
        (4, _) if (1850..=2200).contains(&year) => Some(year),
        (2, Leaning::Past) if 2000 + year > today.year() => Some(1900 + year),
        (2, _) => Some(2000 + year),
        _ => None,
    }
}

fn nearest(month: u32, day: u32, today: NaiveDate, leaning: Leaning) -> Option<NaiveDate> {
    let years = match leaning {
        Leaning::Nearest => -1..=1,
        Leaning::Past => -1..=0,
    };
    let candidates = years.filter_map(|offset| NaiveDate::from_ymd_opt(today.year() + offset, month, day));
    candidates.filter(|d| leaning == Leaning::Nearest || *d <= today).min_by_key(|d| (*d - today).num_days().abs())
}

/// Reads `9:45`, `945`, `9:45 am`, `1:30 pm`, `13:30`. Between 1 and 6 without a word it is afternoon: nobody treats at 3 in the night.
pub fn parse_time(typed: &str) -> Result<NaiveTime, String> {
    let wrong = || format!("\"{typed}\" is not a time. Enter it like 9:45 or 1:30 pm");
    let text: String = typed.to_lowercase().chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    let (clock, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (text.as_str(), None),
    };
    let (hour, minute) = match clock.split(':').collect::<Vec<_>>().as_slice() {
        [h, m] | [h, m, _] => (h.to_string(), m.to_string()),
        [digits] if digits.len() >= 3 => (digits[..digits.len() - 2].to_string(), digits[digits.len() - 2..].to_string()),
        [hour] => (hour.to_string(), "0".to_string()),
        _ => return Err(wrong()),
    };
    let hour: u32 = hour.parse().map_err(|_| wrong())?;
    let minute: u32 = minute.parse().map_err(|_| wrong())?;
    let written_out = clock.starts_with('0') || clock.matches(':').count() == 2;
    let hour = match half {
        Some(_) if hour > 12 || hour == 0 => return Err(wrong()),
        Some(half) => hour % 12 + half,
        None if (1..=6).contains(&hour) && !written_out => hour + 12,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(wrong)
}

/// `Nov 23`; with the year where it is not this one.
pub fn short(day: NaiveDate, today: NaiveDate) -> String {
    day.format(if day.year() == today.year() { "%b %-d" } else { "%b %-d, %Y" }).to_string()
}

/// `November 23, 2026`, for documents that leave.
pub fn long(day: NaiveDate) -> String {
    day.format("%B %-d, %Y").to_string()
}

/// `Mon, November 23, 2026`: how the machine understood a typed date.
pub fn echo(day: NaiveDate) -> String {
    day.format("%a, %B %-d, %Y").to_string()
}

/// `9:45 am`.
pub fn clock(time: NaiveTime) -> String {
    time.format("%-I:%M %P").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        let today = day("2026-11-23"); // a Monday
        let cases = [
            ("3/14/2026", "2026-03-14"),
            ("11/20", "2026-11-20"),
            ("1/3", "2027-01-03"),
            ("3-14-26", "2026-03-14"),
            ("14 Mar 2026", "2026-03-14"),
            ("mar 14 2026", "2026-03-14"),
            ("November 20", "2026-11-20"),
            ("today", "2026-11-23"),
            ("+2w", "2026-12-07"),
            ("+3", "2026-11-26"),
            ("fri", "2026-11-27"),
            ("mon", "2026-11-23"),
        ];
        for (typed, expected) in cases {
            assert_eq!(parse(typed, today, Leaning::Nearest), Ok(day(expected)), "{typed}");
        }
    }

    #[test]
    fn a_birth_date_is_never_in_the_future() {
        let today = day("2026-11-23");
        assert_eq!(parse("4/12/62", today, Leaning::Past), Ok(day("1962-04-12")));
        assert_eq!(parse("4/12/19", today, Leaning::Past), Ok(day("2019-04-12")));
    }

    #[test]
    fn what_is_no_date_is_refused_with_an_example() {
        let today = day("2026-11-23");
        for typed in ["13/45/2026", "soon", "2026-02-30", "", "1/2/3/4", "11/23/126"] {
            assert!(parse(typed, today, Leaning::Nearest).is_err(), "{typed}");
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        for (typed, expected) in [
            ("9:45", "09:45"),
            ("945", "09:45"),
            ("1:30", "13:30"),
            ("1:30 am", "01:30"),
            ("12 pm", "12:00"),
            ("13:30", "13:30"),
            ("01:30", "01:30"),
            ("7", "07:00"),
            ("09:45:00", "09:45"),
        ] {
            assert_eq!(parse_time(typed).map(|t| t.format("%H:%M").to_string()), Ok(expected.to_string()), "{typed}");
        }
        assert!(parse_time("25:00").is_err() && parse_time("noon-ish").is_err());
    }
}
