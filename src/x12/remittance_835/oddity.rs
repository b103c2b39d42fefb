//! What does not agree within an answer and yet breaks no law of balance: it is told, and stops nothing.

use super::{ClaimPayment, Level};

/// What was said in one place against what the others give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oddity {
    pub level: Level,
    pub of: Odd,
    pub said_cents: i64,
    pub figured_cents: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// What the patient owes (CLP05) is not the sum of group PR.
    PatientShare,
    /// What the claim was charged (CLP03) is not the sum of its lines.
    LineCharges,
}

/// All of one answer.
pub fn oddities(claim: &ClaimPayment) -> Vec<Oddity> {
    let share = claim.adjustments.iter().chain(claim.lines.iter().flat_map(|l| &l.adjustments));
    let share: i64 = share.filter(|a| a.group == "PR").map(|a| a.amount_cents).sum();
    let charged: i64 = claim.lines.iter().map(|l| l.charge_cents).sum();
    let mut found = Vec::new();
    let mut compare = |of: Odd, said_cents: i64, figured_cents: i64| {
        if said_cents != figured_cents {
            found.push(Oddity { level: Level::Claim, of, said_cents, figured_cents });
        }
    };
    // Payers write the share of a reversal with either sign.
    match claim.status.as_str() {
        "22" => compare(Odd::PatientShare, claim.patient_cents.abs(), share.abs()),
        _ => compare(Odd::PatientShare, claim.patient_cents, share),
    }
    if !claim.lines.is_empty() {
        compare(Odd::LineCharges, claim.charge_cents, charged);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Adjustment, LinePayment, ties};
    use super::*;

    fn pr(amount_cents: i64) -> Adjustment {
        Adjustment { group: "PR".into(), reason: "2".into(), amount_cents }
    }

    fn claim() -> ClaimPayment {
        let line = LinePayment { charge_cents: 16_000, paid_cents: 14_000, adjustments: vec![pr(2_000)], ..LinePayment::default() };
        let (charge_cents, paid_cents, patient_cents) = (16_000, 14_000, 2_000);
        ClaimPayment { status: "1".into(), charge_cents, paid_cents, patient_cents, lines: vec![line], ..ClaimPayment::default() }
    }

    #[test]
    fn a_share_of_the_patient_that_its_reasons_do_not_give_is_told_with_both_amounts() {
        assert_eq!(oddities(&claim()), []);
        let odd = ClaimPayment { patient_cents: 2_001, ..claim() };
        let expected = Oddity { level: Level::Claim, of: Odd::PatientShare, said_cents: 2_001, figured_cents: 2_000 };
        assert_eq!((oddities(&odd), ties(&odd)), (vec![expected], true), "it balances all the same");
        let on_claim = ClaimPayment { paid_cents: 12_000, patient_cents: 4_000, adjustments: vec![pr(2_000)], ..claim() };
        assert_eq!(oddities(&on_claim), [], "what stands on the claim counts too");
        let back = ClaimPayment { status: "22".into(), patient_cents: -2_000, ..claim() };
        assert_eq!(oddities(&back), []);
    }

    #[test]
    fn lines_that_do_not_sum_to_their_claim_are_told_and_a_claim_without_lines_is_none() {
        let odd = ClaimPayment { charge_cents: 17_000, paid_cents: 15_000, ..claim() };
        assert_eq!(oddities(&odd)[0], Oddity { level: Level::Claim, of: Odd::LineCharges, said_cents: 17_000, figured_cents: 16_000 });
        assert_eq!(oddities(&ClaimPayment { lines: vec![], adjustments: vec![pr(2_000)], ..claim() }), []);
    }
}
