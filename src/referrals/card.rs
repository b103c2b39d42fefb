//! The visit card: one cell an authorized visit, and the sentence that answers "is the next one covered?".

use super::counting::{Attended, Count, Order, count, next_order, shown_order, state};
use super::prescription::PrescriptionState;
use crate::types::day;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// So many visits or days before the end a renewal is asked for [domain 2.15].
pub const VISITS_AHEAD: i64 = 2;
pub const DAYS_AHEAD: i64 = 14;

/// What a card shows: 7 of 12, which cells, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Card {
    pub used: i64,
    pub authorized: i64,
    /// Attended visits that no order covers.
    pub over: i64,
    pub left: i64,
    pub valid_to: Option<NaiveDate>,
    pub state: Option<PrescriptionState>,
    /// Whether a visit today would be covered.
    pub next_is_covered: bool,
    /// "Visits 1 to 12 are covered until Feb 18. The next one is not."
    pub sentence: String,
}

/// The orders and attended visits of one episode.
#[derive(Clone, Debug, Default)]
pub struct Episode {
    pub orders: Vec<Order>,
    pub attended: Vec<Attended>,
}

impl Episode {
    pub fn counted(&self) -> Count {
        count(&self.orders, &self.attended)
    }

    /// The order that the card shows.
    pub fn shown(&self, today: NaiveDate) -> Option<i64> {
        shown_order(&self.orders, &self.counted(), today)
    }

    /// Whether a renewal should be asked for: two visits or two weeks are left of all that is ordered, or nothing is
    /// [domain 2.15, RX_EXPIRING and VISITS_LOW]. Without any order there is nothing that could run out.
    pub fn runs_out(&self, today: NaiveDate) -> bool {
        let counted = self.counted();
        let active: Vec<&Order> = self.orders.iter().filter(|o| state(o, &counted, today) == PrescriptionState::Active).collect();
        let left: i64 = active.iter().map(|o| o.visits.unwrap_or(0) - counted.used.get(&o.id).copied().unwrap_or(0)).sum();
        let ends = |order: &&Order| counted.last_days.get(&order.id).copied().flatten();
        let soon = active.iter().all(|o| ends(o).is_some_and(|last| (last - today).num_days() <= DAYS_AHEAD));
        !self.orders.is_empty() && (left <= VISITS_AHEAD || soon)
    }

    /// The card of the order in use, or of the one that ended last.
    pub fn card(&self, today: NaiveDate) -> Card {
        let counted = self.counted();
        let over = counted.covered_by.values().filter(|order| order.is_none()).count();
        let over = i64::try_from(over).unwrap_or(0);
        let Some(order) = shown_order(&self.orders, &counted, today).and_then(|id| self.orders.iter().find(|o| o.id == id)) else {
            return Card { over, sentence: without_order(over), ..Card::default() };
        };
        let used = counted.used.get(&order.id).copied().unwrap_or(0);
        let authorized = order.visits.unwrap_or(0);
        let card = Card {
            used,
            authorized,
            over,
            left: std::cmp::max(0, authorized - used),
            valid_to: counted.last_days.get(&order.id).copied().flatten(),
            state: Some(state(order, &counted, today)),
            next_is_covered: next_order(&self.orders, &self.attended, today, None).is_some(),
            sentence: String::new(),
        };
        Card { sentence: sentence(&card, order, today), ..card }
    }
}

fn without_order(over: i64) -> String {
    match over {
        0 => "There is no order yet. Visits are not covered until there is one.".into(),
        1 => "There is no order. 1 visit is not covered.".into(),
        n => format!("There is no order. {n} visits are not covered."),
    }
}

fn sentence(card: &Card, order: &Order, today: NaiveDate) -> String {
    if card.state == Some(PrescriptionState::Incomplete) {
        return "The order is incomplete. It covers no visit until the rest is here.".into();
    }
    let until = card.valid_to.map(|d| format!(" until {}", day::short(d, today))).unwrap_or_default();
    let first = match card.authorized {
        1 => format!("1 visit is covered{until}."),
        n => format!("Visits 1 to {n} are covered{until}."),
    };
    let begins = order.valid_from.filter(|from| *from > today);
    let next = match (begins, card.next_is_covered, card.left) {
        (Some(from), _, _) => format!("They begin on {}.", day::short(from, today)),
        (None, true, left) if left > 0 => format!("{} left.", if left == 1 { "1 is".to_string() } else { format!("{left} are") }),
        (None, true, _) => "The renewal covers the next one.".into(),
        (None, false, _) if card.over == 1 => "1 was past it, and the next one is not covered.".into(),
        (None, false, _) if card.over > 1 => format!("{} were past it, and the next one is not covered.", card.over),
        (None, false, _) => "The next one is not.".into(),
    };
    format!("{first} {next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    fn episode(visits: i64, attended: i64) -> Episode {
        let order = Order {
            id: 1,
            complete: true,
            visits: Some(visits),
            signed_on: Some(day("2026-09-24")),
            valid_from: Some(day("2026-09-28")),
            valid_to: Some(day("2026-12-20")),
            ..Default::default()
        };
        let attended = (0..attended)
            .map(|n| Attended { id: n + 1, on: day("2026-09-28") + chrono::Days::new(n.unsigned_abs()), at: None, rx_valid_days: None })
            .collect();
        Episode { orders: vec![order], attended }
    }

    #[test]
    fn the_last_used_visit_says_that_the_next_one_is_not_covered() {
        let card = episode(12, 12).card(day("2026-11-23"));
        assert_eq!(card.sentence, "Visits 1 to 12 are covered until Dec 20. The next one is not.");
        assert_eq!((card.used, card.left, card.next_is_covered), (12, 0, false));
    }

    #[test]
    fn visit_thirteen_of_twelve_is_shown_as_one_over() {
        let card = episode(12, 13).card(day("2026-11-23"));
        assert_eq!((card.used, card.over), (12, 1));
        assert!(card.sentence.contains("1 was past it"));
    }

    #[test]
    fn an_order_runs_out_at_two_visits_or_two_weeks_left_unless_a_renewal_is_here() {
        assert!(!episode(12, 9).runs_out(day("2026-11-23")) && episode(12, 10).runs_out(day("2026-11-23")));
        assert!(!episode(12, 1).runs_out(day("2026-12-05")) && episode(12, 1).runs_out(day("2026-12-06")));
        let mut renewed = episode(12, 12);
        let renewal = Order { id: 2, valid_from: Some(day("2026-11-20")), valid_to: None, ..renewed.orders[0].clone() };
        renewed.orders.push(renewal);
        assert!(!renewed.runs_out(day("2026-11-23")) && !Episode::default().runs_out(day("2026-11-23")));
    }

    #[test]
    fn a_running_order_says_how_many_are_left() {
        assert_eq!(episode(12, 7).card(day("2026-11-23")).sentence, "Visits 1 to 12 are covered until Dec 20. 5 are left.");
    }
}
