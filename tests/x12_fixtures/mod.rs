//! Bills of the cast in every situation that a file can hold; what includes this has `x12` in scope.

use super::x12::Delimiters;
use super::x12::claim_837p::*;
use chrono::{NaiveDate, NaiveDateTime};

pub fn on(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
}

fn created() -> NaiveDateTime {
    on(11, 25).and_hms_opt(9, 5, 0).expect("a time")
}

pub const OFFICE_CONTACT: Contact = Contact { name: "Gwen Hollis", phone: "+12065550101", email: Some("gwen@cedartide.example") };

/// The preset of a clearinghouse.
pub fn partner() -> Partner<'static> {
    Partner {
        sender: Mailbox { qualifier: "ZZ", id: "CEDARTIDE" },
        receiver: Mailbox { qualifier: "30", id: "330897513" },
        group_sender: "CEDARTIDE",
        group_receiver: "OA",
        submitter: Submitter { name: "Cedar & Tide Massage", id: "CEDARTIDE", contact: OFFICE_CONTACT },
        receiver_name: "Office Ally",
        receiver_id: "330897513",
        delimiters: Delimiters::default(),
        test: false,
        wants_ta1: false,
        one_claim_per_transaction: false,
    }
}

pub fn envelope() -> Envelope<'static> {
    Envelope {
        interchange_control: 42,
        group_control: 17,
        first_transaction_control: 1,
        created: created(),
        batch_reference: "B-2026-0042",
    }
}

pub const OFFICE: Address = Address { street: "14 Alder Way, Suite 3", street2: None, city: "Seattle", state: "WA", zip: "98107-0142" };
pub const HOME: Address = Address { street: "210 Fir Street", street2: Some("Apt. #4"), city: "Seattle", state: "wa", zip: "98117" };
const WORKSHOP: Address = Address { street: "9 Dock Street", street2: None, city: "Ballard", state: "WA", zip: "981071234" };

const fn person(last: &'static str, first: &'static str) -> Person<'static> {
    Person { last, first: Some(first), middle: None, suffix: None }
}

pub static GROUP: BillingProvider = BillingProvider {
    name: BillingName::Organization("Cedar & Tide Massage"),
    npi: "2003009000",
    tax_id: TaxId::Ein("91-2345678"),
    taxonomy: Some("225700000X"),
    license: None,
    address: OFFICE,
    pay_to: None,
    contact: None,
};

pub static SOLE: BillingProvider = BillingProvider {
    name: BillingName::Person(person("Ortiz", "Maya")),
    npi: "2003009018",
    tax_id: TaxId::Ssn("912-34-5678"),
    taxonomy: Some("225700000X"),
    license: Some("MA6100901"),
    address: OFFICE,
    pay_to: Some(Address { street: "PO Box 88", street2: None, city: "Seattle", state: "WA", zip: "98107" }),
    contact: Some(Contact { name: "Maya Ortiz", phone: "(206) 555-0102", email: None }),
};

pub const MAYA: Practitioner =
    Practitioner { name: person("Ortiz", "Maya"), npi: Some("2003009018"), taxonomy: Some("225700000X"), license: None };
pub const JONAH: Practitioner =
    Practitioner { name: person("Reed", "Jonah"), npi: Some("2003009026"), taxonomy: Some("225700000X"), license: None };
const RAMAN: Practitioner = Practitioner { name: person("Raman", "Priya"), npi: Some("2003000033"), taxonomy: None, license: None };
pub const FELD: Practitioner = Practitioner { name: person("Feld", "Marcus"), npi: Some("2003000124"), taxonomy: None, license: None };

pub fn line(number: u32, code: &'static str, charge_cents: i64, units: i64) -> Line<'static> {
    Line {
        number,
        on: on(11, 3),
        code,
        modifiers: Vec::new(),
        description: None,
        charge_cents,
        units,
        pointers: vec![1],
        place_of_service: None,
        authorization: None,
        referral_number: None,
        note: None,
        rendering: None,
        ordering: None,
        decisions: Vec::new(),
    }
}

pub fn coverage() -> Coverage<'static> {
    Coverage {
        rank: Rank::Primary,
        filing: Filing::Commercial,
        payer: Payer { name: "Harbor Health Plan", id: "HHP01", address: None, provider_number: None },
        insured: Insured::Patient,
        member_id: Some("HHP 4471-902"),
        member_id_is_patients_own: false,
        group_number: Some("G-7001"),
        group_name: Some("Harbor Works"),
        insurance_type: None,
        injury_claim_number: None,
    }
}

/// Dana Whitfield, insured herself, treated by Maya Ortiz on the order of Dr. Feld, billed by the group.
pub fn claim(number: &'static str) -> Claim<'static> {
    Claim {
        number,
        billing: &GROUP,
        coverage: coverage(),
        patient: Patient {
            name: person("Whitfield", "Dana"),
            address: HOME,
            born_on: NaiveDate::from_ymd_opt(1971, 3, 8).expect("a day"),
            sex: Sex::Female,
            injury_id: None,
        },
        frequency: Frequency::Original,
        place_of_service: "11",
        diagnoses: vec!["M54.2", "m54.59"],
        condition_codes: Vec::new(),
        causes: Causes::default(),
        dates: Dates::default(),
        referring: Some(FELD),
        rendering: Some(MAYA),
        supervising: None,
        facility: None,
        authorization: None,
        referral_number: None,
        signatures: Signatures {
            provider: true,
            accepts_assignment: true,
            benefits: Assignment::ToUs,
            release: true,
            signed_for_patient: false,
        },
        patient_paid_cents: 0,
        note: None,
        attachments: Vec::new(),
        delay_reason: None,
        other_payers: Vec::new(),
        lines: vec![line(1, "97124", 12_000, 4)],
    }
}

pub fn of_sole_practitioner(number: &'static str) -> Claim<'static> {
    Claim { billing: &SOLE, ..claim(number) }
}

/// Dana is insured with her husband.
pub fn of_dependent(number: &'static str) -> Claim<'static> {
    let insured = Insured::Person { name: person("Whitfield", "Owen"), patient_is: Relationship::Spouse };
    Claim { coverage: Coverage { insured, ..coverage() }, ..claim(number) }
}

pub fn of_dependent_with_own_id(number: &'static str) -> Claim<'static> {
    let mut claim = of_dependent(number);
    claim.coverage.member_id_is_patients_own = true;
    claim
}

pub fn elsewhere(number: &'static str, place_of_service: &'static str) -> Claim<'static> {
    let facility = Facility { name: "Cedar & Tide at the Dock", npi: Some("2003000777"), address: WORKSHOP };
    Claim { place_of_service, facility: Some(facility), ..claim(number) }
}

pub fn authorized(number: &'static str) -> Claim<'static> {
    let mut claim = Claim { authorization: Some("VA0012345678"), referral_number: Some("R-77"), ..claim(number) };
    claim.coverage.filing = Filing::VeteransAffairs;
    claim.lines.push(Line {
        authorization: Some("VA0099"),
        referral_number: Some("R-78"),
        modifiers: vec!["gp", "59"],
        ..line(2, "97140", 4_650, 1)
    });
    claim
}

/// A car insurer that knows the patient by the claim alone.
pub fn of_car_accident(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.coverage = Coverage {
        filing: Filing::AutoMedical,
        payer: Payer { name: "Pacific Auto PIP", id: "PACAP", address: None, provider_number: None },
        member_id: None,
        group_number: None,
        group_name: None,
        injury_claim_number: Some("PIP-88-1203"),
        ..coverage()
    };
    claim.causes = Causes { auto: true, auto_state: Some("wa"), ..Causes::default() };
    claim.dates = Dates { accident: Some(on(10, 2)), first_contact: Some(on(10, 5)), ..Dates::default() };
    claim.diagnoses = vec!["S13.4XXA", "V43.52XA"];
    claim.attachments =
        vec![Attachment { kind: "PN", how: "FX", control: Some("C202600311N") }, Attachment { kind: "OZ", how: "AA", control: None }];
    claim
}

/// The State Fund insures Dana's employer.
pub fn of_work_injury(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.coverage = Coverage {
        filing: Filing::WorkersComp,
        payer: Payer { name: "State Fund", id: "WALNI", address: None, provider_number: Some("0123456") },
        insured: Insured::Employer { name: "Harbor Works, Inc." },
        member_id: None,
        group_number: None,
        group_name: None,
        injury_claim_number: Some("SF-12345"),
        ..coverage()
    };
    claim.patient.injury_id = Some(InjuryId::Employee("E-204"));
    claim.causes = Causes { work: true, ..Causes::default() };
    claim.dates = Dates {
        accident: Some(on(9, 14)),
        unable_to_work_from: Some(on(9, 15)),
        unable_to_work_to: Some(on(9, 30)),
        last_worked: Some(on(9, 14)),
        back_at_work: Some(on(10, 1)),
        ..Dates::default()
    };
    claim
}

pub fn adjustment(group: Group, reason: &'static str, cents: i64) -> Adjustment<'static> {
    Adjustment { group, reason, cents, quantity: None }
}

fn earlier(rank: Rank, name: &'static str, id: &'static str, paid_cents: i64) -> OtherPayer<'static> {
    let payer = Payer { name, id, address: None, provider_number: None };
    let decision =
        Decision { paid_cents, decided_on: on(11, 17), claim_number: Some("ICN 99-1"), adjustments: Vec::new(), remarks: vec!["MA01"] };
    let coverage = Coverage { rank, payer, member_id: Some("EPO-1"), group_number: None, group_name: None, ..coverage() };
    OtherPayer { coverage, address: Some(HOME), decision: Some(decision) }
}

fn decided(payer_id: &'static str, code: &'static str, paid_cents: i64, adjustments: Vec<Adjustment<'static>>) -> LineDecision<'static> {
    LineDecision { payer_id, paid_cents, code, modifiers: Vec::new(), units: 4, adjustments, decided_on: on(11, 17) }
}

/// Evergreen paid first, line by line.
pub fn secondary(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.coverage.rank = Rank::Secondary;
    claim.lines.push(line(2, "97140", 4_650, 1));
    claim.other_payers = vec![earlier(Rank::Primary, "Evergreen PPO", "EVG22", 8_000)];
    let cut = adjustment(Group::Contractual, "45", 2_000);
    let share = vec![cut, adjustment(Group::Patient, "1", 1_000), adjustment(Group::Patient, "2", 1_000)];
    claim.lines[0].decisions = vec![decided("EVG22", "97124", 8_000, share)];
    let mut denied = decided("EVG22", "97140", 0, vec![adjustment(Group::Contractual, "97", 4_650)]);
    denied.modifiers = vec!["59"];
    denied.units = 0;
    claim.lines[1].decisions = vec![denied];
    claim
}

/// Evergreen answered for the whole claim only.
pub fn secondary_by_claim(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.coverage.rank = Rank::Secondary;
    let mut other = earlier(Rank::Primary, "Evergreen PPO", "EVG22", 9_000);
    if let Some(decision) = &mut other.decision {
        decision.adjustments = vec![adjustment(Group::Contractual, "45", 1_000), adjustment(Group::Patient, "3", 2_000)];
    }
    claim.other_payers = vec![other];
    claim
}

/// Two payers decided; the second says with OA-23 what the first had done.
fn tertiary(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.coverage.rank = Rank::Tertiary;
    claim.other_payers =
        vec![earlier(Rank::Primary, "Evergreen PPO", "EVG22", 8_000), earlier(Rank::Secondary, "Cascade Choice", "CASC1", 1_500)];
    let first = vec![adjustment(Group::Contractual, "45", 2_000), adjustment(Group::Patient, "2", 2_000)];
    let second = vec![adjustment(Group::Other, "23", 10_000), adjustment(Group::Patient, "2", 500)];
    claim.lines[0].decisions = vec![decided("EVG22", "97124", 8_000, first), decided("CASC1", "97124", 1_500, second)];
    claim
}

/// The State Fund answered first and insured the employer; Medicare comes after it.
fn medicare_after_work(number: &'static str) -> Claim<'static> {
    let mut claim = of_work_injury(number);
    let mut other = earlier(Rank::Primary, "State Fund", "WALNI", 0);
    other.coverage = claim.coverage;
    other.address = None;
    if let Some(decision) = &mut other.decision {
        decision.adjustments = vec![Adjustment { quantity: Some(4), ..adjustment(Group::PayerInitiated, "P4", 12_000) }];
    }
    claim.coverage = Coverage { rank: Rank::Secondary, filing: Filing::MedicareB, insurance_type: Some("15"), ..coverage() };
    claim.patient.injury_id = None;
    claim.other_payers = vec![other];
    claim
}

/// The first payer of a patient who has a second one.
fn another_comes_after(number: &'static str) -> Claim<'static> {
    let mut claim = claim(number);
    claim.other_payers = vec![OtherPayer { decision: None, ..earlier(Rank::Secondary, "Cascade Choice", "CASC1", 0) }];
    claim
}

/// All that may stand in a claim does.
fn with_everything(number: &'static str) -> Claim<'static> {
    let mut claim = of_sole_practitioner(number);
    let codes =
        ["M54.2", "M54.6", "M54.12", "M54.16", "M62.830", "M62.838", "M79.18", "M79.7", "M25.511", "M25.512", "G44.209", "S33.5XXA"];
    claim.diagnoses = codes.to_vec();
    claim.condition_codes = vec!["W2", "w3"];
    claim.causes = Causes { other: true, work: true, ..Causes::default() };
    claim.dates = Dates {
        onset: Some(on(8, 1)),
        initial_treatment: Some(on(8, 3)),
        last_seen: Some(on(10, 20)),
        accident: Some(on(7, 30)),
        prescription: Some(on(8, 2)),
        unable_to_work_from: Some(on(8, 1)),
        ..Dates::default()
    };
    claim.patient.name = Person { last: "Peña-O’Brien", first: Some("Zoë"), middle: Some("M."), suffix: Some("Jr") };
    claim.patient.injury_id = Some(InjuryId::Ssn("900-12-3456"));
    claim.patient.sex = Sex::Unknown;
    claim.referring = Some(Practitioner { npi: None, license: Some("MD60012345"), ..RAMAN });
    claim.supervising = Some(RAMAN);
    claim.facility = Some(Facility { name: "Dock", npi: Some("2003009018"), address: WORKSHOP });
    claim.authorization = Some("AUTH-9");
    claim.signatures =
        Signatures { provider: true, accepts_assignment: false, benefits: Assignment::ToPatient, release: false, signed_for_patient: true };
    claim.patient_paid_cents = 2_550;
    claim.note = Some("Patient: 3 of 6 visits*\nprogress ~ 20 %");
    claim.coverage.payer.address = Some(OFFICE);
    claim.coverage.payer.provider_number = Some("LEGACY 1");
    claim.coverage.group_number = None;
    claim.lines = (1..=50).map(|n| line(n, "97140", 4_001, 1)).collect();
    let last = &mut claim.lines[49];
    (last.code, last.description) = ("97139", Some("Cupping"));
    last.pointers = vec![12, 1, 2, 3];
    last.modifiers = vec!["GP", "59", "76", "52"];
    last.place_of_service = Some("12");
    last.note = Some("Taught at home");
    last.rendering = Some(JONAH);
    last.ordering = Some(RAMAN);
    claim
}

pub struct Situation {
    pub name: &'static str,
    pub partner: Partner<'static>,
    pub claims: Vec<Claim<'static>>,
}

/// Every situation of the guide that a small practice meets.
pub fn situations() -> Vec<Situation> {
    let number = "C-2026-00311";
    let one = |name, claim| Situation { name, partner: partner(), claims: vec![claim] };
    let mixed = || {
        vec![
            claim("C-2026-00311"),
            of_sole_practitioner("C-2026-00312"),
            of_dependent("C-2026-00313"),
            of_work_injury("C-2026-00314"),
            of_sole_practitioner("C-2026-00315"),
            secondary("C-2026-00316"),
        ]
    };
    let others = Delimiters { element: b'|', component: b'>', repetition: Some(b'!'), segment: b'\n' };
    vec![
        one("a group bills", claim(number)),
        one("a sole practitioner bills", of_sole_practitioner(number)),
        one("the patient is not the subscriber", of_dependent(number)),
        one("a dependent with a member id of their own", of_dependent_with_own_id(number)),
        one("treated elsewhere", elsewhere(number, "99")),
        one("treated at home", elsewhere(number, "12")),
        one("authorization and referral numbers", authorized(number)),
        one("a car accident", of_car_accident(number)),
        one("a work injury", of_work_injury(number)),
        one("secondary by line", secondary(number)),
        one("secondary by claim", secondary_by_claim(number)),
        one("tertiary", tertiary(number)),
        one("Medicare after workers' compensation", medicare_after_work(number)),
        one("another payer comes after", another_comes_after(number)),
        one("a replacement", Claim { frequency: Frequency::Replacement("ICN-77 1"), ..claim(number) }),
        one("a void", Claim { frequency: Frequency::Void("ICN-77 1"), ..claim(number) }),
        one("late with a reason", Claim { delay_reason: Some(9), ..claim(number) }),
        one("everything at once", with_everything(number)),
        Situation { name: "several claims of two billing providers", partner: partner(), claims: mixed() },
        Situation {
            name: "a transaction for each claim",
            partner: Partner { one_claim_per_transaction: true, ..partner() },
            claims: mixed(),
        },
        Situation { name: "other separators", partner: Partner { delimiters: others, ..partner() }, claims: mixed() },
        Situation { name: "a test that wants a TA1", partner: Partner { test: true, wants_ta1: true, ..partner() }, claims: mixed() },
    ]
}

/// One claim more than a transaction takes.
pub fn too_many_for_one_transaction() -> Situation {
    let numbers = (0..5_001).map(|n| &*Box::leak(format!("C-2026-{n:05}").into_boxed_str()));
    Situation { name: "more claims than one transaction takes", partner: partner(), claims: numbers.map(claim).collect() }
}
