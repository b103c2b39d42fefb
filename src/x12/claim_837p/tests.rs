//! What a file looks like in every situation, what makes one impossible, and that it is read again as it was meant.

use super::super::{self as x12, Reader};
use super::*;
use chrono::NaiveDate;

#[path = "../../../tests/x12_fixtures/mod.rs"]
mod x12_fixtures;
use x12_fixtures::*;

const NUMBER: &str = "C-2026-00311";

fn file(claims: &[Claim]) -> Batch {
    write(&partner(), &envelope(), claims).unwrap_or_else(|e| panic!("{e:?}"))
}

fn segments(text: &str) -> Vec<&str> {
    text.split_terminator('~').collect()
}

/// The segments of a claim's own loops.
fn own(claim: Claim) -> Vec<String> {
    let batch = file(&[claim]);
    let all = segments(&batch.text);
    // ISA and GS stand before the ST.
    all[batch.claims[0].first + 1..=batch.claims[0].last + 1].iter().map(|s| s.to_string()).collect()
}

fn starting<'a>(all: &'a [String], with: &str) -> Vec<&'a str> {
    all.iter().map(String::as_str).filter(|s| s.starts_with(with)).collect()
}

/// The claim's segments between two, the first included.
fn between<'a>(all: &'a [String], from: &str, to: &str) -> Vec<&'a str> {
    let tail = all.iter().map(String::as_str).skip_while(|s| !s.starts_with(from));
    tail.take_while(|s| !s.starts_with(to)).collect()
}

fn refusals(claim: Claim) -> Vec<String> {
    let told = write(&partner(), &envelope(), &[claim]).expect_err("refused");
    told.iter().map(Refusal::to_string).collect()
}

fn refused(spoil: impl Fn(&mut Claim<'static>)) -> String {
    let mut spoiled = claim(NUMBER);
    spoil(&mut spoiled);
    refusals(spoiled).join("; ")
}

#[test]
fn the_claim_of_a_group_is_written_whole() {
    let batch = file(&[claim(NUMBER)]);
    let expected = [
        "ISA*00*          *00*          *ZZ*CEDARTIDE      *30*330897513      *261125*0905*^*00501*000000042*0*P*:",
        "GS*HC*CEDARTIDE*OA*20261125*0905*17*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*B-2026-0042*20261125*0905*CH",
        "NM1*41*2*CEDAR & TIDE MASSAGE*****46*CEDARTIDE",
        "PER*IC*GWEN HOLLIS*TE*2065550101*EM*GWEN@CEDARTIDE.EXAMPLE",
        "NM1*40*2*OFFICE ALLY*****46*330897513",
        "HL*1**20*1",
        "PRV*BI*PXC*225700000X",
        "NM1*85*2*CEDAR & TIDE MASSAGE*****XX*2003009000",
        "N3*14 ALDER WAY, SUITE 3",
        "N4*SEATTLE*WA*981070142",
        "REF*EI*912345678",
        "HL*2*1*22*0",
        "SBR*P*18*G-7001******CI",
        "NM1*IL*1*WHITFIELD*DANA****MI*HHP4471902",
        "N3*210 FIR STREET*APT. #4",
        "N4*SEATTLE*WA*98117",
        "DMG*D8*19710308*F",
        "NM1*PR*2*HARBOR HEALTH PLAN*****PI*HHP01",
        "CLM*C202600311*120***11:B:1*Y*A*Y*Y",
        "HI*ABK:M542*ABF:M5459",
        "NM1*DN*1*FELD*MARCUS****XX*2003000124",
        "NM1*82*1*ORTIZ*MAYA****XX*2003009018",
        "PRV*PE*PXC*225700000X",
        "LX*1",
        "SV1*HC:97124*120*UN*4***1",
        "DTP*472*D8*20261103",
        "REF*6R*1",
        "SE*28*0001",
        "GE*1*17",
        "IEA*1*000000042",
    ];
    assert_eq!(segments(&batch.text), expected);
    assert_eq!(batch.claims, [Placed { number: "C202600311".into(), transaction: "0001".into(), first: 12, last: 27 }]);
}

#[test]
fn a_sole_practitioner_bills_as_a_person_and_treats_unsaid() {
    let batch = file(&[of_sole_practitioner(NUMBER)]);
    let all: Vec<String> = segments(&batch.text).iter().map(|s| s.to_string()).collect();
    let billing = [
        "NM1*85*1*ORTIZ*MAYA****XX*2003009018",
        "N3*14 ALDER WAY, SUITE 3",
        "N4*SEATTLE*WA*981070142",
        "REF*SY*912345678",
        "REF*0B*MA6100901",
        "PER*IC*MAYA ORTIZ*TE*2065550102",
        "NM1*87*1",
        "N3*PO BOX 88",
        "N4*SEATTLE*WA*98107",
    ];
    assert_eq!(between(&all, "NM1*85", "HL*2"), billing);
    assert_eq!(starting(&all, "NM1*82"), [""; 0]);
}

#[test]
fn a_line_names_who_treated_only_where_it_was_another() {
    let lines = |claim: fn(&'static str) -> Claim<'static>, who| {
        let mut claim = claim(NUMBER);
        claim.lines[0].rendering = Some(who);
        between(&own(claim), "REF*6R", "never").join("~")
    };
    assert_eq!(lines(claim, MAYA), "REF*6R*1");
    assert_eq!(lines(of_sole_practitioner, MAYA), "REF*6R*1");
    assert_eq!(lines(claim, JONAH), "REF*6R*1~NM1*82*1*REED*JONAH****XX*2003009026~PRV*PE*PXC*225700000X");
}

#[test]
fn a_patient_who_is_not_the_subscriber_has_a_loop_of_their_own() {
    let all = own(of_dependent(NUMBER));
    let expected = [
        "HL*2*1*22*1",
        "SBR*P**G-7001******CI",
        "NM1*IL*1*WHITFIELD*OWEN****MI*HHP4471902",
        "NM1*PR*2*HARBOR HEALTH PLAN*****PI*HHP01",
        "HL*3*2*23*0",
        "PAT*01",
        "NM1*QC*1*WHITFIELD*DANA",
        "N3*210 FIR STREET*APT. #4",
        "N4*SEATTLE*WA*98117",
        "DMG*D8*19710308*F",
    ];
    assert_eq!(between(&all, "HL*2", "CLM"), expected);
}

#[test]
fn a_dependent_with_a_member_id_of_their_own_is_sent_as_the_subscriber() {
    assert_eq!(own(of_dependent_with_own_id(NUMBER)), own(claim(NUMBER)));
}

#[test]
fn a_facility_is_named_unless_it_is_the_patients_home_or_the_practice() {
    let named = between(&own(elsewhere(NUMBER, "99")), "NM1*77", "LX").join("~");
    assert_eq!(named, "NM1*77*2*CEDAR & TIDE AT THE DOCK*****XX*2003000777~N3*9 DOCK STREET~N4*BALLARD*WA*981071234");
    assert_eq!(starting(&own(elsewhere(NUMBER, "12")), "NM1*77"), [""; 0]);
    let mut here = elsewhere(NUMBER, "11");
    here.facility.as_mut().expect("one").address = Address { street: "14 Alder Way Suite 3", zip: "98107", ..OFFICE };
    assert_eq!(starting(&own(here), "NM1*77"), [""; 0]);
    let mut own_number = elsewhere(NUMBER, "11");
    own_number.facility.as_mut().expect("one").npi = Some(GROUP.npi);
    assert_eq!(starting(&own(own_number), "NM1*77"), ["NM1*77*2*CEDAR & TIDE AT THE DOCK"]);
}

#[test]
fn authorization_and_referral_stand_on_the_claim_and_on_a_line_only_where_they_differ() {
    let all = own(authorized(NUMBER));
    assert_eq!(between(&all, "CLM", "HI"), ["CLM*C202600311*166.50***11:B:1*Y*A*Y*Y", "REF*9F*R-77", "REF*G1*VA0012345678"]);
    let lines = ["LX*1", "SV1*HC:97124*120*UN*4***1", "DTP*472*D8*20261103", "REF*6R*1"];
    assert_eq!(between(&all, "LX*1", "LX*2"), lines);
    let second = ["LX*2", "SV1*HC:97140:GP:59*46.50*UN*1***1", "DTP*472*D8*20261103", "REF*G1*VA0099", "REF*6R*2", "REF*9F*R-78"];
    assert_eq!(between(&all, "LX*2", "never"), second);
}

#[test]
fn a_car_accident_says_state_day_and_the_insurers_number() {
    let all = own(of_car_accident(NUMBER));
    assert_eq!(between(&all, "SBR", "N3"), ["SBR*P*18*******AM", "NM1*IL*1*WHITFIELD*DANA****MI*PIP881203"]);
    assert_eq!(between(&all, "DMG", "CLM"), ["DMG*D8*19710308*F", "REF*Y4*PIP-88-1203", "NM1*PR*2*PACIFIC AUTO PIP*****PI*PACAP"]);
    let expected = [
        "CLM*C202600311*120***11:B:1*Y*A*Y*Y**AA:::WA",
        "DTP*439*D8*20261002",
        "DTP*444*D8*20261005",
        "PWK*PN*FX***AC*C202600311N",
        "PWK*OZ*AA",
        "HI*ABK:S134XXA*ABF:V4352XA",
    ];
    assert_eq!(between(&all, "CLM", "NM1"), expected);
}

#[test]
fn a_work_injury_is_insured_by_the_employer() {
    let all = own(of_work_injury(NUMBER));
    let expected = [
        "HL*2*1*22*1",
        "SBR*P********WC",
        "NM1*IL*2*HARBOR WORKS, INC.*****MI*SF12345",
        "NM1*PR*2*STATE FUND*****PI*WALNI",
        "REF*G2*0123456",
        "HL*3*2*23*0",
        "PAT*20",
        "NM1*QC*1*WHITFIELD*DANA",
        "N3*210 FIR STREET*APT. #4",
        "N4*SEATTLE*WA*98117",
        "DMG*D8*19710308*F",
        "REF*Y4*SF-12345",
        "REF*1W*E-204",
        "CLM*C202600311*120***11:B:1*Y*A*Y*Y**EM",
        "DTP*439*D8*20260914",
        "DTP*314*RD8*20260915-20260930",
        "DTP*297*D8*20260914",
        "DTP*296*D8*20261001",
    ];
    assert_eq!(between(&all, "HL*2", "HI"), expected);
}

#[test]
fn a_secondary_claim_carries_what_the_first_payer_decided_line_by_line() {
    let all = own(secondary(NUMBER));
    assert_eq!(starting(&all, "SBR"), ["SBR*S*18*G-7001******CI", "SBR*P*18*******CI"]);
    let other = [
        "SBR*P*18*******CI",
        "AMT*D*80",
        "OI***Y***Y",
        "MOA***MA01",
        "NM1*IL*1*WHITFIELD*DANA****MI*EPO1",
        "N3*210 FIR STREET*APT. #4",
        "N4*SEATTLE*WA*98117",
        "NM1*PR*2*EVERGREEN PPO*****PI*EVG22",
        "REF*F8*ICN 99-1",
    ];
    assert_eq!(between(&all, "SBR*P", "LX"), other);
    let lines = [
        "LX*1",
        "SV1*HC:97124*120*UN*4***1",
        "DTP*472*D8*20261103",
        "REF*6R*1",
        "SVD*EVG22*80*HC:97124**4",
        "CAS*CO*45*20",
        "CAS*PR*1*10**2*10",
        "DTP*573*D8*20261117",
        "AMT*EAF*20",
        "LX*2",
        "SV1*HC:97140*46.50*UN*1***1",
        "DTP*472*D8*20261103",
        "REF*6R*2",
        "SVD*EVG22*0*HC:97140:59**0",
        "CAS*CO*97*46.50",
        "DTP*573*D8*20261117",
        "AMT*EAF*0",
    ];
    assert_eq!(between(&all, "LX*1", "never"), lines);
}

#[test]
fn a_first_payer_that_answered_for_the_claim_only_is_told_on_the_claim_only() {
    let all = own(secondary_by_claim(NUMBER));
    let other = ["SBR*P*18*******CI", "CAS*CO*45*10", "CAS*PR*3*20", "AMT*D*90", "AMT*EAF*20", "OI***Y***Y"];
    assert_eq!(between(&all, "SBR*P", "MOA"), other);
    let payer = ["NM1*PR*2*EVERGREEN PPO*****PI*EVG22", "DTP*573*D8*20261117", "REF*F8*ICN 99-1"];
    assert_eq!(between(&all, "NM1*PR*2*EVERGREEN", "LX"), payer);
    assert_eq!(starting(&all, "SVD"), [""; 0]);
}

#[test]
fn more_than_six_reasons_of_a_group_take_another_segment() {
    let mut claim = secondary_by_claim(NUMBER);
    let decision = claim.other_payers[0].decision.as_mut().expect("one");
    decision.adjustments = (0..7).map(|_| adjustment(Group::Contractual, "45", 400)).collect();
    decision.adjustments.insert(1, Adjustment { quantity: Some(2), ..adjustment(Group::Patient, "3", 200) });
    let all = own(claim);
    let expected = ["CAS*CO*45*4**45*4**45*4**45*4**45*4**45*4", "CAS*CO*45*4", "CAS*PR*3*2*2"];
    assert_eq!(starting(&all, "CAS"), expected);
}

#[test]
fn a_replacement_and_a_void_name_the_payers_number_under_the_same_claim_number() {
    for (frequency, clm) in [(Frequency::Replacement("ICN-77 1"), "11:B:7"), (Frequency::Void("ICN-77 1"), "11:B:8")] {
        let all = own(Claim { frequency, ..claim(NUMBER) });
        let expected = [format!("CLM*C202600311*120***{clm}*Y*A*Y*Y"), "REF*F8*ICN-77 1".into()];
        assert_eq!(between(&all, "CLM", "HI"), expected);
    }
}

#[test]
fn a_late_claim_says_why_in_the_twentieth_place() {
    let all = own(Claim { delay_reason: Some(9), ..claim(NUMBER) });
    assert_eq!(starting(&all, "CLM"), ["CLM*C202600311*120***11:B:1*Y*A*Y*Y***********9"]);
    assert_eq!(starting(&all, "CLM")[0].split('*').nth(20), Some("9"));
}

#[test]
fn everything_stands_in_the_order_of_the_guide() {
    let situation = situations().into_iter().find(|s| s.name == "everything at once").expect("it");
    let all = own(situation.claims[0].clone());
    let claim_level = [
        "CLM*C202600311*2000.50***11:B:1*Y*C*N*I*P*EM:OA",
        "DTP*431*D8*20260801",
        "DTP*454*D8*20260803",
        "DTP*304*D8*20261020",
        "DTP*439*D8*20260730",
        "DTP*471*D8*20260802",
        "DTP*360*D8*20260801",
        "AMT*F5*25.50",
        "REF*G1*AUTH-9",
        "NTE*ADD*PATIENT 3 OF 6 VISITS PROGRESS 20 %",
        "HI*ABK:M542*ABF:M546*ABF:M5412*ABF:M5416*ABF:M62830*ABF:M62838*ABF:M7918*ABF:M797*ABF:M25511*ABF:M25512*ABF:G44209*ABF:S335XXA",
        "HI*BG:W2*BG:W3",
        "NM1*DN*1*RAMAN*PRIYA",
        "REF*0B*MD60012345",
        "NM1*77*2*DOCK",
        "N3*9 DOCK STREET",
        "N4*BALLARD*WA*981071234",
        "NM1*DQ*1*RAMAN*PRIYA****XX*2003000033",
    ];
    assert_eq!(between(&all, "CLM", "LX"), claim_level);
    let last = [
        "LX*50",
        "SV1*HC:97139:GP:59:76:52:CUPPING*40.01*UN*1*12**12:1:2:3",
        "DTP*472*D8*20261103",
        "REF*6R*50",
        "NTE*ADD*TAUGHT AT HOME",
        "NM1*82*1*REED*JONAH****XX*2003009026",
        "PRV*PE*PXC*225700000X",
        "NM1*DK*1*RAMAN*PRIYA****XX*2003000033",
    ];
    assert_eq!(between(&all, "LX*50", "never"), last);
    let subscriber = ["SBR*P*18**HARBOR WORKS*****CI", "NM1*IL*1*PENA-O'BRIEN*ZOE*M.**JR*MI*HHP4471902"];
    assert_eq!(between(&all, "SBR", "N3"), subscriber);
}

#[test]
fn claims_of_one_billing_provider_share_its_loop_and_every_level_has_its_parent() {
    let situation = situations().into_iter().find(|s| s.name == "several claims of two billing providers").expect("it");
    let batch = file(&situation.claims);
    let levels: Vec<&str> = segments(&batch.text).into_iter().filter(|s| s.starts_with("HL*")).collect();
    let expected = [
        "HL*1**20*1",
        "HL*2*1*22*0",
        "HL*3*1*22*1",
        "HL*4*3*23*0",
        "HL*5*1*22*1",
        "HL*6*5*23*0",
        "HL*7*1*22*0",
        "HL*8**20*1",
        "HL*9*8*22*0",
        "HL*10*8*22*0",
    ];
    assert_eq!(levels, expected);
}

#[test]
fn a_segment_that_a_999_names_by_its_position_leads_to_its_claim() {
    for situation in situations() {
        let batch = write(&situation.partner, &envelope(), &situation.claims).expect("written");
        let mut reader = Reader::new(batch.text.as_bytes());
        let (mut transaction, mut position, mut met) = (String::new(), 0, 0);
        while let Some(segment) = reader.next().expect("read") {
            position = if segment.id() == "ST" { 1 } else { position + 1 };
            if segment.id() == "ST" {
                transaction = segment.get(2).into();
            }
            let at = batch.claims.iter().position(|c| c.transaction == transaction && (c.first..=c.last).contains(&position));
            match (segment.id(), segment.get(3)) {
                ("CLM", _) => {
                    let at = at.expect("a claim's place");
                    assert_eq!(segment.get(1), wire_number(situation.claims[at].number), "{}", situation.name);
                    met += 1;
                }
                ("HL", "22") => assert!(batch.claims.iter().any(|c| c.transaction == transaction && c.first == position)),
                ("ST" | "BHT" | "SE" | "GE" | "IEA" | "ISA" | "GS", _) | ("HL", "20") => assert_eq!(at, None, "{}", segment.text()),
                ("LX" | "SV1" | "SBR" | "SVD" | "CAS" | "HI", _) => assert!(at.is_some(), "{}", segment.text()),
                _ => {}
            }
        }
        assert_eq!(met, situation.claims.len(), "{}", situation.name);
    }
}

#[test]
fn every_trailer_counts_right_and_control_numbers_meet() {
    let mut all = situations();
    all.push(too_many_for_one_transaction());
    for situation in all {
        let batch = write(&situation.partner, &envelope(), &situation.claims).expect("written");
        let mut reader = Reader::new(batch.text.as_bytes());
        let (mut count, mut control, mut transactions) = (0, String::new(), 0);
        while let Some(segment) = reader.next().expect("read") {
            count += 1;
            match segment.id() {
                "ST" => {
                    transactions += 1;
                    (count, control) = (1, segment.get(2).into());
                    assert_eq!(control, format!("{transactions:04}"));
                }
                "SE" => assert_eq!((segment.number(1), segment.get(2)), (Ok(Some(count)), control.as_str())),
                "GE" => assert_eq!((segment.number(1), segment.get(2)), (Ok(Some(transactions)), "17")),
                "IEA" => assert_eq!((segment.get(1), segment.get(2)), ("1", "000000042")),
                _ => {}
            }
        }
        assert_eq!(batch.transactions as i64, transactions, "{}", situation.name);
    }
}

#[test]
fn a_partner_may_want_a_transaction_for_each_claim_and_none_takes_more_than_5000() {
    let claims = [claim(NUMBER), of_dependent("C-2026-00312")];
    let told = write(&Partner { one_claim_per_transaction: true, ..partner() }, &envelope(), &claims).expect("written");
    assert_eq!(told.claims.iter().map(|c| c.transaction.as_str()).collect::<Vec<_>>(), ["0001", "0002"]);
    assert_eq!(told.claims.iter().map(|c| c.first).collect::<Vec<_>>(), [12, 12]);
    let many = too_many_for_one_transaction();
    let told = file(&many.claims);
    assert_eq!((told.transactions, told.claims[4_999].transaction.as_str(), told.claims[5_000].transaction.as_str()), (2, "0001", "0002"));
}

#[test]
fn a_partner_may_have_separators_of_its_own_and_a_test_is_marked() {
    let delimiters = Delimiters { element: b'|', component: b'>', repetition: Some(b'!'), segment: b'\n' };
    let told = write(&Partner { delimiters, test: true, wants_ta1: true, ..partner() }, &envelope(), &[claim(NUMBER)]).expect("written");
    assert!(told.text.contains("|!|00501|000000042|1|T|>\nGS|HC|") && told.text.contains("\nSV1|HC>97124|120|UN|4|||1\n"), "{told:?}");
}

#[test]
fn text_is_made_plain_and_nothing_separates_within_it() {
    let mut claim = claim(NUMBER);
    claim.patient.name = Person { last: " Peña~Lopez ", first: Some("Zoë:Ann"), middle: None, suffix: None };
    claim.patient.address.street = "12 Øst*Way^";
    let all = own(claim);
    assert_eq!(starting(&all, "NM1*IL"), ["NM1*IL*1*PENA LOPEZ*ZOE ANN****MI*HHP4471902"]);
    assert_eq!(starting(&all, "N3"), ["N3*12 OST WAY*APT. #4"]);
}

#[test]
fn hostile_text_in_any_field_is_made_plain_or_refused_and_never_breaks_the_file() {
    type Put = fn(&mut Claim<'static>, &'static str);
    let fields: &[Put] = &[
        |c, t| c.patient.name.last = t,
        |c, t| c.patient.name.first = Some(t),
        |c, t| c.patient.name.middle = Some(t),
        |c, t| c.patient.name.suffix = Some(t),
        |c, t| c.patient.address.street = t,
        |c, t| c.patient.address.street2 = Some(t),
        |c, t| c.patient.address.city = t,
        |c, t| c.patient.address.state = t,
        |c, t| c.patient.address.zip = t,
        |c, t| c.coverage.member_id = Some(t),
        |c, t| c.coverage.group_number = Some(t),
        |c, t| c.coverage.payer.name = t,
        |c, t| c.coverage.payer.id = t,
        |c, t| c.coverage.payer.provider_number = Some(t),
        |c, t| c.place_of_service = t,
        |c, t| c.diagnoses[0] = t,
        |c, t| c.condition_codes = vec![t],
        |c, t| c.authorization = Some(t),
        |c, t| c.referral_number = Some(t),
        |c, t| c.frequency = Frequency::Replacement(t),
        |c, t| c.note = Some(t),
        |c, t| c.attachments = vec![Attachment { kind: "PN", how: "FX", control: Some(t) }],
        |c, t| c.attachments = vec![Attachment { kind: t, how: t, control: None }],
        |c, t| c.referring = Some(Practitioner { license: Some(t), ..FELD }),
        |c, t| c.rendering = Some(Practitioner { taxonomy: Some(t), ..MAYA }),
        |c, t| c.rendering = Some(Practitioner { npi: Some(t), ..MAYA }),
        |c, t| c.lines[0].code = t,
        |c, t| c.lines[0].modifiers = vec![t],
        |c, t| c.lines[0].description = Some(t),
        |c, t| c.lines[0].note = Some(t),
        |c, t| c.lines[0].decisions[0].code = t,
        |c, t| c.lines[0].decisions[0].adjustments[0].reason = t,
        |c, t| c.other_payers[0].decision.as_mut().expect("one").claim_number = Some(t),
        |c, t| c.other_payers[0].decision.as_mut().expect("one").remarks = vec![t],
    ];
    let shape = |put: &Put, text| {
        let mut claim = secondary(NUMBER);
        put(&mut claim, text);
        let batch = write(&partner(), &envelope(), &[claim]).ok()?;
        assert!(batch.text.bytes().all(|b| (b' '..=b'~').contains(&b)), "{text:?}");
        let count = |s: &str, c| s.matches(c).count();
        Some(segments(&batch.text).iter().map(|s| (s[..2].to_string(), count(s, '*'), count(s, ':'))).collect::<Vec<_>>())
    };
    for (at, put) in fields.iter().enumerate() {
        let plain = shape(put, "AXB");
        for hostile in
            ["A~B", "A*B", "A:B", "A^B", "A\nSE*1*0001~B", "A\u{0}B", "A\u{1f}B", "A李B", "AßB", "A\u{202e}B", "~~", "**", "::", " ", ""]
        {
            let told = shape(put, hostile);
            assert!(told.is_none() || hostile.len() < 3 || told == plain, "field {at}, {hostile:?}");
        }
    }
}

#[test]
fn no_segment_ends_in_an_empty_element() {
    for situation in situations().into_iter().filter(|s| s.partner.delimiters == Delimiters::default()) {
        let text = write(&situation.partner, &envelope(), &situation.claims).expect("written").text;
        // An ISA ends in its separators.
        for segment in segments(&text)[1..].iter() {
            assert!(!segment.ends_with(['*', ':']) && !segment.contains(":*"), "{}: {segment}", situation.name);
        }
    }
}

#[test]
fn the_same_facts_make_the_same_bytes() {
    for situation in situations() {
        let again = || write(&situation.partner, &envelope(), &situation.claims).expect("written").text;
        assert_eq!(again(), again());
    }
}

#[test]
fn a_refusal_names_the_claim_and_the_field_and_all_are_told_at_once() {
    let mut spoiled = claim(NUMBER);
    spoiled.patient.address.zip = "9811";
    spoiled.lines.push(Line { units: 0, code: "9714", ..line(2, "97140", 4_650, 1) });
    let expected = [
        "C-2026-00311: line 2, units are not at least 1",
        "C-2026-00311: patient's ZIP code does not have five or nine digits",
        "C-2026-00311: line 2, code is not 5 letters and digits",
    ];
    assert_eq!(refusals(spoiled), expected);
}

#[test]
fn what_is_wrong_with_the_billing_provider_is_refused_for_each_of_its_claims() {
    let billing = BillingProvider { npi: "2003009001", address: Address { street: "P.O. Box 7", zip: "98107", ..OFFICE }, ..GROUP };
    let claims =
        [Claim { billing: &billing, ..claim(NUMBER) }, claim("C-2026-00312"), Claim { billing: &billing, ..claim("C-2026-00313") }];
    let told = write(&partner(), &envelope(), &claims).expect_err("refused");
    let said: Vec<String> = told.iter().map(Refusal::to_string).collect();
    let expected = |number| {
        [
            format!("{number}: billing provider's NPI is none: a digit is wrong"),
            format!("{number}: billing provider's street is a PO box; it belongs into the pay-to address"),
            format!("{number}: billing provider's ZIP code does not have nine digits"),
        ]
    };
    assert_eq!(said, [expected("C-2026-00311"), expected("C-2026-00313")].concat());
}

#[test]
fn each_field_that_a_payer_would_send_back_is_refused() {
    type Spoil = fn(&mut Claim<'static>);
    let cases: &[(Spoil, &str)] = &[
        (|c| c.number = "C-2026-0031100000000000", "claim number does not have 1 to 20 letters and digits"),
        (|c| c.number = "--", "claim number does not have"),
        (|c| c.coverage.member_id = None, "insured's member id is missing"),
        (|c| c.coverage.payer.id = " ", "payer's id is missing"),
        (|c| c.patient.name.last = "李", "patient's last name has no letter or digit that X12 carries"),
        (|c| c.patient.name.first = Some("Maximiliana Wilhelmina Augusta Teresa"), "patient's first name is longer than 35 characters"),
        (|c| c.patient.address.city = "", "patient's city is missing"),
        (|c| c.patient.address.state = "Washington", "patient's state is not two letters"),
        (|c| c.place_of_service = "1", "place of service does not have 2 digits"),
        (|c| c.diagnoses = vec![], "diagnoses are 0; a claim carries 1 to 12"),
        (|c| c.diagnoses = vec!["M54.2"; 13], "diagnoses are 13"),
        (|c| c.diagnoses = vec!["M54.2", "M542"], "diagnosis 2 stands there twice"),
        (|c| c.diagnoses = vec!["V43.52XA"], "diagnosis 1 says how it happened and not what it is"),
        (|c| c.diagnoses = vec!["neck"], "diagnosis 1 has not the shape of ICD-10-CM"),
        (|c| c.rendering = None, "rendering provider is missing, and a group bills"),
        (|c| c.rendering = Some(Practitioner { npi: None, ..MAYA }), "rendering provider's NPI is missing"),
        (|c| c.rendering = Some(Practitioner { npi: Some(GROUP.npi), ..MAYA }), "rendering provider's NPI is that of the group"),
        (|c| c.referring = Some(Practitioner { npi: Some("1234567890"), ..FELD }), "referring provider's NPI is none: a digit is wrong"),
        (|c| c.causes.auto = true, "accident date is missing, and an accident is the cause; C-2026-00311: state of the car accident"),
        (|c| c.causes.work = true, "accident or onset date is missing, and work is the cause"),
        (|c| c.coverage.filing = Filing::AutoMedical, "causes must name the car accident where a car insurer pays"),
        (|c| c.coverage.filing = Filing::WorkersComp, "insured must be the employer where workers' compensation pays"),
        (|c| c.coverage.insured = Insured::Employer { name: "Harbor Works" }, "insured is an employer"),
        (|c| c.coverage.insurance_type = Some("12"), "insurance type is only said where Medicare pays after another payer"),
        (|c| c.frequency = Frequency::Void(" "), "payer's number of the claim that is corrected is missing"),
        (|c| (c.frequency, c.coverage.filing) = (Frequency::Replacement("1"), Filing::MedicareB), "frequency must be 1"),
        (|c| c.delay_reason = Some(12), "delay reason is none of 1 to 11 and 15"),
        (
            |c| c.note = Some("A long note that says more than the eighty characters which a claim has for its note."),
            "claim note is longer than 80",
        ),
        (
            |c| c.attachments = vec![Attachment { kind: "77", how: "FX", control: Some("12") }],
            "attachment's kind is none that a claim takes",
        ),
        (|c| c.attachments = vec![Attachment { kind: "PN", how: "FX", control: None }], "attachment's control number is missing"),
        (|c| c.patient_paid_cents = -1, "patient's payment is less than nothing"),
        (|c| c.lines = vec![], "lines are 0; a claim carries 1 to 50"),
        (|c| c.lines = (1..=51).map(|n| line(n, "97124", 100, 1)).collect(), "lines are 51"),
        (|c| c.lines.push(line(1, "97140", 100, 1)), "line 1, number must be its own, from 1"),
        (|c| c.lines[0].charge_cents = 0, "line 1, charge is not more than nothing"),
        (|c| c.lines[0].charge_cents = i64::MAX, "line 1, charge is more than any bill"),
        (|c| c.lines[0].units = 0, "line 1, units are not at least 1"),
        (|c| c.lines[0].on = on(11, 26), "line 1, date of service is after the day of the file"),
        (|c| c.patient.born_on = on(11, 4), "line 1, date of service is before the patient's birth"),
        (|c| c.lines[0].code = "97139", "line 1, description is missing, and the code names no service"),
        (|c| c.lines[0].rendering = Some(Practitioner { npi: None, ..MAYA }), "line 1, rendering provider's NPI is missing"),
        (|c| c.coverage.injury_claim_number = Some("PIP-1"), "insurer's number of the injury is only said to an insurer of injuries"),
        (|c| c.lines[0].pointers = vec![], "line 1, pointers are 0; a line has 1 to 4"),
        (|c| c.lines[0].pointers = vec![3], "line 1, pointer 3 names no diagnosis of the claim"),
        (|c| c.lines[0].pointers = vec![1, 1], "line 1, pointer 1 stands there twice"),
        (|c| c.lines[0].code = "97:24", "line 1, code is not 5 letters and digits"),
        (|c| c.lines[0].modifiers = vec!["59", "59"], "line 1, modifiers have one twice"),
        (|c| c.lines[0].modifiers = vec!["5"], "line 1, modifier is not 2 letters and digits"),
        (|c| c.lines[0].modifiers = vec!["GP", "59", "76", "52", "22"], "line 1, modifiers are more than four"),
        (|c| c.coverage.rank = Rank::Secondary, "primary payer is missing; it pays before this one"),
    ];
    for (spoil, expected) in cases {
        let told = refused(spoil);
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn a_secondary_claim_that_does_not_add_up_by_a_cent_is_refused_with_both_amounts() {
    type Spoil = fn(&mut Claim<'static>);
    fn decision<'a>(claim: &'a mut Claim<'static>) -> &'a mut Decision<'static> {
        claim.other_payers[0].decision.as_mut().expect("one")
    }
    let cases: &[(Spoil, &str)] = &[
        (|c| decision(c).paid_cents += 1, "other payer's payment does not add up: it is 80.01, its lines say 80"),
        (
            |c| c.lines[0].decisions[0].paid_cents -= 1,
            "line 1, other payer's decision does not add up: paid and adjusted are 119.99, charged was 120",
        ),
        (
            |c| c.lines[1].decisions[0].adjustments[0].cents += 1,
            "line 2, other payer's decision does not add up: paid and adjusted are 46.51",
        ),
        (|c| c.lines[1].decisions.clear(), "other payer's decision does not add up: paid and adjusted are 120, charged was 166.50"),
        (|c| c.lines[0].decisions[0].payer_id = "OTHER", "line 1, deciding payer's id is of none of the claim's other payers that decided"),
        (|c| c.other_payers[0].decision = None, "other payer's decision is missing; it pays before this one"),
        (|c| c.coverage.rank = Rank::Primary, "other payer's rank is another payer's too"),
        (|c| c.other_payers[0].coverage.rank = Rank::Tertiary, "other payer's decision is of a payer that comes after this one"),
        (|c| c.other_payers.push(c.other_payers[0].clone()), "other payer's id stands there twice"),
    ];
    for (spoil, expected) in cases {
        let mut claim = secondary(NUMBER);
        spoil(&mut claim);
        let told = refusals(claim).join("; ");
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let mut claim = secondary_by_claim(NUMBER);
    decision(&mut claim).paid_cents += 1;
    assert_eq!(refusals(claim), ["C-2026-00311: other payer's decision does not add up: paid and adjusted are 120.01, charged was 120"]);
}

#[test]
fn partner_and_numbers_are_checked_before_any_claim() {
    let said = |partner: &Partner, envelope: &Envelope, claims: &[Claim]| {
        let told = write(partner, envelope, claims).expect_err("refused");
        told.iter().map(Refusal::to_string).collect::<Vec<_>>().join("; ")
    };
    let good = [claim(NUMBER)];
    assert_eq!(said(&partner(), &envelope(), &[]), "batch has no claims");
    let sender = Mailbox { qualifier: "ZZ", id: "A NAME TOO LONG FOR IT" };
    assert_eq!(
        said(&Partner { sender, ..partner() }, &envelope(), &good),
        "partner's sender id (ISA06) needs 1 to 15 characters that separate nothing"
    );
    let used_up = Envelope { interchange_control: 1_000_000_000, first_transaction_control: 0, ..envelope() };
    assert!(said(&partner(), &used_up, &good).starts_with("interchange control number is not between 1 and 999999999; first transaction"));
    for (delimiters, expected) in [
        (Delimiters { repetition: None, ..Delimiters::default() }, "have none for repetition"),
        (Delimiters { component: b'*', ..Delimiters::default() }, "are not all different"),
        (Delimiters { segment: b'-', ..Delimiters::default() }, "are characters that data are made of"),
    ] {
        assert!(said(&Partner { delimiters, ..partner() }, &envelope(), &good).contains(expected));
    }
    let twice = [claim(NUMBER), claim("c202600311")];
    assert_eq!(said(&partner(), &envelope(), &twice), "c202600311: claim number is another claim's too");
}

#[test]
fn a_claim_number_travels_as_letters_and_digits() {
    assert_eq!(wire_number("C-2026-00311"), "C202600311");
    assert_eq!(wire_number(" c 1/é "), "C1");
}

#[test]
fn a_batch_does_not_print_its_patients() {
    let told = format!("{:?}", file(&[claim(NUMBER)]));
    assert!(told.starts_with("Batch of 1 claims in 1 transactions, ") && !told.contains("WHITFIELD"), "{told}");
    assert_eq!(claim(NUMBER).charge_cents(), 12_000);
    assert_eq!(NaiveDate::from_ymd_opt(2026, 11, 3), Some(claim(NUMBER).lines[0].on));
}
