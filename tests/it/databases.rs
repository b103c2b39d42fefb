//! One schema on two databases: what it refuses, how it moves on, and that the program and the tables say the same.

use crate::support::chain::{eob, id, npi};
use crate::support::database::Database;
use crate::support::{TestApp, config, databases};
use migrations::{Migrator, MigratorTrait};
use poem::http::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, IdenStatic, Iterable, Statement, TransactionTrait};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tributary::app::App;
use tributary::auth::role::Role;
use tributary::web::openapi_document;

macro_rules! tables {
    ($($name:ident),+ $(,)?) => {
        const TABLES: &[&str] = &[$(stringify!($name)),+];

        /// Reads every row of every table into its entity, and counts them.
        async fn read_all(db: &DatabaseConnection) -> BTreeMap<&'static str, usize> {
            let mut counts = BTreeMap::new();
            $(
                let rows = tributary::entity::$name::Entity::find().all(db).await;
                counts.insert(stringify!($name), rows.unwrap_or_else(|e| panic!("{}: {e}", stringify!($name))).len());
            )+
            counts
        }

        fn columns_of_entities() -> BTreeMap<String, BTreeSet<String>> {
            let mut all = BTreeMap::new();
            $(
                let columns = tributary::entity::$name::Column::iter().map(|c| c.as_str().to_string()).collect();
                all.insert(stringify!($name).to_string(), columns);
            )+
            all
        }
    };
}

tables! {
    acknowledgment, acknowledgment_item, activity, activity_provider, addendum, affiliation, alert_action, api_token, audit, claim, claim_batch, claim_line, claim_version, counter, coverage,
    decision, denial, disclosure, document, episode, era, era_claim, era_item, exchange_file, fee, frozen_mail, import_batch, import_change, import_mapping, import_row, letter, link_entry, link_reader, link_view, location, login_throttle, mail_pause,
    measure, misdirected, money_event, note, note_text, once_key, organization, organization_contact, outbox, outbox_attempt, outbox_patient, owner_report, partner, patient, payer, payer_listing,
    practice, prescription, private_note, provider, provider_email, provider_phone, recipient_verification, referral, remittance, report, report_copy, report_link, report_note, restriction,
    rule_sheet, rule_sheet_code, secondary_claim, secret, send_event, session, sign_back, standing_approval, state_move, suppression, therapist, transmission, transmission_answer,
    user_account, user_role, visit, visit_service, work,
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter().map(|r| r.try_get_by_index::<String>(0).expect("a text")).collect()
}

async fn one_text(db: &impl ConnectionTrait, sql: &str) -> String {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql).expect("a row");
    row.try_get_by_index::<String>(0).or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string())).expect("a value")
}

/// The tables and their columns, as the database itself tells them.
async fn schema(db: &DatabaseConnection) -> BTreeMap<String, BTreeSet<String>> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%'"
        }
        _ => "select table_name || '.' || column_name from information_schema.columns where table_schema = current_schema()",
    };
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in texts(db, sql).await {
        let (table, column) = text.split_once('.').expect("a table and a column");
        all.entry(table.into()).or_default().insert(column.into());
    }
    all.remove("seaql_migrations");
    all
}

/// Goes the chain once, so that most tables hold something.
async fn live(t: &TestApp) -> serde_json::Value {
    t.fees().await;
    let doctor = t.doctor("Priya", "Raman").await;
    t.done("/api/v1/organizations", json!({ "name": "Harbor Spine", "npi": npi(9_001), "phone": "206-555-0119" })).await;
    let payer = t.payer("Cascade Health").await;
    let referral = t.referral(&doctor, &payer, "Marsh", "2026-02-27").await;
    let claim = t.billed(&referral, "2026-03-02").await;
    t.done("/api/v1/payments", eob(&payer, &claim, "2026-03-02", 0, &[("CO", "50", 16_000)])).await;
    let visit = t.attended(&referral, "2026-03-02").await;
    t.signed(&visit, json!({ "services": [{ "code": "97140", "minutes": 60 }], "measures": [{ "instrument": "nprs", "value": 4 }] })).await;
    referral
}

crate::both_databases! {
    async fn every_table_has_its_entity_and_every_entity_its_table(t: &TestApp) {
        assert_eq!(schema(&t.app.db).await, columns_of_entities());
        let files: BTreeSet<String> = std::fs::read_dir("src/entity").expect("entities")
            .map(|e| e.expect("a file").file_name().to_string_lossy().trim_end_matches(".rs").to_string()).filter(|n| n != "mod").collect();
        assert_eq!(files, TABLES.iter().map(|t| t.to_string()).collect());
    }

    async fn what_the_chain_wrote_is_read_back_by_every_entity(t: &TestApp) {
        live(t).await;
        let counts = read_all(&t.app.db).await;
        let filled = [
            "audit", "claim", "claim_line", "claim_version", "coverage", "decision", "denial", "episode", "fee", "measure", "money_event", "note",
            "organization", "patient", "payer", "practice", "prescription", "provider", "referral", "remittance", "rule_sheet", "state_move",
            "transmission", "transmission_answer", "user_account", "visit", "visit_service",
        ];
        for table in filled {
            assert!(counts[table] > 0, "{table} is empty: {counts:?}");
        }
    }

    async fn money_events_audit_rows_moves_and_signed_notes_cannot_be_rewritten(t: &TestApp) {
        live(t).await;
        let db = &t.app.db;
        let last = |table: &str| format!("(select max(id) from {table})");
        let refused = [
            ("money_event", "amount_cents = 0"), ("audit", "action = 'x'"), ("state_move", "to_state = 'x'"),
        ];
        for (table, change) in refused {
            for sql in [format!("update {table} set {change} where id = {}", last(table)), format!("delete from {table} where id = {}", last(table))] {
                let error = db.execute_unprepared(&sql).await.err().unwrap_or_else(|| panic!("{sql} went through"));
                assert!(error.to_string().contains("kept for ever"), "{sql}: {error}");
            }
        }
        for sql in ["update note set plan = 'x' where signed_at is not null", "delete from note where signed_at is not null"] {
            let error = db.execute_unprepared(sql).await.err().unwrap_or_else(|| panic!("{sql} went through"));
            assert!(error.to_string().contains("kept for ever"), "{sql}: {error}");
        }
    }

    async fn a_draft_of_a_note_may_be_changed_until_it_is_signed(t: &TestApp) {
        let referral = live(t).await;
        let visit = t.attended(&referral, "2026-03-02").await;
        t.done("/api/v1/notes", json!({ "visit": id(&visit), "plan": "Weekly." })).await;
        let changed = t.app.db.execute_unprepared("update note set plan = 'Go on.' where signed_at is null").await.expect("a draft may change");
        assert_eq!(changed.rows_affected(), 1);
    }

    async fn a_database_that_a_newer_program_changed_is_refused(t: &TestApp) {
        t.app.db.execute_unprepared("insert into seaql_migrations (version, applied_at) values ('m9001_tomorrow', 1)").await.expect("a step");
        let error = App::open(config(&t.url, t.folder.path(), &[])).await.err().expect("refused");
        assert!(error.to_string().contains("newer Tributary (step m9001_tomorrow)"), "{error}");
        let output = t.command(&["sources", "--json"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(String::from_utf8_lossy(&output.stderr).contains("newer Tributary"));
    }

    async fn every_command_brings_what_it_opens_up_to_date(t: &TestApp) {
        Migrator::down(&t.app.db, Some(1)).await.expect("one step back");
        assert_eq!(Migrator::get_pending_migrations(&t.app.db).await.expect("steps").len(), 1);
        assert_eq!(t.command(&["sources", "--json"]).status.code(), Some(0));
        assert!(Migrator::get_pending_migrations(&t.app.db).await.expect("steps").is_empty());
    }

    async fn the_steps_of_the_schema_lead_down_and_up_again(t: &TestApp) {
        let before = schema(&t.app.db).await;
        let tx = t.app.db.begin().await.expect("one connection");
        Migrator::down(&tx, None).await.expect("all steps down");
        tx.commit().await.expect("committed");
        assert_eq!(schema(&t.app.db).await, BTreeMap::new());
        tributary::db::open(&t.app.config).await.expect("all steps up").close().await.expect("closed");
        assert_eq!(schema(&t.app.db).await, before);
    }

    async fn a_reference_to_nothing_is_refused_by_the_database(t: &TestApp) {
        let sql = "insert into user_role (user_id, role) values (424242, 'owner')";
        assert!(t.app.db.execute_unprepared(sql).await.is_err());
    }

    async fn of_two_who_save_the_same_version_the_second_is_told_what_stands(t: &TestApp) {
        let made = t.done("/api/v1/providers", json!({ "last_name": "Feld" })).await;
        let path = format!("/api/v1/providers/{}", id(&made));
        let first = t.patch(Role::Owner, &path, json!({ "first_name": "Marcus", "version": made["version"] })).await;
        assert_eq!(first.status, 200, "{}", first.text());
        let second = t.patch(Role::FrontDesk, &path, json!({ "first_name": "Mark", "version": made["version"] })).await;
        assert_eq!(second.status, 409);
        assert_eq!(second.json()["current"]["first_name"], "Marcus", "both are at hand: {}", second.text());
        let none = t.patch(Role::Owner, &path, json!({ "first_name": "Mark" })).await;
        assert_eq!(none.status, 422);
        assert!(none.field("/version").contains("version"));
    }

    async fn whatever_is_saved_over_a_newer_version_is_refused_and_what_stands_is_shown(t: &TestApp) {
        t.fees().await;
        let mut one = crate::rights::things(t, Role::Owner, "Field").await;
        // What was signed or sent is not changed by anybody, so these are begun anew.
        let visit = t.attended(&json!({ "id": one["referrals"] }), "2026-02-28").await;
        one.insert("visits", id(&visit));
        one.insert("notes", id(&t.done("/api/v1/notes", json!({ "visit": id(&visit), "plan": "Weekly." })).await));
        one.insert("reports", id(&t.done("/api/v1/reports", json!({ "kind": "progress", "referral": one["referrals"] })).await));
        let document = openapi_document();
        let all = document["paths"].as_object().expect("paths").iter().filter(|(_, operations)| operations.get("patch").is_some());
        for path in all.map(|(path, _)| crate::rights::filled(path, &one)) {
            let mut change = json!({ "version": 99 });
            // A draft that says the same is no clash with itself.
            if path.contains("/notes/") {
                change["plan"] = json!("Monthly.");
            }
            let stale = t.patch(Role::Owner, &path, change).await;
            assert_eq!(stale.status, 409, "{path}: {}", stale.text());
            let stands = stale.json()["current"]["version"].to_string();
            assert!(stands.trim_matches('"').parse().is_ok_and(|version: i64| version != 99), "{path}: {}", stale.text());
        }
    }

    async fn what_was_removed_holds_its_number_no_more_and_what_stands_does(t: &TestApp) {
        let doctor = json!({ "last_name": "Feld", "npi": npi(77) });
        t.done("/api/v1/providers", doctor.clone()).await;
        assert_ne!(t.post(Role::Owner, "/api/v1/providers", doctor.clone()).await.status, 201, "one of the living has it");
        t.app.db.execute_unprepared("update provider set deleted_at = created_at").await.expect("removed");
        t.done("/api/v1/providers", doctor).await;
    }

    async fn of_many_who_save_at_the_same_moment_one_wins_and_nothing_is_lost(t: &TestApp) {
        let made = t.done("/api/v1/providers", json!({ "last_name": "Feld" })).await;
        let path = format!("/api/v1/providers/{}", id(&made));
        let tokens = [t.token(Role::Owner).await, t.token(Role::FrontDesk).await, t.token(Role::Marketer).await, t.token(Role::Therapist).await];
        let saves = tokens.iter().enumerate().map(|(n, token)| {
            let body = json!({ "first_name": format!("Name {n}"), "version": made["version"] }).to_string();
            let bearer = format!("Bearer {token}");
            let path = &path;
            async move {
                let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
                t.raw(Method::PATCH, path, &headers, &body).await.status.as_u16()
            }
        });
        let mut answers = futures(saves).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409, 409]);
        assert_eq!(t.read(&path).await["version"], 2);
    }
}

/// All at once; the test has no need of a crate for it.
async fn futures<T>(many: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = many.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in running.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
                *done = Some(value);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn sqlite_opens_with_wal_full_sync_foreign_keys_and_a_busy_timeout_on_every_connection() {
    let t = TestApp::on(Database::Sqlite).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(sea_orm::TransactionTrait::begin(&t.app.db).await.expect("a connection of its own"));
    }
    for connection in &held {
        for (pragma, value) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "10000")] {
            assert_eq!(one_text(connection, &format!("pragma {pragma}")).await, value, "{pragma}");
        }
    }
    let version = one_text(&t.app.db, "select sqlite_version()").await;
    let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version} may damage a database");
}

/// `.cargo/config.toml` says how it is built, and is found from the working directory alone.
#[tokio::test]
async fn sqlite_is_built_so_that_connections_share_no_lock_over_pages_and_allocations() {
    let t = TestApp::on(Database::Sqlite).await;
    let used = one_text(&t.app.db, "select cast(sqlite_compileoption_used('ENABLE_MEMORY_MANAGEMENT') as text)").await;
    assert_eq!(used, "0", "the cache of pages is one for all connections");
    let built = texts(&t.app.db, "pragma compile_options").await;
    assert!(built.contains(&"DEFAULT_MEMSTATUS=0".to_string()), "{built:?}");
}

/// A reader that turned writer would fail at once, or write over what another one wrote; who takes the lock first waits for it.
#[tokio::test]
async fn sqlite_writers_wait_for_each_other() {
    let t = TestApp::on(Database::Sqlite).await;
    t.app.db.execute_unprepared("create table tally (n integer); insert into tally values (0)").await.expect("a tally");
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let app = t.app.clone();
            tokio::spawn(async move {
                let tx = app.begin().await.expect("the lock comes in the end");
                let n: i64 = tributary::db::ask(&tx, "select n from tally").await.expect("read");
                tokio::task::yield_now().await;
                tx.execute_unprepared(&format!("update tally set n = {}", n + 1)).await.expect("written");
                tx.commit().await.expect("done");
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    assert_eq!(tributary::db::ask::<i64>(&t.app.db, "select n from tally").await.expect("read"), 6);
}

#[tokio::test]
async fn steps_that_fail_leave_the_database_as_it_was() {
    for database in databases().await {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database.empty(folder.path()).await;
        let db = tributary::db::connect(&url, false).await.expect("it is there");
        db.execute_unprepared("create table claim (id integer)").await.expect("in the way of a later step");
        let error = tributary::db::open(&config(&url, folder.path(), &[])).await.expect_err("it does not come up");
        assert!(format!("{error:?}").contains("claim"), "{error:?}");
        assert_eq!(schema(&db).await.into_keys().collect::<Vec<_>>(), ["claim"]);
        db.close().await.expect("closed");
        database.drop(&url).await;
    }
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    for database in databases().await {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database.empty(folder.path()).await;
        let start = || {
            std::process::Command::new(env!("CARGO_BIN_EXE_tributary"))
                .args(["migrate", "--database-url", &url])
                .current_dir(folder.path())
                .env_clear()
                .stderr(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .expect("it starts")
        };
        let running: Vec<_> = (0..4).map(|_| start()).collect();
        for process in running {
            let output = process.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let db = sea_orm::Database::connect(&url).await.expect("it is there");
        assert_eq!(texts(&db, "select version from seaql_migrations").await.len(), Migrator::migrations().len());
        db.close().await.expect("closed");
        database.drop(&url).await;
    }
}
