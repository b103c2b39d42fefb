//! Forms of the cast, for the tests of the printer and those of its parts.

use super::*;
use chrono::NaiveDate;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn address(street: &str, street2: &str, city: &str, state: &str, zip: &str) -> Address {
    let [street, street2, city, state, zip] = [street, street2, city, state, zip].map(String::from);
    Address { street, street2, city, state, zip }
}

fn name(last: &str, suffix: &str, first: &str, middle: &str) -> Name {
    let [last, suffix, first, middle] = [last, suffix, first, middle].map(String::from);
    Name { last, suffix, first, middle }
}

fn other_id(qualifier: &str, id: &str) -> Option<OtherId> {
    Some(OtherId { qualifier: qualifier.into(), id: id.into() })
}

/// A service of the n-th day of June, for n dollars more than a hundred.
pub fn line(n: u32) -> Line {
    Line {
        notes: vec!["ZZNeck and shoulders".into(), "53 minutes".into()],
        from: day(2026, 6, n),
        to: day(2026, 6, n),
        place: "11".into(),
        code: "97140".into(),
        modifiers: vec!["GP".into(), "59".into(), "XS".into(), "KX".into()],
        pointers: "A, B,CL".into(),
        charge_cents: 10_000 + i64::from(n) * 100,
        units: 4,
        other_id: other_id("ZZ", "225700000X"),
        npi: "2003000314".into(),
    }
}

/// Every item is filled, as no claim of the world has it.
pub fn full(lines: u32) -> Form {
    Form {
        payer: Payer {
            name: "Evergreen Mutual Auto".into(),
            address: address("P.O. Box 4410", "Claims, Floor #3", "Tacoma", "WA", "984014410"),
        },
        kind: Some(Kind::Other),
        insured_id: "EV-2204418".into(),
        patient: Patient {
            name: name("Whitfield", "Jr.", "Dana", "Noël"),
            born_on: Some(day(1981, 3, 4)),
            sex: Some(Sex::Female),
            address: address("27 Alder Ct.", "Apt. #4", "Seattle", "WA", "98107"),
            phone: "206-555-0142".into(),
        },
        insured: Insured {
            name: name("Núñez-Whitfield", "", "Tomás", "R."),
            address: address("1200 N.W. Market Street", "", "Ballard", "WA", "98107-1234"),
            phone: "(206) 555-0177".into(),
            born_on: Some(day(1979, 11, 30)),
            sex: Some(Sex::Male),
        },
        relationship: Some(Relationship::Spouse),
        other_insured: Some(OtherInsured {
            name: name("Whitfield", "", "Dana", "N"),
            policy: "PL 88120".into(),
            plan: "Harbor Health Basic".into(),
        }),
        cause: Cause { employment: false, auto_accident: true, auto_state: "wa".into(), other_accident: false },
        condition_codes: vec!["W2".into(), "W3".into()],
        group_no: "G-5512".into(),
        injury_claim_no: "26-118842".into(),
        plan: "Personal injury protection".into(),
        release_on_file: true,
        released_on: Some(day(2026, 5, 2)),
        assignment_on_file: true,
        onset: Some(Dated { qualifier: "431".into(), on: day(2026, 4, 28) }),
        other_date: Some(Dated { qualifier: "439".into(), on: day(2026, 4, 27) }),
        unable_to_work: Some(Span { from: Some(day(2026, 4, 28)), to: Some(day(2026, 5, 9)) }),
        referrer: Some(Referrer {
            role: Role::Ordering,
            name: name("Feld", "", "Marcus", "J."),
            credentials: "D.C.".into(),
            other_id: other_id("0B", "CH60012345"),
            npi: "2003000124".into(),
        }),
        hospital: Some(Span { from: Some(day(2026, 4, 29)), to: Some(day(2026, 5, 1)) }),
        notes: vec!["ZZ225700000X".into(), "Order kept on file".into()],
        diagnoses: [
            "M54.2", "S13.4XXA", "M79.18", "M62.838", "G44.309", "M25.511", "M25.512", "M54.50", "S23.3XXA", "S33.5XXA", "R51.9",
            "V43.52XA",
        ]
        .map(String::from)
        .to_vec(),
        resubmission: Some(Resubmission { frequency: Frequency::Replacement, reference: "EVC00918273".into() }),
        authorization_no: "AU-77120".into(),
        lines: (1..=lines).map(line).collect(),
        tax_id: Some(TaxId::Ein("91-2003004".into())),
        claim_no: "C-2026-00311".into(),
        accepts_assignment: Some(true),
        totals: Totals::EachPage,
        paid_cents: Some(2_550),
        signature: "Maya Ortiz, L.M.T.".into(),
        signed_on: Some(day(2026, 6, 30)),
        facility: Some(Facility {
            name: "Cedar & Tide Massage".into(),
            address: address("5210 Ballard Ave.", "Suite 2", "Seattle", "WA", "981074321"),
            npi: "2003000207".into(),
            other_id: other_id("G2", "PV4410"),
        }),
        billing: Facility {
            name: "Cedar & Tide Massage, PLLC".into(),
            address: address("PO Box 118", "", "Seattle", "WA", "981070118"),
            npi: "2003000454".into(),
            other_id: other_id("ZZ", "225700000X"),
        },
        billing_phone: "206 555 0110".into(),
        behind: Vec::new(),
    }
}

/// As most claims are: the patient is the insured, the driver's own insurance pays.
pub fn everyday() -> Form {
    let full = full(2);
    let patient = full.patient.clone();
    Form {
        insured: Insured { name: patient.name, address: patient.address, phone: patient.phone, ..Insured::default() },
        relationship: Some(Relationship::Patient),
        other_insured: None,
        condition_codes: Vec::new(),
        group_no: String::new(),
        other_date: None,
        unable_to_work: None,
        hospital: None,
        notes: Vec::new(),
        diagnoses: full.diagnoses[..2].to_vec(),
        resubmission: None,
        paid_cents: None,
        lines: (3..=4)
            .map(|n| Line { notes: Vec::new(), modifiers: vec!["GP".into()], pointers: "AB".into(), other_id: None, ..line(n) })
            .collect(),
        ..full
    }
}

/// All that can be too long is: each place of the form is then as full as it can be.
pub fn stuffed() -> Form {
    let mut form = full(6);
    let long = "Ww".repeat(60);
    let (facility, referrer) = (form.facility.as_mut().expect("one"), form.referrer.as_mut().expect("one"));
    let (other, again) = (form.other_insured.as_mut().expect("one"), form.resubmission.as_mut().expect("one"));
    for address in
        [&mut form.payer.address, &mut form.patient.address, &mut form.insured.address, &mut facility.address, &mut form.billing.address]
    {
        for text in [&mut address.street, &mut address.street2, &mut address.city, &mut address.state, &mut address.zip] {
            text.clone_from(&long);
        }
    }
    for text in [
        &mut form.payer.name,
        &mut form.patient.name.last,
        &mut form.insured.name.last,
        &mut other.name.last,
        &mut other.policy,
        &mut other.plan,
        &mut referrer.name.first,
        &mut referrer.npi,
        &mut again.reference,
        &mut facility.name,
        &mut facility.npi,
        &mut form.billing.name,
        &mut form.billing.npi,
        &mut form.insured_id,
        &mut form.cause.auto_state,
        &mut form.group_no,
        &mut form.injury_claim_no,
        &mut form.plan,
        &mut form.authorization_no,
        &mut form.claim_no,
        &mut form.signature,
    ] {
        text.clone_from(&long);
    }
    let ids = [&mut referrer.other_id, &mut facility.other_id, &mut form.billing.other_id];
    for id in ids.into_iter().chain(form.lines.iter_mut().map(|l| &mut l.other_id)).flatten() {
        (id.qualifier, id.id) = (long.clone(), long.clone());
    }
    for line in &mut form.lines {
        (line.place, line.code, line.npi) = (long.clone(), long.clone(), long.clone());
        (line.notes, line.modifiers) = (vec![long.clone()], vec![long.clone(); 4]);
        (line.charge_cents, line.units) = (1_666_666, 999);
    }
    form.diagnoses = vec![long.clone(); 12];
    (form.condition_codes, form.notes) = (vec![long.clone()], vec![long]);
    (form.tax_id, form.paid_cents) = (Some(TaxId::Ssn("9".repeat(20))), Some(9_999_999));
    form
}
