//! The import rules of ARCHITECTURE.md, read from the sources, and what holds of every source. A rule that nothing holds is a wish.

#[path = "architecture/slices.rs"]
mod slices;
#[path = "architecture/sources.rs"]
mod sources;
#[path = "architecture/templates.rs"]
mod templates;

use sources::{NOTHING, files, read, saying, sources};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_compiler_takes_our_word_in_one_file() {
    assert_eq!(saying(&["unsafe {", "unsafe_code", "unsafe fn", "unsafe impl"], &["src/memory.rs"]), NOTHING);
}

#[test]
fn only_the_web_layer_and_the_two_doors_know_poem() {
    assert_eq!(saying(&["poem"], &["src/web/", "/pages.rs", "/api.rs"]), NOTHING);
}

#[test]
fn queries_stand_in_stores_and_in_the_base_alone() {
    let words = [
        "QueryFilter",
        "QuerySelect",
        "QueryOrder",
        "QueryTrait",
        "PaginatorTrait",
        "Entity::find",
        "Entity::find_by_id",
        "Entity::insert",
        "Entity::insert_many",
        "Entity::update",
        "Entity::update_many",
        "Entity::delete_many",
        "Entity::delete_by_id",
        "Statement::from_string",
        "Statement::from_sql_and_values",
        "execute_unprepared",
        "query_one",
        "query_all",
        "query_one_raw",
        "query_all_raw",
        "sqlx",
    ];
    // The base: opening a database, loading rows by key, and the one unit of work that writes.
    let allowed =
        ["/store.rs", "/outbox.rs", "src/db.rs", "src/tx.rs", "src/packed/mod.rs", "src/work.rs", "src/due_work.rs", "src/entity/"];
    assert_eq!(saying(&words, &allowed), vec!["src/error.rs says sqlx".to_string()][..0]);
}

#[test]
fn sql_text_stands_in_sql_files_and_stores() {
    let is_sql = |text: &str| {
        let text = text.to_lowercase();
        ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"with "]
            .iter()
            .any(|w| text.contains(w) && text.contains(" from "))
    };
    let others = sources()
        .iter()
        .filter(|s| !s.is(&["src/db.rs", "src/packed/mod.rs", "src/work.rs", "src/due_work.rs", "/store.rs", "/outbox.rs", "src/demo/"]));
    let found: Vec<String> = others.filter(|s| s.text.lines().any(is_sql)).map(|s| s.path.clone()).collect();
    assert_eq!(found, NOTHING);
}

#[test]
fn types_and_formats_import_nothing_of_ours() {
    for source in sources().iter().filter(|s| s.is(&["src/types/", "src/x12/", "src/pdf/"])) {
        let ours = source.text.match_indices("crate::").map(|(at, _)| &source.text[at..]);
        let beyond: Vec<&str> = ours.filter(|rest| !rest.starts_with("crate::types") && !rest.starts_with("crate::words")).collect();
        assert!(beyond.is_empty(), "{} imports {:.60}", source.path, beyond[0]);
    }
}

#[test]
fn doors_open_no_transaction_and_ask_nothing() {
    let words = ["ConnectionTrait", "crate::work", "crate::entity", "crate::db", "super::store", ".begin", ".work", "tx"];
    for source in sources().iter().filter(|s| s.is(&["/pages.rs", "/api.rs"]) && s.slice().is_some()) {
        for word in words {
            assert!(!source.says(word), "{} says {word}: a door calls use cases", source.path);
        }
    }
}

/// What a therapist writes for themselves is no part of the record: its table is named where it is written and nowhere else.
#[test]
fn private_notes_are_known_to_their_own_folder_alone() {
    let words = ["private_note", "private_notes", "PrivateNote", "NewPrivateNote", "PrivateNoteView", "PrivateNotes", "care::private"];
    assert_eq!(saying(&words, &["src/care/private/", "src/entity/", "src/web/mod.rs"]), NOTHING);
    // Nor in a query of a report, a letter, or a page of another slice.
    for file in files("src", &[".sql"]).into_iter().chain(files("email_templates", &[""])) {
        let text = read(&file);
        assert!(!text.contains("private_note"), "{} reads private notes", file.display());
    }
    for slice in ["reports", "mail", "outreach", "claims", "payments", "exchange", "imports", "today", "demo", "cli"] {
        assert!(
            files(&format!("src/{slice}"), &[".rs", ".sql"]).iter().all(|f| !read(f).to_lowercase().contains("private_note")),
            "{slice}"
        );
    }
}

#[test]
fn only_the_transport_speaks_smtp() {
    let words = ["AsyncSmtpTransport", "SmtpTransport", "AsyncSmtpConnection", "SmtpConnection", "lettre::transport"];
    assert_eq!(saying(&words, &["mail/transport.rs", "src/mail/transport/"]), NOTHING);
    assert_eq!(saying(&["lettre"], &["src/mail/"]), NOTHING);
}

#[test]
fn the_time_of_day_and_the_zone_come_from_the_apps_clock_alone() {
    let words = ["Utc::now", "Local", "SystemTime", "chrono::offset::Local", "iana_time_zone"];
    assert_eq!(saying(&words, &["src/app.rs"]), NOTHING);
    for file in files("migrations/src", &[".rs"]) {
        let text = read(&file);
        assert!(!text.contains("now()") && !text.contains("current_timestamp"), "{} reads the database's clock", file.display());
    }
    for file in files("src", &[".sql"]) {
        let text = read(&file).to_lowercase();
        for word in ["now()", "current_timestamp", "current_date", "datetime('now"] {
            assert!(!text.contains(word), "{} says {word}", file.display());
        }
    }
}

#[test]
fn the_environment_is_read_where_settings_are() {
    assert_eq!(saying(&["std::env", "env::var"], &["src/config.rs", "src/cli/", "src/app.rs"]), NOTHING);
}

#[test]
fn money_is_whole_cents_and_no_float_holds_it() {
    // A share of two counts is shown as a fraction; it is made and rounded in one place. What a body says is read before anybody asks
    // which type it has.
    assert_eq!(saying(&["f64", "f32"], &["types/rate.rs", "types/text.rs", "web/json.rs"]), NOTHING);
}

#[test]
fn nothing_is_left_to_do_and_nothing_names_this_machine() {
    let words = [["to", "do!("].concat(), ["unimple", "mented!("].concat(), ["d", "bg!("].concat()];
    for source in sources() {
        for word in &words {
            assert!(!source.text.contains(word.as_str()), "{} says {word}", source.path);
        }
    }
    let places = [["/wo", "rk/"].concat(), ["/ho", "me/"].concat(), ["/ro", "ot/"].concat(), ["index.cra", "tes.io"].concat()];
    let endings = [".rs", ".toml", ".md", ".sql", ".html", ".js", ".css", ".yaml", ".yml", ".service", ".example", ".sh", "Cargo.lock"];
    let folders = ["src", "tests", "migrations", "docs", "deploy", "benches", ".ci", "email_templates"];
    let mut all: Vec<PathBuf> = folders.iter().filter(|f| Path::new(f).exists()).flat_map(|f| files(f, &endings)).collect();
    all.extend(fs::read_dir(".").expect("here").map(|e| e.expect("an entry").path()).filter(|p| p.is_file() && !p.ends_with(".git")));
    for file in all {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for place in &places {
            let lawful = place.contains("crates") && file.ends_with("Cargo.lock");
            assert!(lawful || !text.contains(place.as_str()), "{} says {place}", file.display());
        }
    }
}

/// A file of promises that nobody names is never compiled, and never fails.
#[test]
fn every_file_of_promises_is_named_in_its_main() {
    let named = read(Path::new("tests/it/main.rs"));
    for file in files("tests/it", &[".rs"]) {
        let path = file.strip_prefix("tests/it").expect("under it").display().to_string();
        if path != "main.rs" && !path.contains('/') {
            let line = format!("\nmod {};", path.trim_end_matches(".rs"));
            assert!(named.contains(&line), "tests/it/main.rs does not name {path}");
        }
    }
}
