//! Posting a deposit: one transaction, both laws to the cent, or nothing. Hand-entered EOBs come here, files will.

use super::eob::{ClaimAnswer, EobDraft, ProviderItem, Status};
use super::ledger;
use super::money::{DecisionOutcome, EventKind};
use super::plan::{Decided, Past, Plan, Refused, Sent, SentLine, Target, plan};
use super::{denials, store};
use crate::audit::Entry;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::entity::claim::Model as Claim;
use crate::entity::claim_line::Model as ClaimLine;
use crate::entity::decision::Model as Decision;
use crate::entity::payer::Model as Payer;
use crate::entity::remittance::Model as Remittance;
use crate::error::{AppError, FieldErrors, Result};
use crate::payers::payer::ClaimChannel;
use crate::types::words::capital;
use crate::types::{Money, day};
use crate::work::Work;
use crate::{claims, patients, payers, practice};
use sea_orm::Set;
use std::collections::{BTreeMap, BTreeSet};

/// Posts a deposit whole. Every claim, line and item must fit, or nothing is written; all that does not is told at once.
pub async fn post(work: &Work<'_>, eob: &EobDraft, source: &str) -> Result<Remittance> {
    let deposit = begin(work, eob, source).await?;
    let mut errors = eob.check_deposit().err().unwrap_or_default();
    let mut unfit = BTreeSet::new();
    for (answer, claim) in eob.claims.iter().zip(&deposit.answered) {
        // What comes after an answer that does not fit, such as the new decision after a wrong reversal, cannot be judged yet.
        if unfit.contains(&claim.id) {
            continue;
        }
        let known = errors.0.len();
        let applied = deposit.apply(work, claim, answer).await;
        gather(applied, &format!("claims.{}", answer.at), &mut errors)?;
        if errors.0.len() > known {
            unfit.insert(claim.id);
        }
    }
    for (item, claim) in eob.provider_items.iter().zip(&deposit.named) {
        let applied = apply_item(work, &deposit.remittance, item, claim.as_ref()).await;
        gather(applied, &format!("provider_items.{}", item.at), &mut errors)?;
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    deposit.done(work).await
}

/// A deposit that is being posted: its row is written, and the claims it is about are held until the end of the work.
struct Deposit {
    payer: Payer,
    remittance: Remittance,
    /// The claims of the answers and of the items, in their order.
    answered: Vec<Claim>,
    named: Vec<Option<Claim>>,
    contractual: Vec<String>,
}

/// Begins a deposit; one that stands already is refused.
async fn begin(work: &Work<'_>, eob: &EobDraft, source: &str) -> Result<Deposit> {
    let payer = payers::by_id(&work.tx, &eob.payer).await.map_err(|_| AppError::field("payer", "There is no such payer"))?;
    let answered = load_claims(work, eob).await?;
    let named = load_items(work, eob).await?;
    for id in answered.iter().chain(named.iter().flatten()).map(|c| c.id).collect::<BTreeSet<i64>>() {
        claims::hold(work, id).await?;
    }
    let identity = identity(&payer, eob, &answered);
    refuse_twice(work, &identity).await?;
    let remittance = insert_remittance(work, &payer, eob, source, identity).await?;
    let contractual = practice::of(&work.tx).await?.contractual_reasons.0;
    Ok(Deposit { payer, remittance, answered, named, contractual })
}

impl Deposit {
    async fn apply(&self, work: &Work<'_>, claim: &Claim, answer: &ClaimAnswer) -> Result<()> {
        apply(work, &self.remittance, &self.payer, claim.id, answer, &self.contractual).await
    }

    async fn done(self, work: &Work<'_>) -> Result<Remittance> {
        work.note(Entry::of("posted", "remittance", self.remittance.id).named(self.remittance.public_id)).await?;
        Ok(self.remittance)
    }
}

/// How a remittance came.
pub const BY_FILE: &str = "835";

/// A payment of a file that was posted, or tried.
pub struct Posted {
    pub remittance: Remittance,
    /// The events of the parked money, in the order of the draft; none where there was no money.
    pub parked: Vec<Option<i64>>,
    /// Answers that do not fit as things stand, by their places, with the reason. If there is one, nothing may be kept.
    pub refused: BTreeMap<usize, String>,
}

/// Posts a payment of a file. Answers that do not fit are told one by one: the caller keeps all of it or drops the work.
pub async fn post_file(work: &Work<'_>, eob: &EobDraft) -> Result<Posted> {
    let deposit = begin(work, eob, BY_FILE).await?;
    eob.check_deposit()?;
    let mut refused: BTreeMap<usize, String> = BTreeMap::new();
    let mut unfit = BTreeSet::new();
    for (answer, claim) in eob.claims.iter().zip(&deposit.answered) {
        let why = match unfit.contains(&claim.id) {
            true => Some(format!("An earlier answer to {} does not fit", claim.number)),
            false => refusal(deposit.apply(work, claim, answer).await)?,
        };
        if let Some(why) = why {
            unfit.insert(claim.id);
            refused.insert(answer.at, why);
        }
    }
    for (item, claim) in eob.provider_items.iter().zip(&deposit.named) {
        apply_item(work, &deposit.remittance, item, claim.as_ref()).await?;
    }
    let mut parked = Vec::new();
    for money in &eob.parked {
        parked.push(match money.cents {
            0 => None,
            _ => Some(store::insert_parked(work, &deposit.remittance, money.cents, &money.reference).await?.id),
        });
    }
    Ok(Posted { remittance: deposit.done(work).await?, parked, refused })
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
pub async fn post_parked(work: &Work<'_>, remittance: &Remittance, answer: &ClaimAnswer, parked: Option<i64>) -> Result<()> {
    let payer = payers::row(&work.tx, remittance.payer_id).await?;
    let claim = claims::find(&work.tx, work.by, &answer.claim).await?;
    claims::hold(work, claim.id).await?;
    if let Some(id) = parked {
        let event = store::event_row(&work.tx, id).await?;
        store::insert_parked(work, remittance, -event.amount_cents, event.reference.as_deref().unwrap_or_default()).await?;
    }
    let contractual = practice::of(&work.tx).await?.contractual_reasons.0;
    apply(work, remittance, &payer, claim.id, answer, &contractual).await
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

async fn load_claims(work: &Work<'_>, eob: &EobDraft) -> Result<Vec<Claim>> {
    let mut found = Vec::new();
    let mut errors = FieldErrors::default();
    for answer in &eob.claims {
        match claims::find(&work.tx, work.by, &answer.claim).await {
            Ok(claim) => found.push(claim),
            Err(AppError::NotFound(_)) => {
                errors.push(format!("claims.{}.claim", answer.at), format!("{} is no claim of ours. Check the number", answer.claim))
            }
            Err(other) => return Err(other),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors.into()) }
}

/// The claims that items of the deposit name, item by item.
async fn load_items(work: &Work<'_>, eob: &EobDraft) -> Result<Vec<Option<Claim>>> {
    let mut found = Vec::new();
    for item in &eob.provider_items {
        found.push(match &item.claim {
            Some(number) => Some(claims::find(&work.tx, work.by, number).await.map_err(|_| {
                AppError::field(&format!("provider_items.{}.claim", item.at), format!("{number} is no claim of ours. Check the number"))
            })?),
            None => None,
        });
    }
    Ok(found)
}

/// The same payment = the same payer, trace, date and amount; where nothing was paid also the same claims [domain 2.13].
fn identity(payer: &Payer, eob: &EobDraft, claims: &[Claim]) -> String {
    let trace: String = eob.trace.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let mut identity = format!("{}|{trace}|{}|{}", payer.id, eob.paid_on, eob.amount_cents);
    if eob.amount_cents == 0 {
        let numbers: BTreeSet<&str> = claims.iter().map(|c| c.number.as_str()).collect();
        identity.push_str(&format!("|{}", numbers.into_iter().collect::<Vec<_>>().join(",")));
    }
    identity
}

async fn refuse_twice(work: &Work<'_>, identity: &str) -> Result<()> {
    match store::standing_by_identity(&work.tx, identity).await? {
        Some(known) => {
            let words =
                format!("this payment was entered already: {} of {}, {}", known.trace, day::long(known.paid_on), Money(known.amount_cents));
            Err(AppError::conflict(words))
        }
        None => Ok(()),
    }
}

async fn insert_remittance(work: &Work<'_>, payer: &Payer, eob: &EobDraft, source: &str, identity: String) -> Result<Remittance> {
    let document_id = match &eob.document {
        Some(id) => {
            Some(crate::documents::id_of(&work.tx, id).await.map_err(|_| AppError::field("document", "There is no such document"))?)
        }
        None => None,
    };
    let row = crate::entity::remittance::ActiveModel {
        payer_id: Set(payer.id),
        document_id: Set(document_id),
        source: Set(source.into()),
        method: Set(eob.method),
        trace: Set(eob.trace.clone()),
        identity: Set(identity),
        note: Set(eob.note.clone()),
        paid_on: Set(eob.paid_on),
        posted_on: Set(eob.posted_on),
        amount_cents: Set(eob.amount_cents),
        ..Default::default()
    };
    work.insert(row).await
}

/// Applies the answer to one claim.
async fn apply(
    work: &Work<'_>,
    remittance: &Remittance,
    payer: &Payer,
    claim_id: i64,
    answer: &ClaimAnswer,
    contractual: &[String],
) -> Result<()> {
    // Read anew each time: one remittance may reverse a claim and then decide it again.
    let claim = claims::row(&work.tx, claim_id).await?;
    let claim = if remittance.source == BY_FILE { taken_in(work, remittance, payer, claim).await? } else { claim };
    let rank = rank_of(work, payer, &claim, answer).await?;
    let target = target(work, &claim, payer, rank).await?;
    let target = if answer.status == Status::Reversal { target.reversed_by(answer, &ranks_of(work, payer, &claim).await?) } else { target };
    let rank = target.rank;
    let planned = plan(&target, answer, remittance.posted_on, contractual).map_err(refused)?;
    let claim = claims::remember_payer_number(work, &claim, answer.payer_claim_no.clone()).await?;
    match planned {
        Plan::Reversal { of, version_id } => reverse(work, remittance, &claim, rank, of, version_id, answer).await,
        Plan::DuplicateNotice { version_id } => {
            let decision = bare_decision(work, remittance, &claim, rank, version_id, answer, DecisionOutcome::DuplicateNotice);
            store::insert_decision(work, decision).await.map(|_| ())
        }
        Plan::Decision(decided) => decide(work, remittance, &claim, rank, decided, answer, contractual).await,
    }
}

/// Who decides a claim has taken it in, also where the answer that says so was lost: it is written first, and marked
/// [domain 2.12].
async fn taken_in(work: &Work<'_>, remittance: &Remittance, payer: &Payer, claim: Claim) -> Result<Claim> {
    let waits = matches!(claim.state, ClaimState::Submitted | ClaimState::Acknowledged);
    if !waits || payer.claim_channel != ClaimChannel::Electronic {
        return Ok(claim);
    }
    let proof = claims::Answer {
        on: remittance.posted_on.to_string().into(),
        words: format!("proved by the remittance {}", remittance.trace).into(),
        ..claims::Answer::default()
    };
    claims::answer_in(work, &claim, AnswerKind::Accepted, &proof).await
}

fn refused(refused: Refused) -> AppError {
    match refused {
        Refused::Fields(errors) => AppError::Invalid(errors),
        Refused::NotNow { message, allowed } => AppError::Conflict { message, allowed },
    }
}

/// Whether the payer answers as the first, second or third: by the claim's own payer, else by the patient's coverage.
async fn rank_of(work: &Work<'_>, payer: &Payer, claim: &Claim, answer: &ClaimAnswer) -> Result<i64> {
    let said = match answer.status {
        Status::Ranked(rank) => Some(rank),
        Status::Denied | Status::Reversal => None,
    };
    if payer.id == claim.payer_id {
        return Ok(said.filter(|r| *r > 1).unwrap_or(1));
    }
    let coverages = patients::coverages_of(&work.tx, claim.patient_id).await?;
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

/// In which places a payer has answered a claim: as the first, and perhaps as the second too.
async fn ranks_of(work: &Work<'_>, payer: &Payer, claim: &Claim) -> Result<Vec<i64>> {
    let decisions = store::decisions_of(&work.tx, claim.id).await?;
    let deposits = crate::db::by_ids::<crate::entity::remittance::Entity>(&work.tx, decisions.iter().map(|d| d.remittance_id)).await?;
    let own = decisions.iter().filter(|d| deposits.get(&d.remittance_id).is_some_and(|r| r.payer_id == payer.id));
    Ok(own.map(|d| d.payer_rank).collect::<BTreeSet<i64>>().into_iter().collect())
}

async fn target(work: &Work<'_>, claim: &Claim, payer: &Payer, rank: i64) -> Result<Target> {
    let transmissions = claims::transmissions_of(&work.tx, claim.id).await?;
    let version_ids: BTreeSet<i64> = transmissions.iter().map(|t| t.claim_version_id).collect();
    let totals = claims::totals_of(&work.tx, version_ids.iter().copied().collect()).await?;
    let lines = claims::lines_of_versions(&work.tx, version_ids.iter().copied().collect()).await?;
    let line = |l: &ClaimLine| SentLine { id: l.id, n: l.n, code: l.code.clone(), charge_cents: l.charge_cents };
    let of = |version_id: i64| lines.iter().filter(|l| l.claim_version_id == version_id).map(line).collect();
    let one = |id: i64| totals.get(&id).map(|total| Sent { version_id: id, total_cents: *total, lines: of(id) });
    let sent = version_ids.into_iter().filter_map(one).collect();
    Ok(Target {
        number: claim.number.clone(),
        state: claim.state,
        acknowledges: payer.claim_channel == ClaimChannel::Electronic,
        rank,
        sent,
        first_sent_on: claim.first_sent_on,
        decisions: past(&store::decisions_of(&work.tx, claim.id).await?),
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

fn bare_decision(
    work: &Work<'_>,
    remittance: &Remittance,
    claim: &Claim,
    rank: i64,
    version_id: i64,
    answer: &ClaimAnswer,
    outcome: DecisionOutcome,
) -> crate::entity::decision::ActiveModel {
    let raw: Vec<_> = answer.all_adjustments().cloned().collect();
    crate::entity::decision::ActiveModel {
        claim_id: Set(claim.id),
        claim_version_id: Set(version_id),
        remittance_id: Set(remittance.id),
        payer_rank: Set(rank),
        status_code: Set(answer.status.code()),
        payer_claim_no: Set(answer.payer_claim_no.clone()),
        charge_cents: Set(answer.charge_cents.unwrap_or(0)),
        paid_cents: Set(answer.paid_cents),
        patient_cents: Set(0),
        contractual_cents: Set(0),
        denied_cents: Set(0),
        reduced_cents: Set(0),
        outcome: Set(outcome),
        state_before: Set(claim.state),
        adjustments: Set(serde_json::to_value(raw).unwrap_or_default()),
        posted_on: Set(remittance.posted_on),
        created_at: Set(work.now),
        ..Default::default()
    }
}

/// The negative of everything that a decision posted; both stay in the ledger.
async fn reverse(
    work: &Work<'_>,
    remittance: &Remittance,
    claim: &Claim,
    rank: i64,
    of: i64,
    version_id: i64,
    answer: &ClaimAnswer,
) -> Result<()> {
    let before = store::decision_row(&work.tx, of).await?;
    let mut row = bare_decision(work, remittance, claim, rank, version_id, answer, DecisionOutcome::Reversal);
    row.reverses_id = Set(Some(of));
    row.charge_cents = Set(-before.charge_cents);
    row.patient_cents = Set(-before.patient_cents);
    row.contractual_cents = Set(-before.contractual_cents);
    row.denied_cents = Set(-before.denied_cents);
    row.reduced_cents = Set(-before.reduced_cents);
    let reversal = store::insert_decision(work, row).await?;
    for event in store::events_of_decision(&work.tx, of).await? {
        // A write-off that the decision took back stays taken back: it was ours, not the payer's.
        if event.kind != EventKind::WriteOff {
            store::insert_reversal(work, &event, &reversal, remittance).await?;
        }
    }
    let standing = past(&store::decisions_of(&work.tx, claim.id).await?);
    if let Some(earlier) = standing.iter().rev().find(|d| d.rank == rank && d.stands) {
        denials::stand_again(work, remittance, earlier.id).await?;
    }
    let claim = ledger::restate(work, claim.id).await?;
    claims::set_state(work, &claim, ClaimState::Reversed, remittance.posted_on, Some(format!("reversed by {}", remittance.trace))).await?;
    Ok(())
}

/// A decision: events, balance, denial, state.
async fn decide(
    work: &Work<'_>,
    remittance: &Remittance,
    claim: &Claim,
    rank: i64,
    decided: Decided,
    answer: &ClaimAnswer,
    contractual: &[String],
) -> Result<()> {
    let mut row = bare_decision(work, remittance, claim, rank, decided.version_id, answer, DecisionOutcome::PartiallyPaid);
    row.charge_cents = Set(decided.charge_cents);
    row.patient_cents = Set(decided.patient_cents);
    row.contractual_cents = Set(decided.contractual_cents);
    row.denied_cents = Set(decided.denied_cents);
    row.reduced_cents = Set(decided.reduced_cents);
    row.outcome = Set(if decided.is_denial { DecisionOutcome::Denied } else { DecisionOutcome::PartiallyPaid });
    let decision = store::insert_decision(work, row).await?;
    for (line_id, cents) in &decided.payments {
        store::insert_payment(work, remittance, &decision, *line_id, *cents).await?;
    }
    for adjustment in &decided.adjustments {
        store::insert_adjustment(work, remittance, &decision, adjustment).await?;
    }
    take_back_write_off(work, remittance, claim, &decision).await?;
    let fresh = ledger::restate(work, claim.id).await?;
    let balance = fresh.standing().signed_balance();
    let outcome = match (decided.is_denial, balance <= 0) {
        (true, _) => DecisionOutcome::Denied,
        (false, true) => DecisionOutcome::Paid,
        (false, false) => DecisionOutcome::PartiallyPaid,
    };
    store::set_outcome(work, decision.id, outcome).await?;
    denials::settle(work, remittance, &fresh, &decision, &decided, contractual).await?;
    let to = next_state(claim.state, rank, outcome, balance <= 0);
    claims::set_state(work, &fresh, to, remittance.posted_on, Some(format!("{} {}", remittance.trace, outcome.label().to_lowercase())))
        .await?;
    Ok(())
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

/// Else the same dollar leaves twice: a written-off claim takes its whole write-off back first and passes through
/// reversed; any other only as much as would bring the balance under zero [domain 2.12].
async fn take_back_write_off(work: &Work<'_>, remittance: &Remittance, claim: &Claim, decision: &Decision) -> Result<()> {
    let fresh = ledger::restate(work, claim.id).await?;
    let written_off = fresh.written_off_cents;
    if written_off <= 0 {
        return Ok(());
    }
    let back = if claim.state == ClaimState::WrittenOff {
        claims::set_state(work, &fresh, ClaimState::Reversed, decision.posted_on, Some("decided after the write-off".into())).await?;
        denials::reopen_written_off(work, &fresh, decision.posted_on, &denials::said_in(remittance)).await?;
        written_off
    } else {
        std::cmp::min(written_off, std::cmp::max(0, -fresh.standing().signed_balance()))
    };
    if back > 0 {
        store::insert_write_off(work, &fresh, -back, decision.posted_on, Some("taken back by the payer's decision".into()), Some(decision))
            .await?;
    }
    Ok(())
}

/// An item of the deposit that is about no claim, or about one: then it is that claim's money, and its balance may open
/// or come to nothing.
async fn apply_item(work: &Work<'_>, remittance: &Remittance, item: &ProviderItem, claim: Option<&Claim>) -> Result<()> {
    if let Some(claim) = claim.filter(|c| c.first_sent_on.is_none()) {
        return Err(AppError::field("claim", format!("{} was never sent", claim.number)));
    }
    store::insert_provider_item(work, remittance, item, claim).await?;
    if let Some(claim) = claim {
        let fresh = ledger::restate(work, claim.id).await?;
        ledger::follow_balance(work, &fresh, remittance.posted_on, &format!("an item of {}", remittance.trace)).await?;
    }
    Ok(())
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
