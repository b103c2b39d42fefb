//! What Rosa does: takes referrals in, thanks, calls, books, records renewals, says goodbye.

use super::calendar::before;
use super::cast;
use super::complaints::Complaint;
use super::plan::{Course, End, Order, Outcome, Source, complaint};
use super::stage::Stage;
use super::year::Year;
use crate::care::visit::NewVisit;
use crate::documents::upload::Upload;
use crate::error::{AppError, Result};
use crate::network::activity::NewActivity;
use crate::patients::coverage::NewCoverage;
use crate::referrals::prescription::NewPrescription;
use crate::referrals::referral::NewReferral;
use crate::types::{Amount, Text, TextList};
use crate::work::Work;
use crate::{care, documents, network, patients, referrals};
use chrono::{Datelike, NaiveDate};

/// Sets who acts and when, within the day's transaction.
pub fn turn<'a>(work: &mut Work<'a>, stage: &'a Stage, by: &'a crate::app::Actor, day: NaiveDate, hour: u32, minute: u32) {
    work.by = by;
    work.now = stage.at(day, hour, minute);
}

pub async fn receive<'a>(year: &mut Year<'a>, work: &mut Work<'a>, c: usize) -> Result<()> {
    let stage = year.stage;
    let course = year.course(c);
    let (day, at) = course.received;
    use chrono::Timelike;
    turn(work, stage, stage.front_desk(), day, at.hour(), at.minute());
    let mut typed = slip(stage, course);
    if let Some(scan) = super::slip::scan(course) {
        let kept = documents::keep_in(work, &Upload::new("fax.pdf", scan)?).await?;
        typed.document = kept.public_id.to_string().into();
    }
    let checked = referrals::check(&typed, work.today())?;
    let referral = referrals::receive_in(work, checked).await?;
    let patient = patients::store::row(&work.tx, referral.patient_id).await?;
    if let Some(second) = course.second {
        let cover = NewCoverage {
            payer: stage.payer(second).into(),
            kind: "health".into(),
            rank: "2".into(),
            member_no: format!("OB-{c:05}").into(),
            ..Default::default()
        };
        patients::add_coverage_in(work, &patient, &cover.check(work.today())?).await?;
    }
    let episode = referrals::store::episode_of(&work.tx, referral.id).await?;
    let orders = referrals::store::orders_of(&work.tx, &[episode.id]).await?;
    let played = &mut year.played[c];
    played.patient = patient.public_id.to_string();
    played.orders = orders.iter().map(|o| o.public_id.to_string()).collect();
    played.referral = Some(referral);
    Ok(())
}

fn slip(stage: &Stage, course: &Course) -> NewReferral {
    let (day, at) = course.received;
    let what = complaint(course);
    let source_kind = match course.source {
        Source::Doctor(_) => Text::from("provider"),
        Source::Kind(kind) => kind.into(),
        Source::Unknown => Text::default(),
    };
    NewReferral {
        source_kind,
        provider: match course.source {
            Source::Doctor(doctor) => stage.doctors[doctor].as_str().into(),
            _ => Text::default(),
        },
        ordering_provider: course.orders.first().and_then(|o| o.by).map(|d| Text::from(stage.doctors[d].as_str())).unwrap_or_default(),
        received_on: day.to_string().into(),
        received_time: if day == stage.today() { Text::default() } else { at.format("%H:%M:%S").to_string().into() },
        channel: course.channel.into(),
        urgency: if course.urgent { "urgent" } else { "routine" }.into(),
        reason: what.reason.into(),
        complaint: what.name.into(),
        new_patient: course.person.typed(day),
        coverage: coverage(stage, course),
        prescription: course.orders.first().map(|o| prescription(stage, course, o)).unwrap_or_default(),
        therapist: stage.therapists[course.therapist].as_str().into(),
        ..Default::default()
    }
}

fn coverage(stage: &Stage, course: &Course) -> NewCoverage {
    let Some(habit) = course.pays.habit() else { return NewCoverage { kind: "cash".into(), ..Default::default() } };
    let number =
        10_000 + i64::from(chrono::Datelike::ordinal(&course.person.born_on)) * 83 + i64::try_from(course.person.line).unwrap_or(0);
    let day = course.received.0;
    let mut cover = NewCoverage {
        payer: stage.payer(course.pays).into(),
        kind: habit.kind.into(),
        verified_on: day.to_string().into(),
        verified_with: "Provider line".into(),
        verified_ref: format!("V{number}").into(),
        ..Default::default()
    };
    if habit.is_injury() {
        cover.claim_no = format!("{}-{number}", if habit.kind == "workers_comp" { "SF" } else { "PA" }).into();
        cover.injured_on = course.injured_on.unwrap_or_else(|| before(day, 9)).to_string().into();
        cover.accident_state = "WA".into();
        cover.adjuster_name = if habit.kind == "workers_comp" { "Marta Lowe" } else { "Dean Fisk" }.into();
        cover.adjuster_phone = cast::phone(800, 60).into();
    } else {
        cover.member_no = format!("{}{number}", &habit.name[..2].to_uppercase()).into();
    }
    if habit.kind == "workers_comp" {
        cover.employer = "Foundry Street Bakery".into();
        // Gwen had the phone line's word before the seventh visit of each.
        cover.authorization_no = format!("SFA{number}").into();
    }
    if habit.kind == "auto_pip" {
        cover.dollar_limit_cents = Amount::Cents(1_000_000);
        // Somebody's emergency room took most of it.
        cover.dollars_used_cents = Amount::Cents(if course.star == Some("imani") { 918_000 } else { 140_000 });
    }
    if habit.kind == "va_ccn" {
        cover.authorization_no = format!("VA00{number}").into();
        cover.visit_limit = "12".into();
    }
    if course.star == Some("beth") {
        cover.visit_limit = "10".into();
    }
    if let super::payers::Share::Copay(cents) = habit.share {
        cover.copay_cents = Amount::Cents(cents);
    }
    cover
}

fn prescription(stage: &Stage, course: &Course, order: &Order) -> NewPrescription {
    NewPrescription {
        prescriber: order.by.map(|d| Text::from(stage.doctors[d].as_str())).unwrap_or_default(),
        diagnoses: if order.has_diagnosis { diagnoses(course, complaint(course)) } else { TextList::default() },
        services: TextList(vec!["97140".into(), "97112".into()]),
        words: complaint(course).reason.into(),
        frequency_max: order.a_week.to_string().into(),
        duration_weeks: order.weeks.to_string().into(),
        visits: order.visits.to_string().into(),
        valid_from: order.valid_from.to_string().into(),
        signed_on: order.signed_on.map(|d| Text::from(d.to_string())).unwrap_or_default(),
        signature_kind: "electronic".into(),
        medically_necessary: "yes".into(),
        ..Default::default()
    }
}

fn diagnoses(course: &Course, what: &Complaint) -> TextList {
    let codes = if course.injured_on.is_some() { what.injured } else { what.plain };
    TextList(codes.iter().map(|c| Text::from(*c)).collect())
}

/// A renewal comes in: six more visits.
pub async fn renew<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, c: usize, n: usize) -> Result<()> {
    let stage = year.stage;
    turn(work, stage, stage.front_desk(), day, 9, 20);
    let course = year.course(c);
    let Some(referral) = year.played[c].referral.clone() else { return Ok(()) };
    let mut typed = prescription(stage, course, &course.orders[n]);
    typed.renewal_of = year.played[c].orders.last().map(|o| Text::from(o.as_str())).unwrap_or_default();
    let episode = referrals::store::episode_of(&work.tx, referral.id).await?;
    let draft = typed.check(work.today())?;
    let source = referral.ordering_provider_id.or(referral.provider_id);
    let order = referrals::orders::record_in(work, &referral, &episode, draft, source).await?;
    crate::chain::episode_changed(work, referral.id).await?;
    year.played[c].orders.push(order.public_id.to_string());
    year.stop_waiting(c);
    Ok(())
}

/// A call to the office that sent somebody, within two days mostly.
pub async fn thank<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    let Some(referral) = &year.played[c].referral else { return Ok(()) };
    turn(work, stage, stage.front_desk(), day, 16, 40);
    let new = NewActivity {
        kind: if c.is_multiple_of(3) { "fax" } else { "call" }.into(),
        purpose: "thank_you".into(),
        on: day.to_string().into(),
        referral: referral.public_id.to_string().into(),
        outcome: "reached".into(),
        words: "Thanked for the referral, told when the first visit is.".into(),
        minutes: "3".into(),
        ..Default::default()
    };
    network::log_activity_in(work, &new.check(work.today())?).await.map(|_| ())
}

pub async fn book<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, c: usize, n: usize) -> Result<()> {
    let stage = year.stage;
    turn(work, stage, stage.front_desk(), day, 12, 10);
    let Some(new) = appointment(year, c, n, "booked") else { return Ok(()) };
    let visit = care::book_in(work, &new.check(work.today())?).await?;
    year.played[c].visits.insert(n, visit);
    Ok(())
}

/// A visit as it is typed.
pub fn appointment(year: &Year<'_>, c: usize, n: usize, state: &str) -> Option<NewVisit> {
    let visit = &year.course(c).visits[n];
    let referral = year.played[c].referral.as_ref()?;
    let cash = year.course(c).pays.habit().is_none();
    let minutes: i64 = visit.services.iter().map(|(_, m)| m).sum();
    let length = u32::try_from(minutes).unwrap_or(60).div_ceil(15) * 15;
    let in_the_room = visit.therapist == cast::TALIA && cast::ROOM_DAYS.contains(&visit.on.weekday());
    Some(NewVisit {
        referral: referral.public_id.to_string().into(),
        therapist: year.stage.therapists[visit.therapist].as_str().into(),
        visit_on: visit.on.to_string().into(),
        starts_at: visit.at.format("%H:%M:%S").to_string().into(),
        ends_at: (visit.at + chrono::TimeDelta::minutes(length.into())).format("%H:%M:%S").to_string().into(),
        location: if in_the_room { year.stage.room.as_str().into() } else { Text::default() },
        state: state.into(),
        discount_cents: if cash { Amount::Cents(super::payers::CASH_DISCOUNT * minutes / 60) } else { Amount::Blank },
        discount_reason: if cash { "Paid at the desk on the day" } else { "" }.into(),
        ..Default::default()
    })
}

/// A try to reach the patient; who is reached has a visit soon.
pub async fn call(year: &mut Year<'_>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    let Some(referral) = &year.played[c].referral else { return Ok(()) };
    stage.at(day, 17, 5);
    let reached = !year.course(c).visits.is_empty();
    let attempt = referrals::Attempt {
        outcome: if reached { "reached" } else { "left_message" }.into(),
        words: if reached { "First visit booked." } else { "Left a message to call back." }.into(),
        on: day.to_string().into(),
    };
    referrals::attempt(&stage.app, stage.front_desk(), &referral.public_id.to_string(), &attempt).await.map(|_| ())
}

pub async fn discharge(year: &mut Year<'_>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    let (Some(referral), End::Discharged(_, reason)) = (&year.played[c].referral, year.course(c).end) else { return Ok(()) };
    stage.at(day, 18, 10);
    let end = referrals::Discharge { reason: reason.into(), on: day.to_string().into() };
    let by = &stage.colleagues[year.course(c).therapist];
    referrals::discharge(&stage.app, by, &referral.public_id.to_string(), &end).await?;
    super::reports::discharged(year, day, c);
    Ok(())
}

pub async fn lose(year: &mut Year<'_>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    let (Some(referral), End::Lost(_, reason)) = (&year.played[c].referral, year.course(c).end) else { return Ok(()) };
    stage.at(day, 17, 30);
    let loss = referrals::Loss { reason: reason.into(), ..Default::default() };
    match referrals::lose(&stage.app, stage.front_desk(), &referral.public_id.to_string(), &loss).await {
        Err(AppError::Conflict { .. }) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

impl Outcome {
    /// The state of a visit that was not kept.
    pub fn state(self) -> &'static str {
        match self {
            Self::Kept => "attended",
            Self::NoShow => "no_show",
            Self::Late => "late_cancelled",
            Self::Cancelled => "cancelled",
            Self::Open => "booked",
        }
    }
}
