//! The rows that could not be imported, as a file that a person can mend and upload again [domain 6.3 point 8]. Pure.

use super::csv_table::Record;
use std::borrow::Cow;

const ROW: &str = "Row";
const REASON: &str = "Reason";

/// A row and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    pub record: &'a Record,
    pub reasons: &'a [String],
}

/// The original columns, then the row's number and the reason in words. Cells beyond the header stand behind the reason, so nothing is
/// lost and nothing shifts. With a byte order mark: without it Excel garbles accents.
pub fn write(header: &[String], problems: &[Problem]) -> csv::Result<Vec<u8>> {
    let header = original(header);
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(header.iter().map(|cell| neutralize(cell)).chain([ROW.into(), REASON.into()]).map(|cell| cell.into_owned()))?;
    for Problem { record, reasons } in problems {
        let (cells, beyond) = record.cells.split_at(header.len().min(record.cells.len()));
        let beyond = if record.extra { beyond } else { &[] };
        let ours = [record.number.to_string(), reasons.join(". ")];
        writer.write_record(cells.iter().chain(&ours).chain(beyond).map(|cell| neutralize(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The header without the two columns that an error file adds; of any other file the whole header.
pub fn original(header: &[String]) -> &[String] {
    match header {
        [original @ .., row, reason] if row.trim() == ROW && reason.trim() == REASON => original,
        whole => whole,
    }
}

/// A cell that a spreadsheet would run as a formula gets a single quote in front [ASVS 1.2.10, promises C11].
pub fn neutralize(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(begins_formula) { format!("'{cell}").into() } else { cell.into() }
}

/// Takes that quote away again; a quote that belongs to the text stays (`'t Hooft`).
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(begins_formula)).unwrap_or(cell)
}

/// Also the fullwidth forms, which a spreadsheet may fold into the plain ones.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// `=HYPERLINK("https://…","Feld")` says Feld and `="02139"` says 02139; any other formula is text as it stands.
pub fn formula_text(cell: &str) -> Option<String> {
    if cell == "=\"\"" {
        return Some(String::new());
    }
    let link = cell.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("=HYPERLINK("));
    if !link && !cell.starts_with("=\"") {
        return None;
    }
    // Every second piece between quotes is quoted; a doubled quote inside one leaves an empty piece, so it is hidden first.
    let hidden = cell.replace("\"\"", "\u{0}");
    let quoted = hidden.split('"').skip(1).step_by(2).last()?.replace('\u{0}', "\"");
    let text = quoted.trim();
    Some(text.strip_prefix("mailto:").or_else(|| text.strip_prefix("tel:")).unwrap_or(text).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{contact, csv_table, mapping};
    use proptest::prelude::*;

    const HOSTILE: [&str; 8] = ["=1+1", "+1 206 555 0117", "-2", "@sum", "\tx", "\rx", "＝1", "'=1"];

    #[test]
    fn a_cell_that_begins_a_formula_gets_a_quote_and_loses_it_again() {
        for cell in HOSTILE {
            assert!(neutralize(cell).starts_with('\''), "{cell}");
            assert_eq!(restore(&neutralize(cell)), restore(cell), "{cell}");
        }
        for plain in ["Feld", "'t Hooft", "", "5 - 3"] {
            assert_eq!((neutralize(plain).as_ref(), restore(plain)), (plain, plain));
        }
    }

    #[test]
    fn the_rows_of_the_ugly_file_come_back_with_number_and_reason() {
        let table = csv_table::read(include_bytes!("../../tests/it/contacts/ugly.csv")).expect("a table");
        let mapping = mapping::guess(&table.header);
        let refused: Vec<_> =
            table.records.iter().filter(|r| !r.is_blank()).filter_map(|r| Some((r, contact::read(&mapping, r).err()?))).collect();
        let problems: Vec<_> = refused.iter().map(|(record, reasons)| Problem { record, reasons }).collect();
        let file = String::from_utf8(write(&table.header, &problems).expect("a file")).expect("text");
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(
            lines[0],
            "\u{feff}Provider Name,NPI Number,Practice,Phone,Fax,E-mail,Street Address,City,State,Zip Code,Notes,Do Not Contact,Row,Reason"
        );
        assert!(
            lines[1].starts_with("\"Karen Whitcomb, ND\",1.00E+09,Whitcomb Naturopathy,'+1 206 555 0170,")
                && lines[1].contains(",9,\"A spreadsheet")
        );
        assert!(lines[2].ends_with(",10,One digit of this NPI is wrong. Check it with the office"));
        assert!(lines[3].ends_with(",11,\"No person and no office, only the phone (206) 555-0177\""));
        assert!(lines[4].contains(",16,This row has more cells") && lines[4].ends_with(",,left over"));
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn a_mended_error_file_is_imported_like_the_row_it_came_from() {
        let source = "Name,NPI,Phone,Notes\nAnn Lee,200300020,+1 206 555 0117,\"=HYPERLINK(\"\"x\"\",\"\"see \"\"\"\"site\"\"\"\"\"\")\"\nBo,1,2,3,4\n";
        let table = csv_table::read(source.as_bytes()).expect("a table");
        let reasons = contact::read(&mapping::guess(&table.header), &table.records[0]).expect_err("a bad NPI");
        let extra = contact::read(&mapping::guess(&table.header), &table.records[1]).expect_err("too long");
        let problems = [Problem { record: &table.records[0], reasons: &reasons }, Problem { record: &table.records[1], reasons: &extra }];
        let written = write(&table.header, &problems).expect("a file");
        let again = csv_table::read(&written).expect("a table");
        assert_eq!(mapping::Mapping::fingerprint(&again.header), mapping::Mapping::fingerprint(&table.header));
        assert!(again.records[1].extra);
        let mended =
            csv_table::read(String::from_utf8(written).expect("text").replace("200300020,", "2003000207,").as_bytes()).expect("a table");
        for mapping in [mapping::guess(&mended.header), mapping::guess(&table.header)] {
            let contact = contact::read(&mapping, &mended.records[0]).expect("a contact");
            assert_eq!((contact.phones.len(), contact.notes, contact.warnings.len()), (1, vec!["see \"site\"".to_string()], 0));
        }
    }

    proptest! {
        #[test]
        fn every_cell_of_an_error_file_says_what_it_said(cells in proptest::collection::vec("[a-bé'\"=+@＝, \t\r\n;-]{0,6}", 3)) {
            let header = ["Name", "Notes", "NPI"].map(String::from);
            let record = Record { number: 2, cells: cells.clone(), extra: false };
            let file = write(&header, &[Problem { record: &record, reasons: &["wrong".into()] }]).expect("a file");
            let again = csv_table::read(&file).expect("a table");
            let said = |cells: &[String]| cells.iter().map(|cell| restore(cell).to_string()).collect::<Vec<_>>();
            prop_assert_eq!(said(&again.records[0].cells[..3]), said(&cells));
        }
    }

    #[test]
    fn a_second_round_does_not_pile_up_our_columns() {
        let table = csv_table::read(b"Name,NPI,Row,Reason\nAnn Lee,1,7,wrong\n").expect("a table");
        let file = write(&table.header, &[Problem { record: &table.records[0], reasons: &["still wrong".into()] }]).expect("a file");
        assert_eq!(String::from_utf8(file).expect("text"), "\u{feff}Name,NPI,Row,Reason\r\nAnn Lee,1,2,still wrong\r\n");
    }
}
