//! A doctor wants others to hear of the patients they share: each copy is a report of its own, that waits for a person of its own.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::letters::{Case, DOCTOR, measured};
use mail_parser::MessageParser;
use poem::http::Method;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::{disclosure, provider};

const FELD: &str = "m.feld@harbor.example";

fn report(of: &Value) -> String {
    format!("/api/v1/reports/{}", id(of))
}

fn copies_of(doctor: &str) -> String {
    format!("/api/v1/providers/{doctor}/copies")
}

/// Another doctor gets copies of what the first one hears.
async fn shared(t: &TestApp, doctor: &str, to: &str) {
    t.done(&copies_of(doctor), json!({ "to": to })).await;
}

/// Dr. Raman's patient with three signed notes, of whom Dr. Feld shall hear, too.
async fn shared_case(t: &TestApp) -> (Case, String) {
    let case = t.treated("Quist").await;
    let feld = t.reachable_doctor("Feld", FELD).await;
    shared(t, &case.doctor, &feld).await;
    (case, feld)
}

/// All reports to a doctor, the newest first.
async fn to(t: &TestApp, doctor: &str) -> Vec<Value> {
    t.read(&format!("/api/v1/reports?provider={doctor}")).await["items"].as_array().expect("reports").clone()
}

/// The one report to a doctor, whole.
async fn the_one_to(t: &TestApp, doctor: &str) -> Value {
    let [one] = to(t, doctor).await.try_into().expect("one report");
    t.read(&report(&one)).await
}

/// What the message says, in one line.
fn said(report: &Value) -> String {
    let text = report["message"]["text"].as_str().unwrap_or_else(|| panic!("a text: {report}"));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn names(people: &Value) -> Vec<String> {
    people.as_array().expect("people").iter().map(|p| p["name"].as_str().expect("a name").to_string()).collect()
}

/// A provider's row, by the id that people see.
async fn row(t: &TestApp, doctor: &str) -> provider::Model {
    let at = provider::Column::PublicId.eq(doctor.parse::<uuid::Uuid>().expect("an id"));
    provider::Entity::find().filter(at).one(&t.app.db).await.expect("asked").expect("a provider")
}

/// Two entries turned out to be one person.
async fn become_one(t: &TestApp, one: &str, other: &str) {
    let mut merged = row(t, one).await.into_active_model();
    merged.merged_into_id = Set(Some(row(t, other).await.id));
    merged.update(&t.app.db).await.expect("merged");
}

async fn leave(t: &TestApp, doctor: &str) {
    let mut gone = row(t, doctor).await.into_active_model();
    gone.deleted_at = Set(Some(t.app.now()));
    gone.update(&t.app.db).await.expect("let go");
}

/// Whom the mails in the folder are to.
fn readers(t: &TestApp) -> Vec<String> {
    let reader = |mail: &String| {
        let read = MessageParser::default().parse(mail.as_bytes()).expect("MIME");
        assert!(read.cc().is_none() && read.bcc().is_none(), "one message has one recipient");
        let to: Vec<_> = read.to().expect("a recipient").iter().filter_map(|a| a.address()).map(String::from).collect();
        to.join(", ")
    };
    let mut all: Vec<String> = t.mails().iter().map(reader).collect();
    all.sort();
    all
}

crate::both_databases! {
    with &[("undo_minutes", "10")];

    async fn a_copy_says_what_the_report_says_and_why_its_reader_gets_it(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let draft = t.drafted(&case).await;
        let words = json!({ "plan": "Twice a week for two weeks.", "ask": "May she swim?", "version": t.read(&report(&draft)).await["version"] });
        assert_eq!(t.patch(Role::Owner, &report(&draft), words).await.status, 200);
        assert_eq!(to(t, &feld).await.len(), 0, "nothing begins before the report goes");
        let original = t.approved(&draft).await;
        let copy = the_one_to(t, &feld).await;
        assert_eq!((&copy["state"], &copy["copy_of"], &copy["kind"], &copy["held"]), (&json!("draft"), &original["id"], &json!("progress"), &Value::Null), "{copy}");
        assert_eq!(copy["copy_of_provider"]["name"], "Dr. Priya Raman");
        let text = copy["message"]["text"].as_str().expect("a text").replace(copy["reference"].as_str().expect("a reference"), "REF");
        let path = format!("{}/tests/it/mails/copy.txt", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text.trim(), kept.trim(), "read it, then keep it as {path}:\n{text}");
        let html = copy["message"]["html"].as_str().expect("a body");
        assert!(html.contains("Copy of our report to Dr. Raman") && html.contains("asked us to tell you about the patients you share"), "{html}");
        assert!(!copy["parts"].to_string().contains("ask"), "the question is for one doctor to answer: {}", copy["parts"]);
        let bearer = format!("Bearer {}", t.token(Role::Owner).await);
        let page = t.raw(Method::GET, &format!("{}/pdf", report(&copy)), &[("authorization", &bearer)], "").await;
        if let Some(page) = crate::letters::text_of(&page.body) {
            assert!(page.contains("Copy of our report to Dr. Raman, who asked us to tell you about the patients you share."), "{page}");
            assert!(page.contains("page 1 of 1") && page.contains("Nothing needed from you."), "{page}");
        }
        assert!(!said(&original).contains("Copy of"), "the report itself says nothing of copies");
    }

    async fn a_copy_leaves_only_when_a_person_approves_it_to_its_own_reader_and_is_told_as_its_own_disclosure(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        t.approved(&t.drafted(&case).await).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::days(1));
        t.delivered().await;
        assert_eq!(readers(t), [DOCTOR], "nothing leaves by itself");
        t.done("/api/v1/reports/approve-opened", json!({})).await;
        let copy = the_one_to(t, &feld).await;
        assert_eq!(copy["state"], "draft", "nor together with what somebody read");
        t.approved(&copy).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(11));
        t.delivered().await;
        assert_eq!(readers(t), [FELD, DOCTOR]);
        let told = disclosure::Entity::find().all(&t.app.db).await.expect("rows");
        let mut to: Vec<&str> = told.iter().map(|d| d.to_address.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, [FELD, DOCTOR], "a row for each");
        assert_eq!(t.state_of(&copy).await, "sent");
    }

    async fn who_may_hear_nothing_wants_no_such_reports_or_has_the_report_gets_no_copy(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let patient = id(&case.referral["patient"]);
        let mut others = Vec::new();
        for (last, wants) in [("Lind", "none"), ("Berg", "monthly_only"), ("Holm", "discharge_only"), ("Stone", "standard")] {
            let doctor = t.reachable_doctor(last, &format!("{}@harbor.example", last.to_lowercase())).await;
            t.changed(&format!("/api/v1/providers/{doctor}"), json!({ "report_frequency": wants })).await;
            shared(t, &case.doctor, &doctor).await;
            others.push(doctor);
        }
        // Stone signed an order of the patient, and has a report of their own in hand.
        let order = json!({
            "referral": id(&case.referral), "prescriber": others[3], "diagnoses": ["M54.2"], "visits": 3,
            "signed_on": "2026-03-16", "valid_from": "2026-03-17", "no_expiration": "yes"
        });
        t.done("/api/v1/prescriptions", order).await;
        let own = t.done("/api/v1/reports", json!({ "referral": id(&case.referral), "provider": others[3] })).await;
        let draft = t.drafted(&case).await;
        assert_eq!(names(&draft["copies_ahead"]), ["Dr. Priya Feld"], "said before anybody approves");
        let restricted = t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": feld })).await;
        assert_eq!(names(&t.read(&report(&draft)).await["copies_ahead"]), [""; 0]);
        t.approved(&draft).await;
        for doctor in others[..3].iter().chain([&feld]) {
            assert_eq!(to(t, doctor).await.len(), 0, "{doctor}");
        }
        assert_eq!(the_one_to(t, &others[3]).await["id"], own["id"]);
        // A restriction that comes after the copy began stops it like any report.
        t.done(&format!("/api/v1/patients/{patient}/restrictions/{}/lift", id(&restricted["restrictions"][0])), json!({})).await;
        t.done(&format!("{}/take-back", report(&draft)), json!({})).await;
        t.approved(&draft).await;
        let copy = the_one_to(t, &feld).await;
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": feld })).await;
        let (status, words) = t.refused(Role::Owner, &format!("{}/approve", report(&copy)), json!({ "seen": copy["message"]["seen"] })).await;
        assert!(status == 409 && words.contains("asked that Dr. Priya Feld hears nothing"), "{status} {words}");
    }

    async fn of_a_copy_there_is_no_copy_and_two_doctors_who_name_each_other_get_one_each(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        shared(t, &feld, &case.doctor).await;
        let third = t.reachable_doctor("Lind", "lind@harbor.example").await;
        shared(t, &feld, &third).await;
        t.approved(&t.drafted(&case).await).await;
        let copy = the_one_to(t, &feld).await;
        assert_eq!(copy["copies_ahead"], json!([]));
        t.approved(&copy).await;
        t.done(&format!("{}/take-back", report(&copy)), json!({})).await;
        t.approved(&copy).await;
        assert_eq!((to(t, &case.doctor).await.len(), to(t, &feld).await.len(), to(t, &third).await.len()), (1, 1, 0));
    }

    async fn a_renewal_request_a_summary_and_thanks_are_copied_to_nobody(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let kinds = [
            json!({ "kind": "renewal_request", "referral": id(&case.referral) }),
            json!({ "kind": "monthly_summary", "provider": case.doctor, "month": "2026-03" }),
            json!({ "kind": "thank_you", "referral": id(&case.referral) }),
        ];
        for kind in kinds {
            let draft = t.done("/api/v1/reports", kind.clone()).await;
            t.approved(&draft).await;
            assert_eq!((to(t, &feld).await.len(), &draft["copies_ahead"]), (0, &json!([])), "{kind}");
        }
    }

    async fn a_copy_of_the_initial_report_thanks_nobody_who_did_not_send_the_patient(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let draft = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&case.referral) })).await;
        t.approved(&draft).await;
        let text = said(&the_one_to(t, &feld).await);
        assert!(text.contains("Dr. Raman referred this patient to us on March 2.") && !text.contains("Thank you"), "{text}");
        assert!(text.contains("Copy of our report to Dr. Raman") && !text.contains("pain 5") && text.contains("The next report comes after visit 8"), "{text}");
    }

    async fn a_copy_tells_the_visits_of_its_report_and_nothing_that_was_written_later(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let original = t.approved(&t.drafted(&case).await).await;
        // A second visit of the same day: its note is written when the report has gone.
        let new = json!({ "referral": id(&case.referral), "visit_on": "2026-03-16", "starts_at": "08:00", "state": "attended" });
        let visit = t.done("/api/v1/visits", new).await;
        assert_eq!(the_one_to(t, &feld).await["held"], Value::Null, "what is not signed is no part of it");
        t.signed(&visit, measured(1, 0)).await;
        let copy = the_one_to(t, &feld).await;
        let ends = |text: String| text.split("WHAT CHANGED").nth(1).and_then(|t| t.split("You get this").next()).expect("a middle").to_string();
        assert_eq!(ends(said(&copy)), ends(said(&original)));
        t.done(&format!("{}/sign", report(&copy)), json!({})).await;
        t.done(&format!("{}/unsign", report(&copy)), json!({})).await;
        let again = the_one_to(t, &feld).await;
        assert_eq!(ends(said(&again)), ends(said(&original)), "also when a signature was taken back");
    }

    async fn a_report_that_is_taken_back_takes_its_unsigned_copy_with_it_and_holds_the_signed_one(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let draft = t.drafted(&case).await;
        t.approved(&draft).await;
        let first = the_one_to(t, &feld).await;
        t.done(&format!("{}/take-back", report(&draft)), json!({})).await;
        let gone = t.read(&report(&first)).await;
        assert_eq!((&gone["state"], &gone["skip_reason"]), (&json!("skipped"), &json!("the report that it is a copy of was taken back")));
        t.approved(&draft).await;
        let second = to(t, &feld).await[0].clone();
        assert_ne!(second["id"], first["id"], "it begins anew");
        t.done(&format!("{}/sign", report(&second)), json!({})).await;
        t.done(&format!("{}/take-back", report(&draft)), json!({})).await;
        let signed = t.read(&report(&second)).await;
        let (status, words) = t.refused(Role::Owner, &format!("{}/approve", report(&second)), json!({ "seen": signed["message"]["seen"] })).await;
        assert!(status == 409 && words.contains("of which this is a copy, was taken back"), "{status} {words}");
        // As it was, the report goes again: the signed copy stands for it.
        t.approved(&draft).await;
        assert_eq!((to(t, &feld).await.len(), t.state_of(&second).await.as_str()), (2, "signed"));
        // Written anew, it does not.
        t.done(&format!("{}/take-back", report(&draft)), json!({})).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(1));
        t.done(&format!("{}/unsign", report(&draft)), json!({})).await;
        let version = t.read(&report(&draft)).await["version"].clone();
        t.patch(Role::Owner, &report(&draft), json!({ "plan": "Every other week.", "version": version })).await;
        t.approved(&draft).await;
        let third = t.read(&report(&to(t, &feld).await[0])).await;
        assert_eq!((t.state_of(&second).await.as_str(), &third["state"]), ("skipped", &json!("draft")));
        assert!(said(&third).contains("Every other week."), "{}", said(&third));
    }

    async fn a_corrected_report_begins_corrected_copies_and_they_say_so(t: &TestApp) {
        let (case, feld) = shared_case(t).await;
        let late = t.reachable_doctor("Lind", "lind@harbor.example").await;
        shared(t, &case.doctor, &late).await;
        let original = t.approved(&t.drafted(&case).await).await;
        let [first, unsent] = [the_one_to(t, &feld).await, the_one_to(t, &late).await];
        t.approved(&first).await;
        t.app.clock.set(t.app.now() + chrono::TimeDelta::minutes(11));
        t.delivered().await;
        let second = t.done(&format!("{}/amend", report(&original)), json!({ "why": "The side was wrong" })).await;
        assert_eq!(names(&second["copies_ahead"]), ["Dr. Priya Feld", "Dr. Priya Lind"]);
        t.approved(&second).await;
        let corrected = t.read(&report(&to(t, &feld).await[0])).await;
        assert_eq!(
            (&corrected["state"], &corrected["version_no"], &corrected["replaces"], &corrected["copy_of"]),
            (&json!("draft"), &json!(2), &first["id"], &second["id"]),
        );
        assert!(said(&corrected).contains("CORRECTED. It takes the place of what we sent on March 16, 2026. The side was wrong."), "{}", said(&corrected));
        // Whom no copy reached yet hears it once, as it is now.
        assert_eq!(t.state_of(&unsent).await, "skipped");
        let fresh = t.read(&report(&to(t, &late).await[0])).await;
        assert_eq!((&fresh["version_no"], &fresh["copy_of"]), (&json!(1), &second["id"]));
        assert!(!said(&fresh).contains("CORRECTED"), "{}", said(&fresh));
    }

    async fn the_list_names_others_once_and_only_who_is_there_and_is_kept_by_who_keeps_the_network(t: &TestApp) {
        let doctor = t.doctor("Priya", "Raman").await;
        let feld = t.doctor("Marcus", "Feld").await;
        let path = copies_of(&doctor);
        for role in [Role::Biller, Role::ReadOnly] {
            assert_eq!(t.refused(role, &path, json!({ "to": feld })).await.0, 403, "{role:?}");
            assert_eq!(t.refused(role, &format!("{path}/remove"), json!({ "to": feld })).await.0, 403, "{role:?}");
        }
        let added = t.done(&path, json!({ "to": feld })).await;
        assert_eq!(names(&added["copies_to"]), ["Dr. Marcus Feld"]);
        assert_eq!(t.get(Role::ReadOnly, &format!("/api/v1/providers/{doctor}")).await.json()["copies_to"], added["copies_to"]);
        let merged = t.doctor("Mark", "Feld").await;
        let gone = t.doctor("Ruth", "Whitcombe").await;
        become_one(t, &merged, &feld).await;
        leave(t, &gone).await;
        for (to, words) in [(&feld, "copies already"), (&doctor, "is the one who gets the reports"), (&merged, "became Marcus Feld, MD"), (&gone, "no such provider")] {
            let answer = t.post(Role::Owner, &path, json!({ "to": to })).await;
            assert_eq!(answer.status, 422, "{to}");
            assert!(answer.field("/to").contains(words), "{words}: {}", answer.text());
        }
        assert_eq!(t.post(Role::Owner, &path, json!({})).await.status, 422);
        // Whose entry is merged keeps what was said on it, and is never their own reader.
        shared(t, &feld, &doctor).await;
        let ours = t.doctor("P.", "Raman").await;
        become_one(t, &doctor, &ours).await;
        assert_eq!(names(&t.read(&format!("/api/v1/providers/{ours}")).await["copies_to"]), ["Dr. Marcus Feld"]);
        let one = t.done(&format!("{}/remove", copies_of(&feld)), json!({ "to": ours })).await;
        assert_eq!(one["copies_to"], json!([]));
        let none = t.done(&format!("{}/remove", copies_of(&ours)), json!({ "to": feld })).await;
        assert_eq!(none["copies_to"], json!([]));
        assert_eq!(t.post(Role::Owner, &format!("{}/remove", copies_of(&ours)), json!({ "to": feld })).await.status, 422);
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("added_copies_to") && log.contains("ended_copies_to") && log.contains("\"copies_to\""), "{log}");
    }

    async fn the_list_stands_on_the_doctors_page_and_the_composer_says_for_whom_copies_begin(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.reachable_doctor("Feld", FELD).await;
        let mut browser = t.signed_in(Role::Owner).await;
        let at = format!("/providers/{}", case.doctor);
        let page = browser.open(&at).await;
        assert!(page.words().contains("Nobody else hears what Dr. Raman hears about patients."), "{}", page.words());
        let wrong = browser.submit(&page, &format!("{at}/copies"), &[("copies[to_name]", "Nobody")]).await;
        assert!(wrong.status == 422 && !wrong.error_at("copies[to_name]").is_empty(), "{}", wrong.words());
        let page = browser.submit(&wrong, &format!("{at}/copies"), &[("copies[to_name]", "Feld")]).await;
        assert!(page.all("#copies").join(" ").contains("Dr. Priya Feld"), "{}", page.words());
        let draft = t.drafted(&case).await;
        let composer = browser.open(&format!("/reports/{}", id(&draft))).await;
        assert!(composer.words().contains("When this goes, a copy begins for Dr. Priya Feld Each waits for its own approval."), "{}", composer.words());
        t.approved(&draft).await;
        let list = browser.open("/reports").await;
        assert!(list.words().contains("Progress report, copy"), "{}", list.words());
        let copy = list.links("/reports/").into_iter().find(|l| l.len() > 40 && !l.contains(&id(&draft))).expect("the copy");
        let composer = browser.open(&copy).await;
        assert!(composer.words().contains("Copy of the report to Dr. Priya Raman"), "{}", composer.words());
        assert!(composer.links("/reports/").contains(&format!("/reports/{}", id(&draft))) && composer.value("ask").is_none());
        let page = browser.open(&at).await;
        let page = browser.submit(&page, &format!("{at}/copies/remove"), &[]).await;
        assert!(!page.all("#copies").join(" ").contains("Feld"), "{}", page.words());
        assert!(!t.signed_in(Role::ReadOnly).await.open(&at).await.has("#copies form"));
    }
}
