//! Where it was done, if not at the practice's own address: it stands on the visit, in item 32 of the form and in loop 2310C of the file.

use crate::support::TestApp;
use crate::support::chain::{Cast, id, with};
use crate::support::partners::{clearinghouse, may_send};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A room in a clinic.
pub fn annex(name: &str) -> Value {
    json!({ "name": name, "street": "7 Elm Court", "city": "Seattle", "state": "WA", "zip": "98107-2345" })
}

async fn treated_at(t: &TestApp, cast: &Cast, on: &str, place: Value) -> Value {
    let new = json!({ "referral": id(&cast.referral), "visit_on": on, "starts_at": "10:00", "state": "attended" });
    let visit = t.done("/api/v1/visits", with(new, place)).await;
    t.signed_note(&visit).await;
    t.claim_of(&visit).await
}

/// The 837P of one claim, and the words of its form.
async fn leaves(t: &TestApp, claim: &Value) -> (String, Option<String>) {
    t.done(&format!("/api/v1/claims/{}/ready", id(claim)), json!({})).await;
    let answer = t.done("/api/v1/claims/batches", json!({ "ids": [id(claim)] })).await;
    assert_eq!(answer["left"], json!([]), "{answer}");
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let path = format!("/api/v1/claims/batches/{}/file", id(&answer["batches"][0]));
    let file = t.raw(Method::GET, &path, &[("authorization", bearer.as_str())], "").await.text();
    if let Some(validator) = crate::pyx12::validator() {
        let beside = t.folder.path().join("place.837");
        std::fs::write(&beside, &file).expect("written");
        crate::pyx12::verdict(&validator, &beside).expect("accepted");
    }
    let form = t.post(Role::Owner, "/api/v1/claims/cms1500", json!({ "ids": [claim["number"]] })).await;
    assert_eq!(form.status, 200, "{}", form.text());
    (file, crate::letters::text_of(&form.body))
}

crate::both_databases! {
    async fn a_claim_names_the_place_of_its_visit_in_item_32_and_loop_2310c_and_no_place_where_it_is_the_practices_own(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        may_send(t, &cast.payer).await;
        clearinghouse(t, "Office Ally", json!({})).await;
        let room = t.done("/api/v1/locations", with(annex("Ballard Room"), json!({ "npi": "2000000044" }))).await;
        let there = treated_at(t, &cast, "2026-03-02", json!({ "location": id(&room) })).await;
        let here = treated_at(t, &cast, "2026-03-09", json!({})).await;
        let home = treated_at(t, &cast, "2026-03-16", json!({ "location": id(&room), "place_of_service": "12" })).await;
        let shown = t.signed_in(Role::Biller).await.open(&format!("/claims/{}", id(&there))).await;
        assert!(shown.words().contains("Ballard Room, 7 Elm Court, Seattle, WA 98107-2345"), "{}", shown.words());
        let (file, form) = leaves(t, &there).await;
        assert!(file.contains("NM1*77*2*BALLARD ROOM*****XX*2000000044~N3*7 ELM COURT~N4*SEATTLE*WA*981072345~"), "{file}");
        if let Some(form) = form {
            assert!(form.contains("BALLARD ROOM") && form.contains("7 ELM C") && form.contains("2000000044"), "{form}");
        }
        let (file, form) = leaves(t, &here).await;
        assert!(!file.contains("NM1*77"), "the same as who bills: {file}");
        if let Some(form) = form {
            assert!(!form.contains("BALLARD"), "{form}");
        }
        let (file, form) = leaves(t, &home).await;
        assert!(file.contains("***12:B:1*") && !file.contains("NM1*77"), "at home there is no place of ours: {file}");
        if let Some(form) = form {
            assert!(!form.contains("BALLARD"), "{form}");
        }
    }

    async fn a_place_that_moves_is_on_the_drafts_that_name_it_and_a_closed_one_is_booked_no_more(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let room = t.done("/api/v1/locations", annex("Ballard Room")).await;
        let visit = t.done("/api/v1/visits", json!({ "referral": id(&cast.referral), "visit_on": "2026-03-30", "location": id(&room) })).await;
        assert_eq!((&visit["location"], &visit["location_id"]), (&json!("Ballard Room"), &room["id"]));
        let claim = treated_at(t, &cast, "2026-03-02", json!({ "location": id(&room) })).await;
        let at = format!("/api/v1/locations/{}", id(&room));
        let moved = t.patch(Role::Owner, &at, json!({ "street": "9 Oak Row", "version": room["version"] })).await;
        assert_eq!(moved.status, 200, "{}", moved.text());
        let page = t.signed_in(Role::Owner).await.open(&format!("/claims/{}", id(&claim))).await;
        assert!(page.words().contains("9 Oak Row"), "{}", page.words());
        assert_eq!(t.patch(Role::Owner, &at, json!({ "street": "10 Oak Row", "version": room["version"] })).await.status, 409, "somebody was faster");
        let closed = t.patch(Role::Owner, &at, json!({ "closed_on": "2026-03-20", "version": moved.json()["version"] })).await;
        assert_eq!(closed.status, 200, "{}", closed.text());
        let refused = t.post(Role::Owner, "/api/v1/visits", json!({ "referral": id(&cast.referral), "visit_on": "2026-03-30", "location": id(&room) })).await;
        assert!(refused.status == 422 && refused.text().contains("Ballard Room is closed since March 20, 2026"), "{}", refused.text());
        let stays = t.patch(Role::Owner, &format!("/api/v1/visits/{}", id(&visit)), json!({ "starts_at": "9:00", "version": visit["version"] })).await;
        assert_eq!((stays.status, &stays.json()["location"]), (StatusCode::OK, &json!("Ballard Room")), "a visit that was booked there stays");
    }

    async fn places_are_entered_and_chosen_by_pages_and_what_is_missing_is_told_by_its_field(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let new = browser.open("/settings/locations/new").await;
        let typed = [("name", "Ballard Room"), ("street", "7 Elm Court"), ("city", "Seattle"), ("state", "WA"), ("zip", "98107")];
        let wrong = browser.submit(&new, "/settings/locations", &typed).await;
        assert_eq!((wrong.status.as_u16(), wrong.value("street").as_deref()), (422, Some("7 Elm Court")));
        assert!(wrong.error_at("zip").contains("all nine digits"), "{}", wrong.error_at("zip"));
        let added = browser.submit(&wrong, "/settings/locations", &[("zip", "98107 2345")]).await;
        assert!(added.words().contains("Ballard Room is added") && added.words().contains("98107-2345"), "{}", added.words());
        let booking = browser.open(&format!("/visits/new?referral={}", id(&cast.referral))).await;
        let room = t.read("/api/v1/locations").await["items"][0].clone();
        let visit = browser.submit(&booking, "/visits/new", &[("visit_on", "3/30"), ("location", &id(&room)), ("place_of_service", "10")]).await;
        assert!(visit.words().contains("Ballard Room"), "{}", visit.words());
        assert_eq!((visit.value("location"), visit.value("place_of_service").as_deref()), (Some(id(&room)), Some("10")));
        let next = browser.open(&format!("/visits/new?referral={}", id(&cast.referral))).await;
        assert_eq!(next.value("location").as_deref(), Some(id(&room).as_str()), "the next visit is where the one before was");
        let closing = json!({ "closed_on": "2026-03-31", "version": room["version"] });
        assert_eq!(t.patch(Role::Owner, &format!("/api/v1/locations/{}", id(&room)), closing).await.status, 200);
        let next = browser.open(&format!("/visits/new?referral={}", id(&cast.referral))).await;
        assert_ne!(next.value("location").as_deref(), Some(id(&room).as_str()), "not where it has closed");
        let refused = t.post(Role::Owner, "/api/v1/visits", json!({ "referral": id(&cast.referral), "visit_on": "2026-03-30", "location": id(&cast.referral) })).await;
        assert!(refused.status == 422 && refused.text().contains("There is no such place"), "{}", refused.text());
    }
}
