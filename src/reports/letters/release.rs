//! From draft to out of the house: signed by who stands by it, released by who read it, taken back while it has not left.

use super::changing::back_to_draft;
use super::copies;
use super::drafting::{draft_identity, moved, noted};
use super::inspect::{Inspected, inspect};
use super::introduced;
use super::letter::{Letter, Signed};
use super::safety::reasons;
use super::store;
use super::view::{self, ReportView};
use super::ways;
use crate::app::{Actor, App, new_public_id};
use crate::auth::role::Role;
use crate::entity::outbox::Model as Mail;
use crate::entity::report::{ActiveModel, Model as Report};
use crate::error::{AppError, Result};
use crate::mail::outbox_state::{MailChannel, OutboxState};
use crate::mail::{self, Frozen, NewMail, Standing, second_copy};
use crate::network;
use crate::reports::report::{ReportKind, ReportState, ShownState};
use crate::reports::{find, find_to_write};
use crate::reports::{links, mails};
use crate::types::{Check, Text};
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};

/// What somebody read before they said yes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// `message.seen` of the report as it was read: one that says something else by now is not approved.
    pub seen: Text,
    /// email; link: a mail that says only that something waits; fax: by the gateway; or paper: printed and sent by a person. As the
    /// doctor wants it where nothing is said.
    pub channel: Text,
}

impl Approval {
    /// How it goes.
    fn way(&self, looked: &Inspected) -> Result<MailChannel> {
        match self.channel.some() {
            None => Ok(looked.way),
            Some(word) => chosen(&word),
        }
    }

    fn check(&self, looked: &Inspected) -> Result<()> {
        let Some(seen) = self.seen.some() else {
            return Err(AppError::field("seen", "Name what was read: `message.seen` of the report as it was shown"));
        };
        if looked.seen() != Some(seen) {
            return Err(AppError::conflict("this report says something else by now. Read it again, then approve it"));
        }
        Ok(())
    }
}

/// A way that a person chose.
fn chosen(word: &str) -> Result<MailChannel> {
    let way = word.parse().ok().filter(|way| *way != MailChannel::Code);
    way.ok_or_else(|| AppError::field("channel", "Say email, link, fax or paper"))
}

/// What a release stands on.
#[derive(Clone, Copy)]
pub enum Grounds<'a> {
    /// Somebody read it.
    Read(&'a Approval),
    /// The owner approved a doctor's summaries beforehand.
    Standing,
    /// The demo has no readers.
    Demo,
}

impl Grounds<'_> {
    /// How it goes: as who read it says, else as the doctor wants it.
    fn way(self, looked: &Inspected) -> Result<MailChannel> {
        if let Self::Read(approval) = self { approval.way(looked) } else { Ok(looked.way) }
    }

    fn check(self, looked: &Inspected) -> Result<()> {
        if let Self::Read(approval) = self { approval.check(looked) } else { Ok(()) }
    }

    fn words(self) -> Option<String> {
        matches!(self, Self::Standing).then(|| "by a standing approval".into())
    }
}

/// Stands by the content. It is frozen from here on: later notes belong to the next report.
pub async fn sign(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    let (after, _) = sign_in(&work, &before).await?;
    done(work, &after).await
}

/// Lets a signed report go, exactly as it was read.
pub async fn release(app: &App, by: &Actor, id: &str, approval: &Approval) -> Result<ReportView> {
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::report(app, &work.tx, by, id).await;
    }
    let before = find(&work.tx, by, id).await?;
    by.only_who_releases()?;
    let (after, looked) = release_in(&work, &before, None, Grounds::Read(approval)).await?;
    work.made(after.id).await?;
    gone(work, &after, looked).await
}

/// Signs and lets go in one step, for who may do both.
pub async fn approve(app: &App, by: &Actor, id: &str, approval: &Approval) -> Result<ReportView> {
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::report(app, &work.tx, by, id).await;
    }
    let before = to_approve(&work, id).await?;
    let (after, looked) = approve_and_look(&work, &before, Grounds::Read(approval)).await?;
    work.made(after.id).await?;
    gone(work, &after, looked).await
}

/// The same for what somebody opened before, as it was when they did.
pub async fn approve_opened(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let work = app.work(by).await?;
    let before = to_approve(&work, id).await?;
    let seen = Approval { seen: before.seen_mark.as_deref().unwrap_or_default().into(), ..Approval::default() };
    let (after, looked) = approve_and_look(&work, &before, Grounds::Read(&seen)).await?;
    gone(work, &after, looked).await
}

async fn to_approve(work: &Work<'_>, id: &str) -> Result<Report> {
    work.by.only_who_releases()?;
    let found = find(&work.tx, work.by, id).await?;
    if found.state == ReportState::Draft { find_to_write(work, id).await } else { Ok(found) }
}

/// The same within a larger unit of work.
pub async fn approve_in(work: &Work<'_>, before: &Report, grounds: Grounds<'_>) -> Result<Report> {
    Ok(approve_and_look(work, before, grounds).await?.0)
}

/// Gives the report, and what was looked at.
async fn approve_and_look(work: &Work<'_>, before: &Report, grounds: Grounds<'_>) -> Result<(Report, Box<Inspected>)> {
    if before.state != ReportState::Draft {
        return release_in(work, before, None, grounds).await;
    }
    let (signed, looked) = sign_in(work, before).await?;
    release_in(work, &signed, Some(looked), grounds).await
}

/// It went as it was looked at: it is not gathered once more to tell of it.
async fn gone(work: Work<'_>, report: &Report, looked: Box<Inspected>) -> Result<ReportView> {
    let view = view::looked_at(work.app, &work.tx, work.by, report, Some(looked)).await?;
    work.commit().await?;
    Ok(view)
}

async fn done(work: Work<'_>, report: &Report) -> Result<ReportView> {
    let view = view::report(work.app, &work.tx, work.by, report.id).await?;
    work.commit().await?;
    Ok(view)
}

/// Gives the report, and what was looked at.
async fn sign_in(work: &Work<'_>, before: &Report) -> Result<(Report, Box<Inspected>)> {
    if before.state != ReportState::Draft {
        return Err(AppError::conflict(format!("this report is {}. Only a draft is signed", before.state.label().to_lowercase())));
    }
    // Never the program itself, whatever it may begin.
    if !work.by.may_release() || !(work.by.has(Role::Owner) || work.by.has(Role::Therapist)) {
        return Err(AppError::Forbidden("a report is signed by a therapist or the owner"));
    }
    let looked = inspect(work.app, &work.tx, before).await?;
    if let Some(why) = reasons(&looked.content) {
        return Err(AppError::conflict(format!("not signed. {why}")));
    }
    let mut row = ActiveModel {
        state: Set(ReportState::Signed),
        signed_at: Set(Some(work.now)),
        signed_by_id: Set(work.by.user_id()),
        content: Set(Some(signed_content(&looked)?)),
        content_hash: Set(Some(looked.letter.content_hash())),
        ..before.clone().into_active_model()
    };
    if before.kind.is_about_one() && before.replaces_id.is_none() {
        row.span_to = Set(before.span_to.or(Some(work.today())));
    }
    if before.kind == ReportKind::Progress && before.replaces_id.is_none() {
        row.identity = Set(reported_once(work, before, &looked.gathered.note_ids).await?);
    }
    let (after, _) = work.save(before, row).await?;
    store::set_notes(work, after.id, &looked.gathered.note_ids).await?;
    moved(work, before, Some(ReportState::Draft), ReportState::Signed, None).await?;
    noted(work, "signed", &after).await?;
    Ok((after, looked))
}

/// What is frozen: exactly what was looked at.
fn signed_content(looked: &Inspected) -> Result<serde_json::Value> {
    let signed = Signed { letter: looked.letter.clone(), patient_ids: looked.patient_ids.clone() };
    Ok(serde_json::to_value(signed).map_err(|e| anyhow::anyhow!("{e}"))?)
}

/// Takes the signature back before it leaves: it says again what the notes say now.
pub async fn unsign(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let work = app.work(by).await?;
    let before = find_to_write(&work, id).await?;
    if before.state != ReportState::Signed {
        return Err(AppError::conflict(format!("this report is {}. A signed one is opened again", before.state.label().to_lowercase())));
    }
    back_to_draft(&work, &before, "signature taken back").await?;
    noted(&work, "unsigned", &before).await?;
    let after = store::row(&work.tx, before.id).await?;
    done(work, &after).await
}

/// The same notes are reported to the same doctor once.
async fn reported_once(work: &Work<'_>, report: &Report, note_ids: &[i64]) -> Result<String> {
    match reported_before(work.app, &work.tx, report, note_ids).await? {
        Some(message) => Err(AppError::Conflict { message, allowed: vec!["amend".into(), "resend".into()] }),
        None => Ok(identity_of(report, note_ids)),
    }
}

/// What tells a progress report from others: its doctor, its course and its last note.
fn identity_of(report: &Report, note_ids: &[i64]) -> String {
    let last = note_ids.last().copied().unwrap_or(0);
    draft_identity(report.provider_id, report.episode_id.unwrap_or(0)).replace(":draft", &format!(":{last}"))
}

/// Says when the same notes were reported to the same doctor, if they were.
pub async fn reported_before(app: &App, db: &impl ConnectionTrait, report: &Report, note_ids: &[i64]) -> Result<Option<String>> {
    let known = store::by_identity(db, &identity_of(report, note_ids)).await?.filter(|known| known.id != report.id);
    Ok(known.map(|known| {
        let on = crate::types::day::long(app.clock.day_of(known.signed_at.unwrap_or(known.created_at)));
        format!("these notes were reported to this doctor on {on} (ref {}). Amend that report, or send it again", known.reference)
    }))
}

/// `looked`: what was looked at as it was signed, if that was just now.
async fn release_in(
    work: &Work<'_>,
    before: &Report,
    looked: Option<Box<Inspected>>,
    grounds: Grounds<'_>,
) -> Result<(Report, Box<Inspected>)> {
    if before.state != ReportState::Signed {
        return Err(AppError::Conflict {
            message: format!("this report is {}. A signed one is released", before.state.label().to_lowercase()),
            allowed: if before.state == ReportState::Draft {
                vec!["sign".into(), "approve".into()]
            } else {
                vec!["amend".into(), "resend".into()]
            },
        });
    }
    let looked = match looked {
        Some(looked) => looked,
        None => inspect(work.app, &work.tx, before).await?,
    };
    let way = grounds.way(&looked)?;
    if let Some(why) = reasons(&looked.safety(way)) {
        return Err(AppError::conflict(format!("not sent. {why}")));
    }
    grounds.check(&looked)?;
    ways::send(work, before, &looked, way, 0).await?;
    if let Some(replaced) = before.replaces_id {
        links::end_of_report(work, replaced, "a corrected version took its place").await?;
    }
    let row = ActiveModel {
        state: Set(ReportState::Released),
        released_at: Set(Some(work.now)),
        released_by_id: Set(work.by.user_id()),
        provider_email_id: Set(looked.address.as_ref().map(|a| a.id).filter(|_| way.has_mailbox()).or(before.provider_email_id)),
        content: Set(Some(signed_content(&looked)?)),
        content_hash: Set(Some(looked.letter.content_hash())),
        ..before.clone().into_active_model()
    };
    let (after, _) = work.save(before, row).await?;
    moved(work, before, Some(ReportState::Signed), ReportState::Released, grounds.words()).await?;
    noted(work, "released", &after).await?;
    if let Letter::Introduction(letter) = &looked.letter {
        introduced::logged(work, &after, letter, way).await?;
    }
    copies::begin(work, &after).await?;
    Ok((after, looked))
}

/// The latest mail of a report that was released.
async fn mail_of(work: &Work<'_>, report: &Report) -> Result<Mail> {
    latest(&mail::of_report(&work.tx, report.id).await?).cloned()
}

fn latest(mails: &[Mail]) -> Result<&Mail> {
    let standing = mails.iter().rfind(|m| m.state != OutboxState::Cancelled);
    standing.ok_or_else(|| AppError::conflict("this report was not released yet"))
}

/// Takes a released report back while surely nothing of it has left. It is signed again.
pub async fn take_back(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let work = app.work(by).await?;
    let before = find(&work.tx, by, id).await?;
    by.only_who_releases()?;
    let mail = mail_of(&work, &before).await?;
    let stopped = before.state == ReportState::Released
        && mail.state.may_be_cancelled()
        && mail::move_by_hand(&work.tx, &mail, OutboxState::Cancelled, "taken back", None).await?;
    if !stopped {
        return Err(AppError::conflict("this report has left, or is leaving. It cannot be taken back; it can be amended"));
    }
    links::end_of_mail(&work, mail.id, "taken back").await?;
    // What went before stays as it is: a second sending that is taken back takes no signature with it.
    if mail.resend_no > 0 {
        noted(&work, "took_back", &before).await?;
        return done(work, &before).await;
    }
    let row = ActiveModel {
        state: Set(ReportState::Signed),
        released_at: Set(None),
        released_by_id: Set(None),
        ..before.clone().into_active_model()
    };
    let (after, _) = work.save(&before, row).await?;
    moved(&work, &before, Some(ReportState::Released), ReportState::Signed, Some("taken back".into())).await?;
    noted(&work, "took_back", &after).await?;
    network::forget_report(&work, after.id).await?;
    copies::let_go(&work, &after).await?;
    done(work, &after).await
}

/// Why a report goes once more, and how.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Again {
    pub why: Text,
    /// As it went before where nothing is said. email; link: a new one, and the one before opens no more; fax; or paper: printed and sent
    /// by a person.
    pub channel: Text,
}

/// Sends the same message once more because a person says so: the same bytes, marked as a second copy, or the letter on paper. One that may
/// have arrived waits until no worker can still hold it.
pub async fn resend(app: &App, by: &Actor, id: &str, again: &Again) -> Result<ReportView> {
    find(&app.db, by, id).await?;
    by.only_who_releases()?;
    let mut check = Check::new(app.today());
    let why = check.required_line("why", &again.why, "Say why it is sent again");
    let why = check.done(why)?;
    let way = again.channel.some().map(|word| chosen(&word)).transpose()?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::report(app, &work.tx, by, id).await;
    }
    let report = find(&work.tx, by, id).await?;
    let mails = mail::of_report(&work.tx, report.id).await?;
    let last = latest(&mails)?;
    let may_have_arrived = settle_for_resend(&work, last).await?;
    let resend_no = mails.iter().map(|m| m.resend_no).max().unwrap_or(0) + 1;
    // By email the same message goes once more; any other way the letter is put together anew.
    let anew = match (way, last.channel) {
        (Some(MailChannel::Email), _) | (None, MailChannel::Email | MailChannel::Code | MailChannel::Paper) => None,
        (Some(way), _) | (None, way) => Some(way),
    };
    if let Some(way) = anew {
        let (refused, went) = match way {
            MailChannel::Paper => ("not printed", "printed"),
            MailChannel::Fax => ("not faxed", "faxed"),
            _ => ("no link was sent", "a link was sent"),
        };
        let looked = inspect(app, &work.tx, &report).await?;
        if let Some(why) = reasons(&looked.safety(way)) {
            return Err(AppError::conflict(format!("{refused}. {why}")));
        }
        ways::send(&work, &report, &looked, way, resend_no).await?;
        return went_again(work, &report, format!("{went}: {why}")).await;
    }
    if last.channel != MailChannel::Email {
        let other = match last.channel {
            MailChannel::Paper => "on paper. Print it once more instead",
            MailChannel::Fax => "by fax. Fax it once more instead",
            _ => "behind a link. Send a link again",
        };
        return Err(AppError::conflict(format!("this report went {other}")));
    }
    let mime = mail::mime(&work.tx, last).await?;
    if let Some(why) = mail::objection(&work.tx, last, &mime, work.today()).await? {
        return Err(AppError::conflict(format!("not sent again: {why}")));
    }
    let frozen = Frozen {
        message_id: last.message_id.clone(),
        from_address: last.from_address.clone(),
        to_address: last.to_address.clone(),
        subject: last.subject.clone(),
        mime: if may_have_arrived { second_copy(&mime) } else { mime },
    };
    let new = NewMail {
        id: new_public_id(work.now),
        channel: MailChannel::Email,
        report_id: Some(report.id),
        provider_id: report.provider_id,
        what: &last.what,
        idempotency_key: ways::idempotency_key(&report, MailChannel::Email, &last.to_address, resend_no),
        frozen,
        patient_ids: &mail::patients_of(&work.tx, last.id).await?,
        resend_no,
        next_at: work.now,
    };
    mail::enqueue(&work, new).await?;
    went_again(work, &report, format!("sent again: {why}")).await
}

async fn went_again(work: Work<'_>, report: &Report, why: String) -> Result<ReportView> {
    moved(&work, report, Some(ReportState::Released), ReportState::Released, Some(why)).await?;
    noted(&work, "resent", report).await?;
    work.made(report.id).await?;
    done(work, report).await
}

/// Whether the mail before may have arrived; one that nobody can still be sending is put aside.
async fn settle_for_resend(work: &Work<'_>, last: &Mail) -> Result<bool> {
    match last.state {
        OutboxState::Unknown => {
            mails::surely_over(work.app, last)?;
            if !mail::move_by_hand(&work.tx, last, OutboxState::Abandoned, "a person sent it again", None).await? {
                return Err(AppError::conflict("this mail just moved on. Look at it again"));
            }
            Ok(true)
        }
        OutboxState::Approved if last.channel == MailChannel::Paper => Err(AppError::conflict("this report waits to be printed already")),
        state if state.is_underway() => Err(AppError::conflict("this report is on its way already")),
        OutboxState::Failed | OutboxState::Expired => Ok(false),
        // Given up before it ever left, or while it may have arrived.
        OutboxState::Abandoned => mail::may_have_left(&work.tx, last.id).await,
        _ => Ok(true),
    }
}

/// A person knows that a mail arrived of which we could not.
pub async fn arrived(app: &App, by: &Actor, id: &str) -> Result<ReportView> {
    let work = app.work(by).await?;
    let report = find(&work.tx, by, id).await?;
    by.only_who_releases()?;
    let mail = mail_of(&work, &report).await?;
    let known = mail.state == OutboxState::Unknown
        && mail::move_by_hand(&work.tx, &mail, OutboxState::Sent, "a person says that it arrived", Some(mail.phase_at)).await?;
    if !known {
        return Err(AppError::conflict("it is known what became of this report"));
    }
    noted(&work, "arrived", &report).await?;
    done(work, &report).await
}

/// What a person may do with a report now.
pub fn may(report: &Report, shown: ShownState, last: Option<&Standing>, by: &Actor, writes: bool) -> Vec<&'static str> {
    let mail = last.map(|m| m.state);
    let is_paper = last.is_some_and(|m| m.channel == MailChannel::Paper);
    let releases = by.may_release();
    let signs = writes && (by.has(Role::Owner) || by.has(Role::Therapist));
    let mut may = Vec::new();
    match report.state {
        ReportState::Draft if signs => may.extend(["change", "sign", "skip"]),
        ReportState::Signed if signs => may.extend(["change", "unsign", "skip"]),
        _ => {}
    }
    if releases && (report.state == ReportState::Signed || (report.state == ReportState::Draft && signs)) {
        may.push("approve");
    }
    if releases && report.state == ReportState::Released {
        if mail.is_some_and(OutboxState::may_be_cancelled) {
            may.push("take_back");
        }
        if mail == Some(OutboxState::Unknown) {
            may.push("arrived");
        }
        if mail == Some(OutboxState::Unknown) || !matches!(shown, ShownState::Queued) {
            may.extend(if is_paper { &["print_again"][..] } else { &["resend", "print_again"] });
        }
        if signs && report.kind != ReportKind::Introduction {
            may.push("amend");
        }
    }
    may
}
