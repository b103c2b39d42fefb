//! Who saw or changed what, and what the log must never hold.

use crate::rights::{asked, filled, operations, pages, things};
use crate::support::{PASSWORD, TestApp, email, on_each};
use poem::http::Method;
use sea_orm::EntityTrait;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use tributary::auth::role::Role;
use tributary::entity::audit;

/// In the note and in the private note of `things`, and nowhere else.
const WORDS_OF_NOTES: [&str; 2] = ["heronry", "kittiwake"];

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
        assert!(changes.len() > 20, "{}", changes.len());
        for (what, request) in &changes {
            assert!(rows.contains_key(request), "{what} left no row");
        }
        let changed = rows.values().flatten().find(|r| r.action == "changed" && r.thing_kind == "provider").expect("the change of a provider");
        assert_eq!(changed.fields.0, ["specialty"], "it names fields and holds no values");
        assert!(changed.actor_kind == "token" && changed.actor_name == "Maya Ortiz" && changed.user_id.is_some());
    }

    async fn a_row_says_whether_a_person_a_program_a_command_or_the_program_itself_acted(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/providers/new").await;
        browser.submit(&form, "/providers/new", &[("first_name", "Ada"), ("last_name", "Okafor")]).await;
        t.command(&["token", "create", "--user", &email(Role::Owner)]);
        let payer = t.payer("Cascade Health").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed_note(&visit).await;
        let begun = tributary::reports::letters::due::draft(&t.app, &tributary::app::Actor::job()).await.expect("begun");
        assert!(begun.drafted > 0, "the first report is due");
        let rows: Vec<audit::Model> = noted(t).await.into_values().flatten().collect();
        let found = |kind: &str, thing: &str| rows.iter().find(|r| r.actor_kind == kind && r.thing_kind == thing).unwrap_or_else(|| panic!("{kind} {thing}"));
        let person = found("person", "provider");
        assert!(person.user_id.is_some() && person.request_id.is_some() && person.actor_name == "Maya Ortiz");
        assert!(found("token", "provider").user_id.is_some());
        assert_eq!(found("command", "token").user_id, None);
        assert_eq!(found("job", "report").user_id, None);
    }

    async fn every_look_at_clinical_text_leaves_a_row_of_its_own(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        let at = |path: &str| format!("/{path}/{}", one[path]);
        let looks = [
            ("note", at("notes")),
            ("patient", at("patients")),
            ("referral", at("referrals")),
            ("prescription", at("prescriptions")),
            ("prescription", "/prescriptions".into()),
            ("claim", at("claims")),
            ("claim", format!("{}/form", at("claims"))),
            ("report", at("reports")),
        ];
        for (kind, path) in &looks {
            let answer = t.get(Role::Owner, &format!("/api/v1{path}")).await;
            assert_eq!(answer.status, 200, "{path}");
            was_read(t, answer.header("x-request-id"), kind, path).await;
        }
        let mut browser = t.signed_in(Role::Owner).await;
        for (kind, path) in looks.iter().filter(|(_, path)| path != "/prescriptions" && !path.ends_with("/form")) {
            let path = if *kind == "note" { format!("/visits/{}/note", one["visits"]) } else { path.clone() };
            let answer = browser.request(Method::GET, &path, None).await;
            assert!(answer.status.as_u16() < 400, "{path}: {}", answer.status);
            was_read(t, answer.header("x-request-id"), kind, &path).await;
        }
    }

    async fn wherever_the_words_of_a_note_are_shown_the_audit_knows_who_saw_them_and_does_not_repeat_them(t: &TestApp) {
        t.fees().await;
        let one = things(t, Role::Owner, "Field").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let mut shown = 0;
        let reads = operations().into_iter().chain(pages()).filter_map(|route| route.strip_prefix("GET ").map(String::from));
        for path in reads {
            let path = asked(&path, &one);
            let answer = match path.starts_with("/api/") {
                true => t.get(Role::Owner, &path).await,
                false => browser.request(Method::GET, &path, None).await,
            };
            let text = answer.text();
            if !WORDS_OF_NOTES.iter().any(|word| text.contains(word)) {
                continue;
            }
            shown += 1;
            let rows = noted(t).await.remove(answer.header("x-request-id")).unwrap_or_default();
            let seen = rows.iter().any(|r| matches!(r.action.as_str(), "read" | "printed" | "downloaded") && r.user_id.is_some());
            assert!(seen, "{path} shows the words of a note and nobody knows: {rows:?}");
        }
        assert!(shown > 8, "{shown} answers hold the words of a note");
        for row in audit::Entity::find().all(&t.app.db).await.expect("the audit") {
            let told = format!("{row:?}");
            assert!(!WORDS_OF_NOTES.iter().any(|word| told.contains(word)), "{told}");
        }
    }

    async fn what_was_refused_changes_nothing_and_is_noted_nowhere(t: &TestApp) {
        let before = audit::Entity::find().all(&t.app.db).await.expect("the audit").len();
        t.get(Role::Owner, "/api/v1/account").await;
        let with_token = audit::Entity::find().all(&t.app.db).await.expect("the audit").len();
        assert_eq!(with_token, before + 1, "the token of this test");
        let refused = t.call(Role::Owner, Method::POST, "/api/v1/providers", Some(&json!({ "npi": "1" }))).await;
        assert_eq!(refused.status, 422);
        assert_eq!(audit::Entity::find().all(&t.app.db).await.expect("the audit").len(), with_token);
    }
}

async fn was_read(t: &TestApp, request: &str, kind: &str, path: &str) {
    let rows = noted(t).await.remove(request).unwrap_or_default();
    let read =
        rows.iter().find(|r| r.action == "read" && r.thing_kind == kind).unwrap_or_else(|| panic!("{path} was read and nobody knows"));
    assert!(read.patient_id.is_some(), "{path}: of whom?");
}

#[tokio::test]
async fn a_command_is_the_operator_in_the_audit() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        t.command(&["token", "create", "--user", &email(Role::Owner)]);
        let rows = audit::Entity::find().all(&t.app.db).await.expect("the audit");
        let row = rows.iter().rfind(|r| r.thing_kind == "token").expect("the token");
        assert_eq!((row.actor_kind.as_str(), row.actor_name.as_str(), row.user_id), ("command", "operator", None));
        t.close().await;
    })
    .await;
}

/// A program that serves the same practice, with everything that it logs at the finest level.
struct Served {
    child: std::process::Child,
    address: String,
    log: std::thread::JoinHandle<String>,
}

impl Served {
    fn start(t: &TestApp) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tributary"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(t.folder.path())
            .env_clear()
            .env("DATABASE_URL", &t.url)
            .env("TRIBUTARY_DATA", t.folder.path())
            .env("TRIBUTARY_NOW", t.app.now().to_rfc3339())
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stderr = child.stderr.take().expect("stderr");
        let log = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let line = BufReader::new(child.stdout.take().expect("stdout")).lines().next().expect("a line").expect("text");
        let address = line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_string();
        Self { child, address, log }
    }

    fn ask(&self, verb: &str, path: &str, headers: &str, body: &str) {
        let mut socket = std::net::TcpStream::connect(&self.address).expect("it listens");
        let length = body.len();
        let request = format!("{verb} {path} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}");
        socket.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let status = String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_string();
        assert!(!status.is_empty() && !status.starts_with('5'), "{verb} {path}: {status}");
    }

    fn stop(mut self) -> String {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        self.log.join().expect("a log")
    }
}

#[tokio::test]
async fn the_log_holds_no_names_no_queries_no_text_of_a_note_and_no_secrets() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        t.fees().await;
        let one = things(&t, Role::Owner, "Zanzibarova").await;
        let token = t.token(Role::Owner).await;
        let session = t.signed_in(Role::Owner).await.cookies["session"].clone();
        let served = Served::start(&t);
        let (cookie, bearer) =
            (format!("Cookie: session={session}\r\n"), format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"));
        let asked = "q=Zanzibarova&patient=Zanzibarova";
        for path in pages().iter().filter_map(|p| Some(filled(p.strip_prefix("GET ")?, &one))) {
            served.ask("GET", &format!("{path}?{asked}"), &cookie, "");
        }
        for path in ["/patients/Zanzibarova", "/Zanzibarova", "/login?to=/Zanzibarova"] {
            served.ask("GET", path, &cookie, "");
        }
        served.ask(
            "POST",
            "/login",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "email=owner%40willow.example&password=wrong+canary+horse",
        );
        for operation in operations() {
            let (verb, path) = operation.split_once(' ').expect("a verb");
            let address = filled(path, &one);
            let body = if verb == "GET" { "" } else { "{\"last_name\": \"Zanzibarova\", \"old_password\": \"wrong canary horse\"}" };
            served.ask(verb, &format!("{address}?{asked}"), &bearer, body);
        }
        let text = served.stop();
        assert!(text.contains("/api/v1/claims/:id/ledger") && text.contains("/account"), "it was caught at all: {:.600}", text);
        let canaries = [
            "Zanzibarova",
            "zanzibarova",
            "Nora",
            "heronry",
            "kittiwake",
            "M-1",
            "q=",
            "canary horse",
            "canary+horse",
            PASSWORD,
            &token,
            &session,
            "owner@willow",
            "owner%40willow",
            "1980-05-04",
        ];
        for canary in canaries {
            let line = text.lines().find(|l| l.contains(canary));
            assert!(line.is_none(), "{canary}: {}", line.unwrap_or_default());
        }
        t.close().await;
    })
    .await;
}
