//! One round of delivery. The first mail goes alone: what a relay says to all of us it says to one. When it arrived, a second line opens:
//! while the body of one is on its way the other comes as far as its mark, and one commit is for both.

use super::commits::Commits;
use super::hand::Hand;
use crate::app::App;
use crate::entity::outbox::Model as Mail;
use crate::error::Result;
use crate::mail::outbox::{self, Attempt};
use crate::mail::outbox_state::OutboxState;
use crate::mail::recipient;
use crate::mail::transport::{OpenLine, Parcel};
use crate::mail::verdict::{Step, Verdict, verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, watch};

pub struct Round<'a, S> {
    app: &'a App,
    stopped: &'a S,
    hand: Mutex<Hand>,
    commits: Commits<'a>,
    road: watch::Sender<Road>,
    attempts: AtomicUsize,
}

/// What is known of the way to the relay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Road {
    Unknown,
    /// A mail arrived.
    Open,
    /// Whoever went first has come to an end.
    Closed,
}

impl<'a, S: Fn() -> bool + Sync> Round<'a, S> {
    pub fn new(app: &'a App, stopped: &'a S) -> Self {
        let (road, _) = watch::channel(Road::Unknown);
        Self { app, stopped, hand: Mutex::new(Hand::new()), commits: Commits::new(app), road, attempts: AtomicUsize::new(0) }
    }

    /// Takes out what may go now; tells how many attempts were made.
    pub async fn run(&self) -> Result<usize> {
        let (first, second) = tokio::join!(self.first(), self.second());
        self.hand.lock().await.let_go(self.app).await?;
        first?;
        second?;
        Ok(self.attempts.load(Ordering::Relaxed))
    }

    async fn first(&self) -> Result<()> {
        let ended = self.line().await;
        self.road.send_replace(Road::Closed);
        ended
    }

    async fn second(&self) -> Result<()> {
        if self.app.post.is_folder() {
            return Ok(());
        }
        let mut road = self.road.subscribe();
        let known = road.wait_for(|road| *road != Road::Unknown).await.map_or(Road::Closed, |road| *road);
        if known == Road::Open { self.line().await } else { Ok(()) }
    }

    async fn line(&self) -> Result<()> {
        let mut line = OpenLine::default();
        let ended = self.carry_over(&mut line).await;
        self.app.post.hang_up(line).await;
        ended
    }

    async fn carry_over(&self, line: &mut OpenLine) -> Result<()> {
        while !(self.stopped)() {
            let Some(mail) = self.hand.lock().await.take(self.app).await? else { break };
            self.attempts.fetch_add(1, Ordering::Relaxed);
            let ended = self.attempt(line, &mail).await;
            self.hand.lock().await.back(&mail);
            ended?;
        }
        Ok(())
    }

    async fn attempt(&self, line: &mut OpenLine, mail: &Arc<Mail>) -> Result<()> {
        let app = self.app;
        let mime = outbox::mime(&app.db, mail).await?;
        if let Some(why) = recipient::store::objection(&app.db, mail, &mime, app.today()).await? {
            let end = Attempt { step: Step::Recheck, code: None, words: format!("not sent: {why}"), next_at: None };
            let tx = app.begin().await?;
            outbox::settle(app, &tx, mail, OutboxState::Failed, &end).await?;
            tx.commit().await?;
            return Ok(());
        }
        let (from, token) = crate::mail::bounce::envelope(app, &mail.from_address, mail.public_id).await?;
        let parcel = Parcel { id: mail.public_id, from: &from, to: &mail.to_address, mime: &mime, token: token.as_deref() };
        let (step, broke) = app.post.carry_over(line, &parcel, || self.commits.mark(mail)).await;
        if verdict(step, &broke) == Verdict::Sent {
            self.commits.ended(mail, step, &broke).await?;
            self.road.send_if_modified(|road| *road == Road::Unknown && std::mem::replace(road, Road::Open) == Road::Unknown);
            return Ok(());
        }
        // It may be about the relay: what is in hand goes back, and nobody looks at the queue anew before it is noted.
        let mut hand = self.hand.lock().await;
        let let_go = hand.let_go(app).await;
        self.commits.ended(mail, step, &broke).await?;
        let_go
    }
}
