//! How many statements an answer needs.

use super::TestApp;
use super::database::Database;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the statements of one practice.
#[derive(Clone, Default)]
pub struct Counter(Arc<AtomicUsize>);

impl Counter {
    /// How many statements ran since the last time it was asked.
    pub fn taken(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl TestApp {
    /// A practice whose statements are counted.
    pub async fn counting(database: Database) -> (Self, Counter) {
        let mut t = Self::on(database).await;
        let counter = Counter::default();
        let count = counter.clone();
        t.app.db.set_metric_callback(move |_| {
            count.0.fetch_add(1, Ordering::SeqCst);
        });
        (t, counter)
    }
}
