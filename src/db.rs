//! Opens the one database of a practice, SQLite or PostgreSQL, and brings its schema up to date.

use crate::config::Config;
use crate::error::{AppError, Result};
use anyhow::{Context, anyhow};
use migrations::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    FromQueryResult, ModelTrait, PrimaryKeyTrait, QueryFilter, QuerySelect, QueryTrait, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Duration;

/// Older ones may corrupt a database that two connections write and checkpoint at once [sqlite.org, the WAL-reset bug].
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const OLDEST_POSTGRES: i64 = 150_000;
/// Any number that no other program uses for its lock: processes that start together migrate one after the other.
const MIGRATION_LOCK: i64 = 7_821_001;

/// Connects, checks the engine and migrates.
pub async fn open(config: &Config) -> Result<DatabaseConnection> {
    let db = connect(&config.database_url, config.fast_fill).await?;
    check_engine(&db).await?;
    migrate(&db).await?;
    Ok(db)
}

/// Connects without looking at the schema. `fast_fill` gives up durability, for data that can be made again.
pub async fn connect(url: &str, fast_fill: bool) -> Result<DatabaseConnection> {
    if let Some(file) = sqlite_file(url) {
        make_private_folder(&file)?;
    }
    let synchronous = if fast_fill { SqliteSynchronous::Off } else { SqliteSynchronous::Full };
    let mapped = if is_large(url) { "268435456" } else { "0" };
    let mut options = ConnectOptions::new(url);
    options.max_connections(most_connections(url)).acquire_timeout(Duration::from_secs(12)).sqlx_logging(false).map_sqlx_sqlite_opts(
        move |o| {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                // KiB for each connection: idle they hold it all, and the file system keeps the rest.
                .pragma("cache_size", if fast_fill { "-4096" } else { "-512" })
                .pragma("mmap_size", mapped)
                .pragma("temp_store", "memory")
                // A page asks up to a hundred different things, a fill more: what is asked again need not be read again.
                .statement_cache_capacity(if fast_fill { 600 } else { 128 })
                .optimize_on_close(true, None)
        },
    );
    Database::connect(options).await.map_err(|e| match e {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => AppError::Internal(anyhow!(e).context("the database cannot be opened")),
        other => other.into(),
    })
}

/// One writes at a time into a file, and each connection to it holds pages and prepared statements of its own for ever.
fn most_connections(url: &str) -> u32 {
    if url.starts_with("sqlite:") { 4 } else { 8 }
}

/// A large file is read where the system holds it: no copy and no call for each page. For a small one the copies are cheap, and
/// the map of each connection would count as memory.
fn is_large(url: &str) -> bool {
    const LARGE: u64 = 64 * 1024 * 1024;
    sqlite_file(url).and_then(|file| std::fs::metadata(file).ok()).is_some_and(|m| m.len() > LARGE)
}

/// The file behind an SQLite address, if it is one.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    (path != ":memory:").then(|| PathBuf::from(path))
}

/// Makes the folder of a file, see `private_folder`.
pub fn make_private_folder(file: &std::path::Path) -> Result<()> {
    let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) else { return Ok(()) };
    private_folder(folder)
}

/// Makes a folder that only its owner may enter.
pub fn private_folder(folder: &std::path::Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    Ok(())
}

/// Begins a transaction that will write, see `App::begin`.
pub async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let mode = sqlite.then_some(SqliteTransactionMode::Immediate);
    db.begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() }).await
}

/// Brings everything into the one file, so that it can be moved. Nothing to do on PostgreSQL.
pub async fn into_one_file(db: &DatabaseConnection) -> Result<()> {
    if db.get_database_backend() == DbBackend::Sqlite {
        db.execute_unprepared("pragma wal_checkpoint(truncate)").await?;
    }
    Ok(())
}

/// Asks a single value of the database itself.
pub async fn ask<T: sea_orm::TryGetable>(db: &impl ConnectionTrait, sql: &str) -> Result<T> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.context("the database gave no answer")?.try_get_by_index(0)?)
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

/// The names of all tables.
pub async fn tables(db: &DatabaseConnection) -> Result<Vec<String>> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "select name from sqlite_master where type = 'table'",
        _ => "select cast(table_name as text) as name from information_schema.tables where table_schema = current_schema()",
    };
    Ok(rows::<Named>(db, sql, vec![]).await?.into_iter().map(|named| named.name).collect())
}

async fn check_engine(db: &DatabaseConnection) -> Result<()> {
    if db.get_database_backend() == DbBackend::Sqlite {
        let version: String = ask(db, "select sqlite_version()").await?;
        return check_sqlite(&version);
    }
    check_postgres(ask(db, "select current_setting('server_version_num')::bigint").await?)
}

fn check_postgres(version: i64) -> Result<()> {
    if version < OLDEST_POSTGRES {
        return Err(anyhow!("this PostgreSQL is version {}. Tributary needs 15 or newer", version / 10_000).into());
    }
    Ok(())
}

fn check_sqlite(version: &str) -> Result<()> {
    let mut numbers = version.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        let (a, b, c) = OLDEST_SQLITE;
        return Err(
            anyhow!("this SQLite library is {version}. Tributary refuses versions before {a}.{b}.{c}: they can damage a database").into()
        );
    }
    Ok(())
}

/// Brings the schema up to date: all steps or none. Processes that start together do so one after the other.
async fn migrate(db: &DatabaseConnection) -> Result<()> {
    if is_current(db).await? {
        return Ok(());
    }
    let tx = begin_write(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("select pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    // Asked again: another process may have done it while this one waited.
    if !is_current(&tx).await? {
        Migrator::up(&tx, None).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether every step was applied. A newer program has changed the database in ways that we cannot know.
async fn is_current(db: &impl ConnectionTrait) -> Result<bool> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "select count(*) from sqlite_master where name = 'seaql_migrations'",
        _ => "select count(*) from information_schema.tables where table_name = 'seaql_migrations' and table_schema = current_schema()",
    };
    if ask::<i64>(db, sql).await? == 0 {
        return Ok(false);
    }
    let known = Migrator::migrations();
    let applied: Vec<Step> = rows(db, "select version from seaql_migrations order by version", vec![]).await?;
    if let Some(Step { version }) = applied.iter().find(|step| !known.iter().any(|m| m.name() == step.version)) {
        return Err(
            anyhow!("this database was changed by a newer Tributary (step {version}). Use that version, or restore a backup").into()
        );
    }
    Ok(applied.len() == known.len())
}

#[derive(FromQueryResult)]
struct Step {
    version: String,
}

/// As many keys as one question names: SQLite takes 32,766 values.
pub const AT_ONCE: usize = 5_000;

/// Rows by their keys, for lists that need a fixed number of queries.
pub async fn by_ids<E: EntityTrait>(db: &impl ConnectionTrait, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, E::Model>, DbErr> {
    let key = E::Column::from_str("id").map_err(|_| DbErr::Custom("a table without id".into()))?;
    let keyed = |row: E::Model| match row.get(key) {
        Value::BigInt(Some(id)) => Some((id, row)),
        _ => None,
    };
    let ids: Vec<i64> = ids.collect::<HashSet<i64>>().into_iter().collect();
    let mut found = HashMap::with_capacity(ids.len());
    // None asked is a question too: what asks always asks as often.
    for some in ids.chunks(AT_ONCE).chain(ids.is_empty().then_some(&[][..])) {
        found.extend(E::find().filter(key.is_in(some.to_vec())).all(db).await?.into_iter().filter_map(keyed));
    }
    Ok(found)
}

/// Ids for rows that are to be inserted together, in order. On SQLite nobody else writes meanwhile; on PostgreSQL the sequence
/// gives each only once.
pub async fn next_ids<E: EntityTrait>(tx: &DatabaseTransaction, count: usize) -> Result<Vec<i64>, DbErr> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let table = E::default().table_name().to_string();
    let sql = match tx.get_database_backend() {
        DbBackend::Sqlite => format!("select coalesce(max(id), 0) + 1 as id from {table}"),
        _ => format!("select nextval(pg_get_serial_sequence('{table}', 'id')) as id from generate_series(1, {count})"),
    };
    let rows: Vec<Id> = rows(tx, &sql, Vec::new()).await?;
    Ok(match (tx.get_database_backend(), rows.as_slice()) {
        (DbBackend::Sqlite, [first]) => (first.id..).take(count).collect(),
        _ => rows.into_iter().map(|row| row.id).collect(),
    })
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// A list of numbers as SQL reads it; never empty, since PostgreSQL refuses an empty one.
pub fn listed(ids: &[i64]) -> String {
    std::iter::once(&0).chain(ids).map(i64::to_string).collect::<Vec<_>>().join(", ")
}

/// A row that another one may point to.
pub async fn by_id<E: EntityTrait>(db: &impl ConnectionTrait, id: Option<i64>) -> Result<Option<E::Model>, DbErr>
where
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<i64>,
{
    match id {
        Some(id) => find::<E>(db, id).await,
        None => Ok(None),
    }
}

/// The row of a key.
pub async fn find<E: EntityTrait>(db: &impl ConnectionTrait, id: i64) -> Result<Option<E::Model>, DbErr>
where
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<i64>,
{
    keyed::<E>(db, id, Hold::No).await
}

/// Holds a row for the rest of the transaction and gives it as it stands now: of two that would change it at the same
/// moment the second waits here. SQLite lets only one writer in, so there it is a plain read.
pub async fn hold<E: EntityTrait>(tx: &DatabaseTransaction, id: i64) -> Result<Option<E::Model>, DbErr>
where
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<i64>,
{
    keyed::<E>(tx, id, Hold::Yes).await
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Hold {
    Yes,
    No,
}

/// The table, whether SQLite is asked, and for what.
type Question = (TypeId, bool, Hold);

/// A use case reads a dozen rows by their keys. The text of that question is the same for all rows of a table: it is written once.
async fn keyed<E: EntityTrait>(db: &impl ConnectionTrait, id: i64, hold: Hold) -> Result<Option<E::Model>, DbErr>
where
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<i64>,
{
    static QUESTIONS: LazyLock<RwLock<HashMap<Question, Arc<str>>>> = LazyLock::new(RwLock::default);
    let backend = db.get_database_backend();
    let which = (TypeId::of::<E>(), backend == DbBackend::Sqlite, hold);
    let known = QUESTIONS.read().unwrap_or_else(PoisonError::into_inner).get(&which).cloned();
    let question = known.unwrap_or_else(|| {
        let select = E::find_by_id(id);
        let select = if hold == Hold::Yes { select.lock_exclusive() } else { select };
        let question: Arc<str> = select.build(backend).sql.into();
        QUESTIONS.write().unwrap_or_else(PoisonError::into_inner).insert(which, question.clone());
        question
    });
    let found = db.query_one_raw(Statement::from_sql_and_values(backend, &*question, [id.into()])).await?;
    found.map(|row| E::Model::from_query_result(&row, "")).transpose()
}

/// Runs a query of a `.sql` file. Its parameters are `$1`, `$2` ... on both databases.
pub async fn rows<T: FromQueryResult>(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<T>, DbErr> {
    T::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).all(db).await
}

/// A text for `like`: its own wildcards are taken literally (with `escape '!'`).
pub fn like(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_library_with_the_wal_bug_is_refused() {
        assert!(check_sqlite("3.40.1").is_err() && check_sqlite("3.51.2").is_err());
        assert!(check_sqlite("3.51.3").is_ok() && check_sqlite("3.53.0").is_ok());
    }

    #[test]
    fn a_postgresql_before_15_is_refused() {
        let words = check_postgres(140_013).expect_err("too old").to_string();
        assert!(check_postgres(150_000).is_ok() && check_postgres(170_002).is_ok(), "{words}");
    }

    #[test]
    fn the_file_of_an_sqlite_address_is_found() {
        assert_eq!(sqlite_file("sqlite://data/tributary.db?mode=rwc"), Some(PathBuf::from("data/tributary.db")));
        assert_eq!(sqlite_file("postgres://localhost/crm"), None);
    }
}
