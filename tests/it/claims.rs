//! Claims: drafted from what was done, stopped by what is missing, frozen when they leave.

use crate::support::TestApp;
use crate::support::chain::{eob, id, npi, sheet, with};
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A practice with fees, a doctor, a payer of this sheet, and a referral received on March 2.
async fn referred(t: &TestApp, more: Value) -> (String, Value) {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer_of("health", "837p", "Cascade Health", with(sheet(), more)).await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
    (payer, referral)
}

/// What stands against sending it.
fn codes(claim: &Value) -> Vec<&str> {
    let blocks = claim["findings"].as_array().expect("findings").iter().filter(|f| f["severity"] == "blocks");
    blocks.map(|f| f["code"].as_str().expect("a code")).collect()
}

/// An 8 goes out for a claim that was answered.
async fn void_sent(t: &TestApp, path: &str, on: &str) {
    t.done(&format!("{path}/correct"), json!({ "frequency": "8", "payer_claim_no": "P-1" })).await;
    t.done(&format!("{path}/ready"), json!({})).await;
    t.done(&format!("{path}/submit"), json!({ "sent_on": on })).await;
}

crate::both_databases! {
    async fn a_claim_moved_from_draft_to_paid_is_refused_and_names_what_it_can_become(t: &TestApp) {
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let answer = t.post(Role::Owner, "/api/v1/payments", eob(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 7_000)])).await;
        assert_eq!((answer.status, &answer.json()["allowed"]), (StatusCode::CONFLICT, &json!(["ready", "voided"])));
        assert!(answer.json()["detail"].as_str().expect("words").contains("It can become: ready to send, voided"), "{}", answer.text());
        assert_eq!(t.read("/api/v1/payments").await["items"], json!([]), "nothing is stored");
        assert_eq!((&t.fresh(&claim).await["state"], &t.fresh(&claim).await["insurer_cents"]), (&json!("draft"), &json!(0)));
    }

    async fn every_verb_that_a_state_does_not_allow_is_refused_and_names_what_is(t: &TestApp) {
        let (_, referral) = referred(t, json!({})).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        for (verb, allowed) in [
            ("submit", json!(["ready", "voided"])),
            ("acknowledge", json!(["ready", "voided"])),
            ("accept", json!(["ready", "voided"])),
            ("reject", json!(["ready", "voided"])),
            ("pend", json!(["ready", "voided"])),
            ("draft", json!(["ready", "voided"])),
            ("correct", json!(["ready", "voided"])),
            ("close", json!(["ready", "voided"])),
            ("appeal", json!(["ready", "voided"])),
        ] {
            let answer = t.post(Role::Owner, &format!("{path}/{verb}"), json!({})).await;
            assert_eq!((answer.status, &answer.json()["allowed"]), (StatusCode::CONFLICT, &allowed), "{verb}: {}", answer.text());
        }
        t.sent(&claim, "2026-03-02").await;
        for verb in ["ready", "submit", "acknowledge", "accept", "reject", "draft", "correct", "close"] {
            let answer = t.post(Role::Owner, &format!("{path}/{verb}"), json!({})).await;
            assert_eq!(answer.json()["allowed"], json!(["pended", "paid", "partially_paid", "denied"]), "{verb}: {}", answer.text());
        }
        assert_eq!(t.fresh(&claim).await["state"], "accepted");
    }

    async fn more_than_six_lines_make_a_second_claim_and_cash_makes_none(t: &TestApp) {
        let (_, referral) = referred(t, json!({})).await;
        let codes = ["97140", "97124", "97112", "97110", "97530", "97535", "97035"];
        for code in &codes[2..] {
            t.done("/api/v1/fees", json!({ "code": code, "fee_cents": 3_000, "effective_on": "2020-01-01" })).await;
        }
        let visit = t.attended(&referral, "2026-03-02").await;
        let services: Vec<Value> = codes.iter().map(|c| json!({ "code": c, "minutes": 15 })).collect();
        t.signed(&visit, json!({ "services": services })).await;
        let claims = t.read("/api/v1/claims").await;
        let mut lines = Vec::new();
        for claim in claims["items"].as_array().expect("claims") {
            let whole = t.fresh(claim).await;
            assert_eq!(whole["visit_id"], visit["id"]);
            lines.push(whole["version"]["lines"].as_array().expect("lines").len());
        }
        lines.sort_unstable();
        assert_eq!(lines, [1, 6]);
        let cash = t.done("/api/v1/coverages", json!({ "patient": referral["patient"]["id"], "kind": "cash" })).await;
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "state": "attended", "coverage": id(&cash) });
        let paid_alone = t.done("/api/v1/visits", new).await;
        t.signed_note(&paid_alone).await;
        assert_eq!(t.read("/api/v1/claims").await["items"].as_array().expect("claims").len(), 2);
        assert_eq!(t.read(&format!("/api/v1/visits/{}", id(&paid_alone))).await["charge_cents"], 16_000);
    }

    async fn over_a_cap_the_claim_stays_draft_and_states_the_excess_until_a_person_accepts(t: &TestApp) {
        let (_, referral) = referred(t, json!({ "max_units_per_visit": 3 })).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        assert_eq!((codes(&claim), &claim["version"]["lines"][0]["units"]), (vec!["over_cap"], &json!(4)));
        let refused = t.post(Role::Owner, &format!("{path}/ready"), json!({})).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("4 units were given, Cascade Health pays 3 a visit: 1 too many"), "{}", refused.text());
        let accepted = t.done(&format!("{path}/accept-cap"), json!({})).await;
        let line = &accepted["version"]["lines"][0];
        assert_eq!((&line["units"], &line["excess_units"], &accepted["version"]["total_cents"]), (&json!(3), &json!(1), &json!(12_000)));
        assert_eq!(t.done(&format!("{path}/ready"), json!({})).await["state"], "ready");
    }

    async fn without_a_fee_or_a_units_rule_the_claim_stays_draft_and_says_what_to_fill_in(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = id(&t.done("/api/v1/payers", json!({ "name": "Cascade Health", "kind": "health", "claim_channel": "837p", "clearinghouse_payer_id": "CH001" })).await);
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        assert_eq!(codes(&claim), ["units_rule_unknown"]);
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), sheet()).await;
        let claim = t.fresh(&claim).await;
        assert_eq!((codes(&claim), claim["findings"][0]["mend"].as_str()), (vec!["fee_missing"], Some("Enter the fee in the practice's schedule")));
        let refused = t.post(Role::Owner, &format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        assert_eq!((refused.status, t.fresh(&claim).await["state"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("draft")));
        t.fees().await;
        let claim = t.fresh(&claim).await;
        assert_eq!((codes(&claim), &claim["version"]["total_cents"]), (vec![], &json!(16_000)), "the draft made itself anew");
    }

    async fn the_thirteenth_visit_of_twelve_is_taken_and_its_claim_is_stopped(t: &TestApp) {
        t.at("2026-03-20");
        let (_, referral) = referred(t, json!({})).await;
        for day in 2..14 {
            t.attended(&referral, &format!("2026-03-{day:02}")).await;
        }
        let claim = t.claim_drafted(&referral, "2026-03-14").await;
        assert_eq!(codes(&claim), ["diagnosis_missing", "not_covered"]);
        assert!(claim["findings"][1]["message"].as_str().expect("words").contains("visit 13 of 12"), "{claim}");
        let refused = t.post(Role::Owner, &format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn an_order_of_somebody_the_payer_does_not_take_or_too_old_for_it_stops_the_claim(t: &TestApp) {
        t.at("2026-04-20");
        let (payer, referral) = referred(t, json!({ "who_may_prescribe": ["DO", "DC"], "rx_valid_days": 30 })).await;
        let claim = t.claim_drafted(&referral, "2026-03-20").await;
        assert_eq!(codes(&claim), ["prescriber_not_allowed"]);
        let late = t.claim_drafted(&referral, "2026-04-10").await;
        assert!(codes(&late).contains(&"not_covered"), "day 39 of an order that holds for 30: {:?}", codes(&late));
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), with(sheet(), json!({ "who_may_prescribe": ["MD"] }))).await;
        assert_eq!((codes(&t.fresh(&claim).await), codes(&t.fresh(&late).await)), (vec![], vec![]));
    }

    async fn a_payer_that_asks_for_no_order_lifts_it_and_an_unknown_need_does_not(t: &TestApp) {
        t.at("2026-03-20");
        let (payer, referral) = referred(t, json!({ "requires_prescription": "no" })).await;
        for day in 2..14 {
            t.attended(&referral, &format!("2026-03-{day:02}")).await;
        }
        let past_the_order = t.claim_drafted(&referral, "2026-03-14").await;
        assert_eq!(codes(&past_the_order), Vec::<&str>::new());
        assert_eq!(past_the_order["version"]["diagnoses"], json!(["M54.2"]), "from the episode");
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), with(sheet(), json!({ "requires_prescription": "" }))).await;
        assert!(codes(&t.fresh(&past_the_order).await).contains(&"not_covered"));
    }

    async fn the_referrer_is_the_one_of_the_claims_own_referral_also_under_a_renewal_of_somebody_else(t: &TestApp) {
        t.at("2026-03-20");
        let (_, referral) = referred(t, json!({})).await;
        for day in 2..14 {
            t.attended(&referral, &format!("2026-03-{day:02}")).await;
        }
        let other = t.done("/api/v1/providers", json!({ "first_name": "Marcus", "last_name": "Feld", "credentials": ["DC"], "npi": npi(700) })).await;
        let renewal = json!({
            "referral": id(&referral), "prescriber": id(&other), "diagnoses": ["M54.6"], "visits": 6, "signed_on": "2026-03-14",
            "valid_from": "2026-03-14", "no_expiration": "yes"
        });
        t.done("/api/v1/prescriptions", renewal).await;
        let claim = t.claim_drafted(&referral, "2026-03-14").await;
        let version = &claim["version"];
        assert_eq!((&version["referring_name"], &version["referring_qualifier"]), (&json!("Priya Raman, MD"), &json!("DN")));
        assert_eq!(version["diagnoses"], json!(["M54.6"]), "the diagnosis is the one of the order that covers the visit");
    }

    async fn what_a_sent_claim_says_cannot_be_changed_even_in_the_database(t: &TestApp) {
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 7_000)]).await;
        t.claim_drafted(&referral, "2026-03-01").await;
        for sql in [
            "update claim_version set total_cents = 1",
            "delete from claim_version",
            "update claim_line set charge_cents = 1",
            "delete from claim_line",
            "insert into claim_line (claim_version_id, n, units, excess_units, fee_cents, charge_cents, service_on, code, pointers, modifiers) \
             select claim_version_id, 6, 1, 0, 1, 1, service_on, code, pointers, modifiers from claim_line",
            "update claim_line set n = 6, claim_version_id = (select min(id) from claim_version where frozen_at is not null) \
             where claim_version_id in (select id from claim_version where frozen_at is null)",
            "update transmission set sent_on = '2020-01-01'",
            "update transmission_answer set kind = 'rejected'",
            "update money_event set amount_cents = 1",
            "delete from money_event",
        ] {
            let error = t.by_sql(sql).await.expect_err(sql);
            assert!(error.contains("kept for ever"), "{sql}: {error}");
        }
        let stands = t.fresh(&claim).await;
        assert_eq!((&stands["version"]["total_cents"], &stands["insurer_cents"]), (&json!(16_000), &json!(9_000)));
    }

    async fn a_ready_claim_whose_ground_gives_way_is_a_draft_again(t: &TestApp) {
        let (_, referral) = referred(t, json!({})).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await;
        let path = format!("/api/v1/patients/{}", referral["patient"]["id"].as_str().expect("a patient"));
        let patient = t.read(&path).await;
        t.patch(Role::Owner, &path, json!({ "street": "", "version": patient["version"] })).await;
        let claim = t.fresh(&claim).await;
        assert_eq!((claim["state"].as_str(), codes(&claim)), (Some("draft"), vec!["address_missing"]));
        let practice = t.read("/api/v1/practice").await;
        t.patch(Role::Owner, "/api/v1/practice", json!({ "npi": "", "version": practice["version"] })).await;
        let board = t.read("/api/v1/claims/board?list=not_ready").await;
        assert_eq!(board["groups"][0]["rows"][0]["matter"]["words"], "The patient's address is not complete, and 1 more");
    }

    async fn a_rejected_claim_goes_back_to_draft_and_leaves_again_under_its_number(t: &TestApp) {
        t.at("2026-03-10");
        let (_, referral) = referred(t, json!({})).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        t.done(&format!("{path}/ready"), json!({})).await;
        t.done(&format!("{path}/submit"), json!({ "sent_on": "2026-03-03" })).await;
        let said = json!({ "on": "2026-03-04", "code": "A6, 562 DN", "words": "The referring NPI was left off" });
        let rejected = t.done(&format!("{path}/reject"), said).await;
        assert_eq!((&rejected["state"], &rejected["may_become"]), (&json!("rejected"), &json!(["draft"])));
        let appeal = t.post(Role::Owner, &format!("{path}/appeal"), json!({})).await;
        assert_eq!(appeal.status, StatusCode::CONFLICT, "a rejected claim has no right of appeal");
        t.done(&format!("{path}/draft"), json!({})).await;
        t.done(&format!("{path}/ready"), json!({})).await;
        let early = t.post(Role::Owner, &format!("{path}/submit"), json!({ "sent_on": "2026-03-02" })).await;
        assert!(early.field("/sent_on").contains("cannot have left again before"), "{}", early.text());
        let again = t.done(&format!("{path}/submit"), json!({ "sent_on": "2026-03-05" })).await;
        assert_eq!((&again["number"], again["transmissions"].as_array().expect("sendings").len()), (&claim["number"], 2));
        assert_eq!(again["versions"].as_array().expect("versions").len(), 2, "the version that was rejected stays as it left");
    }

    async fn a_decision_while_a_correction_is_open_is_about_what_was_sent(t: &TestApp) {
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-02", 0, &[("CO", "197", 16_000)]).await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        let open = t.done(&format!("{path}/correct"), json!({ "frequency": "7", "payer_claim_no": "P-1" })).await;
        assert_eq!((&open["state"], &open["version"]["n"], &open["frequency"]), (&json!("draft"), &json!(2), &json!(7)));
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 7_000)]).await;
        let paid = t.fresh(&claim).await;
        assert_eq!((&paid["state"], &paid["version"]["n"], &paid["frequency"]), (&json!("paid"), &json!(1), &json!(1)));
    }

    async fn an_opened_correction_is_given_up_and_the_claim_stands_as_it_was_decided(t: &TestApp) {
        t.at("2026-03-10");
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-03", 0, &[("CO", "197", 16_000)]).await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        let none = t.post(Role::Owner, &format!("{path}/abandon"), json!({})).await;
        assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.text());
        t.done(&format!("{path}/correct"), json!({ "frequency": "7", "payer_claim_no": "P-1" })).await;
        t.done(&format!("{path}/ready"), json!({})).await;
        let back = t.done(&format!("{path}/abandon"), json!({})).await;
        assert_eq!((&back["state"], &back["version"]["n"], &back["frequency"]), (&json!("denied"), &json!(1), &json!(1)));
        let given_up = &back["versions"][1];
        assert!(given_up["abandoned_at"].is_string() && given_up["frozen_at"].is_null(), "what was begun stays in sight: {given_up}");
        let again = t.done(&format!("{path}/correct"), json!({ "frequency": "8" })).await;
        assert_eq!((&again["state"], &again["version"]["n"], &again["frequency"]), (&json!("draft"), &json!(3), &json!(8)));
        // What happens meanwhile counts: a denied claim that is written off whole, or appealed, is called so.
        t.done(&format!("{path}/appeal"), json!({})).await;
        assert_eq!(t.done(&format!("{path}/abandon"), json!({})).await["state"], "appealed");
        let first = t.claim_drafted(&referral, "2026-03-04").await;
        assert_eq!(t.post(Role::Owner, &format!("/api/v1/claims/{}/abandon", id(&first)), json!({})).await.status, StatusCode::CONFLICT);
    }

    async fn a_void_leaves_the_figures_once_its_ledger_is_back_at_zero(t: &TestApp) {
        t.at("2026-03-10");
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-03", 9_000, &[("CO", "45", 7_000)]).await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        let given_up = t.post(Role::Owner, &format!("{path}/void"), json!({ "why": "wrong patient" })).await;
        assert_eq!((given_up.status, &given_up.json()["allowed"]), (StatusCode::CONFLICT, &json!(["correct"])));
        void_sent(t, &path, "2026-03-04").await;
        assert_eq!(t.read("/api/v1/sources").await["total"]["claims"], 1, "the money is still here");
        let back = json!({
            "payer": payer, "trace": "BACK-1", "paid_on": "2026-03-05", "amount_cents": 0, "posted_on": "2026-03-05",
            "claims": [{ "claim": claim["number"], "status_code": "22", "paid_cents": -9_000 }],
            "provider_items": [{ "amount_cents": -9_000, "reason": "FB" }]
        });
        t.done("/api/v1/payments", back).await;
        let total = t.read("/api/v1/sources").await["total"].clone();
        assert_eq!((&total["claims"], &total["charges_cents"]), (&json!(0), &json!(0)));
        assert_eq!(t.read("/api/v1/claims/board?list=sent").await["groups"], json!([]), "nobody waits for it");
    }

    async fn a_void_of_what_brought_nothing_leaves_the_figures_at_once(t: &TestApp) {
        t.at("2026-03-10");
        let (payer, referral) = referred(t, json!({})).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-03", 0, &[("CO", "197", 16_000)]).await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        void_sent(t, &path, "2026-03-09").await;
        for (as_of, claims) in [("2026-03-08", 1), ("2026-03-09", 0)] {
            let total = t.read(&format!("/api/v1/sources?as_of={as_of}")).await["total"].clone();
            assert_eq!((&total["claims"], &total["charges_cents"]), (&json!(claims), &json!(claims * 16_000)), "as of {as_of}");
        }
    }

    async fn several_claims_are_made_ready_and_marked_as_sent_at_once_and_the_rest_stays_with_its_reason(t: &TestApp) {
        t.at("2026-03-10");
        let (_, referral) = referred(t, json!({})).await;
        let first = t.claim_drafted(&referral, "2026-03-02").await;
        let second = t.claim_drafted(&referral, "2026-03-03").await;
        let visit = t.attended(&referral, "2026-03-04").await;
        t.signed(&visit, json!({ "services": [{ "code": "97110", "minutes": 30 }] })).await;
        let no_fee = t.claim_of(&visit).await;
        let ids = json!([id(&first), second["number"], id(&no_fee)]);
        let made = t.done("/api/v1/claims/ready", json!({ "ids": ids })).await;
        assert_eq!((made["done"].as_array().expect("done").len(), &made["left"][0]["claim"]["number"]), (2, &no_fee["number"]));
        assert!(made["left"][0]["reason"].as_str().expect("why").contains("There is no fee for 97110"));
        let sent = t.done("/api/v1/claims/submit", json!({ "ids": ids, "sent_on": "2026-03-05", "reference": "B-1" })).await;
        assert_eq!((sent["done"].as_array().expect("done").len(), sent["left"].as_array().expect("left").len()), (2, 1));
        let whole = t.fresh(&second).await;
        assert_eq!((&whole["state"], &whole["transmissions"][0]["sent_on"], &whole["transmissions"][0]["reference"]), (&json!("submitted"), &json!("2026-03-05"), &json!("B-1")));
        assert_eq!(t.post(Role::Owner, "/api/v1/claims/submit", json!({ "ids": [] })).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_mended_name_of_the_doctor_is_on_the_claims_that_have_not_left(t: &TestApp) {
        let (_, referral) = referred(t, json!({})).await;
        let (sent, waiting) = (t.billed(&referral, "2026-03-02").await, t.claim_drafted(&referral, "2026-03-01").await);
        let path = format!("/api/v1/providers/{}", referral["provider"]["id"].as_str().expect("a provider"));
        let doctor = t.read(&path).await;
        t.patch(Role::Owner, &path, json!({ "last_name": "Ramanathan", "version": doctor["version"] })).await;
        let name = |claim: &Value| claim["version"]["referring_name"].as_str().expect("a name").to_string();
        assert_eq!(name(&t.fresh(&waiting).await), name(&waiting).replace("Raman", "Ramanathan"));
        assert_eq!(name(&t.fresh(&sent).await), name(&waiting), "what left says what it said");
    }

    async fn a_late_visit_remakes_the_claims_that_it_uncovers(t: &TestApp) {
        t.at("2026-03-20");
        let (_, referral) = referred(t, json!({})).await;
        for day in 3..14 {
            t.attended(&referral, &format!("2026-03-{day:02}")).await;
        }
        let claim = t.claim_drafted(&referral, "2026-03-14").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        t.done(&format!("{path}/ready"), json!({})).await;
        let covered = t.fresh(&claim).await["prescription_id"].clone();
        let forgotten = t.attended(&referral, "2026-03-02").await;
        let uncovered = t.fresh(&claim).await;
        assert_eq!((uncovered["state"].as_str(), &uncovered["prescription_id"]), (Some("draft"), &Value::Null));
        assert_eq!(codes(&uncovered), ["diagnosis_missing", "not_covered"]);
        let last = uncovered["history"].as_array().and_then(|h| h.last()).cloned().expect("a move");
        assert_eq!((&last["to"], &last["why"]), (&json!("draft"), &json!("There is no diagnosis for this visit")));
        assert_eq!(t.post(Role::Owner, &format!("{path}/submit"), json!({ "sent_on": "2026-03-20" })).await.status, StatusCode::CONFLICT);
        let board = async || t.read("/api/v1/claims/board?list=not_ready").await["groups"][0]["rows"][0]["matter"]["words"].clone();
        assert_eq!(board().await, "There is no diagnosis for this visit, and 1 more");
        let move_to = async |day: &str| {
            let visit = format!("/api/v1/visits/{}", id(&forgotten));
            let version = t.read(&visit).await["version"].clone();
            let moved = t.patch(Role::Owner, &visit, json!({ "visit_on": day, "version": version })).await;
            assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
        };
        move_to("2026-03-15").await;
        assert_eq!((&t.fresh(&claim).await["prescription_id"], codes(&t.fresh(&claim).await)), (&covered, vec![]), "it is the twelfth again");
        move_to("2026-03-02").await;
        assert_eq!(board().await, "There is no diagnosis for this visit, and 1 more");
        t.done(&format!("/api/v1/visits/{}/take-back", id(&forgotten)), json!({ "why": "another patient" })).await;
        assert_ne!(board().await, "There is no diagnosis for this visit, and 1 more", "the board knows it too");
        assert_eq!(t.done(&format!("{path}/ready"), json!({})).await["state"], "ready");
    }

    async fn a_therapists_list_of_claims_holds_what_they_may_open(t: &TestApp) {
        let (_, referral) = referred(t, json!({})).await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        let seen = async || {
            let list = t.get(Role::Therapist, "/api/v1/claims").await.json()["items"].as_array().map(Vec::len);
            (list, t.get(Role::Therapist, &path).await.status)
        };
        assert_eq!(seen().await, (Some(0), StatusCode::NOT_FOUND));
        let therapists = t.read("/api/v1/therapists").await["items"].clone();
        let jo = therapists.as_array().expect("therapists").iter().find(|x| x["last_name"] == "Okafor").cloned().expect("Jo");
        let whole = format!("/api/v1/referrals/{}", id(&referral));
        let version = t.read(&whole).await["version"].clone();
        let given = t.patch(Role::Owner, &whole, json!({ "therapist": jo["id"], "version": version })).await;
        assert_eq!(given.status, StatusCode::OK, "{}", given.text());
        assert_eq!(seen().await, (Some(1), StatusCode::OK), "an open episode with them is enough for both");
    }
}
