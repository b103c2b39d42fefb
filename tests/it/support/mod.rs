//! What every test stands on: a practice of its own on each database, the doors to it, and a short way to make a chain.

pub mod acks;
pub mod audited;
pub mod browser;
pub mod chain;
pub mod database;
pub mod era;
pub mod http;
pub mod import;
pub mod ledgers;
pub mod letters;
#[path = "../../../src/x12/mangle.rs"]
#[allow(dead_code, reason = "its tests want the rest of it")]
pub mod mangle;
pub mod many;
pub mod outbox;
pub mod partners;
pub mod process;
pub mod queries;
pub mod relay;
pub mod walk;

use chrono::{DateTime, Utc};
use database::Database;
use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tributary::app::{Actor, App, Clock};
use tributary::auth::role::Role;
use tributary::config::{Config, Given};

/// One test's practice. It has one user of each role; the clock stands still until it is set.
pub struct TestApp {
    pub app: App,
    pub folder: TempDir,
    pub url: String,
    /// What was asked and answered well, with the name of the request.
    pub answered: Mutex<Vec<(String, String)>>,
    server: OnceCell<BoxEndpoint<'static, Response>>,
    tokens: tokio::sync::Mutex<BTreeMap<&'static str, String>>,
    pub database: Database,
}

/// Where the clock of every test begins: a Monday morning in Seattle.
pub const START: &str = "2026-03-02T09:00:00-08:00";

/// Signs in as `owner@willow.example`, `therapist@willow.example` ...
pub const PASSWORD: &str = "quiet river 17";

pub fn email(role: Role) -> String {
    format!("{}@willow.example", role.word())
}

impl TestApp {
    pub async fn on(database: Database) -> Self {
        Self::with(database, &[]).await
    }

    /// With settings of its own (by their keys).
    pub async fn with(database: Database, settings: &[(&str, &str)]) -> Self {
        // What went wrong on our side stands in the log, and the log with the failed test.
        let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_test_writer().try_init();
        let folder = tempfile::tempdir().expect("a folder");
        let url = database.copy(folder.path()).await;
        let app = open(&url, folder.path(), settings).await;
        app.clock.set(instant(START));
        Self { app, folder, url, answered: Mutex::default(), server: OnceCell::new(), tokens: Default::default(), database }
    }

    /// Before anybody has set up a practice.
    pub async fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database.empty(folder.path()).await;
        let app = open(&url, folder.path(), &[]).await;
        Self { app, folder, url, answered: Mutex::default(), server: OnceCell::new(), tokens: Default::default(), database }
    }

    /// A practice that was made otherwise.
    pub fn holding(app: App, folder: TempDir, url: String, database: Database) -> Self {
        Self { app, folder, url, answered: Mutex::default(), server: OnceCell::new(), tokens: Default::default(), database }
    }

    /// The same practice, opened by another process: with its own connections and its own clock.
    pub async fn again(&self, settings: &[(&str, &str)]) -> App {
        let app = open(&self.url, self.folder.path(), settings).await;
        app.clock.set(self.app.now());
        app
    }

    /// Sets the clock to nine in the morning of a day of the practice, or to an instant.
    pub fn at(&self, when: &str) {
        self.forget_held();
        self.app.clock.set(match when.parse::<chrono::NaiveDate>() {
            Ok(day) => self.app.clock.at(day, chrono::NaiveTime::from_hms_opt(9, 0, 0).expect("a time")),
            Err(_) => instant(when),
        });
    }

    /// What another process changed, or the clock, is seen within a minute; a test does not wait for it.
    pub fn forget_held(&self) {
        self.app.changed();
    }

    pub async fn actor(&self, role: Role) -> Actor {
        tributary::auth::person(&self.app, &email(role)).await.expect("one user of each role")
    }

    pub async fn owner(&self) -> Actor {
        self.actor(Role::Owner).await
    }

    pub async fn server(&self) -> &BoxEndpoint<'static, Response> {
        let make = || async { tributary::web::server(self.app.clone()).await.expect("a server").boxed() };
        self.server.get_or_init(make).await
    }

    /// Runs a command of the program on this practice.
    pub fn command(&self, arguments: &[&str]) -> std::process::Output {
        self.command_with(arguments, "")
    }

    /// The same with something on its standard input.
    pub fn command_with(&self, arguments: &[&str], input: &str) -> std::process::Output {
        use std::io::Write;
        let mut child = self.prepared(arguments).spawn().expect("the program runs");
        child.stdin.take().expect("a standard input").write_all(input.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    }

    /// A command that was not started yet.
    pub fn prepared(&self, arguments: &[&str]) -> std::process::Command {
        use std::process::{Command, Stdio};
        let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("USER", "operator").env("DATABASE_URL", &self.url).env("TRIBUTARY_DATA", self.folder.path());
        command.env("TRIBUTARY_NOW", self.app.now().to_rfc3339());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What a command printed, as JSON.
    pub fn command_json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.command(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said} {}", String::from_utf8_lossy(&output.stderr)))
    }

    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    pub async fn close(self) {
        let _ = self.app.db.clone().close().await;
        self.database.drop(&self.url).await;
    }
}

pub fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|_| panic!("{text} is no instant")).to_utc()
}

/// Opens a practice as the program does, from settings alone.
pub async fn open(url: &str, folder: &std::path::Path, settings: &[(&str, &str)]) -> App {
    let mut app = App::open(config(url, folder, settings)).await.expect("a practice");
    let zone = app.clock.zone();
    app.clock = Clock::standing(instant(START));
    app.clock.set_zone(zone);
    app
}

pub fn config(url: &str, folder: &std::path::Path, settings: &[(&str, &str)]) -> Config {
    let mut env: BTreeMap<String, String> = BTreeMap::from([
        ("DATABASE_URL".into(), url.into()),
        ("TRIBUTARY_DATA".into(), folder.display().to_string()),
        ("TRIBUTARY_LISTEN".into(), "127.0.0.1:0".into()),
        ("TRIBUTARY_NOW".into(), START.into()),
    ]);
    for (key, value) in settings {
        env.insert(format!("TRIBUTARY_{}", key.to_uppercase()), value.to_string());
    }
    let given = Given::gather(&BTreeMap::new(), &|name| env.get(name).cloned(), None).expect("settings");
    Config::read(given, "data").expect("settings").0
}

/// The databases of this run: SQLite, and PostgreSQL where there is one.
pub async fn databases() -> Vec<Database> {
    std::iter::once(Database::Sqlite).chain(database::postgres().await).collect()
}

/// The same promise on each database that is there, for one that sets up its practice itself.
pub async fn on_each<F: AsyncFn(Database)>(promise: F) {
    for database in databases().await {
        promise(database).await;
    }
}

/// A promise kept on SQLite and on PostgreSQL: `both_databases! { async fn the_promise(t: &TestApp) { ... } }`; of a practice with settings
/// of its own where they stand before it: `both_databases! { with &[("public_url", HERE)]; async fn ... }`.
#[macro_export]
macro_rules! both_databases {
    (with $settings:expr; $($(#[$meta:meta])* async fn $name:ident($t:ident: &TestApp) $body:block)+) => {
        $($(#[$meta])* mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn promise($t: &$crate::support::TestApp) $body

            #[tokio::test]
            async fn on_sqlite() {
                let t = $crate::support::TestApp::with($crate::support::database::Database::Sqlite, $settings).await;
                promise(&t).await;
                t.close().await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                let Some(database) = $crate::support::database::postgres().await else { return };
                let t = $crate::support::TestApp::with(database, $settings).await;
                promise(&t).await;
                t.close().await;
            }
        })+
    };
    ($($(#[$meta:meta])* async fn $name:ident($t:ident: &TestApp) $body:block)+) => {
        $crate::both_databases! { with &[]; $($(#[$meta])* async fn $name($t: &TestApp) $body)+ }
    };
}
