//! Money at the desk: copays and cash visits on the day, bills later, a refund now and then, and what nobody pays.

use super::bills::Stands;
use super::calendar::before;
use super::payers::{CASH_DISCOUNT, FEES, Share};
use super::year::Year;
use crate::error::Result;
use crate::payments::desk::{self, NewPatientMoney, NewWriteOff};
use crate::types::Amount;
use chrono::NaiveDate;

/// Taken on the day of the visit.
pub async fn copay(year: &mut Year<'_>, day: NaiveDate, c: usize, n: usize) -> Result<()> {
    let stage = year.stage;
    let Some(visit) = year.played[c].visits.get(&n) else { return Ok(()) };
    let mut dice = year.dice("desk", c * 100 + n);
    let cents = match year.course(c).pays.habit().map(|h| h.share) {
        // The card on file still said thirty.
        Some(Share::Copay(cents)) => cents + if dice.percent(5) { 500 } else { 0 },
        Some(_) => return Ok(()),
        None => cash_price(year, c, n),
    };
    if dice.percent(4) {
        return Ok(());
    }
    stage.at(day, 18, 40);
    let new = NewPatientMoney {
        visit: visit.public_id.to_string().into(),
        amount_cents: Amount::Cents(cents),
        method: if dice.percent(80) { "card" } else { "cash" }.into(),
        ..Default::default()
    };
    desk::pay(&stage.app, stage.biller(), &new).await?;
    year.played[c].desk.insert(n, cents);
    if let Some(b) = year.played[c].bills.get(&n) {
        year.bills[*b].desk_cents = cents;
    }
    Ok(())
}

/// The fee less the discount of those who pay at once.
fn cash_price(year: &Year<'_>, c: usize, n: usize) -> i64 {
    let minutes: i64 = year.course(c).visits[n].services.iter().map(|(_, m)| m).sum();
    let fee = FEES.iter().find(|(code, _)| *code == "97124").map_or(0, |(_, cents)| *cents);
    (minutes + 7) / 15 * fee - CASH_DISCOUNT * minutes / 60
}

/// A patient pays what the insurer left. Some letters lie a day or two before they are entered.
pub async fn pays(year: &mut Year<'_>, day: NaiveDate, b: usize, cents: i64) -> Result<()> {
    let stage = year.stage;
    let mut dice = year.dice("pays", b);
    stage.at(day, 11, 30);
    let late = if dice.percent(8) { dice.between(1, 4) } else { 0 };
    let posted_on = before(day, late);
    let new = NewPatientMoney {
        claim: year.bills[b].number.as_str().into(),
        amount_cents: Amount::Cents(cents),
        method: if dice.percent(60) { "card" } else { "check" }.into(),
        posted_on: posted_on.to_string().into(),
        ..Default::default()
    };
    desk::pay(&stage.app, stage.biller(), &new).await.map(|_| ())
}

pub async fn refund(year: &mut Year<'_>, day: NaiveDate, b: usize, cents: i64) -> Result<()> {
    let stage = year.stage;
    stage.at(day, 11, 50);
    let new = NewPatientMoney {
        claim: year.bills[b].number.as_str().into(),
        amount_cents: Amount::Cents(cents),
        method: "card".into(),
        note: "The copay was lower than what was taken".into(),
        ..Default::default()
    };
    desk::refund(&stage.app, stage.biller(), &new).await.map(|_| ())
}

/// Writes off what nobody pays, with its reason.
pub async fn give_up(year: &mut Year<'_>, day: NaiveDate, b: usize) -> Result<()> {
    let stage = year.stage;
    let Some((cents, reason)) = year.bills[b].give_up.take() else { return Ok(()) };
    stage.at(day, 15, 40);
    let new = NewWriteOff { amount_cents: Amount::Cents(cents), reason: reason.into(), ..Default::default() };
    desk::write_off(&stage.app, stage.biller(), &year.bills[b].id, &new).await?;
    if year.bills[b].decided_on.is_none() {
        year.bills[b].stands = Stands::Over;
    }
    Ok(())
}
