//! In the morning each of us is told what needs them: in counts that name nobody, once, and only where some of it is new.

use crate::support::database::Database;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, email, on_each};
use serde_json::{Value, json};
use tributary::app::App;
use tributary::auth::role::Role;
use tributary::mail::compose::{LARGEST_HTML, LONGEST_SUBJECT, compose};
use tributary::mail::kinds::Morning;
use tributary::today::morning::tell;

/// A practice with a relay that begins no letters by itself, and a referral of March 2 that waits for a call.
async fn practice(database: Database, relay: &Relay) -> (TestApp, Value) {
    let mut settings = relay.settings();
    settings.push(("draft_letters", "no".into()));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let t = TestApp::with(database, &settings).await;
    t.at("2026-03-02");
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Quillfeather", "2026-03-02").await;
    (t, referral)
}

/// A promise of such a practice on each database.
async fn on_each_practice(promise: impl AsyncFn(&TestApp, &Relay, &Value)) {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let (t, referral) = practice(database, &relay).await;
        promise(&t, &relay, &referral).await;
        t.close().await;
    })
    .await;
}

#[test]
fn the_morning_reads_as_a_person_read_it_and_is_small() {
    let read = |extension: &str| {
        std::fs::read_to_string(format!("{}/tests/it/mails/morning.{extension}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
    };
    let morning: Morning = serde_json::from_str(&read("json")).expect("an example");
    let mail = compose(&morning).expect("a mail");
    assert!(mail.text == read("txt"), "it says something else than it did. Read it as who gets it, then keep it:\n{}", mail.text);
    assert!(mail.subject.chars().count() <= LONGEST_SUBJECT && mail.html.len() < LARGEST_HTML, "{}: {}", mail.subject, mail.html.len());
}

async fn told(app: &App) -> usize {
    tell(app).await.expect("they are told")
}

/// To whom mails went, and their text.
fn mailed(relay: &Relay) -> Vec<(String, String)> {
    let mails = relay.received();
    mails.iter().map(|mail| (mail.to.join(" "), mail.data.clone())).collect()
}

#[tokio::test]
async fn at_six_everybody_hears_once_what_needs_them_and_nobody_is_named() {
    on_each_practice(async |t, relay, referral| {
        t.at("2026-03-05T05:59:59-08:00");
        assert_eq!(told(&t.app).await, 0, "not in the night");
        t.at("2026-03-05T06:00:00-08:00");
        let first = told(&t.app).await;
        let mails = mailed(relay);
        let to: Vec<&str> = mails.iter().map(|(to, _)| to.as_str()).collect();
        assert!(to.contains(&email(Role::Owner).as_str()) && to.contains(&email(Role::FrontDesk).as_str()), "{to:?}");
        assert!(!to.contains(&email(Role::ReadOnly).as_str()) && first == to.len(), "who is to do nothing hears nothing: {to:?}");
        let (_, text) = mails.iter().find(|(to, _)| *to == email(Role::FrontDesk)).expect("theirs");
        assert!(text.contains("Subject: 2 things need you today") && text.contains("Referral not booked"), "{text}");
        for (_, text) in &mails {
            assert!(!text.contains("Quillfeather") && !text.contains("M54") && !text.contains("Raman"), "{text}");
        }
        for hour in ["06:00:30", "09:59:00", "10:00:00", "15:00:00"] {
            t.at(&format!("2026-03-05T{hour}-08:00"));
            assert_eq!(told(&t.app).await, 0, "once a day: {hour}");
        }
        t.at("2026-03-06T06:00:00-08:00");
        assert_eq!(told(&t.app).await, 0, "they were told yesterday");
        // A matter of last month that came up in the day is new all the same.
        t.at("2026-03-06");
        let visit = t.attended(referral, "2026-03-03").await;
        t.at("2026-03-07T06:00:00-08:00");
        assert!(told(&t.app).await > 0, "a note is missing");
        t.signed_note(&visit).await;
        t.at("2026-03-08T06:00:00-07:00");
        assert_eq!(told(&t.app).await, 0, "nothing is new, also on the day without an hour");
    })
    .await;
}

#[tokio::test]
async fn whoever_wants_no_mail_in_the_morning_gets_none_and_nobody_does_without_a_mail_server() {
    on_each_practice(async |t, relay, _| {
        let off = t.post(Role::FrontDesk, "/api/v1/account/look", json!({ "mornings": "off" })).await;
        assert!(off.status.is_success(), "{}", off.text());
        t.at("2026-03-05T06:00:00-08:00");
        assert!(told(&t.app).await > 0);
        assert!(mailed(relay).iter().all(|(to, _)| *to != email(Role::FrontDesk)));
        // Whoever changes their colors stays as they are.
        t.post(Role::FrontDesk, "/api/v1/account/look", json!({ "theme": "dark" })).await;
        let users = t.read("/api/v1/users").await;
        let off =
            |mail: &str| users["items"].as_array().expect("users").iter().find(|u| u["email"] == mail).map(|u| u["mornings_off"] == true);
        assert_eq!((off(&email(Role::FrontDesk)), off(&email(Role::Owner))), (Some(true), Some(false)));
        let folder = t.again(&[("mail", "")]).await;
        folder.clock.set(t.app.clock.at("2026-03-06".parse().expect("a day"), chrono::NaiveTime::from_hms_opt(6, 0, 0).expect("six")));
        assert_eq!(told(&folder).await, 0, "nobody reads a folder at six");
    })
    .await;
}

#[tokio::test]
async fn whom_the_mail_server_did_not_take_is_tried_again_that_morning() {
    on_each_practice(async |t, relay, _| {
        relay.fail(At::Recipient, Fault::Say("451 4.3.0 later"));
        t.at("2026-03-05T06:00:00-08:00");
        let first = told(&t.app).await;
        relay.recover();
        t.at("2026-03-05T08:30:00-08:00");
        let second = told(&t.app).await;
        let to: Vec<String> = mailed(relay).into_iter().map(|(to, _)| to).collect();
        let mut once = to.clone();
        once.sort();
        once.dedup();
        assert!(second > 0 && first + second == to.len() && once.len() == to.len(), "{first} and {second}: {to:?}");
    })
    .await;
}

#[tokio::test]
async fn people_are_told_of_the_letters_that_were_begun_that_morning() {
    on_each_practice(async |t, relay, _| {
        let settings = relay.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let drafting = t.again(&settings).await;
        let clock = |when: &str| drafting.clock.set(crate::support::instant(when));
        clock("2026-03-05T06:00:00-08:00");
        assert_eq!(told(&drafting).await, 0, "the letters of the day come first");
        clock("2026-03-05T07:00:00-08:00");
        assert!(told(&drafting).await > 0, "but nobody waits for ever");
    })
    .await;
}
