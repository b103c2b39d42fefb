//! Who sent whom, and how far it has come.

use crate::patients::coverage::NewCoverage;
use crate::patients::patient::NewPatient;
use crate::referrals::prescription::NewPrescription;
use crate::types::{Check, Chip, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Where a referral came from; empty where it is not known yet ("Unattributed") [domain 2.8].
    pub enum SourceKind {
        Provider = "provider", "A provider";
        Myself = "self", "Came by themselves";
        Patient = "patient", "Another patient";
        Attorney = "attorney", "An attorney";
        Event = "event", "An event";
        Web = "web", "The web";
        Other = "other", "Other";
    }
}

crate::words! {
    pub enum Channel {
        Fax = "fax", "Fax";
        Phone = "phone", "Phone";
        Email = "email", "Email";
        Portal = "portal", "Portal";
        WalkIn = "walk_in", "Walk-in";
        EReferral = "e_referral", "E-referral";
    }
}

crate::words! {
    pub enum Urgency {
        Routine = "routine", "Routine";
        Urgent = "urgent", "Urgent";
    }
}

crate::words! {
    /// How far a referral has come. Only an attended visit converts it, not a booking.
    pub enum ReferralState {
        Received = "received", "Received";
        Attempting = "attempting", "Called";
        Scheduled = "scheduled", "Booked";
        Converted = "converted", "In care";
        Closed = "closed", "Closed";
        Lost = "lost", "Lost";
    }
}

crate::words! {
    pub enum LostReason {
        Unreachable = "unreachable", "Could not be reached";
        Declined = "declined", "Declined";
        NotCovered = "not_covered", "Not covered";
        TooFar = "too_far", "Too far";
        NoCapacity = "no_capacity", "No room on our side";
        Duplicate = "duplicate", "Entered twice";
        WentElsewhere = "went_elsewhere", "Went elsewhere";
        Other = "other", "Other";
    }
}

crate::words! {
    pub enum DischargeReason {
        GoalsMet = "goals_met", "Goals met";
        Plateau = "plateau", "No further gain";
        PayerLimit = "payer_limit", "The payer's limit";
        PatientStopped = "patient_stopped", "The patient stopped";
        Transferred = "transferred", "Transferred";
    }
}

impl ReferralState {
    /// Where a person may move it to. An attended visit converts it by itself, from any open state.
    pub fn may_become(self) -> &'static [Self] {
        match self {
            Self::Received => &[Self::Attempting, Self::Scheduled, Self::Lost],
            Self::Attempting => &[Self::Scheduled, Self::Lost],
            Self::Scheduled => &[Self::Lost],
            Self::Converted => &[Self::Closed],
            Self::Lost => &[Self::Attempting],
            Self::Closed => &[],
        }
    }

    pub fn chip(self) -> Chip {
        match self {
            Self::Received => Chip::wait("New"),
            Self::Attempting => Chip::wait(self.label()),
            Self::Scheduled => Chip::info(self.label()),
            Self::Converted => Chip::ok(self.label()),
            Self::Closed => Chip::plain(self.label()),
            Self::Lost => Chip::bad(self.label()),
        }
    }

    /// Still ours to move: not closed and not lost.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Lost)
    }
}

/// A referral as somebody typed it: the source, the patient (known or new), and what was ordered, on one page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewReferral {
    pub source_kind: Text,
    /// Id of the provider who sent the patient.
    pub provider: Text,
    /// The office at receipt; the provider's primary one where nothing is said.
    pub organization: Text,
    /// Id of the provider who ordered, where it is another one.
    pub ordering_provider: Text,
    /// The day it came in; today where nothing is said.
    pub received_on: Text,
    /// The time of that day.
    pub received_time: Text,
    /// The exact instant (RFC 3339), instead of day and time.
    pub received_at: Text,
    pub channel: Text,
    pub urgency: Text,
    pub reason: Text,
    /// Body region or complaint: the title of the episode.
    pub complaint: Text,
    pub coverage_guess: Text,
    /// Id of a known patient,
    pub patient: Text,
    /// or a new one.
    pub new_patient: NewPatient,
    /// Who pays, for a new or a known patient,
    pub coverage: NewCoverage,
    /// or the id of a coverage that a known patient has already.
    pub known_coverage: Text,
    /// What was ordered, if the slip says so.
    pub prescription: NewPrescription,
    /// Id of the therapist who will treat.
    pub therapist: Text,
    /// Id of an uploaded document (the slip).
    pub document: Text,
}

/// The referral's own part, checked. Its parts (patient, coverage, prescription) are checked by their own.
#[derive(Clone, Debug)]
pub struct ReferralDraft {
    pub source_kind: Option<SourceKind>,
    pub provider: Option<String>,
    pub organization: Option<String>,
    pub ordering_provider: Option<String>,
    pub received_on: NaiveDate,
    pub received_time: Option<chrono::NaiveTime>,
    pub received_at: Option<chrono::DateTime<chrono::Utc>>,
    pub channel: Channel,
    pub urgency: Urgency,
    pub reason: Option<String>,
    pub complaint: Option<String>,
    pub coverage_guess: Option<String>,
    pub therapist: Option<String>,
    pub document: Option<String>,
}

impl NewReferral {
    pub fn check(&self, today: NaiveDate) -> Result<ReferralDraft, FieldErrors> {
        let mut check = Check::new(today);
        let source_kind = source(&mut check, &self.source_kind, &self.provider);
        let draft = ReferralDraft {
            source_kind,
            provider: self.provider.some(),
            organization: self.organization.some(),
            ordering_provider: self.ordering_provider.some(),
            received_on: check.past_day("received_on", &self.received_on, "A referral").unwrap_or(today),
            received_time: check.time("received_time", &self.received_time),
            received_at: instant(&mut check, &self.received_at),
            channel: check.choice("channel", &self.channel).unwrap_or(Channel::Fax),
            urgency: check.choice("urgency", &self.urgency).unwrap_or(Urgency::Routine),
            reason: check.text("reason", &self.reason),
            complaint: check.line("complaint", &self.complaint),
            coverage_guess: check.line("coverage_guess", &self.coverage_guess),
            therapist: self.therapist.some(),
            document: self.document.some(),
        };
        if self.patient.is_blank() && self.new_patient.last_name.is_blank() && self.new_patient.first_name.is_blank() {
            check.say("new_patient.last_name", "Say who the patient is: choose a known one or enter a name");
        }
        check.done(draft)
    }
}

/// The kind of source; a provider speaks for itself, and only a provider's referral has one [domain 2.8].
pub fn source(check: &mut Check, kind: &Text, provider: &Text) -> Option<SourceKind> {
    let kind = check.choice("source_kind", kind).or((!provider.is_blank()).then_some(SourceKind::Provider));
    match kind {
        Some(SourceKind::Provider) if provider.is_blank() => check.say("provider", "Choose the provider who sent the patient"),
        Some(other) if other != SourceKind::Provider && !provider.is_blank() => {
            check.say("provider", "Only a referral from a provider has one. Clear it, or choose \"A provider\" as the source");
        }
        _ => {}
    }
    kind
}

fn instant(check: &mut Check, typed: &Text) -> Option<chrono::DateTime<chrono::Utc>> {
    if typed.is_blank() {
        return None;
    }
    match chrono::DateTime::parse_from_rfc3339(typed.as_str()) {
        Ok(at) => Some(at.to_utc()),
        Err(_) => {
            check.say("received_at", format!("\"{typed}\" is not an instant, like 2026-11-23T09:12:00-08:00"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    #[test]
    fn a_source_without_a_word_is_unattributed_and_a_provider_speaks_for_itself() {
        let patient = NewPatient { last_name: "Marsh".into(), ..Default::default() };
        let nobody = NewReferral { new_patient: patient.clone(), ..Default::default() };
        assert_eq!(nobody.check(today()).expect("fine").source_kind, None);
        let doctor = NewReferral { provider: "id".into(), new_patient: patient, ..Default::default() };
        assert_eq!(doctor.check(today()).expect("fine").source_kind, Some(SourceKind::Provider));
    }

    #[test]
    fn a_referral_from_tomorrow_is_refused() {
        let new = NewReferral { received_on: "tomorrow".into(), patient: "id".into(), ..Default::default() };
        assert_eq!(new.check(today()).expect_err("refused").0[0].field, "received_on");
    }

    #[test]
    fn a_lost_referral_can_only_be_tried_again() {
        assert_eq!(ReferralState::Lost.may_become(), [ReferralState::Attempting]);
    }
}
