//! Private notes: read by their author and by nobody and nothing else.

use crate::support::TestApp;
use crate::support::chain::id;
use poem::http::Method;
use serde_json::{Value, json};
use tributary::auth::role::Role;

const SECRET: &str = "Afraid of the deposition, heron-17.";

/// A patient that Jo Okafor treats, with a signed note, and Jo's private note about them.
async fn cast(t: &TestApp) -> (Value, String, String) {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
    let jo = t.therapist("Okafor").await;
    let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "state": "attended", "therapist": jo["id"] });
    let visit = t.done("/api/v1/visits", new).await;
    let note = json!({ "visit": id(&visit), "subjective": "Looser.", "plan": "Weekly.", "services": [{ "code": "97140", "minutes": 60 }] });
    let draft = t.post(Role::Therapist, "/api/v1/notes", note).await.json();
    t.post(Role::Therapist, &format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
    let patient = referral["patient"]["id"].as_str().expect("a patient").to_string();
    let made = t.post(Role::Therapist, &format!("/api/v1/patients/{patient}/private-notes"), json!({ "words": SECRET })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    (referral, patient, id(&made.json()))
}

crate::both_databases! {
    async fn a_private_note_is_read_by_its_author_only_not_even_by_the_owner(t: &TestApp) {
        let (_, patient, note) = cast(t).await;
        let mine = t.get(Role::Therapist, &format!("/api/v1/private-notes/{note}")).await;
        assert_eq!(mine.json()["words"], SECRET);
        for role in [Role::Owner, Role::FrontDesk, Role::Biller, Role::Marketer, Role::ReadOnly] {
            let one = t.get(role, &format!("/api/v1/private-notes/{note}")).await;
            assert_eq!((one.status.as_u16(), one.text().contains("heron")), (404, false), "{role}");
            let all = t.get(role, &format!("/api/v1/patients/{patient}/private-notes")).await;
            assert!(!all.text().contains("heron"), "{role}");
            let change = t.patch(role, &format!("/api/v1/private-notes/{note}"), json!({ "words": "x", "version": 1 })).await;
            let remove = t.post(role, &format!("/api/v1/private-notes/{note}/remove"), json!({})).await;
            assert_eq!((change.status.as_u16(), remove.status.as_u16()), (404, 404), "{role}");
        }
        assert_eq!(t.read(&format!("/api/v1/patients/{patient}/private-notes")).await["notes"], json!([]), "the owner has none of their own");
        // Nor does the operator of the machine, who acts with the owner's rights and is nobody's hand.
        let operator = tributary::app::Actor::operator();
        assert!(tributary::care::private::show(&t.app, &operator, &note).await.is_err());
    }

    async fn nothing_that_leaves_or_is_shown_elsewhere_holds_a_private_note(t: &TestApp) {
        let (referral, patient, _) = cast(t).await;
        let report = t.done("/api/v1/reports", json!({ "kind": "progress", "referral": id(&referral) })).await;
        let number = referral["number"].as_str().expect("a number");
        for path in [
            format!("/api/v1/reports/{}", id(&report)),
            format!("/api/v1/patients/{patient}"),
            format!("/api/v1/notes?patient={patient}"),
            format!("/api/v1/referrals/{number}"),
            "/api/v1/claims".into(),
            "/api/v1/search?q=heron".into(),
            format!("/api/v1/audit?patient={patient}"),
        ] {
            let answer = t.get(Role::Owner, &path).await;
            assert!(answer.status.is_success() && !answer.text().contains("heron"), "{path}: {}", answer.text());
        }
        let mut owner = t.signed_in(Role::Owner).await;
        for path in [format!("/patients/{patient}"), format!("/referrals/{}", id(&referral)), format!("/reports/{}", id(&report)), "/settings/audit".into()] {
            let page = owner.open(&path).await;
            assert!(page.status.is_success() && !page.html.contains("heron"), "{path}");
        }
    }

    async fn a_private_note_that_a_program_sends_twice_is_one_and_stands_in_its_own_table_alone(t: &TestApp) {
        let (_, patient, _) = cast(t).await;
        let bearer = format!("Bearer {}", t.token(Role::Therapist).await);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "private-1")];
        let path = format!("/api/v1/patients/{patient}/private-notes");
        let body = json!({ "words": "Second, heron-18." }).to_string();
        let first = t.raw(Method::POST, &path, &headers, &body).await;
        let second = t.raw(Method::POST, &path, &headers, &body).await;
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201), "{}", second.text());
        assert_eq!(id(&first.json()), id(&second.json()));
        assert_eq!(t.count("select count(*) from private_note").await, 2);
        assert_eq!(t.count("select count(*) from once_key where answer like '%heron%'").await, 0, "no answer is kept that holds its words");
    }

    async fn each_reading_of_a_private_note_leaves_a_trace_without_its_words(t: &TestApp) {
        let (_, patient, note) = cast(t).await;
        let reads = "select count(*) from audit where action = 'read' and thing_kind = 'private_note'";
        let before = t.count(reads).await;
        t.get(Role::Therapist, &format!("/api/v1/private-notes/{note}")).await;
        t.get(Role::Therapist, &format!("/api/v1/patients/{patient}/private-notes")).await;
        t.signed_in(Role::Therapist).await.open(&format!("/patients/{patient}/private-notes")).await;
        assert_eq!(t.count(reads).await, before + 3);
        t.get(Role::Owner, &format!("/api/v1/private-notes/{note}")).await;
        assert_eq!(t.count(reads).await, before + 3, "what was not read was not read");
        let named = "select count(*) from audit a join patient p on p.id = a.patient_id where a.thing_kind = 'private_note' and a.actor_name like 'Jo %' and p.last_name = 'Marsh'";
        assert!(t.count(named).await >= 4);
    }

    async fn a_private_note_is_written_changed_and_taken_away_on_its_pages(t: &TestApp) {
        let (_, patient, _) = cast(t).await;
        let path = format!("/patients/{patient}/private-notes");
        let mut jo = t.signed_in(Role::Therapist).await;
        let page = jo.open(&path).await;
        assert!(page.words().contains(SECRET) && page.words().contains("Only you can read them"), "{}", page.words());
        let empty = jo.submit(&page, &path, &[]).await;
        assert_eq!((empty.status.as_u16(), empty.all("#f-words-e")), (422, vec!["Write something, or leave the page".to_string()]));
        let kept = jo.submit(&empty, &path, &[("words", "Second thought.")]).await;
        assert_eq!(kept.all("article .said"), ["Second thought.", SECRET], "{}", kept.words());
        let link = kept.links("/private-notes/").remove(0);
        let one = jo.open(&link).await;
        let saved = jo.submit(&one, &link, &[("words", "Third thought.")]).await;
        assert!(saved.words().contains("Third thought.") && !saved.words().contains("Second thought."), "{}", saved.words());
        let stale = jo.submit(&one, &link, &[("words", "From another tab."), ("_once", "another-key")]).await;
        assert!(stale.status == 409 && stale.words().contains("Third thought."), "{}", stale.words());
        let one = jo.open(&link).await;
        let gone = jo.submit(&one, &format!("{link}/remove"), &[]).await;
        assert!(gone.words().contains("Taken away") && !gone.words().contains("Third thought."), "{}", gone.words());
        let back = jo.submit(&gone, &format!("{link}/put-back"), &[]).await;
        assert!(back.words().contains("Third thought."), "{}", back.words());
        assert_eq!(t.signed_in(Role::Owner).await.open(&link).await.status, 404);
    }
}
