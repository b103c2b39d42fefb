//! A bill in the words of the 837P writer. Pure; what the writer would refuse, the scrubber has found before.

use super::bill::{self, Bill, Earlier, Following, Insurance, Policy, Treated, insured_no};
use crate::claims::claim::{REPLACEMENT, VOID};
use crate::claims::cob::SaidAdjustment;
use crate::entity::{location, partner, payer, practice, provider, therapist};
use crate::patients::coverage::Relationship as Relation;
use crate::patients::patient::Sex as PatientSex;
use crate::payers::payer::CoverageKind;
use crate::practice::practice::TaxIdKind;
use crate::types::person_name::Parts;
use crate::x12::Delimiters;
use crate::x12::claim_837p::{
    Address, Adjustment, Assignment, Attachment, BillingName, BillingProvider, Causes, Claim, Contact, Coverage, Dates, Decision, Facility,
    Filing, Frequency, Group, Insured, Line, LineDecision, Mailbox, OtherPayer, Partner, Patient, Payer, Person, Practitioner, Rank,
    Relationship, Sex, Signatures, Submitter, TaxId,
};

/// The partner as the writer wants it.
pub fn partner<'a>(partner: &'a partner::Model, practice: &'a practice::Model) -> Partner<'a> {
    let one = |text: &str, usual: u8| text.bytes().next().unwrap_or(usual);
    Partner {
        sender: Mailbox { qualifier: &partner.sender_qualifier, id: &partner.sender_id },
        receiver: Mailbox { qualifier: &partner.receiver_qualifier, id: &partner.receiver_id },
        group_sender: &partner.group_sender,
        group_receiver: &partner.group_receiver,
        submitter: Submitter { name: &practice.name, id: &partner.submitter_id, contact: contact(practice) },
        receiver_name: &partner.receiver_name,
        receiver_id: &partner.receiver_code,
        delimiters: Delimiters {
            element: one(&partner.element_separator, b'*'),
            component: one(&partner.component_separator, b':'),
            repetition: Some(one(&partner.repetition_separator, b'^')),
            segment: one(&partner.segment_terminator, b'~'),
        },
        test: partner.is_test,
        wants_ta1: partner.wants_ta1,
        one_claim_per_transaction: partner.one_claim_per_transaction,
    }
}

fn contact(practice: &practice::Model) -> Contact<'_> {
    Contact {
        name: practice.billing_contact.as_deref().unwrap_or(&practice.name),
        phone: practice.phone.as_deref().unwrap_or_default(),
        email: practice.email.as_deref(),
    }
}

/// Who bills: the practice, or the one who treats in their own name.
pub fn billing<'a>(practice: &'a practice::Model, therapist: &'a therapist::Model, as_person: bool) -> BillingProvider<'a> {
    let tax_id = practice.tax_id.as_deref().unwrap_or_default();
    BillingProvider {
        name: match as_person {
            true => BillingName::Person(Person { last: &therapist.last_name, first: Some(&therapist.first_name), ..Person::default() }),
            false => BillingName::Organization(&practice.name),
        },
        npi: practice.npi.as_deref().unwrap_or_default(),
        tax_id: match practice.tax_id_kind {
            TaxIdKind::Ein => TaxId::Ein(tax_id),
            TaxIdKind::Ssn => TaxId::Ssn(tax_id),
        },
        taxonomy: practice.taxonomy_code.as_deref(),
        license: practice.billing_license.as_deref(),
        address: address([&practice.street, &practice.street2, &practice.city, &practice.state, &practice.zip]),
        pay_to: practice
            .pay_to_street
            .as_ref()
            .map(|_| address([&practice.pay_to_street, &None, &practice.pay_to_city, &practice.pay_to_state, &practice.pay_to_zip])),
        contact: None,
    }
}

fn address<'a>([street, street2, city, state, zip]: [&'a Option<String>; 5]) -> Address<'a> {
    let said = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
    Address { street: said(street), street2: street2.as_deref(), city: said(city), state: said(state), zip: said(zip) }
}

fn person(parts: &Parts) -> Person<'_> {
    Person {
        last: parts.last.as_deref().unwrap_or_default(),
        first: parts.first.as_deref(),
        middle: parts.middle.as_deref(),
        suffix: parts.suffix.as_deref(),
    }
}

/// The claim as the writer wants it.
pub fn claim<'a>(bill: &'a Bill, billing: &'a BillingProvider<'a>) -> Claim<'a> {
    let (version, coverage, patient, payer) = (&bill.version, &bill.coverage, &bill.patient, &bill.payer);
    let qualifier = version.referring_qualifier.as_deref();
    let sender = bill.referrer.as_deref().map(|r| practitioner(r, version.referring_npi.as_deref()));
    Claim {
        number: &bill.claim.number,
        billing,
        coverage: policy(coverage, payer, bill.insured.as_ref()),
        patient: treated(patient),
        frequency: match (bill.frequency, bill.replaces.as_deref()) {
            (REPLACEMENT, number) => Frequency::Replacement(number.unwrap_or_default()),
            (VOID, number) => Frequency::Void(number.unwrap_or_default()),
            _ => Frequency::Original,
        },
        place_of_service: &version.place_of_service,
        diagnoses: version.diagnoses.0.iter().map(String::as_str).collect(),
        condition_codes: Vec::new(),
        causes: causes(coverage),
        dates: Dates { accident: coverage.injured_on.filter(|_| coverage.kind.is_injury()), ..Dates::default() },
        referring: sender.filter(|_| !matches!(qualifier, Some("DK" | "DQ"))),
        supervising: sender.filter(|_| qualifier == Some("DQ")),
        rendering: rendering(bill, billing),
        facility: bill.location.as_deref().map(facility),
        authorization: version.authorization_no.as_deref(),
        referral_number: None,
        signatures: Signatures {
            provider: true,
            accepts_assignment: !payer.declines_assignment,
            benefits: if patient.assignment_signed_on.is_some() { Assignment::ToUs } else { Assignment::ToPatient },
            release: patient.release_signed_on.is_some(),
            signed_for_patient: false,
        },
        patient_paid_cents: if payer.wants_patient_paid { bill.claim.patient_cents.max(0) } else { 0 },
        note: version.note.as_deref(),
        attachments: bill.following.iter().map(attachment).collect(),
        delay_reason: version.delay_reason.and_then(|why| why.word().parse().ok()),
        other_payers: bill.earlier.iter().map(earlier).chain(later(bill)).collect(),
        lines: lines(bill, sender.filter(|_| qualifier == Some("DK"))),
    }
}

fn attachment(following: &Following) -> Attachment<'_> {
    let Following { attachment, control } = following;
    Attachment { kind: attachment.kind.word(), how: attachment.how.word(), control: control.as_deref() }
}

fn lines<'a>(bill: &'a Bill, ordering: Option<Practitioner<'a>>) -> Vec<Line<'a>> {
    let one = |line: &'a bill::Line| Line {
        number: u32::try_from(line.n).unwrap_or_default(),
        on: line.service_on,
        code: &line.code,
        modifiers: line.modifiers.0.iter().map(String::as_str).collect(),
        description: line.description.as_deref(),
        charge_cents: line.charge_cents,
        units: line.units,
        pointers: line.pointers.bytes().map(|letter| usize::from(letter.wrapping_sub(b'A')) + 1).collect(),
        place_of_service: None,
        authorization: None,
        referral_number: None,
        note: None,
        rendering: None,
        ordering,
        decisions: bill.earlier.iter().filter_map(|e| line_decision(e, line)).collect(),
    };
    bill.lines.iter().map(one).collect()
}

fn practitioner<'a>(row: &'a provider::Model, npi: Option<&'a str>) -> Practitioner<'a> {
    Practitioner {
        name: Person {
            last: &row.last_name,
            first: row.first_name.as_deref(),
            middle: row.middle_name.as_deref(),
            suffix: row.suffix.as_deref(),
        },
        npi,
        taxonomy: None,
        license: None,
    }
}

/// Where it was; the writer leaves out what is the same as who bills, and the patient's home.
fn facility(place: &location::Model) -> Facility<'_> {
    let address =
        Address { street: &place.street, street2: place.street2.as_deref(), city: &place.city, state: &place.state, zip: &place.zip };
    Facility { name: &place.name, npi: place.npi.as_deref(), address }
}

/// The one who treats, unless it is the one who bills.
fn rendering<'a>(bill: &'a Bill, billing: &BillingProvider<'a>) -> Option<Practitioner<'a>> {
    let npi = bill.version.rendering_npi.as_deref();
    if matches!(billing.name, BillingName::Person(_)) && npi == Some(billing.npi) {
        return None;
    }
    let therapist = &bill.therapist;
    let name = Person { last: &therapist.last_name, first: Some(&therapist.first_name), ..Person::default() };
    Some(Practitioner { name, npi, taxonomy: therapist.taxonomy_code.as_deref().or(billing.taxonomy), license: None })
}

fn treated(patient: &Treated) -> Patient<'_> {
    Patient {
        name: Person { last: &patient.last_name, first: Some(&patient.first_name), middle: patient.middle_name.as_deref(), suffix: None },
        address: address([&patient.street, &patient.street2, &patient.city, &patient.state, &patient.zip]),
        born_on: patient.born_on.unwrap_or_default(),
        sex: match patient.sex {
            Some(PatientSex::Female) => Sex::Female,
            Some(PatientSex::Male) => Sex::Male,
            _ => Sex::Unknown,
        },
        injury_id: None,
    }
}

/// A payer before, and what it decided of the whole; what it said of lines stands with them.
fn earlier(earlier: &Earlier) -> OtherPayer<'_> {
    let said = &earlier.said;
    OtherPayer {
        coverage: policy(&earlier.under.coverage, &earlier.under.payer, earlier.under.insured.as_ref()),
        address: None,
        decision: Some(Decision {
            paid_cents: said.paid_cents,
            decided_on: said.decided_on,
            claim_number: said.claim_number.as_deref(),
            adjustments: said.adjustments.iter().map(adjustment).collect(),
            remarks: Vec::new(),
        }),
    }
}

/// Those who pay later: named without amounts, each payer once.
fn later(bill: &Bill) -> impl Iterator<Item = OtherPayer<'_>> {
    let id = |other: &Insurance| other.payer.clearinghouse_payer_id.clone();
    let mut named: Vec<Option<String>> = bill.earlier.iter().map(|e| id(&e.under)).collect();
    let is_new = move |other: &&Insurance| {
        let id = id(other);
        let is_new = !named.contains(&id);
        named.push(id);
        is_new
    };
    let as_other = |other| OtherPayer { coverage: of(other), address: None, decision: None };
    bill.later.iter().filter(|other| other.can_be_named()).filter(is_new).map(as_other)
}

/// Another policy. Nobody sends mail to its payer by this claim.
fn of(other: &Insurance) -> Coverage<'_> {
    let coverage = policy(&other.coverage, &other.payer, other.insured.as_ref());
    Coverage { payer: Payer { address: None, ..coverage.payer }, ..coverage }
}

fn line_decision<'a>(earlier: &'a Earlier, line: &'a bill::Line) -> Option<LineDecision<'a>> {
    let said = earlier.said.lines.iter().find(|l| l.claim_line_id == line.id)?;
    Some(LineDecision {
        payer_id: earlier.under.payer.clearinghouse_payer_id.as_deref().unwrap_or_default(),
        paid_cents: said.paid_cents,
        code: &line.code,
        modifiers: line.modifiers.0.iter().map(String::as_str).collect(),
        units: line.units,
        adjustments: said.adjustments.iter().map(adjustment).collect(),
        decided_on: earlier.said.decided_on,
    })
}

/// As it came; a group that nobody knows is another's matter (OA).
fn adjustment(said: &SaidAdjustment) -> Adjustment<'_> {
    Adjustment { group: Group::of(&said.group).unwrap_or(Group::Other), reason: &said.reason, cents: said.cents, quantity: None }
}

fn policy<'a>(coverage: &'a Policy, payer: &'a payer::Model, person: Option<&'a Parts>) -> Coverage<'a> {
    let injury = coverage.kind.is_injury();
    Coverage {
        rank: match coverage.rank {
            2 => Rank::Secondary,
            3 => Rank::Tertiary,
            _ => Rank::Primary,
        },
        filing: filing(coverage.kind, payer.filing_code.as_deref()),
        payer: Payer {
            name: &payer.name,
            id: payer.clearinghouse_payer_id.as_deref().unwrap_or_default(),
            address: payer.street.as_ref().map(|_| address([&payer.street, &payer.street2, &payer.city, &payer.state, &payer.zip])),
            provider_number: payer.provider_no.as_deref(),
        },
        insured: insured(coverage, person),
        member_id: insured_no(coverage),
        member_id_is_patients_own: coverage.member_no_is_patients_own && coverage.kind != CoverageKind::WorkersComp,
        group_number: coverage.group_no.as_deref().filter(|_| !injury),
        group_name: coverage.plan_name.as_deref().filter(|_| !injury && coverage.group_no.is_none()),
        insurance_type: None,
        injury_claim_number: coverage.claim_no.as_deref().filter(|_| injury),
    }
}

fn insured<'a>(coverage: &'a Policy, named: Option<&'a Parts>) -> Insured<'a> {
    if coverage.kind == CoverageKind::WorkersComp {
        return Insured::Employer { name: coverage.employer.as_deref().unwrap_or_default() };
    }
    let patient_is = match coverage.relationship {
        Relation::Myself => return Insured::Patient,
        Relation::Spouse => Relationship::Spouse,
        Relation::Child => Relationship::Child,
        Relation::Other => Relationship::Other,
    };
    Insured::Person { name: named.map(person).unwrap_or_default(), patient_is }
}

/// The kind of plan on the wire (SBR09). An injury says it by itself; else a payer may be more than a commercial plan.
pub fn filing(kind: CoverageKind, said: Option<&str>) -> Filing {
    match kind {
        CoverageKind::AutoPip | CoverageKind::AutoMedpay => Filing::AutoMedical,
        CoverageKind::WorkersComp => Filing::WorkersComp,
        CoverageKind::ThirdPartyLien => Filing::Liability,
        CoverageKind::VaCcn => Filing::VeteransAffairs,
        CoverageKind::Medicare => Filing::MedicareB,
        CoverageKind::Medicaid => Filing::Medicaid,
        CoverageKind::Health | CoverageKind::Cash => {
            let known = FILINGS.iter().find(|f| said.is_some_and(|said| f.code().eq_ignore_ascii_case(said.trim())));
            known.copied().unwrap_or(Filing::Commercial)
        }
    }
}

/// What a health plan may be.
pub const FILINGS: [Filing; 12] = [
    Filing::Commercial,
    Filing::BlueCross,
    Filing::Hmo,
    Filing::Ppo,
    Filing::PointOfService,
    Filing::Epo,
    Filing::Indemnity,
    Filing::MedicareHmo,
    Filing::Tricare,
    Filing::FederalEmployees,
    Filing::OtherFederal,
    Filing::OtherNonFederal,
];

fn causes(coverage: &Policy) -> Causes<'_> {
    Causes {
        auto: coverage.kind.is_auto(),
        auto_state: coverage.accident_state.as_deref().filter(|_| coverage.kind.is_auto()),
        work: coverage.kind == CoverageKind::WorkersComp,
        other: coverage.kind == CoverageKind::ThirdPartyLien,
    }
}
