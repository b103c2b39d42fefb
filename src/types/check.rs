//! Reads the fields of one input and collects everything that is wrong, so that a form can say it all at once.

use super::day::{self, Leaning};
use super::{Amount, Email, FieldErrors, Money, Npi, Phone, Text, TextList, place, service_code, taxonomy};
use chrono::{NaiveDate, NaiveTime};
use std::fmt::Display;
use std::str::FromStr;

/// One reading of one input. Each method takes a field's name and what was typed; what cannot be read is noted
/// under that name and comes back as nothing.
pub struct Check {
    pub today: NaiveDate,
    errors: FieldErrors,
}

impl Check {
    pub fn new(today: NaiveDate) -> Self {
        Self { today, errors: FieldErrors::default() }
    }

    pub fn say(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(field, message);
    }

    /// Takes over the complaints of a part, under the part's name.
    pub fn merge<T>(&mut self, prefix: &str, part: Result<T, FieldErrors>) -> Option<T> {
        match part {
            Ok(value) => Some(value),
            Err(errors) => {
                self.errors.0.extend(errors.under(prefix).0);
                None
            }
        }
    }

    /// The value if nothing was wrong.
    pub fn done<T>(self, value: T) -> Result<T, FieldErrors> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }

    pub fn failed(&self) -> bool {
        !self.errors.is_empty()
    }

    fn keep<T>(&mut self, field: &str, typed: &Text, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        if typed.is_blank() {
            return None;
        }
        read(typed.as_str()).map_err(|message| self.say(field, message)).ok()
    }

    /// A text that must be there; `message` tells what to enter.
    pub fn required(&mut self, field: &str, typed: &Text, message: &str) -> String {
        if typed.is_blank() {
            self.say(field, message);
        }
        self.text(field, typed).unwrap_or_default()
    }

    /// A text that may be missing. Control marks other than line breaks are refused: they come from broken files, not from people.
    pub fn text(&mut self, field: &str, typed: &Text) -> Option<String> {
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if typed.as_str().contains(odd) {
            self.say(field, "This text holds marks that cannot be shown. Type it again");
            return None;
        }
        if typed.as_str().chars().count() > 20_000 {
            self.say(field, "This text is too long. Shorten it to 20,000 characters");
            return None;
        }
        typed.some()
    }

    /// A text of one line, for names and numbers.
    pub fn line(&mut self, field: &str, typed: &Text) -> Option<String> {
        let text = self.text(field, typed)?;
        if text.contains(['\n', '\r']) || text.chars().count() > 300 {
            self.say(field, "Enter one line of at most 300 characters");
            return None;
        }
        Some(text)
    }

    pub fn required_line(&mut self, field: &str, typed: &Text, message: &str) -> String {
        if typed.is_blank() {
            self.say(field, message);
        }
        self.line(field, typed).unwrap_or_default()
    }

    pub fn day(&mut self, field: &str, typed: &Text) -> Option<NaiveDate> {
        let today = self.today;
        self.keep(field, typed, |t| day::parse(t, today, Leaning::Nearest))
    }

    /// A day that may not lie ahead.
    pub fn past_day(&mut self, field: &str, typed: &Text, what: &str) -> Option<NaiveDate> {
        let today = self.today;
        let found = self.keep(field, typed, |t| day::parse(t, today, Leaning::Nearest))?;
        if found > today {
            self.say(field, format!("{what} may not be in the future. Today is {}", day::long(today)));
            return None;
        }
        Some(found)
    }

    pub fn birth_date(&mut self, field: &str, typed: &Text) -> Option<NaiveDate> {
        let today = self.today;
        let found = self.keep(field, typed, |t| day::parse(t, today, Leaning::Past))?;
        if found > today || today.years_since(found).is_none_or(|years| years > 130) {
            self.say(field, "Enter a birth date in the past, like 4/12/1962");
            return None;
        }
        Some(found)
    }

    /// The day on which money counts: today unless an earlier day is given [domain 2.13].
    pub fn posted_on(&mut self, typed: &Text) -> NaiveDate {
        self.past_day("posted_on", typed, "The posting day").unwrap_or(self.today)
    }

    pub fn time(&mut self, field: &str, typed: &Text) -> Option<NaiveTime> {
        self.keep(field, typed, day::parse_time)
    }

    pub fn npi(&mut self, field: &str, typed: &Text) -> Option<Npi> {
        self.keep(field, typed, Npi::parse)
    }

    pub fn email(&mut self, field: &str, typed: &Text) -> Option<Email> {
        self.keep(field, typed, Email::parse)
    }

    pub fn phone(&mut self, field: &str, typed: &Text) -> Option<Phone> {
        self.keep(field, typed, Phone::parse)
    }

    pub fn state(&mut self, field: &str, typed: &Text) -> Option<String> {
        self.keep(field, typed, place::state)
    }

    pub fn zip(&mut self, field: &str, typed: &Text) -> Option<String> {
        self.keep(field, typed, place::zip)
    }

    pub fn service_code(&mut self, field: &str, typed: &Text) -> Option<String> {
        self.keep(field, typed, service_code::parse)
    }

    pub fn taxonomy(&mut self, field: &str, typed: &Text) -> Option<String> {
        self.keep(field, typed, taxonomy::parse)
    }

    /// A whole number within `range`.
    pub fn whole(&mut self, field: &str, typed: &Text, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        self.keep(field, typed, |t| match t.parse::<i64>() {
            Ok(n) if range.contains(&n) => Ok(n),
            _ => Err(format!("Enter a whole number from {} to {}", range.start(), range.end())),
        })
    }

    /// An amount: whole cents from JSON, dollars as typed from a form.
    pub fn cents(&mut self, field: &str, typed: &Amount) -> Option<i64> {
        match typed {
            Amount::Blank => None,
            Amount::Cents(cents) => Some(*cents),
            Amount::Dollars(text) => Money::parse(text).map(|m| m.0).map_err(|message| self.say(field, message)).ok(),
        }
    }

    /// A price: an amount that may be missing and is not below zero.
    pub fn price(&mut self, field: &str, typed: &Amount) -> Option<i64> {
        let cents = self.cents(field, typed)?;
        if cents < 0 {
            self.say(field, "Enter an amount of zero or more");
            return None;
        }
        Some(cents)
    }

    /// An amount that must be there and above zero.
    pub fn some_cents(&mut self, field: &str, typed: &Amount) -> i64 {
        match self.cents(field, typed) {
            Some(cents) if cents > 0 => cents,
            Some(_) => {
                self.say(field, "Enter an amount above zero");
                0
            }
            None => {
                if matches!(typed, Amount::Blank) {
                    self.say(field, "Enter an amount, like 148.00");
                }
                0
            }
        }
    }

    /// Each entry of a short list read by `read`; complaints name the field as a whole.
    pub fn list(&mut self, field: &str, typed: &TextList, read: impl Fn(&str) -> Result<String, String>) -> Vec<String> {
        let mut found = Vec::new();
        for entry in typed.said() {
            match read(entry.as_str()) {
                Ok(value) if !found.contains(&value) => found.push(value),
                Ok(_) => {}
                Err(message) => self.say(field, message),
            }
        }
        found
    }

    /// One of the words of a list; an unknown word is answered with the list.
    pub fn choice<T: FromStr<Err: Display>>(&mut self, field: &str, typed: &Text) -> Option<T> {
        self.keep(field, typed, |t| t.parse::<T>().map_err(|e| e.to_string()))
    }

    pub fn required_choice<T: FromStr<Err: Display>>(&mut self, field: &str, typed: &Text, message: &str) -> Option<T> {
        if typed.is_blank() {
            self.say(field, message);
        }
        self.choice(field, typed)
    }
}
