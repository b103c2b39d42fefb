//! A transaction that writes, and tells what it wrote to once it is committed.

use crate::db::begin_write;
use crate::touched::Touched;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::sync::Arc;

/// A transaction that writes. What was gathered before from the tables that it wrote to is old once it is committed.
pub struct Tx {
    open: DatabaseTransaction,
    told: Told,
}

impl Tx {
    pub async fn begin(db: &DatabaseConnection, touched: &Arc<Touched>) -> Result<Self, DbErr> {
        let began = touched.turn();
        Ok(Self { open: begin_write(db).await?, told: Told { touched: touched.clone(), began } })
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { open, told: _told } = self;
        open.commit().await
    }
}

/// Tells when it is let go, whatever came of the transaction: where nobody waits for the answer it may be done, so that what was read
/// outside of it is old; where it was taken back, what was read in it.
struct Told {
    touched: Arc<Touched>,
    began: u64,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.touched.committed(self.began);
    }
}

impl std::ops::Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.open
    }
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.open.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.open.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        // Such a statement is told to nobody.
        self.told.touched.everything();
        self.open.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.open.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.open.query_all_raw(statement).await
    }
}
