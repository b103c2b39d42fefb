//! What a person says in a report in place of our words.

use super::progress_report::Said;
use crate::types::{Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// As typed. A blank field goes back to our words.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewWording {
    /// The line the doctor reads first.
    pub bottom_line: Text,
    pub treatment: Text,
    pub plan: Text,
    /// New red flags, missed visits, changes of medication.
    pub flags: Text,
    /// The one question.
    pub ask: Text,
    /// What happens until somebody answers.
    pub meanwhile: Text,
    /// Yes: nothing is asked.
    pub no_ask: Text,
    /// Id of the recipient's address, where there are several.
    pub address: Text,
    pub version: Text,
}

/// As it is kept with the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Wording {
    pub bottom_line: Option<String>,
    pub treatment: Option<String>,
    pub plan: Option<String>,
    pub flags: Option<String>,
    pub ask: Option<String>,
    pub meanwhile: Option<String>,
    pub no_ask: bool,
}

impl Wording {
    /// What is left as we wrote it stays ours: it follows the notes that are still to come.
    pub fn unless_ours(self, ours: &Said) -> Self {
        let own = |typed: Option<String>, made: Option<&str>| typed.filter(|t| Some(t.trim()) != made.map(str::trim));
        Self {
            bottom_line: own(self.bottom_line, Some(&ours.bottom_line)),
            treatment: own(self.treatment, Some(&ours.treatment)),
            plan: own(self.plan, Some(&ours.plan)),
            flags: own(self.flags, ours.flags.as_deref()),
            ask: own(self.ask, ours.ask.as_deref()),
            meanwhile: own(self.meanwhile, ours.meanwhile.as_deref()),
            no_ask: self.no_ask,
        }
    }
}

/// The longest text of one part: a report fits on a page [domain 4.2].
const LONGEST: usize = 1_200;

impl NewWording {
    pub fn check(&self, today: NaiveDate) -> Result<(Wording, Option<i64>), FieldErrors> {
        let mut check = Check::new(today);
        let mut part = |name: &str, typed: &Text| {
            let text = check.text(name, typed)?;
            if text.chars().count() > LONGEST {
                check.say(name, format!("A report fits on one page. Shorten this to {LONGEST} characters"));
            }
            if text.contains("{{") || text.contains("{%") {
                check.say(name, "Marks like {{ }} are not filled in here. Write the words themselves");
            }
            Some(text)
        };
        let wording = Wording {
            bottom_line: part("bottom_line", &self.bottom_line),
            treatment: part("treatment", &self.treatment),
            plan: part("plan", &self.plan),
            flags: part("flags", &self.flags),
            ask: part("ask", &self.ask),
            meanwhile: part("meanwhile", &self.meanwhile),
            no_ask: self.no_ask.is_yes(),
        };
        let version = check.whole("version", &self.version, 0..=i64::MAX);
        check.done((wording, version))
    }
}
