//! What was gathered for a page and may be shown again: until this process changes something, and at most for the minute
//! (the clock raises alerts, and other processes change things).

use crate::app::{Actor, App};
use crate::error::Result;
use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// After how many changes of this process, and in which minute, something was gathered.
type When = (u64, i64);

/// The values of now, by name. Those of before are let go together.
#[derive(Default)]
pub struct Held {
    when: When,
    values: HashMap<String, Arc<dyn Any + Send + Sync>>,
}

impl App {
    /// Something was written: what was gathered before is old.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// The value under a name, gathered at most once until something changes. The name says everything it follows from
    /// beside the data: what was asked, and by whom where it matters.
    pub async fn held<T: Send + Sync + 'static>(&self, name: String, gather: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let now = (self.changes.load(Ordering::Relaxed), self.now().timestamp() / 60);
        if let Some(value) = self.find_held(&name, now) {
            return Ok(value);
        }
        let value = Arc::new(gather.await?);
        let mut held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        if held.when != now {
            *held = Held { when: now, values: HashMap::new() };
        }
        held.values.insert(name, value.clone());
        Ok(value)
    }

    fn find_held<T: Send + Sync + 'static>(&self, name: &str, now: When) -> Option<Arc<T>> {
        let held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        let value = held.values.get(name).filter(|_| held.when == now)?;
        value.clone().downcast().ok()
    }
}

/// The place of held values in an `App`.
pub type Holder = Arc<Mutex<Held>>;

/// A name for what one person sees.
pub fn of_person(what: &str, by: &Actor) -> String {
    format!("{what} {:?} {:?} {:?} {}", by.who, by.roles, by.therapist_id, by.may_import)
}
