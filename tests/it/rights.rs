//! Who may do what: every operation of the API and every page, as every role, against a file that is the oracle.
//! A route that is not in the file fails; so does one that is in the file and nowhere else.

use crate::support::chain::id;
use crate::support::{PASSWORD, TestApp, email};
use poem::http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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

/// While pages are still being built, a route may come before its row.
const EVERY_ROUTE_HAS_ITS_ROW: bool = false;

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
    let provider = t.read(&format!("/api/v1/providers/{doctor}")).await;
    let office = t.done("/api/v1/organizations", json!({ "name": format!("Office {last}") })).await;
    let patient = referral["patient"]["id"].as_str().expect("a patient").to_string();
    let treated_by = t.actor(therapist).await;
    let therapists = t.read("/api/v1/therapists").await;
    let name = treated_by.name.split(' ').next_back().expect("a name").to_string();
    let of = therapists.as_array().expect("therapists").iter().find(|x| x.to_string().contains(&name)).expect("the therapist").clone();
    let new =
        json!({ "referral": id(&referral), "visit_on": "2026-03-02", "starts_at": "10:00", "state": "attended", "therapist": id(&of) });
    let visit = t.done("/api/v1/visits", new.clone()).await;
    let note = json!({ "visit": id(&visit), "plan": "Weekly.", "services": [{ "code": "97140", "minutes": 60 }] });
    let draft = t.post(therapist, "/api/v1/notes", note).await;
    assert_eq!(draft.status, 201, "{}", draft.text());
    let draft = draft.json();
    let signed = t.post(therapist, &format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
    assert_eq!(signed.status, 200, "{}", signed.text());
    let claim = t.claim_of(&visit).await;
    t.sent(&claim, "2026-03-02").await;
    let payment = t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    let desk = t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 500, "method": "card" })).await;
    let restriction = t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": doctor })).await;
    let users = t.read("/api/v1/users").await;
    let token = t.done("/api/v1/tokens", json!({ "user": email(Role::Owner), "name": last })).await;
    let coverages = t.read(&format!("/api/v1/coverages?patient={patient}")).await;
    let import = t.preview(format!("Name,NPI\nAnn {last},\nBo {last},12\n")).await;
    let prescriptions = t.read(&format!("/api/v1/prescriptions?referral={}", id(&referral))).await;
    BTreeMap::from([
        ("providers", id(&provider)),
        ("organizations", id(&office)),
        ("payers", payer),
        ("referrals", id(&referral)),
        ("patients", patient),
        ("coverages", id(&coverages["items"][0])),
        ("prescriptions", id(&prescriptions["items"][0])),
        ("visits", id(&visit)),
        ("notes", id(&draft)),
        ("claims", id(&claim)),
        ("payments", id(&payment)),
        ("events", desk["id"].as_str().map(String::from).unwrap_or_else(|| id(&desk["events"][0]))),
        ("restrictions", id(&restriction["restrictions"][0])),
        ("users", id(&users[0])),
        ("imports", id(&import)),
        ("rows", "2".into()),
        ("tokens", id(&token)),
        ("therapists", id(&of)),
    ])
}

/// The address with ids in it: `{id}` is what the step before it names.
pub fn filled(path: &str, things: &BTreeMap<&'static str, String>) -> Option<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in path.split('/') {
        if step.starts_with('{') || step.starts_with(':') {
            let of = steps.iter().rev().find(|s| things.contains_key(s.as_str())).cloned()?;
            let named = if path.contains("restrictions") && steps.last().is_some_and(|s| s == "restrictions") {
                "restrictions".to_string()
            } else {
                of
            };
            steps.push(things.get(named.as_str())?.clone());
        } else {
            steps.push(step.to_string());
        }
    }
    Some(steps.join("/"))
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
        401 | 403 | 404 => status.to_string(),
        500.. => panic!("{status}"),
        _ => "yes".into(),
    }
}

fn differences(expected: &Matrix, met: &Matrix) -> String {
    let mut lines = Vec::new();
    for (name, cells) in met {
        let Some(wanted) = expected.get(name).cloned() else {
            if EVERY_ROUTE_HAS_ITS_ROW {
                lines.push(format!("{name} has no row in the file; met\t{}", cells.join("\t")));
            }
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

crate::both_databases! {
    async fn every_operation_of_the_api_obeys_the_matrix_for_every_role(t: &TestApp) {
        t.fees().await;
        let own = things(t, Role::Therapist, "Marsh").await;
        let other = things(t, Role::Owner, "Field").await;
        let mut tokens = BTreeMap::new();
        for (_, role, _) in COLUMNS {
            tokens.insert(role, t.token(role).await);
        }
        let mut met = Matrix::new();
        for operation in operations() {
            let (verb, path) = operation.split_once(' ').expect("a verb");
            let mut cells = Vec::new();
            for (_, role, is_own) in COLUMNS {
                let Some(address) = filled(path, if is_own { &own } else { &other }) else {
                    if EVERY_ROUTE_HAS_ITS_ROW {
                        panic!("no thing for {path}: add one to things()");
                    }
                    continue;
                };
                let bearer = format!("Bearer {}", tokens[&role]);
                let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
                let body = if verb == "GET" { "" } else { "{}" };
                let answer = t.raw(verb.parse::<Method>().expect("a verb"), &address, &headers, body).await;
                assert!(answer.status.as_u16() < 500, "{operation}: {}", answer.text());
                cells.push(cell(answer.status.as_u16()));
            }
            met.insert(operation, cells);
        }
        let wrong = differences(&oracle("rights.tsv"), &met);
        assert!(wrong.is_empty(), "{wrong}");
    }
}

/// The addresses of pages that are read, from the tables at the top of the doors.
pub fn pages() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for slice in std::fs::read_dir("src").expect("src").filter_map(|e| Some(e.ok()?.path().join("pages.rs"))).filter(|p| p.exists()) {
        let text = std::fs::read_to_string(slice).expect("a door");
        for rest in text.split(".at(").skip(1) {
            let Some((path, rest)) = rest.trim_start().strip_prefix('"').and_then(|r| r.split_once('"')) else { continue };
            let handler = rest.trim_start_matches([',', ' ', '\n']);
            if handler.starts_with("get(") {
                found.insert(path.to_string());
            }
        }
    }
    found
}

#[tokio::test]
async fn every_page_obeys_the_matrix_for_every_role() {
    let t = TestApp::on(crate::support::database::Database::Sqlite).await;
    t.fees().await;
    let own = things(&t, Role::Therapist, "Marsh").await;
    let other = things(&t, Role::Owner, "Field").await;
    let mut met = Matrix::new();
    for path in pages() {
        met.insert(format!("GET {path}"), Vec::new());
    }
    for (_, role, is_own) in COLUMNS {
        let mut browser = t.browser();
        let login = browser.open("/login").await;
        browser.submit(&login, "/login", &[("email", &email(role)), ("password", PASSWORD)]).await;
        for (name, cells) in &mut met {
            let path = name.trim_start_matches("GET ");
            let Some(address) = filled(path, if is_own { &own } else { &other }) else {
                if EVERY_ROUTE_HAS_ITS_ROW {
                    panic!("no thing for {path}: add one to things()");
                }
                continue;
            };
            let answer = browser.request(Method::GET, &address, None).await;
            assert!(answer.status.as_u16() < 500, "{path} as {role}: {}", answer.text());
            cells.push(cell(answer.status.as_u16()));
        }
    }
    let wrong = differences(&oracle("rights_pages.tsv"), &met);
    assert!(wrong.is_empty(), "{wrong}");
}
