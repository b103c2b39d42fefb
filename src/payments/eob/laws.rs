//! The two laws that a payer's answer must obey to the cent.

use super::{Adjustment, ClaimAnswer, EobDraft};
use crate::types::{FieldErrors, Money};

impl ClaimAnswer {
    /// First law: charge = paid + adjustments, for each line and for the claim. `lines` are the charges of our lines
    /// in the order of the answer's.
    pub fn check_balance(&self, number: &str, charge_cents: i64, line_charges: &[i64]) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for (line, charge) in self.lines.iter().zip(line_charges) {
            let explained = line.paid_cents + sum(&line.adjustments);
            if explained != *charge && !self.has_claim_level_adjustments() {
                let place =
                    format!("line {} of {number}", line.line.map_or_else(|| line.code.clone().unwrap_or_default(), |n| n.to_string()));
                errors.push(format!("lines.{}.paid_cents", line.at), off_by(&place, *charge, line.paid_cents, sum(&line.adjustments)));
            }
        }
        let paid_on_lines: i64 = self.lines.iter().map(|l| l.paid_cents).sum();
        if !self.lines.is_empty() && paid_on_lines != self.paid_cents {
            let (lines, whole) = (Money(paid_on_lines), Money(self.paid_cents));
            errors.push(
                "paid_cents",
                format!(
                    "The lines of {number} say paid {lines}, the claim says {whole}: off by {}",
                    Money((paid_on_lines - self.paid_cents).abs())
                ),
            );
        }
        let adjusted: i64 = self.all_adjustments().map(|a| a.amount_cents).sum();
        if errors.is_empty() && charge_cents != self.paid_cents + adjusted {
            errors.push("paid_cents", off_by(number, charge_cents, self.paid_cents, adjusted));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn has_claim_level_adjustments(&self) -> bool {
        !self.adjustments.is_empty()
    }
}

fn off_by(place: &str, charge: i64, paid: i64, adjusted: i64) -> String {
    let off = Money((charge - paid - adjusted).abs());
    format!("{place}: charged {} is not paid {} and adjusted {}: off by {off}", Money(charge), Money(paid), Money(adjusted))
}

impl EobDraft {
    /// Second law: amount = sum of claims paid - sum of provider-level items.
    pub fn check_deposit(&self) -> Result<(), FieldErrors> {
        let parked = self.parked.iter().map(|p| p.cents);
        let claims: i64 = self.claims.iter().map(|c| c.paid_cents).chain(parked).sum();
        let items: i64 = self.provider_items.iter().map(|i| i.amount_cents).sum();
        if self.amount_cents == claims - items {
            return Ok(());
        }
        let off = Money((self.amount_cents - claims + items).abs());
        let words = format!(
            "The deposit {} is not {} for claims less {} of other items: off by {off}",
            Money(self.amount_cents),
            Money(claims),
            Money(items)
        );
        Err(FieldErrors::one("amount_cents", words))
    }
}

fn sum(adjustments: &[Adjustment]) -> i64 {
    adjustments.iter().map(|a| a.amount_cents).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{LineAnswer, ProviderItem};
    use super::*;
    use crate::payments::money::{Group, Method};
    use chrono::NaiveDate;

    fn adjustment(group: Group, reason: &str, amount_cents: i64) -> Adjustment {
        Adjustment { group, reason: reason.into(), amount_cents, remarks: vec![] }
    }

    fn answer(paid_cents: i64, adjustments: Vec<Adjustment>) -> ClaimAnswer {
        ClaimAnswer { claim: "C-1".into(), paid_cents, adjustments, ..Default::default() }
    }

    #[test]
    fn a_claim_off_by_one_cent_is_refused_with_both_amounts() {
        let parts = vec![adjustment(Group::Contractual, "45", 5_000), adjustment(Group::Patient, "3", 2_000)];
        assert!(answer(9_000, parts.clone()).check_balance("C-1", 16_000, &[]).is_ok());
        let errors = answer(9_000, parts).check_balance("C-1", 16_001, &[]).expect_err("refused");
        assert!(errors.0[0].message.contains("off by $0.01"), "{errors}");
    }

    #[test]
    fn each_line_must_balance_by_itself() {
        let line = |paid_cents, off| LineAnswer {
            line: Some(1),
            paid_cents,
            adjustments: vec![adjustment(Group::Contractual, "45", off)],
            ..Default::default()
        };
        let mut both = answer(8_650, vec![]);
        both.lines = vec![line(7_650, 3_450), line(1_000, 2_700)];
        assert!(both.check_balance("C-1", 14_800, &[11_100, 3_700]).is_ok());
        both.lines = vec![line(7_650, 3_451), line(1_000, 2_699)];
        let errors = both.check_balance("C-1", 14_800, &[11_100, 3_700]).expect_err("refused");
        assert_eq!(errors.0.len(), 2, "the claim ties, its lines do not");
    }

    #[test]
    fn the_deposit_is_what_the_claims_got_less_what_was_taken_back() {
        let item = ProviderItem { at: 0, amount_cents: 2_600, reason: Some("WO".into()), reference: None, claim: None, note: None };
        let mut eob = EobDraft {
            payer: "p".into(),
            method: Method::Eft,
            trace: "88214".into(),
            paid_on: NaiveDate::MIN,
            amount_cents: 128_450,
            posted_on: NaiveDate::MIN,
            note: None,
            overridden_why: None,
            document: None,
            claims: vec![answer(131_050, vec![])],
            provider_items: vec![item],
            parked: vec![],
        };
        assert!(eob.check_deposit().is_ok());
        eob.amount_cents += 1;
        assert!(eob.check_deposit().expect_err("refused").0[0].message.contains("off by $0.01"));
    }
}
