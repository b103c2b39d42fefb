//! A form onto pages: which words stand where, and what a person should know about those that do not.

use super::at::{self, AddressFields, Field};
use super::form::{Address, Facility, Form, Frequency, Kind, Line, Referrer, Relationship, Role, TaxId, Totals};
use super::sheet::{Sheet, Text};
use super::{Problem, Warning, words};

pub struct Filled {
    pub pages: Vec<Vec<Text>>,
    pub warnings: Vec<Warning>,
}

/// Fills a form: what is about the whole claim stands on every page, six services stand on each.
pub fn fill(form: &Form, place: usize) -> Filled {
    let mut sheet = Sheet { form: place, line: None, texts: Vec::new(), warnings: Vec::new() };
    sheet.insurance(form);
    sheet.people(form);
    sheet.condition(form);
    sheet.before_the_lines(form);
    sheet.practice(form);
    let whole_claim = std::mem::take(&mut sheet.texts);

    let parts: Vec<&[Line]> = if form.lines.is_empty() { vec![&[]] } else { form.lines.chunks(at::LINES).collect() };
    let mut pages = Vec::new();
    for (number, lines) in parts.iter().enumerate() {
        for (place, line) in lines.iter().enumerate() {
            sheet.line(form, line, number * at::LINES + place);
        }
        sheet.line = None;
        sheet.totals(form, lines, number, parts.len());
        let mut page = whole_claim.clone();
        page.append(&mut sheet.texts);
        pages.push(page);
    }
    Filled { pages, warnings: sheet.warnings }
}

/// The items, in the order of the form.
impl Sheet {
    fn insurance(&mut self, form: &Form) {
        let address = &form.payer.address;
        let rows =
            [words::plain(&form.payer.name), words::unmarked(&address.street), words::unmarked(&address.street2), words::town(address)];
        for (field, text) in at::PAYER.into_iter().zip(rows) {
            self.put(field, &text);
        }
        if let Some(kind) = form.kind {
            self.tick(match kind {
                Kind::Medicare => at::KIND[0],
                Kind::Medicaid => at::KIND[1],
                Kind::Tricare => at::KIND[2],
                Kind::Champva => at::KIND[3],
                Kind::Group => at::KIND[4],
                Kind::Feca => at::KIND[5],
                Kind::Other => at::KIND[6],
            });
        }
        self.put(at::INSURED_ID, &words::plain(&form.insured_id));
    }

    fn people(&mut self, form: &Form) {
        let (patient, insured) = (&form.patient, &form.insured);
        self.put(at::PATIENT, &words::listed(&patient.name));
        self.birthday(at::BORN, patient.born_on);
        self.sex([at::MALE, at::FEMALE], patient.sex);
        self.put(at::INSURED, &words::listed(&insured.name));
        self.address(&at::PATIENT_ADDRESS, &patient.address, &patient.phone);
        if let Some(relationship) = form.relationship {
            self.tick(match relationship {
                Relationship::Patient => at::RELATIONSHIP[0],
                Relationship::Spouse => at::RELATIONSHIP[1],
                Relationship::Child => at::RELATIONSHIP[2],
                Relationship::Other => at::RELATIONSHIP[3],
            });
        }
        self.address(&at::INSURED_ADDRESS, &insured.address, &insured.phone);
        self.put(at::GROUP_NO, &words::plain(&form.group_no));
        self.birthday(at::INSURED_BORN, insured.born_on);
        self.sex([at::INSURED_MALE, at::INSURED_FEMALE], insured.sex);
        if !form.injury_claim_no.trim().is_empty() {
            self.put(at::INJURY_QUALIFIER, "Y4");
            self.put(at::INJURY_CLAIM_NO, &words::plain(&form.injury_claim_no));
        }
        self.put(at::PLAN, &words::plain(&form.plan));
        self.answer(at::ANOTHER_PLAN, form.other_insured.is_some());
        if let Some(other) = &form.other_insured {
            self.put(at::OTHER_INSURED, &words::listed(&other.name));
            self.put(at::OTHER_POLICY, &words::plain(&other.policy));
            self.put(at::OTHER_PLAN, &words::plain(&other.plan));
        }
    }

    fn condition(&mut self, form: &Form) {
        self.answer(at::EMPLOYMENT, form.cause.employment);
        self.answer(at::AUTO, form.cause.auto_accident);
        self.put(at::AUTO_STATE, &words::plain(&form.cause.auto_state));
        self.answer(at::OTHER_ACCIDENT, form.cause.other_accident);
        self.put(at::CONDITION_CODES, &words::plain(&form.condition_codes.join(" ")));
        if form.release_on_file {
            self.put(at::RELEASE, "SIGNATURE ON FILE");
            self.day(at::RELEASED, form.released_on);
        }
        if form.assignment_on_file {
            self.put(at::ASSIGNMENT, "SIGNATURE ON FILE");
        }
        if let Some(onset) = &form.onset {
            self.day(at::ONSET, Some(onset.on));
            self.put(at::ONSET_QUALIFIER, &words::plain(&onset.qualifier));
        }
        if let Some(other) = &form.other_date {
            self.put(at::OTHER_DATE_QUALIFIER, &words::plain(&other.qualifier));
            self.day(at::OTHER_DATE, Some(other.on));
        }
        for ([from, to], span) in [(at::UNABLE_TO_WORK, form.unable_to_work), (at::HOSPITAL, form.hospital)] {
            self.day(from, span.and_then(|s| s.from));
            self.day(to, span.and_then(|s| s.to));
        }
    }

    fn before_the_lines(&mut self, form: &Form) {
        if let Some(referrer) = &form.referrer {
            self.referrer(referrer);
        }
        self.notes(&words::blocks(&form.notes));
        self.tick(at::NO_OUTSIDE_LAB);
        let codes: Vec<String> = form.diagnoses.iter().map(|code| words::bare(code)).collect();
        if !codes.is_empty() {
            self.put(at::ICD, "0");
        }
        for (n, code) in codes.iter().take(at::DIAGNOSES).enumerate() {
            self.put(at::diagnosis(n), code);
        }
        if codes.len() > at::DIAGNOSES {
            self.warn("21", Problem::TooMany(at::DIAGNOSES), codes[..at::DIAGNOSES].join(" "));
        }
        if let Some(again) = &form.resubmission {
            self.put(at::RESUBMISSION, if again.frequency == Frequency::Void { "8" } else { "7" });
            self.put(at::REFERENCE, &words::plain(&again.reference));
        }
        self.put(at::AUTHORIZATION, &words::plain(&form.authorization_no));
    }

    fn referrer(&mut self, referrer: &Referrer) {
        self.put(
            at::REFERRER_ROLE,
            match referrer.role {
                Role::Referring => "DN",
                Role::Ordering => "DK",
                Role::Supervising => "DQ",
            },
        );
        self.put(at::REFERRER, &words::spoken(&referrer.name, &referrer.credentials));
        if let Some(other) = &referrer.other_id {
            self.put(at::REFERRER_QUALIFIER, &words::plain(&other.qualifier));
            self.put(at::REFERRER_ID, &words::plain(&other.id));
        }
        self.put(at::REFERRER_NPI, &words::bare(&referrer.npi));
    }

    /// What is longer than its row begins in the row above it.
    fn notes(&mut self, text: &str) {
        let (above, row) = (at::NOTES_ABOVE, at::NOTES);
        let text = self.printable(row, text);
        if text.len() <= row.width {
            return self.put(row, &text);
        }
        let between_words = text[..=above.width].rfind(' ').filter(|end| text[*end..].trim().len() <= row.width);
        let (first, rest) = text.split_at(between_words.unwrap_or(above.width));
        let (first, rest) = (first.trim_end(), rest.trim_start());
        let kept = &rest[..rest.len().min(row.width)];
        if kept != rest {
            self.warn(row.item, Problem::TooLong(above.width + row.width), format!("{first} {kept}"));
        }
        self.put(above, first);
        self.put(row, kept.trim_end());
    }

    fn line(&mut self, form: &Form, line: &Line, number: usize) {
        self.line = Some(number);
        let rows = i16::try_from(number % at::LINES * 2).unwrap_or(0);
        let here = |field: Field| field.down(rows);
        self.put(here(at::LINE_NOTES), &words::blocks(&line.notes));
        if let Some(other) = &line.other_id {
            self.put(here(at::LINE_QUALIFIER), &words::plain(&other.qualifier));
            self.put(here(at::LINE_ID), &words::plain(&other.id));
        }
        self.day(here(at::FROM), Some(line.from));
        self.day(here(at::TO), Some(line.to));
        self.put(here(at::PLACE), &words::plain(&line.place));
        self.put(here(at::CODE), &words::bare(&line.code));
        for (field, modifier) in at::MODIFIERS.into_iter().zip(&line.modifiers) {
            self.put(here(field), &words::bare(modifier));
        }
        if line.modifiers.len() > at::MODIFIERS.len() {
            self.warn("24D", Problem::TooMany(at::MODIFIERS.len()), line.modifiers[..at::MODIFIERS.len()].join(" "));
        }
        self.pointers(here(at::POINTERS), &line.pointers, form.diagnoses.len());
        self.amount(here(at::CHARGE), line.charge_cents);
        self.units(here(at::UNITS), line.units);
        self.put(here(at::NPI), &words::bare(&line.npi));
    }

    fn pointers(&mut self, field: Field, pointers: &str, diagnoses: usize) {
        let all = words::bare(pointers);
        let there = &"ABCDEFGHIJKL"[..diagnoses.min(at::DIAGNOSES)];
        let good: String = all.chars().filter(|letter| there.contains(*letter)).collect();
        if good != all {
            self.warn(field.item, Problem::Pointer, good.chars().take(field.width).collect());
        }
        self.put(field, &good);
    }

    fn units(&mut self, field: Field, units: u32) {
        match units.to_string() {
            text if text.len() <= field.width => self.put(field, &text),
            _ => self.warn(field.item, Problem::Amount, String::new()),
        }
    }

    fn totals(&mut self, form: &Form, lines: &[Line], page: usize, pages: usize) {
        let sum = |lines: &[Line]| lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.charge_cents));
        if form.lines.is_empty() {
            return;
        }
        let (first, last) = (page == 0, page + 1 == pages);
        let with_paid = match form.totals {
            Totals::EachPage => {
                self.amount(at::TOTAL, sum(lines));
                first
            }
            Totals::LastPage if last => {
                self.amount(at::TOTAL, sum(&form.lines));
                true
            }
            Totals::LastPage => {
                self.put(at::CONTINUED, "CONTINUED");
                false
            }
        };
        if let Some(paid) = form.paid_cents.filter(|_| with_paid) {
            self.amount(at::PAID, paid);
        }
    }

    fn practice(&mut self, form: &Form) {
        match &form.tax_id {
            Some(TaxId::Ein(number)) => {
                self.put(at::TAX_ID, &words::digits(number));
                self.tick(at::EIN);
            }
            Some(TaxId::Ssn(number)) => {
                self.put(at::TAX_ID, &words::digits(number));
                self.tick(at::SSN);
            }
            None => {}
        }
        self.put(at::CLAIM_NO, &words::bare(&form.claim_no));
        if let Some(accepts) = form.accepts_assignment {
            self.answer(at::ACCEPTS, accepts);
        }
        self.put(at::SIGNATURE, &words::unmarked(&form.signature));
        self.day(at::SIGNED, form.signed_on);
        if let Some(facility) = &form.facility {
            self.facility(at::FACILITY, at::FACILITY_NPI, at::FACILITY_ID, facility);
        }
        self.phone(at::BILLING_AREA, at::BILLING_PHONE, &form.billing_phone);
        self.facility(at::BILLING, at::BILLING_NPI, at::BILLING_ID, &form.billing);
    }

    fn facility(&mut self, rows: [Field; 3], npi: Field, other_id: Field, facility: &Facility) {
        self.put(rows[0], &words::unmarked(&facility.name));
        self.put(rows[1], &words::streets(&facility.address));
        self.put(rows[2], &words::town(&facility.address));
        self.put(npi, &words::bare(&facility.npi));
        if let Some(other) = &facility.other_id {
            self.put(other_id, &words::bare(&format!("{}{}", other.qualifier, other.id)));
        }
    }

    fn address(&mut self, fields: &AddressFields, address: &Address, phone: &str) {
        self.put(fields.street, &words::streets(address));
        self.put(fields.city, &words::unmarked(&address.city));
        self.put(fields.state, &words::unmarked(&address.state));
        self.put(fields.zip, &words::zip(&address.zip));
        self.phone(fields.area, fields.phone, phone);
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    /// A page as a person sees it: 66 rows of 80 columns, without the blank ends.
    fn seen(page: &[Text]) -> String {
        let mut grid = vec![vec![' '; 80]; 66];
        for text in page {
            for (place, letter) in text.words.chars().enumerate() {
                grid[text.row as usize - 1][text.column as usize - 1 + place] = letter;
            }
        }
        let rows = grid.into_iter().map(|row| row.into_iter().collect::<String>().trim_end().to_string());
        rows.collect::<Vec<_>>().join("\n").trim_end().to_string()
    }

    fn told(form: &Form) -> Vec<String> {
        fill(form, 0).warnings.iter().map(Warning::to_string).collect()
    }

    fn row(page: &[Text], row: i16) -> String {
        seen(page).lines().nth(row as usize - 1).unwrap_or_default().to_string()
    }

    #[test]
    fn an_everyday_claim_looks_like_this() {
        let filled = fill(&example::everyday(), 0);
        assert_eq!(filled.warnings, []);
        assert_eq!(seen(&filled.pages[0]), include_str!("../../../tests/cms1500/everyday.txt").trim_end());
    }

    #[test]
    fn the_longest_words_neither_touch_their_neighbours_nor_leave_the_form() {
        for totals in [Totals::EachPage, Totals::LastPage] {
            let mut form = Form { totals, ..example::stuffed() };
            form.lines.push(example::line(1));
            for page in fill(&form, 0).pages {
                let mut spans: Vec<(i16, i16, i16)> = page.iter().map(|t| (t.row, t.column, t.column + t.words.len() as i16)).collect();
                spans.sort();
                for pair in spans.windows(2) {
                    assert!(pair[0].0 < pair[1].0 || pair[0].2 < pair[1].1, "row {}: {:?} and {:?} touch", pair[0].0, pair[0], pair[1]);
                }
                assert!(spans.iter().all(|(row, from, end)| (1..=66).contains(row) && *from >= 1 && *end <= 80), "{spans:?}");
            }
        }
    }

    #[test]
    fn more_than_the_form_takes_is_told() {
        let mut form = example::everyday();
        form.diagnoses = (0..14).map(|n| format!("M54.{n}")).collect();
        form.lines[1].modifiers = ["GP", "59", "XS", "KX", "52"].map(String::from).to_vec();
        assert_eq!(
            told(&form),
            [
                "Item 21: there is room for 12. Printed: M540 M541 M542 M543 M544 M545 M546 M547 M548 M549 M5410 M5411",
                "Item 24D, line 2: there is room for 4. Printed: GP 59 XS KX",
            ]
        );
    }

    #[test]
    fn a_pointer_to_no_diagnosis_is_left_out_and_told() {
        let mut form = example::everyday();
        form.lines[0].pointers = "AC".into();
        form.lines[1].pointers = "b".into();
        assert_eq!(told(&form), ["Item 24E, line 1: a pointer leads to no diagnosis of item 21. Printed: A"]);
        assert!(row(&fill(&form, 0).pages[0], 46)[44..48].starts_with("B "));
    }

    #[test]
    fn an_amount_is_never_printed_in_part() {
        let mut form = example::everyday();
        (form.lines[0].charge_cents, form.lines[1].charge_cents) = (-100, 10_000_000);
        form.lines[1].units = 1000;
        assert_eq!(
            told(&form),
            [
                "Item 24F, line 1: this amount cannot be printed on the form. It is left blank.",
                "Item 24F, line 2: this amount cannot be printed on the form. It is left blank.",
                "Item 24G, line 2: this amount cannot be printed on the form. It is left blank.",
            ]
        );
        form.lines[0].charge_cents = i64::MAX;
        assert!(told(&form).contains(&"Item 28: this amount cannot be printed on the form. It is left blank.".to_string()));
    }

    #[test]
    fn letters_of_another_script_are_left_out_and_told() {
        let mut form = example::everyday();
        form.patient.name.last = "Иванова Ivanova".into();
        assert_eq!(told(&form), ["Item 2: some letters cannot be printed on the form. Printed: IVANOVA JR, DANA, N"]);
    }

    #[test]
    fn a_long_note_begins_in_the_row_above_its_own() {
        let mut form = example::everyday();
        form.notes = vec!["Order of the prescriber is kept on file and".into(), "is sent on request".into()];
        let page = fill(&form, 0).pages.remove(0);
        assert_eq!(row(&page, 35), format!("{:25}ORDER OF THE PRESCRIBER", ""));
        assert_eq!(row(&page, 36), format!("{:56}X", "IS KEPT ON FILE AND   IS SENT ON REQUEST"));
        form.notes = vec!["N".repeat(71)];
        assert_eq!(told(&form), [""; 0]);
        form.notes = vec!["N".repeat(72)];
        assert_eq!(told(&form), [format!("Item 19: there is room for 71 characters. Printed: {} {}", "N".repeat(23), "N".repeat(48))]);
    }

    #[test]
    fn a_form_with_nothing_on_it_says_no_where_it_has_to_and_nothing_else() {
        let filled = fill(&Form::default(), 0);
        assert_eq!((filled.pages.len(), filled.warnings.len()), (1, 0));
        let words: Vec<&str> = filled.pages[0].iter().map(|t| t.words.as_str()).collect();
        assert_eq!(words, ["X"; 5], "11d, 10a to 10c, 20");
    }
}
