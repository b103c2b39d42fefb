//! Who saw or changed what, and what the log must never hold.

use crate::rights::{filled, operations, pages, things};
use crate::support::chain::id;
use crate::support::database::Database;
use crate::support::{PASSWORD, TestApp, email};
use poem::http::Method;
use sea_orm::EntityTrait;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tributary::auth::role::Role;
use tributary::entity::audit;

/// The rows of the audit by the request that wrote them.
async fn noted(t: &TestApp) -> BTreeMap<String, Vec<audit::Model>> {
    let mut by_request: BTreeMap<String, Vec<audit::Model>> = BTreeMap::new();
    for row in audit::Entity::find().all(&t.app.db).await.expect("the audit") {
        by_request.entry(row.request_id.clone().unwrap_or_default()).or_default().push(row);
    }
    by_request
}

crate::both_databases! {
    async fn every_change_leaves_a_row_in_the_audit_that_names_its_request(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        let provider = t.read(&format!("/api/v1/providers/{}", one["providers"])).await;
        t.patch(Role::Owner, &format!("/api/v1/providers/{}", one["providers"]), json!({ "specialty": "Spine", "version": provider["version"] })).await;
        let practice = t.read("/api/v1/practice").await;
        t.patch(Role::Owner, "/api/v1/practice", json!({ "phone": "206-555-0188", "version": practice["version"] })).await;
        t.done(&format!("/api/v1/tokens/{}/revoke", one["tokens"]), json!({})).await;
        t.done("/api/v1/activities", json!({ "providers": [one["providers"]], "kind": "call", "on": "2026-03-02" })).await;
        let rows = noted(t).await;
        let changes: Vec<(String, String)> = t.answered.lock().expect("answers").iter().filter(|(what, _)| !what.starts_with("GET")).cloned().collect();
        assert!(changes.len() > 25, "{}", changes.len());
        for (what, request) in &changes {
            assert!(rows.contains_key(request), "{what} left no row");
        }
        let changed = rows.values().flatten().find(|r| r.action == "changed" && r.thing_kind == "provider").expect("the change of a provider");
        assert_eq!(changed.fields.0, ["specialty"], "it names fields and holds no values");
        assert!(changed.actor_kind == "token" && changed.actor_name == "Maya Ortiz" && changed.user_id.is_some());
    }

    async fn every_look_at_clinical_text_leaves_a_row_of_its_own(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        for (kind, path) in [("note", "notes"), ("patient", "patients"), ("referral", "referrals")] {
            let answer = t.get(Role::Owner, &format!("/api/v1/{path}/{}", one[path])).await;
            assert_eq!(answer.status, 200);
            let rows = noted(t).await.remove(answer.header("x-request-id")).unwrap_or_default();
            let read = rows.iter().find(|r| r.action == "read").unwrap_or_else(|| panic!("{path} was read and nobody knows"));
            assert_eq!((read.thing_kind.as_str(), read.patient_id.is_some()), (kind, true));
        }
    }

    async fn what_was_refused_changes_nothing_and_is_noted_nowhere(t: &TestApp) {
        let before = audit::Entity::find().all(&t.app.db).await.expect("the audit").len();
        t.get(Role::Owner, "/api/v1/account").await;
        let with_token = audit::Entity::find().all(&t.app.db).await.expect("the audit").len();
        assert_eq!(with_token, before + 1, "the token of this test");
        let refused = t.call(Role::Owner, Method::POST, "/api/v1/providers", Some(&json!({ "npi": "1" }))).await;
        assert_eq!(refused.status, 422);
        assert_eq!(audit::Entity::find().all(&t.app.db).await.expect("the audit").len(), with_token + 1, "only the second token");
    }
}

#[tokio::test]
async fn a_command_is_the_operator_in_the_audit() {
    let t = TestApp::on(Database::Sqlite).await;
    t.command(&["token", "create", "--user", &email(Role::Owner)]);
    let rows = audit::Entity::find().all(&t.app.db).await.expect("the audit");
    let row = rows.iter().rfind(|r| r.thing_kind == "token").expect("the token");
    assert_eq!((row.actor_kind.as_str(), row.actor_name.as_str(), row.user_id), ("command", "operator", None));
}

/// Everything that is logged while it lives, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic before").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_holds_no_names_no_queries_no_text_of_a_note_and_no_secrets() {
    let t = TestApp::on(Database::Sqlite).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    t.fees().await;
    let one = things(&t, Role::Owner, "Zanzibarova").await;
    let note = t.read(&format!("/api/v1/notes/{}", one["notes"])).await;
    assert_eq!(id(&note), one["notes"]);
    let token = t.token(Role::Owner).await;
    let mut browser = t.browser();
    let login = browser.open("/login").await;
    browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", "wrong canary horse")]).await;
    t.app.clock.set(t.app.now() + chrono::TimeDelta::seconds(5));
    browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", PASSWORD)]).await;
    let asked = "q=Zanzibarova&patient=Zanzibarova";
    for path in pages().iter().filter_map(|p| filled(p, &one)) {
        browser.request(Method::GET, &format!("{path}?{asked}"), None).await;
    }
    browser.request(Method::GET, "/patients/Zanzibarova", None).await;
    browser.request(Method::GET, "/Zanzibarova", None).await;
    for operation in operations() {
        let (verb, path) = operation.split_once(' ').expect("a verb");
        let Some(address) = filled(path, &one) else { continue };
        let address = format!("{address}?{asked}");
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_string())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let body = if verb == "GET" { "" } else { "{\"first_name\": \"Zanzibarova\", \"old_password\": \"wrong canary horse\"}" };
        t.raw(verb.parse().expect("a verb"), &address, &headers, body).await;
    }
    let text = String::from_utf8_lossy(&log.0.lock().expect("no panic before")).into_owned();
    assert!(text.contains("/api/v1/claims/:id/ledger") && text.contains("/login"), "it was caught at all: {:.300}", text);
    let session = browser.cookies["session"].clone();
    for canary in [
        "Zanzibarova",
        "zanzibarova",
        "Nora",
        "Weekly",
        "M-1",
        "q=",
        "canary horse",
        PASSWORD,
        token.as_str(),
        session.as_str(),
        "owner@willow",
        "1980-05-04",
    ] {
        let line = text.lines().find(|l| l.contains(canary));
        assert!(line.is_none(), "{canary}: {}", line.unwrap_or_default());
    }
}
