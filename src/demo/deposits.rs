//! What the payers pay: on its pay day each one answers the claims it has decided, in one deposit that ties out to the cent.

use super::bills::{Bill, Stands, payers_number};
use super::calendar::after;
use super::dice::Dice;
use super::front_desk::turn;
use super::payers::{HABITS, Habit, Pays, Share};
use super::year::{Due, Year};
use crate::error::Result;
use crate::payments::eob::{NewAdjustment, NewClaimAnswer, NewEob, NewLineAnswer, NewProviderItem};
use crate::payments::posting;
use crate::types::{Amount, TextList};
use crate::work::Work;
use chrono::{Datelike, NaiveDate};

/// What a payer makes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Pay,
    /// The second treatment is refused, the first one paid.
    PayFirst(&'static str),
    Refuse(&'static str),
    /// Takes the last answer back and pays so many percent less; or takes back and is silent for now.
    TakeBack(Option<i64>),
}

/// What was posted last for a claim: the lines as (paid, adjustments).
#[derive(Clone, Debug, Default)]
pub struct Posted {
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, Default)]
pub struct Line {
    pub paid: i64,
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub group: &'static str,
    pub reason: &'static str,
    pub cents: i64,
}

impl Posted {
    pub fn paid(&self) -> i64 {
        self.lines.iter().map(|l| l.paid).sum()
    }

    fn sum(&self, fits: impl Fn(&Part) -> bool) -> i64 {
        self.lines.iter().flat_map(|l| &l.parts).filter(|p| fits(p)).map(|p| p.cents).sum()
    }

    pub fn share(&self) -> i64 {
        self.sum(|p| p.group == "PR")
    }

    fn negated(&self) -> Self {
        let line = |l: &Line| Line { paid: -l.paid, parts: l.parts.iter().map(|p| Part { cents: -p.cents, ..*p }).collect() };
        Self { lines: self.lines.iter().map(line).collect() }
    }

    fn typed(&self, bill: &Bill, status: &str) -> NewClaimAnswer {
        let reversal = status == "22";
        let line = |(n, l): (usize, &Line)| NewLineAnswer {
            line: (n + 1).to_string().into(),
            paid_cents: Amount::Cents(l.paid),
            adjustments: l.parts.iter().filter(|p| p.cents != 0).map(adjustment).collect(),
            ..Default::default()
        };
        NewClaimAnswer {
            claim: bill.number.as_str().into(),
            status_code: status.into(),
            payer_claim_no: payers_number(bill).into(),
            charge_cents: Amount::Cents(if reversal { -bill.charge() } else { bill.charge() }),
            paid_cents: Amount::Cents(self.paid()),
            lines: self.lines.iter().enumerate().map(line).collect(),
            ..Default::default()
        }
    }
}

fn adjustment(part: &Part) -> NewAdjustment {
    let remarks: &[&str] = match part.reason {
        "16" => &["N290"],
        "96" => &["N130"],
        _ => &[],
    };
    NewAdjustment {
        group: part.group.into(),
        reason: part.reason.into(),
        amount_cents: Amount::Cents(part.cents),
        remarks: TextList(remarks.iter().map(|r| (*r).into()).collect()),
    }
}

/// The deposits of a day. Today's are still in the mail.
pub async fn post<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate) -> Result<()> {
    if day == year.stage.today() {
        return Ok(());
    }
    for habit in HABITS.iter().filter(|h| h.pay_day == day.weekday()) {
        if habit.pays == Pays::Olympic {
            second(year, work, day, habit).await?;
        } else {
            first(year, work, day, habit).await?;
        }
    }
    Ok(())
}

async fn first<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, habit: &'static Habit) -> Result<()> {
    let is_due = |b: &usize| {
        let bill = &year.bills[*b];
        let waits = matches!(bill.stands, Stands::WithPayer | Stands::Decided);
        bill.habit.pays == habit.pays && waits && bill.decided_on.is_some_and(|on| on <= day)
    };
    let due: Vec<usize> = (0..year.bills.len()).filter(is_due).take(14).collect();
    let mut answers = Vec::new();
    let mut amount = 0;
    let mut answered = Vec::new();
    for b in due {
        let verdict = year.bills[b].next.take().unwrap_or_else(|| judge(year, b));
        if let Verdict::TakeBack(again) = verdict {
            let Some(before) = year.bills[b].last.clone() else { continue };
            let new = again.map(|less| lower(&before, less));
            let change = new.as_ref().map_or(0, Posted::paid) - before.paid();
            if amount + change <= 0 {
                // A deposit is not below zero: it waits for a better week.
                year.bills[b].next = Some(verdict);
                continue;
            }
            answers.push(before.negated().typed(&year.bills[b], "22"));
            answers.extend(new.as_ref().map(|n| n.typed(&year.bills[b], "1")));
            amount += change;
            answered.push((b, verdict, new));
            continue;
        }
        let posted = decide(year, b, verdict);
        amount += posted.paid();
        let status = if matches!(verdict, Verdict::Refuse(_)) { "4" } else { "1" };
        answers.push(posted.typed(&year.bills[b], status));
        answered.push((b, verdict, Some(posted)));
    }
    if answers.is_empty() {
        return Ok(());
    }
    enter(year, work, day, habit, answers, amount).await?;
    for (b, verdict, posted) in answered {
        settle(year, day, b, verdict, posted);
    }
    Ok(())
}

/// The deposit as Gwen types it from the paper; now and then with an item that is about no claim.
async fn enter<'a>(
    year: &mut Year<'a>,
    work: &mut Work<'a>,
    day: NaiveDate,
    habit: &'static Habit,
    claims: Vec<NewClaimAnswer>,
    paid: i64,
) -> Result<()> {
    let stage = year.stage;
    turn(work, stage, stage.biller(), day, 14, 30);
    year.deposits += 1;
    let item = item(year.deposits, paid);
    let amount = paid - item.as_ref().map_or(0, |(cents, ..)| *cents);
    let eft = habit.acknowledges();
    let eob = NewEob {
        payer: stage.payer(habit.pays).into(),
        method: if amount == 0 {
            "none"
        } else if eft {
            "eft"
        } else {
            "check"
        }
        .into(),
        trace: if eft { format!("{}-{}", habit.payer_id, day.format("%y%m%d")) } else { (87_000 + year.deposits * 7).to_string() }.into(),
        paid_on: day.to_string().into(),
        amount_cents: Amount::Cents(amount),
        claims,
        provider_items: item.into_iter().map(typed_item).collect(),
        ..Default::default()
    };
    posting::post(work, &eob.check(work.today())?, "eob").await.map(|_| ())
}

/// Above zero: taken back from us; below: interest.
fn item(nth: usize, paid: i64) -> Option<(i64, &'static str, &'static str)> {
    match nth % 61 {
        13 if paid > 2_600 => Some((2_600, "WO", "Overpayment of an earlier year")),
        37 if paid > 0 => Some((-412, "L6", "Interest for a late payment")),
        55 if paid > 1_500 => Some((1_500, "FB", "Balance carried forward")),
        _ => None,
    }
}

fn typed_item((cents, reason, note): (i64, &'static str, &'static str)) -> NewProviderItem {
    NewProviderItem { amount_cents: Amount::Cents(cents), reason: reason.into(), note: note.into(), ..Default::default() }
}

/// What a payer makes of a claim, by its habits.
pub fn judge(year: &Year<'_>, b: usize) -> Verdict {
    let bill = &year.bills[b];
    let habit = bill.habit;
    let course = year.course(bill.course);
    let mut dice = year.dice("verdict", b);
    if bill.last.is_some() {
        return Verdict::Pay;
    }
    if bill.first_sent_on.is_some_and(|sent| sent > after(bill.service_on, habit.filing_days)) {
        return Verdict::Refuse("29");
    }
    if course.star.is_some() {
        return if course.star == Some("iris") && bill.place == 12 { Verdict::Refuse("198") } else { Verdict::Pay };
    }
    if habit.approved_visits.is_some_and(|most| bill.place > most) && dice.percent(88) {
        return Verdict::Refuse("198");
    }
    for (reason, chance) in habit.denials {
        if dice.in_thousand(*chance) {
            return Verdict::Refuse(reason);
        }
    }
    if bill.lines.len() > 1 && dice.in_thousand(habit.refuses_second) {
        return Verdict::PayFirst("97");
    }
    Verdict::Pay
}

/// The answer line by line: allowed, deductible, share, paid; or refused.
pub fn decide(year: &mut Year<'_>, b: usize, verdict: Verdict) -> Posted {
    let bill = year.bills[b].clone();
    let mut lines = Vec::new();
    for (at, (units, charge)) in bill.lines.iter().enumerate() {
        let refused = match verdict {
            Verdict::Refuse(reason) => Some(reason),
            Verdict::PayFirst(reason) if at > 0 => Some(reason),
            _ => None,
        };
        lines.push(match refused {
            Some(reason) => {
                let group = if reason == "96" { "PR" } else { "CO" };
                Line { paid: 0, parts: vec![Part { group, reason, cents: *charge }] }
            }
            None => paid_line(year, &bill, at, *units, *charge),
        });
    }
    Posted { lines }
}

fn paid_line(year: &mut Year<'_>, bill: &Bill, at: usize, units: i64, charge: i64) -> Line {
    let allowed = (units * bill.habit.allowed).min(charge);
    let mut parts = vec![Part { group: "CO", reason: bill.habit.agreed, cents: charge - allowed }];
    let share = match bill.habit.share {
        Share::Nothing => 0,
        Share::Copay(copay) if at == 0 => {
            let copay = copay.min(allowed);
            parts.push(Part { group: "PR", reason: "3", cents: copay });
            copay
        }
        Share::Copay(_) => 0,
        Share::Coinsurance(percent) => {
            let deductible = use_deductible(year, bill, allowed);
            let coinsurance = (allowed - deductible) * percent / 100;
            parts.push(Part { group: "PR", reason: "1", cents: deductible });
            parts.push(Part { group: "PR", reason: "2", cents: coinsurance });
            deductible + coinsurance
        }
    };
    Line { paid: allowed - share, parts }
}

/// The deductible begins anew each January; in the year that had begun before ours most of it was met.
fn use_deductible(year: &mut Year<'_>, bill: &Bill, allowed: i64) -> i64 {
    let in_year = bill.service_on.year();
    let begun = in_year == year.stage.plan.calendar.first.year();
    let mut dice = year.dice(&format!("deductible {in_year}"), bill.course);
    let whole = if begun { dice.between(0, 4) * 2_000 } else { dice.between(3, 8) * 5_000 };
    let left = year.deductibles.entry((bill.course, in_year)).or_insert(whole);
    let used = (*left).min(allowed);
    *left -= used;
    used
}

/// So many percent of the money less, as a stricter price.
fn lower(before: &Posted, less: i64) -> Posted {
    let line = |l: &Line| {
        let cut = l.paid * less / 100;
        let mut parts = l.parts.clone();
        if let Some(agreed) = parts.iter_mut().find(|p| p.group == "CO") {
            agreed.cents += cut;
        }
        Line { paid: l.paid - cut, parts }
    };
    Posted { lines: before.lines.iter().map(line).collect() }
}

/// What follows from an answer: the patient's share, an appeal, a second thought of the payer.
fn settle(year: &mut Year<'_>, day: NaiveDate, b: usize, verdict: Verdict, posted: Option<Posted>) {
    let calendar = year.stage.plan.calendar;
    let mut dice = year.dice(&format!("settle {}", year.bills[b].times_sent), b);
    let was_taken_back = matches!(verdict, Verdict::TakeBack(_));
    let bill = &mut year.bills[b];
    bill.decided_on = None;
    bill.stands = Stands::Decided;
    let Some(posted) = posted else {
        // Taken back without a word: decided anew a month later.
        bill.next = None;
        bill.stands = Stands::WithPayer;
        bill.decided_on = Some(after(day, 30));
        return;
    };
    let share = posted.share();
    bill.last = Some(posted);
    match verdict {
        Verdict::Refuse(_) => year.due(calendar.later(day, dice.between(6, 18)), Due::FollowUp(b)),
        Verdict::PayFirst(_) => {
            let refused = year.bills[b].lines.iter().skip(1).map(|(_, cents)| cents).sum();
            year.bills[b].give_up = Some((refused, "Included in another treatment"));
            year.due(calendar.later(day, dice.between(25, 60)), Due::GiveUp(b));
            bill_patient(year, day, b, share, &mut dice);
        }
        Verdict::Pay if !was_taken_back => {
            bill_patient(year, day, b, share, &mut dice);
            if share == 0 && dice.in_thousand(14) {
                let again = if dice.percent(70) { Some(dice.between(10, 25)) } else { None };
                year.bills[b].next = Some(Verdict::TakeBack(again));
                year.bills[b].decided_on = Some(after(day, dice.between(30, 70)));
            }
        }
        _ => {}
    }
}

/// The patient's share: a second payer takes most of it, else the patient pays, sooner or later, mostly.
fn bill_patient(year: &mut Year<'_>, day: NaiveDate, b: usize, share: i64, dice: &mut Dice) {
    let calendar = year.stage.plan.calendar;
    let bill = &year.bills[b];
    let left = share - bill.desk_cents;
    if left < 0 {
        year.due(calendar.later(day, dice.between(4, 12)), Due::Refund(b, -left));
        return;
    }
    if left == 0 {
        return;
    }
    if year.course(bill.course).second.is_some() {
        year.bills[b].second_on = Some(after(day, dice.between(18, 28)));
        return;
    }
    match dice.weighted(&[(0, 72), (1, 16), (2, 12)]) {
        0 => year.due(calendar.later(day, dice.between(6, 30)), Due::PatientPays(b, left)),
        1 => year.due(calendar.later(day, dice.between(35, 80)), Due::PatientPays(b, left)),
        _ if left < 4_000 => {
            year.bills[b].give_up = Some((left, "Small balance, two letters without an answer"));
            year.due(calendar.later(day, dice.between(100, 140)), Due::GiveUp(b));
        }
        _ => {}
    }
}

/// The second payer answers after the first one: it takes four fifths of what the first left to the patient.
async fn second<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, habit: &'static Habit) -> Result<()> {
    let due: Vec<usize> = (0..year.bills.len()).filter(|b| year.bills[*b].second_on.is_some_and(|on| on <= day)).collect();
    let mut answers = Vec::new();
    let mut amount = 0;
    for b in &due {
        let bill = &year.bills[*b];
        let share = bill.last.as_ref().map_or(0, Posted::share);
        let paid = share * 80 / 100;
        let part = |group, reason, cents| Part { group, reason, cents };
        let whole = [part("OA", "23", bill.charge() - share), part("PR", "2", share - paid)];
        answers.push(NewClaimAnswer {
            claim: bill.number.as_str().into(),
            status_code: "2".into(),
            paid_cents: Amount::Cents(paid),
            adjustments: whole.iter().filter(|p| p.cents != 0).map(adjustment).collect(),
            ..Default::default()
        });
        amount += paid;
    }
    if answers.is_empty() {
        return Ok(());
    }
    enter(year, work, day, habit, answers, amount).await?;
    for b in due {
        let share = year.bills[b].last.as_ref().map_or(0, Posted::share);
        year.bills[b].second_on = None;
        let left = share - share * 80 / 100;
        if left > 0 {
            year.due(year.stage.plan.calendar.later(day, 20), Due::PatientPays(b, left));
        }
    }
    Ok(())
}
