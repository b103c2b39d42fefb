//! What nobody has in hand any more, and what waited too long.

use super::{give_up, wait_after};
use crate::app::App;
use crate::error::Result;
use crate::mail::outbox_state::OutboxState;
use crate::mail::transport::FOUND_IN_FOLDER;
use crate::mail::verdict::Step;
use crate::mail::{outbox, pause};

/// Looks after what a worker that died left in hand.
pub async fn recover(app: &App) -> Result<()> {
    // What ends the program each time must not be tried at once, nor for ever.
    for left in outbox::abandoned_claims(app, &app.db).await? {
        let next_at =
            (app.now() - left.let_go_at.unwrap_or(left.approved_at) < give_up(app)).then(|| app.now() + wait_after(app, left.attempts));
        outbox::let_back(&app.db, &left, next_at).await?;
    }
    for mail in outbox::stuck_in_body(app, &app.db).await? {
        let tx = app.begin().await?;
        let arrived = app.post.has_arrived(mail.public_id);
        let (to, words) = if arrived {
            (OutboxState::Sent, FOUND_IN_FOLDER)
        } else {
            (OutboxState::Unknown, "the program ended while the message was going out")
        };
        if outbox::move_by_hand(&tx, &mail, to, words, arrived.then_some(mail.phase_at)).await? {
            outbox::note_attempt(app, &tx, &mail, if arrived { Step::Done } else { Step::Body }, None).await?;
            outbox::disclose(&tx, &mail, mail.phase_at).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// While the relay refuses us as a whole, mails are not tried; a stop that lasts is given up all the same, and a person told.
pub async fn give_up_behind_a_stop(app: &App) -> Result<()> {
    let (now, since) = (app.now(), app.now() - give_up(app));
    let Some(stop) = pause::store::pause(&app.db).await?.filter(|stop| stop.until_at > now && stop.since_at <= since) else {
        return Ok(());
    };
    let words = format!("given up: the mail server takes none of our mail. {}", stop.words);
    outbox::expire_waiting(&app.db, since, now, &words).await?;
    Ok(())
}
