//! Texts and addresses as a file carries them: in Latin letters, and only so long.

use super::practice::digits;
use crate::claims::claim::ORIGINAL;
use crate::claims::compose::{Facts, Line};
use crate::claims::finding::{Findings, Place, Rule, Spot};
use crate::claims::parties::{Address, Name};
use crate::patients::coverage::Relationship;
use crate::payers::payer::CoverageKind;
use crate::types::person_name;
use crate::x12::Delimiters;
use crate::x12::writer::plain;

/// Everything that people typed and that stands in a file as they typed it.
pub(super) fn check(facts: &Facts, lines: &[Line], findings: &mut Findings) {
    let of = |item, field, place| Spot { item, field, place };
    let (patient, practice, coverage) = (&facts.patient, &facts.practice, &facts.coverage);
    let mut pen = Pen { findings, is_file: facts.payer.is_electronic };
    pen.address(of("5", "patient's address", Place::Patient), "The patient's", &patient.address, true);
    pen.address(of("33", "practice's address", Place::Practice), "The practice's", &practice.address, false);
    pen.address(of("33", "address for payments", Place::Practice), "For payments, the", &practice.pay_to, true);
    if let Some(place) = facts.elsewhere() {
        pen.address(of("32", "address of the place", Place::Locations), "The place's", &place.address, false);
    }
    pen.address(of("1", "payer's address", Place::PayerDetails), "The payer's", &facts.payer.address, true);
    if !pen.is_file {
        return;
    }
    pen.name(of("2", "patient's name", Place::Patient), "The patient's", &patient.name);
    pen.name(of("31", "therapist's name", Place::Therapist), "The therapist's", &facts.treating.name);
    if let Some((referrer, _)) = facts.named_referrer() {
        pen.name(of("17", "name of who referred", Place::Provider), "The doctor's", &referrer.parts);
    }
    let insured = of("4", "insured's name", Place::Coverage);
    match (coverage.kind, &coverage.insured_name) {
        (CoverageKind::WorkersComp, _) => pen.text(insured, "The employer's name", coverage.employer.as_deref(), 60),
        (_, Some(name)) if coverage.relationship != Relationship::Myself => {
            let parts = person_name::split(name);
            let name = Name { first: parts.first, middle: parts.middle, last: parts.last.unwrap_or_default(), suffix: parts.suffix };
            pen.name(insured, "The insured's", &name);
        }
        _ => {}
    }
    let number = of("1a", "number of the insured", Place::Coverage);
    pen.text(number, "The member number", coverage.member_no.as_deref(), 80);
    pen.text(number, "The claim number of the injury", coverage.claim_no.as_deref(), 50);
    pen.text(of("11", "group number", Place::Coverage), "The group number", coverage.group_no.as_deref(), 50);
    pen.text(of("11c", "name of the plan", Place::Coverage), "The name of the plan", coverage.plan_name.as_deref(), 60);
    pen.text(of("23", "authorization number", Place::Coverage), "The authorization number", coverage.authorization_no.as_deref(), 50);
    pen.text(of("1", "payer's name", Place::PayerDetails), "The payer's name", Some(&facts.payer_name), 60);
    let ours = of("33b", "payer's number of the practice", Place::PayerDetails);
    pen.text(ours, "The payer's own number of the practice", facts.payer.provider_no.as_deref(), 50);
    pen.text(of("33", "practice's name", Place::Practice), "The practice's name", Some(&practice.name), 60);
    pen.text(of("33", "practice's licence", Place::Practice), "The practice's licence", practice.license.as_deref(), 50);
    pen.text(of("33", "whom to call", Place::Practice), "The name of whom to call", practice.contact.as_deref(), 60);
    if let Some(place) = facts.elsewhere() {
        pen.text(of("32", "name of the place", Place::Locations), "The name of the place", Some(&place.name), 60);
    }
    for line in lines {
        let described = of("24", "what the service was", Place::Fees);
        pen.text(described, &format!("What {} is called", line.code), line.description.as_deref(), 80);
    }
    let theirs = facts.payer_claim_no.as_deref().filter(|_| facts.frequency != ORIGINAL);
    pen.text(of("22", "payer's number of the claim", Place::Claim), "The payer's number of the claim", theirs, 50);
}

/// What a file keeps of a text.
pub(super) fn kept(text: &str) -> String {
    plain(text, Delimiters::default())
}

pub(super) fn is_no_state(state: &str) -> bool {
    let state = state.trim();
    state.len() != 2 || !state.bytes().all(|b| b.is_ascii_alphabetic())
}

struct Pen<'a> {
    findings: &'a mut Findings,
    is_file: bool,
}

impl Pen<'_> {
    /// What a file keeps of a text; a text that is not there is another rule's matter.
    fn text(&mut self, spot: Spot, what: &str, text: Option<&str>, most: usize) {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return };
        let left = kept(text);
        if left.is_empty() {
            self.findings.say_of(Rule::TextUnreadable, spot, format!("{what} has no letter or digit that a claim carries"));
        } else if left.len() > most {
            self.findings.say_of(Rule::TextTooLong, spot, format!("{what} is longer than {most} characters"));
        } else if let Some(lost) = text.chars().find(|c| c.is_alphanumeric() && kept(&c.to_string()).is_empty()) {
            self.findings.say_of(Rule::TextLosesLetters, spot, format!("{what} would leave without \"{lost}\""));
        }
    }

    fn name(&mut self, spot: Spot, whose: &str, name: &Name) {
        self.text(spot, &format!("{whose} last name"), Some(&name.last), 60);
        self.text(spot, &format!("{whose} first name"), name.first.as_deref(), 35);
        self.text(spot, &format!("{whose} middle name"), name.middle.as_deref(), 25);
        self.text(spot, &format!("{whose} suffix"), name.suffix.as_deref(), 10);
    }

    fn address(&mut self, spot: Spot, whose: &str, address: &Address, may_be_short: bool) {
        if address.state.as_deref().is_some_and(is_no_state) {
            self.findings.say_of(Rule::StateWrong, spot, format!("{whose} state is not two letters"));
        }
        // A practice whose code is short has a rule of its own.
        let is_zip = |zip: &str| matches!(zip.len(), 5 | 9) && zip.bytes().all(|b| b.is_ascii_digit());
        if address.zip.as_deref().is_some_and(|zip| !is_zip(&digits(zip))) {
            let words = if may_be_short { "five or nine digits" } else { "nine digits" };
            self.findings.say_of(Rule::ZipWrong, spot, format!("{whose} ZIP code does not have {words}"));
        }
        if !self.is_file {
            return;
        }
        self.text(spot, &format!("{whose} street"), address.street.as_deref(), 55);
        self.text(spot, &format!("{whose} second line"), address.street2.as_deref(), 55);
        self.text(spot, &format!("{whose} city"), address.city.as_deref(), 30);
        if address.city.as_deref().is_some_and(|city| kept(city).len() == 1) {
            self.findings.say_of(Rule::TextTooShort, spot, format!("{whose} city has only one letter"));
        }
    }
}
