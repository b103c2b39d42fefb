//! Who bills, who is insured, who was treated, who pays: loops 2000A to 2010CA, and the segments that people are written with.

use super::input::*;
use super::pen::{Pen, day};

/// Loops 2000A, 2010AA and 2010AB.
pub(super) fn billing_provider(pen: &mut Pen, by: &BillingProvider, submitter: &Contact, level: usize) {
    pen.segment("HL", &[&level.to_string(), "", "20", "1"]);
    if let Some(taxonomy) = by.taxonomy {
        let taxonomy = pen.code("billing provider's taxonomy", taxonomy, 10..=10);
        pen.segment("PRV", &["BI", "PXC", &taxonomy]);
    }
    let npi = pen.npi("billing provider's ", by.npi);
    match &by.name {
        BillingName::Organization(name) => {
            let name = pen.need("billing provider's ", "name", name, 60);
            pen.segment("NM1", &["85", "2", &name, "", "", "", "", "XX", &npi]);
        }
        BillingName::Person(name) => person(pen, "85", "billing provider's ", name, ("XX", &npi)),
    }
    if is_po_box(by.address.street) || by.address.street2.is_some_and(is_po_box) {
        pen.refuse("billing provider's street", "is a PO box; it belongs into the pay-to address");
    }
    address(pen, "billing provider's ", &by.address, ZipOf::Place);
    match by.tax_id {
        TaxId::Ein(ein) => reference(pen, "EI", |pen| pen.digits("billing provider's ", "EIN", ein, 9)),
        TaxId::Ssn(ssn) => reference(pen, "SY", |pen| pen.digits("billing provider's ", "SSN", ssn, 9)),
    }
    if let Some(license) = by.license {
        reference(pen, "0B", |pen| pen.need("billing provider's ", "licence", license, 50));
    }
    if let Some(contact) = by.contact.filter(|c| c != submitter) {
        let name = pen.need("billing provider's ", "contact", contact.name, 60);
        let phone = pen.phone("billing provider's ", contact.phone);
        let email = pen.may("billing provider's ", "email", contact.email, 256);
        pen.segment("PER", &["IC", &name, "TE", &phone, if email.is_empty() { "" } else { "EM" }, &email]);
    }
    if let Some(pay_to) = by.pay_to.filter(|a| *a != by.address) {
        let kind = if matches!(by.name, BillingName::Person(_)) { "1" } else { "2" };
        pen.segment("NM1", &["87", kind]);
        address(pen, "pay-to ", &pay_to, ZipOf::Person);
    }
}

/// Loops 2000B, 2010BA and 2010BB.
pub(super) fn subscriber(pen: &mut Pen, claim: &Claim, level: usize, parent: usize) {
    let (coverage, patient) = (&claim.coverage, &claim.patient);
    let is_patient = claim.patient_is_subscriber();
    pen.segment("HL", &[&level.to_string(), &parent.to_string(), "22", if is_patient { "0" } else { "1" }]);
    subscriber_information(pen, coverage, if is_patient { "18" } else { "" });
    insured(pen, coverage, patient, "insured's ");
    // The guide wants where and when the insured was born and lives only of one who is the patient.
    if is_patient {
        address(pen, "patient's ", &patient.address, ZipOf::Person);
        demographics(pen, patient);
        match patient.injury_id {
            Some(InjuryId::Ssn(ssn)) => reference(pen, "SY", |pen| pen.digits("patient's ", "SSN", ssn, 9)),
            Some(InjuryId::Employee(_)) => pen.refuse("patient's employee number", "has no place where the patient is the insured"),
            None => {}
        }
        injury_claim_number(pen, coverage);
    }
    payer(pen, &coverage.payer, "payer's ");
    if let Some(address_of) = &coverage.payer.address {
        address(pen, "payer's ", address_of, ZipOf::Person);
    }
    if let Some(number) = coverage.payer.provider_number {
        reference(pen, "G2", |pen| pen.need("payer's ", "own number of the practice", number, 50));
    }
}

/// Loops 2000C and 2010CA: a patient who is not the subscriber.
pub(super) fn patient(pen: &mut Pen, claim: &Claim, level: usize, parent: usize) {
    let patient = &claim.patient;
    pen.segment("HL", &[&level.to_string(), &parent.to_string(), "23", "0"]);
    pen.segment("PAT", &[relationship(&claim.coverage)]);
    person(pen, "QC", "patient's ", &patient.name, ("", ""));
    address(pen, "patient's ", &patient.address, ZipOf::Person);
    demographics(pen, patient);
    injury_claim_number(pen, &claim.coverage);
    match patient.injury_id {
        Some(InjuryId::Ssn(ssn)) => reference(pen, "SY", |pen| pen.digits("patient's ", "SSN", ssn, 9)),
        Some(InjuryId::Employee(number)) => reference(pen, "1W", |pen| pen.need("patient's ", "employee number", number, 50)),
        None => {}
    }
}

/// SBR of the payer that the claim goes to, and of the others.
pub(super) fn subscriber_information(pen: &mut Pen, coverage: &Coverage, relationship: &str) {
    let group = pen.may("", "group number", coverage.group_number, 50);
    let name = pen.may("", "group name", coverage.group_name.filter(|_| group.is_empty()), 60);
    let kind = coverage.insurance_type.map_or_else(String::new, |kind| pen.code("insurance type", kind, 2..=2));
    pen.segment("SBR", &[coverage.rank.code(), relationship, &group, &name, &kind, "", "", "", coverage.filing.code()]);
}

/// NM1*IL: the patient, another person, or an employer, with the number that the payer knows them by.
pub(super) fn insured(pen: &mut Pen, coverage: &Coverage, patient: &Patient, whose: &str) {
    // An insurer of an injury often gives no member id; then its claim number stands for one.
    let injury = coverage.injury_claim_number.filter(|_| coverage.filing.is_injury());
    let id = match coverage.insured {
        Insured::Employer { .. } => injury.or(coverage.member_id),
        _ => coverage.member_id.or(injury),
    };
    let id = pen.member_id(whose, id.unwrap_or_default());
    match &coverage.insured {
        _ if coverage.is_the_patients() => person(pen, "IL", "patient's ", &patient.name, ("MI", &id)),
        Insured::Patient => {}
        Insured::Person { name, .. } => person(pen, "IL", whose, name, ("MI", &id)),
        Insured::Employer { name } => {
            let name = pen.need("employer's ", "name", name, 60);
            pen.segment("NM1", &["IL", "2", &name, "", "", "", "", "MI", &id]);
        }
    }
}

/// What the patient is to the one insured.
pub(super) fn relationship(coverage: &Coverage) -> &'static str {
    match coverage.insured {
        _ if coverage.is_the_patients() => "18",
        Insured::Patient => "18",
        Insured::Person { patient_is, .. } => patient_is.code(),
        Insured::Employer { .. } => "20",
    }
}

/// NM1*PR; answers the payer's id as it was written.
pub(super) fn payer(pen: &mut Pen, payer: &Payer, whose: &str) -> String {
    let name = pen.need(whose, "name", payer.name, 60);
    let id = pen.id(whose, "id", payer.id);
    pen.segment("NM1", &["PR", "2", &name, "", "", "", "", "PI", &id]);
    id
}

/// NM1 of a person.
pub(super) fn person(pen: &mut Pen, role: &str, whose: &str, name: &Person, (qualifier, id): (&str, &str)) {
    let last = pen.need(whose, "last name", name.last, 60);
    let first = pen.may(whose, "first name", name.first, 35);
    let middle = pen.may(whose, "middle name", name.middle, 25);
    let suffix = pen.may(whose, "name's suffix", name.suffix, 10);
    pen.segment("NM1", &[role, "1", &last, &first, &middle, "", &suffix, qualifier, id]);
}

/// NM1, and for those who treat PRV, and REF*0B.
pub(super) fn practitioner(pen: &mut Pen, role: &str, whose: &str, who: &Practitioner) {
    let npi = who.npi.map_or_else(String::new, |npi| pen.npi(whose, npi));
    person(pen, role, whose, &who.name, (if npi.is_empty() { "" } else { "XX" }, &npi));
    if let Some(taxonomy) = who.taxonomy.filter(|_| role == "82") {
        let taxonomy = pen.code(&format!("{whose}taxonomy"), taxonomy, 10..=10);
        pen.segment("PRV", &["PE", "PXC", &taxonomy]);
    }
    if let Some(license) = who.license {
        reference(pen, "0B", |pen| pen.need(whose, "licence", license, 50));
    }
}

/// Whether an address needs all nine digits of its ZIP code.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ZipOf {
    /// Where a provider is: nine.
    Place,
    Person,
}

/// N3 and N4.
pub(super) fn address(pen: &mut Pen, whose: &str, address: &Address, zip_of: ZipOf) {
    let street = pen.need(whose, "street", address.street, 55);
    let street2 = pen.may(whose, "second street line", address.street2, 55);
    pen.segment("N3", &[&street, &street2]);
    let city = pen.need(whose, "city", address.city, 30);
    if city.len() == 1 {
        pen.refuse(format!("{whose}city"), "has only one letter");
    }
    let state = address.state.trim().to_ascii_uppercase();
    if state.len() != 2 || !state.bytes().all(|b| b.is_ascii_uppercase()) {
        pen.refuse(format!("{whose}state"), "is not two letters");
    }
    let zip: String = address.zip.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let long = zip.len() == 9 || zip_of == ZipOf::Person && zip.len() == 5;
    if !long || !zip.bytes().all(|b| b.is_ascii_digit()) {
        let words = if zip_of == ZipOf::Place { "does not have nine digits" } else { "does not have five or nine digits" };
        pen.refuse(format!("{whose}ZIP code"), words);
    }
    pen.segment("N4", &[&city, &state, &zip]);
}

/// REF with a value that is checked while it is made.
pub(super) fn reference(pen: &mut Pen, qualifier: &str, value: impl FnOnce(&mut Pen) -> String) {
    let value = value(pen);
    pen.segment("REF", &[qualifier, &value]);
}

fn injury_claim_number(pen: &mut Pen, coverage: &Coverage) {
    if let Some(number) = coverage.injury_claim_number {
        reference(pen, "Y4", |pen| pen.need("", "insurer's number of the injury", number, 50));
    }
}

fn demographics(pen: &mut Pen, patient: &Patient) {
    let sex = match patient.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    };
    pen.segment("DMG", &["D8", &day(patient.born_on), sex]);
}

/// `PO Box 12`, `P.O. Box 12`, `POB 12`.
pub fn is_po_box(street: &str) -> bool {
    let words: String = street.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase();
    let number_after = |start: &str| words.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    words.starts_with("POBOX") || words.starts_with("POSTOFFICEBOX") || number_after("POB")
}
