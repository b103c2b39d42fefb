//! What do payers do to us: counts and shares by payer and treatment, as they were known on any day, down to the claims.

use crate::support::TestApp;
use crate::support::chain::{Cast, eob, id, sheet, with};
use crate::support::era::{Era, Line};
use serde_json::{Value, json};
use tributary::auth::role::Role;

async fn row(t: &TestApp, query: &str, payer: &str) -> Value {
    let view = t.read(&format!("/api/v1/payers/performance?period=all{query}")).await;
    let rows = view["rows"].as_array().expect("rows");
    rows.iter().find(|r| r["payer"] == payer).unwrap_or_else(|| panic!("no {payer} in {view}")).clone()
}

fn counts(row: &Value) -> [i64; 5] {
    ["claims", "adjudicated", "paid", "ever_denied", "now_denied"].map(|f| row[f].as_i64().unwrap_or_else(|| panic!("{f} in {row}")))
}

fn code<'a>(row: &'a Value, code: &str) -> &'a Value {
    row["codes"].as_array().expect("codes").iter().find(|c| c["code"] == code).unwrap_or_else(|| panic!("no {code} in {row}"))
}

/// A payer that allows $30.00 a unit of manual therapy; three claims sent to it: one paid, one denied and then reversed to a
/// payment, one with no answer.
async fn three_claims(t: &TestApp) -> (Cast, Vec<Value>) {
    let cast = t.cast("2026-03-31").await;
    let priced =
        with(sheet(), json!({ "effective_on": "2026-01-01", "codes": [{ "code": "97140", "accepted": "yes", "allowed_cents": 3_000 }] }));
    t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), priced).await;
    let mut claims = Vec::new();
    for day in ["2026-03-02", "2026-03-03", "2026-03-04"] {
        claims.push(t.billed(&cast.referral, day).await);
    }
    t.answered(&cast.payer, &claims[0], "2026-03-12", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    t.answered(&cast.payer, &claims[1], "2026-03-15", 0, &[("CO", "197", 16_000)]).await;
    t.answered(&cast.payer, &claims[1], "2026-03-25", 12_000, &[("CO", "45", 4_000)]).await;
    (cast, claims)
}

crate::both_databases! {
    async fn what_a_payer_did_is_counted_of_the_claims_it_decided(t: &TestApp) {
        three_claims(t).await;
        let row = row(t, "", "Cascade Health").await;
        assert_eq!(counts(&row), [3, 2, 2, 1, 0], "{row}");
        assert_eq!((row["charges_cents"].as_i64(), row["paid_cents"].as_i64()), (Some(32_000), Some(21_000)));
        // 10 days and 12 days: the mean of the two middle ones.
        assert_eq!(row["median_days_to_decision"], 11);
        assert_eq!((&row["reasons"][0]["code"], &row["reasons"][0]["words"], &row["reasons"][0]["claims"]), (&json!("CO-197"), &json!("no authorization"), &json!(1)));
        assert_eq!((&row["paid_share"], row["too_few"].as_bool(), row["paid_range"].is_array()), (&json!(1.0), Some(true), true));
    }

    async fn a_past_day_is_told_as_it_was_known_then(t: &TestApp) {
        three_claims(t).await;
        let early = row(t, "&as_of=2026-03-11", "Cascade Health").await;
        assert_eq!((counts(&early), &early["paid_share"], &early["median_days_to_decision"]), ([3, 0, 0, 0, 0], &Value::Null, &Value::Null));
        let denied = row(t, "&as_of=2026-03-20", "Cascade Health").await;
        assert_eq!((counts(&denied), denied["paid_cents"].as_i64()), ([3, 2, 1, 1, 1], Some(9_000)));
        let before_the_third = row(t, "&as_of=2026-03-03", "Cascade Health").await;
        assert_eq!(counts(&before_the_third)[0], 2, "a claim counts from its first sending on");
    }

    async fn a_decision_of_ours_that_was_taken_back_counts_nowhere_and_a_reversal_keeps_ever_denied(t: &TestApp) {
        let Cast { payer, referral, .. } = t.cast("2026-03-31").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let wrong = t.done("/api/v1/payments", eob(&payer, &claim, "2026-03-10", 0, &[("CO", "29", 16_000)])).await;
        assert_eq!(counts(&row(t, "", "Cascade Health").await), [1, 1, 0, 1, 1]);
        t.done(&format!("/api/v1/payments/{}/take-back", id(&wrong)), json!({ "why": "Another patient's" })).await;
        let after = row(t, "", "Cascade Health").await;
        assert_eq!((counts(&after), &after["reasons"], &after["codes"]), ([1, 0, 0, 0, 0], &json!([]), &json!([])));
        t.answered(&payer, &claim, "2026-03-31", 16_000, &[]).await;
        let reversal = json!({
            "payer": payer, "trace": "REV-1", "paid_on": "2026-03-31", "amount_cents": 0,
            "claims": [{ "claim": claim["number"], "status_code": "22", "paid_cents": -16_000 }],
            "provider_items": [{ "amount_cents": -16_000, "reason": "FB" }]
        });
        t.done("/api/v1/payments", reversal).await;
        let reversed = row(t, "", "Cascade Health").await;
        assert_eq!((counts(&reversed), reversed["paid_cents"].as_i64()), ([1, 1, 0, 0, 0], Some(0)));
    }

    async fn each_treatment_has_its_own_counts_reasons_and_price(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let priced = with(sheet(), json!({ "effective_on": "2026-01-01", "codes": [
            { "code": "97140", "accepted": "yes", "allowed_cents": 3_500 }, { "code": "97112", "accepted": "yes", "allowed_cents": 3_000 }] }));
        t.done(&format!("/api/v1/payers/{}/rule-sheets", cast.payer), priced).await;
        let claim = t.two_lines(&cast.referral, "2026-03-02").await;
        let number = claim["number"].as_str().expect("a number");
        let lines: &[Line<'_>] =
            &[("97140", 12_000, 8_000, &[("CO", "45", 2_500), ("PR", "3", 1_500)]), ("97112", 4_000, 0, &[("CO", "151", 4_000)])];
        t.posted_era(&Era::new("EFT-1", "2026-03-20").lines(number, "1", "MARSH", lines).file()).await;
        let row = row(t, "", "Cascade Health").await;
        assert_eq!(counts(&row), [1, 1, 1, 0, 0], "a refused line is no denied claim: {row}");
        let (paid, refused) = (code(&row, "97140"), code(&row, "97112"));
        assert_eq!((counts(paid), counts(refused)), ([1, 1, 1, 0, 0], [1, 1, 0, 1, 1]));
        // Three units; $35.00 each were expected, $80.00 and a share of $15.00 allowed.
        assert_eq!(["paid_units", "per_unit_cents", "expected_cents", "allowed_cents", "short_cents"].map(|f| paid[f].as_i64()), [3, 2_667, 10_500, 9_500, 1_000].map(Some));
        assert_eq!((refused["compared"].as_i64(), &refused["reasons"][0]["code"]), (Some(0), &json!("CO-151")), "what is refused is no low price");
        assert_eq!((row["short_cents"].as_i64(), row["underpaid"].as_i64()), (Some(1_000), Some(1)));
    }

    async fn the_claims_behind_every_number_are_as_many_as_it_says(t: &TestApp) {
        three_claims(t).await;
        let payer = row(t, "", "Cascade Health").await;
        let key = format!("payer={}&kind=health", payer["payer_id"].as_str().expect("an id"));
        for (of, field) in [("claims", 0), ("adjudicated", 1), ("paid", 2), ("ever_denied", 3), ("now_denied", 4)] {
            let behind = t.read(&format!("/api/v1/payers/performance/claims?{key}&of={of}")).await;
            assert_eq!(behind["count"].as_i64(), Some(counts(&payer)[field]), "{of}: {behind}");
            assert_eq!(behind["items"].as_array().map(Vec::len), behind["count"].as_u64().and_then(|n| usize::try_from(n).ok()));
            assert_eq!(behind["next_cursor"], Value::Null);
        }
        // Part by part they are the same ones.
        let whole = t.read(&format!("/api/v1/payers/performance/claims?{key}&of=claims")).await["items"].clone();
        let (mut parts, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = t.read(&format!("/api/v1/payers/performance/claims?{key}&of=claims&limit=1&cursor={cursor}")).await;
            parts.extend(part["items"].as_array().expect("items").clone());
            let Some(next) = part["next_cursor"].as_str() else { break };
            cursor = next.into();
        }
        assert_eq!(Value::Array(parts), whole);
        let page = t.signed_in(Role::Owner).await.open(&format!("/what-pays/payers/claims?{key}&of=claims&limit=2&cursor=1")).await;
        assert!(page.words().contains(&format!("of {} shown", whole.as_array().expect("claims").len())), "{}", page.words());
        let treatment = code(&payer, "97140");
        for (of, field) in [("paid", "paid"), ("ever_denied", "ever_denied"), ("underpaid", "underpaid")] {
            let behind = t.read(&format!("/api/v1/payers/performance/claims?{key}&code=97140&of={of}")).await;
            assert_eq!(behind["count"], treatment[field], "{of} of the treatment: {behind}");
        }
        // $30.00 for four units were expected; $90.00 and a share of $20.00 is $10.00 short, $120.00 is not.
        let short = t.read(&format!("/api/v1/payers/performance/claims?{key}&of=underpaid")).await;
        assert_eq!((short["count"].as_i64(), short["cents"].as_i64()), (Some(1), Some(1_000)));
    }

    async fn injuries_and_health_plans_of_one_payer_are_never_mixed(t: &TestApp) {
        let Cast { payer, referral, doctor } = t.cast("2026-03-31").await;
        let mut injured = crate::support::chain::slip(&doctor, &payer, "Okafor", "2026-03-02");
        injured["coverage"] = json!({ "payer": payer, "kind": "auto_pip", "claim_no": "P-1", "injured_on": "2026-02-01", "accident_state": "WA" });
        let injured = t.done("/api/v1/referrals", injured).await;
        t.billed(&referral, "2026-03-02").await;
        t.billed(&injured, "2026-03-02").await;
        let view = t.read("/api/v1/payers/performance?period=all").await;
        let kinds: Vec<_> = view["rows"].as_array().expect("rows").iter().map(|r| (r["kind"].clone(), r["claims"].clone())).collect();
        assert_eq!(kinds.len(), 2, "{view}");
        assert!(kinds.contains(&(json!("auto_pip"), json!(1))) && kinds.contains(&(json!("health"), json!(1))));
    }

    async fn the_page_says_reasons_in_words_and_counts_beside_shares_and_marketers_see_no_patient(t: &TestApp) {
        let (_, claims) = three_claims(t).await;
        let mut owner = t.signed_in(Role::Owner).await;
        let page = owner.open("/what-pays/payers?period=all").await;
        let words = page.words();
        assert!(words.contains("What do payers do to us?") && words.contains("No authorization CO-197 in 1 of 2"), "{words}");
        assert!(words.contains("2 of 2") && words.contains("$10.00 short"), "{words}");
        let id = page.html.split("/what-pays/payers/claims?payer=").nth(1).and_then(|rest| rest.get(..36)).expect("a number that opens").to_string();
        let behind = owner.open(&format!("/what-pays/payers/claims?payer={id}&kind=health&of=underpaid")).await;
        assert!(behind.words().contains(claims[0]["number"].as_str().expect("a number")) && behind.words().contains("Marsh"));
        let mut marketer = t.signed_in(Role::Marketer).await;
        let page = marketer.open("/what-pays/payers?period=all").await;
        assert!(page.words().contains("2 of 2") && !page.html.contains("/what-pays/payers/claims"));
        assert_eq!(marketer.open(&format!("/what-pays/payers/claims?payer={id}&kind=health&of=claims")).await.status, 404);
        let csv = owner.open("/what-pays/payers.csv?period=all").await;
        assert!(csv.html.starts_with("Payer,Kind,Code,Claims") && csv.html.contains("Cascade Health,Health plan,97140,2,2,2,1.0000,1,0.5000"), "{}", csv.html);
    }
}
