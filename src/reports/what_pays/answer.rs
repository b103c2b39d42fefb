//! The answer to "which referral sources pay?" in two or three sentences, by rules from the numbers. Pure.

use crate::reports::kpi::RIPE;
use crate::types::Money;
use crate::types::rate::{Rate, divide};
use schemars::JsonSchema;
use serde::Serialize;

/// What the answer knows of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// As one says it: `Dr. Feld`.
    pub name: String,
    pub referrals: i64,
    pub visits: i64,
    pub net_cents: i64,
    /// Enough referrals to be compared.
    pub is_ranked: bool,
}

impl Fact {
    fn per_visit(&self) -> Option<i64> {
        (self.visits > 0).then(|| divide(self.net_cents.into(), self.visits.into()))
    }
}

/// All that the answer is made from.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub sources: Vec<Fact>,
    /// What a visit costs the practice, where it has said so.
    pub cost_cents: Option<i64>,
    /// Why money was written off, and how much for each reason.
    pub lost: Vec<(String, i64)>,
    /// How much of the charges is settled.
    pub resolved: Option<Rate>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    pub text: String,
    /// plain, strong, or under (a figure below the cost of a visit).
    pub look: &'static str,
}

fn plain(text: impl Into<String>) -> Part {
    Part { text: text.into(), look: "plain" }
}

fn strong(text: impl Into<String>) -> Part {
    Part { text: text.into(), look: "strong" }
}

/// The answer.
pub fn answer(facts: &Facts) -> Vec<Part> {
    let mut seen: Vec<&Fact> = facts.sources.iter().filter(|s| s.visits > 0).collect();
    let Some(biggest) = seen.iter().copied().max_by_key(|s| (s.visits, s.is_ranked, s.net_cents)) else {
        return vec![plain(nothing_yet(facts))];
    };
    let ranked = seen.iter().any(|s| s.is_ranked);
    seen.retain(|s| s.is_ranked || !ranked);
    let mut parts = sender(biggest, facts.cost_cents, seen.len());
    parts.extend(other(biggest, &seen, facts.cost_cents));
    if !ranked {
        parts.push(plain(" No source has sent five patients yet, so the figures say little."));
    }
    parts.extend(lost(&facts.lost));
    parts.extend(maturing(facts.resolved));
    parts
}

fn nothing_yet(facts: &Facts) -> &'static str {
    let sent = facts.sources.iter().any(|s| s.referrals > 0);
    if sent {
        "Patients were sent, and none has come yet. Money shows after the first visits are paid."
    } else {
        "Nobody was sent in this time."
    }
}

/// Who sends most, and what a visit of theirs brings.
fn sender(biggest: &Fact, cost: Option<i64>, sources: usize) -> Vec<Part> {
    let cents = biggest.per_visit().unwrap_or(0);
    let opening = if sources == 1 { " is the only source to compare" } else { " sends the most visits" };
    let (glue, beside) = match cost.map(|cost| cents - cost) {
        Some(less) if less < 0 => (", but you collect ", format!(" a visit, {} less than it costs you.", amount(-less))),
        Some(0) => (", and you collect ", " a visit, as much as it costs you.".into()),
        Some(more) => (", and you collect ", format!(" a visit, {} more than it costs you.", amount(more))),
        None => (", and you collect ", " a visit.".into()),
    };
    vec![strong(&biggest.name), plain(format!("{opening}{glue}")), figure(cents, cost), plain(beside)]
}

/// The one that brings most a visit; where that is the biggest already, the one that brings least.
fn other(biggest: &Fact, sources: &[&Fact], cost: Option<i64>) -> Vec<Part> {
    let rest = || sources.iter().copied().filter(|s| s.name != biggest.name);
    let best = rest().max_by_key(|s| (s.per_visit(), s.visits)).filter(|s| s.per_visit() > biggest.per_visit());
    if let Some(best) = best {
        let size = share(best.visits, biggest.visits);
        return vec![
            plain(" "),
            strong(&best.name),
            plain(format!(" sends {size} at ")),
            figure(best.per_visit().unwrap_or(0), cost),
            plain("."),
        ];
    }
    let Some(worst) = rest().min_by_key(|s| (s.per_visit(), -s.visits)) else { return Vec::new() };
    vec![plain(" Least comes from "), strong(&worst.name), plain(": "), figure(worst.per_visit().unwrap_or(0), cost), plain(" a visit.")]
}

/// The main reason, where there is one: half of what was written off or more.
fn lost(reasons: &[(String, i64)]) -> Vec<Part> {
    let total: i64 = reasons.iter().map(|(_, cents)| cents).sum();
    let Some((reason, cents)) = reasons.iter().max_by_key(|(_, cents)| *cents).filter(|(_, cents)| *cents > 0 && total > 0) else {
        return Vec::new();
    };
    let reason = reason.to_lowercase();
    let words = match (reasons.len(), cents * 2 >= total) {
        (1, _) => format!(" {} was written off: {reason}.", amount(*cents)),
        (_, true) => format!(" Most of what was written off, {} of {}: {reason}.", amount(*cents), amount(total)),
        (_, false) => format!(" Of the {} that was written off, {} is the largest part: {reason}.", amount(total), amount(*cents)),
    };
    vec![plain(words)]
}

/// Below 90% resolved the figures still move.
fn maturing(resolved: Option<Rate>) -> Vec<Part> {
    let open = resolved.filter(|share| *share < RIPE);
    open.map(|share| plain(format!(" {} of the charges is settled so far.", whole_percent(share)))).into_iter().collect()
}

fn figure(cents: i64, cost: Option<i64>) -> Part {
    let look = if cost.is_some_and(|cost| cents < cost) { "under" } else { "strong" };
    Part { text: amount(cents), look }
}

/// Whole dollars from ten on; below them the cents matter.
fn amount(cents: i64) -> String {
    if cents.abs() >= 1_000 || cents % 100 == 0 { Money(cents).whole() } else { Money(cents).to_string() }
}

fn whole_percent(share: Rate) -> String {
    format!("{}%", divide(share.0.into(), 100))
}

/// One number beside a larger one, as one says it.
fn share(part: i64, whole: i64) -> String {
    const WORDS: [(i64, &str); 8] = [
        (100, "about as many"),
        (75, "three quarters as many"),
        (67, "two thirds as many"),
        (50, "half as many"),
        (33, "a third as many"),
        (25, "a quarter as many"),
        (20, "a fifth as many"),
        (10, "a tenth as many"),
    ];
    let percent = divide(i128::from(part) * 100, i128::from(std::cmp::max(1, whole)));
    let nearest = WORDS.iter().min_by_key(|(p, _)| (p - percent).abs());
    match nearest {
        Some((p, words)) if (p - percent).abs() <= 4 => (*words).into(),
        _ if part == 1 => "1 visit".into(),
        _ => format!("{part} visits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, referrals: i64, visits: i64, dollars_a_visit: i64) -> Fact {
        Fact { name: name.into(), referrals, visits, net_cents: visits * dollars_a_visit * 100, is_ranked: referrals >= 5 }
    }

    fn said(facts: &Facts) -> String {
        answer(facts).into_iter().map(|p| p.text).collect()
    }

    #[test]
    fn the_biggest_sender_below_cost_and_the_best_beside_it() {
        let facts = Facts {
            sources: vec![source("Dr. Raman", 31, 268, 87), source("Dr. Feld", 44, 352, 56), source("Dr. Petrosyan", 3, 14, 141)],
            cost_cents: Some(5_800),
            lost: vec![("Past the limit".into(), 208_600), ("Billed too late".into(), 89_000), ("Diagnosis not covered".into(), 44_400)],
            resolved: Some(Rate(9_300)),
        };
        assert_eq!(
            said(&facts),
            "Dr. Feld sends the most visits, but you collect $56 a visit, $2 less than it costs you. Dr. Raman sends three quarters as many \
             at $87. Most of what was written off, $2,086 of $3,420: past the limit."
        );
        let looks: Vec<&str> = answer(&facts).iter().filter(|p| p.look != "plain").map(|p| p.look).collect();
        assert_eq!(looks, ["strong", "under", "strong", "strong"]);
    }

    #[test]
    fn where_the_biggest_is_the_best_the_least_is_named() {
        let facts = Facts { sources: vec![source("Dr. Raman", 31, 268, 87), source("Dr. Feld", 10, 60, 41)], ..Default::default() };
        assert_eq!(said(&facts), "Dr. Raman sends the most visits, and you collect $87 a visit. Least comes from Dr. Feld: $41 a visit.");
    }

    #[test]
    fn few_referrals_say_so_and_one_source_is_not_compared() {
        let facts = Facts { sources: vec![source("Dr. Raman", 2, 4, 47)], resolved: Some(Rate(4_894)), ..Default::default() };
        assert_eq!(
            said(&facts),
            "Dr. Raman is the only source to compare, and you collect $47 a visit. No source has sent five patients yet, so the figures say \
             little. 49% of the charges is settled so far."
        );
    }

    #[test]
    fn nothing_is_said_as_nothing() {
        assert_eq!(said(&Facts::default()), "Nobody was sent in this time.");
        let waiting = Facts { sources: vec![source("Dr. Raman", 3, 0, 0)], ..Default::default() };
        assert!(said(&waiting).starts_with("Patients were sent, and none has come yet."));
    }

    #[test]
    fn a_single_reason_is_the_reason_and_a_small_one_is_the_largest_part() {
        let lost = |reasons: Vec<(String, i64)>| super::lost(&reasons).into_iter().map(|p| p.text).collect::<String>();
        assert_eq!(lost(vec![("Billed too late".into(), 16_000)]), " $160 was written off: billed too late.");
        assert_eq!(
            lost(vec![("A".into(), 400), ("B".into(), 350), ("C".into(), 350)]),
            " Of the $11 that was written off, $4 is the largest part: a."
        );
        assert_eq!(lost(vec![]), "");
    }

    #[test]
    fn shares_are_said_as_people_say_them() {
        assert_eq!(
            [share(98, 100), share(34, 100), share(1, 100), share(60, 100)],
            ["about as many", "a third as many", "1 visit", "60 visits"]
        );
    }
}
