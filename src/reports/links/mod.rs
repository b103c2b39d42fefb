//! Reports behind a link: for doctors who want no patient's name in a mailbox, and for addresses that nobody has checked. The mail says
//! nothing about anybody. The link in it opens with a one-time code from the same mailbox, at first also with digits that a person tells by
//! phone, for a while, a few times, and until somebody closes it. Each look is a disclosure.

pub mod pages;
mod store;
pub mod view;
pub mod visit;

pub use model::reports::links::link;
pub use store::{end_of_mail, end_of_report};

use super::letters::letter::Letter;
use super::mails;
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth;
use crate::db;
use crate::entity::{link_reader, outbox, report_link};
use crate::error::{AppError, Result};
use crate::mail::compose::compose;
use crate::mail::kinds::WaitingNotice;
use crate::mail::{Frozen, Sender, freeze};
use crate::types::Text;
use crate::work::Work;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Set};
use url::Url;
use uuid::Uuid;

/// What a link in the making opens to.
pub struct NewLink {
    token_hash: Vec<u8>,
    reader_id: i64,
}

/// Writes the mail of a link. Its token stands in it and nowhere else.
pub async fn write(
    work: &Work<'_>,
    letter: &Letter,
    (sender, to): (&Sender, &str),
    provider_id: i64,
    id: Uuid,
) -> Result<(Frozen, NewLink)> {
    let base = work.app.config.public_url.as_deref().ok_or_else(|| AppError::conflict(NO_PUBLIC_URL))?;
    let reader = reader(work, provider_id, to).await?;
    let token = auth::random_token();
    let notice = WaitingNotice {
        head: letter.mail().head().clone(),
        needs_answer: letter.asks(),
        link: format!("{base}/r/{token}"),
        link_host: Url::parse(base).ok().and_then(|url| url.host_str().map(String::from)).unwrap_or_default(),
        expires_on: work.app.clock.day_of(work.now + TimeDelta::days(link::OPENS_DAYS)),
        asks_digits: reader.proven_at.is_none(),
    };
    let frozen = freeze(sender, to, (&compose(&notice)?, None), id, 1, work.now)?;
    Ok((frozen, NewLink { token_hash: auth::token_hash(&token), reader_id: reader.id }))
}

/// Why no link can be sent.
pub const NO_PUBLIC_URL: &str = "No public address is set, so nobody outside can open a link (TRIBUTARY_PUBLIC_URL)";

/// What opens a mail's link, once the mail waits to go. What was sent of the same report before opens no more.
pub async fn keep(work: &Work<'_>, report_id: i64, outbox_id: i64, new: NewLink) -> Result<()> {
    end_of_report(work, report_id, "a newer link was sent").await?;
    let row = report_link::ActiveModel {
        report_id: Set(report_id),
        outbox_id: Set(outbox_id),
        reader_id: Set(new.reader_id),
        token_hash: Set(new.token_hash),
        views: Set(0),
        tries: Set(0),
        made_at: Set(work.now),
        expires_at: Set(work.now + TimeDelta::days(link::OPENS_DAYS)),
        ..Default::default()
    };
    work.insert(row).await.map(|_| ())
}

/// Who opens links at an address. Of a new one nobody knows whose mailbox it is: digits are made, to be told by phone.
async fn reader(work: &Work<'_>, provider_id: i64, address: &str) -> Result<link_reader::Model> {
    if let Some(known) = store::reader(&work.tx, provider_id, address).await? {
        return Ok(known);
    }
    let row = link_reader::ActiveModel {
        provider_id: Set(provider_id),
        address: Set(address.into()),
        digits: Set(new_digits()),
        made_at: Set(work.now),
        ..Default::default()
    };
    work.insert(row).await
}

/// Six digits that can be read out over the phone.
fn new_digits() -> String {
    format!("{:06}", rand::random_range(0..1_000_000_u32))
}

/// A report went to the wrong person at an address: its links close, no device there is trusted any more, and whoever opens the next one is
/// asked for new digits.
pub async fn distrust(work: &Work<'_>, address: &str) -> Result<()> {
    for reader in store::readers_at(&work.tx, address).await? {
        store::end_of_reader(work, reader.id, "it went to the wrong person").await?;
        store::forget(&work.tx, reader.id, new_digits()).await?;
    }
    Ok(())
}

/// A person closes a link: it opens nothing more from this moment.
pub async fn close(app: &App, by: &Actor, mail_id: &str, why: &Text) -> Result<mails::view::MailShown> {
    let work = app.work(by).await?;
    let mail = mails::find(&work.tx, by, mail_id).await?;
    by.only_who_releases()?;
    let why = why.some().unwrap_or_else(|| "closed by a person".into());
    let nothing = || AppError::conflict("there is no link in this mail");
    let standing = store::of_mails(&work.tx, vec![mail.id]).await?.remove(&mail.id).ok_or_else(nothing)?;
    if standing.ended_at.is_some() {
        return Err(AppError::conflict("this link is closed already"));
    }
    end_of_mail(&work, mail.id, &why).await?;
    work.note(Entry::of("closed_link", "mail", mail.id).named(mail.public_id)).await?;
    let shown = mails::view::mail(app, &work.tx, by, &mail).await?;
    work.commit().await?;
    Ok(shown)
}

/// The mail that a link came by.
async fn mail_of(db: &impl ConnectionTrait, link: &report_link::Model) -> Result<outbox::Model> {
    db::by_id::<outbox::Entity>(db, Some(link.outbox_id)).await?.ok_or(AppError::NotFound("link"))
}
