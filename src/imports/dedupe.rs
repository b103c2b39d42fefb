//! The match ladder: which provider or office a row speaks of, by the strongest sign first and never by a name alone
//! [domain 6.3 points 5 and 6]. Pure; it remembers the rows it has judged, so a file is also held against itself.

use super::contact::{self, Contact, Organization};
use crate::types::{Email, person_name};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What the practice has, loaded once. Names may be raw or keys, numbers are E.164, addresses lower case.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub providers: Vec<KnownProvider>,
    pub organizations: Vec<KnownOrganization>,
    /// Rows of earlier imports by their key, with the provider each became: so the same file again creates nothing, although
    /// a row with neither NPI nor email matches nobody for sure [domain 6.3 point 8].
    pub rows: Vec<(String, i64)>,
}

/// A provider by what tells people apart.
#[derive(Clone, Debug, Default)]
pub struct KnownProvider {
    pub id: i64,
    pub npi: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
}

/// An office by its name and what may contradict it.
#[derive(Clone, Debug, Default)]
pub struct KnownOrganization {
    pub id: i64,
    pub name: String,
    pub zip: Option<String>,
    pub phone: Option<String>,
}

crate::words! {
    /// Why a row was matched.
    pub enum Rung {
        Npi = "npi", "Same NPI";
        Email = "email", "Same email and last name";
        SameRow = "same_row", "The same row was imported before";
        Phone = "phone", "Same first name, last name and phone. No NPI or email to be sure";
        SharedEmail = "shared_email", "Same email, another name. It may be a shared mailbox";
        Several = "several", "Several people have this email and last name";
    }
}

/// Who a row's person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    New,
    /// The provider with this id.
    Same(i64, Rung),
    /// Perhaps the provider with this id; a person decides.
    Review(i64, Rung),
    /// The person of an earlier row of this file, whatever that row was judged.
    DuplicateInFile(usize, Rung),
    /// Perhaps the person of that earlier row; a person decides.
    ReviewInFile(usize, Rung),
}

/// Which office a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgVerdict {
    New,
    Same(i64),
    /// New with that earlier row of this file.
    SameInFile(usize),
}

/// One person by now: from the database, from a row of this file, or from both.
#[derive(Debug)]
struct Person {
    id: Option<i64>,
    row: Option<usize>,
    npi: Option<String>,
    first: String,
}

#[derive(Debug)]
struct Office {
    id: Option<i64>,
    row: usize,
    zip: Option<String>,
    phone: Option<String>,
}

/// What can be looked up about a person. A name alone is no sign.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Sign {
    Npi(String),
    EmailAndLast(String, String),
    NameAndPhone(String, String, String),
    Email(String),
}

/// What a record or a row says about a person, normalized [domain 6.3 point 6].
struct Facts {
    npi: Option<String>,
    first: String,
    last: String,
    emails: Vec<String>,
    phones: Vec<String>,
}

/// The ladder stands on hash maps: a row costs a few lookups, however many providers there are.
#[derive(Debug, Default)]
pub struct Ladder {
    people: Vec<Person>,
    signs: HashMap<Sign, Vec<usize>>,
    rows: HashMap<String, usize>,
    offices: HashMap<String, Vec<Office>>,
}

/// Names the rows of one file, see `Keys::of`.
#[derive(Debug, Default)]
pub struct Keys {
    met: HashMap<String, usize>,
}

impl Keys {
    /// A short name of a row as a whole: equal for the same row of the same export, whatever its place in the file; of several rows
    /// alike each has its own. The caller keeps it with what the row became and as the key of a review, so that a second import
    /// creates nobody and asks nothing twice [domain 6.3 point 8].
    pub fn of(&mut self, contact: &Contact) -> String {
        let written = written(&Facts::of(contact), contact);
        let before = self.met.entry(written.clone()).or_default();
        let mut hash = Sha256::new();
        hash.update(before.to_le_bytes());
        hash.update(written);
        *before += 1;
        hex::encode(&hash.finalize()[..16])
    }
}

/// More people than this with one sign are a hospital's mailbox; looking at all of them for each row would take the square of the time.
const ENOUGH: usize = 50;

impl Ladder {
    /// Takes in what the practice has; then `judge` each row.
    pub fn new(known: Known) -> Self {
        let mut ladder = Self::default();
        let mut places = HashMap::new();
        for provider in known.providers {
            places.insert(provider.id, ladder.people.len());
            let (first, last) = (person_name::key(&provider.first_name), person_name::key(&provider.last_name));
            let facts = Facts { npi: provider.npi, first, last, emails: provider.emails, phones: provider.phones };
            ladder.add(Some(provider.id), None, facts);
        }
        ladder.rows = known.rows.into_iter().filter_map(|(row, id)| Some((row, *places.get(&id)?))).collect();
        for KnownOrganization { id, name, zip, phone } in known.organizations {
            ladder.offices.entry(office_key(&name)).or_default().push(Office { id: Some(id), row: 0, zip, phone });
        }
        ladder
    }

    /// Judges the person of row `number`, by its contact and its key (see `Keys`), and remembers it; call it once for each row, in the
    /// order of the file. An office alone is nobody's match and always new.
    pub fn judge(&mut self, number: usize, contact: &Contact, key: &str) -> Verdict {
        if contact.is_office_only() {
            return Verdict::New;
        }
        let facts = Facts::of(contact);
        let Some((at, rung)) = self.find(&facts, contact, key) else {
            self.add(None, Some(number), facts);
            return Verdict::New;
        };
        let (id, row) = (self.people[at].id, self.people[at].row);
        if rung.is_sure() {
            self.learn(at, Some(number), facts);
            row.map(|row| Verdict::DuplicateInFile(row, rung)).or(id.map(|id| Verdict::Same(id, rung))).unwrap_or(Verdict::New)
        } else {
            self.add(None, Some(number), facts);
            id.map(|id| Verdict::Review(id, rung)).or(row.map(|row| Verdict::ReviewInFile(row, rung))).unwrap_or(Verdict::New)
        }
    }

    /// Judges the office of row `number`: equal name and no conflicting ZIP or main phone, blank is no conflict [domain 6.3 point 5].
    pub fn judge_office(&mut self, number: usize, office: &Organization) -> OrgVerdict {
        let phone = office.phone.as_ref().map(|phone| phone.e164.clone());
        let zip = office.zip.clone();
        let conflicts = |known: &&mut Office| conflict(&known.phone, &phone) || conflict(&five(&known.zip), &five(&zip));
        let agrees =
            |known: &&mut Office| [known.phone.is_some() && known.phone == phone, known.zip.is_some() && five(&known.zip) == five(&zip)];
        let offices = self.offices.entry(office_key(&office.name)).or_default();
        // Of several branches the one that shares the most; among equals the first.
        let Some(known) = offices.iter_mut().rev().filter(|known| !conflicts(known)).max_by_key(|known| agrees(known)) else {
            offices.push(Office { id: None, row: number, zip, phone });
            return OrgVerdict::New;
        };
        known.zip = known.zip.take().or(zip);
        known.phone = known.phone.take().or(phone);
        known.id.map_or(OrgVerdict::SameInFile(known.row), OrgVerdict::Same)
    }

    /// The rungs, strongest first [domain 6.3 point 5].
    fn find(&self, facts: &Facts, contact: &Contact, key: &str) -> Option<(usize, Rung)> {
        // 1. "NPI exact -> same".
        if let Some(at) = facts.npi.clone().and_then(|npi| self.with(Sign::Npi(npi), facts).next()) {
            return Some((at, Rung::Npi));
        }
        // 2. "email exact AND same normalized last name -> same", where that is one person.
        let by_email = contact.emails.iter().find_map(|(_, email)| self.by_email(email, facts));
        if let Some((at, Rung::Email)) = by_email {
            return Some((at, Rung::Email));
        }
        // 3. "Re-importing the same file creates nothing" [domain 6.3 point 8]: a row is held against itself, even if it is only a name.
        if let Some(at) = self.rows.get(key).copied().filter(|at| !conflict(&self.people[*at].npi, &facts.npi)) {
            return Some((at, Rung::SameRow));
        }
        if by_email.is_some() {
            return by_email;
        }
        // 4. "first+last+phone without NPI or email match -> review".
        let by_phone = |phone: &String| self.with(Sign::NameAndPhone(facts.first.clone(), facts.last.clone(), phone.clone()), facts).next();
        if let Some(at) = facts.phones.iter().find_map(by_phone).filter(|_| !facts.first.is_empty()) {
            return Some((at, Rung::Phone));
        }
        // 5. "email matches but last name differs -> review (shared mailbox)", unless a namesake with another NPI has the address.
        let namesake =
            |email: &&String| facts.npi.is_some() && self.signs.contains_key(&Sign::EmailAndLast((*email).clone(), facts.last.clone()));
        let sharing = |email: &String| self.with(Sign::Email(email.clone()), facts).next();
        facts.emails.iter().filter(|email| !namesake(email)).find_map(sharing).map(|at| (at, Rung::SharedEmail))
        // 6. "else new".
    }

    /// Everybody with a sign. "Conflicting NPIs never match", whatever else agrees.
    fn with(&self, sign: Sign, facts: &Facts) -> impl Iterator<Item = usize> {
        self.signs.get(&sign).into_iter().flatten().copied().filter(|at| !conflict(&self.people[*at].npi, &facts.npi))
    }

    /// In a mailbox that several read there may be two Felds, so there the first names must not differ.
    fn by_email(&self, email: &Email, facts: &Facts) -> Option<(usize, Rung)> {
        let shared = contact::is_shared_mailbox(email);
        let first = |at: &usize| &self.people[*at].first;
        let differs = |at: &usize| !first(at).is_empty() && !facts.first.is_empty() && *first(at) != facts.first;
        let sign = Sign::EmailAndLast(email.to_string(), facts.last.clone());
        let alike: Vec<usize> = self.with(sign, facts).filter(|at| !(shared && differs(at))).collect();
        let by_first: Vec<usize> = alike.iter().copied().filter(|at| *first(at) == facts.first).collect();
        match (alike.as_slice(), by_first.as_slice()) {
            ([one], _) | (_, [one]) => Some((*one, Rung::Email)),
            ([one, ..], _) => Some((*one, Rung::Several)),
            ([], _) => None,
        }
    }

    fn add(&mut self, id: Option<i64>, row: Option<usize>, facts: Facts) {
        self.people.push(Person { id, row, npi: None, first: facts.first.clone() });
        self.learn(self.people.len() - 1, row, facts);
    }

    /// What a matched row adds: its NPI may conflict with a later row, its email may find one.
    fn learn(&mut self, at: usize, row: Option<usize>, facts: Facts) {
        for sign in facts.signs() {
            let here = self.signs.entry(sign).or_default();
            if here.len() < ENOUGH && !here.contains(&at) {
                here.push(at);
            }
        }
        let person = &mut self.people[at];
        person.row = person.row.or(row);
        person.npi = person.npi.take().or(facts.npi);
    }
}

impl Rung {
    /// Whether the match needs nobody to look at it.
    pub fn is_sure(self) -> bool {
        matches!(self, Self::Npi | Self::Email | Self::SameRow)
    }
}

impl Facts {
    fn of(contact: &Contact) -> Self {
        let phones = contact.phones.iter().map(|(_, phone, _)| phone);
        let main = contact.organization.iter().filter_map(|office| office.phone.as_ref());
        Self {
            npi: contact.npi.as_ref().map(ToString::to_string),
            first: person_name::key(contact.first_name.as_deref().unwrap_or_default()),
            last: person_name::key(contact.last_name.as_deref().unwrap_or_default()),
            emails: contact.emails.iter().map(|(_, email)| email.to_string()).collect(),
            phones: phones.chain(main).map(|phone| phone.e164.clone()).collect(),
        }
    }

    fn signs(&self) -> Vec<Sign> {
        let Self { npi, first, last, emails, phones } = self;
        let mut signs: Vec<Sign> = npi.iter().cloned().map(Sign::Npi).collect();
        signs.extend(emails.iter().map(|email| Sign::EmailAndLast(email.clone(), last.clone())));
        signs.extend(emails.iter().cloned().map(Sign::Email));
        signs.extend(phones.iter().map(|phone| Sign::NameAndPhone(first.clone(), last.clone(), phone.clone())));
        signs
    }
}

fn written(facts: &Facts, contact: &Contact) -> String {
    let Facts { npi, first, last, emails, phones } = facts;
    let who = [first, last].into_iter().chain(npi).chain(emails).chain(phones).cloned();
    let office = contact.organization.iter().flat_map(|o| [Some(office_key(&o.name)), o.zip.clone(), o.street.clone()]).flatten();
    let words = [&contact.middle_name, &contact.title, &contact.specialty, &contact.license_no].into_iter().flatten().chain(&contact.notes);
    let words = words.map(|text| person_name::fold(text));
    who.chain(office).chain(words).collect::<Vec<_>>().join("|")
}

/// Without the legal form, which one list writes and the next does not.
fn office_key(name: &str) -> String {
    const LEGAL: &[&str] = &["llc", "pllc", "inc", "ps", "pc", "pa", "corp", "ltd", "the"];
    let folded = person_name::fold(name);
    let words: Vec<&str> = folded.split(' ').filter(|word| !LEGAL.contains(word)).collect();
    if words.is_empty() { folded } else { words.join(" ") }
}

fn conflict<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// ZIP+4 is the same place as its five digits.
fn five(zip: &Option<String>) -> Option<&str> {
    zip.as_ref().map(|zip| zip.get(..5).unwrap_or(zip))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{csv_table, mapping};

    const FELD: &str = "2003000215";
    const OTHER: &str = "2003000231";

    fn contact(cells: &str) -> Contact {
        let table = csv_table::read(format!("Name,NPI,Phone,Email,Clinic,Zip,Clinic Phone\n{cells}\n").as_bytes()).expect("a table");
        contact::read(&mapping::guess(&table.header), &table.records[0]).expect("a contact")
    }

    fn feld() -> KnownProvider {
        KnownProvider {
            id: 7,
            npi: Some(FELD.into()),
            first_name: "Marcus".into(),
            last_name: "Feld".into(),
            emails: vec!["marcus@feldchiro.example".into(), "front@feldchiro.example".into()],
            phones: vec!["+12065550142".into()],
        }
    }

    fn against(known: KnownProvider, cells: &str) -> Verdict {
        Ladder::new(Known { providers: vec![known], ..Known::default() }).judge(2, &contact(cells), "")
    }

    /// Judges rows of one file against each other, numbered from 2.
    fn file(rows: &[&str]) -> Vec<Verdict> {
        let mut ladder = Ladder::new(Known::default());
        rows.iter().enumerate().map(|(at, cells)| ladder.judge(at + 2, &contact(cells), "")).collect()
    }

    #[test]
    fn the_same_npi_is_the_same_person_whatever_the_name() {
        assert_eq!(against(feld(), "Mark Fled,2003000215"), Verdict::Same(7, Rung::Npi));
    }

    #[test]
    fn the_same_email_and_last_name_are_the_same_person() {
        assert_eq!(against(feld(), "\"FÉLD, M., DC\",,,Marcus@FeldChiro.example"), Verdict::Same(7, Rung::Email));
        let nobody = KnownProvider { npi: None, ..feld() };
        assert_eq!(against(nobody, "Marcus Feld,2003000231,,marcus@feldchiro.example"), Verdict::Same(7, Rung::Email));
    }

    #[test]
    fn a_shared_mailbox_proves_nobody() {
        assert_eq!(against(feld(), "Jess Moran,,,front@feldchiro.example"), Verdict::Review(7, Rung::SharedEmail));
        assert_eq!(against(feld(), "Anna Feld,,,front@feldchiro.example"), Verdict::Review(7, Rung::SharedEmail));
        assert_eq!(against(feld(), "Marcus Feld,,,front@feldchiro.example"), Verdict::Same(7, Rung::Email));
    }

    #[test]
    fn name_and_phone_without_npi_or_email_are_for_a_person_to_decide() {
        assert_eq!(against(feld(), "Dr. Marcus Feld DC,,206.555.0142"), Verdict::Review(7, Rung::Phone));
        assert_eq!(against(feld(), "Marcus Feld,,,,Feld Chiropractic,,206-555-0142"), Verdict::Review(7, Rung::Phone));
        assert_eq!(against(feld(), "Mark Feld,,206-555-0142"), Verdict::New);
    }

    #[test]
    fn a_name_alone_never_matches() {
        assert_eq!(against(feld(), "Marcus Feld"), Verdict::New);
        assert_eq!(against(feld(), "Marcus Feld,,,,Feld Chiropractic"), Verdict::New);
        assert_eq!(file(&["Marcus Feld", "Marcus Feld"]), [Verdict::New, Verdict::New]);
    }

    #[test]
    fn another_npi_is_another_person_whatever_else_agrees() {
        let cells = format!("Marcus Feld,{OTHER},206-555-0142,marcus@feldchiro.example");
        assert_eq!(against(feld(), &cells), Verdict::New);
        let rows = [&format!("Ann Lee,{FELD},206-555-0100"), cells.as_str(), &format!("Ann Lee,{OTHER},206-555-0100")];
        assert_eq!(file(&rows)[..2], [Verdict::New, Verdict::New]);
    }

    #[test]
    fn a_row_that_joins_two_numbers_by_one_email_is_caught() {
        // The second row brings the NPI of the first to light; the third has another one.
        let rows = ["Ann Lee,,,ann@x.example", "Ann Lee,2003000215,,ann@x.example", "Ann Lee,2003000231,,ann@x.example"];
        assert_eq!(file(&rows), [Verdict::New, Verdict::DuplicateInFile(2, Rung::Email), Verdict::New]);
    }

    #[test]
    fn a_later_row_is_held_against_the_earlier_rows_of_its_file() {
        let mut ladder = Ladder::new(Known { providers: vec![feld()], ..Known::default() });
        assert_eq!(ladder.judge(2, &contact("M Feld,2003000215,,new@feldchiro.example"), ""), Verdict::Same(7, Rung::Npi));
        assert_eq!(ladder.judge(3, &contact("Marcus Feld,,,new@feldchiro.example"), ""), Verdict::DuplicateInFile(2, Rung::Email));
        assert_eq!(ladder.judge(4, &contact("Jess Moran,,206-555-0144,jess@x.example"), ""), Verdict::New);
        assert_eq!(ladder.judge(5, &contact("MORAN JESS,,,jess@x.example"), ""), Verdict::ReviewInFile(4, Rung::SharedEmail));
        assert_eq!(ladder.judge(6, &contact("Jess Moran,,206-555-0144"), ""), Verdict::ReviewInFile(4, Rung::Phone));
    }

    #[test]
    fn several_people_with_one_email_and_last_name_are_not_guessed_apart() {
        let brother = KnownProvider { id: 8, npi: None, first_name: "Ben".into(), ..feld() };
        let mut ladder = Ladder::new(Known { providers: vec![feld(), brother], ..Known::default() });
        assert_eq!(ladder.judge(2, &contact("Cid Feld,,,marcus@feldchiro.example"), ""), Verdict::Review(7, Rung::Several));
        assert_eq!(ladder.judge(3, &contact("Ben Feld,,,marcus@feldchiro.example"), ""), Verdict::Same(8, Rung::Email));
    }

    #[test]
    fn an_office_is_the_same_by_name_unless_zip_or_main_phone_say_otherwise() {
        let lakeview = |id, zip: &str, phone: Option<&str>| KnownOrganization {
            id,
            name: "Lakeview Family Medicine, PLLC".into(),
            zip: (!zip.is_empty()).then(|| zip.into()),
            phone: phone.map(Into::into),
        };
        let known =
            Known { organizations: vec![lakeview(1, "98103-1234", Some("+12065550161")), lakeview(2, "98402", None)], ..Known::default() };
        let mut ladder = Ladder::new(known);
        let mut judge = |number, cells: &str| ladder.judge_office(number, &contact(cells).organization.expect("an office"));
        assert_eq!(judge(2, "Ann Lee,,,,LAKEVIEW  FAMILY MEDICINE"), OrgVerdict::Same(1));
        assert_eq!(judge(3, "Ann Lee,,,,Lakeview Family Medicine,98103"), OrgVerdict::Same(1));
        assert_eq!(judge(4, "Ann Lee,,,,Lakeview Family Medicine,98402,206-555-0199"), OrgVerdict::Same(2));
        assert_eq!(judge(5, "Ann Lee,,,,Lakeview Family Medicine,98597"), OrgVerdict::New);
        assert_eq!(judge(6, "Ann Lee,,,,Lakeview Family Medicine,98597-0001"), OrgVerdict::SameInFile(5));
        assert_eq!(judge(7, "Ann Lee,,,,Lakeview Family Medicine,98402,206-555-0100"), OrgVerdict::New);
    }

    #[test]
    fn the_ugly_file_is_judged_row_by_row() {
        let table = csv_table::read(include_bytes!("../../tests/it/contacts/ugly.csv")).expect("a table");
        let (mapping, mut ladder) = (mapping::guess(&table.header), Ladder::new(Known::default()));
        let judged = table.records.iter().map(|record| match contact::read(&mapping, record) {
            _ if record.is_blank() => format!("{} blank", record.number),
            Err(_) => format!("{} error", record.number),
            Ok(contact) if contact.is_office_only() => {
                format!("{} office {:?}", record.number, contact.organization.map(|office| ladder.judge_office(record.number, &office)))
            }
            Ok(contact) => {
                let warned = if contact.warnings.is_empty() { "" } else { " with a warning" };
                format!("{} {:?}{warned}", record.number, ladder.judge(record.number, &contact, ""))
            }
        });
        assert_eq!(
            judged.collect::<Vec<_>>(),
            [
                "2 New",
                "3 DuplicateInFile(2, Npi)",
                "4 ReviewInFile(2, Phone)",
                "5 DuplicateInFile(2, Email)",
                "6 New",
                "7 ReviewInFile(6, SharedEmail)",
                "8 blank",
                "9 error",
                "10 error",
                "11 error",
                "12 New with a warning",
                "13 New with a warning",
                "14 office Some(New)",
                "15 New",
                "16 error",
                "17 New",
                "18 New",
                "19 New with a warning",
                "20 office Some(New)",
                "21 office Some(SameInFile(20))",
                "22 New",
            ]
        );
    }

    #[test]
    fn the_same_file_again_creates_nobody() {
        let rows = ["Ann Lee,2003000215", "Bo Lee,,,bo@x.example", "Cy Lee,,206-555-0100", "Di Lee,,,,Peak Clinic", "Ed Lee", "Ed Lee"];
        let mut keys = Keys::default();
        let mut known = |at: usize, cells: &str| {
            let made = contact(cells);
            let facts = Facts::of(&made);
            let row = (keys.of(&made), at as i64);
            let provider = KnownProvider {
                id: at as i64,
                npi: facts.npi,
                first_name: facts.first,
                last_name: facts.last,
                emails: facts.emails,
                phones: facts.phones,
            };
            (provider, row)
        };
        let (providers, imported) = rows.iter().enumerate().map(|(at, cells)| known(at, cells)).unzip();
        let mut ladder = Ladder::new(Known { providers, rows: imported, ..Known::default() });
        let mut keys = Keys::default();
        let mut again = |at: usize, cells: &str| {
            let contact = contact(cells);
            ladder.judge(at + 2, &contact, &keys.of(&contact))
        };
        let again: Vec<Verdict> = rows.iter().enumerate().map(|(at, cells)| again(at, cells)).collect();
        assert_eq!(again[..2], [Verdict::Same(0, Rung::Npi), Verdict::Same(1, Rung::Email)]);
        assert_eq!(again[2..4], [Verdict::Same(2, Rung::SameRow), Verdict::Same(3, Rung::SameRow)]);
        assert_eq!(again[4..], [Verdict::Same(4, Rung::SameRow), Verdict::Same(5, Rung::SameRow)], "two people of one name stay two");
    }
}
