//! Which mails may go now. Several are taken in hand with one look, as many as go in about a second; to each domain one at a time.

use crate::app::App;
use crate::entity::outbox::Model as Mail;
use crate::error::Result;
use crate::mail::outbox::{self, Due};
use crate::mail::outbox_state::MailChannel;
use crate::mail::pause;
use crate::mail::throttle::{self, Recent};
use crate::types::email::domain_of;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So many mails are looked at for those that may go now.
const LOOK_AT: u64 = 200;
/// What went to whom is asked anew after so long; what this round took in hand since then it knows itself.
const KNOWN_FOR: Duration = Duration::from_secs(1);
/// At most so many are in hand: what is in hand when the program is killed waits before it is tried again.
const MOST: usize = 32;
/// A hand that was out sooner may be twice as large the next time, one that took longer than four times this half as large.
const SOON: Duration = Duration::from_millis(500);

/// What was claimed and is not on its way yet.
pub struct Hand {
    mails: VecDeque<Arc<Mail>>,
    /// The domains of the mails that are in hand or on their way.
    busy: Vec<String>,
    reach: usize,
    filled: Instant,
    /// What went in the last day, and when that was asked.
    recent: Option<(Instant, Vec<Recent>)>,
}

impl Hand {
    pub fn new() -> Self {
        Self { mails: VecDeque::new(), busy: Vec::new(), reach: 0, filled: Instant::now(), recent: None }
    }

    /// The next mail; none where none may go now.
    pub async fn take(&mut self, app: &App) -> Result<Option<Arc<Mail>>> {
        if self.mails.is_empty() {
            let took = self.filled.elapsed();
            self.reach = if took < SOON {
                (self.reach * 2).clamp(1, MOST)
            } else if took > 4 * SOON {
                (self.reach / 2).max(1)
            } else {
                self.reach
            };
            self.fill(app).await?;
            self.filled = Instant::now();
        }
        Ok(self.mails.pop_front())
    }

    /// A mail is not on its way any more.
    pub fn back(&mut self, mail: &Mail) {
        if let Some(at) = self.busy.iter().position(|domain| *domain == domain_of(&mail.to_address)) {
            self.busy.swap_remove(at);
        }
    }

    /// Lets go of what is in hand: the next look decides anew.
    pub async fn let_go(&mut self, app: &App) -> Result<()> {
        self.reach = 0;
        self.recent = None;
        for mail in std::mem::take(&mut self.mails) {
            self.back(&mail);
            outbox::give_back(&app.db, &mail).await?;
        }
        Ok(())
    }

    async fn fill(&mut self, app: &App) -> Result<()> {
        // Each look puts off what it passes over, so that this ends.
        while let Looked::PutOff = self.look(app).await? {}
        Ok(())
    }

    async fn look(&mut self, app: &App) -> Result<Looked> {
        let tx = app.begin().await?;
        let now = app.now();
        if pause::store::pause(&tx).await?.is_some_and(|pause| pause.until_at > now) {
            return Ok(Looked::Enough);
        }
        let due = outbox::due(&tx, now, LOOK_AT).await?;
        if due.is_empty() {
            return Ok(Looked::Enough);
        }
        let (asked, mut recent) = match self.recent.take().filter(|(asked, _)| asked.elapsed() < KNOWN_FOR) {
            Some(known) => known,
            None if app.post.is_folder() => (Instant::now(), Vec::new()),
            None => (Instant::now(), outbox::recent(&tx, now - TimeDelta::days(1)).await?),
        };
        let (mut put_off, mut claimed, mut busy) = (false, Vec::new(), self.busy.clone());
        for mail in &due {
            match turn(app, mail, &busy, &recent, now) {
                Turn::Busy => {}
                Turn::Waits(until) => {
                    outbox::put_off(&tx, mail, until, "waits its turn: not too much mail to one place at once").await?;
                    put_off = true;
                }
                Turn::Held => {
                    outbox::hold(&tx, mail, now, &too_many(app)).await?;
                    put_off = true;
                }
                Turn::Goes => {
                    let Some(mail) = outbox::claim(app, &tx, mail).await? else { continue };
                    if MailChannel::COUNTED.contains(&mail.channel) {
                        recent.push(Recent { to: mail.to_address.clone(), at: now });
                    }
                    busy.push(domain_of(&mail.to_address).into());
                    claimed.push(Arc::new(mail));
                    if claimed.len() >= self.reach {
                        break;
                    }
                }
            }
        }
        tx.commit().await?;
        (self.recent, self.busy) = (Some((asked, recent)), busy);
        let looked = if claimed.is_empty() && put_off { Looked::PutOff } else { Looked::Enough };
        self.mails.extend(claimed);
        Ok(looked)
    }
}

/// What came of one look at the queue.
enum Looked {
    /// Nothing may go of what was looked at, and it waits its turn; behind it there may be others.
    PutOff,
    Enough,
}

enum Turn {
    Goes,
    /// Another one is on its way to the same domain.
    Busy,
    Waits(DateTime<Utc>),
    /// Until a person lets it go.
    Held,
}

/// Limits are for a relay: a folder takes everything at once. Somebody sits before a screen and waits for a code.
fn turn(app: &App, mail: &Due, busy: &[String], recent: &[Recent], now: DateTime<Utc>) -> Turn {
    if app.post.is_folder() || mail.channel == MailChannel::Code {
        return Turn::Goes;
    }
    if busy.iter().any(|domain| *domain == domain_of(&mail.to_address)) {
        return Turn::Busy;
    }
    if mail.let_go_at.is_none() && throttle::is_over_the_day(&mail.to_address, recent, &app.config.waits) {
        return Turn::Held;
    }
    throttle::not_before(now, &mail.to_address, recent, &app.config.waits).map_or(Turn::Goes, Turn::Waits)
}

fn too_many(app: &App) -> String {
    format!("{} reports went to this address within a day. Look at it, then let it go", app.config.waits.address_per_day)
}
