//! No page and no list asks the database more often because there is more to show.

use crate::rights::{filled, operations, pages, things};
use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::database::Database;
use crate::support::queries::Counter;
use poem::http::Method;
use std::collections::BTreeMap;
use tributary::auth::role::Role;

/// How many statements each read needs: every operation of the API that reads, and every page.
async fn counted(t: &TestApp, counter: &Counter, one: &BTreeMap<&'static str, String>) -> BTreeMap<String, usize> {
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let mut browser = t.signed_in(Role::Owner).await;
    let mut counts = BTreeMap::new();
    let reads = operations().into_iter().filter_map(|o| o.strip_prefix("GET ").map(String::from));
    for path in reads.chain(pages()) {
        let Some(address) = filled(&path, one) else { continue };
        // The first time may touch the session or the token.
        for _ in 0..2 {
            counter.taken();
            let status = if path.starts_with("/api/") {
                t.raw(Method::GET, &address, &[("authorization", &bearer)], "").await.status
            } else {
                browser.request(Method::GET, &address, None).await.status
            };
            assert!(status.as_u16() < 400, "{address}: {status}");
            counts.insert(path.clone(), counter.taken());
        }
    }
    counts
}

#[tokio::test]
async fn no_read_needs_more_statements_when_there_is_more_to_show() {
    let (t, counter) = TestApp::counting(Database::Sqlite).await;
    t.fees().await;
    let one = things(&t, Role::Owner, "Field").await;
    for n in 0..2 {
        grow(&t, &one, n).await;
    }
    let few = counted(&t, &counter, &one).await;
    for n in 2..8 {
        grow(&t, &one, n).await;
    }
    let many = counted(&t, &counter, &one).await;
    let grown: Vec<String> = many
        .iter()
        .filter(|(path, n)| few[*path] != **n)
        .map(|(path, n)| format!("{path}: {} with few, {n} with more", few[path]))
        .collect();
    assert!(grown.is_empty(), "{}", grown.join("\n"));
    let most = many.iter().max_by_key(|(_, n)| **n).expect("reads");
    println!("most statements: {} for {}; in the middle {}", most.1, most.0, median(&many));
}

fn median(counts: &BTreeMap<String, usize>) -> usize {
    let mut all: Vec<usize> = counts.values().copied().collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// One more of everything around the same doctor and payer, and one more visit of the same patient.
async fn grow(t: &TestApp, one: &BTreeMap<&'static str, String>, n: usize) {
    let referral = t.referral(&one["providers"], &one["payers"], &format!("Marsh {n}"), "2026-02-27").await;
    let claim = t.billed(&referral, "2026-03-02").await;
    t.answered(&one["payers"], &claim, "2026-03-02", 0, &[("CO", "50", 16_000)]).await;
    let same = t.read(&format!("/api/v1/referrals/{}", one["referrals"])).await;
    let visit = t.attended(&same, "2026-03-02").await;
    t.signed_note(&visit).await;
    let more = t.claim_of(&visit).await;
    t.sent(&more, "2026-03-02").await;
    assert!(!id(&more).is_empty());
}
