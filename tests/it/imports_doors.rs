//! Importing contacts: the command, rights, and files that nobody should send.

use crate::support::TestApp;
use crate::support::chain::id;
use crate::support::http::multipart;
use crate::support::import::{counts, outcomes};
use poem::Request;
use poem::http::Method;
use serde_json::{Value, json};
use std::path::PathBuf;
use tributary::auth::role::Role;

const UGLY: &[u8] = include_bytes!("contacts/ugly.csv");
const ONE: &str = "Name,NPI,Phone\nAnn Lee,2003000207,206-555-0101\n";

/// Writes a file into the folder of a test; gives its path.
fn put(t: &TestApp, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = t.folder.path().join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

crate::both_databases! {
    async fn the_command_prints_counts_and_rows_and_ends_with_three_when_something_is_left(t: &TestApp) {
        put(t, "ugly.csv", UGLY);
        let dry = t.command_json(&["import", "contacts", "ugly.csv", "--dry-run", "--json"]);
        assert_eq!(keys(&dry), ["blank", "created", "duplicate_in_file", "error", "review", "rows", "unchanged", "updated"]);
        assert_eq!((counts(&dry), t.count_providers().await), ([11, 0, 0, 3, 2, 4, 1], 0));
        assert_eq!(t.read("/api/v1/imports").await["items"], json!([]), "nothing is kept");
        let output = t.command(&["import", "contacts", "ugly.csv", "--json", "--errors", "left.csv"]);
        assert_eq!(output.status.code(), Some(3));
        let real: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
        assert_eq!((counts(&real), &real["rows"]), (counts(&dry), &dry["rows"]));
        assert_eq!(keys(&real["rows"][0]), ["number", "reason", "result"]);
        assert_eq!(real["rows"][7], json!({
            "number": 9, "result": "error",
            "reason": "A spreadsheet turned the NPI into \"1.00E+09\". The real digits are gone; copy them again as text"
        }));
        let left = std::fs::read_to_string(t.folder.path().join("left.csv")).expect("the rows that are left");
        assert_eq!(left.lines().count(), 7);
        let import = id(&t.read("/api/v1/imports").await["items"][0]);
        let api = t.read(&format!("/api/v1/imports/{import}")).await;
        assert_eq!((counts(&api), &api["created_by"]), (counts(&real), &Value::Null));
    }

    async fn the_command_ends_with_zero_when_all_is_well_and_says_so_in_words(t: &TestApp) {
        put(t, "contacts.csv", ONE);
        let output = t.command(&["import", "contacts", "contacts.csv"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!((output.status.code(), said.contains("1  new")), (Some(0), true), "{said}");
        put(t, "alone.csv", "Name,NPI\n");
        let output = t.command(&["import", "contacts", "alone.csv"]);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).contains("a header and no rows")), (Some(0), true));
        let output = t.command(&["import", "contacts", "alone.csv", "--json"]);
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON alone");
        assert_eq!((output.status.code(), counts(&json), &json["rows"]), (Some(0), [0; 7], &json!([])));
        assert!(String::from_utf8_lossy(&output.stderr).contains("a header and no rows"));
        let questions = t.command(&["import", "contacts", put(t, "q.csv", "Name,Phone\nBo Lee,206-555-0102\nBo Lee,206-555-0102\n").to_str().expect("a path")]);
        let said = String::from_utf8_lossy(&questions.stdout).into_owned();
        assert_eq!(questions.status.code(), Some(3));
        assert!(said.contains("Answer the questions at /imports/") && said.contains("Row     3  to be answered"), "{said}");
    }

    async fn a_file_that_is_no_table_or_is_not_there_ends_the_command_with_one(t: &TestApp) {
        put(t, "wide.csv", vec!["x"; 100_000].join(","));
        put(t, "book.csv", b"PK\x03\x04");
        put(t, "empty.csv", "");
        put(t, "big.csv", vec![b'x'; 21 * 1024 * 1024]);
        for (file, words) in [("wide.csv", "1,000 columns"), ("book.csv", "Excel"), ("empty.csv", "empty"), ("big.csv", "20 MB"), ("none.csv", "cannot be read")] {
            let output = t.command(&["import", "contacts", file, "--json"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{file}: {said}");
            assert!(said.contains(words), "{file}: {said}");
        }
        assert_eq!(t.command(&["import", "contacts"]).status.code(), Some(2));
        assert_eq!(t.command(&["import", "contacts", "x.csv", "--map", "hat=Hat"]).status.code(), Some(2));
    }

    async fn a_column_that_was_guessed_wrong_is_named_on_the_command_line(t: &TestApp) {
        put(t, "odd.csv", "Who,Doctor number,Fax\nAnn Lee,2003000207,206-555-0101\n");
        let run = |map: &'static [&'static str]| {
            let mut arguments = vec!["import", "contacts", "odd.csv", "--dry-run", "--json"];
            arguments.extend(map.iter().flat_map(|m| ["--map", m]));
            t.command_json(&arguments)
        };
        assert_eq!(counts(&run(&[]))[5], 1);
        assert_eq!(counts(&run(&["full_name=who", "npi=Doctor number"])), [1, 0, 0, 0, 0, 0, 0]);
        let refused = t.command(&["import", "contacts", "odd.csv", "--map", "npi=Hat"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(1) && said.contains("Who, Doctor number, Fax"), "{said}");
    }

    async fn who_may_import_is_the_owner_the_marketer_and_the_front_desk_with_the_tick(t: &TestApp) {
        let made = t.import(ONE).await;
        let (one, rows) = (format!("/api/v1/imports/{}", id(&made)), format!("/api/v1/imports/{}/errors", id(&made)));
        for (role, status) in [
            (Role::Owner, 200), (Role::Marketer, 200), (Role::FrontDesk, 404), (Role::Therapist, 404), (Role::Biller, 404), (Role::ReadOnly, 404),
        ] {
            let answers = [t.get(role, "/api/v1/imports").await, t.get(role, &one).await, t.get(role, &rows).await];
            assert!(answers.iter().all(|a| a.status == status), "{role}: {:?}", answers.map(|a| a.status));
            let sent = t.send_file(role, "", "contacts.csv", ONE).await;
            assert_eq!(sent.status.as_u16(), if status == 200 { 201 } else { 404 }, "{role}");
            let bodies = [
                ("apply", json!({})),
                ("discard", json!({})),
                ("mapping", json!({})),
                ("rows/2/decide", json!({ "decision": "skip" })),
                ("rows/2/mend", json!({ "column": "NPI" })),
            ];
            for (verb, body) in bodies {
                let answer = t.post(role, &format!("{one}/{verb}"), body).await;
                assert_eq!(answer.status == 404, status == 404, "{role} {verb}: {}", answer.text());
            }
        }
        let users = t.read("/api/v1/users").await["items"].clone();
        let desk = users.as_array().expect("users").iter().find(|u| u["email"] == "front_desk@willow.example").cloned().expect("the front desk");
        let ticked = json!({ "may_import": true, "version": desk["version"] });
        let answer = t.patch(Role::Owner, &format!("/api/v1/users/{}", id(&desk)), ticked).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        assert_eq!(t.get(Role::FrontDesk, &one).await.status, 200);
        assert_eq!(t.send_file(Role::FrontDesk, "", "contacts.csv", ONE).await.status, 201);
    }

    async fn a_body_of_fifty_megabytes_is_refused_with_413(t: &TestApp) {
        let answer = t.send_file(Role::Owner, "", "big.csv", vec![b'x'; 50 * 1024 * 1024]).await;
        assert_eq!(answer.status, 413);
        let mut browser = t.signed_in(Role::Owner).await;
        let form = browser.open("/imports/new").await;
        let page = browser.upload(&form, "/imports/new", &[], ("file", "big.csv", &vec![b'x'; 50 * 1024 * 1024])).await;
        assert_eq!((page.status.as_u16(), page.all("h1")), (413, vec!["This file is too large".to_string()]));
        assert_eq!(t.read("/api/v1/imports").await["items"], json!([]));
    }

    async fn a_file_name_with_a_path_in_it_is_only_a_name(t: &TestApp) {
        for (name, kept) in [("../../etc/passwd.csv", "passwd.csv"), ("..\\..\\x.csv", "x.csv"), ("<script>.csv", "script.csv")] {
            let answer = t.send_file(Role::Owner, "?dry_run=true", name, ONE).await.json();
            assert_eq!(answer["file_name"], kept);
        }
        let inside = std::fs::read_dir(t.folder.path()).expect("a folder").filter_map(Result::ok);
        assert!(inside.map(|e| e.file_name().to_string_lossy().into_owned()).all(|name| name.starts_with("tributary")), "no file was written");
    }

    async fn a_form_part_is_a_file_too_and_a_key_that_was_used_gets_the_first_answer(t: &TestApp) {
        let token = t.token(Role::Owner).await;
        let send = |key: &'static str| {
            let (kind, body) = multipart(&[("dry_run".into(), "false".into())], ("file", "my.csv", ONE.as_bytes()));
            let request = Request::builder().method(Method::POST).uri_str("/api/v1/imports").header("authorization", format!("Bearer {token}"));
            t.send(request.header("idempotency-key", key).content_type(&kind).body(body))
        };
        let first = send("k-1").await;
        assert_eq!((first.status.as_u16(), first.json()["file_name"].as_str()), (201, Some("my.csv")), "{}", first.text());
        let second = send("k-1").await.json();
        assert_eq!((second["id"] == first.json()["id"], counts(&second)), (true, [1, 0, 0, 0, 0, 0, 0]));
        assert_eq!(outcomes(&send("k-2").await.json()), ["unchanged: Same NPI. Nothing new"]);
    }

    async fn cells_that_begin_a_formula_are_harmless_when_they_leave(t: &TestApp) {
        let rows = "Name,NPI,Notes\n\"=HYPERLINK(\"\"https://x.example\"\",\"\"Ann Lee\"\")\",12,=1+1\n+Bo,12,-2\n@Cy,12,\"\tx\"\n";
        let import = t.import(rows).await;
        assert_eq!(counts(&import)[5], 3);
        let text = t.get(Role::Owner, &format!("/api/v1/imports/{}/errors", id(&import))).await.text();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            for cell in record.expect("a row").iter() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
            }
        }
        assert!(text.contains("'=HYPERLINK") && text.contains("'+Bo") && text.contains("'@Cy"), "{text}");
    }
}

#[test]
fn the_imports_of_the_api_are_described() {
    let document = tributary::web::openapi_document();
    for (path, verb) in [
        ("/api/v1/imports", "post"),
        ("/api/v1/imports", "get"),
        ("/api/v1/imports/{id}", "get"),
        ("/api/v1/imports/{id}/apply", "post"),
        ("/api/v1/imports/{id}/discard", "post"),
        ("/api/v1/imports/{id}/mapping", "post"),
        ("/api/v1/imports/{id}/rows/{row}/decide", "post"),
        ("/api/v1/imports/{id}/rows/{row}/mend", "post"),
        ("/api/v1/imports/{id}/errors", "get"),
    ] {
        assert!(document["paths"][path][verb].is_object(), "{verb} {path}");
    }
}
