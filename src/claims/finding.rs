//! What a payer would object to, and where it is mended. Pure.

use schemars::JsonSchema;
use serde::Serialize;

/// Red blocks, amber warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Blocks,
    Warns,
}

/// One thing that a payer would object to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    /// The item of the CMS-1500 form.
    pub item: &'static str,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to do about it.
    pub mend: &'static str,
    /// Where to do it.
    pub at: Place,
}

/// Where a finding is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Claim,
    Visit,
    Payer,
    Fees,
    Patient,
    Coverage,
    Referral,
    Provider,
    Therapist,
    Practice,
}

/// The button that mends what blocks, and where it leads, by the code of the finding.
pub fn next_step(code: &str) -> Option<(&'static str, Place)> {
    Some(match code {
        "units_rule_unknown" => ("Enter its rule", Place::Payer),
        "code_not_accepted" | "modifiers_too_many" => ("Look at its sheet", Place::Payer),
        "no_treatment" | "nothing_to_bill" => ("Open the visit", Place::Visit),
        "fee_missing" => ("Enter the fee", Place::Fees),
        "over_cap" => ("Accept the cap", Place::Claim),
        "original_reference_missing" => ("Add its number", Place::Claim),
        "diagnosis_missing" => ("Add the diagnosis", Place::Referral),
        "not_covered" => ("Add the order", Place::Referral),
        "prescriber_not_allowed" => ("Open the order", Place::Referral),
        "referrer_missing" => ("Say who sent", Place::Referral),
        "referrer_npi_missing" => ("Add the NPI", Place::Provider),
        "claim_no_missing" | "member_no_missing" => ("Add the number", Place::Coverage),
        "injury_date_missing" => ("Add the date", Place::Coverage),
        "accident_state_missing" => ("Add the state", Place::Coverage),
        "coverage_not_in_force" => ("Check the coverage", Place::Coverage),
        "birth_date_missing" | "sex_missing" | "address_missing" => ("Complete the patient", Place::Patient),
        "rendering_npi_missing" => ("Add the NPI", Place::Therapist),
        "billing_npi_missing" | "tax_id_missing" | "billing_address_missing" => ("Open the settings", Place::Practice),
        _ => return None,
    })
}

/// What was found so far.
#[derive(Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    pub fn block(&mut self, code: &'static str, item: &'static str, at: Place, message: impl Into<String>, mend: &'static str) {
        self.0.push(Finding { code, severity: Severity::Blocks, item, message: message.into(), mend, at });
    }

    pub fn warn(&mut self, code: &'static str, item: &'static str, at: Place, message: impl Into<String>, mend: &'static str) {
        self.0.push(Finding { code, severity: Severity::Warns, item, message: message.into(), mend, at });
    }
}
