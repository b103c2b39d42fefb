//! Which visit uses which order. Counted from the orders and the attended visits each time, never stored,
//! so that a visit entered late falls into its place by date.

use super::prescription::PrescriptionState;
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::HashMap;

/// An order, as far as counting needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub id: i64,
    pub complete: bool,
    pub visits: Option<i64>,
    pub signed_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// The order ends so many days after the first visit that uses it.
    pub days_after_first: Option<i64>,
    /// From this day on another order stands in its place.
    pub superseded_on: Option<NaiveDate>,
    pub cancelled_on: Option<NaiveDate>,
}

/// An attended visit. Visits are counted in order of date and time [domain 2.9].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    pub id: i64,
    pub on: NaiveDate,
    pub at: Option<NaiveTime>,
    /// The payer of this visit takes an order only for so many days after its signature.
    pub rx_valid_days: Option<i64>,
}

/// The outcome of counting one episode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Visits used, by order.
    pub used: HashMap<i64, i64>,
    /// The order each attended visit uses; none means uncovered.
    pub covered_by: HashMap<i64, Option<i64>>,
    /// The last day of each order, where it has one; set by the first visit for orders that say so.
    pub last_days: HashMap<i64, Option<NaiveDate>>,
    /// The place of each attended visit in its order: 13 of 12 is the first uncovered one.
    pub place: HashMap<i64, i64>,
}

/// Shares the attended visits out over the orders of one episode: each visit uses the order that began first
/// among those whose dates hold it and that have visits left. A renewal so adds to the order before it.
pub fn count(orders: &[Order], attended: &[Attended]) -> Count {
    let mut orders: Vec<&Order> = orders.iter().collect();
    orders.sort_by_key(|o| (o.valid_from, o.id));
    let mut visits: Vec<&Attended> = attended.iter().collect();
    visits.sort_by_key(|v| (v.on, v.at, v.id));
    let mut count = Count::default();
    for order in &orders {
        count.used.insert(order.id, 0);
        count.last_days.insert(order.id, last_day(order));
    }
    for (nth, visit) in visits.iter().enumerate() {
        let chosen = orders.iter().find(|o| holds(o, visit, &count)).map(|o| o.id);
        if let Some(order) = chosen.and_then(|id| orders.iter().find(|o| o.id == id)) {
            *count.used.entry(order.id).or_default() += 1;
            if let (Some(days), None) = (order.days_after_first, count.last_days.get(&order.id).copied().flatten()) {
                count.last_days.insert(order.id, visit.on.checked_add_days(Days::new(days.unsigned_abs())));
            }
        }
        count.covered_by.insert(visit.id, chosen);
        count.place.insert(visit.id, i64::try_from(nth).unwrap_or(0) + 1);
    }
    count
}

/// The last day on which an order covers, before any visit has used it.
fn last_day(order: &Order) -> Option<NaiveDate> {
    let before = |day: Option<NaiveDate>| day.and_then(|d| d.checked_sub_days(Days::new(1)));
    [order.valid_to, before(order.superseded_on), before(order.cancelled_on)].into_iter().flatten().min()
}

fn holds(order: &Order, visit: &Attended, so_far: &Count) -> bool {
    let begun = order.valid_from.is_some_and(|from| from <= visit.on);
    let not_over = so_far.last_days.get(&order.id).copied().flatten().is_none_or(|last| visit.on <= last);
    let left = order.visits.is_some_and(|n| so_far.used.get(&order.id).copied().unwrap_or(0) < n);
    let in_payers_days = match (visit.rx_valid_days, order.signed_on) {
        (Some(days), Some(signed)) => signed.checked_add_days(Days::new(days.unsigned_abs())).is_none_or(|last| visit.on <= last),
        _ => true,
    };
    order.complete && begun && not_over && left && in_payers_days
}

/// The state of an order on a day. Used up goes before expired where both hold.
pub fn state(order: &Order, count: &Count, today: NaiveDate) -> PrescriptionState {
    let used = count.used.get(&order.id).copied().unwrap_or(0);
    let last = count.last_days.get(&order.id).copied().flatten();
    if order.cancelled_on.is_some_and(|day| day <= today) {
        PrescriptionState::Cancelled
    } else if order.superseded_on.is_some_and(|day| day <= today) {
        PrescriptionState::Superseded
    } else if !order.complete {
        PrescriptionState::Incomplete
    } else if order.visits.is_some_and(|n| used >= n) {
        PrescriptionState::Exhausted
    } else if last.is_some_and(|last| today > last) {
        PrescriptionState::Expired
    } else {
        PrescriptionState::Active
    }
}

/// The order that the next visit would use on `day`, if any.
pub fn next_order(orders: &[Order], attended: &[Attended], day: NaiveDate, rx_valid_days: Option<i64>) -> Option<i64> {
    let so_far = count(orders, attended);
    let next = Attended { id: i64::MAX, on: day, at: None, rx_valid_days };
    let mut sorted: Vec<&Order> = orders.iter().collect();
    sorted.sort_by_key(|o| (o.valid_from, o.id));
    sorted.into_iter().find(|o| holds(o, &next, &so_far)).map(|o| o.id)
}

/// The order to show on a card: the one in use, else the one that ended last.
pub fn shown_order(orders: &[Order], count: &Count, today: NaiveDate) -> Option<i64> {
    let rank = |order: &&Order| {
        let standing = match state(order, count, today) {
            PrescriptionState::Active if order.valid_from.is_some_and(|from| from <= today) => 0,
            PrescriptionState::Active => 1,
            PrescriptionState::Exhausted | PrescriptionState::Expired => 2,
            PrescriptionState::Incomplete => 3,
            PrescriptionState::Superseded | PrescriptionState::Cancelled => 4,
        };
        // Of two in use the one that began first is eaten first; of two that ended the later one is the news.
        let began = order.valid_from.map_or(0, |d| (d - NaiveDate::MIN).num_days());
        (standing, if standing <= 1 { began } else { -began }, order.id)
    };
    orders.iter().min_by_key(rank).map(|o| o.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    fn order(id: i64, visits: i64, from: &str, to: Option<&str>) -> Order {
        Order {
            id,
            complete: true,
            visits: Some(visits),
            signed_on: Some(day(from)),
            valid_from: Some(day(from)),
            valid_to: to.map(day),
            ..Default::default()
        }
    }

    fn visits(days: &[&str]) -> Vec<Attended> {
        days.iter().enumerate().map(|(at, text)| Attended { id: at as i64 + 1, on: day(text), at: None, rx_valid_days: None }).collect()
    }

    #[test]
    fn the_visit_past_the_authorized_count_is_the_uncovered_one_whenever_it_was_entered() {
        // The third visit in the list is the second by date: the last by date is uncovered.
        let count = count(&[order(1, 2, "2026-03-02", None)], &visits(&["2026-03-02", "2026-03-09", "2026-03-05"]));
        assert_eq!((count.covered_by[&1], count.covered_by[&3], count.covered_by[&2]), (Some(1), Some(1), None));
        assert_eq!((count.used[&1], count.place[&2]), (2, 3));
    }

    #[test]
    fn a_visit_outside_the_dates_is_uncovered() {
        let count = count(&[order(1, 12, "2026-03-02", Some("2026-04-12"))], &visits(&["2026-03-01", "2026-04-12", "2026-04-13"]));
        assert_eq!((count.covered_by[&1], count.covered_by[&2], count.covered_by[&3]), (None, Some(1), None));
    }

    #[test]
    fn a_renewal_adds_to_the_order_before_it() {
        let orders = [order(1, 1, "2026-03-02", Some("2026-04-12")), order(2, 2, "2026-03-03", None)];
        let count = count(&orders, &visits(&["2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06"]));
        assert_eq!((count.used[&1], count.used[&2], count.covered_by[&4]), (1, 2, None));
    }

    #[test]
    fn an_order_within_ninety_days_of_the_first_visit_ends_by_that_visit() {
        let orders = [Order { days_after_first: Some(90), ..order(1, 12, "2026-01-01", None) }];
        let count = count(&orders, &visits(&["2026-02-01", "2026-05-02", "2026-05-03"]));
        assert_eq!(count.last_days[&1], Some(day("2026-05-02")));
        assert_eq!((count.covered_by[&2], count.covered_by[&3]), (Some(1), None));
    }

    #[test]
    fn a_superseded_order_ends_the_day_before() {
        let orders = [Order { superseded_on: Some(day("2026-03-10")), ..order(1, 12, "2026-03-02", None) }];
        let count = count(&orders, &visits(&["2026-03-09", "2026-03-10"]));
        assert_eq!((count.covered_by[&1], count.covered_by[&2]), (Some(1), None));
        assert_eq!(state(&orders[0], &count, day("2026-03-10")), PrescriptionState::Superseded);
    }

    #[test]
    fn a_payer_that_takes_an_order_for_thirty_days_covers_no_visit_after_them() {
        let visit = |id, on: &str| Attended { id, on: day(on), at: None, rx_valid_days: Some(30) };
        let count = count(&[order(1, 12, "2026-03-01", None)], &[visit(1, "2026-03-31"), visit(2, "2026-04-01")]);
        assert_eq!((count.covered_by[&1], count.covered_by[&2]), (Some(1), None));
    }

    #[test]
    fn used_up_goes_before_expired_and_before_its_first_day_an_order_is_active() {
        let order_1 = order(1, 1, "2026-03-02", Some("2026-03-31"));
        let used = count(std::slice::from_ref(&order_1), &visits(&["2026-03-02"]));
        assert_eq!(state(&order_1, &used, day("2026-05-01")), PrescriptionState::Exhausted);
        let unused = count(std::slice::from_ref(&order_1), &[]);
        assert_eq!(state(&order_1, &unused, day("2026-04-01")), PrescriptionState::Expired);
        assert_eq!(state(&order_1, &unused, day("2026-02-01")), PrescriptionState::Active);
    }

    #[test]
    fn an_incomplete_order_covers_nothing() {
        let orders = [Order { complete: false, ..order(1, 12, "2026-03-02", None) }];
        assert_eq!(count(&orders, &visits(&["2026-03-03"])).covered_by[&1], None);
    }
}
