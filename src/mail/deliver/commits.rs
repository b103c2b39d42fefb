//! What is written before and after each body. One body is on its way at a time: when the program is killed, one mail at most may have
//! arrived without our knowing. The line that comes next waits with its mark, and one commit takes in how the mail before it ended and
//! the mark: durable before the first byte of its body, and one wait for the disk for each mail.

use super::outcome;
use crate::app::App;
use crate::entity::outbox::Model as Mail;
use crate::error::Result;
use crate::mail::outbox;
use crate::mail::verdict::{Broke, Step};
use anyhow::anyhow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// After the mark the body follows at once, or not at all: a worker that slept in between must not wake up and send.
const LONGEST_GAP: Duration = Duration::from_secs(30);

pub struct Commits<'a> {
    app: &'a App,
    waiting: Mutex<Waiting>,
    /// One commit at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    ended: Vec<Ended>,
    marks: VecDeque<Mark>,
    /// The mail whose body is on its way.
    in_body: Option<i64>,
}

struct Ended {
    mail: Arc<Mail>,
    step: Step,
    broke: Broke,
    /// Whether it was written together with the others.
    tell: oneshot::Sender<bool>,
}

struct Mark {
    mail: Arc<Mail>,
    /// Whether it holds, and when its commit began; nothing where that failed.
    tell: oneshot::Sender<Option<(bool, Instant)>>,
}

impl<'a> Commits<'a> {
    pub fn new(app: &'a App) -> Self {
        Self { app, waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The mark before the body, when no other body is on its way. False: somebody else has the mail, or the lease passed.
    pub async fn mark(&self, mail: &Arc<Mail>) -> Result<bool> {
        let (tell, told) = oneshot::channel();
        self.waiting().marks.push_back(Mark { mail: mail.clone(), tell });
        self.write().await;
        match told.await.ok().flatten() {
            Some((_, began)) if began.elapsed() > LONGEST_GAP => Err(anyhow!("the mark before the body took too long").into()),
            Some((holds, _)) => Ok(holds),
            None => Err(anyhow!("the commit failed").into()),
        }
    }

    /// Notes how an attempt ended; where that fails together with others, alone.
    pub async fn ended(&self, mail: &Arc<Mail>, step: Step, broke: &Broke) -> Result<()> {
        let (tell, told) = oneshot::channel();
        self.waiting().ended.push(Ended { mail: mail.clone(), step, broke: broke.clone(), tell });
        self.write().await;
        if told.await != Ok(true) {
            let tx = self.app.begin().await?;
            outcome::note(self.app, &tx, mail, step, broke).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Writes what waits, but for marks that come while a body is on its way: whoever ends that one writes the next.
    async fn write(&self) {
        let _turn = self.turn.lock().await;
        loop {
            let (ended, mark) = self.next();
            if ended.is_empty() && mark.is_none() {
                return;
            }
            let began = Instant::now();
            let written = self.commit(&ended, mark.as_ref()).await.inspect_err(|error| {
                tracing::error!("what came of mails could not be written: {error:#}");
            });
            // Whoever does not wait any more does not need to know.
            for end in ended {
                let _ = end.tell.send(written.is_ok());
            }
            if let Some(mark) = mark {
                if !matches!(written, Ok(true)) {
                    self.waiting().in_body = None;
                }
                let _ = mark.tell.send(written.ok().map(|holds| (holds, began)));
            }
        }
    }

    fn next(&self) -> (Vec<Ended>, Option<Mark>) {
        let mut waiting = self.waiting();
        let ended = std::mem::take(&mut waiting.ended);
        if ended.iter().any(|end| Some(end.mail.id) == waiting.in_body) {
            waiting.in_body = None;
        }
        let mark = if waiting.in_body.is_none() { waiting.marks.pop_front() } else { None };
        if let Some(mark) = &mark {
            waiting.in_body = Some(mark.mail.id);
        }
        (ended, mark)
    }

    /// Gives whether the mark holds.
    async fn commit(&self, ended: &[Ended], mark: Option<&Mark>) -> Result<bool> {
        let tx = self.app.begin().await?;
        for end in ended {
            outcome::note(self.app, &tx, &end.mail, end.step, &end.broke).await?;
        }
        let holds = match mark {
            Some(mark) => outbox::mark_body(self.app, &tx, &mark.mail).await?,
            None => false,
        };
        tx.commit().await?;
        Ok(holds)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
