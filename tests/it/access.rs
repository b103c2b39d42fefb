//! Who comes in: sessions, passwords, tokens, forms of ours and of nobody else.

use crate::support::chain::id;
use crate::support::{PASSWORD, START, TestApp, databases, email, on_each};
use chrono::TimeDelta;
use poem::http::Method;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use sha2::{Digest, Sha256};
use tributary::auth;
use tributary::auth::role::Role;
use tributary::auth::user::{NewSetup, NewToken};
use tributary::entity::{api_token, login_throttle, once_key, session, user_account};

fn later(t: &TestApp, by: TimeDelta) {
    t.app.clock.set(t.app.now() + by);
}

/// Where a page leads somebody who holds this cookie: to itself, or to the login.
async fn leads_to_login(t: &TestApp, cookie: &str) -> bool {
    let answer = t.raw(Method::GET, "/account", &[("cookie", &format!("session={cookie}"))], "").await;
    match answer.status.as_u16() {
        200 => false,
        303 => answer.header("location").starts_with("/login"),
        other => panic!("{other}: {}", answer.text()),
    }
}

crate::both_databases! {
    async fn a_login_makes_a_new_token_and_ends_the_one_before(t: &TestApp) {
        let mut browser = t.browser();
        browser.cookies.insert("session".into(), "f".repeat(64));
        let login = browser.open("/login").await;
        browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", PASSWORD)]).await;
        let first = browser.cookies["session"].clone();
        assert_ne!(first, "f".repeat(64), "a token that somebody brought along never becomes a session");
        assert!(leads_to_login(t, &"f".repeat(64)).await && !leads_to_login(t, &first).await);
        let login = browser.open("/login").await;
        browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", PASSWORD)]).await;
        let second = browser.cookies["session"].clone();
        assert_ne!(first, second);
        assert!(leads_to_login(t, &first).await && !leads_to_login(t, &second).await);
    }

    async fn a_session_is_kept_as_a_hash_alone(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let token = &browser.cookies["session"];
        assert_eq!(token.len(), 64, "256 random bits");
        let rows = session::Entity::find().all(&t.app.db).await.expect("sessions");
        assert_eq!(rows[0].token_hash, Sha256::digest(token.as_bytes()).to_vec());
        assert!(!format!("{rows:?}").contains(token.as_str()));
    }

    async fn a_session_ends_after_fifteen_idle_minutes(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = &browser.cookies["session"];
        for _ in 0..3 {
            later(t, TimeDelta::minutes(14));
            assert!(!leads_to_login(t, cookie).await, "work keeps it alive");
        }
        later(t, TimeDelta::minutes(15));
        assert!(leads_to_login(t, cookie).await);
        later(t, TimeDelta::minutes(-1));
        assert!(!leads_to_login(t, cookie).await, "being refused does not keep it alive, and does not end it twice");
    }

    async fn a_session_ends_after_twelve_hours_however_busy(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = &browser.cookies["session"];
        for _ in 0..71 {
            later(t, TimeDelta::minutes(10));
            assert!(!leads_to_login(t, cookie).await);
        }
        later(t, TimeDelta::minutes(10));
        assert!(leads_to_login(t, cookie).await);
    }

    async fn sessions_and_one_time_keys_that_are_over_are_cleared_away_and_living_ones_stay(t: &TestApp) {
        t.signed_in(Role::Owner).await;
        let token = t.token(Role::Owner).await;
        let bearer = format!("Bearer {token}");
        let send = async |key: &str| {
            let headers = [("authorization", bearer.as_str()), ("idempotency-key", key), ("content-type", "application/json")];
            let made = t.raw(Method::POST, "/api/v1/organizations", &headers, r#"{"name": "Alder Clinic"}"#).await;
            assert_eq!(made.status, 201, "{}", made.text());
        };
        send("the first key").await;
        later(t, TimeDelta::days(8));
        let mut browser = t.signed_in(Role::Owner).await;
        send("the second key").await;
        tributary::jobs::tidy(&t.app).await.expect("cleared");
        assert_eq!(session::Entity::find().all(&t.app.db).await.expect("sessions").len(), 1);
        assert_eq!(browser.open("/account").await.path, "/account", "the living session still opens");
        let keys: Vec<String> = once_key::Entity::find().all(&t.app.db).await.expect("keys").into_iter().map(|k| k.key).collect();
        assert!(keys.iter().any(|k| k.contains("second")) && !keys.iter().any(|k| k.contains("first")), "{keys:?}");
    }

    async fn signing_out_ends_the_session_on_the_server(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let cookie = browser.cookies["session"].clone();
        let account = browser.open("/account").await;
        let after = browser.submit(&account, "/logout", &[]).await;
        assert!(after.path.starts_with("/login"));
        assert!(leads_to_login(t, &cookie).await);
    }

    async fn somebody_who_is_shut_out_is_out_at_once(t: &TestApp) {
        let browser = t.signed_in(Role::Biller).await;
        let token = t.token(Role::Biller).await;
        let users = t.read("/api/v1/users").await["items"].clone();
        let biller = users.as_array().expect("users").iter().find(|u| u["email"] == email(Role::Biller)).expect("the biller").clone();
        let answer = t.patch(Role::Owner, &format!("/api/v1/users/{}", id(&biller)), json!({ "disabled": true, "version": biller["version"] })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(leads_to_login(t, &browser.cookies["session"]).await);
        let answer = t.raw(Method::GET, "/api/v1/claims", &[("authorization", &format!("Bearer {token}"))], "").await;
        assert_eq!(answer.status, 401);
    }

    async fn the_only_owner_stays_one(t: &TestApp) {
        let users = t.read("/api/v1/users").await["items"].clone();
        let owner = users.as_array().expect("users").iter().find(|u| u["email"] == email(Role::Owner)).expect("the owner").clone();
        for change in [json!({ "roles": ["biller"], "version": owner["version"] }), json!({ "disabled": true, "version": owner["version"] })] {
            let answer = t.patch(Role::Owner, &format!("/api/v1/users/{}", id(&owner)), change).await;
            assert_eq!(answer.status, 422);
            assert!(answer.field("/roles").contains("only owner"), "{}", answer.text());
        }
    }

    async fn a_form_without_our_token_does_nothing(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let theirs = t.signed_in(Role::Owner).await.open("/account").await.value("csrf").expect("a token");
        let account = browser.open("/account").await;
        let ours = account.value("csrf").expect("a token");
        let zero_key = {
            use hmac::{Hmac, KeyInit, Mac};
            let cookie_hash = Sha256::digest(browser.cookies["session"].as_bytes());
            let mac = Hmac::<Sha256>::new_from_slice(&[0; 32]).expect("a key").chain_update(b"form").chain_update(cookie_hash);
            hex::encode(mac.finalize().into_bytes())
        };
        let cookie = format!("session={}", browser.cookies["session"]);
        let look = |csrf: Option<&str>| csrf.map_or("theme=dark".to_string(), |c| format!("theme=dark&csrf={c}"));
        for token in [None, Some(""), Some("abc"), Some(theirs.as_str()), Some(zero_key.as_str())] {
            let answer = t.raw(Method::POST, "/account/look", &[("cookie", &cookie)], &look(token)).await;
            assert_eq!(answer.status, 403, "{token:?}");
            assert!(answer.text().contains("Go back"));
        }
        let from_elsewhere = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
        assert_eq!(t.raw(Method::POST, "/account/look", &from_elsewhere, &look(Some(&ours))).await.status, 403);
        let owner = user_account::Entity::find().all(&t.app.db).await.expect("users");
        assert!(owner.iter().all(|u| u.theme.is_none()), "nothing was changed");
        assert_eq!(t.raw(Method::POST, "/account/look", &[("cookie", &cookie)], &look(Some(&ours))).await.status, 303);
    }

    async fn a_login_form_needs_the_visitors_own_token(t: &TestApp) {
        let fields = format!("email={}&password={}", email(Role::Owner), PASSWORD.replace(' ', "+"));
        assert_eq!(t.raw(Method::POST, "/login", &[], &fields).await.status, 403);
        assert_eq!(t.raw(Method::POST, "/login", &[("cookie", "visitor=x")], &format!("{fields}&csrf=00")).await.status, 403);
    }

    async fn failed_logins_wait_longer_and_longer_and_the_right_password_comes_in_after_the_wait(t: &TestApp) {
        let mut browser = t.browser();
        let login = browser.open("/login").await;
        let wrong = [("email", "owner@willow.example"), ("password", "wrong horse 1")];
        let right = [("email", "OWNER@willow.example"), ("password", PASSWORD)];
        for wait in [1, 2, 4, 8] {
            let page = browser.submit(&login, "/login", &wrong).await;
            assert_eq!(page.status, 422, "{}", page.words());
            let page = browser.submit(&login, "/login", &right).await;
            assert_eq!(page.status, 429, "even the right one has to wait {wait} s");
            assert!(page.words().contains(&format!("{wait} second")), "{}", page.words());
            later(t, TimeDelta::seconds(wait));
        }
        let page = browser.submit(&login, "/login", &right).await;
        assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/"));
        assert!(!t.signed_in(Role::Owner).await.cookies.is_empty(), "and the count begins anew");
        let kept = login_throttle::Entity::find().all(&t.app.db).await.expect("throttles");
        assert!(kept.iter().all(|k| !k.key.contains("willow")), "only hashes are kept");
    }

    async fn one_address_that_tries_many_accounts_is_slowed_down(t: &TestApp) {
        let mut browser = t.browser();
        let login = browser.open("/login").await;
        for n in 0..21 {
            let page = browser.submit(&login, "/login", &[("email", &format!("nobody{n}@x.example")), ("password", "wrong horse 1")]).await;
            assert_eq!(page.status, 422, "try {n}");
        }
        let page = browser.submit(&login, "/login", &[("email", "another@x.example"), ("password", "wrong horse 1")]).await;
        assert_eq!(page.status, 429);
    }

    async fn who_says_that_they_are_still_there_stays_signed_in_and_twelve_hours_are_the_end(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/account").await;
        let csrf = page.value("csrf").expect("a token");
        for _ in 0..71 {
            later(t, TimeDelta::minutes(10));
            let kept = browser.request(Method::POST, "/session/keep", Some(format!("csrf={csrf}"))).await;
            assert_eq!(kept.status, 204, "{}", kept.text());
        }
        later(t, TimeDelta::minutes(10));
        assert!(leads_to_login(t, &browser.cookies["session"]).await);
        let other = t.signed_in(Role::Owner).await;
        later(t, TimeDelta::minutes(15));
        assert!(leads_to_login(t, &other.cookies["session"]).await, "a page that nobody answers for ends after fifteen");
    }

    async fn behind_a_proxy_failed_logins_count_by_the_visitors_address_and_nobody_else_may_name_one(t: &TestApp) {
        let proxied = TestApp::with(t.database.clone(), &[("behind_proxy", "yes")]).await;
        for (app, is_believed) in [(&proxied, true), (t, false)] {
            let mut browser = app.browser();
            let mut tries = 0;
            let mut wrong = async |from: &str| {
                tries += 1;
                browser.forwarded_for = Some(from.into());
                let login = browser.open("/login").await;
                let typed = [("email", format!("nobody{tries}@x.example")), ("password", "wrong horse 1".into())];
                let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
                browser.submit(&login, "/login", &typed).await.status.as_u16()
            };
            // Only the last address is the proxy's own word; what stands before it anybody may have sent.
            for n in 0..21 {
                assert_eq!(wrong(&format!("192.0.2.{n}, 198.51.100.7")).await, 422, "try {n}");
            }
            assert_eq!(wrong("198.51.100.7").await, 429);
            assert_eq!(wrong("198.51.100.8").await, if is_believed { 422 } else { 429 }, "another visitor");
        }
        proxied.close().await;
    }

    async fn a_wrong_password_and_an_unknown_account_get_the_same_answer(t: &TestApp) {
        let mut browser = t.browser();
        let login = browser.open("/login").await;
        let known = browser.submit(&login, "/login", &[("email", &email(Role::Owner)), ("password", "wrong horse 1")]).await;
        let unknown = browser.submit(&login, "/login", &[("email", "nobody@willow.example"), ("password", "wrong horse 1")]).await;
        assert_eq!((known.status, known.all(".errsum")), (unknown.status, unknown.all(".errsum")));
    }

    async fn eight_characters_are_the_only_rule_and_argon2id_keeps_them(t: &TestApp) {
        let user = |password: &str| json!({ "email": "new@willow.example", "roles": ["biller"], "password": password });
        let short = t.post(Role::Owner, "/api/v1/users", user("seven77")).await;
        assert_eq!(short.status, 422);
        assert!(short.field("/password").contains("8 characters"));
        let made = t.done("/api/v1/users", user("aaaaaaaa")).await;
        assert!(!made.to_string().contains("argon"), "a hash is never shown");
        let rows = user_account::Entity::find().all(&t.app.db).await.expect("users");
        let row = rows.iter().find(|u| u.email == "new@willow.example").expect("the user");
        assert!(row.password_hash.starts_with("$argon2id$v=19$"));
    }

    async fn one_changes_ones_own_password_and_other_browsers_are_out(t: &TestApp) {
        let other = t.signed_in(Role::Biller).await.cookies["session"].clone();
        let mut browser = t.signed_in(Role::Biller).await;
        let account = browser.open("/account").await;
        let wrong = browser.submit(&account, "/account", &[("old_password", "not it at all"), ("password", "new words 12")]).await;
        assert_eq!(wrong.status, 422);
        later(t, TimeDelta::seconds(2));
        let done = browser.submit(&account, "/account", &[("old_password", PASSWORD), ("password", "new words 12")]).await;
        assert_eq!(done.status, 200, "{}", done.words());
        assert!(leads_to_login(t, &other).await && !leads_to_login(t, &browser.cookies["session"]).await);
        let back = json!({ "old_password": "new words 12", "password": PASSWORD });
        assert_eq!(t.post(Role::Biller, "/api/v1/account/password", back).await.status, 200, "a program can do it, too");
        assert!(leads_to_login(t, &browser.cookies["session"]).await);
    }

    async fn an_api_token_is_kept_as_a_hash_and_ends_when_revoked_or_expired(t: &TestApp) {
        let owner = t.owner().await;
        let new = NewToken { user: email(Role::Biller).into(), expires_on: "2026-03-04".into(), ..Default::default() };
        let made = auth::create_token(&t.app, &owner, &new).await.expect("a token");
        let row = api_token::Entity::find().one(&t.app.db).await.expect("rows").expect("the token");
        assert_eq!(row.token_hash, Sha256::digest(made.token.as_bytes()).to_vec());
        assert!(!format!("{row:?}").contains(&made.token));
        let bearer = format!("Bearer {}", made.token);
        let status = async || t.raw(Method::GET, "/api/v1/account", &[("authorization", &bearer)], "").await.status.as_u16();
        assert_eq!(status().await, 200);
        t.at("2026-03-04");
        assert_eq!(status().await, 200, "it holds on its last day");
        t.at("2026-03-05");
        assert_eq!(status().await, 401);
        t.at(START);
        t.post(Role::Biller, &format!("/api/v1/tokens/{}/revoke", made.about.id), json!({})).await;
        assert_eq!(status().await, 401);
    }

    async fn ones_own_token_is_made_on_the_account_page_and_shown_once(t: &TestApp) {
        let mut browser = t.signed_in(Role::Therapist).await;
        let account = browser.open("/account").await;
        let made = browser.submit(&account, "/account/tokens", &[("name", "bookkeeping")]).await;
        let token = made.all(".banner .code").first().cloned().unwrap_or_default();
        assert!(token.starts_with("trib_live_"), "{}", made.words());
        let again = browser.open("/account").await;
        assert!(again.words().contains("bookkeeping") && !again.html.contains(&token));
        let answer = t.raw(Method::GET, "/api/v1/account", &[("authorization", &format!("Bearer {token}"))], "").await;
        assert_eq!(answer.json()["email"], email(Role::Therapist));
        let row = api_token::Entity::find().one(&t.app.db).await.expect("rows").expect("the token");
        browser.submit(&again, &format!("/account/tokens/{}/revoke", row.public_id), &[]).await;
        assert_eq!(t.raw(Method::GET, "/api/v1/account", &[("authorization", &format!("Bearer {token}"))], "").await.status, 401);
    }

    async fn nobody_makes_a_token_for_somebody_else_but_the_owner(t: &TestApp) {
        let theirs = json!({ "user": email(Role::Owner), "name": "mine now" });
        assert_eq!(t.post(Role::Biller, "/api/v1/tokens", theirs.clone()).await.status, 404);
        assert_eq!(t.post(Role::Owner, "/api/v1/tokens", json!({ "user": email(Role::Biller) })).await.status, 201);
    }

    async fn a_cookie_does_not_open_the_api(t: &TestApp) {
        let browser = t.signed_in(Role::Owner).await;
        let cookie = format!("session={}", browser.cookies["session"]);
        let answer = t.raw(Method::GET, "/api/v1/providers", &[("cookie", &cookie)], "").await;
        assert_eq!(answer.status, 401);
    }

    async fn without_a_token_the_api_answers_401_as_a_problem(t: &TestApp) {
        for headers in [vec![], vec![("authorization", "Bearer nonsense")], vec![("authorization", "Basic b3duZXI6eA==")]] {
            let answer = t.raw(Method::GET, "/api/v1/patients", &headers, "").await;
            assert_eq!(answer.status, 401);
            assert_eq!((answer.header("content-type"), answer.header("www-authenticate")), ("application/problem+json", "Bearer"));
            assert_eq!(answer.json()["detail"], "Sign in first");
        }
    }
}

/// Over HTTPS the cookie is bound to the host; only a proxy may say that it is HTTPS.
#[tokio::test]
async fn the_session_cookie_is_http_only_lax_and_over_https_bound_to_the_host() {
    for database in databases().await {
        for (settings, prefix) in [(&[("behind_proxy", "yes")][..], "__Host-"), (&[][..], "")] {
            let t = TestApp::with(database.clone(), settings).await;
            let https = ("x-forwarded-proto", "https");
            let login = t.raw(Method::GET, "/login", &[https], "").await;
            let visitor = login.header("set-cookie").split(';').next().unwrap_or_default().to_string();
            assert!(visitor.starts_with(&format!("{prefix}visitor=")), "{visitor}");
            let html = scraper::Html::parse_document(&login.text());
            let csrf = html.select(&crate::support::browser::css("input[name=csrf]")).next().and_then(|i| i.value().attr("value"));
            let form = format!("csrf={}&email={}&password={}", csrf.unwrap_or_default(), email(Role::Owner), PASSWORD.replace(' ', "+"));
            let answer = t.raw(Method::POST, "/login", &[https, ("cookie", &visitor)], &form).await;
            assert_eq!(answer.status, 303, "{}", answer.text());
            let cookie =
                answer.headers.get_all("set-cookie").iter().find_map(|c| c.to_str().ok().filter(|c| c.contains("session="))).expect("one");
            assert!(cookie.starts_with(&format!("{prefix}session=")), "{cookie}");
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{part} in {cookie}");
            }
            assert_eq!(cookie.contains("Secure"), !prefix.is_empty(), "{cookie}");
            assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"));
            t.close().await;
        }
    }
}

/// A new practice is set up by the link that was printed: once, and by nobody else.
#[tokio::test]
async fn the_first_run_page_opens_by_its_one_time_link_alone_and_once() {
    for database in databases().await {
        let t = TestApp::new(database).await;
        let mut browser = t.browser();
        assert_eq!(browser.open("/").await.path, "/setup", "a new database leads there");
        for path in ["/setup", "/setup?token=", "/setup?token=0000"] {
            let page = browser.open(path).await;
            assert_eq!(page.status, 403);
            assert!(page.words().contains("not the right one"), "{}", page.words());
        }
        let old = auth::setup_token(&t.app).await.expect("a token");
        let token = auth::setup_token(&t.app).await.expect("a token");
        assert_eq!(browser.open(&format!("/setup?token={old}")).await.status, 403, "each start makes a new one");
        let page = browser.open(&format!("/setup?token={token}")).await;
        let typed = [
            ("name", "Maya Ortiz"),
            ("email", "maya@cedartide.example"),
            ("password", "short"),
            ("practice", "Cedar & Tide"),
            ("timezone", "America/Los_Angeles"),
        ];
        let refused = browser.submit(&page, "/setup", &typed).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.value("practice").as_deref(), Some("Cedar & Tide"), "what was typed is kept");
        assert!(auth::is_new(&t.app).await.expect("an answer"));
        let done = browser.submit(&refused, "/setup", &[("password", "quiet river 17")]).await;
        assert_eq!((done.status.as_u16(), done.path.as_str()), (200, "/"), "{}", done.words());
        assert_eq!(browser.open(&format!("/setup?token={token}")).await.path, "/login", "it works once");
        t.close().await;
    }
}

fn setup() -> NewSetup {
    NewSetup {
        practice: "Cedar & Tide".into(),
        timezone: "America/Los_Angeles".into(),
        email: "maya@cedartide.example".into(),
        password: "quiet river 17".into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn of_two_who_set_up_at_the_same_moment_one_is_the_owner() {
    for database in databases().await {
        let t = TestApp::new(database).await;
        let (one, two) = (setup(), NewSetup { email: "jo@cedartide.example".into(), ..setup() });
        let (a, b) = tokio::join!(auth::found(&t.app, &one), auth::found(&t.app, &two));
        assert!(a.is_ok() != b.is_ok(), "{} {}", a.is_ok(), b.is_ok());
        assert_eq!(user_account::Entity::find().all(&t.app.db).await.expect("users").len(), 1);
        t.close().await;
    }
}

#[tokio::test]
async fn init_does_what_the_first_run_page_does_and_a_token_is_all_that_token_create_prints() {
    for database in databases().await {
        let t = TestApp::new(database).await;
        let arguments = [
            "init",
            "--practice",
            "Cedar & Tide",
            "--timezone",
            "America/Los_Angeles",
            "--owner",
            "maya@cedartide.example",
            "--password-stdin",
        ];
        let made = t.command_with(&arguments, "quiet river 17\n");
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
        let again = t.command_with(&arguments, "quiet river 17\n");
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("set up already"));
        let printed = t.command(&["token", "create", "--user", "maya@cedartide.example"]);
        let text = String::from_utf8_lossy(&printed.stdout).into_owned();
        let token = text.strip_suffix('\n').expect("a line");
        assert!(token.starts_with("trib_live_") && !token.contains(char::is_whitespace), "{text}");
        assert!(printed.stderr.is_empty());
        let answer = t.raw(Method::GET, "/api/v1/account", &[("authorization", &format!("Bearer {token}"))], "").await;
        assert_eq!(answer.json()["roles"], json!(["owner", "therapist"]));
        let unknown = t.command(&["token", "create", "--user", "nobody@cedartide.example"]);
        assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(1), 0));
        assert_eq!(t.command(&["token", "create"]).status.code(), Some(2), "a usage error");
        t.close().await;
    }
}

#[tokio::test]
async fn a_refused_init_says_what_a_page_would_say_and_makes_nothing() {
    on_each(async |database| {
        let t = TestApp::new(database).await;
        let arguments = ["init", "--practice", "Cedar & Tide", "--timezone", "Mars/Olympus", "--owner", "maya", "--password-stdin"];
        let refused = t.command_with(&arguments, "short");
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1));
        for part in ["8 characters", "timezone", "email"] {
            assert!(words.contains(part), "{part} in {words}");
        }
        assert!(auth::is_new(&t.app).await.expect("an answer"));
        t.close().await;
    })
    .await;
}

/// A password that was stored by an older program still fits; nothing else about it is assumed.
#[tokio::test]
async fn an_account_that_was_locked_by_a_broken_hash_is_refused_and_not_let_in() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let user = user_account::Entity::find().one(&t.app.db).await.expect("users").expect("one");
        let address = user.email.clone();
        let row = user_account::ActiveModel { password_hash: Set("not a hash".into()), ..user.into_active_model() };
        row.update(&t.app.db).await.expect("saved");
        let mut browser = t.browser();
        let login = browser.open("/login").await;
        let page = browser.submit(&login, "/login", &[("email", &address), ("password", PASSWORD)]).await;
        assert_eq!(page.status, 422);
        t.close().await;
    })
    .await;
}
