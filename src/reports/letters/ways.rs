//! How a report gets into the queue: as a mail, as a link to what waits, as a fax, or as a page that a person sends. Whichever way, it is the
//! letter as it was looked at.

use super::inspect::{Inspected, fax_address};
use super::print;
use crate::app::new_public_id;
use crate::entity::outbox::Model as Mail;
use crate::entity::report::Model as Report;
use crate::error::{AppError, Result};
use crate::mail::compose::{Composed, compose};
use crate::mail::kinds::FaxCover;
use crate::mail::outbox_state::MailChannel;
use crate::mail::{self, Attached, Frozen, NewMail, Sender, freeze};
use crate::reports::links;
use crate::work::Work;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Puts it into the queue: the first time (0), or once more because a person says so.
pub async fn send(work: &Work<'_>, report: &Report, looked: &Inspected, way: MailChannel, resend_no: i64) -> Result<()> {
    let sending = Sending { work, report, looked, resend_no, id: new_public_id(work.now) };
    match way {
        MailChannel::Email => sending.mailed().await,
        MailChannel::Link | MailChannel::Code => sending.linked().await,
        MailChannel::Fax => sending.faxed().await,
        MailChannel::Paper => sending.printed().await,
    }
}

/// What makes a message the same one, whoever asks for it again.
pub fn idempotency_key(report: &Report, way: MailChannel, to: &str, resend_no: i64) -> String {
    let subject = format!("{}|{}|{}|{way}|{to}|{}|{resend_no}", report.kind, report.identity, report.provider_id, report.version_no);
    hex::encode(Sha256::digest(subject))
}

/// One sending, and what all ways of it share.
struct Sending<'a> {
    work: &'a Work<'a>,
    report: &'a Report,
    looked: &'a Inspected,
    resend_no: i64,
    id: Uuid,
}

impl Sending<'_> {
    fn cannot() -> AppError {
        AppError::conflict("this report cannot be sent")
    }

    fn mail(&self) -> Result<&Composed> {
        self.looked.mail.as_ref().ok_or_else(Self::cannot)
    }

    fn sender(&self) -> Result<&Sender> {
        self.looked.sender.as_ref().ok_or_else(Self::cannot)
    }

    fn address(&self) -> Result<&str> {
        self.looked.address.as_ref().map(|a| a.address.as_str()).ok_or_else(Self::cannot)
    }

    /// With the page of the same content.
    async fn mailed(&self) -> Result<()> {
        let (mail, to) = (self.mail()?, self.address()?);
        let letter = print::attached(self.work.app, &self.looked.letter).await?;
        let frozen = freeze(self.sender()?, to, (mail, letter.as_ref()), self.id, self.report.version_no, self.work.now)?;
        self.queued(MailChannel::Email, to, frozen).await.map(|_| ())
    }

    /// A mail that says only that something waits. What waits is the letter.
    async fn linked(&self) -> Result<()> {
        let to = self.address()?;
        let (frozen, link) = links::write(self.work, &self.looked.letter, (self.sender()?, to), self.report.provider_id, self.id).await?;
        let queued = self.queued(MailChannel::Link, to, frozen).await?;
        links::keep(self.work, self.report.id, queued.id, link).await
    }

    /// A cover that tells about nobody, and the page.
    async fn faxed(&self) -> Result<()> {
        let places = &self.looked.places;
        let (number, to) = places.fax.clone().zip(fax_address(self.work.app, places)).ok_or_else(Self::cannot)?;
        let letter = &self.looked.letter;
        let (pdf, pages) = print::drawn(letter).await?;
        let cover = compose(&FaxCover { head: letter.mail().head().clone(), number, pages: i64::try_from(pages).unwrap_or(1) })?;
        let page = Attached { name: print::file_name(letter), pdf };
        let frozen = freeze(self.sender()?, &to, (&cover, Some(&page)), self.id, self.report.version_no, self.work.now)?;
        self.queued(MailChannel::Fax, &to, frozen).await.map(|_| ())
    }

    /// The page alone, for a person to print and send. It is never mailed as well.
    async fn printed(&self) -> Result<()> {
        let places = [self.looked.places.post.as_deref(), self.looked.places.fax.as_deref()];
        let frozen = Frozen {
            message_id: format!("<{}.{}@paper>", self.id, self.report.version_no),
            from_address: String::new(),
            to_address: places.into_iter().flatten().next().unwrap_or("on paper").into(),
            subject: self.mail()?.subject.clone(),
            mime: print::to_print(&self.looked.letter).await?,
        };
        // Wherever it goes, it is one.
        self.queued(MailChannel::Paper, "", frozen).await.map(|_| ())
    }

    async fn queued(&self, channel: MailChannel, to: &str, frozen: Frozen) -> Result<Mail> {
        // What a person orders once more, or sends by hand, waits for nobody to take it back.
        let undo = if self.resend_no == 0 && channel.is_mailed() { self.work.app.config.undo_minutes } else { 0 };
        let new = NewMail {
            id: self.id,
            channel,
            report_id: Some(self.report.id),
            provider_id: self.report.provider_id,
            what: self.mail()?.what,
            idempotency_key: idempotency_key(self.report, channel, to, self.resend_no),
            frozen,
            patient_ids: &self.looked.patient_ids,
            resend_no: self.resend_no,
            next_at: self.work.now + TimeDelta::minutes(undo),
        };
        mail::enqueue(self.work, new).await
    }
}
