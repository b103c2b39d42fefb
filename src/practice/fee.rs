//! Our own charge for a code, from a day on. The same fee for the same service, whoever pays.

use crate::types::{Amount, Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fee as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewFee {
    pub code: Text,
    /// Our own words for the code.
    pub label: Text,
    /// Per unit.
    pub fee_cents: Amount,
    /// Today where nothing is said.
    pub effective_on: Text,
}

/// A fee that passed its checks.
#[derive(Clone, Debug)]
pub struct FeeDraft {
    pub code: String,
    pub label: Option<String>,
    pub fee_cents: i64,
    pub effective_on: NaiveDate,
}

impl NewFee {
    pub fn check(&self, today: NaiveDate) -> Result<FeeDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.code.is_blank() {
            check.say("code", "Enter the treatment code, like 97140");
        }
        let draft = FeeDraft {
            code: check.service_code("code", &self.code).unwrap_or_default(),
            label: check.line("label", &self.label),
            fee_cents: check.some_cents("fee_cents", &self.fee_cents),
            effective_on: check.day("effective_on", &self.effective_on).unwrap_or(today),
        };
        check.done(draft)
    }
}
