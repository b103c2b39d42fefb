//! The claim and its services: loops 2300 to 2420.

use super::cob;
use super::input::*;
use super::parties::{ZipOf, address, practitioner, reference};
use super::pen::{Pen, day};
use chrono::NaiveDate;

const AT_HOME: &str = "12";
/// What may follow on another way (PWK01), in the guide's order.
#[rustfmt::skip]
const ATTACHMENT_KINDS: [&str; 61] = [
    "03", "04", "05", "06", "07", "08", "09", "10", "11", "13", "15", "21", "A3", "A4", "AM", "AS", "B2", "B3", "B4", "BR", "BS", "BT", "CB",
    "CK", "CT", "D2", "DA", "DB", "DG", "DJ", "DS", "EB", "HC", "HR", "I5", "IR", "LA", "M1", "MT", "NN", "OB", "OC", "OD", "OE", "OX", "OZ",
    "P4", "P5", "PE", "PN", "PO", "PQ", "PY", "PZ", "RB", "RR", "RT", "RX", "SG", "V5", "XP",
];
/// And how (PWK02).
const ATTACHMENT_WAYS: [&str; 6] = ["AA", "BM", "EL", "EM", "FT", "FX"];

/// Loop 2300 and all below it, under the claim's number as it travels.
pub(super) fn claim(pen: &mut Pen, claim: &Claim, number: &str) {
    claim_information(pen, claim, number);
    dates(pen, &claim.dates);
    for attachment in &claim.attachments {
        supplement(pen, attachment);
    }
    if claim.patient_paid_cents != 0 {
        let paid = pen.dollars("patient's payment", claim.patient_paid_cents);
        pen.segment("AMT", &["F5", &paid]);
    }
    if let Some(number) = claim.referral_number {
        reference(pen, "9F", |pen| pen.need("", "referral number", number, 50));
    }
    if let Some(number) = claim.authorization {
        reference(pen, "G1", |pen| pen.need("", "authorization number", number, 50));
    }
    if let Frequency::Replacement(number) | Frequency::Void(number) = claim.frequency {
        reference(pen, "F8", |pen| pen.need("", "payer's number of the claim that is corrected", number, 50));
    }
    note(pen, "claim note", claim.note);
    diagnoses(pen, claim);
    providers(pen, claim);
    for other in &claim.other_payers {
        cob::other_payer(pen, claim, other);
    }
    for (at, line) in claim.lines.iter().enumerate() {
        pen.at_line(Some(line.number));
        service(pen, claim, line, at + 1);
    }
    pen.at_line(None);
}

fn claim_information(pen: &mut Pen, claim: &Claim, number: &str) {
    let charge = pen.dollars("total charge", claim.charge_cents());
    let place = place(pen, claim.place_of_service);
    let frequency = match claim.frequency {
        Frequency::Original => "1",
        Frequency::Replacement(_) => "7",
        Frequency::Void(_) => "8",
    };
    let yes = |it: bool| if it { "Y" } else { "N" };
    let signed = &claim.signatures;
    let benefits = benefits(signed.benefits);
    let causes = causes(pen, &claim.causes);
    let delay = claim.delay_reason.map(|code| code.to_string()).unwrap_or_default();
    pen.segment(
        "CLM",
        &[
            number,
            &charge,
            "",
            "",
            &pen.composite(&[&place, "B", frequency]),
            yes(signed.provider),
            if signed.accepts_assignment { "A" } else { "C" },
            benefits,
            release(signed.release),
            if signed.signed_for_patient { "P" } else { "" },
            &causes,
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            &delay,
        ],
    );
}

pub(super) fn benefits(assignment: Assignment) -> &'static str {
    match assignment {
        Assignment::ToUs => "Y",
        Assignment::ToPatient => "N",
        Assignment::NotApplicable => "W",
    }
}

pub(super) fn release(signed: bool) -> &'static str {
    if signed { "Y" } else { "I" }
}

/// CLM11: at most two causes, and the state of a car accident in the fourth place.
fn causes(pen: &mut Pen, causes: &Causes) -> String {
    let codes: Vec<&str> =
        [(causes.auto, "AA"), (causes.work, "EM"), (causes.other, "OA")].into_iter().filter(|(is, _)| *is).map(|(_, code)| code).collect();
    if codes.len() > 2 {
        pen.refuse("causes", "are three; a claim carries two");
    }
    let state = causes.auto_state.filter(|_| causes.auto).unwrap_or_default().trim().to_ascii_uppercase();
    if causes.auto && (state.len() != 2 || !state.bytes().all(|b| b.is_ascii_uppercase())) {
        pen.refuse("state of the car accident", "is not two letters");
    }
    pen.composite(&[codes.first().unwrap_or(&""), codes.get(1).unwrap_or(&""), "", &state])
}

fn dates(pen: &mut Pen, dates: &Dates) {
    date(pen, "431", dates.onset);
    date(pen, "454", dates.initial_treatment);
    date(pen, "304", dates.last_seen);
    date(pen, "439", dates.accident);
    date(pen, "471", dates.prescription);
    match (dates.unable_to_work_from, dates.unable_to_work_to) {
        (Some(from), Some(to)) => pen.segment("DTP", &["314", "RD8", &format!("{}-{}", day(from), day(to))]),
        (from, to) => {
            date(pen, "360", from);
            date(pen, "361", to);
        }
    }
    date(pen, "297", dates.last_worked);
    date(pen, "296", dates.back_at_work);
    date(pen, "444", dates.first_contact);
}

fn date(pen: &mut Pen, qualifier: &str, on: Option<NaiveDate>) {
    if let Some(on) = on {
        pen.segment("DTP", &[qualifier, "D8", &day(on)]);
    }
}

/// PWK: something follows on another way.
fn supplement(pen: &mut Pen, attachment: &Attachment) {
    let kind = pen.code("attachment's kind", attachment.kind, 2..=2);
    let how = pen.code("attachment's way", attachment.how, 2..=2);
    if !ATTACHMENT_KINDS.contains(&kind.as_str()) {
        pen.refuse("attachment's kind", "is none that a claim takes; OZ is support data, PN are physical therapy notes");
    }
    if !ATTACHMENT_WAYS.contains(&how.as_str()) {
        pen.refuse("attachment's way", format!("is none of {}", ATTACHMENT_WAYS.join(", ")));
    }
    let control = match attachment.control {
        _ if how == "AA" => String::new(),
        control => pen.id("attachment's ", "control number", control.unwrap_or_default()),
    };
    pen.segment("PWK", &[&kind, &how, "", "", if control.is_empty() { "" } else { "AC" }, &control]);
}

fn note(pen: &mut Pen, what: &str, text: Option<&str>) {
    if let Some(text) = text {
        let text = pen.need("", what, text, 80);
        pen.segment("NTE", &["ADD", &text]);
    }
}

fn place(pen: &mut Pen, place: &str) -> String {
    pen.digits("", "place of service", place, 2)
}

/// HI: the main diagnosis first, and condition codes in a segment of their own.
fn diagnoses(pen: &mut Pen, claim: &Claim) {
    let mut all = Vec::with_capacity(claim.diagnoses.len());
    for (at, diagnosis) in claim.diagnoses.iter().enumerate() {
        let code: String = diagnosis.trim().chars().filter(|c| *c != '.').collect::<String>().to_ascii_uppercase();
        if !is_icd10(&code) {
            pen.refuse(format!("diagnosis {}", at + 1), "has not the shape of ICD-10-CM");
        }
        let composite = pen.composite(&[if at == 0 { "ABK" } else { "ABF" }, &code]);
        all.push(composite);
    }
    pen.segment("HI", &all.iter().map(String::as_str).collect::<Vec<_>>());
    if !claim.condition_codes.is_empty() {
        let mut all = Vec::with_capacity(claim.condition_codes.len());
        for condition in &claim.condition_codes {
            let code = pen.code("condition code", condition, 2..=2);
            all.push(pen.composite(&["BG", &code]));
        }
        pen.segment("HI", &all.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// A letter, a digit, a letter or digit, and at most four more.
fn is_icd10(code: &str) -> bool {
    let bytes = code.as_bytes();
    (3..=7).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes[1].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Loops 2310A to 2310D.
fn providers(pen: &mut Pen, claim: &Claim) {
    if let Some(referring) = &claim.referring {
        practitioner(pen, "DN", "referring provider's ", referring);
    }
    if let Some(rendering) = claim.rendering.as_ref().filter(|r| !is_billing(r, claim.billing)) {
        practitioner(pen, "82", "rendering provider's ", rendering);
    }
    if let Some(facility) = claim.facility.as_ref().filter(|f| is_elsewhere(f, claim)) {
        let name = pen.need("facility's ", "name", facility.name, 60);
        // A place of our own has our NPI, which is said already.
        let npi =
            facility.npi.filter(|npi| npi.trim() != claim.billing.npi.trim()).map_or_else(String::new, |npi| pen.npi("facility's ", npi));
        pen.segment("NM1", &["77", "2", &name, "", "", "", "", if npi.is_empty() { "" } else { "XX" }, &npi]);
        address(pen, "facility's ", &facility.address, ZipOf::Place);
    }
    if let Some(supervising) = &claim.supervising {
        practitioner(pen, "DQ", "supervising provider's ", supervising);
    }
}

/// A sole practitioner bills for their own work.
fn is_billing(rendering: &Practitioner, billing: &BillingProvider) -> bool {
    matches!(billing.name, BillingName::Person(_)) && rendering.npi.is_some_and(|npi| npi.trim() == billing.npi.trim())
}

/// Neither at the patient's home nor where the billing provider is.
fn is_elsewhere(facility: &Facility, claim: &Claim) -> bool {
    let (here, there) = (&claim.billing.address, &facility.address);
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let same = |a: &str, b: &str| bare(a) == bare(b);
    let same_street = same(here.street, there.street) && same(here.street2.unwrap_or_default(), there.street2.unwrap_or_default());
    claim.place_of_service.trim() != AT_HOME && !(same_street && same(here.city, there.city) && same(here.state, there.state))
}

/// Loop 2400 and those below it.
fn service(pen: &mut Pen, claim: &Claim, line: &Line, at: usize) {
    pen.segment("LX", &[&at.to_string()]);
    let procedure = procedure(pen, line.code, &line.modifiers, line.description);
    let charge = pen.dollars("charge", line.charge_cents);
    let elsewhere = line.place_of_service.filter(|p| p.trim() != claim.place_of_service.trim());
    let place = elsewhere.map_or_else(String::new, |p| place(pen, p));
    let pointers: Vec<String> = line.pointers.iter().map(usize::to_string).collect();
    let pointers = pen.composite(&pointers.iter().map(String::as_str).collect::<Vec<_>>());
    pen.segment("SV1", &[&procedure, &charge, "UN", &line.units.to_string(), &place, "", &pointers]);
    pen.segment("DTP", &["472", "D8", &day(line.on)]);
    if let Some(number) = line.authorization.filter(|n| Some(*n) != claim.authorization) {
        reference(pen, "G1", |pen| pen.need("", "authorization number", number, 50));
    }
    pen.segment("REF", &["6R", &line.number.to_string()]);
    if let Some(number) = line.referral_number.filter(|n| Some(*n) != claim.referral_number) {
        reference(pen, "9F", |pen| pen.need("", "referral number", number, 50));
    }
    note(pen, "note", line.note);
    // Who treats where nothing is said: the one of the claim, else the sole practitioner who bills.
    let unsaid = claim.rendering.as_ref().map_or(Some(claim.billing.npi), |r| r.npi);
    if let Some(rendering) = line.rendering.as_ref().filter(|r| r.npi != unsaid) {
        practitioner(pen, "82", "rendering provider's ", rendering);
    }
    if let Some(ordering) = &line.ordering {
        practitioner(pen, "DK", "ordering provider's ", ordering);
    }
    for decision in &line.decisions {
        cob::line_decision(pen, decision);
    }
}

/// `HC:97140:59`.
pub(super) fn procedure(pen: &mut Pen, code: &str, modifiers: &[&str], description: Option<&str>) -> String {
    let code = pen.code("code", code, 5..=5);
    let mut parts = [const { String::new() }; 4];
    if modifiers.len() > parts.len() {
        pen.refuse("modifiers", "are more than four");
    }
    for (part, modifier) in parts.iter_mut().zip(modifiers) {
        *part = pen.code("modifier", modifier, 2..=2);
    }
    let repeated = parts.iter().enumerate().any(|(at, one)| !one.is_empty() && parts[..at].contains(one));
    if repeated {
        pen.refuse("modifiers", "have one twice");
    }
    let description = pen.may("", "description", description, 80);
    pen.composite(&["HC", &code, &parts[0], &parts[1], &parts[2], &parts[3], &description])
}
