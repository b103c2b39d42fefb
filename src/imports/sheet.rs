//! A file as an import holds it: how it was read, what its columns mean, and its rows with what people answered. Pure.

use super::csv_table::{Record, Table};
use super::mapping::{self, Field, Mapping};
use super::merge::{Rule, Rules};
use super::state::Decision;
use crate::types::{Check, FieldErrors, Text};
use chrono::{DateTime, NaiveDate, Utc};
use encoding_rs::Encoding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file that was read and understood.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub file_name: String,
    pub encoding: String,
    pub delimiter: String,
    pub header: Vec<String>,
    pub header_number: usize,
    pub columns: Columns,
    pub lines: Vec<Line>,
}

/// What the columns feed, and what wins where both have a value; remembered for the next file with this header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    #[serde(flatten)]
    pub mapping: Mapping,
    #[serde(default)]
    pub rules: Rules,
}

/// One row, and what somebody answered about it.
#[derive(Clone, Debug)]
pub struct Line {
    pub record: Record,
    pub decision: Option<Decision>,
    pub decided_by_id: Option<i64>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Whom the question was about.
    pub candidate: Option<Ref>,
    /// The row as a whole, see `dedupe::Keys`; kept where the row was judged before.
    pub key: Option<String>,
}

/// A provider or office: on record, or new with a row of this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ref {
    Known(i64),
    Row(usize),
}

impl Ref {
    pub fn known(self) -> Option<i64> {
        match self {
            Self::Known(id) => Some(id),
            Self::Row(_) => None,
        }
    }

    pub fn row(self) -> Option<usize> {
        match self {
            Self::Known(_) => None,
            Self::Row(number) => Some(number),
        }
    }
}

crate::words! {
    /// How the bytes of a file become letters, for saying it where the guess is wrong.
    pub enum Charset {
        Utf8 = "utf-8", "UTF-8";
        Windows = "windows-1252", "Windows (1252)";
        Utf16Le = "utf-16le", "UTF-16, as Excel writes Unicode text";
        Utf16Be = "utf-16be", "UTF-16, big endian";
        Mac = "macintosh", "Mac Roman";
    }
}

impl Charset {
    pub fn encoding(self) -> Option<&'static Encoding> {
        encoding(self.word())
    }
}

/// An encoding by its name, as a sheet keeps it.
pub fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes())
}

crate::words! {
    /// What stands between two cells.
    pub enum Delimiter {
        Comma = "comma", "Commas";
        Semicolon = "semicolon", "Semicolons";
        Tab = "tab", "Tabs";
        Pipe = "pipe", "Vertical bars";
    }
}

impl Delimiter {
    pub fn sign(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::Pipe => '|',
        }
    }

    pub fn of(sign: char) -> Option<Self> {
        Self::ALL.iter().copied().find(|d| d.sign() == sign)
    }
}

/// How a file is to be read, as somebody says it; what is not said is found out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewReading {
    /// utf-8, windows-1252, utf-16le, utf-16be, macintosh.
    pub encoding: Text,
    /// comma, semicolon, tab, pipe.
    pub delimiter: Text,
    /// In the order of the file, or each with its `header`.
    pub columns: Vec<NewColumn>,
}

/// What becomes of a column, as somebody says it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewColumn {
    /// Which column, by its header; by its place where nothing is said.
    pub header: Text,
    /// The field that it feeds; nothing: it feeds none.
    pub field: Text,
    /// fill_blanks, overwrite or skip, where we and the file have a value.
    pub rule: Text,
}

/// Encoding and delimiter that passed their checks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    pub encoding: Option<&'static Encoding>,
    pub delimiter: Option<char>,
}

impl NewReading {
    pub fn check(&self, today: NaiveDate) -> Result<Reading, FieldErrors> {
        let mut check = Check::new(today);
        let charset: Option<Charset> = check.choice("encoding", &self.encoding);
        let delimiter: Option<Delimiter> = check.choice("delimiter", &self.delimiter);
        check.done(Reading { encoding: charset.and_then(Charset::encoding), delimiter: delimiter.map(Delimiter::sign) })
    }
}

impl Columns {
    /// Finds out what the columns mean: as the last time, else by header and cells.
    pub fn guess(table: &Table, before: Option<Columns>) -> Self {
        let guessed = mapping::guess(&table.header).look_into(&table.records);
        match before {
            Some(known) => Self { mapping: guessed.as_before(&known.mapping), rules: known.rules },
            None => Self { mapping: guessed, rules: Rules::new() },
        }
    }

    /// Lays what somebody chose over what was found out; two columns on one field are refused.
    pub fn choose(&mut self, chosen: &[NewColumn], today: NaiveDate) -> Result<(), FieldErrors> {
        let mut check = Check::new(today);
        for (place, new) in chosen.iter().enumerate() {
            let Some(at) = self.place_of(place, &new.header) else {
                check.say(&format!("columns.{place}.header"), format!("There is no column \"{}\" in this file", new.header));
                continue;
            };
            let field: Option<Field> = check.choice(&format!("columns.{place}.field"), &new.field);
            let rule: Option<Rule> = check.choice(&format!("columns.{place}.rule"), &new.rule);
            self.mapping.columns[at].choose(field);
            if let (Some(field), Some(rule)) = (field, rule) {
                self.rules.insert(field, rule);
            }
        }
        if let Err(crowded) = self.mapping.check() {
            crowded.into_iter().for_each(|words| check.say("columns", words));
        }
        check.done(())
    }

    /// Gives a field to the column with this header; another column that held the field lets go of it.
    pub fn give(&mut self, field: Field, header: &str) -> Result<(), FieldErrors> {
        let Some(at) = self.place_of(usize::MAX, &header.into()) else {
            let headers: Vec<&str> = self.mapping.columns.iter().map(|c| c.header.as_str()).filter(|h| !h.is_empty()).collect();
            return Err(FieldErrors::one("map", format!("There is no column \"{header}\". The columns are: {}", headers.join(", "))));
        };
        for column in self.mapping.columns.iter_mut().filter(|c| c.field == Some(field) && !field.is_list()) {
            column.choose(None);
        }
        self.mapping.columns[at].choose(Some(field));
        Ok(())
    }

    fn place_of(&self, place: usize, header: &Text) -> Option<usize> {
        let columns = &self.mapping.columns;
        if header.is_blank() {
            return (place < columns.len()).then_some(place);
        }
        let same = |exact: bool| {
            columns.iter().position(|c| if exact { c.header == header.as_str() } else { c.header.eq_ignore_ascii_case(header.as_str()) })
        };
        same(true).or_else(|| same(false))
    }

    pub fn rule_of(&self, field: Option<Field>) -> Rule {
        field.and_then(|field| self.rules.get(&field)).copied().unwrap_or(Rule::FillBlanks)
    }
}

impl Sheet {
    /// The rows of a file that was read, without answers.
    pub fn new(file_name: String, table: Table, columns: Columns) -> Self {
        let lines = table.records.into_iter().map(Line::fresh).collect();
        Self {
            file_name,
            encoding: table.encoding.to_string(),
            delimiter: table.delimiter.to_string(),
            header: table.header,
            header_number: table.header_number,
            columns,
            lines,
        }
    }
}

impl Line {
    pub fn fresh(record: Record) -> Self {
        Self { record, decision: None, decided_by_id: None, decided_at: None, candidate: None, key: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::csv_table;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day")
    }

    fn columns(header: &str) -> Columns {
        Columns::guess(&csv_table::read(format!("{header}\nx\n").as_bytes()).expect("a table"), None)
    }

    #[test]
    fn a_column_is_chosen_by_its_place_or_its_header_and_two_on_one_field_are_refused() {
        let mut chosen = columns("Name,NPI,Shoe size");
        let by_header = NewColumn { header: "shoe size".into(), field: "notes".into(), rule: "overwrite".into() };
        chosen.choose(&[by_header], today()).expect("fine");
        assert_eq!((chosen.mapping.columns[2].field, chosen.mapping.columns[2].label.as_deref()), (Some(Field::Notes), Some("Shoe size")));
        assert_eq!(chosen.rule_of(Some(Field::Notes)), Rule::Overwrite);
        let by_place = ["full_name", "npi", "npi"].map(|field| NewColumn { field: field.into(), ..Default::default() });
        let refused = chosen.choose(&by_place, today()).expect_err("two NPIs");
        assert_eq!(refused.0[0].field, "columns");
        let unknown = NewColumn { header: "Hat".into(), field: "hat".into(), ..Default::default() };
        assert!(columns("Name,NPI").choose(&[unknown], today()).is_err());
    }

    #[test]
    fn a_field_that_is_given_to_a_column_leaves_the_one_it_had() {
        let mut columns = columns("Name,NPI,Other number");
        columns.give(Field::Npi, "Other number").expect("fine");
        let fields: Vec<_> = columns.mapping.columns.iter().map(|c| c.field).collect();
        assert_eq!(fields, [Some(Field::FullName), None, Some(Field::Npi)]);
        assert!(columns.give(Field::Npi, "Hat").expect_err("no hat").to_string().contains("Name, NPI, Other number"));
    }

    #[test]
    fn what_was_chosen_is_kept_as_text_and_read_again() {
        let mut columns = columns("Name,NPI");
        columns.rules.insert(Field::Npi, Rule::Skip);
        let text = serde_json::to_string(&columns).expect("json");
        assert_eq!(serde_json::from_str::<Columns>(&text).expect("columns"), columns);
    }

    #[test]
    fn every_charset_and_delimiter_that_is_offered_is_known() {
        assert!(Charset::ALL.iter().all(|c| c.encoding().is_some()));
        assert!(Delimiter::ALL.iter().all(|d| Delimiter::of(d.sign()) == Some(*d)));
    }
}
