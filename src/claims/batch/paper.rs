//! A bill as the CMS-1500 form has it [x12.md 4.2]. Pure.

use super::bill::{self, Bill, Following, Insurance, Policy, Treated, insured_no};
use crate::claims::claim::{REPLACEMENT, VOID};
use crate::entity::{payer, practice, provider};
use crate::patients::coverage::Relationship as Relation;
use crate::patients::patient::Sex as PatientSex;
use crate::payers::payer::CoverageKind;
use crate::pdf::cms1500::{
    Address, Cause, Dated, Facility, Form, Frequency, Insured, Kind, Line, Name, OtherId, OtherInsured, Patient, Payer, Referrer,
    Relationship, Resubmission, Role, Sex, TaxId, Totals,
};
use crate::practice::practice::TaxIdKind;
use crate::types::person_name::Parts;
use crate::types::place_of_service;
use chrono::NaiveDate;

/// The form of a bill; `signed_on` is the day of item 31.
pub fn form(bill: &Bill, practice: &practice::Model, signed_on: NaiveDate) -> Form {
    let (coverage, patient, payer, version) = (&bill.coverage, &bill.patient, &bill.payer, &bill.version);
    let injury = coverage.kind.is_injury();
    let billing = billing(bill, practice);
    Form {
        payer: Payer { name: payer.name.clone(), address: of_payer(payer) },
        kind: Some(kind(coverage.kind, payer.filing_code.as_deref())),
        insured_id: insured_no(coverage).unwrap_or_default().into(),
        patient: of_patient(patient),
        insured: insured(bill),
        relationship: relationship(coverage),
        other_insured: other_insured(bill),
        cause: Cause {
            employment: coverage.kind == CoverageKind::WorkersComp,
            auto_accident: coverage.kind.is_auto(),
            auto_state: coverage.accident_state.clone().filter(|_| coverage.kind.is_auto()).unwrap_or_default(),
            other_accident: coverage.kind == CoverageKind::ThirdPartyLien,
        },
        group_no: match (coverage.kind, &coverage.group_no) {
            // Medicare as the first payer wants the word [x12.md 4.2, item 11].
            (CoverageKind::Medicare, None) if coverage.rank == 1 => "NONE".into(),
            (_, group) => said(group),
        },
        injury_claim_no: coverage.claim_no.clone().filter(|_| injury).unwrap_or_default(),
        plan: said(&coverage.plan_name),
        release_on_file: patient.release_signed_on.is_some(),
        released_on: patient.release_signed_on,
        assignment_on_file: patient.assignment_signed_on.is_some(),
        onset: coverage.injured_on.filter(|_| injury).map(|on| Dated { qualifier: "431".into(), on }),
        referrer: bill.referrer.as_ref().map(|r| referrer(bill, r)),
        notes: more(bill),
        diagnoses: version.diagnoses.0.clone(),
        resubmission: match (bill.frequency, said(&bill.replaces)) {
            (REPLACEMENT, reference) => Some(Resubmission { frequency: Frequency::Replacement, reference }),
            (VOID, reference) => Some(Resubmission { frequency: Frequency::Void, reference }),
            _ => None,
        },
        authorization_no: said(&version.authorization_no),
        lines: lines(bill),
        tax_id: practice.tax_id.clone().map(|id| match practice.tax_id_kind {
            TaxIdKind::Ein => TaxId::Ein(id),
            TaxIdKind::Ssn => TaxId::Ssn(id),
        }),
        claim_no: bill.claim.number.clone(),
        accepts_assignment: Some(!payer.declines_assignment),
        totals: if payer.totals_on_last_page { Totals::LastPage } else { Totals::EachPage },
        paid_cents: paid(bill),
        signature: format!("{} {}", bill.therapist.first_name, bill.therapist.last_name),
        signed_on: Some(signed_on),
        facility: facility(bill, practice),
        billing,
        billing_phone: said(&practice.phone),
        ..Form::default()
    }
}

/// Item 32: on paper most payers want it filled even where it is the same as item 33; the patient's home is in item 5.
fn facility(bill: &Bill, practice: &practice::Model) -> Option<Facility> {
    match (&bill.location, bill.version.place_of_service.as_str()) {
        (_, place_of_service::HOME) => None,
        (Some(place), _) => Some(Facility {
            name: place.name.clone(),
            address: Address {
                street: place.street.clone(),
                street2: said(&place.street2),
                city: place.city.clone(),
                state: place.state.clone(),
                zip: place.zip.clone(),
            },
            npi: said(if place.npi.is_some() { &place.npi } else { &practice.npi }),
            other_id: None,
        }),
        (None, place_of_service::OFFICE) => {
            Some(Facility { name: practice.name.clone(), address: street(practice), npi: said(&practice.npi), other_id: None })
        }
        (None, _) => None,
    }
}

/// Item 29: what the payer wants to know of that; nothing is no amount.
fn paid(bill: &Bill) -> Option<i64> {
    let by_patient = if bill.payer.wants_patient_paid { bill.claim.patient_cents } else { 0 };
    let by_payers = if bill.payer.wants_payers_paid { bill.earlier.iter().map(|e| e.said.paid_cents).sum() } else { 0 };
    Some(by_patient + by_payers).filter(|cents| *cents > 0)
}

/// Item 19: each with its qualifier before it, and no room between [x12.md 4.2].
fn more(bill: &Bill) -> Vec<String> {
    let note = bill.version.note.as_ref().map(|note| format!("NTEADD{note}"));
    let follows = |f: &Following| format!("PWK{}{}{}", f.attachment.kind, f.attachment.how, said(&f.control));
    note.into_iter().chain(bill.following.as_ref().map(follows)).collect()
}

fn said(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn address([street, street2, city, state, zip]: [&Option<String>; 5]) -> Address {
    Address { street: said(street), street2: said(street2), city: said(city), state: said(state), zip: said(zip) }
}

fn street(practice: &practice::Model) -> Address {
    address([&practice.street, &practice.street2, &practice.city, &practice.state, &practice.zip])
}

fn of_payer(payer: &payer::Model) -> Address {
    address([&payer.street, &payer.street2, &payer.city, &payer.state, &payer.zip])
}

fn kind(kind: CoverageKind, filing: Option<&str>) -> Kind {
    match kind {
        CoverageKind::Medicare => Kind::Medicare,
        CoverageKind::Medicaid => Kind::Medicaid,
        CoverageKind::Health if filing == Some("CH") => Kind::Tricare,
        CoverageKind::Health => Kind::Group,
        _ => Kind::Other,
    }
}

fn of_patient(patient: &Treated) -> Patient {
    Patient {
        name: Name {
            last: patient.last_name.clone(),
            first: patient.first_name.clone(),
            middle: said(&patient.middle_name),
            suffix: String::new(),
        },
        born_on: patient.born_on,
        sex: sex(patient.sex),
        address: address([&patient.street, &patient.street2, &patient.city, &patient.state, &patient.zip]),
        phone: said(&patient.phone),
    }
}

/// Paper knows two; anything else leaves the item blank.
fn sex(sex: Option<PatientSex>) -> Option<Sex> {
    match sex {
        Some(PatientSex::Female) => Some(Sex::Female),
        Some(PatientSex::Male) => Some(Sex::Male),
        _ => None,
    }
}

fn name(parts: &Parts) -> Name {
    Name { last: said(&parts.last), suffix: said(&parts.suffix), first: said(&parts.first), middle: said(&parts.middle) }
}

fn relationship(coverage: &Policy) -> Option<Relationship> {
    if coverage.kind == CoverageKind::WorkersComp {
        return Some(Relationship::Other);
    }
    Some(match coverage.relationship {
        Relation::Myself => Relationship::Patient,
        Relation::Spouse => Relationship::Spouse,
        Relation::Child => Relationship::Child,
        Relation::Other => Relationship::Other,
    })
}

/// Items 4, 7 and 11a: the employer, another person, or the patient once more.
fn insured(bill: &Bill) -> Insured {
    let coverage = &bill.coverage;
    if coverage.kind == CoverageKind::WorkersComp {
        return Insured { name: Name { last: said(&coverage.employer), ..Name::default() }, ..Insured::default() };
    }
    match bill.insured_person() {
        Some(parts) => Insured {
            name: name(parts),
            address: address([&coverage.insured_street, &None, &coverage.insured_city, &coverage.insured_state, &coverage.insured_zip]),
            phone: String::new(),
            born_on: coverage.insured_born_on,
            sex: sex(coverage.insured_sex),
        },
        None => {
            let Patient { name, born_on, sex, address, phone } = of_patient(&bill.patient);
            Insured { name, address, phone, born_on, sex }
        }
    }
}

/// Items 9, 9a and 9d: the first payer where the form goes to a later one, else the next to pay. Paper has room for one.
fn other_insured(bill: &Bill) -> Option<OtherInsured> {
    let Insurance { coverage, payer, insured } = bill.earlier.first().map(|e| &e.under).or(bill.later.first())?;
    let somebody = insured.as_ref().filter(|_| coverage.relationship != Relation::Myself);
    Some(OtherInsured {
        name: somebody.map_or_else(|| of_patient(&bill.patient).name, name),
        policy: coverage.group_no.clone().or_else(|| insured_no(coverage).map(String::from)).unwrap_or_default(),
        plan: coverage.plan_name.clone().unwrap_or_else(|| payer.name.clone()),
    })
}

fn referrer(bill: &Bill, row: &provider::Model) -> Referrer {
    Referrer {
        role: match bill.version.referring_qualifier.as_deref() {
            Some("DK") => Role::Ordering,
            Some("DQ") => Role::Supervising,
            _ => Role::Referring,
        },
        name: Name { last: row.last_name.clone(), suffix: said(&row.suffix), first: said(&row.first_name), middle: said(&row.middle_name) },
        credentials: row.credentials.0.join(" "),
        other_id: None,
        npi: said(&bill.version.referring_npi),
    }
}

fn lines(bill: &Bill) -> Vec<Line> {
    let version = &bill.version;
    let one = |line: &bill::Line| Line {
        notes: line.description.iter().map(|words| format!("ZZ{words}")).collect(),
        from: line.service_on,
        to: line.service_on,
        place: version.place_of_service.clone(),
        code: line.code.clone(),
        modifiers: line.modifiers.0.clone(),
        pointers: line.pointers.clone(),
        charge_cents: line.charge_cents,
        units: u32::try_from(line.units).unwrap_or_default(),
        other_id: bill.therapist.taxonomy_code.clone().map(|id| OtherId { qualifier: "ZZ".into(), id }),
        npi: said(&version.rendering_npi),
    };
    bill.lines.iter().map(one).collect()
}

fn billing(bill: &Bill, practice: &practice::Model) -> Facility {
    let therapist = &bill.therapist;
    Facility {
        name: match bill.is_billed_by_a_person(practice) {
            true => format!("{} {}", therapist.first_name, therapist.last_name),
            false => practice.name.clone(),
        },
        address: match &practice.pay_to_street {
            Some(_) => address([&practice.pay_to_street, &None, &practice.pay_to_city, &practice.pay_to_state, &practice.pay_to_zip]),
            None => street(practice),
        },
        npi: said(&practice.npi),
        other_id: practice.taxonomy_code.clone().map(|id| OtherId { qualifier: "ZZ".into(), id }),
    }
}
