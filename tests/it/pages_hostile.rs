//! Markup that somebody typed, on the pages that show it: the text as it was typed, and never a tag of theirs.

use crate::support::browser::Page;
use crate::support::chain::{id, slip};
use crate::support::letters::DOCTOR;
use serde_json::json;
use tributary::auth::role::Role;

const PATIENT: &str = "<script>alert(\"patient\")</script>";
const COMPLAINT: &str = "\"><img src=x onerror=alert(\"complaint\")>";
const SAID: &str = "</textarea><svg onload=alert('said')>";
const PLAN: &str = "<mj-raw>plan</mj-raw><b onclick='x'>";
const MEASURE: &str = "<i onmouseover=alert(\"measure\")>";
const DOCTORS_NAME: &str = "<iframe src=//evil.example>Raman</iframe>";
const PAYER: &str = "' autofocus onfocus='alert(\"payer\")";
const WORDING: &str = "<a href=\"javascript:alert(1)\">wording</a>";

const ALL: [&str; 8] = [PATIENT, COMPLAINT, SAID, PLAN, MEASURE, DOCTORS_NAME, PAYER, WORDING];

/// Tags and attributes of theirs.
const THEIRS: &str = "[onerror], [onload], [onclick], [onmouseover], [onfocus], [href^='javascript:'], iframe[src*='evil'], mj-raw";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// None of it stands on a page as markup, and what the page is there to show stands on it as text.
fn is_text_on(page: &Page, shown: &[&str]) {
    assert!(page.status.is_success(), "{}: {}", page.path, page.status);
    // A complaint is written small in a head.
    let html = page.html.to_lowercase();
    for typed in ALL {
        assert!(!html.contains(&typed.to_lowercase()), "{}: {typed} stands there as it was typed", page.path);
    }
    for typed in shown {
        assert!(html.contains(&escaped(typed).to_lowercase()), "{}: {typed} does not stand there as text", page.path);
    }
    assert!(!page.has(THEIRS) && !page.all("script").iter().any(|s| s.contains("alert")), "{}", page.path);
}

crate::both_databases! {
    async fn markup_in_names_notes_measures_and_wordings_stands_on_each_page_as_text(t: &TestApp) {
        t.at("2026-03-16");
        t.fees().await;
        let doctor = t.reachable_doctor(DOCTORS_NAME, DOCTOR).await;
        let payer = t.payer(PAYER).await;
        let mut new = slip(&doctor, &payer, PATIENT, "2026-03-16");
        new["complaint"] = json!(COMPLAINT);
        let referral = t.done("/api/v1/referrals", new).await;
        let visit = t.attended(&referral, "2026-03-16").await;
        let note = json!({
            "subjective": SAID, "plan": PLAN,
            "measures": [{ "instrument": "lower_better", "label": MEASURE, "value": 3 }],
            "services": [{ "code": "97140", "minutes": 53, "area": "Neck" }]
        });
        t.signed(&visit, note).await;
        let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
        let composer = format!("/reports/{}", id(&report));
        t.changed(&format!("/api/v1{composer}"), json!({ "treatment": WORDING })).await;
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        let pages = [
            ("/".to_string(), vec![]),
            ("/patients".to_string(), vec![PATIENT]),
            ("/referrals".to_string(), vec![PATIENT, DOCTORS_NAME]),
            ("/providers".to_string(), vec![DOCTORS_NAME]),
            ("/reports".to_string(), vec![PATIENT, DOCTORS_NAME]),
            (format!("/patients/{patient}"), vec![PATIENT, COMPLAINT, DOCTORS_NAME, PAYER]),
            (format!("/referrals/{}", id(&referral)), vec![PATIENT, COMPLAINT, DOCTORS_NAME, PAYER]),
            (format!("/providers/{doctor}"), vec![DOCTORS_NAME]),
            (format!("/visits/{}/note", id(&visit)), vec![PATIENT, COMPLAINT, SAID, PLAN, MEASURE]),
            (composer.clone(), vec![PATIENT, DOCTORS_NAME, PLAN, WORDING]),
            (format!("{composer}?as=text"), vec![PATIENT, DOCTORS_NAME]),
            (format!("{composer}/message.html"), vec![PATIENT, DOCTORS_NAME, PLAN, MEASURE, WORDING]),
        ];
        let mut browser = t.signed_in(Role::Owner).await;
        for (path, shown) in &pages {
            is_text_on(&browser.open(path).await, shown);
        }
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        let mail = format!("/mails/{}", id(&t.read("/api/v1/mails").await["items"][0]));
        for (path, shown) in [("/mails", vec![DOCTORS_NAME]), (mail.as_str(), vec![PATIENT, DOCTORS_NAME])] {
            is_text_on(&browser.open(path).await, &shown);
        }
        is_text_on(&browser.open(&format!("{mail}/message.html")).await, &[PATIENT, DOCTORS_NAME, PLAN, MEASURE, WORDING]);
    }
}
