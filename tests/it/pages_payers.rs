//! The payers' pages: what each one told us, in sentences, with its day and its source.

use crate::support::chain::sheet;
use poem::http::StatusCode;
use serde_json::json;
use tributary::auth::role::Role;

crate::both_databases! {
    async fn a_payer_is_added_and_its_rules_are_told_in_sentences(t: &TestApp) {
        t.at("2026-11-23");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/payers/new").await;
        let missing = browser.submit(&page, "/payers/new", &[("name", ""), ("phone", "206 555 0142")]).await;
        assert_eq!((missing.status, missing.value("phone").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("206 555 0142")));
        assert_eq!(missing.all(".errsum li"), ["Choose the kind of insurance", "Enter the name of the insurer"]);
        let page = browser.submit(&missing, "/payers/new", &[("name", "State Fund"), ("kind", "workers_comp"), ("claim_channel", "paper")]).await;
        assert_eq!(page.all("h1"), ["What did State Fund tell you?"]);
        let path = page.path.clone();
        let rules = [
            ("effective_on", "7/1/2026"), ("checked_on", "7/6/2026"), ("source", "State Fund's provider manual"), ("units_rule", "cms_8_minute"),
            ("max_units_per_visit", "4"), ("max_visits_per_day", "1"), ("requires_prescription", "yes"), ("who_may_prescribe", "MD, do, DC"),
            ("approval_tiers[0][after_visits]", "6"), ("approval_tiers[0][ask]", "the phone line"), ("approval_tiers[1][after_visits]", "12"),
            ("approval_tiers[1][ask]", "the claim manager"), ("approval_counted_per", "injury"), ("visit_limit", "24"), ("visit_limit_per", "calendar_year"),
            ("provider_types", "lmt"), ("daily_max_dollars", "107.75"), ("line_modifiers", "gp"), ("modifier_pairs[0][code]", "97124"),
            ("modifier_pairs[0][beside]", "97140"), ("modifier_pairs[0][modifier]", "59"), ("diagnoses_refused", "M79.7"), ("seventh_characters", "A, D"), ("timely_filing_days", "365"), ("appeal_days", "30"),
            ("patient_may_be_billed", "no"), ("codes[0][code]", "97140"), ("codes[0][allowed_dollars]", "25.50"), ("codes[0][accepted]", "yes"),
            ("codes[1][code]", "97010"), ("codes[1][accepted]", "no"), ("codes[2][code]", "97124"), ("codes[2][fee_dollars]", "40"), ("codes[2][max_units]", "4"),
        ];
        let page = browser.submit(&page, &path, &rules).await;
        assert_eq!(page.all("h1"), ["What State Fund pays"]);
        for words in [
            "In force since July 1, 2026. From State Fund's provider manual. Read July 6, 2026. Read it again by January 2, 2027.",
            "Your own record, not legal or coding advice",
            "Manual therapy 97140 your schedule $25.50",
            "Hot or cold pack 97010 not paid",
            "Massage 97124 at most 4 units $40.00 not known",
            "8-minute rule, all timed minutes of the day together At most 4 units a visit One visit a day At most $107.75 a day, whatever was done At most 24 visits a calendar year",
            "They pay treatment by LMT alone",
            "They never pay for M79.7 Codes of injuries end in A or D",
            "GP on every line 59 on 97124 where 97140 is billed beside it",
            "MD, DO, DC A signed order is needed",
            "Visits 1 to 6: none Visits 7 to 12: the phone line Visit 13 and on: the claim manager Counted for the whole injury. A new order does not start again at 1",
            "Send the claim within 365 days of the visit Appeal within 30 days of a denial",
            "May never be billed",
            "Not known, ask Do visits of physical therapy count into the same limit?",
            "When do they want a report?",
        ] {
            assert!(page.words().contains(words), "{words}: {}", page.words());
        }
    }

    async fn a_new_version_begins_as_the_last_one_and_the_old_one_stays_for_its_days(t: &TestApp) {
        t.at("2026-11-23");
        let mut rules = sheet();
        rules["effective_on"] = json!("2026-07-01");
        rules["codes"] = json!([{ "code": "97140", "allowed_cents": 2_550 }]);
        let payer = t.payer_of("health", "837p", "Cascade Health", rules).await;
        let mut browser = t.signed_in(Role::Biller).await;
        let path = format!("/payers/{payer}");
        let page = browser.open(&format!("{path}/sheet")).await;
        for (name, value) in [("effective_on", ""), ("checked_on", ""), ("units_rule", "cms_8_minute"), ("codes[0][code]", "97140"), ("codes[0][allowed_dollars]", "25.50"), ("appeal_days", "60"), ("requires_authorization", ""), ("patient_may_be_billed", "yes")] {
            assert_eq!(page.value(name).as_deref(), Some(value), "{name}");
        }
        let wrong = browser.submit(&page, &format!("{path}/sheet"), &[("codes[1][code]", "97122"), ("appeal_days", "90")]).await;
        assert_eq!((wrong.status, wrong.value("appeal_days").as_deref(), wrong.value("codes[1][code]").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("90"), Some("97122")));
        assert!(wrong.all(".errsum")[0].contains("Enter the day from which this holds") && wrong.all("#f-codes-1--code-e")[0].contains("97112"), "{}", wrong.words());
        let page = browser.submit(&wrong, &format!("{path}/sheet"), &[("effective_on", "11/1/2026"), ("codes[1][code]", "97112")]).await;
        assert!(page.words().contains("Appeal within 90 days of a denial") && page.words().contains("July 1, 2026 to October 31, 2026"), "{}", page.words());
        let old = browser.open(page.links(&format!("{path}?version=")).last().expect("the old one")).await;
        assert!(old.words().contains("It held from July 1, 2026 to October 31, 2026.") && old.words().contains("Appeal within 60 days of a denial"), "{}", old.words());
        let read = browser.submit(&page, &format!("{path}/checked"), &[]).await;
        assert!(read.words().contains("Read November 23, 2026. Read it again by May 22, 2027."), "{}", read.words());
        assert_eq!(browser.open(&format!("{path}?version=nothing")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_payer_changed_in_between_shows_both_and_keeps_what_was_typed(t: &TestApp) {
        let payer = t.payer("Cascade Health").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/payers/{payer}/edit");
        let page = browser.open(&path).await;
        let other = t.read(&format!("/api/v1/payers/{payer}")).await;
        t.patch(Role::Biller, &format!("/api/v1/payers/{payer}"), json!({ "notes": "Ask for Ana", "version": other["version"] })).await;
        let clash = browser.submit(&page, &path, &[("notes", "Ask for Bo")]).await;
        assert_eq!((clash.status, clash.value("notes").as_deref()), (StatusCode::CONFLICT, Some("Ask for Bo")));
        assert!(clash.all(".clash")[0].contains("Ask for Ana"), "{}", clash.words());
        let saved = browser.submit(&clash, &path, &[]).await;
        assert!(saved.words().contains("Ask for Bo"), "{}", saved.words());
    }

    async fn a_form_that_was_refused_still_knows_which_version_it_was_begun_from(t: &TestApp) {
        let payer = t.payer("Cascade Health").await;
        let path = format!("/payers/{payer}/edit");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        t.changed(&format!("/api/v1/payers/{payer}"), json!({ "phone": "206-555-0142" })).await;
        let refused = browser.submit(&page, &path, &[("name", "")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stale = browser.submit(&refused, &path, &[("name", "Cascade")]).await;
        assert_eq!((stale.status, stale.has("table.clash")), (StatusCode::CONFLICT, true), "{}", stale.words());
    }

    async fn rules_are_written_by_owners_and_billers_read_by_others_and_hidden_from_marketers(t: &TestApp) {
        let payer = t.payer("Cascade Health").await;
        for (role, read, write) in [(Role::Biller, 200, 200), (Role::Therapist, 200, 403), (Role::FrontDesk, 200, 403), (Role::ReadOnly, 200, 403), (Role::Marketer, 404, 404)] {
            let mut browser = t.signed_in(role).await;
            for path in ["/payers".to_string(), format!("/payers/{payer}")] {
                let page = browser.open(&path).await;
                assert_eq!(page.status.as_u16(), read, "{role} {path}");
                assert_eq!(page.words().contains("Write a new version"), write == 200 && path.ends_with(&payer), "{role} {path}");
            }
            for path in ["/payers/new".to_string(), format!("/payers/{payer}/sheet"), format!("/payers/{payer}/edit")] {
                assert_eq!(browser.open(&path).await.status.as_u16(), write, "{role} {path}");
            }
        }
    }

    async fn a_case_is_tested_on_the_payers_page_and_every_rule_answers(t: &TestApp) {
        t.at("2026-11-30");
        t.fees().await;
        let rules = json!({
            "approval_tiers": [{ "after_visits": 12, "ask": "the claim manager" }], "who_may_prescribe": ["MD", "DC"],
            "codes": [{ "code": "97140", "allowed_cents": 2_550 }, { "code": "97112", "allowed_cents": 2_550 }]
        });
        let payer = t.payer_of("workers_comp", "837p", "State Fund", crate::support::chain::with(sheet(), rules)).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open(&format!("/payers/{payer}")).await;
        assert!(page.links("/payers/").contains(&format!("/payers/{payer}/try")));
        let path = format!("/payers/{payer}/try");
        let page = browser.open(&path).await;
        let wrong = browser.submit(&page, &path, &[("services[0][code]", "97122"), ("services[0][minutes]", "38")]).await;
        assert_eq!((wrong.status, wrong.value("services[0][minutes]").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("38")));
        let case = [
            ("services[0][code]", "97140"), ("services[0][minutes]", "38"), ("services[1][code]", "97112"), ("services[1][minutes]", "15"),
            ("visit_no", "13"), ("has_order", "yes"), ("ordered_by", "DC"), ("visit_on", "11/30/2026"),
        ];
        let page = browser.submit(&page, &path, &case).await;
        for words in [
            "Not as it stands. Visit 13 needs approval first: the claim manager. Once that is settled: State Fund would allow $102.00 of $160.00.",
            "53 timed minutes together make 4 units 97140: 38 minutes, 3; 97112: 15 minutes, 1",
            "There is an order, and a DC may order",
            "Send by November 30, 2027",
            "Modifiers: not known, not checked",
            "Manual therapy 97140 $40.00 a unit, from your fee schedule 3 $120.00 $76.50",
            "Total $160.00 $102.00",
        ] {
            assert!(page.words().contains(words), "{words}: {}", page.words());
        }
        assert_eq!(page.value("services[1][minutes]").as_deref(), Some("15"), "the case stays in the form");
        let approved = browser.submit(&page, &path, &[("is_approved", "yes")]).await;
        assert!(approved.words().contains("Nothing known stands against it. State Fund would allow $102.00 of $160.00."), "{}", approved.words());
    }
}
