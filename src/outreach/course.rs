//! Alerts about one course of treatment that is still going: its orders, and what its doctors hear. Pure.

use super::raised::{Raised, after, counted, days};
use super::rule::Rule;
use crate::referrals::counting::{Attended, Count, Order, count, state};
use crate::referrals::prescription::PrescriptionState;
use crate::types::day;
use chrono::NaiveDate;
use uuid::Uuid;

/// An order ends soon when so many days are left,
pub const ENDS_SOON: i64 = 14;
/// and runs low when so many visits are.
pub const FEW_LEFT: i64 = 2;
/// After fewer visits there is nothing yet to report for a renewal.
pub const ENOUGH_FOR_RENEWAL: i64 = 3;
/// A doctor hears of a patient at least so often.
pub const REPORT_EVERY: i64 = 30;
/// Where plans are certified, one goes to the doctor within so many days of the first visit,
pub const PLAN_WITHIN: i64 = 30;
/// and it is said so many days after it.
const PLAN_SAID_AFTER: i64 = 20;
/// An order may lack something for so long.
pub const INCOMPLETE_FOR: i64 = 7;

/// What the rules need of an episode that is neither discharged nor lost.
#[derive(Clone, Debug, Default)]
pub struct Course {
    pub referral: Uuid,
    pub orders: Vec<OrderFact>,
    pub attended: Vec<Attended>,
    /// The day of the last report that was sent and did not come back.
    pub reported_on: Option<NaiveDate>,
    /// There is a doctor to write to who wants the usual reports.
    pub is_reported: bool,
    /// The payer asks for a report after so many visits,
    pub payer_after_visits: Option<i64>,
    /// or days, whichever is first.
    pub payer_after_days: Option<i64>,
    /// or that the plan goes to the doctor in time.
    pub certifies: bool,
    pub payer: String,
}

#[derive(Clone, Debug)]
pub struct OrderFact {
    pub order: Order,
    pub id: Uuid,
    pub recorded_on: NaiveDate,
    /// What it lacks, in words.
    pub missing: Vec<&'static str>,
}

/// All that the course raises today.
pub fn raised(course: &Course, today: NaiveDate) -> Vec<Raised> {
    let orders: Vec<Order> = course.orders.iter().map(|o| o.order.clone()).collect();
    let counted = count(&orders, &course.attended);
    let mut found = running_out(course, &counted, today);
    found.extend(renewal_report(course, &counted, &found, today));
    found.extend(incomplete(course, &counted, today));
    found.extend(report_overdue(course, today));
    found.extend(payer_report(course, today));
    found.extend(plan(course, today));
    found
}

/// The orders that cover visits, or will: a renewal adds to the order before it.
fn active<'a>(course: &'a Course, counted: &Count, today: NaiveDate) -> Vec<&'a OrderFact> {
    course.orders.iter().filter(|o| state(&o.order, counted, today) == PrescriptionState::Active).collect()
}

fn last_day(order: &OrderFact, counted: &Count) -> Option<NaiveDate> {
    counted.last_days.get(&order.order.id).copied().flatten()
}

/// Of the active orders the one that lasts longest.
fn lasting<'a>(active: &[&'a OrderFact], counted: &Count) -> Option<&'a OrderFact> {
    active.iter().copied().max_by_key(|o| (last_day(o, counted).unwrap_or(NaiveDate::MAX), o.order.valid_from, o.order.id))
}

/// RX_EXPIRING and VISITS_LOW while there is an active order, RX_EXPIRED or RX_EXHAUSTED when there is none any more.
fn running_out(course: &Course, counted: &Count, today: NaiveDate) -> Vec<Raised> {
    let active = active(course, counted, today);
    match lasting(&active, counted) {
        Some(order) => [ending(order, counted, today), low(course, &active, order, counted)].into_iter().flatten().collect(),
        None => ended(course, counted, today).into_iter().collect(),
    }
}

fn ending(order: &OrderFact, counted: &Count, today: NaiveDate) -> Option<Raised> {
    let last = last_day(order, counted).filter(|last| (0..=ENDS_SOON).contains(&days(today, *last)))?;
    let words = match days(today, last) {
        0 => "the order ends today".into(),
        n => format!("the order ends {}, in {}", day::short(last, today), self::counted(n, "day", "days")),
    };
    Some(Raised::new(Rule::RxExpiring, order.id, last, after(last, -ENDS_SOON), words).due(last))
}

fn low(course: &Course, active: &[&OrderFact], order: &OrderFact, counted: &Count) -> Option<Raised> {
    let authorized: i64 = active.iter().filter_map(|o| o.order.visits).sum();
    let used: i64 = active.iter().filter_map(|o| counted.used.get(&o.order.id)).sum();
    let left = authorized - used;
    if !(1..=FEW_LEFT).contains(&left) {
        return None;
    }
    let since = covered_days(course, active, counted).get(usize::try_from(authorized - FEW_LEFT - 1).unwrap_or(usize::MAX)).copied();
    let words = format!("{} of {authorized} left", self::counted(left, "visit", "visits"));
    Some(Raised::new(Rule::VisitsLow, order.id, authorized, since.unwrap_or(order.recorded_on), words))
}

/// The days of the visits that some orders cover, first to last.
fn covered_days(course: &Course, orders: &[&OrderFact], counted: &Count) -> Vec<NaiveDate> {
    let by =
        |visit: &&Attended| counted.covered_by.get(&visit.id).copied().flatten().is_some_and(|id| orders.iter().any(|o| o.order.id == id));
    let mut found: Vec<NaiveDate> = course.attended.iter().filter(by).map(|v| v.on).collect();
    found.sort_unstable();
    found
}

fn ended(course: &Course, counted: &Count, today: NaiveDate) -> Option<Raised> {
    let over = |o: &&OrderFact| matches!(state(&o.order, counted, today), PrescriptionState::Expired | PrescriptionState::Exhausted);
    let order = course.orders.iter().filter(over).max_by_key(|o| (o.order.valid_from, o.order.id))?;
    if state(&order.order, counted, today) == PrescriptionState::Exhausted {
        let visits = order.order.visits.unwrap_or(0);
        let since = covered_days(course, &[order], counted).last().copied().unwrap_or(today);
        let words = format!("all {} of the order are used", self::counted(visits, "visit", "visits"));
        return Some(Raised::new(Rule::RxExhausted, order.id, visits, since, words));
    }
    let last = last_day(order, counted)?;
    Some(Raised::new(Rule::RxExpired, order.id, last, after(last, 1), format!("the order ended {}", day::short(last, today))))
}

/// The report that asks for a renewal: while an order runs out, after three visits under it, until one is sent.
fn renewal_report(course: &Course, counted: &Count, running_out: &[Raised], today: NaiveDate) -> Option<Raised> {
    let began = running_out.iter().filter(|r| matches!(r.rule, Rule::RxExpiring | Rule::VisitsLow)).map(|r| r.since).min()?;
    let active = active(course, counted, today);
    let order = lasting(&active, counted)?;
    let used = counted.used.get(&order.order.id).copied().unwrap_or(0);
    let told = course.reported_on.is_some_and(|on| on >= began);
    if !course.is_reported || used < ENOUGH_FOR_RENEWAL || told {
        return None;
    }
    let occurrence = format!("{}-{}", order.order.visits.unwrap_or(0), last_day(order, counted).map_or("open".into(), |d| d.to_string()));
    Some(Raised::new(Rule::RenewalReportDue, order.id, occurrence, began, "a renewal needs a report first"))
}

fn incomplete(course: &Course, counted: &Count, today: NaiveDate) -> Vec<Raised> {
    let lacking =
        |o: &&OrderFact| state(&o.order, counted, today) == PrescriptionState::Incomplete && days(o.recorded_on, today) >= INCOMPLETE_FOR;
    let one = |o: &OrderFact| {
        let words = format!("lacks {} since {}", o.missing.join(" and "), day::short(o.recorded_on, today));
        Raised::new(Rule::RxUnsigned, o.id, o.recorded_on, after(o.recorded_on, INCOMPLETE_FOR), words)
    };
    course.orders.iter().filter(lacking).map(one).collect()
}

/// The visits that no report told of yet, first to last.
fn untold(course: &Course) -> Vec<NaiveDate> {
    let mut found: Vec<NaiveDate> =
        course.attended.iter().map(|v| v.on).filter(|on| course.reported_on.is_none_or(|told| *on > told)).collect();
    found.sort_unstable();
    found
}

fn occurrence_of_report(course: &Course) -> String {
    course.reported_on.map_or("first".into(), |on| on.to_string())
}

fn report_overdue(course: &Course, today: NaiveDate) -> Option<Raised> {
    let first = *untold(course).first()?;
    let from = course.reported_on.unwrap_or(first);
    if !course.is_reported || days(from, today) < REPORT_EVERY {
        return None;
    }
    let words = match course.reported_on {
        Some(on) => format!("last report {}, {} ago", day::short(on, today), counted(days(on, today), "day", "days")),
        None => format!("in care since {}, no report yet", day::short(first, today)),
    };
    Some(Raised::new(Rule::ReportOverdue, course.referral, occurrence_of_report(course), after(from, REPORT_EVERY), words))
}

/// Counts anew from each report that was sent.
fn payer_report(course: &Course, today: NaiveDate) -> Option<Raised> {
    let untold = untold(course);
    let first = *untold.first()?;
    let from = course.reported_on.unwrap_or(first);
    let by_visits = course.payer_after_visits.filter(|n| *n > 0).and_then(|n| untold.get(usize::try_from(n - 1).ok()?).copied());
    let by_days = course.payer_after_days.filter(|n| *n > 0).map(|n| after(from, n)).filter(|on| *on <= today);
    let since = by_visits.into_iter().chain(by_days).min()?;
    let asks = match (by_visits, course.payer_after_visits, course.payer_after_days) {
        (Some(on), Some(n), _) if on == since => format!("after {}", counted(n, "visit", "visits")),
        (_, _, Some(n)) => format!("after {}", counted(n, "day", "days")),
        _ => "now".into(),
    };
    let words = format!("{} asks for a report {asks}", course.payer);
    Some(Raised::new(Rule::PayerReportDue, course.referral, occurrence_of_report(course), since, words))
}

/// The plan of care goes with the first report; the days count from the first visit.
fn plan(course: &Course, today: NaiveDate) -> Option<Raised> {
    let began = course.attended.iter().map(|v| v.on).min().filter(|_| course.certifies && course.reported_on.is_none())?;
    let (since, last) = (after(began, PLAN_SAID_AFTER), after(began, PLAN_WITHIN));
    if today < since {
        return None;
    }
    let words = match days(today, last) {
        n if n < 0 => format!("the plan has not gone to the doctor, and should have by {}", day::short(last, today)),
        0 => "the plan goes to the doctor today, or late".into(),
        n => format!("the plan has not gone to the doctor; {} left", counted(n, "day", "days")),
    };
    Some(Raised::new(Rule::PlanDue, course.referral, began, since, words).due(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn order(id: i64, visits: i64, from: &str, to: Option<&str>) -> OrderFact {
        let order = Order {
            id,
            complete: true,
            visits: Some(visits),
            signed_on: Some(on(from)),
            valid_from: Some(on(from)),
            valid_to: to.map(on),
            ..Default::default()
        };
        OrderFact { order, id: Uuid::from_u128(id.unsigned_abs().into()), recorded_on: on(from), missing: vec![] }
    }

    /// So many visits, one a day from a day on.
    fn visits(n: i64, from: &str) -> Vec<Attended> {
        (0..n).map(|n| Attended { id: n + 1, on: after(on(from), n), at: None, rx_valid_days: None }).collect()
    }

    fn course(orders: Vec<OrderFact>, attended: Vec<Attended>) -> Course {
        Course { orders, attended, is_reported: true, payer: "State Fund".into(), ..Default::default() }
    }

    fn rules(course: &Course, today: &str) -> Vec<Rule> {
        raised(course, on(today)).into_iter().map(|r| r.rule).collect()
    }

    #[test]
    fn an_order_expires_from_fourteen_days_ahead_to_its_last_day_and_is_expired_the_day_after() {
        let course = course(vec![order(1, 12, "2026-03-02", Some("2026-04-12"))], vec![]);
        for (today, expected) in [
            ("2026-03-28", vec![]),
            ("2026-03-29", vec![Rule::RxExpiring]),
            ("2026-04-12", vec![Rule::RxExpiring]),
            ("2026-04-13", vec![Rule::RxExpired]),
        ] {
            assert_eq!(rules(&course, today), expected, "{today}");
        }
        let found = raised(&course, on("2026-04-12"));
        assert_eq!(
            (found[0].words.as_str(), found[0].since, found[0].due_on),
            ("the order ends today", on("2026-03-29"), Some(on("2026-04-12")))
        );
    }

    #[test]
    fn two_visits_left_are_low_and_none_left_is_exhausted() {
        for (used, expected) in [(9, None), (10, Some(Rule::VisitsLow)), (11, Some(Rule::VisitsLow)), (12, Some(Rule::RxExhausted))] {
            let course = Course { is_reported: false, ..course(vec![order(1, 12, "2026-03-02", None)], visits(used, "2026-03-02")) };
            assert_eq!(rules(&course, "2026-03-14").first().copied(), expected, "{used}");
        }
        let course = course(vec![order(1, 12, "2026-03-02", None)], visits(11, "2026-03-02"));
        let low = &raised(&course, on("2026-03-14"))[0];
        assert_eq!((low.words.as_str(), low.since), ("1 visit of 12 left", on("2026-03-11")), "since the tenth visit");
    }

    #[test]
    fn a_renewal_resolves_what_runs_out_and_what_has_ended() {
        let renewal = order(2, 6, "2026-04-01", Some("2026-06-30"));
        let mut out = course(vec![order(1, 12, "2026-03-02", Some("2026-04-12"))], visits(12, "2026-03-02"));
        assert_eq!(rules(&out, "2026-03-20"), [Rule::RxExhausted]);
        out.orders.push(renewal);
        assert_eq!(rules(&out, "2026-03-20"), []);
        let mut expiring = course(vec![order(1, 12, "2026-03-02", Some("2026-04-12"))], vec![]);
        expiring.orders.push(order(2, 6, "2026-04-01", Some("2026-04-20")));
        assert_eq!(rules(&expiring, "2026-04-05"), [], "the renewal lasts longer");
        assert_eq!(rules(&expiring, "2026-04-06"), [Rule::RxExpiring], "until it ends soon itself");
    }

    #[test]
    fn an_incomplete_order_waits_seven_days() {
        let mut slip = order(1, 12, "2026-03-02", None);
        (slip.order.complete, slip.missing) = (false, vec!["the signature"]);
        let course = course(vec![slip], vec![]);
        assert_eq!(rules(&course, "2026-03-08"), []);
        assert_eq!(rules(&course, "2026-03-09"), [Rule::RxUnsigned]);
        assert_eq!(raised(&course, on("2026-03-09"))[0].words, "lacks the signature since Mar 2");
    }

    #[test]
    fn a_renewal_report_is_due_after_three_visits_and_until_one_is_sent() {
        let with = |used, reported_on: Option<&str>| Course {
            reported_on: reported_on.map(on),
            ..course(vec![order(1, 12, "2026-03-02", Some("2026-04-12"))], visits(used, "2026-03-02"))
        };
        assert!(!rules(&with(2, None), "2026-03-29").contains(&Rule::RenewalReportDue));
        assert!(!rules(&with(3, None), "2026-03-28").contains(&Rule::RenewalReportDue));
        assert!(rules(&with(3, None), "2026-03-29").contains(&Rule::RenewalReportDue));
        assert!(rules(&with(3, Some("2026-03-28")), "2026-03-29").contains(&Rule::RenewalReportDue), "it was before");
        assert!(!rules(&with(3, Some("2026-03-29")), "2026-03-30").contains(&Rule::RenewalReportDue));
        assert!(!rules(&Course { is_reported: false, ..with(3, None) }, "2026-03-29").contains(&Rule::RenewalReportDue));
    }

    #[test]
    fn a_report_is_overdue_thirty_days_after_the_first_visit_or_the_last_report() {
        let mut course = course(vec![order(1, 99, "2026-03-02", None)], visits(1, "2026-03-02"));
        assert_eq!(rules(&course, "2026-03-31"), []);
        assert_eq!(rules(&course, "2026-04-01"), [Rule::ReportOverdue]);
        course.reported_on = Some(on("2026-04-01"));
        assert_eq!(rules(&course, "2026-05-01"), [], "nothing happened since");
        course.attended.extend(visits(3, "2026-04-02").into_iter().map(|v| Attended { id: v.id + 10, ..v }));
        assert_eq!(rules(&course, "2026-04-30"), []);
        assert_eq!(rules(&course, "2026-05-01"), [Rule::ReportOverdue]);
    }

    #[test]
    fn where_plans_are_certified_it_is_said_ten_days_before_the_thirty_are_over_and_until_one_went() {
        let certified = |reported_on: Option<&str>| Course {
            is_reported: false,
            certifies: true,
            reported_on: reported_on.map(on),
            ..course(vec![order(1, 99, "2026-03-02", None)], visits(1, "2026-03-02"))
        };
        assert_eq!(rules(&certified(None), "2026-03-21"), []);
        assert_eq!(rules(&certified(None), "2026-03-22"), [Rule::PlanDue]);
        let said = |today: &str| raised(&certified(None), on(today)).remove(0).words;
        assert_eq!(said("2026-03-31"), "the plan has not gone to the doctor; 1 day left");
        assert_eq!(said("2026-04-01"), "the plan goes to the doctor today, or late");
        assert_eq!(said("2026-04-02"), "the plan has not gone to the doctor, and should have by Apr 1");
        assert_eq!(rules(&certified(Some("2026-03-20")), "2026-03-22"), []);
    }

    #[test]
    fn a_payer_asks_for_a_report_after_six_visits_or_a_month_and_again_after_each_report() {
        let asking = |n, reported_on: Option<&str>| Course {
            is_reported: false,
            payer_after_visits: Some(6),
            payer_after_days: Some(30),
            reported_on: reported_on.map(on),
            ..course(vec![order(1, 99, "2026-03-02", None)], visits(n, "2026-03-02"))
        };
        assert_eq!(rules(&asking(5, None), "2026-03-31"), []);
        assert_eq!(rules(&asking(6, None), "2026-03-07"), [Rule::PayerReportDue]);
        assert_eq!(rules(&asking(1, None), "2026-04-01"), [Rule::PayerReportDue]);
        assert_eq!(rules(&asking(7, Some("2026-03-07")), "2026-03-08"), [], "one visit since");
        assert_eq!(rules(&asking(0, None), "2026-06-01"), []);
        assert_eq!(raised(&asking(6, None), on("2026-03-07"))[0].words, "State Fund asks for a report after 6 visits");
    }
}
