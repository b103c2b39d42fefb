//! The denials of a claim that is being answered: opened, answered, standing again. Pure.

use super::book::{Move, Moving};
use super::booking::Booking;
use crate::entity::decision::Model as Decision;
use crate::entity::denial::Model as Denial;
use crate::payments::denials::said_in;
use crate::payments::money::{DenialState, is_denial_reason, root_cause};
use crate::payments::plan::{Classed, Decided};
use crate::types::Texts;
use chrono::{Days, NaiveDate};

impl Booking<'_> {
    /// Opens what a decision refused and settles what it answers: the open denials of the same payer.
    pub(super) fn settle_denials(&mut self, decision: &Decision, decided: &Decided) {
        let decisions = &self.account.ledger.decisions;
        let is_of_this_payer = |d: &Denial| decisions.iter().any(|x| x.id == d.decision_id && x.payer_rank == decision.payer_rank);
        let waits = |d: &Denial| matches!(d.state, DenialState::Open | DenialState::Appealed);
        let answered: Vec<usize> = self.places(|d| waits(d) && is_of_this_payer(d));
        for at in answered {
            let line = self.account.denials[at].claim_line_id;
            let refused_again = decided.denied_lines.iter().any(|(line_id, ..)| line == Some(*line_id));
            let to = match decided.paid_cents {
                _ if decided.is_denial || refused_again => DenialState::Upheld,
                paid if paid > 0 => DenialState::Overturned,
                _ => DenialState::Corrected,
            };
            self.put_denial(at, to, decision.posted_on, &said_in(&self.deposit.remittance));
        }
        if decided.is_denial {
            let contractual = &self.deposit.contractual;
            let refused = |c: &&Classed| is_denial_reason(c.adjustment.group, &c.adjustment.reason, contractual);
            let parts = decided.adjustments.iter().filter(refused);
            let reasons = parts.clone().map(|c| format!("{}-{}", c.adjustment.group, c.adjustment.reason)).collect();
            self.open_denial(decision, None, reasons, parts.map(|c| c.adjustment.amount_cents).sum());
        }
        for (line_id, reasons, amount) in &decided.denied_lines {
            self.open_denial(decision, Some(*line_id), reasons.clone(), *amount);
        }
    }

    /// A reversal lets an earlier refusal stand again: it waits for an answer as before.
    pub(super) fn let_denials_stand_again(&mut self, decision_id: i64) {
        let closed = [DenialState::Overturned, DenialState::Upheld, DenialState::Corrected];
        for at in self.places(|d| d.decision_id == decision_id && closed.contains(&d.state)) {
            self.put_denial(at, DenialState::Open, self.deposit.on, &said_in(&self.deposit.remittance));
        }
    }

    /// A write-off was taken back: what it had closed is open again.
    pub(super) fn reopen_written_off(&mut self, on: NaiveDate, why: &str) {
        for at in self.places(|d| d.state == DenialState::WrittenOff) {
            self.put_denial(at, DenialState::Open, on, why);
        }
    }

    /// The claim was written off: nobody answers what was refused any more.
    pub(super) fn write_off_denials(&mut self, on: NaiveDate, why: &str) {
        for at in self.places(|d| matches!(d.state, DenialState::Open | DenialState::Appealed)) {
            self.put_denial(at, DenialState::WrittenOff, on, why);
        }
    }

    fn places(&self, which: impl Fn(&Denial) -> bool) -> Vec<usize> {
        self.account.denials.iter().enumerate().filter(|(_, d)| which(d)).map(|(at, _)| at).collect()
    }

    fn put_denial(&mut self, at: usize, to: DenialState, on: NaiveDate, why: &str) {
        let denial = &mut self.account.denials[at];
        let from = denial.state;
        denial.state = to;
        denial.closed_on = (to != DenialState::Open).then_some(on);
        let of = Moving::Denial(denial.id);
        self.page.moves.push(Move { of, from: Some(from.word()), to: to.word(), on, why: why.into() });
    }

    fn open_denial(&mut self, decision: &Decision, line_id: Option<i64>, mut reasons: Vec<String>, amount_cents: i64) {
        reasons.sort();
        reasons.dedup();
        let cause = reasons.first().and_then(|r| r.split_once('-')).map(|(_, reason)| root_cause(reason));
        let denial = Denial {
            id: self.page.id(),
            public_id: crate::app::new_public_id(self.page.now),
            claim_id: decision.claim_id,
            decision_id: decision.id,
            claim_line_id: line_id,
            reasons: Texts(reasons),
            amount_cents,
            received_on: self.deposit.remittance.posted_on,
            appeal_by: self.appeal_by(),
            closed_on: None,
            state: DenialState::Open,
            root_cause: cause,
            created_at: self.page.now,
            updated_at: self.page.now,
            created_by_id: self.page.user_id,
            updated_by_id: self.page.user_id,
            version: 1,
        };
        let (of, why) = (Moving::Denial(denial.id), said_in(&self.deposit.remittance));
        self.page.moves.push(Move { of, from: None, to: DenialState::Open.word(), on: decision.posted_on, why });
        self.account.denials.push(denial);
    }

    /// The last day for an appeal, by the payer's sheet of the day of the visit. It runs from the day of the deposit, whenever its claim
    /// was found.
    fn appeal_by(&self) -> Option<NaiveDate> {
        let claim = &self.account.claim;
        let sheet = self.facts.sheets.iter().find(|s| s.payer_id == claim.payer_id && s.effective_on <= claim.service_on)?;
        self.deposit.remittance.posted_on.checked_add_days(Days::new(sheet.appeal_days?.unsigned_abs()))
    }
}
