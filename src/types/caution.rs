//! Something that went through and should still be looked at.

use schemars::JsonSchema;
use serde::Serialize;

/// A caution beside a result: the change was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Caution {
    pub code: &'static str,
    pub message: String,
}

impl Caution {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
