//! What a form of a payer's answer comes to, while it is typed.

use super::{NewClaimAnswer, NewEob};
use crate::types::{Amount, Money};
use serde::Serialize;

/// What a form comes to so far, whatever is still wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub amount_cents: i64,
    pub claims_cents: i64,
    pub items_cents: i64,
    /// How far the deposit is from tying.
    pub off_cents: i64,
    pub claims: Vec<ClaimTally>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClaimTally {
    /// Something was typed for it.
    pub said: bool,
    pub paid_cents: i64,
    pub adjusted_cents: i64,
}

fn cents_of(typed: &Amount) -> i64 {
    match typed {
        Amount::Blank => 0,
        Amount::Cents(cents) => *cents,
        Amount::Dollars(text) => Money::parse(text).map_or(0, |m| m.0),
    }
}

impl NewEob {
    /// The sums of what was typed; what cannot be read counts as nothing.
    pub fn tally(&self) -> Tally {
        let claims: Vec<ClaimTally> = self.claims.iter().map(NewClaimAnswer::tally).collect();
        let claims_cents = claims.iter().map(|c| c.paid_cents).sum();
        let items_cents = self.provider_items.iter().map(|i| cents_of(&i.amount_cents)).sum();
        let amount_cents = cents_of(&self.amount_cents);
        Tally { amount_cents, claims_cents, items_cents, off_cents: (amount_cents - claims_cents + items_cents).abs(), claims }
    }
}

impl NewClaimAnswer {
    fn tally(&self) -> ClaimTally {
        let by_lines = self.lines.iter().map(|l| cents_of(&l.paid_cents)).sum();
        let adjustments = self.lines.iter().flat_map(|l| &l.adjustments).chain(&self.adjustments);
        let adjusted_cents = adjustments.map(|a| cents_of(&a.amount_cents)).sum();
        let paid_cents = if self.paid_cents == Amount::Blank { by_lines } else { cents_of(&self.paid_cents) };
        ClaimTally { said: paid_cents != 0 || adjusted_cents != 0, paid_cents, adjusted_cents }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NewAdjustment, NewLineAnswer, NewProviderItem};
    use super::*;

    #[test]
    fn a_form_is_summed_up_whatever_is_still_wrong_with_it() {
        let dollars = |text: &str| Amount::Dollars(text.into());
        let claim = NewClaimAnswer {
            lines: vec![NewLineAnswer { paid_cents: dollars("1,310.50"), ..Default::default() }],
            adjustments: vec![NewAdjustment { amount_cents: dollars("9.50"), ..Default::default() }],
            ..Default::default()
        };
        let items = vec![NewProviderItem { amount_cents: dollars("26"), ..Default::default() }];
        let mut eob = NewEob { amount_cents: dollars("$1,284.51"), claims: vec![claim], provider_items: items, ..Default::default() };
        let tally = eob.tally();
        assert_eq!((tally.claims_cents, tally.items_cents, tally.off_cents), (131_050, 2_600, 1));
        assert_eq!(tally.claims, [ClaimTally { said: true, paid_cents: 131_050, adjusted_cents: 950 }]);
        eob.amount_cents = dollars("soon");
        assert_eq!(eob.tally().off_cents, 128_450);
    }
}
