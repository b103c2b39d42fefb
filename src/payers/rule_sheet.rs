//! What one payer asks for, from a day on. Every field may be empty: that means "unknown, ask", never "no".

use super::asks::{self, Approval, CountedPer, Pair, Tier};
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
    /// never, always, after_visits, or empty for unknown.
    pub requires_authorization: Text,
    /// From which visit on whom to ask.
    pub approval_tiers: Vec<NewTier>,
    /// calendar_year, plan_year, injury, episode or order: what visits are counted over for the approval.
    pub approval_counted_per: Text,
    pub authorization_route: Text,
    pub visit_limit: Text,
    /// The same words: what the limit is for.
    pub visit_limit_per: Text,
    /// Whether visits of physical therapy count into the same limit: yes, no, or empty for unknown.
    pub visit_limit_shared: Text,
    /// The most that it allows for one day, whatever was done.
    pub daily_max_cents: Amount,
    /// On every line, like GP.
    pub line_modifiers: TextList,
    /// Like 59 on 97124 where 97140 stands beside it.
    pub modifier_pairs: Vec<NewPair>,
    /// What else is known of modifiers, in words; "none" where they want none.
    pub modifiers: Text,
    /// Diagnoses, or how a family of them begins (M54): only these are paid,
    pub diagnoses_accepted: TextList,
    /// or all but these.
    pub diagnoses_refused: TextList,
    /// What it takes as the last letter of an injury's code, like A, D.
    pub seventh_characters: TextList,
    /// Which of our credentials it pays, like LMT, PT.
    pub provider_types: TextList,
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
    /// On its lines, beside those of every line.
    pub modifiers: TextList,
}

/// From the visit after so many on, somebody has to agree.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTier {
    pub after_visits: Text,
    /// Who agrees: a phone line, a form, the claim manager.
    pub ask: Text,
}

/// A modifier that a treatment needs where another one stands on the same claim.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPair {
    pub code: Text,
    pub beside: Text,
    pub modifier: Text,
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
    pub requires_authorization: Option<Approval>,
    pub approval_tiers: Vec<Tier>,
    pub approval_counted_per: Option<CountedPer>,
    pub authorization_route: Option<String>,
    pub visit_limit: Option<i64>,
    pub visit_limit_per: Option<CountedPer>,
    pub visit_limit_shared: Option<bool>,
    pub daily_max_cents: Option<i64>,
    pub line_modifiers: Vec<String>,
    pub modifier_pairs: Vec<Pair>,
    pub modifiers: Option<String>,
    pub diagnoses_accepted: Vec<String>,
    pub diagnoses_refused: Vec<String>,
    pub seventh_characters: Vec<String>,
    pub provider_types: Vec<String>,
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
    pub modifiers: Vec<String>,
}

impl NewRuleSheet {
    pub fn check(&self, today: NaiveDate) -> Result<SheetDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.effective_on.is_blank() {
            check.say("effective_on", "Enter the day from which this holds");
        }
        let days = 1..=3_650;
        let tiers = tiers(&mut check, &self.approval_tiers);
        let approval = approval(&mut check, &self.requires_authorization, &tiers);
        let credentials = |c: &str| Ok(person_name::credential(c).to_uppercase());
        let draft = SheetDraft {
            effective_on: check.day("effective_on", &self.effective_on).unwrap_or(today),
            units_rule: check.choice("units_rule", &self.units_rule),
            max_units_per_visit: check.whole("max_units_per_visit", &self.max_units_per_visit, 1..=96),
            max_visits_per_day: check.whole("max_visits_per_day", &self.max_visits_per_day, 1..=10),
            requires_prescription: yes_no(&mut check, "requires_prescription", &self.requires_prescription),
            who_may_prescribe: check.list("who_may_prescribe", &self.who_may_prescribe, credentials),
            rx_valid_days: check.whole("rx_valid_days", &self.rx_valid_days, days.clone()),
            requires_authorization: approval,
            approval_tiers: tiers,
            approval_counted_per: check.choice("approval_counted_per", &self.approval_counted_per),
            authorization_route: check.text("authorization_route", &self.authorization_route),
            visit_limit: check.whole("visit_limit", &self.visit_limit, 1..=1_000),
            visit_limit_per: check.choice("visit_limit_per", &self.visit_limit_per),
            visit_limit_shared: yes_no(&mut check, "visit_limit_shared", &self.visit_limit_shared),
            daily_max_cents: check.price("daily_max_cents", &self.daily_max_cents),
            line_modifiers: check.list("line_modifiers", &self.line_modifiers, asks::modifier),
            modifier_pairs: pairs(&mut check, &self.modifier_pairs),
            modifiers: check.line("modifiers", &self.modifiers),
            diagnoses_accepted: check.list("diagnoses_accepted", &self.diagnoses_accepted, asks::diagnosis_family),
            diagnoses_refused: check.list("diagnoses_refused", &self.diagnoses_refused, asks::diagnosis_family),
            seventh_characters: check.list("seventh_characters", &self.seventh_characters, seventh),
            provider_types: check.list("provider_types", &self.provider_types, credentials),
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
            modifiers: check.list(&field("modifiers"), &entry.modifiers, asks::modifier),
        });
    }
    found
}

/// Fewest visits first; a row that says nothing is no tier.
fn tiers(check: &mut Check, typed: &[NewTier]) -> Vec<Tier> {
    let mut found: Vec<Tier> = Vec::new();
    for (at, entry) in typed.iter().enumerate().filter(|(_, e)| !(e.after_visits.is_blank() && e.ask.is_blank())) {
        let field = format!("approval_tiers.{at}.after_visits");
        if entry.after_visits.is_blank() {
            check.say(&field, "Enter how many visits need no approval of this kind, like 6");
        }
        let ask = check.line(&format!("approval_tiers.{at}.ask"), &entry.ask);
        let Some(after_visits) = check.whole(&field, &entry.after_visits, 0..=1_000) else { continue };
        if found.iter().any(|known| known.after_visits == after_visits) {
            check.say(&field, format!("After {after_visits} visits is in the list already"));
            continue;
        }
        found.push(Tier { after_visits, ask });
    }
    found.sort_by_key(|tier| tier.after_visits);
    found
}

/// Who says from which visit on approval is needed has said that it is.
fn approval(check: &mut Check, typed: &Text, tiers: &[Tier]) -> Option<Approval> {
    let said = check.choice("requires_authorization", typed);
    if said == Some(Approval::Never) && !tiers.is_empty() {
        check.say("requires_authorization", "Approval is never needed, and yet there are visits that need it. Which one is right?");
    }
    if said == Some(Approval::Always) && tiers.first().is_some_and(|tier| tier.after_visits > 0) {
        check.say("requires_authorization", "Approval is always needed, and yet the first visits need none. Which one is right?");
    }
    said.or((!tiers.is_empty()).then_some(Approval::AfterVisits))
}

fn pairs(check: &mut Check, typed: &[NewPair]) -> Vec<Pair> {
    let mut found = Vec::new();
    for (at, entry) in typed.iter().enumerate().filter(|(_, e)| ![&e.code, &e.beside, &e.modifier].iter().all(|t| t.is_blank())) {
        let field = |name: &str| format!("modifier_pairs.{at}.{name}");
        for (name, typed) in [("code", &entry.code), ("beside", &entry.beside), ("modifier", &entry.modifier)] {
            if typed.is_blank() {
                check.say(&field(name), "Say which treatment gets which modifier, beside which other one");
            }
        }
        let (code, beside) = (check.service_code(&field("code"), &entry.code), check.service_code(&field("beside"), &entry.beside));
        let modifier = asks::modifier(entry.modifier.as_str());
        match (code, beside, modifier) {
            (Some(code), Some(beside), _) if code == beside => check.say(&field("beside"), "Enter another treatment than the first one"),
            (Some(code), Some(beside), Ok(modifier)) => found.push(Pair { code, beside, modifier }),
            (_, _, Err(words)) if !entry.modifier.is_blank() => check.say(&field("modifier"), words),
            _ => {}
        }
    }
    found
}

fn seventh(typed: &str) -> Result<String, String> {
    let found = typed.trim().to_ascii_uppercase();
    if found.len() == 1 && found.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(found)
    } else {
        Err(format!("\"{typed}\" is not the last letter of a diagnosis. Enter A, D or S"))
    }
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
