//! What a claim must have before it leaves: an order, identities, days. Pure.

use super::claim::ORIGINAL;
use super::compose::Facts;
use super::finding::{Findings, Place};
use crate::types::{day, service_code};
use chrono::{Days, NaiveDate};

pub fn check_order(facts: &Facts, findings: &mut Findings) {
    let Some(sheet) = &facts.sheet else { return };
    if sheet.requires_prescription == Some(false) {
        return;
    }
    let Some(order) = &facts.order else {
        let words = facts.uncovered.clone().unwrap_or_else(|| "No order covers this visit".into());
        findings.block("not_covered", "17", Place::Referral, words, "Record the order or renewal that covers this day");
        return;
    };
    let may = &sheet.who_may_prescribe;
    let credentials = &order.prescriber.credentials;
    if !may.is_empty() && !credentials.iter().any(|c| may.contains(&c.to_uppercase())) {
        let words = format!("{} takes orders from {}. {} is not one of them", facts.payer_name, may.join(", "), order.prescriber.name);
        findings.block(
            "prescriber_not_allowed",
            "17",
            Place::Referral,
            words,
            "Ask for an order from somebody the payer accepts, or mend the prescriber's credentials",
        );
    }
    let codes: Vec<&String> = order.services.iter().filter(|s| service_code::parse(s).is_ok()).collect();
    if codes.is_empty() {
        return;
    }
    for (code, _) in facts.services.iter().filter(|(code, _)| !codes.contains(&code)) {
        let ordered = codes.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", ");
        findings.warn(
            "code_not_ordered",
            "24D",
            Place::Referral,
            format!("{code} is not among what was ordered ({ordered})"),
            "Ask the prescriber whether it was meant",
        );
    }
}

pub fn check_identity(facts: &Facts, findings: &mut Findings) {
    let coverage = &facts.coverage;
    if coverage.kind.goes_by_claim_number() && coverage.claim_no.is_none() {
        findings.block("claim_no_missing", "1a", Place::Coverage, "The claim number of the injury is missing", "Enter it in the coverage");
    }
    if !coverage.kind.goes_by_claim_number() && coverage.member_no.is_none() {
        findings.block("member_no_missing", "1a", Place::Coverage, "The member number is missing", "Enter it in the coverage");
    }
    if coverage.kind.is_injury() && coverage.injured_on.is_none() {
        findings.block("injury_date_missing", "14", Place::Coverage, "The date of the injury is missing", "Enter it in the coverage");
    }
    if coverage.kind.is_auto() && coverage.accident_state.is_none() {
        findings.block(
            "accident_state_missing",
            "10b",
            Place::Coverage,
            "The state of the accident is missing",
            "Enter it in the coverage",
        );
    }
    if facts.patient.born_on.is_none() {
        findings.block("birth_date_missing", "3", Place::Patient, "The patient's birth date is missing", "Enter it with the patient");
    }
    if !facts.patient.has_sex {
        findings.block("sex_missing", "3", Place::Patient, "The claim asks for the patient's sex", "Enter it with the patient");
    }
    if !facts.patient.has_address {
        findings.block(
            "address_missing",
            "5",
            Place::Patient,
            "The patient's address is not complete",
            "Enter street, city, state and ZIP code",
        );
    }
    if facts.rendering_npi.is_none() {
        findings.block(
            "rendering_npi_missing",
            "24J",
            Place::Therapist,
            format!("{} has no NPI on file", facts.therapist),
            "Enter it in the settings, under therapists",
        );
    }
    if facts.practice.npi.is_none() {
        findings.block("billing_npi_missing", "33a", Place::Practice, "The practice has no NPI on file", "Enter it in the settings");
    }
    if !facts.practice.has_tax_id {
        findings.block("tax_id_missing", "25", Place::Practice, "The practice has no tax id on file", "Enter it in the settings");
    }
    if !facts.practice.has_address {
        findings.block(
            "billing_address_missing",
            "33",
            Place::Practice,
            "The practice's address is not complete",
            "Enter it in the settings",
        );
    }
    if facts.frequency != ORIGINAL && facts.payer_claim_no.is_none() {
        findings.block(
            "original_reference_missing",
            "22",
            Place::Claim,
            "A replacement needs the payer's own claim number",
            "Enter it from the payer's answer",
        );
    }
}

/// Deadline = day of service + filing days; the last day counts.
pub fn check_dates(facts: &Facts, findings: &mut Findings) -> Option<NaiveDate> {
    let coverage = &facts.coverage;
    let outside = coverage.effective_from.is_some_and(|from| facts.service_on < from)
        || coverage.effective_to.is_some_and(|to| facts.service_on > to);
    if outside {
        findings.block(
            "coverage_not_in_force",
            "11",
            Place::Coverage,
            "The coverage was not in force on the day of the visit",
            "Check its dates, or choose another coverage for the visit",
        );
    }
    if let Some(most) = facts.sheet.as_ref().and_then(|s| s.max_visits_per_day)
        && facts.visits_that_day >= most
    {
        findings.warn(
            "visits_a_day",
            "24A",
            Place::Visit,
            format!("{} pays {most} visit a day, and there is another one", facts.payer_name),
            "Check the day of both visits",
        );
    }
    let days = facts.sheet.as_ref().and_then(|s| s.timely_filing_days)?;
    let deadline = facts.service_on.checked_add_days(Days::new(days.unsigned_abs()))?;
    if facts.today > deadline {
        findings.warn(
            "filing_deadline_passed",
            "24A",
            Place::Claim,
            format!("The claim was due by {}", day::long(deadline)),
            "Send it with proof of earlier filing, or write it off",
        );
    }
    Some(deadline)
}
