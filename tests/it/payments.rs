//! Money is events: both laws to the cent, nothing twice, and everything that was ever said stays in sight.

use crate::support::TestApp;
use crate::support::chain::{Cast, eob, id, sheet, slip};
use crate::support::era::Era;
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::payments;

async fn ledger(t: &TestApp, claim: &Value) -> Value {
    t.read(&format!("/api/v1/claims/{}/ledger", id(claim))).await
}

fn money(claim: &Value) -> [i64; 5] {
    ["insurer_cents", "patient_cents", "contractual_cents", "written_off_cents", "balance_cents"].map(|f| claim[f].as_i64().expect(f))
}

async fn posted(t: &TestApp, body: Value) -> crate::support::http::Answer {
    t.post(Role::Owner, "/api/v1/payments", body).await
}

fn reversal(payer: &str, claim: &Value, on: &str, paid: i64) -> Value {
    json!({
        "payer": payer, "trace": format!("REV-{on}-{paid}"), "paid_on": on, "posted_on": on, "amount_cents": 0,
        "claims": [{ "claim": claim["number"], "status_code": "22", "paid_cents": -paid }],
        "provider_items": [{ "amount_cents": -paid, "reason": "FB" }]
    })
}

async fn nothing_posted(t: &TestApp, claim: &Value) {
    assert_eq!(t.read("/api/v1/payments").await["items"], json!([]));
    assert_eq!(ledger(t, claim).await["events"], json!([]));
    assert_eq!(t.fresh(claim).await["state"], "accepted");
}

crate::both_databases! {
    async fn an_eob_off_by_one_cent_stores_nothing_and_tells_the_difference_by_the_field(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let short = posted(t, eob(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 1_999)])).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.field("/claims/0/paid_cents").contains("charged $160.00 is not paid $90.00 and adjusted $69.99: off by $0.01"), "{}", short.text());
        nothing_posted(t, &claim).await;
        let mut deposit = eob(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]);
        deposit["amount_cents"] = json!(9_001);
        let wrong = posted(t, deposit.clone()).await;
        assert!(wrong.field("/amount_cents").contains("off by $0.01"), "{}", wrong.text());
        nothing_posted(t, &claim).await;
        deposit["amount_cents"] = json!(8_999);
        deposit["provider_items"] = json!([{ "amount_cents": 2, "reason": "WO" }]);
        assert!(posted(t, deposit).await.field("/amount_cents").contains("off by $0.01"));
        nothing_posted(t, &claim).await;
    }

    async fn all_that_does_not_tie_is_told_at_once_each_by_its_field(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let lines = json!([{ "line": 1, "charge_cents": 16_000, "paid_cents": 9_000, "adjustments": [{ "group": "CO", "reason": "45", "amount_cents": 6_000 }] }]);
        let body = json!({
            "payer": payer, "trace": "7", "paid_on": "2026-03-20", "posted_on": "2026-03-01", "amount_cents": 9_100,
            "claims": [{}, { "claim": claim["number"], "lines": lines }]
        });
        let answer = posted(t, body).await;
        assert!(answer.field("/amount_cents").contains("off by $1.00"), "{}", answer.text());
        assert!(answer.field("/posted_on").contains("cannot count before that day"), "{}", answer.text());
        let balanced = json!({
            "payer": payer, "trace": "7", "paid_on": "2026-03-20", "amount_cents": 9_100,
            "claims": [{}, { "claim": claim["number"], "lines": lines }]
        });
        let answer = posted(t, balanced).await;
        assert!(answer.field("/claims/1/lines/0/paid_cents").contains("off by $10.00"), "the blank claim before keeps its place: {}", answer.text());
        assert!(answer.field("/amount_cents").contains("off by $1.00"));
        nothing_posted(t, &claim).await;
    }

    async fn the_same_eob_twice_posts_once_also_at_the_same_moment(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let body = eob(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]);
        let (one, other) = tokio::join!(posted(t, body.clone()), posted(t, body.clone()));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.text(), other.text());
        let mut again = body.clone();
        again["trace"] = json!(format!("  {} ", body["trace"].as_str().expect("a trace").to_lowercase()));
        assert_eq!(posted(t, again).await.status, StatusCode::CONFLICT);
        assert_eq!(t.read("/api/v1/payments").await["items"].as_array().expect("deposits").len(), 1);
        assert_eq!(money(&t.fresh(&claim).await), [9_000, 0, 5_000, 0, 2_000]);
    }

    async fn a_zero_payment_is_the_same_only_for_the_same_claims(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let first = t.billed(&referral, "2026-03-02").await;
        let second = t.billed(&referral, "2026-03-03").await;
        let denial = |claim: &Value| {
            let mut body = eob(&payer, claim, "2026-03-20", 0, &[("CO", "197", 16_000)]);
            body["trace"] = json!("NO-PAY");
            body
        };
        assert_eq!(posted(t, denial(&first)).await.status, StatusCode::CREATED);
        assert_eq!(posted(t, denial(&second)).await.status, StatusCode::CREATED, "the same trace, another claim");
        assert_eq!(posted(t, denial(&second)).await.status, StatusCode::CONFLICT);
    }

    async fn nothing_paid_is_denied_only_where_a_reason_of_denial_stands(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let all_deductible = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &all_deductible, "2026-03-20", 0, &[("PR", "1", 16_000)]).await;
        assert_eq!(t.fresh(&all_deductible).await["state"], "partially_paid");
        assert_eq!(ledger(t, &all_deductible).await["denials"], json!([]));
        let not_covered = t.billed(&referral, "2026-03-03").await;
        t.answered(&payer, &not_covered, "2026-03-20", 0, &[("PR", "96", 16_000)]).await;
        let claim = t.fresh(&not_covered).await;
        assert_eq!((&claim["state"], &claim["patient_share_cents"]), (&json!("denied"), &json!(16_000)), "a denial that the patient owes");
        let code_one = t.billed(&referral, "2026-03-04").await;
        let mut body = eob(&payer, &code_one, "2026-03-20", 0, &[("CO", "197", 16_000)]);
        body["claims"][0]["status_code"] = json!("1");
        t.done("/api/v1/payments", body).await;
        assert_eq!(t.fresh(&code_one).await["state"], "denied", "the adjustments say so, whatever the status");
        let denial = ledger(t, &code_one).await["denials"][0].clone();
        assert_eq!((&denial["reasons"], &denial["appeal_by"], &denial["root_cause"]), (&json!(["CO-197"]), &json!("2026-05-19"), &json!("no_authorization")));
        let total = t.read("/api/v1/sources").await["total"].clone();
        assert_eq!((&total["adjudicated"], &total["ever_denied"], &total["now_denied"]), (&json!(3), &json!(2), &json!(2)));
    }

    async fn the_reasons_that_are_the_agreed_price_are_a_list_that_the_practice_edits(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let before = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &before, "2026-03-20", 9_000, &[("CO", "131", 7_000)]).await;
        assert_eq!(money(&t.fresh(&before).await), [9_000, 0, 0, 0, 7_000], "reduced: it stays outstanding");
        let practice = t.read("/api/v1/practice").await;
        let reasons = json!({ "contractual_reasons": ["45", "131"], "version": practice["version"] });
        assert_eq!(t.patch(Role::Owner, "/api/v1/practice", reasons).await.status, StatusCode::OK);
        let after = t.billed(&referral, "2026-03-03").await;
        t.answered(&payer, &after, "2026-03-21", 9_000, &[("CO", "131", 7_000)]).await;
        assert_eq!(money(&t.fresh(&after).await), [9_000, 0, 7_000, 0, 0]);
        let no_longer = t.billed(&referral, "2026-03-04").await;
        t.answered(&payer, &no_longer, "2026-03-22", 9_000, &[("CO", "P12", 7_000)]).await;
        assert_eq!(money(&t.fresh(&no_longer).await), [9_000, 0, 0, 0, 7_000]);
    }

    async fn a_second_decision_needs_the_first_reversed_and_a_reversal_equals_the_one_that_stands(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let parts = [("CO", "45", 5_000), ("PR", "3", 2_000)];
        t.answered(&payer, &claim, "2026-03-20", 9_000, &parts).await;
        let second = posted(t, eob(&payer, &claim, "2026-03-21", 10_000, &[("CO", "45", 6_000)])).await;
        assert_eq!((second.status, &second.json()["allowed"]), (StatusCode::CONFLICT, &json!(["reversal (status 22)"])));
        let wrong = posted(t, reversal(&payer, &claim, "2026-03-21", 8_999)).await;
        assert!(wrong.field("/claims/0/paid_cents").contains("the decision that stands paid $90.00"), "{}", wrong.text());
        let mut both = reversal(&payer, &claim, "2026-03-27", 9_000);
        both["amount_cents"] = json!(1_000);
        both["provider_items"] = json!([]);
        let anew = json!({ "claim": claim["number"], "paid_cents": 10_000, "adjustments": [{ "group": "CO-45", "amount_cents": 4_000 }, { "group": "PR", "reason": "3", "amount_cents": 2_000 }] });
        both["claims"].as_array_mut().expect("claims").push(anew);
        t.done("/api/v1/payments", both).await;
        assert_eq!(money(&t.fresh(&claim).await), [10_000, 0, 4_000, 0, 2_000]);
        let ledger = ledger(t, &claim).await;
        let outcomes: Vec<(&str, bool)> = ledger["decisions"].as_array().expect("decisions").iter().map(|d| (d["outcome"].as_str().expect("word"), d["reversed"] == true)).collect();
        assert_eq!(outcomes, [("partially_paid", true), ("reversal", false), ("partially_paid", false)], "all of it stays in the ledger");
    }

    async fn after_a_denial_a_decision_comes_alone_and_takes_its_place(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-10", 0, &[("CO", "197", 16_000)]).await;
        t.done(&format!("/api/v1/claims/{}/appeal", id(&claim)), json!({ "on": "2026-03-12" })).await;
        assert_eq!(t.fresh(&claim).await["state"], "appealed");
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let stands = ledger(t, &claim).await;
        assert_eq!((&stands["state"], &stands["denials"][0]["state"]), (&json!("paid"), &json!("overturned")));
        t.done("/api/v1/payments", reversal(&payer, &claim, "2026-03-25", 9_000)).await;
        let again = ledger(t, &claim).await;
        assert_eq!((&again["state"], &again["denials"][0]["state"], money(&t.fresh(&claim).await)), (&json!("reversed"), &json!("open"), [0, 0, 0, 0, 16_000]), "the denial before it stands again");
        assert_eq!(t.read("/api/v1/sources").await["total"]["now_denied"], 1);
    }

    async fn an_answer_that_only_says_duplicate_while_a_decision_stands_is_kept_and_is_none(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let notice = t.answered(&payer, &claim, "2026-03-22", 0, &[("CO", "18", 16_000)]).await;
        assert_eq!(notice["decisions"][0]["outcome"], "duplicate_notice");
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("paid"), [9_000, 0, 7_000, 0, 0]));
        assert_eq!(t.read("/api/v1/sources").await["total"]["ever_denied"], 0);
        t.done(&format!("/api/v1/claims/{}/close", id(&claim)), json!({})).await;
        t.done(&format!("/api/v1/payments/{}/take-back", id(&notice)), json!({ "why": "not ours" })).await;
        assert_eq!(t.fresh(&claim).await["state"], "closed", "it moved nothing, so nothing moves back");
        let undecided = t.billed(&referral, "2026-03-03").await;
        t.answered(&payer, &undecided, "2026-03-22", 0, &[("CO", "18", 16_000)]).await;
        assert_eq!(t.fresh(&undecided).await["state"], "denied", "where nothing stands it is a denial");
    }

    async fn a_second_payers_agreed_price_counts_only_up_to_what_is_left(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).await;
        let second = t.payer("Tideland Mutual").await;
        let refused = posted(t, eob(&second, &claim, "2026-03-22", 1_500, &[("OA", "23", 14_500)])).await;
        assert!(refused.field("/claims/0/claim").contains("is billed to another payer"), "{}", refused.text());
        let cover = json!({ "patient": referral["patient"]["id"], "payer": second, "kind": "health", "rank": 2, "member_no": "T-9" });
        t.done("/api/v1/coverages", cover).await;
        t.answered(&second, &claim, "2026-03-22", 1_500, &[("OA", "23", 9_000), ("CO", "45", 5_500)]).await;
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("closed"), [10_500, 0, 5_500, 0, 0]), "5.00 of its 55.00 were left");
    }

    async fn a_second_payers_answer_settles_its_own_denials_only(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 0, &[("CO", "50", 16_000)]).await;
        let second = t.payer("Tideland Mutual").await;
        t.done("/api/v1/coverages", json!({ "patient": referral["patient"]["id"], "payer": second, "kind": "health", "rank": 2, "member_no": "T-9" })).await;
        t.answered(&second, &claim, "2026-03-22", 6_000, &[("OA", "23", 10_000)]).await;
        assert_eq!(ledger(t, &claim).await["denials"][0]["state"], "open", "what the first payer refused is still to be answered by it");
    }

    async fn a_denied_line_in_a_claim_that_was_paid_has_a_denial_of_its_own_and_may_be_written_off_alone(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.two_lines(&referral, "2026-03-02").await;
        let mut answer = eob(&payer, &claim, "2026-03-20", 7_000, &[]);
        answer["claims"][0]["lines"] = json!([
            { "line": 1, "paid_cents": 7_000, "adjustments": [{ "group": "CO", "reason": "45", "amount_cents": 3_000 }, { "group": "PR", "reason": "1", "amount_cents": 2_000 }] },
            { "line": 2, "paid_cents": 0, "adjustments": [{ "group": "CO", "reason": "97", "amount_cents": 4_000 }] }
        ]);
        let answer = posted(t, answer).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let denial = async || ledger(t, &claim).await["denials"][0].clone();
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("partially_paid"), [7_000, 0, 3_000, 0, 6_000]));
        assert_eq!((&denial().await["state"], &denial().await["amount_cents"]), (&json!("open"), &json!(4_000)));
        let off = async |cents: i64| {
            let ledger = t.done(&format!("/api/v1/claims/{}/write-off", id(&claim)), json!({ "amount_cents": cents, "reason": "bundled by the contract" })).await;
            ledger["events"].as_array().expect("events").iter().rev().find(|e| e["kind"] == "write_off").expect("it").clone()
        };
        off(3_900).await;
        assert_eq!(denial().await["state"], "open", "a dollar of it is still to be answered");
        let last = off(100).await;
        assert_eq!((&denial().await["state"], &t.fresh(&claim).await["state"]), (&json!("written_off"), &json!("partially_paid")), "the patient still owes $20.00");
        t.done(&format!("/api/v1/payments/events/{}/take-back", id(&last)), json!({ "why": "wrong claim" })).await;
        assert_eq!(denial().await["state"], "open");
    }

    async fn a_decision_on_a_written_off_claim_takes_the_whole_write_off_back_first(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        t.answered(&payer, &claim, "2026-03-10", 0, &[("CO", "197", 16_000)]).await;
        t.done(&format!("{path}/write-off"), json!({ "reason": "appeal would cost more", "posted_on": "2026-03-12" })).await;
        assert_eq!((&t.fresh(&claim).await["state"], &ledger(t, &claim).await["denials"][0]["state"]), (&json!("written_off"), &json!("written_off")));
        let deposit = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("partially_paid"), [9_000, 0, 5_000, 0, 2_000]));
        let states: Vec<&str> = stands["history"].as_array().expect("moves").iter().map(|m| m["to"].as_str().expect("state")).collect();
        assert!(states.ends_with(&["denied", "written_off", "reversed", "partially_paid"]), "{states:?}");
        let ledger_now = ledger(t, &claim).await;
        let back = ledger_now["events"].as_array().expect("events").iter().find(|e| e["kind"] == "write_off" && e["amount_cents"] == -16_000).expect("taken back");
        assert_eq!((&back["posted_on"], &ledger_now["denials"][0]["state"]), (&json!("2026-03-20"), &json!("overturned")), "on the decision's day");
        t.done(&format!("/api/v1/payments/{}/take-back", id(&deposit)), json!({ "why": "entered for the wrong claim" })).await;
        let restored = t.fresh(&claim).await;
        assert_eq!((&restored["state"], money(&restored)), (&json!("written_off"), [0, 0, 0, 16_000, 0]), "as before the deposit");
        assert_eq!(ledger(t, &claim).await["denials"][0]["state"], "written_off");
    }

    async fn of_any_other_write_off_only_what_would_bring_the_balance_under_zero_is_taken_back(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.done(&format!("/api/v1/claims/{}/write-off", id(&claim)), json!({ "amount_cents": 6_000, "reason": "hardship", "posted_on": "2026-03-12" })).await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("paid"), [9_000, 0, 5_000, 2_000, 0]), "40.00 of the 60.00 came back");
        let early = t.post(Role::Owner, &format!("/api/v1/claims/{}/write-off", id(&claim)), json!({ "amount_cents": 1, "reason": "x", "posted_on": "2026-03-01" })).await;
        assert!(early.field("/posted_on").contains("cannot be written off before that day"), "{}", early.text());
    }

    async fn a_patient_pays_what_is_left_and_gets_back_at_most_what_they_paid(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let pay = |cents: i64| json!({ "claim": claim["number"], "amount_cents": cents, "method": "card" });
        let paid = t.done("/api/v1/payments/patient", pay(2_000)).await;
        assert_eq!(t.fresh(&claim).await["state"], "closed", "a partly paid claim closes by itself");
        let refund = |cents: i64| json!({ "claim": claim["number"], "amount_cents": cents, "method": "card", "note": "paid twice" });
        let more = t.post(Role::Owner, "/api/v1/payments/refund", refund(2_001)).await;
        assert!(more.field("/amount_cents").contains("The patient paid $20.00 here"), "{}", more.text());
        t.done("/api/v1/payments/refund", refund(1_500)).await;
        assert_eq!((&t.fresh(&claim).await["state"], money(&t.fresh(&claim).await)), (&json!("partially_paid"), [9_000, 500, 5_000, 0, 1_500]), "it is open again");
        let stuck = t.post(Role::Owner, &format!("/api/v1/payments/events/{}/take-back", id(&paid)), json!({ "why": "slip" })).await;
        assert_eq!(stuck.status, StatusCode::CONFLICT, "its refund would be money that nobody paid: {}", stuck.text());
        assert_eq!(t.post(Role::Owner, "/api/v1/payments/refund", refund(501)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(Role::Owner, "/api/v1/payments/refund", json!({ "claim": claim["number"], "amount_cents": 1 })).await.field("/note"), "Say why it is given back");
    }

    async fn veterans_and_injured_workers_are_never_billed_neither_for_a_claim_nor_for_a_visit(t: &TestApp) {
        let Cast { doctor, .. } = t.cast("2026-03-31").await;
        for (kind, name) in [("workers_comp", "State Fund"), ("va_ccn", "Veterans Care"), ("health", "No Billing Plan")] {
            let mut rules = sheet();
            rules["patient_may_be_billed"] = json!(if kind == "health" { "no" } else { "" });
            let payer = t.payer_of(kind, "paper", name, rules).await;
            let mut new = slip(&doctor, &payer, &format!("Vale{}", kind.replace('_', "")), "2026-03-02");
            new["coverage"] = json!({ "payer": payer, "kind": kind, "member_no": "M-2", "claim_no": "WC-1", "employer": "Foundry Street Bakery", "injured_on": "2026-01-05" });
            let referral = t.done("/api/v1/referrals", new).await;
            let visit = t.attended(&referral, "2026-03-02").await;
            let at_the_desk = t.post(Role::Owner, "/api/v1/payments/patient", json!({ "visit": id(&visit), "amount_cents": 2_000 })).await;
            assert_eq!(at_the_desk.status, StatusCode::CONFLICT, "{name}: before there is a claim");
            t.signed_note(&visit).await;
            let claim = t.claim_of(&visit).await;
            let claim = { t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await; t.done(&format!("/api/v1/claims/{}/submit", id(&claim)), json!({ "sent_on": "2026-03-02" })).await };
            t.answered(&payer, &claim, "2026-03-20", 10_000, &[("PR", "3", 6_000)]).await;
            let refused = t.post(Role::Owner, "/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 6_000 })).await;
            assert!(refused.text().contains("may not be billed"), "{name}: {}", refused.text());
            let board = t.read("/api/v1/claims/board?list=underpaid").await;
            assert!(board["groups"][0]["rows"].as_array().expect("rows").iter().any(|r| r["number"] == claim["number"]), "{name}: it waits for us, not for the patient");
        }
        assert_eq!(t.read("/api/v1/claims/board?list=patients").await["groups"], json!([]));
    }

    async fn money_taken_at_the_desk_follows_the_visit_to_its_claim_and_back(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        let taken = t.done("/api/v1/payments/patient", json!({ "visit": id(&visit), "amount_cents": 2_500, "method": "cash", "posted_on": "2026-03-02" })).await;
        assert_eq!(taken["claim"], Value::Null);
        t.signed_note(&visit).await;
        let claim = t.claim_of(&visit).await;
        assert_eq!(claim["patient_cents"], 2_500, "it belongs to the claim that was drafted since");
        t.done(&format!("/api/v1/payments/events/{}/take-back", id(&taken)), json!({ "why": "typed twice" })).await;
        assert_eq!(t.fresh(&claim).await["patient_cents"], 0, "and what is taken back is taken back there");
        let later = t.done("/api/v1/payments/patient", json!({ "visit": id(&visit), "amount_cents": 1_000 })).await;
        assert_eq!((&later["claim"], &t.fresh(&claim).await["patient_cents"]), (&claim["number"], &json!(1_000)));
    }

    async fn every_money_write_counts_on_its_day_earlier_if_said_and_never_later(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        let tomorrow = json!({ "posted_on": "2026-04-01" });
        let with = |mut body: Value| { body["posted_on"] = tomorrow["posted_on"].clone(); body };
        let staged = t.staged(&Era::new("EFT-9", "2026-03-20").claim("X-99", "1", 16_000, 9_000, &[("CO", "45", 7_000)]).file()).await;
        let pay = json!({ "claim": claim["number"], "amount_cents": 500 });
        let refund = json!({ "claim": claim["number"], "amount_cents": 500, "note": "why" });
        let paid = t.done("/api/v1/payments/patient", pay.clone()).await;
        assert_eq!((&paid["posted_on"], &paid["entered_late"]), (&json!("2026-03-31"), &json!(false)));
        let deposit = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        assert_eq!((&deposit["posted_on"], &deposit["entered_late"]), (&json!("2026-03-20"), &json!(true)));
        for (path, body) in [
            ("/api/v1/payments".to_string(), with(eob(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]))),
            ("/api/v1/payments/patient".into(), with(pay.clone())),
            ("/api/v1/payments/refund".into(), with(refund.clone())),
            (format!("{path}/write-off"), with(json!({ "reason": "why" }))),
            (format!("/api/v1/payments/events/{}/take-back", id(&paid)), with(json!({ "why": "why" }))),
            (format!("/api/v1/payments/{}/take-back", id(&deposit)), with(json!({ "why": "why" }))),
            (format!("/api/v1/remittances/{}/post", id(&staged)), with(json!({}))),
            (format!("/api/v1/remittances/answers/{}/assign", id(&staged["claims"][0])), with(json!({ "claim": claim["number"] }))),
        ] {
            let answer = t.post(Role::Owner, &path, body).await;
            assert!(answer.field("/posted_on").contains("may not be in the future"), "{path}: {}", answer.text());
        }
        t.done("/api/v1/payments/refund", { let mut r = refund; r["posted_on"] = json!("2026-03-30"); r }).await;
        let events = ledger(t, &claim).await["events"].clone();
        let refund = events.as_array().expect("events").iter().find(|e| e["kind"] == "refund").expect("a refund");
        assert_eq!((&refund["posted_on"], &refund["entered_late"]), (&json!("2026-03-30"), &json!(true)), "one day is an earlier day");
        let before = t.post(Role::Owner, &format!("/api/v1/payments/{}/take-back", id(&deposit)), json!({ "why": "why", "posted_on": "2026-03-19" })).await;
        assert!(before.field("/posted_on").contains("cannot be taken back before"), "{}", before.text());
    }

    async fn an_entry_of_ours_that_is_taken_back_counts_nowhere_from_that_day_and_still_did_before(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let wrong = t.answered(&payer, &claim, "2026-03-20", 0, &[("CO", "197", 16_000)]).await;
        t.done(&format!("/api/v1/payments/{}/take-back", id(&wrong)), json!({ "why": "another claim", "posted_on": "2026-03-25" })).await;
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["state"], money(&stands)), (&json!("accepted"), [0, 0, 0, 0, 16_000]));
        for (as_of, ever) in [("2026-03-24", 1), ("2026-03-25", 0)] {
            let total = t.read(&format!("/api/v1/sources?as_of={as_of}")).await["total"].clone();
            assert_eq!((&total["adjudicated"], &total["ever_denied"]), (&json!(ever), &json!(ever)), "as of {as_of}");
        }
        let again = posted(t, eob(&payer, &claim, "2026-03-26", 9_000, &[("CO", "45", 7_000)])).await;
        assert_eq!(again.status, StatusCode::CREATED, "the claim waits for its answer as before");
        let twice = t.post(Role::Owner, &format!("/api/v1/payments/{}/take-back", id(&wrong)), json!({ "why": "again" })).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
    }

    async fn a_deposit_that_was_answered_since_is_taken_back_only_after_the_later_one(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let first = t.answered(&payer, &claim, "2026-03-10", 0, &[("CO", "197", 16_000)]).await;
        t.done(&format!("/api/v1/claims/{}/appeal", id(&claim)), json!({ "on": "2026-03-12" })).await;
        let second = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let blocked = t.post(Role::Owner, &format!("/api/v1/payments/{}/take-back", id(&first)), json!({ "why": "slip" })).await;
        assert!(blocked.text().contains("Take that one back first"), "{}", blocked.text());
        t.done(&format!("/api/v1/payments/{}/take-back", id(&second)), json!({ "why": "slip" })).await;
        let stands = ledger(t, &claim).await;
        assert_eq!((&stands["state"], &stands["denials"][0]["state"]), (&json!("appealed"), &json!("appealed")), "the appeal waits again");
    }

    async fn an_item_that_names_a_claim_is_its_money_and_one_that_names_none_is_unallocated(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 7_000)]).await;
        let other = t.billed(&referral, "2026-03-03").await;
        let mut body = eob(&payer, &other, "2026-03-22", 9_000, &[("CO", "45", 7_000)]);
        body["amount_cents"] = json!(6_500);
        body["provider_items"] = json!([
            { "amount_cents": 2_600, "reason": "WO", "claim": claim["number"], "note": "paid too much" }, { "amount_cents": -100, "reason": "L6" }
        ]);
        let deposit = t.done("/api/v1/payments", body).await;
        assert_eq!((&deposit["claims_cents"], &deposit["items_cents"]), (&json!(9_000), &json!(-2_500)));
        let lowered = t.fresh(&claim).await;
        assert_eq!((&lowered["state"], money(&lowered)), (&json!("partially_paid"), [6_400, 0, 7_000, 0, 2_600]), "a paid claim with something left is partly paid");
        let loose = t.read("/api/v1/sources").await;
        let unallocated = loose["rows"].as_array().expect("rows").iter().find(|r| r["source"] == "Unallocated").expect("a row");
        assert_eq!(unallocated["insurer_cents"], 100);
        t.done(&format!("/api/v1/payments/{}/take-back", id(&deposit)), json!({ "why": "slip" })).await;
        assert_eq!(money(&t.fresh(&claim).await), [9_000, 0, 7_000, 0, 0]);
    }

    async fn the_ledger_of_a_past_day_tells_what_was_known_then(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        t.done("/api/v1/payments/patient", json!({ "claim": claim["number"], "amount_cents": 2_000, "posted_on": "2026-03-22" })).await;
        t.done("/api/v1/payments", reversal(&payer, &claim, "2026-03-25", 9_000)).await;
        let path = format!("/api/v1/claims/{}/ledger", id(&claim));
        for (as_of, expected) in [
            ("2026-03-01", [0, 0, 0, 0, 0]),
            ("2026-03-10", [0, 0, 0, 0, 16_000]),
            ("2026-03-21", [9_000, 0, 5_000, 0, 2_000]),
            ("2026-03-24", [9_000, 2_000, 5_000, 0, 0]),
            ("2026-03-25", [0, 2_000, 0, 0, 14_000]),
        ] {
            let past = t.read(&format!("{path}?as_of={as_of}")).await;
            assert_eq!(money(&past), expected, "as of {as_of}");
            let known = past["decisions"].as_array().expect("decisions");
            assert!(known.iter().all(|d| d["reversed"] == (as_of == "2026-03-25" && d["outcome"] != "reversal")), "as of {as_of}");
        }
        assert_eq!(t.get(Role::Owner, &format!("{path}?as_of=2026-04-01")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn billers_write_therapists_read_their_own_the_front_desk_sees_how_it_stands_and_marketers_nothing(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let deposit = t.answered(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let one = format!("/api/v1/claims/{}", id(&claim));
        let pay = json!({ "claim": claim["number"], "amount_cents": 100 });
        for (role, read, ledger, write, board) in [
            (Role::Owner, 200, 200, 201, 200),
            (Role::Biller, 200, 200, 201, 200),
            (Role::ReadOnly, 200, 200, 403, 200),
            (Role::FrontDesk, 200, 404, 403, 200),
            (Role::Therapist, 404, 404, 403, 200),
            (Role::Marketer, 404, 404, 404, 404),
        ] {
            assert_eq!(t.get(role, &one).await.status.as_u16(), read, "{role} reads a claim");
            assert_eq!(t.get(role, &format!("{one}/ledger")).await.status.as_u16(), ledger, "{role} reads the ledger");
            assert_eq!(t.post(role, "/api/v1/payments/patient", pay.clone()).await.status.as_u16(), write, "{role} takes money");
            assert_eq!(t.get(role, "/api/v1/claims/board").await.status.as_u16(), board, "{role} looks at the board");
        }
        let outline = t.get(Role::FrontDesk, &one).await.json();
        assert_eq!((&outline["state"], &outline["charge_cents"], &outline["balance_cents"]), (&json!("partially_paid"), &Value::Null, &Value::Null));
        assert!(!outline.to_string().contains("9000") && !outline.to_string().contains("16000"), "no money anywhere: {outline}");
        let board = t.get(Role::FrontDesk, "/api/v1/claims/board?list=patients").await.json();
        assert_eq!((&board["open_cents"], &board["groups"][0]["rows"][0]["cents"], &board["groups"][0]["rows"][0]["matter"]["words"]), (&Value::Null, &Value::Null, &json!("")));
        assert_eq!(t.get(Role::FrontDesk, &format!("/api/v1/payments/{}", id(&deposit))).await.status, StatusCode::NOT_FOUND);
        assert_eq!(t.get(Role::Therapist, "/api/v1/claims/board?list=patients").await.json()["groups"], json!([]), "not a patient of theirs");
        let okafor = t.read("/api/v1/therapists").await["items"].as_array().expect("therapists").iter().find(|x| x["last_name"] == "Okafor").expect("Jo").clone();
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-30", "therapist": id(&okafor), "state": "attended" })).await;
        assert_eq!(t.get(Role::Therapist, &one).await.json()["charge_cents"], 16_000, "their own patient's claims they read");
        assert_eq!(t.post(Role::Therapist, &format!("{one}/close"), json!({})).await.status, StatusCode::FORBIDDEN);
    }

    async fn a_payment_said_twice_under_one_key_posts_once(t: &TestApp) {
        let Cast { referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        // Two requests: each has its own hold on the key.
        let said = async || { let mut by = t.owner().await; by.once = Some(tributary::app::Once::new("key-12345678".into(), "same".into())); by };
        let (first, second) = (said().await, said().await);
        let new = payments::desk::NewPatientMoney { claim: claim["number"].as_str().expect("a number").into(), amount_cents: tributary::types::Amount::Cents(700), ..Default::default() };
        let (one, other) = tokio::join!(payments::desk::pay(&t.app, &first, &new), payments::desk::pay(&t.app, &second, &new));
        assert_eq!(one.expect("paid").id, other.expect("the same").id);
        assert_eq!(t.fresh(&claim).await["patient_cents"], 700);
    }

    async fn money_that_comes_in_at_the_same_moment_is_all_counted(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let pay = |cents: i64| json!({ "claim": claim["number"], "amount_cents": cents, "method": "card" });
        let by_payer = eob(&payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]);
        let other_payer_check = eob(&payer, &claim, "2026-03-20", 8_000, &[("CO", "45", 8_000)]);
        let (a, b, c, d) = tokio::join!(
            t.post(Role::Owner, "/api/v1/payments/patient", pay(300)),
            posted(t, by_payer),
            t.post(Role::Owner, "/api/v1/payments/patient", pay(200)),
            posted(t, other_payer_check),
        );
        assert_eq!((a.status, c.status), (StatusCode::CREATED, StatusCode::CREATED));
        let mut answers = [b.status.as_u16(), d.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 409], "two decisions do not stand at once: {} {}", b.text(), d.text());
        let stored = t.fresh(&claim).await;
        let events = t.read(&format!("/api/v1/claims/{}/ledger?as_of=2026-03-31", id(&claim))).await;
        assert_eq!(money(&stored), money(&events));
        assert_eq!(stored["patient_cents"], 500);
        let (x, y) = tokio::join!(
            t.post(Role::Owner, "/api/v1/payments/refund", json!({ "claim": claim["number"], "amount_cents": 400, "note": "back" })),
            t.post(Role::Owner, "/api/v1/payments/refund", json!({ "claim": claim["number"], "amount_cents": 300, "note": "back" })),
        );
        let mut refunds = [x.status.as_u16(), y.status.as_u16()];
        refunds.sort_unstable();
        assert_eq!(refunds, [201, 422], "together they are more than was paid");
    }

    async fn a_person_says_what_lies_behind_a_denial_and_until_when_it_may_be_appealed(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}/denial", id(&claim));
        assert_eq!(t.post(Role::Owner, &path, json!({ "root_cause": "late" })).await.status, StatusCode::CONFLICT, "it was never denied");
        t.answered(&payer, &claim, "2026-03-10", 0, &[("CO", "197", 16_000)]).await;
        for (body, field) in [
            (json!({}), "/root_cause"),
            (json!({ "root_cause": "bad luck" }), "/root_cause"),
            (json!({ "appeal_by": "2026-03-09" }), "/appeal_by"),
            (json!({ "denial": "another", "root_cause": "late" }), "/denial"),
        ] {
            let refused = t.post(Role::Owner, &path, body).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && !refused.field(field).is_empty(), "{field}: {}", refused.text());
        }
        assert_eq!(t.post(Role::FrontDesk, &path, json!({ "root_cause": "late" })).await.status, StatusCode::FORBIDDEN);
        t.done(&path, json!({ "root_cause": "expired_rx" })).await;
        let denial = t.done(&path, json!({ "appeal_by": "2026-04-01" })).await["denials"][0].clone();
        assert_eq!((&denial["root_cause"], &denial["appeal_by"]), (&json!("expired_rx"), &json!("2026-04-01")), "what was left empty stays");
        let log = t.read("/api/v1/audit?thing=denial").await;
        let fields: Vec<&Value> = log["items"].as_array().expect("entries").iter().map(|e| &e["fields"]).collect();
        assert_eq!(fields, [&json!(["appeal_by"]), &json!(["root_cause"])]);
    }

    async fn a_reversal_names_the_check_that_took_the_money_back(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let mut paid = eob(&payer, &claim, "2026-03-10", 9_000, &[("CO", "45", 7_000)]);
        paid["method"] = json!("check");
        assert_eq!(posted(t, paid).await.status, StatusCode::CREATED);
        let mut back = eob(&payer, &claim, "2026-03-20", -9_000, &[]);
        (back["trace"], back["method"], back["amount_cents"]) = (json!("BACK-9"), json!("eft"), json!(0));
        back["claims"][0]["status_code"] = json!("22");
        back["provider_items"] = json!([{ "amount_cents": -9_000, "reason": "FB" }]);
        let answer = posted(t, back).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let events = ledger(t, &claim).await["events"].clone();
        let gone = events.as_array().expect("events").iter().find(|e| e["kind"] == "insurer_payment" && e["amount_cents"] == -9_000).expect("it");
        assert_eq!((&gone["reference"], &gone["method"]), (&json!("BACK-9"), &json!("eft")));
    }

    async fn a_payer_that_is_first_and_second_takes_its_second_decision_back(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-10", 9_000, &[("CO", "45", 4_000), ("PR", "2", 3_000)]).await;
        let mut second = eob(&payer, &claim, "2026-03-12", 3_000, &[("OA", "23", 13_000)]);
        second["claims"][0]["status_code"] = json!("2");
        let answer = posted(t, second).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let mut back = eob(&payer, &claim, "2026-03-20", -3_000, &[]);
        back["claims"][0]["status_code"] = json!("22");
        back["provider_items"] = json!([{ "amount_cents": -3_000, "reason": "FB" }]);
        let answer = posted(t, back).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let ledger = ledger(t, &claim).await;
        let told: Vec<(i64, bool)> =
            ledger["decisions"].as_array().expect("decisions").iter().map(|d| (d["payer_rank"].as_i64().expect("a rank"), d["reversed"] == true)).collect();
        assert_eq!(told, [(1, false), (2, true), (2, false)]);
        assert_eq!(ledger["insurer_cents"], 9_000);
    }
}
