//! A payer's answer as somebody types it from the paper.

mod laws;
pub mod tally;

use super::money::{Group, Method};
use crate::types::{Amount, Check, FieldErrors, Text, TextList};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An explanation of benefits as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewEob {
    /// Id of the payer.
    pub payer: Text,
    pub method: Text,
    /// Check or trace number.
    pub trace: Text,
    /// The date on the check or transfer.
    pub paid_on: Text,
    /// What arrived, in cents.
    pub amount_cents: Amount,
    /// The day on which it counts: today unless an earlier day is given.
    pub posted_on: Text,
    pub note: Text,
    /// Id of an uploaded document (the scan).
    pub document: Text,
    pub claims: Vec<NewClaimAnswer>,
    pub provider_items: Vec<NewProviderItem>,
}

/// The answer to one claim.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewClaimAnswer {
    /// Number or id of the claim.
    pub claim: Text,
    /// 1 primary, 2 secondary, 3 tertiary, 4 denied, 22 reversal.
    pub status_code: Text,
    /// The payer's own claim number.
    pub payer_claim_no: Text,
    /// What was charged; the claim's own total where nothing is said.
    pub charge_cents: Amount,
    pub paid_cents: Amount,
    /// Adjustments of the claim as a whole.
    pub adjustments: Vec<NewAdjustment>,
    pub lines: Vec<NewLineAnswer>,
}

/// The answer to one line of a claim.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewLineAnswer {
    /// The line's place on the claim (1 to 6),
    pub line: Text,
    /// or its code.
    pub code: Text,
    pub charge_cents: Amount,
    pub paid_cents: Amount,
    pub adjustments: Vec<NewAdjustment>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAdjustment {
    /// CO, PR, OA, PI or CR.
    pub group: Text,
    /// The reason's code, without its group.
    pub reason: Text,
    pub amount_cents: Amount,
    pub remarks: TextList,
}

/// A provider-level item: positive lowers the deposit (money taken back), negative raises it (interest).
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewProviderItem {
    pub amount_cents: Amount,
    /// The payer's code: WO overpayment recovery, L6 interest, FB forwarding balance ...
    pub reason: Text,
    pub reference: Text,
    /// Number or id of the claim it names, if any: then it is that claim's money.
    pub claim: Text,
    pub note: Text,
}

/// An EOB that was read and obeys both laws.
#[derive(Clone, Debug)]
pub struct EobDraft {
    pub payer: String,
    pub method: Method,
    pub trace: String,
    pub paid_on: NaiveDate,
    pub amount_cents: i64,
    pub posted_on: NaiveDate,
    pub note: Option<String>,
    /// Why the owner lets it be posted although its file does not balance.
    pub overridden_why: Option<String>,
    pub document: Option<String>,
    pub claims: Vec<ClaimAnswer>,
    pub provider_items: Vec<ProviderItem>,
    /// Money of answers whose claim is not known yet. It waits under Unmatched; only files have such.
    pub parked: Vec<Parked>,
}

/// Money that came for a claim which nobody has found yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    pub cents: i64,
    /// The number under which the payer speaks of it.
    pub reference: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimAnswer {
    /// Its place among those that were typed, where complaints about it belong.
    pub at: usize,
    pub claim: String,
    pub status: Status,
    pub payer_claim_no: Option<String>,
    pub charge_cents: Option<i64>,
    pub paid_cents: i64,
    pub adjustments: Vec<Adjustment>,
    pub lines: Vec<LineAnswer>,
}

/// Claim status codes that a remittance carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Answered as the payer of this rank.
    Ranked(i64),
    Denied,
    Reversal,
}

impl Default for Status {
    fn default() -> Self {
        Self::Ranked(1)
    }
}

impl Status {
    pub fn code(self) -> String {
        match self {
            Self::Ranked(rank) => rank.to_string(),
            Self::Denied => "4".into(),
            Self::Reversal => "22".into(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineAnswer {
    /// Its place among those that were typed.
    pub at: usize,
    pub line: Option<i64>,
    pub code: Option<String>,
    pub charge_cents: Option<i64>,
    pub paid_cents: i64,
    pub adjustments: Vec<Adjustment>,
}

/// One reason why something was not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Adjustment {
    pub group: Group,
    pub reason: String,
    pub amount_cents: i64,
    pub remarks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderItem {
    /// Its place among those that were typed.
    pub at: usize,
    pub amount_cents: i64,
    pub reason: Option<String>,
    pub reference: Option<String>,
    pub claim: Option<String>,
    pub note: Option<String>,
}

impl NewEob {
    /// Reads what was typed. The laws are checked where the charges are known: claim by claim, then the whole.
    pub fn check(&self, today: NaiveDate) -> Result<EobDraft, FieldErrors> {
        let mut check = Check::new(today);
        let amount_cents = check.cents("amount_cents", &self.amount_cents);
        if self.amount_cents == Amount::Blank {
            check.say("amount_cents", "Enter what arrived, 0 where nothing was paid");
        }
        if amount_cents.is_some_and(|a| a < 0) {
            check.say("amount_cents", "A deposit is not below zero. Enter what was taken back as an item below");
        }
        if self.payer.is_blank() {
            check.say("payer", "Choose the payer");
        }
        if self.paid_on.is_blank() {
            check.say("paid_on", "Enter the date on the check or transfer");
        }
        let mut draft = EobDraft {
            payer: self.payer.to_string(),
            method: check.choice("method", &self.method).unwrap_or(if amount_cents == Some(0) { Method::None } else { Method::Check }),
            trace: check.required_line("trace", &self.trace, "Enter the check or trace number"),
            paid_on: check.past_day("paid_on", &self.paid_on, "A payment").unwrap_or(today),
            amount_cents: amount_cents.unwrap_or(0),
            posted_on: check.posted_on(&self.posted_on),
            note: check.text("note", &self.note),
            overridden_why: None,
            document: self.document.some(),
            claims: Vec::new(),
            provider_items: Vec::new(),
            parked: Vec::new(),
        };
        for (at, answer) in self.claims.iter().enumerate() {
            if answer.claim.is_blank() && answer.says_nothing() {
                continue;
            }
            let part = claim_answer(today, at, answer);
            draft.claims.extend(check.merge(&format!("claims.{at}"), part));
        }
        for (at, item) in self.provider_items.iter().enumerate() {
            if item.amount_cents == Amount::Blank && item.reason.is_blank() {
                continue;
            }
            let part = provider_item(today, at, item);
            draft.provider_items.extend(check.merge(&format!("provider_items.{at}"), part));
        }
        if draft.claims.is_empty() && draft.provider_items.is_empty() && !check.failed() {
            check.say("claims", "Enter at least one claim that was answered");
        }
        check.done(draft)
    }
}

impl NewEob {
    /// A form lays out more than the paper fills: an adjustment without an amount, a line and a claim without anything said
    /// keep their places and say nothing. What is missing then shows in the balance.
    pub fn as_laid_out(mut self) -> Self {
        for claim in &mut self.claims {
            forget_blank(&mut claim.adjustments);
            for line in &mut claim.lines {
                forget_blank(&mut line.adjustments);
                if line.says_nothing() {
                    *line = NewLineAnswer::default();
                }
            }
            if claim.says_nothing() {
                *claim = NewClaimAnswer::default();
            }
        }
        for item in &mut self.provider_items {
            if item.amount_cents == Amount::Blank {
                *item = NewProviderItem::default();
            }
        }
        self
    }
}

fn forget_blank(adjustments: &mut [NewAdjustment]) {
    for adjustment in adjustments {
        if adjustment.amount_cents == Amount::Blank {
            *adjustment = NewAdjustment::default();
        }
    }
}

impl NewClaimAnswer {
    fn says_nothing(&self) -> bool {
        self.paid_cents == Amount::Blank
            && self.lines.iter().all(NewLineAnswer::says_nothing)
            && self.adjustments.iter().all(|a| *a == NewAdjustment::default())
    }
}

impl NewLineAnswer {
    fn says_nothing(&self) -> bool {
        self.paid_cents == Amount::Blank && self.adjustments.iter().all(|a| *a == NewAdjustment::default())
    }

    fn is_blank(&self) -> bool {
        self.says_nothing() && self.line.is_blank() && self.code.is_blank()
    }
}

fn claim_answer(today: NaiveDate, at: usize, typed: &NewClaimAnswer) -> Result<ClaimAnswer, FieldErrors> {
    let mut check = Check::new(today);
    let said = typed.lines.iter().enumerate().filter(|(_, line)| !line.is_blank());
    let lines: Vec<LineAnswer> = said.filter_map(|(at, line)| check.merge(&format!("lines.{at}"), line_answer(today, at, line))).collect();
    let adjustments = adjustments(&mut check, &typed.adjustments);
    let said = check.cents("paid_cents", &typed.paid_cents);
    let by_lines: i64 = lines.iter().map(|l| l.paid_cents).sum();
    let answer = ClaimAnswer {
        at,
        claim: check.required_line("claim", &typed.claim, "Enter the claim number"),
        status: status(&mut check, &typed.status_code),
        payer_claim_no: check.line("payer_claim_no", &typed.payer_claim_no),
        charge_cents: check.cents("charge_cents", &typed.charge_cents),
        paid_cents: said.unwrap_or(by_lines),
        adjustments,
        lines,
    };
    check.done(answer)
}

fn line_answer(today: NaiveDate, at: usize, typed: &NewLineAnswer) -> Result<LineAnswer, FieldErrors> {
    let mut check = Check::new(today);
    let answer = LineAnswer {
        at,
        line: check.whole("line", &typed.line, 1..=50),
        code: check.service_code("code", &typed.code),
        charge_cents: check.cents("charge_cents", &typed.charge_cents),
        paid_cents: check.cents("paid_cents", &typed.paid_cents).unwrap_or(0),
        adjustments: adjustments(&mut check, &typed.adjustments),
    };
    if typed.line.is_blank() && typed.code.is_blank() {
        check.say("line", "Say which line: its number or its code");
    }
    check.done(answer)
}

fn adjustments(check: &mut Check, typed: &[NewAdjustment]) -> Vec<Adjustment> {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        if entry.group.is_blank() && entry.reason.is_blank() && entry.amount_cents == Amount::Blank {
            continue;
        }
        let field = |name: &str| format!("adjustments.{at}.{name}");
        // People write "CO-45" in one piece.
        let (group, reason) = match entry.group.as_str().split_once('-') {
            Some((group, reason)) if entry.reason.is_blank() => (Text::new(group), Text::new(reason)),
            _ => (entry.group.clone(), entry.reason.clone()),
        };
        let group = group_of(check, &field("group"), &group);
        let reason = check.required_line(&field("reason"), &reason, "Enter the reason's code, like 45").to_ascii_uppercase();
        let amount_cents = check.cents(&field("amount_cents"), &entry.amount_cents);
        if entry.amount_cents == Amount::Blank {
            check.say(&field("amount_cents"), "Enter the amount of this adjustment");
        }
        if let (Some(group), Some(amount_cents)) = (group, amount_cents) {
            let remarks = entry.remarks.said().map(|r| r.as_str().to_ascii_uppercase()).collect();
            found.push(Adjustment { group, reason, amount_cents, remarks });
        }
    }
    found
}

fn group_of(check: &mut Check, field: &str, typed: &Text) -> Option<Group> {
    let found = Group::ALL.iter().copied().find(|g| g.word().eq_ignore_ascii_case(typed.as_str()));
    if found.is_none() {
        check.say(field, "Enter the group: CO, PR, OA, PI or CR");
    }
    found
}

fn status(check: &mut Check, typed: &Text) -> Status {
    match typed.as_str() {
        "" | "1" | "19" => Status::Ranked(1),
        "2" | "20" => Status::Ranked(2),
        "3" | "21" => Status::Ranked(3),
        "4" => Status::Denied,
        "22" => Status::Reversal,
        other => {
            check.say("status_code", format!("\"{other}\" is not a status: 1 primary, 2 secondary, 3 tertiary, 4 denied, 22 reversal"));
            Status::Ranked(1)
        }
    }
}

fn provider_item(today: NaiveDate, at: usize, typed: &NewProviderItem) -> Result<ProviderItem, FieldErrors> {
    let mut check = Check::new(today);
    let amount = check.cents("amount_cents", &typed.amount_cents);
    if amount.unwrap_or(0) == 0 && !check.failed() {
        check.say("amount_cents", "Enter the amount: above zero for money taken back, below zero for interest");
    }
    let item = ProviderItem {
        at,
        amount_cents: amount.unwrap_or(0),
        reason: check.line("reason", &typed.reason),
        reference: check.line("reference", &typed.reference),
        claim: typed.claim.some(),
        note: check.line("note", &typed.note),
    };
    check.done(item)
}

impl ClaimAnswer {
    /// All adjustments, of the lines and of the claim as a whole.
    pub fn all_adjustments(&self) -> impl Iterator<Item = &Adjustment> {
        self.lines.iter().flat_map(|l| &l.adjustments).chain(&self.adjustments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adjustment(group: Group, reason: &str, amount_cents: i64) -> Adjustment {
        Adjustment { group, reason: reason.into(), amount_cents, remarks: vec![] }
    }

    #[test]
    fn what_a_form_lays_out_and_nobody_fills_says_nothing_and_keeps_the_places_of_the_rest() {
        let code = |reason: &str, amount: &str| NewAdjustment {
            group: "CO".into(),
            reason: reason.into(),
            amount_cents: if amount.is_empty() { Amount::Blank } else { Amount::Dollars(amount.into()) },
            ..Default::default()
        };
        let line = |n: &str, paid: &str, adjustments| NewLineAnswer {
            line: n.into(),
            paid_cents: if paid.is_empty() { Amount::Blank } else { Amount::Dollars(paid.into()) },
            adjustments,
            ..Default::default()
        };
        let untouched = NewClaimAnswer { claim: "C-1".into(), lines: vec![line("1", "", vec![code("45", "")])], ..Default::default() };
        let filled = NewClaimAnswer {
            claim: "C-2".into(),
            lines: vec![line("1", "", vec![code("45", "")]), line("2", "90", vec![code("45", ""), code("P12", "50")])],
            ..Default::default()
        };
        let eob = NewEob {
            payer: "p".into(),
            trace: "1".into(),
            paid_on: "2026-03-02".into(),
            amount_cents: Amount::Cents(9_000),
            claims: vec![untouched, filled],
            ..Default::default()
        };
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let draft = eob.as_laid_out().check(today).expect("an answer");
        let [answer] = draft.claims.as_slice() else { panic!("one claim was answered") };
        assert_eq!((answer.at, answer.claim.as_str(), answer.lines[0].at, answer.paid_cents), (1, "C-2", 1, 9_000));
        assert_eq!(answer.lines[0].adjustments, [adjustment(Group::Contractual, "P12", 5_000)]);
    }

    #[test]
    fn group_and_reason_may_be_typed_in_one_piece() {
        let mut check = Check::new(NaiveDate::MIN);
        let typed = NewAdjustment { group: "co-45".into(), amount_cents: Amount::Dollars("50".into()), ..Default::default() };
        assert_eq!(adjustments(&mut check, &[typed]), [adjustment(Group::Contractual, "45", 5_000)]);
    }
}
