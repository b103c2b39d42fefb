//! 10,000 contacts from a Google export into an empty practice, through the command (limit 10 s), and again (nothing changes).
//! `cargo bench --bench import`

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use support::{PROGRAM, folder, ms, ratio, say};

const ROWS: usize = 10_000;
const FIRST: [&str; 8] = ["Priya", "Marcus", "Dana", "Lena", "Omar", "Ruth", "Ivo", "Mei"];
const LAST: [&str; 10] = ["Raman", "Feld", "Whitfield", "Ortega", "Lindqvist", "Tran", "Okafor", "Brandt", "Hale", "Quill"];

/// Every row another person: the number in the middle name keeps them apart.
fn contacts() -> String {
    let mut csv = String::from(
        "First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n",
    );
    for n in 0..ROWS {
        let (first, last) = (FIRST[n % 8], LAST[n / 8 % 10]);
        let (area, line) = (201 + n / 100 % 700, n % 100);
        let _ =
            writeln!(csv, "{first},X{n},{last}-{n},Office {},Work,{first}.{last}.{n}@office.example,Work,{area}-555-01{line:02}", n / 20);
    }
    csv
}

fn run(data: &Path, arguments: &[&str], input: &str) -> std::process::Output {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .env("TRIBUTARY_DATA", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

/// How many rows came to a result, and how many to any other.
fn counts(said: &serde_json::Value, key: &str) -> (u64, u64) {
    let of = |name: &str| said[name].as_u64().expect("a count");
    let all = ["created", "updated", "unchanged", "duplicate_in_file", "review", "error", "blank"];
    (of(key), all.into_iter().filter(|name| *name != key).map(of).sum())
}

/// How many people the practice's own table holds after it: the command's account of itself is no proof.
fn providers(data: &Path) -> u64 {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let db = sea_orm::Database::connect(format!("sqlite://{}", data.join("tributary.db").display())).await.expect("the database");
        let count = tributary::db::ask::<i64>(&db, "select count(*) from provider where deleted_at is null").await.expect("a count");
        db.close().await.expect("closed");
        u64::try_from(count).expect("a count")
    })
}

fn main() {
    let data = folder("import");
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("a folder");
    let file = data.join("contacts.csv");
    std::fs::write(&file, contacts()).expect("a file");
    let owner = [
        "init",
        "--practice",
        "Cedar & Tide",
        "--timezone",
        "America/Los_Angeles",
        "--owner",
        "maya@cedartide.example",
        "--password-stdin",
    ];
    assert!(run(&data, &owner, "quiet river 17\n").status.success());
    for (what, key) in [("first", "created"), ("again", "unchanged")] {
        let begun = Instant::now();
        let output = run(&data, &["import", "contacts", &file.display().to_string(), "--json"], "");
        let micros = begun.elapsed().as_micros();
        let said: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {:.500}", String::from_utf8_lossy(&output.stderr)));
        say(&format!(
            "{ROWS} rows, {what}: {}, {} of 10 s; {key} {}, review {}",
            ms(micros),
            ratio(micros, 10_000_000),
            said[key],
            said["review"]
        ));
        assert_eq!(output.status.code(), Some(0), "{:.500}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(counts(&said, key), (ROWS as u64, 0), "every row is a person of their own, and known the second time: {:.500}", said);
        assert_eq!(providers(&data), ROWS as u64, "they are there, and there once");
        assert!(micros < 10_000_000, "the import is over its limit");
    }
}
