//! What the figures stand on: the demo's data, a person who may see all of it, and addresses with ids in them.
#![allow(dead_code, reason = "each bench takes what it needs")]

use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, EndpointExt, Request, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tributary::app::{Actor, App};
use tributary::auth::{self, Login, user::NewUser};
use tributary::config::{Config, Given};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tributary");

/// A line on stdout: figures are read by people and kept by scripts.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A folder beside the build, kept from run to run.
pub fn folder(name: &str) -> PathBuf {
    let target = Path::new(PROGRAM).parent().and_then(Path::parent).expect("a target folder");
    target.join("bench-data").join(name)
}

/// A program that was started and is stopped by its own number.
pub struct Running {
    pub child: Child,
    pub address: String,
    /// From its start until it answered the first request.
    pub first_answer: Duration,
}

impl Running {
    /// Starts `tributary ...` and waits for its first answer.
    pub fn start(arguments: &[&str]) -> Self {
        let begun = Instant::now();
        let mut child =
            Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let listening = lines.map_while(Result::ok).find_map(|l| l.strip_prefix("listening on http://").map(String::from));
        let address = listening.expect("it says where it listens");
        let answer = get(&address, "/login", "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.200}");
        Self { child, address, first_answer: begun.elapsed() }
    }

    /// Memory that is really held, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process lives");
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A request as a browser sends it, and everything that came back.
pub fn get(address: &str, path: &str, cookie: &str) -> String {
    let mut socket = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The demo's year, so many times over, filled once.
fn demo(times: u32) -> PathBuf {
    let data = folder(&format!("demo-{times}"));
    if !data.join("tributary.db").exists() {
        say(&format!("filling the demo {times} times over in {} ...", data.display()));
    }
    let (often, path) = (times.to_string(), data.display().to_string());
    let plain = ["demo", "--data", &path, "--listen", "127.0.0.1:0"];
    let more = ["--times", often.as_str()];
    drop(Running::start(&[&plain[..], if times > 1 { &more[..] } else { &[] }].concat()));
    data
}

/// Opens the data of a folder as the program does.
async fn open(data: &Path) -> App {
    let env =
        BTreeMap::from([("TRIBUTARY_DATA".to_string(), data.display().to_string()), ("TRIBUTARY_LISTEN".into(), "127.0.0.1:0".into())]);
    let given = Given::gather(&BTreeMap::new(), &|name| env.get(name).cloned(), None).expect("settings");
    App::open(Config::read(given, "data").expect("settings").0).await.expect("the data opens")
}

/// A cookie and an API token of somebody who may see everything.
async fn enter(app: &App) -> (String, String) {
    let (email, password) = ("bench@tributary.example", "a bench needs one");
    let new = NewUser {
        email: email.into(),
        name: "Bench".into(),
        roles: tributary::types::TextList(vec!["owner".into(), "therapist".into()]),
        password: password.into(),
        ..Default::default()
    };
    // There already from an earlier run.
    let _ = auth::add_user(app, &Actor::operator(), &new).await;
    let token = auth::log_in(app, Login { email, password, address: "bench", ..Default::default() }).await.expect("a session");
    let api = auth::create_token(app, &Actor::operator(), &auth::user::NewToken { user: email.into(), ..Default::default() })
        .await
        .expect("a token");
    (format!("session={token}"), format!("Bearer {}", api.token))
}

/// The addresses of pages that are read, from the tables at the top of the doors.
pub fn pages() -> Vec<String> {
    let mut found = Vec::new();
    let mut files = Vec::new();
    doors(std::path::Path::new("src"), &mut files);
    for door in files {
        let text = std::fs::read_to_string(door).expect("a door");
        for rest in text.split(".at(").skip(1) {
            let Some((path, rest)) = rest.trim_start().strip_prefix('"').and_then(|r| r.split_once('"')) else { continue };
            if rest.trim_start_matches([',', ' ', '\n']).starts_with("get(") {
                found.push(path.to_string());
            }
        }
    }
    found.sort();
    found
}

/// All `pages.rs`, at whatever depth.
fn doors(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for path in std::fs::read_dir(folder).expect("a folder").filter_map(|e| Some(e.ok()?.path())) {
        if path.is_dir() {
            doors(&path, found);
        } else if path.file_name().is_some_and(|name| name == "pages.rs") {
            found.push(path);
        }
    }
}

/// The address with ids in it, each the first of the list before it; nothing where there is none to show.
pub fn filled(path: &str, first: &BTreeMap<String, String>) -> Option<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in path.split('/') {
        if step.starts_with([':', '{']) {
            let last = steps.last()?;
            let both = format!("{}/{last}", steps.iter().rev().nth(1).map_or("", String::as_str));
            steps.push(first.get(&both).or(first.get(last))?.clone());
        } else {
            steps.push(step.to_string());
        }
    }
    Some(steps.join("/"))
}

/// The lists whose first row gives the ids: as pages name them, where the API has another name.
const OTHERWISE: &[(&str, &str)] =
    &[("claims/batches", "claims/batches"), ("claims/answers", "acknowledgments"), ("payments/files", "remittances")];

/// The lists that are called alike.
const LISTS: &[&str] = &[
    "providers",
    "organizations",
    "referrals",
    "prescriptions",
    "patients",
    "coverages",
    "visits",
    "notes",
    "payers",
    "claims",
    "payments",
    "reports",
    "imports",
    "therapists",
    "users",
    "tokens",
    "mails",
    "partners",
    "sign-backs",
    "note-texts",
    "wrong-recipients",
];

/// The id of the first row of a list, as the API tells it.
fn first_id(list: &Value) -> Option<String> {
    list["items"].get(0)?.get("id")?.as_str().map(String::from)
}

/// A practice that is served in this process, a way in, and the first id of each list.
pub struct Served {
    pub data: PathBuf,
    pub app: App,
    pub server: BoxEndpoint<'static, Response>,
    pub cookie: String,
    /// `Bearer ...`, for the API.
    pub token: String,
    pub first: BTreeMap<String, String>,
}

/// Opens the demo's year, so many times over.
pub async fn serve(times: u32) -> Served {
    let data = demo(times);
    let app = open(&data).await;
    let (cookie, token) = enter(&app).await;
    let server = tributary::web::server(app.clone()).await.expect("a server").boxed();
    let mut first = BTreeMap::new();
    for (name, list) in LISTS.iter().map(|list| (list, list)).chain(OTHERWISE.iter().map(|(name, list)| (name, list))) {
        let (status, body) = ask(&server, &format!("/api/v1/{list}"), "authorization", &token).await;
        let id = serde_json::from_slice(&body).ok().filter(|_| status.is_success()).and_then(|list| first_id(&list));
        first.extend(id.map(|id| (name.to_string(), id)));
    }
    Served { data, app, server, cookie, token, first }
}

/// What the server answers to somebody with such a header.
pub async fn ask(server: &BoxEndpoint<'static, Response>, path: &str, header: &str, value: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::builder().uri_str(path).header(header, value).finish();
    let response = server.call(request).await.unwrap_or_else(|e| e.into_response());
    let status = response.status();
    (status, response.into_body().into_vec().await.expect("a body"))
}

/// The ids of a list.
pub async fn ids(server: &BoxEndpoint<'static, Response>, path: &str, token: &str) -> Vec<String> {
    let (status, body) = ask(server, path, "authorization", token).await;
    let list: Value = serde_json::from_slice(&body).ok().filter(|_| status.is_success()).expect("a list");
    list["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str().map(String::from)).collect()
}

/// Does something through the API.
pub async fn tell(server: &BoxEndpoint<'static, Response>, path: &str, token: &str, body: &Value) {
    let request = Request::builder().method(Method::POST).uri_str(path).header("authorization", token).content_type("application/json");
    let response = server.call(request.body(body.to_string())).await.unwrap_or_else(|e| e.into_response());
    let status = response.status();
    let answer = response.into_body().into_string().await.expect("an answer");
    assert!(status.is_success(), "{path}: {status} {answer}");
}

/// Micros as `12.3 ms`.
pub fn ms(micros: u128) -> String {
    format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
}

/// A ratio to a limit, in hundredths: under 1.00 is within.
pub fn ratio(value: u128, limit: u128) -> String {
    let hundredths = value * 100 / limit;
    format!("{}.{:02}{}", hundredths / 100, hundredths % 100, if value > limit { "  <-- over the limit" } else { "" })
}
