//! The pages of providers, offices and activities, as a browser without JavaScript uses them.

use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::chain::{id, npi};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::network::book::{BookFilter, book};

/// A provider entered through the form; gives the page it leads to.
async fn entered(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let form = browser.open("/providers/new").await;
    browser.submit(&form, "/providers/new", fields).await
}

/// A doctor with an address, through the API; gives the id.
async fn feld(t: &TestApp) -> String {
    let new = json!({
        "first_name": "Marcus", "last_name": "Feld", "credentials": ["DC"], "npi": npi(900), "organization_name": "Feld Chiropractic",
        "emails": [{ "address": "front@feldchiro.example" }], "phones": [{ "number": "206 555 0142" }]
    });
    id(&t.done("/api/v1/providers", new).await)
}

async fn in_book(browser: &mut Browser<'_>, query: &str) -> Vec<String> {
    browser.open(&format!("/providers?{query}")).await.all("#book tbody th a")
}

crate::both_databases! {
    async fn a_provider_is_entered_with_addresses_numbers_office_and_preferences(t: &TestApp) {
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = entered(&mut browser, &[
            ("first_name", "Priya"), ("last_name", "Raman"), ("credentials", "MD, PhD"), ("npi", &npi(901)),
            ("organization_name", "Northgate Spine & Sports"), ("emails[0][address]", "Front@Raman.example"), ("emails[0][label]", "front desk"),
            ("phones[0][number]", "206.555.0117 x4"), ("phones[1][number]", "206 555 0118"), ("phones[1][is_fax]", "yes"),
            ("report_frequency", "monthly_only"), ("summary_naming", "initials"), ("summary_when_quiet", "yes"), ("tags", "spine, near us"),
        ]).await;
        assert_eq!((page.status, page.all("h1")), (StatusCode::OK, vec!["Dr. Priya Raman, MD, PhD".to_string()]));
        let words = page.words();
        for said in ["Dr. Priya Raman added", "Northgate Spine & Sports", "(206) 555-0117", "(206) 555-0118 fax", "Patients by initials Also of quiet months", "Prospect"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        let provider = t.read("/api/v1/providers").await["items"][0].clone();
        let whole = t.read(&format!("/api/v1/providers/{}", id(&provider))).await;
        assert_eq!((&whole["emails"][0]["address"], &whole["phones"][0]["number"]), (&json!("front@raman.example"), &json!("(206) 555-0117 x4")));
        assert_eq!((&whole["report_frequency"], &whole["tags"]), (&json!("monthly_only"), &json!(["spine", "near us"])));
    }

    async fn a_wrong_npi_is_told_by_its_field_and_what_was_typed_is_kept(t: &TestApp) {
        t.done("/api/v1/organizations", json!({ "name": "Harbor Spine", "npi": npi(902) })).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let right = npi(903);
        let wrong_digit = format!("{}{}", &right[..9], (right[9..].parse::<u8>().expect("it is there") + 1) % 10);
        for (typed, said) in [(wrong_digit.as_str(), "One digit of this NPI is wrong"), ("1.00E+09", "spreadsheet"), (&npi(902), "Harbor Spine, an organization")] {
            let page = entered(&mut browser, &[("last_name", "Feld"), ("npi", typed), ("emails[0][address]", "a@feld.example")]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.error_at("npi").contains(said), "{typed}: {}", page.words());
            assert!(page.all(".errsum a").iter().any(|e| e.contains(said)) && page.all("title")[0].starts_with("Error:"));
            assert_eq!((page.value("npi").as_deref(), page.value("emails[0][address]").as_deref()), (Some(typed), Some("a@feld.example")));
        }
        assert_eq!(t.read("/api/v1/providers").await["items"], json!([]));
    }

    async fn a_broken_address_in_a_list_is_told_in_its_line(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let page = entered(&mut browser, &[("last_name", "Feld"), ("emails[0][address]", "front@feld.example"), ("phones[1][number]", "555-0142")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.error_at("phones[1][number]").contains("area code"), "{}", page.words());
        assert_eq!(page.value("phones[1][number]").as_deref(), Some("555-0142"));
    }

    async fn an_address_counts_as_verified_when_a_person_says_how_and_changing_it_clears_that(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        assert!(page.words().contains("Not verified"));
        let unsaid = browser.submit(&page, &format!("{path}/verify"), &[("verify[how]", "")]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(unsaid.error_at("verify[how]"), "Say how the address was checked");
        let ahead = browser.submit(&page, &format!("{path}/verify"), &[("verify[how]", "phone"), ("verify[on]", "tomorrow")]).await;
        assert!(ahead.error_at("verify[on]").contains("may not be in the future"));
        let done = browser.submit(&page, &format!("{path}/verify"), &[("verify[how]", "phone"), ("verify[on]", "2/27")]).await;
        assert!(done.words().contains("Verified by phone on Feb 27"), "{}", done.words());
        let form = browser.open(&format!("{path}/edit")).await;
        browser.submit(&form, &format!("{path}/edit"), &[("specialty", "Chiropractic")]).await;
        assert!(browser.open(&path).await.words().contains("Verified by phone on Feb 27"), "another change leaves it");
        let form = browser.open(&format!("{path}/edit")).await;
        let changed = browser.submit(&form, &format!("{path}/edit"), &[("emails[0][address]", "office@feldchiro.example")]).await;
        assert!(changed.words().contains("office@feldchiro.example") && changed.words().contains("Not verified"), "{}", changed.words());
    }

    async fn a_stage_moves_only_where_it_may_and_a_refusal_names_where(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Marketer).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        assert_eq!(page.all("#stage option"), ["Contacted"]);
        let refused = browser.submit(&page, &format!("{path}/stage"), &[("stage[stage]", "active_referrer")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.words().contains("Prospect cannot become active_referrer. It can become: contacted, do_not_contact"), "{}", refused.words());
        let moved = browser.submit(&page, &format!("{path}/stage"), &[("stage[stage]", "contacted"), ("stage[why]", "met at the clinic day")]).await;
        assert!(moved.words().contains("met at the clinic day"), "{}", moved.words());
        assert_eq!(moved.all("h1 + .chip"), ["Contacted"]);
    }

    async fn do_not_contact_needs_words_and_leaving_it_needs_a_reason(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        let unsaid = browser.submit(&page, &format!("{path}/stop"), &[]).await;
        assert_eq!(unsaid.error_at("stop[why]"), "Say what they asked for. It stays in the history");
        let stopped = browser.submit(&page, &format!("{path}/stop"), &[("stop[why]", "no visits from anybody, please")]).await;
        assert_eq!(stopped.all("h1 + .chip"), ["Do not contact"]);
        let back = browser.submit(&stopped, &format!("{path}/stage"), &[("stage[why]", "")]).await;
        assert_eq!(back.error_at("stage[why]"), "Say why they may be contacted again");
        let back = browser.submit(&stopped, &format!("{path}/stage"), &[("stage[why]", "new office manager asked us in")]).await;
        assert_eq!(back.all("h1 + .chip"), ["Contacted"]);
        assert!(back.words().contains("no visits from anybody, please"), "the history stays");
    }

    async fn the_first_referral_makes_an_active_source_but_not_of_those_we_may_not_contact(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let (feld, raman) = (feld(t).await, t.doctor("Priya", "Raman").await);
        t.done(&format!("/api/v1/providers/{raman}/stage"), json!({ "stage": "do_not_contact", "why": "asked us" })).await;
        for (doctor, patient) in [(&feld, "Marsh"), (&raman, "Quist")] {
            t.referral(doctor, &payer, patient, "2026-03-02").await;
        }
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/providers/{feld}")).await;
        assert_eq!(page.all("h1 + .chip"), ["Active source"]);
        assert!(page.words().contains("referral received") && page.words().contains("New referral: Nora Marsh"));
        assert_eq!(browser.open(&format!("/providers/{raman}")).await.all("h1 + .chip"), ["Do not contact"]);
    }

    async fn the_book_counts_its_views_and_is_searched_inside_the_list(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        t.done("/api/v1/providers", json!({ "first_name": "Amy", "last_name": "Tran", "credentials": ["ARNP"] })).await;
        t.referral(&feld, &payer, "Marsh", "2025-12-20").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/providers").await;
        assert_eq!(page.all(".views a")[..5], ["Sends patients 1", "Gone quiet 1", "To call this week 0", "No email yet 1", "Everyone 2"]);
        assert!(page.words().contains("Quiet 72 days") && page.words().contains("Plan a call"), "{}", page.words());
        assert_eq!(page.all("#book tbody th a"), ["Dr. Marcus Feld, DC"]);
        for (query, found) in [
            ("view=no_email", vec!["Amy Tran, ARNP"]), ("view=everyone&sort=name", vec!["Dr. Marcus Feld, DC", "Amy Tran, ARNP"]),
            ("q=tra", vec!["Amy Tran, ARNP"]), ("q=(206)+555-0142", vec!["Dr. Marcus Feld, DC"]), ("q=chiro+marc", vec!["Dr. Marcus Feld, DC"]),
            ("q=front%40feldchiro.example", vec!["Dr. Marcus Feld, DC"]), ("view=sends&q=tran", vec![]),
        ] {
            assert_eq!(in_book(&mut browser, query).await, found, "{query}");
        }
        browser.fragment = Some("book".into());
        let part = browser.open("/providers?view=everyone&q=feld").await;
        assert!(part.html.trim_start().starts_with("<div id=\"book\"") && !part.html.contains("<h1"), "{}", part.html);
    }

    async fn the_book_asks_no_more_of_the_database_for_having_more_rows(t: &TestApp) {
        let owner = t.owner().await;
        let filter = BookFilter { view: "everyone".into(), ..BookFilter::default() };
        feld(t).await;
        let (one, few) = t.queries_of(book(&t.app, &owner, &filter)).await;
        for n in 0..20 {
            t.done("/api/v1/providers", json!({ "last_name": format!("Doctor{n}"), "organization_name": format!("Office {n}") })).await;
        }
        // What each brought in did not change, and would be shown again.
        t.forget_held();
        let (all, many) = t.queries_of(book(&t.app, &owner, &filter)).await;
        assert_eq!((one.expect("it is there").rows.len(), all.expect("it is there").rows.len()), (1, 21));
        assert!(few > 0 && few == many, "{few} queries for 1 row, {many} for 21");
    }

    async fn two_who_change_a_provider_at_once_both_see_what_the_other_wrote(t: &TestApp) {
        let feld = feld(t).await;
        let (mut mine, mut theirs) = (t.signed_in(Role::FrontDesk).await, t.signed_in(Role::Owner).await);
        let edit = format!("/providers/{feld}/edit");
        let (my_form, their_form) = (mine.open(&edit).await, theirs.open(&edit).await);
        theirs.submit(&their_form, &edit, &[("specialty", "Sports chiropractic"), ("phones[0][number]", "206 555 0199")]).await;
        let clash = mine.submit(&my_form, &edit, &[("specialty", "Chiropractic")]).await;
        assert_eq!(clash.status, StatusCode::CONFLICT);
        let rows = clash.all(".clash tbody tr");
        assert!(rows.contains(&"specialty Chiropractic Sports chiropractic".to_string()), "{rows:?}");
        assert!(rows.iter().any(|r| r.contains("(206) 555-0142") && r.contains("(206) 555-0199")), "{rows:?}");
        assert_eq!(clash.value("specialty").as_deref(), Some("Chiropractic"));
        let saved = mine.submit(&clash, &edit, &[]).await;
        assert!(saved.words().contains("Changes saved") && saved.words().contains("Chiropractic"), "{}", saved.words());
    }

    async fn a_form_that_is_sent_twice_makes_one_provider_one_office_and_one_call(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        for (path, fields) in [
            ("/providers/new".to_string(), vec![("last_name", "Raman")]),
            ("/organizations/new".to_string(), vec![("name", "Lakeview")]),
            (format!("/activities/new?provider={feld}"), vec![("words", "left a card")]),
        ] {
            let form = browser.open(&path).await;
            let action = path.split('?').next().expect("it is there");
            let (first, second) = (browser.submit(&form, action, &fields).await, browser.submit(&form, action, &fields).await);
            assert_eq!((first.status, first.path), (StatusCode::OK, second.path), "{path}");
        }
        assert_eq!(t.read("/api/v1/providers").await["items"].as_array().expect("it is there").len(), 2);
        assert_eq!(t.read("/api/v1/organizations").await["items"].as_array().expect("it is there").len(), 2);
        let calls = t.read(&format!("/api/v1/providers/{feld}/timeline?show=contacts")).await;
        assert_eq!(calls["items"].as_array().expect("it is there").len(), 1);
    }

    async fn a_typed_called_is_a_call_of_now_that_asks_what_comes_next(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Marketer).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        let blank = browser.submit(&page, &format!("{path}/log"), &[]).await;
        assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
        let logged = browser.submit(&page, &format!("{path}/log"), &[("log[words]", "Called, Jess wants faxes")]).await;
        assert!(logged.words().contains("Call logged") && logged.words().contains("What comes next?"), "{}", logged.words());
        assert_eq!(logged.all("h1 + .chip"), ["Contacted"], "a first contact moves a prospect on");
        assert!(logged.all(".tl li p")[0].ends_with("called the office"));
        let planned = browser
            .submit(&logged, &format!("{path}/next"), &[("next[next_step]", "bring referral pads"), ("next[next_on]", "fri")])
            .await;
        assert!(planned.words().contains("Next, Mar 6: bring referral pads"), "{}", planned.words());
        let due = browser.open("/providers?view=to_call").await;
        assert!(due.words().contains("bring referral pads Mar 6"), "{}", due.words());
        let page = browser.open(&path).await;
        browser.submit(&page, &format!("{path}/log"), &[("log[words]", "Visited, brought the pads")]).await;
        assert_eq!(in_book(&mut browser, "view=to_call").await, [""; 0], "what was done is no longer due");
    }

    async fn what_was_logged_by_mistake_is_taken_back(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        let logged = browser.submit(&page, &format!("{path}/log"), &[("log[words]", "called the wrong office")]).await;
        let undo = logged.document().select(&crate::support::browser::css(".toast form")).next().expect("it is there").value().attr("action").expect("it is there").to_string();
        let undone = browser.submit(&logged, &undo, &[]).await;
        assert!(undone.words().contains("Taken back") && !undone.words().contains("called the wrong office"), "{}", undone.words());
    }

    async fn an_activity_keeps_minutes_cost_and_next_step_and_a_gift_says_the_law(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Marketer).await;
        let form = browser.open(&format!("/activities/new?provider={feld}")).await;
        assert!(form.all("p.gift")[0].starts_with("A lunch or gift may never be a thank-you for referrals"));
        let wrong = [("kind", "lunch"), ("gift_value_dollars", "twelve"), ("minutes", "45"), ("on", "tomorrow")];
        let page = browser.submit(&form, "/activities/new", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.error_at("gift_value_dollars").is_empty() && !page.error_at("on").is_empty());
        assert_eq!((page.value("minutes").as_deref(), page.value("kind").as_deref()), (Some("45"), Some("lunch")));
        let fields = [
            ("kind", "lunch"), ("on", "today"), ("minutes", "45"), ("direct_cost_dollars", "$61.50"), ("gift_value_dollars", "12.30"), ("attendees", "5"),
            ("met", "Jess and the front desk"), ("next_step", "send outcomes"), ("next_on", "+2w"),
        ];
        let done = browser.submit(&page, "/activities/new", &fields).await;
        assert_eq!(done.path, format!("/providers/{feld}"));
        assert!(done.words().contains("had lunch with Jess and the front desk") && done.words().contains("Next, Mar 16: send outcomes"), "{}", done.words());
    }

    async fn a_typed_name_finds_its_provider_or_says_which_there_are(t: &TestApp) {
        feld(t).await;
        for (first, office) in [("Ann", "Ridgeline"), ("Bo", "Lakeview")] {
            t.done("/api/v1/providers", json!({ "first_name": first, "last_name": "Lee", "organization_name": office })).await;
        }
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/activities/new").await;
        for (typed, said) in [("Lee", "may be Ann Lee (Ridgeline) or Bo Lee (Lakeview)"), ("Nobody", "No provider is called"), ("", "Say who it was about")] {
            let page = browser.submit(&form, "/activities/new", &[("provider_name", typed), ("words", "met")]).await;
            assert!(page.words().contains(said), "{typed}: {}", page.words());
            assert_eq!(page.value("provider_name").as_deref(), Some(typed));
        }
        let page = browser.submit(&form, "/activities/new", &[("provider_name", "Dr. Marcus Feld"), ("words", "met at the fair")]).await;
        assert_eq!(page.all("h1"), ["Dr. Marcus Feld, DC"]);
    }

    async fn an_office_shows_its_people_staff_address_and_referrals(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let form = browser.open("/organizations/new").await;
        let wrong = browser.submit(&form, "/organizations/new", &[("zip", "981"), ("contacts[0][phone]", "206 555 0119")]).await;
        assert_eq!(wrong.error_at("name"), "Enter the name of the office");
        assert_eq!(wrong.error_at("contacts[0][name]"), "Enter the name");
        assert!(!wrong.error_at("zip").is_empty());
        let office = browser.submit(&wrong, "/organizations/new", &[
            ("name", "Feld Chiropractic"), ("street", "12 Alder Way"), ("city", "Seattle"), ("state", "wa"), ("zip", "98102"), ("hours", "Tue before 10"),
            ("contacts[0][name]", "Jess Moreno"), ("contacts[0][role]", "front desk"),
        ]).await;
        let feld = feld(t).await;
        t.referral(&feld, &payer, "Marsh", "2026-03-02").await;
        let page = browser.open(&office.path).await;
        for said in ["Dr. Marcus Feld", "Jess Moreno", "(206) 555-0119", "Seattle, WA 98102", "Tue before 10", "1 referral came while they worked here"] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        assert!(!browser.open("/providers?view=everyone").await.words().contains("Jess Moreno"), "staff is no provider");
        let edit = format!("{}/edit", office.path);
        let form = browser.open(&edit).await;
        browser.submit(&form, &edit, &[("name", "Feld & Vance Chiropractic"), ("contacts[0][name]", ""), ("contacts[0][role]", ""), ("contacts[0][phone]", "")]).await;
        let page = browser.open(&office.path).await;
        assert!(!page.words().contains("Jess Moreno") && page.all("h1") == ["Feld & Vance Chiropractic"]);
        assert_eq!(in_book(&mut browser, "q=vance").await, ["Dr. Marcus Feld, DC"], "the new name is searched by");
    }

    async fn who_leaves_an_office_or_moves_keeps_the_years_there(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let edit = format!("/providers/{feld}/edit");
        let form = browser.open(&edit).await;
        assert_eq!(form.value("organization_name").as_deref(), Some("Feld Chiropractic"));
        let moved = browser.submit(&form, &edit, &[("organization_name", "Lakeview Family Medicine")]).await;
        assert!(moved.all(".facts a")[0] == "Lakeview Family Medicine" && moved.words().contains("Feld Chiropractic until Mar 2"), "{}", moved.words());
        let form = browser.open(&edit).await;
        let left = browser.submit(&form, &edit, &[("organization_name", "")]).await;
        assert!(!left.all(".facts a").contains(&"Lakeview Family Medicine".to_string()), "{}", left.words());
    }

    async fn a_marketer_sees_totals_and_no_patient_and_others_no_money(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        let referral = t.referral(&feld, &payer, "Marsh", "2026-03-02").await;
        let claim = t.billed(&referral, "2026-03-02").await;
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 7_000)]).await;
        let path = format!("/providers/{feld}");
        let owner = t.signed_in(Role::Owner).await.open(&path).await;
        assert!(owner.words().contains("Nora Marsh") && owner.words().contains("Evergreen PPO paid $90.00 for 1 claim"), "{}", owner.words());
        assert!(owner.all(".kpis dd").contains(&"$90".to_string()), "{:?}", owner.all(".kpis dd"));
        let marketer = t.signed_in(Role::Marketer).await.open(&path).await;
        assert!(!marketer.html.contains("Marsh") && !marketer.html.contains("Neck") && !marketer.html.contains("paid $90"));
        assert!(marketer.all(".kpis dd").contains(&"$90".to_string()) && marketer.words().contains("1 patient is in care"));
        for role in [Role::Therapist, Role::FrontDesk] {
            let page = t.signed_in(role).await.open(&path).await;
            assert!(page.words().contains("Nora Marsh") && !page.html.contains("$90"), "{role}: {}", page.words());
        }
    }

    async fn the_book_and_the_page_of_a_provider_say_the_same_money_as_what_pays(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        let referral = t.referral(&feld, &payer, "Marsh", "2026-02-20").await;
        let claim = t.billed(&referral, "2026-02-24").await;
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let visit = t.attended(&referral, "2026-02-26").await;
        t.done("/api/v1/payments/patient", json!({ "visit": id(&visit), "amount_cents": 1_500, "method": "card" })).await;
        t.signed_note(&visit).await;
        let claim = t.claim_of(&visit).await;
        t.sent(&claim, "2026-02-26").await;
        let table = t.read("/api/v1/sources?from=2025-04-01").await;
        let row = table["rows"].as_array().expect("rows").iter().find(|r| r["source_id"] == feld.as_str()).expect("a row").clone();
        let money = t.read(&format!("/api/v1/providers/{feld}/glance")).await["money"].clone();
        for (ours, theirs) in [
            ("net_cents", "net_cents"), ("outstanding_cents", "outstanding_cents"), ("written_off_cents", "written_off_cents"),
            ("days_to_decision", "median_days_to_decision"),
        ] {
            assert_eq!(money[ours], row[theirs], "{ours}: {money} {row}");
        }
        assert_eq!((&row["net_cents"], &money["days_to_decision_of_all"]), (&json!(10_500), &table["total"]["median_days_to_decision"]));
        assert_eq!(money["per_visit_cents"], 5_250);
        for sort in ["referrals", "collected"] {
            assert_eq!(t.read(&format!("/api/v1/providers/book?sort={sort}")).await["rows"][0]["collected_cents"], 10_500, "{sort}");
        }
        assert_eq!(t.read("/api/v1/providers").await["items"][0]["collected_cents"], 10_500);
    }

    async fn what_was_written_about_a_patient_is_not_told_to_a_marketer(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        let referral = t.referral(&feld, &payer, "Marsh", "2026-03-02").await;
        let call = json!({
            "referral": id(&referral), "kind": "call", "purpose": "renewal", "words": "Asked for more visits for Nora Marsh",
            "next_step": "fax Nora's chart", "next_on": "2026-03-04"
        });
        t.done("/api/v1/activities", call).await;
        let reach = json!({ "referral": id(&referral), "kind": "call", "purpose": "scheduling", "words": "left Nora a message", "next_on": "2026-03-03" });
        t.done("/api/v1/activities", reach).await;
        for path in [format!("/providers/{feld}"), "/providers?view=to_call".into()] {
            let page = t.signed_in(Role::Marketer).await.open(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.html.contains("Nora"), "{path}: {}", page.words());
        }
        let desk = t.signed_in(Role::FrontDesk).await.open(&format!("/providers/{feld}")).await;
        assert!(desk.words().contains("Asked for more visits for Nora Marsh") && !desk.words().contains("left Nora a message"), "{}", desk.words());
    }

    async fn who_may_only_look_gets_no_forms_and_is_refused(t: &TestApp) {
        let feld = feld(t).await;
        for role in [Role::Biller, Role::ReadOnly] {
            let mut browser = t.signed_in(role).await;
            let page = browser.open(&format!("/providers/{feld}")).await;
            assert!(page.words().contains("Dr. Marcus Feld") && !page.has("form.log") && !page.has("#stage form") && !page.has("#addresses form"));
            let csrf = page.value("csrf").expect("it is there");
            let refused = browser.post(&format!("/providers/{feld}/stage"), &[("csrf".into(), csrf), ("stage[stage]".into(), "contacted".into())]).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
            for path in ["/providers/new".to_string(), format!("/providers/{feld}/edit"), "/organizations/new".into(), "/activities/new".into()] {
                assert_eq!(browser.open(&path).await.status, StatusCode::FORBIDDEN, "{role} {path}");
            }
        }
    }

    async fn one_finding_says_what_stands_between_a_doctor_and_reports(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        t.referral(&feld, &payer, "Marsh", "2026-03-02").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let path = format!("/providers/{feld}");
        let page = browser.open(&path).await;
        assert_eq!(page.all(".note strong"), ["No email address of Dr. Feld is verified."]);
        browser.submit(&page, &format!("{path}/verify"), &[("verify[how]", "letter")]).await;
        assert_eq!(browser.open(&path).await.all(".note strong"), [""; 0]);
        t.at("2026-05-05");
        assert_eq!(browser_again(t, &path).await.all(".note strong"), ["No referral for 64 days."]);
    }

    async fn pages_about_people_are_not_kept_by_the_browser(t: &TestApp) {
        let feld = feld(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        for path in ["/providers".to_string(), format!("/providers/{feld}"), format!("/providers/{feld}/edit"), "/providers/find?q=fe".into()] {
            let answer = browser.request(Method::GET, &path, None).await;
            assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{path}");
        }
        assert_eq!(browser.open("/providers/019ac0ad-b180-7ab6-8ca1-1d53893af642").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.open("/providers/nobody").await.status, StatusCode::NOT_FOUND);
    }

    async fn what_the_provider_page_shows_the_api_gives(t: &TestApp) {
        t.fees().await;
        let payer = t.payer("Evergreen PPO").await;
        let feld = feld(t).await;
        t.referral(&feld, &payer, "Marsh", "2026-03-02").await;
        let glance = t.read(&format!("/api/v1/providers/{feld}/glance")).await;
        assert_eq!((&glance["numbers"]["referrals"], &glance["active"][0]["patient"]["name"]), (&json!(1), &json!("Nora Marsh")));
        assert_eq!((&glance["money"]["net_cents"], &glance["finding"]["code"]), (&json!(0), &json!("unverified")));
        let marketer = t.get(Role::Marketer, &format!("/api/v1/providers/{feld}/glance")).await;
        assert!(marketer.status.is_success() && !marketer.text().contains("Marsh"));
        let book = t.read("/api/v1/providers/book?view=sends").await;
        assert_eq!((&book["counts"]["sends"], &book["rows"][0]["months"][11]), (&json!(1), &json!(1)));
        let call = t.done("/api/v1/activities", json!({ "providers": [feld], "words": "called" })).await;
        let planned: Value = t.done(&format!("/api/v1/activities/{}/next", id(&call)), json!({ "next_step": "call again", "next_on": "2026-03-09" })).await;
        assert_eq!(planned["next_on"], "2026-03-09");
    }
}

/// A fresh session, since the clock was moved past the end of the one before.
async fn browser_again(t: &TestApp, path: &str) -> Page {
    t.signed_in(Role::Owner).await.open(path).await
}
