//! The frozen mail: one sender, one recipient, and the same bytes on every attempt. Pure.

use super::compose::Composed;
use crate::error::{AppError, Result};
use crate::types::Email;
use anyhow::Context;
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// Who sends, and where an answer goes.
#[derive(Clone, Debug)]
pub struct Sender {
    pub name: String,
    pub address: Email,
    pub reply_to: Email,
}

/// The letter that goes with a mail. Its name tells nothing about anybody.
#[derive(Clone)]
pub struct Attached {
    pub name: String,
    pub pdf: Vec<u8>,
}

/// What a release fixes for ever.
#[derive(Clone, PartialEq, Eq)]
pub struct Frozen {
    pub message_id: String,
    pub from_address: String,
    pub to_address: String,
    pub subject: String,
    pub mime: Vec<u8>,
}

/// Freezes a mail to exactly one address. Its id, its date and its boundary follow from what is given: nothing is random.
pub fn freeze(
    sender: &Sender,
    to: &str,
    (mail, letter): (&Composed, Option<&Attached>),
    id: Uuid,
    version: i64,
    at: DateTime<Utc>,
) -> Result<Frozen> {
    let to = Email::parse(to).map_err(|why| AppError::conflict(format!("the recipient's address cannot be used. {why}")))?;
    let message_id = format!("<{id}.{version}@{}>", sender.address.domain());
    let name = sender.name.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let body = MultiPart::alternative()
        .boundary(format!("tributary-{}", id.simple()))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let body = match letter {
        None => body,
        Some(letter) => {
            let pdf = ContentType::parse("application/pdf").context("the type of a letter")?;
            let letter = Attachment::new(letter.name.clone()).body(letter.pdf.clone(), pdf);
            MultiPart::mixed().boundary(format!("tributary-{}-letter", id.simple())).multipart(body).singlepart(letter)
        }
    };
    let builder = mail.stop.iter().flat_map(|stop| stop.headers()).fold(Message::builder(), |builder, (name, value)| {
        builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value))
    });
    let message = builder
        .from(Mailbox::new(Some(name), address(&sender.address)?))
        .reply_to(Mailbox::new(None, address(&sender.reply_to)?))
        .to(Mailbox::new(None, address(&to)?))
        .subject(mail.subject.clone())
        .message_id(Some(message_id.clone()))
        .date(at.into())
        .multipart(body)
        .context("a mail could not be put together")?;
    let mime = message.formatted();
    let (from_address, to_address) = (sender.address.to_string(), to.to_string());
    Ok(Frozen { message_id, from_address, to_address, subject: mail.subject.clone(), mime })
}

/// The same message once more, marked as a second copy. A copy of a copy is marked once.
pub fn second_copy(mime: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"X-Resent: 1\r\n";
    if mime.starts_with(MARK) { mime.to_vec() } else { [MARK, mime].concat() }
}

/// The fingerprint that a mail must still have when it leaves.
pub fn sha256(mime: &[u8]) -> Vec<u8> {
    Sha256::digest(mime).to_vec()
}

fn address(email: &Email) -> Result<Address> {
    email.as_str().parse().map_err(|_| AppError::conflict(format!("{email} is not an address that mail can go to")))
}

/// Patient data is not for logs.
impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frozen({})", self.message_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::kinds::Stop;
    use mail_parser::{HeaderName, MessageParser, MimeHeaders};

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    fn sender(name: &str) -> Sender {
        Sender { name: name.into(), address: email("reports@cedartide.example"), reply_to: email("front@cedartide.example") }
    }

    fn mail() -> Composed {
        Composed {
            what: "Progress report",
            subject: "Progress report from Cedar & Tide [ref 7F3K]".into(),
            preheader: "Nothing needed from you.".into(),
            title: "Progress report".into(),
            text: "External rotation 48° to 50°.\n.\nA lone dot.\n".into(),
            html: format!("<p>{}</p>", "external rotation 48° ".repeat(200)),
            stop: None,
        }
    }

    fn frozen(sender: &Sender, to: &str) -> Result<Frozen> {
        let at = "2026-11-23T17:05:00Z".parse().expect("an instant");
        freeze(sender, to, (&mail(), None), Uuid::from_u128(7), 2, at)
    }

    #[test]
    fn a_frozen_mail_has_one_sender_one_recipient_and_two_parts() {
        let frozen = frozen(&sender("Cedar & Tide Massage"), "p.raman@northgate.example").expect("a mail");
        let read = MessageParser::default().parse(&frozen.mime).expect("MIME");
        let addresses = |of: Option<&mail_parser::Address<'_>>| -> Vec<String> {
            of.iter().flat_map(|a| a.iter()).filter_map(|a| a.address().map(String::from)).collect()
        };
        assert_eq!(addresses(read.from()), ["reports@cedartide.example"]);
        assert_eq!(addresses(read.to()), ["p.raman@northgate.example"]);
        assert_eq!(addresses(read.reply_to()), ["front@cedartide.example"]);
        assert!(read.cc().is_none() && read.bcc().is_none());
        assert_eq!(read.from().and_then(|f| f.first()).and_then(|f| f.name()), Some("Cedar & Tide Massage"));
        assert_eq!(read.message_id(), Some("00000000-0000-0000-0000-000000000007.2@cedartide.example"));
        assert_eq!(read.date().map(|d| d.to_rfc3339()), Some("2026-11-23T17:05:00Z".into()));
        assert_eq!(read.body_text(0).as_deref(), Some(mail().text.replace('\n', "\r\n").as_str()));
        assert_eq!(read.body_html(0).as_deref(), Some(mail().html.as_str()));
        assert_eq!(read.attachment_count(), 0);
        assert!(frozen.mime.is_ascii() && frozen.mime.ends_with(b"\r\n"));
    }

    #[test]
    fn a_letter_goes_with_the_mail_under_its_own_name() {
        let letter = Attached { name: "progress-report-7F3K.pdf".into(), pdf: b"%PDF-1.7 ...".repeat(200) };
        let at = "2026-11-23T17:05:00Z".parse().expect("an instant");
        let to = "p.raman@northgate.example";
        let frozen = freeze(&sender("Cedar"), to, (&mail(), Some(&letter)), Uuid::from_u128(7), 2, at).expect("a mail");
        let read = MessageParser::default().parse(&frozen.mime).expect("MIME");
        let attached: Vec<_> = read.attachments().collect();
        let [only] = attached.as_slice() else { panic!("{} attachments", attached.len()) };
        assert_eq!((only.attachment_name(), only.contents()), (Some("progress-report-7F3K.pdf"), letter.pdf.as_slice()));
        assert_eq!(read.body_html(0).as_deref(), Some(mail().html.as_str()));
        assert!(frozen.mime.is_ascii());
    }

    #[test]
    fn who_wants_no_more_letters_says_so_with_one_click_of_their_mail_program() {
        let head = |url: Option<&str>| {
            let stop = Stop { url: url.map(String::from), by_mail: Some("mailto:front@cedartide.example?subject=stop%207F3K".into()) };
            let mail = Composed { stop: Some(stop), ..mail() };
            let at = "2026-11-23T17:05:00Z".parse().expect("an instant");
            let frozen = freeze(&sender("Cedar"), "a@b.example", (&mail, None), Uuid::from_u128(7), 1, at).expect("a mail");
            let read = MessageParser::default().parse(&frozen.mime).expect("MIME");
            let said = |name: &str| read.header_raw(name).map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "));
            (said("List-Unsubscribe"), said("List-Unsubscribe-Post"))
        };
        let mailto = "<mailto:front@cedartide.example?subject=stop%207F3K>";
        let url = "https://reports.cedartide.example/stop/abc";
        assert_eq!(head(Some(url)), (Some(format!("<{url}>, {mailto}")), Some("List-Unsubscribe=One-Click".into())));
        assert_eq!(head(Some("http://127.0.0.1:8080/stop/abc")).1, None, "one click needs HTTPS [RFC 8058]");
        assert_eq!(head(None), (Some(mailto.into()), None));
        let report = frozen(&sender("Cedar"), "a@b.example").expect("a mail");
        assert!(!String::from_utf8_lossy(&report.mime).contains("List-Unsubscribe"), "a report about a patient is no such letter");
    }

    #[test]
    fn the_same_release_freezes_the_same_bytes() {
        let one = || frozen(&sender("Cedar"), "p.raman@northgate.example").expect("a mail");
        assert!(one() == one());
    }

    #[test]
    fn an_address_that_would_add_a_header_or_a_recipient_is_refused() {
        for to in ["a@b.example\r\nBcc: x@y.example", "a@b.example, x@y.example", "a@b.example\n", "", "a@b", "<a@b.example>"] {
            let error = frozen(&sender("Cedar"), to).expect_err("refused");
            assert!(error.to_string().contains("recipient's address"), "{to:?}: {error}");
        }
    }

    #[test]
    fn a_name_cannot_add_a_header() {
        let frozen = frozen(&sender("Cedar\r\nBcc: x@y.example"), "a@b.example").expect("a mail");
        let read = MessageParser::default().parse(&frozen.mime).expect("MIME");
        assert!(read.bcc().is_none() && read.header(HeaderName::Bcc).is_none());
        assert_eq!(read.to().and_then(|t| t.first()).and_then(|t| t.address()), Some("a@b.example"));
    }

    #[test]
    fn a_second_copy_is_the_same_message_with_a_mark() {
        let first = frozen(&sender("Cedar"), "a@b.example").expect("a mail").mime;
        let second = second_copy(&first);
        assert!(second.ends_with(&first) && second.starts_with(b"X-Resent: 1\r\n"));
        assert_eq!(second_copy(&second), second);
        let id = |mime: &[u8]| MessageParser::default().parse(mime).and_then(|m| m.message_id().map(String::from));
        assert_eq!(id(&first), id(&second));
    }
}
