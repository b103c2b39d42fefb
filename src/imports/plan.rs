//! What an import will do: the fates of the rows, worked out on copies of what we have. A dry run stops here, a real one writes this
//! down; so both give the same counts. Pure.

use super::contact::Contact;
use super::fate::{Fate, Read, Why};
use super::held::{Held, HeldOffice};
use super::mapping::{self, Field};
use super::merge::{Change, Rule, Rules};
use super::sheet::{Columns, Ref};
use super::state::RowResult;
use std::collections::{BTreeMap, HashMap};

/// A provider with what the file makes of them.
#[derive(Clone, Debug)]
pub struct Person {
    pub held: Held,
    /// Where they work, the main office first.
    pub offices: Vec<Ref>,
    pub changed: bool,
}

/// An office with what the file makes of it. A new one is entered only if somebody works there or a row is about it.
#[derive(Clone, Debug)]
pub struct Office {
    pub held: HeldOffice,
    pub changed: bool,
    pub used: bool,
}

/// What becomes of one row.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub number: usize,
    pub result: RowResult,
    pub reason: Option<String>,
    pub warnings: Vec<String>,
    pub key: Option<String>,
    pub person: Option<Ref>,
    pub office: Option<Ref>,
    pub candidate: Option<Ref>,
    pub deeds: Vec<Deed>,
}

/// One field that a row changes on something we have, with its earlier value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    pub thing: Thing,
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Person(Ref),
    Office(Ref),
}

/// Everybody and every office that the file touches, and what becomes of each row.
#[derive(Debug, Default)]
pub struct Plan {
    pub people: BTreeMap<Ref, Person>,
    pub offices: BTreeMap<Ref, Office>,
    pub outcomes: Vec<Outcome>,
}

/// How many rows came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally(pub [i64; RowResult::ALL.len()]);

impl Tally {
    pub fn of(&self, result: RowResult) -> i64 {
        RowResult::ALL.iter().position(|r| *r == result).map_or(0, |at| self.0[at])
    }

    pub fn add(&mut self, result: RowResult, rows: i64) {
        if let Some(at) = RowResult::ALL.iter().position(|r| *r == result) {
            self.0[at] += rows;
        }
    }
}

impl Plan {
    /// Begins with copies of everybody and every office that the file may touch.
    pub fn new(people: HashMap<i64, Person>, offices: HashMap<i64, HeldOffice>) -> Self {
        let office = |held| Office { held, changed: false, used: true };
        Self {
            people: people.into_iter().map(|(id, person)| (Ref::Known(id), person)).collect(),
            offices: offices.into_iter().map(|(id, held)| (Ref::Known(id), office(held))).collect(),
            outcomes: Vec::new(),
        }
    }

    /// Works one row out, in the order of the file.
    pub fn take(&mut self, number: usize, read: &Read, fate: Fate, key: Option<String>, columns: &Columns) {
        let mut row = Outcome::new(number, key);
        if let Read::Contact(contact) = read {
            row.warnings = contact.warnings.clone();
        }
        match (fate, read) {
            (Fate::Person { target, why, office }, Read::Contact(contact)) => {
                self.person(&mut row, contact, target, why, office, &columns.rules)
            }
            (Fate::Office { target }, Read::Contact(contact)) => self.office(&mut row, contact, target, &columns.rules),
            (Fate::Wrong(reasons), _) => row.end(RowResult::Error, Some(reasons.join(". "))),
            (Fate::LeftOut { before }, _) => row.end(RowResult::Unchanged, Some(left_out(before).into())),
            (Fate::Twice { row: first, person, why }, _) => {
                row.person = person;
                row.end(RowResult::DuplicateInFile, Some(twice(first, why)));
            }
            (Fate::Ask { candidate, why }, _) => {
                row.candidate = Some(candidate);
                row.end(RowResult::Review, Some(asked(candidate, why.label())));
            }
            (Fate::AskFirst { row: first }, _) => {
                row.candidate = Some(Ref::Row(first));
                row.end(
                    RowResult::Review,
                    Some(format!("The same as row {first}, which waits for an answer itself. Answer that row first")),
                );
            }
            _ => row.end(RowResult::Blank, Some("This row is empty".into())),
        }
        self.outcomes.push(row);
    }

    fn person(&mut self, row: &mut Outcome, contact: &Contact, target: Option<Ref>, why: Why, office: Option<Ref>, rules: &Rules) {
        let target = target.unwrap_or(Ref::Row(row.number));
        let is_own = target == Ref::Row(row.number);
        let fresh = || Person { held: Held::new(contact.last_name.clone().unwrap_or_default()), offices: Vec::new(), changed: false };
        let person = self.people.entry(target).or_insert_with(fresh);
        // Rules say who wins; where nobody was, everything is taken.
        let nobody = Rules::new();
        let changes = person.held.take(contact, if target.known().is_some() { rules } else { &nobody });
        person.changed |= !changes.is_empty();
        row.person = Some(target);
        row.note(Thing::Person(target), &changes);
        if let Some(office) = office {
            self.work_at(row, contact, target, office, rules);
        }
        match (is_own, row.deeds.is_empty()) {
            (true, _) => row.end(RowResult::Created, None),
            (_, true) => row.end(RowResult::Unchanged, Some(format!("{}. Nothing new", why.words()))),
            _ => row.end(RowResult::Updated, Some(format!("{}. {}", why.words(), told(&row.deeds)))),
        }
    }

    /// Puts somebody where the row says, if they are nowhere or the file wins; what the row says about the office is taken either way.
    fn work_at(&mut self, row: &mut Outcome, contact: &Contact, target: Ref, at: Ref, rules: &Rules) {
        let Some(said) = &contact.organization else { return };
        let wins = rules.get(&Field::Organization).copied().unwrap_or(Rule::FillBlanks);
        let names =
            |offices: &[Ref], all: &BTreeMap<Ref, Office>| offices.first().and_then(|at| all.get(at)).map(|o| o.held.draft.name.clone());
        let Some(person) = self.people.get_mut(&target) else { return };
        let joins = !person.offices.contains(&at)
            && match wins {
                Rule::FillBlanks => person.offices.is_empty(),
                Rule::Overwrite => true,
                Rule::Skip => target.row().is_some(),
            };
        let before = names(&person.offices, &self.offices);
        if joins {
            person.offices.insert(0, at);
            person.changed = true;
        }
        let stays = person.offices.contains(&at);
        let fresh = || Office { held: HeldOffice::new(said.name.clone()), changed: false, used: false };
        let office = self.offices.entry(at).or_insert_with(fresh);
        let nobody = Rules::new();
        let changes = office.held.take(said, if at.known().is_some() { rules } else { &nobody });
        office.changed |= !changes.is_empty();
        row.office = Some(at).filter(|_| stays || at.known().is_some());
        if joins {
            let after = Some(office.held.draft.name.clone());
            row.deeds.push(Deed { thing: Thing::Person(target), field: Field::Organization.word().into(), before, after });
        }
        if stays && !office.used {
            office.used = true;
            row.deeds.push(Deed::made(at, &office.held));
        }
        if at.known().is_some() {
            row.note(Thing::Office(at), &changes);
        }
    }

    fn office(&mut self, row: &mut Outcome, contact: &Contact, target: Ref, rules: &Rules) {
        let fresh = || Office { held: HeldOffice::new(contact.name()), changed: false, used: false };
        let office = self.offices.entry(target).or_insert_with(fresh);
        let nobody = Rules::new();
        let changes = office.held.take_all(contact, if target.known().is_some() { rules } else { &nobody });
        office.changed |= !changes.is_empty();
        row.office = Some(target);
        if target.row().is_some() {
            if !office.used {
                row.deeds.push(Deed::made(target, &office.held));
            }
            office.used = true;
            return row.end(RowResult::Created, None);
        }
        row.note(Thing::Office(target), &changes);
        match row.deeds.is_empty() {
            true => row.end(RowResult::Unchanged, Some("This office is known. Nothing new".into())),
            false => row.end(RowResult::Updated, Some(format!("This office is known. {}", told(&row.deeds)))),
        }
    }

    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.outcomes.iter().for_each(|outcome| tally.add(outcome.result, 1));
        tally
    }
}

impl Outcome {
    fn new(number: usize, key: Option<String>) -> Self {
        let (warnings, deeds) = (Vec::new(), Vec::new());
        Self { number, result: RowResult::Blank, reason: None, warnings, key, person: None, office: None, candidate: None, deeds }
    }

    fn end(&mut self, result: RowResult, reason: Option<String>) {
        (self.result, self.reason) = (result, reason);
    }

    fn note(&mut self, thing: Thing, changes: &[Change]) {
        let deed = |change: &Change| Deed {
            thing,
            field: change.field.word().into(),
            before: change.before.clone(),
            after: Some(change.after.clone()),
        };
        self.deeds.extend(changes.iter().map(deed));
    }

    /// Reason and warnings in one, for lists without a column of their own for each.
    pub fn words(&self) -> Option<String> {
        let all: Vec<&str> = self.reason.iter().chain(&self.warnings).map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join(". "))
    }
}

impl Deed {
    /// An office that comes into being with a row.
    fn made(at: Ref, held: &HeldOffice) -> Self {
        Self { thing: Thing::Office(at), field: "created".into(), before: None, after: Some(held.draft.name.clone()) }
    }
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Self::Nobody => "New",
            Self::Rung(rung) => rung.label(),
            Self::Answered => "Answered: the same",
        }
    }
}

fn left_out(before: bool) -> &'static str {
    if before { "Left out in an earlier import" } else { "Left out" }
}

fn twice(first: usize, why: Option<super::dedupe::Rung>) -> String {
    match why {
        Some(why) => format!("Row {first} is the same person. {}", why.label()),
        None => format!("Row {first} is the same office"),
    }
}

fn asked(candidate: Ref, why: &str) -> String {
    match candidate {
        Ref::Known(_) => why.to_string(),
        Ref::Row(row) => format!("Perhaps the same as row {row} of this file. {why}"),
    }
}

/// `Added: fax, tags. Changed: specialty`.
fn told(deeds: &[Deed]) -> String {
    let named = |wanted: fn(&&Deed) -> bool| {
        let mut names: Vec<String> = deeds.iter().filter(wanted).map(field_words).collect();
        names.dedup();
        names.join(", ")
    };
    let (added, changed) = (named(|d| d.before.is_none()), named(|d| d.before.is_some()));
    let parts = [("Added", added), ("Changed", changed)];
    let parts: Vec<String> =
        parts.into_iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| format!("{what}: {names}")).collect();
    parts.join(". ")
}

fn field_words(deed: &Deed) -> String {
    match deed.field.parse::<Field>() {
        Ok(field) => mapping::in_words(field),
        Err(_) => "a new office".into(),
    }
}
