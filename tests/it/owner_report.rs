//! The owner's month: what came in, who sent and what is stuck, in figures that the practice's own books give, and nobody's name; mailed on
//! the 5th, to each owner once.

use crate::support::TestApp;
use crate::support::chain::id;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::mail::compose::{LARGEST_HTML, LONGEST_SUBJECT, compose};
use tributary::mail::kinds::OwnerReport;
use tributary::reports::owner::mail_due;

/// A practice with a March: two referrals, one of them seen; $160.00 billed and $90.00 paid, of which $20.00 by the patient; and a refusal.
async fn march(t: &TestApp) -> String {
    let doctor = t.doctor("Priya", "Raman").await;
    t.at("2026-03-20");
    t.fees().await;
    let payer = t.payer("Cascade Health").await;
    let seen = t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
    t.referral(&doctor, &payer, "Okafor", "2026-03-03").await;
    let paid = t.billed(&seen, "2026-03-02").await;
    t.answered(&payer, &paid, "2026-03-20", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
    t.done("/api/v1/payments/patient", json!({ "claim": paid["number"], "amount_cents": 2_000, "method": "card" })).await;
    t.at("2026-03-30");
    let refused = t.billed(&seen, "2026-03-09").await;
    t.answered(&payer, &refused, "2026-03-30", 0, &[("CO", "197", 16_000)]).await;
    t.done("/api/v1/activities", json!({ "kind": "lunch", "providers": [doctor], "minutes": 60, "direct_cost_cents": 4_000 })).await;
    doctor
}

async fn shown(t: &TestApp, month: &str) -> Value {
    t.read(&format!("/api/v1/owner-report?month={month}")).await
}

fn headline(shown: &Value, label: &str) -> String {
    let all = shown["report"]["headline"].as_array().expect("rows");
    let row = all.iter().find(|h| h["label"] == label).unwrap_or_else(|| panic!("{label} in {shown}"));
    row["now"].as_str().expect("a number").to_string()
}

crate::both_databases! {
    async fn the_month_comes_out_of_the_books_and_names_nobody(t: &TestApp) {
        march(t).await;
        t.at("2026-04-05");
        let m = shown(t, "2026-03").await;
        assert_eq!(m["report"]["bottom_line"], "$110 came in. 2 referrals; 1 seen so far.", "{m}");
        let rows = ["Cash posted", "Referrals received", "Seen at least once", "Visits kept", "Denied, latest decision"].map(|label| headline(&m, label));
        assert_eq!(rows, ["$110", "2", "1 of 2", "2 of 2", "1 of 2"]);
        assert_eq!(m["report"]["cash"], json!([{ "label": "Insurers", "amount": "$90" }, { "label": "Patients", "amount": "$20" }]));
        let source = &m["report"]["sources"][0];
        assert_eq!((&source["name"], &source["referrals"], &source["cash"]), (&json!("Dr. Priya Raman"), &json!(2), &json!("$110")), "{m}");
        // What is outstanding is what What pays says.
        let total = t.read("/api/v1/sources").await["total"]["outstanding_cents"].as_i64().expect("cents");
        assert_eq!((total, &m["report"]["outstanding"]), (16_000, &json!("$160")), "{m}");
        assert_eq!(m["report"]["denials"], json!([{ "reason": "No authorization", "payer": "Cascade Health", "claims": 1, "amount": "$160" }]));
        assert_eq!(m["report"]["outreach"], "1 contact, 1 h, $40. Cost per referral: too few to say.");
        for told in [&m["text"], &m["html"], &m["subject"]] {
            let told = told.as_str().expect("text");
            assert!(!told.contains("Quist") && !told.contains("Okafor") && !told.contains("M54"), "{told}");
        }
        assert_eq!(shown(t, "2026-02").await["report"]["bottom_line"], "$0 came in. No referral came.");
    }

    async fn money_that_a_payer_took_back_stands_apart_and_a_slip_of_ours_does_not(t: &TestApp) {
        march(t).await;
        let payments = t.read("/api/v1/payments").await;
        let first = payments["items"].as_array().expect("deposits").iter().find(|p| p["amount_cents"] == 9_000).expect("the deposit").clone();
        t.done(&format!("/api/v1/payments/{}/take-back", id(&first)), json!({ "why": "Typed twice" })).await;
        let m = shown(t, "2026-03").await;
        assert_eq!(m["report"]["cash"], json!([{ "label": "Patients", "amount": "$20" }]), "{m}");
    }

    async fn on_the_5th_each_owner_is_mailed_the_month_before_once(t: &TestApp) {
        march(t).await;
        for (day, gone) in [("2026-04-04", 0), ("2026-04-05", 1), ("2026-04-05", 0), ("2026-04-06", 0), ("2026-05-04", 0), ("2026-05-05", 1)] {
            t.at(day);
            assert_eq!(mail_due(&t.app).await.expect("it is looked after"), gone, "{day}");
        }
        let mails = t.mails();
        assert_eq!(mails.len(), 2);
        let read = tributary::mail::read(mails[0].as_bytes());
        assert!(read.text.starts_with("MARCH REPORT, as of April 5, 2026"), "{}", read.text);
        assert!(mails[0].contains("To: owner@willow.example") && !mails[0].contains("Quist"), "{}", mails[0]);
        let seen = [shown(t, "2026-03").await, shown(t, "2026-02").await].map(|m| m["mailed_at"].is_string());
        assert_eq!(seen, [true, false], "the page says when it was mailed");
    }

    async fn who_does_not_want_it_gets_none_and_a_practice_that_has_not_begun_neither(t: &TestApp) {
        t.at("2026-04-05");
        assert_eq!(mail_due(&t.app).await.expect("looked after"), 0, "there is nothing to tell");
        march(t).await;
        let own = t.read("/api/v1/practice").await;
        t.changed("/api/v1/practice", json!({ "owner_report_off": true, "version": own["version"] })).await;
        t.at("2026-04-05");
        assert_eq!((mail_due(&t.app).await.expect("looked after"), t.mails().len()), (0, 0));
    }

    async fn it_is_the_owners_alone_on_a_page_with_its_pdf_and_goes_at_a_press(t: &TestApp) {
        march(t).await;
        t.at("2026-04-05");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/owner-report").await;
        assert!(page.words().contains("March at") && page.has("iframe"), "{}", page.words());
        let frame = browser.open("/owner-report/message.html?month=2026-03").await;
        assert!(frame.words().contains("$110 came in."), "{}", frame.words());
        let pdf = browser.request(Method::GET, "/owner-report/letter.pdf?month=2026-03", None).await;
        assert_eq!((pdf.status.as_u16(), pdf.header("content-type")), (200, "application/pdf"));
        if let Some(text) = crate::letters::text_of(&pdf.body) {
            assert!(text.contains("$110 came in.") && text.contains("It names no patient") && !text.contains("Quist"), "{text}");
        }
        let done = browser.submit(&page, "/owner-report/send", &[("month", "2026-03")]).await;
        assert!(done.words().contains("Sent to owner@willow.example"), "{}", done.words());
        assert_eq!(t.mails().len(), 1);
        for role in [Role::Therapist, Role::FrontDesk, Role::Biller, Role::Marketer, Role::ReadOnly] {
            assert_eq!(t.get(role, "/api/v1/owner-report").await.status, 404, "{role:?}");
        }
        for wrong in ["2026-13", "x", "2027-01"] {
            let answer = t.get(Role::Owner, &format!("/api/v1/owner-report?month={wrong}")).await;
            assert!(answer.status == 422 && answer.field("/month").contains("onth"), "{wrong}: {}", answer.text());
        }
    }
}

#[test]
fn the_month_reads_as_a_person_read_it_and_is_small() {
    let read = |extension: &str| {
        std::fs::read_to_string(format!("{}/tests/it/mails/owner.{extension}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
    };
    let report: OwnerReport = serde_json::from_str(&read("json")).expect("an example");
    let mail = compose(&report).expect("a mail");
    assert!(mail.text == read("txt"), "it says something else than it did. Read it as the owner, then keep it:\n{}", mail.text);
    assert!(mail.subject.chars().count() <= LONGEST_SUBJECT && mail.html.len() < LARGEST_HTML, "{}: {}", mail.subject, mail.html.len());
    assert!(mail.text.lines().all(|l| l.chars().count() <= 72), "{}", mail.text);
    for mark in ["<img", "url(", "@import", "src=", "cid:", "href="] {
        assert!(!mail.html.contains(mark), "{mark}");
    }
}
