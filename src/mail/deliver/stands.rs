//! How the mail stands, in numbers.

use crate::app::App;
use crate::error::Result;
use crate::mail::outbox_state::OutboxState;
use crate::mail::{outbox, pause};
use serde::Serialize;

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
