//! What scripts may count on of every command: its JSON, and that it runs beside a server on the same practice.

use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::process::Serving;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tributary::auth::role::Role;

/// Commands whose answer is their own: a server, a question to the terminal, a token and nothing else, a document that is JSON already.
const WITHOUT_JSON: &[&str] = &["serve", "demo", "init", "migrate", "token create", "openapi"];

/// What the program says of a command.
fn help(t: &TestApp, command: &str) -> String {
    let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    let output = t.command(&arguments);
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The commands below one, and those below them.
fn leaves(t: &TestApp, command: &str, found: &mut Vec<(String, String)>) {
    let help = help(t, command);
    let listed = help.split_once("Commands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap_or(rest));
    let Some(listed) = listed else { return found.push((command.to_string(), help)) };
    let names = listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.for_each(|name| leaves(t, format!("{command} {name}").trim(), found));
}

#[tokio::test]
async fn every_command_takes_json_but_those_whose_answer_is_their_own() {
    let t = TestApp::on(crate::support::database::Database::Sqlite).await;
    let mut found = Vec::new();
    leaves(&t, "", &mut found);
    assert!(found.len() > 25, "{found:?}");
    for (command, help) in found {
        assert_eq!(help.contains("--json"), !WITHOUT_JSON.contains(&command.as_str()), "{command}: {help}");
    }
    t.close().await;
}

crate::both_databases! {
    async fn what_a_reading_command_prints_under_json_is_the_json_alone(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        let claim = t.claim_drafted(&cast.referral, "2026-03-02").await;
        let number = claim["number"].as_str().expect("a number");
        let contacts = t.folder.path().join("contacts.csv");
        std::fs::write(&contacts, "First Name,Last Name\nNaomi,Lindqvist\n").expect("written");
        let contacts = contacts.to_string_lossy().into_owned();
        let form = t.folder.path().join("form.pdf").to_string_lossy().into_owned();
        let reads: &[&[&str]] = &[
            &["sources"], &["sources", "--from", "2026-01-01", "--to", "2026-03-31", "--as-of", "2026-03-31"],
            &["claims", "list"], &["claims", "list", "--state", "draft"], &["claims", "check"], &["claims", "cms1500", number, "--out", &form],
            &["remittances", "review"], &["reports", "due"], &["reports", "due", "--on", "2026-04-30"], &["reports", "list"],
            &["reports", "draft", "--month", "2026-03"], &["mail", "list"], &["mail", "deliver", "--once"], &["mail", "check"],
            &["exchange", "run"], &["import", "contacts", &contacts, "--dry-run"], &["config", "print"],
        ];
        for read in reads {
            let arguments: Vec<&str> = read.iter().copied().chain(["--json"]).collect();
            let output = t.command(&arguments);
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(matches!(output.status.code(), Some(0 | 3)), "{read:?}: {printed} {}", String::from_utf8_lossy(&output.stderr));
            assert!(serde_json::from_str::<Value>(&printed).is_ok(), "{read:?} printed more than JSON: {printed}");
        }
    }

    async fn commands_run_beside_a_server_and_each_sees_what_the_other_did(t: &TestApp) {
        let cast = t.cast("2026-03-31").await;
        t.claim_drafted(&cast.referral, "2026-03-02").await;
        let server = Serving::start(t.prepared(&["serve", "--listen", "127.0.0.1:0"]));
        let made = t.command(&["token", "create", "--user", &crate::support::email(Role::Owner)]);
        let token = String::from_utf8(made.stdout).expect("a token");
        // A program that reads all the while.
        let (address, bearer) = (server.address.clone(), token.trim().to_string());
        let over = Arc::new(AtomicBool::new(false));
        let is_over = over.clone();
        let reader = std::thread::spawn(move || {
            let mut answers = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                answers.push(get(&address, "/api/v1/providers?limit=200", &bearer));
            }
            answers
        });
        let folder = t.folder.path().to_path_buf();
        for n in 0..3 {
            let file = folder.join(format!("contacts-{n}.csv"));
            let rows: String = (0..50).map(|row| format!("Doctor{row},Beside{n}\n")).collect();
            std::fs::write(&file, format!("First Name,Last Name\n{rows}")).expect("written");
            let done = t.command(&["import", "contacts", &file.to_string_lossy(), "--json"]);
            let report: Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
            assert_eq!((done.status.code(), report["created"].as_i64()), (Some(0), Some(50)), "{report} {done:?}");
            let shown = get(&server.address, "/api/v1/providers?q=beside&limit=200", token.trim());
            assert!(shown.contains(&format!("Beside{n}")), "the server sees what the command wrote: {shown}");
        }
        let checked = t.command(&["claims", "check", "--json"]);
        assert!(matches!(checked.status.code(), Some(0 | 3)), "{checked:?}");
        let paid = t.command(&["sources", "--json"]);
        assert_eq!(paid.status.code(), Some(0), "{paid:?}");
        // A second one that serves would send what the first one sends; PostgreSQL lets several share the work.
        if matches!(t.database, Database::Sqlite) {
            let second = t.command(&["serve", "--listen", "127.0.0.1:0"]);
            let said = String::from_utf8_lossy(&second.stderr).into_owned();
            assert_eq!((second.status.code(), second.stdout.len()), (Some(1), 0), "{said}");
            assert!(said.contains("another Tributary serves this database already"), "{said}");
        }
        over.store(true, Ordering::Relaxed);
        let answers = reader.join().expect("it reads");
        assert!(answers.len() > 3, "it was read meanwhile: {} times", answers.len());
        for answer in answers {
            assert!(answer.starts_with("HTTP/1.1 200"), "the server answers all the while: {answer}");
        }
    }
}

/// The whole answer, with its status.
fn get(address: &str, path: &str, token: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
