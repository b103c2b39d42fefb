//! What comes back: a notice counts by the mark that we put into the envelope, and by nothing else.

use crate::mail_faults::connected;
use crate::support::chain::id;
use crate::support::database::Database;
use crate::support::letters::DOCTOR;
use crate::support::relay::{At, Fault, Received, Relay, Security};
use crate::support::{TestApp, on_each};
use poem::http::Method;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use tributary::auth::role::Role;
use tributary::entity::{outbox, send_event, suppression};
use tributary::inbox::Watch;
use tributary::mail::bounce::folder::look;

/// A notice about a mail, as the doctor's server writes it to whoever stood in the envelope.
pub fn notice(to: &str, action: &str, status: &str, said: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.northgate.example\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Date: Mon, 16 Mar 2026 18:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.northgate.example\r\n\r\nFinal-Recipient: rfc822; {DOCTOR}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; {said}\r\n\r\n--b--\r\n"
    )
}

fn complaint(to: &str) -> String {
    format!(
        "From: feedback@northgate.example\r\nTo: {to}\r\nSubject: Complaint\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n\r\n--b--\r\n"
    )
}

async fn taken(t: &TestApp, raw: &str) -> Value {
    let bearer = format!("Bearer {}", t.token(Role::Owner).await);
    let headers = [("authorization", bearer.as_str()), ("content-type", "message/rfc822")];
    let answer = t.raw(Method::POST, "/api/v1/mails/bounces", &headers, raw).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// A practice whose one report arrived; the report's id, and what the relay got.
async fn sent(database: Database, relay: &Relay, more: &[(&str, &str)]) -> (TestApp, String, Received) {
    let t = connected(database, relay, more).await;
    t.delivered().await;
    let received = relay.received().pop().expect("it arrived");
    let reports = t.read("/api/v1/reports").await;
    (t, id(&reports["items"][0]), received)
}

async fn stands(t: &TestApp, report: &str) -> String {
    t.read(&format!("/api/v1/reports/{report}")).await["state"].as_str().unwrap_or_default().into()
}

async fn suppressed(t: &TestApp) -> Vec<String> {
    let mut all: Vec<String> = suppression::Entity::find()
        .all(&t.app.db)
        .await
        .expect("asked")
        .into_iter()
        .filter(|s| s.lifted_at.is_none())
        .map(|s| s.stream)
        .collect();
    all.sort();
    all
}

async fn alerts(t: &TestApp) -> usize {
    t.read("/api/v1/alerts?rule=email_bounced").await["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn each_mail_has_a_sender_of_its_own_in_the_envelope_and_the_practice_in_the_letter() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, _, received) = sent(database.clone(), &relay, &[]).await;
        assert!(received.from.starts_with("bounce+") && received.from.ends_with("@willow.example"), "{}", received.from);
        assert!(received.from.split('@').next().is_some_and(|local| local.len() <= 64));
        assert!(received.header("From").is_some_and(|f| f.contains("owner@willow.example")));
        t.approved_like_it(1).await;
        t.delivered().await;
        assert_ne!(relay.received()[1].from, received.from);
        for (setting, wanted) in [("off", "owner@willow.example"), ("front@willow.example", "front+")] {
            let relay = Relay::start(Security::None).await;
            let (t, _, received) = sent(database.clone(), &relay, &[("mail_bounce", setting)]).await;
            assert!(received.from.starts_with(wanted), "{}", received.from);
            t.close().await;
        }
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn from_a_free_mail_address_what_comes_back_goes_to_the_sender_and_to_no_stranger() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, _, received) = sent(database, &relay, &[("mail_from", "willow.street.massage@gmail.com")]).await;
        assert_eq!(received.from, "willow.street.massage@gmail.com", "bounce@gmail.com is somebody else");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_the_mailbox_does_not_exist_takes_the_report_back_and_stops_the_address() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        let raw = notice(&received.from, "failed", "5.1.1", &format!("550 5.1.1 <{DOCTOR}>: no such user"));
        let first = taken(&t, &raw).await;
        assert_eq!((&first["kind"], &first["proven"], &first["again"]), (&json!("hard"), &json!(true), &json!(false)), "{first}");
        assert_eq!(stands(&t, &report).await, "bounced");
        assert_eq!((suppressed(&t).await, alerts(&t).await), (vec!["outreach".into(), "treatment".into()], 1));
        let mail = t.read(&format!("/api/v1/mails/{}", first["mail"].as_str().expect("an id"))).await;
        assert_eq!(mail["events"][0]["kind"], "hard");
        assert!(!mail["events"][0]["detail"].to_string().contains("northgate"), "an address is not for pages and logs: {mail}");
        // The same one again changes nothing.
        assert_eq!(taken(&t, &raw).await["again"], true);
        assert_eq!(send_event::Entity::find().all(&t.app.db).await.expect("asked").len(), 1);
        // Nothing goes there until somebody has checked it again; letters about us stay stopped even then.
        let (status, words) = t.refused(Role::Owner, &format!("/api/v1/reports/{report}/resend"), json!({ "why": "try" })).await;
        assert_eq!(status, 409, "{words}");
        let provider = t.read("/api/v1/providers").await["items"][0].clone();
        let provider = t.read(&format!("/api/v1/providers/{}", id(&provider))).await;
        t.done(
            &format!("/api/v1/providers/{}/verify-email", id(&provider)),
            json!({ "email": provider["emails"][0]["id"], "how": "phone" }),
        )
        .await;
        assert_eq!(suppressed(&t).await, ["outreach"]);
        t.done(&format!("/api/v1/reports/{report}/resend"), json!({ "why": "checked by phone" })).await;
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_forged_notice_changes_nothing() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        let (id, mac) = received.from.trim_start_matches("bounce+").split('@').next().and_then(|l| l.split_once('.')).expect("a token");
        let message_id = received.header("Message-ID").expect("an id");
        let flipped: String = mac.chars().map(|c| if c == '0' { '1' } else { '0' }).collect();
        let forged = [
            format!("bounce+{id}.{flipped}@willow.example"),
            format!("bounce+{}.{mac}@willow.example", uuid::Uuid::from_u128(7).simple()),
            format!("bounce+{id}@willow.example"),
            "bounce@willow.example".to_string(),
        ];
        for to in forged {
            let raw = notice(&to, "failed", "5.1.1", "550 no such user")
                .replace("--b--", &format!("--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--"));
            let told = taken(&t, &raw).await;
            assert_eq!((&told["proven"], &told["mail"]), (&json!(false), &Value::Null), "{to}: {told}");
            assert_eq!(taken(&t, &complaint(&to)).await["proven"], false);
        }
        assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len(), alerts(&t).await), ("sent", 0, 0));
        assert!(send_event::Entity::find().all(&t.app.db).await.expect("asked").is_empty());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_full_mailbox_stops_the_address_at_the_third_time_and_a_policy_never() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, _, _) = sent(database, &relay, &[]).await;
        t.approved_like_it(3).await;
        t.delivered().await;
        let envelopes: Vec<String> = relay.received().iter().map(|r| r.from.clone()).collect();
        taken(&t, &notice(&envelopes[0], "failed", "5.7.1", "550 5.7.1 policy")).await;
        for (n, to) in envelopes[1..].iter().enumerate() {
            assert_eq!(suppressed(&t).await.len(), 0, "after {n}");
            taken(&t, &notice(to, "failed", "5.2.2", "552 5.2.2 mailbox full")).await;
            t.app.clock.set(t.app.now() + chrono::TimeDelta::days(2));
        }
        assert_eq!(suppressed(&t).await, ["treatment"], "letters about us are another matter");
        assert_eq!(alerts(&t).await, 4);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_complaint_stops_both_streams_and_asks_for_a_call() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        assert_eq!(taken(&t, &complaint(&received.from)).await["kind"], "complaint");
        assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len()), ("bounced", 2));
        let alert = t.read("/api/v1/alerts?rule=email_bounced").await;
        assert!(alert["items"][0]["words"].as_str().is_some_and(|w| w.contains("Call")), "{alert}");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_failure_leaves_the_report_sent() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        let away = format!(
            "From: {DOCTOR}\r\nTo: {}\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday.\r\n",
            received.from
        );
        for (raw, kind) in [
            (notice(&received.from, "delayed", "4.4.1", "450 later"), "delayed"),
            (away, "auto_reply"),
            (format!("From: {DOCTOR}\r\nTo: {}\r\nSubject: Re: Progress report\r\n\r\nThank you.\r\n", received.from), "other"),
        ] {
            assert_eq!(taken(&t, &raw).await["kind"], kind);
            assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len(), alerts(&t).await), ("sent", 0, 0), "{kind}");
        }
        assert_eq!(taken(&t, &notice(&received.from, "delivered", "2.0.0", "250 ok")).await["kind"], "delivered");
        assert_eq!(stands(&t, &report).await, "delivered");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_notices_is_bounded() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        for n in 0..60 {
            taken(&t, &notice(&received.from, "delayed", "4.4.1", &format!("450 later {n}"))).await;
            taken(&t, &notice(&format!("bounce+{:032x}.{:016x}@willow.example", n, n), "failed", "5.1.1", "550 no")).await;
        }
        assert_eq!(send_event::Entity::find().all(&t.app.db).await.expect("asked").len(), 20);
        assert_eq!(stands(&t, &report).await, "sent");
        // What they brought so far hides nothing new: the first that says that nobody is there counts, and no second one is kept.
        taken(&t, &notice(&received.from, "failed", "5.1.1", "550 5.1.1 no such user")).await;
        taken(&t, &notice(&received.from, "failed", "5.1.1", "550 5.1.1 no such user, again")).await;
        assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len()), ("bounced", 2));
        assert_eq!(send_event::Entity::find().all(&t.app.db).await.expect("asked").len(), 21);
        let huge = "x".repeat(26 * 1024 * 1024);
        let by = t.owner().await;
        assert!(tributary::mail::bounce::take_in(&t.app, &by, huge.as_bytes()).await.is_err());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_folder_of_notices_is_taken_in_and_put_aside_and_so_is_a_file_by_command() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        let (t, report, received) = sent(database, &relay, &[("mail_bounces", &path)]).await;
        std::fs::create_dir(folder.path().join("new")).expect("a Maildir");
        std::fs::write(folder.path().join("new/1.mx"), notice(&received.from, "delayed", "4.4.1", "450 later")).expect("written");
        std::fs::write(folder.path().join("a.eml"), "Subject: spam\r\n\r\nBuy.\r\n").expect("written");
        std::fs::write(folder.path().join(".b.eml.part"), "still being written").expect("written");
        std::fs::write(folder.path().join("c.eml"), "").expect("written");
        let by = tributary::app::Actor::job();
        let mut watch = Watch::default();
        assert_eq!(look(&t.app, &by, &mut watch).await.expect("a look"), Default::default(), "they may still be on their way");
        let found = look(&t.app, &by, &mut watch).await.expect("a look");
        assert_eq!((found.taken, found.proven, found.unread), (2, 1, 1));
        assert!(folder.path().join("taken/1.mx").is_file() && folder.path().join("unread/c.eml").is_file());
        assert_eq!(look(&t.app, &by, &mut watch).await.expect("a look"), Default::default());
        let file = folder.path().join("file.eml");
        std::fs::write(&file, notice(&received.from, "failed", "5.1.1", "550 no such user")).expect("written");
        let told = t.command_json(&["mail", "bounce", &file.display().to_string(), "--json"]);
        assert_eq!((&told["kind"], &told["proven"]), (&json!("hard"), &json!(true)));
        assert_eq!(stands(&t, &report).await, "bounced");
        std::fs::write(&file, notice("bounce@willow.example", "failed", "5.1.1", "550 no such user")).expect("written");
        let output = t.command(&["mail", "bounce", &file.display().to_string()]);
        assert_eq!(output.status.code(), Some(3), "it needs a person");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_is_still_being_written_waits_and_none_takes_the_place_of_another() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        let (t, report, received) = sent(database, &relay, &[("mail_bounces", &path)]).await;
        let (by, mut watch) = (tributary::app::Actor::job(), Watch::default());
        let file = folder.path().join("1.eml");
        let whole = notice(&received.from, "failed", "5.1.1", "550 5.1.1 no such user");
        let (head, tail) = whole.split_at(whole.len() / 2);
        std::fs::write(&file, head).expect("written");
        look(&t.app, &by, &mut watch).await.expect("a look");
        std::fs::write(&file, [head, tail].concat()).expect("written");
        assert_eq!(look(&t.app, &by, &mut watch).await.expect("a look"), Default::default(), "it grew");
        assert_eq!(look(&t.app, &by, &mut watch).await.expect("a look").proven, 1);
        assert_eq!(stands(&t, &report).await, "bounced");
        // Another file of the same name.
        std::fs::write(&file, notice(&received.from, "delayed", "4.4.1", "450 later")).expect("written");
        for _ in 0..2 {
            look(&t.app, &by, &mut watch).await.expect("a look");
        }
        assert_eq!(std::fs::read_dir(folder.path().join("taken")).expect("a folder").count(), 2, "both are kept");
        assert!(!file.exists());
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_the_database_does_not_take_now_lies_until_it_does() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        let (t, report, received) = sent(database, &relay, &[("mail_bounces", &path)]).await;
        let (by, mut watch) = (tributary::app::Actor::job(), Watch::default());
        std::fs::write(folder.path().join("1.eml"), notice(&received.from, "failed", "5.1.1", "550 no such user")).expect("written");
        std::fs::write(folder.path().join("2.eml"), "").expect("written");
        t.app.db.execute_unprepared("alter table send_event rename to send_event_away").await.expect("it is away");
        look(&t.app, &by, &mut watch).await.expect("a look");
        let found = look(&t.app, &by, &mut watch).await.expect("a look");
        assert_eq!((found.taken, found.unread), (0, 1), "the other one does not wait for it");
        assert!(folder.path().join("1.eml").is_file() && !folder.path().join("unread/1.eml").exists());
        t.app.db.execute_unprepared("alter table send_event_away rename to send_event").await.expect("it is back");
        assert_eq!(look(&t.app, &by, &mut watch).await.expect("a look").proven, 1);
        assert_eq!(stands(&t, &report).await, "bounced");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_about_a_mail_that_is_just_leaving_waits_and_then_counts() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        t.app.db.execute_unprepared("update outbox set state = 'body'").await.expect("as if its end were not noted yet");
        let raw = notice(&received.from, "failed", "5.1.1", "550 no such user");
        let bearer = format!("Bearer {}", t.token(Role::Owner).await);
        let headers = [("authorization", bearer.as_str()), ("content-type", "message/rfc822")];
        let early = t.raw(Method::POST, "/api/v1/mails/bounces", &headers, &raw).await;
        assert!(early.status == 409 && early.text().contains("just leaving"), "{}", early.text());
        assert_eq!(suppressed(&t).await.len(), 0);
        t.app.db.execute_unprepared("update outbox set state = 'sent'").await.expect("noted");
        let taken = taken(&t, &raw).await;
        assert_eq!((&taken["proven"], &taken["again"]), (&json!(true), &json!(false)), "it was not used up: {taken}");
        assert_eq!(stands(&t, &report).await, "bounced");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn letters_about_us_come_again_when_a_person_says_why() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, _, received) = sent(database, &relay, &[]).await;
        taken(&t, &complaint(&received.from)).await;
        let provider = t.read("/api/v1/providers").await["items"][0].clone();
        let page = format!("/api/v1/providers/{}", id(&provider));
        let email = t.read(&page).await["emails"][0].clone();
        assert!(email["no_letters"].as_str().is_some_and(|w| w.contains("complained")), "{email}");
        t.done(&format!("{page}/verify-email"), json!({ "email": email["id"], "how": "phone" })).await;
        assert_eq!(suppressed(&t).await, ["outreach"], "a check of the address says nothing about letters");
        let payer = t.payer("Cascade Lund").await;
        let referral = t.referral(&id(&provider), &payer, "Lund", "2026-03-16").await;
        let thanks = t.done("/api/v1/reports", json!({ "kind": "thank_you", "referral": id(&referral) })).await;
        assert!(
            thanks["held"].as_str().is_some_and(|h| h.contains("wants no letters about us")),
            "thanks are about us: {}",
            thanks["held"]
        );
        let again = format!("{page}/letters-again");
        assert_eq!(t.refused(Role::Marketer, &again, json!({ "email": email["id"] })).await.0, 422, "say why");
        let why = json!({ "email": email["id"], "why": "Dr. Raman asked for them on the phone" });
        let after = t.done(&again, why.clone()).await;
        assert_eq!((suppressed(&t).await.len(), &after["emails"][0]["no_letters"]), (0, &Value::Null));
        assert_eq!(t.refused(Role::Owner, &again, why).await.0, 409);
        assert!(t.read(&format!("/api/v1/reports/{}", id(&thanks))).await["held"].is_null(), "and now they may go");
        let kept = suppression::Entity::find().all(&t.app.db).await.expect("asked");
        assert!(kept.iter().any(|s| s.lifted_why.as_deref() == Some("Dr. Raman asked for them on the phone") && s.lifted_by_id.is_some()));
        assert!(t.read("/api/v1/audit?limit=200").await.to_string().contains("letters_again"));
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_page_takes_a_notice_in_that_was_pasted() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, received) = sent(database, &relay, &[]).await;
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let page = browser.open("/mails/bounces").await;
        let csrf = page.value("csrf").expect("a token");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &csrf).append_pair("text", &notice(&received.from, "failed", "5.1.1", "550 no such user"));
        let answer = browser.request(Method::POST, "/mails/bounces", Some(form.finish())).await;
        assert_eq!(answer.status.as_u16(), 303);
        assert_eq!(stands(&t, &report).await, "bounced");
        assert_eq!(outbox::Entity::find().all(&t.app.db).await.expect("asked").len(), 1);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_relay_that_knows_how_writes_the_token_onto_a_notice_and_sends_no_body_back() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let (t, _, mail) = sent(database, &relay, &[]).await;
        let lines = relay.lines();
        let sender = lines.iter().find(|l| l.starts_with("MAIL FROM")).expect("a sender");
        let token = mail.from.split('+').nth(1).and_then(|rest| rest.split('@').next()).expect("a token");
        assert_eq!(sender, &format!("MAIL FROM:<{}> RET=HDRS ENVID={token}", mail.from));
        // A relay on the way may have put an envelope of its own around it: the token on the notice is enough.
        let told = taken(
            &t,
            &format!("Original-Envelope-Id: {token}\r\n{}", notice("somebody@relay.example", "failed", "5.1.1", "550 no such user")),
        )
        .await;
        assert_eq!(told["proven"], true, "{told}");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_fax_that_did_not_go_through_takes_the_report_back_and_leaves_the_number_open() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let (t, report, _) = sent(database, &relay, &[("fax_gateway", "fax.example")]).await;
        let shown = t.read(&format!("/api/v1/reports/{report}")).await;
        let doctor = shown["provider"]["id"].as_str().expect("a doctor").to_string();
        t.changed(&format!("/api/v1/providers/{doctor}"), json!({ "phones": [{ "number": "206-555-0142", "is_fax": "yes" }] })).await;
        let by_fax = json!({ "why": "They asked for a fax", "channel": "fax" });
        let again = async || {
            t.done(&format!("/api/v1/reports/{report}/resend"), by_fax.clone()).await;
            t.delivered().await;
        };
        again().await;
        let faxed = relay.received().pop().expect("a fax");
        assert_eq!(faxed.to, vec!["12065550142@fax.example".to_string()]);
        let told = taken(&t, &notice(&faxed.from, "failed", "5.1.1", "550 5.1.1 the line is busy")).await;
        assert!(told["words"].as_str().expect("words").contains("check the number"), "{told}");
        assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len()), ("bounced", 0));
        // The gateway says at once that it cannot: the same.
        relay.fail(At::Recipient, Fault::Say("550 5.1.1 no such number"));
        again().await;
        assert_eq!((stands(&t, &report).await.as_str(), suppressed(&t).await.len()), ("failed", 0));
        relay.recover();
        let before = relay.received().len();
        again().await;
        assert_eq!((stands(&t, &report).await.as_str(), relay.received().len()), ("sent", before + 1));
        t.close().await;
    })
    .await;
}
