//! What payers told us: kept whole, by the day from which it holds, and carried onto the claims.

use crate::support::chain::{id, sheet, with};
use poem::http::StatusCode;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// Treatments with their minutes, and the units by each of the two rules.
type Row = (&'static [(&'static str, i64)], &'static [i64], &'static [i64]);

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

    async fn a_case_is_billed_by_the_units_table_of_both_rules(t: &TestApp) {
        t.at("2026-03-20");
        for code in ["97124", "97140", "97112", "97110", "97116", "97035"] {
            t.done("/api/v1/fees", json!({ "code": code, "fee_cents": 4_000, "effective_on": "2020-01-01" })).await;
        }
        let cms = t.payer_of("health", "837p", "Eight Minutes", sheet()).await;
        let cpt = t.payer_of("health", "837p", "Midpoint", with(sheet(), json!({ "units_rule": "cpt_midpoint" }))).await;
        let table: [Row; 10] = [
            (&[("97124", 60)], &[4], &[4]),
            (&[("97140", 7)], &[0], &[0]),
            (&[("97112", 24), ("97110", 23)], &[2, 1], &[2, 2]),
            (&[("97112", 20), ("97110", 20)], &[2, 1], &[1, 1]),
            (&[("97110", 33), ("97140", 7)], &[2, 1], &[2, 0]),
            (&[("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)], &[1, 1, 1, 0], &[1, 1, 1, 1]),
            (&[("97112", 7), ("97110", 7), ("97140", 7)], &[1, 0, 0], &[0, 0, 0]),
            (&[("97140", 6), ("97124", 5)], &[1, 0], &[0, 0]),
            (&[("97140", 38), ("97124", 22)], &[3, 1], &[3, 1]),
            (&[("97140", 10), ("97124", 8)], &[1, 0], &[1, 1]),
        ];
        for (services, by_cms, by_cpt) in table {
            let case = json!({ "services": services.iter().map(|(code, minutes)| json!({ "code": code, "minutes": minutes })).collect::<Vec<_>>() });
            for (payer, units) in [(&cms, by_cms), (&cpt, by_cpt)] {
                let verdict = t.done(&format!("/api/v1/payers/{payer}/try"), case.clone()).await;
                let billed: Vec<i64> = verdict["lines"].as_array().expect("lines").iter().map(|l| l["units"].as_i64().expect("units")).collect();
                assert_eq!(billed, units, "{case}");
                assert_eq!(verdict["charge_cents"], units.iter().sum::<i64>() * 4_000);
            }
        }
    }

    async fn a_case_is_judged_by_the_sheet_of_its_day_as_its_claim_is(t: &TestApp) {
        t.at("2026-03-20");
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer_of("workers_comp", "837p", "State Fund", with(whole(), json!({ "who_may_prescribe": ["MD"], "max_units_per_visit": 3 }))).await;
        let path = format!("/api/v1/payers/{payer}/try");
        let case = json!({
            "visit_on": "2026-03-02", "services": [{ "code": "97140", "minutes": 60 }], "visit_no": 7, "has_order": "yes", "ordered_by": "MD",
            "ordered_on": "2026-03-01", "treated_by": "LMT", "diagnoses": ["M54.2"]
        });
        let verdict = t.done(&path, case.clone()).await;
        let stops = |v: &Value| v["checks"].as_array().expect("checks").iter().filter(|c| c["looks"] == "stops").map(|c| c["words"].as_str().expect("words").to_string()).collect::<Vec<_>>();
        assert_eq!(stops(&verdict), ["4 units were given, State Fund pays 3 a visit: 1 too many", "Visit 7 needs approval first: The phone line"]);
        let line = &verdict["lines"][0];
        assert_eq!((&line["units"], &line["excess_units"], &line["modifiers"], &line["fee_from"]), (&json!(3), &json!(1), &json!(["CQ", "GP"]), &json!("the sheet of State Fund")));
        assert_eq!((&verdict["charge_cents"], &verdict["expected_cents"], &verdict["deadline_on"]), (&json!(12_300), &json!(7_650), &json!("2027-03-02")));
        // The claim of the same visit says the same, once its cap is accepted.
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let claim = t.claim_drafted(&referral, "2026-03-02").await;
        let claim = t.done(&format!("/api/v1/claims/{}/accept-cap", id(&claim)), json!({})).await;
        let billed = &claim["version"]["lines"][0];
        for field in ["units", "excess_units", "modifiers", "charge_cents"] {
            assert_eq!(billed[field], line[field], "{field}");
        }
        let late = t.done(&path, with(case.clone(), json!({ "visit_on": "2026-09-30", "visit_no": 3 }))).await;
        assert!(stops(&late).contains(&"The order of March 1, 2026 held until August 28, 2026".to_string()), "{late}");
        let before = t.done(&path, with(case, json!({ "visit_on": "2025-12-31" }))).await;
        assert_eq!((&before["sheet_effective_on"], &before["ending"]), (&Value::Null, &json!("stopped")), "no sheet held then");
        assert_eq!(t.read("/api/v1/claims").await["items"].as_array().expect("claims").len(), 1, "a case is never kept");
    }

    async fn a_case_that_cannot_be_read_is_refused_by_field(t: &TestApp) {
        let payer = t.payer("Cascade Health").await;
        for (case, pointer) in [
            (json!({}), "/services/0/code"),
            (json!({ "services": [{ "code": "97122" }] }), "/services/0/code"),
            (json!({ "services": [{ "minutes": 30 }] }), "/services/0/code"),
            (json!({ "services": [{ "code": "97140", "minutes": "many" }] }), "/services/0/minutes"),
            (json!({ "services": [{ "code": "97140" }], "visit_no": 0 }), "/visit_no"),
            (json!({ "services": [{ "code": "97140" }], "diagnoses": ["neck"] }), "/diagnoses"),
            (json!({ "services": [{ "code": "97140" }], "has_order": "perhaps" }), "/has_order"),
        ] {
            let answer = t.post(Role::Owner, &format!("/api/v1/payers/{payer}/try"), case.clone()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
            assert!(answer.json()["errors"].as_array().is_some_and(|all| all.iter().any(|e| e["pointer"] == pointer)), "{case}: {}", answer.text());
        }
    }

    async fn examples_are_offered_and_never_kept_by_themselves(t: &TestApp) {
        let examples = t.read("/api/v1/payers/examples").await["items"].clone();
        assert_eq!(examples[0]["slug"], "washington-labor-and-industries");
        assert_eq!(t.read("/api/v1/payers").await["items"], json!([]));
        t.at("2026-11-23");
        let payer = id(&t.done("/api/v1/payers", json!({ "name": "L and I", "kind": "workers_comp" })).await);
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/payers/{payer}/sheet")).await;
        assert!(page.words().contains("Start from an example") && page.value("daily_max_dollars").as_deref() == Some(""));
        let sheet = page.path.clone();
        let asked = [("_example", "washington-labor-and-industries"), ("who_may_prescribe", "MD alone"), ("effective_on", "1/1/2026")];
        let begun = browser.submit(&page, &sheet, &asked).await;
        assert!(begun.words().contains("Filled in from"), "{}", begun.words());
        for (field, value) in [("who_may_prescribe", "MD alone"), ("daily_max_dollars", "107.75"), ("approval_tiers[0][after_visits]", "6"), ("approval_counted_per", "injury"), ("checked_on", ""), ("effective_on", "1/1/2026")] {
            assert_eq!(begun.value(field).as_deref(), Some(value), "{field}");
        }
        assert_eq!(t.read(&format!("/api/v1/payers/{payer}")).await["sheets"], json!([]), "nothing is kept until it is saved");
        let other = browser.submit(&begun, &sheet, &[("_example", "regence")]).await;
        assert_eq!((other.value("daily_max_dollars").as_deref(), other.value("who_may_prescribe").as_deref()), (Some(""), Some("MD alone")));
        let saved = browser.submit(&begun, &sheet, &[]).await;
        assert!(saved.words().contains("From Example of 2023: WAC 296-23-250") && saved.words().contains("Nobody has said when it was read"), "{}", saved.words());
        let page = browser.open(&format!("/payers/{payer}/sheet")).await;
        assert!(!page.words().contains("Start from an example"), "its own sheet is where the next one begins");
    }

    async fn approval_and_limit_go_by_the_visits_that_the_sheet_counts(t: &TestApp) {
        t.at("2026-01-10");
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let days = ["2025-12-30", "2025-12-31", "2026-01-02"];
        for (name, rules, code, stopped) in [
            ("Whole Injury", json!({ "approval_tiers": [{ "after_visits": 2 }], "approval_counted_per": "injury" }), "authorization_missing", [false, false, true]),
            ("By Year", json!({ "approval_tiers": [{ "after_visits": 1 }], "approval_counted_per": "calendar_year" }), "authorization_missing", [false, true, false]),
            ("From One", json!({ "requires_authorization": "always" }), "authorization_missing", [true, true, true]),
            ("Never", json!({ "requires_authorization": "never" }), "authorization_missing", [false, false, false]),
            ("Two A Year", json!({ "visit_limit": 1, "visit_limit_per": "calendar_year" }), "visit_limit_passed", [false, true, false]),
            ("Two In All", json!({ "visit_limit": 2, "visit_limit_per": "episode" }), "visit_limit_passed", [false, false, true]),
        ] {
            let payer = t.payer_of("health", "837p", name, with(sheet(), rules)).await;
            let referral = t.referral(&doctor, &payer, name, "2025-12-20").await;
            let mut found = Vec::new();
            for day in days {
                let claim = t.claim_drafted(&referral, day).await;
                found.push(claim["findings"].as_array().expect("findings").iter().any(|f| f["code"] == code));
            }
            assert_eq!(found, stopped, "{name}");
        }
    }
}
