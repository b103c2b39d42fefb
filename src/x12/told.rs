//! What others wrote, as we keep it: cut to a sane length, and out of every log where it may name a patient.

use serde::Serialize;
use std::fmt;

/// Longer than any text or code the guides allow; a file cannot fill our memory with one element.
const LONGEST: usize = 300;

/// A text of somebody else's file, at most 300 characters of it.
pub fn short(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    text[..end].to_string()
}

/// A text that may name a patient. Pages show it, `Debug` does not.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Private(pub String);

impl Private {
    pub fn new(text: &str) -> Self {
        Self(short(text))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::ops::Deref for Private {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { "(private)" })
    }
}
