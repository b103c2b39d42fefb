//! Another plan of the patient as a file would name it (loops 2320 and 2330), and why it may not. Pure.

use crate::claims::parties::{bare_number, is_payer_id};
use crate::patients::coverage::Relationship;
use crate::payers::payer::CoverageKind;
use crate::types::person_name;
use crate::x12::Delimiters;
use crate::x12::writer::plain;

/// A plan that pays after the one that is billed.
#[derive(Clone, Debug)]
pub struct OtherPlan {
    pub payer: String,
    /// What the clearinghouse calls the payer.
    pub payer_id: Option<String>,
    pub kind: CoverageKind,
    /// The number that the payer knows the insured by.
    pub number: Option<String>,
    pub group_no: Option<String>,
    pub plan_name: Option<String>,
    pub relationship: Relationship,
    pub number_is_patients_own: bool,
    pub insured_name: Option<String>,
}

impl OtherPlan {
    /// Why a file cannot name it, in words; nothing where it can. A claim never waits for this: its own payer is billed without.
    pub fn unnamed(&self) -> Option<String> {
        let payer = &self.payer;
        // The file would have to say why Medicare pays later (SBR05), and nobody wrote that down.
        if self.kind == CoverageKind::Medicare {
            return Some("Why Medicare pays after another plan is not on file".into());
        }
        if !self.payer_id.as_deref().is_some_and(is_payer_id) {
            return Some(format!("The payer id of {payer} is missing or wrong"));
        }
        if !fits(payer, 1..=60) {
            return Some(format!("The name of {payer} does not fit on a claim"));
        }
        if !self.number.as_deref().is_some_and(|number| fits(&bare_number(number), 2..=80)) {
            return Some(format!("The member number with {payer} is missing or wrong"));
        }
        let group = [(&self.group_no, 50), (&self.plan_name, 60)];
        if group.iter().any(|(text, most)| text.as_deref().is_some_and(|text| !fits(text, 0..=*most))) {
            return Some(format!("The group number or plan name with {payer} is too long"));
        }
        let is_patient = self.relationship == Relationship::Myself || self.number_is_patients_own;
        (!is_patient && !self.has_insured()).then(|| format!("Who is insured with {payer} is not on file with first and last name"))
    }

    fn has_insured(&self) -> bool {
        let parts = self.insured_name.as_deref().map(person_name::split).unwrap_or_default();
        let within = |part: &Option<String>, room| part.as_deref().is_some_and(|text| fits(text, room));
        let may = |part: &Option<String>, most| part.as_deref().is_none_or(|text| fits(text, 0..=most));
        within(&parts.last, 1..=60) && within(&parts.first, 1..=35) && may(&parts.middle, 25) && may(&parts.suffix, 10)
    }
}

fn fits(text: &str, room: std::ops::RangeInclusive<usize>) -> bool {
    room.contains(&plain(text, Delimiters::default()).len())
}
