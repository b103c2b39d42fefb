//! The other letters of a report: renewals that come back signed.

use crate::support::TestApp;
use crate::support::chain::{id, slip, with};
use crate::support::letters::{DOCTOR, measured};
use poem::http::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::mail::compose::{LARGEST_HTML, LONGEST_SUBJECT};
use tributary::reports::letters::letter::{Letter, MOST_WORDS, words_of};
use tributary::reports::report::ReportKind;

fn path(report: &Value, verb: &str) -> String {
    format!("/api/v1/reports/{}/{verb}", id(report))
}

/// What the message says, in one line.
fn said(report: &Value) -> String {
    let text = report["message"]["text"].as_str().unwrap_or_else(|| panic!("a text: {report}"));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the printed page says; nothing where `pdftotext` is not here.
async fn page_of(t: &TestApp, report: &Value) -> Option<String> {
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let answer = t.raw(Method::GET, &path(report, "pdf"), &[("authorization", bearer.as_str())], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/pdf"), "{}", answer.text());
    crate::letters::text_of(&answer.body)
}

/// A referral of a doctor under an order of four visits, once a week, until April 5.
async fn ordered(t: &TestApp, doctor: &str, last: &str) -> Value {
    t.at("2026-03-02");
    t.fees().await;
    let payer = t.payer(&format!("Cascade Health {last}")).await;
    let order = json!({
        "diagnoses": ["M54.2"], "services": ["97140"], "visits": 4, "frequency": "1 a week", "units_per_visit": 4,
        "signed_on": "2026-03-01", "valid_from": "2026-03-02", "valid_to": "2026-04-05"
    });
    t.done("/api/v1/referrals", with(slip(doctor, &payer, last, "2026-03-02"), json!({ "prescription": order }))).await
}

/// The same with three signed notes: pain 7, 5, 3, headaches 3, 3, 4. It is March 16.
async fn running_out(t: &TestApp, last: &str) -> (String, Value) {
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    let referral = ordered(t, &doctor, last).await;
    for (day, pain, headaches) in [("2026-03-02", 7, 3), ("2026-03-09", 5, 3), ("2026-03-16", 3, 4)] {
        t.at(day);
        let visit = t.attended(&referral, day).await;
        t.signed(&visit, with(measured(pain, headaches), json!({ "assessment": "Drives 20 minutes and needs 60." }))).await;
    }
    (doctor, referral)
}

async fn renewal(t: &TestApp, referral: &Value) -> Value {
    t.done("/api/v1/reports", json!({ "kind": "renewal_request", "referral": id(referral) })).await
}

crate::both_databases! {
    async fn a_renewal_request_says_what_is_left_what_is_asked_and_why_with_the_worst_first(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let report = renewal(t, &referral).await;
        assert_eq!((&report["state"], &report["held"], &report["kind"]), (&json!("draft"), &json!(null), &json!("renewal_request")));
        let text = said(&report);
        for words in [
            "1 visit is left and the order ends April 5. We ask for 4 more: once a week for 4 weeks.",
            "Nora Quist, born May 4, 1980",
            "PLEASE CHOOSE ONE BY MARCH 26 Approve 4 more visits, change the request, or stop.",
            "Without a new order we stop after April 5.",
            "Improving after 3 of 4 visits: pain 7 to 3. Headache days a week: worse, 3 to 4. Drives 20 minutes and needs 60.",
            "4 visits, once a week, March 23 to April 19; manual therapy (97140), 4 units a visit, as ordered now.",
            "M54.2 neck pain. Ordered March 1, 2026, valid March 2 to April 5. 3 of 4 visits used. Kept 3 of 3 appointments.",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(text.find("WORSE") < text.find("Better"), "{text}");
        assert!(!text.contains('$'), "{text}");
        let subject = report["message"]["subject"].as_str().expect("a subject");
        assert!(subject.starts_with("Renewal request to sign from ") && !subject.contains("Quist"), "{subject}");
    }

    async fn its_page_has_boxes_to_tick_and_a_line_to_sign_on_one_page_and_goes_with_the_message(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let report = renewal(t, &referral).await;
        if let Some(page) = page_of(t, &report).await {
            for words in ["Re: Nora Quist", "Approve as requested", "Change to: ____ visits", "Stop at the end of this order", "Signature", "Printed name", "page 1 of 1"] {
                assert!(page.contains(words), "{words} in {page}");
            }
        }
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        let mail = t.mails().remove(0);
        let name = format!("renewal-request-{}.pdf", report["reference"].as_str().expect("a reference"));
        assert!(mail.contains(&name), "the page to sign goes with it");
    }

    async fn a_page_that_cannot_be_printed_is_not_sent_for_a_signature(t: &TestApp) {
        let (_, referral) = running_out(t, "山田").await;
        let report = renewal(t, &referral).await;
        let seen = json!({ "seen": report["message"]["seen"] });
        let (status, words) = t.refused(Role::Owner, &path(&report, "approve"), seen).await;
        assert_eq!(status, 409);
        assert!(words.contains("Write it in other letters"), "{words}");
        assert_eq!((t.delivered().await, t.state_of(&report).await.as_str()), (0, "draft"));
    }

    async fn a_renewal_goes_to_who_signed_the_order_and_there_is_one_an_order(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let other = t.reachable_doctor("Feld", "feld@harbor.example").await;
        let renewed = json!({
            "referral": id(&referral), "prescriber": other, "diagnoses": ["M54.2"], "visits": 3, "frequency": "1 a week",
            "signed_on": "2026-03-16", "valid_from": "2026-03-17", "valid_to": "2026-04-30"
        });
        let first = renewal(t, &referral).await;
        assert_eq!(renewal(t, &referral).await["id"], first["id"], "one draft an order");
        t.done("/api/v1/prescriptions", renewed).await;
        t.at("2026-04-07");
        let second = renewal(t, &referral).await;
        assert_ne!(second["id"], first["id"]);
        assert_eq!(second["provider"]["id"], other.as_str(), "who signed the order that runs out is asked");
        t.approved(&second).await;
        t.delivered().await;
        let again = renewal(t, &referral).await;
        assert_eq!((&again["id"], &again["state"]), (&second["id"], &json!("sent")), "asked once, and seen that it was");
    }

    async fn what_the_therapist_asks_for_stands_in_every_sentence(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let report = renewal(t, &referral).await;
        assert_eq!((&report["ours"]["visits"], &report["ours"]["per_week"], &report["ours"]["until"]), (&json!("4"), &json!("1"), &json!("2026-04-19")));
        let change = |more: Value| with(json!({ "version": report["version"] }), more);
        let at = format!("/api/v1/reports/{}", id(&report));
        let wrong = t.patch(Role::Owner, &at, change(json!({ "visits": "many", "per_week": 9, "until": "2026-01-01", "treatment": "x" }))).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.field("/visits").contains("whole number") && wrong.field("/per_week").contains("1 to 7"), "{}", wrong.text());
        assert!(wrong.field("/until").contains("lies ahead") && wrong.field("/treatment").contains("no such part"), "{}", wrong.text());
        let asked = t.patch(Role::Owner, &at, change(json!({ "visits": 6, "per_week": 2 }))).await.json();
        let text = said(&asked);
        for words in ["We ask for 6 more: twice a week for 3 weeks.", "Approve 6 more visits", "6 visits, twice a week, March 23 to April 12;"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert_eq!((&asked["wording"]["visits"], &asked["wording"]["bottom_line"]), (&json!("6"), &json!("")));
    }

    async fn a_renewal_holds_nothing_of_other_patients_and_no_visit_paid_alone(t: &TestApp) {
        let (doctor, referral) = running_out(t, "Quist").await;
        let other = ordered(t, &doctor, "Marsh").await;
        let visit = t.attended(&other, "2026-03-02").await;
        t.signed(&visit, measured(9, 9)).await;
        t.at("2026-03-16");
        let text = said(&renewal(t, &referral).await);
        assert!(!text.contains("Marsh") && text.contains("pain 7 to 3"), "{text}");
    }

    async fn without_an_order_or_a_visit_nothing_is_asked(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        let ask = json!({ "kind": "renewal_request", "referral": id(&referral) });
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", ask).await;
        assert!(status == 409 && words.contains("Nobody was treated"), "{words}");
        let payer = t.payer("Evergreen").await;
        let mut bare = slip(&doctor, &payer, "Lund", "2026-03-02");
        bare.as_object_mut().expect("an object").remove("prescription");
        let bare = t.done("/api/v1/referrals", bare).await;
        t.attended(&bare, "2026-03-02").await;
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", json!({ "kind": "renewal_request", "referral": id(&bare) })).await;
        assert!(status == 409 && words.contains("no order") && words.contains("to renew"), "{words}");
    }

    async fn a_skipped_renewal_may_be_written_anew_and_a_signed_one_is_opened_again(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let first = renewal(t, &referral).await;
        let signed = t.done(&path(&first, "sign"), json!({})).await;
        assert_eq!(signed["state"], "signed");
        assert_eq!(t.done(&path(&first, "unsign"), json!({})).await["state"], "draft");
        assert_eq!(renewal(t, &referral).await["id"], first["id"]);
        t.done(&path(&first, "skip"), json!({ "why": "asked on the phone" })).await;
        let second = renewal(t, &referral).await;
        assert_ne!(second["id"], first["id"]);
        t.approved(&second).await;
        t.delivered().await;
        let progress = t.done("/api/v1/reports", json!({ "kind": "progress", "referral": id(&referral) })).await;
        assert_eq!(progress["kind"], "progress", "a renewal that was sent does not stand in the way of the next report");
    }

    async fn a_renewal_is_asked_for_from_the_page_of_the_referral(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/referrals/{}", id(&referral))).await;
        assert!(page.words().contains("Ask for renewal") && page.words().contains("Renewal request"), "{}", page.words());
        let composer = browser.submit(&page, "/reports", &[]).await;
        assert_eq!((composer.status, composer.value("visits").as_deref(), composer.value("per_week").as_deref()), (StatusCode::OK, Some("4"), Some("1")));
        assert!(composer.words().contains("Renewal request") && composer.value("treatment").is_none(), "{}", composer.words());
        let address = composer.path.clone();
        let saved = browser.submit(&composer, &address, &[("visits", "2"), ("why", "Drives 20 minutes and needs 60.")]).await;
        assert_eq!(saved.status, StatusCode::OK);
        assert!(saved.value("bottom_line").is_some_and(|line| line.contains("We ask for 2 more: once a week for 2 weeks.")), "{:?}", saved.value("bottom_line"));
        let text = browser.open(&format!("{address}?as=text")).await;
        assert!(text.all("pre")[0].contains("Approve 2 more visits"), "{:?}", text.all("pre"));
        let wrong = browser.submit(&saved, &address, &[("visits", "0")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.all(".err")[0].contains("1 to 99"), "{:?}", wrong.all(".err"));
        let done = browser.submit(&saved, &format!("{address}/approve"), &[]).await;
        assert_eq!(done.all(".toast span"), ["Approved. It is going out"]);
        assert_eq!(t.delivered().await, 1);
    }
}

crate::both_databases! {
    async fn an_initial_report_tells_what_was_found_at_the_first_visit_and_when_the_next_comes(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let report = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&referral) })).await;
        let text = said(&report);
        for words in [
            "First visit on March 2: pain 7.",
            "Nothing needed from you. Thank you for your referral of March 2.",
            "FOUND ON MARCH 2, 2026 Pain, 0 to 10 7 Headache days a week 3",
            "Drives 20 minutes and needs 60.",
            "The next report comes after visit 8 or by April 1, whichever is first.",
            "1 of 4 visits used. Kept 1 of 1 appointment.",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("7 to 3") && report["held"].is_null(), "what came after the first visit is for later reports: {text}");
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        let again = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&referral) })).await;
        assert_eq!((&again["id"], &again["state"]), (&report["id"], &json!("sent")), "one for each course and doctor");
    }

    async fn an_initial_report_waits_for_the_first_note_and_for_no_later_one(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        let new = json!({ "kind": "initial_report", "referral": id(&referral) });
        assert_eq!(t.refused(Role::Owner, "/api/v1/reports", new.clone()).await.0, 409, "nobody was seen yet");
        let first = t.attended(&referral, "2026-03-02").await;
        t.at("2026-03-09");
        t.attended(&referral, "2026-03-09").await;
        let report = t.done("/api/v1/reports", new).await;
        assert_eq!(report["held"], "The note of Mar 2 is not signed. No note says what is planned. Write the plan");
        t.signed(&first, measured(7, 3)).await;
        assert_eq!(t.read(&format!("/api/v1/reports/{}", id(&report))).await["held"], json!(null));
        let waiting = tributary::reports::waiting(&t.app, &t.actor(Role::Owner).await).await.expect("asked");
        assert_eq!(waiting[0].held, None, "the card says the same");
    }

    async fn a_discharge_letter_sets_the_first_measures_beside_the_last_and_needs_a_home_program(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let new = json!({ "kind": "discharge_letter", "referral": id(&referral) });
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", new.clone()).await;
        assert!(status == 409 && words.contains("has not ended"), "{words}");
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "plateau", "on": "2026-03-16" })).await;
        let report = t.done("/api/v1/reports", new).await;
        assert!(report["held"].as_str().is_some_and(|h| h.contains("home program")) && report["message"].is_null(), "{}", report["held"]);
        let said_it = json!({ "home": "Two stretches, twice a day.", "version": report["version"] });
        let report = t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&report)), said_it).await.json();
        let text = said(&report);
        for words in [
            "Discharged after 3 of 4 visits: pain 7 to 3. Headache days a week: worse, 3 to 4.",
            "Nothing needed from you.",
            "Care ended on March 16: the last visits brought no further gain. Two stretches, twice a day.",
            "Please refer again if pain is back at 7 of 10, or if daily life gets harder.",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(text.find("WORSE") < text.find("Better") && !text.contains('$'), "{text}");
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
    }

    async fn a_report_begins_with_a_birth_date_on_file_and_after_the_first_attended_visit(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        let new = json!({ "kind": "progress", "referral": id(&referral) });
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", new.clone()).await;
        assert!(status == 409 && words.contains("Nobody was treated"), "{status} {words}");
        t.attended(&referral, "2026-03-02").await;
        t.app.db.execute_unprepared("update patient set born_on = null").await.expect("not on file");
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", new.clone()).await;
        assert!(status == 409 && words.contains("birth date"), "{status} {words}");
        assert_eq!(t.read("/api/v1/reports").await["items"], json!([]), "nothing was begun");
        t.app.db.execute_unprepared("update patient set born_on = '1981-03-14'").await.expect("on file");
        assert_eq!(t.done("/api/v1/reports", new).await["state"], "draft");
    }

    async fn which_letters_can_be_written_follows_where_the_referral_stands(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let mut browser = t.signed_in(Role::Owner).await;
        let at = format!("/referrals/{}", id(&referral));
        let words = browser.open(&at).await.words();
        assert!(words.contains("Initial report") && !words.contains("Discharge letter"), "{words}");
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "goals_met", "on": "2026-03-16" })).await;
        let page = browser.open(&at).await;
        assert!(page.words().contains("Discharge letter") && !page.words().contains("Progress report"), "{}", page.words());
        let composer = browser.submit(&page, "/reports", &[("kind", "discharge_letter")]).await;
        assert_eq!(composer.status, StatusCode::OK);
        assert!(composer.value("home").as_deref() == Some("") && composer.value("again").is_some_and(|a| a.contains("7 of 10")), "{}", composer.words());
        let address = composer.path.clone();
        let saved = browser.submit(&composer, &address, &[("home", "Two stretches.")]).await;
        assert!(saved.sends_to(&format!("{address}/approve")), "{}", saved.words());
        let new = browser.open("/reports/new").await.words();
        assert!(new.contains("Discharge letter"), "who ended lately stands there: {new}");
    }
}

crate::both_databases! {
    async fn a_lost_referral_is_told_with_what_was_tried_and_nothing_of_our_notes_about_it(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        let new = json!({ "kind": "lost_referral_note", "referral": id(&referral) });
        let (status, words) = t.refused(Role::Owner, "/api/v1/reports", new.clone()).await;
        assert!(status == 409 && words.contains("has not been given up"), "{words}");
        for (day, outcome) in [("2026-03-03", "left_message"), ("2026-03-05", "no_answer")] {
            t.at(day);
            t.done(&format!("/api/v1/referrals/{}/attempt", id(&referral)), json!({ "outcome": outcome, "on": day, "words": "Sounded angry." })).await;
        }
        t.done(&format!("/api/v1/referrals/{}/lose", id(&referral)), json!({ "reason": "unreachable", "note": "Do not call, he owes us." })).await;
        let report = t.done("/api/v1/reports", new).await;
        let text = said(&report);
        for words in [
            "We could not reach Nora Quist, who has not been seen.",
            "If you still want treatment, please ask the patient to call",
            "WHAT WE TRIED - Mar 3: phone, left a message - Mar 5: phone, no answer",
            "We will not call again; the order stays on file.",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        for never in ["angry", "owes", "M54", "$"] {
            assert!(!text.contains(never), "{never} in {text}");
        }
        assert!(report["held"].is_null(), "{}", report["held"]);
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        let told = t.read(&format!("/api/v1/patients/{patient}/disclosures")).await;
        assert_eq!(told["items"][0]["report"], report["id"], "it is on the record of what was told");
    }

    async fn a_thank_you_names_no_patient_and_settles_the_reminder_once_it_is_released(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        t.done("/api/v1/visits", json!({ "referral": id(&referral), "visit_on": "2026-03-10" })).await;
        t.at("2026-03-05");
        let reminds = async || t.read("/api/v1/alerts").await.to_string().contains("thank_you_late");
        assert!(reminds().await);
        let report = t.done("/api/v1/reports", json!({ "kind": "thank_you", "referral": id(&referral) })).await;
        let text = said(&report);
        assert!(text.starts_with("Thank you, Dr. Priya Raman. The patient you referred on Mar 2 is booked for Tuesday, March 10."), "{text}");
        assert!(text.contains("You will have our findings on one page by Friday, March 13."), "{text}");
        let whole = format!("{text} {} {}", report["message"]["html"], report["message"]["subject"]);
        for never in ["Quist", "Nora", "N. Q.", "1980", "M54", "Neck"] {
            assert!(!whole.contains(never), "{never} in {whole}");
        }
        if let Some(page) = page_of(t, &report).await {
            assert!(!page.contains("Quist") && page.contains("Thank you, Dr. Priya Raman."), "{page}");
        }
        t.approved(&report).await;
        assert_eq!(t.delivered().await, 1);
        assert!(!reminds().await, "thanked is thanked");
        let trail = t.signed_in(Role::Owner).await.open(&format!("/referrals/{}", id(&referral))).await;
        assert!(trail.words().contains("Thank-you"), "{}", trail.words());
    }

    async fn who_asked_not_to_be_contacted_gets_no_thanks_and_still_the_reports(t: &TestApp) {
        let (doctor, referral) = running_out(t, "Quist").await;
        let new = ordered(t, &doctor, "Lund").await;
        t.at("2026-03-16");
        let thanks = t.done("/api/v1/reports", json!({ "kind": "thank_you", "referral": id(&new) })).await;
        t.done(&format!("/api/v1/providers/{doctor}/stage"), json!({ "stage": "do_not_contact", "why": "asked" })).await;
        let held = t.read(&format!("/api/v1/reports/{}", id(&thanks))).await["held"].clone();
        assert!(held.as_str().is_some_and(|h| h.contains("asked not to be contacted")), "{held}");
        let report = renewal(t, &referral).await;
        assert!(report["held"].is_null(), "{}", report["held"]);
    }
}

/// What the program begins by itself on a day.
async fn begun(t: &TestApp) -> tributary::reports::letters::due::DraftedView {
    tributary::reports::letters::due::draft(&t.app, &tributary::app::Actor::job()).await.expect("begun")
}

async fn kinds(t: &TestApp) -> Vec<String> {
    let all = t.read("/api/v1/reports?limit=100").await;
    let mut kinds: Vec<String> =
        all["items"].as_array().expect("reports").iter().map(|r| r["kind"].as_str().expect("a kind").to_string()).collect();
    kinds.sort();
    kinds
}

crate::both_databases! {
    async fn letters_are_begun_by_themselves_on_the_day_and_none_twice_and_none_leaves(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let referral = ordered(t, &doctor, "Quist").await;
        assert_eq!((begun(t).await.drafted, kinds(t).await), (1, vec!["thank_you".to_string()]));
        let first = t.attended(&referral, "2026-03-02").await;
        t.signed(&first, measured(7, 3)).await;
        assert_eq!((begun(t).await.drafted, begun(t).await.drafted), (1, 0), "again the same day: nothing more");
        for (day, pain) in [("2026-03-09", 5), ("2026-03-16", 3)] {
            t.at(day);
            let visit = t.attended(&referral, day).await;
            t.signed(&visit, measured(pain, 3)).await;
            begun(t).await;
        }
        assert_eq!(kinds(t).await, ["initial_report", "renewal_request", "thank_you"], "two are left of four: the renewal is due, before the order ends");
        t.at("2026-03-20");
        t.done(&format!("/api/v1/referrals/{}/discharge", id(&referral)), json!({ "reason": "goals_met", "on": "2026-03-20" })).await;
        begun(t).await;
        t.at("2026-04-01");
        begun(t).await;
        t.at("2026-04-02");
        begun(t).await;
        assert_eq!(kinds(t).await, ["discharge_letter", "initial_report", "monthly_summary", "renewal_request", "thank_you"]);
        assert_eq!((t.delivered().await, t.mails().len()), (0, 0), "nothing leaves that nobody approved");
        let by = &t.read("/api/v1/reports?kind=discharge_letter").await["items"][0];
        assert_eq!(t.read(&format!("/api/v1/reports/{}", id(by))).await["history"][0]["by"], "Tributary");
    }

    async fn a_renewal_is_due_to_who_signed_the_order_and_by_whom_the_patient_lets_hear(t: &TestApp) {
        let (sender, signer) = (t.reachable_doctor("Raman", DOCTOR).await, t.reachable_doctor("Feld", "feld@harbor.example").await);
        t.at("2026-03-02");
        t.fees().await;
        let payer = t.payer("Cascade Health").await;
        let order = json!({
            "prescriber": signer, "diagnoses": ["M54.2"], "services": ["97140"], "visits": 4, "frequency": "1 a week",
            "signed_on": "2026-03-01", "valid_from": "2026-03-02", "valid_to": "2026-04-05"
        });
        let referral = t.done("/api/v1/referrals", with(slip(&sender, &payer, "Quist", "2026-03-02"), json!({ "prescription": order }))).await;
        for day in ["2026-03-02", "2026-03-09", "2026-03-16"] {
            t.at(day);
            let visit = t.attended(&referral, day).await;
            t.signed(&visit, measured(5, 3)).await;
        }
        let owner = t.actor(Role::Owner).await;
        let due = async || {
            let due = tributary::reports::letters::due::list(&t.app, &owner, t.app.today()).await.expect("due");
            due.into_iter().map(|d| (d.kind, d.provider.id.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(due().await, [(ReportKind::InitialReport, sender.clone()), (ReportKind::RenewalRequest, signer.clone())]);
        let to_signer = t.done("/api/v1/reports", json!({ "referral": id(&referral), "provider": signer })).await;
        let text = said(&to_signer);
        assert!(text.contains("because you ordered treatment for this patient") && !text.contains("referred this patient"), "{text}");
        let patient = referral["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": signer, "reason": "asked" })).await;
        assert_eq!(due().await, [(ReportKind::InitialReport, sender)], "what the signer may not hear holds nothing of the sender's");
    }

    async fn an_initial_report_asks_nothing_where_nothing_is_to_be_asked(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        let report = t.done("/api/v1/reports", json!({ "kind": "initial_report", "referral": id(&referral) })).await;
        let path = format!("/api/v1/reports/{}", id(&report));
        let asks = t.patch(Role::Owner, &path, json!({ "ask": "May she swim?", "version": report["version"] })).await.json();
        assert!(said(&asks).contains("May she swim?"));
        let quiet = t.patch(Role::Owner, &path, json!({ "no_ask": "yes", "version": asks["version"] })).await.json();
        assert!(!said(&quiet).contains("May she swim?") && said(&quiet).contains("Nothing needed from you."), "{}", said(&quiet));
    }

    async fn a_letter_that_a_person_skipped_is_not_begun_again(t: &TestApp) {
        let (_, referral) = running_out(t, "Quist").await;
        begun(t).await;
        for report in t.read("/api/v1/reports?state=draft").await["items"].as_array().expect("drafts") {
            t.done(&path(report, "skip"), json!({ "why": "told on the phone" })).await;
        }
        t.at("2026-03-17");
        assert_eq!(begun(t).await.drafted, 0);
        assert_eq!(renewal(t, &referral).await["state"], "draft", "a person may");
    }

    async fn a_doctor_gets_what_they_want_and_nothing_about_a_patient_who_restricted_it(t: &TestApp) {
        let (doctor, _) = running_out(t, "Quist").await;
        let (quiet, hidden) = (t.reachable_doctor("Quiet", "quiet@harbor.example").await, ordered(t, &doctor, "Lund").await);
        let wants = t.read(&format!("/api/v1/providers/{quiet}")).await;
        t.patch(Role::Owner, &format!("/api/v1/providers/{quiet}"), json!({ "report_frequency": "none", "version": wants["version"] })).await;
        let referral = ordered(t, &quiet, "Marsh").await;
        for of in [&hidden, &referral] {
            let visit = t.attended(of, "2026-03-02").await;
            t.signed_note(&visit).await;
        }
        let patient = hidden["patient"]["id"].as_str().expect("a patient");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": doctor, "reason": "asked" })).await;
        t.at("2026-03-16");
        let due = tributary::reports::letters::due::list(&t.app, &t.actor(Role::Owner).await, t.app.today()).await.expect("due");
        let about: Vec<String> = due.iter().map(|d| format!("{} {}", d.kind, d.patient.name)).collect();
        assert_eq!(about, ["initial_report Nora Quist", "renewal_request Nora Quist"]);
    }

    async fn two_processes_that_begin_the_same_letters_begin_each_once(t: &TestApp) {
        running_out(t, "Quist").await;
        let one = async || tributary::reports::letters::due::draft(&t.app, &tributary::app::Actor::job()).await;
        let (a, b) = tokio::join!(one(), one());
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        assert_eq!(kinds(t).await, ["initial_report", "renewal_request"]);
    }
}

crate::both_databases! {
    async fn the_command_says_what_is_due_drafts_previews_and_puts_aside(t: &TestApp) {
        running_out(t, "Quist").await;
        let output = t.command(&["reports", "due", "--json"]);
        let due: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let kinds: Vec<&str> = due.as_array().expect("letters").iter().filter_map(|d| d["kind"].as_str()).collect();
        assert_eq!(kinds, ["initial_report", "renewal_request"], "{}", String::from_utf8_lossy(&output.stderr));
        let later = t.command(&["reports", "due", "--on", "2026-03-30"]);
        assert!(!String::from_utf8_lossy(&later.stdout).contains("Initial report"), "a first visit four weeks ago is past");
        assert!(String::from_utf8_lossy(&t.command(&["reports", "draft"]).stdout).contains("2 drafted. Each waits to be read"));
        let listed = t.command(&["reports", "list", "--kind", "renewal_request", "--json"]);
        let report: Value = serde_json::from_slice::<Value>(&listed.stdout).expect("JSON")["items"][0].clone();
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        for (kind, begins) in [("email", "<!doctype html>"), ("text", "RENEWAL REQUEST"), ("pdf", "%PDF-")] {
            let output = t.command(&["reports", "preview", &id(&report), "--as", kind, "--out", &file(kind)]);
            assert_eq!(output.status.code(), Some(0), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
            let content = std::fs::read(file(kind)).expect("a file");
            assert!(content.starts_with(begins.as_bytes()), "{kind}: {}", String::from_utf8_lossy(&content[..20]));
        }
        let wrong = t.command(&["reports", "approve", &id(&report), "--seen", "something-else"]);
        assert!(wrong.status.code() == Some(1) && String::from_utf8_lossy(&wrong.stderr).contains("says something else by now"));
        let skipped = t.command(&["reports", "skip", &id(&report), "--why", "asked on the phone"]);
        assert!(String::from_utf8_lossy(&skipped.stdout).contains("Skipped"), "{}", String::from_utf8_lossy(&skipped.stderr));
    }
}

/// The example of a kind: its fields as they are kept, under `tests/it/mails`.
fn example(kind: ReportKind) -> Letter {
    let path = format!("{}/tests/it/mails/{kind}.json", env!("CARGO_MANIFEST_DIR"));
    let mut fields: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path}"))).expect("json");
    fields["kind"] = kind.word().into();
    serde_json::from_value(fields).expect("a letter")
}

#[test]
fn each_letter_reads_as_a_person_read_it() {
    for kind in ReportKind::ALL {
        let path = format!("{}/tests/it/mails/{kind}.txt", env!("CARGO_MANIFEST_DIR"));
        let read = std::fs::read_to_string(&path).unwrap_or_default();
        let text = example(*kind).compose().expect("a mail").text;
        assert!(text == read, "{kind} says something else than {path}. Read it as the doctor, then keep it:\n{text}");
    }
}

#[test]
fn each_letter_is_short_and_loads_and_links_nothing() {
    for kind in ReportKind::ALL {
        let letter = example(*kind);
        let mail = letter.compose().expect("a mail");
        assert!(words_of(&mail) <= MOST_WORDS, "{kind}: {} words", words_of(&mail));
        assert!(mail.subject.chars().count() <= LONGEST_SUBJECT && mail.html.len() < LARGEST_HTML, "{kind}: {}", mail.subject);
        // An address cannot be folded.
        assert!(mail.text.lines().all(|l| l.starts_with("https://") || l.chars().count() <= 72), "{kind}");
        for mark in ["<img", "url(", "@import", "src=", "cid:"] {
            assert!(!mail.html.contains(mark), "{kind}: {mark}");
        }
        assert_eq!(
            serde_json::from_value::<Letter>(serde_json::to_value(&letter).expect("json")).expect("a letter"),
            letter,
            "it comes back as it was frozen"
        );
    }
}

#[test]
fn what_shows_before_a_letter_is_opened_tells_nothing_about_a_patient() {
    for kind in ReportKind::ALL {
        let letter = example(*kind);
        let mail = letter.compose().expect("a mail");
        let fields = letter.mail().fields().expect("fields");
        let name = fields["patient"]["name"].as_str().unwrap_or("Dana Whitfield").to_string();
        let told = name.split(' ').chain(["born", "M54", "S16", "S13", "M25", "neck", "pain", "of 12", "BD-40218"]);
        for word in told {
            for shown in [&mail.subject, &mail.preheader, &mail.title] {
                assert!(!shown.to_lowercase().contains(&word.to_lowercase()), "{kind}: {shown} tells {word}");
            }
        }
    }
}

#[tokio::test]
async fn each_letter_about_a_patient_prints_on_one_page_without_a_warning() {
    for kind in ReportKind::ALL.iter().filter(|k| k.is_about_one()) {
        let letter = example(*kind);
        let drawn = tributary::mail::print_page(letter.mail()).await.expect("a page");
        assert_eq!((drawn.pages, drawn.warnings.len()), (1, 0), "{kind}: {:?}", drawn.warnings);
    }
}
