//! The loop beside the pages: deliver the outbox, and once a day clear away what is over. Several processes may run it against one PostgreSQL; an SQLite file has one.

use crate::app::App;
use crate::error::Result;
use crate::{auth, mail, work};
use tokio::sync::watch;

/// Runs until it is told to stop; the mail in hand it finishes.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut tidied = None;
    while !*stop.borrow() {
        if tidied != Some(app.today()) {
            match tidy(&app).await {
                Ok(()) => tidied = Some(app.today()),
                Err(error) => tracing::error!("clearing away what is over: {error}"),
            }
        }
        if let Err(error) = deliver(&app, &stop).await {
            tracing::error!("delivering mail: {error}");
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(app.config.waits.poll) => {}
        }
    }
}

/// Clears away what nobody asks for any more.
pub async fn tidy(app: &App) -> Result<()> {
    auth::clear_old_sessions(app).await?;
    work::forget_once_keys(app).await
}

async fn deliver(app: &App, stop: &watch::Receiver<bool>) -> Result<()> {
    mail::deliver::recover(app).await?;
    while !*stop.borrow() && mail::deliver::next_due(app).await? {}
    Ok(())
}
