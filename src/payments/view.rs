//! What pages and programs see of payments.

use super::eob::Adjustment;
use super::ledger::Ledger;
use super::money::{Class, DecisionOutcome, DenialState, EventKind, Method, RootCause, reason_words};
use super::store;
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::{claim, decision, denial, money_event, patient, payer, remittance};
use crate::error::Result;
use crate::patients::view::full_name;
use crate::types::Texts;
use crate::{patients, payers};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A deposit in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RemittanceRow {
    pub id: Uuid,
    pub payer: String,
    pub trace: String,
    pub method: Method,
    pub paid_on: NaiveDate,
    pub posted_on: NaiveDate,
    pub amount_cents: i64,
    pub claims: i64,
    /// Taken back by us, as entered wrong.
    pub taken_back_on: Option<NaiveDate>,
}

/// Several deposits for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, remittances: &[remittance::Model]) -> Result<HashMap<i64, RemittanceRow>> {
    let payers = patients::payers_by_id(db, remittances.iter().map(|r| r.payer_id).collect()).await?;
    let decisions = store::decisions_of_remittances(db, remittances.iter().map(|r| r.id).collect()).await?;
    let one = |r: &remittance::Model| {
        let mut claims: Vec<i64> = decisions.iter().filter(|d| d.remittance_id == r.id).map(|d| d.claim_id).collect();
        claims.sort_unstable();
        claims.dedup();
        let row = RemittanceRow {
            id: r.public_id,
            payer: payers.iter().find(|p| p.id == r.payer_id)?.name.clone(),
            trace: r.trace.clone(),
            method: r.method,
            paid_on: r.paid_on,
            posted_on: r.posted_on,
            amount_cents: r.amount_cents,
            claims: i64::try_from(claims.len()).unwrap_or(0),
            taken_back_on: r.taken_back_on,
        };
        Some((r.id, row))
    };
    Ok(remittances.iter().filter_map(one).collect())
}

/// A deposit with everything it said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RemittanceView {
    pub id: Uuid,
    pub payer_id: Uuid,
    pub payer: String,
    pub trace: String,
    pub method: Method,
    pub paid_on: NaiveDate,
    pub posted_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub amount_cents: i64,
    /// Sum of what the claims got.
    pub claims_cents: i64,
    /// Sum of the other items, as money for us: negative where it was taken back.
    pub items_cents: i64,
    pub note: Option<String>,
    pub decisions: Vec<DecisionView>,
    pub provider_items: Vec<EventView>,
    pub taken_back_on: Option<NaiveDate>,
}

/// A payer's answer to one claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DecisionView {
    pub id: Uuid,
    pub claim_id: Uuid,
    pub claim: String,
    pub patient: String,
    pub remittance_id: Uuid,
    pub payer: String,
    pub trace: String,
    /// 1 primary, 2 secondary, 3 tertiary.
    pub payer_rank: i64,
    pub status_code: String,
    pub outcome: DecisionOutcome,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub contractual_cents: i64,
    pub patient_cents: i64,
    pub denied_cents: i64,
    pub reduced_cents: i64,
    pub adjustments: Vec<ReasonView>,
    pub posted_on: NaiveDate,
    /// Reversed by a later answer.
    pub reversed: bool,
    pub taken_back_on: Option<NaiveDate>,
}

/// Why something was not paid, in words first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReasonView {
    pub group: String,
    pub reason: String,
    pub words: Option<String>,
    pub amount_cents: i64,
    pub remarks: Vec<String>,
}

impl ReasonView {
    fn of(a: &Adjustment) -> Self {
        Self {
            group: a.group.to_string(),
            words: reason_words(a.group.word(), &a.reason).map(String::from),
            reason: a.reason.clone(),
            amount_cents: a.amount_cents,
            remarks: a.remarks.clone(),
        }
    }
}

/// One movement of money.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EventView {
    pub id: Uuid,
    pub kind: EventKind,
    pub amount_cents: i64,
    pub posted_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    /// Entered for an earlier day than that of the entry.
    pub entered_late: bool,
    pub claim: Option<String>,
    pub class: Option<Class>,
    pub group: Option<String>,
    pub reason: Option<String>,
    pub words: Option<String>,
    pub method: Option<Method>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// An opposite entry of ours: what it answers was entered wrong.
    pub entry_error: bool,
}

impl EventView {
    fn of(row: &money_event::Model, number: Option<String>) -> Self {
        let group = row.group_code.map(|g| g.to_string());
        let words = group.as_deref().zip(row.reason_code.as_deref()).and_then(|(g, r)| reason_words(g, r));
        Self {
            id: row.public_id,
            kind: row.kind,
            amount_cents: row.amount_cents,
            posted_on: row.posted_on,
            created_at: row.created_at,
            entered_late: row.posted_on < row.created_at.date_naive() - chrono::Days::new(1),
            claim: number,
            class: row.class,
            words: words.map(String::from),
            group,
            reason: row.reason_code.clone(),
            method: row.method,
            reference: row.reference.clone(),
            note: row.note.clone(),
            entry_error: row.entry_error,
        }
    }
}

/// The ledger of a claim: every event, what it stands at, what the payers said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LedgerView {
    pub claim_id: Uuid,
    pub claim: String,
    pub state: ClaimState,
    pub charge_cents: i64,
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub balance_cents: i64,
    /// More came in than was charged: to be given back.
    pub credit_cents: i64,
    pub events: Vec<EventView>,
    pub decisions: Vec<DecisionView>,
    pub denials: Vec<DenialView>,
}

/// A refusal and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DenialView {
    pub id: Uuid,
    pub state: DenialState,
    /// `CO-197`.
    pub reasons: Texts,
    /// The first reason in words.
    pub words: Option<String>,
    pub root_cause: Option<RootCause>,
    pub amount_cents: i64,
    pub received_on: NaiveDate,
    pub appeal_by: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
}

impl DenialView {
    pub fn of(row: &denial::Model) -> Self {
        let first = row.reasons.0.first().and_then(|r| r.split_once('-'));
        Self {
            id: row.public_id,
            state: row.state,
            words: first.and_then(|(g, r)| reason_words(g, r)).map(String::from),
            reasons: row.reasons.clone(),
            root_cause: row.root_cause,
            amount_cents: row.amount_cents,
            received_on: row.received_on,
            appeal_by: row.appeal_by,
            closed_on: row.closed_on,
        }
    }
}

/// Gathers one event.
pub async fn event(db: &impl ConnectionTrait, id: i64) -> Result<EventView> {
    let row = store::event_row(db, id).await?;
    let number = match row.claim_id {
        Some(id) => Some(claims::row(db, id).await?.number),
        None => None,
    };
    Ok(EventView::of(&row, number))
}

/// Gathers the ledger of a claim.
pub async fn ledger(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<LedgerView> {
    let ledger = Ledger::of(db, claim).await?;
    let standing = Ledger::standing(claim);
    Ok(LedgerView {
        claim_id: claim.public_id,
        claim: claim.number.clone(),
        state: claim.state,
        charge_cents: standing.charge_cents,
        insurer_cents: standing.insurer_cents,
        patient_cents: standing.patient_cents,
        contractual_cents: standing.contractual_cents,
        written_off_cents: standing.written_off_cents,
        balance_cents: standing.balance(),
        credit_cents: std::cmp::max(0, -standing.signed_balance()),
        events: ledger.events.iter().map(|e| EventView::of(e, Some(claim.number.clone()))).collect(),
        decisions: decisions(db, &ledger.decisions).await?,
        denials: store::denials_of(db, claim.id).await?.iter().map(DenialView::of).collect(),
    })
}

/// Gathers several decisions, with a fixed number of queries.
async fn decisions(db: &impl ConnectionTrait, rows: &[decision::Model]) -> Result<Vec<DecisionView>> {
    let remittances = db::by_ids::<remittance::Entity>(db, rows.iter().map(|d| d.remittance_id)).await?;
    let claims = db::by_ids::<claim::Entity>(db, rows.iter().map(|d| d.claim_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, claims.values().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, remittances.values().map(|r| r.payer_id)).await?;
    let reversals = store::reversals_of(db, rows.iter().map(|d| d.id).collect()).await?;
    let one = |d: &decision::Model| {
        let claim = claims.get(&d.claim_id)?;
        let remittance = remittances.get(&d.remittance_id)?;
        let raw: Vec<Adjustment> = serde_json::from_value(d.adjustments.clone()).unwrap_or_default();
        Some(DecisionView {
            id: d.public_id,
            claim_id: claim.public_id,
            claim: claim.number.clone(),
            patient: full_name(patients.get(&claim.patient_id)?),
            remittance_id: remittance.public_id,
            payer: payers.get(&remittance.payer_id)?.name.clone(),
            trace: remittance.trace.clone(),
            payer_rank: d.payer_rank,
            status_code: d.status_code.clone(),
            outcome: d.outcome,
            charge_cents: d.charge_cents,
            paid_cents: d.paid_cents,
            contractual_cents: d.contractual_cents,
            patient_cents: d.patient_cents,
            denied_cents: d.denied_cents,
            reduced_cents: d.reduced_cents,
            adjustments: raw.iter().map(ReasonView::of).collect(),
            posted_on: d.posted_on,
            reversed: reversals.iter().any(|r| r.reverses_id == Some(d.id)),
            taken_back_on: d.taken_back_on,
        })
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// Gathers a deposit.
pub async fn remittance(db: &impl ConnectionTrait, id: i64) -> Result<RemittanceView> {
    let row = store::remittance_row(db, id).await?;
    let payer = payers::row(db, row.payer_id).await?;
    let answered = store::decisions_of_remittance(db, id).await?;
    let items: Vec<money_event::Model> =
        store::events_of_remittance(db, id).await?.into_iter().filter(|e| e.kind == EventKind::ProviderItem).collect();
    let named = db::by_ids::<claim::Entity>(db, items.iter().filter_map(|e| e.claim_id)).await?;
    let number = |e: &money_event::Model| named.get(&e.claim_id?).map(|c| c.number.clone());
    Ok(RemittanceView {
        id: row.public_id,
        payer_id: payer.public_id,
        payer: payer.name,
        claims_cents: answered.iter().map(|d| d.paid_cents).sum(),
        items_cents: items.iter().map(|e| e.amount_cents).sum(),
        decisions: decisions(db, &answered).await?,
        provider_items: items.iter().map(|e| EventView::of(e, number(e))).collect(),
        trace: row.trace,
        method: row.method,
        paid_on: row.paid_on,
        posted_on: row.posted_on,
        created_at: row.created_at,
        amount_cents: row.amount_cents,
        note: row.note,
        taken_back_on: row.taken_back_on,
    })
}
