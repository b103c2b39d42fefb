//! Every number of a report leads to the signed note that it was measured in.

use crate::support::TestApp;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// What is told, and which visit each value leads to.
fn told(report: &Value) -> Vec<(String, Vec<(String, String)>)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
    let values = |o: &Value| o["values"].as_array().expect("values").iter().map(|v| (text(&v["value"]), text(&v["visit_id"]))).collect();
    report["origins"].as_array().expect("origins").iter().map(|o| (text(&o["what"]), values(o))).collect()
}

/// The visits of a referral, first to last.
async fn visits(t: &TestApp, referral: &Value) -> Vec<String> {
    let all = t.read(&format!("/api/v1/visits?referral={}", id(referral))).await;
    let mut all: Vec<(String, String)> =
        all["items"].as_array().expect("visits").iter().map(|v| (v["visit_on"].as_str().expect("a day").into(), id(v))).collect();
    all.sort();
    all.into_iter().map(|(_, id)| id).collect()
}

crate::both_databases! {
    async fn each_number_of_a_report_and_of_a_summary_leads_to_the_note_that_it_was_measured_in(t: &TestApp) {
        let case = t.treated("Quist").await;
        let visits = visits(t, &case.referral).await;
        let to = |values: &[&str]| values.iter().zip(&visits).map(|(v, visit)| (v.to_string(), visit.clone())).collect::<Vec<_>>();
        let report = t.drafted(&case).await;
        let pain = ("Pain, 0 to 10".to_string(), to(&["7", "5", "3"]));
        let headaches = ("Headache days a week".to_string(), to(&["3", "3", "4"]));
        assert_eq!(told(&t.read(&format!("/api/v1/reports/{}", id(&report))).await), [pain.clone(), headaches]);
        let month = t.done("/api/v1/reports", json!({ "kind": "monthly_summary", "provider": case.doctor, "month": "2026-03" })).await;
        let summary = t.read(&format!("/api/v1/reports/{}", id(&month))).await;
        assert_eq!(told(&summary), [("Nora Quist: Pain, 0 to 10".to_string(), pain.1)]);
        // On the page each is a link, for who reads notes; who only releases reads the numbers.
        let page = t.signed_in(Role::Owner).await.open(&format!("/reports/{}", id(&report))).await;
        for visit in &visits {
            assert!(page.html.contains(&format!("<a href=\"/visits/{visit}/note\">")), "{visit}");
        }
    }
}
