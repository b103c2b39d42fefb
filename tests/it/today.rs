//! Today: what it shows is what is there, for whom it is there; and the one search box.

use crate::support::TestApp;
use crate::support::chain::{id, npi, slip};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A practice in the middle of its work: on March 10, two claims came back, a note is missing, a referral waits.
async fn at_work(t: &TestApp) -> (String, String) {
    t.at("2026-03-02");
    t.fees().await;
    let (doctor, payer) = (t.doctor("Priya", "Raman").await, t.payer("Cascade Health").await);
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
    let denied = t.billed(&referral, "2026-03-02").await;
    t.answered(&payer, &denied, "2026-03-02", 0, &[("CO", "197", 16_000)]).await;
    t.at("2026-03-03");
    let visit = t.attended(&referral, "2026-03-03").await;
    t.signed_note(&visit).await;
    let claim = id(&t.claim_of(&visit).await);
    t.done(&format!("/api/v1/claims/{claim}/ready"), json!({})).await;
    t.done(&format!("/api/v1/claims/{claim}/submit"), json!({})).await;
    t.done(&format!("/api/v1/claims/{claim}/reject"), json!({ "words": "referring NPI missing" })).await;
    t.at("2026-03-04");
    let paid = t.billed(&referral, "2026-03-04").await;
    t.answered(&payer, &paid, "2026-03-04", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    t.referral(&doctor, &payer, "Quist", "2026-03-04").await;
    t.at("2026-03-10");
    t.attended(&referral, "2026-03-05").await;
    t.attended(&referral, "2026-03-09").await;
    t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-10", "starts_at": "08:30" })).await;
    t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-10", "starts_at": "15:00" })).await;
    (doctor, payer)
}

fn number(text: &str) -> i64 {
    text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

crate::both_databases! {
    async fn today_counts_what_it_lists_and_its_mark_says_the_same(t: &TestApp) {
        at_work(t).await;
        let page = t.signed_in(Role::Owner).await.open("/").await;
        let counts: Vec<i64> = page.all(".q .count").iter().map(|c| number(c)).collect();
        let listed = page.all(".q li[data-row]").len();
        let total: i64 = counts.iter().sum();
        assert_eq!(total, i64::try_from(listed).expect("a number"), "{}", page.words());
        assert!(page.words().contains(&format!("{total} things need a decision. 2 visits today.")), "{}", page.words());
        let marks = page.all(".side nav .n");
        assert_eq!(number(&marks[0]), total, "{marks:?}");
        let view = t.read("/api/v1/today").await;
        assert_eq!(view["waiting"], total);
        let alerts = t.read("/api/v1/alerts?mine=yes").await;
        assert!(alerts["items"].as_array().expect("items").len() >= listed);
    }

    async fn the_first_group_is_open_and_says_what_money_stands_still(t: &TestApp) {
        at_work(t).await;
        let page = t.signed_in(Role::Owner).await.open("/").await;
        assert_eq!(page.all(".q[open] h3"), ["Claims came back"]);
        assert_eq!(page.all(".q[open] .count"), ["2"]);
        assert_eq!(page.all(".q[open] .why"), ["$320 stops moving until these are fixed. The oldest: 8 days."]);
        assert_eq!(page.all(".q[open] li strong"), ["Nora Marsh, visit Mar 2", "Nora Marsh, visit Mar 3"]);
        assert_eq!(page.all(".q[open] li .chip"), ["Denied", "Rejected"]);
    }

    async fn the_marks_count_what_waits_and_stand_only_where_one_can_act(t: &TestApp) {
        let (doctor, payer) = at_work(t).await;
        let referral = t.referral(&doctor, &payer, "Reed", "2026-03-09").await;
        t.claim_drafted(&referral, "2026-03-09").await;
        assert_eq!(t.read("/api/v1/claims/board").await["waiting"], 3, "denied, rejected and a draft: the page says the same");
        for (role, expected) in [
            (Role::Owner, vec!["Referrals 1 waiting", "Claims 3 waiting"]),
            (Role::FrontDesk, vec!["Referrals 1 waiting"]),
            (Role::Biller, vec!["Claims 3 waiting"]),
            (Role::Marketer, vec![]),
            (Role::ReadOnly, vec![]),
        ] {
            let page = t.signed_in(role).await.open("/account").await;
            let marks: Vec<String> = page.all(".side nav a").into_iter().filter(|a| a.contains("waiting") && !a.starts_with("Today")).collect();
            assert_eq!(marks, expected, "{role}");
        }
    }

    async fn a_mark_follows_what_was_done_at_once(t: &TestApp) {
        at_work(t).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        assert!(browser.open("/account").await.all(".side nav a").contains(&"Referrals 1 waiting".to_string()));
        let waiting = t.read("/api/v1/referrals?state=received").await["items"][0]["id"].as_str().expect("an id").to_string();
        t.done(&format!("/api/v1/referrals/{waiting}/lose"), json!({ "reason": "unreachable" })).await;
        assert!(browser.open("/account").await.all(".side nav a").contains(&"Referrals".to_string()));
    }

    async fn visits_today_show_their_card_and_the_next_step(t: &TestApp) {
        at_work(t).await;
        let page = t.signed_in(Role::Owner).await.open("/").await;
        assert_eq!(page.all(".day time"), ["8:30", "3:00"]);
        assert_eq!(page.all(".day .vc .meta"), ["5 of 12", "5 of 12"]);
        assert_eq!(page.all(".day li.now .state"), ["Write note"], "its hour has come");
        let desk = t.signed_in(Role::FrontDesk).await.open("/").await;
        assert_eq!(desk.all(".day li.now .state"), ["Check in"]);
    }

    async fn money_of_the_month_is_what_came_in_and_what_is_open_is_what_what_pays_says(t: &TestApp) {
        at_work(t).await;
        let view = t.read("/api/v1/today").await;
        let total = t.read("/api/v1/sources").await["total"].clone();
        assert_eq!((&view["money"]["collected_cents"], &view["money"]["outstanding_cents"]), (&json!(9_000), &total["outstanding_cents"]));
        assert_eq!(view["money"]["before_cents"], 0);
        let page = t.signed_in(Role::Owner).await.open("/").await;
        assert_eq!(page.all(".rail .fig"), ["$90"]);
        assert!(page.words().contains("$90 more than by this day in February"));
        assert!(page.links("/what-pays").contains(&"/what-pays?period=all".to_string()));
        assert_eq!(t.get(Role::Therapist, "/api/v1/today").await.json()["money"], Value::Null);
    }

    async fn reports_that_go_out_are_counted_with_the_moment_at_which_the_first_goes(t: &TestApp) {
        t.at("2026-03-31");
        t.fees().await;
        let payer = t.payer("Cascade Health").await;
        let going = async || t.read("/api/v1/today").await["outgoing"].clone();
        assert_eq!(going().await, json!({ "mails": 0, "next_at": null, "to_approve": 0 }));
        let doctor = t.reachable_doctor("Raman", "p.raman@northgate.example").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-03-02").await;
        let visit = t.attended(&referral, "2026-03-09").await;
        t.signed_note(&visit).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        assert_eq!(going().await, json!({ "mails": 0, "next_at": null, "to_approve": 1 }));
        t.approved(&report).await;
        assert_eq!(going().await, json!({ "mails": 1, "next_at": t.app.now(), "to_approve": 0 }));
        t.delivered().await;
        assert_eq!(going().await, json!({ "mails": 0, "next_at": null, "to_approve": 0 }));
        assert_eq!(t.get(Role::Marketer, "/api/v1/today").await.json()["outgoing"], json!(null), "whoever sees no reports is told of none");
    }

    async fn a_marketer_sees_no_patient_and_whoever_only_treats_sees_their_visits_first(t: &TestApp) {
        at_work(t).await;
        let marketer = t.signed_in(Role::Marketer).await.open("/").await;
        let words = marketer.words();
        assert!(!words.contains("Marsh") && !words.contains("Quist") && !words.contains("Visits today"), "{words}");
        assert!(words.contains("New referrals in 7 days: 1"), "{words}");
        let therapist = t.get(Role::Therapist, "/api/v1/today").await.json();
        assert_eq!((&therapist["visits_first"], &therapist["visits"]["visits"]), (&json!(true), &json!([])));
    }

    async fn what_is_put_off_leaves_today_and_undo_brings_it_back(t: &TestApp) {
        at_work(t).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/").await;
        let before = page.all(".q li[data-row]").len();
        let page = browser.submit(&page, "/alerts/snooze", &[("until", "2026-03-17")]).await;
        assert!(page.words().contains("Put off until Tue, March 17, 2026"), "{}", page.words());
        assert_eq!(page.all(".q li[data-row]").len(), before - 1);
        let page = browser.submit(&page, "/alerts/undo", &[]).await;
        assert_eq!(page.all(".q li[data-row]").len(), before);
        let all = browser.open("/alerts").await;
        assert_eq!(all.all(".waits li").len(), before);
        let page = browser.submit(&all, "/alerts/snooze", &[("until", "+1w")]).await;
        assert!(page.path.starts_with("/alerts"), "{}", page.path);
        let put_off = browser.open("/alerts?state=snooze").await;
        assert!(put_off.words().contains("until Mar 17, Maya Ortiz"), "{}", put_off.words());
    }

    async fn an_empty_practice_is_shown_its_four_first_steps_and_each_is_ticked(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/").await;
        assert_eq!(page.all(".begin strong").len(), 4);
        assert_eq!(page.all(".begin .done").len(), 0);
        t.doctor("Priya", "Raman").await;
        t.fees().await;
        t.payer("Cascade Health").await;
        let page = browser.open("/").await;
        assert_eq!(page.all(".begin .done strong"), ["Bring your doctors", "Say who pays and what you charge"]);
        let desk = t.signed_in(Role::FrontDesk).await.open("/").await;
        assert!(!desk.has(".begin") && desk.words().contains("Nothing is due."), "{}", desk.words());
    }

    async fn the_search_finds_each_kind_by_each_way(t: &TestApp) {
        t.at("2026-03-02");
        t.fees().await;
        let raman_npi = npi(900);
        let new = json!({
            "first_name": "Priya", "last_name": "Raman", "credentials": ["MD"], "npi": raman_npi, "organization_name": "Northgate Spine & Sports",
            "phones": [{ "number": "(206) 555-0117" }], "emails": [{ "address": "priya@northgate.example" }]
        });
        let doctor = id(&t.done("/api/v1/providers", new).await);
        let payer = t.payer("Cascade Health").await;
        let mut new = slip(&doctor, &payer, "Marsh", "2026-03-02");
        new["coverage"]["authorization_no"] = json!("AUTH 55-1002");
        new["coverage"]["claim_no"] = json!("CM-44-1187");
        new["new_patient"]["phone"] = json!("206 555 0142");
        new["new_patient"]["email"] = json!("nora@marsh.example");
        let referral = t.done("/api/v1/referrals", new).await;
        let claim = t.billed(&referral, "2026-03-02").await;
        let mut eob = crate::support::chain::eob(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]);
        eob["trace"] = json!("EFT-88214");
        eob["claims"][0]["payer_claim_no"] = json!("PCN-7781-02");
        t.done("/api/v1/payments", eob).await;
        let claim_no = claim["number"].as_str().expect("a number");
        let referral_no = referral["number"].as_str().expect("a number");
        let short = claim_no.replace("-00", "").replace("-0", "").replace('-', "");
        for (q, kind) in [
            (claim_no, "claim"), (&claim_no.replace('-', ""), "claim"), (&short, "claim"), (&claim_no.to_lowercase(), "claim"),
            (referral_no, "referral"), (&referral_no.replace('-', ""), "referral"), ("PCN-7781-02", "payer_claim_no"), ("pcn778102", "payer_claim_no"),
            ("auth 551002", "authorization"), ("CM441187", "injury"), ("EFT88214", "trace"), ("eft-88214", "trace"), (&raman_npi, "npi"),
        ] {
            let q: String = q.replace(' ', "%20");
            let found = t.read(&format!("/api/v1/search?q={q}")).await;
            assert_eq!(found["groups"][0]["title"], "Numbers", "{q}: {found}");
            assert_eq!(found["groups"][0]["hits"][0]["kind"], kind, "{q}: {found}");
            assert!(found["only"].is_string(), "{q}: {found}");
        }
        for (q, group, label) in [
            ("marsh", "Patients", "Nora Marsh"), ("nor mar", "Patients", "Nora Marsh"), ("(206) 555-0142", "Patients", "Nora Marsh"),
            ("206.555.0142", "Patients", "Nora Marsh"), ("nora@marsh.example", "Patients", "Nora Marsh"), ("ram", "Providers", "Dr. Priya Raman"),
            ("+1 206 555 0117", "Providers", "Dr. Priya Raman"), ("priya@northgate.example", "Providers", "Dr. Priya Raman"),
            ("northgate", "Offices", "Northgate Spine & Sports"),
        ] {
            let query = q.replace(' ', "%20").replace('+', "%2B");
            let found = t.read(&format!("/api/v1/search?q={query}")).await;
            let groups = found["groups"].as_array().expect("groups");
            let hits = groups.iter().find(|g| g["title"] == group).map(|g| g["hits"].to_string()).unwrap_or_default();
            assert!(hits.contains(label), "{q}: {found}");
        }
        let found = t.read("/api/v1/search?q=add%20ref").await;
        assert_eq!(found["commands"][0]["to"], "/referrals/new");
    }

    async fn the_search_finds_nothing_that_one_may_not_see(t: &TestApp) {
        at_work(t).await;
        let claim = t.read("/api/v1/claims").await["items"][0]["number"].as_str().expect("a number").to_string();
        for role in [Role::Marketer, Role::Therapist] {
            for q in [claim.as_str(), "marsh", "quist", "R-2026-0001"] {
                let answer = t.get(role, &format!("/api/v1/search?q={q}")).await;
                let found = answer.json();
                assert!(!answer.text().contains("Marsh") && !answer.text().contains("Quist"), "{role} {q}: {found}");
                assert_eq!(found["groups"].as_array().map(Vec::len), Some(0), "{role} {q}: {found}");
            }
        }
        let trace = t.read("/api/v1/payments").await["items"][0]["trace"].as_str().expect("a trace").to_string();
        assert_eq!(t.read(&format!("/api/v1/search?q={trace}")).await["count"], 1);
        assert_eq!(t.get(Role::FrontDesk, &format!("/api/v1/search?q={trace}")).await.json()["count"], 0, "deposits are not the front desk's");
        assert_eq!(t.get(Role::FrontDesk, &format!("/api/v1/search?q={claim}")).await.json()["groups"][0]["hits"][0]["kind"], "claim");
    }

    async fn the_only_thing_with_a_number_opens_and_the_palette_gets_its_list_alone(t: &TestApp) {
        at_work(t).await;
        let claim = t.read("/api/v1/claims").await["items"][0].clone();
        let number = claim["number"].as_str().expect("a number");
        let mut browser = t.signed_in(Role::Owner).await;
        let opened = browser.open(&format!("/search?q={number}")).await;
        assert_eq!(opened.path, format!("/claims/{}", id(&claim)));
        let box_alone = browser.open("/search").await;
        let found = browser.submit(&box_alone, "/search", &[("q", "marsh")]).await;
        assert_eq!((found.path.as_str(), found.status.as_u16()), ("/search", 200), "what was typed is not in the address");
        assert!(found.all(".found a span").iter().any(|a| a.starts_with("Nora Marsh")), "{}", found.words());
        browser.fragment = Some("found".into());
        let list = browser.open(&format!("/search?q={number}")).await;
        assert!(list.html.trim_start().starts_with("<div id=\"found\"") && !list.html.contains("<html"), "{}", list.html);
        assert!(list.links("/claims/").contains(&format!("/claims/{}", id(&claim))));
    }

    async fn a_search_that_needs_a_login_is_forgotten_on_the_way(t: &TestApp) {
        let login = t.browser().open("/search?q=Marsh").await;
        assert_eq!(login.path, "/login?to=%2Fsearch");
        assert!(!login.html.contains("Marsh"));
    }
}
