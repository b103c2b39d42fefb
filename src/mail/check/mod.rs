//! Is our mail ready to leave, before the first report does? The relay, its encryption and our login are tried for real; what the
//! domain says in DNS is asked as a receiver would ask.

mod dns;
mod zone;

use super::aside::{Tried, to_ourselves};
use super::deliver::told;
use super::verdict::Step;
use crate::app::{Actor, App, new_public_id};
use crate::audit::Entry;
use crate::config::{MailRoute, Tls};
use crate::error::{AppError, Result};
use crate::practice;
use crate::types::email::is_free_mail;
use crate::types::{Email, Look};
use dns::Resolver;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;

/// So many names of an SPF tree are asked; a receiver stops at ten.
const MOST_NAMES: usize = 20;
/// Where the keys of the usual providers stand, asked where we do not sign ourselves.
const USUAL_SELECTORS: [&str; 10] = ["google", "selector1", "selector2", "default", "s1", "s2", "k1", "pm", "mail", "dkim"];

/// One answer: what was looked at, and what to do where it is not well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: &'static str,
    /// ok, wait (look at it) or bad (mend it first).
    pub look: Look,
    pub words: String,
}

impl Finding {
    pub fn ok(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Ok, words: words.into() }
    }
    pub fn look(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Wait, words: words.into() }
    }
    pub fn bad(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Bad, words: words.into() }
    }
}

/// Everything that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Checked {
    pub route: String,
    pub from: Option<String>,
    pub findings: Vec<Finding>,
    /// Nothing is to be mended first.
    pub ready: bool,
}

/// Looks at everything; asks the relay and DNS, and sends nothing.
pub async fn check(app: &App, by: &Actor) -> Result<Checked> {
    by.only_owner()?;
    let from = sender(app).await?;
    let mut findings = match &app.config.mail {
        MailRoute::Folder(folder) => {
            vec![Finding::look(
                "relay",
                format!("no mail server is set: messages are files in {}, and nothing leaves the house", folder.display()),
            )]
        }
        MailRoute::Relay(_) => relay(app, from.as_ref()).await,
    };
    match &from {
        None => findings.push(Finding::bad("from", "the practice has no email address to send from. Enter it in the settings")),
        Some(from) => findings.extend(domain(app, from).await),
    }
    let ready = findings.iter().all(|f| f.look != Look::Bad);
    Ok(Checked { route: format!("{:?}", app.config.mail), from: from.map(|f| f.to_string()), findings, ready })
}

/// Who sends: the setting, else the practice's own address.
async fn sender(app: &App) -> Result<Option<Email>> {
    let own = practice::of(&app.db).await?;
    Ok(app.config.mail_from.clone().or_else(|| own.email.as_deref().and_then(|e| Email::parse(e).ok())))
}

/// Talks to the relay as far as our address, and says good-bye.
async fn relay(app: &App, from: Option<&Email>) -> Vec<Finding> {
    let MailRoute::Relay(relay) = &app.config.mail else { return Vec::new() };
    let place = format!("{}:{}", relay.host, relay.port);
    // As the first report would leave: with the mailbox in the envelope that notices come back to, and a token.
    let envelope = match from {
        Some(from) => super::bounce::envelope(app, from.as_str(), new_public_id(app.now())).await.map(|(from, _)| Some(from)),
        None => Ok(None),
    };
    let envelope = match envelope {
        Ok(envelope) => envelope,
        Err(error) => return vec![Finding::bad("relay", format!("the key of our envelopes could not be read: {error}"))],
    };
    let (got_to, broke) = match app.post.knock(envelope.as_deref()).await {
        Ok(()) => (Step::Data, None),
        Err((step, broke)) => (step, Some(told(&broke))),
    };
    let failed = |step: Step, code: &'static str, words: String| {
        let why =
            broke.as_ref().map(|(code, words)| format!(" {} {words}", code.map(|c| c.to_string()).unwrap_or_default())).unwrap_or_default();
        (got_to == step).then(|| Finding::bad(code, format!("{words}:{why}")))
    };
    let mut found = Vec::new();
    let reached = failed(Step::Connect, "relay", format!("{place} cannot be reached"));
    let greeted = failed(Step::Greeting, "relay", format!("{place} does not greet us")).or(failed(
        Step::Hello,
        "relay",
        format!("{place} turns us away"),
    ));
    if let Some(stop) = reached.or(greeted) {
        return vec![stop];
    }
    found.push(Finding::ok("relay", format!("{place} answers")));
    if let Some(stop) = failed(Step::Tls, "tls", "no safe encryption, so nothing is sent".into()) {
        return [found, vec![stop]].concat();
    }
    found.push(match relay.tls {
        Tls::None => Finding::look("tls", "not encrypted: the relay is this machine itself"),
        _ => Finding::ok("tls", format!("encrypted, and the certificate is that of {}", relay.host)),
    });
    if let Some(stop) = failed(Step::Login, "login", "our login is refused".into()) {
        return [found, vec![stop]].concat();
    }
    found.push(match relay.user {
        Some(_) => Finding::ok("login", "our login is taken"),
        None => Finding::look("login", "no login is set; the relay knows us otherwise, or refuses the first message"),
    });
    if from.is_some() {
        let taken = Finding::ok("sender", "our address is taken as the sender");
        found.push(failed(Step::Sender, "sender", "our address is refused as the sender".into()).unwrap_or(taken));
    }
    found
}

/// What receivers find about the domain of our address.
async fn domain(app: &App, from: &Email) -> Vec<Finding> {
    let domain = from.domain();
    if is_free_mail(domain) {
        let words = format!("{domain} is a free mail provider: its own records decide, and health data should not leave from there");
        return vec![Finding::look("from", words)];
    }
    let resolver = match Resolver::of(app.config.dns) {
        Ok(resolver) => resolver,
        Err(error) => return vec![Finding::look("dns", format!("SPF, DKIM and DMARC could not be asked: {error:#}"))],
    };
    let unasked = |code, error: anyhow::Error| Finding::look(code, format!("could not be asked: {error:#}"));
    let (spf, dkim, dmarc) = tokio::join!(spf(&resolver, domain), dkim(app, &resolver, domain), dmarc(&resolver, domain));
    vec![
        spf.unwrap_or_else(|e| unasked("spf", e)),
        dkim.unwrap_or_else(|e| unasked("dkim", e)),
        dmarc.unwrap_or_else(|e| unasked("dmarc", e)),
    ]
}

async fn spf(resolver: &Resolver, domain: &str) -> anyhow::Result<Finding> {
    let records = resolver.texts(domain).await?;
    let Some(first) = records.iter().find(|r| zone::is_spf(r)) else { return Ok(zone::spf(domain, &records, 0, &[])) };
    let (mut lookups, mut missing, mut seen) = (zone::spf_lookups(first), Vec::new(), HashSet::new());
    let mut open = zone::spf_goes_on_to(first);
    while let Some(name) = open.pop() {
        // Names with macros are for a receiver that knows the sender.
        if name.contains('%') || !seen.insert(name.clone()) || seen.len() > MOST_NAMES {
            continue;
        }
        match resolver.texts(&name).await?.iter().find(|r| zone::is_spf(r)) {
            Some(record) => {
                lookups += zone::spf_lookups(record);
                open.extend(zone::spf_goes_on_to(record));
            }
            None => missing.push(name),
        }
    }
    Ok(zone::spf(domain, &records, lookups, &missing))
}

async fn dkim(app: &App, resolver: &Resolver, domain: &str) -> anyhow::Result<Finding> {
    if let Some((selector, public, record)) = app.post.signs_with() {
        let found = resolver.texts(&format!("{selector}._domainkey.{domain}")).await?;
        let finding = zone::dkim(selector, domain, &found, Some(&public));
        let to_mend = finding.look == Look::Bad;
        return Ok(if to_mend { Finding::bad("dkim", format!("{}. Enter there: {record}", finding.words)) } else { finding });
    }
    let asked = USUAL_SELECTORS.map(|selector| {
        let (resolver, name) = (*resolver, format!("{selector}._domainkey.{domain}"));
        (selector, tokio::spawn(async move { resolver.texts(&name).await }))
    });
    for (selector, answer) in asked {
        let found = answer.await??;
        if !found.is_empty() {
            return Ok(zone::dkim(selector, domain, &found, None));
        }
    }
    Ok(Finding::look(
        "dkim",
        format!("no key stands under the usual names of {domain}. Your mail provider says where it signs, and with which"),
    ))
}

/// Asked of the domain itself, then of each one above it up to the last that has a dot; what stands above says with `sp=` what holds below.
async fn dmarc(resolver: &Resolver, domain: &str) -> anyhow::Result<Finding> {
    let mut name = domain;
    let mut found = resolver.texts(&format!("_dmarc.{name}")).await?;
    while found.is_empty() && name.matches('.').count() > 1 {
        name = name.split_once('.').map_or(name, |(_, above)| above);
        found = resolver.texts(&format!("_dmarc.{name}")).await?;
    }
    Ok(zone::dmarc(domain, name, &found))
}

/// Sends a message with nothing in it about anybody to an address, in an envelope like that of a report. It goes at once and past the
/// queue, once and not again: whoever asks waits for what becomes of it.
pub async fn send_test(app: &App, by: &Actor, to: &str) -> Result<Tried> {
    by.only_who_releases()?;
    let to = Email::parse(to).map_err(|why| AppError::field("to", why))?;
    let from =
        sender(app).await?.ok_or_else(|| AppError::conflict("the practice has no email address to send from. Enter it in the settings"))?;
    let own = practice::of(&app.db).await?;
    let mail = super::compose::Composed::plain(
        "Test",
        "A test of your mail",
        &format!("{} can send mail. This message is a test and tells about nobody.\n", own.name),
    );
    let sender = super::Sender { name: own.name, address: from.clone(), reply_to: from };
    let work = app.work(by).await?;
    if work.already().is_some() {
        return Err(AppError::conflict("this test was sent already. Load the page again to send another"));
    }
    work.note(Entry::of("sent_test", "practice", own.id)).await?;
    work.made(own.id).await?;
    work.commit().await?;
    to_ourselves(app, &sender, to.as_str(), &mail).await
}
