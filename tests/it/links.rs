//! Reports behind a secure link: what the mail says, what opens the link and what does not, who looked, and the answer that a doctor gives
//! there.

use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::chain::{id, slip, with};
use crate::support::letters::{Case, DOCTOR, measured};
use chrono::TimeDelta;
use sea_orm::{EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::{disclosure, link_entry, link_reader, outbox};
use tributary::mail::compose::{LARGEST_HTML, LONGEST_SUBJECT, compose};
use tributary::mail::kinds::{CodeNotice, Mail, WaitingNotice};
use tributary::mail::outbox_state::OutboxState;

const HERE: &str = "https://reports.willow.example";

async fn read(t: &TestApp, report: &Value) -> Value {
    t.read(&format!("/api/v1/reports/{}", id(report))).await
}

async fn approve(t: &TestApp, report: &Value, channel: &str) -> Value {
    let seen = read(t, report).await["message"]["seen"].clone();
    t.done(&format!("/api/v1/reports/{}/approve", id(report)), json!({ "seen": seen, "channel": channel })).await
}

/// A progress report that went out as a link: the case, the report, and the link's path.
async fn linked(t: &TestApp, last: &str) -> (Case, Value, String) {
    let case = t.treated(last).await;
    let report = t.drafted(&case).await;
    approve(t, &report, "link").await;
    assert_eq!(t.delivered().await, 1);
    let path = newest_link(t);
    (case, report, path)
}

/// The text part of a mail, put together again.
fn text_of(mail: &str) -> String {
    let read = tributary::mail::read(mail.as_bytes());
    read.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The newest mail in the folder that says something.
fn newest(t: &TestApp, words: &str) -> String {
    let mails: Vec<String> = t.mails().iter().map(|m| text_of(m)).filter(|text| text.contains(words)).collect();
    mails.last().unwrap_or_else(|| panic!("no mail says {words}")).clone()
}

fn newest_link(t: &TestApp) -> String {
    let text = newest(t, "is waiting");
    let (_, rest) = text.split_once(HERE).unwrap_or_else(|| panic!("no link: {text}"));
    rest.split(' ').next().expect("a path").to_string()
}

async fn mailed_code(t: &TestApp) -> String {
    assert_eq!(t.delivered().await, 1, "one code");
    let text = newest(t, "Your code:");
    text.split("Your code: ").nth(1).expect("a code").chars().take(9).collect()
}

/// What staff see of the link.
async fn link(t: &TestApp, report: &Value) -> Value {
    read(t, report).await["link"].clone()
}

async fn digits(t: &TestApp, report: &Value) -> String {
    link(t, report).await["digits"].as_str().expect("digits to tell").to_string()
}

/// Presses the button, and reads the code in the mailbox.
async fn asked<'a>(t: &'a TestApp, path: &str) -> (Browser<'a>, String) {
    // Of two mails of one instant nobody knows which is the newest.
    later(t, TimeDelta::seconds(1));
    let mut browser = t.browser();
    let door = browser.open(path).await;
    assert_eq!(door.status, 200, "{}", door.words());
    let page = browser.submit(&door, path, &[]).await;
    assert_eq!(page.path, format!("{path}/code"), "{}", page.words());
    let code = mailed_code(t).await;
    (browser, code)
}

async fn enter(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("{path}/code")).await;
    browser.submit(&page, &format!("{path}/code"), fields).await
}

/// The report, opened by its doctor.
async fn opened<'a>(t: &'a TestApp, report: &Value, path: &str) -> (Browser<'a>, Page) {
    let told = digits(t, report).await;
    let (mut browser, code) = asked(t, path).await;
    let page = enter(&mut browser, path, &[("code", &code), ("digits", &told)]).await;
    assert_eq!((page.status.as_u16(), page.path.as_str()), (200, format!("{path}/report").as_str()), "{}", page.words());
    (browser, page)
}

async fn told(t: &TestApp) -> Vec<(String, i64)> {
    let rows = disclosure::Entity::find().all(&t.app.db).await.expect("rows");
    rows.into_iter().map(|d| (d.channel, d.view_no)).collect()
}

fn later(t: &TestApp, by: TimeDelta) {
    t.forget_held();
    t.app.clock.set(t.app.now() + by);
}

/// A renewal request that went out as a link: two visits are left.
async fn asked_to_renew(t: &TestApp) -> (Value, Value, String) {
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    t.at("2026-03-02");
    t.fees().await;
    let payer = t.payer("Cascade Health").await;
    let order = json!({
        "diagnoses": ["M54.2"], "services": ["97140"], "visits": 4, "frequency": "1 a week", "units_per_visit": 4,
        "signed_on": "2026-03-01", "valid_from": "2026-03-02", "valid_to": "2026-04-05"
    });
    let referral = t.done("/api/v1/referrals", with(slip(&doctor, &payer, "Quist", "2026-03-02"), json!({ "prescription": order }))).await;
    for (day, pain) in [("2026-03-02", 7), ("2026-03-09", 5)] {
        t.at(day);
        let visit = t.attended(&referral, day).await;
        t.signed(&visit, measured(pain, 3)).await;
    }
    let report = t.done("/api/v1/reports", json!({ "kind": "renewal_request", "referral": id(&referral) })).await;
    approve(t, &report, "link").await;
    t.delivered().await;
    (referral, report, newest_link(t))
}

async fn orders(t: &TestApp, referral: &Value) -> Vec<Value> {
    t.read(&format!("/api/v1/prescriptions?referral={}", id(referral))).await["items"].as_array().expect("a list").clone()
}

async fn answered(t: &TestApp) -> Value {
    t.read("/api/v1/sign-backs").await["items"][0].clone()
}

async fn to_check(t: &TestApp) -> usize {
    t.read("/api/v1/alerts?rule=renewal_answered").await["items"].as_array().expect("alerts").len()
}

const SIGNED: [(&str, &str); 2] = [("name", "Priya Raman, MD"), ("may_sign", "yes")];

crate::both_databases! {
    with &[("public_url", HERE)];

    async fn the_mail_of_a_link_says_nothing_about_anybody_and_the_link_opens_with_a_code_and_the_digits(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        let mails = t.mails();
        for word in ["Quist", "Nora", "1981", "M54", "Neck", "visits", "Progress"] {
            assert!(!mails[0].contains(word), "the mail tells {word}: {}", mails[0]);
        }
        assert!(mails[0].contains("A report is waiting for you [ref "), "{}", mails[0]);
        let mail = read(t, &report).await["mail"].clone();
        assert_eq!((&mail["channel"], &mail["state"]), (&json!("link"), &json!("sent")));
        let mut browser = t.browser();
        let door = browser.open(&path).await;
        assert!(door.words().contains("Willow") && !door.words().contains("Quist") && !door.words().contains("Progress"), "{}", door.words());
        assert_eq!((door.form_actions(), t.delivered().await, told(t).await.len()), (vec![path.clone()], 0, 0), "a button, and nothing happened");
        let told_by_phone = digits(t, &report).await;
        let page = browser.submit(&door, &path, &[]).await;
        assert!(page.has("#f-digits") || page.html.contains("name=\"digits\""), "{}", page.words());
        let code = mailed_code(t).await;
        assert!(!newest(t, "Your code:").contains("Quist"));
        let without = enter(&mut browser, &path, &[("code", &code)]).await;
        assert!(without.status == 422 && without.words().contains("not the digits"), "{}", without.words());
        let wrong = enter(&mut browser, &path, &[("code", "0000 0000"), ("digits", &told_by_phone)]).await;
        assert!(wrong.status == 422 && wrong.words().contains("3 tries are left"), "{}", wrong.words());
        let report_page = enter(&mut browser, &path, &[("code", &code), ("digits", &told_by_phone)]).await;
        assert_eq!((report_page.status.as_u16(), report_page.path.clone()), (200, format!("{path}/report")));
        assert!(report_page.words().contains("Progress report") && !report_page.has("#answer"), "{}", report_page.words());
        let message = browser.open(&format!("{path}/message.html")).await;
        assert!(message.html.contains("Quist"), "the letter itself");
        assert!(!t.browser().open(&format!("{path}/message.html")).await.html.contains("Quist"), "not for who has not opened it");
        let pdf = browser.request(poem::http::Method::GET, &format!("{path}/letter.pdf"), None).await;
        assert!(pdf.body.starts_with(b"%PDF-") && !pdf.header("content-disposition").contains("Quist"));
        browser.open(&format!("{path}/report")).await;
        assert_eq!(told(t).await, [("link".to_string(), 1)], "one sitting is one view");
        let known = link(t, &report).await;
        assert_eq!((&known["views"], &known["digits"], &known["wrong_tries"]), (&json!(1), &Value::Null, &json!(2)), "{known}");
        let looks: Vec<&str> = known["looks"].as_array().expect("looks").iter().filter_map(|l| l["what"].as_str()).collect();
        assert_eq!(looks, ["page", "pdf"]);
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("opened_link") && log.contains("(link)"), "who opened it is on file");
    }

    async fn each_sitting_is_a_view_and_the_digits_are_asked_once(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        opened(t, &report, &path).await;
        later(t, TimeDelta::hours(2));
        let (mut second, code) = asked(t, &path).await;
        let page = enter(&mut second, &path, &[("code", &code)]).await;
        assert_eq!(page.status, 200, "the mailbox is known by now: {}", page.words());
        assert_eq!(told(t).await, [("link".to_string(), 1), ("link".to_string(), 2)]);
        let over = second.open(&format!("{path}/report")).await;
        assert_eq!(over.status, 200);
        later(t, TimeDelta::minutes(31));
        let over = second.open(&format!("{path}/report")).await;
        assert!(over.status == 409 && over.words().contains("Open it again"), "{}", over.words());
    }

    async fn whatever_is_wrong_with_a_link_the_answer_is_the_same_and_tells_nothing(t: &TestApp) {
        let (case, report, path) = linked(t, "Quist").await;
        let never = t.browser().open(&format!("/r/{}", "a".repeat(64))).await;
        assert!(never.status == 404 && never.words().contains("opens nothing"), "{}", never.words());
        let closed = |page: &Page| page.status == 404 && page.words() == never.words();
        assert!(!closed(&t.browser().open(&path).await), "it opens");
        let mail = read(t, &report).await["mail"]["id"].as_str().expect("a mail").to_string();
        let answer = t.post(Role::FrontDesk, &format!("/api/v1/mails/{mail}/close-link"), json!({ "why": "the wrong office" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!((&answer.json()["link"]["state"], &answer.json()["link"]["ended_why"]), (&json!("ended"), &json!("the wrong office")));
        assert!(closed(&t.browser().open(&path).await), "closed by a person");
        assert_eq!(t.refused(Role::Owner, &format!("/api/v1/mails/{mail}/close-link"), json!({})).await.0, 409, "once");
        let again = |why: &str| json!({ "why": why, "channel": "link" });
        let resend = format!("/api/v1/reports/{}/resend", id(&report));
        later(t, TimeDelta::hours(1));
        t.done(&resend, again("they lost it")).await;
        t.delivered().await;
        let second = newest_link(t);
        assert!(second != path && !closed(&t.browser().open(&second).await), "a new one opens");
        later(t, TimeDelta::hours(1));
        t.done(&resend, again("and again")).await;
        t.delivered().await;
        assert!(closed(&t.browser().open(&second).await), "the one before opens no more");
        let third = newest_link(t);
        let patient = case.referral["patient"]["id"].as_str().expect("a patient");
        let restricted = t.done(&format!("/api/v1/patients/{patient}/restrictions"), json!({ "provider": case.doctor })).await;
        assert!(closed(&t.browser().open(&third).await), "the patient asked for it");
        t.done(&format!("/api/v1/patients/{patient}/restrictions/{}/lift", id(&restricted["restrictions"][0])), json!({})).await;
        assert!(!closed(&t.browser().open(&third).await));
        let (mut reading, _) = opened(t, &report, &third).await;
        later(t, TimeDelta::days(31));
        assert!(closed(&reading.open(&third).await) && closed(&t.browser().open(&third).await), "too old");
    }

    async fn a_code_works_once_in_its_own_browser_for_a_quarter_of_an_hour_and_takes_five_tries(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        let told_by_phone = digits(t, &report).await;
        let (mut mine, code) = asked(t, &path).await;
        let (mut other, _) = asked(t, &path).await;
        let stolen = enter(&mut other, &path, &[("code", &code), ("digits", &told_by_phone)]).await;
        assert!(stolen.status == 422, "another browser's code: {}", stolen.words());
        later(t, TimeDelta::minutes(16));
        let old = enter(&mut mine, &path, &[("code", &code), ("digits", &told_by_phone)]).await;
        assert!(old.status == 422 && old.words().contains("too old"), "{}", old.words());
        let (mut third, code) = asked(t, &path).await;
        for _ in 0..5 {
            assert_eq!(enter(&mut third, &path, &[("code", "12345678"), ("digits", &told_by_phone)]).await.status, 422);
        }
        let late = enter(&mut third, &path, &[("code", &code), ("digits", &told_by_phone)]).await;
        assert!(late.status == 422 && late.words().contains("used up"), "the sixth try, however right: {}", late.words());
        let (mut fourth, code) = asked(t, &path).await;
        assert_eq!(enter(&mut fourth, &path, &[("code", &code), ("digits", &told_by_phone)]).await.status, 200);
        let twice = enter(&mut fourth, &path, &[("code", &code), ("digits", &told_by_phone)]).await;
        assert_eq!(twice.status, 422, "a code works once: {}", twice.words());
    }

    async fn a_mailbox_is_not_flooded_with_codes_and_a_link_locks_after_twenty_wrong_ones(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        for _ in 0..5 {
            asked(t, &path).await;
        }
        let mut browser = t.browser();
        let door = browser.open(&path).await;
        let sixth = browser.submit(&door, &path, &[]).await;
        assert!(sixth.status == 429 && sixth.words().contains("Wait an hour"), "{}", sixth.words());
        for _ in 0..4 {
            later(t, TimeDelta::minutes(61));
            let (mut guesser, _) = asked(t, &path).await;
            for _ in 0..5 {
                enter(&mut guesser, &path, &[("code", "12345678"), ("digits", "000000")]).await;
            }
        }
        assert_eq!(t.browser().open(&path).await.status, 404, "it is locked");
        assert_eq!(link(t, &report).await["state"], "locked");
        assert!(told(t).await.is_empty());
    }

    async fn a_device_of_its_readers_alone_is_asked_for_no_code_for_thirty_days(t: &TestApp) {
        let (case, report, path) = linked(t, "Quist").await;
        let told_by_phone = digits(t, &report).await;
        let (mut browser, code) = asked(t, &path).await;
        enter(&mut browser, &path, &[("code", &code), ("digits", &told_by_phone), ("trust", "yes")]).await;
        later(t, TimeDelta::days(5));
        let other = t.treated_for(&case.doctor, "Lund").await;
        let second = t.drafted(&other).await;
        approve(t, &second, "link").await;
        t.delivered().await;
        let next = newest_link(t);
        let door = browser.open(&next).await;
        assert!(door.words().contains("yours alone"), "{}", door.words());
        let page = browser.submit(&door, &next, &[]).await;
        assert_eq!(page.path, format!("{next}/report"), "{}", page.words());
        assert!(!t.browser().open(&next).await.words().contains("yours alone"), "any other device is asked");
    }

    async fn a_report_that_went_to_the_wrong_person_is_behind_no_link_any_more(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        let before = digits(t, &report).await;
        let (mut reading, _) = opened(t, &report, &path).await;
        let mail = read(t, &report).await["mail"]["id"].as_str().expect("a mail").to_string();
        t.done(&format!("/api/v1/mails/{mail}/wrong-person"), json!({ "what_happened": "A namesake" })).await;
        assert_eq!(reading.open(&format!("{path}/report")).await.status, 404, "also for who has it open");
        assert_eq!(link(t, &report).await["ended_why"], "it went to the wrong person");
        let reader = link_reader::Entity::find().one(&t.app.db).await.expect("asked").expect("a reader");
        assert!(reader.proven_at.is_none() && format!("{} {}", &reader.digits[..3], &reader.digits[3..]) != before, "the next one asks for new digits");
        let entries = link_entry::Entity::find().all(&t.app.db).await.expect("asked");
        assert!(entries.iter().all(|e| e.trusted_until.is_none() && e.open_until.is_none()), "no device there is trusted");
    }

    async fn a_link_may_go_where_nobody_has_checked_the_address_and_a_report_may_not(t: &TestApp) {
        let case = t.treated("Quist").await;
        t.changed(&format!("/api/v1/providers/{}", case.doctor), json!({ "emails": [{ "address": "new@northgate.example" }] })).await;
        let report = t.drafted(&case).await;
        let shown = read(t, &report).await;
        assert!(shown["not_by_email"].as_str().is_some_and(|w| w.contains("Nobody has checked")), "{shown}");
        assert_eq!((&shown["not_by_link"], &shown["way"]), (&Value::Null, &json!("email")), "offered, never by itself");
        approve(t, &report, "link").await;
        assert_eq!((t.delivered().await, t.mails().len()), (1, 1));
        opened(t, &report, &newest_link(t)).await;
    }

    async fn a_second_sending_that_is_taken_back_closes_no_link_that_went_before(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        t.done(&format!("/api/v1/reports/{}/resend", id(&report)), json!({ "why": "for their file", "channel": "paper" })).await;
        t.done(&format!("/api/v1/reports/{}/take-back", id(&report)), json!({})).await;
        assert_eq!(t.browser().open(&path).await.status, 200, "it opens as before");
        assert_eq!(link(t, &report).await["state"], "open");
    }

    async fn opening_the_link_tells_that_a_mail_of_unknown_fate_arrived(t: &TestApp) {
        let (_, report, path) = linked(t, "Quist").await;
        let row = outbox::Entity::find().one(&t.app.db).await.expect("asked").expect("a mail");
        let lost = outbox::ActiveModel { state: Set(OutboxState::Unknown), sent_at: Set(None), ..row.into_active_model() };
        outbox::Entity::update(lost).exec(&t.app.db).await.expect("lost");
        opened(t, &report, &path).await;
        assert_eq!(t.state_of(&report).await, "sent");
    }

    async fn a_doctor_approves_a_renewal_at_the_link_and_its_order_covers_visits_once_a_person_has_checked_it(t: &TestApp) {
        let (referral, report, path) = asked_to_renew(t).await;
        let (mut browser, page) = opened(t, &report, &path).await;
        assert!(page.words().contains("Please choose one") && orders(t, &referral).await.len() == 1, "looking is no answer");
        let answer = format!("{path}/report");
        let empty = browser.submit(&page, &answer, &[]).await;
        assert!(empty.status == 422 && empty.words().contains("Choose one of the three") && empty.words().contains("Type your name"), "{}", empty.words());
        let signed = browser.submit(&empty, &answer, &[("answer", "approve"), SIGNED[0], SIGNED[1]]).await;
        assert!(signed.words().contains("You have answered") && signed.words().contains("Approved as requested"), "{}", signed.words());
        let known = orders(t, &referral).await;
        assert_eq!(known.len(), 2, "it filed itself");
        let new = known.iter().find(|o| o["renewal_of"] != Value::Null).expect("a renewal").clone();
        assert_eq!((&new["state"], &new["visits_authorized"], &new["diagnoses"], &new["signed_on"]), (&json!("incomplete"), &json!(4), &json!(["M54.2"]), &Value::Null), "{new}");
        assert_eq!(to_check(t).await, 1, "Today says so");
        let waiting = answered(t).await;
        assert_eq!((&waiting["answer"], &waiting["signed_name"], &waiting["mailbox"]), (&json!("approve"), &json!("Priya Raman, MD"), &json!(DOCTOR)));
        assert_eq!(t.refused(Role::Biller, &format!("/api/v1/sign-backs/{}/file", id(&waiting)), json!({})).await.0, 403);
        let mut desk = t.signed_in(Role::FrontDesk).await;
        let page = desk.open(&format!("/sign-backs/{}", id(&waiting))).await;
        assert!(page.words().contains("approved the renewal") && page.words().contains("covers no visit before"), "{}", page.words());
        let filed = desk.submit(&page, &format!("/sign-backs/{}/file", id(&waiting)), &[]).await;
        assert!(filed.words().contains("Filed as an order"), "{}", filed.words());
        let order = t.read(&format!("/api/v1/prescriptions/{}", id(&new))).await;
        assert_eq!((&order["state"], &order["signed_on"], &order["signature_kind"]), (&json!("active"), &json!("2026-03-09"), &json!("electronic")), "{order}");
        assert_eq!((to_check(t).await, t.refused(Role::Owner, &format!("/api/v1/sign-backs/{}/file", id(&waiting)), json!({})).await.0), (0, 409), "once");
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("answered") && log.contains("(link)"), "who answered is on file");
    }

    async fn a_doctor_answers_once_and_a_change_in_numbers_is_an_order_and_in_words_is_read(t: &TestApp) {
        let (referral, report, path) = asked_to_renew(t).await;
        let (mut browser, page) = opened(t, &report, &path).await;
        let answer = format!("{path}/report");
        let changed = [("answer", "change"), ("visits", "2"), ("until", "2026-05-01"), ("words", "See me after that."), SIGNED[0], SIGNED[1]];
        let done = browser.submit(&page, &answer, &changed).await;
        assert!(done.words().contains("You have answered"), "{}", done.words());
        let fields: Vec<(String, String)> = page.filled_in(&answer, &[("answer", "stop"), SIGNED[0], SIGNED[1]]);
        let twice = browser.post(&answer, &fields).await;
        assert!(twice.status == 409, "{}", twice.words());
        let new = orders(t, &referral).await.into_iter().find(|o| o["renewal_of"] != Value::Null).expect("a renewal");
        assert_eq!((&new["visits_authorized"], &new["valid_to"], &new["words"]), (&json!(2), &json!("2026-05-01"), &json!("See me after that.")), "{new}");
        let waiting = answered(t).await;
        let noted = t.done(&format!("/api/v1/sign-backs/{}/note", id(&waiting)), json!({ "why": "They send a slip by fax" })).await;
        assert_eq!((&noted["settled_how"], &noted["settled_why"]), (&json!("noted"), &json!("They send a slip by fax")));
        assert_eq!(t.read(&format!("/api/v1/prescriptions/{}", id(&new))).await["state"], "cancelled", "what it filed is gone");
        assert_eq!(to_check(t).await, 0);
    }

    async fn a_doctor_who_says_stop_makes_no_order(t: &TestApp) {
        let (referral, report, path) = asked_to_renew(t).await;
        let (mut browser, page) = opened(t, &report, &path).await;
        browser.submit(&page, &format!("{path}/report"), &[("answer", "stop"), SIGNED[0], SIGNED[1]]).await;
        let waiting = answered(t).await;
        assert_eq!((orders(t, &referral).await.len(), &waiting["answer"], &waiting["may"]), (1, &json!("stop"), &json!(["note"])));
        let refused = t.refused(Role::Owner, &format!("/api/v1/sign-backs/{}/file", id(&waiting)), json!({})).await;
        assert!(refused.0 == 409 && refused.1.contains("no order"), "{refused:?}");
        assert_eq!(t.refused(Role::Owner, &format!("/api/v1/sign-backs/{}/note", id(&waiting)), json!({})).await.0, 422);
    }
}

crate::both_databases! {
    async fn without_a_public_address_no_link_is_offered_or_sent(t: &TestApp) {
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        let shown = read(t, &report).await;
        assert!(shown["not_by_link"].as_str().is_some_and(|w| w.contains("No public address")), "{shown}");
        let sent = t.refused(Role::Owner, &format!("/api/v1/reports/{}/approve", id(&report)), json!({ "seen": shown["message"]["seen"], "channel": "link" })).await;
        assert!(sent.0 == 409 && sent.1.contains("TRIBUTARY_PUBLIC_URL"), "{sent:?}");
        let wrong = t.refused(Role::Owner, &format!("/api/v1/reports/{}/approve", id(&report)), json!({ "seen": shown["message"]["seen"], "channel": "code" })).await;
        assert_eq!(wrong.0, 422, "{wrong:?}");
        let mut browser = t.signed_in(Role::Owner).await;
        assert!(!browser.open(&format!("/reports/{}", id(&report))).await.words().contains("Send a link instead"));
    }
}

/// An example of a notice: its fields, and its text as a person read it, under `tests/it/mails`.
fn example(name: &str, extension: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/it/mails/{name}.{extension}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
}

#[test]
fn each_notice_reads_as_a_person_read_it_and_is_small() {
    let waiting: WaitingNotice = serde_json::from_str(&example("waiting", "json")).expect("an example");
    let code: CodeNotice = serde_json::from_str(&example("code", "json")).expect("an example");
    for notice in [&waiting as &dyn Mail, &code] {
        let mail = compose(notice).expect("a mail");
        let read = example(notice.folder(), "txt");
        assert!(
            mail.text == read,
            "{} says something else than it did. Read it as the doctor, then keep it:\n{}",
            notice.folder(),
            mail.text
        );
        assert!(mail.subject.chars().count() <= LONGEST_SUBJECT && mail.html.len() < LARGEST_HTML, "{}", mail.subject);
        for mark in ["<img", "url(", "@import", "src=", "cid:"] {
            assert!(!mail.html.contains(mark), "{mark}");
        }
    }
}
