//! One claim that is being answered: the law of `plan.rs`, carried out in memory. Pure.

use super::BY_FILE;
use super::book::{Account, Deposit, Facts, Page, Proof};
use super::past;
use crate::claims::claim::ClaimState;
use crate::entity::decision::Model as Decision;
use crate::entity::money_event::Model as Event;
use crate::error::{AppError, Result};
use crate::payers::payer::ClaimChannel;
use crate::payments::eob::{ClaimAnswer, ProviderItem, Status};
use crate::payments::ledger::followed;
use crate::payments::money::{DecisionOutcome, EventKind};
use crate::payments::plan::{Classed, Decided, Plan, Refused, Target, plan};
use crate::types::Texts;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A claim, what is known beside it, and the page on which all that happens to it is noted.
pub struct Booking<'a> {
    pub account: &'a mut Account,
    pub facts: &'a Facts,
    pub page: &'a mut Page,
    pub deposit: &'a Deposit,
}

impl Booking<'_> {
    /// Applies an answer.
    pub fn answer(mut self, answer: &ClaimAnswer) -> Result<()> {
        if self.deposit.remittance.source == BY_FILE {
            self.take_in()?;
        }
        let target = self.target(self.rank_of(answer)?);
        let target = if answer.status == Status::Reversal { target.reversed_by(answer, &self.ranks()) } else { target };
        let planned = plan(&target, answer, self.deposit.on, &self.deposit.contractual).map_err(told)?;
        // A replacement must name the payer's own number.
        if let Some(number) = &answer.payer_claim_no {
            self.account.claim.payer_claim_no = Some(number.clone());
        }
        match planned {
            Plan::Reversal { of, version_id } => self.reverse(target.rank, of, version_id, answer)?,
            Plan::DuplicateNotice { version_id } => {
                let notice = self.bare_decision(target.rank, version_id, answer, DecisionOutcome::DuplicateNotice);
                self.account.ledger.decisions.push(notice);
            }
            Plan::Decision(decided) => self.decide(target.rank, decided, answer),
        }
        Ok(())
    }

    /// Takes an item of the deposit as the claim's money; its balance may open or come to nothing.
    pub fn item(mut self, item: &ProviderItem) -> Result<()> {
        let claim = &self.account.claim;
        if claim.first_sent_on.is_none() {
            return Err(AppError::field("claim", format!("{} was never sent", claim.number)));
        }
        let event = Event { claim_id: Some(claim.id), ..self.page.item(self.deposit, item) };
        self.account.ledger.events.push(event);
        self.restate();
        let (on, why) = (self.deposit.on, format!("an item of {}", self.deposit.remittance.trace));
        self.follow_balance(on, &why);
        Ok(())
    }

    /// Who decides a claim has taken it in, also where the answer that says so was lost: it is written first, and marked
    /// [domain 2.12].
    fn take_in(&mut self) -> Result<()> {
        let waits = matches!(self.account.claim.state, ClaimState::Submitted | ClaimState::Acknowledged);
        if !waits || self.deposit.payer.claim_channel != ClaimChannel::Electronic {
            return Ok(());
        }
        let on = self.deposit.on;
        let Some(sending) = self.account.last_sending else {
            return Err(AppError::conflict(format!("{} was never sent", self.account.claim.number)));
        };
        if on < sending.on {
            let left = crate::types::day::long(sending.on);
            return Err(AppError::field("on", format!("The claim left on {left}. The answer cannot be older")));
        }
        let words = format!("proved by the remittance {}", self.deposit.remittance.trace);
        self.set_state(ClaimState::Accepted, on, words.clone());
        self.page.proofs.push(Proof { transmission_id: sending.id, on, words });
        Ok(())
    }

    /// Whether the payer answers as the first, second or third: by the claim's own payer, else by the patient's coverage.
    fn rank_of(&self, answer: &ClaimAnswer) -> Result<i64> {
        let said = match answer.status {
            Status::Ranked(rank) => Some(rank),
            Status::Denied | Status::Reversal => None,
        };
        let (claim, payer) = (&self.account.claim, &self.deposit.payer);
        if payer.id == claim.payer_id {
            return Ok(said.filter(|r| *r > 1).unwrap_or(1));
        }
        let coverages = self.facts.coverages.get(&claim.patient_id).map(Vec::as_slice).unwrap_or_default();
        match coverages.iter().find(|c| c.payer_id == Some(payer.id) && c.rank > 1) {
            Some(coverage) => Ok(said.filter(|r| *r > 1).unwrap_or(coverage.rank)),
            None => {
                let words = format!(
                    "{} is billed to another payer. If {} pays after it, add that coverage to the patient first",
                    claim.number, payer.name
                );
                Err(AppError::field("claim", words))
            }
        }
    }

    /// In which places the payer has answered the claim: as the first, and perhaps as the second too.
    fn ranks(&self) -> Vec<i64> {
        let deposit = &self.deposit.remittance;
        let payer_of = |id: i64| if id == deposit.id { Some(&deposit.payer_id) } else { self.facts.payers.get(&id) };
        let own = self.account.ledger.decisions.iter().filter(|d| payer_of(d.remittance_id) == Some(&self.deposit.payer.id));
        own.map(|d| d.payer_rank).collect::<BTreeSet<i64>>().into_iter().collect()
    }

    fn target(&self, rank: i64) -> Target {
        Target {
            number: self.account.claim.number.clone(),
            state: self.account.claim.state,
            acknowledges: self.deposit.payer.claim_channel == ClaimChannel::Electronic,
            rank,
            sent: self.account.sent.clone(),
            first_sent_on: self.account.claim.first_sent_on,
            decisions: past(&self.account.ledger.decisions),
        }
    }

    fn bare_decision(&mut self, rank: i64, version_id: i64, answer: &ClaimAnswer, outcome: DecisionOutcome) -> Decision {
        let raw: Vec<_> = answer.all_adjustments().cloned().collect();
        Decision {
            id: self.page.id(),
            public_id: crate::app::new_public_id(self.page.now),
            claim_id: self.account.claim.id,
            claim_version_id: version_id,
            remittance_id: self.deposit.remittance.id,
            payer_rank: rank,
            status_code: answer.status.code(),
            payer_claim_no: answer.payer_claim_no.clone(),
            charge_cents: answer.charge_cents.unwrap_or(0),
            paid_cents: answer.paid_cents,
            patient_cents: 0,
            contractual_cents: 0,
            denied_cents: 0,
            reduced_cents: 0,
            outcome,
            state_before: self.account.claim.state,
            adjustments: serde_json::to_value(raw).unwrap_or_default(),
            posted_on: self.deposit.on,
            taken_back_on: None,
            reverses_id: None,
            created_at: self.page.now,
        }
    }

    /// The negative of everything that a decision posted; both stay in the ledger.
    fn reverse(&mut self, rank: i64, of: i64, version_id: i64, answer: &ClaimAnswer) -> Result<()> {
        let bare = self.bare_decision(rank, version_id, answer, DecisionOutcome::Reversal);
        let ledger = &mut self.account.ledger;
        let before = ledger.decisions.iter().find(|d| d.id == of).ok_or(AppError::NotFound("decision"))?;
        let reversal = Decision {
            reverses_id: Some(of),
            charge_cents: -before.charge_cents,
            patient_cents: -before.patient_cents,
            contractual_cents: -before.contractual_cents,
            denied_cents: -before.denied_cents,
            reduced_cents: -before.reduced_cents,
            ..bare
        };
        // A write-off that the decision took back stays taken back: it was ours, not the payer's.
        let said = ledger.events.iter().filter(|e| e.decision_id == Some(of) && e.kind != EventKind::WriteOff);
        let opposite: Vec<Event> = said.map(|event| reversed(event, &reversal, self.page, self.deposit)).collect();
        ledger.events.extend(opposite);
        ledger.decisions.push(reversal);
        let standing = past(&self.account.ledger.decisions);
        if let Some(earlier) = standing.iter().rev().find(|d| d.rank == rank && d.stands) {
            self.let_denials_stand_again(earlier.id);
        }
        self.restate();
        let remittance = &self.deposit.remittance;
        self.set_state(ClaimState::Reversed, remittance.posted_on, format!("reversed by {}", remittance.trace));
        Ok(())
    }

    /// A decision: events, balance, denial, state.
    fn decide(&mut self, rank: i64, decided: Decided, answer: &ClaimAnswer) {
        let from = self.account.claim.state;
        let first = if decided.is_denial { DecisionOutcome::Denied } else { DecisionOutcome::PartiallyPaid };
        let decision = Decision {
            charge_cents: decided.charge_cents,
            patient_cents: decided.patient_cents,
            contractual_cents: decided.contractual_cents,
            denied_cents: decided.denied_cents,
            reduced_cents: decided.reduced_cents,
            ..self.bare_decision(rank, decided.version_id, answer, first)
        };
        for (line_id, cents) in &decided.payments {
            let event = self.payment(&decision, *line_id, *cents);
            self.account.ledger.events.push(event);
        }
        for classed in &decided.adjustments {
            let event = self.adjustment(&decision, classed);
            self.account.ledger.events.push(event);
        }
        self.account.ledger.decisions.push(decision.clone());
        self.take_back_write_off(&decision);
        self.restate();
        let settled = self.account.claim.standing().signed_balance() <= 0;
        let outcome = match (decided.is_denial, settled) {
            (true, _) => DecisionOutcome::Denied,
            (false, true) => DecisionOutcome::Paid,
            (false, false) => DecisionOutcome::PartiallyPaid,
        };
        if let Some(written) = self.account.ledger.decisions.last_mut() {
            written.outcome = outcome;
        }
        self.settle_denials(&decision, &decided);
        let words = format!("{} {}", self.deposit.remittance.trace, outcome.label().to_lowercase());
        self.set_state(next_state(from, rank, outcome, settled), self.deposit.on, words);
    }

    fn payment(&mut self, decision: &Decision, line_id: Option<i64>, cents: i64) -> Event {
        let remittance = &self.deposit.remittance;
        Event {
            claim_id: Some(decision.claim_id),
            claim_line_id: line_id,
            decision_id: Some(decision.id),
            method: Some(remittance.method),
            reference: Some(remittance.trace.clone()),
            ..self.page.event(self.deposit, EventKind::InsurerPayment, cents)
        }
    }

    fn adjustment(&mut self, decision: &Decision, classed: &Classed) -> Event {
        Event {
            claim_id: Some(decision.claim_id),
            claim_line_id: classed.line_id,
            decision_id: Some(decision.id),
            class: Some(classed.class),
            group_code: Some(classed.adjustment.group),
            reason_code: Some(classed.adjustment.reason.clone()),
            remarks: Texts(classed.adjustment.remarks.clone()),
            ..self.page.event(self.deposit, EventKind::Adjustment, classed.adjustment.amount_cents)
        }
    }

    /// Else the same dollar leaves twice: a written-off claim takes its whole write-off back first and passes through
    /// reversed; any other only as much as would bring the balance under zero [domain 2.12].
    fn take_back_write_off(&mut self, decision: &Decision) {
        self.restate();
        let written_off = self.account.claim.written_off_cents;
        if written_off <= 0 {
            return;
        }
        let back = if self.account.claim.state == ClaimState::WrittenOff {
            self.set_state(ClaimState::Reversed, decision.posted_on, "decided after the write-off".into());
            self.reopen_written_off(decision.posted_on, &super::denials::said_in(&self.deposit.remittance));
            written_off
        } else {
            std::cmp::min(written_off, std::cmp::max(0, -self.account.claim.standing().signed_balance()))
        };
        if back > 0 {
            let event = Event {
                claim_id: Some(decision.claim_id),
                decision_id: Some(decision.id),
                note: Some("taken back by the payer's decision".into()),
                ..self.page.event(self.deposit, EventKind::WriteOff, -back)
            };
            self.account.ledger.events.push(event);
        }
    }

    /// The sums of the claim anew, from its events.
    fn restate(&mut self) {
        let sums = self.account.ledger.sums();
        crate::claims::sum_up(&mut self.account.claim, &sums);
    }

    fn set_state(&mut self, to: ClaimState, on: NaiveDate, why: String) {
        let claim = &mut self.account.claim;
        if claim.state != to {
            self.page.moved_claim(claim.id, claim.state, to, on, why);
            claim.state = to;
        }
    }

    /// What a claim is called follows its balance.
    fn follow_balance(&mut self, on: NaiveDate, why: &str) {
        let from = self.account.claim.state;
        let to = followed(&self.account.claim);
        match (from, to) {
            (ClaimState::WrittenOff, ClaimState::Denied) => self.reopen_written_off(on, why),
            (ClaimState::Denied, ClaimState::WrittenOff) => self.write_off_denials(on, why),
            _ => {}
        }
        self.set_state(to, on, why.into());
    }
}

fn told(refused: Refused) -> AppError {
    match refused {
        Refused::Fields(errors) => AppError::Invalid(errors),
        Refused::NotNow { message, allowed } => AppError::Conflict { message, allowed },
    }
}

/// What a payer's reversal says of one event: the money goes the other way, by the deposit that reverses.
fn reversed(of: &Event, reversal: &Decision, page: &mut Page, deposit: &Deposit) -> Event {
    Event {
        claim_id: of.claim_id,
        claim_line_id: of.claim_line_id,
        visit_id: of.visit_id,
        patient_id: of.patient_id,
        decision_id: Some(reversal.id),
        class: of.class,
        group_code: of.group_code,
        reason_code: of.reason_code.clone(),
        remarks: of.remarks.clone(),
        method: of.method.and(Some(deposit.remittance.method)),
        reference: of.reference.as_ref().map(|_| deposit.remittance.trace.clone()),
        note: of.note.clone(),
        reverses_id: Some(of.id),
        ..page.event(deposit, of.kind, -of.amount_cents)
    }
}

/// Where a decision leaves its claim. A later payer's denial changes nothing about what the first one did; a claim that
/// was written off had been denied, and is again.
fn next_state(from: ClaimState, rank: i64, outcome: DecisionOutcome, settled: bool) -> ClaimState {
    match (rank, from, outcome) {
        (1, _, DecisionOutcome::Denied) | (_, ClaimState::WrittenOff, DecisionOutcome::Denied) => ClaimState::Denied,
        (1, _, _) if settled => ClaimState::Paid,
        (1, _, _) => ClaimState::PartiallyPaid,
        (_, ClaimState::PartiallyPaid, _) if settled => ClaimState::Closed,
        (_, from, DecisionOutcome::Denied) => from,
        (_, ClaimState::Paid | ClaimState::Closed, _) => from,
        _ if settled => ClaimState::Paid,
        _ => ClaimState::PartiallyPaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_payer_closes_what_the_first_left_open_and_its_denial_changes_nothing() {
        use DecisionOutcome::{Denied, Paid, PartiallyPaid};
        assert_eq!(next_state(ClaimState::PartiallyPaid, 2, Paid, true), ClaimState::Closed);
        assert_eq!(next_state(ClaimState::PartiallyPaid, 2, Denied, false), ClaimState::PartiallyPaid);
        assert_eq!(next_state(ClaimState::Denied, 2, PartiallyPaid, false), ClaimState::PartiallyPaid);
        assert_eq!(next_state(ClaimState::WrittenOff, 2, Denied, false), ClaimState::Denied);
        assert_eq!(next_state(ClaimState::Accepted, 1, Paid, true), ClaimState::Paid);
        assert_eq!(next_state(ClaimState::Appealed, 1, Denied, false), ClaimState::Denied);
    }
}
