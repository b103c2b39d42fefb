//! How many statements an answer needs; and what the database says to somebody who goes around the program.

use super::TestApp;
use sea_orm::{ConnectionTrait, Statement};

impl TestApp {
    /// What the database says to a statement of somebody who goes around the program.
    pub async fn by_sql(&self, sql: &str) -> Result<u64, String> {
        self.forget_held();
        self.app.db.execute_unprepared(sql).await.map(|done| done.rows_affected()).map_err(|e| e.to_string())
    }

    /// The one number that a query gives.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = &self.app.db;
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("an answer").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// The one text that a query gives, as the database writes it; nothing for null.
    pub async fn text_of(&self, sql: &str) -> Option<String> {
        let db = &self.app.db;
        let (column, rest) = sql.strip_prefix("select ").and_then(|s| s.split_once(' ')).expect("a query");
        let sql = format!("select cast({column} as text) {rest}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("an answer").expect("a row");
        row.try_get_by_index(0).expect("a text")
    }

    /// What was done, and how many statements it needed.
    pub async fn queries_of<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let before = self.app.touched.asked();
        let done = work.await;
        (done, self.app.touched.asked() - before)
    }
}
