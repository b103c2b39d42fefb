//! What payers told us: kept whole, by the day from which it holds, and carried onto the claims.

use crate::support::chain::{id, sheet, with};
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A sheet on which everything is said.
fn whole() -> Value {
    with(
        sheet(),
        json!({
            "effective_on": "2026-01-01", "checked_on": "2026-03-01", "source": "Provider manual", "max_units_per_visit": 4, "max_visits_per_day": 1,
            "daily_max_cents": 10_775, "who_may_prescribe": ["MD", "DC"], "rx_valid_days": 180, "provider_types": ["LMT"],
            "requires_authorization": "after_visits", "approval_counted_per": "injury", "authorization_route": "By fax",
            "approval_tiers": [{ "after_visits": 12, "ask": "The claim manager" }, { "after_visits": 6, "ask": "The phone line" }],
            "visit_limit": 24, "visit_limit_per": "calendar_year", "visit_limit_shared": "yes", "line_modifiers": ["gp"],
            "modifier_pairs": [{ "code": "97124", "beside": "97140", "modifier": "59" }], "modifiers": "KX past the limit",
            "diagnoses_accepted": ["m54"], "diagnoses_refused": ["M54.59"], "seventh_characters": ["a", "D"], "corrected_claim_days": 180,
            "report_after_visits": 6, "report_after_days": 30, "documentation": "Chart notes", "notes": "Ask for Ana",
            "codes": [{ "code": "97140", "accepted": "yes", "fee_cents": 4_100, "allowed_cents": 2_550, "max_units": 3, "modifiers": ["CQ"] }]
        }),
    )
}

fn modifiers(claim: &Value) -> Vec<String> {
    let lines = claim["version"]["lines"].as_array().expect("lines");
    lines
        .iter()
        .map(|l| l["modifiers"].as_array().expect("modifiers").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        .collect()
}

crate::both_databases! {
    async fn everything_that_a_sheet_says_is_read_back_in_order(t: &TestApp) {
        t.at("2026-03-20");
        let payer = t.payer_of("workers_comp", "837p", "State Fund", whole()).await;
        let sheet = &t.read(&format!("/api/v1/payers/{payer}")).await["sheets"][0];
        for (field, said) in [
            ("daily_max_cents", json!(10_775)), ("provider_types", json!(["LMT"])), ("requires_authorization", json!("after_visits")),
            ("approval_tiers", json!([{ "after_visits": 6, "ask": "The phone line" }, { "after_visits": 12, "ask": "The claim manager" }])),
            ("approval_counted_per", json!("injury")), ("authorization_route", json!("By fax")), ("visit_limit", json!(24)),
            ("visit_limit_per", json!("calendar_year")), ("visit_limit_shared", json!(true)), ("line_modifiers", json!(["GP"])),
            ("modifier_pairs", json!([{ "code": "97124", "beside": "97140", "modifier": "59" }])), ("modifiers", json!("KX past the limit")),
            ("diagnoses_accepted", json!(["M54"])), ("diagnoses_refused", json!(["M54.59"])), ("seventh_characters", json!(["A", "D"])),
            ("corrected_claim_days", json!(180)), ("appeal_days", json!(60)), ("report_after_visits", json!(6)), ("documentation", json!("Chart notes")),
        ] {
            assert_eq!(sheet[field], said, "{field}");
        }
        assert_eq!((&sheet["codes"][0]["modifiers"], &sheet["codes"][0]["max_units"]), (&json!(["CQ"]), &json!(3)));
    }

    async fn a_sheet_that_contradicts_itself_is_refused_by_field(t: &TestApp) {
        let payer = t.payer("Cascade Health").await;
        let path = format!("/api/v1/payers/{payer}/rule-sheets");
        for (more, field) in [
            (json!({ "requires_authorization": "never", "approval_tiers": [{ "after_visits": 6 }] }), "requires_authorization"),
            (json!({ "approval_tiers": [{ "ask": "Somebody" }] }), "approval_tiers.0.after_visits"),
            (json!({ "approval_tiers": [{ "after_visits": 6 }, { "after_visits": 6 }] }), "approval_tiers.1.after_visits"),
            (json!({ "requires_authorization": "sometimes" }), "requires_authorization"),
            (json!({ "line_modifiers": ["GPX"] }), "line_modifiers"),
            (json!({ "modifier_pairs": [{ "code": "97124", "modifier": "59" }] }), "modifier_pairs.0.beside"),
            (json!({ "modifier_pairs": [{ "code": "97124", "beside": "97124", "modifier": "59" }] }), "modifier_pairs.0.beside"),
            (json!({ "diagnoses_accepted": ["neck"] }), "diagnoses_accepted"),
            (json!({ "seventh_characters": ["AD"] }), "seventh_characters"),
            (json!({ "daily_max_cents": -1 }), "daily_max_cents"),
            (json!({ "visit_limit_per": "month" }), "visit_limit_per"),
        ] {
            let answer = t.post(Role::Owner, &path, with(sheet(), more.clone())).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{more}");
            let pointer = format!("/{}", field.replace('.', "/"));
            assert!(answer.json()["errors"].as_array().is_some_and(|all| all.iter().any(|e| e["pointer"] == pointer.as_str())), "{more}: {}", answer.text());
        }
    }

    async fn visits_from_which_approval_is_needed_say_that_it_is(t: &TestApp) {
        let payer = t.payer_of("health", "837p", "Cascade Health", with(sheet(), json!({ "approval_tiers": [{ "after_visits": 6 }] }))).await;
        assert_eq!(t.read(&format!("/api/v1/payers/{payer}")).await["sheets"][0]["requires_authorization"], "after_visits");
    }

    async fn the_sheets_modifiers_stand_on_the_claims_lines_and_a_change_of_them_makes_the_claim_anew(t: &TestApp) {
        t.at("2026-03-20");
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let rules = json!({ "line_modifiers": ["GP"], "modifier_pairs": [{ "code": "97124", "beside": "97140", "modifier": "59" }] });
        let payer = t.payer_of("health", "837p", "Cascade Health", with(sheet(), rules)).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 30 }, { "code": "97124", "minutes": 30 }] })).await;
        let claim = t.claim_of(&visit).await;
        assert_eq!(modifiers(&claim), ["GP", "59 GP"]);
        let alone = t.claim_drafted(&referral, "2026-03-03").await;
        assert_eq!(modifiers(&alone), ["GP"], "no pair, no 59");
        assert_eq!(t.done(&format!("/api/v1/claims/{}/ready", id(&claim)), json!({})).await["state"], "ready");
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), with(sheet(), json!({ "line_modifiers": ["KX"] }))).await;
        let changed = t.fresh(&claim).await;
        assert_eq!((changed["state"].as_str(), modifiers(&changed)), (Some("draft"), vec!["KX".to_string(), "KX".to_string()]));
        t.sent(&changed, "2026-03-10").await;
        t.done(&format!("/api/v1/payers/{payer}/rule-sheets"), sheet()).await;
        assert_eq!(modifiers(&t.fresh(&changed).await), ["KX", "KX"], "what was sent stays as it left");
        assert_eq!(modifiers(&t.fresh(&alone).await), [""]);
    }
}
