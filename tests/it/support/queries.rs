//! Counting what a use case asks of the database, so that no list asks more for having more rows.

use super::TestApp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tributary::app::App;

/// The same practice through connections that are counted.
pub struct Counted {
    pub app: App,
    queries: Arc<AtomicUsize>,
}

impl TestApp {
    pub async fn counted(&self) -> Counted {
        let mut app = self.again(&[]).await;
        let queries = Arc::new(AtomicUsize::new(0));
        let seen = queries.clone();
        app.db.set_metric_callback(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
        });
        Counted { app, queries }
    }
}

impl Counted {
    /// How many queries something took.
    pub async fn queries_of<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let before = self.queries.load(Ordering::Relaxed);
        let result = work.await;
        (result, self.queries.load(Ordering::Relaxed) - before)
    }
}
