//! Who treated, and who bills.

use crate::claims::compose::Facts;
use crate::claims::finding::{Findings, Rule};
use crate::types::{Npi, person_name, taxonomy};
use crate::x12::claim_837p::is_po_box;

pub(super) fn check_treating(facts: &Facts, findings: &mut Findings) {
    let therapist = &facts.therapist;
    match &facts.rendering_npi {
        None => findings.say(Rule::RenderingNpiMissing, format!("{therapist} has no NPI on file")),
        Some(npi) if !is_npi(npi) => findings.say(Rule::RenderingNpiWrong, format!("A digit of the NPI of {therapist} is wrong")),
        Some(npi) if !facts.practice.bills_as_person && facts.practice.npi.as_ref() == Some(npi) => {
            findings.say(
                Rule::RenderingNpiOfPractice,
                format!("{therapist} has the NPI of the practice, so the claim is billed in their own name"),
            );
        }
        Some(_) => {}
    }
    let paid = facts.sheet.as_ref().map(|s| s.provider_types.as_slice()).unwrap_or_default();
    let credential = facts.therapist_credential.as_deref().map(|c| person_name::credential(c).to_uppercase());
    if !paid.is_empty() && !credential.is_some_and(|c| paid.contains(&c)) {
        findings
            .say(Rule::ProviderNotPaid, format!("{} pays for the work of {}, and not of {therapist}", facts.payer_name, paid.join(", ")));
    }
    if facts.treating.taxonomy.as_deref().is_some_and(|code| !taxonomy::is_ten(code.trim())) {
        findings.say(Rule::TherapistTaxonomyWrong, format!("The taxonomy code of {therapist} does not have ten letters and digits"));
    }
}

pub(super) fn check_practice(facts: &Facts, findings: &mut Findings) {
    let practice = &facts.practice;
    match &practice.npi {
        None => findings.say(Rule::BillingNpiMissing, "The practice has no NPI on file"),
        Some(npi) if !is_npi(npi) => findings.say(Rule::BillingNpiWrong, "A digit of the practice's NPI is wrong"),
        Some(_) => {}
    }
    match &practice.tax_id {
        None => findings.say(Rule::TaxIdMissing, "The practice has no tax id on file"),
        Some(id) if digits(id).len() != 9 || !digits(id).bytes().all(|b| b.is_ascii_digit()) => {
            findings.say(Rule::TaxIdWrong, "The tax id of the practice does not have nine digits");
        }
        Some(_) => {}
    }
    if practice.taxonomy.as_deref().is_some_and(|code| !taxonomy::is_ten(code.trim())) {
        findings.say(Rule::BillingTaxonomyWrong, "The taxonomy code of the practice does not have ten letters and digits");
    }
    if !practice.address.is_whole() {
        findings.say(Rule::BillingAddressMissing, "The practice's address is not complete");
    }
    if !practice.pay_to.is_blank() && !practice.pay_to.is_whole() {
        findings.say(Rule::PayToIncomplete, "The address for payments is not complete");
    }
    if facts.payer.is_electronic {
        check_for_files(facts, findings);
    }
}

/// The place of the service, where it is not the practice's own.
pub(super) fn check_facility(facts: &Facts, findings: &mut Findings) {
    let Some(place) = facts.elsewhere() else { return };
    if place.name.trim().is_empty() || !place.address.is_whole() {
        findings.say(Rule::FacilityIncomplete, "The name or address of the place is not complete");
    }
    if place.npi.as_deref().is_some_and(|npi| !is_npi(npi)) {
        findings.say(Rule::FacilityNpiWrong, format!("A digit of the NPI of {} is wrong", place.name));
    }
    if facts.payer.is_electronic && place.address.zip.as_deref().is_some_and(|zip| digits(zip).len() == 5) {
        findings.say(Rule::FacilityZipShort, format!("The ZIP code of {} lacks its last four digits", place.name));
    }
}

/// What only a file is refused for.
fn check_for_files(facts: &Facts, findings: &mut Findings) {
    let practice = &facts.practice;
    if practice.address.zip.as_deref().is_some_and(|zip| digits(zip).len() == 5) {
        findings.say(Rule::BillingZipShort, "The practice's ZIP code lacks its last four digits");
    }
    if [&practice.address.street, &practice.address.street2].into_iter().flatten().any(|street| is_po_box(street)) {
        findings.say(Rule::BillingPoBox, "A PO box stands as the practice's street");
    }
    if !practice.phone.as_deref().is_some_and(is_phone) {
        findings.say(Rule::BillingPhoneMissing, "The practice has no phone of ten digits on file");
    }
}

/// Ten digits with the check digit, and nothing else.
pub(super) fn is_npi(npi: &str) -> bool {
    Npi::parse(npi).is_ok_and(|read| read.as_str() == npi.trim())
}

/// Ten digits, the country before them or not.
fn is_phone(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix('1').filter(|_| digits.len() == 11).unwrap_or(&digits).len() == 10
}

/// Without what people put between digits.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '-')).collect()
}
