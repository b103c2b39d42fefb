//! What each source brought, in the words of the domain brief (5.1, 5.4). Pure: sums in, figures out.

use crate::types::rate::{Halves, Rate, divide, median};
use std::collections::BTreeMap;

/// The smallest number of referrals that is ranked; fewer are shown as counts [domain 5.1].
pub const LEAST_TO_RANK: i64 = 5;

/// The share of charges from which on the figures hardly move any more [domain 5.1].
pub const RIPE: Rate = Rate(9_000);

/// An amount for each of so many; none where there are none. Cents.
pub fn per(cents: i64, each: i64) -> Option<i64> {
    (each > 0).then(|| divide(cents.into(), each.into()))
}

/// The sums of one source. Adding two gives the sums of both, so a total is the sum of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Referrals received in the period.
    pub referrals: i64,
    /// Those with at least one attended visit.
    pub converted: i64,
    /// Attended visits of those referrals.
    pub visits: i64,
    /// Distinct claim numbers ever sent; a claim that was wholly voided leaves.
    pub claims: i64,
    /// Totals of the versions sent last, and the charges of visits that patients pay alone.
    pub charges_cents: i64,
    /// Paid by payers, less what they took back.
    pub insurer_cents: i64,
    /// Paid by patients, less what they got back.
    pub patient_cents: i64,
    /// Fee-schedule adjustments of the decisions that stand.
    pub contractual_cents: i64,
    /// Our own write-offs.
    pub written_off_cents: i64,
    /// Claims with at least one decision of a payer, also one that was reversed since.
    pub adjudicated: i64,
    /// Those with a denial among their decisions.
    pub ever_denied: i64,
    /// Those whose last decision that stands is a denial.
    pub now_denied: i64,
    /// The part of charges, contractual and collected that belongs to adjudicated claims.
    pub adjudicated_charges_cents: i64,
    pub adjudicated_contractual_cents: i64,
    pub adjudicated_collected_cents: i64,
    /// How many claims took how many days from the first sending to the first decision.
    pub days_to_decision: BTreeMap<i64, i64>,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.referrals += other.referrals;
        self.converted += other.converted;
        self.visits += other.visits;
        self.claims += other.claims;
        self.charges_cents += other.charges_cents;
        self.insurer_cents += other.insurer_cents;
        self.patient_cents += other.patient_cents;
        self.contractual_cents += other.contractual_cents;
        self.written_off_cents += other.written_off_cents;
        self.adjudicated += other.adjudicated;
        self.ever_denied += other.ever_denied;
        self.now_denied += other.now_denied;
        self.adjudicated_charges_cents += other.adjudicated_charges_cents;
        self.adjudicated_contractual_cents += other.adjudicated_contractual_cents;
        self.adjudicated_collected_cents += other.adjudicated_collected_cents;
        for (days, claims) in &other.days_to_decision {
            *self.days_to_decision.entry(*days).or_default() += claims;
        }
    }

    /// Net collected: what payers and patients paid, less what went back.
    pub fn net_cents(&self) -> i64 {
        self.insurer_cents + self.patient_cents
    }

    /// Charges - net - contractual - written off. Below zero where more came in than was charged.
    pub fn outstanding_cents(&self) -> i64 {
        self.charges_cents - self.net_cents() - self.contractual_cents - self.written_off_cents
    }

    /// Collected on adjudicated claims / (their charges - their contractual). Leaves out what patients pay alone
    /// and claims that nobody decided.
    pub fn net_collection_rate(&self) -> Option<Rate> {
        Rate::of(self.adjudicated_collected_cents, self.adjudicated_charges_cents - self.adjudicated_contractual_cents)
    }

    /// Net collected / referrals received, whether they converted or not. Cents.
    pub fn per_referral_cents(&self) -> Option<i64> {
        per(self.net_cents(), self.referrals)
    }

    /// Net collected / attended visits. Cents.
    pub fn per_visit_cents(&self) -> Option<i64> {
        per(self.net_cents(), self.visits)
    }

    /// The share of charges that is settled: 1 - outstanding / charges.
    pub fn resolved(&self) -> Option<Rate> {
        Rate::of(self.charges_cents - self.outstanding_cents(), self.charges_cents)
    }

    /// Median days from the first sending to the first decision.
    pub fn median_days_to_decision(&self) -> Option<Halves> {
        let counts: Vec<(i64, i64)> = self.days_to_decision.iter().map(|(days, claims)| (*days, *claims)).collect();
        median(&counts)
    }

    /// Enough referrals for a rank.
    pub fn is_ranked(&self) -> bool {
        self.referrals >= LEAST_TO_RANK
    }

    /// Below 90% resolved the row is still maturing.
    pub fn is_maturing(&self) -> bool {
        self.resolved().is_some_and(|share| share < RIPE)
    }
}

/// Where something came from: a provider, a kind of source, or one of the three places for what has none.
/// The order is that of the last rows of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKey {
    Provider(i64),
    Kind(crate::referrals::referral::SourceKind),
    /// A referral without a source, a claim or self-pay visit without a referral.
    Unattributed,
    /// Money on no claim and no visit.
    Unmatched,
    /// Items of a deposit that name no claim.
    Unallocated,
}

impl SourceKey {
    /// The last three stand under the ranking.
    pub fn is_source(self) -> bool {
        matches!(self, Self::Provider(_) | Self::Kind(_))
    }
}

/// Ranked sources first, then those with few referrals, then what is no source.
pub fn place(key: SourceKey, tally: &Tally) -> u8 {
    match (key.is_source(), tally.is_ranked()) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    }
}

/// Net collected per referral, highest first; sources with fewer than five referrals after those; the last three at the end.
pub fn in_order(mut rows: Vec<(SourceKey, String, Tally)>) -> Vec<(SourceKey, String, Tally)> {
    rows.sort_by(|(a_key, a_name, a), (b_key, b_name, b)| {
        let by_place = place(*a_key, a).cmp(&place(*b_key, b));
        let at_the_end = if a_key.is_source() { std::cmp::Ordering::Equal } else { a_key.cmp(b_key) };
        by_place.then(at_the_end).then(b.per_referral_cents().cmp(&a.per_referral_cents())).then(a_name.cmp(b_name))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(referrals: i64, insurer_cents: i64) -> Tally {
        Tally { referrals, insurer_cents, charges_cents: insurer_cents, ..Default::default() }
    }

    #[test]
    fn the_worked_example_of_the_brief_at_its_first_day() {
        let row = Tally {
            referrals: 2,
            converted: 1,
            claims: 3,
            charges_cents: 47_000,
            insurer_cents: 9_000,
            patient_cents: 9_000,
            contractual_cents: 5_000,
            adjudicated: 2,
            ever_denied: 1,
            now_denied: 1,
            adjudicated_charges_cents: 32_000,
            adjudicated_contractual_cents: 5_000,
            adjudicated_collected_cents: 11_000,
            days_to_decision: BTreeMap::from([(18, 1), (20, 1)]),
            ..Default::default()
        };
        assert_eq!((row.net_cents(), row.outstanding_cents()), (18_000, 24_000));
        assert_eq!(row.net_collection_rate().map(|r| r.0), Some(4_074));
        assert_eq!((row.per_referral_cents(), row.resolved().map(|r| r.0)), (Some(9_000), Some(4_894)));
        assert_eq!(row.median_days_to_decision().map(|d| d.to_string()), Some("19".into()));
    }

    #[test]
    fn nothing_to_divide_by_is_no_figure_and_never_zero() {
        let empty = Tally::default();
        assert_eq!((empty.net_collection_rate(), empty.per_referral_cents(), empty.resolved()), (None, None, None));
        assert!(!empty.is_maturing());
    }

    #[test]
    fn a_total_is_the_sum_of_its_rows() {
        let mut total = tally(5, 100);
        total.days_to_decision = BTreeMap::from([(3, 1)]);
        total.add(&Tally { days_to_decision: BTreeMap::from([(3, 2), (9, 1)]), ..tally(2, 50) });
        assert_eq!((total.referrals, total.net_cents()), (7, 150));
        assert_eq!(total.days_to_decision, BTreeMap::from([(3, 3), (9, 1)]));
    }

    #[test]
    fn small_sources_come_after_the_ranked_ones_and_the_last_three_at_the_end() {
        let rows = vec![
            (SourceKey::Unallocated, "Unallocated".into(), tally(0, 900_000)),
            (SourceKey::Provider(1), "Few".into(), tally(4, 400_000)),
            (SourceKey::Unattributed, "Unattributed".into(), tally(9, 900_000)),
            (SourceKey::Provider(2), "Much".into(), tally(5, 60_000)),
            (SourceKey::Provider(3), "Little".into(), tally(10, 60_000)),
        ];
        let names: Vec<String> = in_order(rows).into_iter().map(|(_, name, _)| name).collect();
        assert_eq!(names, ["Much", "Little", "Few", "Unattributed", "Unallocated"]);
    }
}
