//! Records of a substance-use program: a doctor is told with the patient's consent alone, at the approval and again when it leaves.

use crate::support::TestApp;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

async fn consent(t: &TestApp, patient: &str, on: &str, until: &str) {
    let change = json!({ "part2_records": "yes", "part2_consent_on": on, "part2_consent_until": until });
    t.changed(&format!("/api/v1/patients/{patient}"), change).await;
}

async fn approve(t: &TestApp, report: &Value) -> (u16, String) {
    let path = format!("/api/v1/reports/{}", id(report));
    let seen = t.read(&path).await["message"]["seen"].clone();
    t.refused(Role::Owner, &format!("{path}/approve"), json!({ "seen": seen })).await
}

crate::both_databases! {
    with &[("undo_minutes", "10")];

    async fn without_a_consent_that_holds_no_report_is_approved_and_what_was_approved_does_not_leave(t: &TestApp) {
        let case = t.treated("Quist").await;
        let patient = id(&case.referral["patient"]);
        let report = t.drafted(&case).await;
        consent(t, &patient, "", "").await;
        let (status, words) = approve(t, &report).await;
        assert!(status == 409 && words.contains("substance-use program"), "{status} {words}");
        consent(t, &patient, "2026-03-01", "2026-03-10").await;
        let (status, words) = approve(t, &report).await;
        assert!(status == 409 && words.contains("ended on Mar 10"), "{status} {words}");
        consent(t, &patient, "2026-03-01", "2026-12-31").await;
        assert_eq!(approve(t, &report).await.0, 200);
        // Taken back after the approval, while it waits.
        consent(t, &patient, "", "").await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(11));
        t.delivered().await;
        let shown = t.read(&format!("/api/v1/reports/{}", id(&report))).await;
        assert_eq!((shown["state"].as_str(), t.mails().len()), (Some("failed"), 0));
        assert!(shown["mails"][0]["words"].as_str().expect("words").contains("consent"), "{}", shown["mails"]);
    }

    async fn a_summary_is_written_without_who_has_not_consented(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.treated_for(&case.doctor, "Lund").await;
        consent(t, &id(&case.referral["patient"]), "", "").await;
        let month = t.done("/api/v1/reports", json!({ "kind": "monthly_summary", "provider": case.doctor, "month": "2026-03" })).await;
        let summary = t.read(&format!("/api/v1/reports/{}", id(&month))).await;
        let text = summary["message"]["text"].as_str().expect("a text");
        assert!(text.contains("Lund") && !text.contains("Quist"), "{text}");
        assert!(summary["safety"].to_string().contains("1 patient is left out"), "{}", summary["safety"]);
    }
}
