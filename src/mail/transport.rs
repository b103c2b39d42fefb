//! The way a mail leaves: a folder of `.eml` files, or a relay. The only place that speaks SMTP, step by step, so that it is known
//! how far an attempt got [promises 0.1, 0.2].

use super::verdict::{Broke, Step};
use crate::config::{Config, MailRoute, MailWaits, Relay, Tls};
use crate::db::private_folder;
use crate::error::Result;
use anyhow::{Context, anyhow};
use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;
use uuid::Uuid;

/// After the mark the body follows at once, or not at all: a worker that slept in between must not wake up and send.
const LONGEST_GAP: Duration = Duration::from_secs(30);

/// Where mails go, and which start of the program sends them.
pub struct Post {
    way: Way,
    /// A name of this start of the program, to tell its mails from those of one that died.
    pub boot_id: String,
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
}

/// Where an attempt ended, and how.
pub type Ended = (Step, Broke);

impl Post {
    pub fn new(config: &Config) -> Result<Self> {
        let way = match &config.mail {
            MailRoute::Folder(folder) => Way::Folder(folder.clone()),
            MailRoute::Relay(relay) => Way::Relay(Box::new(Carrier::new(relay, config)?)),
        };
        Ok(Self { way, boot_id: hex::encode(rand::random::<[u8; 8]>()) })
    }

    /// Limits and waits are for a relay; a folder takes everything at once.
    pub fn is_folder(&self) -> bool {
        matches!(self.way, Way::Folder(_))
    }

    /// Whether a mail of this id surely arrived although nobody noted it: in a folder its file is there.
    pub fn has_arrived(&self, id: Uuid) -> bool {
        matches!(&self.way, Way::Folder(folder) if file_of(folder, id).is_file())
    }

    /// Takes a mail out. `mark` is committed before the first byte of the body; where it does not hold, not a byte leaves.
    pub async fn carry<F, M>(&self, parcel: &Parcel<'_>, mark: F) -> Ended
    where
        F: FnOnce() -> M + Send,
        M: Future<Output = bool> + Send,
    {
        let outcome = match &self.way {
            Way::Folder(folder) => write(folder, parcel, mark).await,
            Way::Relay(carrier) => carrier.carry(parcel, mark).await,
        };
        outcome.unwrap_or_else(|ended| ended)
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
async fn write<M: Future<Output = bool>>(folder: &Path, parcel: &Parcel<'_>, mark: impl FnOnce() -> M) -> Result<Ended, Ended> {
    let failed = |e: &dyn fmt::Display| (Step::Body, Broke::NotWritten(format!("the mail folder cannot be written: {e}")));
    private_folder(folder).map_err(|e| failed(&e))?;
    if !mark().await {
        return Err((Step::Mark, Broke::Fenced));
    }
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

/// A conversation with a relay. TLS is required unless the relay is this machine itself.
struct Carrier {
    relay: Relay,
    tls: TlsParameters,
    hello: ClientId,
    waits: MailWaits,
}

impl Carrier {
    fn new(relay: &Relay, config: &Config) -> Result<Self> {
        let mut tls = TlsParameters::builder(relay.host.clone());
        if let Some(path) = &config.mail_ca {
            let pem = std::fs::read(path).with_context(|| format!("TRIBUTARY_MAIL_CA: {} cannot be read", path.display()))?;
            let root =
                Certificate::from_pem(&pem).map_err(|e| anyhow!("TRIBUTARY_MAIL_CA: {} holds no certificate: {e}", path.display()))?;
            tls = tls.add_root_certificate(root);
        }
        let tls = tls.build_rustls().map_err(|e| anyhow!("TLS for the mail relay: {e}"))?;
        Ok(Self { relay: relay.clone(), tls, hello: ClientId::default(), waits: config.waits.clone() })
    }

    async fn carry<M: Future<Output = bool>>(&self, parcel: &Parcel<'_>, mark: impl FnOnce() -> M) -> Result<Ended, Ended> {
        let (from, to) = (address(parcel.from)?, address(parcel.to)?);
        let mut relay = self.connect().await?;
        if let Some((user, password)) = &self.relay.user {
            let login = Credentials::new(user.clone(), password.clone());
            self.step(Step::Login, relay.auth(&[Mechanism::Plain, Mechanism::Login], &login)).await?;
        }
        self.step(Step::Sender, relay.command(Mail::new(Some(from), vec![]))).await?;
        self.step(Step::Recipient, relay.command(Rcpt::new(to, vec![]))).await?;
        let go = self.step(Step::Data, relay.command(Data)).await?;
        if !go.has_code(354) {
            return Err((Step::Data, said(&go)));
        }
        let before = Instant::now();
        if !mark().await || before.elapsed() > LONGEST_GAP {
            return Err((Step::Mark, Broke::Fenced));
        }
        let answer = within(self.waits.step + self.waits.after_dot, Step::Body, relay.message(parcel.mime)).await?;
        let ended = (Step::Body, said(&answer));
        let _ = timeout(Duration::from_secs(2), relay.quit()).await;
        Ok(ended)
    }

    /// Reaches the relay, and encrypts.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Ended> {
        let place = (self.relay.host.as_str(), self.relay.port);
        if self.relay.tls == Tls::FromTheStart {
            let all_in_one = AsyncSmtpConnection::connect_tokio1(place, Some(self.waits.step), &self.hello, Some(self.tls.clone()), None);
            return self.step(Step::Connect, all_in_one).await.map_err(|(step, broke)| match broke {
                Broke::Reply(..) => (Step::Greeting, broke),
                Broke::Insecure(_) => (Step::Tls, broke),
                _ => (step, broke),
            });
        }
        let lost = |words: String| (Step::Connect, Broke::Silence(words));
        let stream = timeout(self.waits.step, TcpStream::connect(place)).await;
        let stream = stream.map_err(|_| lost("no answer in time".into()))?.map_err(|e| lost(e.to_string()))?;
        let _ = stream.set_nodelay(true);
        let mut relay = self.step(Step::Greeting, AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello)).await?;
        if self.relay.tls == Tls::StartTls {
            if !relay.can_starttls() {
                return Err((Step::Tls, Broke::Insecure("the mail server offers no encryption".into())));
            }
            self.step(Step::Tls, relay.starttls(self.tls.clone(), &self.hello)).await?;
        }
        Ok(relay)
    }

    async fn step<T>(&self, step: Step, talk: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Ended> {
        within(self.waits.step, step, talk).await
    }
}

/// lettre's own time limit covers the connecting alone, so every step has one of ours [promises 0.2].
async fn within<T>(limit: Duration, step: Step, talk: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Ended> {
    match timeout(limit, talk).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err((step, broke(&error))),
        Err(_) => Err((step, Broke::Silence("no answer in time".into()))),
    }
}

fn address(text: &str) -> Result<Address, Ended> {
    text.parse().map_err(|_| (Step::Recipient, Broke::Reply(553, "5.1.3 this is no address that mail can go to".into())))
}

fn said(answer: &Response) -> Broke {
    Broke::Reply(u16::from(answer.code()), answer.message().collect::<Vec<_>>().join(" "))
}

fn broke(error: &SmtpError) -> Broke {
    let words = error.to_string();
    match error.status() {
        Some(code) => Broke::Reply(u16::from(code), std::error::Error::source(error).map_or(words, |source| source.to_string())),
        None if error.is_tls() || is_refused_by_tls(error) => Broke::Insecure(words),
        // Our own side gives up: the relay offers no way to sign in that we speak.
        None if error.is_client() => Broke::Reply(504, words),
        None => Broke::Silence(words),
    }
}

/// A certificate that does not fit arrives as an input-output error of invalid data.
fn is_refused_by_tls(error: &SmtpError) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        source = inner.source();
    }
    false
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
