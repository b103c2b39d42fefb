//! Reports that a person prints and sends: for doctors who get paper, and where email cannot go. Never by itself, and never twice.

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::chain::id;
use crate::support::letters::DOCTOR;
use poem::http::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::disclosure;

/// A drafted report for a doctor who gets faxes.
async fn for_fax(t: &TestApp) -> (Value, String) {
    let case = t.treated("Quist").await;
    t.changed(
        &format!("/api/v1/providers/{}", case.doctor),
        json!({ "preferred_channel": "fax", "phones": [{ "number": "206-555-0142", "is_fax": "yes" }] }),
    )
    .await;
    (t.drafted(&case).await, case.referral["patient"]["id"].as_str().expect("a patient").into())
}

async fn read(t: &TestApp, report: &Value) -> Value {
    t.read(&format!("/api/v1/reports/{}", id(report))).await
}

async fn approve(t: &TestApp, report: &Value, channel: &str) -> Value {
    let seen = read(t, report).await["message"]["seen"].clone();
    t.done(&format!("/api/v1/reports/{}/approve", id(report)), json!({ "seen": seen, "channel": channel })).await
}

async fn to_print(t: &TestApp) -> Vec<Value> {
    t.read("/api/v1/mails?channel=paper&state=approved").await["items"].as_array().expect("a list").clone()
}

async fn told(t: &TestApp) -> Vec<(String, String)> {
    let rows = disclosure::Entity::find().all(&t.app.db).await.expect("rows");
    rows.into_iter().map(|d| (d.channel, d.to_address)).collect()
}

async fn undelivered(t: &TestApp) -> Value {
    t.read("/api/v1/alerts?rule=email_bounced").await["items"].clone()
}

crate::both_databases! {
    async fn a_report_for_a_doctor_who_gets_faxes_waits_to_be_printed_is_marked_as_sent_and_never_mailed(t: &TestApp) {
        let (report, _) = for_fax(t).await;
        let before = read(t, &report).await;
        assert_eq!((&before["way"], &before["held"]), (&json!("paper"), &Value::Null), "{before}");
        assert!(before["safety"].to_string().contains("(206) 555-0142"), "it says where it goes: {}", before["safety"]);
        let approved = approve(t, &report, "").await;
        assert_eq!((&approved["state"], &approved["mail"]["channel"], &approved["mail"]["state"]), (&json!("queued"), &json!("paper"), &json!("approved")));
        assert_eq!(t.delivered().await, 0);
        assert!(t.mails().is_empty() && told(t).await.is_empty(), "nothing left, nobody was told");
        let alert = undelivered(t).await;
        assert!(alert[0]["words"].as_str().is_some_and(|w| w.contains("printed")), "Today says that somebody has to: {alert}");
        let [mail] = to_print(t).await.try_into().expect("one letter");
        let file = t.get(Role::FrontDesk, &format!("/api/v1/mails/{}/message", id(&mail))).await;
        assert!(file.status == 200 && file.body.starts_with(b"%PDF-"), "{}", file.status);
        let shown = t.signed_in(Role::Owner).await.open(&format!("/mails/{}/message.html", id(&mail))).await;
        assert_eq!(shown.status, 404, "a page is no message: {}", shown.words());
        let path = format!("/api/v1/mails/{}/sent-by-hand", id(&mail));
        for wrong in [json!({}), json!({ "how": "pigeon" }), json!({ "how": "fax", "on": "2026-03-15" }), json!({ "how": "fax", "on": "2026-03-17" })] {
            assert_eq!(t.refused(Role::FrontDesk, &path, wrong.clone()).await.0, 422, "{wrong}");
        }
        t.at("2026-03-18");
        let sent = t.call(Role::FrontDesk, Method::POST, &path, Some(&json!({ "how": "fax", "on": "2026-03-17" }))).await.json();
        assert_eq!((&sent["state"], &sent["sent_how"], &sent["sent_on"], &sent["to"]), (&json!("sent"), &json!("fax"), &json!("2026-03-17"), &json!("(206) 555-0142")), "{sent}");
        assert!(sent["sent_by"].is_string(), "who says so: {sent}");
        assert_eq!(told(t).await, [("fax".to_string(), "(206) 555-0142".to_string())]);
        assert_eq!(t.refused(Role::Owner, &path, json!({ "how": "mail" })).await.0, 409, "once");
        assert_eq!((read(t, &report).await["state"].clone(), undelivered(t).await), (json!("sent"), json!([])));
        assert_eq!(t.refused(Role::Owner, &format!("/api/v1/reports/{}/take-back", id(&report)), json!({})).await.0, 409);
        let again = t.refused(Role::Owner, &format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "email it too" })).await;
        assert_eq!(again.0, 409, "never mailed as well: {again:?}");
        assert_eq!((t.delivered().await, t.mails().len(), told(t).await.len()), (0, 0, 1));
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("sent_by_hand") && log.contains("printed"), "both are on file");
    }

    async fn a_letter_on_paper_that_went_to_the_wrong_person_stops_no_other_and_is_told_as_what_it_was(t: &TestApp) {
        let (report, patient) = for_fax(t).await;
        approve(t, &report, "").await;
        let [first] = to_print(t).await.try_into().expect("one letter");
        t.done(&format!("/api/v1/mails/{}/sent-by-hand", id(&first)), json!({ "how": "fax" })).await;
        let doctor = report["provider"]["id"].as_str().expect("a doctor").to_string();
        let other = t.treated_for(&doctor, "Lund").await;
        let second = t.drafted(&other).await;
        approve(t, &second, "").await;
        t.done(&format!("/api/v1/mails/{}/wrong-person", id(&first)), json!({ "what_happened": "The fax number of another office" })).await;
        assert_eq!(to_print(t).await.len(), 1, "it waits for its doctor as before");
        let stopped = tributary::entity::suppression::Entity::find().all(&t.app.db).await.expect("asked");
        assert!(stopped.is_empty(), "a fax number is no mailbox: {stopped:?}");
        let told = t.read(&format!("/api/v1/patients/{patient}/disclosures")).await["items"][0].clone();
        assert_eq!((&told["provider"], &told["purpose"], &told["to"]), (&Value::Null, &json!("sent to the wrong person"), &json!("(206) 555-0142")));
    }

    async fn what_was_told_about_a_patient_prints_as_an_accounting_with_every_way_that_it_went(t: &TestApp) {
        let (report, patient) = for_fax(t).await;
        let other = t.treated_for(&t.reachable_doctor("Lind", "lind@harbor.example").await, "Lund").await;
        t.approved(&t.drafted(&other).await).await;
        approve(t, &report, "").await;
        let [mail] = to_print(t).await.try_into().expect("one letter");
        t.done(&format!("/api/v1/mails/{}/sent-by-hand", id(&mail)), json!({ "how": "fax" })).await;
        let second = t.done(&format!("/api/v1/reports/{}/amend", id(&report)), json!({ "why": "A number was wrong" })).await;
        approve(t, &second, "email").await;
        t.delivered().await;
        let path = format!("/api/v1/patients/{patient}/disclosures/file");
        let file = t.get(Role::Owner, &path).await;
        assert!(file.status == 200 && file.body.starts_with(b"%PDF-"), "{}", file.status);
        assert!(!file.header("content-disposition").contains("Quist"), "no name in the name of a file");
        if let Some(text) = crate::letters::text_of(&file.body) {
            for part in ["Nora Quist", "2 disclosures", "March 16, 2026", "Dr. Priya Raman", "(206) 555-0142", "by fax", "by email", DOCTOR, "Progress report", "treatment"] {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(!text.contains("Lund") && !text.contains("harbor"), "no other patient: {text}");
        }
        assert_eq!(t.get(Role::FrontDesk, &path).await.status, 404, "who may not read the list may not print it");
        assert!(t.read("/api/v1/audit?limit=200").await.to_string().contains("printed_disclosures"));
        let mut browser: Browser<'_> = t.signed_in(Role::Owner).await;
        assert!(browser.open(&format!("/patients/{patient}")).await.html.contains("disclosures.pdf"));
    }

    async fn what_waits_to_be_printed_is_taken_back_until_it_was_sent_and_may_be_mailed_then(t: &TestApp) {
        let (report, _) = for_fax(t).await;
        approve(t, &report, "paper").await;
        let [mail] = to_print(t).await.try_into().expect("one letter");
        let seen = read(t, &report).await["message"]["seen"].clone();
        let twice = t.refused(Role::Owner, &format!("/api/v1/reports/{}/release", id(&report)), json!({ "seen": seen, "channel": "email" })).await;
        assert_eq!(twice.0, 409, "one way at a time: {twice:?}");
        assert_eq!(t.done(&format!("/api/v1/reports/{}/take-back", id(&report)), json!({})).await["state"], "signed");
        assert_eq!(t.refused(Role::Owner, &format!("/api/v1/mails/{}/sent-by-hand", id(&mail)), json!({ "how": "mail" })).await.0, 409);
        assert!(to_print(t).await.is_empty());
        approve(t, &report, "email").await;
        assert_eq!((t.delivered().await, t.mails().len()), (1, 1));
        assert_eq!(told(t).await.iter().map(|(channel, _)| channel.as_str()).collect::<Vec<_>>(), ["email"]);
    }

    async fn from_email_to_paper_is_offered_and_never_happens_by_itself(t: &TestApp) {
        let case = t.treated("Quist").await;
        let doctor = t.doctor("Ada", "Lind").await;
        let other = t.treated_for(&doctor, "Lund").await;
        let report = t.drafted(&other).await;
        let held = read(t, &report).await;
        assert_eq!((&held["way"], &held["not_on_paper"]), (&json!("email"), &Value::Null));
        assert!(held["held"].as_str().is_some_and(|w| w.contains("email address")) && held["held"] == held["not_by_email"], "{held}");
        let approve_path = format!("/api/v1/reports/{}/approve", id(&report));
        let seen = held["message"]["seen"].clone();
        assert_eq!(t.refused(Role::Owner, &approve_path, json!({ "seen": seen })).await.0, 409);
        assert!(to_print(t).await.is_empty(), "not by itself");
        t.done(&approve_path, json!({ "seen": seen, "channel": "paper" })).await;
        assert_eq!(to_print(t).await.len(), 1);
        // One that was mailed and refused, too: taken back, it is what it was before.
        let mailed = t.drafted(&case).await;
        t.approved(&mailed).await;
        t.done(&format!("/api/v1/patients/{}/restrictions", case.referral["patient"]["id"].as_str().expect("an id")), json!({ "reason": "asked" })).await;
        t.delivered().await;
        assert_eq!(t.state_of(&mailed).await, "failed");
        let resend = format!("/api/v1/reports/{}/resend", id(&mailed));
        let on_paper = json!({ "why": "their server refuses us", "channel": "paper" });
        assert_eq!(t.refused(Role::Owner, &resend, on_paper.clone()).await.0, 409, "a restriction holds on paper as well");
        let patient = t.read(&format!("/api/v1/patients/{}", case.referral["patient"]["id"].as_str().expect("an id"))).await;
        let lift = format!("/api/v1/patients/{}/restrictions/{}/lift", id(&patient), id(&patient["restrictions"][0]));
        t.done(&lift, json!({})).await;
        let again = t.done(&resend, on_paper.clone()).await;
        assert_eq!((&again["state"], &again["mail"]["channel"]), (&json!("queued"), &json!("paper")), "{again}");
        assert_eq!(t.refused(Role::Owner, &resend, on_paper).await.0, 409, "it waits already");
        t.done(&format!("/api/v1/reports/{}/take-back", id(&mailed)), json!({})).await;
        assert_eq!((t.state_of(&mailed).await.as_str(), to_print(t).await.len()), ("failed", 1), "what went before stays as it is");
    }

    async fn a_restriction_that_comes_after_the_approval_stops_the_printing(t: &TestApp) {
        let (report, patient) = for_fax(t).await;
        approve(t, &report, "").await;
        let [mail] = to_print(t).await.try_into().expect("one letter");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "reason": "asked" })).await;
        let file = t.get(Role::Owner, &format!("/api/v1/mails/{}/message", id(&mail))).await;
        assert!(file.status == 409 && file.text().contains("hears nothing"), "{}", file.text());
        let mut browser: Browser<'_> = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/mails/{}", id(&mail))).await.html;
        assert!(page.contains("Was it sent?") && page.contains("letter.pdf"), "{page}");
        let listed = browser.open("/mails?channel=paper&state=approved").await.html;
        assert!(listed.contains("To print"), "{listed}");
        assert!(browser.open(&format!("/reports/{}", id(&report))).await.html.contains("Waits to be printed"));
    }
}

/// The service of the tests.
const GATEWAY: &[(&str, &str)] = &[("fax_gateway", "fax.example"), ("public_url", "https://reports.willow.example")];
const NUMBER: &str = "12065550142@fax.example";

async fn faxed(t: &TestApp, report: &Value) -> Value {
    let seen = read(t, report).await["message"]["seen"].clone();
    t.done(&format!("/api/v1/reports/{}/approve", id(report)), json!({ "seen": seen, "channel": "fax" })).await
}

crate::both_databases! {
    with GATEWAY;

    async fn a_doctor_who_gets_faxes_is_faxed_by_the_service_with_a_cover_that_tells_about_nobody(t: &TestApp) {
        let (report, _) = for_fax(t).await;
        let before = read(t, &report).await;
        assert_eq!((&before["way"], &before["held"]), (&json!("fax"), &Value::Null), "{before}");
        assert!(before["safety"].to_string().contains("Nothing was faxed to (206) 555-0142 yet"), "{}", before["safety"]);
        faxed(t, &report).await;
        assert_eq!(t.delivered().await, 1);
        let [mail] = t.mails().try_into().expect("one fax");
        assert!(mail.contains(&format!("To: {NUMBER}")), "{mail}");
        let cover = tributary::mail::read(mail.as_bytes());
        assert!(cover.text.contains("To Priya Raman, MD") && cover.text.contains("1 page after this one"), "{}", cover.text);
        for told in [&cover.text, &cover.subject, &cover.html.clone().unwrap_or_default()] {
            assert!(!told.contains("Quist") && !told.contains("M54"), "{told}");
        }
        let name = format!("progress-report-{}.pdf", report["reference"].as_str().expect("a reference"));
        assert!(mail.contains(&name), "the page comes with it");
        assert_eq!((told(t).await, read(t, &report).await["state"].clone()), (vec![("fax".to_string(), NUMBER.to_string())], json!("sent")));
        let other = t.treated_for(report["provider"]["id"].as_str().expect("a doctor"), "Lund").await;
        let second = read(t, &t.drafted(&other).await).await;
        assert!(second["safety"].to_string().contains("faxed there before"), "{}", second["safety"]);
    }

    async fn a_fax_stops_where_the_number_was_changed_or_went_wrong_or_the_patient_says_no(t: &TestApp) {
        let (report, patient) = for_fax(t).await;
        faxed(t, &report).await;
        let doctor = report["provider"]["id"].as_str().expect("a doctor").to_string();
        let phones = |number: &str| json!({ "phones": [{ "number": number, "is_fax": "yes" }] });
        t.changed(&format!("/api/v1/providers/{doctor}"), phones("206-555-0199")).await;
        t.delivered().await;
        let stopped = read(t, &report).await;
        assert_eq!((&stopped["state"], t.mails().len()), (&json!("failed"), 0), "{stopped}");
        assert!(stopped["mail"]["words"].as_str().expect("why").contains("changed after the approval"), "{stopped}");
        t.changed(&format!("/api/v1/providers/{doctor}"), phones("206-555-0142")).await;
        let again = json!({ "why": "The number is right again", "channel": "fax" });
        t.done(&format!("/api/v1/reports/{}/resend", id(&report)), again.clone()).await;
        assert_eq!(t.delivered().await, 1);
        let mails = t.read("/api/v1/mails?channel=fax").await;
        let sent = mails["items"].as_array().expect("mails").iter().find(|m| m["state"] == "sent").expect("one that left").clone();
        t.done(&format!("/api/v1/mails/{}/wrong-person", id(&sent)), json!({ "what_happened": "Another office has this number now" })).await;
        let refused = t.refused(Role::Owner, &format!("/api/v1/reports/{}/resend", id(&report)), again).await;
        assert!(refused.0 == 409 && refused.1.contains("went to the wrong person"), "{refused:?}");
        let case = t.treated_for(&doctor, "Lund").await;
        let other = t.drafted(&case).await;
        assert!(read(t, &other).await["held"].as_str().expect("held").contains("wrong person"), "no fax to that number meanwhile");
        t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": doctor })).await;
        assert!(read(t, &report).await["may"].as_array().is_some());
    }

    async fn a_letter_about_us_is_never_faxed_and_an_extension_is_dialed_by_hand(t: &TestApp) {
        let (report, _) = for_fax(t).await;
        let doctor = report["provider"]["id"].as_str().expect("a doctor").to_string();
        let letter = t.done("/api/v1/reports", json!({ "kind": "introduction", "provider": doctor })).await;
        let shown = read(t, &letter).await;
        assert!(shown["not_by_fax"].as_str().expect("why").contains("the law forbids"), "{shown}");
        let office = json!({ "phones": [{ "number": "206-555-0142 x 7", "is_fax": "yes" }] });
        t.changed(&format!("/api/v1/providers/{doctor}"), office).await;
        let held = read(t, &report).await;
        assert!(held["held"].as_str().is_some_and(|w| w.contains("extension")) && held["not_on_paper"].is_null(), "{held}");
    }
}

crate::both_databases! {
    async fn without_a_fax_service_none_is_offered_also_for_what_was_sent(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        t.delivered().await;
        let sent = read(t, &report).await;
        assert!(sent["not_by_fax"].is_string() && sent["not_by_link"].is_string() && sent["held"].is_null(), "{sent}");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&format!("/reports/{}", id(&report))).await.words();
        assert!(page.contains("Send it on paper") && !page.contains("Fax it") && !page.contains("Send a link instead"), "{page}");
        let refused = t.refused(Role::Owner, &format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "x", "channel": "fax" })).await;
        assert!(refused.0 == 409 && refused.1.contains("TRIBUTARY_FAX_GATEWAY"), "{refused:?}");
    }
}
