//! What a report is and how it may move. From queued on its state is read from its outbox row.

use crate::types::Chip;

crate::words! {
    pub enum ReportKind {
        Progress = "progress", "Progress report";
        MonthlySummary = "monthly_summary", "Monthly summary";
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
            Self::Sent => Chip::ok("Accepted by their mail server"),
            Self::Delivered => Chip::ok(self.label()),
            Self::Bounced | Self::Failed => Chip::bad(self.label()),
            Self::Skipped => Chip::plain(self.label()),
        }
    }
}
