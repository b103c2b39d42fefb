//! The queries of posting: a fixed number of them for each few thousand claims.

use super::book::{Account, Book, Facts, Moving, Page, Sending};
use crate::audit::{Entry, Moved};
use crate::claims::claim::AnswerKind;
use crate::db::{AT_ONCE, next_ids};
use crate::entity::{
    claim, claim_line, claim_version, coverage, decision, denial, money_event, payer, remittance, rule_sheet, transmission,
    transmission_answer,
};
use crate::error::Result;
use crate::payments::ledger;
use crate::payments::plan::{Sent, SentLine};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Reads some claims with all that an answer of this payer is judged by; they are held until the end of the work.
pub async fn open(work: &Work<'_>, ids: BTreeSet<i64>, of: &payer::Model) -> Result<Book> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut claims = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let named = claim::Entity::find().filter(claim::Column::Id.is_in(some.iter().copied())).order_by_asc(claim::Column::Id);
        claims.extend(named.lock_exclusive().all(&work.tx).await?);
    }
    let mut sendings = sendings(work, &ids).await?;
    let sent = versions(work, sendings.values().flatten().map(|s| s.version_id)).await?;
    let mut decisions = by_claim(decisions(work, &ids).await?, |d| d.claim_id);
    let mut denials = by_claim(denials(work, &ids).await?, |d| d.claim_id);
    let mut events = events(work, &claims).await?;
    let facts = Facts {
        coverages: coverages(work, claims.iter().filter(|c| c.payer_id != of.id)).await?,
        sheets: sheets(work, claims.iter().map(|c| c.payer_id)).await?,
        payers: payers(work, decisions.values().flatten().map(|d| d.remittance_id)).await?,
    };
    let one = |claim: claim::Model| {
        let own = sendings.remove(&claim.id).unwrap_or_default();
        let left: BTreeSet<i64> = own.iter().map(|s| s.version_id).collect();
        let total = |version_id: i64| sent.get(&version_id).map_or(0, |s| s.total_cents);
        let ledger = ledger::Ledger {
            events: events.remove(&claim.id).unwrap_or_default(),
            decisions: decisions.remove(&claim.id).unwrap_or_default(),
            sent: own.iter().map(|s| ledger::Sent { on: s.on, frequency: s.frequency, total_cents: total(s.version_id) }).collect(),
        };
        let last = own.last().map(|s| Sending { id: s.id, on: s.on });
        let sent = left.into_iter().filter_map(|id| sent.get(&id).cloned()).collect();
        let denials = denials.remove(&claim.id).unwrap_or_default();
        (claim.id, Account::new(claim, ledger, sent, last, denials))
    };
    let accounts = claims.into_iter().map(one).collect();
    Ok(Book { accounts, facts, page: Page::new(work.now, work.by.user_id()) })
}

struct Left {
    id: i64,
    version_id: i64,
    frequency: i64,
    on: NaiveDate,
}

async fn sendings(work: &Work<'_>, ids: &[i64]) -> Result<HashMap<i64, Vec<Left>>> {
    use transmission::Column::{ClaimId, ClaimVersionId, Frequency, Id, N, PayerRank, SentOn};
    let mut found: HashMap<i64, Vec<Left>> = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let of =
            transmission::Entity::find().filter(ClaimId.is_in(some.iter().copied())).filter(PayerRank.eq(1)).order_by_asc(N).select_only();
        let rows: Vec<(i64, i64, i64, i64, NaiveDate)> =
            of.columns([ClaimId, Id, ClaimVersionId, Frequency, SentOn]).into_tuple().all(&work.tx).await?;
        for (claim_id, id, version_id, frequency, on) in rows {
            found.entry(claim_id).or_default().push(Left { id, version_id, frequency, on });
        }
    }
    Ok(found)
}

/// What left, by version.
async fn versions(work: &Work<'_>, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, Sent>> {
    use claim_line::Column::{ChargeCents, ClaimVersionId, Code, Id, N};
    let ids: Vec<i64> = ids.collect::<BTreeSet<i64>>().into_iter().collect();
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let totals = claim_version::Entity::find().filter(claim_version::Column::Id.is_in(some.iter().copied())).select_only();
        let totals = totals.columns([claim_version::Column::Id, claim_version::Column::TotalCents]);
        for (version_id, total_cents) in totals.into_tuple::<(i64, i64)>().all(&work.tx).await? {
            found.insert(version_id, Sent { version_id, total_cents, lines: Vec::new() });
        }
        let lines = claim_line::Entity::find().filter(ClaimVersionId.is_in(some.iter().copied())).order_by_asc(N).select_only();
        let lines = lines.columns([ClaimVersionId, Id, N, Code, ChargeCents]);
        for (version_id, id, n, code, charge_cents) in lines.into_tuple::<(i64, i64, i64, String, i64)>().all(&work.tx).await? {
            if let Some(sent) = found.get_mut(&version_id) {
                sent.lines.push(SentLine { id, n, code, charge_cents });
            }
        }
    }
    Ok(found)
}

async fn decisions(work: &Work<'_>, ids: &[i64]) -> Result<Vec<decision::Model>> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let of = decision::Entity::find().filter(decision::Column::ClaimId.is_in(some.iter().copied()));
        found.extend(of.order_by_asc(decision::Column::Id).all(&work.tx).await?);
    }
    Ok(found)
}

async fn denials(work: &Work<'_>, ids: &[i64]) -> Result<Vec<denial::Model>> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let of = denial::Entity::find().filter(denial::Column::ClaimId.is_in(some.iter().copied()));
        found.extend(of.order_by_asc(denial::Column::Id).all(&work.tx).await?);
    }
    Ok(found)
}

/// The events of each claim: its own, and what was taken for its visit before it was drafted.
async fn events(work: &Work<'_>, claims: &[claim::Model]) -> Result<HashMap<i64, Vec<money_event::Model>>> {
    use money_event::Column::{ClaimId, Id, VisitId};
    let mut found: HashMap<i64, Vec<money_event::Model>> = HashMap::new();
    for some in claims.chunks(AT_ONCE) {
        let visits: HashMap<i64, i64> = some.iter().filter(|c| c.part == 1).filter_map(|c| Some((c.visit_id?, c.id))).collect();
        let own = Condition::any().add(ClaimId.is_in(some.iter().map(|c| c.id)));
        let early = Condition::all().add(VisitId.is_in(visits.keys().copied())).add(ClaimId.is_null());
        let of = if visits.is_empty() { own } else { own.add(early) };
        for event in money_event::Entity::find().filter(of).order_by_asc(Id).all(&work.tx).await? {
            let claim_id = event.claim_id.or_else(|| visits.get(&event.visit_id?).copied());
            found.entry(claim_id.unwrap_or_default()).or_default().push(event);
        }
    }
    Ok(found)
}

async fn coverages(work: &Work<'_>, of: impl Iterator<Item = &claim::Model>) -> Result<HashMap<i64, Vec<coverage::Model>>> {
    use coverage::Column::{DeletedAt, Id, PatientId, Rank, ReplacedAt};
    let patients: Vec<i64> = of.map(|c| c.patient_id).collect::<BTreeSet<i64>>().into_iter().collect();
    let mut found: HashMap<i64, Vec<coverage::Model>> = HashMap::new();
    for some in patients.chunks(AT_ONCE) {
        let living = coverage::Entity::find().filter(ReplacedAt.is_null()).filter(DeletedAt.is_null());
        let theirs = living.filter(PatientId.is_in(some.iter().copied())).order_by_asc(Rank).order_by_desc(Id);
        for coverage in theirs.all(&work.tx).await? {
            found.entry(coverage.patient_id).or_default().push(coverage);
        }
    }
    Ok(found)
}

async fn sheets(work: &Work<'_>, payers: impl Iterator<Item = i64>) -> Result<Vec<rule_sheet::Model>> {
    use rule_sheet::Column::{EffectiveOn, PayerId, ReplacedAt};
    let living = rule_sheet::Entity::find().filter(PayerId.is_in(payers.collect::<HashSet<i64>>())).filter(ReplacedAt.is_null());
    Ok(living.order_by_desc(EffectiveOn).all(&work.tx).await?)
}

async fn payers(work: &Work<'_>, remittances: impl Iterator<Item = i64>) -> Result<HashMap<i64, i64>> {
    let ids: Vec<i64> = remittances.collect::<BTreeSet<i64>>().into_iter().collect();
    let mut found = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let of = remittance::Entity::find().filter(remittance::Column::Id.is_in(some.iter().copied())).select_only();
        let rows: Vec<(i64, i64)> = of.columns([remittance::Column::Id, remittance::Column::PayerId]).into_tuple().all(&work.tx).await?;
        found.extend(rows);
    }
    Ok(found)
}

fn by_claim<T>(rows: Vec<T>, claim_id: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut found: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(claim_id(&row)).or_default().push(row);
    }
    found
}

/// Writes all that was booked. Tells the ids of new events by those they had in the book.
pub async fn write(work: &Work<'_>, book: &Book) -> Result<HashMap<i64, i64>> {
    save_claims(work, book).await?;
    let decisions = write_decisions(work, &book.new_decisions()).await?;
    let denials = write_denials(work, book, &decisions).await?;
    let events = write_events(work, &book.new_events(), &decisions).await?;
    write_proofs(work, book).await?;
    let moves = book.page.moves.iter().map(|m| {
        let (kind, id) = match m.of {
            Moving::Claim(id) => ("claim", id),
            Moving::Denial(id) => ("denial", real(&denials, id)),
        };
        Moved { kind, id, from: m.from, to: m.to, on: m.on, why: Some(m.why.clone()) }
    });
    work.moved_all(moves.collect()).await?;
    let claims = book.page.moves.iter().filter_map(|m| match m.of {
        Moving::Claim(id) => book.accounts.get(&id),
        Moving::Denial(_) => None,
    });
    let note = |a: &Account| {
        let entry = Entry::of("moved", "claim", a.claim.id).named(a.claim.public_id).patient(a.claim.patient_id);
        entry.fields(vec!["state".into()])
    };
    work.note_all(claims.map(note).collect()).await?;
    Ok(events)
}

/// The id of a row that may be new.
fn real(written: &HashMap<i64, i64>, id: i64) -> i64 {
    written.get(&id).copied().unwrap_or(id)
}

/// Ids for new rows, by those they had in the book.
async fn ids<E: EntityTrait>(work: &Work<'_>, booked: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let ids = next_ids::<E>(&work.tx, booked.len()).await?;
    Ok(booked.into_iter().zip(ids).collect())
}

/// A row as it is, to be inserted.
fn whole<M, A>(row: M) -> A
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    row.into_active_model().reset_all()
}

async fn save_claims(work: &Work<'_>, book: &Book) -> Result<()> {
    use claim::Column::*;
    let changed = book.accounts.values().filter(|a| a.claim != a.before).map(|a| {
        let c = &a.claim;
        let values = vec![
            c.state.word().into(),
            c.payer_claim_no.clone().into(),
            c.insurer_cents.into(),
            c.patient_cents.into(),
            c.contractual_cents.into(),
            c.written_off_cents.into(),
            c.patient_share_cents.into(),
            c.ever_denied.into(),
            c.now_denied.into(),
            c.first_decided_on.into(),
            c.voided_on.into(),
        ];
        (c.id, values)
    });
    let columns = [
        State,
        PayerClaimNo,
        InsurerCents,
        PatientCents,
        ContractualCents,
        WrittenOffCents,
        PatientShareCents,
        EverDenied,
        NowDenied,
        FirstDecidedOn,
        VoidedOn,
    ];
    work.save_all::<claim::Entity>(&columns, changed.collect()).await
}

async fn write_decisions(work: &Work<'_>, new: &[&decision::Model]) -> Result<HashMap<i64, i64>> {
    let written = ids::<decision::Entity>(work, new.iter().map(|d| d.id).collect()).await?;
    let row = |d: &&decision::Model| decision::ActiveModel {
        id: Set(real(&written, d.id)),
        reverses_id: Set(d.reverses_id.map(|id| real(&written, id))),
        ..whole((*d).clone())
    };
    work.insert_all(new.iter().map(row).collect()).await?;
    Ok(written)
}

async fn write_denials(work: &Work<'_>, book: &Book, decisions: &HashMap<i64, i64>) -> Result<HashMap<i64, i64>> {
    let new = book.new_denials();
    let written = ids::<denial::Entity>(work, new.iter().map(|d| d.id).collect()).await?;
    let row = |d: &&denial::Model| denial::ActiveModel {
        id: Set(real(&written, d.id)),
        decision_id: Set(real(decisions, d.decision_id)),
        ..whole((*d).clone())
    };
    work.insert_all(new.iter().map(row).collect()).await?;
    let changed = book.accounts.values().flat_map(Account::changed_denials);
    let changed = changed.map(|d| (d.id, vec![d.state.word().into(), d.closed_on.into()])).collect();
    work.save_all::<denial::Entity>(&[denial::Column::State, denial::Column::ClosedOn], changed).await?;
    Ok(written)
}

async fn write_events(work: &Work<'_>, new: &[&money_event::Model], decisions: &HashMap<i64, i64>) -> Result<HashMap<i64, i64>> {
    let written = ids::<money_event::Entity>(work, new.iter().map(|e| e.id).collect()).await?;
    let row = |e: &&money_event::Model| money_event::ActiveModel {
        id: Set(real(&written, e.id)),
        decision_id: Set(e.decision_id.map(|id| real(decisions, id))),
        reverses_id: Set(e.reverses_id.map(|id| real(&written, id))),
        ..whole((*e).clone())
    };
    work.insert_all(new.iter().map(row).collect()).await?;
    Ok(written)
}

async fn write_proofs(work: &Work<'_>, book: &Book) -> Result<()> {
    let row = |proof: &super::book::Proof| transmission_answer::ActiveModel {
        transmission_id: Set(proof.transmission_id),
        user_id: Set(work.by.user_id()),
        kind: Set(AnswerKind::Accepted),
        words: Set(Some(proof.words.clone())),
        actor_name: Set(work.by.name.clone()),
        on_day: Set(proof.on),
        at: Set(work.now),
        ..Default::default()
    };
    work.insert_all(book.page.proofs.iter().map(row).collect()).await
}
