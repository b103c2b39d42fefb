//! Which sources pay: the table, its replay, and what it ties out to.

use crate::support::chain::id;
use crate::support::{TestApp, http::Answer, on_each};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// The worked example of the domain brief, 5.4, entered through the API day by day. Gives the doctor's id.
pub async fn worked_example(t: &TestApp) -> String {
    t.at("2026-01-20");
    t.fees().await;
    t.done("/api/v1/fees", json!({ "code": "97112", "fee_cents": 7_000, "effective_on": "2020-01-01" })).await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-01-20").await;
    t.referral(&doctor, &payer, "Quist", "2026-01-20").await;
    t.at("2026-02-02");
    let first = t.billed(&referral, "2026-02-02").await;
    t.at("2026-02-09");
    let second = t.billed(&referral, "2026-02-09").await;
    t.at("2026-02-20");
    t.answered(&payer, &first, "2026-02-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    t.at("2026-02-21");
    t.done("/api/v1/payments/patient", json!({ "claim": first["number"], "amount_cents": 2_000, "method": "card" })).await;
    t.at("2026-03-01");
    t.answered(&payer, &second, "2026-03-01", 0, &[("CO", "197", 16_000)]).await;
    t.at("2026-03-02");
    third_claim(t, &referral).await;
    t.at("2026-03-05");
    cash_visit(t, &referral).await;
    t.at("2026-03-20");
    reversed(t, &payer, &first, "2026-03-20").await;
    t.at("2026-03-27");
    t.answered(&payer, &first, "2026-03-27", 10_000, &[("CO", "45", 4_000), ("PR", "3", 2_000)]).await;
    t.at("2026-04-02");
    let reason = json!({ "reason": "appeal would cost more" });
    t.done(&format!("/api/v1/claims/{}/write-off", id(&second)), reason).await;
    t.at("2026-05-15");
    doctor
}

/// $80.00, sent and never answered.
async fn third_claim(t: &TestApp, referral: &Value) {
    let visit = t.attended(referral, "2026-03-02").await;
    t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 30 }] })).await;
    let claim = t.claim_of(&visit).await;
    t.sent(&claim, "2026-03-02").await;
}

/// $70.00, paid at once by the patient.
async fn cash_visit(t: &TestApp, referral: &Value) {
    let patient = referral["patient"]["id"].as_str().expect("a patient");
    let cash = t.done("/api/v1/coverages", json!({ "patient": patient, "kind": "cash" })).await;
    let new = json!({
        "referral": id(referral), "visit_on": "2026-03-05", "state": "attended", "coverage": id(&cash),
        "services": [{ "code": "97112", "minutes": 15 }]
    });
    let visit = t.done("/api/v1/visits", new).await;
    assert_eq!(visit["charge_cents"], 7_000);
    t.done("/api/v1/payments/patient", json!({ "visit": id(&visit), "amount_cents": 7_000, "method": "cash" })).await;
}

/// The payer takes its payment of $90.00 back out of an empty deposit, which it will collect from the next one.
async fn reversed(t: &TestApp, payer: &str, claim: &Value, on: &str) {
    let eob = json!({
        "payer": payer, "trace": format!("REV-{on}"), "paid_on": on, "posted_on": on, "amount_cents": 0,
        "claims": [{ "claim": claim["number"], "status_code": "22", "paid_cents": -9_000 }],
        "provider_items": [{ "amount_cents": -9_000, "reason": "FB", "note": "carried forward" }]
    });
    t.done("/api/v1/payments", eob).await;
}

fn row<'a>(view: &'a Value, source: &str) -> &'a Value {
    let rows = view["rows"].as_array().expect("rows");
    rows.iter().find(|r| r["source"] == source).unwrap_or_else(|| panic!("no {source} in {view}"))
}

crate::both_databases! {
    async fn the_worked_example_of_the_brief_comes_out_for_each_of_its_days(t: &TestApp) {
        worked_example(t).await;
        let expected = [
            ("2026-03-10", json!([3, 47_000, 9_000, 9_000, 18_000, 5_000, 0, 24_000, 2, 1, 1, 0.4074, 9_000, 0.4894, 19])),
            ("2026-03-22", json!([3, 47_000, 0, 9_000, 9_000, 0, 0, 38_000, 2, 1, 1, 0.0625, 4_500, 0.1915, 19])),
            ("2026-03-31", json!([3, 47_000, 10_000, 9_000, 19_000, 4_000, 0, 24_000, 2, 1, 1, 0.4286, 9_500, 0.4894, 19])),
            ("2026-04-30", json!([3, 47_000, 10_000, 9_000, 19_000, 4_000, 16_000, 8_000, 2, 1, 1, 0.4286, 9_500, 0.8298, 19])),
        ];
        let fields = [
            "claims", "charges_cents", "insurer_cents", "patient_cents", "net_cents", "contractual_cents", "written_off_cents",
            "outstanding_cents", "adjudicated", "ever_denied", "now_denied", "net_collection_rate", "per_referral_cents", "resolved",
            "median_days_to_decision",
        ];
        for (as_of, expected) in expected {
            let view = t.read(&format!("/api/v1/sources?as_of={as_of}")).await;
            let row = row(&view, "Priya Raman");
            let found: Vec<&Value> = fields.iter().map(|f| &row[*f]).collect();
            assert_eq!(json!(found), expected, "as of {as_of}");
            assert_eq!((&row["referrals"], &row["converted"]), (&json!(2), &json!(1)));
        }
    }

    async fn charges_less_net_contractual_and_written_off_is_outstanding_in_every_row_and_the_total(t: &TestApp) {
        worked_example(t).await;
        let patient = t.read("/api/v1/patients").await["items"][0]["id"].clone();
        t.done("/api/v1/payments/patient", json!({ "patient": patient, "amount_cents": 1_234, "method": "check" })).await;
        for as_of in ["2026-02-01", "2026-03-22", "2026-05-15"] {
            let view = t.read(&format!("/api/v1/sources?as_of={as_of}")).await;
            let mut sums = [0; 5];
            let parts = ["charges_cents", "net_cents", "contractual_cents", "written_off_cents", "outstanding_cents"];
            let cents = |row: &Value| parts.map(|p| row[p].as_i64().expect("cents"));
            for row in view["rows"].as_array().expect("rows") {
                let [charges, net, contractual, written_off, outstanding] = cents(row);
                assert_eq!(charges - net - contractual - written_off, outstanding, "{row}");
                sums.iter_mut().zip(cents(row)).for_each(|(sum, part)| *sum += part);
            }
            assert_eq!(sums, cents(&view["total"]), "as of {as_of}");
        }
        let view = t.read("/api/v1/sources").await;
        assert_eq!((&row(&view, "Unmatched")["patient_cents"], &row(&view, "Unmatched")["outstanding_cents"]), (&json!(1_234), &json!(-1_234)));
        assert_eq!(row(&view, "Unallocated")["insurer_cents"], 9_000);
        assert_eq!(row(&view, "Unattributed")["referrals"], 0);
    }

    async fn a_period_counts_the_referrals_received_in_it_both_days_included(t: &TestApp) {
        worked_example(t).await;
        for (query, referrals) in [("from=2026-01-20&to=2026-01-20", 2), ("from=2026-01-21", 0), ("to=2026-01-19", 0)] {
            let view = t.read(&format!("/api/v1/sources?{query}")).await;
            assert_eq!(view["total"]["referrals"], referrals, "{query}");
            assert_eq!(view["total"]["claims"], if referrals == 0 { 0 } else { 3 }, "{query}");
        }
        for (as_of, referrals) in [("2026-01-19", 0), ("2026-01-20", 2)] {
            assert_eq!(t.read(&format!("/api/v1/sources?as_of={as_of}")).await["total"]["referrals"], referrals, "as of {as_of}");
        }
        let answer: Answer = t.get(Role::Owner, "/api/v1/sources?from=2026-02-01&to=2026-01-01").await;
        assert_eq!(answer.status, 422);
        assert_eq!(t.get(Role::Owner, "/api/v1/sources?as_of=2026-05-16").await.status, 422);
    }

    async fn what_pays_is_for_those_who_may_see_totals(t: &TestApp) {
        for (role, status) in [
            (Role::Owner, 200), (Role::Biller, 200), (Role::Marketer, 200), (Role::ReadOnly, 200), (Role::FrontDesk, 404), (Role::Therapist, 404),
        ] {
            assert_eq!(t.get(role, "/api/v1/sources").await.status, status, "{role}");
        }
    }
}

#[tokio::test]
async fn the_command_gives_the_same_table_as_the_api() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        worked_example(&t).await;
        let api = t.read("/api/v1/sources?as_of=2026-03-22").await;
        assert_eq!(t.command_json(&["sources", "--as-of", "2026-03-22", "--json"]), api);
        let csv = String::from_utf8(t.command(&["sources", "--csv"]).stdout).expect("text");
        assert!(csv.contains("Priya Raman,provider,2,1,3,470,100,90,190,40,160,80,2,1,0.4286,95,19"), "{csv}");
        let refused = t.command(&["sources", "--from", "soon"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("is not a date"));
        t.close().await;
    })
    .await;
}
