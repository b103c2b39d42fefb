//! Whose insurance pays, who pays, and who was treated.

use super::wording::{is_no_state, kept};
use crate::claims::claim::ORIGINAL;
use crate::claims::compose::{Coverage, Facts};
use crate::claims::finding::{Findings, Place, Rule, Spot};
use crate::claims::others::plan::OtherPlan;
use crate::claims::parties::{bare_number, is_payer_id};
use crate::patients::coverage::Relationship;
use crate::payers::asks::Agreement;
use crate::payers::payer::CoverageKind;
use crate::types::{day, person_name};

pub(super) fn check_coverage(facts: &Facts, findings: &mut Findings) {
    let coverage = &facts.coverage;
    number(coverage, findings);
    injury(facts, findings);
    insured(coverage, findings);
    let outside = coverage.effective_from.is_some_and(|from| facts.service_on < from)
        || coverage.effective_to.is_some_and(|to| facts.service_on > to);
    if outside {
        findings.say(Rule::NotInForce, "The coverage was not in force on the day of the visit");
    }
}

/// The number by which the payer knows the patient or the injury.
fn number(coverage: &Coverage, findings: &mut Findings) {
    let (number, missing, words) = match coverage.kind.goes_by_claim_number() {
        true => (&coverage.claim_no, Rule::ClaimNoMissing, "The claim number of the injury is missing"),
        false => (&coverage.member_no, Rule::MemberNoMissing, "The member number is missing"),
    };
    if number.is_none() {
        findings.say(missing, words);
    }
    // What a file keeps nothing of has a rule of its own.
    for number in [&coverage.member_no, &coverage.claim_no].into_iter().flatten() {
        if kept(&bare_number(number)).len() == 1 {
            findings.say(Rule::NumberTooShort, format!("\"{number}\" is too short for the number of an insured"));
        }
    }
    let odd = |number: &&String| !bare_number(number).chars().all(|c| c.is_ascii_alphanumeric());
    if let Some(number) = coverage.member_no.as_ref().filter(odd) {
        findings.say(Rule::MemberNoOdd, format!("\"{number}\" holds more than letters and digits"));
    }
}

fn injury(facts: &Facts, findings: &mut Findings) {
    let coverage = &facts.coverage;
    match coverage.injured_on {
        None if coverage.kind.is_injury() => findings.say(Rule::InjuryDateMissing, "The date of the injury is missing"),
        Some(on) if on > facts.service_on => {
            findings.say(Rule::InjuryAfterVisit, format!("The injury is said to have been on {}, after the visit", day::long(on)));
        }
        _ => {}
    }
    match &coverage.accident_state {
        None if coverage.kind.is_auto() => findings.say(Rule::AccidentStateMissing, "The state of the accident is missing"),
        Some(state) if coverage.kind.is_auto() && is_no_state(state) => {
            let spot = Spot { item: "10b", field: "state of the accident", place: Place::Coverage };
            findings.say_of(Rule::StateWrong, spot, format!("\"{state}\" is not two letters of a state"));
        }
        _ => {}
    }
    if coverage.kind == CoverageKind::WorkersComp && coverage.employer.is_none() {
        findings.say(Rule::EmployerMissing, "The employer is missing");
    }
}

/// Workers' compensation insures the employer; elsewhere it is the patient or somebody with a name.
fn insured(coverage: &Coverage, findings: &mut Findings) {
    let is_patient = coverage.relationship == Relationship::Myself || coverage.number_is_patients_own;
    if coverage.kind == CoverageKind::WorkersComp || is_patient {
        return;
    }
    let Some(name) = &coverage.insured_name else {
        findings.say(Rule::InsuredMissing, "Somebody else is insured, and their name is missing");
        return;
    };
    let parts = person_name::split(name);
    if parts.first.is_none() || parts.last.is_none() {
        findings.say(Rule::InsuredUnclear, format!("Which part of \"{name}\" is the last name of the insured?"));
    }
    if !coverage.insured_address.is_whole() {
        findings.say(Rule::InsuredAddressMissing, "The address of the insured is not complete");
    }
}

/// Whether the payer agreed where its sheet asks for that, and whether visits are left.
pub(super) fn check_approval(facts: &Facts, findings: &mut Findings) {
    let Some(sheet) = &facts.sheet else { return };
    if let Agreement::Needed(ask) = sheet.agreement(facts.visit_no)
        && facts.coverage.authorization_no.is_none()
    {
        let visit = facts.visit_no.map(|n| format!(" of visit {n}")).unwrap_or_default();
        let whom = ask.map(|ask| format!(" ({ask})")).unwrap_or_default();
        findings.say(
            Rule::AuthorizationMissing,
            format!("{} asks for approval{visit}{whom}, and no number of one is on file", facts.payer_name),
        );
    }
    if let (Some(limit), Some(n)) = (sheet.visit_limit, facts.visit_of_limit)
        && n > limit
    {
        findings.say(Rule::VisitLimitPassed, format!("This is visit {n}, and {} pays {limit}", facts.payer_name));
    }
}

/// An approval holds for its days and its visits; a number on a claim outside of them is refused.
pub(super) fn check_authorization(facts: &Facts, findings: &mut Findings) {
    let Coverage { authorization_no, authorization_from, authorization_until, authorization_visits, .. } = &facts.coverage;
    let Some(number) = authorization_no else { return };
    match (authorization_from, authorization_until) {
        (Some(from), _) if facts.service_on < *from => {
            findings.say(Rule::AuthorizationOutside, format!("Approval {number} begins on {}, after the visit", day::long(*from)));
        }
        (_, Some(until)) if facts.service_on > *until => {
            findings.say(Rule::AuthorizationOutside, format!("Approval {number} ended on {}, before the visit", day::long(*until)));
        }
        _ => {}
    }
    if let (Some(visits), Some(n)) = (authorization_visits, facts.visit_of_approval)
        && n > *visits
    {
        findings.say(Rule::AuthorizationUsedUp, format!("This is visit {n}, and approval {number} is for {visits}"));
    }
}

pub(super) fn check_payer(facts: &Facts, findings: &mut Findings) {
    let coverage = &facts.coverage;
    if facts.frequency != ORIGINAL && coverage.kind == CoverageKind::Medicare {
        findings.say(Rule::MedicareTakesNoReplacement, "Medicare takes no replacement and no void");
    }
    if !facts.payer.is_electronic {
        return;
    }
    match facts.payer.id.as_deref().map(str::trim) {
        None | Some("") => findings.say(Rule::PayerIdMissing, format!("The payer id of {} is missing", facts.payer_name)),
        Some(id) if !is_payer_id(id) => {
            findings.say(Rule::PayerIdWrong, format!("\"{id}\" cannot be the payer id of {}", facts.payer_name));
        }
        Some(_) => {}
    }
    if facts.payer.address.street.is_some() && !facts.payer.address.is_whole() {
        findings.say(Rule::PayerAddressIncomplete, format!("The address of {} is not complete", facts.payer_name));
    }
    // A file for a later payer carries what the earlier ones decided; a claim of its own has nothing of that.
    if coverage.rank > 1 {
        findings.say(Rule::PaysSecond, format!("{} pays after another payer here", facts.payer_name));
    }
}

/// A plan that pays later is named in a file where it can be; the one that is billed never waits for it.
pub(super) fn check_others(facts: &Facts, findings: &mut Findings) {
    if !facts.payer.is_electronic {
        return;
    }
    for words in facts.others.iter().filter_map(OtherPlan::unnamed) {
        findings.say(Rule::OtherPlanUnnamed, words);
    }
}

pub(super) fn check_patient(facts: &Facts, findings: &mut Findings) {
    let patient = &facts.patient;
    match patient.born_on {
        None => findings.say(Rule::BirthDateMissing, "The patient's birth date is missing"),
        Some(on) if on > facts.service_on => findings.say(Rule::BornAfterVisit, "The visit was before the patient's birth"),
        Some(_) => {}
    }
    if !patient.has_sex {
        findings.say(Rule::SexMissing, "The claim asks for the patient's sex");
    }
    if !patient.address.is_whole() {
        findings.say(Rule::AddressMissing, "The patient's address is not complete");
    }
    if patient.release_signed_on.is_none() {
        findings.say(Rule::ReleaseNotSigned, "It is not on file that the patient signed the release to the payer");
    }
    if patient.assignment_signed_on.is_none() {
        findings.say(Rule::AssignmentNotSigned, "It is not on file that the patient signed that the payer pays you");
    }
}
