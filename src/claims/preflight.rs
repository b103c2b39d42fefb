//! What this payer did with the same treatments before: counted from the decisions that were posted, never guessed. Pure.

use crate::types::{Money, service_code};
use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;

/// Fewer claims than that say nothing.
const FEWEST: usize = 3;
/// Older answers are another payer's by now.
const DAYS: u64 = 730;

/// One line that the payer decided.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Answered {
    pub claim_id: i64,
    pub code: String,
    pub units: i64,
    pub paid_cents: i64,
    pub denied_cents: i64,
}

impl Answered {
    /// Nothing came for it, for another reason than the agreed price or the patient's share.
    fn is_refused(&self) -> bool {
        self.paid_cents <= 0 && self.denied_cents > 0
    }

    /// What a unit brought.
    fn per_unit(&self) -> Option<i64> {
        (self.paid_cents > 0 && self.units > 0).then(|| (self.paid_cents + self.units / 2) / self.units)
    }
}

/// What the payer did with one treatment of the claim in the last two years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Before {
    pub code: String,
    pub label: String,
    /// Claims with this treatment that it decided,
    pub claims: usize,
    /// and those of them in which it refused the treatment.
    pub refused: usize,
    /// Lines that it paid something for.
    pub paid_lines: usize,
    /// The median of what it paid for a unit, where three claims or more were paid.
    pub unit_cents: Option<i64>,
    /// The same in words, with the counts.
    pub words: Vec<String>,
}

/// The first day that still counts.
pub fn since(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(DAYS)).unwrap_or(today)
}

/// For each code in its order: what was counted of other claims, where there is enough to count.
pub fn before(payer: &str, codes: &[String], answered: &[Answered], but: i64) -> Vec<Before> {
    let mut seen: Vec<&String> = Vec::new();
    let mut found = Vec::new();
    for code in codes {
        if !seen.contains(&code) {
            seen.push(code);
            found.extend(of_code(payer, code, answered.iter().filter(|a| a.claim_id != but)));
        }
    }
    found
}

fn of_code<'a>(payer: &str, code: &str, answered: impl Iterator<Item = &'a Answered>) -> Option<Before> {
    let lines: Vec<&Answered> = answered.filter(|a| a.code == code).collect();
    let claims = claims_of(lines.iter().copied());
    if claims < FEWEST {
        return None;
    }
    let refused = claims_of(lines.iter().copied().filter(|a| a.is_refused()));
    let mut prices: Vec<i64> = lines.iter().filter_map(|a| a.per_unit()).collect();
    prices.sort_unstable();
    let paid_claims = claims_of(lines.iter().copied().filter(|a| a.per_unit().is_some()));
    let unit_cents = median(&prices).filter(|_| paid_claims >= FEWEST);
    let mut words = Vec::new();
    if refused > 0 {
        words.push(format!("{payer} refused {code} in {refused} of {claims} claims"));
    }
    if let Some(cents) = unit_cents {
        words.push(format!("{payer} paid {code} at {} a unit (median of {} lines)", Money(cents), prices.len()));
    }
    (!words.is_empty()).then(|| Before {
        code: code.to_string(),
        label: service_code::label(code).to_string(),
        claims,
        refused,
        paid_lines: prices.len(),
        unit_cents,
        words,
    })
}

fn claims_of<'a>(lines: impl Iterator<Item = &'a Answered>) -> usize {
    let mut ids: Vec<i64> = lines.map(|a| a.claim_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

/// The middle one; between two middle ones the cent in their middle, down.
fn median(sorted: &[i64]) -> Option<i64> {
    let at = sorted.len() / 2;
    let upper = sorted.get(at)?;
    Some(if sorted.len() % 2 == 1 { *upper } else { (sorted[at - 1] + upper) / 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claim that is asked for.
    const OWN: i64 = 99;

    fn line(claim_id: i64, code: &str, units: i64, paid_cents: i64, denied_cents: i64) -> Answered {
        Answered { claim_id, code: code.into(), units, paid_cents, denied_cents }
    }

    fn words(answered: &[Answered]) -> Vec<String> {
        before("Cascade Health", &["97140".into(), "97124".into(), "97140".into()], answered, OWN)
            .into_iter()
            .flat_map(|b| b.words)
            .collect()
    }

    #[test]
    fn refusals_and_prices_are_told_with_their_counts() {
        let mut answered: Vec<Answered> = (0..7).map(|n| line(n, "97124", 4, 0, 16_000)).collect();
        answered.extend((7..9).map(|n| line(n, "97124", 4, 12_000, 0)));
        answered.push(line(OWN, "97124", 4, 0, 16_000));
        answered.extend([line(1, "97140", 1, 3_100, 0), line(2, "97140", 3, 9_600, 0), line(3, "97140", 2, 7_000, 0)]);
        assert_eq!(
            words(&answered),
            ["Cascade Health paid 97140 at $32.00 a unit (median of 3 lines)", "Cascade Health refused 97124 in 7 of 9 claims"]
        );
    }

    #[test]
    fn fewer_than_three_claims_say_nothing_however_many_lines_they_have() {
        assert_eq!(words(&[line(1, "97140", 1, 0, 100), line(1, "97140", 1, 0, 100), line(2, "97140", 1, 0, 100)]), [""; 0]);
        let two_paid = [line(1, "97140", 1, 0, 100), line(2, "97140", 1, 3_000, 0), line(3, "97140", 1, 3_000, 0)];
        assert_eq!(words(&two_paid), ["Cascade Health refused 97140 in 1 of 3 claims"]);
    }

    #[test]
    fn what_the_patient_owes_is_no_refusal_and_no_price() {
        let deductible: Vec<Answered> = (0..5).map(|n| line(n, "97140", 4, 0, 0)).collect();
        assert_eq!(words(&deductible), [""; 0]);
    }

    #[test]
    fn a_treatment_that_is_not_on_the_claim_is_never_named() {
        let answered: Vec<Answered> = (0..5).map(|n| line(n, "97112", 1, 5_000, 0)).collect();
        assert_eq!(words(&answered), [""; 0]);
    }

    #[test]
    fn the_middle_of_an_even_number_is_between_the_two() {
        assert_eq!((median(&[1, 2, 5, 9]), median(&[3]), median(&[])), (Some(3), Some(3), None));
    }
}
