//! The mails that were composed last. One report is composed when it is begun, read, signed and approved, each time from the same fields.

use super::{ComposeError, Composed};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tera::Tera;

/// So many are kept: a few people read and approve at a time.
const KEPT: usize = 8;

pub struct Known(Mutex<VecDeque<One>>);

struct One {
    tera: Arc<Tera>,
    folder: &'static str,
    fields: Value,
    composed: Composed,
}

impl Known {
    pub const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// What was composed of the same templates and fields; else what `compose` makes of them.
    pub fn or_else(
        &self,
        tera: &Arc<Tera>,
        folder: &'static str,
        fields: Value,
        compose: impl FnOnce(Value) -> Result<Composed, ComposeError>,
    ) -> Result<Composed, ComposeError> {
        let is_same = |one: &&One| Arc::ptr_eq(&one.tera, tera) && one.folder == folder && one.fields == fields;
        if let Some(one) = self.held().iter().find(is_same) {
            return Ok(one.composed.clone());
        }
        let composed = compose(fields.clone())?;
        let mut held = self.held();
        held.push_front(One { tera: tera.clone(), folder, fields, composed: composed.clone() });
        held.truncate(KEPT);
        Ok(composed)
    }

    pub fn forget(&self) {
        self.held().clear();
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<One>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_fields_are_composed_once_and_others_or_other_templates_anew() {
        let (known, tera) = (Known::new(), Arc::new(Tera::new()));
        let ask = |tera: &Arc<Tera>, folder, fields: Value| {
            let mut composed = false;
            let made = known.or_else(tera, folder, fields.clone(), |fields| {
                composed = true;
                Ok(Composed::plain("Mail", "Mail", &fields.to_string()))
            });
            assert!(made.expect("a mail").text.contains(&fields.to_string()));
            composed
        };
        assert!(ask(&tera, "progress", json!({ "n": 1 })));
        assert!(!ask(&tera, "progress", json!({ "n": 1 })), "it is known");
        assert!(ask(&tera, "initial", json!({ "n": 1 })) && ask(&tera, "progress", json!({ "n": 2 })), "something else");
        assert!(ask(&Arc::new(Tera::new()), "progress", json!({ "n": 1 })), "a template was changed");
        known.forget();
        assert!(ask(&tera, "progress", json!({ "n": 1 })));
        for n in 2..12 {
            assert!(ask(&tera, "progress", json!({ "n": n })));
        }
        assert!(known.held().len() == KEPT && ask(&tera, "progress", json!({ "n": 1 })), "a few are kept");
    }

    #[test]
    fn what_cannot_be_composed_is_asked_again() {
        let (known, tera) = (Known::new(), Arc::new(Tera::new()));
        let missing = || known.or_else(&tera, "progress", json!({}), |_| Err(ComposeError::Missing(vec!["plan".into()])));
        assert!(missing().is_err() && missing().is_err() && known.held().is_empty());
    }
}
