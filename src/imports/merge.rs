//! What a row that is the same person or office changes on what we have: nothing is cleared, nothing is lost [domain 6.3 points 2 and 7].
//! Pure. The stage of the relationship is no column of a file, so it is never lowered.

use super::contact::{Contact, Organization};
use super::mapping::Field;
use crate::types::{Email, Phone, Text, person_name};
use std::collections::BTreeMap;

crate::words! {
    /// What wins when both have a value [domain 6.3 point 2].
    pub enum Rule {
        FillBlanks = "fill_blanks", "Fill blanks only";
        Overwrite = "overwrite", "The file wins";
        Skip = "skip", "Leave as it is";
    }
}

/// The rule of each column; a field that is not named only fills blanks.
pub type Rules = BTreeMap<Field, Rule>;

/// What a record holds now, as text. `Email`, `Phone` and `Fax` hold all of their kind, one a line; credentials and tags with commas.
pub type Values = BTreeMap<Field, Option<String>>;

/// One field before and after. An email, phone or fax is a value that is added, with nothing before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: Field,
    pub before: Option<String>,
    pub after: String,
}

/// What a row changes on an existing provider; do-not-contact, opt-outs and notes only ever grow [domain 6.3 point 7].
pub fn changes(current: &Values, contact: &Contact, rules: &Rules) -> Vec<Change> {
    let mut merge = Merge { current, rules, changes: Vec::new() };
    merge.single(Field::Prefix, &contact.prefix);
    merge.single(Field::FirstName, &contact.first_name);
    merge.single(Field::MiddleName, &contact.middle_name);
    merge.single(Field::LastName, &contact.last_name);
    merge.single(Field::Suffix, &contact.suffix);
    merge.single(Field::Credentials, &some_list(&contact.credentials));
    merge.npi(contact);
    merge.single(Field::Title, &contact.title);
    merge.single(Field::Specialty, &contact.specialty);
    merge.single(Field::TaxonomyCode, &contact.taxonomy_code);
    merge.single(Field::LicenseNo, &contact.license_no);
    merge.single(Field::LicenseState, &contact.license_state);
    merge.single(Field::PreferredChannel, &contact.preferred_channel);
    merge.reachable(contact);
    merge.tags(&contact.tags);
    merge.notes(&contact.notes);
    merge.yes(Field::DoNotContact, contact.do_not_contact);
    merge.yes(Field::MarketingOptOut, contact.marketing_opt_out);
    merge.changes
}

/// What a row changes on an existing office. Its address is one thing: a street here and a ZIP there would be nowhere.
pub fn office_changes(current: &Values, office: &Organization, rules: &Rules) -> Vec<Change> {
    let mut merge = Merge { current, rules, changes: Vec::new() };
    let shown = |phone: &Option<Phone>| phone.as_ref().map(ToString::to_string);
    merge.number(Field::OrganizationPhone, &shown(&office.phone));
    merge.number(Field::OrganizationFax, &shown(&office.fax));
    merge.single(Field::Website, &office.website);
    let address = [
        (Field::Street, &office.street),
        (Field::Street2, &office.street2),
        (Field::City, &office.city),
        (Field::State, &office.state),
        (Field::Zip, &office.zip),
    ];
    let elsewhere = |(field, new): &(Field, &Option<String>)| match (merge.now(*field), new) {
        (Some(old), Some(new)) if *field == Field::Zip => old.get(..5) != new.get(..5),
        (Some(old), Some(new)) => person_name::fold(old) != person_name::fold(new),
        _ => false,
    };
    let moved = address.iter().any(elsewhere);
    for (field, new) in address {
        if !moved || merge.rule(field) == Rule::Overwrite {
            merge.single(field, new);
        }
    }
    merge.changes
}

struct Merge<'a> {
    current: &'a Values,
    rules: &'a Rules,
    changes: Vec<Change>,
}

impl<'a> Merge<'a> {
    fn rule(&self, field: Field) -> Rule {
        self.rules.get(&field).copied().unwrap_or(Rule::FillBlanks)
    }

    fn now(&self, field: Field) -> Option<&'a str> {
        self.current.get(&field)?.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    fn change(&mut self, field: Field, before: Option<&str>, after: impl Into<String>) {
        self.changes.push(Change { field, before: before.map(str::to_string), after: after.into() });
    }

    /// A field with one value; a blank in the file says nothing.
    fn single(&mut self, field: Field, new: &Option<String>) {
        let Some(new) = new else { return };
        match (self.now(field), self.rule(field)) {
            (_, Rule::Skip) => {}
            (None, _) => self.change(field, None, new),
            (Some(old), Rule::Overwrite) if old != new => self.change(field, Some(old), new),
            _ => {}
        }
    }

    /// The number that identifies a person is filled in, never replaced: the ladder matches nobody with another one.
    fn npi(&mut self, contact: &Contact) {
        if self.now(Field::Npi).is_none() {
            self.single(Field::Npi, &contact.npi.as_ref().map(ToString::to_string));
        }
    }

    /// A single number is compared as a number, whatever way it is written.
    fn number(&mut self, field: Field, new: &Option<String>) {
        let read = |text: &str| Phone::parse(text).ok();
        let same = self.now(field).zip(new.as_deref()).is_some_and(|(old, new)| read(old) == read(new));
        if !same {
            self.single(field, new);
        }
    }

    /// New addresses and numbers are added beside the old ones, which stay.
    fn reachable(&mut self, contact: &Contact) {
        let parts = |field| self.now(field).unwrap_or_default().split(['\n', ',', ';']);
        let emails: Vec<Email> = parts(Field::Email).filter_map(|text| Email::parse(text).ok()).collect();
        let numbers: Vec<Phone> = parts(Field::Phone).chain(parts(Field::Fax)).filter_map(|text| Phone::parse(text).ok()).collect();
        if self.rule(Field::Email) != Rule::Skip {
            for (_, email) in contact.emails.iter().filter(|(_, email)| !emails.contains(email)) {
                self.change(Field::Email, None, email.as_str());
            }
        }
        for (_, phone, is_fax) in contact.phones.iter().filter(|(_, phone, _)| !numbers.contains(phone)) {
            let field = if *is_fax { Field::Fax } else { Field::Phone };
            if self.rule(field) != Rule::Skip {
                self.change(field, None, phone.to_string());
            }
        }
    }

    fn tags(&mut self, tags: &[String]) {
        let old = self.now(Field::Tags);
        let has = |tag: &String| old.unwrap_or_default().split(',').any(|known| person_name::fold(known) == person_name::fold(tag));
        let new: Vec<String> = tags.iter().filter(|tag| !has(tag)).cloned().collect();
        if !new.is_empty() && self.rule(Field::Tags) != Rule::Skip {
            let after = old.map(str::to_string).into_iter().chain(new).collect::<Vec<_>>().join(", ");
            self.change(Field::Tags, old, after);
        }
    }

    /// Notes are added below what is there, once.
    fn notes(&mut self, notes: &[String]) {
        let old = self.now(Field::Notes);
        let words = |text: &str| format!(" {} ", person_name::fold(text).trim());
        let there = |note: &str| match words(note).as_str() {
            "  " => old.is_some_and(|old| old.contains(note)),
            note => old.is_some_and(|old| words(old).contains(note)),
        };
        let new: Vec<String> = notes.iter().filter(|note| !there(note)).cloned().collect();
        if !new.is_empty() && self.rule(Field::Notes) != Rule::Skip {
            let after = old.map(str::to_string).into_iter().chain(new).collect::<Vec<_>>().join("\n");
            self.change(Field::Notes, old, after);
        }
    }

    /// A yes is set; no file takes it back, whatever the rule [domain 6.3 point 7].
    fn yes(&mut self, field: Field, said: bool) {
        let old = self.now(field);
        if said && !old.is_some_and(|old| Text::new(old).is_yes()) && self.rule(field) != Rule::Skip {
            self.change(field, old, "true");
        }
    }
}

fn some_list(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{contact, csv_table, mapping};

    const HEADER: &str = "First Name,Last Name,NPI,Specialty,Degree,Email,Phone,Fax,Tags,Notes,Do Not Contact,Clinic,Street,Suite,City,State,Zip,Clinic Phone";
    const ROW: &str = "Helen,Okafor,2003000207,Family,\"MD, MPH\",helen@x.example,206.555.0161,206-555-0162,\"Lunch, Doctors\",prefers fax,yes,\
        Lakeview,400 Lake Ave,Suite 2,Seattle,WA,98103,206-555-0160";

    fn row(cells: &str) -> Contact {
        let table = csv_table::read(format!("{HEADER}\n{cells}\n").as_bytes()).expect("a table");
        contact::read(&mapping::guess(&table.header), &table.records[0]).expect("a contact")
    }

    fn values(held: &[(Field, &str)]) -> Values {
        held.iter().map(|(field, text)| (*field, Some(text.to_string()))).collect()
    }

    fn shown(changes: Vec<Change>) -> Vec<String> {
        changes.into_iter().map(|c| format!("{}: {} -> {}", c.field, c.before.unwrap_or_default(), c.after)).collect()
    }

    fn all(rule: Rule) -> Rules {
        Field::ALL.iter().map(|field| (*field, rule)).collect()
    }

    #[test]
    fn by_default_only_blanks_are_filled_and_what_can_be_added_is_added() {
        let held = values(&[
            (Field::FirstName, "Helena"),
            (Field::LastName, "Okafor"),
            (Field::Specialty, " "),
            (Field::Credentials, "MD"),
            (Field::Email, "office@x.example"),
            (Field::Phone, "+12065550161\n+12065550100"),
            (Field::Tags, "doctors"),
            (Field::Notes, "Met in May"),
        ]);
        assert_eq!(
            shown(changes(&held, &row(ROW), &Rules::new())),
            [
                "npi:  -> 2003000207",
                "specialty:  -> Family",
                "email:  -> helen@x.example",
                "fax:  -> (206) 555-0162",
                "tags: doctors -> doctors, Lunch",
                "notes: Met in May -> Met in May\nprefers fax",
                "do_not_contact:  -> true",
            ]
        );
    }

    #[test]
    fn a_file_that_wins_still_clears_nothing_and_replaces_no_number() {
        let held = values(&[
            (Field::FirstName, "Helena"),
            (Field::Npi, "2003000207"),
            (Field::Specialty, "Pain"),
            (Field::Title, "Partner"),
            (Field::Email, "old@x.example"),
            (Field::Notes, "prefers fax"),
            (Field::DoNotContact, "true"),
            (Field::MarketingOptOut, "true"),
        ]);
        let sparse = row("Helen,Okafor,,,,,,,,,no");
        assert_eq!(shown(changes(&held, &sparse, &all(Rule::Overwrite))), ["first_name: Helena -> Helen", "last_name:  -> Okafor"]);
        let full = shown(changes(&held, &row(ROW), &all(Rule::Overwrite)));
        assert!(full.contains(&"specialty: Pain -> Family".to_string()) && full.contains(&"email:  -> helen@x.example".to_string()));
        assert!(!full.iter().any(|c| c.starts_with("notes") || c.starts_with("npi") || c.starts_with("do_not") || c.starts_with("title")));
    }

    #[test]
    fn a_column_that_is_skipped_changes_nothing() {
        assert_eq!(changes(&Values::new(), &row(ROW), &all(Rule::Skip)), []);
        let rules = Rules::from([(Field::Email, Rule::Skip)]);
        assert!(changes(&Values::new(), &row(ROW), &rules).iter().all(|c| c.field != Field::Email));
    }

    #[test]
    fn the_same_row_again_changes_nothing() {
        let mut held = Values::new();
        for change in changes(&held, &row(ROW), &Rules::new()) {
            held.insert(change.field, Some(change.after));
        }
        assert_eq!(changes(&held, &row(ROW), &Rules::new()), []);
        assert_eq!(changes(&held, &row(ROW), &all(Rule::Overwrite)), []);
    }

    #[test]
    fn a_short_note_is_not_lost_inside_a_longer_word() {
        let held = values(&[(Field::Notes, "annual lunch")]);
        assert_eq!(
            shown(changes(&held, &row("Helen,Okafor,,,,,,,,ann"), &Rules::new())).last().map(String::as_str),
            Some("notes: annual lunch -> annual lunch\nann")
        );
        assert!(changes(&held, &row("Helen,Okafor,,,,,,,,Lunch"), &Rules::new()).iter().all(|c| c.field != Field::Notes));
    }

    #[test]
    fn the_address_of_an_office_is_filled_as_one_and_never_mixed_from_two() {
        let office = row(ROW).organization.expect("an office");
        let here = values(&[(Field::Street, "400 LAKE AVE."), (Field::Zip, "98103-1234"), (Field::OrganizationPhone, "+12065550160")]);
        let filled = ["street2:  -> Suite 2", "city:  -> Seattle", "state:  -> WA"];
        assert_eq!(shown(office_changes(&here, &office, &Rules::new())), filled);
        let moved = values(&[(Field::Street, "7 Elm Ct"), (Field::OrganizationPhone, "(206) 555-0199")]);
        assert_eq!(office_changes(&moved, &office, &Rules::new()), []);
        assert_eq!(office_changes(&moved, &office, &all(Rule::Overwrite)).len(), 6);
    }
}
