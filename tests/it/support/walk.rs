//! A walk through every write of the API, each where it is allowed: `tests/it/writes.txt`, a line for a step.

use super::TestApp;
use super::http::Answer;
use poem::http::Method;
use poem::{Body, Request};
use serde_json::Value;
use std::collections::BTreeMap;
use tributary::auth::role::Role;

pub const WALK: &str = "tests/it/writes.txt";

/// What came back so far, by the names that the walk gives.
#[derive(Default)]
pub struct Held(BTreeMap<String, Value>);

impl Held {
    /// The id of what is held under a name, or the value of `name.field.0`.
    pub fn value(&self, name: &str) -> String {
        let (first, rest) = name.split_once('.').unwrap_or((name, "id"));
        let whole = self.0.get(first).unwrap_or_else(|| panic!("nothing is held as {first}"));
        let found = whole.pointer(&format!("/{}", rest.replace('.', "/"))).unwrap_or_else(|| panic!("no {name} in {whole}"));
        found.as_str().map_or_else(|| found.to_string(), String::from)
    }

    fn filled(&self, text: &str) -> String {
        let mut parts = text.split('<');
        let mut whole = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (name, rest) = part.split_once('>').unwrap_or_else(|| panic!("{text}: what is <{part}?"));
            whole += &(self.value(name) + rest);
        }
        whole
    }
}

/// One request of the walk.
#[derive(Clone)]
pub struct Step {
    pub verb: String,
    /// With what it is about filled in.
    pub path: String,
    /// As it stands in the walk: `/claims/<first>/void`.
    pub named: String,
    pub body: Vec<u8>,
    /// The name of the file that it sends.
    pub file: Option<String>,
}

impl Step {
    fn read(line: &str, held: &Held) -> Self {
        let (verb, rest) = line.split_once(' ').expect("a verb");
        let (named, rest) = rest.split_once(' ').unwrap_or((rest, "{}"));
        let path = format!("/api/v1{}", held.filled(named));
        if verb == "SEND" {
            let (name, content) = rest.split_once(' ').expect("the name of a file");
            let content: String = serde_json::from_str(content).unwrap_or_else(|e| panic!("{line}: {e}"));
            return Self { verb: "POST".into(), path, named: named.into(), body: bytes(&held.filled(&content)), file: Some(name.into()) };
        }
        Self { verb: verb.into(), path, named: named.into(), body: held.filled(rest).into_bytes(), file: None }
    }

    pub fn is_write(&self) -> bool {
        self.verb != "GET"
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{}: {e}", self.named))
    }

    /// Asks as the owner, under a one-time key where one is given.
    pub async fn ask(&self, t: &TestApp, key: Option<&str>) -> Answer {
        let mut request = Request::builder().method(self.verb.parse().expect("a verb")).uri_str(&self.path);
        request = request.header("authorization", format!("Bearer {}", t.held_token(Role::Owner).await));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(file) = &self.file {
            request = request.header("x-file-name", file.as_str()).content_type("application/octet-stream");
        } else if self.is_write() {
            request = request.content_type("application/json");
        }
        t.send(request.body(if self.is_write() { Body::from(self.body.clone()) } else { Body::empty() })).await
    }
}

/// Text of which each letter is a byte.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect()
}

/// Sends a file to an address of the API, outside of the walk.
pub async fn send(t: &TestApp, path: &str, name: &str, content: &str) -> Answer {
    let step =
        Step { verb: Method::POST.to_string(), path: path.into(), named: path.into(), body: bytes(content), file: Some(name.into()) };
    step.ask(t, None).await
}

/// Follows the walk: `each` asks what a step asks, and gives what came of it.
pub async fn walk(t: &TestApp, mut each: impl AsyncFnMut(&Held, &Step) -> Answer) -> Held {
    let mut held = Held::default();
    let text = std::fs::read_to_string(WALK).expect("the walk");
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match line.split_once(' ') {
            Some(("at", day)) => t.at(day),
            Some(("sql", sql)) => assert_eq!(t.by_sql(sql).await, Ok(1), "{line}"),
            None if line == "deliver" => assert!(t.delivered().await > 0, "nothing was due"),
            _ => {
                let (name, request) = line.split_once(" = ").filter(|(name, _)| !name.contains(' ')).unwrap_or(("", line));
                let step = Step::read(request, &held);
                let answer = each(&held, &step).await;
                assert!(answer.status.is_success(), "{line}: {} {}", answer.status, answer.text());
                if !name.is_empty() {
                    held.0.insert(name.into(), answer.json());
                }
            }
        }
    }
    held
}
