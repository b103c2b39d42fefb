//! The states of a mail on its way out [email-delivery.md 3.2].

use crate::types::Chip;

crate::words! {
    pub enum OutboxState {
        Approved = "approved", "Waiting to go";
        Claimed = "claimed", "Going out";
        /// The durable mark between the server's 354 and the first byte of the body.
        Body = "body", "Going out";
        RetryWait = "retry_wait", "Will be tried again";
        Sent = "sent", "Sent";
        Failed = "failed", "Refused";
        Expired = "expired", "Given up";
        Unknown = "unknown", "May have arrived";
        Abandoned = "abandoned", "Given up by a person";
        Cancelled = "cancelled", "Taken back";
        Bounced = "bounced", "Came back";
        Complained = "complained", "Complained about";
        Delivered = "delivered", "Delivered";
    }
}

impl OutboxState {
    pub fn chip(self) -> Chip {
        match self {
            Self::Approved | Self::Claimed | Self::Body => Chip::info(self.label()),
            Self::RetryWait | Self::Unknown => Chip::wait(self.label()),
            Self::Sent | Self::Delivered => Chip::ok(self.label()),
            Self::Failed | Self::Expired | Self::Bounced | Self::Complained => Chip::bad(self.label()),
            Self::Abandoned | Self::Cancelled => Chip::plain(self.label()),
        }
    }

    /// Still to go, or not known whether it went.
    pub fn is_underway(self) -> bool {
        matches!(self, Self::Approved | Self::Claimed | Self::Body | Self::RetryWait | Self::Unknown)
    }

    /// A person may still take it back: surely not one byte of the body left.
    pub fn may_be_cancelled(self) -> bool {
        matches!(self, Self::Approved | Self::RetryWait)
    }
}

crate::words! {
    pub enum MailChannel {
        Email = "email", "Email";
        /// A mail without a word about anybody, and the report behind the link in it.
        Link = "link", "Secure link";
        /// The one-time code that opens such a link. It waits behind no report.
        Code = "code", "Code";
        /// The page as a PDF to a gateway that faxes it.
        Fax = "fax", "Fax";
        /// Printed, and sent by a person.
        Paper = "paper", "On paper";
    }
}

impl MailChannel {
    /// What a mail server carries.
    pub const MAILED: [Self; 4] = [Self::Email, Self::Link, Self::Code, Self::Fax];
    /// What counts against the limits of an address.
    pub const COUNTED: [Self; 3] = [Self::Email, Self::Link, Self::Fax];

    /// Goes to a mailbox of the doctor's own. A fax does not: the gateway's address for a number tells nothing about who can be reached.
    pub fn has_mailbox(self) -> bool {
        matches!(self, Self::Email | Self::Link | Self::Code)
    }

    pub fn is_mailed(self) -> bool {
        Self::MAILED.contains(&self)
    }
}

crate::words! {
    /// How a person sent what was printed.
    pub enum HandWay {
        Mail = "mail", "By mail";
        Fax = "fax", "By fax";
        Hand = "hand", "By hand";
    }
}
