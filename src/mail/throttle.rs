//! How much mail goes to one place in a time: a doctor's server that is flooded refuses us all. Pure.

use crate::config::MailWaits;
use crate::types::day::span;
use crate::types::email::domain_of;
use chrono::{DateTime, TimeDelta, Utc};

/// A mail that left, or may have.
#[derive(Clone, Debug)]
pub struct Recent {
    pub to: String,
    pub at: DateTime<Utc>,
}

/// Whether an address has had its share of the day: what more is meant for it, a person looks at first.
pub fn is_over_the_day(to: &str, recent: &[Recent], limits: &MailWaits) -> bool {
    let had = recent.iter().filter(|r| r.to == to).count();
    u64::try_from(had).unwrap_or(u64::MAX) >= limits.address_per_day
}

/// When the next mail may go to an address; none: at once. `recent` is the last day, in any order.
pub fn not_before(now: DateTime<Utc>, to: &str, recent: &[Recent], limits: &MailWaits) -> Option<DateTime<Utc>> {
    let day = TimeDelta::days(1);
    let minute = TimeDelta::minutes(1);
    let wait = span(limits.address_wait);
    let same = |r: &&Recent| r.to == to;
    let near = |r: &&Recent| domain_of(&r.to) == domain_of(to);
    let windows = [
        window(now, recent.iter().filter(same), 1, wait),
        window(now, recent.iter().filter(near), limits.domain_per_minute, minute),
        window(now, recent.iter(), limits.per_day, day),
    ];
    windows.into_iter().flatten().max()
}

/// At most `most` in any stretch of `length`: the instant from which on one more fits.
fn window<'a>(now: DateTime<Utc>, sent: impl Iterator<Item = &'a Recent>, most: u64, length: TimeDelta) -> Option<DateTime<Utc>> {
    let mut within: Vec<DateTime<Utc>> = sent.map(|r| r.at).filter(|at| *at > now - length).collect();
    within.sort_unstable();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let over = within.len().checked_sub(most)?;
    // The one whose end makes room.
    Some(within.get(over).copied().unwrap_or(now) + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limits() -> MailWaits {
        MailWaits {
            lease: Duration::ZERO,
            body: Duration::ZERO,
            step: Duration::ZERO,
            after_dot: Duration::ZERO,
            backoff: vec![],
            give_up: Duration::ZERO,
            domain_per_minute: 2,
            address_wait: Duration::from_secs(600),
            address_per_day: 3,
            per_day: 6,
            poll: Duration::ZERO,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T17:00:00Z".parse().expect("an instant")
    }

    fn sent(to: &str, minutes_ago: i64) -> Recent {
        Recent { to: to.into(), at: now() - TimeDelta::minutes(minutes_ago) }
    }

    fn wait(recent: &[Recent]) -> Option<i64> {
        not_before(now(), "a@x.example", recent, &limits()).map(|at| (at - now()).num_minutes())
    }

    #[test]
    fn one_address_gets_one_report_in_ten_minutes_and_more_than_a_few_a_day_by_a_person_alone() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[sent("a@x.example", 4)]), Some(6));
        assert_eq!(wait(&[sent("a@x.example", 11)]), None);
        let three = [sent("a@x.example", 60), sent("a@x.example", 120), sent("b@x.example", 180), sent("a@x.example", 180)];
        assert!(!is_over_the_day("a@x.example", &three[..3], &limits()));
        assert!(is_over_the_day("a@x.example", &three, &limits()));
    }

    #[test]
    fn one_domain_and_the_whole_day_have_their_limits_too() {
        let two = [sent("b@x.example", 0), sent("c@x.example", 0)];
        assert_eq!(wait(&two), Some(1));
        let six: Vec<Recent> = (0..6).map(|n| sent(&format!("b@{n}.example"), 100 + n)).collect();
        assert_eq!(wait(&six), Some(24 * 60 - 105));
    }
}
