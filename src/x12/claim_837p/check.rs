//! What the parts of a claim must be to each other. What a single field must be is checked where it is written.

use super::codes::*;
use super::input::*;
use super::pen::{Pen, dollars};
use chrono::NaiveDate;

const MOST_LINES: usize = 50;
const MOST_DIAGNOSES: usize = 12;
const MOST_POINTERS: usize = 4;
const MOST_ATTACHMENTS: usize = 10;
const MOST_CONDITIONS: usize = 12;
const MOST_OTHER_PAYERS: usize = 10;
/// Why Medicare is not the first payer.
const MEDICARE_IS_LATER: [&str; 9] = ["12", "13", "14", "15", "16", "41", "42", "43", "47"];

/// Refuses what does not fit together; `today` is the day of the file.
pub(super) fn check(pen: &mut Pen, claim: &Claim, today: NaiveDate) {
    insured(pen, claim);
    causes(pen, claim);
    frequency(pen, claim);
    diagnoses(pen, claim);
    providers(pen, claim);
    amounts(pen, claim);
    lines(pen, claim, today);
    other_payers(pen, claim);
}

fn insured(pen: &mut Pen, claim: &Claim) {
    let coverage = &claim.coverage;
    let employer = matches!(coverage.insured, Insured::Employer { .. });
    if coverage.filing == Filing::WorkersComp {
        if !employer || coverage.member_id_is_patients_own {
            pen.refuse("insured", "must be the employer where workers' compensation pays");
        }
        if coverage.injury_claim_number.is_none() {
            pen.refuse("insurer's number of the injury", "is missing");
        }
    }
    if coverage.injury_claim_number.is_some() && !coverage.filing.is_injury() {
        pen.refuse("insurer's number of the injury", "is only said to an insurer of injuries");
    }
    if employer && !coverage.filing.is_injury() {
        pen.refuse("insured", "is an employer, which only an insurer of injuries takes");
    }
    let medicare_later = coverage.filing == Filing::MedicareB && coverage.rank != Rank::Primary;
    match coverage.insurance_type.map(|kind| MEDICARE_IS_LATER.contains(&kind.trim())) {
        None if medicare_later => pen.refuse("insurance type", "is missing: why Medicare pays after another payer"),
        Some(_) if !medicare_later => pen.refuse("insurance type", "is only said where Medicare pays after another payer"),
        Some(false) => pen.refuse("insurance type", format!("is none of {}", MEDICARE_IS_LATER.join(", "))),
        _ => {}
    }
}

fn causes(pen: &mut Pen, claim: &Claim) {
    let (causes, dates) = (&claim.causes, &claim.dates);
    if (causes.auto || causes.other) && dates.accident.is_none() {
        pen.refuse("accident date", "is missing, and an accident is the cause");
    }
    if causes.work && dates.accident.or(dates.onset).is_none() {
        pen.refuse("accident or onset date", "is missing, and work is the cause");
    }
    if claim.coverage.filing == Filing::WorkersComp && !causes.work {
        pen.refuse("causes", "must name work where workers' compensation pays");
    }
    if claim.coverage.filing == Filing::AutoMedical && !causes.auto {
        pen.refuse("causes", "must name the car accident where a car insurer pays");
    }
    if dates.unable_to_work_from.zip(dates.unable_to_work_to).is_some_and(|(from, to)| to < from) {
        pen.refuse("last day unable to work", "is before the first");
    }
}

fn frequency(pen: &mut Pen, claim: &Claim) {
    if claim.frequency != Frequency::Original && claim.coverage.filing == Filing::MedicareB {
        pen.refuse("frequency", "must be 1: Medicare takes no replacement and no void");
    }
    if claim.delay_reason.is_some_and(|code| !matches!(code, 1..=11 | 15)) {
        pen.refuse("delay reason", "is none of 1 to 11 and 15");
    }
}

fn diagnoses(pen: &mut Pen, claim: &Claim) {
    let all = &claim.diagnoses;
    if !(1..=MOST_DIAGNOSES).contains(&all.len()) {
        pen.refuse("diagnoses", format!("are {}; a claim carries 1 to {MOST_DIAGNOSES}", all.len()));
    }
    let same = |a: &str, b: &str| a.bytes().filter(|b| *b != b'.').eq(b.bytes().filter(|b| *b != b'.'));
    for (at, diagnosis) in all.iter().enumerate() {
        if all[..at].iter().any(|earlier| same(earlier, diagnosis)) {
            pen.refuse(format!("diagnosis {}", at + 1), "stands there twice");
        }
    }
    // V00 to Y99 say how it happened.
    if all.first().is_some_and(|d| d.trim_start().starts_with(['V', 'W', 'X', 'Y', 'v', 'w', 'x', 'y'])) {
        pen.refuse("diagnosis 1", "says how it happened and not what it is");
    }
}

fn providers(pen: &mut Pen, claim: &Claim) {
    let group = matches!(claim.billing.name, BillingName::Organization(_));
    match &claim.rendering {
        None if group => pen.refuse("rendering provider", "is missing, and a group bills"),
        Some(rendering) if rendering.npi.is_none() => pen.refuse("rendering provider's NPI", "is missing"),
        Some(rendering) if group && rendering.npi == Some(claim.billing.npi) => {
            pen.refuse("rendering provider's NPI", "is that of the group; the one who treats has their own");
        }
        _ => {}
    }
}

fn amounts(pen: &mut Pen, claim: &Claim) {
    if claim.patient_paid_cents < 0 {
        pen.refuse("patient's payment", "is less than nothing");
    }
    for (what, count, most) in [
        ("attachments", claim.attachments.len(), MOST_ATTACHMENTS),
        ("condition codes", claim.condition_codes.len(), MOST_CONDITIONS),
        ("other payers", claim.other_payers.len(), MOST_OTHER_PAYERS),
    ] {
        if count > most {
            pen.refuse(what, format!("are {count}; a claim carries {most}"));
        }
    }
}

fn lines(pen: &mut Pen, claim: &Claim, today: NaiveDate) {
    if !(1..=MOST_LINES).contains(&claim.lines.len()) {
        pen.refuse("lines", format!("are {}; a claim carries 1 to {MOST_LINES}", claim.lines.len()));
    }
    for (at, line) in claim.lines.iter().enumerate() {
        pen.at_line(Some(line.number));
        if line.number == 0 || claim.lines[..at].iter().any(|l| l.number == line.number) {
            pen.refuse("number", "must be its own, from 1");
        }
        if line.charge_cents <= 0 {
            pen.refuse("charge", "is not more than nothing");
        }
        if line.units < 1 {
            pen.refuse("units", "are not at least 1");
        }
        if line.on > today {
            pen.refuse("date of service", "is after the day of the file");
        }
        if line.on < claim.patient.born_on {
            pen.refuse("date of service", "is before the patient's birth");
        }
        if is_unlisted(line.code) && line.description.is_none_or(|d| d.trim().is_empty()) {
            pen.refuse("description", "is missing, and the code names no service");
        }
        if line.rendering.as_ref().is_some_and(|r| r.npi.is_none()) {
            pen.refuse("rendering provider's NPI", "is missing");
        }
        pointers(pen, &line.pointers, claim.diagnoses.len());
    }
    pen.at_line(None);
}

fn pointers(pen: &mut Pen, pointers: &[usize], diagnoses: usize) {
    if !(1..=MOST_POINTERS).contains(&pointers.len()) {
        pen.refuse("pointers", format!("are {}; a line has 1 to {MOST_POINTERS}", pointers.len()));
    }
    for (at, pointer) in pointers.iter().enumerate() {
        if !(1..=diagnoses).contains(pointer) {
            pen.refuse(format!("pointer {pointer}"), "names no diagnosis of the claim");
        }
        if pointers[..at].contains(pointer) {
            pen.refuse(format!("pointer {pointer}"), "stands there twice");
        }
    }
}

/// Each payer before ours has decided, and every decision adds up: line by line, over the lines, and over the claim.
fn other_payers(pen: &mut Pen, claim: &Claim) {
    let others = &claim.other_payers;
    for (at, other) in others.iter().enumerate() {
        let coverage = &other.coverage;
        if coverage.rank == claim.coverage.rank || others[..at].iter().any(|o| o.coverage.rank == coverage.rank) {
            pen.refuse("other payer's rank", "is another payer's too");
        }
        if others[..at].iter().any(|o| o.coverage.payer.id == coverage.payer.id) {
            pen.refuse("other payer's id", "stands there twice, so nobody could tell whose decision a line has");
        }
        match &other.decision {
            Some(_) if coverage.rank >= claim.coverage.rank => {
                pen.refuse("other payer's decision", "is of a payer that comes after this one")
            }
            Some(decision) => balances(pen, claim, coverage.payer.id, decision),
            None if coverage.rank < claim.coverage.rank => pen.refuse("other payer's decision", "is missing; it pays before this one"),
            None => {}
        }
    }
    for rank in [Rank::Primary, Rank::Secondary].into_iter().filter(|r| *r < claim.coverage.rank) {
        if !others.iter().any(|o| o.coverage.rank == rank) {
            let words = if rank == Rank::Primary { "primary payer" } else { "secondary payer" };
            pen.refuse(words, "is missing; it pays before this one");
        }
    }
    for line in &claim.lines {
        pen.at_line(Some(line.number));
        for decision in &line.decisions {
            if decision.units < 0 || decision.paid_cents < 0 {
                pen.refuse("other payer's decision", "pays less than nothing; a payment that was taken back is none");
            }
            if !others.iter().any(|o| o.decision.is_some() && o.coverage.payer.id == decision.payer_id) {
                pen.refuse("deciding payer's id", "is of none of the claim's other payers that decided");
            }
        }
    }
    pen.at_line(None);
}

fn balances(pen: &mut Pen, claim: &Claim, payer_id: &str, decision: &Decision) {
    let sum = |adjustments: &[Adjustment]| total(adjustments.iter().map(|a| a.cents));
    let (mut by_line, mut paid, mut adjusted) = (false, 0i64, 0i64);
    for line in &claim.lines {
        let of_payer = || line.decisions.iter().filter(|d| d.payer_id == payer_id);
        if of_payer().next().is_none() {
            continue;
        }
        let line_paid = total(of_payer().map(|d| d.paid_cents));
        let line_adjusted = total(of_payer().map(|d| sum(&d.adjustments)));
        let told = line_paid.saturating_add(line_adjusted);
        if told != line.charge_cents {
            pen.at_line(Some(line.number));
            let (told, charge) = (dollars(told), dollars(line.charge_cents));
            pen.refuse("other payer's decision", format!("does not add up: paid and adjusted are {told}, charged was {charge}"));
            pen.at_line(None);
        }
        (by_line, paid, adjusted) = (true, paid.saturating_add(line_paid), adjusted.saturating_add(line_adjusted));
    }
    let of_claim = sum(&decision.adjustments);
    if by_line && decision.paid_cents != paid.saturating_sub(of_claim) {
        let (told, lines) = (dollars(decision.paid_cents), dollars(paid.saturating_sub(of_claim)));
        pen.refuse("other payer's payment", format!("does not add up: it is {told}, its lines say {lines}"));
    }
    let told = total([decision.paid_cents, of_claim, adjusted].into_iter());
    if told != claim.charge_cents() {
        let (told, charge) = (dollars(told), dollars(claim.charge_cents()));
        pen.refuse("other payer's decision", format!("does not add up: paid and adjusted are {told}, charged was {charge}"));
    }
}
