//! The loops beside the pages: deliver the outbox and once a day clear away what is over; begin the letters of the day, and tell people
//! what needs them; look into the folders of clearinghouses, and into that of mail that came back. Several processes may run them against
//! one PostgreSQL; an SQLite file has one.

use crate::app::{Actor, App};
use crate::due_work::{self, Due};
use crate::error::Result;
use crate::inbox::Watch;
use crate::{auth, exchange, mail, reports, today, work};
use chrono::NaiveTime;
use std::time::Duration;
use tokio::sync::watch;

/// Folders may be mounts of somebody else's server: they are not asked more often.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Runs until it is told to stop; the mail in hand and the look at a folder it finishes.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    // Side by side: a folder that does not answer holds no mail up.
    tokio::join!(
        deliver_mail(app.clone(), stop.clone()),
        watch_folders(app.clone(), stop.clone(), LOOK_EVERY),
        watch_bounces(app.clone(), stop.clone(), LOOK_EVERY),
        draft_letters(app.clone(), stop.clone(), LOOK_EVERY),
        tell_in_the_morning(app, stop.clone(), LOOK_EVERY),
        crate::memory::tend(stop)
    );
}

/// Waits for the next look, or until it is told to stop.
async fn rest(stop: &mut watch::Receiver<bool>, every: Duration) {
    tokio::select! {
        _ = stop.changed() => {}
        () = tokio::time::sleep(every) => {}
    }
}

/// Letters are begun at this hour of the day, before the practice opens [domain 2.15].
const LETTERS_AT: u32 = 6;

/// Once a day begins the letters that are due, and once a month mails its figures to the owners. Letters are drafts: a person reads each,
/// and lets it go or not. What failed is tried again after a while.
pub async fn draft_letters(app: App, mut stop: watch::Receiver<bool>, every: Duration) {
    while app.config.draft_letters && !*stop.borrow() {
        let six = NaiveTime::from_hms_opt(LETTERS_AT, 0, 0).unwrap_or_default();
        let due = |kind| Due { kind, key: app.today().to_string(), at: app.clock.at(app.today(), six) };
        let by = Actor::job();
        match due_work::once(&app, &due("letters"), || reports::letters::due::draft(&app, &by)).await {
            Ok(None) => {}
            Ok(Some(done)) => {
                tracing::info!(drafted = done.drafted, released = done.released, left = done.left.len(), "letters that were due")
            }
            Err(error) => tracing::error!("beginning the letters that are due: {error}"),
        }
        match due_work::once(&app, &due("owners_month"), || reports::owner::mail_due(&app)).await {
            Ok(None | Some(0)) => {}
            Ok(Some(mailed)) => tracing::info!(mailed, "the month, to its owners"),
            Err(error) => tracing::error!("mailing the month to its owners: {error}"),
        }
        rest(&mut stop, every).await;
    }
}

/// Tells people in the morning what needs them. Who could not be reached is tried again after a while.
pub async fn tell_in_the_morning(app: App, mut stop: watch::Receiver<bool>, every: Duration) {
    while !*stop.borrow() {
        match today::morning::tell(&app).await {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "what needs whom this morning"),
            Err(error) => tracing::error!("telling people what needs them: {error}"),
        }
        rest(&mut stop, every).await;
    }
}

/// Looks again and again into the folder that undelivered mail comes back to, where there is one.
pub async fn watch_bounces(app: App, mut stop: watch::Receiver<bool>, every: Duration) {
    let (by, mut watch) = (Actor::job(), Watch::default());
    while app.config.mail_bounces.is_some() && !*stop.borrow() {
        match mail::bounce::folder::look(&app, &by, &mut watch).await {
            Ok(look) if look.taken + look.unread > 0 => {
                tracing::info!(taken = look.taken, proven = look.proven, unread = look.unread, "mail came back");
            }
            Ok(_) => {}
            Err(error) => tracing::error!("looking for mail that came back: {error}"),
        }
        rest(&mut stop, every).await;
    }
}

/// Looks into the folders of clearinghouses again and again.
pub async fn watch_folders(app: App, mut stop: watch::Receiver<bool>, every: Duration) {
    let (by, mut watch) = (Actor::job(), Watch::default());
    while !*stop.borrow() {
        match exchange::look(&app, &by, &mut watch).await {
            Ok(round) if round.is_eventful() => tracing::info!("files of clearinghouses: {}", round.counted()),
            Ok(_) => {}
            Err(error) => tracing::error!("looking into the folders of clearinghouses: {error}"),
        }
        rest(&mut stop, every).await;
    }
}

/// Delivers mail again and again, and once a day clears away what is over.
pub async fn deliver_mail(app: App, mut stop: watch::Receiver<bool>) {
    let mut tidied = None;
    while !*stop.borrow() {
        if tidied != Some(app.today()) {
            match tidy(&app).await {
                Ok(()) => tidied = Some(app.today()),
                Err(error) => tracing::error!("clearing away what is over: {error}"),
            }
        }
        if let Err(error) = mail::deliver::until(&app, || *stop.borrow()).await {
            tracing::error!("delivering mail: {error}");
        }
        rest(&mut stop, app.config.waits.poll).await;
    }
}

/// Clears away what nobody asks for any more.
pub async fn tidy(app: &App) -> Result<()> {
    auth::clear_old_sessions(app).await?;
    work::forget_once_keys(app).await?;
    due_work::forget_done(app).await
}
