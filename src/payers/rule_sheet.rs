//! What one payer asks for, from a day on. Every field may be empty: that means "unknown, ask", never "no".

use crate::types::{Amount, Check, FieldErrors, Text, TextList, UnitsRule, person_name};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A sheet as somebody typed it. It is a new version: the one before stays for the days before.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewRuleSheet {
    pub effective_on: Text,
    pub units_rule: Text,
    pub max_units_per_visit: Text,
    pub max_visits_per_day: Text,
    /// yes, no, or empty for unknown. "no" lifts the prescription from the claim; unknown does not.
    pub requires_prescription: Text,
    pub who_may_prescribe: TextList,
    pub rx_valid_days: Text,
    pub requires_authorization: Text,
    pub authorization_route: Text,
    pub visit_limit: Text,
    pub modifiers: Text,
    pub timely_filing_days: Text,
    pub corrected_claim_days: Text,
    pub appeal_days: Text,
    pub patient_may_be_billed: Text,
    pub report_after_visits: Text,
    pub report_after_days: Text,
    pub documentation: Text,
    /// Where this was read or who said it.
    pub source: Text,
    pub checked_on: Text,
    pub notes: Text,
    pub codes: Vec<NewSheetCode>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewSheetCode {
    pub code: Text,
    /// yes, no, or empty for unknown.
    pub accepted: Text,
    /// Our charge per unit to this payer alone; empty: the practice's fee schedule.
    pub fee_cents: Amount,
    /// What the payer allows per unit.
    pub allowed_cents: Amount,
    pub max_units: Text,
}

/// A sheet that passed its checks.
#[derive(Clone, Debug, Default)]
pub struct SheetDraft {
    pub effective_on: NaiveDate,
    pub units_rule: Option<UnitsRule>,
    pub max_units_per_visit: Option<i64>,
    pub max_visits_per_day: Option<i64>,
    pub requires_prescription: Option<bool>,
    pub who_may_prescribe: Vec<String>,
    pub rx_valid_days: Option<i64>,
    pub requires_authorization: Option<String>,
    pub authorization_route: Option<String>,
    pub visit_limit: Option<i64>,
    pub modifiers: Option<String>,
    pub timely_filing_days: Option<i64>,
    pub corrected_claim_days: Option<i64>,
    pub appeal_days: Option<i64>,
    pub patient_may_be_billed: Option<bool>,
    pub report_after_visits: Option<i64>,
    pub report_after_days: Option<i64>,
    pub documentation: Option<String>,
    pub source: Option<String>,
    pub checked_on: Option<NaiveDate>,
    pub notes: Option<String>,
    pub codes: Vec<SheetCode>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetCode {
    pub code: String,
    pub accepted: Option<bool>,
    pub fee_cents: Option<i64>,
    pub allowed_cents: Option<i64>,
    pub max_units: Option<i64>,
}

impl NewRuleSheet {
    pub fn check(&self, today: NaiveDate) -> Result<SheetDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.effective_on.is_blank() {
            check.say("effective_on", "Enter the day from which this holds");
        }
        let days = 1..=3_650;
        let draft = SheetDraft {
            effective_on: check.day("effective_on", &self.effective_on).unwrap_or(today),
            units_rule: check.choice("units_rule", &self.units_rule),
            max_units_per_visit: check.whole("max_units_per_visit", &self.max_units_per_visit, 1..=96),
            max_visits_per_day: check.whole("max_visits_per_day", &self.max_visits_per_day, 1..=10),
            requires_prescription: yes_no(&mut check, "requires_prescription", &self.requires_prescription),
            who_may_prescribe: check.list("who_may_prescribe", &self.who_may_prescribe, |c| Ok(person_name::credential(c).to_uppercase())),
            rx_valid_days: check.whole("rx_valid_days", &self.rx_valid_days, days.clone()),
            requires_authorization: check.line("requires_authorization", &self.requires_authorization),
            authorization_route: check.text("authorization_route", &self.authorization_route),
            visit_limit: check.whole("visit_limit", &self.visit_limit, 1..=1_000),
            modifiers: check.line("modifiers", &self.modifiers),
            timely_filing_days: check.whole("timely_filing_days", &self.timely_filing_days, days.clone()),
            corrected_claim_days: check.whole("corrected_claim_days", &self.corrected_claim_days, days.clone()),
            appeal_days: check.whole("appeal_days", &self.appeal_days, days.clone()),
            patient_may_be_billed: yes_no(&mut check, "patient_may_be_billed", &self.patient_may_be_billed),
            report_after_visits: check.whole("report_after_visits", &self.report_after_visits, 1..=200),
            report_after_days: check.whole("report_after_days", &self.report_after_days, days),
            documentation: check.text("documentation", &self.documentation),
            source: check.line("source", &self.source),
            checked_on: check.past_day("checked_on", &self.checked_on, "The day it was checked"),
            notes: check.text("notes", &self.notes),
            codes: codes(&mut check, &self.codes),
        };
        check.done(draft)
    }
}

fn codes(check: &mut Check, typed: &[NewSheetCode]) -> Vec<SheetCode> {
    let mut found: Vec<SheetCode> = Vec::new();
    for (at, entry) in typed.iter().enumerate() {
        let field = |name: &str| format!("codes.{at}.{name}");
        let Some(code) = check.service_code(&field("code"), &entry.code) else { continue };
        if found.iter().any(|known| known.code == code) {
            check.say(&field("code"), format!("{code} is in the list already"));
            continue;
        }
        found.push(SheetCode {
            code,
            accepted: yes_no(check, &field("accepted"), &entry.accepted),
            fee_cents: check.price(&field("fee_cents"), &entry.fee_cents),
            allowed_cents: check.price(&field("allowed_cents"), &entry.allowed_cents),
            max_units: check.whole(&field("max_units"), &entry.max_units, 1..=96),
        });
    }
    found
}

/// Yes, no, or not known.
fn yes_no(check: &mut Check, field: &str, typed: &Text) -> Option<bool> {
    match typed.as_str().to_ascii_lowercase().as_str() {
        "" | "unknown" => None,
        "yes" | "true" | "on" | "1" | "y" => Some(true),
        "no" | "false" | "off" | "0" | "n" => Some(false),
        other => {
            check.say(field, format!("\"{other}\" is neither yes nor no. Leave it empty where it is not known"));
            None
        }
    }
}
