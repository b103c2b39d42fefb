//! The words of the ledger: what an event is, what an adjustment means, what a payer's answer comes to.

use crate::types::Chip;

crate::words! {
    /// One movement of money or of what is owed. The sign says which way.
    pub enum EventKind {
        /// Paid by a payer for a claim; negative when taken back.
        InsurerPayment = "insurer_payment", "Paid by the payer";
        /// Why a charge was not paid: part of a decision.
        Adjustment = "adjustment", "Adjustment";
        /// A provider-level item of a remittance, positive when it is money for us.
        ProviderItem = "provider_item", "Item of the deposit";
        PatientPayment = "patient_payment", "Paid by the patient";
        /// Given back to the patient; negative.
        Refund = "refund", "Refund";
        /// What we gave up; negative when it is taken back.
        WriteOff = "write_off", "Written off";
    }
}

crate::words! {
    /// Who an adjustment is about, by its group and reason [domain 2.13].
    pub enum Class {
        Contractual = "contractual", "Taken off, agreed price";
        Patient = "patient", "Patient's share";
        Denied = "denied", "Denied";
        /// Less than asked on a line that was paid: stays outstanding until a person decides.
        Reduced = "reduced", "Reduced";
        /// What the payer before has answered for already (OA-23).
        PriorPayer = "prior_payer", "Paid by the payer before";
    }
}

crate::words! {
    /// Group codes of an adjustment.
    pub enum Group {
        Contractual = "CO", "CO";
        Patient = "PR", "PR";
        Other = "OA", "OA";
        PayerInitiated = "PI", "PI";
        Correction = "CR", "CR";
    }
}

crate::words! {
    pub enum Method {
        Eft = "eft", "Electronic transfer";
        Check = "check", "Check";
        Card = "card", "Card";
        Cash = "cash", "Cash";
        Other = "other", "Other";
        None = "none", "No payment";
    }
}

crate::words! {
    /// What a decision comes to for the claim.
    pub enum DecisionOutcome {
        Paid = "paid", "Paid";
        PartiallyPaid = "partially_paid", "Partly paid";
        Denied = "denied", "Denied";
        Reversal = "reversal", "Taken back";
        /// Says only "duplicate" while a decision stands: kept, and none.
        DuplicateNotice = "duplicate_notice", "Said to be a duplicate";
    }
}

impl DecisionOutcome {
    pub fn chip(self) -> Chip {
        match self {
            Self::Paid | Self::PartiallyPaid => Chip::ok(self.label()),
            Self::Denied | Self::Reversal => Chip::bad(self.label()),
            Self::DuplicateNotice => Chip::plain(self.label()),
        }
    }
}

crate::words! {
    pub enum DenialState {
        Open = "open", "Open";
        Appealed = "appealed", "Appealed";
        Overturned = "overturned", "Overturned";
        Upheld = "upheld", "Upheld";
        WrittenOff = "written_off", "Written off";
        Corrected = "corrected", "Corrected";
    }
}

crate::words! {
    pub enum RootCause {
        NoAuthorization = "no_authorization", "No authorization";
        ExpiredRx = "expired_rx", "Past the order";
        CodeNotCovered = "code_not_covered", "Treatment not covered";
        ProviderNotEligible = "provider_not_eligible", "Therapist not eligible";
        Limits = "limits", "Past the limit";
        Late = "late", "Billed too late";
        Coding = "coding", "Coding";
        Eligibility = "eligibility", "Not insured";
        MedicalNecessity = "medical_necessity", "Not medically necessary";
        Duplicate = "duplicate", "Duplicate";
        Diagnosis = "diagnosis", "Diagnosis not covered";
        Other = "other", "Other";
    }
}

/// The fee-schedule reasons with which a practice starts; it may edit the list [domain 2.13].
pub const CONTRACTUAL_REASONS: &[&str] = &["45", "P12", "P23", "24", "94", "237", "253"];

/// Where an adjustment belongs. `paid_on_it` tells whether its line (or claim) got any money.
pub fn classify(group: Group, reason: &str, paid_on_it: bool, contractual: &[String]) -> Class {
    match group {
        Group::Patient => Class::Patient,
        Group::Contractual if contractual.iter().any(|r| r == reason) => Class::Contractual,
        Group::Other if reason == "23" => Class::PriorPayer,
        _ if paid_on_it => Class::Reduced,
        _ => Class::Denied,
    }
}

/// Whether an adjustment is a reason of denial: not contractual, not a deductible, coinsurance or copay, not OA-23.
pub fn is_denial_reason(group: Group, reason: &str, contractual: &[String]) -> bool {
    let usual_share = group == Group::Patient && matches!(reason, "1" | "2" | "3");
    let agreed = group == Group::Contractual && contractual.iter().any(|r| r == reason);
    let prior = group == Group::Other && reason == "23";
    !(usual_share || agreed || prior)
}

/// Our own short words for the reasons seen often; an unknown one is shown as its code.
pub fn reason_words(group: &str, reason: &str) -> Option<&'static str> {
    Some(match (group, reason) {
        ("PR", "1") => "deductible",
        ("PR", "2") => "coinsurance",
        ("PR", "3") => "copay",
        ("OA", "23") => "paid by the payer before",
        (_, "4") => "modifier does not fit",
        (_, "11") => "diagnosis does not fit the treatment",
        (_, "16") => "information is missing",
        (_, "18") => "duplicate",
        (_, "22") => "another payer goes first",
        (_, "24" | "45" | "94" | "237" | "253" | "P12" | "P23") => "above the agreed price",
        (_, "29") => "billed too late",
        (_, "50") => "not medically necessary",
        (_, "96") => "not covered",
        (_, "97") => "included in another treatment",
        (_, "109") => "wrong payer",
        (_, "119") => "benefit used up",
        (_, "151") => "too many units or visits",
        (_, "167") => "diagnosis not covered",
        (_, "170") => "this kind of therapist is not paid",
        (_, "197") => "no authorization",
        (_, "198") => "more than was authorized",
        (_, "204") => "not part of the plan",
        _ => return None,
    })
}

/// A first guess at what lies behind a denial; a person may change it.
pub fn root_cause(reason: &str) -> RootCause {
    match reason {
        "197" => RootCause::NoAuthorization,
        "198" | "119" | "151" => RootCause::Limits,
        "29" => RootCause::Late,
        "4" | "16" | "97" => RootCause::Coding,
        "11" | "167" => RootCause::Diagnosis,
        "18" => RootCause::Duplicate,
        "22" | "109" | "27" | "31" => RootCause::Eligibility,
        "50" => RootCause::MedicalNecessity,
        "96" | "204" => RootCause::CodeNotCovered,
        "170" => RootCause::ProviderNotEligible,
        _ => RootCause::Other,
    }
}

/// One current decision, as far as the fee-schedule sum needs it. In order of payer rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    pub paid_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
}

/// The contractual part of a claim: the first payer's as it stands; a later payer's only up to what is left of the
/// charge after the earlier ones and after its own payment and patient share, never below zero [domain 5.4].
pub fn contractual(charge_cents: i64, by_rank: &[Current]) -> i64 {
    let mut left = charge_cents;
    let mut total = 0;
    for (at, decision) in by_rank.iter().enumerate() {
        let counted = if at == 0 {
            decision.contractual_cents
        } else {
            let room = left - decision.paid_cents - decision.patient_cents;
            decision.contractual_cents.clamp(0, std::cmp::max(0, room))
        };
        total += counted;
        left -= decision.paid_cents + counted;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<String> {
        CONTRACTUAL_REASONS.iter().map(|r| r.to_string()).collect()
    }

    #[test]
    fn only_the_fee_schedule_reasons_of_group_co_are_contractual() {
        assert_eq!(classify(Group::Contractual, "45", true, &list()), Class::Contractual);
        assert_eq!(classify(Group::Contractual, "45", false, &list()), Class::Contractual);
        assert_eq!(classify(Group::PayerInitiated, "45", false, &list()), Class::Denied);
        assert_eq!(classify(Group::Contractual, "197", false, &list()), Class::Denied);
        assert_eq!(classify(Group::Contractual, "151", true, &list()), Class::Reduced);
        assert_eq!(classify(Group::Other, "23", false, &list()), Class::PriorPayer);
        assert_eq!(classify(Group::Patient, "96", false, &list()), Class::Patient);
    }

    #[test]
    fn a_deductible_is_no_reason_of_denial_and_a_not_covered_share_is() {
        assert!(!is_denial_reason(Group::Patient, "1", &list()) && is_denial_reason(Group::Patient, "96", &list()));
        assert!(!is_denial_reason(Group::Contractual, "45", &list()) && !is_denial_reason(Group::Other, "23", &list()));
        assert!(is_denial_reason(Group::Contractual, "197", &list()));
    }

    #[test]
    fn a_later_payers_part_counts_only_up_to_what_is_left() {
        let first = Current { paid_cents: 9_000, patient_cents: 2_000, contractual_cents: 5_000 };
        let second = Current { paid_cents: 1_500, patient_cents: 0, contractual_cents: 5_500 };
        // 160.00 - 90.00 - 50.00 leaves 20.00; the second paid 15.00, so at most 5.00 of its 55.00 count.
        assert_eq!(contractual(16_000, &[first, second]), 5_500);
        assert_eq!(contractual(16_000, &[first]), 5_000);
        assert_eq!(contractual(16_000, &[first, Current { paid_cents: 9_999, ..second }]), 5_000);
    }
}
