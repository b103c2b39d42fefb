//! The pack for an initial certification: a signed order on file, and the proof that the plan went to the doctor in time.

use crate::support::TestApp;
use crate::support::chain::{id, sheet};
use crate::support::letters::DOCTOR;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A Medicare patient with a first visit on March 2 and a signed note.
async fn begun(t: &TestApp) -> Value {
    t.at("2026-03-02");
    t.fees().await;
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    let payer = t.payer_of("medicare", "837p", "Medicare Part B", sheet()).await;
    let referral = t.referral(&doctor, &payer, "Quist", "2026-03-02").await;
    let visit = t.attended(&referral, "2026-03-02").await;
    t.signed(&visit, crate::support::letters::measured(7, 3)).await;
    referral
}

async fn stands(t: &TestApp, referral: &Value) -> Value {
    t.read(&format!("/api/v1/referrals/{}/certification", id(referral))).await
}

async fn said(t: &TestApp) -> usize {
    t.read("/api/v1/alerts?rule=plan_due").await["items"].as_array().expect("alerts").len()
}

crate::both_databases! {
    async fn the_signed_order_and_the_dated_proof_of_the_plan_stand_in_one_pack(t: &TestApp) {
        let referral = begun(t).await;
        let before = stands(t, &referral).await;
        assert_eq!((&before["state"], &before["last_on"], &before["plan"]), (&json!("waits"), &json!("2026-04-01"), &Value::Null));
        t.at("2026-03-05");
        let letter = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&referral) })).await;
        t.approved(&letter).await;
        t.delivered().await;
        let after = stands(t, &referral).await;
        assert_eq!((&after["state"], &after["order"]["signed_on"]), (&json!("complete"), &json!("2026-03-02")));
        assert_eq!((&after["plan"]["sent_on"], &after["plan"]["address"], &after["plan"]["what"]), (&json!("2026-03-05"), &json!(DOCTOR), &json!("Initial report")));
        let sent = t.mails().pop().expect("a mail");
        assert!(sent.contains(after["plan"]["message_id"].as_str().expect("an id")), "it names the message that left");
        let file = t.get(Role::Owner, &format!("/api/v1/referrals/{}/certification/file", id(&referral))).await;
        assert!(file.status == 200 && file.body.starts_with(b"%PDF-"), "{}", file.status);
        if let Some(text) = crate::letters::text_of(&file.body) {
            for part in ["Nora Quist", "Complete", "March 2, 2026", "April 1, 2026", "March 5, 2026", "by email", DOCTOR, "The plan, as it went"] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        assert!(t.read("/api/v1/audit?limit=200").await.to_string().contains("printed_certification"));
        let mut browser = t.signed_in(Role::Owner).await;
        assert!(browser.open(&format!("/referrals/{}", id(&referral))).await.html.contains("certification.pdf"));
    }

    async fn the_days_run_from_the_first_visit_and_today_says_in_time_that_the_plan_has_not_gone(t: &TestApp) {
        let referral = begun(t).await;
        for (day, alerts, state) in [("2026-03-21", 0, "waits"), ("2026-03-22", 1, "waits"), ("2026-04-01", 1, "waits"), ("2026-04-02", 1, "missed")] {
            t.at(day);
            assert_eq!((said(t).await, stands(t, &referral).await["state"].as_str().expect("a state")), (alerts, state), "{day}");
        }
        let late = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&referral) })).await;
        t.approved(&late).await;
        t.delivered().await;
        assert_eq!((said(t).await, stands(t, &referral).await["state"].as_str().expect("a state")), (0, "late"));
    }

    async fn other_payers_ask_for_no_certification_and_the_clock_raises_nothing(t: &TestApp) {
        let case = t.treated("Lund").await;
        t.at("2026-05-01");
        assert_eq!(said(t).await, 0);
        assert_eq!(stands(t, &case.referral).await["state"], "missed", "it is told to whoever asks");
    }
}
