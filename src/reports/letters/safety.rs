//! What is looked at before a report may leave. Each answer is a sentence; those that stop it say where they are mended. Pure.

use crate::types::Look;
use schemars::JsonSchema;
use serde::Serialize;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Safety {
    pub code: &'static str,
    /// ok passed, bad stops, wait asks to look.
    pub look: Look,
    pub words: String,
    /// The page on which it is mended.
    pub link: Option<String>,
}

impl Safety {
    pub fn passed(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Ok, words: words.into(), link: None }
    }

    pub fn stops(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Bad, words: words.into(), link: None }
    }

    pub fn look(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, look: Look::Wait, words: words.into(), link: None }
    }

    pub fn at(self, link: impl Into<String>) -> Self {
        Self { link: Some(link.into()), ..self }
    }

    pub fn is_stop(&self) -> bool {
        self.look == Look::Bad
    }
}

/// All that stops, in one sentence after the other.
pub fn reasons(found: &[Safety]) -> Option<String> {
    let stops: Vec<&str> = found.iter().filter(|s| s.is_stop()).map(|s| s.words.trim_end_matches('.')).collect();
    (!stops.is_empty()).then(|| stops.join(". "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stops_is_a_reason() {
        let found = [
            Safety::passed("notes", "All 7 notes are signed"),
            Safety::look("words", "Longer than a page"),
            Safety::stops("address", "Not checked."),
        ];
        assert_eq!(reasons(&found), Some("Not checked".into()));
        assert_eq!(reasons(&found[..2]), None);
    }
}
