//! A delivery that logs as much as it can: nothing of what it carries, of whom it goes to and of what it signs in with is in the log.

use crate::support::chain::{id, slip};
use crate::support::database::Database;
use crate::support::letters::DOCTOR;
use crate::support::relay::{At, Fault, Relay, Security};
use crate::support::{TestApp, on_each};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PASSWORD: &str = "pw-marmot-71";

/// The settings that lead to the relay, with a password that stands nowhere else and no wait between two mails.
fn settings(relay: &Relay) -> Vec<(&'static str, String)> {
    let mut all = relay.settings();
    for (_, value) in &mut all {
        *value = value.replace("reports:secret", &format!("reports:{PASSWORD}"));
    }
    let waits = [("mail_step", "5s"), ("mail_after_dot", "5s"), ("mail_backoff", "1s"), ("mail_address_wait", "0s")];
    all.extend(waits.map(|(key, value)| (key, value.to_string())));
    all
}

/// A practice whose mail goes to the relay, and a report about a patient of whom everything is a word of its own, approved.
async fn approved(database: Database, relay: &Relay) -> (TestApp, Value) {
    let own = settings(relay);
    let settings: Vec<(&str, &str)> = own.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let t = TestApp::with(database, &settings).await;
    t.at("2026-03-16");
    t.fees().await;
    let doctor = t.reachable_doctor("Raman", DOCTOR).await;
    let payer = t.payer("Cascade Health").await;
    let mut new = slip(&doctor, &payer, "Quillfeather", "2026-03-16");
    new["complaint"] = json!("Marmotneck");
    new["new_patient"]["first_name"] = json!("Zelda");
    new["new_patient"]["born_on"] = json!("1987-06-05");
    new["new_patient"]["phone"] = json!("206-555-0143");
    new["coverage"]["member_no"] = json!("ZQ-4411");
    let referral = t.done("/api/v1/referrals", new).await;
    let visit = t.attended(&referral, "2026-03-16").await;
    let note = json!({
        "subjective": "Heronlooser since Monday.", "plan": "Otterstretches twice a day.",
        "measures": [{ "instrument": "lower_better", "label": "Badgerdays a week", "value": 3 }],
        "services": [{ "code": "97140", "minutes": 53, "area": "Neck" }]
    });
    t.signed(&visit, note).await;
    let report = t.done("/api/v1/reports", json!({ "referral": id(&referral) })).await;
    t.approved(&report).await;
    (t, report)
}

/// What the log must not hold: the patient, the words of the note, the mail and its page, who gets it, and what opens the relay or is
/// believed when it comes back.
fn canaries(report: &Value, relay: &Relay) -> Vec<String> {
    let mail = relay.received().into_iter().next().expect("a mail arrived");
    let (mailbox, _) = mail.from.split_once('@').expect("an address");
    let (_, token) = mailbox.split_once('+').expect("a mark in the envelope");
    let (_, key) = token.split_once('.').expect("a keyed mark");
    let subject = report["message"]["subject"].as_str().expect("a subject");
    let known = [
        "Zelda",
        "Quillfeather",
        "1987-06-05",
        "June 5, 1987",
        "5550143",
        "ZQ-4411",
        "Marmotneck",
        "Heronlooser",
        "Otterstretches",
        "Badgerdays",
        "Progress report",
        "<!doctype",
        "%PDF-",
        // The same as it stands in the message.
        "JVBERi0",
        "p.raman",
        DOCTOR,
        "northgate",
        "owner@willow",
        PASSWORD,
    ];
    let login = mail.login.clone().expect("a login");
    known.map(String::from).into_iter().chain([subject.into(), login, mailbox.into(), token.into(), key.into()]).collect()
}

#[track_caller]
fn holds_none(log: &str, canaries: &[String]) {
    assert!(canaries.len() >= 12, "{}", canaries.len());
    let log = log.to_lowercase();
    for canary in canaries {
        let line = log.lines().find(|line| line.contains(&canary.to_lowercase()));
        assert!(line.is_none(), "{canary}: {}", line.unwrap_or_default());
    }
}

/// The program on this practice, as talkative as it can be.
fn talkative(t: &TestApp, relay: &Relay, arguments: &[&str]) -> Command {
    let mut command = t.prepared(arguments);
    command.envs(settings(relay).into_iter().map(|(key, value)| (format!("TRIBUTARY_{}", key.to_uppercase()), value)));
    command.env("RUST_LOG", "trace");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_logs_nothing_of_a_report_its_reader_and_the_way_to_the_relay_also_where_it_fails() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let (t, report) = approved(database, &relay).await;
        let deliver = || said(&talkative(&t, &relay, &["mail", "deliver", "--once"]).output().expect("it ends"));
        let mut log = deliver();
        assert_eq!(relay.received().len(), 1, "{log}");
        for (at, how) in [
            (At::Login, Fault::Say("535 5.7.8 not you")),
            (At::Body, Fault::SaveAndDrop),
            (At::Recipient, Fault::Say("550 5.1.1 <p.raman@northgate.example>: Zelda Quillfeather has no mailbox here")),
        ] {
            t.approved_like_it(1).await;
            t.app.clock.set(t.app.now() + TimeDelta::minutes(20));
            relay.fail(at, how);
            log.push_str(&deliver());
        }
        assert!(log.contains("refuses us as a whole"), "it was caught at all: {log}");
        assert!(relay.lines().iter().filter(|line| line.starts_with("RCPT")).count() >= 3, "{:?}", relay.lines());
        holds_none(&log, &canaries(&report, &relay));
        t.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_delivers_logs_nothing_of_a_report_its_reader_and_the_way_to_the_relay() {
    on_each(async |database| {
        let relay = Relay::start(Security::StartTls).await;
        let (t, report) = approved(database, &relay).await;
        let server = talkative(&t, &relay, &["serve", "--listen", "127.0.0.1:0"]).spawn().expect("it starts");
        let process = server.id().to_string();
        // Read while it runs: a log that nobody reads stops who writes it.
        let ended = std::thread::spawn(move || server.wait_with_output().expect("it ends"));
        let started = Instant::now();
        while relay.received().is_empty() && started.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let stopped = Command::new("kill").arg(&process).status();
        let log = said(&ended.join().expect("a log"));
        assert!(stopped.is_ok_and(|status| status.success()), "{log}");
        assert!(log.contains("listening on http://"), "it was caught at all: {log}");
        holds_none(&log, &canaries(&report, &relay));
        t.close().await;
    })
    .await;
}
