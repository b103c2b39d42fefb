//! What a claim must have before it leaves. Whatever the writer of files would refuse of a claim is found here first,
//! so that a ready claim always goes out. Pure.

mod insured;
mod order;
mod practice;
mod service;
#[cfg(test)]
pub(super) mod tests;
mod wording;

use super::compose::{Facts, Line};
use super::finding::Findings;
use chrono::NaiveDate;

/// Everything but what composing the lines has found already; the day by which the claim is due.
pub fn check(facts: &Facts, lines: &[Line], diagnoses: &[String], findings: &mut Findings) -> Option<NaiveDate> {
    service::check_diagnoses(diagnoses, findings);
    service::check_paid_diagnoses(facts, diagnoses, findings);
    order::check_order(facts, findings);
    order::check_referrer(facts, findings);
    insured::check_coverage(facts, findings);
    insured::check_approval(facts, findings);
    insured::check_authorization(facts, findings);
    insured::check_payer(facts, findings);
    insured::check_others(facts, findings);
    insured::check_patient(facts, findings);
    practice::check_treating(facts, findings);
    practice::check_facility(facts, findings);
    practice::check_practice(facts, findings);
    service::check_lines(facts, lines, findings);
    service::check_sending(facts, findings);
    let deadline = service::check_dates(facts, findings);
    wording::check(facts, lines, findings);
    deadline
}

impl Facts {
    /// The payer takes claims without an order. "Not known" does not lift it.
    pub(super) fn order_is_lifted(&self) -> bool {
        self.sheet.as_ref().and_then(|s| s.requires_prescription) == Some(false)
    }
}
