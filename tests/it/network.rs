//! Providers, organizations, activities.

use crate::support::chain::id;
use serde_json::json;
use tributary::auth::role::Role;

crate::both_databases! {
    async fn an_organizations_npi_on_a_person_is_refused_and_nothing_is_written(t: &TestApp) {
        t.done("/api/v1/organizations", json!({ "name": "Harbor Spine", "npi": "2003000132" })).await;
        let answer = t.post(Role::Owner, "/api/v1/providers", json!({ "last_name": "Feld", "npi": "2003000132" })).await;
        assert_eq!(answer.status, 422);
        assert!(answer.field("/npi").contains("Harbor Spine"));
        assert_eq!(t.read("/api/v1/providers").await["items"], json!([]));
    }

    async fn a_provider_is_found_by_part_of_a_name_npi_phone_in_any_format_and_email(t: &TestApp) {
        let new = json!({
            "first_name": "Priya", "last_name": "Raman", "npi": "2003000124",
            "phones": [{ "number": "206.555.0117" }], "emails": [{ "address": "Front@Raman.example" }]
        });
        let raman = id(&t.done("/api/v1/providers", new).await);
        t.done("/api/v1/providers", json!({ "last_name": "Feld" })).await;
        for q in ["ram", "priya ram", "2003000124", "(206)%20555-0117", "%2B1 206 555 0117", "front@raman.example"] {
            let found = t.read(&format!("/api/v1/providers?q={}", q.replace(' ', "%20"))).await;
            assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{q}");
            assert_eq!(found["items"][0]["id"], raman.as_str());
        }
    }
}
