//! The pages of reports, without JavaScript: read, change, approve, take back.

use crate::support::browser::Browser;
use crate::support::chain::id;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, on_each};
use poem::http::StatusCode;
use tributary::auth::role::Role;

crate::both_databases! {
    async fn a_report_is_begun_read_changed_and_approved_through_its_pages(t: &TestApp) {
        let case = t.treated("Quist").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let new = browser.open(&format!("/reports/new?provider={}", case.doctor)).await;
        let composer = browser.submit(&new, "/reports", &[]).await;
        assert_eq!(composer.all("h1"), ["Nora Quist, to Dr. Priya Raman"]);
        assert!(composer.all(".checks li").contains(&"All 3 notes are signed".to_string()), "{:?}", composer.all(".checks li"));
        let address = composer.path.clone();
        let saved = browser.submit(&composer, &address, &[("plan", "Twice a week until April.")]).await;
        assert_eq!((saved.status, saved.value("plan").as_deref()), (StatusCode::OK, Some("Twice a week until April.")));
        let text = browser.open(&format!("{address}?as=text")).await;
        assert!(text.all("pre")[0].contains("Twice a week until April."), "the preview says what was saved");
        let frame = browser.request(poem::http::Method::GET, &format!("{address}/message.html"), None).await;
        assert!(frame.header("content-security-policy").contains("sandbox") && frame.text().contains("Twice a week until April."));
        let done = browser.submit(&saved, &format!("{address}/approve"), &[]).await;
        assert_eq!((done.path.as_str(), done.all(".toast span")), ("/reports", vec!["Approved. It is going out".to_string()]));
        t.delivered().await;
        assert_eq!(t.mails().len(), 1);
        let sent = browser.open(&address).await;
        assert!(sent.words().contains("Written to the mail folder on Mar 16"), "{}", sent.words());
        assert!(!sent.sends_to(&format!("{address}/approve")), "what was sent is not approved again");
    }

    async fn who_is_in_care_can_be_written_about_first_and_of_the_others_the_newest_ten(t: &TestApp) {
        let case = t.treated("Quist").await;
        let (payer, other) = (t.payer("Alder").await, t.doctor("Sam", "Reed").await);
        for n in 1..=12 {
            t.referral(&case.doctor, &payer, &format!("Field {n}"), "2026-03-16").await;
        }
        t.referral(&other, &payer, "Reeds", "2026-03-16").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let offered = async |browser: &mut Browser<'_>, address: &str| browser.open(address).await.all("tr[data-row] th a");
        let newest = |last: std::ops::RangeInclusive<usize>| last.rev().map(|n| format!("Nora Field {n}"));
        let all = [vec!["Nora Quist".to_string(), "Nora Reeds".into()], newest(4..=12).collect()].concat();
        assert_eq!(offered(&mut browser, "/reports/new").await, all);
        let hers = [vec!["Nora Quist".to_string()], newest(3..=12).collect()].concat();
        assert_eq!(offered(&mut browser, &format!("/reports/new?provider={}", case.doctor)).await, hers);
    }

    async fn words_typed_beside_a_decision_are_kept_and_read_before_anything_leaves(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let address = format!("/reports/{}", id(&report));
        let mut browser = t.signed_in(Role::Owner).await;
        for (to, typed) in [("sign", "Twice a week until April."), ("approve", "Once a week until May.")] {
            let page = browser.open(&address).await;
            let kept = browser.submit(&page, &format!("{address}/{to}"), &[("plan", typed)]).await;
            assert_eq!(kept.value("plan").as_deref(), Some(typed), "{}", kept.words());
            assert!(kept.words().contains("Your words are saved, and nothing has left"), "{}", kept.words());
            assert_eq!(t.read(&format!("/api/v1/reports/{}", id(&report))).await["state"], "draft");
        }
        let page = browser.open(&address).await;
        let wrong = browser.submit(&page, &format!("{address}/approve"), &[("plan", &"word ".repeat(400))]).await;
        assert_eq!((wrong.status, t.delivered().await), (StatusCode::UNPROCESSABLE_ENTITY, 0), "{}", wrong.words());
        assert!(wrong.value("plan").is_some_and(|plan| plan.starts_with("word word")), "what was typed stands there");
        let page = browser.open(&address).await;
        let done = browser.submit(&page, &format!("{address}/approve"), &[]).await;
        assert_eq!(done.path, "/reports", "{}", done.words());
        t.delivered().await;
        assert!(t.mails()[0].contains("Once a week until May."), "what was read is what left");
    }

    async fn what_was_left_as_we_wrote_it_follows_the_notes_that_come_later(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let address = format!("/reports/{}", id(&report));
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&address).await;
        browser.submit(&page, &address, &[("plan", "Twice a week.")]).await;
        t.at("2026-03-23");
        let visit = t.attended(&case.referral, "2026-03-23").await;
        t.signed_note(&visit).await;
        let mut later = t.signed_in(Role::Owner).await;
        let page = later.open(&address).await;
        assert!(page.value("bottom_line").is_some_and(|line| line.contains("4 of 12 visits")), "{:?}", page.value("bottom_line"));
        assert_eq!(page.value("plan").as_deref(), Some("Twice a week."));
    }

    async fn a_report_that_is_held_says_why_and_offers_no_approval(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.at("2026-03-20");
        t.attended(&case.referral, "2026-03-20").await;
        let report = t.drafted(&case).await;
        let address = format!("/reports/{}", id(&report));
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&address).await;
        assert!(page.all(".actbar p")[0].contains("Held. The note of Mar 20 is not signed"), "{:?}", page.all(".actbar p"));
        assert!(!page.sends_to(&format!("{address}/approve")));
        assert_eq!(browser.open("/reports").await.all(".queue .chip"), ["Held: a note is unsigned"]);
    }

    async fn a_month_is_drafted_from_the_page_and_a_typing_error_is_told(t: &TestApp) {
        t.treated("Quist").await;
        t.at("2026-04-01");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/reports").await;
        assert_eq!(page.value("month").as_deref(), Some("2026-03"), "the month that ended stands there");
        let wrong = browser.submit(&page, "/reports/summaries", &[("month", "March")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.all(".err")[0].contains("like 2026-11") && wrong.value("month").as_deref() == Some("March"));
        let done = browser.submit(&page, "/reports/summaries", &[]).await;
        assert_eq!(done.all(".toast span"), ["1 drafted"]);
        assert_eq!(done.all(".queue strong"), ["March summary"]);
    }

    async fn reports_that_nobody_opened_cannot_leave_by_the_bulk(t: &TestApp) {
        let first = t.treated("Quist").await;
        let second = t.treated_for(&first.doctor, "Lund").await;
        t.drafted(&first).await;
        let opened = t.drafted(&second).await;
        let mut browser = t.signed_in(Role::Owner).await;
        browser.open(&format!("/reports/{}", id(&opened))).await;
        let page = browser.open("/reports").await;
        let done = browser.submit(&page, "/reports/approve-opened", &[]).await;
        assert_eq!(done.all(".toast span"), ["1 approved"]);
        assert_eq!(done.all(".queue strong"), ["Nora Quist"]);
    }

    async fn the_marketer_finds_no_report_and_the_biller_only_how_it_stands(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let address = format!("/reports/{}", id(&report));
        assert_eq!(t.signed_in(Role::Marketer).await.open(&address).await.status, StatusCode::NOT_FOUND);
        assert_eq!(t.signed_in(Role::Marketer).await.open("/reports").await.status, StatusCode::NOT_FOUND);
        let page = t.signed_in(Role::Biller).await.open(&address).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.words().contains("pain") && !page.has("iframe") && !page.has(".actbar"), "{}", page.words());
        let frame = t.signed_in(Role::Biller).await.open(&format!("{address}/message.html")).await;
        assert_eq!(frame.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_paused_relay_is_told_on_the_page_and_tried_again_by_a_person() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let own = relay.settings();
        let settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let t = TestApp::with(database, &settings).await;
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        relay.fail(At::Login, Fault::Say("535 5.7.8 wrong password"));
        t.delivered().await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/reports").await;
        assert!(page.all(".banner")[0].contains("No report leaves at the moment"), "{:?}", page.all(".banner"));
        relay.recover();
        let after = browser.submit(&page, "/reports/resume-mail", &[]).await;
        assert!(!after.has(".banner"));
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(2));
        t.delivered().await;
        assert_eq!(relay.received().len(), 1);
        t.close().await;
    })
    .await;
}
