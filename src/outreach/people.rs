//! Alerts about people and what we owe them: referrals to book, thanks to say, notes to sign, sources that went quiet,
//! benefits, payers' rules, mail that did not arrive. Pure.

use super::raised::{Raised, after, counted, days};
use super::rule::Rule;
use crate::types::{Money, day};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

/// A patient is booked, or lost, within so many days.
pub const BOOKED_WITHIN: i64 = 3;
/// Who sends a patient is thanked within so many hours.
pub const THANKED_WITHIN: i64 = 48;
/// A note is signed within so many hours of the visit's end.
pub const SIGNED_WITHIN: i64 = 24;
/// A source that sent nobody for so many days has gone quiet,
pub const QUIET_AFTER: i64 = 60;
/// and may have lapsed after so many. A person decides.
pub const LAPSED_AFTER: i64 = 180;
/// A benefit is low when so many visits are left,
pub const FEW_VISITS: i64 = 2;
/// or one part in so many of its dollars.
pub const DOLLAR_PART: i64 = 10;
/// A payer's rules hold without a look for so many days.
pub const CHECKED_EVERY: i64 = 180;

/// A referral that is neither booked nor lost. It counts anew from the day it was taken up again.
pub fn unscheduled(id: Uuid, received_on: NaiveDate, reopened_on: Option<NaiveDate>, tries: i64, today: NaiveDate) -> Option<Raised> {
    let tried = match tries {
        0 => "not called yet".into(),
        n => format!("called {}", counted(n, "time", "times")),
    };
    let words = format!("received {}, {tried}", day::short(received_on, today));
    let occurrence = reopened_on.unwrap_or(received_on);
    (days(received_on, today) >= BOOKED_WITHIN)
        .then(|| Raised::new(Rule::ReferralUnscheduled, id, occurrence, after(received_on, BOOKED_WITHIN), words))
}

/// A provider's referral for which no thank-you was logged.
pub fn unthanked(id: Uuid, received_on: NaiveDate, received_at: DateTime<Utc>, now: DateTime<Utc>, today: NaiveDate) -> Option<Raised> {
    let words = format!("referral of {}", day::short(received_on, today));
    let late = now - received_at > TimeDelta::hours(THANKED_WITHIN);
    late.then(|| Raised::new(Rule::ThankYouLate, id, received_on, after(received_on, THANKED_WITHIN / 24), words))
}

/// An attended visit without a signed note.
pub fn unsigned(
    visit: Uuid,
    on: NaiveDate,
    ended_at: DateTime<Utc>,
    is_drafted: bool,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Option<Raised> {
    let age = counted(days(on, today), "day", "days");
    let words = if is_drafted { format!("drafted, {age} old") } else { format!("not begun, {age} old") };
    (now - ended_at >= TimeDelta::hours(SIGNED_WITHIN)).then(|| Raised::new(Rule::NoteMissing, visit, on, after(on, 1), words))
}

/// An active source. A contact after it went quiet starts the count anew.
pub fn quiet(id: Uuid, last_referral_on: NaiveDate, last_contact_on: Option<NaiveDate>, today: NaiveDate) -> Option<Raised> {
    let contact = last_contact_on.filter(|on| *on >= after(last_referral_on, QUIET_AFTER));
    let from = contact.unwrap_or(last_referral_on);
    let silent = days(last_referral_on, today);
    let mut words = format!("no referral for {}", counted(silent, "day", "days"));
    if let Some(on) = contact {
        words.push_str(&format!(", last contact {}", day::short(on, today)));
    }
    if silent >= LAPSED_AFTER {
        words.push_str(". Has this source lapsed?");
    }
    (days(from, today) >= QUIET_AFTER).then(|| Raised::new(Rule::ReferrerSilent, id, from, after(from, QUIET_AFTER), words))
}

/// What a coverage still gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Benefit {
    pub id: Uuid,
    pub payer: String,
    pub visit_limit: Option<i64>,
    pub visits_used: i64,
    pub dollar_limit_cents: Option<i64>,
    pub dollars_used_cents: i64,
    /// The day on which the insurer was asked last, or the row was entered.
    pub told_on: NaiveDate,
}

/// Two visits or a tenth of the dollars are left, or less.
pub fn low_benefit(benefit: &Benefit, today: NaiveDate) -> Option<Raised> {
    let visits = benefit.visit_limit.map(|limit| (limit - benefit.visits_used, limit)).filter(|(left, _)| *left <= FEW_VISITS);
    let dollars = benefit.dollar_limit_cents.filter(|limit| *limit > 0).map(|limit| (limit - benefit.dollars_used_cents, limit));
    let dollars = dollars.filter(|(left, limit)| left * DOLLAR_PART <= *limit);
    let mut parts: Vec<String> = Vec::new();
    parts.extend(visits.map(|(left, limit)| match left {
        ..=0 => format!("all {limit} visits are used"),
        left => format!("{} of {limit} left", counted(left, "visit", "visits")),
    }));
    parts.extend(dollars.map(|(left, limit)| match left {
        ..=0 => format!("all {} are used", Money(limit).whole()),
        left => format!("{} of {} left", Money(left).whole(), Money(limit).whole()),
    }));
    let words = format!("{}: {}", benefit.payer, parts.join(", "));
    (!parts.is_empty()).then(|| Raised::new(Rule::BenefitLow, benefit.id, benefit.told_on, today, words))
}

/// A payer whose rules nobody has looked at for half a year.
pub fn stale_rules(payer: Uuid, checked_on: NaiveDate, today: NaiveDate) -> Option<Raised> {
    let words = format!("not checked since {}", day::short(checked_on, today));
    (days(checked_on, today) >= CHECKED_EVERY)
        .then(|| Raised::new(Rule::PayerRuleStale, payer, checked_on, after(checked_on, CHECKED_EVERY), words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_referral_is_unscheduled_three_days_after_it_came() {
        let fires = |today: &str| unscheduled(Uuid::nil(), on("2026-03-02"), None, 0, on(today)).is_some();
        assert!(!fires("2026-03-04") && fires("2026-03-05"));
    }

    #[test]
    fn thanks_are_late_once_forty_eight_hours_are_over() {
        let fires = |now: &str| unthanked(Uuid::nil(), on("2026-03-02"), at("2026-03-02T17:00:00Z"), at(now), on("2026-03-04")).is_some();
        assert!(!fires("2026-03-04T17:00:00Z") && fires("2026-03-04T17:00:01Z"));
    }

    #[test]
    fn a_note_is_missing_a_day_after_the_visit_ended() {
        let fires =
            |now: &str| unsigned(Uuid::nil(), on("2026-03-02"), at("2026-03-02T19:00:00Z"), false, at(now), on("2026-03-03")).is_some();
        assert!(!fires("2026-03-03T18:59:59Z") && fires("2026-03-03T19:00:00Z"));
    }

    #[test]
    fn a_source_is_quiet_after_sixty_days_and_a_contact_since_then_gives_it_sixty_more() {
        let last = on("2026-01-01");
        let fires = |contact: Option<&str>, today: &str| quiet(Uuid::nil(), last, contact.map(on), on(today)).is_some();
        assert!(!fires(None, "2026-03-01") && fires(None, "2026-03-02"));
        assert!(fires(Some("2026-02-15"), "2026-03-02"), "a call while they were not quiet yet changes nothing");
        assert!(
            !fires(Some("2026-03-02"), "2026-03-02") && !fires(Some("2026-03-02"), "2026-04-30") && fires(Some("2026-03-02"), "2026-05-01")
        );
        assert!(quiet(Uuid::nil(), last, None, on("2026-06-30")).is_some_and(|r| r.words.contains("lapsed")));
    }

    #[test]
    fn a_benefit_is_low_at_two_visits_or_a_tenth_of_the_dollars() {
        let visits = |used| Benefit {
            visit_limit: Some(16),
            visits_used: used,
            told_on: on("2026-01-01"),
            payer: "Plan".into(),
            ..Default::default()
        };
        assert_eq!(low_benefit(&visits(13), on("2026-03-02")), None);
        assert_eq!(low_benefit(&visits(14), on("2026-03-02")).map(|r| r.words), Some("Plan: 2 visits of 16 left".into()));
        assert_eq!(low_benefit(&visits(17), on("2026-03-02")).map(|r| r.words), Some("Plan: all 16 visits are used".into()));
        let dollars = |used| Benefit {
            dollar_limit_cents: Some(1_000_000),
            dollars_used_cents: used,
            told_on: on("2026-01-01"),
            payer: "PIP".into(),
            ..Default::default()
        };
        assert_eq!(low_benefit(&dollars(899_999), on("2026-03-02")), None);
        assert_eq!(low_benefit(&dollars(900_000), on("2026-03-02")).map(|r| r.words), Some("PIP: $1,000 of $10,000 left".into()));
    }

    #[test]
    fn rules_are_stale_after_a_hundred_and_eighty_days() {
        let fires = |today: &str| stale_rules(Uuid::nil(), on("2026-01-01"), on(today)).is_some();
        assert!(!fires("2026-06-29") && fires("2026-06-30"));
    }
}
