//! Money at the desk: what patients pay, what is given back, what we give up; and mending our own slips.

use super::ledger::{self, Ledger};
use super::money::{DenialState, EventKind, Method};
use super::view::{EventView, LedgerView};
use super::{denials, store, view};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::care;
use crate::care::visit::VisitState;
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::entity::claim::Model as Claim;
use crate::entity::money_event::Model as Event;
use crate::error::{AppError, Result};
use crate::patients;
use crate::payers;
use crate::types::{Amount, Check, Money, Text};
use crate::work::Work;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Money from or to a patient.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPatientMoney {
    /// Number or id of the claim it is for,
    pub claim: Text,
    /// or id of the visit that the patient pays alone (or whose claim is not drafted yet),
    pub visit: Text,
    /// or id of the patient, for a payment in advance.
    pub patient: Text,
    pub amount_cents: Amount,
    pub method: Text,
    pub reference: Text,
    /// Needed for a refund: why.
    pub note: Text,
    pub posted_on: Text,
}

/// What the money is about.
struct About {
    claim: Option<Claim>,
    visit_id: Option<i64>,
    patient_id: i64,
}

async fn about(work: &Work<'_>, new: &NewPatientMoney) -> Result<About> {
    if let Some(number) = new.claim.some() {
        let claim = claims::find(&work.tx, work.by, &number)
            .await
            .map_err(|_| AppError::field("claim", format!("{number} is no claim of ours")))?;
        return Ok(About { patient_id: claim.patient_id, visit_id: None, claim: Some(claim) });
    }
    if let Some(id) = new.visit.some() {
        let visit = care::find(&work.tx, work.by, &id).await.map_err(|_| AppError::field("visit", "There is no such visit"))?;
        if matches!(visit.state, VisitState::Cancelled) {
            return Err(AppError::conflict("this visit was cancelled. Enter the money as a payment in advance"));
        }
        // Once the visit has a claim, its money belongs there.
        let claim = claims::of_visit(&work.tx, visit.id).await?.into_iter().next();
        let visit_id = if claim.is_some() { None } else { Some(visit.id) };
        return Ok(About { patient_id: visit.patient_id, visit_id, claim });
    }
    if let Some(id) = new.patient.some() {
        let patient = patients::find(&work.tx, work.by, &id).await.map_err(|_| AppError::field("patient", "There is no such patient"))?;
        return Ok(About { claim: None, visit_id: None, patient_id: patient.id });
    }
    Err(AppError::field("claim", "Say what the money is for: a claim, a visit or a patient"))
}

/// Veterans and injured workers are never billed, nor is anybody whose payer forbids it [domain 2.13].
async fn refuse_protected(work: &Work<'_>, claim: &Claim) -> Result<()> {
    let coverage = patients::coverage_row(&work.tx, claim.coverage_id).await?;
    let sheet = payers::sheet_on(&work.tx, claim.payer_id, claim.service_on).await?;
    let forbidden = coverage.kind.patient_is_never_billed() || sheet.and_then(|(s, _)| s.patient_may_be_billed) == Some(false);
    if forbidden {
        let payer = payers::row(&work.tx, claim.payer_id).await?;
        return Err(AppError::conflict(format!(
            "patients of {} may not be billed. What is left waits for an appeal or a write-off",
            payer.name
        )));
    }
    Ok(())
}

/// Takes money from a patient.
pub async fn pay(app: &App, by: &Actor, new: &NewPatientMoney) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let mut check = Check::new(app.today());
    let amount = check.some_cents("amount_cents", &new.amount_cents);
    let method: Option<Method> = check.choice("method", &new.method);
    let posted_on = check.posted_on(&new.posted_on);
    let reference = check.line("reference", &new.reference);
    let note = check.line("note", &new.note);
    check.done(())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::event(&work.tx, id).await;
    }
    let about = about(&work, new).await?;
    if let Some(claim) = &about.claim {
        if claim.state == ClaimState::Voided {
            return Err(AppError::conflict(format!("{} is voided. Enter the money as a payment in advance", claim.number)));
        }
        refuse_protected(&work, claim).await?;
    }
    let money = store::DeskMoney { amount, method: method.unwrap_or(Method::Card), reference, note, posted_on };
    let event = insert(&work, &about, EventKind::PatientPayment, money).await?;
    work.made(event.id).await?;
    let view = view::event(&work.tx, event.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Gives money back to a patient: never more than they paid there.
pub async fn refund(app: &App, by: &Actor, new: &NewPatientMoney) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let mut check = Check::new(app.today());
    let amount = check.some_cents("amount_cents", &new.amount_cents);
    let method: Option<Method> = check.choice("method", &new.method);
    let posted_on = check.posted_on(&new.posted_on);
    let reference = check.line("reference", &new.reference);
    let note = check.required_line("note", &new.note, "Say why it is given back");
    check.done(())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::event(&work.tx, id).await;
    }
    let about = about(&work, new).await?;
    let paid = store::patient_money(&work.tx, about.claim.as_ref(), about.visit_id, about.patient_id).await?;
    if amount > paid {
        return Err(AppError::field("amount_cents", format!("The patient paid {} here. Not more can be given back", Money(paid))));
    }
    let money = store::DeskMoney { amount: -amount, method: method.unwrap_or(Method::Card), reference, note: Some(note), posted_on };
    let event = insert(&work, &about, EventKind::Refund, money).await?;
    work.made(event.id).await?;
    let view = view::event(&work.tx, event.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn insert(work: &Work<'_>, about: &About, kind: EventKind, money: store::DeskMoney) -> Result<Event> {
    let posted_on = money.posted_on;
    let event = store::insert_desk(work, about.claim.as_ref(), about.visit_id, about.patient_id, kind, money).await?;
    work.note(Entry::of("posted", kind.word(), event.id).named(event.public_id).patient(about.patient_id)).await?;
    if let Some(claim) = &about.claim {
        let claim = ledger::restate(work, claim.id).await?;
        close_if_settled(work, &claim, posted_on, "settled by the patient").await?;
    }
    Ok(event)
}

/// A partly paid claim whose balance comes to nothing closes by itself.
async fn close_if_settled(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<()> {
    let settled = Ledger::standing(claim).signed_balance() <= 0;
    if claim.state == ClaimState::PartiallyPaid && settled {
        claims::move_to(work, claim, ClaimState::Closed, on, Some(why.into())).await?;
    }
    Ok(())
}

/// Giving up on money.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewWriteOff {
    /// The whole balance where nothing is said.
    pub amount_cents: Amount,
    pub reason: Text,
    pub posted_on: Text,
}

/// Writes off what is left of a claim, or part of it, with a reason.
pub async fn write_off(app: &App, by: &Actor, claim_id: &str, new: &NewWriteOff) -> Result<LedgerView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let amount = check.price("amount_cents", &new.amount_cents);
    let reason = check.required_line("reason", &new.reason, "Say why it is written off");
    let posted_on = check.posted_on(&new.posted_on);
    check.done(())?;
    let work = app.work(by).await?;
    let claim = claims::find(&work.tx, by, claim_id).await?;
    if work.already().is_some() {
        return view::ledger(&work.tx, &claim).await;
    }
    let event = write_off_in(&work, &claim, amount, reason, posted_on).await?;
    work.made(event.id).await?;
    let view = view::ledger(&work.tx, &claims::row(&work.tx, claim.id).await?).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn write_off_in(work: &Work<'_>, claim: &Claim, amount: Option<i64>, reason: String, posted_on: NaiveDate) -> Result<Event> {
    if claim.first_sent_on.is_none() || claim.state == ClaimState::Voided {
        return Err(AppError::conflict(format!(
            "{} is {}: there is nothing to write off. A claim that was never sent is voided",
            claim.number, claim.state
        )));
    }
    if claim.state == ClaimState::Appealed {
        return Err(AppError::conflict(format!("{} is under appeal. Wait for the answer", claim.number)));
    }
    let balance = Ledger::standing(claim).balance();
    let amount = amount.unwrap_or(balance);
    if amount == 0 || amount > balance {
        return Err(AppError::field("amount_cents", format!("{} has {} left. Write off at most that", claim.number, Money(balance))));
    }
    let event = store::insert_write_off(work, claim, amount, posted_on, Some(reason.clone()), None).await?;
    work.note(Entry::of("wrote_off", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    let fresh = ledger::restate(work, claim.id).await?;
    if Ledger::standing(&fresh).balance() == 0 {
        for denial in store::open_denials(&work.tx, claim.id).await? {
            denials::close(work, &denial, DenialState::WrittenOff, posted_on).await?;
        }
        if fresh.state == ClaimState::Denied {
            claims::move_to(work, &fresh, ClaimState::WrittenOff, posted_on, Some(reason)).await?;
        } else {
            close_if_settled(work, &fresh, posted_on, "settled by a write-off").await?;
        }
    }
    Ok(event)
}

/// Takes back an entry of ours that was wrong: an opposite event, marked as ours; both stay in sight.
pub async fn take_back(app: &App, by: &Actor, event_id: &str, why: &Text) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say what was wrong");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::event(&work.tx, id).await;
    }
    let event = store::find_event(&work.tx, read_id(event_id, "payment")?).await?.ok_or(AppError::NotFound("payment"))?;
    let ours = matches!(event.kind, EventKind::PatientPayment | EventKind::Refund | EventKind::WriteOff) && event.decision_id.is_none();
    if !ours {
        return Err(AppError::conflict("this belongs to a payer's remittance. Take back the remittance"));
    }
    if event.entry_error || store::is_taken_back(&work.tx, event.id).await? {
        return Err(AppError::conflict("this entry was taken back already"));
    }
    let opposite = store::insert_opposite(&work, &event, None, work.today(), true).await?;
    work.note(Entry::of("took_back", event.kind.word(), event.id).named(event.public_id)).await?;
    if let Some(claim_id) = event.claim_id {
        let claim = ledger::restate(&work, claim_id).await?;
        reopen(&work, &claim, &why).await?;
    }
    work.made(opposite.id).await?;
    let view = view::event(&work.tx, opposite.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A claim that had closed by what was taken back is open again.
async fn reopen(work: &Work<'_>, claim: &Claim, why: &str) -> Result<()> {
    let open = Ledger::standing(claim).signed_balance() > 0;
    let to = match claim.state {
        ClaimState::WrittenOff if open => ClaimState::Denied,
        ClaimState::Closed if open && claim.first_decided_on.is_some() => ClaimState::PartiallyPaid,
        state => state,
    };
    if claim.state == ClaimState::WrittenOff && open {
        for denial in store::denials_of(&work.tx, claim.id).await?.iter().filter(|d| d.state == DenialState::WrittenOff) {
            denials::reopen(work, denial, work.today()).await?;
        }
    }
    claims::set_state(work, claim, to, work.today(), Some(format!("entry taken back: {why}"))).await.map(|_| ())
}
