//! Coordination of benefits: what the payers before one decided about a claim, exactly as they said it. Whoever writes the
//! claim for the next payer (the 837P's loops 2320 and 2430) finds here what it needs.

mod store;

use crate::error::Result;
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;

/// A payer that decided before, and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierPayer {
    pub payer_id: i64,
    /// The patient's coverage with it; none where it was entered since.
    pub coverage_id: Option<i64>,
    /// 1 primary, 2 secondary.
    pub rank: i64,
    pub paid_cents: i64,
    pub decided_on: NaiveDate,
    /// Its own number of the claim (CLP07).
    pub claim_number: Option<String>,
    /// Said of the claim as a whole; those of its lines stand there.
    pub adjustments: Vec<SaidAdjustment>,
    /// By the line of ours, in their order.
    pub lines: Vec<EarlierLine>,
}

/// What it said about one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarlierLine {
    pub claim_line_id: i64,
    pub paid_cents: i64,
    pub adjustments: Vec<SaidAdjustment>,
}

/// One reason, with its group and amount as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidAdjustment {
    pub group: String,
    pub reason: String,
    pub cents: i64,
    pub remarks: Vec<String>,
}

impl EarlierPayer {
    /// The law of each decision [x12.md 5.5]: charge = paid + all adjustments.
    pub fn charge_cents(&self) -> i64 {
        let of_lines = self.lines.iter().flat_map(|l| &l.adjustments);
        self.paid_cents + self.adjustments.iter().chain(of_lines).map(|a| a.cents).sum::<i64>()
    }
}

/// The payers before `rank` that decided, in order, each with its decision that stands.
pub async fn earlier_payers(db: &impl ConnectionTrait, claim_id: i64, rank: i64) -> Result<Vec<EarlierPayer>> {
    let decided = store::standing_decisions(db, claim_id, rank).await?;
    let said = store::said_in(db, decided.iter().map(|d| d.id).collect()).await?;
    let mut payers = Vec::new();
    for decision in decided {
        let mut lines: BTreeMap<i64, EarlierLine> = BTreeMap::new();
        let mut adjustments = Vec::new();
        for event in said.iter().filter(|e| e.decision_id == decision.id) {
            let adjustment = event.group_code.clone().zip(event.reason_code.clone()).map(|(group, reason)| SaidAdjustment {
                group,
                reason,
                cents: event.amount_cents,
                remarks: event.remarks.0.clone(),
            });
            match (event.claim_line_id, adjustment) {
                (Some(id), adjustment) => {
                    let line = lines.entry(id).or_insert_with(|| EarlierLine { claim_line_id: id, ..Default::default() });
                    line.paid_cents += if adjustment.is_none() { event.amount_cents } else { 0 };
                    line.adjustments.extend(adjustment);
                }
                (None, adjustment) => adjustments.extend(adjustment),
            }
        }
        payers.push(EarlierPayer {
            payer_id: decision.payer_id,
            coverage_id: decision.coverage_id,
            rank: decision.payer_rank,
            paid_cents: decision.paid_cents,
            decided_on: decision.paid_on,
            claim_number: decision.payer_claim_no,
            adjustments,
            lines: lines.into_values().collect(),
        });
    }
    Ok(payers)
}
