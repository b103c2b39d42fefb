//! How many statements an answer needs.

use super::TestApp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tributary::app::App;

/// Counts the statements that one practice's database is asked.
#[derive(Clone, Default)]
pub struct Counter(Arc<AtomicUsize>);

impl Counter {
    /// Counts from now on; before the app is cloned.
    pub fn of(app: &mut App) -> Self {
        let counter = Self::default();
        let count = counter.clone();
        app.db.set_metric_callback(move |_| {
            count.0.fetch_add(1, Ordering::SeqCst);
        });
        counter
    }
}

impl TestApp {
    /// What was done, and how many statements it needed.
    pub async fn queries_of<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let before = self.queries.0.load(Ordering::SeqCst);
        let done = work.await;
        (done, self.queries.0.load(Ordering::SeqCst) - before)
    }
}
