//! What Gwen does with claims: makes them ready, sends them, enters what comes back before the decision.

use super::calendar::after;
use super::front_desk::turn;
use super::payers::{FEES, Habit, Pays};
use super::plan::Outcome;
use super::year::{Due, Year};
use crate::care::units;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::claims::{self, Answer, Sending, batch};
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, Result};
use crate::payers::partners;
use crate::work::Work;
use chrono::{Datelike, NaiveDate, Weekday};

/// A claim as far as it was played.
#[derive(Clone, Debug)]
pub struct Bill {
    pub course: usize,
    pub claim_id: i64,
    pub id: String,
    pub number: String,
    pub habit: &'static Habit,
    /// The how-manieth kept visit of its course it is for.
    pub place: i64,
    pub service_on: NaiveDate,
    /// Units and charge of each line.
    pub lines: Vec<(i64, i64)>,
    pub stands: Stands,
    pub times_sent: i64,
    pub first_sent_on: Option<NaiveDate>,
    /// When the payer will have decided,
    pub decided_on: Option<NaiveDate>,
    /// and what of it, where that is settled already.
    pub next: Option<super::deposits::Verdict>,
    pub last: Option<super::deposits::Posted>,
    pub second_on: Option<NaiveDate>,
    /// What will be given up, and why.
    pub give_up: Option<(i64, &'static str)>,
    /// Taken from the patient on the day.
    pub desk_cents: i64,
    /// Appealed once already.
    pub asked_again: bool,
}

/// Where a claim is, for the play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// To be made ready and sent.
    ToSend,
    /// Something is missing that only others can give.
    Blocked,
    WithPayer,
    Rejected,
    Decided,
    Over,
}

impl Bill {
    pub fn charge(&self) -> i64 {
        self.lines.iter().map(|(_, cents)| cents).sum()
    }
}

/// Mondays and Thursdays.
pub fn is_billing_day(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Mon | Weekday::Thu)
}

impl<'a> Year<'a> {
    /// A note was signed: its claim drafted itself.
    pub async fn bill(&mut self, work: &Work<'a>, c: usize, n: usize, visit_id: i64) -> Result<()> {
        let course = self.course(c);
        let Some(habit) = course.pays.habit() else { return Ok(()) };
        let Some(claim) = claims::store::of_visit(&work.tx, visit_id).await?.into_iter().next() else { return Ok(()) };
        let place = course.visits[..=n].iter().filter(|v| v.outcome == Outcome::Kept).count();
        self.played[c].bills.insert(n, self.bills.len());
        self.bills.push(Bill {
            course: c,
            claim_id: claim.id,
            id: claim.public_id.to_string(),
            number: claim.number,
            habit,
            place: i64::try_from(place).unwrap_or(1),
            service_on: course.visits[n].on,
            lines: lines(habit, &course.visits[n].services),
            stands: Stands::ToSend,
            times_sent: 0,
            first_sent_on: None,
            decided_on: None,
            next: None,
            last: None,
            second_on: None,
            give_up: None,
            desk_cents: self.played[c].desk.get(&n).copied().unwrap_or(0),
            asked_again: false,
        });
        Ok(())
    }

    /// An order came in: what waited for it may go.
    pub fn stop_waiting(&mut self, c: usize) {
        for bill in self.bills.iter_mut().filter(|b| b.course == c && b.stands == Stands::Blocked) {
            bill.stands = Stands::ToSend;
        }
    }

    /// Some claims of the cast stay ready on the last day, to be seen on the board.
    fn is_held(&self, bill: &Bill) -> bool {
        let recent = bill.service_on >= self.stage.plan.calendar.ago(5);
        recent && self.course(bill.course).star.is_some()
    }
}

/// Units by the payer's rule and up to its cap, charge by our fees.
fn lines(habit: &Habit, services: &[(&'static str, i64)]) -> Vec<(i64, i64)> {
    let timed: Vec<(&str, Option<i64>)> = services.iter().map(|(code, minutes)| (*code, Some(*minutes))).collect();
    let fee = |code: &str| FEES.iter().find(|(known, _)| *known == code).map_or(0, |(_, cents)| *cents);
    let counted = units::units(habit.units_rule, &timed);
    let billed = units::capped(&counted, &vec![None; counted.len()], habit.cap());
    billed.iter().zip(&timed).filter(|((n, _), _)| *n > 0).map(|((n, _), (code, _))| (*n, n * fee(code))).collect()
}

/// Makes ready what can be, and sends it; on the last day nothing leaves any more.
pub async fn send<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate) -> Result<()> {
    let stage = year.stage;
    turn(work, stage, stage.biller(), day, 16, 0);
    let last_day = day == stage.today();
    let mut by_file = Vec::new();
    let to_send: Vec<usize> = (0..year.bills.len()).filter(|b| year.bills[*b].stands == Stands::ToSend).collect();
    for b in to_send {
        if !last_day && year.is_held(&year.bills[b]) {
            continue;
        }
        let claim = claims::store::row(&work.tx, year.bills[b].claim_id).await?;
        let ready = match claims::make_ready_in(work, &claim).await {
            Ok(ready) => ready,
            Err(AppError::Invalid(why)) => {
                year.bills[b].stands = Stands::Blocked;
                if why.0.iter().all(|e| e.field == "over_cap") {
                    if year.course(year.bills[b].course).star.is_none() {
                        year.due(day, Due::AcceptCap(b));
                    }
                    continue;
                }
                let give_up = after(day, 75);
                if year.course(year.bills[b].course).star.is_none() {
                    year.due(give_up, Due::FollowUp(b));
                }
                continue;
            }
            Err(other) => return Err(other),
        };
        if last_day {
            continue;
        }
        if year.bills[b].habit.acknowledges() {
            by_file.push((b, ready));
            continue;
        }
        claims::submit_in(work, &ready, &Sending::default()).await?;
        sent(year, day, b);
    }
    leave(year, work, day, by_file).await
}

/// What goes through the clearinghouse leaves as one file.
async fn leave<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, by_file: Vec<(usize, Claim)>) -> Result<()> {
    if by_file.is_empty() {
        return Ok(());
    }
    let partners = partners::all(&work.tx).await?;
    let (places, ready): (Vec<usize>, Vec<Claim>) = by_file.into_iter().unzip();
    let (_, left) = batch::write_in(work, &partners, None, ready).await?;
    if let Some((claim, why)) = left.first() {
        return Err(AppError::conflict(format!("{} stays: {why}", claim.number)));
    }
    places.into_iter().for_each(|b| sent(year, day, b));
    Ok(())
}

/// A claim left: what will happen to it.
pub fn sent(year: &mut Year<'_>, day: NaiveDate, b: usize) {
    let bill = &mut year.bills[b];
    bill.stands = Stands::WithPayer;
    bill.times_sent += 1;
    bill.first_sent_on.get_or_insert(day);
    let (habit, times) = (bill.habit, bill.times_sent);
    let calendar = year.stage.plan.calendar;
    let mut dice = year.dice(&format!("sent {times}"), b);
    let mut wait = dice.between(habit.wait.0, habit.wait.1);
    if times == 1 && dice.in_thousand(habit.sleeps) {
        wait += dice.between(60, 110);
    }
    if matches!(year.course(year.bills[b].course).star, Some("iris")) && year.bills[b].place == 12 {
        wait = 14;
    }
    year.bills[b].decided_on = Some(after(day, wait));
    if habit.acknowledges() {
        // Now and then the answer gets lost on the way.
        let lost = (8..=13).contains(&(calendar.today - day).num_days()) && dice.percent(14);
        if !lost {
            year.due(calendar.later(day, dice.between(1, 3)), Due::Answer(b));
        }
        if lost {
            year.bills[b].decided_on = None;
        }
    }
    if wait > 75 && dice.percent(60) {
        year.due(calendar.later(day, 33), Due::Answer(b));
    }
}

/// What comes back before the decision: taken in, sent back unread, or asked for records.
pub async fn answer<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, b: usize) -> Result<()> {
    let stage = year.stage;
    turn(work, stage, stage.biller(), day, 8, 25);
    let bill = year.bills[b].clone();
    let claim = claims::store::row(&work.tx, bill.claim_id).await?;
    let mut dice = year.dice("rejected", b);
    let star = year.course(bill.course).star;
    let kept_back = star == Some("tomas") && bill.place == 10;
    let rejected = bill.times_sent == 1 && (kept_back || (star.is_none() && dice.in_thousand(bill.habit.rejects)));
    let (kind, code, words) = match claim.state {
        ClaimState::Submitted if rejected => {
            let (code, words) = reason_sent_back(&bill, kept_back);
            (AnswerKind::Rejected, code, words)
        }
        ClaimState::Submitted => (AnswerKind::Accepted, "A2", ""),
        ClaimState::Accepted if bill.stands == Stands::WithPayer => (AnswerKind::Pended, "P3", "Chart notes asked for"),
        _ => return Ok(()),
    };
    let payer_claim_no = if kind == AnswerKind::Accepted { payers_number(&bill) } else { String::new() };
    let said = Answer { code: code.into(), words: words.into(), payer_claim_no: payer_claim_no.into(), ..Default::default() };
    claims::answer_in(work, &claim, kind, &said).await?;
    if kind == AnswerKind::Rejected {
        year.bills[b].stands = Stands::Rejected;
        year.bills[b].decided_on = None;
        if !kept_back {
            year.due(stage.plan.calendar.later(day, dice.between(3, 9)), Due::FollowUp(b));
        }
    }
    Ok(())
}

fn reason_sent_back(bill: &Bill, kept_back: bool) -> (&'static str, &'static str) {
    match bill.habit.pays {
        Pays::StateFund if kept_back => ("A6", "Referring provider's NPI is missing (562, DN)"),
        Pays::StateFund => ("A3", "Claim number of the injury not found (158)"),
        Pays::Veterans => ("A6", "Authorization number is missing (48)"),
        _ if bill.number.ends_with(['1', '4', '7']) => ("A7", "Member number not found (164)"),
        _ => ("A6", "Diagnosis pointer is missing (477)"),
    }
}

/// The payer's own number for a claim.
pub fn payers_number(bill: &Bill) -> String {
    let digits: String = bill.number.chars().filter(char::is_ascii_digit).collect();
    format!("{}{digits}", &bill.habit.name[..1])
}
