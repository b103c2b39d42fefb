//! "Needs you": alerts in groups, each with a count, one sentence about what is at stake, and where to begin. Pure.

use crate::outreach::rule::{Group, Rule};
use crate::outreach::view::AlertView;
use crate::outreach::{billing, people};
use crate::types::{Chip, Look, Money, day};
use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// How many rows of a group Today shows; the rest is one link away.
pub const MOST_ROWS: usize = 8;

/// One group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupView {
    pub group: Group,
    pub title: String,
    /// One money or risk sentence.
    pub why: String,
    /// Things that need a decision: the number of rows, also of those that are not shown.
    pub count: i64,
    pub money_at_risk_cents: Option<i64>,
    /// The one button: what it says, and where it leads.
    pub button: &'static str,
    pub to: String,
    pub rows: Vec<QueueRow>,
}

/// One thing that needs a decision. What several rules say about one thing is one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QueueRow {
    pub title: String,
    pub words: String,
    pub chip: Option<Chip>,
    pub page: &'static str,
    pub page_id: Uuid,
    /// Where the next step is taken.
    pub to: String,
    pub button: &'static str,
    /// When the matter began; the alert came when its days of grace were over.
    pub began_on: NaiveDate,
    pub since: NaiveDate,
    pub money_at_risk_cents: Option<i64>,
    /// The alerts behind it.
    pub alerts: Vec<String>,
}

/// The groups of what is open, in the order of their weight.
pub fn groups(open: &[AlertView], today: NaiveDate) -> Vec<GroupView> {
    let of = |group: &Group| {
        let rows = rows(open.iter().filter(|a| a.group == *group), today);
        (!rows.is_empty()).then(|| group_view(*group, rows, today))
    };
    Group::ALL.iter().filter_map(of).collect()
}

/// One row a thing, the oldest first.
pub fn rows<'a>(alerts: impl Iterator<Item = &'a AlertView>, today: NaiveDate) -> Vec<QueueRow> {
    let mut rows: Vec<QueueRow> = Vec::new();
    let mut places: HashMap<(Uuid, &str), usize> = HashMap::new();
    for alert in alerts {
        let place = *places.entry((alert.page_id, &alert.title)).or_insert(rows.len());
        match rows.get_mut(place) {
            Some(row) => join(row, alert),
            None => rows.push(row(alert, today)),
        }
    }
    rows
}

/// Everything, the oldest first: rows of all groups.
pub fn oldest_first(open: &[AlertView], today: NaiveDate) -> Vec<QueueRow> {
    let mut all: Vec<QueueRow> = Group::ALL.iter().flat_map(|g| rows(open.iter().filter(|a| a.group == *g), today)).collect();
    all.sort_by_key(|r| r.since);
    all
}

fn row(alert: &AlertView, today: NaiveDate) -> QueueRow {
    let mut words = alert.words.clone();
    if let Some(cents) = alert.money_at_risk_cents.filter(|c| *c > 0) {
        words.push_str(&format!(" · {}", Money(cents).whole()));
    }
    let (button, to) = step(alert);
    QueueRow {
        title: alert.title.clone(),
        words,
        chip: chip(alert, today),
        page: alert.page,
        page_id: alert.page_id,
        to,
        button,
        began_on: alert.since - TimeDelta::days(grace(alert.rule)),
        since: alert.since,
        money_at_risk_cents: alert.money_at_risk_cents,
        alerts: vec![alert.id.clone()],
    }
}

/// The same thing for another reason: its words come along, its money does not count twice.
fn join(row: &mut QueueRow, alert: &AlertView) {
    if !row.words.contains(&alert.words) {
        let bare = alert.words.split_once(": ").map_or(alert.words.as_str(), |(_, rest)| rest);
        row.words = format!("{}, {bare}", row.words);
    }
    row.since = std::cmp::min(row.since, alert.since);
    row.began_on = std::cmp::min(row.began_on, alert.since - TimeDelta::days(grace(alert.rule)));
    row.money_at_risk_cents = row.money_at_risk_cents.max(alert.money_at_risk_cents);
    row.alerts.push(alert.id.clone());
}

/// The word of the row: how it stands, or by when.
fn chip(alert: &AlertView, today: NaiveDate) -> Option<Chip> {
    let by = |on: NaiveDate| match (on - today).num_days() {
        ..0 => Chip::bad("Too late"),
        0 => Chip::bad("Today"),
        n if n <= 3 => Chip::bad(format!("{n} {} left", if n == 1 { "day" } else { "days" })),
        _ => Chip::wait(format!("By {}", day::short(on, today))),
    };
    match alert.rule {
        Rule::ClaimRejected | Rule::DenialOpen | Rule::AppealDue => Some(Chip::bad(alert.label)),
        Rule::RxExhausted | Rule::RxExpired | Rule::BenefitLow | Rule::EmailFailed | Rule::WrongRecipient => Some(Chip::bad(alert.label)),
        Rule::VisitsLow | Rule::NoteMissing | Rule::ReportToApprove | Rule::ClaimUnbilled | Rule::RenewalAnswered => {
            Some(Chip::wait(alert.label))
        }
        Rule::ClaimNoAck | Rule::ClaimStale => Some(Chip::new(Look::Info, alert.label)),
        Rule::RxExpiring | Rule::TimelyFiling | Rule::TimelyFilingMissed => alert.due_on.map(by),
        _ => None,
    }
}

/// What to do about one row, and where.
fn step(alert: &AlertView) -> (&'static str, String) {
    let page = format!("/{}/{}", alert.page, alert.page_id);
    match alert.rule {
        Rule::ClaimRejected => ("Fix", page),
        Rule::DenialOpen | Rule::AppealDue => ("Answer", page),
        Rule::TimelyFiling | Rule::TimelyFilingMissed | Rule::ClaimNoAck | Rule::ClaimStale | Rule::ClaimUnbilled => ("Open", page),
        Rule::ReportToApprove => ("Review", page),
        Rule::EmailFailed | Rule::WrongRecipient => ("Look", page),
        Rule::RenewalAnswered => ("Check", page),
        Rule::RxExpiring | Rule::RxExpired | Rule::VisitsLow | Rule::RxExhausted => ("Ask", page),
        Rule::NoteMissing => ("Write", format!("{page}/note")),
        Rule::ReferralUnscheduled => ("Call", page),
        Rule::RxUnsigned => ("Complete", page),
        Rule::RenewalReportDue | Rule::ReportOverdue | Rule::PayerReportDue | Rule::PlanDue => ("Write", page),
        Rule::ThankYouLate => ("Thank", page),
        Rule::ReferrerSilent => ("Call", page),
        Rule::BenefitLow | Rule::PayerRuleStale | Rule::NpiDeactivated => ("Check", page),
    }
}

fn group_view(group: Group, mut rows: Vec<QueueRow>, today: NaiveDate) -> GroupView {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let money: Vec<i64> = rows.iter().filter_map(|r| r.money_at_risk_cents).collect();
    let cents = (!money.is_empty()).then(|| money.iter().sum());
    let why = why(group, &rows, cents, today);
    rows.truncate(MOST_ROWS);
    let (button, to) = button(group, &rows);
    GroupView { group, title: title(group, count), why, count, money_at_risk_cents: cents, button, to, rows }
}

fn title(group: Group, count: i64) -> String {
    match (group, count) {
        (Group::CameBack, 1) => "Claim came back".into(),
        (Group::ToApprove, 1) => "Report ready for your approval".into(),
        (Group::Undelivered, 1) => "Report that did not arrive".into(),
        (Group::RunningOut, 1) => "Prescription running out".into(),
        (Group::Notes, 1) => "Note to sign".into(),
        (Group::Referrals, 1) => "Referral not booked".into(),
        (Group::Orders, 1) => "Order to complete".into(),
        (Group::ReportsDue, 1) => "Report due".into(),
        (Group::Unbilled, 1) => "Visit not billed".into(),
        (Group::Unanswered, 1) => "Claim without an answer".into(),
        (Group::Thanks, 1) => "Thank-you to say".into(),
        (Group::Deadlines, 1) => "Filing deadline".into(),
        (Group::Quiet, 1) => "Provider gone quiet".into(),
        (Group::Quiet, _) => "Providers gone quiet".into(),
        (group, _) => group.label().into(),
    }
}

/// How many days something may wait before its rule speaks.
fn grace(rule: Rule) -> i64 {
    match rule {
        Rule::ReferralUnscheduled => people::BOOKED_WITHIN,
        Rule::ThankYouLate => people::THANKED_WITHIN / 24,
        Rule::NoteMissing => people::SIGNED_WITHIN / 24,
        Rule::ReferrerSilent => people::QUIET_AFTER,
        Rule::ClaimNoAck => billing::ANSWERED_WITHIN,
        Rule::ClaimStale => billing::DECIDED_WITHIN,
        Rule::ClaimUnbilled => billing::BILLED_WITHIN,
        _ => 0,
    }
}

/// One sentence: the money or the risk, and how old it is.
fn why(group: Group, rows: &[QueueRow], cents: Option<i64>, today: NaiveDate) -> String {
    let oldest = rows.iter().map(|r| (today - r.began_on).num_days()).max().unwrap_or(0);
    let age = match oldest {
        ..=0 => "The oldest is from today.".to_string(),
        1 => "The oldest: 1 day.".into(),
        n => format!("The oldest: {n} days."),
    };
    let money = cents.filter(|c| *c > 0).map(|c| Money(c).whole());
    let late = rows.iter().filter(|r| r.chip.as_ref().is_some_and(|c| c.word == "Too late")).count();
    match (group, money) {
        (Group::CameBack, Some(money)) => format!("{money} stops moving until these are fixed. {age}"),
        (Group::CameBack, None) => format!("They stop moving until somebody fixes them. {age}"),
        (Group::Deadlines, Some(money)) if late > 0 => format!("{money} must be taken in by the payer in time. {late} too late."),
        (Group::Deadlines, Some(money)) => format!("{money} is lost if the payer has not taken it in by then."),
        (Group::Deadlines, None) => "After the last day the payer owes nothing.".into(),
        (Group::ToApprove, _) => "Nothing leaves until you have read it.".into(),
        (Group::Undelivered, _) => "The doctor has heard nothing. Fix the address, then send again.".into(),
        (Group::RunningOut, _) => "Ask now, or the next visit may not be paid.".into(),
        (Group::Notes, _) => format!("Claims for these visits wait for the signature. {age}"),
        (Group::Referrals, _) => format!("Patients who wait for a call. {age}"),
        (Group::Orders, _) => "An incomplete order covers no visit.".into(),
        (Group::ReportsDue, _) => format!("Doctors who wait to hear how it goes. {age}"),
        (Group::Unbilled, Some(money)) => format!("{money} of signed work has not left the house. {age}"),
        (Group::Unbilled, None) => format!("Signed work that has not left the house. {age}"),
        (Group::Unanswered, Some(money)) => format!("{money} is with payers that say nothing. {age}"),
        (Group::Unanswered, None) => format!("With payers that say nothing. {age}"),
        (Group::Thanks, _) => format!("Thanks are due within 48 hours. {age}"),
        (Group::Benefits, _) => "The next visit may be the patient's to pay.".into(),
        (Group::Quiet, _) => match rows {
            [only] => format!("{}: {}.", only.title, only.words),
            _ => format!("They sent nobody for 60 days or more. The longest: {oldest} days."),
        },
        (Group::Rules, _) => "Claims follow what the payer said half a year ago.".into(),
        (Group::Registry, _) => "Claims that name them are rejected.".into(),
    }
}

/// Where a group is worked through.
fn button(group: Group, rows: &[QueueRow]) -> (&'static str, String) {
    let all = format!("/alerts?group={group}");
    match group {
        Group::CameBack => ("Fix claims", all),
        Group::Deadlines => ("See deadlines", all),
        Group::ToApprove => ("Review all", "/reports".into()),
        Group::Undelivered => ("Look at them", all),
        Group::RunningOut => ("Ask for renewals", all),
        // One after the other: the first leads to the next.
        Group::Notes => ("Sign", rows.first().map_or(all, |r| r.to.clone())),
        Group::Referrals => ("Call", all),
        Group::Orders => ("Complete", all),
        Group::ReportsDue => ("Write reports", all),
        Group::Unbilled => ("Bill them", all),
        Group::Unanswered => ("Ask payers", all),
        Group::Thanks => ("Say thank you", all),
        Group::Benefits => ("Check", all),
        Group::Quiet => ("Plan a call", all),
        Group::Rules => ("Check", all),
        Group::Registry => ("Check", all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outreach::view::id_of;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn alert(rule: Rule, page: u128, title: &str, words: &str, cents: Option<i64>) -> AlertView {
        AlertView {
            id: id_of(rule, Uuid::from_u128(page), "1"),
            rule,
            label: rule.label(),
            group: rule.group(),
            owner: rule.owner(),
            subject_kind: rule.subject(),
            subject_id: Uuid::from_u128(page),
            occurrence: "1".into(),
            title: title.into(),
            words: words.into(),
            since: on("2026-11-17"),
            due_on: None,
            money_at_risk_cents: cents,
            page: "claims",
            page_id: Uuid::from_u128(page),
            action: None,
            until_on: None,
            action_by: None,
            mine: true,
        }
    }

    #[test]
    fn a_group_counts_things_and_says_what_money_stops() {
        let open = [
            alert(Rule::ClaimRejected, 1, "Tomás Reyes, visit Nov 9", "State Fund: NPI missing", Some(14_800)),
            alert(Rule::DenialOpen, 2, "Iris Novak, visit Oct 14", "State Fund: more than was authorized", Some(14_800)),
            alert(Rule::AppealDue, 2, "Iris Novak, visit Oct 14", "appeal by Dec 1, in 8 days", Some(14_800)),
        ];
        let groups = groups(&open, on("2026-11-23"));
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].count, groups[0].rows.len(), groups[0].money_at_risk_cents), (2, 2, Some(29_600)));
        assert_eq!(groups[0].why, "$296 stops moving until these are fixed. The oldest: 6 days.");
        assert_eq!(groups[0].rows[1].words, "State Fund: more than was authorized · $148, appeal by Dec 1, in 8 days");
        assert_eq!(groups[0].rows[1].alerts.len(), 2);
    }

    #[test]
    fn the_money_of_those_who_may_not_see_it_is_not_told() {
        let groups = groups(&[alert(Rule::ClaimRejected, 1, "Tomás Reyes", "rejected", None)], on("2026-11-23"));
        assert_eq!((groups[0].money_at_risk_cents, groups[0].title.as_str()), (None, "Claim came back"));
        assert!(!groups[0].why.contains('$'));
    }

    #[test]
    fn a_long_group_shows_its_oldest_rows_and_counts_all() {
        let open: Vec<AlertView> = (0..20).map(|n| alert(Rule::ClaimUnbilled, n, &format!("P{n}"), "signed", Some(100))).collect();
        let groups = groups(&open, on("2026-11-23"));
        assert_eq!((groups[0].count, groups[0].rows.len(), groups[0].money_at_risk_cents), (20, MOST_ROWS, Some(2_000)));
    }

    #[test]
    fn one_quiet_source_is_named() {
        let quiet =
            AlertView { since: on("2026-11-09"), ..alert(Rule::ReferrerSilent, 1, "Dr. Naomi Lindqvist", "no referral for 74 days", None) };
        assert_eq!(groups(&[quiet], on("2026-11-23"))[0].why, "Dr. Naomi Lindqvist: no referral for 74 days.");
    }
}
