//! No page and no list asks the database more often because there is more to show.

use crate::locations::annex;
use crate::rights::{asked, operations, pages, things};
use crate::support::chain::{eob, id, npi};
use crate::support::{TestApp, email, on_each};
use poem::http::Method;
use serde_json::json;
use std::collections::BTreeMap;
use tributary::auth::role::Role;

/// How many statements each read needs: every operation of the API that reads, and every page.
async fn counted(t: &TestApp, one: &BTreeMap<&'static str, String>) -> BTreeMap<String, usize> {
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let mut browser = t.signed_in(Role::Owner).await;
    let mut counts = BTreeMap::new();
    let reads = operations().into_iter().chain(pages()).filter_map(|o| o.strip_prefix("GET ").map(String::from));
    // What is behind a link is no list, and opens for nobody who was not sent it. A sample comes with introductions alone.
    let is_elsewhere = |path: &str| path.starts_with("/r/") || path.starts_with("/stop/") || path.ends_with("/sample.pdf");
    for path in reads.filter(|path| !is_elsewhere(path)) {
        let address = asked(&path, one);
        // The first time may touch the session or the token. What pages hold until something changes is gathered anew each time.
        for _ in 0..2 {
            t.forget_held();
            let read = async {
                if path.starts_with("/api/") {
                    t.raw(Method::GET, &address, &[("authorization", &bearer)], "").await.status
                } else {
                    browser.request(Method::GET, &address, None).await.status
                }
            };
            let (status, statements) = t.queries_of(read).await;
            assert!(status.as_u16() < 400, "{address}: {status}");
            counts.insert(path.clone(), statements);
        }
    }
    counts
}

#[tokio::test]
async fn no_read_needs_more_statements_when_there_is_more_to_show() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        t.fees().await;
        let mut one = things(&t, Role::Owner, "Field").await;
        for n in 0..2 {
            grow(&t, &one, n).await;
        }
        let few = counted(&t, &one).await;
        for n in 2..8 {
            grow(&t, &one, n).await;
        }
        one.extend(larger(&t, &one).await);
        let many = counted(&t, &one).await;
        let grown: Vec<String> = many
            .iter()
            .filter(|(path, n)| few[*path] < **n)
            .map(|(path, n)| format!("{path}: {} with few, {n} with more", few[path]))
            .collect();
        assert!(grown.is_empty(), "{}", grown.join("\n"));
        let mut most: Vec<_> = many.iter().collect();
        most.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        println!("{} statements in the middle, and most for", median(&many));
        most.iter().take(20).for_each(|(path, n)| println!("{n:4} {path}"));
        t.close().await;
    })
    .await;
}

fn median(counts: &BTreeMap<String, usize>) -> usize {
    let mut all: Vec<usize> = counts.values().copied().collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// One more of everything around the same doctor, payer, patient, referral, claim and office.
async fn grow(t: &TestApp, one: &BTreeMap<&'static str, String>, n: usize) {
    let of = |thing: &str| &one[thing];
    let referral = t.referral(of("providers"), of("payers"), &format!("Marsh {n}"), "2026-02-27").await;
    let claim = t.billed(&referral, "2026-03-02").await;
    t.answered(of("payers"), &claim, "2026-03-02", 0, &[("CO", "50", 16_000)]).await;
    let same = t.read(&format!("/api/v1/referrals/{}", of("referrals"))).await;
    let visit = t.attended(&same, "2026-03-02").await;
    t.signed_note(&visit).await;
    let more = t.claim_of(&visit).await;
    t.sent(&more, "2026-03-02").await;
    t.done("/api/v1/visits", json!({ "referral": of("referrals"), "visit_on": "2026-03-09", "starts_at": "10:00" })).await;
    let day = format!("2021-0{}-01", n + 1);
    let other = t.doctor("Sam", &format!("Reed {n}")).await;
    let order = json!({ "referral": of("referrals"), "diagnoses": ["M54.2"], "visits": 6 + n, "signed_on": "2026-03-01", "valid_from": "2026-03-01", "no_expiration": "yes" });
    for (path, new) in [
        ("/providers", json!({ "first_name": "Kim", "last_name": format!("Brook {n}"), "organization": of("organizations") })),
        ("/payers", json!({ "name": format!("Alder {n}"), "kind": "health", "claim_channel": "837p" })),
        (
            &format!("/payers/{}/rule-sheets", of("payers")),
            json!({ "effective_on": day, "units_rule": "cms_8_minute", "timely_filing_days": 90 }),
        ),
        ("/fees", json!({ "code": "97530", "fee_cents": 4_100 + n, "effective_on": day })),
        (
            "/coverages",
            json!({ "patient": of("patients"), "payer": of("payers"), "kind": "health", "member_no": format!("M-{n}"), "rank": "2" }),
        ),
        (&format!("/patients/{}/restrictions", of("patients")), json!({ "provider": other })),
        ("/prescriptions", order),
        (
            "/activities",
            json!({ "kind": "call", "providers": [of("providers")], "referral": of("referrals"), "next_step": "Call", "next_on": "2026-03-05" }),
        ),
        (&format!("/notes/{}/addenda", of("notes")), json!({ "words": format!("Addendum {n}."), "reason": "Forgotten" })),
        ("/payments/patient", json!({ "claim": of("claims"), "amount_cents": 100, "method": "card" })),
        ("/payments/patient", json!({ "patient": of("patients"), "amount_cents": 100, "method": "card" })),
        ("/reports", json!({ "kind": "progress", "referral": id(&referral) })),
        (
            "/users",
            json!({ "email": format!("more{n}@willow.example"), "name": format!("Kit {n}"), "roles": ["read_only"], "password": "quiet river 17" }),
        ),
        ("/therapists", json!({ "first_name": "Kit", "last_name": format!("Heath {n}"), "credential": "LMT", "npi": npi(900 + n) })),
        ("/locations", annex(&format!("Room {n}"))),
        ("/tokens", json!({ "user": email(Role::Owner), "name": format!("more {n}") })),
    ] {
        t.done(&format!("/api/v1{path}"), new).await;
    }
    t.preview(format!("Name,NPI\nAnn Stone {n},\n")).await;
}

/// What does not grow once it is there: a file with more rows, a deposit about more claims.
async fn larger(t: &TestApp, one: &BTreeMap<&'static str, String>) -> [(&'static str, String); 2] {
    let rows: String = (0..30).map(|n| format!("Ann Field,{n}\nMaya Stone {n},\n")).collect();
    let import = t.preview(format!("Name,NPI\n{rows}")).await;
    let mut whole = json!({});
    for n in 0..4 {
        let referral = t.referral(&one["providers"], &one["payers"], &format!("Glen {n}"), "2026-02-27").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let one = eob(&one["payers"], &claim, "2026-03-02", 14_000, &[("CO", "45", 2_000)]);
        match whole["claims"].as_array_mut() {
            Some(claims) => claims.push(one["claims"][0].clone()),
            None => whole = one,
        }
    }
    whole["amount_cents"] = json!(4 * 14_000);
    [("imports", id(&import)), ("payments", id(&t.done("/api/v1/payments", whole).await))]
}
