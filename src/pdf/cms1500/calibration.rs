//! The page that tells by how much a printer is off: crosses whose distances from the edges of the paper are written beside them,
//! and boxes that can be held against a red form.

use super::paper::{CELL_WIDTH, Font, INCH, Ink, Page, column_x, row_y};
use super::{Printer, at};

const SMALL: i16 = 95;
const TEXT: i16 = 120;
const THIN: i16 = 5;

/// Rows and columns whose lower left corners are marked.
const CROSSES: [(&str, i16, i16); 4] = [("A", 8, 1), ("B", 8, 75), ("C", 61, 1), ("D", 61, 75)];
/// From here on words stand to the left of what they name.
const RIGHT: i16 = 70;

/// Boxes that are far apart on the form: if these fit, all fit.
const BOXES: [(at::Field, &str); 7] = [
    (at::KIND[3], "item 1, CHAMPVA"),
    (at::RELATIONSHIP[3], "item 6, other"),
    (at::EMPLOYMENT[0], "item 10a, yes"),
    (at::INSURED_FEMALE, "item 11a, F"),
    (at::ANOTHER_PLAN[1], "item 11d, no"),
    (at::EIN, "item 25, EIN"),
    (at::ACCEPTS[1], "item 27, no"),
];

/// The page, printed with the offsets that are set now.
pub fn page(printer: Printer) -> Page {
    let mut page = Page::new(printer);
    for cross in CROSSES {
        draw_cross(&mut page, cross);
    }
    for (field, words) in BOXES {
        draw_box(&mut page, field, words);
    }
    instructions(&mut page, printer);
    page
}

/// A cross with a ruler along each arm: a tick each 0.05 inch, a longer one each 0.1.
fn draw_cross(page: &mut Page, (name, row, column): (&str, i16, i16)) {
    let (x, y) = (column_x(column), row_y(row));
    page.rule(Ink::Black, THIN, (x - 270, y), (x + 450, y));
    page.rule(Ink::Black, THIN, (x, y - 450), (x, y + 270));
    for step in -6..=10_i16 {
        let (along, half) = (step * INCH / 20, if step % 2 == 0 { 36 } else { 18 });
        page.rule(Ink::Black, THIN, (x + along, y - half), (x + along, y + half));
        page.rule(Ink::Black, THIN, (x - half, y - along), (x + half, y - along));
    }
    let beside = if column < RIGHT { x + 120 } else { x - 1050 };
    page.write(Font::Bold, TEXT, Ink::Black, (beside, y - 330), name);
    page.write(Font::Plain, SMALL, Ink::Black, (beside, y - 200), &format!("{} in from the left", inches(x)));
    page.write(Font::Plain, SMALL, Ink::Black, (beside, y - 90), &format!("{} in from the top", inches(y)));
    page.write(Font::Plain, SMALL, Ink::Label, (beside, y + 130), &format!("row {row}, column {column}"));
}

fn draw_box(page: &mut Page, field: at::Field, words: &str) {
    let (x, y) = (column_x(field.column), row_y(field.row));
    page.write(Font::Courier, 150, Ink::Black, (x, y), "X");
    let beside = if field.column < RIGHT { x + CELL_WIDTH + 45 } else { x - 530 };
    page.write(Font::Plain, SMALL, Ink::Label, (beside, y - 15), words);
}

/// Hundredths of an inch, rounded, of a place on the paper of a printer that is not off.
fn inches(units: i16) -> String {
    hundredths((units + 4) / 9)
}

fn hundredths(number: i16) -> String {
    format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, number.abs() / 100, number.abs() % 100)
}

fn instructions(page: &mut Page, printer: Printer) {
    let x = column_x(10);
    page.write(Font::Bold, 200, Ink::Black, (x, row_y(29)), "Printer alignment for the CMS-1500 (02/12)");
    let now =
        format!("Printed with these offsets: {} to the right, {} down, in hundredths of an inch.", printer.x_offset, printer.y_offset);
    let lines = [
        now.as_str(),
        "",
        "1. Print this page on plain paper, one side, at 100 % (actual size), not fitted to the page.",
        "2. From A to B it must be 7.40 in, and from A to C 8.83 in. If not, the printer changes the size: mend that first.",
        "3. Measure to the middle of cross A: from the left edge of the paper, and from its top edge.",
        "    What is written beside A, less what you measured, is what to add to the offset to the right, and to the one down.",
        "    Measured 1.58 in from the top where 1.61 is written: add 3. Measured 1.65: take off 4.",
        "4. Enter the sums as the offsets of this printer and print this page again. A now stands where it says.",
        "5. Hold the page and a red form together against a light. Each X stands inside the small box named beside it.",
        "    Are all of them off in the same direction? Read how far on the rulers, where a tick is 0.05 in and a long one 0.10 in.",
        "    0.01 in is 1 to enter. To move the print right or down, add; to move it left or up, take off.",
        "6. Print one claim onto a red form and look at it before you print the others.",
    ];
    for (words, row) in lines.iter().zip(31..) {
        page.write(Font::Plain, TEXT, Ink::Black, (x, row_y(row)), words);
    }
}
