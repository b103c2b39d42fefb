//! How a claim may move, and what each state means. The table is the domain brief's 2.12.

use crate::entity::claim::Model as Claim;
use crate::types::Chip;

crate::words! {
    pub enum ClaimState {
        Draft = "draft", "Draft";
        Ready = "ready", "Ready to send";
        Submitted = "submitted", "Sent";
        Acknowledged = "acknowledged", "Received";
        Accepted = "accepted", "With the payer";
        Pended = "pended", "Under review";
        Paid = "paid", "Paid";
        PartiallyPaid = "partially_paid", "Partly paid";
        Denied = "denied", "Denied";
        Rejected = "rejected", "Rejected";
        Appealed = "appealed", "Appealed";
        Reversed = "reversed", "Taken back";
        WrittenOff = "written_off", "Written off";
        Closed = "closed", "Closed";
        Voided = "voided", "Voided";
    }
}

impl ClaimState {
    /// The moves of the table. Decisions of paper payers right after sending are `may_be_decided`'s matter.
    pub fn may_become(self) -> &'static [Self] {
        use ClaimState::*;
        match self {
            Draft => &[Ready, Voided],
            Ready => &[Submitted, Draft],
            Submitted => &[Acknowledged, Accepted, Rejected],
            Acknowledged => &[Accepted, Rejected],
            Accepted => &[Pended, Paid, PartiallyPaid, Denied],
            Pended => &[Paid, PartiallyPaid, Denied],
            Rejected => &[Draft],
            Denied => &[Appealed, Draft, WrittenOff, Paid, PartiallyPaid],
            Appealed => &[Paid, PartiallyPaid, Denied],
            Paid | PartiallyPaid => &[Closed, Reversed, Draft],
            Reversed => &[Paid, PartiallyPaid, Denied],
            WrittenOff | Closed => &[Reversed],
            Voided => &[],
        }
    }

    /// The state in a sentence: "ready to send".
    pub fn spoken(self) -> String {
        self.label().to_lowercase()
    }

    /// What it can become, for people: "ready to send, voided".
    pub fn may_become_spoken(self) -> String {
        self.may_become().iter().map(|s| s.spoken()).collect::<Vec<_>>().join(", ")
    }

    /// The same for programs.
    pub fn allowed(self) -> Vec<String> {
        self.may_become().iter().map(Self::to_string).collect()
    }

    /// Whether a payer's first decision may be entered now. A payer that takes no 837P never acknowledges,
    /// so its answer may follow the sending at once.
    pub fn may_be_decided(self, acknowledges: bool) -> bool {
        use ClaimState::*;
        match self {
            Submitted => !acknowledges,
            Accepted | Pended | Denied | Appealed | Reversed => true,
            _ => false,
        }
    }

    /// A decision that a replacement (7) or a void (8) may follow.
    pub fn may_be_corrected(self) -> bool {
        matches!(self, Self::Denied | Self::Paid | Self::PartiallyPaid)
    }

    /// A draft, or one that is ready to leave.
    pub fn is_unsent(self) -> bool {
        matches!(self, Self::Draft | Self::Ready)
    }

    /// On its way or come back unread: nothing that a payer decided shows in it.
    pub fn is_before_a_decision(self) -> bool {
        matches!(self, Self::Submitted | Self::Acknowledged | Self::Accepted | Self::Pended | Self::Rejected)
    }

    pub fn awaits_payer(self) -> bool {
        matches!(self, Self::Submitted | Self::Acknowledged | Self::Accepted | Self::Pended | Self::Appealed)
    }

    /// A payer has it and is to answer, for the first time or anew.
    pub fn is_away(self) -> bool {
        self.awaits_payer() || self == Self::Reversed
    }

    /// The filing clock runs until the payer has taken the claim in.
    pub fn filing_clock_runs(self) -> bool {
        matches!(self, Self::Draft | Self::Ready | Self::Submitted | Self::Acknowledged | Self::Rejected)
    }

    pub fn chip(self) -> Chip {
        use ClaimState::*;
        match self {
            Draft | Ready => Chip::wait(self.label()),
            Submitted | Acknowledged | Accepted | Pended | Appealed => Chip::info(self.label()),
            Paid | Closed => Chip::ok(self.label()),
            PartiallyPaid => Chip::ok(self.label()),
            Rejected | Denied | Reversed => Chip::bad(self.label()),
            WrittenOff | Voided => Chip::plain(self.label()),
        }
    }
}

crate::words! {
    /// What a clearinghouse or payer said before the decision.
    pub enum AnswerKind {
        /// The file it travelled in could be read (999). That is no acknowledgment of the claim.
        Read = "read", "File read";
        /// The same, with errors that touch the claim.
        Warned = "warned", "Read, with errors";
        /// 277CA A0.
        Forwarded = "forwarded", "Passed on";
        Acknowledged = "acknowledged", "Received";
        Accepted = "accepted", "Taken in";
        Rejected = "rejected", "Rejected";
        /// 277CA A4.
        NotFound = "not_found", "Not found";
        /// Any other status; it changes nothing.
        Told = "told", "Status told";
        Pended = "pended", "Under review";
    }
}

impl AnswerKind {
    /// The state of a claim that was answered so; none where the answer moves no claim.
    pub fn leads_to(self) -> Option<ClaimState> {
        match self {
            Self::Acknowledged => Some(ClaimState::Acknowledged),
            Self::Accepted => Some(ClaimState::Accepted),
            Self::Rejected => Some(ClaimState::Rejected),
            Self::Pended => Some(ClaimState::Pended),
            Self::Read | Self::Warned | Self::Forwarded | Self::NotFound | Self::Told => None,
        }
    }

    /// It says that the clearinghouse or payer has the claim, or had it: the reading of a file alone does not.
    pub fn is_about_the_claim(self) -> bool {
        !matches!(self, Self::Read | Self::Warned | Self::NotFound)
    }

    pub fn chip(self) -> Chip {
        match self {
            Self::Accepted => Chip::ok(self.label()),
            Self::Rejected => Chip::bad(self.label()),
            Self::Warned | Self::NotFound => Chip::wait(self.label()),
            Self::Read | Self::Told => Chip::plain(self.label()),
            Self::Forwarded | Self::Acknowledged | Self::Pended => Chip::info(self.label()),
        }
    }
}

impl Claim {
    /// The version that it is shown by.
    pub fn shown_version(&self) -> Option<i64> {
        shown_version(self.state, self.draft_version_id, self.sent_version_id)
    }

    /// What it stands at, by the sums on it.
    pub fn standing(&self) -> Standing {
        Standing {
            charge_cents: self.charge_cents,
            insurer_cents: self.insurer_cents,
            patient_cents: self.patient_cents,
            contractual_cents: self.contractual_cents,
            written_off_cents: self.written_off_cents,
        }
    }
}

/// What a claim stands at, from sums of its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub charge_cents: i64,
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
}

impl Standing {
    /// Balance = charge - insurer - patient - contractual - written off; below zero is a credit to refund [domain 2.12].
    pub fn signed_balance(self) -> i64 {
        self.charge_cents - self.insurer_cents - self.patient_cents - self.contractual_cents - self.written_off_cents
    }

    /// What is left to come; a credit counts as nothing.
    pub fn balance(self) -> i64 {
        std::cmp::max(0, self.signed_balance())
    }

    /// What is left beside what the patient still owes of a share: refused or cut, and neither answered nor written off.
    pub fn beyond_patient(self, patient_share_cents: i64) -> i64 {
        std::cmp::max(0, self.balance() - std::cmp::max(0, patient_share_cents - self.patient_cents))
    }
}

/// Frequency codes of a transmission [NUCC 1500, item 22].
pub const ORIGINAL: i64 = 1;
pub const REPLACEMENT: i64 = 7;
pub const VOID: i64 = 8;

/// Lines that fit on one form.
pub const LINES_A_CLAIM: usize = 6;

/// "A claim that is draft cannot become paid. It can become: ready to send, voided."
pub fn refusal(from: ClaimState, to: ClaimState) -> String {
    let (state, to) = (from.spoken(), to.spoken());
    match from.may_become() {
        [] => format!("A claim that is {state} stays as it is. It cannot become {to}"),
        _ => format!("A claim that is {state} cannot become {to}. It can become: {}", from.may_become_spoken()),
    }
}

/// The version that a claim is shown by: the draft while it is one, else what was sent last.
pub fn shown_version(state: ClaimState, draft_id: Option<i64>, sent_id: Option<i64>) -> Option<i64> {
    draft_id.filter(|_| state.is_unsent()).or(sent_id).or(draft_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_cannot_become_paid_and_the_refusal_names_what_it_can_become() {
        assert!(!ClaimState::Draft.may_become().contains(&ClaimState::Paid));
        assert_eq!(ClaimState::Draft.allowed(), ["ready", "voided"]);
        assert_eq!(
            refusal(ClaimState::Draft, ClaimState::Paid),
            "A claim that is draft cannot become paid. It can become: ready to send, voided"
        );
    }

    #[test]
    fn a_rejected_claim_goes_back_to_draft_and_nowhere_else() {
        assert_eq!(ClaimState::Rejected.may_become(), [ClaimState::Draft]);
    }

    #[test]
    fn only_a_payer_that_never_acknowledges_may_decide_right_after_the_sending() {
        assert!(ClaimState::Submitted.may_be_decided(false) && !ClaimState::Submitted.may_be_decided(true));
        assert!(!ClaimState::Draft.may_be_decided(false) && !ClaimState::Ready.may_be_decided(false));
    }

    #[test]
    fn every_state_after_a_decision_may_be_reversed() {
        for state in [ClaimState::Paid, ClaimState::PartiallyPaid, ClaimState::WrittenOff, ClaimState::Closed] {
            assert!(state.may_become().contains(&ClaimState::Reversed), "{state}");
        }
    }

    #[test]
    fn more_money_than_the_charge_is_a_credit_and_no_balance() {
        let over = Standing { charge_cents: 10_000, insurer_cents: 9_000, patient_cents: 2_000, ..Default::default() };
        assert_eq!((over.signed_balance(), over.balance()), (-1_000, 0));
    }
}
