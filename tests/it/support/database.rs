//! A database of its own for each test, copied from one that was set up once.

use super::{PASSWORD, email, instant, open};
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use tributary::app::{Actor, App};
use tributary::auth;
use tributary::auth::role::Role;
use tributary::auth::user::{NewSetup, NewUser};
use tributary::practice;
use tributary::practice::therapist::NewTherapist;

#[derive(Clone, Debug)]
pub enum Database {
    Sqlite,
    /// The address of a server; each test gets a database in it.
    Postgres(String),
}

/// PostgreSQL, where `TRIBUTARY_TEST_POSTGRES` names one. Without it tests pass on SQLite alone and say so;
/// in CI that is a failure.
pub async fn postgres() -> Option<Database> {
    static SAID: OnceLock<()> = OnceLock::new();
    match std::env::var("TRIBUTARY_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(Database::Postgres(url)),
        _ if std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "0") => {
            panic!("TRIBUTARY_TEST_POSTGRES is not set: in CI every promise is tested on PostgreSQL too")
        }
        _ => {
            SAID.get_or_init(|| {
                // Past the capture of the test harness: this must be read.
                let words = "\nTRIBUTARY_TEST_POSTGRES is not set: testing on SQLite alone, NOT on PostgreSQL (see CONTRIBUTING.md)\n\n";
                let _ = std::io::stderr().write_all(words.as_bytes());
            });
            None
        }
    }
}

impl Database {
    /// A copy of the set-up practice; gives its address.
    pub async fn copy(&self, folder: &Path) -> String {
        match self {
            Self::Sqlite => {
                static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
                let template = TEMPLATE.get_or_init(sqlite_template).await;
                let file = folder.join("tributary.db");
                std::fs::copy(template.path().join("tributary.db"), &file).expect("a copy");
                format!("sqlite://{}", file.display())
            }
            Self::Postgres(server) => {
                static TEMPLATE: OnceCell<String> = OnceCell::const_new();
                // PostgreSQL copies a template for one at a time; the files, which is quicker here than its log.
                static COPYING: Mutex<u64> = Mutex::const_new(0);
                let template = TEMPLATE.get_or_init(|| postgres_template(server.clone())).await;
                let mut n = COPYING.lock().await;
                *n += 1;
                let name = format!("tributary_test_{}_{n}", std::process::id());
                administer(server, &[&format!("create database {name} template {template} strategy file_copy")]).await;
                named(server, &name)
            }
        }
    }

    /// A database with nothing in it; gives its address.
    pub async fn empty(&self, folder: &Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", folder.join("tributary.db").display()),
            Self::Postgres(server) => {
                static N: AtomicUsize = AtomicUsize::new(0);
                let name = format!("tributary_empty_{}_{}", std::process::id(), N.fetch_add(1, Ordering::Relaxed));
                administer(server, &[&format!("create database {name}")]).await;
                named(server, &name)
            }
        }
    }

    pub async fn drop(&self, url: &str) {
        if let Self::Postgres(server) = self {
            let name = url.rsplit('/').next().unwrap_or_default();
            administer(server, &[&format!("drop database if exists {name} with (force)")]).await;
        }
    }
}

async fn sqlite_template() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("tributary.db").display());
    let app = open(&url, folder.path(), &[]).await;
    set_up(&app).await;
    sea_orm::ConnectionTrait::execute_unprepared(&app.db, "pragma wal_checkpoint(truncate)").await.expect("a whole file");
    app.db.close().await.expect("closed");
    folder
}

async fn postgres_template(server: String) -> String {
    let name = format!("tributary_template_{}", std::process::id());
    drop_leftovers(&server).await;
    administer(&server, &[&format!("create database {name}")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(&named(&server, &name), folder.path(), &[]).await;
    set_up(&app).await;
    app.db.close().await.expect("closed");
    name
}

/// Databases of test runs that are over.
async fn drop_leftovers(server: &str) {
    use sea_orm::{ConnectionTrait, Statement};
    let db = sea_orm::Database::connect(server).await.expect("PostgreSQL answers");
    let sql = "select datname from pg_database where datname like 'tributary!_%' escape '!'";
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("names") {
        let name: String = row.try_get_by_index(0).expect("a name");
        let process = name.split('_').find_map(|part| part.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            let _ = db.execute_unprepared(&format!("drop database if exists {name} with (force)")).await;
        }
    }
    db.close().await.expect("closed");
}

async fn administer(server: &str, statements: &[&str]) {
    use sea_orm::ConnectionTrait;
    let db = sea_orm::Database::connect(server).await.expect("PostgreSQL answers");
    for sql in statements {
        db.execute_unprepared(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    db.close().await.expect("closed");
}

/// The address of another database of the same server.
fn named(server: &str, name: &str) -> String {
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    format!("{base}/{name}")
}

/// Willow Street Bodywork with one user of each role; the owner and the therapist treat.
async fn set_up(app: &App) {
    app.clock.set(instant(super::START));
    let setup = NewSetup {
        practice: "Willow Street Bodywork".into(),
        timezone: "America/Los_Angeles".into(),
        email: email(Role::Owner).into(),
        name: "Maya Ortiz".into(),
        password: PASSWORD.into(),
        treats: "yes".into(),
        credential: "LMT".into(),
        therapist_npi: "2000000010".into(),
        npi: "2000000028".into(),
        phone: "206-555-0100".into(),
        ..Default::default()
    };
    auth::found(app, &setup).await.expect("a practice");
    let owner = auth::person(app, &email(Role::Owner)).await.expect("the owner");
    for (role, name) in [
        (Role::Therapist, "Jo Okafor"),
        (Role::FrontDesk, "Rosa Lind"),
        (Role::Biller, "Ines Brandt"),
        (Role::Marketer, "Tom Hale"),
        (Role::ReadOnly, "Pat Quill"),
    ] {
        let new = NewUser {
            email: email(role).into(),
            name: name.into(),
            roles: tributary::types::TextList(vec![role.word().into()]),
            password: PASSWORD.into(),
            ..Default::default()
        };
        let user = auth::add_user(app, &owner, &new).await.expect("a user");
        if role == Role::Therapist {
            let new = NewTherapist {
                first_name: "Jo".into(),
                last_name: "Okafor".into(),
                credential: "LMT".into(),
                npi: "2000000036".into(),
                user: user.id.to_string().into(),
                ..Default::default()
            };
            practice::add_therapist(app, &owner, &new).await.expect("a therapist");
        }
    }
    complete_profile(app, &owner).await;
}

/// What claims and letters need of the practice.
async fn complete_profile(app: &App, owner: &Actor) {
    let mut profile = practice::show(app, owner).await.expect("a profile").as_typed();
    profile.street = "12 Willow Street".into();
    profile.city = "Seattle".into();
    profile.state = "WA".into();
    profile.zip = "98101-2345".into();
    profile.tax_id = "911234567".into();
    practice::change(app, owner, &profile).await.expect("a whole profile");
}
