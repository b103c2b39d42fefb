//! The way a mail leaves: a folder of `.eml` files, or a relay. The only place that speaks SMTP, step by step, so that it is known
//! how far an attempt got [promises 0.1, 0.2].

mod talk;

use super::dkim::Signer;
use super::verdict::{Broke, Step};
use crate::config::{Config, MailRoute, MailWaits, Relay, Tls};
use crate::db::private_folder;
use crate::error::Result;
use crate::types::email::domain_of;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter, ServerInfo};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use talk::{Line, Talk, one_of, said, within};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use uuid::Uuid;

/// Where mails go, and which start of the program sends them.
pub struct Post {
    way: Way,
    /// A name of this start of the program, to tell its mails from those of one that died.
    pub boot_id: String,
    signer: Option<Signer>,
    bounce_key: OnceCell<Vec<u8>>,
}

enum Way {
    Folder(PathBuf),
    Relay(Box<Carrier>),
}

/// What is sent: frozen bytes from one address to one other.
pub struct Parcel<'a> {
    pub id: Uuid,
    pub from: &'a str,
    pub to: &'a str,
    pub mime: &'a [u8],
    /// What a notice about it brings back.
    pub token: Option<&'a str>,
}

/// A line to the relay that is open between two mails, where one is.
#[derive(Default)]
pub struct OpenLine(Option<Session>);

/// A line on which the relay knows us.
struct Session {
    talk: Talk<Box<dyn Line>>,
    /// It takes wishes about notices [RFC 3461].
    takes_wishes: bool,
}

/// Where an attempt ended, and how.
pub type Ended = (Step, Broke);

impl Post {
    pub fn new(config: &Config) -> Result<Self> {
        let way = match &config.mail {
            MailRoute::Folder(folder) => Way::Folder(folder.clone()),
            MailRoute::Relay(relay) => Way::Relay(Box::new(Carrier::new(relay, config)?)),
        };
        let signer = config.mail_dkim.as_ref().map(|(selector, path)| signer(selector, path)).transpose()?;
        Ok(Self { way, boot_id: hex::encode(rand::random::<[u8; 8]>()), signer, bounce_key: OnceCell::new() })
    }

    /// The message with our signature, where we sign.
    pub fn signed(&self, mime: &[u8], from: &str, at: DateTime<Utc>) -> Result<Vec<u8>> {
        match &self.signer {
            Some(signer) => Ok(signer.sign(mime, domain_of(from), at)?),
            None => Ok(mime.to_vec()),
        }
    }

    /// What we sign with, where we sign: selector, public half, and the whole record that is to stand in DNS.
    pub fn signs_with(&self) -> Option<(&str, String, String)> {
        self.signer.as_ref().map(|s| (s.selector.as_str(), s.public(), s.record()))
    }

    /// The key of the tokens in our envelopes, asked for once.
    pub async fn bounce_key<F: Future<Output = Result<Vec<u8>>>>(&self, ask: impl FnOnce() -> F) -> Result<Vec<u8>> {
        self.bounce_key.get_or_try_init(ask).await.cloned()
    }

    /// Limits and waits are for a relay; a folder takes everything at once.
    pub fn is_folder(&self) -> bool {
        matches!(self.way, Way::Folder(_))
    }

    /// Whether a mail of this id surely arrived although nobody noted it: in a folder its file is there.
    pub fn has_arrived(&self, id: Uuid) -> bool {
        matches!(&self.way, Way::Folder(folder) if file_of(folder, id).is_file())
    }

    /// Takes one mail out, and says good-bye.
    pub async fn carry<F, M>(&self, parcel: &Parcel<'_>, mark: F) -> Ended
    where
        F: FnOnce() -> M + Send,
        M: Future<Output = Result<bool>> + Send,
    {
        let mut line = OpenLine::default();
        let ended = self.carry_over(&mut line, parcel, mark).await;
        self.hang_up(line).await;
        ended
    }

    /// Takes a mail out over a line that stays open for the next. `mark` is committed before the first byte of the body, which follows it at
    /// once; where it does not hold, not a byte leaves.
    pub async fn carry_over<F, M>(&self, line: &mut OpenLine, parcel: &Parcel<'_>, mark: F) -> Ended
    where
        F: FnOnce() -> M + Send,
        M: Future<Output = Result<bool>> + Send,
    {
        let outcome = match &self.way {
            Way::Folder(folder) => write(folder, parcel, mark).await,
            Way::Relay(carrier) => carrier.carry(line, parcel, mark).await,
        };
        outcome.unwrap_or_else(|ended| ended)
    }

    /// Says good-bye where a line is open.
    pub async fn hang_up(&self, line: OpenLine) {
        if let Some(session) = line.0 {
            session.end().await;
        }
    }
}

fn signer(selector: &str, path: &Path) -> Result<Signer> {
    let pem = std::fs::read(path).with_context(|| format!("TRIBUTARY_MAIL_DKIM_KEY: {} cannot be read", path.display()))?;
    Ok(Signer::new(selector, &pem).context("TRIBUTARY_MAIL_DKIM_KEY")?)
}

impl Post {
    /// Goes as far as our own address, sends nothing, and says good-bye. A folder is always ready.
    pub async fn knock(&self, from: Option<&str>) -> Result<(), Ended> {
        match &self.way {
            Way::Folder(_) => Ok(()),
            Way::Relay(carrier) => carrier.knock(from).await,
        }
    }
}

fn file_of(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.eml"))
}

/// What stands as the answer where no server answered.
const WRITTEN_TO_FOLDER: &str = "written to the mail folder";
pub const FOUND_IN_FOLDER: &str = "found in the mail folder";

pub fn is_of_folder(answer: &str) -> bool {
    [WRITTEN_TO_FOLDER, FOUND_IN_FOLDER].contains(&answer)
}

/// One file a message, written beside and renamed: whoever looks sees a whole mail or none.
async fn write<M: Future<Output = Result<bool>>>(folder: &Path, parcel: &Parcel<'_>, mark: impl FnOnce() -> M) -> Result<Ended, Ended> {
    let failed = |e: &dyn fmt::Display| (Step::Body, Broke::NotWritten(format!("the mail folder cannot be written: {e}")));
    private_folder(folder).map_err(|e| failed(&e))?;
    marked(mark().await)?;
    let part = folder.join(format!(".{}.part", parcel.id));
    let written = async {
        use tokio::io::AsyncWriteExt;
        let mut file = tokio::fs::File::create(&part).await?;
        file.write_all(parcel.mime).await?;
        file.sync_all().await?;
        tokio::fs::rename(&part, file_of(folder, parcel.id)).await
    };
    written.await.map_err(|e: std::io::Error| failed(&e))?;
    Ok((Step::Body, Broke::Reply(250, WRITTEN_TO_FOLDER.into())))
}

/// The mark holds, or not a byte of the body leaves. A database that does not take it says nothing about the mail: it is tried again.
fn marked(mark: Result<bool>) -> Result<(), Ended> {
    match mark {
        Ok(true) => Ok(()),
        Ok(false) => Err((Step::Mark, Broke::Fenced)),
        Err(error) => {
            tracing::error!("the mark before the body could not be written: {error:#}");
            Err((Step::Mark, Broke::NotWritten("the mark before the body could not be written".into())))
        }
    }
}

/// The way to a relay. TLS is required unless the relay is this machine itself.
struct Carrier {
    relay: Relay,
    tls: TlsConnector,
    name: ServerName<'static>,
    hello: ClientId,
    waits: MailWaits,
}

impl Carrier {
    fn new(relay: &Relay, config: &Config) -> Result<Self> {
        let host = relay.host.trim_matches(['[', ']']).to_string();
        let name = ServerName::try_from(host).with_context(|| format!("TRIBUTARY_MAIL: {} is no name of a mail server", relay.host))?;
        let tls = TlsConnector::from(Arc::new(encryption(config)?));
        Ok(Self { relay: relay.clone(), tls, name, hello: ClientId::default(), waits: config.waits.clone() })
    }

    async fn carry<M: Future<Output = Result<bool>>>(
        &self,
        line: &mut OpenLine,
        parcel: &Parcel<'_>,
        mark: impl FnOnce() -> M,
    ) -> Result<Ended, Ended> {
        let (from, to) = (address(parcel.from)?, address(parcel.to)?);
        let mut session = self.begun(line.0.take(), from, parcel.token).await?;
        let relay = &mut session.talk;
        relay.ask(Rcpt::new(to, vec![]), &[250, 251], self.waits.step).await.map_err(at(Step::Recipient))?;
        relay.ask(Data, &[354], self.waits.step).await.map_err(at(Step::Data))?;
        marked(mark().await)?;
        relay.in_turn().map_err(at(Step::Mark))?;
        let answer = relay.message(parcel.mime, self.waits.step, self.waits.after_dot).await.map_err(at(Step::Body))?;
        line.0 = Some(session);
        Ok((Step::Body, said(&answer)))
    }

    /// Past our own address: over the line that is open, or over a new one where it takes no more. Relays end a line that was silent for
    /// long or carried enough, and nothing of this mail was said on it yet.
    async fn begun(&self, open: Option<Session>, from: Address, token: Option<&str>) -> Result<Session, Ended> {
        if let Some(mut session) = open
            && session.begin(&from, token, self.waits.step).await.is_ok()
        {
            return Ok(session);
        }
        let mut session = self.signed_in().await?;
        session.begin(&from, token, self.waits.step).await.map_err(at(Step::Sender))?;
        Ok(session)
    }

    async fn knock(&self, from: Option<&str>) -> Result<(), Ended> {
        let mut session = self.signed_in().await?;
        if let Some(from) = from {
            session.begin(&address(from)?, None, self.waits.step).await.map_err(at(Step::Sender))?;
        }
        session.end().await;
        Ok(())
    }

    async fn signed_in(&self) -> Result<Session, Ended> {
        let (mut talk, offers) = self.connect().await?;
        if let Some((user, password)) = &self.relay.user {
            let login = Credentials::new(user.clone(), password.clone());
            sign_in(&mut talk, &offers.known, login, self.waits.step).await.map_err(at(Step::Login))?;
        }
        Ok(Session { talk, takes_wishes: offers.takes_wishes })
    }

    /// Reaches the relay, and encrypts. Nothing of ours is said before: no login, no address, no message.
    async fn connect(&self) -> Result<(Talk<Box<dyn Line>>, Offers), Ended> {
        let limit = self.waits.step;
        let socket = async { TcpStream::connect((self.relay.host.trim_matches(['[', ']']), self.relay.port)).await.map_err(lost) };
        let socket = within(limit, socket).await.map_err(at(Step::Connect))?;
        let _ = socket.set_nodelay(true);
        let (mut relay, greeted): (Talk<Box<dyn Line>>, bool) = match self.relay.tls {
            Tls::FromTheStart => (Talk::over(self.encrypted(socket).await?), false),
            Tls::None => (Talk::over(Box::new(socket)), false),
            Tls::StartTls => {
                let mut clear = Talk::over(socket);
                let offers = self.greeted(&mut clear).await?;
                if !offers.known.supports_feature(Extension::StartTls) {
                    return Err((Step::Tls, Broke::Insecure("the mail server offers no encryption".into())));
                }
                clear.say(Starttls, limit).await.and_then(|answer| one_of(answer, &[220])).map_err(at(Step::Tls))?;
                (Talk::over(self.encrypted(clear.into_line().map_err(at(Step::Tls))?).await?), true)
            }
        };
        let offers = if greeted { self.introduced(&mut relay).await? } else { self.greeted(&mut relay).await? };
        Ok((relay, offers))
    }

    async fn encrypted(&self, socket: TcpStream) -> Result<Box<dyn Line>, Ended> {
        let shake = async { self.tls.connect(self.name.clone(), socket).await.map_err(|e| tls_failure(&e)) };
        let stream = within(self.waits.step, shake).await.map_err(at(Step::Tls))?;
        Ok(Box::new(stream))
    }

    async fn greeted<S: Line>(&self, relay: &mut Talk<S>) -> Result<Offers, Ended> {
        relay.greeting(self.waits.step).await.map_err(at(Step::Greeting))?;
        self.introduced(relay).await
    }

    async fn introduced<S: Line>(&self, relay: &mut Talk<S>) -> Result<Offers, Ended> {
        let answer = relay.ask(Ehlo::new(self.hello.clone()), &[250], self.waits.step).await.map_err(at(Step::Hello))?;
        let takes_wishes = answer.message().any(|line| line.trim().eq_ignore_ascii_case("DSN"));
        let known = ServerInfo::from_response(&answer).map_err(|e| (Step::Hello, Broke::Silence(e.to_string())))?;
        Ok(Offers { known, takes_wishes })
    }
}

/// What the relay offers.
struct Offers {
    known: ServerInfo,
    takes_wishes: bool,
}

impl Session {
    /// Says our own address, and what a notice is to bring back: the token, and of the message no more than its head.
    async fn begin(&mut self, from: &Address, token: Option<&str>, limit: Duration) -> Result<(), Broke> {
        let wish = |keyword: &str, value: &str| MailParameter::Other { keyword: keyword.into(), value: Some(value.into()) };
        let wishes = match token.filter(|_| self.takes_wishes) {
            Some(token) => vec![wish("RET", "HDRS"), wish("ENVID", token)],
            None => vec![],
        };
        self.talk.ask(Mail::new(Some(from.clone()), wishes), &[250], limit).await.map(|_| ())
    }

    async fn end(mut self) {
        let _ = self.talk.say(Quit, Duration::from_secs(2)).await;
    }
}

/// Certificates of the public authorities, and the one that the operator names.
fn encryption(config: &Config) -> Result<ClientConfig> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = &config.mail_ca {
        let pem = std::fs::read(path).with_context(|| format!("TRIBUTARY_MAIL_CA: {} cannot be read", path.display()))?;
        let wrong = |e: &dyn fmt::Display| anyhow!("TRIBUTARY_MAIL_CA: {} holds no certificate: {e}", path.display());
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
            found = true;
        }
        if !found {
            return Err(wrong(&"no PEM block").into());
        }
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(|e| anyhow!("TLS for the mail relay: {e}"))?.with_root_certificates(roots).with_no_client_auth())
}

/// Signs in; a server that asks on and on is not answered for ever.
async fn sign_in<S: Line>(relay: &mut Talk<S>, offers: &ServerInfo, login: Credentials, limit: Duration) -> Result<(), Broke> {
    const QUESTIONS: usize = 4;
    let unable = |words: String| Broke::Reply(504, words);
    let way = offers.get_auth_mechanism(&[Mechanism::Plain, Mechanism::Login]);
    let way = way.ok_or_else(|| unable("the mail server offers no way to sign in that we speak".into()))?;
    let mut next = Auth::new(way, login.clone(), None).map_err(|e| unable(e.to_string()))?;
    for _ in 0..QUESTIONS {
        let answer = relay.say(next, limit).await?;
        match u16::from(answer.code()) {
            235 => return Ok(()),
            334 => next = Auth::new_from_response(way, login.clone(), &answer).map_err(|e| Broke::Silence(e.to_string()))?,
            _ => return Err(said(&answer)),
        }
    }
    Err(Broke::Silence("the mail server asked again and again".into()))
}

fn at(step: Step) -> impl Fn(Broke) -> Ended {
    move |broke| (step, broke)
}

fn address(text: &str) -> Result<Address, Ended> {
    text.parse().map_err(|_| (Step::Recipient, Broke::Reply(553, "5.1.3 this is no address that mail can go to".into())))
}

fn lost(error: std::io::Error) -> Broke {
    Broke::Silence(error.to_string())
}

/// What rustls refuses (a certificate, a version, nonsense) arrives as invalid data; a line that broke is only that.
fn tls_failure(error: &std::io::Error) -> Broke {
    match error.kind() {
        std::io::ErrorKind::InvalidData => Broke::Insecure(error.to_string()),
        _ => Broke::Silence(error.to_string()),
    }
}

/// No passwords in logs.
impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.way {
            Way::Folder(folder) => write!(f, "Post(file:{})", folder.display()),
            Way::Relay(carrier) => write!(f, "Post({:?})", carrier.relay),
        }
    }
}
