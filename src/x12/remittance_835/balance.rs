//! The three laws of an 835, to the cent: each line, each claim, and the payment. What breaks one is named with both amounts.

use super::{Adjustment, ClaimPayment, Payment, ProviderItem};
use serde::{Deserialize, Serialize};

/// A broken file breaks in thousands of places; the first ones tell enough.
const MOST_TOLD: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Line,
    Claim,
    Transaction,
}

impl Level {
    /// As one says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Claim => "claim",
            Self::Transaction => "payment",
        }
    }
}

/// A law that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imbalance {
    pub level: Level,
    /// The claim's number, and the line's code where it is a line.
    pub claim: String,
    pub code: String,
    pub segment: u64,
    /// What the payer says it paid, and what its own figures give.
    pub said_cents: i64,
    pub figured_cents: i64,
}

/// The sums of one payment while it is read, and what did not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// What arrives (BPR02).
    pub amount_cents: i64,
    pub claims: u64,
    pub charge_cents: i64,
    /// Paid on claims (sum of CLP04), and the sum of the provider items, which lower the check.
    pub paid_cents: i64,
    pub items_cents: i64,
    imbalances: Vec<Imbalance>,
    /// How many there were in all.
    pub broken: u64,
}

impl Balance {
    pub fn imbalances(&self) -> &[Imbalance] {
        &self.imbalances
    }

    pub fn holds(&self) -> bool {
        self.broken == 0
    }

    pub(super) fn begin(&mut self, payment: &Payment) {
        self.amount_cents = payment.amount_cents;
    }

    /// Line: charge - adjustments = paid. Claim: charge - its own adjustments - those of its lines = paid.
    pub(super) fn add_claim(&mut self, claim: &ClaimPayment) {
        self.claims += 1;
        self.charge_cents += claim.charge_cents;
        self.paid_cents += claim.paid_cents;
        let mut adjusted = sum(&claim.adjustments);
        for line in &claim.lines {
            let of_line = sum(&line.adjustments);
            adjusted += of_line;
            let figured = line.charge_cents - of_line;
            self.compare(Level::Line, claim, &line.code, line.segment, line.paid_cents, figured);
        }
        self.compare(Level::Claim, claim, "", claim.segment, claim.paid_cents, claim.charge_cents - adjusted);
    }

    pub(super) fn add_item(&mut self, item: &ProviderItem) {
        self.items_cents += item.amount_cents;
    }

    /// Payment: paid on claims - provider items = what arrives.
    pub(super) fn close(&mut self) {
        self.compare(Level::Transaction, &ClaimPayment::default(), "", 0, self.amount_cents, self.paid_cents - self.items_cents);
    }

    fn compare(&mut self, level: Level, claim: &ClaimPayment, code: &str, segment: u64, said_cents: i64, figured_cents: i64) {
        if said_cents == figured_cents {
            return;
        }
        self.broken += 1;
        if self.imbalances.len() < MOST_TOLD || level == Level::Transaction {
            let claim = claim.number.clone();
            self.imbalances.push(Imbalance { level, claim, code: code.into(), segment, said_cents, figured_cents });
        }
    }
}

/// Whether a claim ties by itself, its lines included.
pub fn ties(claim: &ClaimPayment) -> bool {
    let mut alone = Balance::default();
    alone.add_claim(claim);
    alone.holds()
}

fn sum(adjustments: &[Adjustment]) -> i64 {
    adjustments.iter().map(|a| a.amount_cents).sum()
}
