//! Reads what comes back: delivery notices [RFC 3464], complaints [RFC 5965], and the many ways in which servers say it in prose. What a
//! notice says decides what kind it is; which mail it is about only the token says that we put into the envelope. Pure.

use super::token::{self, Token};
use mail_parser::{Message, MessageParser, MimeHeaders};

/// A notice is short; what is longer brings our own letter back, and of that the head is enough.
pub const LONGEST: usize = 2 * 1024 * 1024;

crate::words! {
    /// What a message that came back says.
    pub enum NoticeKind {
        /// The mailbox does not exist.
        Hard = "hard", "No such mailbox";
        /// Full, or not reached for days.
        Soft = "soft", "Not for the moment";
        /// Turned away for another reason: size, policy, content.
        Refused = "refused", "Turned away";
        /// The other side still tries.
        Delayed = "delayed", "Still on its way";
        Delivered = "delivered", "Delivered";
        Complaint = "complaint", "Complained about";
        /// A holiday notice, a receipt.
        AutoReply = "auto_reply", "Automatic answer";
        Other = "other", "Something else";
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    /// Whatever looks like one of our tokens; who knows the key says which is one.
    pub tokens: Vec<Token>,
    /// `5.1.1`
    pub status: Option<String>,
    /// What their server said.
    pub words: String,
}

/// Reads a message that came back; none where it is no message at all.
pub fn read(raw: &[u8]) -> Option<Notice> {
    let raw = raw.get(..LONGEST).unwrap_or(raw);
    let message = MessageParser::default().parse(raw)?;
    if message.headers().is_empty() {
        return None;
    }
    let parts = decoded_parts(&message);
    let mut tokens = token::found_in(raw);
    parts.iter().for_each(|p| tokens.extend(token::found_in(p.text.as_bytes())));
    tokens.sort();
    tokens.dedup();
    let said = judged(&message, &parts);
    Some(Notice { kind: said.kind, tokens, status: said.status, words: said.words })
}

/// A part and its type in lower case: `message/delivery-status`.
struct Part {
    kind: String,
    text: String,
}

fn decoded_parts(message: &Message<'_>) -> Vec<Part> {
    const MOST: usize = 50;
    let one = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().map(|c| format!("{}/{}", c.ctype(), c.subtype().unwrap_or_default()).to_ascii_lowercase());
        Part { kind: kind.unwrap_or("text/plain".into()), text: String::from_utf8_lossy(part.contents()).into_owned() }
    };
    message.parts.iter().take(MOST).map(one).collect()
}

fn part<'a>(parts: &'a [Part], kind: &str) -> Option<&'a Part> {
    parts.iter().find(|p| p.kind == kind)
}

struct Said {
    kind: NoticeKind,
    status: Option<String>,
    words: String,
}

impl Said {
    fn plain(kind: NoticeKind) -> Self {
        Self { kind, status: None, words: String::new() }
    }
}

fn judged(message: &Message<'_>, parts: &[Part]) -> Said {
    if let Some(status) = part(parts, "message/delivery-status").or(part(parts, "message/global-delivery-status")) {
        return of_delivery_status(&status.text);
    }
    if let Some(report) = part(parts, "message/feedback-report") {
        return of_feedback(&report.text);
    }
    if part(parts, "message/disposition-notification").is_some() || is_automatic(message) {
        return Said::plain(NoticeKind::AutoReply);
    }
    if is_from_a_server(message) { of_prose(&prose(parts)) } else { Said::plain(NoticeKind::Other) }
}

/// The machine-readable part: fields about the message, then about each recipient. A mail of ours has one; where a list took it, the first
/// that is named counts.
fn of_delivery_status(text: &str) -> Said {
    let Some(action) = field(text, "Action").map(|a| a.to_ascii_lowercase()) else { return of_prose(text) };
    let words = field(text, "Diagnostic-Code").unwrap_or_default();
    let words = words.split_once(';').filter(|(kind, _)| !kind.contains(' ')).map_or(words.as_str(), |(_, said)| said).trim().to_string();
    let status = field(text, "Status").map(|s| s.split([' ', '(']).next().unwrap_or_default().to_string());
    // "5.0.0" says nothing: what the other server said says more.
    let status = match status.filter(|s| is_status(s)) {
        Some(status) if status.ends_with(".0.0") => enhanced(&words).or(Some(status)),
        Some(status) => Some(status),
        None => enhanced(&words),
    };
    let kind = match action.split_whitespace().next().unwrap_or_default() {
        "failed" => of_status(status.as_deref(), &words),
        "delayed" => NoticeKind::Delayed,
        "delivered" | "relayed" | "expanded" => NoticeKind::Delivered,
        _ => NoticeKind::Other,
    };
    Said { kind, status, words }
}

/// What a failure with such a status means [email-delivery.md 3.6].
fn of_status(status: Option<&str>, words: &str) -> NoticeKind {
    match status {
        Some(s) if s.starts_with("5.1.") || s == "5.2.1" => NoticeKind::Hard,
        Some("5.2.2") => NoticeKind::Soft,
        Some(s) if s.starts_with("4.") => NoticeKind::Soft,
        Some(s) if !s.ends_with(".0.0") => NoticeKind::Refused,
        _ => of_words(words),
    }
}

fn of_words(words: &str) -> NoticeKind {
    let words = words.to_ascii_lowercase();
    let says = |all: &[&str]| all.iter().any(|w| words.contains(w));
    if says(&["mailbox full", "mailbox is full", "over quota", "quota exceeded", "insufficient storage"]) {
        NoticeKind::Soft
    } else if says(&[
        "no such user",
        "user unknown",
        "unknown user",
        "does not exist",
        "doesn't exist",
        "recipient not found",
        "no mailbox",
        "invalid recipient",
        "address couldn't be found",
        "address not found",
        "mailbox unavailable",
        "account has been disabled",
        "account is disabled",
        "not a valid recipient",
        "wasn't found at",
    ]) {
        NoticeKind::Hard
    } else {
        NoticeKind::Refused
    }
}

fn of_feedback(text: &str) -> Said {
    let kind = field(text, "Feedback-Type").unwrap_or_default().to_ascii_lowercase();
    let complaint = ["abuse", "fraud", "virus", "other", "opt-out"].contains(&kind.as_str());
    Said { kind: if complaint { NoticeKind::Complaint } else { NoticeKind::Other }, status: None, words: kind }
}

/// Without a machine-readable part: an enhanced code, else the usual sentences.
fn of_prose(text: &str) -> Said {
    let status = enhanced(text);
    let line = status.as_deref().and_then(|s| text.lines().find(|l| l.contains(s))).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    let delayed =
        ["will continue to try", "still trying", "delivery delayed", "has been delayed", "not yet been delivered", "will be retried"];
    let kind = match status.as_deref() {
        _ if delayed.iter().any(|w| lower.contains(w)) => NoticeKind::Delayed,
        Some(status) => of_status(Some(status), text),
        None => of_words(text),
    };
    Said { kind, status, words: line.trim().to_string() }
}

fn prose(parts: &[Part]) -> String {
    let shown = parts.iter().filter(|p| p.kind.starts_with("text/") && p.kind != "text/rfc822-headers");
    shown.map(|p| p.text.chars().take(20_000).collect::<String>()).collect::<Vec<_>>().join("\n")
}

fn header(message: &Message<'_>, name: &str) -> String {
    let raw = message.raw_message();
    let head = raw.get(..message.root_part().offset_body as usize).unwrap_or(raw);
    field(&String::from_utf8_lossy(head), name).unwrap_or_default().to_ascii_lowercase()
}

fn is_automatic(message: &Message<'_>) -> bool {
    let submitted = header(message, "Auto-Submitted");
    let subject = message.subject().unwrap_or_default().to_ascii_lowercase();
    let by_subject = ["out of office", "automatic reply", "auto reply", "autoreply", "auto:", "vacation"];
    (submitted.starts_with("auto-replied"))
        || !header(message, "X-Autoreply").is_empty()
        || !header(message, "X-Autorespond").is_empty()
        || ["auto_reply", "auto-reply"].contains(&header(message, "Precedence").as_str())
        || by_subject.iter().any(|w| subject.starts_with(w))
}

/// Whether a server wrote it, and no person.
fn is_from_a_server(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|f| f.first()).and_then(|f| f.address()).unwrap_or_default().to_ascii_lowercase();
    let local = from.split('@').next().unwrap_or_default();
    let subject = message.subject().unwrap_or_default().to_ascii_lowercase();
    let by_subject = [
        "undeliver",
        "delivery status notification",
        "failure notice",
        "mail delivery",
        "returned mail",
        "delivery failure",
        "warning: could not send",
    ];
    ["mailer-daemon", "postmaster", "mail-daemon", "microsoftexchange", "bounce", "bounces"].iter().any(|w| local.starts_with(w))
        || header(message, "Return-Path") == "<>"
        || by_subject.iter().any(|w| subject.starts_with(w))
}

/// A field of a head, its continued lines with it.
fn field(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines();
    let first = lines.by_ref().find_map(|l| {
        let (found, value) = l.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_string())
    })?;
    let rest = lines.take_while(|l| l.starts_with([' ', '\t'])).map(str::trim);
    let whole = std::iter::once(first.as_str()).chain(rest).collect::<Vec<_>>().join(" ");
    Some(whole.trim().to_string()).filter(|v| !v.is_empty())
}

fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3
        && ["2", "4", "5"].contains(&parts[0])
        && parts[1..].iter().all(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
}

/// The first `5.1.1` in a text that is no address of a machine.
fn enhanced(text: &str) -> Option<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words.map(|w| w.trim_matches('.')).find(|w| (w.starts_with('4') || w.starts_with('5')) && is_status(w)).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dsn(action: &str, status: &str, diagnostic: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: bounce+x@willow.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\nMIME-Version: 1.0\r\n\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; p.raman@northgate.example\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: {diagnostic}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <7.1@willow.example>\r\n\r\n--b--\r\n"
        )
    }

    fn prose(from: &str, subject: &str, body: &str) -> String {
        format!("From: {from}\r\nSubject: {subject}\r\nTo: bounce@willow.example\r\n\r\n{body}\r\n")
    }

    fn kind(raw: &str) -> NoticeKind {
        read(raw.as_bytes()).expect("a message").kind
    }

    #[test]
    fn notices_of_many_servers_are_of_the_right_kind() {
        use NoticeKind::{AutoReply, Complaint, Delayed, Delivered, Hard, Other, Refused, Soft};
        let daemon = "Mail Delivery Subsystem <mailer-daemon@googlemail.example>";
        let cases: Vec<(String, NoticeKind)> = vec![
            (dsn("failed", "5.1.1", "smtp; 550 5.1.1 <p.raman@northgate.example>: Recipient address rejected"), Hard),
            (dsn("failed", "5.1.2", "smtp; 550 bad destination system"), Hard),
            (dsn("failed", "5.1.3", "smtp; 553 bad syntax"), Hard),
            (dsn("failed", "5.1.6", "smtp; 550 mailbox has moved"), Hard),
            (dsn("failed", "5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup"), Hard),
            (dsn("failed", "5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled"), Hard),
            (dsn("Failed", "5.1.1 (bad destination mailbox address)", "x-unix; user unknown"), Hard),
            (dsn("failed", "5.0.0", "smtp; 550-5.1.1 The email account that you tried to reach does not exist"), Hard),
            (dsn("failed", "5.0.0", "smtp; 550 No such user here"), Hard),
            (dsn("failed", "", "smtp; 550 5.1.1 unknown"), Hard),
            (dsn("failed", "nonsense", "smtp; 550 user unknown"), Hard),
            (dsn("failed", "5.2.2", "smtp; 552 5.2.2 Over quota"), Soft),
            (dsn("failed", "4.4.7", "smtp; 421 4.4.7 message expired"), Soft),
            (dsn("failed", "4.2.2", "smtp; 452 4.2.2 mailbox full"), Soft),
            (dsn("failed", "4.7.0", "smtp; 451 greylisted for days"), Soft),
            (dsn("failed", "5.0.0", "smtp; 552 mailbox is full"), Soft),
            (dsn("failed", "5.7.1", "smtp; 550 5.7.1 message rejected by policy"), Refused),
            (dsn("failed", "5.7.26", "smtp; 550 5.7.26 unauthenticated mail"), Refused),
            (dsn("failed", "5.3.4", "smtp; 552 5.3.4 message too big"), Refused),
            (dsn("failed", "5.4.1", "smtp; 550 5.4.1 access denied"), Refused),
            (dsn("failed", "5.4.4", "dns; host not found"), Refused),
            (dsn("failed", "5.6.0", "smtp; 554 content refused"), Refused),
            (dsn("failed", "5.0.0", "smtp; 554 go away"), Refused),
            (dsn("delayed", "4.4.1", "smtp; connection timed out"), Delayed),
            (dsn("delivered", "2.0.0", "smtp; 250 ok"), Delivered),
            (dsn("relayed", "2.0.0", "smtp; 250 ok"), Delivered),
            (dsn("expanded", "2.0.0", ""), Delivered),
            (dsn("pondered", "5.1.1", ""), Other),
            (prose(daemon, "Delivery Status Notification (Failure)", "550 5.1.1 The email account does not exist."), Hard),
            (prose(daemon, "Undeliverable: Progress report", "The address couldn't be found, or is unable to receive mail."), Hard),
            (
                prose(
                    "MAILER-DAEMON@mx.example",
                    "failure notice",
                    "Hi. This is the qmail-send program.\r\n<p@x.example>:\r\n192.0.2.4 does not like recipient.\r\nRemote host said: 550 5.1.1 user unknown",
                ),
                Hard,
            ),
            (prose("postmaster@x.example", "Undeliverable: Report", "p@x.example wasn't found at x.example."), Hard),
            (prose("MAILER-DAEMON@mx.example", "Returned mail: see transcript", "<<< 550 5.2.2 quota"), Soft),
            (prose("MAILER-DAEMON@mx.example", "Returned mail", "The mailbox is full."), Soft),
            (
                prose(
                    "MAILER-DAEMON@mx.example",
                    "Warning: could not send message for past 4 hours",
                    "We will continue to try for 5 days. 450 4.7.1",
                ),
                Delayed,
            ),
            (prose("postmaster@x.example", "Undeliverable", "550 5.7.509 access denied, DMARC"), Refused),
            (prose("postmaster@x.example", "Undeliverable", "It was not to be."), Refused),
            (prose("Priya Raman <p.raman@northgate.example>", "Re: Progress report", "Thank you, 5.1.1 is what I wanted to know"), Other),
            (prose("Priya Raman <p.raman@northgate.example>", "Out of office: Progress report", "Back on Monday."), AutoReply),
            (prose("Priya Raman <p.raman@northgate.example>", "Automatic reply: Progress report", "user unknown to me"), AutoReply),
            ("Auto-Submitted: auto-replied\r\nFrom: p@x.example\r\nSubject: Re: hello\r\n\r\nAway.\r\n".into(), AutoReply),
            ("X-Autoreply: yes\r\nFrom: p@x.example\r\nSubject: Re: hello\r\n\r\nAway.\r\n".into(), AutoReply),
            ("Precedence: auto_reply\r\nFrom: p@x.example\r\nSubject: Re: hello\r\n\r\nAway.\r\n".into(), AutoReply),
            ("Return-Path: <>\r\nFrom: Mail <mail@x.example>\r\nSubject: Problem\r\n\r\n550 5.1.1 no\r\n".into(), Hard),
            (
                report(
                    "disposition-notification",
                    "message/disposition-notification",
                    "Disposition: manual-action/MDN-sent-manually; displayed",
                ),
                AutoReply,
            ),
            (report("feedback-report", "message/feedback-report", "Feedback-Type: abuse\r\nVersion: 1"), Complaint),
            (report("feedback-report", "message/feedback-report", "Feedback-Type: fraud"), Complaint),
            (report("feedback-report", "message/feedback-report", "Feedback-Type: opt-out"), Complaint),
            (report("feedback-report", "message/feedback-report", "Feedback-Type: not-spam"), Other),
            (report("feedback-report", "message/feedback-report", "nonsense"), Other),
            (report("delivery-status", "message/delivery-status", "nonsense"), Refused),
            (report("delivery-status", "message/delivery-status", "550 5.1.1 unknown"), Hard),
            (report("delivery-status", "message/global-delivery-status", "Action: failed\r\nStatus: 5.1.1"), Hard),
            (report("delivery-status", "message/delivery-status", "Action: failed\r\nStatus:\r\n 5.1.1"), Hard),
            (report("delivery-status", "message/delivery-status", "action: FAILED\r\nSTATUS: 5.1.1"), Hard),
            ("Subject: a head and no more\r\n\r\n".into(), Other),
            ("From: \r\n: nonsense\r\n\r\n\u{0}\u{1}".into(), Other),
            (format!("Subject: {}\r\n\r\nx\r\n", "=?utf-8?B?".repeat(500)), Other),
            (format!("Content-Type: multipart/report; boundary=b\r\n\r\n{}", "--b\r\n".repeat(2_000)), Other),
            (format!("From: postmaster@x.example\r\nSubject: Undeliverable\r\n\r\n{}", "5.".repeat(50_000)), Refused),
        ];
        assert!(cases.len() >= 60, "{}", cases.len());
        for (raw, wanted) in cases {
            assert_eq!(kind(&raw), wanted, "{}", raw.chars().take(900).collect::<String>());
        }
    }

    fn report(of: &str, part: &str, fields: &str) -> String {
        format!(
            "From: someone@x.example\r\nSubject: A report\r\nContent-Type: multipart/report; report-type={of}; boundary=b\r\nMIME-Version: 1.0\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\nContent-Type: {part}\r\n\r\n{fields}\r\n--b--\r\n"
        )
    }

    #[test]
    fn what_is_said_is_kept_for_a_person() {
        let notice = read(dsn("failed", "5.1.1", "smtp; 550 no such user").as_bytes()).expect("a message");
        assert_eq!((notice.status.as_deref(), notice.words.as_str()), (Some("5.1.1"), "550 no such user"));
        assert_eq!(notice.tokens, []);
    }

    #[test]
    fn no_bytes_make_it_fail() {
        let whole = dsn("failed", "5.1.1", "smtp; 550 no such user");
        for end in 0..whole.len() {
            let _ = read(&whole.as_bytes()[..end]);
        }
        let mut bytes = whole.into_bytes();
        for at in 0..bytes.len() {
            bytes[at] ^= 0x55;
            let _ = read(&bytes);
            bytes[at] ^= 0x55;
        }
        assert_eq!(read(b""), None);
    }
}
