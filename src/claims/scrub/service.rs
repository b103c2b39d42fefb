//! What was done, what for, when, and by when it must be billed.

use crate::claims::claim::ORIGINAL;
use crate::claims::compose::{Facts, Line};
use crate::claims::finding::{Findings, Rule};
use crate::claims::modifiers::MODIFIERS_A_LINE;
use crate::payers::asks;
use crate::types::{day, icd10, place_of_service, service_code};
use crate::x12::claim_837p::is_unlisted;
use chrono::{Days, NaiveDate};

/// A claim carries no more.
pub const MOST_DIAGNOSES: usize = 12;
/// Nobody bills more, and sums of it stay sums.
const MOST_CENTS: i64 = 9_999_999_999;
/// So many days before a deadline it is told of.
const NEAR: i64 = 14;

/// As they stand on the claim: from the order, in its order.
pub(super) fn check_diagnoses(diagnoses: &[String], findings: &mut Findings) {
    if diagnoses.is_empty() {
        findings.say(Rule::DiagnosisMissing, "There is no diagnosis for this visit");
    }
    if diagnoses.len() > MOST_DIAGNOSES {
        findings.say(Rule::DiagnosesTooMany, format!("{} diagnoses; a claim carries {MOST_DIAGNOSES}", diagnoses.len()));
    }
    let read: Vec<Option<String>> = diagnoses.iter().map(|code| read(code)).collect();
    for (at, code) in diagnoses.iter().enumerate() {
        match &read[at] {
            None => findings.say(Rule::DiagnosisWrong, format!("\"{code}\" does not look like a diagnosis code")),
            same if read[..at].contains(same) => findings.say(Rule::DiagnosisTwice, format!("{code} stands there twice")),
            Some(read) => {
                if let Some(words) = icd10::caution(read) {
                    findings.say(Rule::DiagnosisDoubtful, words);
                }
            }
        }
    }
    // V00 to Y99 say how it happened.
    if let Some(code) = diagnoses.first().filter(|d| d.trim_start().to_ascii_uppercase().starts_with(['V', 'W', 'X', 'Y'])) {
        findings.say(Rule::DiagnosisOfCauseFirst, format!("{code} says how it happened, and stands first"));
    }
}

/// What the payer's sheet says of diagnoses. A list that is empty says nothing.
pub(super) fn check_paid_diagnoses(facts: &Facts, diagnoses: &[String], findings: &mut Findings) {
    let (Some(sheet), Some(main)) = (&facts.sheet, diagnoses.first()) else { return };
    let not_listed = !sheet.diagnoses_accepted.is_empty() && !asks::is_of(main, &sheet.diagnoses_accepted);
    if not_listed || asks::is_of(main, &sheet.diagnoses_refused) {
        findings.say(Rule::DiagnosisNotPaid, format!("{} does not pay for {main}", facts.payer_name));
    }
    let taken = &sheet.seventh_characters;
    let is_taken = |code: &String| asks::seventh_character(code).is_none_or(|c| taken.iter().any(|t| t.starts_with(c)));
    if let Some(code) = diagnoses.iter().find(|code| !taken.is_empty() && !is_taken(code)) {
        findings.say(
            Rule::SeventhCharacter,
            format!("{} takes {} at the end of an injury's code, and not {code}", facts.payer_name, taken.join(", ")),
        );
    }
}

/// With its dot, in capitals; nothing where it is no code.
fn read(code: &str) -> Option<String> {
    icd10::parse(code).ok().filter(|_| !code.trim().contains(char::is_whitespace))
}

pub(super) fn check_lines(facts: &Facts, lines: &[Line], findings: &mut Findings) {
    for (at, line) in lines.iter().enumerate() {
        let code = &line.code;
        if let Err(words) = service_code::parse(code) {
            findings.say(Rule::CodeRetired, words);
        }
        if is_unlisted(code) && line.description.is_none() {
            findings.say(Rule::CodeUnlisted, format!("{code} names no service, and the fee schedule has no words for it"));
        }
        if line.units < 1 {
            findings.say(Rule::UnitsWrong, format!("{code} has {} units", line.units));
        } else if line.charge_cents <= 0 {
            findings.say(Rule::ChargeNothing, format!("{code} is charged with nothing"));
        }
        if line.charge_cents > MOST_CENTS {
            findings.say(Rule::ChargeTooLarge, format!("The charge of {code} is more than any bill"));
        }
        if lines[..at].iter().any(|earlier| earlier.code == *code && earlier.modifiers == line.modifiers) {
            findings.say(Rule::LineTwice, format!("{code} stands on the claim twice"));
        }
        modifiers(line, findings);
        if let Some(twin) = facts.twins.iter().find(|t| t.code == *code && t.modifiers == line.modifiers) {
            findings.say(Rule::BilledTwice, format!("{code} is on {} for the same patient and day", twin.claim));
        }
    }
    let total = lines.iter().fold(0i64, |sum, line| sum.saturating_add(line.charge_cents));
    if total > MOST_CENTS && lines.iter().all(|l| l.charge_cents <= MOST_CENTS) {
        findings.say(Rule::ChargeTooLarge, "The total is more than any bill");
    }
    if !place_of_service::is_known(&facts.place_of_service) {
        findings.say(Rule::PlaceUnknown, format!("\"{}\" is no place of service", facts.place_of_service));
    }
}

/// A line carries four; which one to leave out is not ours to say.
fn modifiers(line: &Line, findings: &mut Findings) {
    let all = &line.modifiers;
    if all.len() > MODIFIERS_A_LINE {
        findings.say(Rule::ModifiersTooMany, format!("{} would carry {}: a line holds four modifiers", line.code, all.join(", ")));
    }
    for (at, modifier) in all.iter().enumerate() {
        if asks::modifier(modifier).is_err() || all[..at].iter().any(|earlier| earlier.eq_ignore_ascii_case(modifier)) {
            findings.say(Rule::ModifierWrong, format!("{} would carry \"{modifier}\" as a modifier", line.code));
        }
    }
}

pub(super) fn check_sending(facts: &Facts, findings: &mut Findings) {
    if facts.frequency != ORIGINAL && facts.payer_claim_no.is_none() {
        findings.say(Rule::OriginalReferenceMissing, "A replacement needs the payer's own claim number");
    }
}

/// A replacement or a void is due so many days after the payer decided what it corrects; the last day counts.
fn correction_deadline(facts: &Facts) -> Option<NaiveDate> {
    let days = facts.sheet.as_ref().and_then(|s| s.corrected_claim_days).filter(|_| facts.frequency != ORIGINAL)?;
    facts.decided_on?.checked_add_days(Days::new(days.unsigned_abs()))
}

fn check_correction(facts: &Facts, deadline: NaiveDate, findings: &mut Findings) {
    let (payer, left) = (&facts.payer_name, (deadline - facts.today).num_days());
    if left < 0 {
        findings.say(Rule::CorrectionDeadlinePassed, format!("{payer} took a correction until {}", day::long(deadline)));
    } else if left <= NEAR {
        findings.say(Rule::CorrectionDeadlineNear, format!("{payer} takes a correction until {}", day::long(deadline)));
    }
}

/// Deadline = day of service + filing days; the last day counts.
pub(super) fn check_dates(facts: &Facts, findings: &mut Findings) -> Option<NaiveDate> {
    if facts.service_on > facts.today {
        findings.say(
            Rule::ServiceInFuture,
            format!("The visit is on {}, and today is {}", day::long(facts.service_on), day::long(facts.today)),
        );
    }
    if let Some(most) = facts.sheet.as_ref().and_then(|s| s.max_visits_per_day)
        && facts.visits_that_day >= most
    {
        findings.say(Rule::VisitsADay, format!("{} pays {most} visit a day, and there is another one", facts.payer_name));
    }
    let correction = correction_deadline(facts);
    if let Some(deadline) = correction {
        check_correction(facts, deadline, findings);
    }
    let days = facts.sheet.as_ref().and_then(|s| s.timely_filing_days)?;
    let deadline = facts.service_on.checked_add_days(Days::new(days.unsigned_abs()))?;
    let left = (deadline - facts.today).num_days();
    // A correction has days of its own, where the payer was asked for them.
    if correction.is_some() {
        return Some(deadline);
    }
    if left < 0 {
        findings.say(Rule::FilingDeadlinePassed, format!("The claim was due by {}", day::long(deadline)));
    } else if left <= NEAR && facts.frequency == ORIGINAL {
        findings.say(Rule::FilingDeadlineNear, format!("The claim is due by {}", day::long(deadline)));
    }
    Some(deadline)
}
