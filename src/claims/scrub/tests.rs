//! Each rule is broken alone; and whatever nothing blocks, the writer of files takes.

use crate::claims::compose::{Coverage, Facts, Fee, Order, Referrer, Sheet, Twin, compose};
use crate::claims::finding::{Place, Rule, Severity, next_step};
use crate::claims::others::plan::OtherPlan;
use crate::claims::parties::{Address, Location, Name, Patient, Payer, Practice, Sent, Treating};
use crate::patients::coverage::Relationship;
use crate::payers::asks::{Approval, Tier};
use crate::payers::payer::CoverageKind;
use crate::types::UnitsRule;
use chrono::NaiveDate;

mod any;
mod wire;

pub fn day_of(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
}

fn some(text: &str) -> Option<String> {
    Some(text.to_string())
}

fn address(zip: &str) -> Address {
    Address { street: some("12 Willow Street"), street2: some("Suite 2"), city: some("Seattle"), state: some("WA"), zip: some(zip) }
}

fn name(first: &str, last: &str) -> Name {
    Name { first: some(first), last: last.into(), ..Default::default() }
}

/// A claim of workers' compensation with nothing wrong.
pub fn work_injury() -> Facts {
    let feld = Referrer {
        provider_id: 1,
        name: "Marcus Feld, DC".into(),
        parts: name("Marcus", "Feld"),
        npi: some("2003000124"),
        credentials: vec!["DC".into()],
    };
    Facts {
        today: day_of("2026-11-23"),
        service_on: day_of("2026-11-23"),
        services: vec![("97140".into(), Some(38)), ("97112".into(), Some(15))],
        place_of_service: "11".into(),
        payer_name: "State Fund".into(),
        payer: Payer { is_electronic: true, id: some("SF001"), address: address("98501"), ..Default::default() },
        sheet: Some(Sheet {
            units_rule: Some(UnitsRule::Cms8Minute),
            max_units_per_visit: Some(4),
            timely_filing_days: Some(365),
            ..Default::default()
        }),
        fees: ["97140", "97112"].map(|code| Fee { id: 1, code: code.into(), label: None, cents: 3_700 }).into(),
        order: Some(Order {
            id: 1,
            diagnoses: vec!["S13.4XXA".into(), "M54.2".into()],
            services: vec![],
            prescriber: feld.clone(),
            has_document: true,
        }),
        episode_diagnoses: vec!["S13.4XXA".into()],
        referral: Some(Sent { received_on: day_of("2026-09-16"), has_document: true }),
        referrer: Some(feld),
        coverage: Coverage {
            kind: CoverageKind::WorkersComp,
            claim_no: some("WC-1"),
            employer: some("Foundry Street Bakery"),
            injured_on: Some(day_of("2026-09-14")),
            ..Default::default()
        },
        patient: Patient {
            name: name("Dana", "Whitfield"),
            born_on: Some(day_of("1980-01-01")),
            has_sex: true,
            address: address("98102"),
            release_signed_on: Some(day_of("2026-09-16")),
            assignment_signed_on: Some(day_of("2026-09-16")),
        },
        rendering_npi: some("2000000010"),
        therapist: "Maya Ortiz, LMT".into(),
        therapist_credential: some("LMT"),
        treating: Treating { name: name("Maya", "Ortiz"), taxonomy: some("225700000X") },
        practice: Practice {
            name: "Cedar & Tide Massage".into(),
            npi: some("2000000028"),
            tax_id: some("911234567"),
            taxonomy: some("225700000X"),
            phone: some("+12065550100"),
            address: address("98101-2345"),
            ..Default::default()
        },
        frequency: crate::claims::claim::ORIGINAL,
        part: 1,
        ..Default::default()
    }
}

/// The same for a health plan.
fn health() -> Facts {
    let member = Coverage { kind: CoverageKind::Health, member_no: some("AB 123-45"), ..Default::default() };
    Facts { payer_name: "Cascade Health".into(), coverage: member, ..work_injury() }
}

/// The same for a car insurer.
fn car_accident() -> Facts {
    let mut facts = work_injury();
    facts.payer_name = "Pacific Auto".into();
    facts.coverage.kind = CoverageKind::AutoPip;
    facts.coverage.employer = None;
    facts.coverage.accident_state = some("WA");
    facts
}

/// The same where a parent is insured.
fn child() -> Facts {
    let mut facts = health();
    facts.coverage.relationship = Relationship::Child;
    facts.coverage.insured_name = some("Maria de la Cruz");
    facts.coverage.insured_address = address("98102");
    facts
}

/// One that pays later, with all that a file needs.
fn second_plan() -> OtherPlan {
    OtherPlan {
        payer: "Evergreen Mutual".into(),
        payer_id: some("EVGR7"),
        kind: CoverageKind::Health,
        number: some("E-22"),
        group_no: None,
        plan_name: some("Evergreen Plus"),
        relationship: Relationship::Myself,
        number_is_patients_own: false,
        insured_name: None,
    }
}

/// The last of twelve visits that the payer agreed to.
fn approved() -> Facts {
    but(health(), |f| {
        f.coverage.authorization_no = some("A-77");
        f.coverage.authorization_from = Some(f.service_on);
        f.coverage.authorization_until = Some(f.service_on);
        f.coverage.authorization_visits = Some(12);
        f.visit_of_approval = Some(12);
    })
}

/// A replacement of what the payer decided on December 1: it takes one until May 30.
fn corrected() -> Facts {
    but(health(), |f| {
        (f.frequency, f.payer_claim_no) = (7, some("P-7"));
        sheet(f).corrected_claim_days = Some(180);
        f.decided_on = Some(day_of("2026-12-01"));
        f.today = day_of("2026-12-02");
    })
}

fn but(mut facts: Facts, change: impl FnOnce(&mut Facts)) -> Facts {
    change(&mut facts);
    facts
}

/// A health claim of a visit in another place.
fn elsewhere(change: impl FnOnce(&mut Location)) -> Facts {
    let mut place = Location { name: "Ballard Room".into(), npi: some("2000000044"), address: address("98107-2345") };
    place.address.street = some("7 Elm Court");
    change(&mut place);
    but(health(), |f| f.location = Some(place))
}

fn sheet(facts: &mut Facts) -> &mut Sheet {
    facts.sheet.as_mut().expect("a sheet")
}

fn order(facts: &mut Facts) -> &mut Order {
    facts.order.as_mut().expect("an order")
}

fn referrer(facts: &mut Facts) -> &mut Referrer {
    facts.referrer.as_mut().expect("a referrer")
}

/// Each rule with facts that break it and nothing else.
#[rustfmt::skip]
fn broken() -> Vec<(Rule, Facts)> {
    let long = |n: usize| Some("A".repeat(n));
    let twin = |code: &str| Twin { claim: "C-2026-00007".into(), code: code.into(), modifiers: vec![] };
    vec![
        (Rule::UnitsRuleUnknown, but(health(), |f| sheet(f).units_rule = None)),
        (Rule::NoTreatment, but(health(), |f| f.services.clear())),
        (Rule::CodeRetired, but(health(), |f| { f.services = vec![("97250".into(), Some(30))]; f.fees[0].code = "97250".into() })),
        (Rule::CodeNotAccepted, but(health(), |f| sheet(f).codes = vec![crate::claims::compose::SheetCode { accepted: Some(false), code: "97140".into(), ..Default::default() }])),
        (Rule::ModifiersTooMany, but(health(), |f| { f.services.pop(); sheet(f).line_modifiers = ["GP", "KX", "CQ", "76", "59"].map(String::from).into() })),
        (Rule::ModifierWrong, but(health(), |f| { f.services.pop(); sheet(f).line_modifiers = vec!["GPX".into()] })),
        (Rule::ModifierWrong, but(health(), |f| { f.services.pop(); sheet(f).line_modifiers = vec!["GP".into(), "gp".into()] })),
        (Rule::CodeUnlisted, but(health(), |f| { f.services = vec![("97139".into(), Some(30))]; f.fees[0].code = "97139".into() })),
        (Rule::FeeMissing, but(health(), |f| { f.fees.pop(); })),
        (Rule::ChargeNothing, but(health(), |f| f.fees[0].cents = 0)),
        (Rule::ChargeTooLarge, but(health(), |f| f.fees[0].cents = 10_000_000_000)),
        (Rule::ChargeTooLarge, but(health(), |f| f.fees.iter_mut().for_each(|fee| fee.cents = 3_000_000_000))),
        (Rule::UnitsWrong, but(health(), |f| { sheet(f).units_rule = Some(UnitsRule::CptMidpoint); f.services[0].1 = Some(-60) })),
        (Rule::NothingToBill, but(health(), |f| f.part = 2)),
        (Rule::NoUnits, but(health(), |f| { sheet(f).units_rule = Some(UnitsRule::CptMidpoint); f.services[0].1 = Some(5) })),
        (Rule::OverCap, but(health(), |f| sheet(f).max_units_per_visit = Some(3))),
        (Rule::OverCapAccepted, but(health(), |f| { f.services = vec![("97140".into(), Some(75))]; f.cap_accepted = true })),
        (Rule::LineTwice, but(health(), |f| f.services[1].0 = "97140".into())),
        (Rule::BilledTwice, but(health(), |f| f.twins = vec![twin("97124"), twin("97140")])),
        (Rule::PlaceUnknown, but(health(), |f| f.place_of_service = "29".into())),
        (Rule::ServiceInFuture, but(health(), |f| f.today = day_of("2026-11-22"))),
        (Rule::VisitsADay, but(health(), |f| { sheet(f).max_visits_per_day = Some(1); f.visits_that_day = 1 })),
        (Rule::DiagnosisMissing, but(health(), |f| order(f).diagnoses.clear())),
        (Rule::DiagnosisWrong, but(health(), |f| order(f).diagnoses[1] = "neck".into())),
        (Rule::DiagnosisWrong, but(health(), |f| order(f).diagnoses[1] = "M 54.2".into())),
        (Rule::DiagnosisTwice, but(health(), |f| order(f).diagnoses[1] = "S134XXA".into())),
        (Rule::DiagnosisOfCauseFirst, but(health(), |f| order(f).diagnoses.insert(0, "V43.52XA".into()))),
        (Rule::DiagnosesTooMany, but(health(), |f| order(f).diagnoses.extend((0..11).map(|n| format!("M99.{n:02}"))))),
        (Rule::DiagnosisDoubtful, but(health(), |f| order(f).diagnoses[1] = "M54.5".into())),
        (Rule::DiagnosisNotOrdered, but(health(), |f| f.episode_diagnoses = vec!["M25.511".into()])),
        (Rule::DiagnosisNotPaid, but(health(), |f| sheet(f).diagnoses_refused = vec!["S13".into()])),
        (Rule::DiagnosisNotPaid, but(health(), |f| sheet(f).diagnoses_accepted = vec!["M54".into()])),
        (Rule::SeventhCharacter, but(health(), |f| sheet(f).seventh_characters = vec!["D".into(), "S".into()])),
        (Rule::NotCovered, but(health(), |f| { sheet(f).requires_prescription = Some(true); f.uncovered = some("This is visit 13 of 12"); f.order = None })),
        (Rule::PrescriberNotAllowed, but(health(), |f| sheet(f).who_may_prescribe = vec!["MD".into(), "DO".into()])),
        (Rule::CodeNotOrdered, but(health(), |f| order(f).services = vec!["97112".into(), "moist heat".into()])),
        (Rule::OrderNotOnFile, but(health(), |f| { order(f).has_document = false; f.referral.as_mut().expect("sent").has_document = false })),
        (Rule::ReferrerMissing, but(health(), |f| { f.referrer = None; f.order = None; sheet(f).requires_prescription = None })),
        (Rule::ReferrerNpiMissing, but(health(), |f| referrer(f).npi = None)),
        (Rule::ReferrerNpiWrong, but(health(), |f| referrer(f).npi = some("2003000125"))),
        (Rule::ServiceBeforeReferral, but(health(), |f| f.referral.as_mut().expect("sent").received_on = day_of("2026-11-24"))),
        (Rule::ClaimNoMissing, but(work_injury(), |f| f.coverage.claim_no = None)),
        (Rule::MemberNoMissing, but(health(), |f| f.coverage.member_no = None)),
        (Rule::NumberTooShort, but(health(), |f| f.coverage.member_no = some("1-"))),
        (Rule::NumberTooShort, but(work_injury(), |f| f.coverage.claim_no = some("7"))),
        (Rule::MemberNoOdd, but(health(), |f| f.coverage.member_no = some("AB/123"))),
        (Rule::InjuryDateMissing, but(work_injury(), |f| f.coverage.injured_on = None)),
        (Rule::InjuryAfterVisit, but(work_injury(), |f| f.coverage.injured_on = Some(day_of("2026-11-24")))),
        (Rule::AccidentStateMissing, but(car_accident(), |f| f.coverage.accident_state = None)),
        (Rule::EmployerMissing, but(work_injury(), |f| f.coverage.employer = None)),
        (Rule::InsuredMissing, but(child(), |f| f.coverage.insured_name = None)),
        (Rule::InsuredUnclear, but(child(), |f| f.coverage.insured_name = some("Cruz"))),
        (Rule::InsuredAddressMissing, but(child(), |f| f.coverage.insured_address.city = None)),
        (Rule::NotInForce, but(health(), |f| f.coverage.effective_to = Some(day_of("2026-11-22")))),
        (Rule::NotInForce, but(health(), |f| f.coverage.effective_from = Some(day_of("2026-11-24")))),
        (Rule::AuthorizationMissing, but(health(), |f| sheet(f).requires_authorization = Some(Approval::Always))),
        (Rule::AuthorizationMissing, but(health(), |f| {
            sheet(f).requires_authorization = Some(Approval::AfterVisits);
            sheet(f).approval_tiers = vec![Tier { after_visits: 6, ask: some("the phone line") }];
            f.visit_no = Some(7)
        })),
        (Rule::AuthorizationOutside, but(approved(), |f| f.coverage.authorization_from = Some(day_of("2026-11-24")))),
        (Rule::AuthorizationOutside, but(approved(), |f| f.coverage.authorization_until = Some(day_of("2026-11-22")))),
        (Rule::AuthorizationUsedUp, but(approved(), |f| f.visit_of_approval = Some(13))),
        (Rule::VisitLimitPassed, but(health(), |f| { sheet(f).visit_limit = Some(16); f.visit_of_limit = Some(17) })),
        (Rule::PaysSecond, but(health(), |f| f.coverage.rank = 2)),
        (Rule::OtherPlanUnnamed, but(health(), |f| f.others = vec![second_plan(), OtherPlan { payer_id: None, ..second_plan() }])),
        (Rule::OtherPlanUnnamed, but(health(), |f| f.others = vec![OtherPlan { number: some("1-"), ..second_plan() }])),
        (Rule::OtherPlanUnnamed, but(health(), |f| f.others = vec![OtherPlan { relationship: Relationship::Spouse, ..second_plan() }])),
        (Rule::OtherPlanUnnamed, but(health(), |f| f.others = vec![OtherPlan { kind: CoverageKind::Medicare, ..second_plan() }])),
        (Rule::PayerAddressIncomplete, but(health(), |f| f.payer.address.city = None)),
        (Rule::PayerIdMissing, but(health(), |f| f.payer.id = None)),
        (Rule::PayerIdWrong, but(health(), |f| f.payer.id = some("7"))),
        (Rule::BirthDateMissing, but(health(), |f| f.patient.born_on = None)),
        (Rule::BornAfterVisit, but(health(), |f| f.patient.born_on = Some(day_of("2026-11-24")))),
        (Rule::SexMissing, but(health(), |f| f.patient.has_sex = false)),
        (Rule::AddressMissing, but(health(), |f| f.patient.address.city = None)),
        (Rule::ReleaseNotSigned, but(health(), |f| f.patient.release_signed_on = None)),
        (Rule::AssignmentNotSigned, but(health(), |f| f.patient.assignment_signed_on = None)),
        (Rule::RenderingNpiMissing, but(health(), |f| f.rendering_npi = None)),
        (Rule::RenderingNpiWrong, but(health(), |f| f.rendering_npi = some("3000000000"))),
        (Rule::RenderingNpiOfPractice, but(health(), |f| f.rendering_npi = f.practice.npi.clone())),
        (Rule::ProviderNotPaid, but(health(), |f| sheet(f).provider_types = vec!["PT".into(), "DC".into()])),
        (Rule::TherapistTaxonomyWrong, but(health(), |f| f.treating.taxonomy = some("225700000"))),
        (Rule::BillingNpiMissing, but(health(), |f| f.practice.npi = None)),
        (Rule::BillingNpiWrong, but(health(), |f| f.practice.npi = some("2000000029"))),
        (Rule::BillingTaxonomyWrong, but(health(), |f| f.practice.taxonomy = some("massage"))),
        (Rule::TaxIdMissing, but(health(), |f| f.practice.tax_id = None)),
        (Rule::TaxIdWrong, but(health(), |f| f.practice.tax_id = some("91-123456"))),
        (Rule::BillingAddressMissing, but(health(), |f| f.practice.address.street = None)),
        (Rule::BillingZipShort, but(health(), |f| f.practice.address.zip = some("98101"))),
        (Rule::BillingPoBox, but(health(), |f| f.practice.address.street = some("P.O. Box 12"))),
        (Rule::PayToIncomplete, but(health(), |f| f.practice.pay_to.street = some("PO Box 12"))),
        (Rule::BillingPhoneMissing, but(health(), |f| f.practice.phone = None)),
        (Rule::FacilityIncomplete, elsewhere(|place| place.address.city = None)),
        (Rule::FacilityIncomplete, elsewhere(|place| place.name = " ".into())),
        (Rule::FacilityZipShort, elsewhere(|place| place.address.zip = some("98107"))),
        (Rule::FacilityNpiWrong, elsewhere(|place| place.npi = some("2000000029"))),
        (Rule::OriginalReferenceMissing, but(health(), |f| f.frequency = 7)),
        (Rule::OriginalReferenceMissing, but(health(), |f| f.frequency = 8)),
        (Rule::MedicareTakesNoReplacement, but(health(), |f| { f.coverage.kind = CoverageKind::Medicare; f.frequency = 7; f.payer_claim_no = some("P-7") })),
        (Rule::FilingDeadlineNear, but(health(), |f| f.today = day_of("2027-11-10"))),
        (Rule::FilingDeadlinePassed, but(health(), |f| f.today = day_of("2027-11-24"))),
        (Rule::CorrectionDeadlineNear, but(corrected(), |f| f.today = day_of("2027-05-16"))),
        (Rule::CorrectionDeadlinePassed, but(corrected(), |f| f.today = day_of("2027-05-31"))),
        (Rule::StateWrong, but(health(), |f| f.practice.address.state = some("Washington"))),
        (Rule::ZipWrong, but(health(), |f| f.patient.address.zip = some("981"))),
        (Rule::ZipWrong, but(health(), |f| f.practice.address.zip = some("98101-23"))),
        (Rule::TextUnreadable, but(health(), |f| f.patient.name.last = "李".into())),
        (Rule::TextTooLong, but(health(), |f| f.patient.name.first = long(36))),
        (Rule::TextTooLong, but(work_injury(), |f| f.coverage.claim_no = long(51))),
        (Rule::TextTooLong, but(child(), |f| f.coverage.group_no = long(51))),
        (Rule::TextTooShort, but(health(), |f| f.patient.address.city = some("Y"))),
        (Rule::TextTooLong, elsewhere(|place| place.name = "Ballard ".repeat(8))),
        (Rule::StateWrong, elsewhere(|place| place.address.state = some("Wash"))),
        (Rule::ZipWrong, elsewhere(|place| place.address.zip = some("981"))),
        (Rule::TextLosesLetters, but(health(), |f| f.patient.name.last = "Whitfield 李".into())),
    ]
}

/// What breaks together by nature: without an order there is no diagnosis either, and the one who ordered is not named.
fn brings_along(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::NotCovered => &["diagnosis_missing"],
        Rule::ReferrerMissing => &["diagnosis_missing", "not_covered"],
        _ => &[],
    }
}

#[test]
fn a_sound_claim_has_no_finding_at_all() {
    for facts in [work_injury(), health(), car_accident(), child(), approved(), corrected()] {
        assert_eq!(compose(&facts).findings, [], "{}", facts.payer_name);
    }
}

#[test]
fn each_rule_is_broken_alone_and_says_item_field_and_mend() {
    for (rule, facts) in broken() {
        let found = compose(&facts).findings;
        let others: Vec<&str> = found.iter().map(|f| f.code).filter(|code| !brings_along(rule).contains(code)).collect();
        assert_eq!(others, [rule.code()], "{rule:?}: {found:?}");
        let finding = found.iter().find(|f| f.code == rule.code()).expect("found");
        for words in [finding.item, finding.field, &finding.message, finding.mend, finding.button()] {
            assert!(!words.trim().is_empty() && !words.ends_with('.'), "{rule:?}: {words}");
        }
    }
}

#[test]
fn every_rule_that_there_is_has_facts_that_break_it() {
    let broken = broken();
    let missing: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !broken.iter().any(|(b, _)| b == *rule)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (at, rule) in Rule::ALL.iter().enumerate() {
        assert!(!Rule::ALL[..at].iter().any(|r| r.code() == rule.code()), "{rule:?} has the code of another");
    }
}

#[test]
fn a_correction_is_due_by_the_payers_days_from_its_decision_and_not_from_the_visit() {
    let on = |today: &str| {
        let facts = but(corrected(), |f| {
            sheet(f).timely_filing_days = Some(90);
            f.today = day_of(today);
        });
        compose(&facts).findings.iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(on("2027-05-15"), [""; 0], "past the days for a first claim");
    assert_eq!(
        (on("2027-05-16"), on("2027-05-30")),
        (vec!["correction_deadline_near"], vec!["correction_deadline_near"]),
        "the last day counts"
    );
    assert_eq!(on("2027-05-31"), ["correction_deadline_passed"]);
    let unknown = but(corrected(), |f| {
        sheet(f).corrected_claim_days = None;
        f.today = day_of("2027-11-24");
    });
    assert_eq!(compose(&unknown).findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["filing_deadline_passed"], "nobody asked the payer");
}

#[test]
fn a_finding_leads_to_where_its_own_field_is_entered() {
    let facts = but(health(), |f| f.practice.address.state = some("Washington"));
    let found = compose(&facts).findings;
    assert_eq!((found[0].at, found[0].item, found[0].field), (Place::Practice, "33", "practice's address"));
    assert_eq!(next_step("over_cap"), Some(("Accept the cap", Place::Claim)));
    assert_eq!(next_step("nothing of the kind"), None);
}

#[test]
fn an_order_that_the_payer_does_not_ask_for_stops_nothing() {
    for code in ["code_not_ordered", "diagnosis_not_ordered", "prescriber_not_allowed", "order_not_on_file"] {
        let (rule, mut facts) = broken().into_iter().find(|(rule, _)| rule.code() == code).expect("a rule");
        for (asked, is_found) in [(Some(true), true), (None, true), (Some(false), false)] {
            sheet(&mut facts).requires_prescription = asked;
            assert_eq!(compose(&facts).findings.iter().any(|f| f.code == code), is_found, "{rule:?} where the payer asks {asked:?}");
        }
    }
}

#[test]
fn another_letter_of_the_same_injury_and_a_longer_code_are_the_same_problem() {
    for (treated, ordered, is_same) in [
        ("S13.4XXD", "S13.4XXA", true),
        ("M54.5", "M54.50", true),
        ("M54.2", "M54.6", false),
        ("S13.4", "S13.4XXA", true),
        ("S13.4XXA", "S16.1XXA", false),
    ] {
        let facts = but(health(), |f| {
            f.episode_diagnoses = vec![treated.into()];
            order(f).diagnoses = vec![ordered.into()];
        });
        let is_found = compose(&facts).findings.iter().any(|f| f.code == "diagnosis_not_ordered");
        assert_eq!(is_found, !is_same, "{treated} and {ordered}");
    }
}

#[test]
fn a_payer_on_paper_needs_no_payer_id_and_no_long_zip_code() {
    let facts = but(health(), |f| {
        f.payer = Payer { id: None, is_electronic: false, ..f.payer.clone() };
        f.practice.address.zip = some("98101");
        f.practice.phone = None;
        f.services[0].0 = "97139".into();
        f.fees[0].code = "97139".into();
        f.fees[0].label = some("Cupping");
        f.patient.name.last = "李".into();
    });
    assert_eq!(compose(&facts).findings, []);
}

#[test]
fn whatever_nothing_blocks_is_written_without_a_refusal() {
    let mut dice = any::Dice::new(7);
    let (mut written, mut stopped) = (0, 0);
    for n in 0..3_000 {
        let facts = any::facts(&mut dice);
        let composed = compose(&facts);
        if composed.findings.iter().any(|f| f.severity == Severity::Blocks) {
            stopped += 1;
            continue;
        }
        written += 1;
        if let Err(refusals) = wire::write(&facts, &composed) {
            panic!("case {n}: nothing blocks, and the writer says {refusals:?} of {facts:?}");
        }
    }
    assert!(written > 500 && stopped > 500, "{written} written, {stopped} stopped");
}

#[test]
fn the_bases_are_written_and_what_a_rule_for_files_blocks_is_refused() {
    for facts in [work_injury(), health(), car_accident(), child(), elsewhere(|_| ())] {
        wire::write(&facts, &compose(&facts)).unwrap_or_else(|e| panic!("{}: {e:?}", facts.payer_name));
    }
    let refused = broken().into_iter().filter(|(_, facts)| wire::write(facts, &compose(facts)).is_err()).count();
    assert!(refused > 40, "{refused} of the rules are the writer's too");
}
