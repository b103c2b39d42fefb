//! Providers, organizations, activities.

use crate::support::chain::id;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::json;
use tributary::auth::role::Role;
use tributary::entity::{organization, patient, provider};

fn uuid(id: &str) -> uuid::Uuid {
    id.parse().expect("an id")
}

crate::both_databases! {
    async fn an_organizations_npi_on_a_person_is_refused_and_nothing_is_written(t: &TestApp) {
        t.done("/api/v1/organizations", json!({ "name": "Harbor Spine", "npi": "2003000132" })).await;
        let answer = t.post(Role::Owner, "/api/v1/providers", json!({ "last_name": "Feld", "npi": "2003000132" })).await;
        assert_eq!(answer.status, 422);
        assert!(answer.field("/npi").contains("Harbor Spine"));
        assert_eq!(t.read("/api/v1/providers").await["items"], json!([]));
    }

    /// Merging comes later; whoever reads follows it already.
    async fn a_merged_provider_office_and_patient_lead_to_the_one_they_became(t: &TestApp) {
        t.fees().await;
        let (old, new) = (t.doctor("Priya", "Raman").await, t.doctor("Priya", "Raman-Hale").await);
        let payer = t.payer("Cascade Health").await;
        let referrals = [t.referral(&old, &payer, "Marsh", "2026-02-27").await, t.referral(&new, &payer, "Quist", "2026-02-27").await];
        let [first, second] = referrals.each_ref().map(|r| r["patient"]["id"].as_str().expect("a patient").to_string());
        let [north, south] = ["North Spine", "South Spine"].map(|name| async move { id(&t.done("/api/v1/organizations", json!({ "name": name })).await) });
        let (north, south) = (north.await, south.await);
        let db = &t.app.db;
        let row = async |id: &str| provider::Entity::find().filter(provider::Column::PublicId.eq(uuid(id))).one(db).await.expect("asked").expect("a row");
        let (a, b) = (row(&old).await, row(&new).await);
        provider::ActiveModel { merged_into_id: Set(Some(b.id)), ..a.into_active_model() }.update(db).await.expect("merged");
        let row = async |id: &str| organization::Entity::find().filter(organization::Column::PublicId.eq(uuid(id))).one(db).await.expect("asked").expect("a row");
        let (a, b) = (row(&north).await, row(&south).await);
        organization::ActiveModel { merged_into_id: Set(Some(b.id)), ..a.into_active_model() }.update(db).await.expect("merged");
        let row = async |id: &str| patient::Entity::find().filter(patient::Column::PublicId.eq(uuid(id))).one(db).await.expect("asked").expect("a row");
        let (a, b) = (row(&first).await, row(&second).await);
        patient::ActiveModel { merged_into_id: Set(Some(b.id)), ..a.into_active_model() }.update(db).await.expect("merged");

        for (things, was, is) in [("providers", &old, &new), ("organizations", &north, &south), ("patients", &first, &second)] {
            assert_eq!(t.read(&format!("/api/v1/{things}/{was}")).await["id"], json!(is), "{things}");
            let listed = t.read(&format!("/api/v1/{things}")).await;
            assert!(listed["items"].as_array().expect("a list").iter().all(|row| row["id"] != json!(was)), "{things}: {listed}");
        }
        let later = t.referral(&old, &payer, "Brandt", "2026-02-28").await;
        assert_eq!(later["provider"]["id"], json!(new), "{later}");
        let sources = t.read("/api/v1/sources").await;
        let rows: Vec<_> = sources["rows"].as_array().expect("rows").iter().filter(|r| r["referrals"] != 0).map(|r| (&r["source_id"], &r["referrals"])).collect();
        assert_eq!(rows, [(&json!(new), &json!(3))], "one row, with what came under both names");
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
