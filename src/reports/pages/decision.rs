//! A decision on the composer's page. The words beside it come along with it: what somebody typed there and did not save is never lost, and
//! never leaves unread.

use crate::error::{AppError, Result};
use crate::reports::letters::release::Approval;
use crate::reports::letters::view::ReportView;
use crate::reports::wording::NewWording;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What was decided, and the words of the form, where the page has one.
pub struct Decision {
    pub approval: Approval,
    pub words: Option<NewWording>,
}

impl Decision {
    /// Reads what was posted.
    pub fn read(posted: &Value) -> Result<Self> {
        let (decided, words): (Map<_, _>, Map<_, _>) =
            posted.as_object().cloned().unwrap_or_default().into_iter().partition(|(name, _)| ["seen", "channel"].contains(&name.as_str()));
        let words = if words.is_empty() { None } else { Some(read(words)?) };
        Ok(Self { approval: read(decided)?, words })
    }

    /// The words, where they are not those that stand.
    pub fn new_words(&self, stands: &ReportView) -> Option<&NewWording> {
        let (before, typed) = (plain(&stands.as_typed()), self.words.as_ref().map(plain)?);
        // An address is asked for only where there are several.
        let differs = |(name, value): (&String, &Value)| match name.as_str() {
            "version" => false,
            "address" => value != "" && before.get(name) != Some(value),
            _ => before.get(name) != Some(value),
        };
        self.words.as_ref().filter(|_| typed.iter().any(differs))
    }
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|_| AppError::BadRequest("the form could not be read. Load the page again and send it once more".into()))
}

/// As browsers send it and as it is kept: the ends of lines differ.
fn plain(words: &NewWording) -> Map<String, Value> {
    let fields = serde_json::to_value(words).ok().and_then(|v| v.as_object().cloned()).unwrap_or_default();
    let text = |value: Value| value.as_str().map_or(value.clone(), |t| t.replace("\r\n", "\n").trim().into());
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}
