//! The letter that introduces us to a doctor: it names no patient, says how it is stopped, and one click stops it; reports go on.

use crate::support::TestApp;
use crate::support::chain::{id, with};
use crate::support::letters::DOCTOR;
use mail_parser::{MessageParser, MimeHeaders};
use poem::http::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::suppression;

const HERE: &str = "https://reports.willow.example";

/// A doctor whom nobody knows yet, at an address that nobody has checked.
async fn prospect(t: &TestApp, last: &str, address: &str) -> Value {
    let new = json!({
        "first_name": "Ruth", "last_name": last, "credentials": ["MD"], "specialty": "Family medicine",
        "organization_name": "Harbor Family Practice", "emails": [{ "address": address }]
    });
    t.done("/api/v1/providers", new).await
}

async fn begun(t: &TestApp, doctor: &Value) -> Value {
    t.done("/api/v1/reports", json!({ "kind": "introduction", "provider": id(doctor) })).await
}

/// The letter as it arrived: its headers and parts.
fn arrived(t: &TestApp) -> Vec<u8> {
    let mails = t.mails();
    assert_eq!(mails.len(), 1, "one letter");
    mails[0].clone().into_bytes()
}

fn header(mail: &[u8], name: &str) -> Option<String> {
    let read = MessageParser::default().parse(mail).expect("MIME");
    read.header_raw(name).map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The path of the stop that stands in its headers.
fn stop_of(mail: &[u8]) -> String {
    let said = header(mail, "List-Unsubscribe").expect("a way to stop");
    let (_, rest) = said.split_once(HERE).unwrap_or_else(|| panic!("no page: {said}"));
    rest.split('>').next().expect("a path").to_string()
}

/// What a mail program sends for its reader: no cookie, no form of ours, from another site.
async fn one_click(t: &TestApp, path: &str) -> u16 {
    let headers = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
    t.raw(Method::POST, path, &headers, "List-Unsubscribe=One-Click").await.status.as_u16()
}

async fn stopped(t: &TestApp) -> Vec<(String, String)> {
    let rows = suppression::Entity::find().all(&t.app.db).await.expect("rows");
    rows.into_iter().map(|s| (s.address, s.stream)).collect()
}

crate::both_databases! {
    with &[("public_url", HERE)];

    async fn an_introduction_says_who_we_are_and_asks_one_thing_and_names_no_patient(t: &TestApp) {
        t.treated("Quist").await;
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let letter = begun(t, &doctor).await;
        assert_eq!((&letter["state"], &letter["held"], &letter["patient"]), (&json!("draft"), &json!(null), &json!(null)), "{letter}");
        let text = letter["message"]["text"].as_str().expect("a text").split_whitespace().collect::<Vec<_>>().join(" ");
        for words in ["Dr. Ruth Whitcombe, the patients", "I am ", "worse results included", "by email, by fax, or not at all?", "Advertisement.", "We bill health plans;"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(text.contains(&format!("{HERE}/stop/")), "{text}");
        assert!(!text.contains("Quist") && !text.contains('$'), "{text}");
        let unchecked = letter["safety"].as_array().expect("looks").iter().find(|s| s["code"] == "address").expect("the address").clone();
        assert_eq!(unchecked["look"], "wait", "told, and no hindrance: {unchecked}");
        assert_eq!(begun(t, &doctor).await["id"], letter["id"], "one that waits is the same");
    }

    async fn it_brings_a_sample_report_about_nobody_real_and_the_headers_that_mail_programs_stop_it_by(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        t.approved(&begun(t, &doctor).await).await;
        assert_eq!(t.delivered().await, 1);
        let mail = arrived(t);
        assert_eq!(header(&mail, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        assert!(header(&mail, "List-Unsubscribe").expect("a way").contains("<mailto:"), "also by mail");
        let read = MessageParser::default().parse(&mail).expect("MIME");
        let attached: Vec<_> = read.attachments().collect();
        let [sample] = attached.as_slice() else { panic!("{} attachments", attached.len()) };
        assert_eq!(sample.attachment_name(), Some("sample-report.pdf"));
        if let Some(page) = crate::letters::text_of(sample.contents()) {
            assert!(page.contains("Sample Patient (not a real person)") && page.contains("Ruth Whitcombe") && page.contains("WORSE"), "{page}");
        }
        let mut browser = t.signed_in(Role::Owner).await;
        let next = begun(t, &prospect(t, "Feld", "feld@harbor.example").await).await;
        let to_enclose = browser.request(Method::GET, &format!("/reports/{}/sample.pdf", id(&next)), None).await;
        assert_eq!((to_enclose.status.as_u16(), to_enclose.header("content-type")), (200, "application/pdf"), "for a letter on paper");
        let told = tributary::entity::disclosure::Entity::find().all(&t.app.db).await.expect("rows");
        assert_eq!(told.len(), 0, "nobody was told about");
    }

    async fn one_click_of_a_mail_program_stops_letters_about_us_and_nothing_else(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        t.approved(&begun(t, &doctor).await).await;
        t.delivered().await;
        let path = stop_of(&arrived(t));
        let mut visitor = t.browser();
        let page = visitor.open(&path).await;
        assert_eq!(page.status, 200, "{}", page.words());
        assert!(page.words().contains("No more letters like this?") && !page.html.contains("Whitcombe"), "{}", page.words());
        assert_eq!(stopped(t).await, [], "looking stops nothing: mail scanners look");
        assert_eq!((one_click(t, &path).await, one_click(t, &path).await), (200, 200), "twice is the same");
        assert_eq!(stopped(t).await, [("ruth@harbor.example".to_string(), "outreach".to_string())]);
        let seen = t.read(&format!("/api/v1/providers/{}", id(&doctor))).await;
        assert!(seen["emails"][0]["no_letters"].as_str().expect("why").contains("at the link"), "{seen}");
        t.at("2027-06-01");
        let again = begun(t, &doctor).await;
        assert!(again["held"].as_str().expect("held").contains("wants no letters about us"), "{again}");
        // Its button does the same for who reads the page.
        let done = visitor.submit(&page, &path, &[]).await;
        assert!(done.words().contains("Reports on patients whom you send go on"), "{}", done.words());
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("stopped_letters") && log.contains("(link)"), "who stopped them is on file");
    }

    async fn who_says_stop_while_a_letter_waits_gets_none_and_their_reports_all_the_same(t: &TestApp) {
        let case = t.treated("Quist").await;
        let doctor = json!({ "id": case.doctor });
        let letter = begun(t, &doctor).await;
        t.approved(&letter).await;
        t.approved(&t.drafted(&case).await).await;
        let shown = t.read(&format!("/api/v1/reports/{}", id(&letter))).await;
        let text = shown["message"]["text"].as_str().expect("a text");
        let path = text.split(HERE).nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a path").to_string();
        assert_eq!(one_click(t, &path).await, 200);
        t.delivered().await;
        assert_eq!(t.state_of(&letter).await, "failed", "what waited is not sent");
        let mails = t.mails();
        assert!(mails.len() == 1 && mails[0].contains("Progress report"), "the report about a patient goes: {}", mails.len());
    }

    async fn a_stop_that_was_not_ours_is_unknown_whatever_is_tried(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        t.approved(&begun(t, &doctor).await).await;
        t.delivered().await;
        let path = stop_of(&arrived(t));
        let other = format!("{}{}", &path[..path.len() - 1], if path.ends_with('0') { '1' } else { '0' });
        for wrong in [other.as_str(), "/stop/x", "/stop/%00", &format!("/stop/{}", "a".repeat(64)), &format!("/stop/{}", "ä".repeat(40))] {
            assert_eq!((t.browser().open(wrong).await.status.as_u16(), one_click(t, wrong).await), (404, 404), "{wrong}");
        }
        assert_eq!(stopped(t).await, []);
    }
}

crate::both_databases! {
    async fn without_a_public_address_a_reply_stops_it(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let letter = begun(t, &doctor).await;
        assert!(letter["message"]["text"].as_str().expect("a text").contains("reply with the word STOP"), "{letter}");
        t.approved(&letter).await;
        t.delivered().await;
        let mail = arrived(t);
        assert!(header(&mail, "List-Unsubscribe").expect("a way").starts_with("<mailto:"));
        assert_eq!(header(&mail, "List-Unsubscribe-Post"), None);
    }

    async fn a_letter_that_goes_is_on_file_with_its_call_and_one_that_is_taken_back_is_not(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let letter = begun(t, &doctor).await;
        t.approved(&letter).await;
        let seen = async || t.read(&format!("/api/v1/providers/{}", id(&doctor))).await;
        assert_eq!(seen().await["stage"], "contacted", "a first contact moves a prospect on");
        let timeline = async || t.read(&format!("/api/v1/providers/{}/timeline", id(&doctor))).await.to_string();
        let planned = timeline().await;
        assert!(planned.contains("how would they like to get reports?") && planned.contains("Introduction, ref"), "{planned}");
        t.done(&format!("/api/v1/reports/{}/take-back", id(&letter)), json!({})).await;
        assert!(!timeline().await.contains("how would they like"), "nobody was written to");
        assert_eq!(t.delivered().await, 0);
        // On paper it is a letter, and says so.
        let way = t.read(&format!("/api/v1/reports/{}", id(&letter))).await;
        t.done(&format!("/api/v1/reports/{}/approve", id(&letter)), json!({ "seen": way["message"]["seen"], "channel": "paper" })).await;
        assert!(timeline().await.contains("wrote a letter"), "{}", timeline().await);
    }

    async fn nobody_is_introduced_to_twice_a_year_and_who_wants_no_contact_never(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let letter = begun(t, &doctor).await;
        t.approved(&letter).await;
        t.delivered().await;
        let ask = json!({ "kind": "introduction", "provider": id(&doctor) });
        let twice = t.refused(Role::Owner, "/api/v1/reports", ask.clone()).await;
        assert!(twice.0 == 409 && twice.1.contains("introduced ourselves on March 2, 2026"), "{twice:?}");
        assert_eq!(t.refused(Role::Owner, &format!("/api/v1/reports/{}/amend", id(&letter)), json!({ "why": "x" })).await.0, 409);
        t.at("2027-03-03");
        assert_eq!(t.post(Role::Owner, "/api/v1/reports", ask).await.status, 201, "a year later it is another letter");
        let gone = prospect(t, "Laurent", "laurent@harbor.example").await;
        t.done(&format!("/api/v1/providers/{}/stage", id(&gone)), json!({ "stage": "do_not_contact", "why": "Asked us not to call" })).await;
        let held = begun(t, &gone).await;
        assert!(held["held"].as_str().expect("held").contains("asked not to be contacted"), "{held}");
        let refused = t.refused(Role::Owner, &format!("/api/v1/reports/{}/approve", id(&held)), json!({ "seen": held["message"]["seen"] })).await;
        assert_eq!(refused.0, 409);
    }

    async fn what_studies_say_stands_there_only_with_its_source_and_who_we_are_is_said_once(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let letter = begun(t, &doctor).await;
        let path = format!("/api/v1/reports/{}", id(&letter));
        let bare = t.patch(Role::Owner, &path, json!({ "studies": "It helps everybody.", "version": letter["version"] })).await;
        assert_eq!(bare.status, 422);
        assert!(bare.field("/studies").contains("End each line with its source"), "{}", bare.text());
        let said = json!({
            "who": "I am new in town.", "coverage": "We bill nobody yet.", "contact": "Jess", "call_day": "2026-03-20",
            "studies": "It helps. (Doe, Journal 2019;1:2)", "version": letter["version"]
        });
        let changed = t.changed(&path, said).await;
        let text = changed["message"]["text"].as_str().expect("a text").to_string();
        for words in ["I am new in town.", "We bill nobody yet.", "I call Jess on Friday, March 20", "- It helps. (Doe, Journal 2019;1:2)"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        t.approved(&letter).await;
        let next = begun(t, &prospect(t, "Feld", "feld@harbor.example").await).await;
        let text = next["message"]["text"].as_str().expect("a text").to_string();
        assert!(text.contains("I am new in town.") && text.contains("We bill nobody yet.") && !text.contains("I call Jess"), "{text}");
        let other = with(json!({ "version": next["version"] }), json!({ "bottom_line": "Better" }));
        assert_eq!(t.patch(Role::Owner, &format!("/api/v1/reports/{}", id(&next)), other).await.status, 422, "no such part");
    }

    async fn a_therapist_writes_their_own_and_the_front_desk_and_the_biller_none(t: &TestApp) {
        let doctor = prospect(t, "Whitcombe", "ruth@harbor.example").await;
        let ask = json!({ "kind": "introduction", "provider": id(&doctor) });
        for role in [Role::FrontDesk, Role::Biller, Role::Marketer, Role::ReadOnly] {
            assert!(matches!(t.post(role, "/api/v1/reports", ask.clone()).await.status.as_u16(), 403 | 404), "{role:?}");
        }
        let own = t.post(Role::Therapist, "/api/v1/reports", ask).await;
        assert_eq!(own.status, 201, "{}", own.text());
        let mut browser = t.signed_in(Role::Therapist).await;
        let page = browser.open(&format!("/reports/{}", id(&own.json()))).await;
        assert!(page.status == 200 && page.words().contains("Introduction, to"), "{}", page.words());
        assert!(browser.open("/reports").await.words().contains("About us"), "it waits in the queue");
    }

    async fn it_prefers_email_where_reports_go_behind_a_link(t: &TestApp) {
        let doctor = t.reachable_doctor("Raman", DOCTOR).await;
        let before = t.read(&format!("/api/v1/providers/{doctor}")).await;
        t.changed(&format!("/api/v1/providers/{doctor}"), json!({ "preferred_channel": "link", "version": before["version"] })).await;
        let letter = begun(t, &json!({ "id": doctor })).await;
        assert_eq!((&letter["way"], &letter["held"]), (&json!("email"), &json!(null)), "{letter}");
        assert!(letter["not_by_link"].as_str().expect("why").contains("needs no link"), "{letter}");
    }
}
