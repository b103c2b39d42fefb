//! What was gathered for a page and may be shown again: until this process writes to a table that it was gathered from, and at most
//! for the minute (the clock raises alerts, and other processes change things).

use crate::app::{Actor, App};
use crate::error::Result;
use crate::touched::{self, Tables};
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The values of now, by name.
#[derive(Default)]
pub struct Held(HashMap<String, Kept>);

struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    minute: i64,
    /// What was written when it was begun, and where that matters.
    turn: u64,
    tables: Tables,
}

impl App {
    /// Something was changed that the statements of this process do not tell: what was gathered before is old.
    pub fn changed(&self) {
        self.touched.everything();
    }

    /// The value under a name, gathered at most once until something changes that it follows from. The name says everything that
    /// it follows from beside the data: what was asked, and by whom where it matters.
    pub async fn held<T: Send + Sync + 'static>(&self, name: String, gather: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let (minute, turn) = (self.now().timestamp() / 60, self.touched.turn());
        if let Some(value) = self.find_held(&name, minute) {
            return Ok(value);
        }
        let (gathered, tables) = touched::reads_of(Box::pin(gather)).await;
        let value = Arc::new(gathered?);
        touched::used(tables);
        let mut held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        held.0.retain(|_, kept| kept.minute == minute);
        held.0.insert(name, Kept { value: value.clone(), minute, turn, tables });
        Ok(value)
    }

    fn find_held<T: Send + Sync + 'static>(&self, name: &str, minute: i64) -> Option<Arc<T>> {
        let held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        let kept = held.0.get(name).filter(|kept| kept.minute == minute && self.touched.is_as_of(kept.turn, kept.tables))?;
        touched::used(kept.tables);
        kept.value.clone().downcast().ok()
    }
}

/// The place of held values in an `App`.
pub type Holder = Arc<Mutex<Held>>;

/// A name for what one person sees.
pub fn of_person(what: &str, by: &Actor) -> String {
    format!("{what} {:?} {:?} {:?} {}", by.who, by.roles, by.therapist_id, by.may_import)
}
