//! Referrals and orders, through the API: what is refused, what follows from what, which visit is covered.

use crate::support::TestApp;
use crate::support::chain::{id, slip};
use serde_json::{Value, json};
use tributary::auth::role::Role;

/// A referral from Dr. Raman, received on a day, with an order of so many visits from that day on.
async fn referral(t: &TestApp, on: &str, order: Value) -> Value {
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let mut new = slip(&doctor, &payer, "Marsh", on);
    new["prescription"] = order;
    t.done("/api/v1/referrals", new).await
}

fn order(visits: i64, signed_on: &str) -> Value {
    json!({ "diagnoses": ["M54.2"], "visits": visits, "signed_on": signed_on, "valid_from": signed_on, "no_expiration": "yes" })
}

async fn again(t: &TestApp, referral: &Value) -> Value {
    t.read(&format!("/api/v1/referrals/{}", id(referral))).await
}

/// Day and coverage of the visits of a referral, in the order they happened.
async fn covered(t: &TestApp, referral: &Value) -> Vec<(String, Value)> {
    let trail = t.read(&format!("/api/v1/referrals/{}/trail", id(referral))).await;
    let visits = trail["visits"].as_array().expect("visits").clone();
    visits.iter().map(|v| (v["visit_on"].as_str().expect("a day").to_string(), v["covered"].clone())).collect()
}

fn last_order(referral: &Value) -> Value {
    referral["prescriptions"].as_array().expect("orders").last().expect("an order").clone()
}

crate::both_databases! {
    async fn a_prescription_signed_tomorrow_is_refused_and_one_that_begins_tomorrow_is_not(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let mut new = slip(&doctor, &payer, "Marsh", "2026-03-02");
        new["prescription"]["signed_on"] = json!("2026-03-03");
        let answer = t.post(Role::Owner, "/api/v1/referrals", new.clone()).await;
        assert_eq!(answer.status, 422);
        assert!(answer.field("/prescription/signed_on").contains("may not be in the future. Today is March 2, 2026"));
        assert_eq!(t.read("/api/v1/patients").await["items"], json!([]));
        new["prescription"] = json!({ "diagnoses": ["M54.2"], "visits": 12, "signed_on": "2026-03-02", "valid_from": "2026-03-03" });
        let referral = t.done("/api/v1/referrals", new).await;
        assert_eq!(last_order(&referral)["state"], "active");
        assert_eq!(referral["card"]["next_is_covered"], false);
        assert!(referral["card"]["sentence"].as_str().expect("words").contains("They begin on Mar 3"));
    }

    async fn visit_thirteen_of_twelve_is_taken_with_a_warning_and_is_the_uncovered_one_whenever_it_was_entered(t: &TestApp) {
        let referral = referral(t, "2026-01-05", order(12, "2026-01-05")).await;
        for day in 6..=16 {
            let visit = t.attended(&referral, &format!("2026-01-{day:02}")).await;
            assert_eq!(visit["warnings"], Value::Null, "{visit}");
        }
        t.attended(&referral, "2026-02-20").await;
        let thirteenth = t.attended(&referral, "2026-02-21").await;
        let words = thirteenth["warnings"][0]["message"].as_str().expect("a warning");
        assert_eq!((thirteenth["warnings"][0]["code"].as_str(), words), (Some("uncovered"), "This is visit 13 of 12. No order covers it; ask for a renewal"));
        assert_eq!(covered(t, &referral).await.last(), Some(&("2026-02-21".to_string(), json!(false))));
        // One more, entered last and dated first: it is covered, and the last two by date are not.
        let early = t.attended(&referral, "2026-01-05").await;
        assert_eq!(early["warnings"], Value::Null);
        let uncovered: Vec<String> = covered(t, &referral).await.into_iter().filter(|(_, c)| c == &json!(false)).map(|(on, _)| on).collect();
        assert_eq!(uncovered, ["2026-02-20", "2026-02-21"]);
        let card = again(t, &referral).await["card"].clone();
        assert_eq!((card["used"].as_i64(), card["over"].as_i64()), (Some(12), Some(2)));
    }

    async fn a_no_show_and_a_cancelled_visit_use_up_nothing(t: &TestApp) {
        let referral = referral(t, "2026-02-20", order(2, "2026-02-20")).await;
        for (day, verb, body) in [
            ("2026-02-23", "no-show", json!({})),
            ("2026-02-24", "cancel", json!({ "why": "Ill" })),
            ("2026-02-25", "cancel", json!({ "late": "yes" })),
        ] {
            let visit = t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": day })).await;
            t.done(&format!("/api/v1/visits/{}/{verb}", id(&visit)), body).await;
        }
        assert_eq!(again(t, &referral).await["card"]["used"], 0);
        for day in ["2026-02-26", "2026-02-27"] {
            t.attended(&referral, day).await;
        }
        let last = covered(t, &referral).await;
        assert_eq!(last[3..], [("2026-02-26".into(), json!(true)), ("2026-02-27".into(), json!(true))]);
        assert_eq!(last[..3].iter().map(|(_, c)| c.clone()).collect::<Vec<_>>(), vec![Value::Null; 3]);
    }

    async fn a_renewal_adds_to_the_order_before_it(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(2, "2026-02-02")).await;
        t.attended(&referral, "2026-02-03").await;
        let mut renewal = order(2, "2026-02-05");
        renewal["referral"] = json!(id(&referral));
        renewal["renewal_of"] = last_order(&referral)["id"].clone();
        t.done("/api/v1/prescriptions", renewal).await;
        for day in ["2026-02-06", "2026-02-09", "2026-02-10", "2026-02-11"] {
            t.attended(&referral, day).await;
        }
        let states: Vec<Value> = covered(t, &referral).await.into_iter().map(|(_, c)| c).collect();
        assert_eq!(states, [json!(true), json!(true), json!(true), json!(true), json!(false)]);
        let used: Vec<Value> = again(t, &referral).await["prescriptions"].as_array().expect("orders").iter().map(|p| p["visits_used"].clone()).collect();
        assert_eq!(used, [json!(2), json!(2)]);
    }

    async fn an_order_that_replaces_another_ends_it_the_day_before(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        let old = last_order(&referral);
        let mut new = order(6, "2026-02-10");
        new["referral"] = json!(id(&referral));
        new["replaces"] = old["id"].clone();
        t.done("/api/v1/prescriptions", new).await;
        for day in ["2026-02-09", "2026-02-10"] {
            t.attended(&referral, day).await;
        }
        let now = again(t, &referral).await;
        let orders = now["prescriptions"].as_array().expect("orders");
        assert_eq!((orders[0]["state"].as_str(), orders[0]["valid_to"].as_str()), (Some("superseded"), Some("2026-02-09")));
        assert_eq!((orders[0]["visits_used"].as_i64(), orders[1]["visits_used"].as_i64()), (Some(1), Some(1)));
    }

    async fn the_last_day_of_an_order_follows_from_what_it_says(t: &TestApp) {
        let weeks = json!({ "diagnoses": ["M54.2"], "frequency": "2 a week", "duration_weeks": "6 weeks", "signed_on": "2026-03-02" });
        let referral = referral(t, "2026-03-02", weeks).await;
        let order = last_order(&referral);
        assert_eq!((order["visits_authorized"].as_i64(), order["valid_to"].as_str()), (Some(12), Some("2026-04-12")));
        let base = json!({ "referral": id(&referral), "diagnoses": ["M54.2"], "signed_on": "2026-03-01" });
        let with = |more: Value| {
            let mut new = base.clone();
            new.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            new
        };
        let open = t.done("/api/v1/prescriptions", with(json!({ "visits": 10, "no_expiration": "yes" }))).await;
        assert_eq!((open["valid_to"].clone(), open["state"].as_str()), (Value::Null, Some("active")));
        let contradiction = t.post(Role::Owner, "/api/v1/prescriptions", with(json!({ "visits": 3, "no_expiration": "yes", "valid_to": "2026-05-01" }))).await;
        assert!(contradiction.field("/no_expiration").contains("either ends or it does not"));
        let backwards = t.post(Role::Owner, "/api/v1/prescriptions", with(json!({ "visits": 3, "valid_to": "2026-02-01" }))).await;
        assert!(backwards.field("/valid_to").contains("end before it begins"));
    }

    async fn an_order_within_ninety_days_of_the_first_visit_gets_its_last_day_from_that_visit(t: &TestApp) {
        let order = json!({ "diagnoses": ["M54.2"], "visits": 12, "signed_on": "2026-02-02", "valid_days_after_first": 90 });
        let referral = referral(t, "2026-02-02", order).await;
        assert_eq!(last_order(&referral)["valid_to"], Value::Null);
        let visit = t.attended(&referral, "2026-02-10").await;
        assert_eq!(last_order(&again(t, &referral).await)["valid_to"], "2026-05-11");
        let back = json!({ "why": "wrong patient" });
        t.done(&format!("/api/v1/visits/{}/take-back", id(&visit)), back).await;
        assert_eq!(last_order(&again(t, &referral).await)["valid_to"], Value::Null);
    }

    async fn an_order_that_lacks_something_covers_nothing_until_it_is_complete(t: &TestApp) {
        let incomplete = json!({ "diagnoses": ["M54.2"], "visits": 12, "valid_from": "2026-02-02" });
        let referral = referral(t, "2026-02-02", incomplete).await;
        let order = last_order(&referral);
        assert_eq!((order["state"].as_str(), order["missing"].clone()), (Some("incomplete"), json!(["the signature"])));
        t.attended(&referral, "2026-02-03").await;
        assert_eq!(covered(t, &referral).await, [("2026-02-03".into(), json!(false))]);
        let patch = json!({ "signed_on": "2026-02-02", "version": order["version"] });
        let done = t.patch(Role::FrontDesk, &format!("/api/v1/prescriptions/{}", id(&order)), patch).await.json();
        assert_eq!((done["state"].as_str(), done["missing"].clone()), (Some("active"), json!([])));
        assert_eq!(covered(t, &referral).await, [("2026-02-03".into(), json!(true))]);
        let stale = t.patch(Role::FrontDesk, &format!("/api/v1/prescriptions/{}", id(&order)), json!({ "visits": 6, "version": order["version"] })).await;
        assert_eq!((stale.status.as_u16(), stale.json()["current"]["version"].as_i64()), (409, Some(2)));
    }

    async fn an_ambiguous_frequency_is_taken_and_flagged(t: &TestApp) {
        let ambiguous = json!({ "diagnoses": ["M54.2"], "frequency": "1 to 2", "duration_weeks": 6, "signed_on": "2026-02-02" });
        let referral = referral(t, "2026-02-02", ambiguous).await;
        let order = last_order(&referral);
        assert_eq!((order["is_ambiguous"].as_bool(), order["visits_authorized"].as_i64()), (Some(true), Some(12)));
        let mut again = json!({ "referral": id(&referral), "diagnoses": ["M54.2"], "frequency": "1 to 2", "duration_weeks": 4, "signed_on": "2026-02-03" });
        let answer = t.done("/api/v1/prescriptions", again.clone()).await;
        assert_eq!(answer["warnings"][0]["code"], "ambiguous");
        again["visits"] = json!(6);
        assert_eq!(t.done("/api/v1/prescriptions", again).await["warnings"], Value::Null);
    }

    async fn a_referral_moves_only_where_its_state_allows_and_a_refusal_names_what_it_can_become(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        let path = format!("/api/v1/referrals/{}", id(&referral));
        let refused = t.post(Role::Owner, &format!("{path}/discharge"), json!({ "reason": "goals_met" })).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.json()["allowed"], json!(["attempting", "scheduled", "lost"]));
        assert!(refused.json()["detail"].as_str().expect("words").contains("It can become: attempting, scheduled, lost"));
        assert_eq!(t.done(&format!("{path}/attempt"), json!({ "outcome": "left_message" })).await["state"], "attempting");
        assert_eq!(t.done(&format!("{path}/attempt"), json!({ "outcome": "no_answer" })).await["state"], "attempting");
        assert_eq!(t.post(Role::Owner, &format!("{path}/lose"), json!({})).await.field("/reason"), "Choose why");
        assert_eq!(t.done(&format!("{path}/lose"), json!({ "reason": "unreachable" })).await["lost_reason"], "unreachable");
        let booked = t.post(Role::Owner, "/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-03" })).await;
        assert_eq!(booked.status, 409);
        assert!(booked.text().contains("Log an attempt first"));
        assert_eq!(t.done(&format!("{path}/attempt"), json!({ "outcome": "reached" })).await["state"], "attempting");
        assert_eq!(t.done(&format!("{path}/schedule"), json!({})).await["state"], "scheduled");
        t.attended(&referral, "2026-02-20").await;
        assert_eq!(t.done(&format!("{path}/discharge"), json!({ "reason": "goals_met", "on": "2026-02-27" })).await["state"], "closed");
        let closed = t.post(Role::Owner, "/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-03" })).await;
        assert!(closed.status == 409 && closed.text().contains("new referral"));
        let history: Vec<String> = again(t, &referral).await["history"].as_array().expect("moves").iter().map(|m| m["to"].as_str().expect("a state").into()).collect();
        assert_eq!(history, ["received", "attempting", "lost", "attempting", "scheduled", "converted", "closed"]);
    }

    async fn a_referral_converts_by_its_first_attended_visit_on_that_visits_day_and_not_by_a_booking(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-03" })).await;
        assert_eq!(again(t, &referral).await["state"], "scheduled");
        let later = t.attended(&referral, "2026-02-20").await;
        let now = again(t, &referral).await;
        assert_eq!((now["state"].as_str(), now["converted_on"].as_str()), (Some("converted"), Some("2026-02-20")));
        let earlier = t.attended(&referral, "2026-02-11").await;
        let now = again(t, &referral).await;
        assert_eq!((now["converted_on"].as_str(), now["episode"]["started_on"].as_str()), (Some("2026-02-11"), Some("2026-02-11")));
        let back = |visit: &Value| format!("/api/v1/visits/{}/take-back", id(visit));
        assert_eq!(t.post(Role::Owner, &back(&earlier), json!({})).await.field("/why"), "Say why this is taken back");
        t.done(&back(&earlier), json!({ "why": "wrong day" })).await;
        assert_eq!(again(t, &referral).await["converted_on"], "2026-02-20");
        t.done(&back(&later), json!({ "why": "wrong patient" })).await;
        let now = again(t, &referral).await;
        assert_eq!((now["state"].as_str(), now["converted_on"].clone()), (Some("scheduled"), Value::Null));
    }

    async fn the_same_prescription_twice_is_a_conflict_that_names_where_it_is(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        let mut twin = order(12, "2026-02-02");
        twin["referral"] = json!(id(&referral));
        let answer = t.post(Role::FrontDesk, "/api/v1/prescriptions", twin).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text().contains("already recorded, on R-2026-0001"), "{}", answer.text());
        // The same slip as a second referral of the same patient is none either, and leaves nothing.
        let second = json!({
            "provider": referral["provider"]["id"], "received_on": "2026-03-02", "patient": referral["patient"]["id"],
            "prescription": order(12, "2026-02-02")
        });
        assert_eq!(t.post(Role::FrontDesk, "/api/v1/referrals", second).await.status, 409);
        assert_eq!(t.read("/api/v1/referrals").await["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(last_order(&again(t, &referral).await)["visits_authorized"], 12);
    }

    async fn a_new_referral_is_all_or_nothing(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let mut new = slip(&doctor, &payer, "Marsh", "2026-02-27");
        // The order fails last, when patient, coverage and referral stand already in the transaction.
        new["prescription"]["prescriber"] = json!("01890000-0000-7000-8000-000000000000");
        let answer = t.post(Role::Owner, "/api/v1/referrals", new.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.field("/prescription/prescriber")), (422, "There is no such provider".into()));
        for list in ["referrals", "patients", "coverages", "prescriptions"] {
            assert_eq!(t.read(&format!("/api/v1/{list}")).await["items"], json!([]), "{list}");
        }
        assert_eq!(t.read(&format!("/api/v1/providers/{doctor}")).await["stage"], "prospect");
        new["prescription"]["prescriber"] = json!(doctor);
        assert_eq!(t.done("/api/v1/referrals", new).await["number"], "R-2026-0001");
    }

    async fn a_referral_has_one_kind_of_source_and_a_provider_only_where_one_sent_the_patient(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let patient = json!({ "first_name": "Ivo", "last_name": "Lang" });
        let both = json!({ "source_kind": "self", "provider": doctor, "new_patient": patient });
        assert!(t.post(Role::Owner, "/api/v1/referrals", both).await.field("/provider").contains("Only a referral from a provider"));
        let none = json!({ "source_kind": "provider", "new_patient": patient });
        assert!(t.post(Role::Owner, "/api/v1/referrals", none).await.field("/provider").contains("Choose the provider"));
        let unknown = t.done("/api/v1/referrals", json!({ "new_patient": patient })).await;
        assert_eq!((unknown["source"].as_str(), unknown["source_kind"].clone()), (Some("Unattributed"), Value::Null));
        let path = format!("/api/v1/referrals/{}", id(&unknown));
        let wrong = json!({ "source_kind": "web", "provider": doctor, "version": unknown["version"] });
        assert_eq!(t.patch(Role::Owner, &path, wrong).await.status, 422);
        let known = t.patch(Role::Owner, &path, json!({ "provider": doctor, "version": unknown["version"] })).await.json();
        assert_eq!((known["source"].as_str(), known["source_kind"].as_str()), (Some("Dr. Priya Raman"), Some("provider")));
    }

    async fn a_known_patient_keeps_the_coverage_that_is_here_and_nobody_elses(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let first = t.referral(&doctor, &payer, "Marsh", "2026-02-02").await;
        let other = t.referral(&doctor, &payer, "Quist", "2026-02-02").await;
        let with = |coverage: &Value| {
            json!({ "provider": doctor, "received_on": "2026-03-02", "patient": first["patient"]["id"], "known_coverage": coverage, "complaint": "Hip" })
        };
        let second = t.done("/api/v1/referrals", with(&first["episode"]["coverage_id"])).await;
        assert_eq!(second["episode"]["coverage_id"], first["episode"]["coverage_id"]);
        let wrong = t.post(Role::Owner, "/api/v1/referrals", with(&other["episode"]["coverage_id"])).await;
        assert_eq!(wrong.field("/known_coverage"), "This coverage belongs to somebody else");
    }

    async fn the_board_knows_who_is_new_who_waits_who_runs_out_and_who_was_lost(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let new = t.referral(&doctor, &payer, "Adler", "2026-03-02").await;
        let waits = t.referral(&doctor, &payer, "Brandt", "2026-02-20").await;
        t.done(&format!("/api/v1/referrals/{}/attempt", id(&waits)), json!({ "outcome": "no_answer" })).await;
        let lost = t.referral(&doctor, &payer, "Corwin", "2026-02-20").await;
        t.done(&format!("/api/v1/referrals/{}/lose", id(&lost)), json!({ "reason": "too_far" })).await;
        let mut short = slip(&doctor, &payer, "Doyle", "2026-02-16");
        short["prescription"]["visits"] = json!(3);
        let short = t.done("/api/v1/referrals", short).await;
        let long = t.referral(&doctor, &payer, "Evans", "2026-02-16").await;
        t.attended(&short, "2026-02-17").await;
        t.attended(&long, "2026-02-17").await;
        let names = async |view: &str| {
            let list = t.read(&format!("/api/v1/referrals?view={view}")).await;
            list["items"].as_array().expect("items").iter().map(|r| r["patient"]["name"].as_str().expect("a name").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("new").await, [new["patient"]["name"].as_str().expect("a name")]);
        assert_eq!(names("to_schedule").await, ["Nora Brandt"]);
        assert_eq!(names("active").await, ["Nora Evans", "Nora Doyle"]);
        assert_eq!(names("running_out").await, ["Nora Doyle"]);
        assert_eq!(names("lost").await, ["Nora Corwin"]);
        assert_eq!(names("all").await.len(), 5);
        assert_eq!(t.get(Role::Owner, "/api/v1/referrals?view=old").await.status, 400);
    }

    async fn what_came_of_a_referral_ties_out_and_is_shown_as_far_as_one_may_see(t: &TestApp) {
        t.fees().await;
        let doctor = t.doctor("Priya", "Raman").await;
        let payer = t.payer("Cascade Health").await;
        let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-20").await;
        let claim = t.billed(&referral, "2026-02-23").await;
        t.answered(&payer, &claim, "2026-03-02", 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).await;
        let second = t.attended(&referral, "2026-02-24").await;
        t.signed(&second, json!({ "services": [{ "code": "97140", "minutes": 60 }], "measures": [{ "instrument": "nprs", "label": "now", "value": 4 }] })).await;
        let path = format!("/api/v1/referrals/{}/trail", id(&referral));
        let trail = t.read(&path).await;
        let money = &trail["money"];
        assert_eq!((money["billed_cents"].as_i64(), money["collected_cents"].as_i64(), money["contractual_cents"].as_i64()), (Some(16_000), Some(9_000), Some(5_000)));
        assert_eq!((money["outstanding_cents"].as_i64(), money["unbilled_cents"].as_i64()), (Some(2_000), Some(16_000)));
        assert_eq!((trail["payments"][0]["cents"].as_i64(), trail["measures"][0]["latest"].as_str()), (Some(9_000), Some("4")));
        let desk = t.get(Role::FrontDesk, &path).await.json();
        assert_eq!((desk["money"].clone(), desk["measures"].clone(), desk["payments"].clone()), (Value::Null, json!([]), json!([])));
        assert_eq!((desk["visits"][0]["paid_cents"].clone(), desk["visits"][0]["claims"][0]["state"].as_str()), (Value::Null, Some("partially_paid")));
        let biller = t.get(Role::Biller, &path).await.json();
        assert_eq!((biller["measures"].clone(), biller["money"]["collected_cents"].as_i64()), (json!([]), Some(9_000)));
        // Another therapist's patient: the referral may be seen, its money and measures not.
        let therapist = t.get(Role::Therapist, &path).await.json();
        assert_eq!((therapist["money"].clone(), therapist["visits"][0]["claims"].clone()), (Value::Null, json!([])));
        assert_eq!(t.get(Role::Marketer, &path).await.status, 404);
    }

    async fn a_visit_marked_after_the_discharge_leaves_the_referral_closed(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        t.attended(&referral, "2026-02-11").await;
        let booked = t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-02-25" })).await;
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "goals_met", "on": "2026-02-27" })).await;
        t.done(&format!("/api/v1/visits/{}/attend", id(&booked)), json!({})).await;
        let now = again(t, &referral).await;
        assert_eq!((now["state"].as_str(), now["converted_on"].as_str()), (Some("closed"), Some("2026-02-11")));
        let episode = &now["episode"];
        assert_eq!((episode["started_on"].as_str(), episode["discharged_on"].as_str()), (Some("2026-02-11"), Some("2026-02-27")));
        assert_eq!(t.read("/api/v1/sources?as_of=2026-02-20").await["total"]["converted"], 1, "what was known then stays");
    }

    async fn the_only_visit_taken_back_unconverts_a_closed_referral(t: &TestApp) {
        let referral = referral(t, "2026-02-02", order(12, "2026-02-02")).await;
        let only = t.attended(&referral, "2026-02-11").await;
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "goals_met", "on": "2026-02-27" })).await;
        t.done(&format!("/api/v1/visits/{}/take-back", id(&only)), json!({ "why": "wrong patient" })).await;
        let now = again(t, &referral).await;
        assert_eq!((now["state"].as_str(), &now["converted_on"], &now["episode"]["started_on"]), (Some("closed"), &Value::Null, &Value::Null));
        assert_eq!(t.read("/api/v1/sources").await["total"]["converted"], 0);
        t.done(&format!("/api/v1/visits/{}/attend", id(&only)), json!({})).await;
        let now = again(t, &referral).await;
        assert_eq!((now["state"].as_str(), now["converted_on"].as_str()), (Some("closed"), Some("2026-02-11")));
    }
}
