//! Refusals: each has a record with its reasons, its deadline, and what became of it.

use super::money::{DenialState, RootCause};
use super::view::LedgerView;
use super::{store, view};
use crate::app::{Actor, App};
use crate::audit::{self, Entry, Moved};
use crate::auth::role::Thing;
use crate::claims;
use crate::claims::claim::ClaimState;
use crate::claims::view::ClaimView;
use crate::entity::claim::Model as Claim;
use crate::entity::denial::Model as Denial;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, Result};
use crate::types::{Check, Text, day};
use crate::work::Work;
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::{IntoActiveModel, Set};
use serde::{Deserialize, Serialize};

/// How a denial's history names the deposit that moved it.
pub fn said_in(remittance: &Remittance) -> String {
    format!("deposit {}", remittance.public_id)
}

async fn moved(work: &Work<'_>, denial: &Denial, from: Option<DenialState>, to: DenialState, on: NaiveDate, why: &str) -> Result<()> {
    work.moved(Moved { kind: "denial", id: denial.id, from: from.map(DenialState::word), to: to.word(), on, why: Some(why.into()) }).await
}

/// Ends a denial.
pub async fn close(work: &Work<'_>, denial: &Denial, to: DenialState, on: NaiveDate, why: &str) -> Result<()> {
    put(work, denial, to, Some(on), on, why).await
}

/// What answered a denial counts no longer: it is open again.
async fn reopen(work: &Work<'_>, denial: &Denial, on: NaiveDate, why: &str) -> Result<()> {
    put(work, denial, DenialState::Open, None, on, why).await
}

async fn put(work: &Work<'_>, denial: &Denial, to: DenialState, closed_on: Option<NaiveDate>, on: NaiveDate, why: &str) -> Result<()> {
    let mut row = denial.clone().into_active_model();
    row.state = Set(to);
    row.closed_on = Set(closed_on);
    work.save(denial, row).await?;
    moved(work, denial, Some(denial.state), to, on, why).await
}

/// A claim was written off: nobody answers what was refused any more.
pub async fn write_off(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<()> {
    for denial in store::open_denials(&work.tx, claim.id).await? {
        close(work, &denial, DenialState::WrittenOff, on, why).await?;
    }
    Ok(())
}

/// A write-off may be of what was refused alone: nobody answers that any more where only the patient's share is left.
pub async fn follow_write_off(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<()> {
    let open = store::open_denials(&work.tx, claim.id).await?;
    let open: Vec<&Denial> = open.iter().filter(|d| d.state == DenialState::Open).collect();
    let refused: i64 = open.iter().map(|d| d.amount_cents).sum();
    if claim.standing().beyond_patient(claim.patient_share_cents) > 0 || claim.written_off_cents < refused {
        return Ok(());
    }
    for denial in open {
        close(work, denial, DenialState::WrittenOff, on, why).await?;
    }
    Ok(())
}

/// A write-off of what was refused alone was taken back: the refusal waits for an answer again.
pub async fn follow_taken_back_write_off(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<()> {
    if claim.standing().beyond_patient(claim.patient_share_cents) > 0 {
        reopen_written_off(work, claim, on, why).await?;
    }
    Ok(())
}

/// A write-off was taken back: what it had closed is open again.
pub async fn reopen_written_off(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<()> {
    for denial in store::denials_of(&work.tx, claim.id).await?.iter().filter(|d| d.state == DenialState::WrittenOff) {
        reopen(work, denial, on, why).await?;
    }
    Ok(())
}

/// Puts the denials of a claim back to where they were before a deposit of ours that was entered wrong: those that it
/// opened are closed, those that it answered wait again. What moved since stays.
pub async fn restore(work: &Work<'_>, claim: &Claim, remittance: &Remittance, on: NaiveDate) -> Result<()> {
    let by = said_in(remittance);
    let why = format!("taken back: {by}");
    for denial in store::denials_of(&work.tx, claim.id).await? {
        let moves = audit::history(&work.tx, "denial", denial.id).await?;
        let is_its = |m: &crate::entity::state_move::Model| m.why.as_deref() == Some(by.as_str());
        let Some(at) = moves.iter().position(is_its) else { continue };
        let before: Option<DenialState> = moves[at].from_state.as_deref().and_then(|state| state.parse().ok());
        match before {
            None => close(work, &denial, DenialState::Corrected, on, &why).await?,
            Some(state) if moves.last().is_some_and(is_its) => {
                let waits = matches!(state, DenialState::Open | DenialState::Appealed);
                let closed_on = moves[..at].last().filter(|_| !waits).map(|m| m.on_day);
                put(work, &denial, state, closed_on, on, &why).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// An appeal went out: of a denied claim, or of a denied line in a claim that was paid, which stays as it is.
pub async fn appeal(app: &App, by: &Actor, claim_id: &str, on: &Text, why: &Text) -> Result<ClaimView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let on = check.past_day("on", on, "The appeal").unwrap_or(app.today());
    let why = check.line("why", why);
    let why = check.done(why)?;
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return claims::view::claim(app, &work.tx, by, done).await;
    }
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    appeal_in(&work, &claim, on, why).await?;
    work.made(claim.id).await?;
    let view = claims::view::claim(app, &work.tx, by, claim.id).await?;
    work.commit().await?;
    Ok(view)
}

/// The same within a larger unit of work.
pub async fn appeal_in(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: Option<String>) -> Result<()> {
    let open = store::open_denials(&work.tx, claim.id).await?;
    let open: Vec<&Denial> = open.iter().filter(|d| d.state == DenialState::Open).collect();
    if claim.state == ClaimState::Denied {
        claims::move_to(work, claim, ClaimState::Appealed, on, why).await?;
    } else if open.is_empty() {
        let allowed = claim.state.allowed();
        return Err(AppError::Conflict {
            message: format!("{} is {}: there is no open denial to appeal", claim.number, claim.state.spoken()),
            allowed,
        });
    }
    for denial in open {
        let mut row = denial.clone().into_active_model();
        row.state = Set(DenialState::Appealed);
        work.save(denial, row).await?;
        moved(work, denial, Some(denial.state), DenialState::Appealed, on, "appealed").await?;
    }
    work.note(Entry::of("appealed", "claim", claim.id).named(claim.public_id).patient(claim.patient_id)).await
}

/// What a person knows better than the first guess. What is left empty stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewExplanation {
    /// Id of the denial, where the claim has several.
    pub denial: Text,
    /// no_authorization, expired_rx, limits, coding ...
    pub root_cause: Text,
    /// The last day for an appeal.
    pub appeal_by: Text,
}

/// Says what lies behind a denial, and until when it may be appealed.
pub async fn explain(app: &App, by: &Actor, claim_id: &str, new: &NewExplanation) -> Result<LedgerView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let cause: Option<RootCause> = check.choice("root_cause", &new.root_cause);
    let appeal_by = check.day("appeal_by", &new.appeal_by);
    check.done(())?;
    if cause.is_none() && appeal_by.is_none() {
        return Err(AppError::field("root_cause", "Say what lies behind it, or until when it may be appealed"));
    }
    let work = app.work(by).await?;
    let claim = claims::hold(&work, claims::find(&work.tx, by, claim_id).await?.id).await?;
    if work.already().is_some() {
        return view::ledger(app, &work.tx, &claim).await;
    }
    let denial = chosen(&work, &claim, &new.denial).await?;
    if appeal_by.is_some_and(|day| day < denial.received_on) {
        let words = format!("The denial came on {}. An appeal cannot be due before", day::long(denial.received_on));
        return Err(AppError::field("appeal_by", words));
    }
    let mut row = denial.clone().into_active_model();
    row.root_cause = Set(cause.or(denial.root_cause));
    row.appeal_by = Set(appeal_by.or(denial.appeal_by));
    let (after, fields) = work.save(&denial, row).await?;
    work.note(Entry::of("changed", "denial", after.id).named(after.public_id).patient(claim.patient_id).fields(fields)).await?;
    work.made(claim.id).await?;
    let view = view::ledger(app, &work.tx, &claim).await?;
    work.commit().await?;
    Ok(view)
}

/// The denial that was named, or the only one there is.
async fn chosen(work: &Work<'_>, claim: &Claim, id: &Text) -> Result<Denial> {
    let denials = store::denials_of(&work.tx, claim.id).await?;
    let named = denials.iter().find(|d| d.public_id.to_string() == id.as_str());
    match (named, denials.as_slice()) {
        (Some(named), _) => Ok(named.clone()),
        (None, []) => Err(AppError::conflict(format!("{} was never denied", claim.number))),
        (None, [only]) if id.is_blank() => Ok(only.clone()),
        (None, _) => Err(AppError::field("denial", "Say which denial of this claim")),
    }
}
