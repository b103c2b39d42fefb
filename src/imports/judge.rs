//! Holds a sheet against what the practice has: everything known is loaded in a handful of queries, however many rows there are.

use super::dedupe::{self, Ladder};
use super::fate::{self, History, Judge, Npis, Read};
use super::held::{Held, HeldOffice};
use super::plan::{Person, Plan};
use super::sheet::{Line, Ref, Sheet};
use super::{fate::Fate, store};
use crate::error::Result;
use crate::network::bulk;
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, HashSet};

/// Works out what becomes of each row; nothing is written.
pub async fn judge(db: &impl ConnectionTrait, sheet: &Sheet) -> Result<Plan> {
    let (rows, keys) = fate::read(sheet);
    let known = bulk::known(db).await?;
    let living: HashMap<i64, i64> = known.people.iter().map(|p| (p.own_id, p.id)).collect();
    let (became, history) = past(db, &keys, &living).await?;
    let npis = npis(&known, &rows);
    let mut judge = Judge::new(Ladder::new(ladder_knows(known, became)), npis, &history);
    let fates: Vec<Fate> = sheet
        .lines
        .iter()
        .zip(rows.iter().zip(&keys))
        .map(|(line, (read, key))| judge.fate(line, living_candidate(line, &living), read, key.as_deref()))
        .collect();
    drop(judge);
    let mut plan = load(db, &fates).await?;
    for ((line, (read, key)), fate) in sheet.lines.iter().zip(rows.iter().zip(keys)).zip(fates) {
        plan.take(line.record.number, read, fate, key, &sheet.columns);
    }
    Ok(plan)
}

/// What earlier imports made of the same rows: the provider each became, and those that were left out.
async fn past(db: &impl ConnectionTrait, keys: &[Option<String>], living: &HashMap<i64, i64>) -> Result<(Vec<(String, i64)>, History)> {
    let keys: Vec<String> = keys.iter().flatten().cloned().collect();
    let (mut became, mut history) = (Vec::new(), History::default());
    for (key, provider_id) in store::history(db, &keys).await? {
        match provider_id {
            Some(id) => became.extend(living.get(&id).map(|id| (key, *id))),
            None => drop(history.left_out.insert(key)),
        }
    }
    Ok((became, history))
}

fn ladder_knows(known: bulk::Known, rows: Vec<(String, i64)>) -> dedupe::Known {
    let person = |p: bulk::KnownPerson| dedupe::KnownProvider {
        id: p.id,
        npi: p.npi,
        first_name: p.first_name.unwrap_or_default(),
        last_name: p.last_name,
        emails: p.emails,
        phones: p.phones,
    };
    let office = |o: bulk::KnownOffice| dedupe::KnownOrganization { id: o.id, name: o.name, zip: o.zip, phone: o.phone };
    dedupe::Known {
        providers: known.people.into_iter().map(person).collect(),
        organizations: known.offices.into_iter().map(office).collect(),
        rows,
    }
}

/// The NPIs of offices, and those of persons that the file gives to an office.
fn npis(known: &bulk::Known, rows: &[Read]) -> Npis {
    let alone = |read: &Read| match read {
        Read::Contact(contact) if contact.is_office_only() => contact.npi.as_ref().map(ToString::to_string),
        _ => None,
    };
    let given: HashSet<String> = rows.iter().filter_map(alone).collect();
    let offices = known.offices.iter().filter_map(|o| Some((o.npi.clone()?, (Ref::Known(o.id), o.name.clone()))));
    let people = known.people.iter().filter_map(|p| p.npi.clone()).filter(|npi| given.contains(npi));
    Npis { offices: offices.collect(), people: people.collect() }
}

/// Somebody may have answered about a provider who is gone, or merged, by now.
fn living_candidate(line: &Line, living: &HashMap<i64, i64>) -> Option<Ref> {
    match line.candidate? {
        Ref::Known(id) => living.get(&id).map(|id| Ref::Known(*id)),
        row => Some(row),
    }
}

/// Copies of everybody and every office that the fates name.
async fn load(db: &impl ConnectionTrait, fates: &[Fate]) -> Result<Plan> {
    let person = |fate: &Fate| match fate {
        Fate::Person { target: Some(Ref::Known(id)), .. } => Some(*id),
        _ => None,
    };
    let office = |fate: &Fate| match fate {
        Fate::Person { office: Some(Ref::Known(id)), .. } | Fate::Office { target: Ref::Known(id) } => Some(*id),
        _ => None,
    };
    let people = bulk::people(db, &unique(fates.iter().filter_map(person))).await?;
    let there = people.values().flat_map(|p| p.offices.iter().copied());
    let offices = bulk::offices(db, &unique(fates.iter().filter_map(office).chain(there))).await?;
    let whole = |(id, p): (i64, bulk::Person)| {
        let offices = p.offices.into_iter().map(Ref::Known).collect();
        (id, Person { held: Held { draft: p.draft, stage: p.stage }, offices, changed: false })
    };
    let offices = offices.into_iter().map(|(id, draft)| (id, HeldOffice { draft })).collect();
    Ok(Plan::new(people.into_iter().map(whole).collect(), offices))
}

fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
