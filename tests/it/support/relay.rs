//! A mail relay of our own: real sockets, real TLS, and faults at any step.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where a conversation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Greeting,
    Hello,
    StartTls,
    /// The one that follows the encryption.
    SecondHello,
    Login,
    Sender,
    Recipient,
    Data,
    Body,
}

/// How it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Say(&'static str),
    Drop,
    /// The connection is reset.
    Reset,
    Silence,
    /// A byte now and then, and never the end of the line.
    Drip,
    /// A 250 that nobody asked for, before the usual answer; at the body before a byte of it.
    Early,
    /// Takes the message in, and then nobody hears of it.
    SaveAndDrop,
    SaveAndSay(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    None,
    StartTls,
    FromTheStart,
}

/// What the relay shows of itself.
#[derive(Clone, Copy, Debug)]
pub struct Certificate {
    pub name: &'static str,
    pub expired: bool,
}

#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub encrypted: bool,
    pub login: Option<String>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().find_map(|l| l.strip_prefix(&format!("{name}: "))).map(String::from)
    }
}

#[derive(Default)]
struct Shared {
    received: Vec<Received>,
    fault: Option<(At, Fault)>,
    connections: usize,
    lines: Vec<String>,
    /// At most so many milliseconds before the answer to a message.
    dawdles: u64,
    /// Mails that one connection carries before it is ended; 0: any number.
    carries: usize,
    /// The recipients of the mails between their DATA and the answer, and the most that there were at once.
    under_way: Vec<String>,
    most_under_way: usize,
    /// Bodies between their first line and the answer, and the most at once.
    bodies: usize,
    most_bodies: usize,
    /// Two at once to one domain.
    crowded: bool,
}

pub struct Relay {
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    folder: TempDir,
    security: Security,
}

impl Relay {
    /// A relay whose certificate is for `localhost`.
    pub async fn start(security: Security) -> Self {
        Self::named(security, "localhost").await
    }

    pub async fn named(security: Security, name: &'static str) -> Self {
        Self::with(security, Certificate { name, expired: false }).await
    }

    pub async fn with(security: Security, certificate: Certificate) -> Self {
        let signing_key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::new(vec![certificate.name.to_string()]).expect("a certificate");
        if certificate.expired {
            (params.not_before, params.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
        }
        let cert = params.self_signed(&signing_key).expect("a certificate");
        let key = rcgen::CertifiedKey { cert, signing_key };
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), key.cert.pem()).expect("written");
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .expect("a server");
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let inside = shared.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = socket.set_nodelay(true);
                lock(&inside).connections += 1;
                if lock(&inside).fault.is_some_and(|(_, how)| how == Fault::Reset) {
                    let _ = socket.set_zero_linger();
                }
                tokio::spawn(accept(socket, acceptor.clone(), security, inside.clone()));
            }
        });
        Self { address, shared, folder, security }
    }

    /// The settings that lead here.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let port = self.address.port();
        let route = match self.security {
            Security::None => format!("smtp://reports:secret@127.0.0.1:{port}?tls=none"),
            Security::StartTls => format!("smtp://reports:secret@localhost:{port}"),
            Security::FromTheStart => format!("smtps://reports:secret@localhost:{port}"),
        };
        vec![("mail", route), ("mail_ca", self.folder.path().join("ca.pem").display().to_string()), ("undo_minutes", "0".into())]
    }

    /// The certificate, for who trusts it.
    pub fn ca(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    pub fn fail(&self, at: At, how: Fault) {
        lock(&self.shared).fault = Some((at, how));
    }

    /// Answers to a message take any time up to so many milliseconds.
    pub fn dawdle(&self, milliseconds: u64) {
        lock(&self.shared).dawdles = milliseconds;
    }

    /// Ends a connection that wants to carry more than so many mails.
    pub fn carry(&self, most: usize) {
        lock(&self.shared).carries = most;
    }

    /// How many mails were past DATA at once, how many bodies of them on their way, and whether ever two mails to one domain.
    pub fn at_once(&self) -> (usize, usize, bool) {
        let shared = lock(&self.shared);
        (shared.most_under_way, shared.most_bodies, shared.crowded)
    }

    pub fn recover(&self) {
        lock(&self.shared).fault = None;
    }

    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared).received.clone()
    }

    pub fn connections(&self) -> usize {
        lock(&self.shared).connections
    }

    /// Every line that came in clear or decrypted, without the messages themselves.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.shared).lines.clone()
    }
}

fn lock(shared: &Arc<Mutex<Shared>>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(|e| e.into_inner())
}

async fn accept(socket: TcpStream, tls: TlsAcceptor, security: Security, shared: Arc<Mutex<Shared>>) {
    match security {
        Security::FromTheStart => {
            if let Ok(stream) = tls.accept(socket).await {
                let _ = Talk { stream: BufReader::new(stream), shared, encrypted: true, login: None, offers_tls: false, again: false }
                    .run(true)
                    .await;
            }
        }
        _ => {
            let offers_tls = security == Security::StartTls;
            let mut talk =
                Talk { stream: BufReader::new(socket), shared: shared.clone(), encrypted: false, login: None, offers_tls, again: false };
            if let Ok(true) = talk.run(true).await
                && let Ok(stream) = tls.accept(talk.stream.into_inner()).await
            {
                let mut inner =
                    Talk { stream: BufReader::new(stream), shared, encrypted: true, login: None, offers_tls: false, again: true };
                let _ = inner.run(false).await;
            }
        }
    }
}

struct Talk<S> {
    stream: BufReader<S>,
    shared: Arc<Mutex<Shared>>,
    encrypted: bool,
    login: Option<String>,
    offers_tls: bool,
    /// The greeting and the first hello were before the encryption.
    again: bool,
}

/// The conversation ended by a fault.
struct Ended;

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    async fn say(&mut self, line: &str) -> Result<(), Ended> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await.map_err(|_| Ended)?;
        self.stream.flush().await.map_err(|_| Ended)
    }

    /// Says what is usual at a step, or fails there.
    async fn at(&mut self, step: At, usual: &str) -> Result<bool, Ended> {
        let fault = lock(&self.shared).fault.filter(|(at, _)| *at == step).map(|(_, how)| how);
        match fault {
            None => self.say(usual).await.map(|()| true),
            Some(Fault::Say(line) | Fault::SaveAndSay(line)) => self.say(line).await.map(|()| false),
            Some(Fault::Drop | Fault::Reset | Fault::SaveAndDrop) => Err(Ended),
            Some(Fault::Early) => self.say(&format!("250 early\r\n{usual}")).await.map(|()| true),
            Some(Fault::Drip) => {
                for byte in "250-slowly, slowly, and never to an end".bytes().cycle() {
                    self.stream.write_all(&[byte]).await.map_err(|_| Ended)?;
                    self.stream.flush().await.map_err(|_| Ended)?;
                    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                }
                Err(Ended)
            }
            Some(Fault::Silence) => {
                std::future::pending::<()>().await;
                Err(Ended)
            }
        }
    }

    async fn line(&mut self) -> Result<String, Ended> {
        let mut line = String::new();
        match self.stream.read_line(&mut line).await {
            Ok(n) if n > 0 => {
                let line = line.trim_end().to_string();
                lock(&self.shared).lines.push(line.clone());
                Ok(line)
            }
            _ => Err(Ended),
        }
    }

    /// Talks until it ends; true: the client wants TLS now.
    async fn run(&mut self, greets: bool) -> Result<bool, Ended> {
        if greets && !self.at(At::Greeting, "220 relay.example ESMTP").await? {
            return Ok(false);
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        let mut carried = 0;
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" if self.offers_tls => self.at(At::Hello, "250-relay.example\r\n250-STARTTLS\r\n250 8BITMIME").await.map(|_| ())?,
                "EHLO" => self
                    .at(
                        if self.again { At::SecondHello } else { At::Hello },
                        "250-relay.example\r\n250-AUTH PLAIN LOGIN\r\n250-DSN\r\n250 8BITMIME",
                    )
                    .await
                    .map(|_| ())?,
                "STARTTLS" if self.offers_tls => {
                    if self.at(At::StartTls, "220 go on").await? {
                        return Ok(true);
                    }
                }
                "AUTH" => {
                    self.login = Some(line.rsplit(' ').next().unwrap_or_default().to_string());
                    self.at(At::Login, "235 welcome").await.map(|_| ())?;
                }
                "MAIL" => {
                    (from, to) = (between(&line), Vec::new());
                    let most = lock(&self.shared).carries;
                    if most > 0 && carried == most {
                        self.say("421 4.7.0 enough over this line").await?;
                        return Ok(false);
                    }
                    self.at(At::Sender, "250 ok").await.map(|_| ())?;
                }
                "RCPT" => {
                    if self.at(At::Recipient, "250 ok").await? {
                        to.push(between(&line));
                    }
                }
                "DATA" => {
                    let early = lock(&self.shared).fault == Some((At::Body, Fault::Early));
                    if self.at(At::Data, if early { "354 go on\r\n250 early" } else { "354 go on" }).await? {
                        self.under_way(&to);
                        let ended = self.body(&from, &to).await;
                        {
                            let mut shared = lock(&self.shared);
                            shared.bodies = shared.bodies.saturating_sub(1);
                        }
                        lock(&self.shared).under_way.retain(|address| !to.contains(address));
                        ended?;
                        carried += 1;
                    }
                }
                "QUIT" => {
                    let _ = self.say("221 bye").await;
                    return Ok(false);
                }
                _ => self.say("502 what?").await?,
            }
        }
    }

    fn under_way(&self, to: &[String]) {
        let domain = |address: &String| address.rsplit('@').next().map(String::from);
        let mut shared = lock(&self.shared);
        shared.crowded |= to.iter().any(|address| shared.under_way.iter().any(|other| domain(other) == domain(address)));
        shared.under_way.extend_from_slice(to);
        shared.most_under_way = shared.most_under_way.max(shared.under_way.len());
    }

    fn body_began(&self) {
        let mut shared = lock(&self.shared);
        shared.bodies += 1;
        shared.most_bodies = shared.most_bodies.max(shared.bodies);
    }

    async fn body(&mut self, from: &str, to: &[String]) -> Result<(), Ended> {
        let mut data = String::new();
        loop {
            let mut line = String::new();
            if !matches!(self.stream.read_line(&mut line).await, Ok(n) if n > 0) {
                return Err(Ended);
            }
            if data.is_empty() {
                self.body_began();
            }
            if line == ".\r\n" {
                break;
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let fault = lock(&self.shared).fault.filter(|(at, _)| *at == At::Body).map(|(_, how)| how);
        if matches!(fault, None | Some(Fault::SaveAndDrop | Fault::SaveAndSay(_))) {
            let mail = Received { from: from.into(), to: to.to_vec(), data, encrypted: self.encrypted, login: self.login.clone() };
            lock(&self.shared).received.push(mail);
        }
        let most = lock(&self.shared).dawdles;
        if most > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(rand::random::<u64>() % most)).await;
        }
        self.at(At::Body, "250 2.0.0 queued as A1").await.map(|_| ())
    }
}

fn between(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_string()).unwrap_or_default()
}
