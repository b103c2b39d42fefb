//! Takes due mails out, one at a time: claim, look once more, carry, note what came of it. No transaction stays open while
//! talking to a mail server.

use super::outbox::{self, Attempt, Due};
use super::outbox_state::{MailChannel, OutboxState};
use super::recipient::Stream;
use super::transport::{FOUND_IN_FOLDER, Parcel};
use super::verdict::{Broke, Step, Verdict, backoff, is_about_the_stream, verdict};
use super::{pause, recipient, throttle};
use crate::app::App;
use crate::entity::outbox::Model as Mail;
use crate::error::Result;
use crate::types::day::span;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;

/// So many mails are looked at for one that may go now.
const LOOK_AT: u64 = 50;
/// Identical failures to reach the relay before it counts as refusing us as a whole.
const PATIENCE: i64 = 5;

/// Delivers until nothing more may go now; tells how many attempts were made.
pub async fn all_due(app: &App) -> Result<usize> {
    recover(app).await?;
    let mut attempts = 0;
    while next_due(app).await? {
        attempts += 1;
    }
    give_up_behind_a_stop(app).await?;
    Ok(attempts)
}

/// How all mails by email stand, in numbers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stands {
    pub sent: i64,
    /// To go, or to be tried again.
    pub waiting: i64,
    pub held: i64,
    pub unknown: i64,
    pub not_sent: i64,
    pub came_back: i64,
    /// Why nothing leaves, if nothing does.
    pub paused: Option<String>,
}

impl Stands {
    pub fn needs_a_person(&self) -> bool {
        self.held + self.unknown + self.not_sent + self.came_back > 0 || self.paused.is_some()
    }
}

pub async fn stands(app: &App) -> Result<Stands> {
    let paused = pause::store::pause(&app.db).await?.filter(|p| p.until_at > app.now()).map(|p| p.words);
    let mut stands = Stands { paused, ..Stands::default() };
    for outbox::Counted { state, held, n } in outbox::counted(&app.db).await? {
        match state {
            OutboxState::Sent | OutboxState::Delivered => stands.sent += n,
            OutboxState::Approved | OutboxState::RetryWait if held > 0 => stands.held += n,
            OutboxState::Approved | OutboxState::Claimed | OutboxState::Body | OutboxState::RetryWait => stands.waiting += n,
            OutboxState::Unknown => stands.unknown += n,
            OutboxState::Failed | OutboxState::Expired => stands.not_sent += n,
            OutboxState::Bounced | OutboxState::Complained => stands.came_back += n,
            OutboxState::Abandoned | OutboxState::Cancelled => {}
        }
    }
    Ok(stands)
}

/// Takes one mail out, if one may go now.
pub async fn next_due(app: &App) -> Result<bool> {
    // Each look puts off what it passes over, so that this ends.
    loop {
        match claim_next(app).await? {
            Looked::InHand(mail) => {
                attempt(app, &mail).await?;
                return Ok(true);
            }
            Looked::PutOff => {}
            Looked::Nothing => return Ok(false),
        }
    }
}

/// Looks after what a worker that died left in hand.
pub async fn recover(app: &App) -> Result<()> {
    // What ends the program each time must not be tried at once, nor for ever.
    for left in outbox::abandoned_claims(app, &app.db).await? {
        let next_at =
            (app.now() - left.let_go_at.unwrap_or(left.approved_at) < give_up(app)).then(|| app.now() + wait_after(app, left.attempts));
        outbox::let_back(&app.db, &left, next_at).await?;
        app.changed();
    }
    for mail in outbox::stuck_in_body(app, &app.db).await? {
        let tx = app.begin().await?;
        let arrived = app.post.has_arrived(mail.public_id);
        let (to, words) = if arrived {
            (OutboxState::Sent, FOUND_IN_FOLDER)
        } else {
            (OutboxState::Unknown, "the program ended while the message was going out")
        };
        if outbox::move_by_hand(&tx, &mail, to, words, arrived.then_some(mail.phase_at)).await? {
            outbox::note_attempt(app, &tx, &mail, if arrived { Step::Done } else { Step::Body }, None).await?;
            outbox::disclose(&tx, &mail, mail.phase_at).await?;
        }
        tx.commit().await?;
        app.changed();
    }
    Ok(())
}

/// While the relay refuses us as a whole, mails are not tried; a stop that lasts is given up all the same, and a person told.
pub async fn give_up_behind_a_stop(app: &App) -> Result<()> {
    let (now, since) = (app.now(), app.now() - give_up(app));
    let Some(stop) = pause::store::pause(&app.db).await?.filter(|stop| stop.until_at > now && stop.since_at <= since) else {
        return Ok(());
    };
    let words = format!("given up: the mail server takes none of our mail. {}", stop.words);
    if outbox::expire_waiting(&app.db, since, now, &words).await? > 0 {
        app.changed();
    }
    Ok(())
}

/// One that was laid aside could not go before a person let it.
fn could_go_at(mail: &Mail) -> DateTime<Utc> {
    mail.let_go_at.unwrap_or(mail.approved_at)
}

fn give_up(app: &App) -> TimeDelta {
    span(app.config.waits.give_up)
}

/// The wait before a mail is tried once more.
fn wait_after(app: &App, attempts: i64) -> TimeDelta {
    span(backoff(attempts, &app.config.waits.backoff, rand::random::<u32>() % 1_001))
}

/// What came of looking for a mail that may go now.
enum Looked {
    InHand(Box<Mail>),
    /// Those that were looked at wait their turn; behind them there may be others.
    PutOff,
    Nothing,
}

/// Takes the oldest due mail that may go now in hand.
async fn claim_next(app: &App) -> Result<Looked> {
    let tx = app.begin().await?;
    let now = app.now();
    if pause::store::pause(&tx).await?.is_some_and(|pause| pause.until_at > now) {
        return Ok(Looked::Nothing);
    }
    let due = outbox::due(&tx, now, LOOK_AT).await?;
    if due.is_empty() {
        return Ok(Looked::Nothing);
    }
    let recent = if app.post.is_folder() { Vec::new() } else { outbox::recent(&tx, now - TimeDelta::days(1)).await? };
    let mut looked = Looked::PutOff;
    for mail in &due {
        match turn(app, mail, &recent, now) {
            Turn::Waits(until) => outbox::put_off(&tx, mail, until, "waits its turn: not too much mail to one place at once").await?,
            Turn::Held => outbox::hold(&tx, mail, now, &too_many(app)).await?,
            Turn::Goes => {
                let Some(mail) = outbox::claim(app, &tx, mail).await? else { continue };
                looked = Looked::InHand(Box::new(mail));
                break;
            }
        }
    }
    tx.commit().await?;
    Ok(looked)
}

enum Turn {
    Goes,
    Waits(DateTime<Utc>),
    /// Until a person lets it go.
    Held,
}

/// Limits are for a relay: a folder takes everything at once. Somebody sits before a screen and waits for a code.
fn turn(app: &App, mail: &Due, recent: &[throttle::Recent], now: DateTime<Utc>) -> Turn {
    if app.post.is_folder() || mail.channel == MailChannel::Code {
        return Turn::Goes;
    }
    if mail.let_go_at.is_none() && throttle::is_over_the_day(&mail.to_address, recent, &app.config.waits) {
        return Turn::Held;
    }
    throttle::not_before(now, &mail.to_address, recent, &app.config.waits).map_or(Turn::Goes, Turn::Waits)
}

fn too_many(app: &App) -> String {
    format!("{} reports went to this address within a day. Look at it, then let it go", app.config.waits.address_per_day)
}

async fn attempt(app: &App, mail: &Mail) -> Result<()> {
    if let Some(why) = recipient::store::objection(&app.db, mail, app.today()).await? {
        let end = Attempt { step: Step::Recheck, code: None, words: format!("not sent: {why}"), next_at: None };
        let tx = app.begin().await?;
        outbox::settle(app, &tx, mail, OutboxState::Failed, &end).await?;
        tx.commit().await?;
        app.changed();
        return Ok(());
    }
    let from = super::bounce::envelope_sender(app, &mail.from_address, mail.public_id).await?;
    let parcel = Parcel { id: mail.public_id, from: &from, to: &mail.to_address, mime: &mail.mime };
    let mark = || async { outbox::mark_body(app, &app.db, mail).await };
    let (step, broke) = app.post.carry(&parcel, mark).await;
    note(app, mail, step, &broke).await
}

/// Writes down what came of an attempt, in one transaction with everything that follows from it.
async fn note(app: &App, mail: &Mail, step: Step, broke: &Broke) -> Result<()> {
    let now = app.now();
    let (code, words) = told(broke);
    let mut end = Attempt { step, code, words, next_at: None };
    let tx = app.begin().await?;
    match verdict(step, broke) {
        Verdict::Fenced => {}
        Verdict::Sent => {
            end.step = Step::Done;
            if outbox::settle(app, &tx, mail, OutboxState::Sent, &end).await? {
                outbox::disclose(&tx, mail, now).await?;
            }
            pause::store::end_pause(&tx, now, None).await?;
        }
        Verdict::Unknown => {
            if outbox::settle(app, &tx, mail, OutboxState::Unknown, &end).await? {
                outbox::disclose(&tx, mail, now).await?;
            }
        }
        Verdict::Refused { no_such_mailbox } => {
            outbox::settle(app, &tx, mail, OutboxState::Failed, &end).await?;
            if no_such_mailbox && mail.channel.has_mailbox() {
                // As for a notice that says it later: nobody is there.
                for stream in [Stream::Treatment, Stream::Outreach] {
                    recipient::store::suppress(&tx, &mail.to_address, stream, &end.words, now).await?;
                }
            }
        }
        Verdict::Retry => again_later(app, &tx, mail, end, is_about_the_stream(step)).await?,
        Verdict::Stop => {
            tracing::error!(step = step.word(), code = end.code, "the mail relay refuses us as a whole; mail is paused");
            let until = pause(app, &tx, &end, true).await?;
            end.next_at = Some(until);
            let to = if now - could_go_at(mail) >= give_up(app) { OutboxState::Expired } else { OutboxState::RetryWait };
            outbox::settle(app, &tx, mail, to, &end).await?;
        }
    }
    tx.commit().await?;
    app.changed();
    Ok(())
}

/// The code and the words of an end, as they are noted.
pub fn told(broke: &Broke) -> (Option<u16>, String) {
    match broke {
        Broke::Reply(code, text) => (Some(*code), text.clone()),
        Broke::Silence(words) | Broke::Insecure(words) | Broke::NotWritten(words) => (None, words.clone()),
        Broke::Fenced => (None, String::new()),
    }
}

async fn again_later(app: &App, tx: &impl ConnectionTrait, mail: &Mail, mut end: Attempt, stream: bool) -> Result<()> {
    let now = app.now();
    if now - could_go_at(mail) >= give_up(app) {
        outbox::settle(app, tx, mail, OutboxState::Expired, &end).await?;
        return Ok(());
    }
    let mut next_at = now + wait_after(app, mail.attempts);
    if stream {
        next_at = std::cmp::max(next_at, pause(app, tx, &end, false).await?);
    }
    end.next_at = Some(next_at);
    outbox::settle(app, tx, mail, OutboxState::RetryWait, &end).await.map(|_| ())
}

/// Counts a failure of the relay as a whole. A refusal stops the stream at once: one bad password must not burn all mails or lock
/// the mailbox. Plain unreachability stops it after several alike.
async fn pause(app: &App, tx: &impl ConnectionTrait, end: &Attempt, at_once: bool) -> Result<DateTime<Utc>> {
    let now = app.now();
    let known = pause::store::pause(tx).await?;
    let alike = known.as_ref().filter(|p| p.step == end.step.word() && p.code == end.code.map(|c| c.to_string()));
    let times = alike.map_or(1, |p| p.times + 1);
    let stops = at_once || times >= PATIENCE;
    let round = if at_once { times } else { times - PATIENCE + 1 };
    let wait = span(backoff(round, &app.config.waits.backoff, 1_000));
    let until = if stops { now + wait } else { now };
    pause::store::count_pause(tx, known.as_ref(), end, times, until, now).await?;
    Ok(until)
}
