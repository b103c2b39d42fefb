//! What pays, as people read it: the answer in words, the ranked table, a row opened, and the things behind each number.

pub mod answer;
pub mod api;
pub mod behind;
pub mod pages;
pub mod period;
mod store;
pub mod view;

use super::kpi::{SourceKey, Tally, per, place};
use super::sources::{self, SourceRow, SourcesFilter, Span, Tallied};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::patient;
use crate::entity::provider::Model as Provider;
use crate::error::{AppError, Result};
use crate::network;
use crate::patients::view::full_name;
use crate::payments::money::RootCause;
use crate::referrals::referral::SourceKind;
use crate::types::{Check, Cursor, Text};
use answer::{Fact, Facts};
use behind::Of;
use period::{Sort, WhatPays};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::BehindRow;
use view::{BehindView, Drill, LostPart, PayerPart, RankedRow, RowsView, WhatPaysView};

/// The page: the answer, the table in its order, and the opened row.
pub async fn what_pays(app: &App, by: &Actor, ask: &WhatPays) -> Result<WhatPaysView> {
    let span = ask.filter(app.today()).check(app.today())?;
    let tallied = sources::tallied(app, by, span).await?;
    let providers: Vec<i64> = tallied.providers.keys().copied().collect();
    let offices = store::offices(app, &providers).await?;
    let cost_cents = crate::practice::of(&app.db).await?.visit_cost_cents;
    let lost = lost(store::write_offs(app, span, None).await?);
    let mut rows: Vec<(SourceKey, Tally, RankedRow)> = Vec::new();
    for (key, name, tally) in &tallied.rows {
        rows.push((*key, tally.clone(), ranked_row(*key, name, tally, &tallied, &offices)));
    }
    sort(&mut rows, ask.sort.as_str().parse().unwrap_or(Sort::PerReferral));
    let answer = answer::answer(&Facts {
        sources: rows.iter().filter(|(key, ..)| key.is_source()).map(fact).collect(),
        cost_cents,
        lost: lost.into_iter().map(|l| (l.reason, l.cents)).collect(),
        resolved: tallied.total.resolved(),
    });
    let opened = rows.iter().find(|(.., row)| is_open(row, ask)).map(|(key, _, row)| (*key, row.row.clone()));
    let opened = match opened {
        Some((key, row)) => Some(drill(app, span, key, &row).await?),
        None => None,
    };
    let total = SourceRow::of("Total".into(), "total", None, &tallied.total);
    Ok(WhatPaysView {
        period: ask.period(),
        from: span.from,
        to: span.to,
        as_of: span.as_of,
        cost_cents,
        answer,
        rows: rows.into_iter().map(|(.., row)| row).collect(),
        total: RankedRow::of(None, total, &tallied.total, "All sources".into(), "All".into(), None),
        opened,
    })
}

fn ranked_row(key: SourceKey, name: &str, tally: &Tally, tallied: &Tallied, offices: &HashMap<i64, String>) -> RankedRow {
    let provider: Option<&Provider> = if let SourceKey::Provider(id) = key { tallied.providers.get(&id) } else { None };
    let row = SourceRow::of(name.into(), sources::word(key), provider.map(|p| p.public_id), tally);
    let (spoken, short) = match provider {
        Some(p) => (network::view::named(p).spoken(), network::view::named(p).short()),
        None => (in_words(key).to_string(), in_words(key).to_string()),
    };
    let about = match key {
        SourceKey::Provider(id) => offices.get(&id).cloned(),
        SourceKey::Kind(_) => None,
        SourceKey::Unattributed => Some("No source on file".into()),
        SourceKey::Unmatched => Some("Money on no claim yet".into()),
        SourceKey::Unallocated => Some("Items of deposits that name no claim".into()),
    };
    RankedRow::of(Some(key), row, tally, spoken, short, about)
}

/// What is no provider, as one says it.
fn in_words(key: SourceKey) -> &'static str {
    match key {
        SourceKey::Kind(SourceKind::Myself) => "Self-referred",
        SourceKey::Kind(SourceKind::Patient) => "Other patients",
        SourceKey::Kind(SourceKind::Attorney) => "Attorneys",
        SourceKey::Kind(SourceKind::Event) => "Events",
        SourceKey::Kind(SourceKind::Web) => "The web",
        SourceKey::Kind(_) | SourceKey::Provider(_) => "Other sources",
        SourceKey::Unattributed => "Unattributed",
        SourceKey::Unmatched => "Unmatched",
        SourceKey::Unallocated => "Unallocated",
    }
}

fn fact((_, tally, row): &(SourceKey, Tally, RankedRow)) -> Fact {
    Fact {
        name: row.short.clone(),
        referrals: tally.referrals,
        visits: tally.visits,
        net_cents: tally.net_cents(),
        is_ranked: tally.is_ranked(),
    }
}

/// Ranked sources first, then those with few referrals, then what is no source; within each by the figure asked for.
fn sort(rows: &mut [(SourceKey, Tally, RankedRow)], by: Sort) {
    let figure = |tally: &Tally| match by {
        Sort::PerReferral => tally.per_referral_cents(),
        Sort::PerVisit => tally.per_visit_cents(),
        Sort::Referrals => Some(tally.referrals),
        Sort::Visits => Some(tally.visits),
        Sort::Net => Some(tally.net_cents()),
        Sort::Outstanding => Some(tally.outstanding_cents()),
        Sort::WrittenOff => Some(tally.written_off_cents),
    };
    // Stable: what is equal, and the last three, stay in the order of the table.
    rows.sort_by(|(a_key, a, _), (b_key, b, _)| {
        let by_place = place(*a_key, a).cmp(&place(*b_key, b));
        let by_figure = if a_key.is_source() { figure(b).cmp(&figure(a)) } else { std::cmp::Ordering::Equal };
        by_place.then(by_figure)
    });
    let ranked = rows.iter_mut().filter(|(key, tally, _)| place(*key, tally) == 0);
    for (at, (.., row)) in ranked.enumerate() {
        row.rank = i64::try_from(at + 1).ok();
    }
}

/// A row is opened by its provider's id, or by its kind.
fn is_open(row: &RankedRow, ask: &WhatPays) -> bool {
    match row.row.source_id {
        Some(id) => ask.open.as_str() == id.to_string(),
        None => ask.open.as_str() == row.row.source_kind,
    }
}

async fn drill(app: &App, span: Span, key: SourceKey, row: &SourceRow) -> Result<Drill> {
    let names = store::payer_names(app).await?;
    let part = |p: store::PayerRow| PayerPart {
        payer: p.payer_id.and_then(|id| names.get(&id).cloned()).unwrap_or_else(|| "Patient pays".into()),
        visits: p.visits,
        net_cents: p.net_cents,
        per_visit_cents: per(p.net_cents, p.visits),
    };
    let mut payers: Vec<PayerPart> = store::payers(app, span, Some(key)).await?.into_iter().map(part).collect();
    payers.sort_by_key(|p| (std::cmp::Reverse(p.per_visit_cents), p.payer.clone()));
    let lost = lost(store::write_offs(app, span, Some(key)).await?);
    Ok(Drill { source_kind: row.source_kind.clone(), source_id: row.source_id, payers, lost })
}

/// In words, the largest first. Without a denial it was our own decision.
fn lost(rows: Vec<store::LostRow>) -> Vec<LostPart> {
    let one = |row: store::LostRow| LostPart { reason: row.cause.map_or("Our own decision", RootCause::label).into(), cents: row.cents };
    let mut parts: Vec<LostPart> = rows.into_iter().map(one).filter(|l| l.cents != 0).collect();
    parts.sort_by_key(|l| (-l.cents, l.reason.clone()));
    parts
}

/// Which number of the table is asked about.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RowsAsk {
    /// As in the table: provider, self, ..., unattributed, unmatched, unallocated; total where nothing is said.
    pub source_kind: Text,
    /// The provider's id.
    pub source_id: Text,
    /// referrals, converted, visits, claims, charges, insurer, patient, net, contractual, written_off, outstanding,
    /// adjudicated, ever_denied or now_denied; net where nothing is said.
    pub of: Text,
    pub from: Text,
    pub to: Text,
    pub as_of: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Whether the actor may go from a number down to patients.
pub fn may_open(by: &Actor) -> bool {
    [Thing::Claims, Thing::Referrals, Thing::Patients].iter().all(|thing| by.rights(*thing).read == Reach::All)
}

/// The things behind a number, and the same sum at their end. Only for those who may go down to patients.
pub async fn rows(app: &App, by: &Actor, ask: &RowsAsk) -> Result<RowsView> {
    by.rights(Thing::WhatPays).to_read("page")?;
    if !may_open(by) {
        return Err(AppError::NotFound("page"));
    }
    let rows = app.held(format!("rows of {ask:?}"), gather_rows(app, ask)).await?;
    Ok(RowsView::clone(&rows))
}

async fn gather_rows(app: &App, ask: &RowsAsk) -> Result<RowsView> {
    let mut check = Check::new(app.today());
    let of: Option<Of> = check.choice("of", &ask.of);
    let of = check.done(of)?.unwrap_or(Of::Net);
    let cursor = Cursor::read(&ask.cursor, &ask.limit).map_err(AppError::BadRequest)?;
    let filter = SourcesFilter { from: ask.from.clone(), to: ask.to.clone(), as_of: ask.as_of.clone() };
    let span = filter.check(app.today())?;
    let key = key(app, ask).await?;
    let source = name(app, key).await?;
    let part = part(app, span, of, key, cursor.limit, u64::try_from(cursor.shown()).unwrap_or(0)).await?;
    Ok(RowsView {
        label: of.label(),
        is_money: of.is_money(),
        source_kind: key.map_or("total", sources::word).into(),
        source_id: source.1,
        source: source.0,
        from: span.from,
        to: span.to,
        as_of: span.as_of,
        count: part.count,
        sum: part.sum,
        next_cursor: cursor.counted(part.items.len(), part.count),
        items: views(app, part.items).await?,
        of,
    })
}

/// The source that a row's key names; none is the total.
async fn key(app: &App, ask: &RowsAsk) -> Result<Option<SourceKey>> {
    let id = match ask.source_id.is_blank() {
        true => None,
        false => Some(network::find(&app.db, ask.source_id.as_str()).await?.id),
    };
    match (ask.source_kind.as_str(), id) {
        ("" | "total", None) => Ok(None),
        (kind, id) => sources::read_key(kind, id).map(Some),
    }
}

async fn name(app: &App, key: Option<SourceKey>) -> Result<(String, Option<uuid::Uuid>)> {
    Ok(match key {
        None => ("All sources".into(), None),
        Some(SourceKey::Provider(id)) => {
            let provider = network::provider_row(&app.db, id).await?;
            (network::view::named(&provider).spoken(), Some(provider.public_id))
        }
        Some(key) => (in_words(key).into(), None),
    })
}

/// A part of the things, with the count and sum of all of them.
struct Part {
    count: i64,
    sum: i64,
    items: Vec<BehindRow>,
}

/// Claims to which something happened since are summed from their events and stand first; the rest is summed where it is.
async fn part(app: &App, span: Span, of: Of, key: Option<SourceKey>, limit: u64, offset: u64) -> Result<Part> {
    let from_claims = of.tables().contains(&behind::Table::Claims);
    let touched = if from_claims { super::store::touched(&app.db, span.as_of).await? } else { Vec::new() };
    let mut replayed = replayed(app, span, of, key, &touched).await?;
    let (count, sum) = store::summed(app, span, of, key, &touched).await?;
    let (more, above) = (replayed.len() as u64, replayed.iter().map(|r| r.amount).sum::<i64>());
    let mut items: Vec<BehindRow> =
        replayed.drain(..).skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(usize::try_from(limit).unwrap_or(0)).collect();
    let left = limit - items.len() as u64;
    if left > 0 {
        items.extend(store::behind(app, span, of, key, &touched, left, offset.saturating_sub(more)).await?);
    }
    Ok(Part { count: count + i64::try_from(more).unwrap_or(0), sum: sum + above, items })
}

async fn replayed(app: &App, span: Span, of: Of, key: Option<SourceKey>, touched: &[i64]) -> Result<Vec<BehindRow>> {
    let mut found = Vec::new();
    for (source, claim, ledger) in sources::replayed(app, span, touched).await? {
        if key.is_some_and(|only| only != source) {
            continue;
        }
        let amount = of.of(&sources::of_claim(&claim, ledger, span.as_of));
        if amount != 0 {
            found.push(BehindRow {
                kind: "claim".into(),
                id: claim.public_id,
                label: claim.number,
                patient_id: Some(claim.patient_id),
                payer_id: Some(claim.payer_id),
                state: claim.state.to_string(),
                on_day: claim.service_on,
                amount,
            });
        }
    }
    found.sort_by_key(|r| (std::cmp::Reverse(r.on_day), r.label.clone()));
    Ok(found)
}

async fn views(app: &App, rows: Vec<BehindRow>) -> Result<Vec<BehindView>> {
    let patients = db::by_ids::<patient::Entity>(&app.db, rows.iter().filter_map(|r| r.patient_id)).await?;
    let payers = store::payer_names(app).await?;
    let one = |row: BehindRow| BehindView {
        page: match row.kind.as_str() {
            "referral" => "referrals",
            "claim" => "claims",
            "visit" => "visits",
            "item" => "payments",
            _ => "patients",
        },
        patient: row.patient_id.and_then(|id| patients.get(&id)).map(full_name),
        payer: row.payer_id.and_then(|id| payers.get(&id).cloned()),
        kind: row.kind,
        id: row.id,
        label: row.label,
        state: row.state,
        on: row.on_day,
        amount: row.amount,
    };
    Ok(rows.into_iter().map(one).collect())
}
