//! The loop beside the pages: deliver the outbox. Several processes may run it against one PostgreSQL; an SQLite file has one.

use crate::app::App;
use crate::error::Result;
use crate::mail;
use tokio::sync::watch;

/// Runs until it is told to stop; the mail in hand it finishes.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = deliver(&app, &stop).await {
            tracing::error!("delivering mail: {error}");
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(app.config.waits.poll) => {}
        }
    }
}

async fn deliver(app: &App, stop: &watch::Receiver<bool>) -> Result<()> {
    mail::deliver::recover(app).await?;
    while !*stop.borrow() && mail::deliver::next_due(app).await? {}
    Ok(())
}
