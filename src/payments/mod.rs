//! Money is events: what payers answered, what patients paid, what we gave up. Balances are their sums.

pub mod api;
pub mod appeals;
pub mod board;
pub mod denials;
pub mod desk;
pub mod entry;
pub mod eob;
pub mod era;
pub mod ledger;
pub mod letters;
pub mod may;
pub mod pages;
pub mod plan;
pub mod posting;
pub mod proof;
pub mod purse;
pub mod secondary;
pub mod statements;
pub mod store;
pub mod underpaid;
pub mod view;
pub mod whole;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::entity::claim::Model as Claim;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, Result};
use crate::types::{Check, Listing, Text, day};
use crate::work::Work;
use chrono::NaiveDate;
use eob::NewEob;
pub use model::payments::{era_state, letter_kind, money};
use money::{DecisionOutcome, DenialState};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use view::{LedgerView, RemittanceRow, RemittanceView};

pub use ledger::{Ledger, Sent};

/// Enters a payer's answer by hand. Both laws hold to the cent, or nothing is stored; the same payment never posts twice.
pub async fn post(app: &App, by: &Actor, new: &NewEob) -> Result<RemittanceView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let eob = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::remittance(app, &work.tx, id).await;
    }
    let remittance = posting::post(&work, &eob, "eob").await?;
    work.made(remittance.id).await?;
    let view = view::remittance(app, &work.tx, remittance.id).await?;
    work.commit().await?;
    Ok(view)
}

/// A deposit by the id of a form or program.
pub async fn find(db: &impl ConnectionTrait, by: &Actor, id: &str) -> Result<Remittance> {
    if by.rights(Thing::Claims).to_read("payment")? != Reach::All {
        return Err(AppError::NotFound("payment"));
    }
    store::find(db, read_id(id, "payment")?).await?.ok_or(AppError::NotFound("payment"))
}

pub async fn show(app: &App, by: &Actor, id: &str) -> Result<RemittanceView> {
    view::remittance(app, &app.db, find(&app.db, by, id).await?.id).await
}

/// What lists of deposits can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentFilter {
    /// Part of a check or trace number.
    pub q: Text,
    /// Id of a payer.
    pub payer: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// Deposits, newest first.
pub async fn list(app: &App, by: &Actor, filter: &PaymentFilter) -> Result<Listing<RemittanceRow>> {
    if by.rights(Thing::Claims).to_read("payment")? != Reach::All {
        return Err(AppError::NotFound("payment"));
    }
    store::list(app, filter).await
}

/// Money that belongs to no claim and no visit: what patients paid in advance, and items of deposits that name no claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Loose {
    pub unmatched_cents: i64,
    pub unallocated_cents: i64,
}

/// What is loose now; the figures show it in rows of their own.
pub async fn loose(app: &App, by: &Actor) -> Result<Loose> {
    if by.rights(Thing::Claims).to_read("payment")? != Reach::All {
        return Err(AppError::NotFound("payment"));
    }
    store::loose(&app.db).await
}

/// What a ledger can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerAsk {
    /// As it was known on a day; today where nothing is said.
    pub as_of: Text,
}

impl LedgerAsk {
    fn check(&self, today: NaiveDate) -> Result<Option<NaiveDate>> {
        let mut check = Check::new(today);
        let as_of = check.past_day("as_of", &self.as_of, "As of");
        Ok(check.done(as_of)?)
    }
}

/// The ledger of one claim, now or as of a past day.
pub async fn ledger_of(app: &App, by: &Actor, claim_id: &str, ask: &LedgerAsk) -> Result<LedgerView> {
    by.rights(Thing::Claims).to_read("claim")?;
    let as_of = ask.check(app.today())?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    view::ledger_as_of(app, &app.db, &claim, as_of).await
}

/// Why an entry of ours is taken back, and from which day on it counts nowhere.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TakeBack {
    pub why: Text,
    /// Today unless an earlier day is given; never before the entry itself.
    pub posted_on: Text,
}

impl TakeBack {
    /// A program that gives no reason is one: what it took back says so.
    pub fn or(mut self, why: &str) -> Self {
        if self.why.is_blank() {
            self.why = why.into();
        }
        self
    }

    fn check(&self, today: NaiveDate) -> Result<(String, NaiveDate)> {
        let mut check = Check::new(today);
        let why = check.required_line("why", &self.why, "Say what was wrong");
        let on = check.posted_on(&self.posted_on);
        Ok(check.done((why, on))?)
    }
}

/// Takes back a deposit that was entered wrong: opposite events marked as ours, and its claims stand as before it.
/// From that day it counts nowhere. A later answer of a payer stands against it.
pub async fn take_back(app: &App, by: &Actor, id: &str, new: &TakeBack) -> Result<RemittanceView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let (why, on) = new.check(app.today())?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::remittance(app, &work.tx, done).await;
    }
    let remittance = find(&work.tx, by, id).await?;
    let remittance = crate::db::hold::<crate::entity::remittance::Entity>(&work.tx, remittance.id).await?.unwrap_or(remittance);
    if remittance.taken_back_on.is_some() {
        return Err(AppError::conflict("this deposit was taken back already"));
    }
    // What was assigned to a claim later counts from then on.
    let last = store::last_decided_on(&work.tx, remittance.id).await?.unwrap_or(remittance.posted_on);
    if on < last {
        let words = format!("The deposit counts from {} on. It cannot be taken back before", day::long(last));
        return Err(AppError::field("posted_on", words));
    }
    let touched = touched(&work, &remittance).await?;
    refuse_when_answered_since(&work, &remittance).await?;
    take_back_in(&work, &remittance, touched, &why, on).await?;
    work.made(remittance.id).await?;
    let view = view::remittance(app, &work.tx, remittance.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The claims that a deposit touched, held until the end of the work.
async fn touched(work: &Work<'_>, remittance: &Remittance) -> Result<BTreeSet<i64>> {
    let mut ids: BTreeSet<i64> = store::claims_of_remittance(&work.tx, remittance.id).await?.into_iter().collect();
    ids.extend(store::decisions_of_remittance(&work.tx, remittance.id).await?.iter().map(|d| d.claim_id));
    for id in &ids {
        claims::hold(work, *id).await?;
    }
    Ok(ids)
}

async fn refuse_when_answered_since(work: &Work<'_>, remittance: &Remittance) -> Result<()> {
    for decision in store::decisions_of_remittance(&work.tx, remittance.id).await? {
        let later = store::decisions_of(&work.tx, decision.claim_id).await?;
        if let Some(later) = later.iter().find(|d| d.id > decision.id && d.remittance_id != remittance.id && d.taken_back_on.is_none()) {
            let claim = claims::row(&work.tx, decision.claim_id).await?;
            let other = store::remittance_row(&work.tx, later.remittance_id).await?;
            let message = format!("{} was answered again since, by {}. Take that one back first", claim.number, other.trace);
            return Err(AppError::conflict(message));
        }
    }
    Ok(())
}

async fn take_back_in(work: &Work<'_>, remittance: &Remittance, touched: BTreeSet<i64>, why: &str, on: NaiveDate) -> Result<()> {
    for event in store::events_of_remittance(&work.tx, remittance.id).await? {
        store::insert_take_back(work, &event, on).await?;
    }
    let decisions = store::decisions_of_remittance(&work.tx, remittance.id).await?;
    for decision in &decisions {
        store::mark_taken_back(work, decision, on).await?;
    }
    let mut row = remittance.clone().into_active_model();
    row.taken_back_on = Set(Some(on));
    row.taken_back_at = Set(Some(work.now));
    work.save(remittance, row).await?;
    era::taken_back(work, remittance).await?;
    for claim_id in touched {
        let first = decisions.iter().find(|d| d.claim_id == claim_id && d.outcome != DecisionOutcome::DuplicateNotice);
        restore(work, remittance, claim_id, first.map(|d| d.state_before), on, why).await?;
    }
    work.note(Entry::of("took_back", "remittance", remittance.id).named(remittance.public_id)).await
}

/// The claim stands as it did before the deposit touched it. One that has left again since stays on its way.
async fn restore(
    work: &Work<'_>,
    remittance: &Remittance,
    claim_id: i64,
    state_before: Option<ClaimState>,
    on: NaiveDate,
    why: &str,
) -> Result<()> {
    let claim = ledger::restate(work, claim_id).await?;
    denials::restore(work, &claim, remittance, on).await?;
    let why = format!("entry taken back: {why}");
    match state_before {
        Some(before) if !claim.state.is_before_a_decision() => {
            let claim = claims::set_state(work, &claim, before, on, Some(why.clone())).await?;
            ledger::follow_balance(work, &claim, on, &why).await?;
        }
        Some(_) => {}
        None => {
            ledger::follow_balance(work, &claim, on, &why).await?;
        }
    }
    Ok(())
}

/// A claim was drafted: money that was taken for its visit before belongs to it from now on.
pub async fn claim_drafted(work: &Work<'_>, claim: &Claim) -> Result<()> {
    if !store::events_of_claim(&work.tx, claim).await?.is_empty() {
        ledger::restate(work, claim.id).await?;
    }
    Ok(())
}

/// A claim stands again as it was decided. What happened to its money and its denials since counts.
pub async fn correction_abandoned(work: &Work<'_>, claim: &Claim) -> Result<()> {
    let why = "the correction was given up";
    let claim = ledger::follow_balance(work, claim, work.today(), why).await?;
    let appealed = store::open_denials(&work.tx, claim.id).await?.iter().any(|d| d.state == DenialState::Appealed);
    if claim.state == ClaimState::Denied && appealed {
        claims::set_state(work, &claim, ClaimState::Appealed, work.today(), Some(why.into())).await?;
    }
    Ok(())
}
