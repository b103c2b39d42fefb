//! What one answer of a payer means for one claim: decided by law, before anything is written. Pure.

use super::eob::{Adjustment, ClaimAnswer, Status};
use super::money::{Class, classify, is_denial_reason};
use crate::claims::claim::ClaimState;
use crate::types::{FieldErrors, Money, day};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A claim as it stands, as far as an answer is concerned.
#[derive(Clone, Debug)]
pub struct Target {
    pub number: String,
    pub state: ClaimState,
    /// The payer takes 837P and acknowledges what it takes.
    pub acknowledges: bool,
    /// Who answers: 1 primary, 2 secondary, 3 tertiary.
    pub rank: i64,
    /// What was sent, first to last.
    pub sent: Vec<Sent>,
    pub first_sent_on: Option<NaiveDate>,
    /// All decisions that count, oldest first.
    pub decisions: Vec<Past>,
}

/// One version that left.
#[derive(Clone, Debug)]
pub struct Sent {
    pub version_id: i64,
    pub total_cents: i64,
    pub lines: Vec<SentLine>,
}

#[derive(Clone, Debug)]
pub struct SentLine {
    pub id: i64,
    pub n: i64,
    pub code: String,
    pub charge_cents: i64,
}

/// An earlier decision.
#[derive(Clone, Debug)]
pub struct Past {
    pub id: i64,
    pub rank: i64,
    pub version_id: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub is_denial: bool,
    /// Not reversed.
    pub stands: bool,
    pub posted_on: NaiveDate,
    pub adjustments: Vec<Adjustment>,
}

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Takes a decision back: the negative of all that it posted.
    Reversal {
        of: i64,
        version_id: i64,
    },
    /// Says only "duplicate" while a decision stands.
    DuplicateNotice {
        version_id: i64,
    },
    Decision(Decided),
}

/// A decision, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub version_id: i64,
    pub charge_cents: i64,
    pub paid_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub denied_cents: i64,
    pub reduced_cents: i64,
    pub is_denial: bool,
    /// Payments by line (none: the claim as a whole).
    pub payments: Vec<(Option<i64>, i64)>,
    pub adjustments: Vec<Classed>,
    /// Lines that were refused in a claim that was otherwise answered, with their reasons and amounts.
    pub denied_lines: Vec<(i64, Vec<String>, i64)>,
}

/// An adjustment with its line and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classed {
    pub line_id: Option<i64>,
    pub class: Class,
    pub adjustment: Adjustment,
}

/// Why an answer cannot be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Fields(FieldErrors),
    NotNow { message: String, allowed: Vec<String> },
}

fn not_now(message: String) -> Refused {
    Refused::NotNow { message, allowed: Vec::new() }
}

fn field(name: &str, message: String) -> Refused {
    Refused::Fields(FieldErrors::one(name, message))
}

impl Target {
    /// The decision of a payer that counts: the last one of its rank that is not reversed.
    pub fn current(&self, rank: i64) -> Option<&Past> {
        self.decisions.iter().rev().find(|d| d.rank == rank && d.stands)
    }
}

impl Target {
    /// A reversal does not say which of a payer's places it means: the one whose decision it equals, of those in which the
    /// payer answered.
    pub fn reversed_by(mut self, answer: &ClaimAnswer, ranks: &[i64]) -> Self {
        let fits = |rank: &i64| self.current(*rank).is_some_and(|past| past.is_reversed_by(answer));
        if !fits(&self.rank) {
            self.rank = ranks.iter().copied().find(fits).unwrap_or(self.rank);
        }
        self
    }
}

impl Past {
    /// The same money and the same adjustments, with the other sign.
    fn is_reversed_by(&self, answer: &ClaimAnswer) -> bool {
        let money = self.paid_cents == -answer.paid_cents;
        let charge = answer.charge_cents.is_none_or(|c| c == -self.charge_cents);
        let said = answer.all_adjustments().next().is_some();
        money && charge && (!said || negated(answer.all_adjustments()) == sums(self.adjustments.iter()))
    }
}

/// Decides what an answer means.
pub fn plan(target: &Target, answer: &ClaimAnswer, posted_on: NaiveDate, contractual: &[String]) -> Result<Plan, Refused> {
    let number = &target.number;
    if target.sent.is_empty() {
        let message = format!(
            "{number} is {} and was never sent, so no payer can have decided it. It can become: {}",
            target.state.spoken(),
            target.state.may_become_spoken()
        );
        return Err(Refused::NotNow { message, allowed: target.state.allowed() });
    }
    check_day(target, posted_on)?;
    if answer.status == Status::Reversal {
        return reversal(target, answer);
    }
    if answer.paid_cents < 0 || answer.lines.iter().any(|l| l.paid_cents < 0) {
        return Err(field("paid_cents", "Money taken back is a reversal: status 22".into()));
    }
    let current = target.current(target.rank);
    let only_duplicate = answer.all_adjustments().all(|a| a.reason == "18") && answer.all_adjustments().next().is_some();
    if let Some(current) = current.filter(|_| only_duplicate && answer.paid_cents == 0) {
        return Ok(Plan::DuplicateNotice { version_id: current.version_id });
    }
    check_state(target, current)?;
    let decided = decision(target, answer, contractual)?;
    Ok(Plan::Decision(decided))
}

/// Days go forward: an answer counts neither before the sending nor before an earlier answer.
fn check_day(target: &Target, posted_on: NaiveDate) -> Result<(), Refused> {
    if let Some(sent_on) = target.first_sent_on.filter(|sent| posted_on < *sent) {
        let words = format!("{} left on {}. Its answer cannot count before that day", target.number, day::long(sent_on));
        return Err(field("posted_on", words));
    }
    let last = target.decisions.iter().map(|d| d.posted_on).max();
    if let Some(last) = last.filter(|last| posted_on < *last) {
        let words = format!("{} has an answer of {}. A later one cannot count before it", target.number, day::long(last));
        return Err(field("posted_on", words));
    }
    Ok(())
}

fn check_state(target: &Target, current: Option<&Past>) -> Result<(), Refused> {
    let number = &target.number;
    let decided_before = !target.decisions.is_empty();
    if target.state == ClaimState::Voided {
        return Err(not_now(format!("{number} is voided")));
    }
    if target.rank > 1 {
        if !decided_before {
            return Err(not_now(format!("{number}: the first payer has not answered yet. Enter that answer first")));
        }
    } else if !decided_before && !target.state.may_be_decided(target.acknowledges) {
        let (state, next) = (target.state.spoken(), target.state.may_become_spoken());
        let mend = if target.state.is_before_a_decision() { ". Say first on its page that they took it in" } else { "" };
        let message = format!("{number} is {state} and cannot be decided yet. It can become: {next}{mend}");
        return Err(Refused::NotNow { message, allowed: target.state.allowed() });
    }
    match current {
        Some(past) if !past.is_denial => {
            let allowed = vec!["reversal (status 22)".to_string()];
            let message = format!(
                "{number} has a decision of this payer already. It must be reversed first (status 22), before or in the same remittance"
            );
            Err(Refused::NotNow { message, allowed })
        }
        _ => Ok(()),
    }
}

/// A reversal equals a decision that stands.
fn reversal(target: &Target, answer: &ClaimAnswer) -> Result<Plan, Refused> {
    let number = &target.number;
    match target.current(target.rank) {
        Some(past) if past.is_reversed_by(answer) => Ok(Plan::Reversal { of: past.id, version_id: past.version_id }),
        Some(past) => {
            let words = format!("{number}: the decision that stands paid {}. A reversal takes exactly that back", Money(past.paid_cents));
            Err(field("paid_cents", words))
        }
        None => Err(field("paid_cents", format!("{number} has no decision of this payer that could be reversed"))),
    }
}

type Sums = BTreeMap<(String, String), i64>;

fn sums<'a>(adjustments: impl Iterator<Item = &'a Adjustment>) -> Sums {
    let mut found = Sums::new();
    for a in adjustments {
        *found.entry((a.group.to_string(), a.reason.clone())).or_default() += a.amount_cents;
    }
    found.retain(|_, cents| *cents != 0);
    found
}

fn negated<'a>(adjustments: impl Iterator<Item = &'a Adjustment>) -> Sums {
    sums(adjustments).into_iter().map(|(k, v)| (k, -v)).collect()
}

fn decision(target: &Target, answer: &ClaimAnswer, contractual: &[String]) -> Result<Decided, Refused> {
    let sent = version_of(target, answer)?;
    let lines = lines_of(target, sent, answer)?;
    let charges: Vec<i64> = lines.iter().map(|l| l.charge_cents).collect();
    answer.check_balance(&target.number, sent.total_cents, &charges).map_err(Refused::Fields)?;
    let mut payments: Vec<(Option<i64>, i64)> = Vec::new();
    let mut classed: Vec<Classed> = Vec::new();
    for (said, ours) in answer.lines.iter().zip(&lines) {
        payments.push((Some(ours.id), said.paid_cents));
        classed.extend(said.adjustments.iter().map(|a| class_of(Some(ours.id), a, said.paid_cents > 0, contractual)));
    }
    if answer.lines.is_empty() {
        payments.push((None, answer.paid_cents));
    }
    classed.extend(answer.adjustments.iter().map(|a| class_of(None, a, answer.paid_cents > 0, contractual)));
    payments.retain(|(_, cents)| *cents != 0);
    classed.retain(|c| c.adjustment.amount_cents != 0);
    let sum = |class: Class| classed.iter().filter(|c| c.class == class).map(|c| c.adjustment.amount_cents).sum();
    let is_denial = refused(answer.paid_cents, classed.iter().map(|c| &c.adjustment), contractual);
    Ok(Decided {
        version_id: sent.version_id,
        charge_cents: sent.total_cents,
        paid_cents: answer.paid_cents,
        patient_cents: sum(Class::Patient),
        contractual_cents: sum(Class::Contractual),
        denied_cents: sum(Class::Denied),
        reduced_cents: sum(Class::Reduced),
        is_denial,
        denied_lines: if is_denial { Vec::new() } else { denied_lines(answer, &lines, contractual) },
        payments,
        adjustments: classed,
    })
}

fn class_of(line_id: Option<i64>, a: &Adjustment, paid_on_it: bool, contractual: &[String]) -> Classed {
    Classed { line_id, class: classify(a.group, &a.reason, paid_on_it, contractual), adjustment: a.clone() }
}

/// Denied = nothing paid, no deductible, coinsurance or copay, and at least one reason of denial [domain 2.12].
fn refused<'a>(paid_cents: i64, adjustments: impl Iterator<Item = &'a Adjustment> + Clone, contractual: &[String]) -> bool {
    let some = |a: &&Adjustment| a.amount_cents > 0;
    let usual_share = |a: &Adjustment| a.group == super::money::Group::Patient && matches!(a.reason.as_str(), "1" | "2" | "3");
    paid_cents == 0
        && !adjustments.clone().filter(some).any(usual_share)
        && adjustments.filter(some).any(|a| is_denial_reason(a.group, &a.reason, contractual))
}

/// Lines that were refused while others were answered have a denial of their own.
fn denied_lines(answer: &ClaimAnswer, lines: &[&SentLine], contractual: &[String]) -> Vec<(i64, Vec<String>, i64)> {
    let mut found = Vec::new();
    for (said, ours) in answer.lines.iter().zip(lines) {
        if refused(said.paid_cents, said.adjustments.iter(), contractual) {
            let reasons = said.adjustments.iter().filter(|a| is_denial_reason(a.group, &a.reason, contractual));
            let amount = reasons.clone().map(|a| a.amount_cents).sum();
            found.push((ours.id, reasons.map(|a| format!("{}-{}", a.group, a.reason)).collect(), amount));
        }
    }
    found
}

/// The version that was answered: the last one sent, unless the charge says that it was an earlier one.
fn version_of<'a>(target: &'a Target, answer: &ClaimAnswer) -> Result<&'a Sent, Refused> {
    let last = target.sent.last().ok_or_else(|| not_now(format!("{} was never sent", target.number)))?;
    let Some(charge) = answer.charge_cents else { return Ok(last) };
    target.sent.iter().rev().find(|s| s.total_cents == charge).ok_or_else(|| {
        field(
            "charge_cents",
            format!("{} was sent for {}, not for {}. Check the claim number", target.number, Money(last.total_cents), Money(charge)),
        )
    })
}

/// Our lines, in the order of the answer. Either all lines are answered or the claim as a whole is.
fn lines_of<'a>(target: &Target, sent: &'a Sent, answer: &ClaimAnswer) -> Result<Vec<&'a SentLine>, Refused> {
    let mut found: Vec<&SentLine> = Vec::new();
    let mut errors = FieldErrors::default();
    for said in &answer.lines {
        let at = said.at;
        let free = |l: &&SentLine| !found.iter().any(|f| f.id == l.id);
        let ours = sent.lines.iter().filter(free).find(|l| said.line.map_or(said.code.as_deref() == Some(&l.code), |n| n == l.n));
        match ours {
            Some(line) if said.charge_cents.is_some_and(|c| c != line.charge_cents) => {
                let words = format!(
                    "Line {} of {} was {}, not {}",
                    line.n,
                    target.number,
                    Money(line.charge_cents),
                    Money(said.charge_cents.unwrap_or(0))
                );
                errors.push(format!("lines.{at}.charge_cents"), words);
            }
            Some(line) => found.push(line),
            None => errors.push(format!("lines.{at}.line"), format!("{} has no such line, or it is answered twice", target.number)),
        }
    }
    if !answer.lines.is_empty() && errors.is_empty() && found.len() < sent.lines.len() {
        let missing: Vec<String> =
            sent.lines.iter().filter(|l| !found.iter().any(|f| f.id == l.id)).map(|l| format!("{} ({})", l.n, l.code)).collect();
        errors.push("lines", format!("{}: line {} is not answered", target.number, missing.join(", ")));
    }
    if errors.is_empty() { Ok(found) } else { Err(Refused::Fields(errors)) }
}

#[cfg(test)]
mod tests {
    use super::super::eob::LineAnswer;
    use super::super::money::{CONTRACTUAL_REASONS, Group};
    use super::*;

    fn day_of(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    fn list() -> Vec<String> {
        CONTRACTUAL_REASONS.iter().map(|r| r.to_string()).collect()
    }

    fn adjustment(group: Group, reason: &str, amount_cents: i64) -> Adjustment {
        Adjustment { group, reason: reason.into(), amount_cents, remarks: vec![] }
    }

    fn target(state: ClaimState) -> Target {
        let lines = vec![
            SentLine { id: 11, n: 1, code: "97140".into(), charge_cents: 11_100 },
            SentLine { id: 12, n: 2, code: "97112".into(), charge_cents: 4_900 },
        ];
        Target {
            number: "C-2026-00001".into(),
            state,
            acknowledges: true,
            rank: 1,
            sent: vec![Sent { version_id: 1, total_cents: 16_000, lines }],
            first_sent_on: Some(day_of("2026-02-02")),
            decisions: vec![],
        }
    }

    fn answer(status: Status, paid_cents: i64, adjustments: Vec<Adjustment>) -> ClaimAnswer {
        ClaimAnswer { claim: "C-2026-00001".into(), status, paid_cents, adjustments, ..Default::default() }
    }

    fn paid_90() -> ClaimAnswer {
        answer(Status::Ranked(1), 9_000, vec![adjustment(Group::Contractual, "45", 5_000), adjustment(Group::Patient, "3", 2_000)])
    }

    fn past(is_denial: bool, paid_cents: i64, adjustments: Vec<Adjustment>) -> Past {
        Past {
            id: 7,
            rank: 1,
            version_id: 1,
            charge_cents: 16_000,
            paid_cents,
            is_denial,
            stands: true,
            posted_on: day_of("2026-02-20"),
            adjustments,
        }
    }

    fn run(target: &Target, answer: &ClaimAnswer) -> Result<Plan, Refused> {
        plan(target, answer, day_of("2026-03-20"), &list())
    }

    #[test]
    fn a_claim_that_was_paid_in_part_is_taken_apart_by_meaning() {
        let Ok(Plan::Decision(decided)) = run(&target(ClaimState::Accepted), &paid_90()) else { panic!("a decision") };
        assert_eq!((decided.contractual_cents, decided.patient_cents, decided.denied_cents, decided.is_denial), (5_000, 2_000, 0, false));
    }

    #[test]
    fn all_deductible_is_no_denial_and_no_authorization_is() {
        let deductible = answer(Status::Ranked(1), 0, vec![adjustment(Group::Patient, "1", 16_000)]);
        let Ok(Plan::Decision(decided)) = run(&target(ClaimState::Accepted), &deductible) else { panic!("a decision") };
        assert!(!decided.is_denial);
        let refused = answer(Status::Ranked(1), 0, vec![adjustment(Group::Contractual, "197", 16_000)]);
        let Ok(Plan::Decision(decided)) = run(&target(ClaimState::Accepted), &refused) else { panic!("a decision") };
        assert!(decided.is_denial && decided.denied_cents == 16_000);
        let not_covered = answer(Status::Denied, 0, vec![adjustment(Group::Patient, "96", 16_000)]);
        let Ok(Plan::Decision(decided)) = run(&target(ClaimState::Accepted), &not_covered) else { panic!("a decision") };
        assert!(decided.is_denial && decided.patient_cents == 16_000, "a denial that the patient owes");
    }

    #[test]
    fn a_draft_and_an_unacknowledged_claim_cannot_be_decided() {
        let draft = Target { sent: vec![], ..target(ClaimState::Draft) };
        let Err(Refused::NotNow { message, allowed }) = run(&draft, &paid_90()) else { panic!("refused") };
        assert!(message.contains("It can become: ready to send, voided") && allowed == ["ready", "voided"]);
        let Err(Refused::NotNow { message, allowed }) = run(&target(ClaimState::Submitted), &paid_90()) else { panic!("refused") };
        assert!(message.contains("is sent and") && allowed.contains(&"accepted".to_string()));
        assert!(
            run(&Target { acknowledges: false, ..target(ClaimState::Submitted) }, &paid_90()).is_ok(),
            "a paper payer never acknowledges"
        );
    }

    #[test]
    fn a_second_decision_needs_the_first_one_reversed_unless_it_was_a_denial() {
        let paid = Target { decisions: vec![past(false, 9_000, vec![])], ..target(ClaimState::PartiallyPaid) };
        assert!(matches!(run(&paid, &paid_90()), Err(Refused::NotNow { .. })));
        let denied = Target { decisions: vec![past(true, 0, vec![])], ..target(ClaimState::Denied) };
        assert!(run(&denied, &paid_90()).is_ok());
    }

    #[test]
    fn a_reversal_equals_the_decision_that_stands_or_is_refused() {
        let parts = vec![adjustment(Group::Contractual, "45", 5_000), adjustment(Group::Patient, "3", 2_000)];
        let paid = Target { decisions: vec![past(false, 9_000, parts)], ..target(ClaimState::PartiallyPaid) };
        assert_eq!(run(&paid, &answer(Status::Reversal, -9_000, vec![])), Ok(Plan::Reversal { of: 7, version_id: 1 }));
        assert!(run(&paid, &answer(Status::Reversal, -8_999, vec![])).is_err());
        let other_parts = vec![adjustment(Group::Contractual, "45", -5_001), adjustment(Group::Patient, "3", -1_999)];
        assert!(run(&paid, &answer(Status::Reversal, -9_000, other_parts)).is_err());
        assert!(run(&target(ClaimState::Accepted), &answer(Status::Reversal, -9_000, vec![])).is_err());
    }

    #[test]
    fn a_duplicate_notice_while_a_decision_stands_is_no_decision() {
        let paid = Target { decisions: vec![past(false, 9_000, vec![])], ..target(ClaimState::PartiallyPaid) };
        let notice = answer(Status::Denied, 0, vec![adjustment(Group::Contractual, "18", 16_000)]);
        assert_eq!(run(&paid, &notice), Ok(Plan::DuplicateNotice { version_id: 1 }));
    }

    #[test]
    fn a_charge_or_line_that_is_not_ours_and_a_missing_line_are_refused() {
        let other = ClaimAnswer { charge_cents: Some(15_000), ..paid_90() };
        assert!(matches!(run(&target(ClaimState::Accepted), &other), Err(Refused::Fields(_))));
        let line = |n, paid, off| LineAnswer {
            line: Some(n),
            paid_cents: paid,
            adjustments: vec![adjustment(Group::Contractual, "45", off)],
            ..Default::default()
        };
        let one = ClaimAnswer { lines: vec![line(1, 9_000, 2_100)], adjustments: vec![], paid_cents: 9_000, ..paid_90() };
        assert!(matches!(run(&target(ClaimState::Accepted), &one), Err(Refused::Fields(_))));
        let both =
            ClaimAnswer { lines: vec![line(1, 9_000, 2_100), line(2, 0, 4_900)], adjustments: vec![], paid_cents: 9_000, ..paid_90() };
        assert!(run(&target(ClaimState::Accepted), &both).is_ok());
    }

    #[test]
    fn a_refused_line_of_a_paid_claim_has_a_denial_of_its_own() {
        let line = |n, paid, a| LineAnswer { line: Some(n), paid_cents: paid, adjustments: vec![a], ..Default::default() };
        let lines =
            vec![line(1, 9_000, adjustment(Group::Contractual, "45", 2_100)), line(2, 0, adjustment(Group::Contractual, "151", 4_900))];
        let mixed = ClaimAnswer { lines, adjustments: vec![], paid_cents: 9_000, ..paid_90() };
        let Ok(Plan::Decision(decided)) = run(&target(ClaimState::Accepted), &mixed) else { panic!("a decision") };
        assert_eq!((decided.is_denial, decided.denied_lines), (false, vec![(12, vec!["CO-151".to_string()], 4_900)]));
    }

    #[test]
    fn an_answer_cannot_count_before_the_sending() {
        let early = plan(&target(ClaimState::Accepted), &paid_90(), day_of("2026-02-01"), &list());
        assert!(matches!(early, Err(Refused::Fields(_))));
    }
}
