//! What comes back about a mail is taken in: the token in it says which mail, what it says decides what becomes of the report and of the
//! address. A notice without a token of ours changes nothing, whatever it says.

pub mod folder;
pub mod notice;
pub mod store;
pub mod token;

use super::outbox_state::OutboxState;
use super::recipient::Stream;
use super::verdict::scrubbed;
use super::{outbox, recipient};
use crate::app::{Actor, App, Who};
use crate::audit::Entry;
use crate::entity::outbox::Model as Mail;
use crate::error::{AppError, Result};
use crate::types::Email;
use crate::types::email::{domain_of, is_free_mail};
use crate::work::Work;
use chrono::TimeDelta;
use notice::{Notice, NoticeKind};
use schemars::JsonSchema;
use serde::Serialize;
use token::Token;
use uuid::Uuid;

/// More is not read: a notice with our whole letter in it is far below.
const LARGEST: usize = 25 * 1024 * 1024;
/// So much is kept about one mail; of a flood about it only what is of a new kind still counts.
const MOST_ABOUT_ONE: u64 = 20;
/// Failures that pass, within so many days, before an address gets no more.
const SOFT_TIMES: u64 = 3;
const SOFT_DAYS: i64 = 14;

/// What a message that came back was, and what was done about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TakenBack {
    pub kind: NoticeKind,
    /// It brought back the mark of a mail of ours. Without it nothing is changed.
    pub proven: bool,
    /// The same notice was taken in before.
    pub again: bool,
    pub mail: Option<Uuid>,
    /// What it came to, in a sentence.
    pub words: String,
    pub status: Option<String>,
}

/// Takes in one message that came back.
pub async fn take_in(app: &App, by: &Actor, raw: &[u8]) -> Result<TakenBack> {
    if by.who != Who::Job {
        by.only_who_releases()?;
    }
    if raw.len() > LARGEST {
        return Err(AppError::field("file", "This is larger than any notice. Is it the right file?"));
    }
    let notice =
        notice::read(raw).ok_or_else(|| AppError::field("file", "This is no message: send it as the mail program saves it (.eml)"))?;
    let key = key(app).await?;
    let work = app.work(by).await?;
    let Some(token) = notice.tokens.iter().find(|t| t.is_ours(&key)) else { return Ok(unproven(&notice)) };
    match outbox::find(&work.tx, token.id).await? {
        Some(mail) => proven(work, &notice, &mail, &hex::encode(super::sha256(raw))).await,
        None => Ok(of_no_mail(&notice)),
    }
}

/// The key of the tokens, the same for every process that serves this database.
async fn key(app: &App) -> Result<Vec<u8>> {
    app.post.bounce_key(|| crate::auth::secret(&app.db, "bounces")).await
}

/// Who stands in the envelope of the mail with such an id: our mailbox for what comes back, with the token of this one; and the token, which
/// a relay that knows how writes onto a notice itself. A folder sends no notices.
pub async fn envelope(app: &App, from: &str, id: Uuid) -> Result<(String, Option<String>)> {
    if app.post.is_folder() {
        return Ok((from.into(), None));
    }
    let token = Token::of(id, &key(app).await?);
    let sender = mailbox(app, from).map_or_else(|| from.into(), |mailbox| token::envelope(&mailbox, &token));
    Ok((sender, Some(token.to_string())))
}

/// Where notices go: the setting, else `bounce` at our own domain. None, so to the sender itself, where the setting says "off", into a
/// folder, and from a free mail provider: `bounce` is somebody else there, who would read of our patients.
fn mailbox(app: &App, from: &str) -> Option<Email> {
    let domain = domain_of(from);
    match app.config.mail_bounce.as_str() {
        "off" => None,
        "" if is_free_mail(domain) => None,
        "" => Email::parse(&format!("bounce@{domain}")).ok(),
        named => Email::parse(named).ok(),
    }
}

fn unproven(notice: &Notice) -> TakenBack {
    let words = match notice.kind {
        NoticeKind::Other => "This is no notice about a mail of ours. Nothing was changed",
        _ => "It does not bring back the mark of a mail of ours, so it may be forged. Nothing was changed",
    };
    TakenBack { kind: notice.kind, proven: false, again: false, mail: None, words: words.into(), status: notice.status.clone() }
}

/// It brings our mark back, and no report left under it: it was a test, or the database is not the one that sent it.
fn of_no_mail(notice: &Notice) -> TakenBack {
    let words = format!("It is about a test message, or about a mail that this database does not know. {}", notice.kind.label());
    TakenBack { kind: notice.kind, proven: false, again: false, mail: None, words, status: notice.status.clone() }
}

async fn proven(work: Work<'_>, notice: &Notice, mail: &Mail, fingerprint: &str) -> Result<TakenBack> {
    let about = |again: bool, words: String| TakenBack {
        kind: notice.kind,
        proven: true,
        again,
        mail: Some(mail.public_id),
        words,
        status: notice.status.clone(),
    };
    let known = store::events_of(&work.tx, mail.id).await?;
    if known.iter().any(|e| e.fingerprint.as_deref() == Some(fingerprint)) {
        return Ok(about(true, "This notice was taken in before".into()));
    }
    if known.len() as u64 >= MOST_ABOUT_ONE && known.iter().any(|e| e.kind == notice.kind.word()) {
        return Ok(about(true, "Enough is known about this mail. Nothing was changed".into()));
    }
    // Its own conversation is not over: what came of it is noted first, and then this.
    let leaving = || AppError::conflict("this mail is just leaving. Hand the notice over again in a minute");
    if matches!(mail.state, OutboxState::Claimed | OutboxState::Body) {
        return Err(leaving());
    }
    let said = scrubbed(&format!("{} {}", notice.status.as_deref().unwrap_or_default(), notice.words));
    store::note_event(&work.tx, mail.id, notice.kind.word(), &said, fingerprint, work.now).await?;
    let words = consequences(&work, notice.kind, mail, &said).await?;
    work.note(Entry::of("came_back", "mail", mail.id).named(mail.public_id)).await?;
    work.commit().await?;
    Ok(about(false, words))
}

/// What follows from a notice: for the report, and for the address.
async fn consequences(work: &Work<'_>, kind: NoticeKind, mail: &Mail, said: &str) -> Result<String> {
    use OutboxState::{Bounced, Complained, Delivered, Sent, Unknown};
    let (from, to): (&[OutboxState], OutboxState) = match kind {
        NoticeKind::Hard | NoticeKind::Soft | NoticeKind::Refused => (&[Sent, Delivered, Unknown], Bounced),
        NoticeKind::Complaint => (&[Sent, Delivered, Unknown, Bounced], Complained),
        NoticeKind::Delivered => (&[Sent, Unknown], Delivered),
        // Whoever answers has it, or passes it on: what may have arrived did leave.
        NoticeKind::Delayed | NoticeKind::AutoReply => (&[Unknown], Sent),
        NoticeKind::Other => (&[], Sent),
    };
    if from.contains(&mail.state) {
        let sent_at = mail.sent_at.or(Some(mail.phase_at)).filter(|_| matches!(to, Sent | Delivered));
        if !outbox::move_by_hand(&work.tx, mail, to, said, sent_at).await? {
            return Err(AppError::conflict("this mail just moved on. Hand the notice over again"));
        }
    }
    if !mail.channel.has_mailbox() {
        return Ok(of_a_fax(kind).into());
    }
    let streams = suppressed(work, kind, &mail.to_address, said).await?;
    Ok(in_words(kind, streams))
}

/// Whether an address gets no more mail because of a notice.
async fn suppressed(work: &Work<'_>, kind: NoticeKind, address: &str, said: &str) -> Result<bool> {
    let streams: &[Stream] = match kind {
        // Nobody is there: neither reports nor letters reach anybody.
        NoticeKind::Hard | NoticeKind::Complaint => &[Stream::Treatment, Stream::Outreach],
        NoticeKind::Soft => {
            // What was before a person let mail go there again is settled.
            let since = std::cmp::max(Some(work.now - TimeDelta::days(SOFT_DAYS)), recipient::store::lifted_at(&work.tx, address).await?);
            let since = since.unwrap_or(work.now);
            let times = store::count_events(&work.tx, address, NoticeKind::Soft.word(), since).await?;
            if times >= SOFT_TIMES { &[Stream::Treatment] } else { &[] }
        }
        _ => &[],
    };
    for stream in streams {
        recipient::store::suppress(&work.tx, address, *stream, &format!("{}: {said}", kind.label().to_lowercase()), work.now).await?;
    }
    Ok(!streams.is_empty())
}

/// What the gateway says about a fax. A number stays: a line that was busy or unplugged is tried again by whoever checked it.
fn of_a_fax(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Hard | NoticeKind::Soft | NoticeKind::Refused => {
            "The fax did not go through. The report counts as not sent: check the number with the office, and fax it again"
        }
        NoticeKind::Complaint => "They say that they did not want it: call them first",
        NoticeKind::Delivered => "The fax went through",
        NoticeKind::Delayed => "The fax service still tries. Nothing is to be done yet",
        NoticeKind::AutoReply => "The fax service has it",
        NoticeKind::Other => "It says nothing about the fax. It is kept with the mail",
    }
}

fn in_words(kind: NoticeKind, suppressed: bool) -> String {
    let words = match kind {
        NoticeKind::Hard => {
            "The mailbox does not exist. The report counts as not sent; nothing more goes to the address until it is checked again"
        }
        NoticeKind::Soft if suppressed => {
            "It failed for the third time. The report counts as not sent; nothing more goes there until it is checked again"
        }
        NoticeKind::Soft => "The mailbox takes nothing at the moment. The report counts as not sent",
        NoticeKind::Refused => "Their server turned it away. The report counts as not sent",
        NoticeKind::Complaint => "They say that they did not want it. Nothing more goes there: call them first",
        NoticeKind::Delivered => "It was delivered",
        NoticeKind::Delayed => "Their server still tries. Nothing is to be done yet",
        NoticeKind::AutoReply => "An automatic answer: it arrived, and nobody may have read it yet",
        NoticeKind::Other => "It says nothing about the delivery. It is kept with the mail",
    };
    words.into()
}
