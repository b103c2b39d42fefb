//! What stands in a note: scored questionnaires, what is carried on from the note before, and the body chart.

use crate::support::TestApp;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A referral of the owner's patient with so many attended visits of one day, in the order of the clock.
pub async fn visits(t: &TestApp, count: usize) -> Vec<String> {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
    let mut found = Vec::new();
    for n in 0..count {
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "starts_at": format!("{}:00", 9 + n), "state": "attended" });
        found.push(id(&t.done("/api/v1/visits", new).await));
    }
    found
}

fn note(visit: &str) -> Value {
    json!({
        "visit": visit, "subjective": "Neck feels looser.", "objective": "Right side guarded.", "plan": "Chin tucks, twice a day.",
        "services": [{ "code": "97140", "minutes": 60 }]
    })
}

fn with(visit: &str, name: &str, value: Value) -> Value {
    let mut new = note(visit);
    new[name] = value;
    new
}

/// A first note, signed, and the visit after it.
async fn signed_and_next(t: &TestApp, more: &[(&str, Value)]) -> (Value, String) {
    let visits = visits(t, 2).await;
    let mut new = note(&visits[0]);
    for (name, value) in more {
        new[*name] = value.clone();
    }
    let draft = t.done("/api/v1/notes", new).await;
    let signed = t.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
    (signed, visits[1].clone())
}

crate::both_databases! {
    async fn the_answers_of_a_questionnaire_are_kept_and_the_score_is_computed_by_us(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let neck = json!({ "instrument": "ndi", "items": ["2", "2", "2", "2", "2", "2", "2", "", "2", "2"] });
        let arm = json!({ "instrument": "dash", "items": vec!["3"; 30] });
        let leg = json!({ "instrument": "lefs", "value": 52 });
        let head = json!({ "instrument": "hit6", "items": [10, 10, 10, 10, 8, 8] });
        let saved = t.done("/api/v1/notes", with(&visit, "measures", json!([neck, arm, leg, head]))).await;
        let shown = |n: usize| (saved["measures"][n]["shown"].as_str().unwrap_or_default(), saved["measures"][n]["answered"].as_i64());
        assert_eq!([shown(0), shown(1), shown(2), shown(3)], [("40%", Some(9)), ("50.0", Some(30)), ("52", None), ("56", Some(6))]);
        assert_eq!(saved["measures"][0]["items"], json!(["2", "2", "2", "2", "2", "2", "2", "", "2", "2"]));
        let said = (&saved["measures"][0]["omitted"], &saved["measures"][0]["band"], &saved["measures"][3]["band"]);
        assert_eq!(said, (&json!("9 of 10 items answered"), &json!("moderate disability"), &json!("substantial impact")));
        // Going on with the note changes nothing about them.
        let patch = json!({ "plan": "Twice a week.", "version": saved["version"] });
        let after = t.changed(&format!("/api/v1/notes/{}", id(&saved)), patch).await;
        assert_eq!(after["measures"], saved["measures"]);
        let table = t.read("/api/v1/instruments").await["items"].clone();
        let dash = table.as_array().expect("a table").iter().find(|s| s["instrument"] == "dash").expect("a row").clone();
        assert_eq!((&dash["change"]["source"], &dash["items"]["needed"]), (&json!("Franchignoni 2014"), &json!(27)));
    }

    async fn an_answer_off_its_scale_and_a_number_that_contradicts_the_answers_are_refused(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let ten = |first: &'static str| { let mut items = vec!["2"; 10]; items[0] = first; items };
        for (measure, pointer, words) in [
            (json!({ "instrument": "ndi", "items": ten("6") }), "/measures/0/items/0", "NDI Pain: answer 0 to 5"),
            (json!({ "instrument": "hit6", "items": [10, 10, 10, 10, 10, 7] }), "/measures/0/items/5", "HIT-6 6: answer 6, 8, 10, 11 or 13"),
            (json!({ "instrument": "dash", "items": vec!["1"; 26] }), "/measures/0/answered", "26 of 30 items answered: not scoreable. At least 27 are needed"),
            (json!({ "instrument": "lefs", "items": vec!["4"; 19] }), "/measures/0/answered", "19 of 20 items answered: not scoreable. All 20 are needed"),
            (json!({ "instrument": "odi", "items": vec!["1"; 11] }), "/measures/0/items", "ODI has 10 items, each 0 to 5"),
            (json!({ "instrument": "ndi", "items": ten("2"), "value": 18 }), "/measures/0/value", "The answers come to 20. Leave the number empty, or take the answers out"),
            (json!({ "instrument": "hit6", "value": 35 }), "/measures/0/value", "Enter a whole number from 36 to 78"),
            (json!({ "instrument": "lefs", "value": "80.5" }), "/measures/0/value", "Enter a whole number from 0 to 80"),
        ] {
            let answer = t.post(Role::Owner, "/api/v1/notes", with(&visit, "measures", json!([measure]))).await;
            assert_eq!((answer.status.as_u16(), answer.field(pointer).as_str()), (422, words), "{measure}: {}", answer.text());
        }
        assert_eq!(t.count("select count(*) from measure").await, 0);
    }

    async fn a_part_is_copied_from_the_last_signed_note_and_stays_marked_until_it_is_changed_or_confirmed(t: &TestApp) {
        let (_, next) = signed_and_next(t, &[("body", json!([{ "region": "shoulder_top_right", "word": "tight" }]))]).await;
        let new = json!({ "visit": next, "assessment": "Better.", "copy": ["plan", "objective", "body"], "services": [{ "code": "97140", "minutes": 30 }] });
        let draft = t.done("/api/v1/notes", new).await;
        assert_eq!((draft["plan"].as_str(), draft["objective"].as_str()), (Some("Chin tucks, twice a day."), Some("Right side guarded.")));
        assert_eq!(draft["body"], json!([{ "region": "shoulder_top_right", "name": "Top of the shoulder, right", "word": "tight" }]));
        let copied = |note: &Value| -> Vec<(String, bool)> {
            let all = note["copied"].as_array().expect("copies");
            all.iter().map(|c| (c["part"].as_str().unwrap_or_default().to_string(), c["confirmed"] == true)).collect()
        };
        assert_eq!(copied(&draft), [("objective".into(), false), ("body".into(), false), ("plan".into(), false)]);
        assert_eq!(draft["copied"][0]["from_on"], "2026-03-02");
        // Untouched copies are named when the note is to be signed.
        let path = format!("/api/v1/notes/{}", id(&draft));
        let refused = t.post(Role::Owner, &format!("{path}/sign"), json!({})).await;
        assert_eq!(refused.status, 422);
        assert!(refused.field("/plan").starts_with("Home care and plan is copied from Mar 2 and was not touched"), "{}", refused.text());
        assert!(!refused.field("/objective").is_empty() && !refused.field("/body").is_empty(), "{}", refused.text());
        // One is changed, two are read again: nothing holds the signature up, and it stays known what was carried on.
        let patch = json!({ "objective": "Both sides free.", "confirmed": ["plan", "body"], "version": draft["version"] });
        let ready = t.changed(&path, patch).await;
        assert_eq!(copied(&ready), [("body".into(), true), ("plan".into(), true)]);
        let signed = t.done(&format!("{path}/sign"), json!({})).await;
        assert_eq!(copied(&signed), [("body".into(), true), ("plan".into(), true)]);
        assert_eq!(t.count("select count(*) from audit where action = 'copied_from'").await, 1);
    }

    async fn what_was_written_stays_before_what_is_copied_and_drafts_are_no_source(t: &TestApp) {
        let (_, next) = signed_and_next(t, &[]).await;
        let draft = t.done("/api/v1/notes", json!({ "visit": next, "plan": "Ice today.", "copy": "plan" })).await;
        assert_eq!(draft["plan"], "Ice today.\n\nChin tucks, twice a day.");
        let other = visits_of_another(t).await;
        let refused = t.post(Role::Owner, "/api/v1/notes", json!({ "visit": other, "copy": ["plan"] })).await;
        assert_eq!(refused.field("/copy"), "There is no signed note before this one to copy from");
        let unknown = t.post(Role::Owner, "/api/v1/notes", json!({ "visit": other, "copy": ["goals"] })).await;
        assert_eq!(unknown.status, 422, "{}", unknown.text());
    }

    async fn the_body_chart_keeps_regions_with_a_word_and_refuses_what_is_none(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let marks = json!([{ "region": "low_back_left" }, { "region": "" }, { "region": "jaw_right", "word": "clicks" }]);
        let saved = t.done("/api/v1/notes", with(&visit, "body", marks)).await;
        let names: Vec<&str> = saved["body"].as_array().expect("marks").iter().filter_map(|m| m["name"].as_str()).collect();
        assert_eq!(names, ["Jaw, right", "Low back, left"], "in the order of the chart");
        let path = format!("/api/v1/notes/{}", id(&saved));
        let refused = t.patch(Role::Owner, &path, json!({ "body": [{ "region": "tail" }], "version": saved["version"] })).await;
        assert_eq!(refused.field("/body/0/region"), "\"tail\" is no region of the body chart");
        t.done(&format!("{path}/sign"), json!({})).await;
        assert!(t.by_sql("update note set body = null").await.expect_err("refused").contains("kept for ever"));
    }

    async fn numbers_that_were_changed_in_another_tab_are_not_saved_over_unseen(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let pain = |value: i64| json!([{ "instrument": "nprs", "label": "now", "value": value }]);
        let first = t.done("/api/v1/notes", with(&visit, "measures", pain(4))).await;
        let path = format!("/api/v1/notes/{}", id(&first));
        let one = t.patch(Role::Owner, &path, json!({ "measures": pain(5), "version": first["version"] })).await;
        assert_eq!(one.status, 200, "{}", one.text());
        let two = t.patch(Role::Owner, &path, json!({ "measures": pain(6), "version": first["version"] })).await;
        assert_eq!((two.status.as_u16(), two.json()["current"]["measures"][0]["shown"].as_str()), (409, Some("5")), "{}", two.text());
    }
}

/// A visit of another patient, without any note before it.
async fn visits_of_another(t: &TestApp) -> String {
    let doctor = t.doctor("Marcus", "Feld").await;
    let payer = t.payer("Summit Mutual").await;
    let referral = t.referral(&doctor, &payer, "Reed", "2026-02-20").await;
    id(&t.attended(&referral, "2026-03-02").await)
}
