//! How a state looks everywhere: a word first, a shape second, a colour third.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The five looks of `ux.md` 5.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Done: paid, signed, delivered.
    Ok,
    /// Waiting on us: draft, to approve, last visit.
    Wait,
    /// Stopped: rejected, denied, over the limit.
    Bad,
    /// With someone else: submitted, sent.
    Info,
    /// A plain fact.
    Plain,
}

/// A word and its look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Chip {
    pub look: Look,
    pub word: String,
}

impl Chip {
    pub fn new(look: Look, word: impl Into<String>) -> Self {
        Self { look, word: word.into() }
    }
    pub fn ok(word: impl Into<String>) -> Self {
        Self::new(Look::Ok, word)
    }
    pub fn wait(word: impl Into<String>) -> Self {
        Self::new(Look::Wait, word)
    }
    pub fn bad(word: impl Into<String>) -> Self {
        Self::new(Look::Bad, word)
    }
    pub fn info(word: impl Into<String>) -> Self {
        Self::new(Look::Info, word)
    }
    pub fn plain(word: impl Into<String>) -> Self {
        Self::new(Look::Plain, word)
    }
}
