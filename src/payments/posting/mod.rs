//! Posting a deposit: one transaction, both laws to the cent, or nothing. Hand-entered EOBs and files come here alike; a
//! deposit of ten thousand claims takes as many statements as one of a few.

mod book;
mod booking;
mod refusals;
mod store;

use super::denials;
use super::eob::{ClaimAnswer, EobDraft, ProviderItem};
use super::money::DecisionOutcome;
use super::plan::Past;
use super::store as payments;
use crate::audit::Entry;
use crate::claims::Named;
use crate::entity::decision::Model as Decision;
use crate::entity::payer::Model as Payer;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, FieldErrors, Result};
use crate::types::words::capital;
use crate::types::{Money, day};
use crate::work::Work;
use crate::{claims, payers, practice};
use book::{Book, Deposit};
use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Posts a deposit whole. Every claim, line and item must fit, or nothing is written; all that does not is told at once.
pub async fn post(work: &Work<'_>, eob: &EobDraft, source: &str) -> Result<Remittance> {
    let mut opened = open(work, eob, source).await?;
    opened.insert(work).await?;
    let mut errors = eob.check_deposit().err().unwrap_or_default();
    let mut unfit = BTreeSet::new();
    for (answer, claim) in eob.claims.iter().zip(&opened.answered) {
        // What comes after an answer that does not fit, such as the new decision after a wrong reversal, cannot be judged yet.
        if unfit.contains(&claim.id) {
            continue;
        }
        let known = errors.0.len();
        let applied = opened.book.answer(&opened.deposit, claim.id, answer);
        gather(applied, &format!("claims.{}", answer.at), &mut errors)?;
        if errors.0.len() > known {
            unfit.insert(claim.id);
        }
    }
    for (item, claim) in eob.provider_items.iter().zip(&opened.named) {
        let applied = opened.book.item(&opened.deposit, claim.as_ref().map(|c| c.id), item);
        gather(applied, &format!("provider_items.{}", item.at), &mut errors)?;
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    opened.write(work).await.map(|(remittance, _)| remittance)
}

/// A deposit, the book of the claims it is about (they are held until the end of the work), and the claims of its answers and
/// items in their order.
struct Opened {
    deposit: Deposit,
    book: Book,
    answered: Vec<Named>,
    named: Vec<Option<Named>>,
}

/// Opens a deposit; one that stands already is refused. Nothing is written.
async fn open(work: &Work<'_>, eob: &EobDraft, source: &str) -> Result<Opened> {
    let payer = payers::by_id(&work.tx, &eob.payer).await.map_err(|_| AppError::field("payer", "There is no such payer"))?;
    let said = eob.claims.iter().map(|a| a.claim.as_str()).chain(eob.provider_items.iter().filter_map(|i| i.claim.as_deref()));
    let found = claims::find_all(&work.tx, work.by, said).await?;
    let answered = answered(eob, &found)?;
    let named = named(eob, &found)?;
    let ids = answered.iter().chain(named.iter().flatten()).map(|c| c.id).collect();
    let book = store::open(work, ids, &payer).await?;
    let identity = identity(&payer, eob, &answered);
    refuse_twice(work, &identity).await?;
    let remittance = remittance(work, &payer, eob, source, identity).await?;
    let contractual = practice::of(&work.tx).await?.contractual_reasons.0;
    Ok(Opened { deposit: Deposit { payer, on: remittance.posted_on, remittance, contractual }, book, answered, named })
}

impl Opened {
    /// The row of the deposit itself, before those that name it.
    async fn insert(&mut self, work: &Work<'_>) -> Result<()> {
        let mut row = self.deposit.remittance.clone().into_active_model().reset_all();
        row.id = sea_orm::NotSet;
        self.deposit.remittance = work.insert(row).await?;
        Ok(())
    }

    /// Applies what a file says. Tells the answers that do not fit by their places, with the reason.
    fn apply(&mut self, eob: &EobDraft) -> Result<BTreeMap<usize, String>> {
        eob.check_deposit()?;
        let mut refused: BTreeMap<usize, String> = BTreeMap::new();
        let mut unfit = BTreeSet::new();
        for (answer, claim) in eob.claims.iter().zip(&self.answered) {
            let why = match unfit.contains(&claim.id) {
                true => Some(format!("An earlier answer to {} does not fit", claim.number)),
                false => refusal(self.book.answer(&self.deposit, claim.id, answer))?,
            };
            if let Some(why) = why {
                unfit.insert(claim.id);
                refused.insert(answer.at, why);
            }
        }
        for (item, claim) in eob.provider_items.iter().zip(&self.named) {
            self.book.item(&self.deposit, claim.as_ref().map(|c| c.id), item)?;
        }
        Ok(refused)
    }

    /// Writes what was booked; the ids of new events by those they had in the book.
    async fn write(self, work: &Work<'_>) -> Result<(Remittance, HashMap<i64, i64>)> {
        let events = store::write(work, &self.book).await?;
        let remittance = self.deposit.remittance;
        work.note(Entry::of("posted", "remittance", remittance.id).named(remittance.public_id)).await?;
        Ok((remittance, events))
    }
}

/// How a remittance came.
pub const BY_FILE: &str = "835";

/// A payment of a file that was posted, or that does not fit.
pub enum Posted {
    Whole {
        remittance: Box<Remittance>,
        /// The events of the parked money, in the order of the draft; none where there was no money.
        parked: Vec<Option<i64>>,
    },
    /// Answers that do not fit as things stand, by their places, with the reason. Nothing was written of them, and nothing of
    /// the work may be kept.
    Refused(BTreeMap<usize, String>),
}

/// Posts a payment of a file, whole or not at all.
pub async fn post_file(work: &Work<'_>, eob: &EobDraft) -> Result<Posted> {
    let mut opened = open(work, eob, BY_FILE).await?;
    opened.insert(work).await?;
    let refused = opened.apply(eob)?;
    if !refused.is_empty() {
        return Ok(Posted::Refused(refused));
    }
    let mut parked = Vec::new();
    for money in &eob.parked {
        parked.push(match money.cents {
            0 => None,
            cents => Some(opened.book.park(&opened.deposit, cents, &money.reference)),
        });
    }
    let (remittance, events) = opened.write(work).await?;
    let parked = parked.into_iter().map(|id| id.and_then(|id| events.get(&id).copied())).collect();
    Ok(Posted::Whole { remittance: Box::new(remittance), parked })
}

/// Tries a payment of a file without writing anything: the answers that would not fit, by their places, with the reason.
pub async fn try_file(work: &Work<'_>, eob: &EobDraft) -> Result<BTreeMap<usize, String>> {
    open(work, eob, BY_FILE).await?.apply(eob)
}

/// Why an answer does not fit, where it does not.
fn refusal(applied: Result<()>) -> Result<Option<String>> {
    match applied {
        Ok(()) => Ok(None),
        Err(AppError::Invalid(errors)) => Ok(Some(errors.0.first().map(|e| e.message.clone()).unwrap_or_default())),
        Err(AppError::Conflict { message, .. }) => Ok(Some(capital(&message))),
        Err(other) => Err(other),
    }
}

/// Posts an answer whose claim was found after its payment was posted: what was parked moves to the claim, and the deposit
/// stays what it was.
pub async fn post_parked(work: &Work<'_>, remittance: &Remittance, answer: &ClaimAnswer, parked: Option<i64>, on: NaiveDate) -> Result<()> {
    let payer = payers::row(&work.tx, remittance.payer_id).await?;
    let claim = claims::find(&work.tx, work.by, &answer.claim).await?;
    let mut book = store::open(work, BTreeSet::from([claim.id]), &payer).await?;
    let contractual = practice::of(&work.tx).await?.contractual_reasons.0;
    let deposit = Deposit { payer, remittance: remittance.clone(), contractual, on };
    if let Some(id) = parked {
        let event = payments::event_row(&work.tx, id).await?;
        book.park(&deposit, -event.amount_cents, event.reference.as_deref().unwrap_or_default());
    }
    book.answer(&deposit, claim.id, answer)?;
    store::write(work, &book).await.map(|_| ())
}

/// Takes the complaints about one part over, under the part's name. The day is one for the whole deposit.
fn gather(applied: Result<()>, part: &str, errors: &mut FieldErrors) -> Result<()> {
    let Err(AppError::Invalid(found)) = applied else { return applied };
    for error in found.0 {
        let field = if error.field == "posted_on" { error.field } else { format!("{part}.{}", error.field) };
        if !errors.0.iter().any(|known| known.field == field && known.message == error.message) {
            errors.push(&field, error.message);
        }
    }
    Ok(())
}

/// The claims that are answered, one for each answer.
fn answered(eob: &EobDraft, found: &HashMap<String, Named>) -> Result<Vec<Named>> {
    let mut claims = Vec::with_capacity(eob.claims.len());
    let mut errors = FieldErrors::default();
    for answer in &eob.claims {
        match found.get(&answer.claim) {
            Some(claim) => claims.push(claim.clone()),
            None => errors.push(format!("claims.{}.claim", answer.at), format!("{} is no claim of ours. Check the number", answer.claim)),
        }
    }
    if errors.is_empty() { Ok(claims) } else { Err(errors.into()) }
}

/// The claims that items of the deposit name, item by item.
fn named(eob: &EobDraft, found: &HashMap<String, Named>) -> Result<Vec<Option<Named>>> {
    let one = |item: &ProviderItem| match &item.claim {
        None => Ok(None),
        Some(number) => found.get(number).cloned().map(Some).ok_or_else(|| {
            AppError::field(&format!("provider_items.{}.claim", item.at), format!("{number} is no claim of ours. Check the number"))
        }),
    };
    eob.provider_items.iter().map(one).collect()
}

/// The same payment = the same payer, trace, date and amount; where nothing was paid also the same claims [domain 2.13].
fn identity(payer: &Payer, eob: &EobDraft, claims: &[Named]) -> String {
    let trace: String = eob.trace.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let mut identity = format!("{}|{trace}|{}|{}", payer.id, eob.paid_on, eob.amount_cents);
    if eob.amount_cents == 0 {
        let numbers: BTreeSet<&str> = claims.iter().map(|c| c.number.as_str()).collect();
        identity.push_str(&format!("|{}", numbers.into_iter().collect::<Vec<_>>().join(",")));
    }
    identity
}

async fn refuse_twice(work: &Work<'_>, identity: &str) -> Result<()> {
    match payments::standing_by_identity(&work.tx, identity).await? {
        Some(known) => {
            let words =
                format!("this payment was entered already: {} of {}, {}", known.trace, day::long(known.paid_on), Money(known.amount_cents));
            Err(AppError::conflict(words))
        }
        None => Ok(()),
    }
}

/// The row of a deposit, not written yet.
async fn remittance(work: &Work<'_>, payer: &Payer, eob: &EobDraft, source: &str, identity: String) -> Result<Remittance> {
    let document_id = match &eob.document {
        Some(id) => {
            Some(crate::documents::id_of(&work.tx, id).await.map_err(|_| AppError::field("document", "There is no such document"))?)
        }
        None => None,
    };
    Ok(Remittance {
        id: 0,
        public_id: crate::app::new_public_id(work.now),
        payer_id: payer.id,
        document_id,
        created_by_id: work.by.user_id(),
        source: source.into(),
        method: eob.method,
        trace: eob.trace.clone(),
        identity,
        note: eob.note.clone(),
        overridden_why: eob.overridden_why.clone(),
        paid_on: eob.paid_on,
        posted_on: eob.posted_on,
        taken_back_on: None,
        amount_cents: eob.amount_cents,
        created_at: work.now,
        taken_back_at: None,
    })
}

/// The decisions that count, with what became of them.
pub fn past(decisions: &[Decision]) -> Vec<Past> {
    let counts = |d: &&Decision| d.taken_back_on.is_none();
    let reversed: Vec<i64> = decisions.iter().filter(counts).filter_map(|d| d.reverses_id).collect();
    let is_decision = |d: &&Decision| !matches!(d.outcome, DecisionOutcome::Reversal | DecisionOutcome::DuplicateNotice);
    let one = |d: &Decision| Past {
        id: d.id,
        rank: d.payer_rank,
        version_id: d.claim_version_id,
        charge_cents: d.charge_cents,
        paid_cents: d.paid_cents,
        is_denial: d.outcome == DecisionOutcome::Denied,
        stands: !reversed.contains(&d.id),
        posted_on: d.posted_on,
        adjustments: serde_json::from_value(d.adjustments.clone()).unwrap_or_default(),
    };
    decisions.iter().filter(counts).filter(is_decision).map(one).collect()
}
