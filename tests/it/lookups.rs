//! Names that are looked up while they are typed: the JSON behind the fields.

use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

fn labels(answer: &str) -> Vec<String> {
    let found: Vec<Value> = serde_json::from_str(answer).unwrap_or_else(|e| panic!("{e}: {answer}"));
    found.iter().map(|f| f["label"].as_str().expect("a label").to_string()).collect()
}

crate::both_databases! {
    async fn a_provider_and_an_office_are_found_while_they_are_typed(t: &TestApp) {
        let lee = json!({ "first_name": "Ann", "last_name": "Leeland", "credentials": ["MD"], "organization_name": "Ridgeline Orthopedics" });
        let lee = id(&t.done("/api/v1/providers", lee).await);
        t.done("/api/v1/providers", json!({ "first_name": "Leeza", "last_name": "Abbott" })).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/providers/find?q=lee").await;
        assert_eq!(labels(&page.html), ["Dr. Ann Leeland", "Leeza Abbott"]);
        assert!(page.html.contains(&lee) && page.html.contains("Ridgeline Orthopedics"));
        for q in ["Dr.+Ann+Leeland", "ann+leel", "ridgeline+ann"] {
            assert_eq!(labels(&browser.open(&format!("/providers/find?q={q}")).await.html), ["Dr. Ann Leeland"], "{q}");
        }
        assert_eq!(labels(&browser.open("/organizations/find?q=ridge").await.html), ["Ridgeline Orthopedics"]);
        assert_eq!(labels(&browser.open("/providers/find?q=").await.html), [""; 0]);
    }

    async fn a_patient_is_found_only_by_those_who_may_see_them(t: &TestApp) {
        let dana = json!({ "first_name": "Dana", "last_name": "Whitfield", "born_on": "1971-03-08", "phone": "206 555 0117" });
        t.done("/api/v1/patients", dana).await;
        t.post(Role::Therapist, "/api/v1/patients", json!({ "first_name": "Dan", "last_name": "Whitlock" })).await;
        for (role, found) in [(Role::FrontDesk, vec!["Dana Whitfield", "Dan Whitlock"]), (Role::Therapist, vec!["Dan Whitlock"])] {
            let page = t.signed_in(role).await.open("/patients/find?q=whit").await;
            assert_eq!(labels(&page.html), found, "{role}");
        }
        let page = t.signed_in(Role::Biller).await.open("/patients/find?q=(206)+555-0117").await;
        assert!(page.html.contains("born March 8, 1971, (206) 555-0117"), "{}", page.html);
        let marketer = t.signed_in(Role::Marketer).await.open("/patients/find?q=whit").await;
        assert_eq!(marketer.status, 404);
        assert!(!marketer.html.contains("Whitfield"));
    }
}
