//! Which line of ours a line of an answer speaks of. Pure.

use crate::payments::era_state::LineBy;
use crate::x12::remittance_835::LinePayment;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A line as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurLine {
    pub n: i64,
    pub code: String,
    pub modifiers: Vec<String>,
    pub service_on: NaiveDate,
    pub units: i64,
    pub charge_cents: i64,
}

/// The line of ours that was found, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub n: i64,
    pub by: LineBy,
}

/// Our lines in the order of the answer's, one to one. By the number we sent (6R); else by code, modifiers, day and charge, the
/// code that was billed before the one that was paid; else by fewer of them, and last by place where the charge is the same.
/// Nothing where they do not pair up: the payer split or bundled them.
pub fn place(said: &[LinePayment], ours: &[OurLine]) -> Option<Vec<Placed>> {
    if said.len() != ours.len() {
        return None;
    }
    let mut found: Vec<Option<Placed>> = vec![None; said.len()];
    for (fits, by) in RULES {
        for (at, line) in said.iter().enumerate().filter(|(at, _)| found[*at].is_none()).collect::<Vec<_>>() {
            let free = |o: &OurLine| !found.iter().flatten().any(|p| p.n == o.n);
            let one = ours.iter().enumerate().find(|(place, o)| free(o) && fits(&Pair { said: line, ours: o, same_place: *place == at }));
            found[at] = one.map(|(_, o)| Placed { n: o.n, by: *by });
        }
    }
    found.into_iter().collect()
}

type Rule = (fn(&Pair<'_>) -> bool, LineBy);

/// From the surest to the last that is tried; each line of ours is used once.
const RULES: &[Rule] = &[
    (|p| p.number() && (p.any_code() || p.charge()), LineBy::Number),
    (|p| p.billed_code() && p.modifiers() && p.day() && p.charge(), LineBy::Same),
    (|p| p.paid_code() && p.modifiers() && p.day() && p.charge(), LineBy::Same),
    // Payers leave modifiers out more often than they change them.
    (|p| p.any_code() && p.no_modifiers() && p.day() && p.charge(), LineBy::Same),
    (|p| p.any_code() && p.day() && p.charge(), LineBy::Alike),
    (|p| p.any_code() && p.modifiers() && p.charge(), LineBy::Alike),
    (|p| p.any_code() && p.charge(), LineBy::Alike),
    (|p| p.any_code(), LineBy::Alike),
    (|p| p.same_place && p.charge(), LineBy::Place),
];

/// A line of the answer beside one of ours.
struct Pair<'a> {
    said: &'a LinePayment,
    ours: &'a OurLine,
    same_place: bool,
}

impl Pair<'_> {
    fn number(&self) -> bool {
        self.said.line_no.trim_start_matches('0').parse() == Ok(self.ours.n)
    }

    fn billed_code(&self) -> bool {
        self.said.our_code() == self.ours.code
    }

    fn paid_code(&self) -> bool {
        self.said.code == self.ours.code
    }

    fn any_code(&self) -> bool {
        self.billed_code() || self.paid_code()
    }

    /// In whatever order they stand.
    fn modifiers(&self) -> bool {
        let set = |m: &[String]| m.iter().map(|m| m.to_ascii_uppercase()).collect::<BTreeSet<_>>();
        set(self.said.our_modifiers()) == set(&self.ours.modifiers)
    }

    fn no_modifiers(&self) -> bool {
        self.said.our_modifiers().is_empty()
    }

    /// A day that is not told contradicts none.
    fn day(&self) -> bool {
        self.said.service_on.is_none_or(|day| day == self.ours.service_on)
    }

    /// A reversal says it with the other sign.
    fn charge(&self) -> bool {
        self.said.charge_cents.abs() == self.ours.charge_cents
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_march: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, of_march).expect("a day")
    }

    fn sent(n: i64, code: &str, modifiers: &[&str], of_march: u32, charge_cents: i64) -> OurLine {
        let modifiers = modifiers.iter().map(ToString::to_string).collect();
        OurLine { n, code: code.into(), modifiers, service_on: day(of_march), units: 1, charge_cents }
    }

    fn said(line_no: &str, code: &str, modifiers: &[&str], of_march: u32, charge_cents: i64) -> LinePayment {
        let modifiers = modifiers.iter().map(ToString::to_string).collect();
        let service_on = Some(day(of_march));
        LinePayment { line_no: line_no.into(), code: code.into(), modifiers, service_on, charge_cents, ..LinePayment::default() }
    }

    fn found(said: &[LinePayment], ours: &[OurLine]) -> Option<Vec<(i64, LineBy)>> {
        place(said, ours).map(|placed| placed.iter().map(|p| (p.n, p.by)).collect())
    }

    #[test]
    fn our_own_number_finds_a_line_before_all_else() {
        let ours = [sent(1, "97140", &[], 2, 8_000), sent(2, "97124", &[], 2, 4_000), sent(3, "97124", &[], 2, 4_000)];
        let numbered = [said("3", "97124", &[], 2, 4_000), said("01", "97140", &["GP"], 2, 8_000), said("2", "97124", &[], 2, 4_000)];
        assert_eq!(found(&numbered, &ours), Some(vec![(3, LineBy::Number), (1, LineBy::Number), (2, LineBy::Number)]));
    }

    #[test]
    fn a_number_whose_code_and_charge_are_another_lines_is_no_number() {
        let ours = [sent(1, "97140", &[], 2, 8_000), sent(2, "97124", &[], 2, 4_000)];
        let wrong = [said("1", "97124", &[], 2, 4_000), said("9", "97140", &[], 2, 8_000)];
        assert_eq!(found(&wrong, &ours), Some(vec![(2, LineBy::Same), (1, LineBy::Same)]));
        let recoded = [said("1", "97799", &[], 2, 8_000), said("2", "97124", &[], 2, 4_000)];
        assert_eq!(found(&recoded, &ours), Some(vec![(1, LineBy::Number), (2, LineBy::Number)]), "paid under another code");
    }

    #[test]
    fn among_lines_of_one_code_the_modifiers_the_day_and_the_charge_decide_each() {
        let ours = [
            sent(1, "97140", &["GP"], 2, 8_000),
            sent(2, "97140", &["GP", "59"], 2, 8_000),
            sent(3, "97140", &["GP"], 9, 8_000),
            sent(4, "97140", &["GP"], 2, 4_000),
        ];
        let turned = [
            said("", "97140", &["GP"], 2, 4_000),
            said("", "97140", &["GP"], 9, 8_000),
            said("", "97140", &["59", "GP"], 2, 8_000),
            said("", "97140", &["GP"], 2, 8_000),
        ];
        let same = |n: i64| (n, LineBy::Same);
        assert_eq!(found(&turned, &ours), Some(vec![same(4), same(3), same(2), same(1)]));
    }

    #[test]
    fn the_code_that_was_billed_finds_before_the_one_that_was_paid() {
        let ours = [sent(1, "97010", &[], 2, 4_000), sent(2, "97124", &["59"], 2, 4_000)];
        // The payer paid our second line under the code of the first.
        let mut changed = said("", "97010", &[], 2, 4_000);
        (changed.submitted_code, changed.submitted_modifiers) = ("97124".into(), vec!["59".into()]);
        let lines = [changed, said("", "97010", &[], 2, 4_000)];
        assert_eq!(found(&lines, &ours), Some(vec![(2, LineBy::Same), (1, LineBy::Same)]));
    }

    #[test]
    fn modifiers_and_days_that_are_not_told_contradict_none_and_told_ones_are_flagged() {
        let ours = [sent(1, "97140", &["GP"], 2, 8_000)];
        let bare = LinePayment { service_on: None, ..said("", "97140", &[], 2, 8_000) };
        assert_eq!(found(&[bare], &ours), Some(vec![(1, LineBy::Same)]));
        for other in [said("", "97140", &["GA"], 2, 8_000), said("", "97140", &["GP"], 3, 8_000), said("", "97140", &["GP"], 2, 7_000)] {
            assert_eq!(found(std::slice::from_ref(&other), &ours), Some(vec![(1, LineBy::Alike)]), "{other:?}");
        }
    }

    #[test]
    fn an_unknown_code_is_found_by_place_only_where_the_charge_is_the_same() {
        let ours = [sent(1, "97140", &[], 2, 8_000), sent(2, "97124", &[], 2, 4_000)];
        let recoded = [said("", "97140", &[], 2, 8_000), said("", "97039", &[], 2, 4_000)];
        assert_eq!(found(&recoded, &ours), Some(vec![(1, LineBy::Same), (2, LineBy::Place)]));
        let elsewhere = [said("", "97140", &[], 2, 8_000), said("", "97039", &[], 2, 3_999)];
        assert_eq!(found(&elsewhere, &ours), None);
    }

    #[test]
    fn lines_that_are_missing_or_too_many_pair_up_with_none() {
        let ours = [sent(1, "97140", &[], 2, 8_000), sent(2, "97124", &[], 2, 4_000)];
        assert_eq!(found(&[said("1", "97140", &[], 2, 12_000)], &ours), None);
    }
}
