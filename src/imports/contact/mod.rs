//! One row becomes one contact: hard errors refuse it, everything else that cannot be read goes to the notes with a warning, so that
//! nothing in the file is lost in silence [domain 6.3 points 4 and 6]. Pure.

mod name;

use super::csv_table::Record;
use super::error_file;
use super::mapping::{Field, Mapping};
use crate::types::{Email, Npi, Phone, person_name, place};
use std::collections::BTreeMap;

/// What the forms take as one line and as one text; a longer cell is a broken file, most often a lost quotation mark.
const LINE: usize = 300;
const TEXT: usize = 20_000;

/// A person and the office where they work; without a `last_name` the office alone. Then `npi`, `emails` and what `phones` are left over
/// are the office's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub prefix: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub suffix: Option<String>,
    pub credentials: Vec<String>,
    pub npi: Option<Npi>,
    pub organization: Option<Organization>,
    pub specialty: Option<String>,
    pub taxonomy_code: Option<String>,
    pub title: Option<String>,
    /// With the label that the file gives: `Work`.
    pub emails: Vec<(Option<String>, Email)>,
    /// With the label that the file gives, and whether it is a fax.
    pub phones: Vec<(Option<String>, Phone, bool)>,
    pub license_no: Option<String>,
    pub license_state: Option<String>,
    /// email, fax, mail, portal or phone [domain 2.1].
    pub preferred_channel: Option<String>,
    pub tags: Vec<String>,
    pub notes: Vec<String>,
    pub do_not_contact: bool,
    pub marketing_opt_out: bool,
    /// What was not understood and went to the notes, in words.
    pub warnings: Vec<String>,
}

/// The office as the row tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    pub name: String,
    pub phone: Option<Phone>,
    pub fax: Option<Phone>,
    pub street: Option<String>,
    pub street2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub website: Option<String>,
}

impl Contact {
    /// `Karen Whitcomb, ND`, or the office.
    pub fn name(&self) -> String {
        let Some(last) = &self.last_name else { return self.organization.as_ref().map(|o| o.name.clone()).unwrap_or_default() };
        let name = [self.first_name.as_deref(), Some(last), self.suffix.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        std::iter::once(name).chain(self.credentials.iter().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// A row of an office without a person makes no provider.
    pub fn is_office_only(&self) -> bool {
        self.last_name.is_none()
    }
}

/// Reads one row; the errors are all the reasons why it cannot be imported. A blank row is the caller's to count.
pub fn read(mapping: &Mapping, record: &Record) -> Result<Contact, Vec<String>> {
    if record.extra {
        return Err(vec!["This row has more cells than the header. Look for a comma that should stand in quotation marks".into()]);
    }
    let mut reading = Reading::default();
    for (column, cell) in mapping.columns.iter().zip(&record.cells) {
        if let Some(field) = column.field {
            reading.take(field, column.label.as_deref(), &said(cell));
        }
    }
    reading.finish()
}

/// The column to mend: the first whose cell alone is wrong or would be lost; where the row names nobody, the one that should.
pub fn column_at_fault(mapping: &Mapping, record: &Record) -> Option<usize> {
    let columns = || mapping.columns.iter().zip(&record.cells).enumerate();
    let wrong = |(_, (column, cell)): &(usize, (&super::mapping::Column, &String))| {
        let mut alone = Reading::default();
        column.field.iter().for_each(|field| alone.take(*field, column.label.as_deref(), &said(cell)));
        !alone.errors.is_empty() || !alone.contact.warnings.is_empty()
    };
    let feeds = |field: Field| mapping.columns.iter().position(|column| column.field == Some(field));
    let naming = || [Field::FullName, Field::LastName, Field::Organization].into_iter().find_map(feeds);
    match columns().find(wrong) {
        _ if record.extra => None,
        Some((at, _)) => Some(at),
        None => naming().filter(|_| read(mapping, record).is_err()),
    }
}

/// Whom a row is about, also where it cannot be imported.
pub fn who(mapping: &Mapping, record: &Record) -> Option<String> {
    use Field::{Credentials, FirstName, FullName, LastName, MiddleName, Organization, Prefix, Suffix, Title};
    let mut names = Reading::default();
    for (column, cell) in mapping.columns.iter().zip(&record.cells) {
        let named = [FirstName, MiddleName, LastName, FullName, Prefix, Suffix, Title, Credentials, Organization];
        if let Some(field) = column.field.filter(|field| named.contains(field)) {
            names.take(field, column.label.as_deref(), &said(cell));
        }
    }
    names.finish().ok().map(|contact| contact.name())
}

/// An address that several people of an office read; it is no sign of one person.
pub fn is_shared_mailbox(email: &Email) -> bool {
    const SHARED: &[&str] = &["frontdesk", "front", "info", "office", "admin", "reception", "referrals", "contact"];
    let local = email.as_str().split(['@', '+']).next().unwrap_or_default();
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    SHARED.contains(&letters.as_str())
}

/// What a cell says: without marks that cannot be shown, formulas as their text, and nothing where people write "n/a".
fn said(cell: &str) -> String {
    let text = error_file::restore(cell.trim()).trim();
    let shown = |text: &str| {
        text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
    };
    let text: String = if text.contains(char::is_control) { shown(text) } else { text.into() };
    let text = error_file::formula_text(&text).unwrap_or(text);
    let nothing = ["n/a", "none", "unknown", "null", "#n/a"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let only_dashes = text.chars().all(|c| matches!(c, '-' | '–' | '—'));
    if nothing || only_dashes { String::new() } else { text }
}

#[derive(Default)]
struct Reading {
    contact: Contact,
    office: Organization,
    lines: BTreeMap<Field, String>,
    /// Taxonomies with their licenses; the registry lists up to 15.
    groups: Vec<BTreeMap<Field, String>>,
    /// Google's label column stands before its value column.
    label: Option<String>,
    errors: Vec<String>,
}

impl Reading {
    fn take(&mut self, field: Field, label: Option<&str>, text: &str) {
        if text.chars().count() > TEXT {
            self.errors.push(format!("{} holds more than 20,000 characters. Look for a missing quotation mark", field.label()));
            return;
        }
        match field {
            Field::Ignore => {}
            // Google marks the main one with an asterisk.
            Field::EmailLabel | Field::PhoneLabel => {
                self.label = text.split(" ::: ").next().map(|l| l.trim_start_matches('*').trim().to_string()).filter(|l| !l.is_empty());
            }
            Field::Email | Field::Phone | Field::Fax => {
                let label = self.label.take().or(label.map(str::to_string));
                self.take_all(field, label, text);
            }
            Field::TaxonomyCode | Field::LicenseNo | Field::LicenseState | Field::TaxonomyPrimary => self.take_group(field, text),
            _ if text.is_empty() => {}
            Field::Npi => match Npi::parse(whole_number(text).trim_start_matches('\'')) {
                Ok(npi) => self.contact.npi = Some(npi),
                Err(why) => self.errors.push(why),
            },
            Field::Credentials => self.take_credentials(text),
            // Google's own groups begin with an asterisk and mean nothing to us.
            Field::Tags => {
                let tags = text.split(" ::: ").flat_map(|t| t.split([',', ';', '\n'])).map(str::trim);
                add_new(&mut self.contact.tags, tags.filter(|t| !t.is_empty() && !t.starts_with('*')));
            }
            Field::Notes => {
                let told = |part: &str| label.map_or_else(|| part.to_string(), |label| format!("{label}: {part}"));
                self.contact.notes.extend(text.split(" ::: ").map(told));
            }
            Field::DoNotContact => self.contact.do_not_contact |= is_not_no(text),
            Field::MarketingOptOut => self.contact.marketing_opt_out |= is_not_no(text),
            Field::PreferredChannel => match channel(text) {
                Some(word) => self.contact.preferred_channel = Some(word.into()),
                None => self.keep(field, text, &format!("\"{text}\" is not email, fax, mail, portal or phone")),
            },
            Field::OrganizationPhone | Field::OrganizationFax => match Phone::parse(text) {
                Ok(phone) if field == Field::OrganizationPhone => self.office.phone = Some(phone),
                Ok(fax) => self.office.fax = Some(fax),
                Err(why) => self.keep(field, text, &why),
            },
            Field::Zip => self.take_checked(field, place::zip_of_cell(whole_number(text).trim_start_matches('\'')), text),
            Field::State => self.take_checked(field, place::state(text), text),
            // An office's street may be two lines in one cell.
            Field::Street => {
                let mut parts = text.splitn(2, '\n');
                self.take_line(Field::Street, parts.next().unwrap_or_default());
                self.take_line(Field::Street2, parts.next().unwrap_or_default());
            }
            _ => self.take_line(field, text),
        }
    }

    /// One line in one cell. Several values, as Google joins them, and lines too long for a form go to the notes.
    fn take_line(&mut self, field: Field, text: &str) {
        let mut values =
            text.split(" ::: ").map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|value| !value.is_empty());
        let Some(first) = values.next() else { return };
        if first.chars().count() > LINE {
            return self.keep(field, text, &format!("{} is longer than 300 characters", field.label()));
        }
        self.contact.notes.extend(values.map(|value| in_the_file(field, &value)));
        match self.lines.get_mut(&field) {
            Some(line) => *line = format!("{line}, {first}"),
            None => drop(self.lines.insert(field, first)),
        }
    }

    fn take_checked(&mut self, field: Field, read: Result<String, String>, text: &str) {
        match read {
            Ok(value) => drop(self.lines.insert(field, value)),
            Err(why) => self.keep(field, text, &why),
        }
    }

    /// All addresses or numbers of one cell: Google joins them with ` ::: `, people with semicolons.
    fn take_all(&mut self, field: Field, label: Option<String>, text: &str) {
        let whole = Phone::parse(text).is_ok() || Email::parse(text).is_ok();
        let separators: &[char] = if whole { &[] } else { &[',', ';', '\n'] };
        for part in text.split(" ::: ").flat_map(|t| t.split(separators)).map(str::trim).filter(|t| !t.is_empty()) {
            let read = if field == Field::Email { self.take_email(&label, part) } else { self.take_phone(field, &label, part) };
            if let Err(why) = read {
                self.keep(field, part, &why);
            }
        }
    }

    fn take_email(&mut self, label: &Option<String>, part: &str) -> Result<(), String> {
        let inside = part.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(part, |(address, _)| address);
        let email = Email::parse(inside.trim_start_matches("mailto:"))?;
        if self.contact.emails.iter().all(|(_, known)| *known != email) {
            self.contact.emails.push((label.clone(), email));
        }
        Ok(())
    }

    fn take_phone(&mut self, field: Field, label: &Option<String>, part: &str) -> Result<(), String> {
        let phone = Phone::parse(part.trim_start_matches('\''))?;
        let fax = field == Field::Fax || label.as_ref().is_some_and(|l| l.to_lowercase().contains("fax"));
        if !self.contact.phones.iter().any(|(_, known, is_fax)| *known == phone && *is_fax == fax) {
            self.contact.phones.push((label.clone(), phone, fax));
        }
        Ok(())
    }

    /// The registry writes code, license, state and switch of one taxonomy side by side, then those of the next.
    fn take_group(&mut self, field: Field, text: &str) {
        if self.groups.last().is_none_or(|group| group.contains_key(&field)) {
            self.groups.push(BTreeMap::new());
        }
        if let Some(group) = self.groups.last_mut() {
            group.insert(field, text.into());
        }
    }

    fn take_credentials(&mut self, text: &str) {
        let pieces = text.split([',', ';']).flat_map(|piece| {
            let known = piece.split([' ', '/']).filter(|w| !w.is_empty()).all(person_name::is_credential);
            if known { piece.split([' ', '/']).collect::<Vec<_>>() } else { vec![piece] }
        });
        let plain = pieces.map(|piece| piece.replace('.', "").trim().to_string()).filter(|piece| !piece.is_empty());
        add_new(&mut self.contact.credentials, plain);
    }

    /// The policy of a soft warning: the value goes to the notes, the row is imported [domain 6.3 point 4].
    fn keep(&mut self, field: Field, value: &str, why: &str) {
        self.contact.notes.push(in_the_file(field, value));
        self.contact.warnings.push(format!("{why}. It goes to Notes"));
    }

    fn finish(mut self) -> Result<Contact, Vec<String>> {
        self.license();
        self.titles();
        let office = self.name();
        self.office(office);
        if self.contact.last_name.is_none() && self.contact.organization.is_none() {
            self.errors.push(self.nobody());
        }
        if self.errors.is_empty() { Ok(self.contact) } else { Err(self.errors) }
    }

    /// The taxonomy that counts is the one whose switch is Y, not the first [domain 6.1].
    fn license(&mut self) {
        let mut groups: Vec<_> = std::mem::take(&mut self.groups).into_iter().filter(|g| g.values().any(|text| !text.is_empty())).collect();
        let chosen = groups.iter().position(|g| g.get(&Field::TaxonomyPrimary).is_some_and(|switch| switch.eq_ignore_ascii_case("y")));
        let Some(group) = groups.get_mut(chosen.unwrap_or(0)) else { return };
        let mut value = |field| group.remove(&field).filter(|text| !text.is_empty());
        let (code, number, state) = (value(Field::TaxonomyCode), value(Field::LicenseNo), value(Field::LicenseState));
        self.contact.taxonomy_code = code.map(|code| code.to_ascii_uppercase());
        self.contact.license_no = number;
        match state.as_deref().map(place::state) {
            Some(Err(why)) => self.keep(Field::LicenseState, state.as_deref().unwrap_or_default(), &why),
            read => self.contact.license_state = read.and_then(Result::ok),
        }
    }

    /// Makes the office; an address without one has no place but the notes.
    fn office(&mut self, in_place_of_name: Option<String>) {
        let mut line = |field| self.lines.remove(&field);
        let column = line(Field::Organization);
        let [street, street2, city, state, zip, website] =
            [Field::Street, Field::Street2, Field::City, Field::State, Field::Zip, Field::Website].map(&mut line);
        let Organization { phone, fax, .. } = std::mem::take(&mut self.office);
        if let (Some(office), Some(name)) = (&column, &in_place_of_name)
            && person_name::fold(office) != person_name::fold(name)
        {
            self.keep(Field::FullName, name, &format!("\"{name}\" is not a person's name"));
        }
        if let Some(name) = column.or(in_place_of_name) {
            self.contact.organization = Some(Organization { name, phone, fax, street, street2, city, state, zip, website });
            return self.office_phones();
        }
        let town = [state, zip].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let address: Vec<String> = [street, street2, city, Some(town)].into_iter().flatten().filter(|t| !t.is_empty()).collect();
        if !address.is_empty() {
            self.keep(Field::Street, &address.join(", "), "The row names no office for the address");
        }
        self.contact.notes.extend(website.map(|website| in_the_file(Field::Website, &website)));
        self.contact.phones.extend(phone.map(|phone| (Some("Office".into()), phone, false)));
        self.contact.phones.extend(fax.map(|fax| (Some("Office".into()), fax, true)));
    }

    /// Without a person the first phone and the first fax of the row are the office's.
    fn office_phones(&mut self) {
        let contact = &mut self.contact;
        let alone = contact.last_name.is_none();
        let Some(office) = contact.organization.as_mut().filter(|_| alone) else { return };
        for (slot, wanted) in [(&mut office.phone, false), (&mut office.fax, true)] {
            let at = contact.phones.iter().position(|(_, _, is_fax)| *is_fax == wanted);
            if let Some(at) = at.filter(|_| slot.is_none()) {
                *slot = Some(contact.phones.remove(at).1);
            }
        }
    }

    fn nobody(&self) -> String {
        let phone = self.contact.phones.first().map(|(_, phone, _)| format!(", only the phone {phone}"));
        let email = || self.contact.emails.first().map(|(_, email)| format!(", only the email {email}"));
        format!("No person and no office{}", phone.or_else(email).unwrap_or_default())
    }
}

fn in_the_file(field: Field, value: &str) -> String {
    let what = match field {
        Field::Street => "Address",
        Field::FullName => "Name",
        _ => field.label(),
    };
    format!("{what} in the file: {value}")
}

/// A spreadsheet writes a column of numbers as decimals: `1234567893.0`. Scientific notation has lost digits and is never mended.
fn whole_number(text: &str) -> &str {
    match text.split_once('.') {
        Some((digits, zeros)) if digits.bytes().all(|b| b.is_ascii_digit()) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => {
            digits
        }
        _ => text,
    }
}

/// A lost opt-out does more harm than one too many, so only a clear no is a no.
fn is_not_no(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "no" | "n" | "false" | "f" | "0" | "off")
}

fn channel(text: &str) -> Option<&'static str> {
    match person_name::fold(text).as_str() {
        "email" | "e mail" => Some("email"),
        "fax" => Some("fax"),
        "mail" | "post" | "letter" | "us mail" => Some("mail"),
        "portal" => Some("portal"),
        "phone" | "telephone" | "call" => Some("phone"),
        _ => None,
    }
}

/// Adds what is not there yet, whatever its case.
fn add_new(list: &mut Vec<String>, values: impl IntoIterator<Item = impl Into<String>>) {
    for value in values.into_iter().map(Into::into) {
        if !list.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
            list.push(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{csv_table, mapping};
    use proptest::prelude::*;

    fn read_all(bytes: &[u8]) -> Vec<Result<Contact, Vec<String>>> {
        let table = csv_table::read(bytes).expect("a table");
        let mapping = mapping::guess(&table.header);
        table.records.iter().map(|record| read(&mapping, record)).collect()
    }

    /// One row under a header of that many columns.
    fn row(header: &str, cells: &str) -> Result<Contact, Vec<String>> {
        read_all(format!("{header}\n{cells}\n").as_bytes()).remove(0)
    }

    fn one(header: &str, cells: &str) -> Contact {
        row(header, cells).expect("a contact")
    }

    /// `first / middle / last / suffix / credentials`.
    fn name(contact: &Contact) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let credentials = contact.credentials.join(" ");
        [part(&contact.first_name), part(&contact.middle_name), part(&contact.last_name), part(&contact.suffix), credentials].join("/")
    }

    fn phones(contact: &Contact) -> Vec<String> {
        contact
            .phones
            .iter()
            .map(|(label, phone, fax)| format!("{} {phone}{}", label.as_deref().unwrap_or("-"), if *fax { " fax" } else { "" }))
            .collect()
    }

    #[test]
    fn a_contact_of_google_arrives_whole() {
        let all = read_all(include_bytes!("../../../tests/it/contacts/google_2024.csv"));
        let raman = all[0].as_ref().expect("a contact");
        assert_eq!(
            (name(raman), raman.title.as_deref(), raman.tags.clone()),
            ("Priya//Raman//MD".into(), Some("Medical director"), vec!["Referral sources".into()])
        );
        let emails: Vec<_> = raman.emails.iter().map(|(label, email)| (label.as_deref(), email.as_str())).collect();
        assert_eq!(emails, [(Some("Work"), "priya.raman@northgate.example"), (Some("Work"), "referrals@northgate.example")]);
        assert_eq!(phones(raman), ["Work (206) 555-0189", "Work Fax (206) 555-0190 fax"]);
        let office = raman.organization.as_ref().expect("an office");
        assert_eq!(
            (office.street2.as_deref(), office.zip.as_deref(), office.website.as_deref()),
            (Some("Suite 210"), Some("98133"), Some("https://northgate.example"))
        );
        assert_eq!(raman.notes, ["Wants one page.\nNo calls before 10", "Department: Physiatry"]);
        assert!(raman.warnings.is_empty());
        assert_eq!(phones(all[1].as_ref().expect("a contact")), ["Mobile (206) 555-0142", "Mobile (206) 555-0143"]);
        let lakeview = all[2].as_ref().expect("an office");
        assert!(lakeview.is_office_only() && lakeview.organization.as_ref().is_some_and(|o| o.phone.is_some()));
        assert_eq!(all[3].as_ref().map(|jess| jess.warnings.len()), Ok(1));
        assert_eq!(all[4], Err(vec!["No person and no office, only the phone (206) 555-0177".into()]));
    }

    #[test]
    fn the_older_google_and_outlook_arrive_with_accents_and_the_right_office() {
        let google = read_all(include_bytes!("../../../tests/it/contacts/google_old.csv"));
        let okafor = google[0].as_ref().expect("a contact");
        assert_eq!((name(okafor), okafor.title.as_deref()), ("Helen/A./Okafor//MD".into(), None));
        assert_eq!(okafor.organization.as_ref().and_then(|o| o.state.clone().zip(o.zip.clone())), Some(("WA".into(), "98103-1234".into())));
        assert_eq!(google[1].as_ref().map(name), Ok("Luis//Ortega//MD".into()));
        let outlook = read_all(include_bytes!("../../../tests/it/contacts/outlook.csv"));
        let nunez = outlook[0].as_ref().expect("a contact");
        assert_eq!(
            (name(nunez), nunez.prefix.as_deref(), nunez.title.as_deref()),
            ("José//Núñez//DO".into(), Some("Dr."), Some("Partner"))
        );
        assert_eq!(phones(nunez), ["Business (253) 555-0132 fax", "Business (253) 555-0130", "Mobile (253) 555-0133"]);
        let office = nunez.organization.as_ref().expect("an office");
        assert_eq!(
            (office.name.as_str(), office.city.as_deref(), office.phone.as_ref().map(ToString::to_string)),
            ("Clínica Cascade", Some("Tacoma"), Some("(253) 555-0129".into()))
        );
        assert_eq!((nunez.tags.clone(), nunez.notes[0].as_str()), (vec!["Doctors".into(), "Lunch".into()], "Café – not the cafeteria"));
        let lakeview = outlook[1].as_ref().expect("an office").organization.clone().expect("an office");
        assert_eq!((lakeview.phone.is_some(), lakeview.fax.is_some()), (true, true));
    }

    #[test]
    fn semicolons_and_unicode_text_from_excel_arrive_too() {
        let all = read_all(include_bytes!("../../../tests/it/contacts/semicolons.csv"));
        let joan = all[0].as_ref().expect("a contact");
        assert_eq!((name(joan), joan.emails.len(), joan.phones.len(), joan.do_not_contact), ("Joan//Petrosyan//DPT".into(), 2, 2, false));
        assert_eq!(
            all[1].as_ref().map(|ben| (ben.prefix.clone(), phones(ben), ben.do_not_contact)),
            Ok((Some("Prof.".into()), vec!["- (425) 555-0112 x7".into()], true))
        );
        let all = read_all(include_bytes!("../../../tests/it/contacts/utf16.csv"));
        assert_eq!(all[0].as_ref().map(name), Ok("Naomi//Lindqvist//DO".into()));
        let zoe = all[1].as_ref().expect("a contact");
        assert_eq!((name(zoe), zoe.organization.as_ref().and_then(|o| o.zip.clone())), ("Zoë//Łuczak//ARNP".into(), Some("02139".into())));
    }

    #[test]
    fn a_name_in_one_cell_is_taken_apart() {
        for (cell, parts) in [
            ("\"Dr. Jane Q. Smith MD, PhD\"", "Jane/Q./Smith//MD PhD"),
            ("\"OKAFOR, HELEN MD\"", "Helen//Okafor//MD"),
            ("\"DE LA CRUZ, ANA, M.D.\"", "Ana//De La Cruz//MD"),
            ("\"John Smith, Jr., MD\"", "John//Smith/Jr./MD"),
            ("\"Ann Lee, PT, OCS, FAAOMPT\"", "Ann//Lee//PT OCS FAAOMPT"),
            ("\"O'BRIEN-LUCZAK, ANNE-MARIE\"", "Anne-Marie//O'Brien-Luczak//"),
            ("ED OKAFOR", "ED//OKAFOR//"),
        ] {
            assert_eq!(name(&one("Provider Name,Phone", &format!("{cell},"))), parts, "{cell}");
        }
        assert_eq!(name(&one("First Name,Last Name,Suffix", "Jane,\"Smith, MD\",III")), "Jane//Smith/III/MD");
        assert_eq!(
            name(&one("First Name,Last Name,Degree", "Maria,de la Cruz,\"M.D., PhD, board certified\"")),
            "Maria//de la Cruz//MD PhD board certified"
        );
        assert_eq!(name(&one("First Name,Middle Name,Last Name,Degree", ",Q,De La Cruz PT,MD/PhD")), "/Q/De La Cruz//MD PhD PT");
        let odd = one("Name,Phone", "\"Smith, Jane, Esq\",");
        assert_eq!((name(&odd).as_str(), odd.notes[0].as_str()), ("Jane//Smith//", "Name in the file: Smith, Jane, Esq"));
    }

    #[test]
    fn an_office_in_the_name_column_becomes_the_office() {
        for name in ["Northgate Spine & Sports", "Peak PLLC", "Cascade Pain Center", "Feld Clinic"] {
            let contact = one("Name,Phone,Fax", &format!("{name},206-555-0100,206-555-0101"));
            let office = contact.organization.as_ref().expect("an office");
            assert_eq!((contact.is_office_only(), office.name.as_str(), contact.phones.len()), (true, name, 0));
            assert!(office.phone.is_some() && office.fax.is_some());
        }
        let both = one("Name,Clinic", "Peak Clinic front desk,Peak Clinic");
        assert_eq!((both.is_office_only(), both.notes[0].as_str()), (true, "Name in the file: Peak Clinic front desk"));
    }

    #[test]
    fn an_npi_that_cannot_be_right_refuses_the_row_and_a_decimal_is_mended() {
        for (typed, fits) in
            [("2003000207", true), ("2003000207.0", true), ("'2003000207", true), ("\"=\"\"2003000207\"\"\"", true), ("2003000208", false)]
        {
            assert_eq!(row("Name,NPI", &format!("Ann Lee,{typed}")).is_ok(), fits, "{typed}");
        }
        let reasons = row("Name,NPI", "Ann Lee,1.00E+09").expect_err("refused");
        assert!(reasons[0].contains("spreadsheet"));
        let both = row("Name,NPI,Phone", "n/a,12,206-555-0100").expect_err("refused");
        assert_eq!(both.len(), 2);
        assert!(row("Name,Phone", "Ann Lee,1,2").expect_err("refused")[0].contains("more cells than the header"));
    }

    #[test]
    fn what_cannot_be_read_goes_to_the_notes_with_a_warning() {
        let header = "Name,Clinic,Email,Phone,Zip,State,Preferred Channel,License State";
        let contact = one(header, "Ann Lee,Peak,stern@lakeview,555-0133,V5K 0A1,BC,pigeon,Ontario");
        assert_eq!(
            contact.notes,
            [
                "Email in the file: stern@lakeview",
                "Phone in the file: 555-0133",
                "ZIP in the file: V5K 0A1",
                "State in the file: BC",
                "Preferred channel in the file: pigeon",
                "License state in the file: Ontario"
            ]
        );
        assert_eq!(contact.warnings.len(), 6);
        assert_eq!(contact.warnings[0], "\"stern@lakeview\" is not a full email address, like front@clinic.example. It goes to Notes");
        let homeless = one("Name,Street,City,State,Zip", "Ann Lee,7 Elm Ct,Yelm,wa,98597");
        assert_eq!((homeless.notes[0].as_str(), homeless.warnings.len()), ("Address in the file: 7 Elm Ct, Yelm, WA 98597", 1));
        let long = "x".repeat(301);
        assert_eq!(one("Name,Job Title", &format!("Ann Lee,{long}")).notes, [format!("Job title in the file: {long}")]);
        assert!(row("Name,Job Title", &format!("Ann Lee,{}", "x".repeat(20_001))).is_err());
    }

    #[test]
    fn formulas_are_text_and_placeholders_are_blank() {
        let link = "\"=HYPERLINK(\"\"https://x.example\"\",\"\"Ann \"\"\"\"AJ\"\"\"\" Lee\"\")\"";
        assert_eq!(said("=HYPERLINK(\"https://x.example\",\"Ann Lee\")"), "Ann Lee");
        assert_eq!(name(&one("Name,Phone", &format!("{link},'+1 206 555 0100"))), "Ann/\"AJ\"/Lee//");
        assert_eq!(
            (said("=\"02139\""), said("=SUM(A1)"), said("'=SUM(A1)"), said("'t Hooft")),
            ("02139".into(), "=SUM(A1)".into(), "=SUM(A1)".into(), "'t Hooft".into())
        );
        assert_eq!(said("=hyperlink(\"mailto:a@x.example\")"), "a@x.example");
        for nothing in ["n/a", "N/A", "-", "--", "none", "Unknown", "NULL", "=\"\"", " "] {
            assert_eq!(said(nothing), "", "{nothing}");
        }
        assert_eq!(said("two\r\nlines\u{7}\rmore"), "two\nlines\nmore");
    }

    #[test]
    fn a_decimal_phone_is_mended_and_scientific_notation_never() {
        assert_eq!(phones(&one("Name,Phone", "Ann Lee,2065550117.0")), ["- (206) 555-0117"]);
        let lost = one("Name,Phone", "Ann Lee,2.06555E+09");
        assert_eq!((lost.phones.len(), lost.notes.len()), (0, 1));
        let two = one("Name,Phone,Email", "Ann Lee,206-555-0101; 206-555-0102,Ann <ann@x.example>; ANN@x.example");
        assert_eq!((two.phones.len(), two.emails.len(), two.warnings.len()), (2, 1, 0));
    }

    #[test]
    fn only_a_clear_no_leaves_a_do_not_contact_unset() {
        for (cell, set) in [("x", true), ("Yes", true), ("2024-03-01", true), ("no", false), ("0", false), ("", false), ("n/a", false)] {
            assert_eq!(one("Name,Do Not Contact", &format!("Ann Lee,{cell}")).do_not_contact, set, "{cell}");
        }
    }

    #[test]
    fn the_taxonomy_that_counts_is_the_one_with_the_switch() {
        let header = "NPI,Provider Last Name (Legal Name),Provider First Name,Healthcare Provider Taxonomy Code_1,Provider License Number_1,\
            Provider License Number State Code_1,Healthcare Provider Primary Taxonomy Switch_1,Healthcare Provider Taxonomy Code_2,\
            Provider License Number_2,Provider License Number State Code_2,Healthcare Provider Primary Taxonomy Switch_2";
        let contact = one(header, "2003000207,TRAN,AMY,225700000X,MA1,WA,N,363L00000X,AP2,OR,Y");
        let found = (contact.taxonomy_code.as_deref(), contact.license_no.as_deref(), contact.license_state.as_deref());
        assert_eq!((name(&contact).as_str(), found), ("Amy//Tran//", (Some("363L00000X"), Some("AP2"), Some("OR"))));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_row_is_read_or_refused_but_never_panics(cells in proptest::collection::vec("[a-cA-Cé'\"=,.@:&< >\n0-9-]{0,12}", 36)) {
            let header: Vec<String> = Field::ALL.iter().map(Field::to_string).collect();
            let mut mapping = mapping::guess(&header);
            for (column, field) in mapping.columns.iter_mut().zip(Field::ALL) {
                column.field = Some(*field);
            }
            if let Ok(contact) = read(&mapping, &Record { number: 2, cells, extra: false }) {
                prop_assert!(contact.last_name.is_some() || contact.organization.is_some());
            }
        }
    }

    #[test]
    fn a_mailbox_of_the_front_desk_is_known_as_shared() {
        let shared = |text: &str| is_shared_mailbox(&Email::parse(text).expect("an email"));
        assert!(shared("Front.Desk@x.example") && shared("info@x.example") && shared("office2+new@x.example"));
        assert!(!shared("frontier@x.example") && !shared("ann.lee@x.example"));
    }
}
