//! What the answer to one claim shows: line by line what was charged, allowed, paid and taken off, in words, beside what we sent
//! and what the payer's sheet says.

use super::answer::INTEREST;
use super::expected::Sheets;
use super::placing::{OurLine, Placed, place};
use super::sent::SentLines;
use super::words::{oddity_words, status_words};
use crate::claims::Named;
use crate::entity::era_claim::Model as EraClaim;
use crate::payments::era_state::{FoundBy, LineBy, MatchState};
use crate::payments::money::{Class, Group, classify, reason_words};
use crate::types::Money;
use crate::x12::remittance_835::{Adjustment, LinePayment, oddities};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// The answer to one claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AnswerView {
    pub id: Uuid,
    pub n: i64,
    pub state: MatchState,
    /// Why it is held, or needs a match.
    pub why: Option<String>,
    pub found_by: Option<FoundBy>,
    /// Our claim: the one it belongs to, or the one that is suggested.
    pub claim: Option<ClaimOf>,
    /// As the file says it.
    pub number: String,
    pub patient: String,
    pub member_no: String,
    pub payer_claim_no: String,
    pub service_on: Option<NaiveDate>,
    pub status_code: String,
    /// Paid, refused, taken back ... in words.
    pub status: String,
    /// Taken back, refused, cut, less than the payer's sheet says, or otherwise not everyday.
    pub is_unusual: bool,
    /// What is odd about it and stops nothing.
    pub notes: Vec<String>,
    pub charge_cents: i64,
    /// The payer's money and the patient's share.
    pub allowed_cents: i64,
    /// What the payer's sheet makes one expect, where it says so for each line.
    pub expected_cents: Option<i64>,
    pub paid_cents: i64,
    pub contractual_cents: i64,
    pub patient_cents: i64,
    pub other_cents: i64,
    /// Adjustments of the claim as a whole.
    pub adjustments: Vec<AdjustmentView>,
    pub lines: Vec<LineView>,
    /// The payer has another name or member number.
    pub corrected: Option<String>,
    pub forwarded_to: Option<String>,
    /// Its first segment in the file.
    pub segment: i64,
}

/// A claim of ours.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimOf {
    pub id: Uuid,
    pub number: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineView {
    /// Our line, and how it was found; nothing where the payer split or bundled them.
    pub line: Option<i64>,
    pub found_by: Option<LineBy>,
    pub code: String,
    pub modifiers: Vec<String>,
    pub service_on: Option<NaiveDate>,
    pub units: Option<i64>,
    pub charge_cents: i64,
    /// As the payer says it (AMT*B6), else its money and the patient's share.
    pub allowed_cents: i64,
    /// What the payer's sheet of the day makes one expect.
    pub expected_cents: Option<i64>,
    pub paid_cents: i64,
    /// The patient's share: group PR.
    pub patient_cents: i64,
    pub adjustments: Vec<AdjustmentView>,
    pub remarks: Vec<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AdjustmentView {
    pub group: String,
    pub reason: String,
    pub words: String,
    pub amount_cents: i64,
}

/// What answers are laid beside.
pub struct Beside {
    pub claims: HashMap<i64, Named>,
    pub contractual: Vec<String>,
    pub lines: SentLines,
    pub sheets: Sheets,
}

pub fn claim_of(claim: &Named) -> ClaimOf {
    ClaimOf { id: claim.public_id, number: claim.number.clone() }
}

pub fn answer(one: &EraClaim, beside: &Beside) -> AnswerView {
    let said = &one.said.0;
    let all = || said.adjustments.iter().chain(said.lines.iter().flat_map(|l| &l.adjustments));
    let class = |a: &Adjustment| a.group.parse::<Group>().ok().map(|group| classify(group, &a.reason, false, &beside.contractual));
    let sum = |of: Class| all().filter(|a| class(a) == Some(of)).map(|a| a.amount_cents).sum::<i64>();
    let (contractual, patient) = (sum(Class::Contractual), sum(Class::Patient));
    let other = all().map(|a| a.amount_cents).sum::<i64>() - contractual - patient;
    let ours = one.claim_id.and_then(|id| beside.lines.get(&id)).map(Vec::as_slice).unwrap_or_default();
    let lines = lines(&said.lines, ours, &beside.sheets);
    let most = ours.first().and_then(|l| beside.sheets.most_cents(l));
    let has_price = is_priced(one, one.paid_cents + patient, most);
    let mut notes: Vec<String> = oddities(said).iter().map(oddity_words).collect();
    if is_decision(one) {
        notes.extend(lines.iter().filter(|_| has_price).filter_map(short_words));
        notes.extend(lines_words(&lines, ours));
    }
    AnswerView {
        id: one.public_id,
        n: one.n,
        state: one.state,
        why: one.why.clone(),
        found_by: one.found_by,
        claim: one.claim_id.and_then(|id| beside.claims.get(&id)).map(claim_of),
        number: one.number.clone(),
        patient: one.patient_name.clone(),
        member_no: one.member_no.clone(),
        payer_claim_no: one.payer_claim_no.clone(),
        service_on: one.service_on,
        status_code: one.status_code.clone(),
        status: status_words(&one.status_code, one.paid_cents).into(),
        is_unusual: one.paid_cents <= 0 || other != 0 || !notes.is_empty() || !is_decision(one),
        notes,
        charge_cents: one.charge_cents,
        allowed_cents: one.paid_cents + patient,
        expected_cents: lines.iter().map(|l| l.expected_cents).sum::<Option<i64>>().filter(|_| has_price && !lines.is_empty()),
        paid_cents: one.paid_cents,
        contractual_cents: contractual,
        patient_cents: patient,
        other_cents: other,
        adjustments: said.adjustments.iter().map(adjustment).collect(),
        lines,
        corrected: said
            .corrected
            .as_ref()
            .map(|c| format!("{} {} {}", c.first, c.last, c.id).split_whitespace().collect::<Vec<_>>().join(" ")),
        forwarded_to: Some(said.forwarded_to.clone()).filter(|f| !f.is_empty()),
        segment: one.segment,
    }
}

fn is_decision(one: &EraClaim) -> bool {
    matches!(one.status_code.as_str(), "1" | "2" | "3" | "19" | "20" | "21")
}

/// Whether what was allowed can be laid beside the sheet. A payer before this one, and a payer's most for a day, leave less; what
/// was refused whole is a denial and no low price.
fn is_priced(one: &EraClaim, allowed_cents: i64, most_cents: Option<i64>) -> bool {
    let is_first = matches!(one.status_code.as_str(), "1" | "19");
    is_first && allowed_cents > 0 && most_cents.is_none_or(|most| allowed_cents < most)
}

fn short_words(line: &LineView) -> Option<String> {
    let expected = line.expected_cents.filter(|expected| line.allowed_cents > 0 && line.allowed_cents < *expected)?;
    Some(format!("{} is allowed {}; the payer's sheet says {}", line.code, Money(line.allowed_cents), Money(expected)))
}

/// Where our lines and the payer's did not find each other by themselves.
fn lines_words(lines: &[LineView], ours: &[OurLine]) -> Vec<String> {
    let placed = |l: &LineView| l.found_by.is_some();
    if !ours.is_empty() && !lines.is_empty() && !lines.iter().any(placed) {
        let (theirs, ours) = (lines.len(), ours.len());
        return vec![format!("The payer answers {theirs} of its lines where we sent {ours}: it counts for the claim as a whole")];
    }
    let guessed = |l: &LineView| {
        let by = l.found_by.filter(|by| !by.is_sure())?;
        Some(format!("{} is taken for our line {} by {}", l.code, l.line.unwrap_or_default(), by.label()))
    };
    lines.iter().filter_map(guessed).collect()
}

fn lines(said: &[LinePayment], ours: &[OurLine], sheets: &Sheets) -> Vec<LineView> {
    let placed = place(said, ours);
    let one = |(at, one): (usize, &LinePayment)| {
        let placed = placed.as_ref().map(|p| p[at]);
        let own = placed.and_then(|p| ours.iter().find(|o| o.n == p.n));
        line(one, placed, own.and_then(|o| sheets.expected_cents(o)))
    };
    said.iter().enumerate().map(one).collect()
}

fn line(one: &LinePayment, placed: Option<Placed>, expected_cents: Option<i64>) -> LineView {
    let sum = |of: fn(&&Adjustment) -> bool| one.adjustments.iter().filter(of).map(|a| a.amount_cents).sum::<i64>();
    let share = sum(|a| a.group == "PR");
    // Interest raises the payment and is no price.
    let interest = sum(|a| a.reason == INTEREST);
    LineView {
        line: placed.map(|p| p.n),
        found_by: placed.map(|p| p.by),
        code: one.our_code().into(),
        modifiers: one.our_modifiers().to_vec(),
        service_on: one.service_on,
        units: one.units,
        charge_cents: one.charge_cents,
        allowed_cents: one.allowed_cents.unwrap_or(one.paid_cents + share + interest),
        expected_cents,
        paid_cents: one.paid_cents,
        patient_cents: share,
        adjustments: one.adjustments.iter().map(adjustment).collect(),
        remarks: one.remarks.clone(),
    }
}

fn adjustment(one: &Adjustment) -> AdjustmentView {
    AdjustmentView {
        group: one.group.clone(),
        reason: one.reason.clone(),
        words: reason_words(&one.group, &one.reason).unwrap_or_default().into(),
        amount_cents: one.amount_cents,
    }
}
