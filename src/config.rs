//! Every setting in one place: its name, where it may come from, its default. Flag, then environment, then file, then default.

use crate::mail::bounce::token;
use crate::types::Email;
use anyhow::{Context, Result, anyhow, bail, ensure};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// A setting as operators see it.
pub struct Setting {
    /// The key in `tributary.toml`; those that one changes often are flags, too (with dashes).
    pub key: &'static str,
    pub env: &'static str,
    pub default: &'static str,
    pub secret: bool,
    pub help: &'static str,
}

const fn setting(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default, secret: false, help }
}
const fn secret(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default, secret: true, help }
}

/// `deploy/env.example` lists the same; a test holds the two together.
pub const SETTINGS: &[Setting] = &[
    secret(
        "database_url",
        "DATABASE_URL",
        "",
        "SQLite file or PostgreSQL (sqlite://FILE, postgres://...). Empty: tributary.db in the data folder",
    ),
    setting("data", "TRIBUTARY_DATA", "data", "The data folder (the demo's is demo-data)"),
    setting("listen", "TRIBUTARY_LISTEN", "127.0.0.1:8080", "Address and port to serve on; port 0 picks a free one"),
    setting("now", "TRIBUTARY_NOW", "", "Start the clock here (RFC 3339); for demos and tests"),
    secret(
        "mail",
        "TRIBUTARY_MAIL",
        "",
        "file:FOLDER, smtps://USER:PASSWORD@HOST or smtp://... (STARTTLS required). Empty: the folder mail in the data folder",
    ),
    setting("mail_from", "TRIBUTARY_MAIL_FROM", "", "The sender of reports. Empty: the practice's email"),
    setting("mail_ca", "TRIBUTARY_MAIL_CA", "", "One more root certificate (PEM file) for the mail relay"),
    setting(
        "mail_bounce",
        "TRIBUTARY_MAIL_BOUNCE",
        "",
        "Mailbox that undelivered mail comes back to; each mail adds +TOKEN to it. Empty: bounce at the sender's domain (of a free mail provider the sender itself); off: the sender itself",
    ),
    setting("mail_bounces", "TRIBUTARY_MAIL_BOUNCES", "", "Folder in which that mailbox's messages lie as files (.eml, or a Maildir)"),
    setting("mail_dkim_selector", "TRIBUTARY_MAIL_DKIM_SELECTOR", "", "Sign mail with DKIM under this selector, where the relay does not"),
    setting("mail_dkim_key", "TRIBUTARY_MAIL_DKIM_KEY", "", "The private key for it (PEM file, RSA or Ed25519)"),
    setting("dns", "TRIBUTARY_DNS", "", "DNS server that mail check asks (ADDRESS:PORT). Empty: the machine's own"),
    setting(
        "public_url",
        "TRIBUTARY_PUBLIC_URL",
        "",
        "Where doctors reach this program from outside (https://...). Reports can then go as a secure link; empty: they cannot",
    ),
    setting(
        "fax_gateway",
        "TRIBUTARY_FAX_GATEWAY",
        "",
        "Domain of an email-to-fax service with which you have a contract as HIPAA asks for (12065550142@DOMAIN is its address of a number). Empty: faxes are printed and sent by hand",
    ),
    setting("exchange", "TRIBUTARY_EXCHANGE", "", "Folder with one folder for each clearinghouse. Empty: exchange in the data folder"),
    setting(
        "undo_minutes",
        "TRIBUTARY_UNDO_MINUTES",
        "",
        "Minutes in which an approved report can be taken back. Empty: 10 with a relay, 0 with a folder",
    ),
    setting(
        "draft_letters",
        "TRIBUTARY_DRAFT_LETTERS",
        "yes",
        "no: letters to doctors are begun by people only, not by themselves on the day",
    ),
    setting("behind_proxy", "TRIBUTARY_BEHIND_PROXY", "no", "yes: an HTTPS proxy stands in front and its X-Forwarded headers are true"),
    setting("mail_lease", "TRIBUTARY_MAIL_LEASE", "2m", "How long a worker may hold a mail before another takes it"),
    setting("mail_body_wait", "TRIBUTARY_MAIL_BODY_WAIT", "12m", "After this long in the body a mail counts as unknown"),
    setting("mail_step", "TRIBUTARY_MAIL_STEP", "5m", "Time limit of one SMTP step"),
    setting("mail_after_dot", "TRIBUTARY_MAIL_AFTER_DOT", "10m", "Time limit for the relay's answer after the final dot [RFC 5321]"),
    setting("mail_backoff", "TRIBUTARY_MAIL_BACKOFF", "1m 5m 15m 60m", "Waits before a mail is tried again; the last one repeats"),
    setting("mail_give_up", "TRIBUTARY_MAIL_GIVE_UP", "48h", "A mail that is this old and not sent is given up"),
    setting("mail_domain_per_minute", "TRIBUTARY_MAIL_DOMAIN_PER_MINUTE", "10", "Mails a minute to one recipient domain"),
    setting("mail_address_wait", "TRIBUTARY_MAIL_ADDRESS_WAIT", "10m", "Wait between two reports to one address"),
    setting("mail_address_per_day", "TRIBUTARY_MAIL_ADDRESS_PER_DAY", "5", "Reports a day to one address"),
    setting("mail_per_day", "TRIBUTARY_MAIL_PER_DAY", "500", "Mails a day in all; a guard against runaways"),
    setting("mail_poll", "TRIBUTARY_MAIL_POLL", "2s", "How often the outbox is looked at"),
];

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// The raw values, each with its origin.
pub struct Given(BTreeMap<&'static str, (String, Origin)>);

impl Given {
    /// Gathers the settings. `file` is the text of `tributary.toml`, if there is one.
    pub fn gather(flags: &BTreeMap<&'static str, String>, env: &dyn Fn(&str) -> Option<String>, file: Option<&str>) -> Result<Self> {
        let table: toml::Table = file.unwrap_or_default().parse().context("tributary.toml cannot be read")?;
        for key in table.keys() {
            let known: Vec<&str> = SETTINGS.iter().map(|s| s.key).collect();
            ensure!(known.contains(&key.as_str()), "tributary.toml has an unknown setting \"{key}\". Known are: {}", known.join(", "));
        }
        let mut values = BTreeMap::new();
        for s in SETTINGS {
            let found = match (flags.get(s.key), from_environment(s.env, env)?, table.get(s.key)) {
                (Some(flag), ..) => (flag.clone(), Origin::Flag),
                (_, Some(value), _) => (value, Origin::Environment),
                (_, _, Some(toml::Value::String(text))) => (text.clone(), Origin::File),
                (_, _, Some(toml::Value::Boolean(yes))) => (if *yes { "yes" } else { "no" }.into(), Origin::File),
                (_, _, Some(other)) => (other.to_string(), Origin::File),
                _ => (s.default.to_string(), Origin::Default),
            };
            values.insert(s.key, found);
        }
        Ok(Self(values))
    }

    pub fn origin(&self, key: &str) -> Origin {
        self.0.get(key).map_or(Origin::Default, |(_, origin)| *origin)
    }

    /// A value as `config print` shows it: secrets keep only their shape.
    pub fn shown(&self, s: &Setting) -> String {
        let value = self.get(s.key);
        if s.secret { masked(value) } else { value.to_string() }
    }

    fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |(value, _)| value)
    }

    fn set_default(&mut self, key: &'static str, value: String) {
        if let Some((held, Origin::Default)) = self.0.get_mut(key) {
            *held = value;
        }
    }
}

/// `NAME`, or the content of the file that `NAME_FILE` names, as container secrets come. A blank one says nothing.
fn from_environment(name: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>> {
    let said = |name: &str| env(name).filter(|value| !value.trim().is_empty());
    if let Some(value) = said(name) {
        return Ok(Some(value));
    }
    let Some(path) = said(&format!("{name}_FILE")) else { return Ok(None) };
    let text = std::fs::read_to_string(&path).with_context(|| format!("{name}_FILE names {path}, which cannot be read"))?;
    Ok(Some(text.trim_end().to_string()))
}

fn masked(value: &str) -> String {
    match Url::parse(value) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("***"));
            masked_query(url.as_str())
        }
        Ok(_) => masked_query(value),
        Err(_) if value.is_empty() => String::new(),
        Err(_) => "***".into(),
    }
}

/// PostgreSQL takes its password there, too.
fn masked_query(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_string() };
    let one = |pair: &str| if pair.starts_with("password=") { "password=***".to_string() } else { pair.to_string() };
    format!("{before}?{}", query.split('&').map(one).collect::<Vec<_>>().join("&"))
}

/// How mail leaves.
#[derive(Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// One `.eml` file a message.
    Folder(PathBuf),
    Relay(Relay),
}

#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub user: Option<(String, String)>,
}

/// There is no "if the server offers it": a relay that cannot encrypt gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    FromTheStart,
    StartTls,
    /// Only to this machine itself.
    None,
}

impl fmt::Debug for MailRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file:{}", path.display()),
            Self::Relay(relay) => write!(f, "{:?}", relay),
        }
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.tls)
    }
}

/// Waits and limits of delivery [email-delivery.md, defaults].
#[derive(Clone, Debug)]
pub struct MailWaits {
    pub lease: Duration,
    pub body: Duration,
    pub step: Duration,
    pub after_dot: Duration,
    pub backoff: Vec<Duration>,
    pub give_up: Duration,
    pub domain_per_minute: u64,
    pub address_wait: Duration,
    pub address_per_day: u64,
    pub per_day: u64,
    pub poll: Duration,
}

/// The settings, read and checked.
#[derive(Clone)]
pub struct Config {
    pub database_url: String,
    pub data: PathBuf,
    pub listen: String,
    pub now: Option<DateTime<FixedOffset>>,
    pub mail: MailRoute,
    /// Files for clearinghouses lie here, and those that come from them.
    pub exchange: PathBuf,
    pub mail_from: Option<Email>,
    pub mail_ca: Option<PathBuf>,
    /// Where undelivered mail comes back to: an address, "off", or nothing said.
    pub mail_bounce: String,
    /// Where it lies as files.
    pub mail_bounces: Option<PathBuf>,
    /// Selector and key file.
    pub mail_dkim: Option<(String, PathBuf)>,
    pub dns: Option<std::net::SocketAddr>,
    /// Where links lead to, without a slash at its end.
    pub public_url: Option<String>,
    /// The domain of the service that faxes what is mailed to it.
    pub fax_gateway: Option<String>,
    pub undo_minutes: i64,
    /// Letters that are due are begun by themselves.
    pub draft_letters: bool,
    pub behind_proxy: bool,
    pub waits: MailWaits,
    /// Only while the demo fills its own file: durability is given up for speed.
    pub fast_fill: bool,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("data", &self.data).field("listen", &self.listen).field("mail", &self.mail).finish_non_exhaustive()
    }
}

impl Config {
    /// Checks the gathered values; `data` is the default of the data folder for this command.
    pub fn read(mut given: Given, data: &str) -> Result<(Self, Given)> {
        given.set_default("data", data.to_string());
        let data = PathBuf::from(given.get("data"));
        given.set_default("database_url", format!("sqlite://{}", data.join("tributary.db").display()));
        given.set_default("mail", format!("file:{}", data.join("mail").display()));
        given.set_default("exchange", data.join("exchange").display().to_string());
        let mail = mail_route(given.get("mail")).context("TRIBUTARY_MAIL")?;
        given.set_default("undo_minutes", if matches!(mail, MailRoute::Folder(_)) { "0" } else { "10" }.into());
        let config = Self {
            database_url: database_url(given.get("database_url"))?,
            data,
            listen: given.get("listen").to_string(),
            now: some(given.get("now")).map(read_now).transpose()?,
            mail,
            exchange: PathBuf::from(given.get("exchange")),
            mail_from: some(given.get("mail_from")).map(Email::parse).transpose().map_err(|e| anyhow!("TRIBUTARY_MAIL_FROM: {e}"))?,
            mail_ca: some(given.get("mail_ca")).map(PathBuf::from),
            mail_bounce: bounce_mailbox(given.get("mail_bounce"))?,
            mail_bounces: some(given.get("mail_bounces")).map(PathBuf::from),
            mail_dkim: dkim(&given)?,
            dns: some(given.get("dns"))
                .map(str::parse)
                .transpose()
                .map_err(|_| anyhow!("TRIBUTARY_DNS: begin with an address, like 127.0.0.1:53"))?,
            public_url: some(given.get("public_url")).map(public_url).transpose()?,
            fax_gateway: some(given.get("fax_gateway")).map(fax_gateway).transpose()?,
            undo_minutes: whole(&given, "undo_minutes")?,
            draft_letters: yes_no(&given, "draft_letters")?,
            behind_proxy: yes_no(&given, "behind_proxy")?,
            waits: MailWaits {
                lease: wait(&given, "mail_lease")?,
                body: wait(&given, "mail_body_wait")?,
                step: wait(&given, "mail_step")?,
                after_dot: wait(&given, "mail_after_dot")?,
                backoff: given.get("mail_backoff").split_whitespace().map(duration).collect::<Result<_>>().context("mail_backoff")?,
                give_up: wait(&given, "mail_give_up")?,
                domain_per_minute: whole(&given, "mail_domain_per_minute")?.unsigned_abs(),
                address_wait: wait(&given, "mail_address_wait")?,
                address_per_day: whole(&given, "mail_address_per_day")?.unsigned_abs(),
                per_day: whole(&given, "mail_per_day")?.unsigned_abs(),
                poll: wait(&given, "mail_poll")?,
            },
            fast_fill: false,
        };
        ensure!(!config.waits.backoff.is_empty(), "mail_backoff needs at least one wait, like 1m");
        config.check_listen()?;
        Ok((config, given))
    }

    /// Health data does not travel in clear: an address that others can reach needs an HTTPS proxy in front.
    fn check_listen(&self) -> Result<()> {
        let (host, port) = self
            .listen
            .rsplit_once(':')
            .ok_or_else(|| anyhow!("TRIBUTARY_LISTEN: \"{}\" needs an address and a port, like 127.0.0.1:8080", self.listen))?;
        ensure!(port.parse::<u16>().is_ok(), "TRIBUTARY_LISTEN: \"{port}\" is not a port");
        ensure!(
            self.behind_proxy || is_loopback(host),
            "TRIBUTARY_LISTEN={} can be reached from outside without HTTPS. Put a proxy with HTTPS in front and set TRIBUTARY_BEHIND_PROXY=yes",
            self.listen
        );
        Ok(())
    }
}

fn some(value: &str) -> Option<&str> {
    (!value.trim().is_empty()).then(|| value.trim())
}

fn read_now(value: &str) -> Result<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(value)
        .with_context(|| format!("TRIBUTARY_NOW: \"{value}\" is not an instant, like 2026-05-15T09:00:00-07:00"))
}

fn whole(given: &Given, key: &str) -> Result<i64> {
    let value = given.get(key);
    value.trim().parse().ok().filter(|n| (0..=1_000_000).contains(n)).ok_or_else(|| anyhow!("{key}: \"{value}\" is not a whole number"))
}

fn yes_no(given: &Given, key: &str) -> Result<bool> {
    match given.get(key).trim().to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "on" => Ok(true),
        "no" | "false" | "0" | "off" | "" => Ok(false),
        other => bail!("{key}: \"{other}\" is neither yes nor no"),
    }
}

fn wait(given: &Given, key: &str) -> Result<Duration> {
    duration(given.get(key)).with_context(|| key.to_string())
}

/// `150ms`, `30s`, `12m`, `48h`.
fn duration(text: &str) -> Result<Duration> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let count: u64 = digits.parse().map_err(|_| anyhow!("\"{text}\" is not a time, like 30s or 12m"))?;
    Ok(match &text[digits.len()..] {
        "ms" => Duration::from_millis(count),
        "s" => Duration::from_secs(count),
        "m" => Duration::from_secs(count * 60),
        "h" => Duration::from_secs(count * 3600),
        unit => bail!("\"{unit}\" is not a unit of time: use ms, s, m or h"),
    })
}

fn database_url(value: &str) -> Result<String> {
    ensure!(
        ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| value.starts_with(scheme)),
        "DATABASE_URL must begin with sqlite:// or postgres://"
    );
    Ok(value.to_string())
}

fn mail_route(value: &str) -> Result<MailRoute> {
    if let Some(folder) = value.strip_prefix("file:") {
        ensure!(!folder.is_empty(), "file: needs a folder, like file:data/mail");
        return Ok(MailRoute::Folder(PathBuf::from(folder)));
    }
    let url = Url::parse(value).map_err(|_| anyhow!("begin with file:, smtps:// or smtp://"))?;
    let host = url.host_str().ok_or_else(|| anyhow!("the relay's host is missing"))?.to_string();
    let plain = url.query_pairs().any(|(k, v)| k == "tls" && v == "none");
    ensure!(!plain || is_loopback(&host), "tls=none is for a relay on this machine only, not for {host}");
    let (tls, default_port) = match url.scheme() {
        "smtps" => (Tls::FromTheStart, 465),
        "smtp" if plain => (Tls::None, 25),
        "smtp" => (Tls::StartTls, 587),
        _ => bail!("begin with file:, smtps:// or smtp://"),
    };
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let user = (!url.username().is_empty()).then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
    Ok(MailRoute::Relay(Relay { host, port: url.port().unwrap_or(default_port), tls, user }))
}

/// What a doctor opens travels encrypted, also where the address is only this machine's name.
fn public_url(value: &str) -> Result<String> {
    let wrong = || anyhow!("TRIBUTARY_PUBLIC_URL: begin with https:// and end with the name or a path, like https://reports.example.org");
    let url = Url::parse(value).map_err(|_| wrong())?;
    let host = url.host_str().ok_or_else(wrong)?;
    ensure!(url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host)), wrong());
    ensure!(url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none(), wrong());
    Ok(url.as_str().trim_end_matches('/').to_string())
}

/// The domain alone: the number stands before it.
fn fax_gateway(value: &str) -> Result<String> {
    let domain = value.trim().trim_start_matches('@').to_ascii_lowercase();
    let sample = Email::parse(&format!("12065550142@{domain}"));
    ensure!(sample.is_ok(), "TRIBUTARY_FAX_GATEWAY: enter the domain of the service, like fax.example. The number is put before it");
    Ok(domain)
}

fn bounce_mailbox(value: &str) -> Result<String> {
    let value = value.trim();
    if !value.is_empty() && value != "off" {
        let mailbox = Email::parse(value).map_err(|e| anyhow!("TRIBUTARY_MAIL_BOUNCE: {e}"))?;
        ensure!(
            token::fits(&mailbox),
            "TRIBUTARY_MAIL_BOUNCE: each mail adds +TOKEN to {mailbox}, so what stands before the @ may have {} letters. Name a shorter one, or off",
            token::ROOM
        );
    }
    Ok(value.to_string())
}

/// Both or none: a key without a selector signs nothing.
fn dkim(given: &Given) -> Result<Option<(String, PathBuf)>> {
    match (some(given.get("mail_dkim_selector")), some(given.get("mail_dkim_key"))) {
        (Some(selector), Some(key)) => Ok(Some((selector.into(), key.into()))),
        (None, None) => Ok(None),
        _ => bail!("TRIBUTARY_MAIL_DKIM_SELECTOR and TRIBUTARY_MAIL_DKIM_KEY are set together, or neither"),
    }
}

/// Whether a host can be reached from this machine alone.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The settings file: the one that `--config` names must be there, `tributary.toml` may be.
pub fn file_text(named: Option<&Path>) -> Result<Option<String>> {
    match named {
        Some(path) => Ok(Some(std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?)),
        None => match std::fs::read_to_string("tributary.toml") {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read.context("tributary.toml cannot be read")?)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(flags: &[(&'static str, &str)], env: &[(&str, &str)], file: Option<&str>) -> Result<Given> {
        let flags = flags.iter().map(|(k, v)| (*k, v.to_string())).collect();
        let env: BTreeMap<String, String> = env.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Given::gather(&flags, &|name| env.get(name).cloned(), file)
    }

    #[test]
    fn a_bounce_mailbox_without_room_for_the_token_is_refused_with_words() {
        assert!(["", "off", "bounces@willow.example", "fourteen.chars@willow.example"].iter().all(|v| bounce_mailbox(v).is_ok()));
        let error = bounce_mailbox("undelivered-mail@willow.example").expect_err("too long").to_string();
        assert!(error.contains("14 letters"), "{error}");
    }

    #[test]
    fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
        let file = Some("listen = \"127.0.0.1:1\"\ndata = \"from-file\"\nundo_minutes = 3");
        let given = gathered(&[("listen", "127.0.0.1:3")], &[("TRIBUTARY_LISTEN", "127.0.0.1:2"), ("TRIBUTARY_DATA", "from-env")], file)
            .expect("given");
        assert_eq!((given.get("listen"), given.origin("listen")), ("127.0.0.1:3", Origin::Flag));
        assert_eq!((given.get("data"), given.origin("data")), ("from-env", Origin::Environment));
        assert_eq!((given.get("undo_minutes"), given.origin("undo_minutes")), ("3", Origin::File));
        assert_eq!(given.origin("mail"), Origin::Default);
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_refused_with_the_list() {
        let error = gathered(&[], &[], Some("lisen = \"x\"")).err().expect("refused");
        assert!(error.to_string().contains("lisen") && error.to_string().contains("listen"));
    }

    #[test]
    fn secrets_are_masked_where_they_are_shown() {
        let given = gathered(&[], &[("TRIBUTARY_MAIL", "smtps://maya:hunter22@relay.example")], None).expect("given");
        let mail = SETTINGS.iter().find(|s| s.key == "mail").expect("mail");
        assert_eq!(given.shown(mail), "smtps://maya:***@relay.example");
        let (config, _) = Config::read(given, "data").expect("config");
        assert!(!format!("{config:?}").contains("hunter22"));
        let url = "postgres://db.example/crm?sslmode=require&password=hunter22";
        assert_eq!(masked(url), "postgres://db.example/crm?sslmode=require&password=***");
        assert_eq!(masked("sqlite://data/tributary.db"), "sqlite://data/tributary.db");
    }

    #[test]
    fn a_relay_without_tls_is_refused_unless_it_is_this_machine() {
        assert!(mail_route("smtp://relay.example?tls=none").is_err());
        assert!(matches!(mail_route("smtp://127.0.0.1:2525?tls=none"), Ok(MailRoute::Relay(Relay { tls: Tls::None, port: 2525, .. }))));
        assert!(matches!(mail_route("smtp://relay.example"), Ok(MailRoute::Relay(Relay { tls: Tls::StartTls, port: 587, .. }))));
        assert!(matches!(mail_route("smtps://relay.example"), Ok(MailRoute::Relay(Relay { tls: Tls::FromTheStart, port: 465, .. }))));
    }

    #[test]
    fn an_open_address_without_https_in_front_is_refused() {
        let read = |env: &[(&str, &str)]| Config::read(gathered(&[], env, None).expect("given"), "data");
        assert!(read(&[("TRIBUTARY_LISTEN", "0.0.0.0:8080")]).err().is_some_and(|e| e.to_string().contains("HTTPS")));
        assert!(read(&[("TRIBUTARY_LISTEN", "0.0.0.0:8080"), ("TRIBUTARY_BEHIND_PROXY", "yes")]).is_ok());
        assert!(read(&[("TRIBUTARY_LISTEN", "[::1]:0")]).is_ok());
    }

    #[test]
    fn undo_is_ten_minutes_with_a_relay_and_none_with_a_folder() {
        let minutes = |env: &[(&str, &str)]| Config::read(gathered(&[], env, None).expect("given"), "data").expect("config").0.undo_minutes;
        assert_eq!((minutes(&[]), minutes(&[("TRIBUTARY_MAIL", "smtps://relay.example")])), (0, 10));
    }
}
