//! Manners of both doors: headers, errors, double sends, lists, and what comes in broken.

use crate::support::browser::css;
use crate::support::chain::{id, npi};
use crate::support::http::Answer;
use crate::support::{TestApp, databases, email, on_each};
use async_compression::tokio::bufread::GzipDecoder;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Route, get, handler};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tributary::auth::role::Role;
use tributary::entity::once_key;
use tributary::web::{gate, openapi_document, shell::Shell};

#[track_caller]
fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["detail"].as_str().is_some_and(|d| !d.is_empty()) && body["request"].is_string(), "{body}");
}

#[track_caller]
fn is_page_with_a_way_back(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("text/html"));
    let document = scraper::Html::parse_document(&answer.text());
    assert_eq!(document.select(&css("h1")).count(), 1);
    assert!(document.select(&css("a.btn.primary[href^='/']")).next().is_some(), "no way back: {}", answer.text());
}

async fn bearer(t: &TestApp, role: Role) -> String {
    format!("Bearer {}", t.token(role).await)
}

/// Every list of the API that has a cursor.
fn lists() -> Vec<String> {
    let document = openapi_document();
    let paths = document["paths"].as_object().expect("paths").clone();
    let has_cursor = |operation: &Value| operation["parameters"].as_array().is_some_and(|p| p.iter().any(|p| p["name"] == "cursor"));
    paths.into_iter().filter(|(path, verbs)| !path.contains('{') && has_cursor(&verbs["get"])).map(|(path, _)| path).collect()
}

crate::both_databases! {
    async fn every_answer_carries_the_headers_that_keep_a_browser_safe(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = format!("session={}", browser.cookies["session"]);
        let app_css = format!("{}/app.css", tributary::web::assets::folder());
        let bearer = bearer(t, Role::Owner).await;
        let asked = [
            (Method::GET, "/login", ""), (Method::GET, "/", cookie.as_str()), (Method::GET, "/nowhere", cookie.as_str()), (Method::GET, "/", ""),
            (Method::POST, "/account", cookie.as_str()), (Method::PUT, "/account", cookie.as_str()), (Method::GET, app_css.as_str(), ""),
            (Method::GET, "/assets/x/nothing.css", ""), (Method::GET, "/api/v1/providers", ""), (Method::GET, "/api/v1/nowhere", ""),
            (Method::GET, "/api/openapi.json", ""), (Method::GET, "/healthz", ""), (Method::GET, "/readyz", ""),
        ];
        for (method, path, cookie) in asked {
            let answer = t.raw(method, path, &[("cookie", cookie), ("authorization", &bearer)], "").await;
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            let kept = answer.header("cache-control");
            if path == app_css { assert!(kept.contains("immutable")) } else { assert_eq!(kept, "no-store", "{path}") }
        }
    }

    async fn an_answer_in_text_is_packed_for_who_takes_it_and_says_the_same(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = format!("session={}", browser.cookies["session"]);
        let app_css = format!("{}/app.css", tributary::web::assets::folder());
        for path in ["/login", app_css.as_str(), "/api/openapi.json", "/healthz"] {
            let plain = t.raw(Method::GET, path, &[("cookie", &cookie)], "").await;
            let packed = t.raw(Method::GET, path, &[("cookie", &cookie), ("accept-encoding", "gzip, br")], "").await;
            assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"), "{path}");
            assert!(plain.headers.get_all("vary").iter().any(|names| names == "Accept-Encoding"), "{path}");
            assert!(!packed.headers.contains_key("content-length"), "{path}");
            let mut unpacked = Vec::new();
            GzipDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).await.expect("gzip");
            // The key of a form is made anew for each page.
            let same = if path == "/login" { unpacked.len() == plain.body.len() } else { unpacked == plain.body };
            assert!(same && (path == "/healthz" || packed.body.len() < plain.body.len() / 2), "{path}");
        }
        let refused = t.raw(Method::GET, "/login", &[("accept-encoding", "gzip;q=0")], "").await;
        assert_eq!(refused.header("content-encoding"), "");
        let moved = t.raw(Method::GET, "/", &[("accept-encoding", "gzip")], "").await;
        assert!(moved.status.is_redirection() && moved.body.is_empty() && moved.header("content-encoding").is_empty());
    }

    async fn a_packed_body_is_refused_and_never_unpacked(t: &TestApp) {
        let bearer = bearer(t, Role::Owner).await;
        let sent = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("content-encoding", "gzip")];
        let answer = t.raw(Method::POST, "/api/v1/providers", &sent, "\u{1f}{}").await;
        is_problem(&answer, 415);
        assert!(answer.json()["detail"].as_str().is_some_and(|d| d.contains("without Content-Encoding")), "{}", answer.text());
    }

    async fn a_field_that_is_said_twice_is_refused_by_its_name_and_nothing_is_kept(t: &TestApp) {
        let bearer = bearer(t, Role::Owner).await;
        let sent = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let answer = t.raw(Method::POST, "/api/v1/providers", &sent, r#"{"last_name":"Feld","last_name":"Field"}"#).await;
        is_problem(&answer, 400);
        assert!(answer.json()["detail"].as_str().is_some_and(|d| d.contains("\"last_name\" is said twice")), "{}", answer.text());
        assert_eq!(t.read("/api/v1/providers").await["items"], serde_json::json!([]));
    }

    async fn an_unknown_address_is_not_found_with_a_way_back(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = format!("session={}", browser.cookies["session"]);
        is_page_with_a_way_back(&t.raw(Method::GET, "/nowhere", &[("cookie", &cookie)], "").await, 404);
        is_problem(&t.get(Role::Owner, "/api/v1/nowhere").await, 404);
    }

    async fn a_wrong_verb_is_405_at_both_doors(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let csrf = browser.open("/account").await.value("csrf").expect("a token");
        let cookie = format!("session={}", browser.cookies["session"]);
        is_page_with_a_way_back(&t.raw(Method::DELETE, "/account", &[("cookie", &cookie), ("x-csrf-token", &csrf)], "").await, 405);
        is_problem(&t.call(Role::Owner, Method::DELETE, "/api/v1/providers", None).await, 405);
        is_problem(&t.call(Role::Owner, Method::PUT, "/api/v1/sources", Some(&json!({}))).await, 405);
    }

    async fn ids_that_name_nothing_or_another_kind_or_are_none_are_not_found(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
        let nothing = "01890000-0000-7000-8000-000000000000".to_string();
        let document = openapi_document();
        let reads = document["paths"].as_object().expect("paths").iter().filter(|(path, verbs)| path.ends_with("/{id}") && verbs["get"].is_object());
        for (path, _) in reads {
            let other = if path.contains("/referrals/") { &doctor } else { &id(&referral) };
            for wrong in [&nothing, other, "nonsense", "0", "-1", "1e9", "%00", "%F0%28", "..%2f..%2fetc", "' or 1=1 --"] {
                let wrong = wrong.replace(' ', "%20");
                let answer = t.get(Role::Owner, &path.replace("{id}", &wrong)).await;
                is_problem(&answer, 404);
            }
        }
    }

    async fn an_unknown_filter_is_refused_with_the_known_ones(t: &TestApp) {
        for path in lists() {
            let answer = t.get(Role::Owner, &format!("{path}?flavor=mint")).await;
            is_problem(&answer, 400);
            let detail = answer.json()["detail"].as_str().unwrap_or_default().to_string();
            assert!(detail.contains("flavor") && detail.contains("`limit`"), "{path}: {detail}");
        }
    }

    async fn a_made_up_cursor_and_a_limit_out_of_range_are_refused(t: &TestApp) {
        for path in lists() {
            for query in ["cursor=%21", "limit=0", "limit=501", "limit=many"] {
                is_problem(&t.get(Role::Owner, &format!("{path}?{query}")).await, 400);
            }
        }
    }

    async fn lists_are_walked_by_their_cursor_without_gaps_or_repeats(t: &TestApp) {
        let mut made = BTreeSet::new();
        for n in 0..11 {
            made.insert(id(&t.done("/api/v1/providers", json!({ "last_name": format!("Feld {n}"), "npi": npi(5_000 + n) })).await));
        }
        let mut met = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = t.read(&format!("/api/v1/providers?limit=3&cursor={cursor}")).await;
            let keys: Vec<&String> = page.as_object().expect("a listing").keys().collect();
            assert_eq!(keys, ["items", "next_cursor"]);
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= 3);
            met.extend(items.iter().map(id));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_string(),
                None => break,
            }
        }
        assert_eq!(met.len(), 11);
        assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), made);
    }

    async fn what_is_no_json_is_refused_with_its_place(t: &TestApp) {
        let bearer = bearer(t, Role::Owner).await;
        let json_of = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        for broken in ["{", "{\"last_name\": }", "\u{feff}{}", "{\"last_name\": \"x\"", "nonsense"] {
            let answer = t.raw(Method::POST, "/api/v1/providers", &json_of, broken).await;
            is_problem(&answer, 400);
            assert!(answer.json()["detail"].as_str().is_some_and(|d| d.contains("JSON") && d.contains("line 1")), "{}", answer.text());
        }
        for (body, pointer) in [("{\"last_name\": [1]}", "/last_name"), ("{\"emails\": [{\"address\": {}}]}", "/emails/0/address"), ("{\"flavor\": 1}", "")] {
            let answer = t.raw(Method::POST, "/api/v1/providers", &json_of, body).await;
            is_problem(&answer, 422);
            assert!(answer.json()["errors"][0]["pointer"].as_str().is_some_and(|p| p.starts_with(pointer)), "{}", answer.text());
        }
        let deep = format!("{{\"emails\": {}", "[".repeat(100_000));
        assert!(t.raw(Method::POST, "/api/v1/providers", &json_of, &deep).await.status.is_client_error());
        is_problem(&t.raw(Method::POST, "/api/v1/providers", &json_of, "[\"Dr.\", \"Priya\"]").await, 400);
        is_problem(&t.raw(Method::PATCH, "/api/v1/practice", &json_of, "[]").await, 400);
        assert_eq!(t.read("/api/v1/providers").await["items"], json!([]), "nothing half-written");
    }

    async fn another_content_type_than_json_is_refused(t: &TestApp) {
        let bearer = bearer(t, Role::Owner).await;
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""] {
            let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
            is_problem(&t.raw(Method::POST, "/api/v1/providers", &headers, "{\"last_name\": \"Feld\"}").await, 415);
        }
        let headers = [("authorization", bearer.as_str()), ("content-type", "Application/JSON; charset=utf-8")];
        assert_eq!(t.raw(Method::POST, "/api/v1/providers", &headers, "{\"last_name\": \"Feld\"}").await.status, 201);
    }

    async fn a_body_of_fifty_megabytes_is_413_at_every_door(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let csrf = browser.open("/account").await.value("csrf").expect("a token");
        let cookie = format!("session={}", browser.cookies["session"]);
        let bearer = bearer(t, Role::Owner).await;
        let fifty = 50 * 1024 * 1024;
        let form = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
        let json_of = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let file = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
        let parts = [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=b")];
        // Said in the header, and true of the body although the header is silent.
        for declared in [true, false] {
            let length = fifty.to_string();
            for (door, path, headers) in [("page", "/account", &form[..]), ("api", "/api/v1/providers", &json_of[..]), ("upload", "/api/v1/documents", &file[..]), ("parts", "/api/v1/documents", &parts[..])] {
                let mut headers = headers.to_vec();
                let mut body = if door == "parts" { "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n".to_string() } else { String::new() };
                if declared {
                    headers.push(("content-length", &length));
                } else {
                    body.push_str(&"x".repeat(fifty));
                    body.push_str("\r\n--b--\r\n");
                }
                let answer = t.raw(Method::POST, path, &headers, &body).await;
                if door == "page" { is_page_with_a_way_back(&answer, 413) } else { is_problem(&answer, 413) }
                assert!(answer.text().contains("20 MB"), "{door}: {}", answer.text());
            }
        }
    }

    async fn a_form_sent_twice_is_done_once(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let account = browser.open("/account").await;
        let first = browser.submit(&account, "/account/tokens", &[("name", "twice")]).await;
        assert_eq!(first.status, 200);
        let second = browser.submit(&account, "/account/tokens", &[("name", "twice")]).await;
        assert_eq!(second.status, 409);
        assert!(second.words().contains("made already"), "{}", second.words());
        assert_eq!(t.read("/api/v1/tokens").await["items"].as_array().map(|all| all.iter().filter(|t| t["name"] == "twice").count()), Some(1));
    }

    async fn an_idempotency_key_gives_the_second_the_first_ones_answer(t: &TestApp) {
        let bearer = bearer(t, Role::Owner).await;
        let send = async |key: &str, body: &str| {
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", key)];
            t.raw(Method::POST, "/api/v1/providers", &headers, body).await
        };
        let body = "{\"last_name\": \"Feld\"}";
        let (a, b) = tokio::join!(send("k-1", body), send("k-1", body));
        assert_eq!((a.status.as_u16(), b.status.as_u16()), (201, 201), "{} {}", a.text(), b.text());
        assert_eq!(a.json()["id"], b.json()["id"], "also at the same moment");
        assert_eq!(send("k-1", body).await.json()["id"], a.json()["id"]);
        is_problem(&send("k-1", "{\"last_name\": \"Raman\"}").await, 409);
        is_problem(&send("", body).await, 400);
        is_problem(&send(&"k".repeat(201), body).await, 400);
        assert_eq!(send("k-2", body).await.status, 201, "another key is another request");
        assert_eq!(t.read("/api/v1/providers").await["items"].as_array().map(Vec::len), Some(2));
        // A refused request leaves the key free.
        is_problem(&send("k-3", "{\"npi\": \"1\"}").await, 422);
        assert_eq!(send("k-3", body).await.status, 201);
    }

    async fn what_is_said_twice_under_one_key_is_done_once_whatever_the_verb(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let referral = id(&t.referral(&doctor, &payer, "Marsh", "2026-02-27").await);
        let bearer = bearer(t, Role::Owner).await;
        let send = async |key: &str, method: Method, path: &str, body: Value| {
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", key)];
            t.raw(method, path, &headers, &body.to_string()).await
        };
        // What programs did; to look makes a token, which a command does.
        let done = async || {
            let log = t.read("/api/v1/audit?limit=500").await;
            log["items"].as_array().expect("rows").iter().filter(|row| row["by"] == "token").count()
        };
        let read = t.read(&format!("/api/v1/providers/{doctor}")).await;
        for (n, (method, path, body)) in [
            (Method::PATCH, format!("/api/v1/providers/{doctor}"), json!({ "specialty": "Neurology", "version": read["version"] })),
            (Method::POST, format!("/api/v1/referrals/{referral}/attempt"), json!({ "outcome": "left_message" })),
            (Method::POST, format!("/api/v1/referrals/{referral}/lose"), json!({ "reason": "unreachable" })),
            (Method::POST, format!("/api/v1/providers/{doctor}/stage"), json!({ "stage": "lapsed", "why": "moved away" })),
        ]
        .into_iter()
        .enumerate()
        {
            let key = format!("verb-{n}");
            let first = send(&key, method.clone(), &path, body.clone()).await;
            let rows = done().await;
            let second = send(&key, method.clone(), &path, body.clone()).await;
            assert_eq!((first.status.as_u16(), second.status), (200, first.status), "{path}: {} {}", first.text(), second.text());
            assert_eq!(first.text(), second.text(), "{path}: the same answer");
            assert_eq!(done().await, rows, "{path}: nothing happened again");
        }
        let token = json!({ "user": email(Role::Owner), "name": "twice" });
        let made = send("token-1", Method::POST, "/api/v1/tokens", token.clone()).await;
        assert_eq!((made.status.as_u16(), send("token-1", Method::POST, "/api/v1/tokens", token).await.status.as_u16()), (201, 409));
        let secret = made.json()["token"].as_str().expect("a token").to_string();
        let kept = once_key::Entity::find().all(&t.app.db).await.expect("keys");
        let answers: Vec<String> = kept.into_iter().filter_map(|k| k.answer).collect();
        assert!(answers.len() >= 4 && answers.iter().all(|answer| !answer.contains(&secret)), "a secret is shown once");
    }

    async fn one_persons_key_is_not_anothers(t: &TestApp) {
        let (owner, desk) = (bearer(t, Role::Owner).await, bearer(t, Role::FrontDesk).await);
        for (who, name) in [(&owner, "Feld"), (&desk, "Raman")] {
            let headers = [("authorization", who.as_str()), ("content-type", "application/json"), ("idempotency-key", "same-key-1")];
            let made = t.raw(Method::POST, "/api/v1/providers", &headers, &json!({ "last_name": name }).to_string()).await;
            assert_eq!((made.status.as_u16(), made.json()["last_name"].as_str()), (201, Some(name)));
        }
    }

    async fn text_that_a_database_cannot_hold_is_refused_and_never_our_failure(t: &TestApp) {
        for text in ["\0", "Fe\0ld", "\u{1}"] {
            is_problem(&t.post(Role::Owner, "/api/v1/providers", json!({ "last_name": text.to_string() + "x" })).await, 422);
        }
        for path in lists().into_iter().filter(|p| p.ends_with("providers") || p.ends_with("patients") || p.ends_with("claims") || p.ends_with("referrals")) {
            for q in ["%00", "%27%22%3B--", "%25", "_", "%F0%9F%98%80", "a%00b"] {
                let answer = t.get(Role::Owner, &format!("{path}?q={q}")).await;
                assert!(answer.status.as_u16() < 500, "{path} {q}: {}", answer.text());
            }
        }
        let long = "x".repeat(1_000_000);
        is_problem(&t.post(Role::Owner, "/api/v1/providers", json!({ "last_name": long })).await, 422);
    }

    async fn a_database_that_is_down_is_503_with_a_way_back(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let bearer = bearer(t, Role::Owner).await;
        let cookie = format!("session={}", browser.cookies["session"]);
        t.app.db.clone().close().await.expect("closed");
        let page = t.raw(Method::GET, "/account", &[("cookie", &cookie)], "").await;
        is_page_with_a_way_back(&page, 503);
        assert!(page.text().contains("The database cannot be reached") && page.text().contains("Nothing was saved"));
        is_problem(&t.raw(Method::GET, "/api/v1/providers", &[("authorization", &bearer)], "").await, 503);
        is_page_with_a_way_back(&t.raw(Method::GET, "/login", &[], "").await, 503);
        assert_eq!(t.raw(Method::GET, "/readyz", &[], "").await.status, 503);
        assert_eq!(t.raw(Method::GET, "/healthz", &[], "").await.status, 200, "the process itself is well");
    }

    async fn a_lost_session_leads_to_the_login_and_back_to_the_form(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let account = browser.open("/account").await;
        browser.submit(&account, "/logout", &[]).await;
        let cookie = format!("session={}", browser.cookies.get("session").cloned().unwrap_or_default());
        let headers = [("cookie", cookie.as_str()), ("host", "crm.example"), ("referer", "http://crm.example/account")];
        let lost = t.raw(Method::POST, "/account/look", &headers, "theme=dark").await;
        assert_eq!((lost.status.as_u16(), lost.header("location")), (303, "/login?to=%2Faccount"));
        let from_elsewhere = [("host", "crm.example"), ("referer", "http://evil.example/account")];
        assert_eq!(t.raw(Method::POST, "/account/look", &from_elsewhere, "theme=dark").await.header("location"), "/login?to=%2F");
    }

    async fn signing_in_leads_nowhere_but_into_this_site(t: &TestApp) {
        for to in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let mut browser = t.browser();
            let login = browser.open("/login").await;
            let page = browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", crate::support::PASSWORD), ("to", to)]).await;
            assert_eq!(page.path, "/", "{to}");
        }
    }

    async fn a_panic_is_a_page_or_a_problem_without_details(t: &TestApp) {
        let site = Route::new()
            .nest("/api/v1", Route::new().at("/boom", get(boom)).around(gate::api))
            .nest("/", Route::new().at("/boom", get(boom)).around(gate::pages))
            .data(t.app.clone())
            .data(Arc::new(Shell::new(&t.app).await.expect("templates")))
            .with(poem::middleware::CookieJarManager::new())
            .around(gate::outermost);
        let bearer = bearer(t, Role::Owner).await;
        for path in ["/boom", "/api/v1/boom"] {
            let request = Request::builder().uri_str(path).header("authorization", &bearer).finish();
            let response = site.call(request).await.expect("an answer").into_response();
            let (parts, body) = response.into_parts();
            let answer = Answer { status: parts.status, headers: parts.headers, body: body.into_vec().await.expect("a body") };
            if path == "/boom" { is_page_with_a_way_back(&answer, 500) } else { is_problem(&answer, 500) }
            assert!(!answer.text().contains("Whitfield"), "{}", answer.text());
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
    }
}

#[handler]
fn boom() -> StatusCode {
    panic!("the chart of Dana Whitfield")
}

#[test]
fn the_openapi_document_is_whole_and_names_every_operation() {
    let document = openapi_document();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let mut names = BTreeSet::new();
    for (path, verbs) in document["paths"].as_object().expect("paths") {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (verb, operation) in verbs.as_object().expect("verbs") {
            assert!(["get", "post", "patch", "delete", "put"].contains(&verb.as_str()), "{verb}");
            let name = operation["operationId"].as_str().expect("a name").to_string();
            assert!(names.insert(name.clone()), "{name} stands twice");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()) && operation["tags"][0].is_string(), "{name}");
            let parameters = operation["parameters"].as_array().expect("parameters");
            for step in path.split('/').filter_map(|s| s.strip_prefix('{').and_then(|s| s.strip_suffix('}'))) {
                assert!(parameters.iter().any(|p| p["name"] == step && p["in"] == "path" && p["required"] == true), "{name}: {step}");
            }
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.keys().any(|code| code.starts_with('2')), "{name}");
            for (code, response) in responses {
                assert!(response["$ref"].is_string() || response["description"].is_string(), "{name} {code}");
            }
        }
    }
    let text = document.to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            let of = of["$ref"].as_str().and_then(|r| document.pointer(r.trim_start_matches('#'))).unwrap_or(of);
            if field.ends_with("_cents") {
                assert!(of.to_string().contains("integer"), "{name}.{field} is whole cents: {of}");
            }
        }
    }
}

#[tokio::test]
async fn the_openapi_document_is_served_and_printed_alike() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let served = t.raw(Method::GET, "/api/openapi.json", &[], "").await.json();
        assert_eq!(served, openapi_document());
        assert_eq!(served, t.command_json(&["openapi"]));
        t.close().await;
    })
    .await;
}

/// The real socket: what a client hears that declares fifty megabytes and waits.
#[tokio::test]
async fn the_program_says_where_it_listens_and_answers_there() {
    use std::io::{BufRead, BufReader, Read, Write};
    for database in databases().await {
        let t = TestApp::on(database).await;
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tributary"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(t.folder.path())
            .env_clear()
            .env("DATABASE_URL", &t.url)
            .env("TRIBUTARY_DATA", t.folder.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut said = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let line = said.next().expect("a line").expect("text");
        let address = line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_string();
        let ask = |request: &str| {
            let mut socket = std::net::TcpStream::connect(&address).expect("it listens");
            socket.write_all(request.as_bytes()).expect("sent");
            let mut answer = String::new();
            let _ = socket.read_to_string(&mut answer);
            answer
        };
        let login = ask("GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert!(login.starts_with("HTTP/1.1 200") && login.contains("Sign in"), "{login}");
        let length = 50 * 1024 * 1024;
        let bearer = bearer(&t, Role::Owner).await;
        let large = ask(&format!(
            "POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        ));
        assert!(large.starts_with("HTTP/1.1 413"), "{large}");
        let stopped = std::process::Command::new("kill").arg(child.id().to_string()).status().expect("told to stop");
        assert!(stopped.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "told to stop, it finishes and says that all is well");
        let mut log = String::new();
        child.stderr.take().expect("stderr").read_to_string(&mut log).expect("a log");
        assert!(log.contains("/login") && !said.any(|_| true), "logs go to stderr, and stdout holds the one line: {log}");
        t.close().await;
    }
}
