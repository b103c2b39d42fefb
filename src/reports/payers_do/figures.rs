//! What a payer did with the claims it got, in counts and sums. Pure: what the queries found in, figures out.

use crate::payments::money::reason_words;
use crate::types::rate::{Halves, Rate, median, wilson};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// Fewer are shown as counts with their range, and no payer is called good or bad by them [domain 5.1].
pub const LEAST_TO_RANK: i64 = 5;
/// Reasons shown.
pub const REASONS: usize = 3;

crate::words! {
    /// A number of the page that opens its claims.
    pub enum Of {
        Claims = "claims", "Claims";
        Adjudicated = "adjudicated", "Decided";
        Paid = "paid", "Paid";
        EverDenied = "ever_denied", "Ever denied";
        NowDenied = "now_denied", "Denied now";
        Underpaid = "underpaid", "Paid less than expected";
    }
}

/// Counts of one payer, or of one treatment before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// First sent in the period.
    pub claims: i64,
    /// With at least one decision.
    pub adjudicated: i64,
    /// For which the payer's money is here.
    pub paid: i64,
    pub ever_denied: i64,
    pub now_denied: i64,
    /// Charged in what was decided.
    pub charges_cents: i64,
    /// Paid by the payer, less what it took back.
    pub paid_cents: i64,
    /// Lines that its sheet gives an allowed amount for and that were not refused.
    pub compared: i64,
    /// What the sheet lets expect of them,
    pub expected_cents: i64,
    /// what the payer allowed: its money and the patient's share,
    pub allowed_cents: i64,
    /// and how much less that is, over the lines where it is less.
    pub short_cents: i64,
    /// Claims with such a line.
    pub underpaid: i64,
}

/// The shares that stand beside the counts; a small number has its 95% range (Wilson), in tenths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shares {
    /// Paid claims / decided claims.
    pub paid_share: Option<Rate>,
    pub paid_range: Option<(i64, i64)>,
    /// Ever denied / decided claims.
    pub denied_share: Option<Rate>,
    pub denied_range: Option<(i64, i64)>,
    /// Cents paid / cents charged, of what was decided.
    pub paid_of_charge: Option<Rate>,
    /// Allowed / expected.
    pub allowed_of_expected: Option<Rate>,
    /// Fewer than five were decided.
    pub too_few: bool,
}

impl Counts {
    pub fn shares(&self) -> Shares {
        let few = |k: i64| wilson(k, self.adjudicated).filter(|_| self.adjudicated < LEAST_TO_RANK);
        Shares {
            paid_share: Rate::of(self.paid, self.adjudicated),
            paid_range: few(self.paid),
            denied_share: Rate::of(self.ever_denied, self.adjudicated),
            denied_range: few(self.ever_denied),
            paid_of_charge: Rate::of(self.paid_cents, self.charges_cents),
            allowed_of_expected: Rate::of(self.allowed_cents, self.expected_cents),
            too_few: self.adjudicated < LEAST_TO_RANK,
        }
    }
}

/// A reason, and in how many claims it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// `CO-197`.
    pub code: String,
    pub words: Option<&'static str>,
    pub claims: i64,
}

impl Reason {
    pub fn of(group: &str, reason: &str, claims: i64) -> Self {
        Self { code: format!("{group}-{reason}"), words: reason_words(group, reason), claims }
    }
}

/// Those said most, three at most.
pub fn top(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by(|a, b| b.claims.cmp(&a.claims).then(a.code.cmp(&b.code)));
    reasons.truncate(REASONS);
    reasons
}

/// The median of the days from the first sending to the first decision.
pub fn median_days(pairs: &[(NaiveDate, NaiveDate, i64)]) -> Option<Halves> {
    let days: Vec<(i64, i64)> = pairs.iter().map(|(sent, decided, n)| ((*decided - *sent).num_days(), *n)).collect();
    median(&days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_decided_is_no_share_and_never_zero() {
        let shares = Counts { claims: 3, ..Default::default() }.shares();
        assert_eq!((shares.paid_share, shares.denied_share, shares.paid_of_charge), (None, None, None));
    }

    #[test]
    fn a_small_number_has_its_range_beside_it() {
        let shares = Counts { claims: 5, adjudicated: 4, paid: 1, ..Default::default() }.shares();
        assert!(shares.too_few && shares.paid_range.is_some());
        let many = Counts { claims: 9, adjudicated: 9, paid: 2, ..Default::default() }.shares();
        assert_eq!((many.too_few, many.paid_range, many.paid_share.map(|r| r.0)), (false, None, Some(2_222)));
    }

    #[test]
    fn the_three_reasons_said_most_stand_first() {
        let said = vec![Reason::of("CO", "50", 1), Reason::of("CO", "197", 4), Reason::of("CO", "29", 1), Reason::of("PI", "151", 2)];
        let codes: Vec<String> = top(said).into_iter().map(|r| r.code).collect();
        assert_eq!(codes, ["CO-197", "PI-151", "CO-29"]);
    }
}
