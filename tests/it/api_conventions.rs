//! What programs rely on: everything that a page writes the API writes too, and answers keep to their forms.

use crate::rights::{asked, operations, pages, things};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use std::collections::BTreeMap;
use tributary::auth::role::Role;
use tributary::web::openapi_document;
use uuid::Uuid;

/// Pages that write nothing of the practice's: somebody comes and goes, or a form is only laid out anew.
const MANNERS: [&str; 12] = [
    "/login",
    "/logout",
    "/session/keep",
    "/setup",
    "/search",
    "/claims/:id/letter/preview",
    "/claims/underpaid/preview",
    "/patients/:id/statements/preview",
    "/payments/lay-out",
    "/referrals/new/echo",
    "/visits/new/whom",
    "/claims/:id/answer",
];

/// Where the API calls it otherwise than the page: one form that does one of several things, or a name of its own.
const OTHERWISE: [(&str, &str); 37] = [
    ("/account", "POST /account/password"),
    ("/account/tokens", "POST /tokens"),
    ("/account/tokens/:id/revoke", "POST /tokens/{id}/revoke"),
    ("/alerts/done", "POST /alerts/{id}/done"),
    ("/alerts/snooze", "POST /alerts/{id}/snooze"),
    ("/alerts/undo", "POST /alerts/{id}/undo"),
    ("/claims/:id/letter", "POST /claims/{id}/appeal-letter"),
    ("/claims/answers", "POST /acknowledgments"),
    ("/claims/print", "POST /claims/cms1500"),
    ("/claims/send", "POST /claims/submit"),
    ("/claims/sent", "POST /claims/submit"),
    ("/imports/:id/columns", "POST /imports/{id}/mapping"),
    ("/imports/:id/rows/:row/answer", "POST /imports/{id}/rows/{row}/decide"),
    ("/patients/:id/coverages/new", "POST /coverages"),
    ("/note-texts/:id", "PATCH /note-texts/{id}"),
    ("/partners/:id", "PATCH /partners/{id}"),
    ("/payers/:id/checked", "POST /payers/{id}/mark-checked"),
    ("/payers/:id/sheet", "POST /payers/{id}/rule-sheets"),
    ("/prescriptions/:id", "PATCH /prescriptions/{id}"),
    ("/private-notes/:id", "PATCH /private-notes/{id}"),
    ("/providers/:id/log", "POST /activities"),
    ("/providers/:id/next", "POST /activities/{id}/next"),
    ("/providers/:id/stop", "POST /providers/{id}/stage"),
    ("/providers/:id/verify", "POST /providers/{id}/verify-email"),
    ("/referrals/:id/prescriptions/new", "POST /prescriptions"),
    ("/reports/:id", "PATCH /reports/{id}"),
    ("/reports/resume-mail", "POST /mail/resume"),
    ("/settings/practice", "PATCH /practice"),
    ("/settings/locations/:id", "PATCH /locations/{id}"),
    ("/settings/therapists/:id", "PATCH /therapists/{id}"),
    ("/settings/users/:id", "PATCH /users/{id}"),
    ("/visits/:id", "PATCH /visits/{id}"),
    ("/visits/:id/note", "POST /notes/{id}/sign"),
    ("/visits/:id/note/addenda", "POST /notes/{id}/addenda"),
    ("/visits/:id/note/draft", "PATCH /notes/{id}"),
    ("/payments/new", "POST /payments"),
    ("/wrong-recipients/:id", "PATCH /wrong-recipients/{id}"),
];

/// The operation that does what a page's form does.
fn operation_of(page: &str) -> String {
    if let Some((_, operation)) = OTHERWISE.iter().find(|(path, _)| *path == page) {
        return operation.replace(' ', " /api/v1");
    }
    let path: Vec<String> = page.split('/').map(|step| step.strip_prefix(':').map_or(step.into(), |name| format!("{{{name}}}"))).collect();
    let path = path.join("/").replace("/settings", "").replace("/payments/files", "/remittances");
    match (path.strip_suffix("/new"), path.strip_suffix("/edit")) {
        (Some(things), _) => format!("POST /api/v1{things}"),
        (_, Some(thing)) => format!("PATCH /api/v1{thing}"),
        _ => format!("POST /api/v1{path}"),
    }
}

#[test]
fn everything_a_page_writes_the_api_writes_too() {
    let operations = operations();
    let pages = pages();
    let posts = || pages.iter().filter_map(|page| page.strip_prefix("POST "));
    let missing: Vec<String> = posts()
        // A doctor at a link is no program's user.
        .filter(|page| !MANNERS.contains(page) && !page.starts_with("/r/") && !page.starts_with("/stop/"))
        .map(|page| (page, operation_of(page)))
        .filter(|(_, operation)| !operations.contains(operation))
        .map(|(page, operation)| format!("{page}: no {operation}"))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
    // "They took it in", "they sent it back" and the other answers to a claim are one form and one verb each.
    for verb in ["acknowledge", "accept", "reject", "pend"] {
        assert!(operations.contains(&format!("POST /api/v1/claims/{{id}}/{verb}")), "{verb}");
    }
    let named = MANNERS.iter().chain(OTHERWISE.iter().map(|(page, _)| page));
    let gone: Vec<&&str> = named.filter(|page| !posts().any(|p| p == **page)).collect();
    assert!(gone.is_empty(), "no page any more: {gone:?}");
}

#[test]
fn a_list_is_its_items_and_where_it_goes_on_and_no_answer_is_a_bare_list() {
    let document = openapi_document();
    let shape = |schema: &Value| match schema["$ref"].as_str() {
        Some(name) => document["components"]["schemas"][name.rsplit('/').next().expect("a name")].clone(),
        None => schema.clone(),
    };
    let mut lists = 0;
    for (path, verbs) in document["paths"].as_object().expect("paths") {
        for (verb, operation) in verbs.as_object().expect("verbs") {
            for (status, answer) in
                operation["responses"].as_object().expect("answers").iter().filter(|(status, _)| status.starts_with('2'))
            {
                let schema = shape(&answer["content"]["application/json"]["schema"]);
                assert_ne!(schema["type"], "array", "{verb} {path} answers {status} with a bare list");
                // A file and an answer have items of their own.
                let is_list = *verb == "get" && !path.ends_with('}');
                if is_list && schema["properties"]["items"].is_object() {
                    assert!(schema["properties"]["next_cursor"].is_object(), "{verb} {path} does not say where it goes on");
                    lists += 1;
                }
            }
        }
    }
    assert!(lists > 30, "{lists} lists");
}

/// What is wrong with the form of a value, by its name.
fn broken(name: &str, value: &Value) -> Option<&'static str> {
    let text = value.as_str();
    let is_word = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match name {
        _ if value.is_null() => None,
        _ if value.is_f64() && !is_rate(name) => Some("a number with a point that is no rate"),
        name if name.ends_with("_cents") => (!value.is_i64()).then_some("money is whole cents"),
        name if name.ends_with("_on") => text.and_then(|t| t.parse::<NaiveDate>().ok()).is_none().then_some("a day is YYYY-MM-DD"),
        name if name.ends_with("_at") && name != "starts_at" && name != "ends_at" => {
            text.and_then(|t| DateTime::parse_from_rfc3339(t).ok()).is_none().then_some("an instant is RFC 3339")
        }
        // An alert is no row: its id is its rule, its subject and its occurrence.
        "id" if !text.is_some_and(|t| t.contains('.')) => {
            (!text.is_some_and(|t| t.parse::<Uuid>().is_ok_and(|id| id.get_version_num() == 7))).then_some("an id is a UUID of version 7")
        }
        "state" | "stage" if text.is_some_and(|t| t.len() > 2) => (!text.is_some_and(is_word)).then_some("a state is one of our words"),
        _ => None,
    }
}

/// Fractions of 1, and measures as they are read.
fn is_rate(name: &str) -> bool {
    name.ends_with("_rate")
        || name.ends_with("_share")
        || matches!(name, "share" | "paid_of_charge" | "resolved" | "value" | "median_days_to_decision")
}

fn walk(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let at = format!("{at}.{name}");
                found.extend(broken(name, value).map(|why| format!("{at} = {value}: {why}")));
                walk(&at, value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(at, item, found)),
        _ => {}
    }
}

crate::both_databases! {
    async fn days_instants_states_and_money_in_answers_have_their_forms(t: &TestApp) {
        t.fees().await;
        let things: BTreeMap<&'static str, String> = things(t, Role::Owner, "Field").await;
        let mut found = Vec::new();
        let mut read = 0;
        for operation in operations() {
            let Some(path) = operation.strip_prefix("GET ") else { continue };
            let answer = t.get(Role::Owner, &asked(path, &things)).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            if answer.header("content-type").starts_with("application/json") {
                walk(path, &answer.json(), &mut found);
                read += 1;
            }
        }
        assert!(read > 40, "{read} answers");
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
