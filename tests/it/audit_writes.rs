//! Every write of the API, once: each leaves a row that says who did what to which thing, and a change says the names of its fields.

use crate::mail_bounces::notice;
use crate::support::TestApp;
use crate::support::audited::{WRITES_NOTHING, writes};
use crate::support::chain::id;
use crate::support::outbox::answered_at_link;
use crate::support::walk::{Held, Step, WALK, send, walk};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tributary::mail::bounce::token::Token;

/// What doctors answered at their links, settled by a person: one in words, one by filing the order that came of it.
async fn sign_backs(t: &TestApp, held: &Held) {
    let mails = t.read("/api/v1/mails?state=sent").await["items"].as_array().expect("mails").clone();
    // Each answer came by a link of a mail of its own; these have none yet.
    let (report, amended) = (held.value("report"), held.value("amended"));
    let mut free = mails.iter().filter(|mail| mail["report"] == amended.as_str()).map(id);
    let in_words = answered_at_link(t, &amended, &free.next().expect("a mail")).await;
    t.done(&format!("/api/v1/sign-backs/{in_words}/note"), json!({ "why": "They said so on the phone" })).await;
    let order = answered_at_link(t, &report, &free.next().expect("another mail")).await;
    let new = json!({ "referral": held.value("marsh"), "diagnoses": ["M54.2"], "visits": 4, "no_expiration": "yes" });
    t.done("/api/v1/prescriptions", new).await;
    let filed = "update sign_back set answer = 'approve', visits = 4, prescription_id = (select max(id) from prescription) where settled_at is null";
    assert_eq!(t.by_sql(filed).await, Ok(1));
    t.done(&format!("/api/v1/sign-backs/{order}/file"), json!({})).await;
}

/// A mail came back, and the notice proves that it is about one of ours.
async fn came_back(t: &TestApp) {
    let mail = id(&t.read("/api/v1/mails?state=sent").await["items"][0]);
    let key = t.app.post.bounce_key(|| tributary::auth::secret(&t.app.db, "bounces")).await.expect("a key");
    let token = Token::of(mail.parse().expect("an id"), &key);
    let raw = format!("Original-Envelope-Id: {token}\r\n{}", notice("owner@willow.example", "failed", "5.1.1", "550 no such user"));
    let told = send(t, "/api/v1/mails/bounces", "notice.eml", &raw).await.json();
    assert_eq!(told["proven"], true, "{told}");
}

crate::both_databases! {
    with &[("public_url", "https://reports.willow.example"), ("undo_minutes", "0")];

    async fn every_write_of_the_api_leaves_a_row_and_every_change_names_its_fields(t: &TestApp) {
        let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let held = walk(t, async |_, step: &Step| {
            let answer = step.ask(t, None).await;
            if step.verb == "PATCH" {
                let fields = step.json().as_object().expect("fields").keys().filter(|field| *field != "version").cloned().collect();
                named.insert(answer.header("x-request-id").to_string(), fields);
            }
            answer
        })
        .await;
        sign_backs(t, &held).await;
        came_back(t).await;
        t.every_write_is_audited().await;
        let written = t.audited().await;
        let driven: BTreeSet<&String> = written.iter().map(|(operation, _)| operation).collect();
        let missing: Vec<&String> = writes().iter().filter(|operation| !driven.contains(operation)).collect();
        assert!(missing.is_empty(), "these stand not in {WALK}: {missing:?}");
        for (operation, why) in WRITES_NOTHING {
            assert!(writes().contains(operation), "{operation} is no operation any more");
            let left = written.iter().find(|(of, rows)| of == operation && !rows.is_empty());
            assert!(left.is_none(), "{operation}: {why}, and yet it left {left:?}");
        }
        let changes: Vec<_> = written.iter().filter(|(operation, _)| operation.starts_with("PATCH ")).collect();
        assert_eq!(changes.len(), named.len());
        for (operation, rows) in changes {
            let request = rows[0].request_id.clone().unwrap_or_default();
            let told: BTreeSet<&String> = rows.iter().flat_map(|row| &row.fields.0).collect();
            for field in &named[&request] {
                assert!(told.contains(field) || told.contains(&format!("{field}_id")), "{operation} changed {field} and told {told:?}");
            }
        }
    }
}
