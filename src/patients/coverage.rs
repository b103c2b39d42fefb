//! Who pays for a patient, and what they told us.

use crate::patients::patient::Sex;
use crate::payers::payer::CoverageKind;
use crate::types::{Amount, Check, FieldErrors, Text};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What the patient is to the one who is insured.
    pub enum Relationship {
        Myself = "self", "The patient";
        Spouse = "spouse", "Spouse";
        Child = "child", "Child";
        Other = "other", "Other";
    }
}

/// Whether a day lies from one day until another; an end that nobody said is open.
pub fn holds(from: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

/// A coverage as somebody typed it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewCoverage {
    /// Id of the patient (not needed where the address names one).
    pub patient: Text,
    /// Id of the payer; none, or "cash", where the patient pays.
    pub payer: Text,
    pub kind: Text,
    /// 1 primary, 2 secondary, 3 tertiary.
    pub rank: Text,
    pub member_no: Text,
    /// The claim number of the injury.
    pub claim_no: Text,
    pub group_no: Text,
    pub plan_name: Text,
    pub insured_name: Text,
    pub insured_street: Text,
    pub insured_city: Text,
    pub insured_state: Text,
    pub insured_zip: Text,
    pub insured_born_on: Text,
    pub insured_sex: Text,
    /// The payer gave the patient a number of their own, whoever is insured.
    pub member_no_is_patients_own: Text,
    pub relationship: Text,
    pub injured_on: Text,
    pub accident_state: Text,
    pub employer: Text,
    pub adjuster_name: Text,
    pub adjuster_phone: Text,
    pub adjuster_fax: Text,
    pub adjuster_email: Text,
    pub effective_from: Text,
    pub effective_to: Text,
    pub authorization_no: Text,
    /// The days for which the payer agreed,
    pub authorization_from: Text,
    pub authorization_until: Text,
    /// and to how many visits.
    pub authorization_visits: Text,
    pub visit_limit: Text,
    pub visits_used_elsewhere: Text,
    pub dollar_limit_cents: Amount,
    pub dollars_used_cents: Amount,
    pub copay_cents: Amount,
    pub verified_on: Text,
    /// Who at the payer said so,
    pub verified_with: Text,
    /// and under which reference number.
    pub verified_ref: Text,
    pub notes: Text,
    pub version: Text,
}

/// A coverage that passed its checks.
#[derive(Clone, Debug)]
pub struct CoverageDraft {
    pub payer: Option<String>,
    pub kind: CoverageKind,
    pub rank: i64,
    pub member_no: Option<String>,
    pub claim_no: Option<String>,
    pub group_no: Option<String>,
    pub plan_name: Option<String>,
    pub insured_name: Option<String>,
    pub insured_street: Option<String>,
    pub insured_city: Option<String>,
    pub insured_state: Option<String>,
    pub insured_zip: Option<String>,
    pub insured_born_on: Option<NaiveDate>,
    pub insured_sex: Option<Sex>,
    pub member_no_is_patients_own: bool,
    pub relationship: Relationship,
    pub injured_on: Option<NaiveDate>,
    pub accident_state: Option<String>,
    pub employer: Option<String>,
    pub adjuster_name: Option<String>,
    pub adjuster_phone: Option<String>,
    pub adjuster_fax: Option<String>,
    pub adjuster_email: Option<String>,
    pub effective_from: Option<NaiveDate>,
    pub effective_to: Option<NaiveDate>,
    pub authorization_no: Option<String>,
    pub authorization_from: Option<NaiveDate>,
    pub authorization_until: Option<NaiveDate>,
    pub authorization_visits: Option<i64>,
    pub visit_limit: Option<i64>,
    pub visits_used_elsewhere: Option<i64>,
    pub dollar_limit_cents: Option<i64>,
    pub dollars_used_cents: Option<i64>,
    pub copay_cents: Option<i64>,
    pub verified_on: Option<NaiveDate>,
    pub verified_with: Option<String>,
    pub verified_ref: Option<String>,
    pub notes: Option<String>,
    pub version: Option<i64>,
}

impl NewCoverage {
    /// Whether nothing at all was typed: a form's empty part.
    pub fn is_blank(&self) -> bool {
        self.payer.is_blank() && self.kind.is_blank()
    }

    pub fn check(&self, today: NaiveDate) -> Result<CoverageDraft, FieldErrors> {
        let mut check = Check::new(today);
        if self.payer.as_str() == CoverageKind::Cash.word() {
            return Self { payer: Text::default(), kind: CoverageKind::Cash.word().into(), ..self.clone() }.check(today);
        }
        let kind: Option<CoverageKind> = check.choice("kind", &self.kind);
        if self.kind.is_blank() && self.payer.is_blank() {
            check.say("payer", "Choose who pays");
        }
        if kind.is_some_and(|k| k != CoverageKind::Cash) && self.payer.is_blank() {
            check.say("payer", "Choose the insurer");
        }
        if kind == Some(CoverageKind::Cash) && !self.payer.is_blank() {
            check.say("payer", "Where the patient pays there is no insurer. Clear one of the two");
        }
        let draft = CoverageDraft {
            payer: self.payer.some(),
            // With a payer and no kind, the payer's own kind is taken by the use case.
            kind: kind.unwrap_or(CoverageKind::Health),
            rank: check.whole("rank", &self.rank, 1..=3).unwrap_or(1),
            member_no: check.line("member_no", &self.member_no),
            claim_no: check.line("claim_no", &self.claim_no),
            group_no: check.line("group_no", &self.group_no),
            plan_name: check.line("plan_name", &self.plan_name),
            insured_name: check.line("insured_name", &self.insured_name),
            insured_street: check.line("insured_street", &self.insured_street),
            insured_city: check.line("insured_city", &self.insured_city),
            insured_state: check.state("insured_state", &self.insured_state),
            insured_zip: check.zip("insured_zip", &self.insured_zip),
            insured_born_on: check.birth_date("insured_born_on", &self.insured_born_on),
            insured_sex: check.choice("insured_sex", &self.insured_sex),
            member_no_is_patients_own: self.member_no_is_patients_own.is_yes(),
            relationship: check.choice("relationship", &self.relationship).unwrap_or(Relationship::Myself),
            injured_on: check.past_day("injured_on", &self.injured_on, "The injury"),
            accident_state: check.state("accident_state", &self.accident_state),
            employer: check.line("employer", &self.employer),
            adjuster_name: check.line("adjuster_name", &self.adjuster_name),
            adjuster_phone: check.phone("adjuster_phone", &self.adjuster_phone).map(|p| p.e164),
            adjuster_fax: check.phone("adjuster_fax", &self.adjuster_fax).map(|p| p.e164),
            adjuster_email: check.email("adjuster_email", &self.adjuster_email).map(|e| e.to_string()),
            effective_from: check.day("effective_from", &self.effective_from),
            effective_to: check.day("effective_to", &self.effective_to),
            authorization_no: check.line("authorization_no", &self.authorization_no),
            authorization_from: check.day("authorization_from", &self.authorization_from),
            authorization_until: check.day("authorization_until", &self.authorization_until),
            authorization_visits: check.whole("authorization_visits", &self.authorization_visits, 1..=1_000),
            visit_limit: check.whole("visit_limit", &self.visit_limit, 0..=1_000),
            visits_used_elsewhere: check.whole("visits_used_elsewhere", &self.visits_used_elsewhere, 0..=1_000),
            dollar_limit_cents: check.price("dollar_limit_cents", &self.dollar_limit_cents),
            dollars_used_cents: check.price("dollars_used_cents", &self.dollars_used_cents),
            copay_cents: check.price("copay_cents", &self.copay_cents),
            verified_on: check.past_day("verified_on", &self.verified_on, "The check"),
            verified_with: check.line("verified_with", &self.verified_with),
            verified_ref: check.line("verified_ref", &self.verified_ref),
            notes: check.text("notes", &self.notes),
            version: check.whole("version", &self.version, 0..=i64::MAX),
        };
        if let (Some(from), Some(to)) = (draft.effective_from, draft.effective_to)
            && to < from
        {
            check.say("effective_to", "The end lies before the beginning");
        }
        if let (Some(from), Some(until)) = (draft.authorization_from, draft.authorization_until)
            && until < from
        {
            check.say("authorization_until", "The end lies before the beginning");
        }
        let says_more = draft.authorization_from.or(draft.authorization_until).is_some() || draft.authorization_visits.is_some();
        if says_more && self.authorization_no.is_blank() {
            check.say("authorization_no", "Enter the number of the approval");
        }
        // Else the visits of an approval before would count against it.
        if draft.authorization_visits.is_some() && self.authorization_from.is_blank() {
            check.say("authorization_from", "Say from which day on its visits count");
        }
        check.done(draft)
    }
}
