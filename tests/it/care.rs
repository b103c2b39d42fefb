//! Visits and notes, through the API and by raw SQL: what is counted, what is locked, who may read and sign.

use crate::support::TestApp;
use crate::support::chain::{id, sheet};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A referral of a patient of the owner's, and an attended visit today.
async fn visit(t: &TestApp) -> Value {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
    t.attended(&referral, "2026-03-02").await
}

/// A visit of Jo Okafor's, the therapist who has a user of their own.
async fn visit_of_therapist(t: &TestApp) -> Value {
    let seen = visit(t).await;
    let jo = t.therapist("Okafor").await;
    let new = json!({ "referral": seen["referral_id"], "visit_on": "2026-03-02", "state": "attended", "therapist": jo["id"] });
    t.done("/api/v1/visits", new).await
}

fn note(visit: &Value) -> Value {
    json!({
        "visit": id(visit), "subjective": "Neck feels looser.", "plan": "Go on weekly.",
        "measures": [{ "instrument": "nprs", "label": "now", "value": 4 }],
        "services": [{ "code": "97140", "minutes": 60 }]
    })
}

crate::both_databases! {
    async fn a_note_is_signed_once(t: &TestApp) {
        let visit = visit(t).await;
        let signed = t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 60 }] })).await;
        assert!(signed["signed_at"].is_string());
        let again = t.post(Role::Owner, &format!("/api/v1/notes/{}/sign", id(&signed)), json!({})).await;
        assert_eq!((again.status.as_u16(), again.json()["allowed"].clone()), (409, json!(["addendum"])));
        assert_eq!(t.read("/api/v1/claims").await["items"].as_array().map(Vec::len), Some(1));
    }

    async fn an_attended_visit_cannot_be_moved_ahead(t: &TestApp) {
        let seen = visit(t).await;
        let path = format!("/api/v1/visits/{}", id(&seen));
        let ahead = async || {
            let version = t.read(&path).await["version"].clone();
            t.patch(Role::Owner, &path, json!({ "visit_on": "2026-03-09", "version": version })).await
        };
        let refused = ahead().await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
        assert!(refused.field("/visit_on").contains("Take that back first, or book another visit"), "{}", refused.text());
        assert_eq!(t.read(&path).await["visit_on"], "2026-03-02");
        t.done(&format!("{path}/take-back"), json!({ "why": "not yet" })).await;
        assert_eq!(ahead().await.json()["visit_on"], "2026-03-09");
    }

    async fn a_count_keeps_to_the_range_and_the_change_that_it_was_given(t: &TestApp) {
        let seen = visit(t).await;
        let lefs = |value: &str| json!({ "instrument": "higher_better", "label": "LEFS", "value": value, "least": "0", "most": "80", "mdc": "9" });
        let mut new = note(&seen);
        new["measures"] = json!([lefs("95")]);
        let refused = t.post(Role::Owner, "/api/v1/notes", new.clone()).await;
        assert_eq!(refused.field("/measures/0/value"), "Enter a number from 0 to 80", "{}", refused.text());
        new["measures"] = json!([lefs("52")]);
        let draft = t.done("/api/v1/notes", new).await;
        let measure = &draft["measures"][0];
        assert_eq!((&measure["most_hundredths"], &measure["mdc_hundredths"]), (&json!(8_000), &json!(900)));
        assert_eq!(measure["scale"], "0 to 80, a change of 9 means something");
        t.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        assert!(t.by_sql("update measure set mdc_hundredths = 1").await.expect_err("refused").contains("kept for ever"));
        // The next note's form asks for it again, with its range beside and still kept to.
        let new = json!({ "referral": seen["referral_id"], "visit_on": "2026-03-02", "starts_at": "15:00", "state": "attended" });
        let next = t.done("/api/v1/visits", new).await;
        let path = format!("/visits/{}/note", id(&next));
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        let at = (0..9).find(|n| page.value(&format!("measures[{n}][label]")).as_deref() == Some("LEFS")).expect("it is asked again");
        assert!(page.words().contains("0 to 80") && page.value(&format!("measures[{at}][mdc]")).as_deref() == Some("9"), "{}", page.words());
        let wrong = browser.submit(&page, &path, &[(&format!("measures[{at}][value]"), "95"), ("plan", "Go on."), ("_then", "sign")]).await;
        assert!(wrong.status.as_u16() == 422 && wrong.words().contains("Enter a number from 0 to 80"), "{}", wrong.words());
    }

    async fn a_signed_note_and_its_minutes_are_unchangeable_through_every_door(t: &TestApp) {
        let visit = visit(t).await;
        let draft = t.done("/api/v1/notes", note(&visit)).await;
        let signed = t.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        let mut over = note(&visit);
        over["subjective"] = json!("Something else.");
        over["version"] = signed["version"].clone();
        let patch = json!({ "subjective": "Something else.", "version": signed["version"] });
        for answer in [
            t.post(Role::Owner, "/api/v1/notes", over).await,
            t.patch(Role::Owner, &format!("/api/v1/notes/{}", id(&signed)), patch).await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.json()["allowed"].clone()), (409, json!(["addendum"])));
        }
        let seen = t.read(&format!("/api/v1/visits/{}", id(&visit))).await;
        let minutes = json!({ "services": [{ "code": "97140", "minutes": 15 }], "version": seen["version"] });
        let answer = t.patch(Role::Owner, &format!("/api/v1/visits/{}", id(&visit)), minutes).await;
        assert!(answer.status == 409 && answer.text().contains("write an addendum"), "{}", answer.text());
        let back = t.post(Role::Owner, &format!("/api/v1/visits/{}/take-back", id(&visit)), json!({ "why": "mistake" })).await;
        assert!(back.status == 409 && back.text().contains("signed"), "{}", back.text());
        let now = t.read(&format!("/api/v1/notes/{}", id(&signed))).await;
        assert_eq!((now["subjective"].as_str(), now["services"][0]["minutes"].as_i64()), (Some("Neck feels looser."), Some(60)));
    }

    async fn a_signed_note_cannot_be_changed_by_raw_sql_either(t: &TestApp) {
        let visit = visit(t).await;
        let signed = t.signed(&visit, json!({ "measures": [{ "instrument": "nprs", "label": "now", "value": 4 }], "services": [{ "code": "97140", "minutes": 60 }] })).await;
        t.done(&format!("/api/v1/notes/{}/addenda", id(&signed)), json!({ "words": "Left out: ice.", "reason": "forgotten" })).await;
        for sql in [
            "update note set subjective = 'other'",
            "update note set signed_at = null",
            "delete from note",
            "update measure set value_hundredths = 0",
            "delete from measure",
            "insert into measure (note_id, episode_id, instrument, label, position, value_hundredths) select note_id, episode_id, instrument, 'worst', 9, 100 from measure",
            "update visit_service set minutes = 15",
            "delete from visit_service",
            "insert into visit_service (visit_id, position, code, minutes) select visit_id, 9, '97124', 60 from visit_service",
            "update addendum set words = 'other'",
            "delete from addendum",
        ] {
            let refused = t.by_sql(sql).await.expect_err(sql);
            assert!(refused.contains("kept for ever"), "{sql}: {refused}");
        }
        assert_eq!(t.count("select minutes from visit_service").await, 60);
    }

    async fn a_note_is_signed_by_its_author_only(t: &TestApp) {
        let visit = visit_of_therapist(t).await;
        let mut new = note(&visit);
        let refused = t.post(Role::Owner, "/api/v1/notes", new.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.text().contains("another therapist")), (403, true));
        let draft = t.post(Role::Therapist, "/api/v1/notes", new.clone()).await.json();
        let sign = format!("/api/v1/notes/{}/sign", id(&draft));
        let refused = t.post(Role::Owner, &sign, json!({})).await;
        assert!(refused.status == 403 && refused.text().contains("by its author only"), "{}", refused.text());
        new["version"] = draft["version"].clone();
        assert_eq!(t.post(Role::Owner, "/api/v1/notes", new).await.status, 403);
        assert_eq!(t.post(Role::Therapist, &sign, json!({})).await.json()["state"], "signed");
        // A command on the machine is nobody's signature.
        assert_eq!(t.count("select count(*) from note where signed_by_id = author_user_id").await, 1);
    }

    async fn what_comes_after_the_signature_is_an_addendum_with_its_reason(t: &TestApp) {
        let visit = visit(t).await;
        let draft = t.done("/api/v1/notes", note(&visit)).await;
        let addenda = format!("/api/v1/notes/{}/addenda", id(&draft));
        let early = t.post(Role::Owner, &addenda, json!({ "words": "Ice.", "reason": "forgotten" })).await;
        assert!(early.status == 409 && early.text().contains("still a draft"));
        t.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        let empty = t.post(Role::Owner, &addenda, json!({ "words": " " })).await;
        assert_eq!((empty.status.as_u16(), empty.field("/reason")), (422, "Say why it is added".into()));
        let note = t.done(&addenda, json!({ "words": "Ice for 10 minutes.", "reason": "forgotten" })).await;
        assert_eq!((note["addenda"][0]["by"].as_str(), note["subjective"].as_str()), (Some("Maya Ortiz"), Some("Neck feels looser.")));
    }

    async fn a_draft_saved_over_a_later_one_is_refused_and_shows_what_stands(t: &TestApp) {
        let visit = visit(t).await;
        let first = t.done("/api/v1/notes", note(&visit)).await;
        let path = format!("/api/v1/notes/{}", id(&first));
        let second = t.patch(Role::Owner, &path, json!({ "plan": "Twice a week.", "version": first["version"] })).await.json();
        let stale = t.patch(Role::Owner, &path, json!({ "plan": "Once a month.", "version": first["version"] })).await;
        assert_eq!((stale.status.as_u16(), stale.json()["current"]["plan"].as_str()), (409, Some("Twice a week.")));
        // Who read nothing began before there was anything: their text does not go over it.
        let blind = t.post(Role::Owner, "/api/v1/notes", note(&visit)).await;
        assert_eq!((blind.status.as_u16(), blind.json()["current"]["version"].clone()), (409, second["version"].clone()));
        assert_eq!(t.read(&path).await["plan"], "Twice a week.");
    }

    async fn a_measure_outside_its_scale_and_an_index_with_seven_answers_are_refused(t: &TestApp) {
        let visit = visit(t).await;
        let with = |measure: Value| {
            let mut new = note(&visit);
            new["measures"] = json!([measure]);
            new
        };
        for (measure, pointer, words) in [
            (json!({ "instrument": "nprs", "label": "now", "value": 11 }), "/measures/0/value", "Enter a whole number from 0 to 10"),
            (json!({ "instrument": "nprs", "label": "now", "value": "4.5" }), "/measures/0/value", "Enter a whole number from 0 to 10"),
            (json!({ "instrument": "ndi", "value": 18, "answered": 7 }), "/measures/0/answered", "7 of 10 items answered: not scoreable. At least 8 are needed"),
            (json!({ "instrument": "ndi", "items": [1, 1, 1, 1, 1, 1, 1, "", "", ""] }), "/measures/0/answered", "7 of 10 items answered: not scoreable. At least 8 are needed"),
            (json!({ "instrument": "odi", "value": 51 }), "/measures/0/value", "Enter a whole number from 0 to 50"),
            (json!({ "instrument": "rom", "value": 60 }), "/measures/0/label", "Say what was measured, like \"Neck rotation, left\""),
            (json!({ "instrument": "vas", "value": 4 }), "/measures/0/instrument", ""),
        ] {
            let answer = t.post(Role::Owner, "/api/v1/notes", with(measure.clone())).await;
            assert_eq!(answer.status, 422, "{measure}");
            let said = answer.field(pointer);
            assert!(if words.is_empty() { !said.is_empty() } else { said == words }, "{measure}: {said}");
        }
        assert_eq!(t.read("/api/v1/notes").await["items"], json!([]));
        let eight = t.done("/api/v1/notes", with(json!({ "instrument": "ndi", "value": 16, "answered": 8 }))).await;
        assert_eq!(eight["measures"][0]["shown"], "40%");
    }

    async fn a_note_needs_words_and_minutes_before_it_is_signed(t: &TestApp) {
        let visit = visit(t).await;
        let draft = t.done("/api/v1/notes", json!({ "visit": id(&visit), "services": [{ "code": "97140" }] })).await;
        let answer = t.post(Role::Owner, &format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.field("/services/0/minutes"), "Enter the hands-on minutes of 97140");
        assert!(!answer.field("/subjective").is_empty());
        assert_eq!(t.read(&format!("/api/v1/notes/{}", id(&draft))).await["state"], "draft");
    }

    async fn a_signature_proves_that_the_visit_took_place_and_not_before_its_day(t: &TestApp) {
        let seen = visit(t).await;
        let ahead = t.done("/api/v1/visits", json!({ "referral": seen["referral_id"], "visit_on": "2026-03-04" })).await;
        let draft = t.done("/api/v1/notes", note(&ahead)).await;
        let early = t.post(Role::Owner, &format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        assert!(early.status == 409 && early.text().contains("lies ahead"), "{}", early.text());
        t.at("2026-03-04");
        t.done(&format!("/api/v1/notes/{}/sign", id(&draft)), json!({})).await;
        assert_eq!(t.read(&format!("/api/v1/visits/{}", id(&ahead))).await["state"], "attended");
        let missed = t.done("/api/v1/visits", json!({ "referral": seen["referral_id"], "visit_on": "2026-03-04" })).await;
        t.done(&format!("/api/v1/visits/{}/no-show", id(&missed)), json!({})).await;
        let nothing = t.post(Role::Owner, "/api/v1/notes", note(&missed)).await;
        assert!(nothing.status == 409 && nothing.text().contains("nothing to write"), "{}", nothing.text());
    }

    async fn who_reads_no_notes_finds_none_and_a_read_note_leaves_its_trace(t: &TestApp) {
        let visit = visit(t).await;
        let signed = t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 60 }] })).await;
        let before = t.count("select count(*) from audit where action = 'read' and thing_kind = 'note'").await;
        for role in [Role::FrontDesk, Role::Biller, Role::Marketer, Role::ReadOnly] {
            for path in [format!("/api/v1/notes/{}", id(&signed)), "/api/v1/notes".into()] {
                let answer = t.get(role, &path).await;
                assert_eq!(answer.status, 404, "{role} {path}");
                assert!(!answer.text().contains("looser"));
            }
        }
        for role in [Role::FrontDesk, Role::Biller] {
            let seen = t.get(role, &format!("/api/v1/visits/{}", id(&visit))).await;
            assert_eq!((seen.json()["note_state"].as_str(), seen.json()["note_id"].clone()), (Some("signed"), Value::Null), "{role}");
        }
        // A therapist reads their own patients' notes only.
        assert_eq!(t.get(Role::Therapist, &format!("/api/v1/notes/{}", id(&signed))).await.status, 404);
        assert_eq!(t.count("select count(*) from audit where action = 'read' and thing_kind = 'note'").await, before);
        t.read(&format!("/api/v1/notes/{}", id(&signed))).await;
        assert_eq!(t.count("select count(*) from audit where action = 'read' and thing_kind = 'note'").await, before + 1);
        let named = "select count(*) from audit a join patient p on p.id = a.patient_id where a.action = 'read' and a.thing_kind = 'note' and a.actor_name = 'Maya Ortiz' and p.last_name = 'Marsh'";
        assert!(t.count(named).await >= 1);
    }

    async fn minutes_are_counted_by_the_payers_rule_and_what_is_over_its_cap_is_said(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let mut capped = sheet();
        capped["max_units_per_visit"] = json!(4);
        let payer = t.payer_of("workers_comp", "837p", "State Fund", capped).await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
        let new = json!({ "referral": id(&referral), "visit_on": "2026-03-02", "state": "attended", "services": [{ "code": "97140", "minutes": 53 }, { "code": "97124", "minutes": 22 }] });
        let visit = t.done("/api/v1/visits", new).await;
        let counted = t.get(Role::FrontDesk, &format!("/api/v1/visits/{}/units", id(&visit))).await.json();
        assert_eq!((counted["rows"].clone(), counted["words"].as_str(), counted["rule"].as_str()), (json!([4, 1]), Some("75 minutes make 5 units"), Some("8-minute rule")));
        assert!(counted["over"].as_str().expect("over").starts_with("State Fund pays 4 of these 5 units"));
    }

    async fn a_visit_without_a_time_comes_after_those_of_its_day_that_have_one(t: &TestApp) {
        let timed = visit(t).await;
        t.signed(&timed, note(&timed)).await;
        let new = json!({ "referral": timed["referral_id"], "visit_on": "2026-03-02", "state": "attended" });
        let later = t.done("/api/v1/visits", new).await;
        let page = t.signed_in(Role::Owner).await.open(&format!("/visits/{}/note", id(&later))).await;
        assert!(page.words().contains("Neck feels looser."), "the note before it stands beside it: {}", page.words());
        let rows = t.read("/api/v1/days").await["rows"].clone();
        assert_eq!((rows[0]["starts_at"].as_str(), rows[1]["starts_at"].as_str()), (Some("10:00:00"), None));
    }

    async fn a_day_lists_its_visits_by_the_clock_and_a_therapist_sees_their_own_patients(t: &TestApp) {
        let first = visit(t).await;
        let day = |role| async move { t.get(role, "/api/v1/days?day=3/2").await.json()["rows"].as_array().expect("rows").len() };
        assert_eq!((day(Role::Owner).await, day(Role::Therapist).await), (1, 0));
        let early = json!({ "referral": first["referral_id"], "visit_on": "2026-03-02", "starts_at": "8:15" });
        t.done("/api/v1/visits", early).await;
        let rows = t.read("/api/v1/days").await["rows"].clone();
        assert_eq!((rows[0]["starts_at"].as_str(), rows[1]["starts_at"].as_str()), (Some("08:15:00"), Some("10:00:00")));
        visit_of_therapist_on(t, &first).await;
        assert_eq!(day(Role::Therapist).await, 3);
        assert_eq!(t.get(Role::Marketer, "/api/v1/days").await.status, 404);
    }
}

async fn visit_of_therapist_on(t: &TestApp, seen: &Value) {
    let jo = t.therapist("Okafor").await;
    t.done("/api/v1/visits", json!({ "referral": seen["referral_id"], "visit_on": "2026-03-02", "therapist": jo["id"] })).await;
}
