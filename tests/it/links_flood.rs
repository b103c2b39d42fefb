//! A link that somebody hammers: guessed addresses, codes asked for and codes guessed, ten thousand requests of them.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::database::Database;
use crate::support::http::Answer;
use chrono::TimeDelta;
use poem::http::Method;
use serde_json::{Value, json};

pub const HERE: &str = "https://reports.willow.example";

/// Sends a report as a link, and gives the link's path.
pub async fn linked(t: &TestApp, report: &Value) -> String {
    let at = format!("/api/v1/reports/{}", id(report));
    let seen = t.read(&at).await["message"]["seen"].clone();
    t.done(&format!("{at}/approve"), json!({ "seen": seen, "channel": "link" })).await;
    assert_eq!(t.delivered().await, 1);
    let mail = t.mails().pop().expect("a mail");
    let text = tributary::mail::read(mail.as_bytes()).text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = text.split_once(HERE).unwrap_or_else(|| panic!("no link: {text}"));
    rest.split(' ').next().expect("a path").to_string()
}

/// Six requests of ten are at addresses that nobody was sent, one asks for a code at the link itself, three bring it a wrong code.
async fn flooded(t: &TestApp, requests: usize) {
    let case = t.treated("Quist").await;
    let report = t.drafted(&case).await;
    let path = linked(t, &report).await;
    let mut thief = t.browser();
    let csrf = thief.open(&path).await.value("csrf").expect("the token of the form");
    let form = |fields: &str| Some(format!("csrf={csrf}{fields}"));
    let nothing = thief.request(Method::GET, &format!("/r/{}", "a".repeat(64)), None).await;
    assert!(nothing.status == 404 && nothing.text().contains("opens nothing"), "{}", nothing.text());
    let closed = |answer: &Answer| answer.status == 404 && answer.body == nothing.body;

    // Who knows nearly all of the address knows nothing.
    let token = path.trim_start_matches("/r/");
    let known = &token[..token.len() - 8];
    for n in 0..requests * 6 / 10 {
        let guess = format!("/r/{known}{n:08x}");
        let answer = match n % 3 {
            0 => thief.request(Method::GET, &guess, None).await,
            1 => thief.request(Method::POST, &guess, form("")).await,
            _ => thief.request(Method::POST, &format!("{guess}/code"), form("&code=12345678&digits=123456")).await,
        };
        assert!(closed(&answer), "{n}: {} {}", answer.status, answer.text());
    }
    assert_eq!((t.count("select count(*) from outbox").await, t.delivered().await), (1, 0), "nobody is mailed for a guess");
    assert_eq!(t.browser().open(&path).await.status, 200, "the link that was sent opens as before");

    let mut asks = Vec::new();
    for _ in 0..requests / 10 {
        asks.push(thief.request(Method::POST, &path, form("")).await);
    }
    assert!(asks[..5].iter().all(|a| a.status == 303), "five codes an hour");
    assert!(asks[5..].iter().all(|a| a.status == 429 && a.body == asks[5].body), "and then none, in the same words");
    assert_eq!((t.delivered().await, t.mails().len()), (5, 6), "no mailbox is flooded");

    let each = requests * 3 / 40;
    let mut tries = Vec::new();
    for _ in 0..4 {
        t.forget_held();
        t.app.clock.set(t.app.now() + TimeDelta::minutes(61));
        assert_eq!(thief.request(Method::POST, &path, form("")).await.status, 303, "a code for this hour");
        for n in 0..each {
            let fields = format!("&code={n:08}&digits=000000");
            tries.push(thief.request(Method::POST, &format!("{path}/code"), form(&fields)).await);
        }
    }
    for (n, answer) in tries.iter().enumerate() {
        let alike = match (n / each, n % each) {
            // The twentieth that counts locks it.
            (3, n) if n >= 4 => closed(answer),
            (_, n) if n < 5 => answer.status == 422,
            // The code is used up: nothing counts any more, and nothing more is told.
            _ => answer.status == 422 && answer.body == tries[5].body,
        };
        assert!(alike, "{n}: {} {}", answer.status, answer.text());
    }

    let locked = thief.request(Method::GET, &path, None).await;
    let asked = thief.request(Method::POST, &path, form("")).await;
    assert!(closed(&locked) && closed(&asked), "it looks like one that never was: {} {}", locked.text(), asked.text());
    let link = t.read(&format!("/api/v1/reports/{}", id(&report))).await["link"].clone();
    assert_eq!((&link["state"], &link["wrong_tries"], &link["views"]), (&json!("locked"), &json!(20), &json!(0)), "{link}");
    assert_eq!(t.count("select count(*) from outbox").await, 10, "the link, and nine codes");
    assert_eq!(t.count("select count(*) from disclosure").await, 0, "nobody read anything");
}

// The full number on SQLite alone, for its time; that both count the guesses alike is the promise below.
#[tokio::test]
async fn ten_thousand_guesses_at_a_link_are_answered_alike_open_nothing_and_lock_it() {
    let t = TestApp::with(Database::Sqlite, &[("public_url", HERE)]).await;
    flooded(&t, 10_000).await;
}

crate::both_databases! {
    with &[("public_url", HERE)];

    async fn three_hundred_guesses_at_a_link_are_answered_alike_open_nothing_and_lock_it(t: &TestApp) {
        flooded(t, 300).await;
    }
}
