//! What is wrong with an input, field by field, in words that say how to mend it.

use schemars::JsonSchema;
use serde::Serialize;

/// One thing to mend. `field` is a dotted path (`lines.0.paid_cents`), empty for the whole input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// All that is wrong with one input, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// A single complaint, for rules that only the database can answer.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.push(field, message);
        errors
    }

    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same errors, with every field under `prefix` (a row of a list).
    pub fn under(self, prefix: &str) -> Self {
        let joined = |field: &str| [prefix, field].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(".");
        let moved = |e: FieldError| FieldError { field: joined(&e.field), ..e };
        Self(self.0.into_iter().map(moved).collect())
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> =
            self.0.iter().map(|e| if e.field.is_empty() { e.message.clone() } else { format!("{}: {}", e.field, e.message) }).collect();
        f.write_str(&words.join("; "))
    }
}
