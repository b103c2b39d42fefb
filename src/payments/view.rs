//! What pages and programs see of payments.

use super::eob::Adjustment;
use super::ledger::Ledger;
use super::money::{Class, DecisionOutcome, DenialState, EventKind, Method, RootCause, reason_words};
use super::store;
use crate::app::App;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::{claim, claim_line, decision, denial, document, money_event, patient, payer, remittance};
use crate::error::{AppError, Result};
use crate::patients::view::full_name;
use crate::payers;
use crate::types::{Texts, service_code};
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
    /// Why the owner let it be posted although its file does not balance.
    pub overridden: Option<String>,
    /// Taken back by us, as entered wrong.
    pub taken_back_on: Option<NaiveDate>,
}

/// Several deposits for a list, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, remittances: &[remittance::Model]) -> Result<HashMap<i64, RemittanceRow>> {
    let payers = db::by_ids::<payer::Entity>(db, remittances.iter().map(|r| r.payer_id)).await?;
    let decisions = store::decisions_of_remittances(db, remittances.iter().map(|r| r.id).collect()).await?;
    let one = |r: &remittance::Model| {
        let mut claims: Vec<i64> = decisions.iter().filter(|d| d.remittance_id == r.id).map(|d| d.claim_id).collect();
        claims.sort_unstable();
        claims.dedup();
        let row = RemittanceRow {
            id: r.public_id,
            payer: payers.get(&r.payer_id)?.name.clone(),
            trace: r.trace.clone(),
            method: r.method,
            paid_on: r.paid_on,
            posted_on: r.posted_on,
            amount_cents: r.amount_cents,
            claims: i64::try_from(claims.len()).unwrap_or(0),
            overridden: r.overridden_why.clone(),
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
    /// Why the owner let it be posted although its file does not balance.
    pub overridden: Option<String>,
    /// The scan, if one was kept.
    pub document_id: Option<Uuid>,
    /// Entered for an earlier day than that of the entry.
    pub entered_late: bool,
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
    /// Why the owner let its deposit be posted although the file does not balance.
    pub overridden: Option<String>,
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
    /// Line by line, where the payer said it so.
    pub lines: Vec<DecisionLineView>,
    pub posted_on: NaiveDate,
    /// Reversed by a later answer.
    pub reversed: bool,
    pub taken_back_on: Option<NaiveDate>,
}

/// What a payer said about one line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DecisionLineView {
    pub n: i64,
    pub code: String,
    pub label: String,
    pub units: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub contractual_cents: i64,
    pub patient_cents: i64,
    /// Refused, reduced, or paid by the payer before.
    pub other_cents: i64,
    pub adjustments: Vec<ReasonView>,
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
    fn of_event(event: &money_event::Model) -> Option<Self> {
        Some(Self::of(&Adjustment {
            group: event.group_code?,
            reason: event.reason_code.clone()?,
            amount_cents: event.amount_cents,
            remarks: event.remarks.0.clone(),
        }))
    }

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
    /// Why the owner let its deposit be posted although the file does not balance.
    pub overridden: Option<String>,
    /// An opposite entry of ours: what it answers was entered wrong.
    pub entry_error: bool,
    /// Taken back by us on this day, as entered wrong.
    pub taken_back_on: Option<NaiveDate>,
    /// An entry of ours that stands: it may be taken back by itself.
    pub may_be_taken_back: bool,
}

impl EventView {
    fn of(
        app: &App,
        row: &money_event::Model,
        number: Option<String>,
        overridden: Option<String>,
        taken_back_on: Option<NaiveDate>,
    ) -> Self {
        let group = row.group_code.map(|g| g.to_string());
        let words = group.as_deref().zip(row.reason_code.as_deref()).and_then(|(g, r)| reason_words(g, r));
        let ours = matches!(row.kind, EventKind::PatientPayment | EventKind::Refund | EventKind::WriteOff) && row.decision_id.is_none();
        Self {
            id: row.public_id,
            kind: row.kind,
            amount_cents: row.amount_cents,
            posted_on: row.posted_on,
            created_at: row.created_at,
            entered_late: row.posted_on < app.clock.day_of(row.created_at),
            claim: number,
            class: row.class,
            words: words.map(String::from),
            group,
            reason: row.reason_code.clone(),
            method: row.method,
            reference: row.reference.clone(),
            note: row.note.clone(),
            overridden,
            entry_error: row.entry_error,
            taken_back_on,
            may_be_taken_back: ours && !row.entry_error && taken_back_on.is_none(),
        }
    }
}

impl EventView {
    /// What was done, for the line after it.
    pub fn said(&self) -> &'static str {
        match self.kind {
            EventKind::Refund => "The money is given back",
            _ => "The payment is kept",
        }
    }
}

/// Several events, with the claim's number and with what took them back.
pub async fn event_views(app: &App, db: &impl ConnectionTrait, rows: &[money_event::Model]) -> Result<Vec<EventView>> {
    let claims = db::by_ids::<claim::Entity>(db, rows.iter().filter_map(|e| e.claim_id)).await?;
    let deposits = db::by_ids::<remittance::Entity>(db, rows.iter().filter_map(|e| e.remittance_id)).await?;
    let backs = store::take_backs_of(db, rows.iter().map(|e| e.id).collect()).await?;
    let one = |e: &money_event::Model| {
        let number = e.claim_id.and_then(|id| claims.get(&id)).map(|c| c.number.clone());
        let back = backs.iter().find(|b| b.reverses_id == Some(e.id)).map(|b| b.posted_on);
        let overridden = e.remittance_id.and_then(|id| deposits.get(&id)).and_then(|d| d.overridden_why.clone());
        EventView::of(app, e, number, overridden, back)
    };
    Ok(rows.iter().map(one).collect())
}

/// The ledger of a claim: every event, what it stands at, what the payers said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LedgerView {
    pub claim_id: Uuid,
    pub claim: String,
    /// The day as of which it is told.
    pub as_of: NaiveDate,
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
    /// As it was known on a day: what closed later was open then.
    pub fn of(row: &denial::Model, as_of: NaiveDate) -> Self {
        let first = row.reasons.0.first().and_then(|r| r.split_once('-'));
        let closed_on = row.closed_on.filter(|on| *on <= as_of);
        Self {
            id: row.public_id,
            state: if row.closed_on == closed_on { row.state } else { DenialState::Open },
            words: first.and_then(|(g, r)| reason_words(g, r)).map(String::from),
            reasons: row.reasons.clone(),
            root_cause: row.root_cause,
            amount_cents: row.amount_cents,
            received_on: row.received_on,
            appeal_by: row.appeal_by,
            closed_on,
        }
    }
}

/// Gathers one event.
pub async fn event(app: &App, db: &impl ConnectionTrait, id: i64) -> Result<EventView> {
    let row = store::event_row(db, id).await?;
    let mut shown = event_views(app, db, &[row]).await?;
    shown.pop().ok_or(AppError::NotFound("payment"))
}

/// Gathers the ledger of a claim as it stands.
pub async fn ledger(app: &App, db: &impl ConnectionTrait, claim: &claim::Model) -> Result<LedgerView> {
    ledger_as_of(app, db, claim, None).await
}

/// The same as it was known on a past day: what was posted, sent and not yet taken back by then.
pub async fn ledger_as_of(app: &App, db: &impl ConnectionTrait, claim: &claim::Model, day: Option<NaiveDate>) -> Result<LedgerView> {
    let as_of = day.unwrap_or(app.today());
    let ledger = Ledger::of(db, claim).await?.as_of(as_of);
    let standing = if day.is_some() { ledger.standing_by_events() } else { claim.standing() };
    let denials = store::denials_of(db, claim.id).await?;
    let known = denials.iter().filter(|d| d.received_on <= as_of);
    let mut events = event_views(app, db, &ledger.events).await?;
    for event in &mut events {
        event.taken_back_on = event.taken_back_on.filter(|on| *on <= as_of);
    }
    Ok(LedgerView {
        claim_id: claim.public_id,
        claim: claim.number.clone(),
        as_of,
        state: claim.state,
        charge_cents: standing.charge_cents,
        insurer_cents: standing.insurer_cents,
        patient_cents: standing.patient_cents,
        contractual_cents: standing.contractual_cents,
        written_off_cents: standing.written_off_cents,
        balance_cents: standing.balance(),
        credit_cents: std::cmp::max(0, -standing.signed_balance()),
        events,
        decisions: decisions(db, &ledger.decisions, as_of).await?,
        denials: known.map(|d| DenialView::of(d, as_of)).collect(),
    })
}

/// Gathers several decisions, with a fixed number of queries.
async fn decisions(db: &impl ConnectionTrait, rows: &[decision::Model], as_of: NaiveDate) -> Result<Vec<DecisionView>> {
    let remittances = db::by_ids::<remittance::Entity>(db, rows.iter().map(|d| d.remittance_id)).await?;
    let claims = db::by_ids::<claim::Entity>(db, rows.iter().map(|d| d.claim_id)).await?;
    let patients = db::by_ids::<patient::Entity>(db, claims.values().map(|c| c.patient_id)).await?;
    let payers = db::by_ids::<payer::Entity>(db, remittances.values().map(|r| r.payer_id)).await?;
    let reversals = store::reversals_of(db, rows.iter().map(|d| d.id).collect()).await?;
    let said = store::events_of_decisions(db, rows.iter().map(|d| d.id).collect()).await?;
    let lines = db::by_ids::<claim_line::Entity>(db, said.iter().filter_map(|e| e.claim_line_id)).await?;
    let counts = |r: &&decision::Model| r.posted_on <= as_of && r.taken_back_on.is_none_or(|on| on > as_of);
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
            overridden: remittance.overridden_why.clone(),
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
            lines: decision_lines(d.id, &said, &lines),
            posted_on: d.posted_on,
            reversed: reversals.iter().filter(counts).any(|r| r.reverses_id == Some(d.id)),
            taken_back_on: d.taken_back_on,
        })
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// What a decision said line by line, from its events.
fn decision_lines(decision_id: i64, said: &[money_event::Model], lines: &HashMap<i64, claim_line::Model>) -> Vec<DecisionLineView> {
    let of_decision = || said.iter().filter(move |e| e.decision_id == Some(decision_id));
    let mut ids: Vec<i64> = of_decision().filter_map(|e| e.claim_line_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let one = |id: i64| {
        let line = lines.get(&id)?;
        let own: Vec<&money_event::Model> = of_decision().filter(|e| e.claim_line_id == Some(id)).collect();
        let sum = |classes: &[Class]| own.iter().filter(|e| e.class.is_some_and(|c| classes.contains(&c))).map(|e| e.amount_cents).sum();
        Some(DecisionLineView {
            n: line.n,
            code: line.code.clone(),
            label: service_code::label(&line.code).to_string(),
            units: line.units,
            charge_cents: line.charge_cents,
            paid_cents: own.iter().filter(|e| e.kind == EventKind::InsurerPayment).map(|e| e.amount_cents).sum(),
            contractual_cents: sum(&[Class::Contractual]),
            patient_cents: sum(&[Class::Patient]),
            other_cents: sum(&[Class::Denied, Class::Reduced, Class::PriorPayer]),
            adjustments: own.iter().filter_map(|e| ReasonView::of_event(e)).collect(),
        })
    };
    let mut shown: Vec<DecisionLineView> = ids.into_iter().filter_map(one).collect();
    shown.sort_by_key(|l| l.n);
    shown
}

/// Gathers a deposit.
pub async fn remittance(app: &App, db: &impl ConnectionTrait, id: i64) -> Result<RemittanceView> {
    let row = store::remittance_row(db, id).await?;
    let payer = payers::row(db, row.payer_id).await?;
    let answered = store::decisions_of_remittance(db, id).await?;
    let items: Vec<money_event::Model> =
        store::events_of_remittance(db, id).await?.into_iter().filter(|e| e.kind == EventKind::ProviderItem).collect();
    let document = db::by_id::<document::Entity>(db, row.document_id).await?;
    Ok(RemittanceView {
        id: row.public_id,
        payer_id: payer.public_id,
        payer: payer.name,
        claims_cents: answered.iter().map(|d| d.paid_cents).sum(),
        items_cents: items.iter().map(|e| e.amount_cents).sum(),
        decisions: decisions(db, &answered, app.today()).await?,
        provider_items: event_views(app, db, &items).await?,
        document_id: document.map(|d| d.public_id),
        entered_late: row.posted_on < app.clock.day_of(row.created_at),
        trace: row.trace,
        method: row.method,
        paid_on: row.paid_on,
        posted_on: row.posted_on,
        created_at: row.created_at,
        amount_cents: row.amount_cents,
        note: row.note,
        overridden: row.overridden_why,
        taken_back_on: row.taken_back_on,
    })
}
