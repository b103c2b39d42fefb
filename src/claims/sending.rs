//! How a claim leaves: checked once more by the facts, frozen, and written down with its way and day.

use super::claim::ClaimState;
use super::view::{self, ClaimView};
use super::{done, draft, find_to_write, move_to, refuse_blocked, refuse_move, store, versions};
use crate::app::{Actor, App};
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, FieldErrors, Result};
use crate::payers::payer::ClaimChannel;
use crate::types::{Check, Text, day};
use crate::work::Work;
use crate::x12::claim_837p::Placed;
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::{IntoActiveModel, Set};
use serde::{Deserialize, Serialize};

/// How a claim left.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sending {
    /// 837p, portal or paper; the payer's own way where nothing is said.
    pub channel: Text,
    /// The day; today where nothing is said, never later.
    pub sent_on: Text,
    /// A number of the sending, if there is one.
    pub reference: Text,
}

/// A sending that passed its checks.
#[derive(Clone)]
pub(super) struct SendingDraft {
    pub channel: Option<ClaimChannel>,
    pub sent_on: NaiveDate,
    pub reference: Option<String>,
}

impl Sending {
    pub(super) fn check(&self, today: NaiveDate) -> Result<SendingDraft, FieldErrors> {
        let mut check = Check::new(today);
        let draft = SendingDraft {
            channel: check.choice("channel", &self.channel),
            sent_on: check.past_day("sent_on", &self.sent_on, "The sending").unwrap_or(today),
            reference: check.line("reference", &self.reference),
        };
        check.done(draft)
    }
}

/// Marks a ready claim as sent. What it says is frozen from here on.
pub async fn submit(app: &App, by: &Actor, id: &str, sending: &Sending) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let after = submit_in(&work, &before, sending).await?;
    done(work, &after).await
}

/// The same within a larger unit of work.
pub async fn submit_in(work: &Work<'_>, before: &Claim, sending: &Sending) -> Result<Claim> {
    let sending = sending.check(work.today())?;
    may_leave(work, before, sending.sent_on).await?;
    leave(work, before, sending, None).await
}

/// Refuses a claim that cannot leave on a day.
pub(super) async fn may_leave(work: &Work<'_>, before: &Claim, sent_on: NaiveDate) -> Result<()> {
    if sent_on < before.service_on {
        let visit = day::long(before.service_on);
        return Err(AppError::field("sent_on", format!("The visit was on {visit}. The claim cannot have left before")));
    }
    if let Some(last) = store::last_transmission(&work.tx, before.id).await?.filter(|last| sent_on < last.sent_on) {
        let words = format!("{} left last on {}. It cannot have left again before", before.number, day::long(last.sent_on));
        return Err(AppError::field("sent_on", words));
    }
    refuse_move(before, ClaimState::Submitted)?;
    // Whatever changed since it was made ready has made it anew; what leaves is judged by the facts once more.
    refuse_blocked(&draft::findings(work.app, &work.tx, before).await?)
}

/// Where in a file of claims one of them stands.
pub struct PlaceInBatch {
    pub batch_id: i64,
    pub placed: Placed,
}

/// The claim leaves: from here on it says what it says.
pub(super) async fn leave(work: &Work<'_>, before: &Claim, sending: SendingDraft, place: Option<PlaceInBatch>) -> Result<Claim> {
    let SendingDraft { channel, sent_on, reference } = sending;
    let moved = move_to(work, before, ClaimState::Submitted, sent_on, None).await?;
    let payer = crate::payers::row(&work.tx, before.payer_id).await?;
    let version = versions::store::freeze(work, &moved).await?;
    let channel = channel.unwrap_or(payer.claim_channel);
    let left = store::Left { channel, frequency: moved.draft_frequency, sent_on, reference, place, payer_rank: 1 };
    store::insert_transmission(work, &moved, version.id, left).await?;
    let mut row = moved.clone().into_active_model();
    row.sent_version_id = Set(Some(version.id));
    row.draft_version_id = Set(None);
    row.charge_cents = Set(version.total_cents);
    row.first_sent_on = Set(moved.first_sent_on.or(Some(sent_on)));
    let (after, _) = work.save(&moved, row).await?;
    crate::chain::claim_sent(work, after.id).await?;
    store::row(&work.tx, after.id).await
}
