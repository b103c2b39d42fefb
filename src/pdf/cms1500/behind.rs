//! What goes with a form on paper of its own: rows of words in the typeface of the form. It comes after all the forms, so that
//! the red sheets are not printed on by it.

use super::Warning;
use super::at::Field;
use super::form::{Cell, Form};
use super::sheet::{Sheet, Text};
use super::words;

const ROWS: usize = 60;
const LAST_COLUMN: i16 = 80;

pub fn fill(form: &Form, place: usize) -> (Vec<Vec<Text>>, Vec<Warning>) {
    let mut sheet = Sheet { form: place, line: None, texts: Vec::new(), warnings: Vec::new() };
    let mut pages = Vec::new();
    for rows in form.behind.chunks(ROWS) {
        for (row, cells) in (3..).zip(rows) {
            for (at, cell) in cells.iter().enumerate() {
                let end = cells.get(at + 1).map_or(LAST_COLUMN, |next| next.column - 1);
                let width = usize::try_from(end - cell.column).unwrap_or(0);
                let Cell { column, words } = cell;
                sheet.put(Field { item: "behind the form", row, column: *column, width }, &words::plain(words));
            }
        }
        pages.push(std::mem::take(&mut sheet.texts));
    }
    (pages, sheet.warnings)
}

#[cfg(test)]
mod tests {
    use super::super::{Printer, example, preview_all, print_all};
    use super::*;

    fn explained(rows: usize) -> Form {
        let cell = |column, words: &str| Cell { column, words: words.into() };
        let row = |n: usize| {
            vec![cell(1, "Cascade Health"), cell(20, &format!("paid ${n}.00 and said quite a lot more about it")), cell(60, "CO 45")]
        };
        Form { behind: (0..rows).map(row).collect(), ..example::everyday() }
    }

    #[test]
    fn what_goes_with_forms_comes_after_all_of_them_and_touches_no_neighbour() {
        let forms = [explained(61), example::everyday()];
        assert_eq!(print_all(&forms, Printer::default()).pages, 4, "two forms, then two pages");
        assert_eq!(preview_all(&forms).pages, 4);
        let (pages, warnings) = fill(&forms[0], 0);
        assert_eq!((pages.len(), pages[0].len(), pages[1].len()), (2, 180, 3));
        assert_eq!((pages[0][0].words.as_str(), pages[0][2].column), ("CASCADE HEALTH", 60));
        assert!(pages[0].iter().all(|t| t.row <= 66 && usize::try_from(t.column).is_ok_and(|c| c + t.words.len() <= 80)));
        assert!(warnings.iter().all(|w| w.item == "behind the form"), "{warnings:?}");
    }
}
