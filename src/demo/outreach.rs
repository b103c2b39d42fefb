//! Errands that belong to no referral: lunches and calls, payer sheets that are asked about again, a payment in advance.

use super::calendar::Calendar;
use super::cast::{self, DOCTORS, OFFICES};
use super::dice::Dice;
use super::payers::Pays;
use super::plan::Source;
use super::setup;
use super::stage::Stage;
use super::year::Year;
use crate::error::Result;
use crate::network::activity::NewActivity;
use crate::patients::NewRestriction;
use crate::payments::desk::{self, NewPatientMoney};
use crate::types::{Amount, TextList};
use crate::{network, patients, payers};
use chrono::NaiveDate;

#[derive(Clone, Debug)]
pub struct Errand {
    pub on: NaiveDate,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Visit {
        doctor: usize,
        kind: &'static str,
    },
    Stage {
        doctor: usize,
        to: &'static str,
        why: &'static str,
    },
    AskPayer(Pays),
    /// A patient pays ahead for visits to come: money on no claim.
    Prepayment(&'static str, i64),
    /// A patient asks that the sender hears nothing.
    Restriction(&'static str),
}

/// Everything of the year that somebody thought of by themselves.
pub fn errands(stage: &Stage) -> Vec<Errand> {
    let calendar = &stage.plan.calendar;
    let mut found: Vec<Errand> = Vec::new();
    for (doctor, about) in DOCTORS.iter().enumerate() {
        let mut dice = Dice::of(stage.plan.seed, "outreach", doctor);
        let times = if about.sends > 8 { dice.between(3, 5) } else { dice.between(1, 3) };
        for n in 0..times {
            let ago = 350 * (times - n) / times - dice.between(0, 40);
            let kind = dice.weighted(&[("office_visit", 36), ("call", 30), ("lunch", 12), ("letter", 12), ("referral_pad_drop", 10)]);
            // Nobody has called those who went quiet.
            let quiet = matches!(doctor, cast::LINDQVIST | cast::NASSER) && ago < 80;
            if !quiet && ago > 1 && about.last != "Solheim" {
                found.push(Errand { on: calendar.open_until(calendar.ago(ago)), what: What::Visit { doctor, kind } });
            }
        }
    }
    found.extend(setup::checks(stage).into_iter().map(|(pays, on)| Errand { on, what: What::AskPayer(pays) }));
    found.extend(moves(calendar));
    found.extend(lapsed(stage));
    found.sort_by_key(|e| e.on);
    found
}

fn moves(calendar: &Calendar) -> Vec<Errand> {
    let at = |ago: i64, what: What| Errand { on: calendar.open_until(calendar.ago(ago)), what };
    let named = |last: &str| DOCTORS.iter().position(|d| d.last == last).unwrap_or(0);
    vec![
        at(2, What::Stage { doctor: named("Haddad"), to: "meeting_held", why: "Met him and Inez at lunch" }),
        at(30, What::Stage { doctor: named("Laurent"), to: "do_not_contact", why: "Asked us not to call again" }),
        at(20, What::Stage { doctor: cast::NASSER, to: "lapsed", why: "Moved to a hospital group" }),
        at(6, What::Prepayment("beth", 9_000)),
        at(18, What::Restriction("hugo")),
    ]
}

/// Who sent nobody for five months is put down as lapsed: the owner looked at the list a month ago.
fn lapsed(stage: &Stage) -> Vec<Errand> {
    let calendar = &stage.plan.calendar;
    let last = |doctor: usize| stage.plan.courses.iter().filter(|c| c.source == Source::Doctor(doctor)).map(|c| c.received.0).max();
    let quiet = (0..DOCTORS.len()).filter(|d| last(*d).is_some_and(|on| on < calendar.ago(150)));
    let on = calendar.open_until(calendar.ago(25));
    quiet.map(|doctor| Errand { on, what: What::Stage { doctor, to: "lapsed", why: "Nobody sent for five months" } }).collect()
}

pub async fn run(year: &mut Year<'_>, day: NaiveDate, n: usize) -> Result<()> {
    let stage = year.stage;
    let errand = year.errands[n].clone();
    stage.at(day, 13, 15);
    match errand.what {
        What::Visit { doctor, kind } => {
            let new = activity(stage, day, doctor, kind, year.dice("activity", n));
            network::log_activity(&stage.app, stage.marketer(), &new).await.map(|_| ())
        }
        What::Stage { doctor, to, why } => move_stage(stage, doctor, to, why).await,
        What::AskPayer(pays) => payers::mark_checked(&stage.app, stage.biller(), stage.payer(pays)).await.map(|_| ()),
        What::Prepayment(star, cents) => {
            let Some(patient) = patient_of(year, star) else { return Ok(()) };
            let new = NewPatientMoney {
                patient: patient.into(),
                amount_cents: Amount::Cents(cents),
                method: "check".into(),
                ..Default::default()
            };
            desk::pay(&stage.app, stage.biller(), &new).await.map(|_| ())
        }
        What::Restriction(star) => {
            let Some(patient) = patient_of(year, star) else { return Ok(()) };
            let new = NewRestriction { reason: "Asked on the phone that the doctor hears nothing".into(), ..Default::default() };
            patients::restrict(&stage.app, stage.front_desk(), &patient, &new).await.map(|_| ())
        }
    }
}

fn patient_of(year: &Year<'_>, star: &str) -> Option<String> {
    let c = year.stage.plan.courses.iter().position(|c| c.star == Some(star))?;
    Some(year.played[c].patient.clone()).filter(|id| !id.is_empty())
}

/// Moves a relationship, through "contacted" where that is the way.
async fn move_stage(stage: &Stage, doctor: usize, to: &str, why: &str) -> Result<()> {
    let id = &stage.doctors[doctor];
    let stands = network::show(&stage.app, stage.marketer(), id).await?;
    if stands.stage_may_become.iter().all(|s| s.word() != to) {
        return Ok(());
    }
    network::move_stage(&stage.app, stage.marketer(), id, &to.into(), &why.into()).await.map(|_| ())
}

fn activity(stage: &Stage, day: NaiveDate, doctor: usize, kind: &str, mut dice: Dice) -> NewActivity {
    let office = &OFFICES[DOCTORS[doctor].office];
    let (words, outcome, minutes, cost) = match kind {
        "office_visit" => ("Dropped by with order forms. They asked how fast we see new patients.", "met", 25, 0),
        "call" => ("Asked how they like to receive reports.", *dice.pick(&["reached", "left_message", "reached"]), 6, 0),
        "lunch" => ("Lunch for the office, talked about measures in reports.", "met", 60, dice.between(60, 110) * 100),
        "letter" => ("Sent our introduction with two studies.", "", 15, 300),
        _ => ("Left referral pads with the front desk.", "met", 10, 0),
    };
    let heads = if kind == "lunch" { dice.between(4, 8) } else { 0 };
    NewActivity {
        kind: kind.into(),
        purpose: "outreach".into(),
        on: day.to_string().into(),
        providers: TextList(vec![stage.doctors[doctor].as_str().into()]),
        organization: stage.offices[DOCTORS[doctor].office].as_str().into(),
        met: if outcome == "met" { office.contact } else { "" }.into(),
        outcome: outcome.into(),
        words: words.into(),
        minutes: minutes.to_string().into(),
        direct_cost_cents: if cost > 0 { Amount::Cents(cost) } else { Amount::Blank },
        gift_value_cents: if heads > 0 { Amount::Cents(cost / heads) } else { Amount::Blank },
        attendees: if heads > 0 { heads.to_string() } else { String::new() }.into(),
        ..Default::default()
    }
}
