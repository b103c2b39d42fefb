//! The preview: the same words on a light drawing of our own, so that a person can check them on a screen.

use super::paper::{CELL_WIDTH, Font, Ink, Page, column_x, row_y};
use super::sheet::Text;
use super::{Printer, at};

const LABEL: i16 = 68;
const THIN: i16 = 5;

/// First and last row, first column, the column of its right neighbour; the number of the item, and what it is in short.
type Box = (i16, i16, i16, i16, &'static str, &'static str);

const BOXES: &[Box] = &[
    (7, 8, 1, 50, "1", "Kind of insurance"),
    (7, 8, 50, 80, "1a", "Number of the insured"),
    (9, 10, 1, 30, "2", "Patient: last, first, middle"),
    (9, 10, 30, 50, "3", "Born, sex"),
    (9, 10, 50, 80, "4", "Insured: last, first, middle"),
    (11, 12, 1, 30, "5", "Patient lives at"),
    (11, 12, 30, 50, "6", "Patient is to the insured"),
    (11, 12, 50, 80, "7", "Insured lives at"),
    (13, 14, 1, 26, "", "City"),
    (13, 14, 26, 30, "", "State"),
    (13, 16, 30, 50, "8", "Not used"),
    (13, 14, 50, 74, "", "City"),
    (13, 14, 74, 80, "", "State"),
    (15, 16, 1, 14, "", "ZIP"),
    (15, 16, 14, 30, "", "Phone"),
    (15, 16, 50, 64, "", "ZIP"),
    (15, 16, 64, 80, "", "Phone"),
    (17, 18, 1, 30, "9", "Also insured: last, first, middle"),
    (17, 18, 30, 50, "10", "It comes from"),
    (17, 18, 50, 80, "11", "Group or FECA number"),
    (19, 20, 1, 30, "9a", "Their policy or group"),
    (19, 20, 30, 50, "10a", "Work"),
    (19, 20, 50, 80, "11a", "Insured born, sex"),
    (21, 22, 1, 30, "9b", "Not used"),
    (21, 22, 30, 50, "10b", "Auto accident, in state"),
    (21, 22, 50, 80, "11b", "Claim number of the injury"),
    (23, 24, 1, 30, "9c", "Not used"),
    (23, 24, 30, 50, "10c", "Another accident"),
    (23, 24, 50, 80, "11c", "Plan"),
    (25, 26, 1, 30, "9d", "Their plan"),
    (25, 26, 30, 50, "10d", "Condition codes"),
    (25, 26, 50, 80, "11d", "Also insured elsewhere"),
    (27, 30, 1, 50, "12", "Release by the patient, day"),
    (27, 30, 50, 80, "13", "Payment assigned to the provider"),
    (31, 32, 1, 30, "14", "Onset or injury"),
    (31, 32, 30, 50, "15", "Another day"),
    (31, 32, 50, 80, "16", "Unable to work, from and to"),
    (33, 34, 1, 29, "17", "Sent by"),
    (33, 33, 29, 50, "17a", ""),
    (34, 34, 29, 50, "17b", ""),
    (33, 34, 50, 80, "18", "In hospital, from and to"),
    (35, 36, 1, 50, "19", "More about the claim"),
    (35, 36, 50, 80, "20", "Outside lab"),
    (37, 40, 1, 50, "21", "Diagnoses, ICD-10"),
    (37, 38, 50, 61, "22", "Sent again"),
    (37, 38, 61, 80, "", "Payer's number of the claim"),
    (39, 40, 50, 80, "23", "Authorization"),
    (55, 56, 1, 23, "25", "Tax id"),
    (55, 56, 23, 37, "26", "Our number"),
    (55, 56, 37, 50, "27", "Accepts assignment"),
    (55, 56, 50, 61, "28", "Total"),
    (55, 56, 61, 71, "29", "Paid"),
    (55, 56, 71, 80, "30", "Not used"),
    (57, 62, 1, 23, "31", "Signed, day"),
    (57, 60, 23, 50, "32", "Where it was done"),
    (57, 60, 50, 80, "33", "Who bills, phone"),
];

/// Item 24: first column, the column of its right neighbour, number, words.
const COLUMNS: &[(i16, i16, &str, &str)] = &[
    (1, 10, "24A", "From"),
    (10, 19, "", "To"),
    (19, 22, "B", "Place"),
    (22, 25, "C", ""),
    (25, 33, "D", "Service"),
    (33, 45, "", "Modifiers"),
    (45, 50, "E", "For"),
    (50, 59, "F", "Charge"),
    (59, 63, "G", "Units"),
    (63, 65, "H", ""),
    (65, 68, "I", "Kind"),
    (68, 80, "J", "Treated by"),
];

/// The row under the last one holds the names of what stands on it.
const IDS: &[(i16, i16, &str, &str)] =
    &[(23, 36, "32a", "NPI"), (36, 50, "32b", "Other id"), (50, 63, "33a", "NPI"), (63, 80, "33b", "Other id")];

/// What a cross may stand for, where there is room beside it.
const TICKS: &[(at::Field, &str)] = &[
    (at::KIND[0], "Medicare"),
    (at::KIND[1], "Medicaid"),
    (at::KIND[2], "TRICARE"),
    (at::KIND[3], "CHAMPVA"),
    (at::KIND[4], "Group"),
    (at::KIND[5], "FECA"),
    (at::KIND[6], "Other"),
    (at::MALE, "M"),
    (at::FEMALE, "F"),
    (at::EMPLOYMENT[0], "Yes"),
    (at::EMPLOYMENT[1], "No"),
    (at::AUTO[0], "Yes"),
    (at::AUTO[1], "No"),
    (at::OTHER_ACCIDENT[0], "Yes"),
    (at::OTHER_ACCIDENT[1], "No"),
    (at::INSURED_MALE, "M"),
    (at::INSURED_FEMALE, "F"),
    (at::ANOTHER_PLAN[0], "Yes"),
    (at::ANOTHER_PLAN[1], "No"),
    (at::NO_OUTSIDE_LAB, "No"),
    (at::ACCEPTS[0], "Yes"),
    (at::ACCEPTS[1], "No"),
];

/// The same, where there is room above it.
const CLOSE_TICKS: &[(at::Field, &str)] = &[
    (at::RELATIONSHIP[0], "Self"),
    (at::RELATIONSHIP[1], "Spouse"),
    (at::RELATIONSHIP[2], "Child"),
    (at::RELATIONSHIP[3], "Other"),
    (at::SSN, "SSN"),
    (at::EIN, "EIN"),
];

/// One page of the preview.
pub fn page(texts: &[Text], number: usize, count: usize) -> Page {
    let mut page = Page::new(Printer::default());
    shade_notes_of_lines(&mut page);
    page.watermark("NOT FOR SUBMISSION");
    head(&mut page, number, count);
    for a_box in BOXES {
        draw(&mut page, a_box);
    }
    services(&mut page);
    ids(&mut page);
    diagnoses(&mut page);
    for (field, words) in TICKS {
        tick(&mut page, *field, (CELL_WIDTH + 24, -12), words);
    }
    for (field, words) in CLOSE_TICKS {
        tick(&mut page, *field, (0, -108), words);
    }
    page.type_all(texts);
    page
}

/// In the middle of the blank before a column.
fn left_of(column: i16) -> i16 {
    column_x(column) - CELL_WIDTH / 2
}

fn under(row: i16) -> i16 {
    row_y(row) + 32
}

fn head(page: &mut Page, number: usize, count: usize) {
    let x = column_x(1);
    page.write(Font::Bold, 150, Ink::Black, (x, row_y(2)), "Claim form CMS-1500 (02/12): preview");
    page.write(Font::Plain, 105, Ink::Label, (x, row_y(3)), "To read on a screen. Not for submission: payers refuse it.");
    page.write(Font::Plain, 105, Ink::Label, (x, row_y(4)), "Print the data alone onto the red form to send it.");
    page.write(Font::Plain, 105, Ink::Label, (x, row_y(5)), &format!("Page {number} of {count}"));
    page.write(Font::Plain, LABEL, Ink::Label, (column_x(41), row_y(1) + 10), "To");
}

fn draw(page: &mut Page, &(top, bottom, left, right, item, words): &Box) {
    page.frame(Ink::Rule, THIN, (left_of(left), under(top - 1)), (left_of(right), under(bottom)));
    name(page, (left_of(left) + 22, under(top - 1) + 78), item, words);
}

fn name(page: &mut Page, (x, y): (i16, i16), item: &str, words: &str) {
    page.write(Font::Bold, LABEL, Ink::Label, (x, y), item);
    let letters = i16::try_from(item.len()).unwrap_or(0);
    let gap = if item.is_empty() { 0 } else { letters * 40 + 22 };
    page.write(Font::Plain, LABEL, Ink::Label, (x + gap, y), words);
}

fn shade_notes_of_lines(page: &mut Page) {
    for line in 0..6 {
        let row = at::LINE_NOTES.row + 2 * line;
        page.fill(Ink::Shade, (left_of(1), under(row - 1)), (left_of(80), under(row)));
    }
}

fn services(page: &mut Page) {
    let (first, last) = (at::LINE_NOTES.row, at::LINE_NOTES.row + 11);
    page.frame(Ink::Rule, THIN, (left_of(1), under(40)), (left_of(80), under(last)));
    for (left, right, item, words) in COLUMNS {
        let x = left_of(*left) + 22;
        page.write(Font::Bold, LABEL, Ink::Label, (x, under(40) + 105), item);
        page.write(Font::Plain, LABEL, Ink::Label, (x, under(40) + 205), words);
        for line in 0..6 {
            let row = first + 2 * line;
            let top = if *left > 63 { under(row - 1) } else { under(row) };
            page.rule(Ink::Rule, THIN, (left_of(*right), top), (left_of(*right), under(row + 1)));
        }
    }
    for line in 0..6 {
        let y = under(first + 2 * line - 1);
        page.rule(Ink::Rule, THIN, (left_of(1), y), (left_of(80), y));
    }
}

fn ids(page: &mut Page) {
    for (left, right, item, words) in IDS {
        page.frame(Ink::Rule, THIN, (left_of(*left), under(60)), (left_of(*right), under(62)));
        name(page, (left_of(*left) + 22, under(62) - 40), item, words);
    }
}

fn diagnoses(page: &mut Page) {
    for (n, letter) in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"].into_iter().enumerate() {
        let field = at::diagnosis(n);
        page.write(Font::Bold, LABEL, Ink::Label, (column_x(field.column) - 80, row_y(field.row)), letter);
    }
}

fn tick(page: &mut Page, field: at::Field, (right, down): (i16, i16), words: &str) {
    let (x, y) = (column_x(field.column), row_y(field.row));
    page.frame(Ink::Rule, THIN, (x - 6, y - 92), (x + CELL_WIDTH + 6, y + 12));
    page.write(Font::Plain, LABEL, Ink::Label, (x + right, y + down), words);
}
