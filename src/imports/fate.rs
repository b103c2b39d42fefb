//! What is to become of each row, before anything is filled in: the ladder's verdict, what a person answered, what stands against it.
//! Pure.

use super::contact::{self, Contact};
use super::dedupe::{Keys, Ladder, OrgVerdict, Rung, Verdict};
use super::sheet::{Line, Ref, Sheet};
use super::state::Decision;
use std::collections::{HashMap, HashSet};

/// A row as it was read.
#[derive(Debug)]
pub enum Read {
    Blank,
    Wrong(Vec<String>),
    Contact(Box<Contact>),
}

/// Reads every row, with a key for each that names a person.
pub fn read(sheet: &Sheet) -> (Vec<Read>, Vec<Option<String>>) {
    let mut keys = Keys::default();
    let one = |line: &Line| match contact::read(&sheet.columns.mapping, &line.record) {
        _ if line.record.is_blank() => Read::Blank,
        Ok(contact) => Read::Contact(Box::new(contact)),
        Err(reasons) => Read::Wrong(reasons),
    };
    let rows: Vec<Read> = sheet.lines.iter().map(one).collect();
    let key = |(line, row): (&Line, &Read)| match row {
        Read::Contact(contact) if !contact.is_office_only() => {
            let key = keys.of(contact);
            Some(line.key.clone().unwrap_or(key))
        }
        _ => None,
    };
    let keys = sheet.lines.iter().zip(&rows).map(key).collect();
    (rows, keys)
}

/// What earlier imports made of rows with these keys.
#[derive(Debug, Default)]
pub struct History {
    /// Rows that somebody left out for good.
    pub left_out: HashSet<String>,
}

/// NPIs of the practice's book that a file must not give to somebody else [domain 2.1].
#[derive(Debug, Default)]
pub struct Npis {
    /// Offices by their NPI, with their names.
    pub offices: HashMap<String, (Ref, String)>,
    /// Of persons.
    pub people: HashSet<String>,
}

/// What is to become of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Fate {
    Blank,
    Wrong(Vec<String>),
    /// An earlier row of the file is about the same person or office.
    Twice {
        row: usize,
        person: Option<Ref>,
        why: Option<Rung>,
    },
    /// A person left it out; `before` in an earlier import.
    LeftOut {
        before: bool,
    },
    /// Perhaps this person; nobody has answered yet.
    Ask {
        candidate: Ref,
        why: Rung,
    },
    /// Answered "the same" about a row that waits for an answer itself.
    AskFirst {
        row: usize,
    },
    /// A person, new or known, and where they work.
    Person {
        target: Option<Ref>,
        why: Why,
        office: Option<Ref>,
    },
    /// An office alone.
    Office {
        target: Ref,
    },
}

/// How we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Nobody,
    Rung(Rung),
    Answered,
}

/// Goes through the rows in the order of the file; each is held against what is known and against the rows before it.
pub struct Judge<'a> {
    pub ladder: Ladder,
    pub npis: Npis,
    pub history: &'a History,
    /// What each row became: a person of its own, or one who was there.
    became: HashMap<usize, Ref>,
    /// The first row that was about an office alone.
    offices: HashMap<Ref, usize>,
}

impl<'a> Judge<'a> {
    pub fn new(ladder: Ladder, npis: Npis, history: &'a History) -> Self {
        Self { ladder, npis, history, became: HashMap::new(), offices: HashMap::new() }
    }

    /// `candidate` is whom an answer of the line was about, if they are still there.
    pub fn fate(&mut self, line: &Line, candidate: Option<Ref>, read: &Read, key: Option<&str>) -> Fate {
        match read {
            _ if line.decision == Some(Decision::Skip) => Fate::LeftOut { before: false },
            Read::Blank => Fate::Blank,
            Read::Wrong(reasons) => Fate::Wrong(reasons.clone()),
            Read::Contact(contact) => match self.wrong_npi(contact) {
                Some(reason) => Fate::Wrong(vec![reason]),
                None if contact.is_office_only() => self.office_alone(line.record.number, contact),
                None => self.person(line, candidate, contact, key),
            },
        }
    }

    /// An office's NPI never sits on a person, nor a person's on an office.
    fn wrong_npi(&self, contact: &Contact) -> Option<String> {
        let npi = contact.npi.as_ref()?.as_str();
        if contact.is_office_only() {
            return self.npis.people.contains(npi).then(|| "This is the NPI of a person. Enter the organization's own".to_string());
        }
        let (_, office) = self.npis.offices.get(npi)?;
        Some(format!("This is the NPI of {office}, an organization. Enter the person's own"))
    }

    fn person(&mut self, line: &Line, candidate: Option<Ref>, contact: &Contact, key: Option<&str>) -> Fate {
        let number = line.record.number;
        self.npis.people.extend(contact.npi.iter().map(ToString::to_string));
        let verdict = self.ladder.judge(number, contact, key.unwrap_or_default());
        let left_out = || key.is_some_and(|key| self.history.left_out.contains(key));
        let (target, why) = match (verdict, line.decision) {
            (Verdict::Same(id, why), _) => (Some(Ref::Known(id)), Why::Rung(why)),
            (Verdict::DuplicateInFile(row, why), _) => return self.twice(number, row, why),
            (_, Some(Decision::New)) => (None, Why::Answered),
            (verdict, Some(Decision::Same)) => match self.answered(candidate, verdict) {
                Ok(target) => (target, Why::Answered),
                Err(first) => return first,
            },
            (Verdict::New, _) => (None, Why::Nobody),
            (Verdict::Review(..) | Verdict::ReviewInFile(..), _) if left_out() => return Fate::LeftOut { before: true },
            (Verdict::Review(id, why), _) => return Fate::Ask { candidate: Ref::Known(id), why },
            (Verdict::ReviewInFile(row, why), _) => return Fate::Ask { candidate: self.person_of(row), why },
        };
        self.became.insert(number, target.unwrap_or(Ref::Row(number)));
        Fate::Person { target, why, office: self.office_of(number, contact) }
    }

    fn twice(&mut self, number: usize, row: usize, why: Rung) -> Fate {
        let person = self.became.get(&row).copied();
        self.became.extend(person.map(|person| (number, person)));
        Fate::Twice { row, person, why: Some(why) }
    }

    /// Whom somebody meant by "the same": the one they were shown, else the one the ladder finds now.
    fn answered(&self, candidate: Option<Ref>, verdict: Verdict) -> Result<Option<Ref>, Fate> {
        let found = match verdict {
            Verdict::Review(id, _) => Some(Ref::Known(id)),
            Verdict::ReviewInFile(row, _) => Some(Ref::Row(row)),
            _ => None,
        };
        match candidate.or(found) {
            Some(Ref::Row(row)) => self.became.get(&row).copied().map(Some).ok_or(Fate::AskFirst { row }),
            other => Ok(other),
        }
    }

    /// The person of an earlier row, as far as that is settled.
    fn person_of(&self, row: usize) -> Ref {
        self.became.get(&row).copied().unwrap_or(Ref::Row(row))
    }

    fn office_of(&mut self, number: usize, contact: &Contact) -> Option<Ref> {
        let office = contact.organization.as_ref()?;
        Some(match self.ladder.judge_office(number, office) {
            OrgVerdict::New => Ref::Row(number),
            OrgVerdict::Same(id) => Ref::Known(id),
            OrgVerdict::SameInFile(row) => Ref::Row(row),
        })
    }

    /// An office by its NPI, else by name and place. Another NPI is another office.
    fn office_alone(&mut self, number: usize, contact: &Contact) -> Fate {
        let npi = contact.npi.as_ref().map(ToString::to_string);
        let by_npi = npi.as_ref().and_then(|npi| self.npis.offices.get(npi)).map(|(office, _)| *office);
        let by_name = if by_npi.is_none() { self.office_of(number, contact) } else { None };
        let mut target = by_npi.or(by_name).unwrap_or(Ref::Row(number));
        let other_npi = |(known, (office, _)): (&String, &(Ref, String))| *office == target && Some(known) != npi.as_ref();
        if by_npi.is_none() && npi.is_some() && self.npis.offices.iter().any(other_npi) {
            target = Ref::Row(number);
        }
        let name = contact.name();
        self.npis.offices.extend(npi.map(|npi| (npi, (target, name))));
        match self.offices.get(&target) {
            Some(row) => Fate::Twice { row: *row, person: None, why: None },
            None => {
                self.offices.insert(target, number);
                Fate::Office { target }
            }
        }
    }
}
