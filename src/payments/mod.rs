//! Money is events: what payers answered, what patients paid, what we gave up. Balances are their sums.

pub mod api;
pub mod denials;
pub mod desk;
pub mod eob;
pub mod ledger;
pub mod money;
pub mod pages;
pub mod plan;
pub mod posting;
pub mod store;
pub mod view;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::{Reach, Thing};
use crate::claims;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, Result};
use crate::types::{Check, Listing, Text};
use crate::work::Work;
use chrono::NaiveDate;
use eob::NewEob;
use money::DenialState;
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
        return view::remittance(&work.tx, id).await;
    }
    let remittance = posting::post(&work, &eob, "eob").await?;
    work.made(remittance.id).await?;
    let view = view::remittance(&work.tx, remittance.id).await?;
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
    view::remittance(&app.db, find(&app.db, by, id).await?.id).await
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

/// The ledger of one claim.
pub async fn ledger_of(app: &App, by: &Actor, claim_id: &str) -> Result<LedgerView> {
    by.rights(Thing::Claims).to_read("claim")?;
    let claim = claims::find(&app.db, by, claim_id).await?;
    view::ledger(&app.db, &claim).await
}

/// Takes back a deposit that was entered wrong: opposite events marked as ours, and its claims stand as before it.
/// From that day it counts nowhere. A later answer of a payer stands against it.
pub async fn take_back(app: &App, by: &Actor, id: &str, why: &Text) -> Result<RemittanceView> {
    by.rights(Thing::Claims).to_write("payment")?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", why, "Say what was wrong");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let remittance = find(&work.tx, by, id).await?;
    if remittance.taken_back_on.is_some() {
        return Err(AppError::conflict("this deposit was taken back already"));
    }
    refuse_when_answered_since(&work, &remittance).await?;
    take_back_in(&work, &remittance, &why).await?;
    let view = view::remittance(&work.tx, remittance.id).await?;
    work.commit().await?;
    Ok(view)
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

async fn take_back_in(work: &Work<'_>, remittance: &Remittance, why: &str) -> Result<()> {
    let today = work.today();
    for event in store::events_of_remittance(&work.tx, remittance.id).await? {
        store::insert_opposite(work, &event, None, today, true).await?;
    }
    let decisions = store::decisions_of_remittance(&work.tx, remittance.id).await?;
    let mut touched: BTreeSet<i64> = store::claims_of_remittance(&work.tx, remittance.id).await?.into_iter().collect();
    for decision in &decisions {
        touched.insert(decision.claim_id);
        store::mark_taken_back(work, decision, today).await?;
        for denial in store::denials_of_decision(&work.tx, decision.id).await? {
            denials::close(work, &denial, DenialState::Corrected, today).await?;
        }
    }
    let mut row = remittance.clone().into_active_model();
    row.taken_back_on = Set(Some(today));
    row.taken_back_at = Set(Some(work.now));
    work.save(remittance, row).await?;
    for claim_id in touched {
        restore(work, claim_id, &decisions, today, why).await?;
    }
    work.note(Entry::of("took_back", "remittance", remittance.id).named(remittance.public_id)).await
}

/// The claim stands as it did before the deposit touched it.
async fn restore(work: &Work<'_>, claim_id: i64, decisions: &[crate::entity::decision::Model], on: NaiveDate, why: &str) -> Result<()> {
    let claim = ledger::restate(work, claim_id).await?;
    let Some(first) = decisions.iter().find(|d| d.claim_id == claim_id) else { return Ok(()) };
    let claim = claims::set_state(work, &claim, first.state_before, on, Some(format!("entry taken back: {why}"))).await?;
    if !claim.now_denied {
        return Ok(());
    }
    let standing = posting::past(&store::decisions_of(&work.tx, claim_id).await?);
    if let Some(current) = standing.iter().rev().find(|d| d.stands && d.is_denial) {
        for denial in store::denials_of_decision(&work.tx, current.id).await?.iter().filter(|d| d.closed_on.is_some()) {
            denials::reopen(work, denial, on).await?;
        }
    }
    Ok(())
}

/// A claim was drafted: money that was taken for its visit before belongs to it from now on.
pub async fn claim_drafted(work: &Work<'_>, claim_id: i64) -> Result<()> {
    ledger::restate(work, claim_id).await.map(|_| ())
}
