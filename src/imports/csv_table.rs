//! The bytes of a spreadsheet export become a table: encoding, delimiter and header are found, and every row keeps the number that
//! the spreadsheet shows beside it [domain 6.2, 6.3 points 1 and 4]. Pure.
//!
//! The csv crate writes our files but does not read these: it skips blank lines and does not tell that a quote stayed open, and both
//! decide which row a person is sent to.

use super::mapping;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Columns of one row; a file with more was cut at the wrong sign.
pub const MAX_COLUMNS: usize = 1_000;
/// Data rows of one file [ux 2.6].
pub const MAX_ROWS: usize = 50_000;
/// Padding must not turn a small file into gigabytes; 50,000 rows of Outlook's 92 columns fit.
const MAX_CELLS: usize = 5_000_000;
/// A title and a date stand above a header, seldom more; a data row further down is no header, whatever it says.
const HEADER_WITHIN: usize = 10;
const SAMPLE: usize = 50;

/// A file as rows and cells, nothing interpreted. Cells are as typed, so that an error file can give them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub encoding: &'static str,
    pub delimiter: char,
    pub header: Vec<String>,
    pub header_number: usize,
    pub records: Vec<Record>,
}

/// One row below the header. Short rows are padded to the header's width; only a row with `extra` cells is longer than the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The row as a spreadsheet counts it: a header on line 1 is row 1, a line break inside quotes starts no row.
    pub number: usize,
    pub cells: Vec<String>,
    /// More filled cells than the header has: a hard error of this row [domain 6.3 point 4].
    pub extra: bool,
}

impl Record {
    /// Counted as `blank`, neither imported nor an error [domain 6.3 point 3].
    pub fn is_blank(&self) -> bool {
        is_blank(&self.cells)
    }
}

/// Why a whole file cannot be read, in words that say how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("This file is empty. Export the contacts again and choose the new file")]
    Empty,
    #[error("{0}")]
    OtherFormat(&'static str),
    #[error("This file holds bytes that are not text. Open it in the program it came from and save it as CSV")]
    NotText,
    #[error(
        "This file cannot be read as a table: row {0} has more than 1,000 columns. Save it as CSV again, or delete the columns nobody needs"
    )]
    TooWide(usize),
    #[error("This file has more than 50,000 rows. Split it and import the parts")]
    TooLong,
    #[error("This file has more than 5,000,000 cells. Delete the columns nobody needs, or split it")]
    TooLarge,
    #[error("Row {0} opens a quotation mark that is never closed. Close it or delete it")]
    OpenQuote(usize),
}

/// Reads a file, finding out by itself how it is written.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    read_as(bytes, None, None)
}

/// Reads a file as the user says it is written; what is not told is found out [domain 6.3 point 1].
pub fn read_as(bytes: &[u8], encoding: Option<&'static Encoding>, delimiter: Option<char>) -> Result<Table, Unreadable> {
    refuse_other_formats(bytes)?;
    let (text, encoding) = decode(bytes, encoding);
    if text.contains('\0') {
        return Err(Unreadable::NotText);
    }
    if text.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"' | '\u{feff}')) {
        return Err(Unreadable::Empty);
    }
    let (text, told) = excel_separator(text.trim_start_matches('\u{feff}'));
    let usable = |d: &char| d.is_ascii() && !matches!(d, '"' | '\r' | '\n');
    let delimiter = delimiter.filter(usable).or(told).map_or_else(|| sniff(text), |d| d as u8);
    let mut rows = Rows::new(text, delimiter);
    let top: Vec<Row> = rows.by_ref().take(HEADER_WITHIN).collect::<Result<_, _>>()?;
    let mut top = top.clone().into_iter().skip(header_at(&top));
    let (header_number, header) = top.next().ok_or(Unreadable::Empty)?;
    let records = below(header_number, header.len(), top.map(Ok).chain(rows))?;
    Ok(Table { encoding: encoding.name(), delimiter: delimiter.into(), header, header_number, records })
}

/// The records below a header of this width. Blank lines are no rows to `Rows` but gaps in its numbers, which are filled here; so those
/// at the end of the file stay out.
fn below(header: usize, width: usize, rows: impl Iterator<Item = Result<Row, Unreadable>>) -> Result<Vec<Record>, Unreadable> {
    let mut records = Vec::new();
    let mut size = 0;
    for row in rows {
        let (number, mut cells) = row?;
        let blanks = header + records.len() + 1..number;
        size += blanks.len() * width + cells.len().max(width);
        if number - header > MAX_ROWS {
            return Err(Unreadable::TooLong);
        }
        if size > MAX_CELLS {
            return Err(Unreadable::TooLarge);
        }
        records.extend(blanks.map(|number| Record { number, cells: vec![String::new(); width], extra: false }));
        let extra = cells.len() > width && !is_blank(&cells[width..]);
        if !extra {
            cells.resize(width, String::new());
        }
        records.push(Record { number, cells, extra });
    }
    Ok(records)
}

/// What people choose instead of a CSV file, by its first bytes.
fn refuse_other_formats(bytes: &[u8]) -> Result<(), Unreadable> {
    const WORKBOOK: &str = "This is an Excel workbook. Save it as CSV first";
    const IMAGE: &str = "This is a picture. Choose the contacts as a CSV file";
    const WEB_PAGE: &str = "This is a web page, even if its name says Excel. Open it in a spreadsheet and save it as CSV";
    const KNOWN: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", WORKBOOK),
        (b"\xd0\xcf\x11\xe0", WORKBOOK),
        (b"%PDF", "This is a PDF. Ask for the contacts as a CSV file"),
        (b"\x89PNG", IMAGE),
        (b"\xff\xd8\xff", IMAGE),
        (b"GIF8", IMAGE),
        (b"II*\0", IMAGE),
        (b"MM\0*", IMAGE),
        (b"\x1f\x8b", "This file is compressed. Unpack it and choose the CSV file inside"),
        (b"{\\rtf", "This is a text document. Save the list as CSV first"),
        (b"BEGIN:VCARD", "This is a vCard file, not a CSV file. Export the contacts as CSV"),
        (b"<!DOCTYPE", WEB_PAGE),
        (b"<html", WEB_PAGE),
        (b"<table", WEB_PAGE),
    ];
    let begins = |(mark, _): &&(&[u8], &str)| bytes.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    KNOWN.iter().find(begins).map_or(Ok(()), |(_, words)| Err(Unreadable::OtherFormat(words)))
}

fn decode<'a>(bytes: &'a [u8], told: Option<&'static Encoding>) -> (Cow<'a, str>, &'static Encoding) {
    let guess = || match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(_) => WINDOWS_1252,
    };
    let encoding = told.or_else(|| utf_16_without_mark(bytes)).unwrap_or_else(guess);
    // A byte order mark wins over everything, also over what the user said; `decode` sees to it.
    let (text, used, _) = encoding.decode(bytes);
    (text, used)
}

/// UTF-16 of western names has a zero in every second byte; other letters may stand in between, so nine of ten are enough.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.len().min(2_000) / 2;
    let zeros = |side: usize| bytes.iter().take(pairs * 2).skip(side).step_by(2).filter(|b| **b == 0).count();
    match (zeros(0), zeros(1)) {
        (0, low) if low > 0 && low * 10 >= pairs * 9 => Some(UTF_16LE),
        (high, 0) if high > 0 && high * 10 >= pairs * 9 => Some(UTF_16BE),
        _ => None,
    }
}

/// Excel writes `sep=;` above a table; it is no row, Excel itself hides it.
fn excel_separator(text: &str) -> (&str, Option<char>) {
    let Some(rest) = text.strip_prefix("sep=") else { return (text, None) };
    let told = rest.chars().next().filter(|c| c.is_ascii() && !matches!(c, '\r' | '\n' | '"'));
    let body = told.and_then(|_| rest[1..].strip_prefix("\r\n").or_else(|| rest[1..].strip_prefix(['\r', '\n'])));
    body.map_or((text, None), |body| (body, told))
}

/// The delimiter with which the header is understood best; where no header is known, the one that cuts the rows alike.
fn sniff(text: &str) -> u8 {
    let score = |delimiter: &u8| {
        let mut rows = Rows::new(text, *delimiter).take(SAMPLE).peekable();
        if let Some(Err(Unreadable::TooWide(_))) = rows.peek() {
            return (0, true, 0, MAX_COLUMNS);
        }
        let rows: Vec<_> = rows.map_while(Result::ok).collect();
        let at = header_at(&rows);
        let width = rows.get(at).map_or(0, |(_, header)| header.len());
        let known = rows.get(at).map_or(0, |(_, header)| header.iter().filter(|cell| mapping::knows(cell)).count());
        let alike = rows.iter().skip(at).filter(|(_, cells)| cells.len() == width).count();
        (known, width > 1, alike, width)
    };
    // Among equals the last one wins, so the comma stands at the end.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(score).unwrap_or(b',')
}

/// The first row with two filled cells of which we know one, or the row below where that is the second of two header rows and we know
/// more of it; else the first row with anything in it.
fn header_at(rows: &[Row]) -> usize {
    let known = |at: usize| rows.get(at).map_or(0, |(_, cells)| cells.iter().filter(|cell| mapping::knows(cell)).count());
    let filled = |(_, cells): &Row| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let looks_right = (0..rows.len().min(HEADER_WITHIN)).find(|at| filled(&rows[*at]) > 1 && known(*at) > 0);
    looks_right.map_or(0, |at| if known(at + 1) > known(at) { at + 1 } else { at })
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// A row's number and cells.
type Row = (usize, Vec<String>);

/// The filled rows of a text with their numbers. A quote counts only at the beginning of a cell; LF, CRLF and CR all end a row.
struct Rows<'a> {
    text: &'a str,
    at: usize,
    number: usize,
    delimiter: u8,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text, at: 0, number: 0, delimiter }
    }

    /// One row, which leaves `at` behind its line end.
    fn row(&mut self) -> Result<Vec<String>, Unreadable> {
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell()?);
            if cells.len() > MAX_COLUMNS {
                return Err(Unreadable::TooWide(self.number));
            }
            let rest = &self.text.as_bytes()[self.at..];
            self.at += if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) };
            if rest.first() != Some(&self.delimiter) {
                return Ok(cells);
            }
        }
    }

    /// One cell, which leaves `at` on the delimiter or line end behind it.
    fn cell(&mut self) -> Result<String, Unreadable> {
        let mut cell = String::new();
        if self.text[self.at..].starts_with('"') {
            self.at += 1;
            loop {
                let piece = self.text[self.at..].split('"').next().unwrap_or_default();
                cell.push_str(piece);
                self.at += piece.len() + 1;
                match self.text.get(self.at..) {
                    None => return Err(Unreadable::OpenQuote(self.number)),
                    Some(rest) if rest.starts_with('"') => cell.push('"'),
                    Some(_) => break,
                }
                self.at += 1;
            }
        }
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|b| b == self.delimiter || b == b'\n' || b == b'\r').unwrap_or(rest.len());
        cell.push_str(&rest[..end]);
        self.at += end;
        Ok(cell)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            self.number += 1;
            match self.row() {
                Ok(cells) if is_blank(&cells) => continue,
                Ok(cells) => return Some(Ok((self.number, cells))),
                Err(why) => {
                    self.at = self.text.len();
                    return Some(Err(why));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(text: impl AsRef<[u8]>) -> Table {
        read(text.as_ref()).expect("a table")
    }

    fn rows(text: impl AsRef<[u8]>) -> Vec<(usize, Vec<String>)> {
        table(text).records.into_iter().map(|r| (r.number, r.cells)).collect()
    }

    fn cells(number: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (number, cells.iter().map(|c| c.to_string()).collect())
    }

    fn refusal(bytes: impl AsRef<[u8]>) -> String {
        read(bytes.as_ref()).expect_err("a refusal").to_string()
    }

    #[test]
    fn every_encoding_of_an_office_computer_is_read() {
        let utf_16 = |be: bool, mark: bool| {
            let text = if mark { "\u{feff}Name\tCity\nNúñez’s\tTacoma\n" } else { "Name\tCity\nNúñez\tTacoma\n" };
            text.encode_utf16().flat_map(|unit| if be { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
        };
        for (be, mark, name) in [(false, true, "UTF-16LE"), (true, true, "UTF-16BE"), (false, false, "UTF-16LE"), (true, false, "UTF-16BE")]
        {
            let table = table(utf_16(be, mark));
            assert_eq!((table.encoding, table.delimiter, table.header[0].as_str()), (name, '\t', "Name"));
            assert!(table.records[0].cells[0].starts_with("Núñez"));
        }
        assert_eq!((table("\u{feff}Name,City\nNúñez,Yelm").encoding, table("\u{feff}Name,City").header[0].as_str()), ("UTF-8", "Name"));
        let windows = table(b"Name;City\r\nN\xfa\xf1ez \x96 Feld;Yelm\r\n");
        assert_eq!((windows.encoding, windows.records[0].cells[0].as_str()), ("windows-1252", "Núñez – Feld"));
    }

    #[test]
    fn the_user_may_say_better_than_we_guess() {
        let table = read_as("Name|City,State\nÅse|Yelm,WA".as_bytes(), Some(WINDOWS_1252), Some(',')).expect("a table");
        assert_eq!((table.delimiter, table.header[0].as_str(), table.records[0].cells[0].as_str()), (',', "Name|City", "Ã…se|Yelm"));
    }

    #[test]
    fn the_delimiter_is_found_although_cells_hold_the_others() {
        assert_eq!(table("First Name;Notes\nAnn;a, b, c\nBob;\"x; y, z\"").delimiter, ';');
        assert_eq!(table("Name\tAddress\nAnn\tOak St, Yelm\nBob\tElm St, Yelm").delimiter, '\t');
        assert_eq!(table("Name|Phone\nAnn|1,2").delimiter, '|');
        assert_eq!(table("sep=;\r\nName;City\r\nAnn;Yelm").header_number, 1);
        assert_eq!(rows("Name\nStern, Paula\nPike, Aaron")[1], cells(3, &["Pike, Aaron"]));
    }

    #[test]
    fn rows_keep_the_numbers_that_the_spreadsheet_shows() {
        let text = "Name,Notes\n\"Feld, Marcus\",\"two\nlines, \"\"quoted\"\"\"\n\n,,\nOkafor,5' 2\" tall\n\n,\n\n";
        let found = table(text);
        assert_eq!(found.records[0].cells, ["Feld, Marcus", "two\nlines, \"quoted\""]);
        assert_eq!(
            found.records.iter().map(|r| (r.number, r.is_blank())).collect::<Vec<_>>(),
            [(2, false), (3, true), (4, true), (5, false)]
        );
        assert_eq!(found.records[3].cells, ["Okafor", "5' 2\" tall"]);
        assert_eq!(rows("Name,City\rAnn,\"Ye\rlm\"\r\rBob,Roy\r")[2], cells(4, &["Bob", "Roy"]));
        assert_eq!(rows("Name,City\r\nAnn,Yelm\r\n\r\nBob,Roy")[2].0, 4);
    }

    #[test]
    fn a_header_below_a_title_is_found_and_a_file_without_one_starts_at_its_first_row() {
        let found = table("Our doctors\n\nprinted Monday,\nName,Phone\nAnn,1\n");
        assert_eq!((found.header_number, found.header[1].as_str(), found.records[0].number), (4, "Phone", 5));
        assert_eq!(table("Provider,,Office,\nFirst Name,Last Name,Practice,Fax\nAnn,Lee,Peak,1").header_number, 2);
        assert_eq!(table("\nred,green\nblue,white").header_number, 2);
        let alone = table("Name,Phone\n");
        assert!(alone.records.is_empty() && alone.header.len() == 2);
    }

    #[test]
    fn short_rows_are_padded_and_only_filled_cells_beyond_the_header_are_extra() {
        let found = table("Name,Phone\nAnn\nBob,1,,\nCid,1,x\n");
        assert_eq!(found.records[0].cells, ["Ann", ""]);
        assert_eq!((found.records[1].cells.len(), found.records[1].extra), (2, false));
        assert_eq!((found.records[2].cells.len(), found.records[2].extra), (3, true));
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_with_the_way_out() {
        assert!(refusal(b"PK\x03\x04xl/workbook.xml").contains("Save it as CSV first"));
        assert!(
            refusal(b"%PDF-1.7").contains("PDF")
                && refusal(b"\x89PNG\r\n").contains("picture")
                && refusal("<HTML><table>").contains("web page")
        );
        assert!(refusal("").contains("empty") && refusal(" \n,,\n").contains("empty") && refusal(b"\xef\xbb\xbf").contains("empty"));
        assert!(refusal(b"Name,City\nA\0nn,Yelm and a lot more").contains("not text"));
        assert!(refusal("Name,City\nAnn,Yelm\nBob,\"Yelm\nCid,Roy\n").contains("Row 3 opens a quotation mark"));
    }

    #[test]
    fn a_file_beyond_the_limits_is_refused_in_words() {
        assert!(refusal(format!("Name{}\n", ",x".repeat(1_000))).contains("cannot be read as a table"));
        assert!(refusal(format!("Name,City\n{}", "a,b\n".repeat(50_001))).contains("50,000 rows"));
        assert_eq!(table(format!("Name,City\n{}", "a,b\n".repeat(50_000))).records.len(), 50_000);
        assert!(refusal(format!("Name{}\n{}", ",x".repeat(900), "a\n".repeat(6_000))).contains("5,000,000 cells"));
        assert!(refusal(format!("Name,City\n{}", format!("a{}\n", ",x".repeat(900)).repeat(6_000))).contains("5,000,000 cells"));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn random_tables_keep_every_row_in_order(text in "([a-cé,;\t|\"'= \r\n]|Name|NPI){0,200}") {
            if let Ok(table) = read(text.as_bytes()) {
                let numbers: Vec<usize> = table.records.iter().map(|r| r.number).collect();
                prop_assert_eq!(numbers, (table.header_number + 1..=table.header_number + table.records.len()).collect::<Vec<_>>());
                prop_assert!(table.records.iter().all(|r| r.extra || r.cells.len() == table.header.len()));
            }
        }
    }
}
