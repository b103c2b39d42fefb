//! Settings: flag, then environment, then file, then default; and what is never shown.

use crate::support::START;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use tributary::config::SETTINGS;

/// Runs `tributary` in a folder with nothing in its environment but what is given.
fn run(folder: &Path, arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command.args(arguments).current_dir(folder).env_clear();
    for (name, value) in env {
        command.env(name, value);
    }
    command.output().expect("it runs")
}

/// Each setting with its value and where it came from.
fn printed(folder: &Path, arguments: &[&str], env: &[(&str, &str)]) -> BTreeMap<String, (String, String)> {
    let output = run(folder, &[arguments, &["config", "print", "--json"]].concat(), env);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said} {}", String::from_utf8_lossy(&output.stderr)));
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_string();
    rows.iter().map(|row| (text(row, "key"), (text(row, "value"), text(row, "from")))).collect()
}

fn pair(value: &str, from: &str) -> (String, String) {
    (value.into(), from.into())
}

#[test]
fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tributary.toml"), "listen = \"127.0.0.1:1\"\ndata = \"from-file\"\nundo_minutes = 3\n")
        .expect("a file");
    let env = [("TRIBUTARY_LISTEN", "127.0.0.1:2"), ("TRIBUTARY_DATA", "from-env")];
    let shown = printed(folder.path(), &["--listen", "127.0.0.1:3"], &env);
    assert_eq!(shown["listen"], pair("127.0.0.1:3", "flag"));
    assert_eq!(shown["data"], pair("from-env", "environment"));
    assert_eq!(shown["undo_minutes"], pair("3", "file"));
    assert_eq!(shown["mail_poll"], pair("2s", "default"));
    assert_eq!(shown["database_url"], pair("sqlite://from-env/tributary.db", "default"));
    assert_eq!(shown.len(), SETTINGS.len(), "each value is shown");
}

#[test]
fn a_secret_may_come_from_the_file_that_the_environment_names() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("url"), "postgres://crm:hunter22@db.example/crm\n").expect("a secret");
    let file = folder.path().join("url").display().to_string();
    let shown = printed(folder.path(), &[], &[("DATABASE_URL_FILE", &file)]);
    assert_eq!(shown["database_url"], pair("postgres://crm:***@db.example/crm", "environment"));
    let missing = run(folder.path(), &["config", "print"], &[("DATABASE_URL_FILE", "nowhere")]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("DATABASE_URL_FILE names nowhere"));
}

#[test]
fn no_form_of_config_print_shows_a_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let env =
        [("DATABASE_URL", "postgres://crm@db.example/crm?password=hunter22"), ("TRIBUTARY_MAIL", "smtps://maya:hunter23@relay.example")];
    for arguments in [&["config", "print"][..], &["config", "print", "--json"][..]] {
        let output = run(folder.path(), arguments, &env);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("hunter22") && !said.contains("hunter23"), "{said}");
        assert!(said.contains("relay.example") && said.contains("environment"), "{said}");
    }
}

#[test]
fn an_unknown_key_in_the_file_is_refused_with_the_known_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tributary.toml"), "lisen = \"127.0.0.1:1\"\n").expect("a file");
    let output = run(folder.path(), &["config", "print"], &[]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(words.contains("\"lisen\"") && words.contains("listen, "), "{words}");
}

#[test]
fn a_settings_file_that_cannot_be_read_is_refused_and_not_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tributary.toml"), [0xff, 0xfe, 0x00]).expect("a file");
    assert_eq!(run(folder.path(), &["config", "print"], &[]).status.code(), Some(1));
    std::fs::write(folder.path().join("tributary.toml"), "listen = ").expect("a file");
    assert_eq!(run(folder.path(), &["config", "print"], &[]).status.code(), Some(1));
}

#[test]
fn another_settings_file_is_named_by_config_and_must_be_there() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tributary.toml"), "data = \"not-this\"\n").expect("a file");
    std::fs::write(folder.path().join("other.toml"), "data = \"this\"\n").expect("a file");
    assert_eq!(printed(folder.path(), &["--config", "other.toml"], &[])["data"], pair("this", "file"));
    assert_eq!(run(folder.path(), &["--config", "nowhere.toml", "config", "print"], &[]).status.code(), Some(1));
}

#[test]
fn a_blank_variable_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let env: Vec<(&str, &str)> = SETTINGS.iter().map(|s| (s.env, "")).collect();
    let shown = printed(folder.path(), &[], &env);
    assert!(shown.values().all(|(_, from)| from == "default"), "{shown:?}");
}

#[test]
fn values_that_mean_nothing_are_refused_by_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = [
        ("TRIBUTARY_NOW", "tomorrow"),
        ("TRIBUTARY_LISTEN", "8080"),
        ("TRIBUTARY_MAIL", "pigeon"),
        ("TRIBUTARY_MAIL_FROM", "maya"),
        ("DATABASE_URL", "mysql://x"),
        ("TRIBUTARY_UNDO_MINUTES", "soon"),
        ("TRIBUTARY_MAIL_LEASE", "2 moons"),
    ];
    for (name, value) in wrong {
        let output = run(folder.path(), &["config", "print"], &[(name, value)]);
        let words = String::from_utf8_lossy(&output.stderr).to_lowercase();
        let key = name.trim_start_matches("TRIBUTARY_").to_lowercase();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(words.contains(&key), "{name}: {words}");
    }
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(run(folder.path(), &["serve", "--prot", "1"], &[]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["surve"], &[]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["--help"], &[]).status.code(), Some(0));
}

#[test]
fn the_clock_that_is_set_starts_there_and_runs_on() {
    let clock = tributary::app::Clock::from(crate::support::instant(START));
    let first = clock.now();
    assert!(first >= crate::support::instant(START));
    while clock.now() == first {
        std::hint::spin_loop();
    }
    assert!(clock.now() - first < chrono::TimeDelta::seconds(60), "it runs, and does not jump");
    clock.set_zone(chrono_tz::America::Los_Angeles);
    assert_eq!(clock.today().to_string(), "2026-03-02");
}

/// The example lists what the program knows, in its order, with its defaults: neither can drift from the other.
#[test]
fn the_example_of_the_environment_lists_every_setting_with_its_default() {
    let example = std::fs::read_to_string("deploy/env.example").expect("deploy/env.example");
    let mut listed: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        let line = line.strip_prefix('#').unwrap_or(line);
        if let Some((name, value)) =
            line.split_once('=').filter(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        {
            listed.push((name.to_string(), value.trim_matches('"').to_string()));
        }
    }
    let known: Vec<(String, String)> = SETTINGS.iter().map(|s| (s.env.to_string(), s.default.to_string())).collect();
    assert_eq!(listed, known);
}
