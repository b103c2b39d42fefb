//! The ledger of a claim: sums of its events, written on the claim in the transaction of each event.

use super::money::{Current, EventKind, contractual};
use super::posting::past;
use super::{denials, store};
use crate::claims;
use crate::claims::Sums;
use crate::claims::claim::{ClaimState, Standing, VOID};
use crate::entity::claim::Model as Claim;
use crate::entity::decision::Model as Decision;
use crate::entity::money_event::Model as Event;
use crate::error::Result;
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;

/// Everything that the sums of a claim follow from, oldest first.
pub struct Ledger {
    pub events: Vec<Event>,
    pub decisions: Vec<Decision>,
    pub sent: Vec<Sent>,
}

/// One sending of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    pub on: NaiveDate,
    pub frequency: i64,
    /// The total of the version that was sent.
    pub total_cents: i64,
}

impl Ledger {
    pub async fn of(db: &impl ConnectionTrait, claim: &Claim) -> Result<Self> {
        Ok(Self {
            events: store::events_of_claim(db, claim).await?,
            decisions: store::decisions_of(db, claim.id).await?,
            sent: sent(db, claim.id).await?,
        })
    }

    /// What it stands at by the events alone, for a past day.
    pub fn standing_by_events(&self) -> Standing {
        let sums = self.sums();
        Standing {
            charge_cents: self.charge_cents(),
            insurer_cents: sums.insurer_cents,
            patient_cents: sums.patient_cents,
            contractual_cents: sums.contractual_cents,
            written_off_cents: sums.written_off_cents,
        }
    }

    /// What was known on a day: what was posted, sent and not yet taken back by then.
    pub fn as_of(mut self, day: NaiveDate) -> Self {
        self.events.retain(|e| e.posted_on <= day);
        self.decisions.retain(|d| d.posted_on <= day);
        for decision in &mut self.decisions {
            decision.taken_back_on = decision.taken_back_on.filter(|on| *on <= day);
        }
        self.sent.retain(|s| s.on <= day);
        self
    }

    /// The total of the version sent last.
    pub fn charge_cents(&self) -> i64 {
        self.sent.last().map_or(0, |s| s.total_cents)
    }

    /// The sums anew, from the events alone.
    pub fn sums(&self) -> Sums {
        let sum = |kinds: &[EventKind]| self.events.iter().filter(|e| kinds.contains(&e.kind)).map(|e| e.amount_cents).sum::<i64>();
        let standing: Vec<_> = past(&self.decisions);
        let current = current_by_rank(&self.decisions);
        let mut sums = Sums {
            insurer_cents: sum(&[EventKind::InsurerPayment, EventKind::ProviderItem]),
            patient_cents: sum(&[EventKind::PatientPayment, EventKind::Refund]),
            contractual_cents: contractual(self.charge_cents(), &current),
            written_off_cents: sum(&[EventKind::WriteOff]),
            patient_share_cents: current.last().map_or(0, |c| c.patient_cents),
            ever_denied: standing.iter().any(|d| d.is_denial),
            now_denied: standing.iter().rev().find(|d| d.stands).is_some_and(|d| d.is_denial),
            first_decided_on: standing.iter().map(|d| d.posted_on).min(),
            voided_on: None,
        };
        sums.voided_on = self.voided_on(&sums);
        sums
    }

    /// Last sent with frequency 8 and the ledger back at zero: the claim leaves the figures.
    fn voided_on(&self, sums: &Sums) -> Option<NaiveDate> {
        let last = self.sent.last().filter(|s| s.frequency == VOID)?;
        let empty = [sums.insurer_cents, sums.patient_cents, sums.contractual_cents, sums.written_off_cents].iter().all(|c| *c == 0);
        let latest = self.events.iter().map(|e| e.posted_on).max();
        empty.then(|| latest.map_or(last.on, |day| std::cmp::max(day, last.on)))
    }
}

async fn sent(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<Sent>> {
    let mut transmissions = claims::transmissions_of(db, claim_id).await?;
    transmissions.retain(|t| t.payer_rank == 1);
    let totals = claims::totals_of(db, transmissions.iter().map(|t| t.claim_version_id).collect()).await?;
    let one = |t: &crate::entity::transmission::Model| Sent {
        on: t.sent_on,
        frequency: t.frequency,
        total_cents: totals.get(&t.claim_version_id).copied().unwrap_or(0),
    };
    Ok(transmissions.iter().map(one).collect())
}

/// Per payer the last decision that is not reversed, in order of rank.
pub fn current_by_rank(decisions: &[Decision]) -> Vec<Current> {
    let standing = past(decisions);
    let mut ranks: Vec<i64> = standing.iter().map(|d| d.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let current = |rank: &i64| {
        let id = standing.iter().rev().find(|d| d.rank == *rank && d.stands)?.id;
        let decision = decisions.iter().find(|d| d.id == id)?;
        Some(Current {
            paid_cents: decision.paid_cents,
            patient_cents: decision.patient_cents,
            contractual_cents: decision.contractual_cents,
        })
    };
    ranks.iter().filter_map(current).collect()
}

/// Sums a claim's events and writes the result on it.
pub async fn restate(work: &Work<'_>, claim_id: i64) -> Result<Claim> {
    let claim = claims::row(&work.tx, claim_id).await?;
    let ledger = Ledger::of(&work.tx, &claim).await?;
    claims::restate(work, &claim, &ledger.sums()).await
}

/// What a claim is called follows its balance: a partly paid one whose balance comes to nothing closes by itself, and one
/// that was settled is open again when its balance is.
pub async fn follow_balance(work: &Work<'_>, claim: &Claim, on: NaiveDate, why: &str) -> Result<Claim> {
    let to = followed(claim);
    match (claim.state, to) {
        (ClaimState::WrittenOff, ClaimState::Denied) => denials::reopen_written_off(work, claim, on, why).await?,
        (ClaimState::Denied, ClaimState::WrittenOff) => denials::write_off(work, claim, on, why).await?,
        _ => {}
    }
    claims::set_state(work, claim, to, on, Some(why.into())).await
}

/// What a claim is called by its balance.
pub fn followed(claim: &Claim) -> ClaimState {
    let left = claim.standing().signed_balance();
    match claim.state {
        ClaimState::PartiallyPaid if left <= 0 => ClaimState::Closed,
        ClaimState::Paid | ClaimState::Closed if left > 0 => ClaimState::PartiallyPaid,
        ClaimState::WrittenOff if left > 0 => ClaimState::Denied,
        ClaimState::Denied if left <= 0 && claim.written_off_cents >= claim.charge_cents => ClaimState::WrittenOff,
        state => state,
    }
}
