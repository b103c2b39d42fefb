//! Nothing of ours is said to a relay that is not the one we mean, or not safely: no login, no address, no message. What counts is
//! what the server saw.

use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::letters::DOCTOR;
use crate::support::relay::{Certificate, Relay, Security};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tributary::mail::transport::Parcel;
use tributary::mail::verdict::{Step, Verdict, verdict};

const SECRET: &str = "a password that nobody may see";
const BODY: &str = "Dana Field's range of motion";

/// Sends one message by a route; gives how far it got and what comes of it. No database has a part in it: the carrier is given the
/// message, and what becomes of an attempt is promised on both elsewhere. So these run on SQLite alone.
async fn sent(route: &str, ca: Option<&str>) -> (Step, Verdict, String) {
    let mut settings = vec![("mail", route), ("mail_step", "2s")];
    settings.extend(ca.map(|ca| ("mail_ca", ca)));
    let t = TestApp::with(Database::Sqlite, &settings).await;
    let mime = format!("Subject: x\r\n\r\n{BODY}\r\n");
    let parcel = Parcel { id: uuid::Uuid::from_u128(7), from: "a@willow.example", to: DOCTOR, mime: mime.as_bytes(), token: None };
    let (step, broke) = t.app.post.carry(&parcel, || async { Ok(true) }).await;
    (step, verdict(step, &broke), format!("{broke:?}"))
}

fn route(scheme: &str, port: u16) -> String {
    format!("{scheme}://reports:{}@localhost:{port}", SECRET.replace(' ', "%20"))
}

/// Nothing but a hello was said, and all mail stops until a person looks.
fn said_nothing(relay: &Relay, came_of_it: &(Step, Verdict, String)) {
    assert_eq!((came_of_it.0, came_of_it.1), (Step::Tls, Verdict::Stop), "{}", came_of_it.2);
    let lines = relay.lines();
    assert!(lines.iter().all(|l| l.starts_with("EHLO") || l == "STARTTLS" || l == "QUIT"), "{lines:?}");
    assert!(relay.received().is_empty());
}

#[tokio::test]
async fn where_starttls_was_stripped_no_login_and_no_message_is_on_the_wire() {
    let relay = Relay::start(Security::None).await;
    said_nothing(&relay, &sent(&route("smtp", relay.address.port()), None).await);
    assert!(relay.lines().iter().any(|l| l.starts_with("EHLO")), "it was asked");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_login_and_no_message() {
    for (security, scheme) in [(Security::StartTls, "smtp"), (Security::FromTheStart, "smtps")] {
        let relay = Relay::start(security).await;
        said_nothing(&relay, &sent(&route(scheme, relay.address.port()), None).await);
    }
}

#[tokio::test]
async fn an_expired_certificate_gets_no_login_and_no_message() {
    for (security, scheme) in [(Security::StartTls, "smtp"), (Security::FromTheStart, "smtps")] {
        let relay = Relay::with(security, Certificate { name: "localhost", expired: true }).await;
        let came_of_it = sent(&route(scheme, relay.address.port()), Some(&relay.ca())).await;
        said_nothing(&relay, &came_of_it);
        assert!(came_of_it.2.to_lowercase().contains("expired"), "{}", came_of_it.2);
    }
}

#[tokio::test]
async fn the_certificate_of_another_host_gets_no_login_and_no_message() {
    for (security, scheme) in [(Security::StartTls, "smtp"), (Security::FromTheStart, "smtps")] {
        let relay = Relay::with(security, Certificate { name: "mail.stranger.example", expired: false }).await;
        let came_of_it = sent(&route(scheme, relay.address.port()), Some(&relay.ca())).await;
        said_nothing(&relay, &came_of_it);
        assert!(came_of_it.2.contains("localhost"), "{}", came_of_it.2);
    }
}

/// Everything that a raw server saw, and how it answers.
struct Raw {
    port: u16,
    saw: Arc<Mutex<Vec<u8>>>,
}

/// A server that speaks bytes: after each read it says the next of its lines.
async fn raw(answers: Vec<Vec<u8>>) -> Raw {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let saw = Arc::new(Mutex::new(Vec::new()));
    let inside = saw.clone();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a client");
        let mut bytes = vec![0; 16_384];
        for answer in answers {
            if answer.first() != Some(&b'2') || !answer.starts_with(b"220 hello") {
                match socket.read(&mut bytes).await {
                    Ok(n) if n > 0 => inside.lock().expect("a list").extend_from_slice(&bytes[..n]),
                    _ => return,
                }
            }
            let _ = socket.write_all(&answer).await;
        }
        while let Ok(n) = socket.read(&mut bytes).await {
            if n == 0 {
                return;
            }
            inside.lock().expect("a list").extend_from_slice(&bytes[..n]);
        }
    });
    Raw { port, saw }
}

impl Raw {
    fn saw_nothing_of_ours(&self) {
        let saw = self.saw.lock().expect("a list").clone();
        let text = String::from_utf8_lossy(&saw).into_owned();
        for word in ["AUTH", "MAIL", "RCPT", "DATA", SECRET, BODY, DOCTOR] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert!(!saw.is_empty(), "it was asked");
    }
}

/// What a server says that speaks TLS 1.0 and nothing newer: its hello, with the old version in it.
fn hello_of_1_0() -> Vec<u8> {
    let mut hello = vec![3, 1];
    hello.extend([7; 32]);
    // No session, an old cipher, no compression.
    hello.extend([0, 0, 0x2f, 0]);
    let length = u8::try_from(hello.len()).expect("short");
    let handshake = [&[2, 0, 0, length][..], &hello].concat();
    [&[22, 3, 1, 0, length + 4][..], &handshake].concat()
}

#[tokio::test]
async fn a_server_that_speaks_tls_1_0_at_most_gets_no_login_and_no_message() {
    let wrapped = raw(vec![hello_of_1_0()]).await;
    let came_of_it = sent(&route("smtps", wrapped.port), None).await;
    assert_eq!((came_of_it.0, came_of_it.1), (Step::Tls, Verdict::Stop), "{}", came_of_it.2);
    wrapped.saw_nothing_of_ours();
    let started =
        raw(vec![b"220 hello\r\n".to_vec(), b"250-relay\r\n250 STARTTLS\r\n".to_vec(), b"220 go on\r\n".to_vec(), hello_of_1_0()]).await;
    let came_of_it = sent(&route("smtp", started.port), None).await;
    assert_eq!((came_of_it.0, came_of_it.1), (Step::Tls, Verdict::Stop), "{}", came_of_it.2);
    started.saw_nothing_of_ours();
}

#[tokio::test]
async fn an_answer_put_in_before_the_encryption_begins_ends_it() {
    let injected = b"220 go on\r\n250-relay\r\n250 AUTH PLAIN LOGIN\r\n235 welcome\r\n".to_vec();
    let server = raw(vec![b"220 hello\r\n".to_vec(), b"250-relay\r\n250 STARTTLS\r\n".to_vec(), injected]).await;
    let came_of_it = sent(&route("smtp", server.port), None).await;
    assert_eq!((came_of_it.0, came_of_it.1), (Step::Tls, Verdict::Stop), "{}", came_of_it.2);
    server.saw_nothing_of_ours();
}
