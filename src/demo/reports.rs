//! Reports to the doctors: progress every few visits and at the end, a summary each month. They leave by the same outbox and
//! delivery as any other; some wait to be read on the last day.

use super::cast::{DOCTORS, Wish};
use super::payers::Pays;
use super::plan::{Course, Source};
use super::year::{Due, Year};
use crate::app::Actor;
use crate::error::{AppError, Result};
use crate::mail::deliver;
use crate::reports;
use crate::reports::ReportFilter;
use crate::reports::letters::drafting;
use crate::reports::letters::release::{self, Grounds};
use crate::types::Month;
use chrono::{NaiveDate, TimeDelta};

/// Those of the cast whose report waits to be read today: all but the last can go, the last has an unsigned note.
const WAITING: &[&str] = &["dana", "beth", "imani", "june", "tomas"];

/// Whether the doctor hears about this course, visit by visit.
fn is_told(course: &Course) -> bool {
    let wants = |doctor: usize| DOCTORS[doctor].wish == Wish::Reports;
    // Hugo asked that the doctor hears nothing.
    matches!(course.source, Source::Doctor(doctor) if wants(doctor)) && course.star != Some("hugo")
}

/// What waits to be read today must tell something that no report told before.
fn keeps_its_news(course: &Course, day: NaiveDate, today: NaiveDate) -> bool {
    let waits = course.star.is_some_and(|star| WAITING.contains(&star));
    waits && day + TimeDelta::days(14) > today
}

/// A note was signed: after every few visits a report is due the next day.
pub fn note_signed(year: &mut Year<'_>, day: NaiveDate, c: usize, kept: i64) {
    let course = year.course(c);
    let due = match (course.star, course.pays) {
        (Some(_), _) => kept % 4 == 0,
        // State Fund asks for one after six visits.
        (None, Pays::StateFund) => kept % 6 == 0,
        (None, _) => kept % 6 == 5,
    };
    let on = year.stage.plan.calendar.later(day, 1);
    if due && is_told(course) && on < year.stage.today() {
        year.due(on, Due::Report(c));
    }
}

/// Care ended: the last report.
pub fn discharged(year: &mut Year<'_>, day: NaiveDate, c: usize) {
    let on = year.stage.plan.calendar.later(day, 2);
    if is_told(year.course(c)) && year.played[c].kept > 2 && on < year.stage.today() {
        year.due(on, Due::Report(c));
    }
}

/// What waits to be read on the last day.
pub fn waiting(year: &mut Year<'_>) {
    let today = year.stage.today();
    for star in WAITING {
        if let Some(c) = year.stage.plan.courses.iter().position(|c| c.star == Some(star)) {
            year.due(today, Due::Waiting(c));
        }
    }
}

/// Drafted, read and approved in one go by the therapist. What may not go yet waits for the missing note.
pub async fn progress(year: &mut Year<'_>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    if keeps_its_news(year.course(c), day, stage.today()) {
        return Ok(());
    }
    stage.at(day, 12, 40);
    let by = &stage.colleagues[year.course(c).therapist];
    match send(year, by, c).await {
        Ok(()) => {
            year.mails += 1;
            Ok(())
        }
        // A note is unsigned, or nothing is new since the last one.
        Err(AppError::Conflict { .. }) => {
            let again = stage.plan.calendar.later(day, 4);
            if again < stage.today() && year.tried.insert((c, day)) && year.tried.iter().filter(|(known, _)| *known == c).count() < 4 {
                year.due(again, Due::Report(c));
            }
            Ok(())
        }
        Err(other) => Err(other),
    }
}

async fn send(year: &Year<'_>, by: &Actor, c: usize) -> Result<()> {
    let Some(referral) = &year.played[c].referral else { return Ok(()) };
    let Some(provider_id) = referral.provider_id else { return Ok(()) };
    let work = year.stage.app.work(by).await?;
    let report = drafting::progress_in(&work, referral, provider_id).await?;
    release::approve_in(&work, &report, Grounds::Demo).await?;
    work.commit().await
}

/// Drafted and left for somebody to read.
pub async fn draft(year: &mut Year<'_>, day: NaiveDate, c: usize) -> Result<()> {
    let stage = year.stage;
    stage.at(day, 10, 30);
    let Some(referral) = &year.played[c].referral else { return Ok(()) };
    let Some(provider_id) = referral.provider_id else { return Ok(()) };
    let work = stage.app.work(&stage.colleagues[year.course(c).therapist]).await?;
    drafting::progress_in(&work, referral, provider_id).await?;
    work.commit().await
}

/// The summaries of the month before: drafted for everybody who sends, each read and approved by the owner.
pub async fn summaries(year: &mut Year<'_>, day: NaiveDate) -> Result<()> {
    let stage = year.stage;
    let (app, by) = (&stage.app, stage.owner());
    stage.at(day, 9, 30);
    let month = Month::of(day).previous();
    drafting::summaries(app, by, &month.to_string().into()).await?;
    let drafts = ReportFilter {
        kind: "monthly_summary".into(),
        month: month.to_string().into(),
        state: "draft".into(),
        limit: "100".into(),
        ..Default::default()
    };
    let mut left = 0;
    for row in reports::list(app, by, &drafts).await?.items {
        let work = app.work(by).await?;
        let report = reports::find(&work.tx, by, &row.id.to_string()).await?;
        match release::approve_in(&work, &report, Grounds::Demo).await {
            Ok(_) => work.commit().await?,
            Err(AppError::Conflict { .. }) => left += 1,
            Err(other) => return Err(other),
        }
        year.mails += 1;
    }
    let again = stage.plan.calendar.later(day, 3);
    if left > 0 && Month::of(again) == Month::of(day) && again < stage.today() {
        year.due(again, Due::Summaries);
    }
    Ok(())
}

/// The outbox, in the evening of a day on which something was approved.
pub async fn deliver(year: &mut Year<'_>, day: NaiveDate) -> Result<()> {
    if year.mails > 0 {
        year.stage.at(day, 19, 0);
        deliver::all_due(&year.stage.app).await?;
        year.mails = 0;
    }
    Ok(())
}
