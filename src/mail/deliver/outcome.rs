//! What came of an attempt, written in one transaction with everything that follows from it.

use super::{give_up, wait_after};
use crate::app::App;
use crate::entity::outbox::Model as Mail;
use crate::error::Result;
use crate::mail::outbox::Attempt;
use crate::mail::outbox_state::OutboxState;
use crate::mail::recipient::Stream;
use crate::mail::verdict::{Broke, Step, Verdict, backoff, is_about_the_stream, verdict};
use crate::mail::{outbox, pause, recipient};
use crate::types::day::span;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

/// Identical failures to reach the relay before it counts as refusing us as a whole.
const PATIENCE: i64 = 5;

/// Notes how an attempt ended, and what follows from it.
pub async fn note(app: &App, tx: &impl ConnectionTrait, mail: &Mail, step: Step, broke: &Broke) -> Result<()> {
    let now = app.now();
    let (code, words) = told(broke);
    let mut end = Attempt { step, code, words, next_at: None };
    match verdict(step, broke) {
        Verdict::Fenced => {}
        Verdict::Sent => {
            end.step = Step::Done;
            if outbox::settle(app, tx, mail, OutboxState::Sent, &end).await? {
                outbox::disclose(tx, mail, now).await?;
            }
            pause::store::end_over(tx, now).await?;
        }
        Verdict::Unknown => {
            if outbox::settle(app, tx, mail, OutboxState::Unknown, &end).await? {
                outbox::disclose(tx, mail, now).await?;
            }
        }
        Verdict::Refused { no_such_mailbox } => {
            outbox::settle(app, tx, mail, OutboxState::Failed, &end).await?;
            if no_such_mailbox && mail.channel.has_mailbox() {
                // As for a notice that says it later: nobody is there.
                for stream in [Stream::Treatment, Stream::Outreach] {
                    recipient::store::suppress(tx, &mail.to_address, stream, &end.words, now).await?;
                }
            }
        }
        Verdict::Retry => again_later(app, tx, mail, end, is_about_the_stream(step)).await?,
        Verdict::Stop => {
            tracing::error!(step = step.word(), code = end.code, "the mail relay refuses us as a whole; mail is paused");
            let until = pause(app, tx, &end, true).await?;
            end.next_at = Some(until);
            let to = if now - could_go_at(mail) >= give_up(app) { OutboxState::Expired } else { OutboxState::RetryWait };
            outbox::settle(app, tx, mail, to, &end).await?;
        }
    }
    Ok(())
}

/// One that was laid aside could not go before a person let it.
fn could_go_at(mail: &Mail) -> DateTime<Utc> {
    mail.let_go_at.unwrap_or(mail.approved_at)
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
    // Several lines are open at once. What another one hears while the stop stands is the same refusal, and makes it no longer.
    if let Some(stands) = alike.filter(|p| at_once && p.until_at > now) {
        return Ok(stands.until_at);
    }
    let times = alike.map_or(1, |p| p.times + 1);
    let stops = at_once || times >= PATIENCE;
    let round = if at_once { times } else { times - PATIENCE + 1 };
    let wait = span(backoff(round, &app.config.waits.backoff, 1_000));
    let until = if stops { now + wait } else { now };
    pause::store::count_pause(tx, known.as_ref(), end, times, until, now).await?;
    Ok(until)
}
