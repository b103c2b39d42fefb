//! The loop beside the pages: deliver the outbox, draft what is due.

use crate::app::App;
use tokio::sync::watch;

/// Runs until it is told to stop; what it has in hand it finishes.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(app.config.waits.poll) => {}
        }
    }
}
