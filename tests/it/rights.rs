//! Who may do what: every operation of the API and every page, as every role, against a file that is the oracle.
//! A route that is not in the file fails; so does one that is in the file and nowhere else.

use crate::documents::{self, PNG};
use crate::locations::annex;
use crate::support::acks;
use crate::support::browser::Browser;
use crate::support::chain::id;
use crate::support::era::Era;
use crate::support::outbox::{answered_at_link, sent_mail_of};
use crate::support::{TestApp, email, on_each};
use poem::http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tributary::auth::role::Role;
use tributary::web::openapi_document;

/// `own` and `other`: the patient is the therapist's own, or another therapist's.
const COLUMNS: [(&str, Role, bool); 7] = [
    ("owner", Role::Owner, false),
    ("therapist, own", Role::Therapist, true),
    ("therapist, other's", Role::Therapist, false),
    ("front desk", Role::FrontDesk, false),
    ("biller", Role::Biller, false),
    ("marketer", Role::Marketer, false),
    ("read-only", Role::ReadOnly, false),
];

/// `GET /api/v1/claims` and what each column may expect: `yes`, `403` or `404`.
type Matrix = BTreeMap<String, Vec<String>>;

fn oracle(file: &str) -> Matrix {
    let text = std::fs::read_to_string(format!("tests/it/{file}")).unwrap_or_else(|e| panic!("{file}: {e}"));
    let rows = text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
    let row = |line: &str| {
        let mut cells = line.split('\t').map(String::from);
        let name = cells.next().unwrap_or_default();
        let cells: Vec<String> = cells.collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{file}: {line}");
        (name, cells)
    };
    rows.map(row).collect()
}

/// One of each thing, of one therapist's patient: the names in addresses, and their ids.
pub async fn things(t: &TestApp, therapist: Role, last: &str) -> BTreeMap<&'static str, String> {
    let doctor = t.doctor("Priya", last).await;
    let payer = t.payer(&format!("Cascade {last}")).await;
    let referral = t.referral(&doctor, &payer, last, "2026-02-27").await;
    let annex = t.done("/api/v1/locations", annex(&format!("Room {last}"))).await;
    let office = t.done("/api/v1/organizations", json!({ "name": format!("Office {last}") })).await;
    let patient = referral["patient"]["id"].as_str().expect("a patient").to_string();
    let treated_by = t.actor(therapist).await;
    let therapists = t.read("/api/v1/therapists").await["items"].clone();
    let name = treated_by.name.split(' ').next_back().expect("a name").to_string();
    let of = therapists.as_array().expect("therapists").iter().find(|x| x.to_string().contains(&name)).expect("the therapist").clone();
    let new =
        json!({ "referral": id(&referral), "visit_on": "2026-03-02", "starts_at": "10:00", "state": "attended", "therapist": id(&of) });
    let visit = t.done("/api/v1/visits", new).await;
    let note = json!({ "visit": id(&visit), "plan": "Weekly, by the heronry.", "services": [{ "code": "97140", "minutes": 60 }] });
    let draft = t.post(therapist, "/api/v1/notes", note).await;
    assert_eq!(draft.status, 201, "{}", draft.text());
    let note = id(&draft.json());
    let signed = t.post(therapist, &format!("/api/v1/notes/{note}/sign"), json!({})).await;
    assert_eq!(signed.status, 200, "{}", signed.text());
    let text = t.done("/api/v1/note-texts", json!({ "kind": "snippet", "name": last, "words": "Stiff.", "whose": "practice" })).await;
    let private = t
        .post(therapist, &format!("/api/v1/patients/{patient}/private-notes"), json!({ "words": "Only the kittiwake knows." }))
        .await
        .json();
    let claim = t.claim_of(&visit).await;
    t.sent(&claim, "2026-03-02").await;
    let payment = t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    let desk = t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 500, "method": "card" })).await;
    let letter = t.done(&format!("/api/v1/patients/{patient}/statements"), json!({})).await;
    let restriction = t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": doctor })).await;
    let users = t.read("/api/v1/users").await["items"].clone();
    let token = t.done("/api/v1/tokens", json!({ "user": email(Role::Owner), "name": last })).await;
    let coverages = t.read(&format!("/api/v1/coverages?patient={patient}")).await;
    let import = t.preview(format!("Name,NPI\nAnn {last},\nBo {last},12\n")).await;
    let prescriptions = t.read(&format!("/api/v1/prescriptions?referral={}", id(&referral))).await;
    let call = t.done("/api/v1/activities", json!({ "kind": "call", "providers": [doctor] })).await;
    let report = t.done("/api/v1/reports", json!({ "kind": "progress", "referral": id(&referral) })).await;
    let mail = sent_mail_of(t, &id(&report), &doctor, &format!("{}@northgate.example", last.to_lowercase())).await;
    let wrong = t.done(&format!("/api/v1/mails/{mail}/wrong-person"), json!({ "what_happened": "A slip of the hand" })).await;
    let answered =
        Era::new(last, "2026-03-20").claim(claim["number"].as_str().expect("a number"), "1", 16_000, 9_000, &[("CO", "45", 7_000)]);
    let era = t.staged(&answered.file()).await;
    let partner =
        t.done("/api/v1/partners", json!({ "name": format!("House {last}"), "sender_id": "US", "receiver_id": format!("R{last}") })).await;
    let batch = batch(t, &payer, &partner, &referral).await;
    let ack = t.acked(&acks::status(last, "2026-03-02", &acks::said(&acks::wire(&claim), "A2:20", "2026-03-02", ""))).await;
    let scan = documents::send(t, Role::Owner, "slip.png", PNG).await.json();
    let alerts = t.read("/api/v1/alerts?rule=thank_you_late").await;
    let late = alerts["items"].as_array().expect("alerts").iter().find(|a| a.to_string().contains(&id(&referral)));
    BTreeMap::from([
        ("providers", doctor.clone()),
        ("organizations", id(&office)),
        ("payers", payer),
        ("referrals", id(&referral)),
        ("patients", patient),
        ("coverages", id(&coverages["items"][0])),
        ("prescriptions", id(&prescriptions["items"][0])),
        ("visits", id(&visit)),
        ("notes", note),
        ("note-texts", id(&text)),
        ("private-notes", id(&private)),
        ("claims", id(&claim)),
        ("letters", id(&letter)),
        ("payments", id(&payment)),
        ("events", desk["id"].as_str().map(String::from).unwrap_or_else(|| id(&desk["events"][0]))),
        ("restrictions", id(&restriction["restrictions"][0])),
        ("users", id(&users[0])),
        ("imports", id(&import)),
        ("rows", "2".into()),
        ("tokens", id(&token)),
        ("locations", id(&annex)),
        ("therapists", id(&of)),
        ("activities", id(&call)),
        ("reports", id(&report)),
        ("mails", mail.clone()),
        ("wrong-recipients", id(&wrong)),
        ("documents", id(&scan)),
        ("partners", id(&partner)),
        ("batches", batch),
        ("remittances", id(&era)),
        ("files", id(&era)),
        ("answers", id(&era["claims"][0])),
        ("acknowledgments", id(&ack)),
        ("sign-backs", answered_at_link(t, &id(&report), &mail).await),
        ("standing-approvals", id(&t.done("/api/v1/standing-approvals", json!({ "provider": doctor })).await)),
        ("r", "a".repeat(64)),
        ("stop", "a".repeat(64)),
        ("alerts", id(late.expect("nobody was thanked yet"))),
    ])
}

/// A file with a claim of a second visit in it.
async fn batch(t: &TestApp, payer: &str, partner: &Value, referral: &Value) -> String {
    crate::support::partners::may_send(t, payer).await;
    t.changed(&format!("/api/v1/payers/{payer}"), json!({ "partner": id(partner) })).await;
    let claim = t.claim_drafted(referral, "2026-03-01").await;
    t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
    let written = t.done("/api/v1/claims/batches", json!({ "ids": [claim["number"]] })).await;
    id(&written["batches"][0])
}

/// The address with ids in it: `{id}` and `:id` are what the step before names.
pub fn filled(path: &str, things: &BTreeMap<&'static str, String>) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        if step.starts_with(['{', ':']) {
            // Two kinds of answers have pages: to a claim within a remittance, and a file of them.
            let named = match steps.as_slice() {
                [.., "claims", "answers"] => things.get("acknowledgments"),
                _ => steps.iter().rev().find_map(|s| things.get(s)),
            };
            steps.push(named.unwrap_or_else(|| panic!("no thing for {path}: add one to things()")));
        } else {
            steps.push(step);
        }
    }
    steps.join("/")
}

/// The same with a question, for reads that are nothing without one.
pub fn asked(path: &str, things: &BTreeMap<&'static str, String>) -> String {
    let question = match path {
        "/api/v1/payments/patient" | "/payments/patient" | "/payments/refund" => format!("?claim={}", things["claims"]),
        "/api/v1/payers/performance/claims" | "/what-pays/payers/claims" => format!("?payer={}", things["payers"]),
        "/visits/new" => format!("?referral={}", things["referrals"]),
        "/search" | "/api/v1/search" => "?q=marsh".into(),
        path if path.ends_with("/find") => "?q=ma".into(),
        _ => String::new(),
    };
    filled(path, things) + &question
}

pub fn operations() -> BTreeSet<String> {
    let document = openapi_document();
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, verbs): (&String, &Value)| {
        let verbs: Vec<String> = verbs.as_object().expect("verbs").keys().map(|v| format!("{} {path}", v.to_uppercase())).collect();
        verbs
    };
    paths.iter().flat_map(of).collect()
}

fn cell(status: u16) -> String {
    match status {
        401 | 403 | 404 | 500.. => status.to_string(),
        _ => "yes".into(),
    }
}

fn differences(expected: &Matrix, met: &Matrix) -> String {
    let mut lines = Vec::new();
    for (name, cells) in met {
        let Some(wanted) = expected.get(name).cloned() else {
            lines.push(format!("{name} has no row in the file; met\t{}", cells.join("\t")));
            continue;
        };
        for (n, (wanted, met)) in wanted.iter().zip(cells).enumerate() {
            if wanted != met {
                lines.push(format!("{name} as {}: expected {wanted}, met {met}", COLUMNS[n].0));
            }
        }
    }
    lines.extend(expected.keys().filter(|name| !met.contains_key(*name)).map(|name| format!("{name} stands in the file and nowhere else")));
    lines.join("\n")
}

/// A patient of their own for each column: what one role did stands in no other's way.
async fn columns(t: &TestApp) -> Vec<(Role, BTreeMap<&'static str, String>)> {
    t.fees().await;
    let mut columns = Vec::new();
    for ((_, role, is_own), last) in COLUMNS.into_iter().zip(["Marsh", "Reed", "Field", "Brook", "Stone", "Heath", "Glen"]) {
        let treats = if is_own { Role::Therapist } else { Role::Owner };
        columns.push((role, things(t, treats, last).await));
    }
    columns
}

crate::both_databases! {
    async fn every_operation_of_the_api_obeys_the_matrix_for_every_role(t: &TestApp) {
        let mut met = Matrix::new();
        for (role, things) in columns(t).await {
            let bearer = format!("Bearer {}", t.token(role).await);
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            for operation in operations() {
                let (verb, path) = operation.split_once(' ').expect("a verb");
                let body = if verb == "GET" { "" } else { "{}" };
                let answer = t.raw(verb.parse::<Method>().expect("a verb"), &asked(path, &things), &headers, body).await;
                met.entry(operation).or_default().push(cell(answer.status.as_u16()));
            }
        }
        let wrong = differences(&oracle("rights.tsv"), &met);
        assert!(wrong.is_empty(), "{wrong}");
    }
}

/// The address of something that is not there.
fn of_nothing(path: &str) -> String {
    let step = |step: &str| if step.starts_with(['{', ':']) { "00000000-0000-7000-8000-000000000000".into() } else { step.to_string() };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Pages for somebody who has no login: to sign in, to set up, and what a mail's link opens.
fn is_open_to_anybody(path: &str) -> bool {
    matches!(path, "/login" | "/setup") || path.starts_with("/r/") || path.starts_with("/stop/")
}

crate::both_databases! {
    async fn without_a_login_every_operation_of_the_api_answers_401_and_does_nothing(t: &TestApp) {
        for operation in operations() {
            let (verb, path) = operation.split_once(' ').expect("a verb");
            let verb: Method = verb.parse().expect("a verb");
            let body = if verb == Method::GET { "" } else { "{}" };
            for credential in [None, Some("Bearer trib_nobody"), Some("Basic b3duZXI6cXVpZXQ=")] {
                let kind = Some(("content-type", "application/json"));
                let headers: Vec<(&str, &str)> = kind.into_iter().chain(credential.map(|c| ("authorization", c))).collect();
                let answer = t.raw(verb.clone(), &of_nothing(path), &headers, body).await;
                assert_eq!(answer.status, 401, "{operation} {credential:?}: {}", answer.text());
                assert_eq!(answer.header("content-type"), "application/problem+json", "{operation}");
            }
        }
    }

    async fn without_a_login_every_page_leads_to_the_login_and_no_form_does_anything(t: &TestApp) {
        let mut browser = t.browser();
        let csrf = browser.open("/login").await.value("csrf").expect("a form's token");
        for route in pages() {
            let (verb, path) = route.split_once(' ').expect("a verb");
            if is_open_to_anybody(path) {
                continue;
            }
            let form = (verb == "POST").then(|| format!("csrf={csrf}"));
            let answer = browser.request(verb.parse().expect("a verb"), &of_nothing(path), form).await;
            assert_eq!(answer.status, 303, "{route}: {}", answer.text());
            assert!(answer.header("location").starts_with("/login"), "{route} leads to {}", answer.header("location"));
        }
    }
}

/// Every `pages.rs`, however deep.
fn doors(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok).map(|e| e.path()) {
        match entry.is_dir() {
            true => doors(&entry, found),
            false if entry.ends_with("pages.rs") => found.push(entry),
            false => {}
        }
    }
}

/// `GET /claims/:id`, `POST /claims/:id/void` ...: from the tables at the top of the doors.
pub fn pages() -> BTreeSet<String> {
    let mut files = Vec::new();
    doors(Path::new("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a door");
        let table = text.split("pub fn routes(").nth(1).and_then(|t| t.split("\n}").next()).expect("a table of routes");
        for (path, handlers) in
            table.split(".at(").skip(1).map(|at| at.trim_start().trim_start_matches('"').split_once('"').expect("an address"))
        {
            for (verb, of) in [("GET", "get("), ("POST", "post(")] {
                if handlers.contains(of) {
                    found.insert(format!("{verb} {path}"));
                }
            }
        }
    }
    found
}

/// Nothing but the form's own token; and where its address does not say what a form is about, that.
fn bare_form(path: &str, csrf: &str, things: &BTreeMap<&'static str, String>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("csrf", csrf);
    match path {
        "/alerts/done" | "/alerts/snooze" | "/alerts/undo" => form.append_pair("ids[]", &things["alerts"]),
        "/payments/new" | "/payments/lay-out" => form.append_pair("payer", &things["payers"]),
        "/payments/patient" | "/payments/refund" => form.append_pair("claim", &things["claims"]),
        _ => &mut form,
    };
    form.finish()
}

/// The token of the forms that are open to anybody, and of those behind the login. A little later each time: an empty
/// login form is a failed login.
async fn signed_in(t: &TestApp, role: Role) -> (Browser<'_>, [String; 2]) {
    t.app.clock.set(t.app.now() + chrono::Duration::minutes(1));
    let mut browser = t.signed_in(role).await;
    let (outside, inside) = (browser.open("/login").await, browser.open("/help").await);
    (browser, [outside, inside].map(|page| page.value("csrf").expect("a form's token")))
}

#[tokio::test]
async fn every_page_obeys_the_matrix_for_every_role() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let mut met = Matrix::new();
        for (role, things) in columns(&t).await {
            let (mut browser, mut csrf) = signed_in(&t, role).await;
            for route in pages() {
                let (verb, path) = route.split_once(' ').expect("a verb");
                let token = &csrf[usize::from(!matches!(path, "/login" | "/setup") && !path.starts_with("/r/"))];
                let form = (verb == "POST").then(|| bare_form(path, token, &things));
                let answer = browser.request(verb.parse().expect("a verb"), &asked(path, &things), form).await;
                met.entry(route.clone()).or_default().push(cell(answer.status.as_u16()));
                if path == "/logout" {
                    (browser, csrf) = signed_in(&t, role).await;
                }
            }
        }
        let wrong = differences(&oracle("rights_pages.tsv"), &met);
        assert!(wrong.is_empty(), "{wrong}");
        t.close().await;
    })
    .await;
}
