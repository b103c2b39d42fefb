//! Writes a plan down, in the caller's transaction: offices, people, rows, and the earlier value of each field that was changed.

use super::plan::{Deed, Outcome, Person, Plan, Thing};
use super::sheet::{Line, Ref};
use super::store;
use crate::entity::{import_change, import_row};
use crate::error::Result;
use crate::network::bulk;
use crate::network::organization::OrganizationDraft;
use crate::network::provider::Source;
use crate::types::Texts;
use crate::work::Work;
use sea_orm::Set;
use std::collections::HashMap;

/// The keys that new people and offices got.
#[derive(Debug, Default)]
pub struct Written {
    people: HashMap<Ref, i64>,
    offices: HashMap<Ref, i64>,
}

impl Written {
    fn person(&self, at: Ref) -> Option<i64> {
        at.known().or_else(|| self.people.get(&at).copied())
    }

    fn office(&self, at: Ref) -> Option<i64> {
        at.known().or_else(|| self.offices.get(&at).copied())
    }
}

/// Enters what is new and fills in what is known. `why` is kept with a stage that moves.
pub async fn write(work: &Work<'_>, plan: &Plan, why: &str) -> Result<Written> {
    let mut written = Written::default();
    let new = |at: &Ref| at.row().is_some();
    let offices: Vec<(Ref, OrganizationDraft)> =
        plan.offices.iter().filter(|(at, o)| new(at) && o.used).map(|(at, o)| (*at, o.held.draft.clone())).collect();
    let drafts: Vec<OrganizationDraft> = offices.iter().map(|(_, draft)| draft.clone()).collect();
    let ids = bulk::add_offices(work, &drafts, Source::Import).await?;
    written.offices = offices.iter().map(|(at, _)| *at).zip(ids).collect();
    let changed = plan.offices.iter().filter(|(_, o)| o.changed).filter_map(|(at, o)| Some((at.known()?, o.held.draft.clone())));
    bulk::change_offices(work, &changed.collect::<Vec<_>>()).await?;

    let whole = |person: &Person| bulk::Person {
        draft: person.held.draft.clone(),
        stage: person.held.stage,
        offices: person.offices.iter().filter_map(|at| written.office(*at)).collect(),
    };
    let people: Vec<(Ref, bulk::Person)> = plan.people.iter().filter(|(at, _)| new(at)).map(|(at, p)| (*at, whole(p))).collect();
    let changed = plan.people.iter().filter(|(_, p)| p.changed).filter_map(|(at, p)| Some((at.known()?, whole(p))));
    bulk::change_people(work, &changed.collect::<Vec<_>>(), why).await?;
    let (places, drafts): (Vec<Ref>, Vec<bulk::Person>) = people.into_iter().unzip();
    let ids = bulk::add_people(work, &drafts, Source::Import).await?;
    written.people = places.into_iter().zip(ids).collect();
    Ok(written)
}

/// A row as it is stored: the cells, the outcome, and the answer.
pub fn row(batch_id: i64, line: &Line, outcome: &Outcome, written: Option<&Written>) -> import_row::ActiveModel {
    let person = |at: Option<Ref>| at.and_then(|at| at.known().or_else(|| written?.person(at)));
    let office = outcome.office.and_then(|at| at.known().or_else(|| written?.office(at)));
    let candidate = outcome.candidate.or(line.candidate.filter(|_| line.decision.is_some()));
    let candidate_id = candidate.and_then(Ref::known).or(person(candidate));
    let candidate_row = candidate.filter(|_| candidate_id.is_none()).and_then(Ref::row);
    import_row::ActiveModel {
        import_batch_id: Set(batch_id),
        number: Set(store::number(line.record.number)),
        cells: Set(Texts(line.record.cells.clone())),
        warnings: Set(Texts(outcome.warnings.clone())),
        result: Set(outcome.result),
        reason: Set(outcome.reason.clone()),
        provider_id: Set(person(outcome.person)),
        organization_id: Set(office),
        candidate_id: Set(candidate_id),
        candidate_row: Set(candidate_row.map(store::number)),
        decision: Set(line.decision),
        decided_by_id: Set(line.decided_by_id),
        decided_at: Set(line.decided_at),
        review_key: Set(outcome.key.clone()),
        ..Default::default()
    }
}

/// Keeps what each row changed on something we had, and which offices came with it.
pub async fn note_changes(work: &Work<'_>, batch_id: i64, outcomes: &[Outcome], written: &Written) -> Result<()> {
    let told: Vec<&Outcome> = outcomes.iter().filter(|o| o.deeds.iter().any(is_kept)).collect();
    let numbers: Vec<i64> = told.iter().map(|o| store::number(o.number)).collect();
    let ids = store::row_ids(&work.tx, batch_id, &numbers).await?;
    let mut changes = Vec::new();
    for outcome in told {
        let Some(row_id) = ids.get(&store::number(outcome.number)) else { continue };
        changes.extend(outcome.deeds.iter().filter(|d| is_kept(d)).filter_map(|deed| change(*row_id, deed, written)));
    }
    store::insert_changes(work, changes).await
}

/// What was new a moment ago has no earlier value; an office that came into being is kept, so that it can go again.
fn is_kept(deed: &Deed) -> bool {
    match deed.thing {
        Thing::Person(at) => at.known().is_some(),
        Thing::Office(at) => at.known().is_some() || deed.field == "created",
    }
}

fn change(row_id: i64, deed: &Deed, written: &Written) -> Option<import_change::ActiveModel> {
    let (kind, id) = match deed.thing {
        Thing::Person(at) => ("provider", written.person(at)?),
        Thing::Office(at) => ("organization", written.office(at)?),
    };
    Some(import_change::ActiveModel {
        import_row_id: Set(row_id),
        thing_kind: Set(kind.into()),
        thing_id: Set(id),
        field: Set(deed.field.clone()),
        before: Set(deed.before.clone()),
        after: Set(deed.after.clone()),
        ..Default::default()
    })
}
