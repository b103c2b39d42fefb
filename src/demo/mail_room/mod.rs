//! The other letters, and what becomes of mail: in the last days one of each waits, leaves by another way, comes back or is answered, so
//! that every state can be looked at.

mod store;

use super::cast::DOCTORS;
use super::year::Year;
use crate::app::Actor;
use crate::db;
use crate::entity::report;
use crate::error::{AppError, Result};
use crate::mail::outbox_state::{MailChannel, OutboxState};
use crate::mail::{self, read};
use crate::reports::letters::drafting::{self, NewReport};
use crate::reports::letters::release::{self, Approval};
use crate::reports::letters::view::ReportRow;
use crate::reports::letters::{changing, due, view};
use crate::reports::links::visit::{self, Entering, Visitor};
use crate::reports::mails::{self, SentByHand};
use crate::reports::report::ReportKind;
use crate::reports::sign_backs::answer::NewAnswer;
use crate::reports::standing::{self, NewStanding};
use crate::reports::{self, ReportFilter};
use chrono::NaiveDate;

/// The letters that are due begin by themselves in the morning; in the afternoon each finds its way.
pub async fn letters(year: &mut Year<'_>, day: NaiveDate) -> Result<()> {
    let stage = year.stage;
    let (app, owner) = (&stage.app, stage.owner());
    stage.at(day, 6, 5);
    Box::pin(due::draft(app, &Actor::job())).await?;
    stage.at(day, 16, 20);
    let of = |last: &str| DOCTORS.iter().position(|d| d.last == last).map_or("", |n| stage.doctors[n].as_str());
    standing::sign(app, owner, &NewStanding { provider: of("Castellano").into() }).await?;
    let new = NewReport { kind: ReportKind::Introduction.word().into(), provider: of("Mehra").into(), ..Default::default() };
    let letter = Box::pin(drafting::draft(app, owner, &new)).await?;
    approve(year, &letter.row, "").await?;
    let mut waiting = drafts(year).await?;
    let mut take = |kind: ReportKind| waiting.iter().position(|r| r.kind == kind).map(|n| waiting.remove(n));
    let ends = [take(ReportKind::DischargeLetter), take(ReportKind::DischargeLetter)];
    let needless = [ReportKind::ThankYou, ReportKind::LostReferralNote, ReportKind::DischargeLetter].into_iter().find_map(&mut take);
    let (found, renewal) = (take(ReportKind::InitialReport), take(ReportKind::RenewalRequest));
    if let Some(report) = needless {
        changing::skip(app, owner, &report.id.to_string(), &"Told them on the phone".into()).await?;
    }
    for report in ends.iter().flatten() {
        approve(year, report, "paper").await?;
    }
    if let [Some(report), _] = &ends {
        faxed(year, report).await?;
    }
    if let Some(report) = found {
        approve(year, &report, "").await?;
    }
    if let Some(report) = renewal.filter(|_| app.config.public_url.is_some()) {
        approve(year, &report, "link").await?;
    }
    if let Some(report) = waiting.first() {
        signed(year, report).await?;
    }
    year.mails += 1;
    Ok(())
}

/// Drafts that wait, oldest first; not those of the cast, which are there to be read.
async fn drafts(year: &Year<'_>) -> Result<Vec<ReportRow>> {
    let filter = ReportFilter { state: "draft".into(), limit: "100".into(), ..Default::default() };
    let mut found = reports::list(&year.stage.app, year.stage.owner(), &filter).await?.items;
    found.reverse();
    let courses = year.stage.plan.courses.iter().zip(&year.played);
    let stars: Vec<&str> = courses.filter(|(course, _)| course.star.is_some()).map(|(_, played)| played.patient.as_str()).collect();
    found.retain(|r| r.patient.as_ref().is_none_or(|p| !stars.contains(&p.id.to_string().as_str())));
    Ok(found)
}

/// Read and approved. What is held stays for a person.
async fn approve(year: &Year<'_>, report: &ReportRow, channel: &str) -> Result<()> {
    let (app, owner, id) = (&year.stage.app, year.stage.owner(), report.id.to_string());
    let Some(message) = Box::pin(reports::show(app, owner, &id)).await?.message else { return Ok(()) };
    let approval = Approval { seen: message.seen.into(), channel: channel.into() };
    match Box::pin(release::approve(app, owner, &id, &approval)).await {
        Err(AppError::Conflict { .. }) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Signed by who treats, and left to be released.
async fn signed(year: &Year<'_>, report: &ReportRow) -> Result<()> {
    match Box::pin(release::sign(&year.stage.app, year.stage.owner(), &report.id.to_string())).await {
        Err(AppError::Conflict { .. }) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Printed by the front desk and faxed by hand.
async fn faxed(year: &Year<'_>, report: &ReportRow) -> Result<()> {
    let Some(mail) = store::of_report(&year.stage.app.db, report.id).await? else { return Ok(()) };
    let sent = SentByHand { how: "fax".into(), ..Default::default() };
    mails::sent_by_hand(&year.stage.app, year.stage.front_desk(), &mail.public_id.to_string(), &sent).await.map(|_| ())
}

/// The next morning: one came back, of one nobody knows whether it arrived, one was refused, and a doctor answers at their link.
pub async fn answers(year: &mut Year<'_>, day: NaiveDate) -> Result<()> {
    let stage = year.stage;
    stage.at(day, 8, 40);
    let filter =
        ReportFilter { state: "sent".into(), kind: ReportKind::MonthlySummary.word().into(), limit: "10".into(), ..Default::default() };
    let sent = reports::list(&stage.app, stage.owner(), &filter).await?.items;
    let ends = [
        (OutboxState::Bounced, "452 4.2.2 the mailbox is full"),
        (OutboxState::Unknown, "the connection ended before the answer"),
        (OutboxState::Failed, "550 5.7.1 their server does not take it"),
        (OutboxState::Delivered, "their server says that it lies in the mailbox"),
    ];
    for (report, (state, words)) in sent.iter().zip(ends) {
        if let Some(mail) = store::of_report(&stage.app.db, report.id).await?.filter(|m| m.state == OutboxState::Sent) {
            // No server of the demo says it: this is what it comes to.
            mail::move_by_hand(&stage.app.db, &mail, state, words, None).await?;
        }
    }
    Box::pin(at_the_link(year)).await
}

/// A doctor opens their link with the code from the mailbox and the digits from the phone, and approves.
async fn at_the_link(year: &Year<'_>) -> Result<()> {
    let (app, owner) = (&year.stage.app, year.stage.owner());
    let Some(mail) = store::newest(&app.db, MailChannel::Link).await? else { return Ok(()) };
    let row = db::by_id::<report::Entity>(&app.db, mail.report_id).await?.ok_or(AppError::NotFound("report"))?;
    let digits = view::report(app, &app.db, owner, row.id).await?.link.and_then(|l| l.digits).unwrap_or_default();
    let text = read(&mail::mime(&app.db, &mail).await?).text;
    let Some(token) = text.split("/r/").nth(1).and_then(|rest| rest.split_whitespace().next()) else { return Ok(()) };
    let visitor = Visitor { token, browser: Some("the office of the doctor in the demo") };
    visit::knock(app, visitor).await?;
    let Some(mail) = store::newest(&app.db, MailChannel::Code).await? else { return Ok(()) };
    let code = read(&mail::mime(&app.db, &mail).await?)
        .text
        .split("Your code: ")
        .nth(1)
        .map(|rest| rest.chars().take(9).collect::<String>())
        .unwrap_or_default();
    visit::enter(app, visitor, &Entering { code: code.into(), digits: digits.into(), ..Default::default() }).await?;
    let provider = crate::network::provider_row(&app.db, row.provider_id).await?;
    let name = crate::network::view::named(&provider).plain();
    let answer = NewAnswer { answer: "approve".into(), name: name.into(), may_sign: "yes".into(), ..Default::default() };
    Box::pin(visit::answer(app, visitor, &answer)).await
}
