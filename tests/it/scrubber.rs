//! Before a claim leaves: the order gate, what stops a file, and what the payer did before.

use crate::support::TestApp;
use crate::support::chain::{Cast, eob, id, npi, sheet, with};
use crate::support::http::Answer;
use crate::support::partners::clearinghouse;
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;

fn codes(claim: &Value) -> Vec<&str> {
    let blocks = claim["findings"].as_array().expect("findings").iter().filter(|f| f["severity"] == "blocks");
    blocks.map(|f| f["code"].as_str().expect("a code")).collect()
}

/// Neither ready by itself or among others, nor sent, nor in a file.
async fn cannot_leave(t: &TestApp, claim: &Value, words: &str) {
    let path = format!("/api/v1/claims/{}", id(claim));
    let refused = t.post(Role::Owner, &format!("{path}/ready"), json!({})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", refused.text());
    assert!(refused.text().contains(words), "{words}: {}", refused.text());
    let several = t.done("/api/v1/claims/ready", json!({ "ids": [id(claim)] })).await;
    assert_eq!((several["done"].as_array().map(Vec::len), several["left"].as_array().map(Vec::len)), (Some(0), Some(1)), "{several}");
    let sent = t.post(Role::Owner, &format!("{path}/submit"), json!({})).await;
    assert_eq!(sent.status, StatusCode::CONFLICT, "{}", sent.text());
    let file = t.done("/api/v1/claims/batches", json!({ "ids": [id(claim)] })).await;
    assert_eq!(file["batches"], json!([]), "{file}");
    assert_eq!(t.fresh(claim).await["state"], "draft");
}

/// Types something into a coverage; its first id leads to the row that stands.
async fn changed(t: &TestApp, coverage: &Value, typed: Value) -> Answer {
    let path = format!("/api/v1/coverages/{}", id(coverage));
    let version = t.read(&path).await["version"].clone();
    t.patch(Role::Owner, &path, with(typed, json!({ "version": version }))).await
}

/// The last claim that was drafted.
async fn drafted(t: &TestApp, referral: &Value, on: &str, services: Value) -> Value {
    let visit = t.attended(referral, on).await;
    t.signed(&visit, json!({ "services": services })).await;
    let newest = t.read("/api/v1/claims?limit=1").await;
    t.fresh(&newest["items"][0]).await
}

fn an_hour() -> Value {
    json!([{ "code": "97140", "minutes": 60 }])
}

async fn cast(t: &TestApp) -> Cast {
    let cast = t.cast("2026-03-31").await;
    clearinghouse(t, "Office Ally", json!({})).await;
    cast
}

/// A patient of their own with an order of one visit on March 2, valid until March 20, for the neck.
async fn ordered(t: &TestApp, cast: &Cast, last: &str, more: Value) -> Value {
    let mut slip = crate::support::chain::slip(&cast.doctor, &cast.payer, last, "2026-03-02");
    let order =
        json!({ "diagnoses": ["M54.2"], "visits": 1, "signed_on": "2026-03-02", "valid_from": "2026-03-02", "valid_to": "2026-03-20" });
    slip["prescription"] = with(order, more);
    t.done("/api/v1/referrals", slip).await
}

crate::both_databases! {
    async fn a_taxonomy_code_is_read_where_it_is_entered_and_what_is_none_is_refused_there(t: &TestApp) {
        let therapist = t.read("/api/v1/therapists").await["items"][0].clone();
        let practice = t.read("/api/v1/practice").await;
        for (path, held) in [("/api/v1/practice".to_string(), practice), (format!("/api/v1/therapists/{}", id(&therapist)), therapist)] {
            let typed = |code: &str| json!({ "taxonomy_code": code, "version": held["version"] });
            let refused = t.patch(Role::Owner, &path, typed("massage")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
            assert_eq!(refused.json()["errors"][0]["pointer"], "/taxonomy_code");
            assert!(refused.text().contains("like 225700000X"), "{}", refused.text());
            let kept = t.patch(Role::Owner, &path, typed(" 2251x0800x ")).await;
            assert_eq!(kept.json()["taxonomy_code"], "2251X0800X", "{}", kept.text());
        }
    }

    async fn an_approval_holds_for_its_days_and_visits_and_an_earlier_one_stays_with_its_own_visits(t: &TestApp) {
        let cast = cast(t).await;
        let coverage = t.read(&format!("/api/v1/patients/{}", id(&cast.referral["patient"]))).await["coverages"][0].clone();
        let change = |typed: Value| changed(t, &coverage, typed);
        for (typed, field) in [
            (json!({ "authorization_visits": "2", "authorization_from": "2026-03-02" }), "authorization_no"),
            (json!({ "authorization_no": "A-1", "authorization_visits": "2" }), "authorization_from"),
            (json!({ "authorization_no": "A-1", "authorization_from": "2026-03-05", "authorization_until": "2026-03-04" }), "authorization_until"),
            (json!({ "authorization_no": "A-1", "authorization_visits": "0" }), "authorization_visits"),
        ] {
            let refused = change(typed.clone()).await;
            assert!(refused.status == 422 && refused.text().contains(field), "{typed}: {}", refused.text());
        }
        let one = json!({ "authorization_no": "A-1", "authorization_from": "2026-03-02", "authorization_until": "2026-03-10", "authorization_visits": "2" });
        assert_eq!(change(one).await.status, 200);
        let first = drafted(t, &cast.referral, "2026-03-02", an_hour()).await;
        assert_eq!((codes(&first), &first["version"]["authorization_no"]), (vec![], &json!("A-1")), "{first}");
        drafted(t, &cast.referral, "2026-03-03", an_hour()).await;
        let third = drafted(t, &cast.referral, "2026-03-04", an_hour()).await;
        assert_eq!(codes(&third), ["authorization_used_up"]);
        cannot_leave(t, &third, "This is visit 3, and approval A-1 is for 2").await;
        let late = drafted(t, &cast.referral, "2026-03-12", an_hour()).await;
        assert_eq!(codes(&late), ["authorization_outside", "authorization_used_up"]);
        let shown = t.read(&format!("/api/v1/patients/{}", id(&cast.referral["patient"]))).await["coverages"][0].clone();
        assert_eq!((shown["authorization_used"].as_i64(), shown["authorization_visits"].as_i64()), (Some(3), Some(2)), "as many as were attended in its days");
        let two = json!({ "authorization_no": "A-2", "authorization_from": "2026-03-11", "authorization_until": "2026-06-30", "authorization_visits": "6" });
        assert_eq!(change(two).await.status, 200);
        let late = t.fresh(&late).await;
        assert_eq!((codes(&late), &late["version"]["authorization_no"]), (vec![], &json!("A-2")), "{late}");
        let first = t.fresh(&first).await;
        assert_eq!((codes(&first), &first["version"]["authorization_no"]), (vec![], &json!("A-1")), "the first one stays with its visits");
        let cleared = json!({ "authorization_no": "", "authorization_from": "", "authorization_until": "", "authorization_visits": "" });
        assert_eq!(change(cleared).await.status, 200);
        assert_eq!(t.fresh(&first).await["version"]["authorization_no"], Value::Null, "who takes the number out wants none");
    }

    async fn a_correction_past_the_payers_days_is_told_on_its_draft(t: &TestApp) {
        let cast = cast(t).await;
        let strict = with(sheet(), json!({ "corrected_claim_days": 60, "effective_on": "2026-01-01" }));
        t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), strict).await;
        let claim = t.billed(&cast.referral, "2026-03-02").await;
        t.answered(&cast.payer, &claim, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "2", 2_000)]).await;
        t.done(&format!("/api/v1/claims/{}/correct", id(&claim)), json!({ "frequency": "7", "payer_claim_no": "P-7" })).await;
        let told = async |on: &str| {
            t.at(on);
            let claim = t.fresh(&claim).await;
            let of_22 = claim["findings"].as_array().expect("findings").iter().filter(|f| f["field"] == "deadline of the correction");
            of_22.map(|f| f["message"].as_str().expect("words").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(told("2026-04-30").await, [""; 0]);
        assert_eq!(told("2026-05-19").await, ["Cascade Health takes a correction until May 19, 2026"]);
        assert_eq!(told("2026-05-20").await, ["Cascade Health took a correction until May 19, 2026"]);
    }

    async fn a_claim_outside_its_orders_dates_count_diagnoses_or_codes_cannot_become_ready_or_leave(t: &TestApp) {
        let cast = cast(t).await;
        for (requires, n) in [("yes", 0), ("", 1)] {
            t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), with(sheet(), json!({ "requires_prescription": requires }))).await;
            let late = ordered(t, &cast, &format!("Dates{n}"), json!({})).await;
            let claim = drafted(t, &late, "2026-03-21", an_hour()).await;
            assert!(codes(&claim).contains(&"not_covered"), "{:?}", codes(&claim));
            cannot_leave(t, &claim, "outside the dates of the order").await;

            let used = ordered(t, &cast, &format!("Count{n}"), json!({})).await;
            let covered = drafted(t, &used, "2026-03-02", an_hour()).await;
            assert_eq!(codes(&covered), Vec::<&str>::new());
            let claim = drafted(t, &used, "2026-03-09", an_hour()).await;
            cannot_leave(t, &claim, "visit 2 of 1").await;

            let shoulder = ordered(t, &cast, &format!("Diagnoses{n}"), json!({})).await;
            t.changed(&format!("/api/v1/referrals/{}", id(&shoulder)), json!({ "diagnoses": ["M25.511"] })).await;
            let claim = drafted(t, &shoulder, "2026-03-02", an_hour()).await;
            assert_eq!(codes(&claim), ["diagnosis_not_ordered"]);
            cannot_leave(t, &claim, "The referral is for M25.511, and the order that covers this visit is for M54.2").await;

            let massage = ordered(t, &cast, &format!("Codes{n}"), json!({ "services": ["97124"] })).await;
            let claim = drafted(t, &massage, "2026-03-02", an_hour()).await;
            assert_eq!(codes(&claim), ["code_not_ordered"]);
            cannot_leave(t, &claim, "97140 is not among what was ordered (97124)").await;
        }
        t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), with(sheet(), json!({ "requires_prescription": "no" }))).await;
        let massage = ordered(t, &cast, "Free", json!({ "services": ["97124"] })).await;
        let claim = drafted(t, &massage, "2026-03-21", an_hour()).await;
        assert_eq!(t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await["state"], "ready", "no order is asked for");
    }

    async fn a_claim_whose_order_was_mended_leaves_and_one_whose_order_fell_away_does_not(t: &TestApp) {
        let cast = cast(t).await;
        let massage = ordered(t, &cast, "Quist", json!({ "services": ["97124"] })).await;
        let claim = drafted(t, &massage, "2026-03-02", an_hour()).await;
        let order = format!("/api/v1/prescriptions/{}", claim["prescription_id"].as_str().expect("an order"));
        t.changed(&order, json!({ "services": ["97124", "97140"] })).await;
        let path = format!("/api/v1/claims/{}", id(&claim));
        assert_eq!(t.done(&format!("{path}/ready"), json!({})).await["state"], "ready");
        t.changed(&order, json!({ "services": ["97124"] })).await;
        let fallen = t.fresh(&claim).await;
        assert_eq!((fallen["state"].as_str(), codes(&fallen)), (Some("draft"), vec!["code_not_ordered"]));
        cannot_leave(t, &claim, "97140 is not among what was ordered").await;
    }

    async fn each_finding_names_item_and_field_and_leads_to_where_it_is_mended(t: &TestApp) {
        let cast = cast(t).await;
        let massage = ordered(t, &cast, "Sayle", json!({ "services": ["97124"] })).await;
        let claim = drafted(t, &massage, "2026-03-02", an_hour()).await;
        t.changed("/api/v1/practice", json!({ "zip": "98101" })).await;
        t.changed(&format!("/api/v1/payers/{}", cast.payer), json!({ "clearinghouse_payer_id": "" })).await;
        let claim = t.fresh(&claim).await;
        assert_eq!(codes(&claim), ["code_not_ordered", "payer_id_missing", "billing_zip_short"]);
        let finding = claim["findings"].as_array().expect("findings").iter().find(|f| f["code"] == "billing_zip_short").expect("one");
        assert_eq!((&finding["item"], &finding["field"], &finding["at"]), (&json!("33"), &json!("practice's ZIP code"), &json!("practice")));
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/claims/{}", id(&claim))).await;
        assert!(page.words().contains("item 33, practice's ZIP code Enter all nine digits"), "{}", page.words());
        let order = format!("/prescriptions/{}", claim["prescription_id"].as_str().expect("an order"));
        for to in [order, format!("/payers/{}/edit", cast.payer), "/settings/practice".into()] {
            assert!(!page.links(&to).is_empty(), "{to}: {}", page.words());
            assert_eq!(browser.open(&to).await.status, StatusCode::OK, "{to}");
        }
        let board = browser.open("/claims?list=not_ready").await;
        assert!(board.words().contains("97140 is not among what was ordered (97124), and 2 more Open the order"), "{}", board.words());
    }

    async fn what_nothing_blocks_leaves_in_a_file_and_what_a_file_refuses_is_blocked(t: &TestApp) {
        let cast = cast(t).await;
        let referral = ordered(t, &cast, "Field", json!({ "visits": 90, "valid_to": "2026-06-30" })).await;
        let (mut day, mut left, mut stopped) = (1, 0, 0);
        let mut claim: Option<Value> = None;
        for (table, column, value) in odd_values() {
            if claim.is_none() {
                day += 1;
                claim = Some(drafted(t, &referral, &format!("2026-03-{day:02}"), an_hour()).await);
            }
            let now = claim.clone().expect("a claim");
            // Of several rows the one that this claim is made of: the first therapist and fee, the last of all else.
            let which = if ["therapist", "fee"].contains(&table) { "min" } else { "max" };
            let row = format!("where id = (select {which}(id) from {table})");
            let before = t.text_of(&format!("select {column} from {table} {row}")).await;
            t.by_sql(&format!("update {table} set {column} = {value} {row}")).await.expect(column);
            let ready = t.post(Role::Owner, &format!("/api/v1/claims/{}/ready", id(&now)), json!({})).await;
            match ready.status {
                StatusCode::OK => {
                    let file = t.done("/api/v1/claims/batches", json!({})).await;
                    let written = file["batches"][0]["claims"].as_array().map(Vec::len);
                    assert_eq!((written, &file["left"]), (Some(1), &json!([])), "{table}.{column} = {value}: {file}");
                    claim = None;
                    left += 1;
                }
                StatusCode::UNPROCESSABLE_ENTITY => stopped += 1,
                other => panic!("{table}.{column} = {value}: {other} {}", ready.text()),
            }
            let old = before.map_or("null".to_string(), |text| format!("'{}'", text.replace('\'', "''")));
            t.by_sql(&format!("update {table} set {column} = {old} {row}")).await.expect(column);
        }
        assert!(left >= 12 && stopped >= 35, "{left} left, {stopped} were stopped");
    }

    async fn what_the_payer_did_before_is_told_with_its_counts_from_three_claims_on(t: &TestApp) {
        let cast = cast(t).await;
        let referral = ordered(t, &cast, "Reed", json!({ "visits": 30, "valid_to": "2026-06-30" })).await;
        let both = || json!([{ "code": "97140", "minutes": 30 }, { "code": "97124", "minutes": 30 }]);
        for (n, on) in ["2026-03-02", "2026-03-03"].into_iter().enumerate() {
            let claim = drafted(t, &referral, on, both()).await;
            decided(t, &cast.payer, &claim, on, 6_000 + i64::try_from(n).expect("small") * 400).await;
        }
        let draft = drafted(t, &referral, "2026-03-09", both()).await;
        assert_eq!(draft["before"], json!([]), "two claims say nothing");
        let third = drafted(t, &referral, "2026-03-04", both()).await;
        decided(t, &cast.payer, &third, "2026-03-04", 6_600).await;
        let told = t.fresh(&draft).await["before"].clone();
        let words: Vec<&str> = told.as_array().expect("answers").iter().flat_map(|b| b["words"].as_array().expect("words")).map(|w| w.as_str().expect("words")).collect();
        assert_eq!(words, ["Cascade Health paid 97140 at $32.00 a unit (median of 3 lines)", "Cascade Health refused 97124 in 3 of 3 claims"]);
        let mut browser = t.signed_in(Role::Biller).await;
        let page = browser.open(&format!("/claims/{}", id(&draft))).await;
        assert!(page.words().contains("What did this payer do before?") && page.words().contains("refused 97124 in 3 of 3 claims"), "{}", page.words());
        assert_eq!(t.fresh(&third).await["before"], json!([]), "an answered claim needs no forecast");
        // An entry of ours that was wrong counts nowhere.
        let payments = t.read("/api/v1/payments").await;
        t.done(&format!("/api/v1/payments/{}/take-back", id(&payments["items"][0])), json!({ "why": "typed twice" })).await;
        assert_eq!(t.fresh(&draft).await["before"], json!([]));
        let other = t.payer("Harbor Plan").await;
        let elsewhere = t.referral(&cast.doctor, &other, "Brook", "2026-03-02").await;
        let claim = drafted(t, &elsewhere, "2026-03-05", both()).await;
        assert_eq!(claim["before"], json!([]), "of another payer");
    }
}

/// Two units of each code: the first is paid so much, the second refused.
async fn decided(t: &TestApp, payer: &str, claim: &Value, on: &str, paid: i64) {
    let claim = t.sent(claim, on).await;
    let mut answer = eob(payer, &claim, on, paid, &[]);
    answer["claims"][0]["lines"] = json!([
        { "line": "1", "paid_cents": paid, "adjustments": [{ "group": "CO", "reason": "45", "amount_cents": 8_000 - paid }] },
        { "line": "2", "paid_cents": 0, "adjustments": [{ "group": "CO", "reason": "96", "amount_cents": 8_000 }] },
    ]);
    t.done("/api/v1/payments", answer).await;
}

/// Values that people can have stored, each alone in an otherwise sound practice: some a file takes, others it does not.
fn odd_values() -> Vec<(&'static str, &'static str, String)> {
    let text = |n: usize| format!("'{}'", "A".repeat(n));
    let said = |value: &str| format!("'{value}'");
    // The last digit is the one that checks the others.
    let right = npi(4_000);
    let wrong = format!("{}{}", &right[..9], if right.ends_with('0') { 1 } else { 0 });
    let null = || "null".to_string();
    vec![
        ("practice", "zip", said("98101")),
        ("practice", "zip", said("981012345")),
        ("practice", "street", said("P.O. Box 12")),
        ("practice", "street2", said("PO Box 12")),
        ("practice", "street", text(56)),
        ("practice", "city", said("Y")),
        ("practice", "city", said("李")),
        ("practice", "state", said("Wash")),
        ("practice", "tax_id", said("91123456")),
        ("practice", "npi", said(&wrong)),
        ("practice", "npi", null()),
        ("practice", "name", text(61)),
        ("practice", "name", said("Zoë & Łucja’s Massage")),
        ("practice", "phone", null()),
        ("practice", "phone", said("+442079460000")),
        ("practice", "taxonomy_code", said("massage")),
        ("practice", "taxonomy_code", said("225700000X")),
        ("practice", "billing_contact", text(61)),
        ("practice", "billing_license", text(51)),
        ("practice", "billing_license", said("MA60000001")),
        ("practice", "pay_to_street", said("PO Box 12")),
        ("practice", "bills_as_person", "true".into()),
        ("patient", "last_name", said("李")),
        ("patient", "last_name", said("Wójcik-O’Neil")),
        ("patient", "first_name", text(36)),
        ("patient", "middle_name", text(26)),
        ("patient", "zip", said("981")),
        ("patient", "street", null()),
        ("patient", "sex", null()),
        ("patient", "born_on", null()),
        ("patient", "born_on", said("2026-03-30")),
        ("patient", "release_signed_on", null()),
        ("coverage", "member_no", said("7")),
        ("coverage", "member_no", said("AB/12 34-5")),
        ("coverage", "member_no", null()),
        ("coverage", "group_no", text(51)),
        ("coverage", "plan_name", text(61)),
        ("coverage", "authorization_no", text(51)),
        ("coverage", "authorization_no", said("A-1")),
        ("coverage", "relationship", said("child")),
        ("coverage", "rank", "2".into()),
        ("coverage", "kind", said("workers_comp")),
        ("coverage", "kind", said("auto_pip")),
        ("coverage", "kind", said("medicaid")),
        ("payer", "clearinghouse_payer_id", null()),
        ("payer", "clearinghouse_payer_id", said("7")),
        ("payer", "name", text(61)),
        ("payer", "street", said("PO Box 7")),
        ("payer", "provider_no", text(51)),
        ("payer", "filing_code", said("BL")),
        ("provider", "npi", said(&wrong)),
        ("provider", "npi", null()),
        ("provider", "last_name", said("李")),
        ("provider", "last_name", text(61)),
        ("therapist", "npi", null()),
        ("therapist", "npi", said("2000000028")),
        ("therapist", "npi", said(&wrong)),
        ("therapist", "taxonomy_code", said("22570000")),
        ("therapist", "first_name", text(36)),
        ("visit", "place_of_service", said("29")),
        ("visit", "place_of_service", said("12")),
        ("prescription", "diagnoses", said("[\"M54.2\", \"M54.2\"]")),
        ("prescription", "diagnoses", said("[\"V43.52XA\", \"M54.2\"]")),
        ("prescription", "diagnoses", said("[\"M54.2\", \"neck\"]")),
        ("prescription", "diagnoses", said("[\"M54.2\", \"S13.4XXA\"]")),
        ("fee", "fee_cents", "0".into()),
    ]
}
