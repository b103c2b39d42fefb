//! Which tables statements read and write, told from their texts: what was gathered for a page is old once one of the tables that it
//! was gathered from was written to.

use crate::error::Result;
use sea_orm::DatabaseConnection;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// As many tables as a schema may have here.
const MOST: usize = 128;

/// Some tables of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tables(u128);

impl Tables {
    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn places(self) -> impl Iterator<Item = usize> {
        (0..MOST).filter(move |place| self.0 >> place & 1 == 1)
    }
}

/// When each table of one database was last written to by this process.
pub struct Touched {
    /// Every table's bit by its name.
    tables: HashMap<String, Tables>,
    turns: Mutex<Turns>,
    asked: AtomicUsize,
}

/// Each write is a turn; a table has that of its last one.
struct Turns {
    now: u64,
    of: [u64; MOST],
}

tokio::task_local! {
    /// What is read on the way to something that will be held.
    static READ: Arc<Mutex<Tables>>;
}

impl Touched {
    /// Of a database whose schema is up to date.
    pub async fn of(db: &DatabaseConnection) -> Result<Self> {
        Ok(Self::named(crate::db::tables(db).await?.into_iter()))
    }

    /// Should a schema outgrow the bits, its last tables share one.
    fn named(names: impl Iterator<Item = String>) -> Self {
        let tables = names.enumerate().map(|(n, name)| (name, Tables(1 << std::cmp::min(n, MOST - 1)))).collect();
        Self { tables, turns: Mutex::new(Turns { now: 0, of: [0; MOST] }), asked: AtomicUsize::new(0) }
    }

    /// A statement was answered: what it read belongs to whatever is being gathered, what it wrote is touched.
    pub fn saw(&self, sql: &str) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let written = self.written(sql);
        if written != Tables::default() {
            self.touch(written);
        }
        let _ = READ.try_with(|read| lock(read).add(self.read(sql)));
    }

    /// How many statements were answered by now.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// The turn that it is. What is read from now on is at least as new.
    pub fn turn(&self) -> u64 {
        lock(&self.turns).now
    }

    /// Whether nothing was written to some tables since a turn. What was read from no table at all may follow from any.
    pub fn is_as_of(&self, turn: u64, tables: Tables) -> bool {
        let turns = lock(&self.turns);
        if tables == Tables::default() { turns.now <= turn } else { tables.places().all(|place| turns.of[place] <= turn) }
    }

    /// Something may have changed that no statement of this process told of.
    pub fn everything(&self) {
        self.touch(Tables(u128::MAX));
    }

    fn touch(&self, tables: Tables) {
        let mut turns = lock(&self.turns);
        turns.now += 1;
        let now = turns.now;
        tables.places().for_each(|place| turns.of[place] = now);
    }

    /// What was written in a transaction that began at a turn is seen by others only now.
    pub fn committed(&self, began: u64) {
        let mut turns = lock(&self.turns);
        turns.now += 1;
        let now = turns.now;
        turns.of.iter_mut().filter(|turn| **turn > began).for_each(|turn| *turn = now);
    }

    /// All tables that a statement names, also where it only calls a column like one.
    fn read(&self, sql: &str) -> Tables {
        let mut all = Tables::default();
        words(sql).filter_map(|word| self.tables.get(word)).for_each(|table| all.add(*table));
        all
    }

    /// The table that a statement writes to: the first that it names after the verb; all that it names where it begins otherwise.
    fn written(&self, sql: &str) -> Tables {
        let is_verb = |word: &&str| ["insert", "update", "delete"].iter().any(|verb| word.eq_ignore_ascii_case(verb));
        match words(sql).next() {
            Some(first) if is_verb(&first) => words(sql).find_map(|word| self.tables.get(word)).copied().unwrap_or_default(),
            Some(first) if first.eq_ignore_ascii_case("with") && words(sql).any(|word| is_verb(&word)) => self.read(sql),
            _ => Tables::default(),
        }
    }
}

/// What a piece of work gave, and the tables that it read; whoever holds something made of it reads them, too.
pub async fn reads_of<T>(work: impl Future<Output = T>) -> (T, Tables) {
    let read = Arc::new(Mutex::new(Tables::default()));
    let given = READ.scope(read.clone(), work).await;
    let tables = *lock(&read);
    (given, tables)
}

/// Something held is used on the way to something else: that follows from the same tables.
pub fn used(tables: Tables) {
    let _ = READ.try_with(|read| lock(read).add(tables));
}

/// The names and words of a statement; comments are skipped.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let code = sql.lines().map(|line| line.split("--").next().unwrap_or(line));
    code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).filter(|word| !word.is_empty())
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Touched {
        Touched::named(["claim", "claim_line", "visit", "note"].map(String::from).into_iter())
    }

    fn tables(touched: &Touched, names: &[&str]) -> Tables {
        let mut all = Tables::default();
        names.iter().for_each(|name| all.add(touched.tables[*name]));
        all
    }

    #[test]
    fn a_statement_writes_to_the_table_after_its_verb_and_reads_all_that_it_names() {
        let schema = schema();
        let cases: &[(&str, &[&str], &[&str])] = &[
            (r#"SELECT "claim"."id" FROM "claim" WHERE "claim"."visit_id" IN ($1, $2)"#, &[], &["claim"]),
            (r#"INSERT INTO "claim_line" ("claim_id", "note") VALUES (?, ?) RETURNING "id""#, &["claim_line"], &["claim_line", "note"]),
            ("insert into claim (id) select id from visit", &["claim"], &["claim", "visit"]),
            (r#"UPDATE "visit" SET "state" = $1"#, &["visit"], &["visit"]),
            ("delete from note where id = 1", &["note"], &["note"]),
            ("with v(id) as (values (?)) update visit set state = 'x' from v where visit.id = v.id", &["visit"], &["visit"]),
            (
                "-- Of each note.\nselect count(*) from visit v -- and claim\njoin claim_line l on l.id = v.id",
                &[],
                &["visit", "claim_line"],
            ),
            ("with going as (select 1 from visit) select * from going", &[], &["visit"]),
            ("pragma optimize", &[], &[]),
        ];
        for (sql, written, read) in cases {
            assert_eq!(schema.written(sql), tables(&schema, written), "{sql}");
            assert_eq!(schema.read(sql), tables(&schema, read), "{sql}");
        }
    }

    #[test]
    fn what_was_read_while_a_transaction_was_open_is_old_once_it_is_committed() {
        let schema = schema();
        let began = schema.turn();
        schema.saw("update claim set id = 1");
        let read_at = schema.turn();
        assert!(schema.is_as_of(read_at, tables(&schema, &["claim", "visit"])));
        schema.committed(began);
        assert!(!schema.is_as_of(read_at, tables(&schema, &["claim"])));
        assert!(schema.is_as_of(read_at, tables(&schema, &["visit", "note"])));
    }

    #[tokio::test]
    async fn whoever_uses_something_held_reads_its_tables_too() {
        let schema = schema();
        let (_, outer) = reads_of(async {
            schema.saw("select 1 from visit");
            let (_, inner) = reads_of(async { schema.saw("select 1 from note") }).await;
            assert_eq!(inner, tables(&schema, &["note"]));
            used(inner);
        })
        .await;
        assert_eq!(outer, tables(&schema, &["visit", "note"]));
        schema.saw("select 1 from claim");
    }
}
