//! Who wants no more letters about us says so with one click, without an account, and it holds at once: also for what waits to go.
//! Reports about patients are another matter, and go on.

pub mod pages;
mod token;

use super::letters::inspect::sender;
use super::letters::store as letters;
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth;
use crate::entity::report::Model as Report;
use crate::error::{AppError, Result};
use crate::mail::kinds::Stop;
use crate::mail::outbox_state::MailChannel;
use crate::mail::{self, Stream};
use crate::network;
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

/// Why such an address gets no letters about us, on the doctor's page.
const SAID_SO: &str = "they said at the link of our letter that they want no more";

/// What a letter about us says of it: a page where we have a public address, and a mail to us.
pub async fn way(app: &App, db: &impl ConnectionTrait, report: &Report) -> Result<Stop> {
    let url = match &app.config.public_url {
        Some(base) => Some(format!("{base}/stop/{}", token::written(report.public_id, &key(db).await?))),
        None => None,
    };
    let by_mail = sender(app, db).await?.map(|s| format!("mailto:{}?subject=stop%20{}", s.reply_to, report.reference));
    Ok(Stop { url, by_mail })
}

/// The key of the tokens, the same for every process that serves this database.
async fn key(db: &impl ConnectionTrait) -> Result<Vec<u8>> {
    auth::secret(db, "stops").await
}

async fn letter_of(db: &impl ConnectionTrait, token: &str) -> Result<Report> {
    let no_such = || AppError::NotFound("letter");
    let id = token::read(token, &key(db).await?).ok_or_else(no_such)?;
    letters::find(db, id).await?.ok_or_else(no_such)
}

/// Whether the link is one of ours. Looking stops nothing: mail scanners look.
pub async fn look(app: &App, token: &str) -> Result<()> {
    letter_of(&app.db, token).await.map(|_| ())
}

/// No more letters about us to where this one went. Said again, it is the same.
pub async fn stop(app: &App, token: &str) -> Result<()> {
    let letter = letter_of(&app.db, token).await?;
    let provider = network::provider_row(&app.db, letter.provider_id).await?;
    let by = Actor::reader(format!("{} (link)", network::view::named(&provider).spoken()));
    let work = app.work(&by).await?;
    let mails = mail::of_report(&work.tx, letter.id).await?;
    let went_to: BTreeSet<String> = mails.into_iter().filter(|m| m.channel == MailChannel::Email).map(|m| m.to_address).collect();
    for address in &went_to {
        mail::suppress(&work.tx, address, Stream::Outreach, SAID_SO, work.now).await?;
    }
    if !went_to.is_empty() {
        work.note(Entry::of("stopped_letters", "provider", provider.id).named(provider.public_id)).await?;
    }
    work.commit().await
}
