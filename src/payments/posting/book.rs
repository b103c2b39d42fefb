//! The claims of a deposit with all that their answers are judged by: read at once, carried forward in memory, written at once.
//! So two answers to one claim in one file see each other, and the number of statements does not grow with the claims. Pure.

use super::booking::Booking;
use crate::claims::claim::ClaimState;
use crate::entity::claim::Model as Claim;
use crate::entity::coverage::Model as Coverage;
use crate::entity::decision::Model as Decision;
use crate::entity::denial::Model as Denial;
use crate::entity::money_event::Model as Event;
use crate::entity::payer::Model as Payer;
use crate::entity::remittance::Model as Remittance;
use crate::entity::rule_sheet::Model as RuleSheet;
use crate::error::{AppError, Result};
use crate::payments::eob::{ClaimAnswer, ProviderItem};
use crate::payments::ledger::Ledger;
use crate::payments::money::EventKind;
use crate::payments::plan::Sent;
use crate::types::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, HashMap};

/// A deposit that is being posted, or tried: then its row has no id.
pub struct Deposit {
    pub payer: Payer,
    pub remittance: Remittance,
    pub contractual: Vec<String>,
    /// When what is written counts: the deposit's own day, or a later one where the claim of an answer was found later.
    pub on: NaiveDate,
}

/// One claim: as it was read, and as it becomes.
pub struct Account {
    pub before: Claim,
    pub claim: Claim,
    pub ledger: Ledger,
    /// Every version that left, first to last.
    pub sent: Vec<Sent>,
    pub last_sending: Option<Sending>,
    pub denials: Vec<Denial>,
    pub denials_before: Vec<Denial>,
}

/// The last time a claim left.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    pub id: i64,
    pub on: NaiveDate,
}

/// What answers are judged by beside the claims themselves.
#[derive(Default)]
pub struct Facts {
    /// Living coverages by patient, where somebody else than the claim's own payer answers.
    pub coverages: HashMap<i64, Vec<Coverage>>,
    /// The sheets of the claims' payers, the newest first.
    pub sheets: Vec<RuleSheet>,
    /// Whose deposit each is.
    pub payers: HashMap<i64, i64>,
}

/// What is to be written beside the claims. New rows bear ids below zero until they are.
pub struct Page {
    pub now: DateTime<Utc>,
    pub user_id: Option<i64>,
    /// Money that belongs to no claim.
    pub loose: Vec<Event>,
    pub moves: Vec<Move>,
    pub proofs: Vec<Proof>,
    last_id: i64,
}

/// A move of a claim or of a denial, in the order in which they happened.
pub struct Move {
    pub of: Moving,
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub on: NaiveDate,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moving {
    Claim(i64),
    Denial(i64),
}

/// A lost acceptance that a decision proves.
pub struct Proof {
    pub transmission_id: i64,
    pub on: NaiveDate,
    pub words: String,
}

pub struct Book {
    pub accounts: BTreeMap<i64, Account>,
    pub facts: Facts,
    pub page: Page,
}

impl Book {
    /// Applies the answer to one claim. Refused, what it began is not taken back: nothing of the book may be kept then.
    pub fn answer(&mut self, deposit: &Deposit, claim_id: i64, answer: &ClaimAnswer) -> Result<()> {
        self.booking(deposit, claim_id)?.answer(answer)
    }

    /// An item of the deposit that is about no claim, or about one: then it is that claim's money.
    pub fn item(&mut self, deposit: &Deposit, claim_id: Option<i64>, item: &ProviderItem) -> Result<()> {
        match claim_id {
            Some(id) => self.booking(deposit, id)?.item(item),
            None => {
                let event = self.page.item(deposit, item);
                self.page.loose.push(event);
                Ok(())
            }
        }
    }

    /// Money of a deposit whose claim is not known yet; negative when it leaves for its claim. Tells its id.
    pub fn park(&mut self, deposit: &Deposit, cents: i64, reference: &str) -> i64 {
        let event = self.page.event(deposit, EventKind::InsurerPayment, cents);
        let event = Event { method: Some(deposit.remittance.method), reference: Some(reference.to_string()), ..event };
        let id = event.id;
        self.page.loose.push(event);
        id
    }

    fn booking<'a>(&'a mut self, deposit: &'a Deposit, claim_id: i64) -> Result<Booking<'a>> {
        let account = self.accounts.get_mut(&claim_id).ok_or(AppError::NotFound("claim"))?;
        Ok(Booking { account, facts: &self.facts, page: &mut self.page, deposit })
    }

    /// Rows that are new, in the order in which they were made.
    pub fn new_decisions(&self) -> Vec<&Decision> {
        made(self.accounts.values().flat_map(|a| &a.ledger.decisions), |d| d.id)
    }

    pub fn new_events(&self) -> Vec<&Event> {
        made(self.accounts.values().flat_map(|a| &a.ledger.events).chain(&self.page.loose), |e| e.id)
    }

    pub fn new_denials(&self) -> Vec<&Denial> {
        made(self.accounts.values().flat_map(|a| &a.denials), |d| d.id)
    }
}

fn made<'a, T>(all: impl Iterator<Item = &'a T>, id: impl Fn(&T) -> i64) -> Vec<&'a T> {
    let mut new: Vec<&T> = all.filter(|row| id(row) < 0).collect();
    new.sort_by_key(|row| -id(row));
    new
}

impl Account {
    pub fn new(claim: Claim, ledger: Ledger, sent: Vec<Sent>, last_sending: Option<Sending>, denials: Vec<Denial>) -> Self {
        Self { before: claim.clone(), claim, ledger, sent, last_sending, denials_before: denials.clone(), denials }
    }

    /// Denials that were there and became something else.
    pub fn changed_denials(&self) -> impl Iterator<Item = &Denial> {
        self.denials.iter().zip(&self.denials_before).filter(|(after, before)| after != before).map(|(after, _)| after)
    }
}

impl Page {
    pub fn new(now: DateTime<Utc>, user_id: Option<i64>) -> Self {
        Self { now, user_id, loose: Vec::new(), moves: Vec::new(), proofs: Vec::new(), last_id: 0 }
    }

    /// An id for a new row until it is written.
    pub fn id(&mut self) -> i64 {
        self.last_id -= 1;
        self.last_id
    }

    /// What stands on every event of a deposit.
    pub fn event(&mut self, deposit: &Deposit, kind: EventKind, amount_cents: i64) -> Event {
        Event {
            id: self.id(),
            public_id: crate::app::new_public_id(self.now),
            kind,
            class: None,
            group_code: None,
            reason_code: None,
            method: None,
            reference: None,
            note: None,
            remarks: Texts::default(),
            amount_cents,
            posted_on: deposit.on,
            created_at: self.now,
            created_by_id: self.user_id,
            claim_id: None,
            claim_line_id: None,
            visit_id: None,
            patient_id: None,
            decision_id: None,
            remittance_id: Some(deposit.remittance.id),
            reverses_id: None,
            entry_error: false,
        }
    }

    /// An item of the deposit: positive on the paper lowers it, so for us it is negative money.
    pub fn item(&mut self, deposit: &Deposit, item: &ProviderItem) -> Event {
        Event {
            reason_code: item.reason.clone(),
            reference: item.reference.clone(),
            note: item.note.clone(),
            ..self.event(deposit, EventKind::ProviderItem, -item.amount_cents)
        }
    }

    pub fn moved_claim(&mut self, id: i64, from: ClaimState, to: ClaimState, on: NaiveDate, why: String) {
        self.moves.push(Move { of: Moving::Claim(id), from: Some(from.word()), to: to.word(), on, why });
    }
}
