//! The import rules of ARCHITECTURE.md, read from the sources. A rule that nothing holds is a wish.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A source without its comments and without the tests at its end.
struct Source {
    path: String,
    text: String,
}

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{folder}: {e}")) {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true if path.file_name().is_some_and(|n| n == "node_modules") => {}
            true => found.extend(files(&path.to_string_lossy(), endings)),
            false if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// All of `src`, read once.
fn sources() -> &'static [Source] {
    static ALL: LazyLock<Vec<Source>> = LazyLock::new(read_sources);
    &ALL
}

fn read_sources() -> Vec<Source> {
    let one = |path: PathBuf| {
        let whole = read(&path);
        let code = whole.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let text = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        Source { path: path.to_string_lossy().into_owned(), text }
    };
    files("src", &[".rs"]).into_iter().map(one).collect()
}

impl Source {
    /// Where a path of Rust, like `poem::` or `std::env`, begins: not inside a longer word.
    fn says(&self, word: &str) -> bool {
        self.text.match_indices(word).any(|(at, _)| {
            let before = self.text[..at].chars().next_back();
            let after = self.text[at + word.len()..].chars().next();
            let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let longer =
                in_word(before) && word.starts_with(char::is_alphabetic) || in_word(after) && word.ends_with(char::is_alphanumeric);
            !longer
        })
    }

    /// `network` for `src/network/store.rs`; nothing for what is no slice.
    fn slice(&self) -> Option<&str> {
        let name = self.path.split('/').nth(1)?;
        step_of(name).map(|_| name)
    }

    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|n| if n.ends_with('/') { self.path.starts_with(n) } else { self.path.ends_with(n) })
    }
}

/// The files that say one of `words` although they are not among `allowed`.
fn saying(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.is(allowed)) {
        found.extend(words.iter().filter(|w| source.says(w)).map(|w| format!("{} says {w}", source.path)));
    }
    found
}

const NOTHING: [String; 0] = [];

/// From the ground up: a slice calls those of a lower step, and its neighbours on its own.
const STEPS: &[&[&str]] = &[
    &["audit"],
    &["practice", "documents", "mail", "auth"],
    &["payers", "network"],
    &["patients"],
    &["referrals"],
    &["care"],
    &["claims"],
    &["payments"],
    &["exchange", "imports", "outreach", "reports", "today"],
];

fn step_of(slice: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&slice))
}

#[test]
fn the_compiler_takes_our_word_in_one_file() {
    assert_eq!(saying(&["unsafe {", "unsafe_code", "unsafe fn", "unsafe impl"], &["src/memory.rs"]), NOTHING);
}

#[test]
fn every_folder_of_the_sources_has_its_place() {
    let known = ["cli", "demo", "entity", "packed", "pdf", "types", "web", "x12"];
    for entry in fs::read_dir("src").expect("src") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let placed = path.is_file() || step_of(&name).is_some() || known.contains(&name.as_str());
        assert!(placed, "src/{name} is no slice of ARCHITECTURE.md: give it a step here and there");
    }
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
fn slices_call_each_other_downhill() {
    let mut calling = Vec::new();
    for source in sources() {
        let Some(step) = source.slice().and_then(step_of) else { continue };
        for (other_step, other) in STEPS.iter().enumerate().flat_map(|(n, step)| step.iter().map(move |s| (n, *s))) {
            let uphill = other_step > step && uses(source, other);
            // A query may join anyone's tables, and then names their states.
            let only_states = source.is(&["/store.rs"]) && used_parts(source, other).iter().all(|part| is_pure_part(other, part));
            if uphill && !only_states {
                calling.push(format!("{} calls {other}, which stands above it: tell chain.rs what happened instead", source.path));
            }
        }
    }
    assert_eq!(calling, NOTHING);
}

#[test]
fn slices_know_each_others_mod_rs_views_and_pure_files_only() {
    let mut reaching = Vec::new();
    for source in sources() {
        let Some(own) = source.slice() else { continue };
        for other in STEPS.iter().flat_map(|s| s.iter()).filter(|s| **s != own) {
            for part in used_parts(source, other) {
                let open = is_pure_part(other, &part) || part == "view" || !Path::new(&format!("src/{other}/{part}.rs")).exists();
                if !open {
                    reaching.push(format!("{} reaches into {other}::{part}: let {other}/mod.rs offer it", source.path));
                }
            }
        }
    }
    assert_eq!(reaching, NOTHING);
}

/// `crate::network::...`, or `network::...` after `use crate::{network, ...}`.
fn uses(source: &Source, slice: &str) -> bool {
    source.says(&format!("crate::{slice}")) || (imports_whole(source, slice) && source.says(&format!("{slice}::")))
}

fn imports_whole(source: &Source, slice: &str) -> bool {
    let lists = source.text.split("use crate::{").skip(1).filter_map(|rest| rest.split("};").next());
    source.says(&format!("use crate::{slice}")) || lists.flat_map(|l| l.split([',', '{', '}'])).any(|name| name.trim() == slice)
}

/// The first name after `network::` wherever it stands.
fn used_parts(source: &Source, slice: &str) -> Vec<String> {
    let marks = [format!("crate::{slice}::"), format!("{slice}::")];
    let mut parts = Vec::new();
    for (n, mark) in marks.iter().enumerate() {
        if n == 1 && !imports_whole(source, slice) {
            continue;
        }
        for (at, _) in source.text.match_indices(mark.as_str()) {
            if source.text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &source.text[at + mark.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![rest],
            };
            // A call is a use case, also where a file has the same name.
            let first = |name: &str| {
                let part: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name.trim()[part.len()..].starts_with('(') { String::new() } else { part }
            };
            parts.extend(names.iter().map(|n| first(n)).filter(|n| !n.is_empty() && n != "self"));
        }
    }
    parts
}

fn is_pure_part(slice: &str, part: &str) -> bool {
    let path = format!("src/{slice}/{part}.rs");
    sources().iter().any(|s| s.path == path && is_pure(s))
}

/// `crate::claims::batch::state`, where each such path of the source leads to a pure file in the part's folder.
fn is_pure_within(source: &Source, slice: &str, part: &str) -> bool {
    let mark = format!("crate::{slice}::{part}::");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = source.text.split(mark.as_str()).skip(1).map(name).peekable();
    let is_pure_file = |name: &String| {
        let path = format!("src/{slice}/{part}/{name}.rs");
        sources().iter().any(|s| s.path == path && is_pure(s))
    };
    named.peek().is_some() && named.all(|n| is_pure_file(&n))
}

/// What a pure file may not see: a database, the runtime, files, the clock, chance.
const IMPURE: &[&str] = &[
    "crate::app",
    "crate::work",
    "crate::db",
    "crate::chain",
    "ConnectionTrait",
    "DatabaseTransaction",
    "DatabaseConnection",
    "EntityTrait",
    "tokio",
    "async fn",
    "std::fs",
    "std::env",
    "std::net",
    "rand",
    "Utc::now",
    "Local",
    "SystemTime",
    "Instant",
    "poem",
    "lettre",
    "super::store",
];

fn is_pure(source: &Source) -> bool {
    !IMPURE.iter().any(|word| source.says(word))
}

#[test]
fn pure_files_see_no_database_runtime_file_clock_or_chance() {
    let promised = [
        "src/types/",
        "src/x12/",
        "src/pdf/",
        "auth/role.rs",
        "auth/user.rs",
        "care/body.rs",
        "care/carried.rs",
        "care/course.rs",
        "care/instruments.rs",
        "care/measure.rs",
        "care/note.rs",
        "care/slots.rs",
        "care/texts/text.rs",
        "care/units.rs",
        "care/visit.rs",
        "claims/case.rs",
        "claims/ack_state.rs",
        "claims/acks/fields.rs",
        "claims/acks/landing.rs",
        "claims/acks/reading.rs",
        "claims/claim.rs",
        "claims/compose.rs",
        "claims/finding.rs",
        "claims/modifiers.rs",
        "claims/others/plan.rs",
        "claims/parties.rs",
        "claims/preflight.rs",
        "claims/scrub.rs",
        "claims/verdict.rs",
        "src/claims/scrub/",
        "documents/upload.rs",
        "imports/compare.rs",
        "src/imports/contact/",
        "imports/csv_table.rs",
        "imports/dedupe.rs",
        "imports/error_file.rs",
        "imports/fate.rs",
        "imports/held.rs",
        "imports/mapping.rs",
        "imports/merge.rs",
        "imports/payer_list/columns.rs",
        "imports/plan.rs",
        "imports/sheet.rs",
        "imports/state.rs",
        "mail/compose.rs",
        "src/mail/kinds/",
        "mail/outbox_state.rs",
        "mail/throttle.rs",
        "mail/verdict.rs",
        "network/activity.rs",
        "network/organization.rs",
        "network/provider.rs",
        "network/search.rs",
        "outreach/billing.rs",
        "outreach/course.rs",
        "outreach/people.rs",
        "outreach/raised.rs",
        "outreach/rule.rs",
        "patients/coverage.rs",
        "patients/patient.rs",
        "payers/asks.rs",
        "payers/directory/listed.rs",
        "payers/examples.rs",
        "payers/payer.rs",
        "payers/rule_sheet.rs",
        "payers/sentences.rs",
        "payments/eob/laws.rs",
        "payments/eob/mod.rs",
        "payments/eob/tally.rs",
        "payments/era/expected.rs",
        "payments/era/odd.rs",
        "payments/era/placing.rs",
        "payments/may.rs",
        "payments/money.rs",
        "payments/plan.rs",
        "practice/fee.rs",
        "practice/practice.rs",
        "practice/therapist.rs",
        "referrals/card.rs",
        "referrals/counting.rs",
        "referrals/prescription.rs",
        "referrals/referral.rs",
        "reports/course.rs",
        "reports/discharge_letter.rs",
        "reports/due.rs",
        "reports/initial_report.rs",
        "reports/kpi.rs",
        "reports/letters/letter.rs",
        "reports/letters/safety.rs",
        "reports/lost_referral.rs",
        "reports/monthly_summary.rs",
        "reports/progress_report.rs",
        "reports/renewal_request.rs",
        "reports/report.rs",
        "reports/table.rs",
        "reports/thanks.rs",
        "reports/what_pays/answer.rs",
        "reports/what_pays/behind.rs",
        "reports/what_pays/period.rs",
        "today/asked.rs",
        "today/commands.rs",
        "today/next.rs",
        "today/queue.rs",
        "today/words.rs",
        "web/chips.rs",
        "web/draw.rs",
        "web/tree.rs",
    ];
    let all = sources();
    for name in promised.iter().filter(|n| !matches!(**n, "src/x12/" | "src/pdf/")) {
        assert!(all.iter().any(|s| s.is(&[name])), "{name} is promised to be pure and is not there");
    }
    for source in all.iter().filter(|s| s.is(&promised)) {
        let seen: Vec<&&str> = IMPURE.iter().filter(|word| source.says(word)).collect();
        assert_eq!(seen, Vec::<&&str>::new(), "{}", source.path);
    }
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
fn entities_hold_relations_and_nothing_that_asks() {
    for source in sources().iter().filter(|s| s.is(&["src/entity/"])) {
        for slice in STEPS.iter().flat_map(|s| s.iter()) {
            for part in used_parts(source, slice) {
                let is_pure = is_pure_part(slice, &part) || is_pure_within(source, slice, &part);
                assert!(is_pure, "{} names {slice}::{part}: a column's type stands in a pure file", source.path);
            }
        }
        assert!(!source.says("async fn") && !source.says("find"), "{} asks the database", source.path);
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

#[test]
fn pages_hold_no_inline_script_or_style() {
    for file in files("src/web/templates", &[""]) {
        let name = file.display().to_string();
        assert!(name.ends_with(".html"), "{name}: only names that end in .html are escaped");
        let text = read(&file);
        let tags = text.split('<').skip(1).map(|t| t.split('>').next().unwrap_or_default());
        for tag in tags {
            assert!(!tag.starts_with("style"), "{name}: <{tag}>");
            assert!(!tag.starts_with("script") || tag.contains("src="), "{name}: <{tag}>");
            for inline in [" style=", " onclick=", " onchange=", " onsubmit=", " oninput=", " onload=", "javascript:"] {
                assert!(!tag.contains(inline), "{name}: <{tag}>");
            }
        }
        assert!(!text.contains("| safe"), "{name} switches escaping off");
    }
}

#[test]
fn every_form_that_posts_carries_the_token() {
    for file in files("src/web/templates", &[".html"]) {
        let text = read(&file);
        for form in text.split("<form").skip(1).map(|f| f.split("</form>").next().unwrap_or_default()) {
            let posts = form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\""));
            assert!(!posts || form.contains("name=\"csrf\""), "{}: <form{form:.80}", file.display());
        }
    }
}

/// A component sees of the page only what it names with @; without them instants are shown in UTC, and days without their year.
#[test]
fn components_that_show_days_and_instants_take_the_zone_and_today() {
    for file in files("src/web/templates", &[".html"]) {
        let text = read(&file);
        for component in text.split("{% component ").skip(1).map(|c| c.split("{% endcomponent").next().unwrap_or_default()) {
            let head = component.split("%}").next().unwrap_or_default();
            let needs = |filters: &[&str], name: &str| !filters.iter().any(|f| component.contains(f)) || head.contains(name);
            assert!(needs(&["| local_day", "| local_time"], "@zone"), "{}: {head}", file.display());
            assert!(needs(&["| day }", "| day |", "| day_in_week"], "@today"), "{}: {head}", file.display());
        }
    }
}

#[test]
fn mails_are_escaped_by_the_names_of_their_files() {
    for file in files("email_templates", &[""]) {
        let name = file.display().to_string();
        let known = [".txt", ".mjml", ".typ"].iter().any(|e| name.ends_with(e));
        assert!(known, "{name}: .mjml is escaped, .txt is plain text, .typ is a letter; nothing else is known");
        assert!(!read(&file).contains("| safe"), "{name} switches escaping off");
    }
    let mut tera = (*tributary::mail::templates::load().expect("templates")).clone();
    tera.add_raw_template("probe.mjml", "{{ name }}").expect("a probe");
    let mut context = tera::Context::new();
    context.insert("name", "<b>O'Brien</b>");
    assert!(!tera.render("probe.mjml", &context).expect("text").contains("<b>"));
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

/// The product's one ornament stands wherever a referral appears [ux.md, principle 3].
#[test]
fn a_page_that_names_a_referral_shows_its_visit_card() {
    // Who arrived this week, beside the day's visits with theirs; and parts of the referral's own page, whose head shows it.
    let without = ["today/today.html", "referrals/rail.html", "referrals/reports.html"];
    for file in files("src/web/templates", &[".html"]) {
        let name = file.strip_prefix("src/web/templates").expect("under it").display().to_string();
        let text = read(&file);
        let shows = text.contains("<vc ") || name.ends_with("parts.html") || without.contains(&name.as_str());
        assert!(!text.contains("\"/referrals/{{") || shows, "{name} names a referral without its visit card");
    }
}
