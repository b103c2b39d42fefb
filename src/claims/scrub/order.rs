//! The order gate: a claim outside its order's dates, count, diagnoses or codes does not leave to a payer that asks for one.

use super::practice::is_npi;
use crate::claims::compose::{Facts, Order};
use crate::claims::finding::{Findings, Rule};
use crate::types::{day, service_code};

pub(super) fn check_order(facts: &Facts, findings: &mut Findings) {
    if facts.sheet.is_none() || facts.order_is_lifted() {
        return;
    }
    let Some(order) = &facts.order else {
        let words = facts.uncovered.clone().unwrap_or_else(|| "No order covers this visit".into());
        findings.say(Rule::NotCovered, words);
        return;
    };
    prescriber(facts, order, findings);
    diagnoses(facts, order, findings);
    codes(facts, order, findings);
    if !order.has_document && !facts.referral.as_ref().is_some_and(|r| r.has_document) {
        findings.say(Rule::OrderNotOnFile, format!("The order of {} is not on file as a scan", order.prescriber.name));
    }
}

fn prescriber(facts: &Facts, order: &Order, findings: &mut Findings) {
    let Some(may) = facts.sheet.as_ref().map(|s| &s.who_may_prescribe).filter(|may| !may.is_empty()) else { return };
    if !order.prescriber.credentials.iter().any(|c| may.contains(&c.to_uppercase())) {
        let name = &order.prescriber.name;
        findings.say(
            Rule::PrescriberNotAllowed,
            format!("{} takes orders from {}. {name} is not one of them", facts.payer_name, may.join(", ")),
        );
    }
}

/// What the care is for and what was ordered have something in common; another problem needs another order.
fn diagnoses(facts: &Facts, order: &Order, findings: &mut Findings) {
    let treated = &facts.episode_diagnoses;
    if treated.is_empty() || order.diagnoses.is_empty() {
        return;
    }
    if !treated.iter().any(|code| order.diagnoses.iter().any(|ordered| is_same_problem(code, ordered))) {
        let (treated, ordered) = (treated.join(", "), order.diagnoses.join(", "));
        findings.say(
            Rule::DiagnosisNotOrdered,
            format!("The referral is for {treated}, and the order that covers this visit is for {ordered}"),
        );
    }
}

/// The last letter of an injury says how far its treatment is; a shorter code says less of the same.
fn is_same_problem(one: &str, other: &str) -> bool {
    let stem = |code: &str| {
        let plain: String = code.chars().filter(|c| *c != '.').collect::<String>().to_ascii_uppercase();
        plain.chars().take(6).collect::<String>().trim_end_matches('X').to_string()
    };
    let (one, other) = (stem(one), stem(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// An order that names treatments in words alone leaves the codes to the therapist.
fn codes(facts: &Facts, order: &Order, findings: &mut Findings) {
    let ordered: Vec<&str> = order.services.iter().filter(|s| service_code::parse(s).is_ok()).map(String::as_str).collect();
    if ordered.is_empty() {
        return;
    }
    let mut told: Vec<&str> = Vec::new();
    for (code, _) in facts.services.iter().filter(|(code, _)| !ordered.contains(&code.as_str())) {
        if !told.contains(&code.as_str()) {
            told.push(code);
            findings.say(Rule::CodeNotOrdered, format!("{code} is not among what was ordered ({})", ordered.join(", ")));
        }
    }
}

pub(super) fn check_referrer(facts: &Facts, findings: &mut Findings) {
    match facts.named_referrer() {
        Some((referrer, _)) => match &referrer.npi {
            None => findings.say(Rule::ReferrerNpiMissing, format!("{} has no NPI on file", referrer.name)),
            Some(npi) if !is_npi(npi) => {
                findings.say(Rule::ReferrerNpiWrong, format!("A digit of the NPI of {} is wrong", referrer.name));
            }
            Some(_) => {}
        },
        None if !facts.order_is_lifted() => {
            findings.say(Rule::ReferrerMissing, "Nobody is named as the one who referred or ordered");
        }
        None => {}
    }
    if let Some(received_on) = facts.referral.as_ref().map(|r| r.received_on).filter(|on| facts.service_on < *on) {
        findings.say(Rule::ServiceBeforeReferral, format!("The visit was before the referral came on {}", day::long(received_on)));
    }
}
