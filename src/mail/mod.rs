//! Mail: what is sent, how it is composed, the outbox that it waits in, and the way it leaves.

mod aside;
pub mod bounce;
pub mod check;
pub mod compose;
pub mod deliver;
mod dkim;
pub mod kinds;
pub mod message;
pub mod outbox;
mod paper;
pub mod pause;
pub mod read;
pub mod recipient;
pub mod templates;
pub mod throttle;
pub mod transport;
mod typeset;
pub mod verdict;

pub use aside::{Tried, to_ourselves};
pub use bounce::store::events_of;
pub use message::{Attached, Frozen, Sender, freeze, second_copy, sha256};
pub use model::mail::outbox_state;
pub use outbox::{
    NewMail, Standing, attempts_of, disclose_view, find, insert as enqueue, let_go, may_have_left, mime, move_by_hand, of_report,
    patients_of, sent_by_hand, standings, stop_waiting, went_to,
};
pub use paper::{Head, Paper, place, print, print_page};
pub use pause::store::pause as paused;
pub use read::{Read, attached_pdf, read};
pub use recipient::store::{is_suppressed, lift_suppression, objection, suppress, wants_no_letters, without_letters};
pub use recipient::{Stream, is_long_ago};
pub use transport::is_of_folder;

use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::error::{AppError, Result};

/// A person mended what the relay complained about: mail is tried at once.
pub async fn resume(app: &App, by: &Actor) -> Result<()> {
    by.only_who_releases()?;
    let work = app.work(by).await?;
    let Some(held) = pause::store::pause(&work.tx).await? else {
        return Err(AppError::conflict("mail is not paused"));
    };
    pause::store::end_pause(&work.tx, work.now, by.user_id()).await?;
    work.note(Entry::of("resumed", "mail", held.id)).await?;
    work.commit().await
}
