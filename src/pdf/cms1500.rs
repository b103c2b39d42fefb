//! The claim form CMS-1500 (02/12): only the data, each at its place of the print grid, to be printed on the red form;
//! a preview to read on a screen; and a page to find out by how much a printer is off.
//!
//! ```text
//! form.rs    what a form says        at.rs       where each item stands     words.rs        how it is written
//! fill.rs    a form onto pages       sheet.rs    putting one thing there    paper.rs    a page into a PDF
//! preview.rs, calibration.rs, behind.rs    what else is drawn
//! ```

mod at;
mod behind;
mod calibration;
mod fill;
mod form;
mod paper;
mod preview;
mod sheet;
mod words;

#[cfg(test)]
#[path = "../../tests/cms1500/example.rs"]
#[allow(dead_code)] // Not every form of it is used here and there.
mod example;

pub use form::{
    Address, Cause, Cell, Dated, Facility, Form, Frequency, Insured, Kind, Line, Name, OtherId, OtherInsured, Patient, Payer, Referrer,
    Relationship, Resubmission, Role, Sex, Span, TaxId, Totals,
};

use paper::{Font, Page};
use std::fmt;

/// How far a printer sets its print off the form, in hundredths of an inch: what is entered moves the print to the right and down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Printer {
    pub x_offset: i16,
    pub y_offset: i16,
}

impl Printer {
    /// An inch. A printer that is further off has the wrong paper in it, and more counts as this much.
    pub const FARTHEST: i16 = 100;
}

/// What was made, and what a person should know about it.
pub struct Printed {
    pub pdf: Vec<u8>,
    pub pages: usize,
    pub warnings: Vec<Warning>,
}

/// Something that does not stand on the paper as it was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which form of those printed together, from 0.
    pub form: usize,
    /// Like `17` or `24F, line 3`; lines are counted through all pages.
    pub item: String,
    pub problem: Problem,
    /// What is printed; empty where the item is left blank.
    pub kept: String,
}

/// Why something does not stand on the paper as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Longer than its place, which has room for so many characters.
    TooLong(usize),
    /// More of them than the form takes.
    TooMany(usize),
    /// Letters that the typeface of the form does not have.
    OtherScript,
    /// An amount that is negative or too large to print: a part of a number would be another number.
    Amount,
    /// A phone number without ten digits.
    Phone,
    /// A pointer to a diagnosis that is not there.
    Pointer,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Item {}: ", self.item)?;
        match self.problem {
            Problem::TooLong(width) => write!(f, "there is room for {width} characters")?,
            Problem::TooMany(most) => write!(f, "there is room for {most}")?,
            Problem::OtherScript => write!(f, "some letters cannot be printed on the form")?,
            Problem::Amount => write!(f, "this amount cannot be printed on the form")?,
            Problem::Phone => write!(f, "a phone number needs ten digits")?,
            Problem::Pointer => write!(f, "a pointer leads to no diagnosis of item 21")?,
        }
        match self.kept.as_str() {
            "" => write!(f, ". It is left blank."),
            kept => write!(f, ". Printed: {kept}"),
        }
    }
}

// What is kept may be a patient's name.
impl fmt::Debug for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Warning").field("item", &self.item).field("problem", &self.problem).finish_non_exhaustive()
    }
}

impl fmt::Debug for Printed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Printed").field("pages", &self.pages).field("warnings", &self.warnings).finish_non_exhaustive()
    }
}

/// The data of a form alone, for the red form in the printer.
pub fn print(form: &Form, printer: Printer) -> Printed {
    print_all(std::slice::from_ref(form), printer)
}

/// The data of several forms in one file, in their order. No forms give one empty sheet, for a PDF has a page.
pub fn print_all(forms: &[Form], printer: Printer) -> Printed {
    let (mut pages, mut warnings) = (Vec::new(), Vec::new());
    for (place, form) in forms.iter().enumerate() {
        let filled = fill::fill(form, place);
        pages.extend(filled.pages.iter().map(|texts| {
            let mut page = Page::new(printer);
            page.type_all(texts);
            page
        }));
        warnings.extend(filled.warnings);
    }
    pages.extend(behind_all(forms, &mut warnings));
    if pages.is_empty() {
        pages.push(Page::new(printer));
    }
    Printed { pages: pages.len(), pdf: paper::document("CMS-1500", pages, &[Font::Courier]), warnings }
}

/// What goes with the forms on paper of its own, where no offset matters.
fn behind_all(forms: &[Form], warnings: &mut Vec<Warning>) -> Vec<Page> {
    let mut pages = Vec::new();
    for (place, form) in forms.iter().enumerate() {
        let (texts, told) = behind::fill(form, place);
        pages.extend(texts.iter().map(|texts| {
            let mut page = Page::new(Printer::default());
            page.type_all(texts);
            page
        }));
        warnings.extend(told);
    }
    pages
}

/// The same data on a drawing of our own, to be read on a screen and never sent.
pub fn preview(form: &Form) -> Printed {
    preview_all(std::slice::from_ref(form))
}

/// The same of several forms, in their order; the pages of each are counted for themselves.
pub fn preview_all(forms: &[Form]) -> Printed {
    let (mut pages, mut warnings) = (Vec::new(), Vec::new());
    for (place, form) in forms.iter().enumerate() {
        let filled = fill::fill(form, place);
        let count = filled.pages.len();
        pages.extend(filled.pages.iter().zip(1..).map(|(texts, number)| preview::page(texts, number, count)));
        warnings.extend(filled.warnings);
    }
    pages.extend(behind_all(forms, &mut warnings));
    let fonts = [Font::Courier, Font::Plain, Font::Bold];
    Printed { pages: pages.len(), pdf: paper::document("CMS-1500, preview, not for submission", pages, &fonts), warnings }
}

/// A page of crosses, rulers and boxes that tells which offsets to enter for a printer.
pub fn calibration(printer: Printer) -> Vec<u8> {
    let page = calibration::page(printer);
    paper::document("CMS-1500, printer alignment", vec![page], &[Font::Courier, Font::Plain, Font::Bold])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(pdf: &[u8], words: &str) -> bool {
        pdf.windows(words.len()).any(|w| w == words.as_bytes())
    }

    #[test]
    fn the_same_form_gives_the_same_bytes() {
        let form = example::full(8);
        assert_eq!(print(&form, Printer::default()).pdf, print(&form.clone(), Printer::default()).pdf);
        assert_eq!(preview(&form).pdf, preview(&form).pdf);
        let pdf = print(&form, Printer::default()).pdf;
        assert!(!says(&pdf, "CreationDate") && !says(&pdf, "/ID"));
    }

    #[test]
    fn the_title_of_a_file_says_nothing_of_a_patient() {
        let form = example::full(1);
        for (pdf, title) in [
            (print(&form, Printer::default()).pdf, "/Title (CMS-1500)"),
            (preview(&form).pdf, "/Title (CMS-1500, preview, not for submission)"),
            (calibration(Printer::default()), "/Title (CMS-1500, printer alignment)"),
        ] {
            assert!(says(&pdf, title), "{title}");
        }
    }

    #[test]
    fn a_printer_is_told_not_to_fit_the_page_to_its_paper() {
        for pdf in [print(&example::full(1), Printer::default()).pdf, calibration(Printer::default())] {
            assert!(says(&pdf, "/PrintScaling /None"));
        }
    }

    #[test]
    fn an_offset_beyond_an_inch_counts_as_an_inch() {
        let form = example::everyday();
        let far = print(&form, Printer { x_offset: i16::MAX, y_offset: i16::MIN });
        assert_eq!(far.pdf, print(&form, Printer { x_offset: 100, y_offset: -100 }).pdf);
    }

    #[test]
    fn data_alone_has_one_typeface_and_one_ink() {
        let pdf = print(&example::full(6), Printer::default()).pdf;
        assert!(says(&pdf, "/BaseFont /Courier") && !says(&pdf, "Helvetica"));
        assert!(says(&pdf, "0 g") && !says(&pdf, " re"));
    }

    #[test]
    fn no_forms_are_an_empty_sheet() {
        let printed = print_all(&[], Printer::default());
        assert_eq!((printed.pages, printed.warnings.len()), (1, 0));
    }

    #[test]
    fn warnings_name_the_form_they_are_about() {
        let mut wrong = example::everyday();
        wrong.patient.phone = "555-0142".into();
        let printed = print_all(&[example::everyday(), wrong], Printer::default());
        let told: Vec<(usize, String)> = printed.warnings.iter().map(|w| (w.form, w.to_string())).collect();
        assert_eq!(told, [(1, "Item 5: a phone number needs ten digits. It is left blank.".to_string())]);
    }

    #[test]
    fn what_is_logged_names_no_patient() {
        let mut form = example::full(1);
        form.patient.name.last = "Featherstonehaugh-Cholmondeley".into();
        let printed = print(&form, Printer::default());
        let logged = format!("{form:?} {printed:?}").to_lowercase();
        assert!(!logged.contains("dana") && !logged.contains("feather"), "{logged}");
        assert!(logged.contains("toolong(28)"), "{logged}");
    }
}
