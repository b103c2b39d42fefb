//! The commands and the pages of mail: proved before the first report, listed, shown as it left, sent to oneself; and what is to be
//! done when a report went to the wrong person.

use crate::mail_faults::connected;
use crate::support::chain::id;
use crate::support::letters::DOCTOR;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, on_each};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use tributary::auth::role::Role;
use tributary::entity::outbox;

/// A DNS server that knows some texts, and says of all else that there is no such name.
async fn names(texts: &[(&str, &str)]) -> SocketAddr {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    let known: HashMap<String, String> = texts.iter().map(|(n, t)| (n.to_string(), t.to_string())).collect();
    tokio::spawn(async move {
        let mut bytes = [0; 1_500];
        while let Ok((n, from)) = socket.recv_from(&mut bytes).await {
            let question = &bytes[..n];
            let mut name = Vec::new();
            let mut at = 12;
            while question[at] != 0 {
                let length = usize::from(question[at]);
                name.push(String::from_utf8_lossy(&question[at + 1..at + 1 + length]).into_owned());
                at += 1 + length;
            }
            let mut answer = question[..at + 5].to_vec();
            let text = known.get(&name.join("."));
            answer[2..12].copy_from_slice(&[0x81, if text.is_some() { 0x80 } else { 0x83 }, 0, 1, 0, u8::from(text.is_some()), 0, 0, 0, 0]);
            if let Some(text) = text {
                let pieces: Vec<u8> = text.as_bytes().chunks(200).flat_map(|c| [&[c.len() as u8][..], c].concat()).collect();
                answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
                answer.extend((pieces.len() as u16).to_be_bytes());
                answer.extend(pieces);
            }
            let _ = socket.send_to(&answer, from).await;
        }
    });
    address
}

/// Runs `mail check` on a practice whose mail goes to a relay.
async fn checked(t: &TestApp, settings: &[(&str, String)], more: &[&str]) -> (Option<i32>, Value) {
    let mut command = t.prepared(&[&["mail", "check", "--json"], more].concat());
    command.envs(settings.iter().map(|(k, v)| (format!("TRIBUTARY_{}", k.to_uppercase()), v.clone())));
    let output = tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said} {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), told)
}

fn look(told: &Value, code: &str) -> String {
    let all = told["findings"].as_array().expect("findings");
    all.iter().find(|f| f["code"] == code).map_or("none".into(), |f| f["look"].as_str().unwrap_or_default().into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_check_proves_the_server_its_encryption_our_login_and_what_our_domain_says() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let key = "M".repeat(216);
        let good = names(&[
            ("willow.example", "v=spf1 include:relay.example -all"),
            ("relay.example", "v=spf1 ip4:192.0.2.0/24 -all"),
            ("default._domainkey.willow.example", &format!("v=DKIM1; p={key}")),
            ("_dmarc.willow.example", "v=DMARC1; p=reject"),
        ])
        .await;
        let t = TestApp::on(database).await;
        let with = |dns: SocketAddr| -> Vec<(&'static str, String)> {
            relay
                .settings()
                .into_iter()
                .chain([("dns", dns.to_string()), ("mail_from", "owner@willow.example".into()), ("mail_step", "2s".into())])
                .collect()
        };
        let (code, told) = checked(&t, &with(good), &[]).await;
        for of in ["relay", "tls", "login", "sender", "spf", "dkim", "dmarc"] {
            assert_eq!(look(&told, of), "ok", "{of}: {told}");
        }
        assert_eq!((code, &told["ready"]), (Some(0), &json!(true)));
        assert!(
            relay.received().is_empty()
                && relay.lines().iter().any(|l| l.starts_with("MAIL FROM:<bounce+") && l.contains("@willow.example>")),
            "{:?}",
            relay.lines()
        );
        // Nothing is said in DNS: three things to mend.
        let (code, told) = checked(&t, &with(names(&[]).await), &[]).await;
        assert_eq!((code, look(&told, "spf"), look(&told, "dmarc")), (Some(3), "bad".into(), "bad".into()), "{told}");
        // A wrong password, and a certificate that nobody vouches for.
        relay.fail(At::Login, Fault::Say("535 5.7.8 wrong password"));
        let (code, told) = checked(&t, &with(good), &[]).await;
        assert_eq!((code, look(&told, "tls"), look(&told, "login")), (Some(3), "ok".into(), "bad".into()), "{told}");
        assert!(!told.to_string().contains("secret"), "no password is told");
        relay.recover();
        let strangers: Vec<_> = with(good).into_iter().filter(|(k, _)| *k != "mail_ca").collect();
        let (code, told) = checked(&t, &strangers, &[]).await;
        assert_eq!((code, look(&told, "tls"), look(&told, "login")), (Some(3), "bad".into(), "none".into()), "{told}");
        // A message about nobody, to oneself.
        let (code, told) = checked(&t, &with(good), &["--test", "maya@willow.example"]).await;
        assert_eq!((code, &told["test"]["sent"]), (Some(0), &json!(true)), "{told}");
        let received = relay.received();
        assert_eq!((received.len(), received[0].to[0].as_str()), (1, "maya@willow.example"));
        assert!(received[0].from.starts_with("bounce+"), "in the envelope of a report: {}", received[0].from);
        let log = t.read("/api/v1/audit?limit=200").await.to_string();
        assert!(log.contains("sent_test"), "who sent a test is on file: {log}");
        assert!(!log.contains("maya@"), "no address in it");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn mail_is_signed_with_the_key_of_the_domain_and_check_knows_whether_dns_has_its_half() {
    on_each(async |database| {
        // The sample key of RFC 8463.
        const KEY: &str =
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("dkim.pem");
        std::fs::write(&file, KEY).expect("written");
        let path = file.display().to_string();
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[("mail_dkim_selector", "t1"), ("mail_dkim_key", &path)]).await;
        t.delivered().await;
        let received = relay.received().pop().expect("it arrived");
        let signature = received.header("DKIM-Signature").expect("a signature");
        assert!(signature.starts_with("v=1; a=ed25519-sha256; c=relaxed/relaxed; d=willow.example; s=t1;"), "{signature}");
        let mail = outbox::Entity::find().one(&t.app.db).await.expect("asked").expect("a mail");
        let mime = tributary::mail::mime(&t.app.db, &mail).await.expect("its bytes");
        assert_eq!(received.data.trim_end(), String::from_utf8_lossy(&mime).trim_end(), "the bytes that were frozen, and no others");
        assert_eq!(tributary::mail::sha256(&mime), mail.mime_sha256);
        t.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_deliver_once_takes_out_what_is_due_and_tells_how_all_stands() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        let told = t.command_json(&["mail", "deliver", "--once", "--json"]);
        assert_eq!((&told["attempts"], &told["sent"], &told["waiting"]), (&json!(1), &json!(1), &json!(0)), "{told}");
        assert_eq!(t.mails().len(), 1);
        assert_eq!(t.command_json(&["mail", "deliver", "--once", "--json"])["attempts"], 0, "nothing twice");
        let listed = t.command_json(&["mail", "list", "--json"]);
        assert_eq!((&listed["items"][0]["state"], &listed["items"][0]["to"]), (&json!("sent"), &json!(DOCTOR)), "{listed}");
        assert!(!listed.to_string().contains("Quist"), "no patient in a list of mails");
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn where_nothing_leaves_the_house_a_page_shows_each_message_as_it_would_have_left() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        t.delivered().await;
        let mut browser = t.signed_in(Role::Owner).await;
        let list = browser.open("/mails").await.html;
        assert!(list.contains("nothing leaves the house") && list.contains(DOCTOR), "{list}");
        let mail = id(&t.read("/api/v1/mails").await["items"][0]);
        let page = browser.open(&format!("/mails/{mail}")).await.html;
        assert!(page.contains("External") || page.contains("Headache"), "what it says stands there: {page}");
        let kept = browser.open(&format!("/mails/{mail}/file")).await.html;
        assert_eq!(kept, t.mails()[0], "the file, byte for byte");
        // The biller sees how it stands, and no word of it.
        let header = t.call(Role::Biller, poem::http::Method::GET, &format!("/api/v1/mails/{mail}"), None).await.json();
        assert_eq!((&header["message"], &header["state"]), (&Value::Null, &json!("sent")));
        let tested = t.done("/api/v1/mails/test", json!({})).await;
        assert_eq!((&tested["sent"], &tested["to"]), (&json!(true), &json!("owner@willow.example")));
        assert_eq!(t.mails().len(), 2);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_report_that_went_to_the_wrong_person_freezes_the_address_until_the_owner_has_decided() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.delivered().await;
        let waiting = t.approved_like_it(1).await[0];
        let mail = t.read("/api/v1/mails?state=sent").await["items"][0].clone();
        let path = format!("/api/v1/mails/{}/wrong-person", id(&mail));
        assert_eq!(t.refused(Role::Owner, &path, json!({})).await.0, 422, "say what happened");
        let opened = t.done(&path, json!({ "what_happened": "The office has two doctors of that name" })).await;
        assert_eq!(t.refused(Role::Owner, &path, json!({ "what_happened": "again" })).await.0, 409);
        // Nothing goes there: not what waited, not what is sent again, and a check by phone does not help while it is open.
        t.delivered().await;
        assert_eq!(relay.received().len(), 1);
        let stopped = outbox::Entity::find_by_id(waiting).one(&t.app.db).await.expect("asked").expect("the mail");
        assert_eq!(stopped.state.word(), "failed");
        let provider = t.read(&format!("/api/v1/providers/{}", mail["provider"]["id"].as_str().expect("an id"))).await;
        t.done(
            &format!("/api/v1/providers/{}/verify-email", id(&provider)),
            json!({ "email": provider["emails"][0]["id"], "how": "phone" }),
        )
        .await;
        let resend = format!("/api/v1/reports/{}/resend", mail["report"].as_str().expect("an id"));
        assert_eq!(t.refused(Role::Owner, &resend, json!({ "why": "try" })).await.0, 409);
        let today = t.read("/api/v1/alerts?rule=wrong_recipient").await;
        assert_eq!(today["items"].as_array().map(Vec::len), Some(1), "Today shows it: {today}");
        let one = format!("/api/v1/wrong-recipients/{}", id(&opened));
        let half = t.patch(Role::Owner, &one, json!({ "outcome": "low_probability", "version": opened["version"] })).await;
        assert_eq!(half.status, 422, "the four questions come first");
        let answers = json!({ "told": "A name and measures", "who": "Another practice", "seen": "opened", "done": "Deleted, they wrote", "version": opened["version"] });
        let answered = t.patch(Role::FrontDesk, &one, answers).await;
        assert_eq!(answered.status, 200);
        let now = answered.json()["version"].clone();
        let decided = t.patch(Role::FrontDesk, &one, json!({ "outcome": "low_probability", "version": now })).await;
        assert_eq!(decided.status, 403, "the owner decides");
        assert_eq!(t.changed(&one, json!({ "outcome": "low_probability" })).await["outcome"], "low_probability");
        let again = t.patch(Role::Owner, &one, json!({ "outcome": "breach", "version": t.read(&one).await["version"] })).await;
        assert_eq!(again.status, 409, "what was decided stays");
        assert_eq!(t.read("/api/v1/alerts?rule=wrong_recipient").await["items"], json!([]));
        t.done(
            &format!("/api/v1/providers/{}/verify-email", id(&provider)),
            json!({ "email": provider["emails"][0]["id"], "how": "phone" }),
        )
        .await;
        t.done(&resend, json!({ "why": "checked, and decided" })).await;
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_worker_has_in_hand_for_a_frozen_address_does_not_leave() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.delivered().await;
        t.approved_like_it(2).await;
        let claimed = crate::mail::in_hand(&t.app).await;
        let mail = t.read("/api/v1/mails?state=sent").await["items"][0].clone();
        t.done(&format!("/api/v1/mails/{}/wrong-person", id(&mail)), json!({ "what_happened": "The office has two doctors" })).await;
        assert!(
            !tributary::mail::outbox::mark_body(&t.app, &t.app.db, &claimed).await.expect("asked"),
            "it has no mark, so no byte leaves"
        );
        t.delivered().await;
        assert_eq!(relay.received().len(), 1);
        let mut states: Vec<&str> = Vec::new();
        let mails = outbox::Entity::find().all(&t.app.db).await.expect("asked");
        states.extend(mails.iter().map(|m| m.state.word()));
        states.sort_unstable();
        assert_eq!(states, ["failed", "failed", "sent"]);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_breach_stands_on_today_with_its_deadline_until_the_patient_was_told() {
    on_each(async |database| {
        let relay = Relay::start(Security::None).await;
        let t = connected(database, &relay, &[]).await;
        t.delivered().await;
        let mail = t.read("/api/v1/mails?state=sent").await["items"][0].clone();
        // Late in the evening of March 17, when it is the 18th in London.
        t.app.clock.set("2026-03-18T05:30:00Z".parse().expect("an instant"));
        let opened =
            t.done(&format!("/api/v1/mails/{}/wrong-person", id(&mail)), json!({ "what_happened": "The office has two doctors" })).await;
        assert_eq!(opened["tell_by"], "2026-05-16", "sixty days from the day that the practice has");
        let one = format!("/api/v1/wrong-recipients/{}", id(&opened));
        let told = format!("{one}/told");
        assert_eq!(t.refused(Role::Owner, &told, json!({ "how": "letter" })).await.0, 409, "nothing is decided yet");
        let answers = json!({ "told": "A name", "who": "A stranger", "seen": "opened", "done": "Nothing helped", "outcome": "breach" });
        assert_eq!(t.changed(&one, answers).await["tell_by"], "2026-05-16", "it is due still");
        let alerts = async || t.read("/api/v1/alerts?rule=wrong_recipient").await["items"].clone();
        let open = alerts().await;
        assert!(open[0]["words"].as_str().is_some_and(|w| w.contains("Tell the patient")), "{open}");
        assert_eq!(open[0]["due_on"], "2026-05-16", "{open}");
        assert_eq!(t.refused(Role::FrontDesk, &told, json!({})).await.0, 422, "say how");
        let after = t.call(Role::FrontDesk, poem::http::Method::POST, &told, Some(&json!({ "how": "letter, first class" }))).await.json();
        assert_eq!((&after["tell_by"], &after["patient_told_on"]), (&Value::Null, &json!("2026-03-17")), "{after}");
        assert_eq!(alerts().await, json!([]));
        assert_eq!(t.refused(Role::Owner, &told, json!({ "how": "again" })).await.0, 409);
        t.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_address_is_checked_again_after_a_year_and_one_that_looks_like_another_is_looked_at_twice() {
    on_each(async |database| {
        let t = TestApp::on(database).await;
        let case = t.treated("Quist").await;
        let report = t.drafted(&case).await;
        t.approved(&report).await;
        // The clock of whoever delivers is a year further: the address belongs to somebody else by now, for all we know.
        t.app.clock.set(t.app.now() + chrono::TimeDelta::days(366));
        t.delivered().await;
        assert_eq!(t.mails().len(), 0);
        let mail = t.read("/api/v1/mails").await["items"][0].clone();
        assert!(mail["words"].as_str().is_some_and(|w| w.contains("over a year ago")), "{mail}");
        let doctor = t.reachable_doctor("Lind", "lind@n0rthgate.example").await;
        let other = t.treated_for(&doctor, "Lund").await;
        let report = t.drafted(&other).await;
        let safety = t.read(&format!("/api/v1/reports/{}", id(&report))).await["safety"].clone();
        let odd = safety.as_array().expect("safety").iter().find(|s| s["code"] == "odd_address").cloned().unwrap_or_default();
        assert!(odd["words"].as_str().is_some_and(|w| w.contains("looks like northgate.example")), "{safety}");
        assert_eq!(odd["look"], "wait", "a person is asked, not stopped");
        let free = t.done("/api/v1/providers", json!({ "last_name": "Hale", "emails": [{ "address": "dr.hale@gmial.com" }] })).await;
        assert!(free["emails"][0]["caution"].as_str().is_some_and(|w| w.contains("gmail.com")), "{free}");
        t.close().await;
    })
    .await;
}
