//! A claim as `batch/wire.rs` tells it to the writer of files, from the facts instead of the rows.

use crate::claims::compose::{Composed, Facts};
use crate::claims::others::plan::OtherPlan;
use crate::claims::parties::{Address, Name};
use crate::patients::coverage::Relationship;
use crate::payers::payer::CoverageKind;
use crate::types::person_name;
use crate::x12::Delimiters;
use crate::x12::claim_837p::{self as wire, Filing, Refusal};

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn person(name: &Name) -> wire::Person<'_> {
    wire::Person { last: &name.last, first: name.first.as_deref(), middle: name.middle.as_deref(), suffix: name.suffix.as_deref() }
}

fn place(address: &Address) -> wire::Address<'_> {
    wire::Address {
        street: text(&address.street),
        street2: address.street2.as_deref(),
        city: text(&address.city),
        state: text(&address.state),
        zip: text(&address.zip),
    }
}

fn filing(kind: CoverageKind) -> Filing {
    match kind {
        CoverageKind::AutoPip | CoverageKind::AutoMedpay => Filing::AutoMedical,
        CoverageKind::WorkersComp => Filing::WorkersComp,
        CoverageKind::ThirdPartyLien => Filing::Liability,
        CoverageKind::VaCcn => Filing::VeteransAffairs,
        CoverageKind::Medicare => Filing::MedicareB,
        CoverageKind::Medicaid => Filing::Medicaid,
        CoverageKind::Health | CoverageKind::Cash => Filing::Commercial,
    }
}

fn in_parts(parts: &person_name::Parts) -> wire::Person<'_> {
    wire::Person {
        last: text(&parts.last),
        first: parts.first.as_deref(),
        middle: parts.middle.as_deref(),
        suffix: parts.suffix.as_deref(),
    }
}

fn other<'a>(plan: &'a OtherPlan, insured: &'a person_name::Parts) -> wire::OtherPayer<'a> {
    let injury = plan.kind.is_injury();
    let coverage = wire::Coverage {
        rank: wire::Rank::Secondary,
        filing: filing(plan.kind),
        payer: wire::Payer { name: &plan.payer, id: text(&plan.payer_id), address: None, provider_number: None },
        insured: match plan.relationship {
            Relationship::Myself => wire::Insured::Patient,
            _ => wire::Insured::Person { name: in_parts(insured), patient_is: wire::Relationship::Spouse },
        },
        member_id: plan.number.as_deref(),
        member_id_is_patients_own: plan.number_is_patients_own,
        group_number: plan.group_no.as_deref().filter(|_| !injury),
        group_name: plan.plan_name.as_deref().filter(|_| !injury && plan.group_no.is_none()),
        insurance_type: None,
        injury_claim_number: None,
    };
    wire::OtherPayer { coverage, address: None, decision: None }
}

pub fn write(facts: &Facts, composed: &Composed) -> Result<(), Vec<Refusal>> {
    let (practice, coverage, patient) = (&facts.practice, &facts.coverage, &facts.patient);
    let phone = practice.phone.as_deref().unwrap_or_default();
    let contact = wire::Contact { name: practice.contact.as_deref().unwrap_or(&practice.name), phone, email: None };
    let billing = wire::BillingProvider {
        name: if practice.bills_as_person || practice.npi.is_some() && practice.npi == facts.rendering_npi {
            wire::BillingName::Person(person(&facts.treating.name))
        } else {
            wire::BillingName::Organization(&practice.name)
        },
        npi: text(&practice.npi),
        tax_id: wire::TaxId::Ein(text(&practice.tax_id)),
        taxonomy: practice.taxonomy.as_deref(),
        license: practice.license.as_deref(),
        address: place(&practice.address),
        pay_to: practice.pay_to.street.is_some().then(|| place(&practice.pay_to)),
        contact: Some(contact),
    };
    let insured = coverage.insured_name.as_deref().map(person_name::split).unwrap_or_default();
    let kind = coverage.kind;
    // As `batch/wire.rs` does: each payer once, and none of a rank that pays before.
    let others: Vec<(&OtherPlan, person_name::Parts)> = (facts.others.iter())
        .filter(|plan| coverage.rank == 1 && plan.unnamed().is_none())
        .take(1)
        .map(|plan| (plan, plan.insured_name.as_deref().map(person_name::split).unwrap_or_default()))
        .collect();
    let claim = wire::Claim {
        number: "C-2026-00311",
        billing: &billing,
        coverage: wire::Coverage {
            rank: [wire::Rank::Primary, wire::Rank::Secondary, wire::Rank::Tertiary][usize::try_from(coverage.rank).expect("a rank") - 1],
            filing: filing(kind),
            payer: wire::Payer {
                name: &facts.payer_name,
                id: text(&facts.payer.id),
                address: facts.payer.address.street.is_some().then(|| place(&facts.payer.address)),
                provider_number: facts.payer.provider_no.as_deref(),
            },
            insured: match (kind, coverage.relationship) {
                (CoverageKind::WorkersComp, _) => wire::Insured::Employer { name: text(&coverage.employer) },
                (_, Relationship::Myself) => wire::Insured::Patient,
                (_, relationship) => wire::Insured::Person {
                    name: in_parts(&insured),
                    patient_is: match relationship {
                        Relationship::Spouse => wire::Relationship::Spouse,
                        Relationship::Child => wire::Relationship::Child,
                        _ => wire::Relationship::Other,
                    },
                },
            },
            member_id: coverage.member_no.as_deref(),
            member_id_is_patients_own: coverage.number_is_patients_own && kind != CoverageKind::WorkersComp,
            group_number: coverage.group_no.as_deref(),
            group_name: coverage.plan_name.as_deref(),
            insurance_type: None,
            injury_claim_number: coverage.claim_no.as_deref().filter(|_| kind.is_injury()),
        },
        patient: wire::Patient {
            name: person(&patient.name),
            address: place(&patient.address),
            born_on: patient.born_on.unwrap_or_default(),
            sex: wire::Sex::Female,
            injury_id: None,
        },
        frequency: match (facts.frequency, text(&facts.payer_claim_no)) {
            (7, number) => wire::Frequency::Replacement(number),
            (8, number) => wire::Frequency::Void(number),
            _ => wire::Frequency::Original,
        },
        place_of_service: &facts.place_of_service,
        diagnoses: composed.diagnoses.iter().map(String::as_str).collect(),
        condition_codes: vec![],
        causes: wire::Causes {
            auto: kind.is_auto(),
            auto_state: coverage.accident_state.as_deref().filter(|_| kind.is_auto()),
            work: kind == CoverageKind::WorkersComp,
            other: kind == CoverageKind::ThirdPartyLien,
        },
        dates: wire::Dates { accident: coverage.injured_on.filter(|_| kind.is_injury()), ..Default::default() },
        referring: composed.referrer.as_ref().map(|(r, _)| wire::Practitioner {
            name: person(&r.parts),
            npi: r.npi.as_deref(),
            taxonomy: None,
            license: None,
        }),
        rendering: Some(wire::Practitioner {
            name: person(&facts.treating.name),
            npi: facts.rendering_npi.as_deref(),
            taxonomy: facts.treating.taxonomy.as_deref(),
            license: None,
        }),
        supervising: None,
        facility: facts.location.as_ref().map(|l| wire::Facility { name: &l.name, npi: l.npi.as_deref(), address: place(&l.address) }),
        authorization: coverage.authorization_no.as_deref(),
        referral_number: None,
        signatures: wire::Signatures {
            provider: true,
            accepts_assignment: true,
            benefits: wire::Assignment::ToUs,
            release: true,
            signed_for_patient: false,
        },
        patient_paid_cents: 0,
        note: None,
        attachments: vec![],
        delay_reason: None,
        other_payers: others.iter().map(|(plan, insured)| other(plan, insured)).collect(),
        lines: (1..).zip(&composed.lines).map(|(number, line)| line_of(facts, number, line)).collect(),
    };
    let partner = wire::Partner {
        sender: wire::Mailbox { qualifier: "ZZ", id: "CEDARTIDE" },
        receiver: wire::Mailbox { qualifier: "30", id: "330897513" },
        group_sender: "CEDARTIDE",
        group_receiver: "OA",
        submitter: wire::Submitter { name: "Cedar & Tide", id: "CEDARTIDE", contact: wire::Contact { phone: "206-555-0199", ..contact } },
        receiver_name: "OFFICE ALLY",
        receiver_id: "330897513",
        delimiters: Delimiters::default(),
        test: true,
        wants_ta1: false,
        one_claim_per_transaction: false,
    };
    let envelope = wire::Envelope {
        interchange_control: 1,
        group_control: 1,
        first_transaction_control: 1,
        created: facts.today.and_hms_opt(9, 0, 0).expect("a time"),
        batch_reference: "B-1",
    };
    wire::write(&partner, &envelope, &[claim]).map(|_| ())
}

fn line_of<'a>(facts: &Facts, number: u32, line: &'a crate::claims::compose::Line) -> wire::Line<'a> {
    wire::Line {
        number,
        on: facts.service_on,
        code: &line.code,
        modifiers: line.modifiers.iter().map(String::as_str).collect(),
        description: line.description.as_deref(),
        charge_cents: line.charge_cents,
        units: line.units,
        pointers: line.pointers.bytes().map(|letter| usize::from(letter - b'A') + 1).collect(),
        place_of_service: None,
        authorization: None,
        referral_number: None,
        note: None,
        rendering: None,
        ordering: None,
        decisions: vec![],
    }
}
