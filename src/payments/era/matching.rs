//! To which claim of ours an answer belongs: by our number, then by the payer's, and otherwise only as a suggestion. Pure.

use super::answer::is_same_name;
use crate::payments::era_state::{FoundBy, MatchState};
use crate::types::Money;
use crate::x12::remittance_835::ClaimPayment;
use chrono::NaiveDate;

/// What is known of a claim that may be meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub claim_id: i64,
    pub number: String,
    pub last_name: String,
    pub service_on: NaiveDate,
    /// For how much it was sent, each time.
    pub totals: Vec<i64>,
}

/// Where an answer stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    pub claim_id: Option<i64>,
    pub by: Option<FoundBy>,
    pub state: MatchState,
    pub why: Option<String>,
}

/// Claims that may be meant, by what points at them.
#[derive(Clone, Debug, Default)]
pub struct Candidates<'a> {
    pub by_number: Option<&'a Known>,
    pub by_payer_number: Vec<&'a Known>,
    /// Of patients with the member number that the payer names.
    pub by_member: Vec<&'a Known>,
}

/// Finds the claim. Name and charge must agree; what only looks alike is for a person to confirm.
pub fn find(said: &ClaimPayment, candidates: &Candidates<'_>) -> Match {
    if let Some(known) = candidates.by_number {
        return agreed(said, known, FoundBy::Number);
    }
    match candidates.by_payer_number.as_slice() {
        [one] => return agreed(said, one, FoundBy::PayerNumber),
        [] => {}
        several => {
            return to_match(None, None, format!("{} claims of ours have the payer's number {}", several.len(), said.payer_claim_no));
        }
    }
    let day = said.service_on.or_else(|| said.lines.iter().filter_map(|l| l.service_on).min());
    let alike = |k: &&&Known| day == Some(k.service_on) && k.totals.contains(&said.charge_cents.abs());
    match candidates.by_member.iter().filter(alike).collect::<Vec<_>>().as_slice() {
        [one] => {
            let why = format!("Member number, day and charge fit {}. Confirm that it is meant", one.number);
            to_match(Some(one.claim_id), Some(FoundBy::Likeness), why)
        }
        _ => to_match(None, None, format!("No claim of ours has the number \"{}\"", said.number)),
    }
}

fn agreed(said: &ClaimPayment, known: &Known, by: FoundBy) -> Match {
    let number = &known.number;
    let names: Vec<&String> = [&said.patient.last, &said.subscriber.last].into_iter().filter(|name| !name.is_empty()).collect();
    if !names.is_empty() && !names.iter().any(|name| is_same_name(name, &known.last_name)) {
        let why = format!("The payer speaks of {}, and {number} is for {}. Confirm that it is meant", said.patient.last, known.last_name);
        return to_match(Some(known.claim_id), Some(by), why);
    }
    let charge = said.charge_cents.abs();
    if !known.totals.is_empty() && !known.totals.contains(&charge) {
        let sent = known.totals.last().copied().unwrap_or_default();
        let why = format!("{number} was sent for {}, and the payer answers to {}", Money(sent), Money(charge));
        return to_match(Some(known.claim_id), Some(by), why);
    }
    Match { claim_id: Some(known.claim_id), by: Some(by), state: MatchState::Matched, why: None }
}

fn to_match(claim_id: Option<i64>, by: Option<FoundBy>, why: String) -> Match {
    Match { claim_id, by, state: MatchState::ToMatch, why: Some(why) }
}

/// Our number as the payer may echo it: `c202600311` and `C-2026-00311` are one.
pub fn key(number: &str) -> String {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    plain.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::remittance_835::Named;

    fn known() -> Known {
        Known {
            claim_id: 7,
            number: "C-2026-00311".into(),
            last_name: "Marsh".into(),
            service_on: NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"),
            totals: vec![16_000],
        }
    }

    fn said(last: &str, charge_cents: i64) -> ClaimPayment {
        ClaimPayment {
            number: "C202600311".into(),
            charge_cents,
            patient: Named { last: last.into(), ..Named::default() },
            service_on: NaiveDate::from_ymd_opt(2026, 3, 2),
            ..ClaimPayment::default()
        }
    }

    #[test]
    fn our_number_finds_the_claim_where_name_and_charge_agree() {
        let known = known();
        let by_number = || Candidates { by_number: Some(&known), ..Candidates::default() };
        assert_eq!(find(&said("MARSH", 16_000), &by_number()).state, MatchState::Matched);
        assert_eq!(find(&said("MARSH", -16_000), &by_number()).state, MatchState::Matched, "a reversal says it with the other sign");
        for other in [said("QUIST", 16_000), said("MARSH", 15_999)] {
            let found = find(&other, &by_number());
            assert_eq!((found.state, found.claim_id), (MatchState::ToMatch, Some(7)), "{found:?}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_for_a_person_to_confirm() {
        let known = known();
        let alike = Candidates { by_member: vec![&known], ..Candidates::default() };
        let found = find(&said("MARSH", 16_000), &alike);
        assert_eq!((found.state, found.claim_id, found.by), (MatchState::ToMatch, Some(7), Some(FoundBy::Likeness)));
        assert_eq!(find(&said("MARSH", 9_000), &alike).claim_id, None);
    }

    #[test]
    fn a_number_of_the_payer_that_two_claims_share_finds_neither() {
        let (one, two) = (known(), Known { claim_id: 8, ..known() });
        let several = Candidates { by_payer_number: vec![&one, &two], ..Candidates::default() };
        assert_eq!(find(&said("MARSH", 16_000), &several).claim_id, None);
    }

    #[test]
    fn numbers_are_one_with_and_without_dashes() {
        assert_eq!(key("c-2026-00311 "), key("C202600311"));
    }
}
