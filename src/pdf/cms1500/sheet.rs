//! The ways to put something at its place, and to tell where it does not fit there.

use super::at::{Answer, Field};
use super::form::Sex;
use super::{Problem, Warning, words};
use chrono::NaiveDate;

/// Words at a place of the grid.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    pub row: i16,
    pub column: i16,
    pub words: String,
}

/// A page that is being filled.
pub struct Sheet {
    /// Which form it is of those printed together, from 0.
    pub form: usize,
    /// The service that is being written, from 0.
    pub line: Option<usize>,
    pub texts: Vec<Text>,
    pub warnings: Vec<Warning>,
}

impl Sheet {
    /// Cut where its place ends, and told.
    pub fn put(&mut self, field: Field, text: &str) {
        let mut text = self.printable(field, text);
        if text.len() > field.width {
            text.truncate(field.width);
            text.truncate(text.trim_end_matches([' ', ',']).len());
            self.warn(field.item, Problem::TooLong(field.width), text.clone());
        }
        if !text.is_empty() {
            self.texts.push(Text { row: field.row, column: field.column, words: text });
        }
    }

    /// Letters of the typeface alone: what is left is one byte a letter.
    pub fn printable(&mut self, field: Field, text: &str) -> String {
        let printable: String = text.chars().filter(|c| matches!(c, ' '..='~')).collect();
        let printable = printable.trim().to_string();
        if printable.len() != text.trim().len() {
            self.warn(field.item, Problem::OtherScript, printable.clone());
        }
        printable
    }

    pub fn tick(&mut self, field: Field) {
        self.put(field, "X");
    }

    pub fn answer(&mut self, [yes, no]: Answer, answer: bool) {
        self.tick(if answer { yes } else { no });
    }

    pub fn sex(&mut self, [male, female]: [Field; 2], sex: Option<Sex>) {
        match sex {
            Some(Sex::Male) => self.tick(male),
            Some(Sex::Female) => self.tick(female),
            None => {}
        }
    }

    pub fn birthday(&mut self, field: Field, day: Option<NaiveDate>) {
        if let Some(day) = day {
            self.put(field, &words::long_day(day));
        }
    }

    pub fn day(&mut self, field: Field, day: Option<NaiveDate>) {
        if let Some(day) = day {
            self.put(field, &words::short_day(day));
        }
    }

    pub fn phone(&mut self, area: Field, number: Field, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match words::phone(text) {
            Some((three, seven)) => {
                self.put(area, &three);
                self.put(number, &seven);
            }
            None => self.warn(area.item, Problem::Phone, String::new()),
        }
    }

    /// Ends where its field ends.
    pub fn amount(&mut self, field: Field, cents: i64) {
        let Some(text) = words::amount(cents) else { return self.warn(field.item, Problem::Amount, String::new()) };
        let blanks = i16::try_from(field.width.saturating_sub(text.len())).unwrap_or(0);
        self.put(Field { column: field.column + blanks, ..field }, &text);
    }

    pub fn warn(&mut self, item: &str, problem: Problem, kept: String) {
        let item = match self.line {
            Some(number) => format!("{item}, line {}", number + 1),
            None => item.to_string(),
        };
        self.warnings.push(Warning { form: self.form, item, problem, kept });
    }
}
