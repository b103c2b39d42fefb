//! What other payers decided: loops 2320 and 2330 for the claim, 2430 for its lines.

use super::claim::{benefits, procedure, release};
use super::codes::*;
use super::input::*;
use super::parties::{self, ZipOf, reference};
use super::pen::{Pen, day, dollars};

/// A CAS carries six reasons of one group,
const REASONS_A_SEGMENT: usize = 6;
/// and a loop five of them.
const MOST_SEGMENTS: usize = 5;

/// Loops 2320, 2330A and 2330B.
pub(super) fn other_payer(pen: &mut Pen, claim: &Claim, other: &OtherPayer) {
    let decision = other.decision.as_ref();
    let by_line = claim.lines.iter().any(|l| l.decisions.iter().any(|d| d.payer_id == other.coverage.payer.id));
    parties::subscriber_information(pen, &other.coverage, parties::relationship(&other.coverage));
    if let Some(decision) = decision {
        adjustments(pen, &decision.adjustments);
        pen.segment("AMT", &["D", &dollars(decision.paid_cents)]);
        // What the patient owes is said of each line where lines were decided.
        if !by_line {
            pen.segment("AMT", &["EAF", &dollars(patient_share(&decision.adjustments))]);
        }
    }
    let signed = &claim.signatures;
    let source = if signed.signed_for_patient { "P" } else { "" };
    pen.segment("OI", &["", "", benefits(signed.benefits), source, "", release(signed.release)]);
    if let Some(decision) = decision.filter(|d| !d.remarks.is_empty()) {
        remarks(pen, &decision.remarks);
    }
    parties::insured(pen, &other.coverage, &claim.patient, "other insured's ");
    if let Some(address) = &other.address {
        parties::address(pen, "other insured's ", address, ZipOf::Person);
    }
    parties::payer(pen, &other.coverage.payer, "other payer's ");
    if let Some(address) = &other.coverage.payer.address {
        parties::address(pen, "other payer's ", address, ZipOf::Person);
    }
    let Some(decision) = decision else { return };
    if !by_line {
        pen.segment("DTP", &["573", "D8", &day(decision.decided_on)]);
    }
    if let Some(number) = decision.claim_number {
        reference(pen, "F8", |pen| pen.need("other payer's ", "claim number", number, 50));
    }
}

/// MOA: up to five remark codes, behind two elements that are for hospitals.
fn remarks(pen: &mut Pen, remarks: &[&str]) {
    let mut codes = vec![String::new(), String::new()];
    for remark in remarks.iter().take(5) {
        codes.push(pen.code("other payer's remark code", remark, 2..=5));
    }
    pen.segment("MOA", &codes.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Loop 2430.
pub(super) fn line_decision(pen: &mut Pen, decision: &LineDecision) {
    let payer = pen.id("deciding payer's ", "id", decision.payer_id);
    let procedure = procedure(pen, decision.code, &decision.modifiers, None);
    pen.segment("SVD", &[&payer, &dollars(decision.paid_cents), &procedure, "", &decision.units.to_string()]);
    adjustments(pen, &decision.adjustments);
    pen.segment("DTP", &["573", "D8", &day(decision.decided_on)]);
    pen.segment("AMT", &["EAF", &dollars(patient_share(&decision.adjustments))]);
}

/// What the payer leaves to the patient.
fn patient_share(adjustments: &[Adjustment]) -> i64 {
    total(adjustments.iter().filter(|a| a.group == Group::Patient).map(|a| a.cents))
}

/// CAS: each group by itself, groups and reasons in the order of the 835.
fn adjustments(pen: &mut Pen, all: &[Adjustment]) {
    let mut groups: Vec<Group> = Vec::new();
    for adjustment in all {
        if !groups.contains(&adjustment.group) {
            groups.push(adjustment.group);
        }
    }
    let mut written = 0;
    for group in groups {
        let of_group: Vec<&Adjustment> = all.iter().filter(|a| a.group == group).collect();
        for six in of_group.chunks(REASONS_A_SEGMENT) {
            let mut elements = vec![group.code().to_string()];
            for adjustment in six {
                elements.push(pen.code("other payer's reason", adjustment.reason, 1..=5));
                elements.push(dollars(adjustment.cents));
                elements.push(adjustment.quantity.map(|q| q.to_string()).unwrap_or_default());
            }
            pen.segment("CAS", &elements.iter().map(String::as_str).collect::<Vec<_>>());
            written += 1;
        }
    }
    if written > MOST_SEGMENTS {
        pen.refuse("other payer's reasons", "are more than five segments hold");
    }
}
