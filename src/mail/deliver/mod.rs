//! Takes due mails out: claim, look once more, carry, note what came of it. No transaction stays open while talking to a mail server.

mod commits;
mod hand;
mod outcome;
mod recover;
mod round;
mod stands;

pub use outcome::told;
pub use recover::recover;
pub use stands::{Stands, stands};

use super::verdict::backoff;
use crate::app::App;
use crate::error::Result;
use crate::types::day::span;
use chrono::TimeDelta;

/// Delivers until nothing more may go now; tells how many attempts were made.
pub async fn all_due(app: &App) -> Result<usize> {
    until(app, || false).await
}

/// The same, and ends before when it is told to stop.
pub async fn until(app: &App, stopped: impl Fn() -> bool + Sync) -> Result<usize> {
    recover(app).await?;
    let attempts = round::Round::new(app, &stopped).run().await?;
    recover::give_up_behind_a_stop(app).await?;
    Ok(attempts)
}

fn give_up(app: &App) -> TimeDelta {
    span(app.config.waits.give_up)
}

/// The wait before a mail is tried once more.
fn wait_after(app: &App, attempts: i64) -> TimeDelta {
    span(backoff(attempts, &app.config.waits.backoff, rand::random::<u32>() % 1_001))
}
