//! What a report is and how it may move. From queued on its state is read from its outbox row.

use crate::mail::outbox_state::OutboxState;
use crate::referrals::referral::ReferralState;
use crate::types::Chip;

crate::words! {
    pub enum ReportKind {
        Progress = "progress", "Progress report";
        MonthlySummary = "monthly_summary", "Monthly summary";
        RenewalRequest = "renewal_request", "Renewal request";
        InitialReport = "initial_report", "Initial report";
        DischargeLetter = "discharge_letter", "Discharge letter";
        LostReferralNote = "lost_referral_note", "Lost-referral note";
        ThankYou = "thank_you", "Thank-you";
        Introduction = "introduction", "Introduction";
    }
}

impl ReportKind {
    /// Those that tell how a patient does: the next one begins where the last of them ended.
    pub const TELLING: &'static [Self] = &[Self::Progress, Self::RenewalRequest, Self::InitialReport, Self::DischargeLetter];

    /// What can be written about a referral that stands so.
    pub fn about(state: ReferralState) -> &'static [Self] {
        match state {
            ReferralState::Converted => &[Self::Progress, Self::RenewalRequest, Self::InitialReport],
            ReferralState::Closed => &[Self::DischargeLetter],
            ReferralState::Lost => &[Self::LostReferralNote],
            ReferralState::Received | ReferralState::Attempting | ReferralState::Scheduled => &[Self::ThankYou],
        }
    }

    /// About one patient; a summary is about all of a doctor, an introduction about nobody.
    pub fn is_about_one(self) -> bool {
        !matches!(self, Self::MonthlySummary | Self::Introduction)
    }

    /// It has to fit on one page [domain 4.2]; a doctor with many patients reads on.
    pub fn is_one_page(self) -> bool {
        self != Self::MonthlySummary
    }

    /// Made of signed notes; the others tell of a referral before care, or without it.
    pub fn is_of_notes(self) -> bool {
        !matches!(self, Self::LostReferralNote | Self::ThankYou | Self::Introduction)
    }

    /// About us: who asked not to be contacted gets none. Reports on shared patients go on [domain 2.3].
    pub fn is_courtesy(self) -> bool {
        matches!(self, Self::ThankYou | Self::Introduction)
    }

    /// Who shares a patient may get a copy of it: it tells how the patient does, and asks for no order [domain 2.11].
    pub fn is_copied(self) -> bool {
        matches!(self, Self::Progress | Self::InitialReport | Self::DischargeLetter)
    }

    /// Its page is signed by the doctor and comes back: it never leaves without the page.
    pub fn comes_back(self) -> bool {
        self == Self::RenewalRequest
    }

    /// The parts that a person may say in their own words, in the order they are read.
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Progress => &["bottom_line", "treatment", "plan", "flags", "ask", "meanwhile"],
            Self::MonthlySummary => &[],
            Self::RenewalRequest => &["bottom_line", "visits", "per_week", "until", "why", "meanwhile"],
            Self::InitialReport => &["bottom_line", "found", "plan", "flags", "ask", "meanwhile"],
            Self::DischargeLetter => &["bottom_line", "home", "again", "flags"],
            Self::LostReferralNote => &["bottom_line", "to_do", "from_here"],
            Self::ThankYou => &["promise"],
            Self::Introduction => &["who", "coverage", "contact", "call_day", "studies"],
        }
    }
}

crate::words! {
    /// A report's own state, up to its release [domain 2.11].
    pub enum ReportState {
        Draft = "draft", "To approve";
        Signed = "signed", "Signed";
        Released = "released", "Released";
        Skipped = "skipped", "Skipped";
    }
}

crate::words! {
    /// The state that people see: the report's own, or that of its latest outbox row [email-delivery.md].
    pub enum ShownState {
        Draft = "draft", "To approve";
        Signed = "signed", "Signed";
        Queued = "queued", "Going out";
        Sent = "sent", "Sent";
        Delivered = "delivered", "Delivered";
        Bounced = "bounced", "Bounced";
        Failed = "failed", "Not sent";
        Skipped = "skipped", "Skipped";
    }
}

impl ShownState {
    pub fn chip(self) -> Chip {
        match self {
            Self::Draft | Self::Signed => Chip::wait(self.label()),
            Self::Queued => Chip::info(self.label()),
            Self::Sent | Self::Delivered => Chip::ok(self.label()),
            Self::Bounced | Self::Failed => Chip::bad(self.label()),
            Self::Skipped => Chip::plain(self.label()),
        }
    }
}

impl ShownState {
    /// Reads the state off a report and its latest mail.
    pub fn of(state: ReportState, mail: Option<OutboxState>) -> Self {
        match (state, mail) {
            (ReportState::Draft, _) => Self::Draft,
            (ReportState::Signed, _) => Self::Signed,
            (ReportState::Skipped, _) => Self::Skipped,
            (ReportState::Released, Some(OutboxState::Sent)) => Self::Sent,
            (ReportState::Released, Some(OutboxState::Delivered)) => Self::Delivered,
            (ReportState::Released, Some(OutboxState::Bounced | OutboxState::Complained)) => Self::Bounced,
            (ReportState::Released, Some(OutboxState::Failed | OutboxState::Expired | OutboxState::Abandoned)) => Self::Failed,
            (ReportState::Released, _) => Self::Queued,
        }
    }

    /// Counts as told to the doctor [domain 2.11].
    pub fn arrived(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered)
    }
}
