//! Which column of a clearinghouse's list is which, and what its rows say. Every clearinghouse names them otherwise. Pure.

use crate::imports::csv_table::{self, Record, Table};
use crate::payers::directory::listed::{Listed, Said};
use crate::payers::directory::view::RowSaid;
use crate::types::{Phone, place};

/// A list's own headings stand within so many rows of its top.
const HEADER_WITHIN: usize = 10;

/// What a column may be called, without case, spaces and marks; the first name that is found wins.
const NAME: &[&str] = &[
    "payername",
    "payer",
    "insurancename",
    "insurancecompany",
    "insurancecompanyname",
    "insurer",
    "carriername",
    "carrier",
    "companyname",
    "company",
    "planname",
    "plan",
    "payorname",
    "payor",
    "payerdescription",
    "name",
];
const CODE: &[&str] = &[
    "payerid",
    "payerids",
    "payorid",
    "payercode",
    "payernumber",
    "payerno",
    "claimspayerid",
    "claimpayerid",
    "professionalpayerid",
    "professionalpayer",
    "clearinghousepayerid",
    "edipayerid",
    "ediid",
    "electronicpayerid",
    "insuranceid",
    "carrierid",
    "cpid",
    "emcid",
    "id",
];
const PHONE: &[&str] = &["phone", "phonenumber", "payerphone", "telephone", "tel", "contactphone"];
const STREET: &[&str] =
    &["address", "street", "address1", "addressline1", "streetaddress", "payeraddress", "claimsaddress", "mailingaddress"];
const CITY: &[&str] = &["city", "payercity"];
const STATE: &[&str] = &["state", "st", "payerstate"];
const ZIP: &[&str] = &["zip", "zipcode", "postalcode", "payerzip"];
const CLAIMS: &[&str] =
    &["claims", "professionalclaims", "professional", "prof", "837p", "claim", "electronicclaims", "hcfa", "cms1500", "1500", "profclaims"];
const REMITTANCES: &[&str] =
    &["era", "eras", "835", "remittance", "remittances", "remits", "electronicremittance", "eraavailable", "era835"];
const ENROLLMENT: &[&str] = &[
    "enrollment",
    "enrollmentrequired",
    "claimenrollment",
    "claimsenrollment",
    "requiresenrollment",
    "enrollmentneeded",
    "agreement",
    "agreementrequired",
    "paperwork",
    "enrollmentreq",
    "claimsenrollmentrequired",
];

/// Where each column stands.
struct Columns {
    name: usize,
    code: usize,
    phone: Option<usize>,
    street: Option<usize>,
    city: Option<usize>,
    state: Option<usize>,
    zip: Option<usize>,
    claims: Option<usize>,
    remittances: Option<usize>,
    enrollment: Option<usize>,
}

impl Columns {
    fn of(header: &[String]) -> Option<Self> {
        let plain = |text: &String| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let header: Vec<String> = header.iter().map(plain).collect();
        let at = |names: &[&str]| names.iter().find_map(|name| header.iter().position(|h| h == name));
        Some(Self {
            name: at(NAME)?,
            code: at(CODE)?,
            phone: at(PHONE),
            street: at(STREET),
            city: at(CITY),
            state: at(STATE),
            zip: at(ZIP),
            claims: at(CLAIMS),
            remittances: at(REMITTANCES),
            enrollment: at(ENROLLMENT),
        })
    }
}

/// Reads a file. A title above the headings hides what stands between its cells, so that each sign is tried.
pub fn read(content: &[u8]) -> Result<Said, String> {
    let table = csv_table::read(content).map_err(|e| e.to_string())?;
    if headed(&table).is_some() {
        return rows(&table);
    }
    let others = [',', ';', '\t', '|'].into_iter().filter_map(|sign| csv_table::read_as(content, None, Some(sign)).ok());
    match others.into_iter().find(|table| headed(table).is_some()) {
        Some(table) => rows(&table),
        None => Err(no_columns(&table)),
    }
}

fn no_columns(table: &Table) -> String {
    format!("No columns with the names and the ids of payers were found among: {}. Call them Payer and Payer ID", table.header.join(", "))
}

/// Every row below the headings.
fn rows(table: &Table) -> Result<Said, String> {
    let (columns, header, records) = headed(table).ok_or_else(|| no_columns(table))?;
    let mut said = Said { rows: i64::try_from(records.len()).unwrap_or(i64::MAX), ..Said::default() };
    for record in records {
        let row = i64::try_from(record.number).unwrap_or(i64::MAX);
        if record.is_blank() || record.cells == *header {
            said.blank += 1;
            continue;
        }
        let mut doubts = Vec::new();
        match line(&columns, header.len(), record, &mut doubts) {
            Ok(line) => {
                said.listed.push(line);
                said.cautions.extend(doubts.into_iter().map(|why| RowSaid { row, why }));
            }
            Err(why) => said.bad.push(RowSaid { row, why }),
        }
    }
    Ok(said)
}

/// The headings may stand below a title and a date.
fn headed(table: &Table) -> Option<(Columns, &Vec<String>, &[Record])> {
    if let Some(columns) = Columns::of(&table.header) {
        return Some((columns, &table.header, &table.records));
    }
    let below = |(at, record): (usize, &'_ Record)| Columns::of(&record.cells).map(|columns| (columns, at));
    let (columns, at) = table.records.iter().take(HEADER_WITHIN).enumerate().find_map(below)?;
    Some((columns, &table.records[at].cells, &table.records[at + 1..]))
}

/// `width` is that of the headings, which may be wider than a title above them.
fn line(columns: &Columns, width: usize, record: &Record, doubts: &mut Vec<String>) -> Result<Listed, String> {
    if record.cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
        return Err("This row has more cells than the headings. A comma inside a name needs quotation marks around it".into());
    }
    let cell = |at: usize| record.cells.get(at).map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    let some = |at: Option<usize>| at.map(cell).filter(|text| !text.is_empty());
    let name = cell(columns.name);
    if name.is_empty() {
        return Err("The payer has no name".into());
    }
    if name.chars().count() > 300 {
        return Err("The name is longer than 300 characters".into());
    }
    Ok(Listed {
        payer_code: code(&cell(columns.code), doubts)?,
        name,
        phone: kept(some(columns.phone), |t| Phone::parse(t).map(|p| p.e164), "phone", doubts),
        street: some(columns.street),
        city: some(columns.city),
        state: kept(some(columns.state), place::state, "state", doubts),
        zip: kept(some(columns.zip), place::zip_of_cell, "ZIP code", doubts),
        takes_claims: yes_no(some(columns.claims), "claims", doubts),
        gives_remittances: yes_no(some(columns.remittances), "remittances", doubts),
        needs_enrollment: yes_no(some(columns.enrollment), "enrollment", doubts),
    })
}

/// Two to eighty letters and digits, as they travel in a claim [837P, NM109 of loop 2010BB].
fn code(typed: &str, doubts: &mut Vec<String>) -> Result<String, String> {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if typed.is_empty() {
        return Err("The payer has no id".into());
    }
    let scientific = typed.to_ascii_uppercase().split_once("E+").is_some_and(|(base, power)| base.contains('.') && is_number(power));
    if scientific {
        return Err(format!("{typed} is an id that a spreadsheet has made a number. Format the column as text and save the file again"));
    }
    if !(2..=80).contains(&typed.len()) || !typed.chars().all(|c| c.is_ascii_alphanumeric() || "-_./ ".contains(c)) {
        return Err(format!("\"{typed}\" is not the id of a payer. It has two or more letters and digits, like 60054"));
    }
    if is_number(typed) && typed.len() < 5 {
        doubts.push(format!("{typed} may have lost zeros at its beginning in a spreadsheet"));
    }
    Ok(typed.to_string())
}

/// What cannot be read is left out, and said so: the row counts.
fn kept(typed: Option<String>, read: impl Fn(&str) -> Result<String, String>, what: &str, doubts: &mut Vec<String>) -> Option<String> {
    let typed = typed?;
    let found = read(&typed);
    if found.is_err() {
        doubts.push(format!("The {what} \"{typed}\" was not understood and is left out"));
    }
    found.ok()
}

/// Lists say yes in many ways; what is neither is not known.
fn yes_no(typed: Option<String>, what: &str, doubts: &mut Vec<String>) -> Option<bool> {
    let typed = typed?;
    let word = typed.to_ascii_lowercase();
    let begins =
        |words: &[&str]| words.iter().any(|w| word == *w || word.starts_with(&format!("{w} ")) || word.starts_with(&format!("{w},")));
    if begins(&["no", "n", "false", "0", "none", "not", "-", "n/a", "unavailable"]) {
        return Some(false);
    }
    if begins(&["yes", "y", "true", "1", "x", "available", "required", "supported", "✓", "✔", "enrollment", "live", "active"]) {
        return Some(true);
    }
    doubts.push(format!("\"{typed}\" under {what} is neither yes nor no and is left out"));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        read(text.as_bytes()).expect("columns")
    }

    fn told(rows: &[RowSaid]) -> Vec<(i64, &str)> {
        rows.iter().map(|r| (r.row, r.why.as_str())).collect()
    }

    #[test]
    fn headings_of_several_clearinghouses_are_known_also_below_a_title() {
        for header in
            ["Payer Name,Payer ID", "PAYER_NAME;PAYER-ID", "Insurance Company,Payer Id", "Name,ID", "Payor,Payor ID", "Carrier\tCPID"]
        {
            let sign = if header.contains(';') {
                ";"
            } else if header.contains('\t') {
                "\t"
            } else {
                ","
            };
            let said = said(&format!("{header}\nEvergreen PPO{sign}EVGR7\n"));
            assert_eq!(
                said.listed[0],
                Listed { name: "Evergreen PPO".into(), payer_code: "EVGR7".into(), ..Default::default() },
                "{header}"
            );
        }
        let titled = said("Payer list of November\n\nPayer,Type,Payer ID\nEvergreen PPO,Commercial,EVGR7\n");
        assert_eq!((titled.listed.len(), titled.listed[0].payer_code.as_str()), (1, "EVGR7"));
        let neither = read(b"Doctor,City\nFeld,Yelm\n");
        assert!(neither.expect_err("no columns").contains("Doctor, City"));
    }

    #[test]
    fn everything_that_a_list_may_say_is_read() {
        let said = said(
            "Payer,Payer ID,Phone,Address,City,State,ZIP,Claims,ERA,Enrollment Required\n\
             Evergreen PPO,EVGR7,206-555-0142,1 Elm St,Yelm,Washington,98597,Y,Available,No\n",
        );
        let line = &said.listed[0];
        assert_eq!((line.phone.as_deref(), line.state.as_deref(), line.zip.as_deref()), (Some("+12065550142"), Some("WA"), Some("98597")));
        assert_eq!((line.takes_claims, line.gives_remittances, line.needs_enrollment), (Some(true), Some(true), Some(false)));
        assert_eq!(said.cautions, []);
    }

    #[test]
    fn a_bad_row_is_told_by_its_number_and_the_others_count() {
        let said = said(
            "Payer,Payer ID,ERA\nEvergreen PPO,EVGR7,Y\n,X12,\nNo Id Plan,,\n\nSpread Plan,6.0054E+4,\nStar Plan,A*1,\nShort Plan,123,maybe\nWide, Plan,X9,Y\n",
        );
        assert_eq!((said.rows, said.blank, said.listed.len()), (8, 1, 2));
        assert_eq!(told(&said.bad).iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4, 6, 7, 9]);
        assert_eq!(
            told(&said.cautions),
            [
                (8, "123 may have lost zeros at its beginning in a spreadsheet"),
                (8, "\"maybe\" under remittances is neither yes nor no and is left out"),
            ]
        );
    }
}
