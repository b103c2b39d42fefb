//! The words of staged payments. Pure.

use crate::types::Chip;
use crate::x12::remittance_835::ClaimPayment;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// What a payer's file says of one claim, as it is kept with the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Said(pub ClaimPayment);

crate::words! {
    /// Where a payment of an 835 stands.
    pub enum EraState {
        /// It balances and waits for somebody to post it.
        Staged = "staged", "To review";
        /// It does not balance: nothing is posted unless the owner says why.
        Unbalanced = "unbalanced", "Does not balance";
        /// Another row holds the same payment.
        Duplicate = "duplicate", "Taken in before";
        /// It is not ours, or no payment that could be posted.
        Refused = "refused", "Refused";
        Posted = "posted", "Posted";
        /// It was posted and taken back whole.
        Reversed = "reversed", "Taken back";
    }
}

impl EraState {
    pub fn chip(self) -> Chip {
        match self {
            Self::Staged => Chip::wait(self.label()),
            Self::Unbalanced | Self::Refused => Chip::bad(self.label()),
            Self::Posted => Chip::ok(self.label()),
            Self::Duplicate | Self::Reversed => Chip::plain(self.label()),
        }
    }
}

crate::words! {
    /// What becomes of the answer to one claim.
    pub enum MatchState {
        /// Its claim is known and takes the answer.
        Matched = "matched", "Matched";
        /// Nobody knows yet to which claim it belongs.
        ToMatch = "to_match", "Needs a match";
        /// Its claim is known and does not take the answer as things stand.
        Held = "held", "Held";
        /// Carries no money and decides nothing: forwarded to somebody else, or only foretold.
        Passed = "passed", "Nothing to post";
        Posted = "posted", "Posted";
        /// Its money waits under Unmatched.
        Parked = "parked", "Unmatched";
    }
}

crate::words! {
    /// How an answer found its claim.
    pub enum FoundBy {
        Number = "number", "our claim number";
        PayerNumber = "payer_number", "the payer's number";
        /// Member number, day and charge fit: a person must confirm it.
        Likeness = "likeness", "member number, day and charge";
        Person = "person", "a person";
    }
}

crate::words! {
    /// How a line of an answer found ours.
    pub enum LineBy {
        Number = "number", "our line number";
        Same = "same", "code, modifiers, day and charge";
        /// The payer says another modifier, day or charge.
        Alike = "alike", "its code, and not all of modifiers, day and charge";
        Place = "place", "its place and charge alone";
    }
}

impl LineBy {
    /// Nothing that the payer says of it contradicts what we sent.
    pub fn is_sure(self) -> bool {
        matches!(self, Self::Number | Self::Same)
    }
}
