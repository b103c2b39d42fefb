//! One number, two contents: a payer sent a payment twice and changed it, or used its number again. Which is meant only a
//! person can say, so neither is posted before somebody did.

use super::{caution, done, find_to_write, may_write, store};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::entity::era::Model as Era;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, Result};
use crate::payments::era::view::EraView;
use crate::payments::era_state::EraState;
use crate::payments::posting::BY_FILE;
use crate::payments::store as payments;
use crate::types::{Check, Money, Text, day};
use crate::work::Work;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Another payment under the same number, with other content.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClashView {
    /// Id of the other one.
    pub with: Uuid,
    pub state: EraState,
    pub amount_cents: i64,
    pub file_name: String,
    /// Both, as one says it.
    pub words: String,
    /// A person said that this one is a payment of its own.
    pub another: Option<Told>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Told {
    pub why: String,
    pub at: Option<DateTime<Utc>>,
}

/// Marks a payment that was just staged, and those before it that were not posted: whichever is posted first, somebody is asked.
pub(super) async fn mark(work: &Work<'_>, era: Era) -> Result<Era> {
    if !matches!(era.state, EraState::Staged | EraState::Unbalanced) {
        return Ok(era);
    }
    let others = store::under_its_number(&work.tx, &era).await?;
    let Some(first) = others.iter().find(|o| o.state == EraState::Posted).or(others.first()) else { return Ok(era) };
    for other in others.iter().filter(|o| o.state != EraState::Posted && o.clash_id.is_none()) {
        set(work, other, era.id).await?;
    }
    set(work, &era, first.id).await
}

/// A deposit that somebody entered by hand under the number, with another amount or day, is told; the very same one is refused
/// when it is tried.
pub(super) async fn by_hand(work: &Work<'_>, era: &Era) -> Result<()> {
    let (Some(payer_id), EraState::Staged | EraState::Unbalanced) = (era.payer_id, era.state) else { return Ok(()) };
    let known = payments::standing_by_trace(&work.tx, payer_id, &era.trace).await?;
    let is_other = |d: &&Remittance| d.source != BY_FILE && (d.amount_cents != era.amount_cents || Some(d.paid_on) != era.paid_on);
    let Some(other) = known.iter().find(is_other) else { return Ok(()) };
    let (ours, theirs) = (Money(era.amount_cents), Money(other.amount_cents));
    let on = day::long(other.paid_on);
    let words = format!("Number {} was entered by hand already, with {theirs} of {on}; this one is {ours}. Compare them", era.trace);
    caution(work, era, words).await
}

async fn set(work: &Work<'_>, era: &Era, clash_id: i64) -> Result<Era> {
    let mut row = era.clone().into_active_model();
    row.clash_id = Set(Some(clash_id));
    Ok(work.save(era, row).await?.0)
}

/// Whether a person has to say first that it is a payment of its own.
pub(super) fn is_open(era: &Era) -> bool {
    era.clash_id.is_some() && era.another_why.is_none()
}

/// Refuses what nobody has told apart yet.
pub(super) async fn told_apart(db: &impl ConnectionTrait, era: &Era) -> Result<()> {
    match view(db, era).await? {
        Some(clash) if is_open(era) => Err(AppError::conflict(clash.words)),
        _ => Ok(()),
    }
}

pub(super) async fn view(db: &impl ConnectionTrait, era: &Era) -> Result<Option<ClashView>> {
    let Some(other_id) = era.clash_id else { return Ok(None) };
    let other = store::row(db, other_id).await?;
    let mut files = crate::documents::exchange::files(db, vec![other.exchange_file_id]).await?;
    let file_name = files.remove(&other.exchange_file_id).map(|f| f.name).unwrap_or_default();
    Ok(Some(ClashView {
        with: other.public_id,
        state: other.state,
        amount_cents: other.amount_cents,
        words: words(era, &other, &file_name),
        file_name,
        another: era.another_why.clone().map(|why| Told { why, at: era.another_at }),
    }))
}

fn words(era: &Era, other: &Era, file_name: &str) -> String {
    let of = |one: &Era| {
        let on = one.paid_on.map(|on| format!(" of {}", day::long(on))).unwrap_or_default();
        format!("{}{on} with {} {}", Money(one.amount_cents), one.claims, if one.claims == 1 { "claim" } else { "claims" })
    };
    let state = other.state.label().to_lowercase();
    format!(
        "Number {} stands on two payments: this one, {}, and {} in {file_name} ({state}, {}). Compare them. If this one is a payment \
         of its own, say so and why; until then it is not posted",
        era.trace,
        of(era),
        of(other),
        other.public_id
    )
}

/// Why a payment is one of its own although another has its number.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Another {
    pub why: Text,
}

/// A person compared the two, and says that this one is a payment of its own.
pub async fn tell_apart(app: &App, by: &Actor, id: &str, new: &Another) -> Result<EraView> {
    may_write(by)?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", &new.why, "Say how you know that it is a payment of its own");
    let why = check.done(why)?;
    let work = app.work(by).await?;
    let era = find_to_write(&work, id).await?;
    if !is_open(&era) {
        return Err(AppError::conflict("No other payment has its number, or somebody told them apart already"));
    }
    let mut row = era.clone().into_active_model();
    row.another_why = Set(Some(why));
    row.another_by_id = Set(by.user_id());
    row.another_at = Set(Some(work.now));
    let (after, _) = work.save(&era, row).await?;
    work.note(Entry::of("told_apart", "era", after.id).named(after.public_id)).await?;
    done(work, after.id).await
}
