//! Staging and posting an 835 of ten thousand claims, durably, against a plain program that inserts the very same rows in one
//! transaction on the same database (limit 3 times; both one row a statement and hundreds). On SQLite, and on PostgreSQL where
//! `TRIBUTARY_TEST_POSTGRES` names one that keeps what it commits (`.ci/postgres start FOLDER PORT durable`; the one of the tests
//! does not). `cargo bench --bench remittances`; `TRIBUTARY_BENCH_CLAIMS=1000` takes fewer.

#[path = "support/mod.rs"]
mod figures;
#[path = "../tests/it/support/mod.rs"]
#[allow(dead_code, reason = "the bench takes what it needs")]
mod support;

use figures::{ms, ratio, say};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder,
};
use std::str::FromStr;
use std::time::Instant;
use support::TestApp;
use support::database::Database;
use support::era::Era;
use support::mangle::Dice;
use support::many::{Lines, claims_like};
use tributary::entity::{
    audit, decision, denial, era, era_claim, era_item, exchange_file, money_event, remittance, state_move, transmission_answer,
};
use tributary::payments::era::{Posting, post, take_in};
use tributary::payments::era_state::EraState;

const LIMIT: u128 = 3;

/// One to three lines each, as a small practice bills them.
fn claims(count: usize) -> Vec<Lines> {
    let mut dice = Dice::new(7);
    let all = [("97140", 12_000), ("97112", 4_000), ("97124", 7_525)];
    (0..count).map(|_| all[..1 + dice.below(3)].to_vec()).collect()
}

/// One claim of eight is refused; of the rest the payer takes off what is above its price, and the patient has a share.
fn answers(numbers: &[String], claims: &[Lines]) -> String {
    let mut dice = Dice::new(8);
    let mut era = Era::new("EFT-BENCH", "2026-03-20");
    for (number, lines) in numbers.iter().zip(claims) {
        let refused = dice.below(8) == 0;
        let parts: Vec<[(&str, &str, i64); 2]> =
            lines.iter().map(|(_, charge)| [("CO", "45", charge / 4), ("PR", "2", charge / 10)]).collect();
        let none: Vec<[(&str, &str, i64); 1]> = lines.iter().map(|(_, charge)| [("CO", "50", *charge)]).collect();
        let said: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(n, (code, charge))| match refused {
                true => (*code, *charge, 0, &none[n][..]),
                false => (*code, *charge, charge - charge / 4 - charge / 10, &parts[n][..]),
            })
            .collect();
        era = era.lines(number, if refused { "4" } else { "1" }, "MARSH", &said);
    }
    era.file()
}

/// A practice with so many claims that are with their payer. Made alike twice, its rows have the same ids.
async fn practice(database: Database, claims: &[Lines]) -> (TestApp, Vec<String>) {
    let t = TestApp::on(database).await;
    let support::chain::Cast { referral, .. } = t.cast("2026-03-31").await;
    let model = t.billed(&referral, "2026-03-02").await;
    let numbers = claims_like(&t.app.db, model["number"].as_str().expect("a number"), claims).await;
    (t, numbers)
}

/// The newest id of a table.
async fn last<E: EntityTrait>(db: &DatabaseConnection) -> i64 {
    let id = E::Column::from_str("id").ok().expect("an id");
    match E::find().order_by_desc(id).one(db).await.expect("asked").map(|row| row.get(id)) {
        Some(sea_orm::Value::BigInt(Some(id))) => id,
        _ => 0,
    }
}

async fn since<E: EntityTrait>(db: &DatabaseConnection, after: i64) -> Vec<E::Model> {
    let id = E::Column::from_str("id").ok().expect("an id");
    E::find().filter(id.gt(after)).order_by_asc(id).all(db).await.expect("rows")
}

/// Inserts rows as they are, so many in a statement.
async fn insert<E, A>(tx: &DatabaseTransaction, rows: &[E::Model], at_once: usize)
where
    E: EntityTrait,
    E::Model: IntoActiveModel<A> + Clone,
    A: ActiveModelTrait<Entity = E> + Send,
{
    for some in rows.chunks(at_once) {
        let some: Vec<A> = some.iter().map(|row| row.clone().into_active_model().reset_all()).collect();
        E::insert_many(some).exec_without_returning(tx).await.expect("inserted");
    }
}

/// All tables in which posting leaves rows, each before those that point to it.
macro_rules! tables {
    ($($table:ident),+) => {
        struct Ends { $($table: i64),+ }
        struct Rows { $($table: Vec<$table::Model>),+ }

        async fn ends(db: &DatabaseConnection) -> Ends {
            Ends { $($table: last::<$table::Entity>(db).await),+ }
        }

        async fn rows(db: &DatabaseConnection, ends: &Ends) -> Rows {
            Rows { $($table: since::<$table::Entity>(db, ends.$table).await),+ }
        }

        impl Rows {
            fn told(&self) -> String {
                [$(format!("{} {}", stringify!($table), self.$table.len())),+].join(", ")
            }

            async fn insert_all(&self, tx: &DatabaseTransaction, at_once: usize) {
                $(insert::<$table::Entity, $table::ActiveModel>(tx, &self.$table, at_once).await;)+
            }
        }
    };
}

tables!(exchange_file, remittance, era, decision, money_event, denial, era_claim, era_item, transmission_answer, state_move, audit);

/// The same rows by a plain program, into a practice of the same claims.
async fn plain(database: Database, claims: &[Lines], rows: &Rows, at_once: usize) -> u128 {
    let (t, _) = practice(database, claims).await;
    let begun = Instant::now();
    let tx = tributary::db::begin_write(&t.app.db).await.expect("begun");
    rows.insert_all(&tx, at_once).await;
    tx.commit().await.expect("committed");
    let micros = begun.elapsed().as_micros();
    t.close().await;
    micros
}

async fn measure(database: Database, count: usize) -> bool {
    let name = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
    let claims = claims(count);
    let (t, numbers) = practice(database.clone(), &claims).await;
    if name == "PostgreSQL" {
        let fsync: String = tributary::db::ask(&t.app.db, "show fsync").await.expect("the server's answer");
        assert_eq!(fsync, "on", "durable figures need a durable server: .ci/postgres start FOLDER PORT durable");
    }
    let content = answers(&numbers, &claims).into_bytes();
    say(&format!("{name}: {count} claims, {} KiB", content.len() / 1024));
    let by = t.owner().await;
    let before = ends(&t.app.db).await;
    let begun = Instant::now();
    let taken = take_in(&t.app, &by, "bench.835", content).await.expect("taken in");
    let staged = begun.elapsed().as_micros();
    assert_eq!((taken.remittances[0].state, taken.remittances[0].needs_a_person), (EraState::Staged, false));
    let id = taken.remittances[0].id.to_string();
    let begun = Instant::now();
    let posted = post(&t.app, &by, &id, &Posting::default()).await.expect("posted");
    let took = begun.elapsed().as_micros();
    assert_eq!(posted.state, EraState::Posted);
    let rows = rows(&t.app.db, &before).await;
    t.close().await;
    let ours = staged + took;
    say(&format!("  rows: {}", rows.told()));
    say(&format!("  staged in {}, posted in {}: {}", ms(staged), ms(took), ms(ours)));
    let each = plain(database.clone(), &claims, &rows, 1).await;
    let many = plain(database, &claims, &rows, 300).await;
    say(&format!("  the same rows, one a statement: {}; ours is {} of {LIMIT} times that", ms(each), ratio(ours, LIMIT * each)));
    say(&format!("  the same rows, 300 a statement: {}; ours is {} of {LIMIT} times that", ms(many), ratio(ours, LIMIT * many)));
    ours <= LIMIT * each
}

#[tokio::main]
async fn main() {
    let count = std::env::var("TRIBUTARY_BENCH_CLAIMS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut within = true;
    for database in support::databases().await {
        within &= measure(database, count).await;
    }
    assert!(within, "posting is over its limit of {LIMIT} times");
}
