//! The printed claim form as programs that are not ours read it: `qpdf` takes the file, and `pdftotext` finds each word where
//! the table of positions wants it. The table is written here once more, so that a slip in the program's own is seen.

#![expect(clippy::float_arithmetic, reason = "places on paper, as pdftotext tells them; never money")]

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tributary::pdf::cms1500::*;

#[path = "cms1500/example.rs"]
#[allow(dead_code)] // Not every form of it is used here and there.
mod example;

/// Item, row, column of the first letter, words.
type At = (&'static str, i32, i32, &'static str);

const WHOLE_CLAIM: &[At] = &[
    ("payer", 2, 41, "EVERGREEN MUTUAL AUTO"),
    ("payer", 3, 41, "PO BOX 4410"),
    ("payer", 4, 41, "CLAIMS FLOOR 3"),
    ("payer", 5, 41, "TACOMA WA 98401-4410"),
    ("1", 8, 45, "X"),
    ("1a", 8, 50, "EV-2204418"),
    ("2", 10, 1, "WHITFIELD JR, DANA, N"),
    ("3 month", 10, 31, "03"),
    ("3 day", 10, 34, "04"),
    ("3 year", 10, 37, "1981"),
    ("3 female", 10, 47, "X"),
    ("4", 10, 50, "NUNEZ-WHITFIELD, TOMAS, R"),
    ("5 street", 12, 1, "27 ALDER CT APT 4"),
    ("6 spouse", 12, 38, "X"),
    ("7 street", 12, 50, "1200 NW MARKET STREET"),
    ("5 city", 14, 1, "SEATTLE"),
    ("5 state", 14, 26, "WA"),
    ("7 city", 14, 50, "BALLARD"),
    ("7 state", 14, 74, "WA"),
    ("5 ZIP", 16, 1, "98107"),
    ("5 area", 16, 15, "206"),
    ("5 phone", 16, 19, "5550142"),
    ("7 ZIP", 16, 50, "98107-1234"),
    ("7 area", 16, 65, "206"),
    ("7 phone", 16, 69, "5550177"),
    ("9", 18, 1, "WHITFIELD, DANA, N"),
    ("11", 18, 50, "G-5512"),
    ("9a", 20, 1, "PL 88120"),
    ("10a no", 20, 41, "X"),
    ("11a month", 20, 53, "11"),
    ("11a day", 20, 56, "30"),
    ("11a year", 20, 59, "1979"),
    ("11a male", 20, 68, "X"),
    ("10b yes", 22, 35, "X"),
    ("10b state", 22, 45, "WA"),
    ("11b qualifier", 22, 50, "Y4"),
    ("11b", 22, 53, "26-118842"),
    ("10c no", 24, 41, "X"),
    ("11c", 24, 50, "PERSONAL INJURY PROTECTION"),
    ("9d", 26, 1, "HARBOR HEALTH BASIC"),
    ("10d", 26, 30, "W2 W3"),
    ("11d yes", 26, 52, "X"),
    ("12", 29, 7, "SIGNATURE ON FILE"),
    ("12 day", 29, 38, "05 02 26"),
    ("13", 29, 55, "SIGNATURE ON FILE"),
    ("14 month", 32, 2, "04"),
    ("14 day", 32, 5, "28"),
    ("14 year", 32, 8, "26"),
    ("14 qualifier", 32, 16, "431"),
    ("15 qualifier", 32, 31, "439"),
    ("15 month", 32, 37, "04"),
    ("15 day", 32, 40, "27"),
    ("15 year", 32, 43, "26"),
    ("16 from month", 32, 54, "04"),
    ("16 from day", 32, 57, "28"),
    ("16 from year", 32, 60, "26"),
    ("16 to month", 32, 68, "05"),
    ("16 to day", 32, 71, "09"),
    ("16 to year", 32, 74, "26"),
    ("17a qualifier", 33, 30, "0B"),
    ("17a", 33, 33, "CH60012345"),
    ("17 qualifier", 34, 1, "DK"),
    ("17", 34, 4, "MARCUS J FELD DC"),
    ("17b", 34, 33, "2003000124"),
    ("18 from", 34, 54, "04 29 26"),
    ("18 to", 34, 68, "05 01 26"),
    ("19", 36, 1, "ZZ225700000X   ORDER KEPT ON FILE"),
    ("20 no", 36, 57, "X"),
    ("21 ICD", 37, 42, "0"),
    ("21 A", 38, 3, "M542"),
    ("21 B", 38, 16, "S134XXA"),
    ("21 C", 38, 29, "M7918"),
    ("21 D", 38, 42, "M62838"),
    ("22", 38, 50, "7"),
    ("22 reference", 38, 62, "EVC00918273"),
    ("21 E", 39, 3, "G44309"),
    ("21 F", 39, 16, "M25511"),
    ("21 G", 39, 29, "M25512"),
    ("21 H", 39, 42, "M5450"),
    ("21 I", 40, 3, "S233XXA"),
    ("21 J", 40, 16, "S335XXA"),
    ("21 K", 40, 29, "R519"),
    ("21 L", 40, 42, "V4352XA"),
    ("23", 40, 50, "AU-77120"),
    ("25", 56, 1, "912003004"),
    ("25 EIN", 56, 19, "X"),
    ("26", 56, 23, "C202600311"),
    ("27 yes", 56, 38, "X"),
    ("33 area", 57, 66, "206"),
    ("33 phone", 57, 70, "5550110"),
    ("32 name", 58, 23, "CEDAR & TIDE MASSAGE"),
    ("33 name", 58, 50, "CEDAR & TIDE MASSAGE PLLC"),
    ("32 street", 59, 23, "5210 BALLARD AVE SUITE 2"),
    ("33 street", 59, 50, "PO BOX 118"),
    ("31", 60, 1, "MAYA ORTIZ LMT"),
    ("32 city", 60, 23, "SEATTLE WA 98107-4321"),
    ("33 city", 60, 50, "SEATTLE WA 98107-0118"),
    ("31 day", 61, 6, "06 30 26"),
    ("32a", 61, 23, "2003000207"),
    ("32b", 61, 36, "G2PV4410"),
    ("33a", 61, 50, "2003000454"),
    ("33b", 61, 63, "ZZ225700000X"),
];

/// What the n-th day of June puts into the k-th line of a page.
fn line_at(n: u32, k: i32) -> Vec<(&'static str, i32, i32, String)> {
    let (notes, row) = (43 + 2 * k, 44 + 2 * k);
    let told = |item, row, column, words: &str| (item, row, column, words.to_string());
    let day = format!("{n:02}");
    vec![
        told("24", notes, 1, "ZZNECK AND SHOULDERS   53 MINUTES"),
        told("24I", notes, 65, "ZZ"),
        told("24J id", notes, 68, "225700000X"),
        told("24A from month", row, 1, "06"),
        told("24A from day", row, 4, &day),
        told("24A from year", row, 7, "26"),
        told("24A to month", row, 10, "06"),
        told("24A to day", row, 13, &day),
        told("24A to year", row, 16, "26"),
        told("24B", row, 19, "11"),
        told("24D", row, 25, "97140"),
        told("24D modifier 1", row, 33, "GP"),
        told("24D modifier 2", row, 36, "59"),
        told("24D modifier 3", row, 39, "XS"),
        told("24D modifier 4", row, 42, "KX"),
        told("24E", row, 45, "ABCL"),
        told("24F dollars", row, 52, &format!("{}", 100 + n)),
        told("24F cents", row, 56, "00"),
        told("24G", row, 59, "4"),
        told("24J", row, 68, "2003000314"),
    ]
}

/// A word and where it stands: its left edge, and the line under its letters, in points from the upper left corner.
#[derive(Debug)]
struct Word {
    x: f64,
    baseline: f64,
    text: String,
}

fn words_of(pdf: &Path) -> Vec<Vec<Word>> {
    let out = Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-").output().expect("pdftotext runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("text");
    text.split("<page ").skip(1).map(|page| page.lines().filter_map(word).collect()).collect()
}

fn word(line: &str) -> Option<Word> {
    let (tag, rest) = line.trim().strip_prefix("<word ")?.split_once('>')?;
    let number = |name: &str| -> f64 {
        let (_, after) = tag.split_once(&format!("{name}=\"")).expect(name);
        after.split('"').next().and_then(|n| n.parse().ok()).expect(name)
    };
    let text = rest.strip_suffix("</word>")?.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    // Letters of Courier reach a quarter of their box below the line; whose font is taken for it makes a difference of a point.
    let (top, bottom) = (number("yMin"), number("yMax"));
    Some(Word { x: number("xMin"), baseline: bottom - (bottom - top) * 0.25, text })
}

const COLUMN: f64 = 7.2;
const HALF_A_ROW: f64 = 6.0;

/// Each word of the table is on the page within a column and half a row of its place, and the page has no other.
fn assert_stands(page: Vec<Word>, table: &[(&str, i32, i32, String)], moved: (f64, f64)) {
    let mut left = page;
    for (item, row, column, text) in table {
        for (at, expected) in split(text) {
            let x = 24.0 + COLUMN * f64::from(column + at - 1) + moved.0;
            let y = 20.0 + 12.0 * f64::from(*row) + moved.1;
            let there = |w: &Word| w.text == expected && (w.x - x).abs() < COLUMN && (w.baseline - y).abs() < HALF_A_ROW;
            let found = left.iter().position(there);
            let same: Vec<&Word> = left.iter().filter(|w| w.text == expected).collect();
            let found = found.unwrap_or_else(|| panic!("item {item}: {expected} is not at {x:.1}, {y:.1}; there is {same:?}"));
            // The promise is a column; what the program draws is exact to a hair.
            assert!((left[found].x - x).abs() < 0.1, "item {item}: {expected} is at {}, not {x:.1}", left[found].x);
            left.swap_remove(found);
        }
    }
    assert!(left.is_empty(), "more than the table is on the page: {left:?}");
}

/// The words of a text, each with how many columns it stands from the first letter.
fn split(text: &str) -> Vec<(i32, &str)> {
    let start = |word: &str| i32::try_from(word.as_ptr() as usize - text.as_ptr() as usize).expect("a short text");
    text.split_whitespace().map(|word| (start(word), word)).collect()
}

fn table(fixed: &[At], days: std::ops::RangeInclusive<u32>, more: &[At]) -> Vec<(&'static str, i32, i32, String)> {
    let fixed = fixed.iter().chain(more).map(|(item, row, column, words)| (*item, *row, *column, words.to_string()));
    fixed.chain(days.zip(0..).flat_map(|(n, k)| line_at(n, k))).collect()
}

/// Whether the readers are here. In CI they have to be.
fn readers_are_here() -> bool {
    let missing: Vec<&str> = [("qpdf", "--version"), ("pdftotext", "-v")]
        .into_iter()
        .filter(|(tool, flag)| Command::new(tool).arg(flag).output().is_err())
        .map(|(tool, _)| tool)
        .collect();
    if missing.is_empty() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{missing:?} must be installed in CI: qpdf and poppler-utils");
    eprintln!("SKIPPED, nothing was checked: {missing:?} not found (packages qpdf and poppler-utils)");
    false
}

/// Writes the file and has qpdf look at it.
fn checked(pdf: &[u8], pages: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.pdf");
    std::fs::write(&path, pdf).expect("written");
    let run = |flag: &str| Command::new("qpdf").arg(flag).arg(&path).output().expect("qpdf runs");
    let check = run("--check");
    let said = format!("{}{}", String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&check.stderr));
    assert!(check.status.success() && !said.contains("WARNING"), "{said}");
    assert_eq!(String::from_utf8_lossy(&run("--show-npages").stdout).trim(), pages.to_string());
    (folder, path)
}

#[test]
fn every_item_stands_at_its_place_of_the_grid() {
    let printed = print(&example::full(6), Printer::default());
    assert_eq!((printed.pages, printed.warnings.len()), (1, 0), "{:?}", printed.warnings);
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 1);
    let mut pages = words_of(&path);
    let money: &[At] = &[("28", 56, 54, "621 00"), ("29", 56, 63 + 2, "25 50")];
    assert_stands(pages.remove(0), &table(WHOLE_CLAIM, 1..=6, money), (0.0, 0.0));
}

#[test]
fn a_seventh_service_begins_a_page_that_repeats_the_claim_and_has_its_own_total() {
    let printed = print(&example::full(8), Printer::default());
    assert_eq!((printed.pages, printed.warnings.len()), (2, 0), "{:?}", printed.warnings);
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 2);
    let mut pages = words_of(&path);
    assert_stands(pages.remove(0), &table(WHOLE_CLAIM, 1..=6, &[("28", 56, 54, "621 00"), ("29", 56, 65, "25 50")]), (0.0, 0.0));
    assert_stands(pages.remove(0), &table(WHOLE_CLAIM, 7..=8, &[("28", 56, 54, "215 00")]), (0.0, 0.0));
}

#[test]
fn where_the_payer_wants_one_total_the_pages_before_the_last_say_continued() {
    let printed = print(&Form { totals: Totals::LastPage, ..example::full(8) }, Printer::default());
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 2);
    let mut pages = words_of(&path);
    assert_stands(pages.remove(0), &table(WHOLE_CLAIM, 1..=6, &[("28", 56, 51, "CONTINUED")]), (0.0, 0.0));
    assert_stands(pages.remove(0), &table(WHOLE_CLAIM, 7..=8, &[("28", 56, 54, "836 00"), ("29", 56, 65, "25 50")]), (0.0, 0.0));
}

#[test]
fn long_names_end_where_their_place_ends_and_are_told() {
    let mut form = example::full(1);
    form.patient.name.last = "Featherstonehaugh-Cholmondeley".into();
    form.insured.address.city = "Saint Johnsbury Center on the River".into();
    form.billing.name = "Cedar & Tide Therapeutic and Medical Massage".into();
    let printed = print(&form, Printer::default());
    let told: Vec<String> = printed.warnings.iter().map(Warning::to_string).collect();
    assert_eq!(
        told,
        [
            "Item 2: there is room for 28 characters. Printed: FEATHERSTONEHAUGH-CHOLMONDEL",
            "Item 7: there is room for 23 characters. Printed: SAINT JOHNSBURY CENTER",
            "Item 33: there is room for 29 characters. Printed: CEDAR & TIDE THERAPEUTIC AND",
        ]
    );
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 1);
    let changed = |at: &At| match at {
        ("2", row, column, _) => ("2", *row, *column, "FEATHERSTONEHAUGH-CHOLMONDEL"),
        ("7 city", row, column, _) => ("7 city", *row, *column, "SAINT JOHNSBURY CENTER"),
        ("33 name", row, column, _) => ("33 name", *row, *column, "CEDAR & TIDE THERAPEUTIC AND"),
        other => *other,
    };
    let fixed: Vec<At> = WHOLE_CLAIM.iter().map(changed).collect();
    assert_stands(words_of(&path).remove(0), &table(&fixed, 1..=1, &[("28", 56, 54, "101 00"), ("29", 56, 65, "25 50")]), (0.0, 0.0));
}

#[test]
fn the_offsets_of_a_printer_move_every_word_by_the_same_way() {
    let printed = print(&example::full(1), Printer { x_offset: 5, y_offset: -12 });
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 1);
    let money: &[At] = &[("28", 56, 54, "101 00"), ("29", 56, 65, "25 50")];
    assert_stands(words_of(&path).remove(0), &table(WHOLE_CLAIM, 1..=1, money), (3.6, -8.64));
}

#[test]
fn several_forms_are_one_file_in_their_order() {
    let forms = [example::everyday(), example::full(7), example::everyday()];
    let printed = print_all(&forms, Printer::default());
    assert_eq!(printed.pages, 4);
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&printed.pdf, 4);
    // The words of items 28 and 29.
    let money = |page: &Vec<Word>| {
        let there = page.iter().filter(|w| (w.baseline - 692.0).abs() < HALF_A_ROW && w.x > 390.0);
        there.map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let totals: Vec<String> = words_of(&path).iter().map(money).collect();
    assert_eq!(totals, ["207 00", "621 00 25 50", "107 00", "207 00"]);
}

#[test]
fn the_preview_has_all_that_is_printed_and_says_that_it_is_none() {
    let form = example::full(8);
    let (printed, preview) = (print(&form, Printer::default()), preview(&form));
    assert_eq!((preview.pages, &preview.warnings), (2, &printed.warnings));
    // It runs across the page, where pdftotext finds letters and no words.
    let marks = |pdf: &[u8]| pdf.windows(20).filter(|w| w == b"(NOT FOR SUBMISSION)").count();
    assert_eq!((marks(&preview.pdf), marks(&printed.pdf)), (2, 0));
    if !readers_are_here() {
        return;
    }
    let (_here, path) = checked(&printed.pdf, 2);
    let (_there, seen) = checked(&preview.pdf, 2);
    for (data, shown) in words_of(&path).iter().zip(words_of(&seen)) {
        for word in data {
            let same = |w: &&Word| w.text.contains(&word.text) && (w.baseline - word.baseline).abs() < 1.0;
            assert!(shown.iter().any(|w| same(&w)), "{word:?} is not in the preview");
        }
    }
}

#[test]
fn the_alignment_page_stands_on_the_same_grid() {
    let page = calibration(Printer { x_offset: 4, y_offset: 0 });
    if !readers_are_here() {
        return;
    }
    let (_folder, path) = checked(&page, 1);
    let word_of_a_sentence = |w: &Word| (480.0..530.0).contains(&w.baseline);
    let crosses = words_of(&path).remove(0).into_iter().filter(|w| w.text == "X" && !word_of_a_sentence(w)).collect();
    let boxes = [(8, 24), (12, 47), (20, 35), (20, 75), (26, 57), (56, 19), (56, 43)];
    let table: Vec<_> = boxes.into_iter().map(|(row, column)| ("box", row, column, "X".to_string())).collect();
    assert_stands(crosses, &table, (2.88, 0.0));
}
