//! Money at the desk: what patients pay, what is given back, what we give up; and mending our own slips.

use super::ledger;
use super::money::{EventKind, Method};
use super::view::{EventView, LedgerView};
use super::{TakeBack, denials, store, view};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::care;
use crate::care::visit::VisitState;
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::entity::claim::Model as Claim;
use crate::entity::coverage::Model as Coverage;
use crate::entity::money_event::Model as Event;
use crate::entity::visit::Model as Visit;
use crate::error::{AppError, Result};
use crate::patients;
use crate::payers;
use crate::types::{Amount, Check, Money, Text, day};
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
    visit: Option<Visit>,
    patient_id: i64,
}

/// What the money is about, held until the end of the work.
async fn about(work: &Work<'_>, new: &NewPatientMoney) -> Result<About> {
    if let Some(number) = new.claim.some() {
        let claim = claims::find(&work.tx, work.by, &number)
            .await
            .map_err(|_| AppError::field("claim", format!("{number} is no claim of ours")))?;
        let claim = claims::hold(work, claim.id).await?;
        return Ok(About { patient_id: claim.patient_id, visit: None, claim: Some(claim) });
    }
    if let Some(id) = new.visit.some() {
        let visit = care::find(&work.tx, work.by, &id).await.map_err(|_| AppError::field("visit", "There is no such visit"))?;
        let visit = care::hold_visit(work, visit.id).await?;
        if matches!(visit.state, VisitState::Cancelled) {
            return Err(AppError::conflict("this visit was cancelled. Enter the money as a payment in advance"));
        }
        return match claim_of_visit(work, visit.id).await? {
            // Once the visit has a claim, its money belongs there.
            Some(claim) => Ok(About { patient_id: visit.patient_id, visit: None, claim: Some(claim) }),
            None => Ok(About { patient_id: visit.patient_id, visit: Some(visit), claim: None }),
        };
    }
    if let Some(id) = new.patient.some() {
        let patient = patients::find(&work.tx, work.by, &id).await.map_err(|_| AppError::field("patient", "There is no such patient"))?;
        crate::db::hold::<crate::entity::patient::Entity>(&work.tx, patient.id).await?;
        return Ok(About { claim: None, visit: None, patient_id: patient.id });
    }
    Err(AppError::field("claim", "Say what the money is for: a claim, a visit or a patient"))
}

/// The claim to which the desk money of a visit belongs, held.
async fn claim_of_visit(work: &Work<'_>, visit_id: i64) -> Result<Option<Claim>> {
    match claims::of_visit(&work.tx, visit_id).await?.first() {
        Some(claim) => claims::hold(work, claim.id).await.map(Some),
        None => Ok(None),
    }
}

impl About {
    fn visit_id(&self) -> Option<i64> {
        self.visit.as_ref().map(|v| v.id)
    }

    /// Who pays for it, if anybody does beside the patient, and the day of the service.
    async fn coverage(&self, work: &Work<'_>) -> Result<Option<(Coverage, NaiveDate)>> {
        Ok(match (&self.claim, &self.visit) {
            (Some(claim), _) => Some((patients::coverage_row(&work.tx, claim.coverage_id).await?, claim.service_on)),
            (None, Some(visit)) => care::coverage_of_visit(&work.tx, visit).await?.map(|coverage| (coverage, visit.visit_on)),
            (None, None) => None,
        })
    }
}

/// Veterans and injured workers are never billed, nor is anybody whose payer forbids it [domain 2.13].
async fn refuse_protected(work: &Work<'_>, about: &About) -> Result<()> {
    let Some((coverage, day)) = about.coverage(work).await? else { return Ok(()) };
    if let Some(payer) = protecting(&work.tx, &coverage, day).await? {
        let words = format!("patients of {payer} may not be billed. What is left waits for an appeal or a write-off");
        return Err(AppError::conflict(words));
    }
    Ok(())
}

/// The payer whose patients may not be billed for a day's service, by its kind or by its sheet.
pub async fn protecting(db: &impl sea_orm::ConnectionTrait, coverage: &Coverage, day: NaiveDate) -> Result<Option<String>> {
    let Some(payer_id) = coverage.payer_id else { return Ok(None) };
    let sheet = payers::sheet_on(db, payer_id, day).await?;
    let forbidden = coverage.kind.patient_is_never_billed() || sheet.and_then(|(s, _)| s.patient_may_be_billed) == Some(false);
    Ok(if forbidden { Some(payers::row(db, payer_id).await?.name) } else { None })
}

impl NewPatientMoney {
    /// The money itself; why it is given back must be said.
    fn check(&self, today: NaiveDate, kind: EventKind) -> Result<store::DeskMoney> {
        let mut check = Check::new(today);
        let amount = check.some_cents("amount_cents", &self.amount_cents);
        let method: Option<Method> = check.choice("method", &self.method);
        let posted_on = check.posted_on(&self.posted_on);
        let reference = check.line("reference", &self.reference);
        let note = match kind {
            EventKind::Refund => Some(check.required_line("note", &self.note, "Say why it is given back")),
            _ => check.line("note", &self.note),
        };
        Ok(check.done(store::DeskMoney { amount, method: method.unwrap_or(Method::Card), reference, note, posted_on })?)
    }
}

/// Takes money from a patient.
pub async fn pay(app: &App, by: &Actor, new: &NewPatientMoney) -> Result<EventView> {
    enter(app, by, new, EventKind::PatientPayment).await
}

/// Gives money back to a patient: never more than they paid there.
pub async fn refund(app: &App, by: &Actor, new: &NewPatientMoney) -> Result<EventView> {
    enter(app, by, new, EventKind::Refund).await
}

async fn enter(app: &App, by: &Actor, new: &NewPatientMoney, kind: EventKind) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let mut money = new.check(app.today(), kind)?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::event(app, &work.tx, id).await;
    }
    let about = about(&work, new).await?;
    if kind == EventKind::Refund {
        refuse_more_than_paid(&work, &about, money.amount).await?;
        money.amount = -money.amount;
    } else {
        refuse_voided(&about)?;
        refuse_protected(&work, &about).await?;
    }
    let event = insert(&work, &about, kind, money).await?;
    work.made(event.id).await?;
    let view = view::event(app, &work.tx, event.id).await?;
    work.commit().await?;
    Ok(view)
}

async fn refuse_more_than_paid(work: &Work<'_>, about: &About, amount: i64) -> Result<()> {
    let paid = store::patient_money(&work.tx, about.claim.as_ref(), about.visit_id(), about.patient_id).await?;
    if amount > paid {
        return Err(AppError::field("amount_cents", format!("The patient paid {} here. Not more can be given back", Money(paid))));
    }
    Ok(())
}

fn refuse_voided(about: &About) -> Result<()> {
    match about.claim.as_ref().filter(|c| c.state == ClaimState::Voided) {
        Some(claim) => Err(AppError::conflict(format!("{} is voided. Enter the money as a payment in advance", claim.number))),
        None => Ok(()),
    }
}

async fn insert(work: &Work<'_>, about: &About, kind: EventKind, money: store::DeskMoney) -> Result<Event> {
    let posted_on = money.posted_on;
    let event = store::insert_desk(work, about.claim.as_ref(), about.visit_id(), about.patient_id, kind, money).await?;
    work.note(Entry::of("posted", kind.word(), event.id).named(event.public_id).patient(about.patient_id)).await?;
    if let Some(claim) = &about.claim {
        let claim = ledger::restate(work, claim.id).await?;
        let why = if kind == EventKind::Refund { "money given back to the patient" } else { "settled by the patient" };
        ledger::follow_balance(work, &claim, posted_on, why).await?;
    }
    Ok(event)
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
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    if work.already().is_some() {
        return view::ledger(app, &work.tx, &claim).await;
    }
    let event = write_off_in(&work, &claim, amount, reason, posted_on).await?;
    work.made(event.id).await?;
    let view = view::ledger(app, &work.tx, &claims::row(&work.tx, claim.id).await?).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn write_off_in(work: &Work<'_>, claim: &Claim, amount: Option<i64>, reason: String, posted_on: NaiveDate) -> Result<Event> {
    if claim.first_sent_on.is_none() || claim.state == ClaimState::Voided {
        return Err(AppError::conflict(format!(
            "{} is {}: there is nothing to write off. A claim that was never sent is voided",
            claim.number,
            claim.state.spoken()
        )));
    }
    if claim.state == ClaimState::Appealed {
        return Err(AppError::conflict(format!("{} is under appeal. Wait for the answer", claim.number)));
    }
    if let Some(sent_on) = claim.first_sent_on.filter(|sent| posted_on < *sent) {
        let words = format!("{} left on {}. It cannot be written off before that day", claim.number, day::long(sent_on));
        return Err(AppError::field("posted_on", words));
    }
    let balance = claim.standing().balance();
    let amount = amount.unwrap_or(balance);
    if amount == 0 || amount > balance {
        return Err(AppError::field("amount_cents", format!("{} has {} left. Write off at most that", claim.number, Money(balance))));
    }
    let event = store::insert_write_off(work, claim, amount, posted_on, Some(reason.clone())).await?;
    work.note(Entry::of("wrote_off", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await?;
    let fresh = ledger::restate(work, claim.id).await?;
    if fresh.standing().balance() == 0 {
        denials::write_off(work, claim, posted_on, &reason).await?;
        if fresh.state == ClaimState::Denied {
            claims::move_to(work, &fresh, ClaimState::WrittenOff, posted_on, Some(reason)).await?;
        } else {
            ledger::follow_balance(work, &fresh, posted_on, "settled by a write-off").await?;
        }
    } else {
        denials::follow_write_off(work, &fresh, posted_on, &reason).await?;
    }
    Ok(event)
}

/// One movement of money, for the page that takes it back.
pub async fn show_entry(app: &App, by: &Actor, event_id: &str) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let event = store::find_event(&app.db, read_id(event_id, "payment")?).await?.ok_or(AppError::NotFound("payment"))?;
    view::event(app, &app.db, event.id).await
}

/// Takes back an entry of ours that was wrong: an opposite event, marked as ours; both stay in sight.
pub async fn take_back(app: &App, by: &Actor, event_id: &str, new: &TakeBack) -> Result<EventView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let (why, on) = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::event(app, &work.tx, id).await;
    }
    let event = store::find_event(&work.tx, read_id(event_id, "payment")?).await?.ok_or(AppError::NotFound("payment"))?;
    let claim = hold(&work, &event).await?;
    check_take_back(&work, &event, on, claim.as_ref()).await?;
    let opposite = store::insert_take_back(&work, &event, on).await?;
    work.note(Entry::of("took_back", event.kind.word(), event.id).named(event.public_id)).await?;
    if let Some(claim) = claim {
        let fresh = ledger::restate(&work, claim.id).await?;
        let why = format!("entry taken back: {why}");
        let fresh = ledger::follow_balance(&work, &fresh, on, &why).await?;
        if event.kind == EventKind::WriteOff {
            denials::follow_taken_back_write_off(&work, &fresh, on, &why).await?;
        }
    }
    work.made(opposite.id).await?;
    let view = view::event(app, &work.tx, opposite.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Holds what an entry is about, and gives its claim: the one it names, or the one that its visit has got since.
async fn hold(work: &Work<'_>, event: &Event) -> Result<Option<Claim>> {
    match (event.claim_id, event.visit_id, event.patient_id) {
        (Some(id), ..) => claims::hold(work, id).await.map(Some),
        (None, Some(id), _) => {
            care::hold_visit(work, id).await?;
            claim_of_visit(work, id).await
        }
        (None, None, Some(id)) => {
            crate::db::hold::<crate::entity::patient::Entity>(&work.tx, id).await?;
            Ok(None)
        }
        (None, None, None) => Ok(None),
    }
}

async fn check_take_back(work: &Work<'_>, event: &Event, on: NaiveDate, claim: Option<&Claim>) -> Result<()> {
    let ours = matches!(event.kind, EventKind::PatientPayment | EventKind::Refund | EventKind::WriteOff) && event.decision_id.is_none();
    if !ours {
        return Err(AppError::conflict("this belongs to a payer's deposit. Take back the deposit"));
    }
    if event.entry_error || store::is_taken_back(&work.tx, event.id).await? {
        return Err(AppError::conflict("this entry was taken back already"));
    }
    if on < event.posted_on {
        let words = format!("The entry counts from {} on. It cannot be taken back before", day::long(event.posted_on));
        return Err(AppError::field("posted_on", words));
    }
    if let (EventKind::PatientPayment, Some(patient_id)) = (event.kind, event.patient_id) {
        let held = store::patient_money(&work.tx, claim, event.visit_id, patient_id).await?;
        if held < event.amount_cents {
            let words = format!("part of it was given back since: {} are left. Take the refund back first", Money(held));
            return Err(AppError::conflict(words));
        }
    }
    Ok(())
}
