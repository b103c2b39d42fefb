//! The states of a claim and the moves between them: the table is written down here once more, and walked.

use crate::support::TestApp;
use crate::support::chain::{Cast, eob, id};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary::auth::role::Role;

/// From, and what it may become.
const TABLE: [(&str, &[&str]); 14] = [
    ("draft", &["ready", "voided"]),
    ("ready", &["submitted", "draft"]),
    ("submitted", &["acknowledged", "accepted", "rejected"]),
    ("acknowledged", &["accepted", "rejected"]),
    ("accepted", &["pended", "paid", "partially_paid", "denied"]),
    ("pended", &["paid", "partially_paid", "denied"]),
    ("rejected", &["draft"]),
    ("denied", &["appealed", "draft", "written_off", "paid", "partially_paid"]),
    ("appealed", &["paid", "partially_paid", "denied"]),
    ("paid", &["closed", "reversed", "draft"]),
    ("partially_paid", &["closed", "reversed", "draft"]),
    ("reversed", &["paid", "partially_paid", "denied"]),
    ("written_off", &["reversed"]),
    ("closed", &["reversed"]),
];

/// A payer has said what it thinks of them.
const DECIDED: [&str; 7] = ["denied", "appealed", "paid", "partially_paid", "reversed", "written_off", "closed"];

/// Lives of claims: each begins as a draft, and together they go every way of the table.
const LIVES: [&str; 11] = [
    "voided",
    "ready draft ready submitted acknowledged accepted pended paid closed reversed paid reversed partially_paid reversed denied appealed paid draft",
    "ready submitted accepted partially_paid draft",
    "ready submitted rejected draft ready submitted accepted denied draft",
    "ready submitted acknowledged rejected",
    "ready submitted accepted pended partially_paid closed",
    "ready submitted accepted pended denied appealed partially_paid",
    "ready submitted accepted denied appealed denied written_off reversed",
    "ready submitted accepted paid",
    "ready submitted accepted denied paid",
    "ready submitted accepted denied partially_paid",
];

const DAY: &str = "2026-03-20";

async fn post(t: &TestApp, claim: &Value, verb: &str, body: Value) -> Value {
    t.done(&format!("/api/v1/claims/{}/{verb}", id(claim)), body).await
}

async fn answer(t: &TestApp, cast: &Cast, claim: &Value, paid: i64, parts: &[(&str, &str, i64)]) -> Value {
    t.answered(&cast.payer, claim, DAY, paid, parts).await
}

/// Takes back what the payer paid last: the same figures with the other sign.
async fn reverse(t: &TestApp, cast: &Cast, claim: &Value) {
    let paid = claim["insurer_cents"].as_i64().expect("cents");
    let mut said = eob(&cast.payer, claim, DAY, -paid, &[]);
    said["claims"][0]["status_code"] = json!("22");
    said["provider_items"] = json!([{ "amount_cents": -paid, "reason": "FB" }]);
    t.done("/api/v1/payments", said).await;
}

/// Has somebody do what leads to a state.
async fn go(t: &TestApp, cast: &Cast, claim: &Value, to: &str) {
    let from = claim["state"].as_str().expect("a state");
    match (from, to) {
        ("denied" | "paid" | "partially_paid", "draft") => {
            post(t, claim, "correct", json!({ "frequency": "7", "payer_claim_no": "P-1" })).await
        }
        ("partially_paid", "closed") => {
            let owed = json!({ "claim": claim["number"], "amount_cents": claim["balance_cents"], "method": "card" });
            t.done("/api/v1/payments/patient", owed).await
        }
        (_, "ready") => post(t, claim, "ready", json!({})).await,
        (_, "draft") => post(t, claim, "draft", json!({})).await,
        (_, "submitted") => post(t, claim, "submit", json!({ "sent_on": DAY })).await,
        (_, "acknowledged") => post(t, claim, "acknowledge", json!({ "on": DAY })).await,
        (_, "accepted") => post(t, claim, "accept", json!({ "on": DAY })).await,
        (_, "rejected") => post(t, claim, "reject", json!({ "on": DAY, "words": "No such member" })).await,
        (_, "pended") => post(t, claim, "pend", json!({ "on": DAY, "words": "Sends for the notes" })).await,
        (_, "voided") => post(t, claim, "void", json!({ "why": "Entered twice" })).await,
        (_, "closed") => post(t, claim, "close", json!({})).await,
        (_, "appealed") => post(t, claim, "appeal", json!({})).await,
        (_, "written_off") => post(t, claim, "write-off", json!({ "reason": "An appeal would cost more" })).await,
        (_, "paid") => answer(t, cast, claim, 9_000, &[("CO", "45", 7_000)]).await,
        (_, "partially_paid") => answer(t, cast, claim, 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await,
        (_, "denied") => answer(t, cast, claim, 0, &[("CO", "197", 16_000)]).await,
        ("written_off", "reversed") => answer(t, cast, claim, 9_000, &[("CO", "45", 7_000)]).await,
        (_, "reversed") => return reverse(t, cast, claim).await,
        _ => panic!("nobody does {from} -> {to}"),
    };
}

/// The verbs of a claim that a person moves by, what each leads to, and what it has to be told.
fn verbs() -> [(&'static str, &'static str, Value); 10] {
    let on = || json!({ "on": DAY, "words": "It says so" });
    [
        ("ready", "ready", json!({})),
        ("draft", "draft", json!({})),
        ("submit", "submitted", json!({ "sent_on": DAY })),
        ("acknowledge", "acknowledged", json!({ "on": DAY })),
        ("accept", "accepted", json!({ "on": DAY })),
        ("reject", "rejected", on()),
        ("pend", "pended", on()),
        ("void", "voided", json!({ "why": "Entered twice" })),
        ("close", "closed", json!({})),
        ("appeal", "appealed", json!({})),
    ]
}

/// Every verb that does not lead where the table allows is refused, names what is allowed, and changes nothing.
async fn the_rest_is_refused(t: &TestApp, claim: &Value, allowed: &[&str]) {
    let state = claim["state"].as_str().expect("a state");
    let is_decided = DECIDED.contains(&state);
    for (verb, to, body) in verbs() {
        // What a payer decided is corrected, and has a verb of its own.
        let opens_a_correction = verb == "draft" && is_decided;
        if allowed.contains(&to) && !opens_a_correction {
            continue;
        }
        let refused = t.post(Role::Owner, &format!("/api/v1/claims/{}/{verb}", id(claim)), body).await;
        assert_eq!(refused.status, 409, "{verb} of a claim that is {state}: {}", refused.text());
        // Where nothing is allowed nothing is named.
        let named = Some(refused.json()["allowed"].clone()).filter(|named| !named.is_null()).unwrap_or_else(|| json!([]));
        match verb == "void" && is_decided {
            true => assert_eq!(named, json!(["correct"]), "a void that the payer is told of: {state}"),
            false => assert_eq!(named, json!(allowed), "{verb} of a claim that is {state}"),
        }
        assert_eq!(t.fresh(claim).await, *claim, "{verb} changed nothing");
    }
}

crate::both_databases! {
    async fn a_claim_goes_every_way_of_the_table_and_no_other(t: &TestApp) {
        let cast = t.cast(DAY).await;
        let mut tried = BTreeSet::new();
        let mut walked = BTreeSet::new();
        for (n, life) in LIVES.iter().enumerate() {
            let mut claim = t.claim_drafted(&cast.referral, &format!("2026-03-{:02}", n + 2)).await;
            for to in life.split(' ') {
                let from = claim["state"].as_str().expect("a state").to_string();
                let allowed = TABLE.iter().find(|(state, _)| *state == from).map_or(&[][..], |(_, to)| to);
                if tried.insert(from) {
                    assert_eq!(claim["may_become"], json!(allowed));
                    the_rest_is_refused(t, &claim, allowed).await;
                }
                go(t, &cast, &claim, to).await;
                claim = t.fresh(&claim).await;
            }
            let history = claim["history"].as_array().expect("moves").clone();
            let states: Vec<String> = history.iter().map(|m| m["to"].as_str().expect("a state").to_string()).collect();
            let lived = format!("draft {life}");
            match life.ends_with("written_off reversed") {
                // Where the balance was given up, the payer's new answer takes that back first.
                true => assert_eq!(states.join(" "), format!("{lived} paid")),
                false => assert_eq!(states.join(" "), lived),
            }
            walked.extend(history.iter().filter_map(|m| Some((m["from"].as_str()?.to_string(), m["to"].as_str()?.to_string()))));
            if claim["state"] == "voided" {
                the_rest_is_refused(t, &claim, &[]).await;
            }
        }
        let table = TABLE.iter().flat_map(|(from, all)| all.iter().map(|to| (from.to_string(), to.to_string())));
        assert_eq!(walked, table.collect::<BTreeSet<_>>());
        assert_eq!(tried.len(), TABLE.len(), "every state was tried: {tried:?}");
    }

    async fn an_837p_payer_that_has_not_taken_a_claim_in_cannot_have_decided_it(t: &TestApp) {
        let cast = t.cast(DAY).await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        for state in ["draft", "ready", "submitted", "acknowledged"] {
            if state != "draft" {
                go(t, &cast, &t.fresh(&claim).await, state).await;
            }
            let early = t.post(Role::Owner, "/api/v1/payments", eob(&cast.payer, &claim, DAY, 16_000, &[])).await;
            assert_eq!(early.status, 409, "{state}: {}", early.text());
            assert_eq!(t.fresh(&claim).await["state"], state);
        }
    }

    async fn a_write_off_says_why(t: &TestApp) {
        let cast = t.cast(DAY).await;
        let claim = t.billed(&cast.referral, "2026-03-02").await;
        answer(t, &cast, &claim, 0, &[("CO", "197", 16_000)]).await;
        let before = t.fresh(&claim).await;
        for body in [json!({}), json!({ "reason": "  " }), json!({ "amount_cents": 100 })] {
            let refused = t.post(Role::Owner, &format!("/api/v1/claims/{}/write-off", id(&claim)), body).await;
            assert!(refused.status == 422 && refused.field("/reason").contains("Say why"), "{}", refused.text());
        }
        assert_eq!(t.fresh(&claim).await, before);
    }
}
