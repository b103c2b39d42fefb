//! What a month came to, as its owner reads it. Pure. It names doctors and payers, never a patient; a share of fewer than five is a count.

use crate::mail::kinds::{Aged, Amount, Bar, Deadline, DeniedFor, Headline, OwnerMonth, Quiet, SourceCash, Todo};
use crate::payments::money::reason_words;
use crate::reports::kpi::per;
use crate::types::words::capital;
use crate::types::{Money, Month, day};
use chrono::NaiveDate;

/// Sources in the table; what is left of it is one row.
const SOURCES: usize = 8;
const DENIALS: usize = 5;
const NAMES: usize = 5;
/// The height of the tallest column, in pixels.
const TALLEST: i64 = 84;
/// A mean of fewer months says little.
const FEW_MONTHS: usize = 3;

/// The sums of one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Monthly {
    /// Net of what payers took back.
    pub insurer_cents: i64,
    /// Below zero.
    pub taken_back_cents: i64,
    pub patient_cents: i64,
    pub referrals: i64,
    pub seen: i64,
    pub kept: i64,
    pub scheduled: i64,
    pub decided: i64,
    pub denied: i64,
}

impl Monthly {
    pub fn cash(&self) -> i64 {
        self.insurer_cents + self.patient_cents
    }
}

/// Twelve months, oldest first.
#[derive(Clone, Debug)]
pub struct Month12(Vec<(Month, Monthly)>);

impl Month12 {
    pub fn of(first: Month) -> Self {
        let months = std::iter::successors(Some(first), |month| Some(month.next()));
        Self(months.take(12).map(|month| (month, Monthly::default())).collect())
    }

    pub fn get_mut(&mut self, month: Month) -> Option<&mut Monthly> {
        self.0.iter_mut().find(|(of, _)| *of == month).map(|(_, numbers)| numbers)
    }

    fn last(&self) -> Monthly {
        self.0.last().map(|(_, numbers)| *numbers).unwrap_or_default()
    }

    /// From the first month in which anything happened.
    fn lived(&self) -> &[(Month, Monthly)] {
        let from = self.0.iter().position(|(_, numbers)| *numbers != Monthly::default()).unwrap_or(self.0.len());
        &self.0[from..]
    }

    /// The month before, where the practice was there already.
    fn previous(&self) -> Option<Monthly> {
        self.lived().iter().rev().nth(1).map(|(_, numbers)| *numbers)
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.lived().is_empty()
    }
}

#[derive(Clone, Debug)]
pub struct Denied {
    pub claim_id: i64,
    /// `CO-197`.
    pub reason: String,
    pub payer: String,
    pub cents: i64,
}

/// The first day, how many, and what hangs on them in cents.
pub type Near = (NaiveDate, i64, i64);

#[derive(Clone, Debug, Default)]
pub struct Deadlines {
    pub to_file: Option<Near>,
    pub to_appeal: Option<Near>,
    /// Orders that run out, by the doctor who is asked: name, how many, the first day where one is known.
    pub to_renew: Vec<(String, i64, Option<NaiveDate>)>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Outreach {
    pub contacts: i64,
    pub minutes: i64,
    pub cost_cents: i64,
}

/// How many, and cents where money hangs on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tidy {
    pub claims: (i64, i64),
    pub money: (i64, i64),
    pub addresses: i64,
}

/// Everything that the report is made of.
#[derive(Clone, Debug)]
pub struct Facts {
    pub today: NaiveDate,
    pub month: Month,
    pub months: Month12,
    /// Name, referrals of the month, cash of the month.
    pub sources: Vec<(String, i64, i64)>,
    pub aging: [i64; 4],
    pub denials: Vec<Denied>,
    pub deadlines: Deadlines,
    /// Name, and since when nobody came.
    pub quiet: Vec<(String, String)>,
    pub outreach: Outreach,
    pub tidy: Tidy,
}

pub fn compose(facts: &Facts) -> (OwnerMonth, Option<Todo>) {
    let now = facts.months.last();
    let month = OwnerMonth {
        bottom_line: bottom_line(facts, &now),
        headline: headline(&facts.months),
        cash: cash(&now),
        months: bars(&facts.months),
        sources: sources(&facts.sources),
        outstanding: Money(facts.aging.iter().sum()).whole(),
        aging: aging(&facts.aging),
        denials: denials(&facts.denials),
        deadlines: deadlines(&facts.deadlines),
        quiet: facts.quiet.iter().take(NAMES).map(|(name, detail)| Quiet { name: name.clone(), detail: detail.clone() }).collect(),
        outreach: outreach(&facts.outreach, now.referrals),
        tidy: tidy(&facts.tidy),
    };
    (month, todo(facts))
}

/// `$8,214 came in, $604 more than in September. 15 referrals; 12 seen so far.`
fn bottom_line(facts: &Facts, now: &Monthly) -> String {
    let came = match facts.months.previous() {
        None => format!("{} came in.", Money(now.cash()).whole()),
        Some(before) => {
            let (more, name) = (now.cash() - before.cash(), facts.month.previous().name());
            let compared = match more {
                0 => format!("as much as in {name}"),
                1.. => format!("{} more than in {name}", Money(more).whole()),
                _ => format!("{} less than in {name}", Money(-more).whole()),
            };
            format!("{} came in, {compared}.", Money(now.cash()).whole())
        }
    };
    let seen = match (now.referrals, now.seen) {
        (0, _) => "No referral came.".to_string(),
        (1, 1) => "1 referral, seen.".into(),
        (1, _) => "1 referral, not seen yet.".into(),
        (n, 0) => format!("{n} referrals; none seen so far."),
        (n, k) if n == k => format!("{n} referrals, all seen."),
        (n, k) => format!("{n} referrals; {k} seen so far."),
    };
    format!("{came} {seen}")
}

fn headline(months: &Month12) -> Vec<Headline> {
    let (now, before, lived) = (months.last(), months.previous(), months.lived());
    let one = |label: &str, of: fn(&Monthly) -> i64, among: Option<fn(&Monthly) -> i64>| {
        let shown = |m: &Monthly| match among {
            Some(all) => format!("{} of {}", of(m), all(m)),
            None => of(m).to_string(),
        };
        Headline {
            label: label.into(),
            now: shown(&now),
            previous: before.as_ref().map_or(NOTHING.into(), shown),
            mean: mean(lived, of, among),
        }
    };
    let cash = Headline {
        label: "Cash posted".into(),
        now: Money(now.cash()).whole(),
        previous: before.map_or(NOTHING.into(), |m| Money(m.cash()).whole()),
        mean: if lived.len() < FEW_MONTHS {
            NOTHING.into()
        } else {
            let sum: i64 = lived.iter().map(|(_, m)| m.cash()).sum();
            Money(sum / i64::try_from(lived.len()).unwrap_or(1)).whole()
        },
    };
    vec![
        cash,
        one("Referrals received", |m| m.referrals, None),
        one("Seen at least once", |m| m.seen, Some(|m| m.referrals)),
        one("Visits kept", |m| m.kept, Some(|m| m.scheduled)),
        one("Denied, latest decision", |m| m.denied, Some(|m| m.decided)),
    ]
}

/// What stands where there is nothing to compare with.
const NOTHING: &str = "–";

/// `13.2`, or `11.2 of 13.2`.
fn mean(lived: &[(Month, Monthly)], of: fn(&Monthly) -> i64, among: Option<fn(&Monthly) -> i64>) -> String {
    if lived.len() < FEW_MONTHS {
        return NOTHING.into();
    }
    let tenth = |of: fn(&Monthly) -> i64| {
        let sum: i64 = lived.iter().map(|(_, m)| of(m)).sum();
        let tenths = crate::types::rate::divide(i128::from(sum) * 10, i128::try_from(lived.len()).unwrap_or(1));
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match among {
        Some(all) => format!("{} of {}", tenth(of), tenth(all)),
        None => tenth(of),
    }
}

fn cash(now: &Monthly) -> Vec<Amount> {
    let rows = [
        ("Insurers", now.insurer_cents - now.taken_back_cents),
        ("Patients", now.patient_cents),
        ("Taken back by insurers", now.taken_back_cents),
    ];
    let said = rows.into_iter().filter(|(_, cents)| *cents != 0);
    said.map(|(label, cents)| Amount { label: label.into(), amount: Money(cents).whole() }).collect()
}

fn bars(months: &Month12) -> Vec<Bar> {
    let most = months.0.iter().map(|(_, m)| m.referrals).max().unwrap_or(0).max(1);
    // A few are drawn small, many to scale.
    let height = |n: i64| n * (TALLEST / most).clamp(1, 7);
    let bar = |(month, m): &(Month, Monthly)| Bar {
        label: month.first().format("%b").to_string(),
        referrals: m.referrals,
        seen: m.seen,
        seen_height: height(m.seen),
        rest_height: height(m.referrals - m.seen),
    };
    months.0.iter().map(bar).collect()
}

/// The share of the largest, in whole percent; never so small that it is not seen.
fn percent(cents: i64, most: i64) -> i64 {
    if cents <= 0 || most <= 0 { 0 } else { std::cmp::max(1, cents * 100 / most) }
}

fn sources(all: &[(String, i64, i64)]) -> Vec<SourceCash> {
    let mut all = all.to_vec();
    all.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let rest = all.split_off(std::cmp::min(SOURCES, all.len()));
    if let [one] = rest.as_slice() {
        all.push(one.clone());
    } else if !rest.is_empty() {
        let sum = rest.iter().fold((0, 0), |(n, cents), row| (n + row.1, cents + row.2));
        all.push((format!("{} others", rest.len()), sum.0, sum.1));
    }
    let most = all.iter().map(|row| row.2).max().unwrap_or(0);
    let one = |(name, referrals, cents): (String, i64, i64)| SourceCash {
        name: cut(&name, 40),
        referrals,
        cash: Money(cents).whole(),
        percent: percent(cents, most),
    };
    all.into_iter().map(one).collect()
}

/// A long name does not break a table.
fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most { name.into() } else { format!("{}…", name.chars().take(most - 1).collect::<String>().trim_end()) }
}

fn aging(cents: &[i64; 4]) -> Vec<Aged> {
    let most = cents.iter().copied().max().unwrap_or(0);
    let labels = ["0 to 30 days", "31 to 60", "61 to 90", "Over 90"];
    let one = |(n, label): (usize, &str)| Aged {
        label: label.into(),
        amount: Money(cents[n]).whole(),
        percent: percent(cents[n], most),
        is_old: n == 3,
    };
    labels.into_iter().enumerate().map(one).collect()
}

fn denials(all: &[Denied]) -> Vec<DeniedFor> {
    /// Reason and payer, and of them the claims and the cents.
    type Kind = ((String, String), Vec<i64>, i64);
    let mut kinds: Vec<Kind> = Vec::new();
    for denied in all {
        let key = (denied.reason.clone(), denied.payer.clone());
        match kinds.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, claims, cents)) => {
                claims.push(denied.claim_id);
                *cents += denied.cents;
            }
            None => kinds.push((key, vec![denied.claim_id], denied.cents)),
        }
    }
    kinds.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let one = |((reason, payer), mut claims, cents): Kind| {
        claims.sort_unstable();
        claims.dedup();
        DeniedFor {
            reason: cut(&reason_in_words(&reason), 34),
            payer: cut(&payer, 24),
            claims: i64::try_from(claims.len()).unwrap_or(0),
            amount: Money(cents).whole(),
        }
    };
    kinds.into_iter().take(DENIALS).map(one).collect()
}

/// `CO-197` is `No authorization`; a code that nobody knows stays one.
fn reason_in_words(reason: &str) -> String {
    let (group, code) = reason.split_once('-').unwrap_or(("", reason));
    let Some(words) = reason_words(group, code) else { return if reason.is_empty() { "No reason given".into() } else { reason.into() } };
    capital(words)
}

fn counted(n: i64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// `, $296`; what has no amount yet says none.
fn worth(cents: i64) -> String {
    if cents == 0 { String::new() } else { format!(", {}", Money(cents).whole()) }
}

fn deadlines(of: &Deadlines) -> Vec<Deadline> {
    let mut found = Vec::new();
    if let Some((on, n, cents)) = of.to_file {
        found.push(Deadline { on, what: format!("Last day to file {}{}", counted(n, "claim"), worth(cents)) });
    }
    if let Some((on, n, cents)) = of.to_appeal {
        found.push(Deadline { on, what: format!("Appeal {}{}", counted(n, "denial"), worth(cents)) });
    }
    let dated = of.to_renew.iter().filter_map(|(who, n, on)| Some((who, n, (*on)?)));
    found.extend(dated.take(NAMES).map(|(who, n, on)| Deadline { on, what: format!("Ask {who} for {}", counted(*n, "renewal")) }));
    found.sort_by_key(|d| d.on);
    found
}

/// `5 contacts, 3 h 10 min, $64. For each referral of the month: $4.27.`
fn outreach(of: &Outreach, referrals: i64) -> String {
    if of.contacts == 0 {
        return "Nothing was done to keep in touch.".into();
    }
    let time = match (of.minutes / 60, of.minutes % 60) {
        (0, 0) => String::new(),
        (0, min) => format!(", {min} min"),
        (h, 0) => format!(", {h} h"),
        (h, min) => format!(", {h} h {min} min"),
    };
    let cost = if of.cost_cents == 0 { String::new() } else { format!(", {}", Money(of.cost_cents).whole()) };
    let each = match (of.cost_cents, referrals) {
        (0, _) => String::new(),
        (_, ..5) => " Cost per referral: too few to say.".into(),
        (cents, n) => format!(" For each referral of the month: {}.", Money(per(cents, n).unwrap_or(0))),
    };
    format!("{}{time}{cost}.{each}", counted(of.contacts, "contact"))
}

fn tidy(of: &Tidy) -> Vec<String> {
    let mut found = Vec::new();
    if of.claims.0 > 0 {
        found.push(format!("{} without a source, {}", counted(of.claims.0, "claim"), Money(of.claims.1).whole()));
    }
    if of.money.0 > 0 {
        let matches = if of.money.0 == 1 { "matches" } else { "match" };
        found.push(format!("{} that {matches} no claim, {}", counted(of.money.0, "payment"), Money(of.money.1).whole()));
    }
    if of.addresses > 0 {
        let es = if of.addresses == 1 { "" } else { "es" };
        found.push(format!("{} email address{es} of doctors who send, not checked", of.addresses));
    }
    found
}

/// `Appeal 4 denials, the first by Nov 28: $592 hangs on them.`
fn pressing(verb: &str, n: i64, what: &str, by: &str, cents: i64) -> String {
    let (by, them) = if n == 1 { (format!(" by {by}"), "it") } else { (format!(", the first by {by}"), "them") };
    let hangs = if cents == 0 { String::new() } else { format!(": {} hangs on {them}", Money(cents).whole()) };
    format!("{verb} {}{by}{hangs}.", counted(n, what))
}

/// What presses most: money that is lost after a day, then orders, then who went quiet.
fn todo(facts: &Facts) -> Option<Todo> {
    let short = |on: NaiveDate| day::short(on, facts.today);
    let (text, place) = match (&facts.deadlines, facts.quiet.first()) {
        (Deadlines { to_file: Some((on, n, cents)), to_appeal, .. }, _) if to_appeal.is_none_or(|(by, ..)| *on <= by) => {
            (pressing("File", *n, "claim", &short(*on), *cents), "Claims")
        }
        (Deadlines { to_appeal: Some((on, n, cents)), .. }, _) => (pressing("Appeal", *n, "denial", &short(*on), *cents), "Claims"),
        (Deadlines { to_renew, .. }, _) if !to_renew.is_empty() => {
            let (who, n, on) = &to_renew[0];
            let by = on.map(|on| format!(" by {}", short(on))).unwrap_or_default();
            (format!("Ask {who} for {}{by}. Visits past an order are not paid.", counted(*n, "renewal")), "Reports")
        }
        (_, Some((name, detail))) => (format!("Call {name}: {detail}."), "Network"),
        _ => return None,
    };
    Some(Todo { label: "The one thing to do".into(), text, place: format!("Open Tributary, {place}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn october() -> Month {
        Month::parse("2026-10").expect("a month")
    }

    fn facts() -> Facts {
        let mut months = Month12::of(Month::parse("2025-11").expect("a month"));
        *months.get_mut(october()).expect("October") = Monthly {
            insurer_cents: 703_200,
            taken_back_cents: -14_800,
            patient_cents: 118_200,
            referrals: 15,
            seen: 12,
            kept: 112,
            scheduled: 121,
            decided: 96,
            denied: 4,
        };
        *months.get_mut(october().previous()).expect("September") =
            Monthly { insurer_cents: 761_000, referrals: 13, seen: 11, ..Default::default() };
        Facts {
            today: on("2026-11-05"),
            month: october(),
            months,
            sources: Vec::new(),
            aging: [592_000, 231_000, 118_000, 64_000],
            denials: Vec::new(),
            deadlines: Deadlines::default(),
            quiet: Vec::new(),
            outreach: Outreach::default(),
            tidy: Tidy::default(),
        }
    }

    #[test]
    fn the_first_line_says_what_came_in_against_the_month_before_and_who_was_seen() {
        assert_eq!(compose(&facts()).0.bottom_line, "$8,214 came in, $604 more than in September. 15 referrals; 12 seen so far.");
        let mut young = facts();
        *young.months.get_mut(october().previous()).expect("September") = Monthly::default();
        assert_eq!(compose(&young).0.bottom_line, "$8,214 came in. 15 referrals; 12 seen so far.", "nothing to compare with");
    }

    #[test]
    fn money_that_payers_took_back_stands_apart_and_the_parts_come_to_the_whole() {
        let cash: Vec<(String, String)> = compose(&facts()).0.cash.into_iter().map(|c| (c.label, c.amount)).collect();
        let expected = [("Insurers", "$7,180"), ("Patients", "$1,182"), ("Taken back by insurers", "−$148")];
        assert_eq!(cash, expected.map(|(a, b)| (a.to_string(), b.to_string())));
    }

    #[test]
    fn a_mean_of_few_months_is_none_and_a_share_is_a_count() {
        let row = |facts: &Facts, label: &str| {
            let row = compose(facts).0.headline.into_iter().find(|h| h.label == label).expect("a row");
            (row.now, row.previous, row.mean)
        };
        assert_eq!(row(&facts(), "Seen at least once"), ("12 of 15".into(), "11 of 13".into(), "–".into()));
        let mut third = facts();
        third.months.get_mut(Month::parse("2026-08").expect("a month")).expect("August").referrals = 11;
        assert_eq!(row(&third, "Referrals received"), ("15".into(), "13".into(), "13.0".into()));
        assert_eq!(row(&third, "Seen at least once").2, "7.7 of 13.0");
        assert_eq!(row(&third, "Cash posted").2, "$5,275", "a month without money counts");
    }

    #[test]
    fn small_sources_are_one_row_and_a_source_that_cost_money_is_last() {
        let many = (1..=10).map(|n| (format!("Dr. {n}"), 1, n * 1_000)).chain([("Refunded".into(), 0, -500)]).collect();
        let rows = compose(&Facts { sources: many, ..facts() }).0.sources;
        assert_eq!(rows.len(), SOURCES + 1);
        assert_eq!((rows[0].name.as_str(), rows[0].percent), ("Dr. 10", 100));
        assert_eq!((rows[8].name.as_str(), rows[8].referrals, rows[8].cash.as_str()), ("3 others", 2, "$25"));
    }

    #[test]
    fn refusals_are_counted_by_claim_and_their_code_is_in_words() {
        let one = |claim_id, reason: &str, cents| Denied { claim_id, reason: reason.into(), payer: "State Fund".into(), cents };
        let rows =
            compose(&Facts { denials: vec![one(1, "CO-29", 14_800), one(1, "CO-29", 1_000), one(2, "CO-ZZ", 500)], ..facts() }).0.denials;
        let shown: Vec<(&str, i64, &str)> = rows.iter().map(|d| (d.reason.as_str(), d.claims, d.amount.as_str())).collect();
        assert_eq!(shown, [("Billed too late", 1, "$158"), ("CO-ZZ", 1, "$5")]);
    }

    #[test]
    fn the_one_thing_is_what_is_lost_first() {
        let todo = |deadlines: Deadlines, quiet: &[(&str, &str)]| {
            let quiet = quiet.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            compose(&Facts { deadlines, quiet, ..facts() }).1.map(|t| t.text)
        };
        assert_eq!(todo(Deadlines::default(), &[]), None);
        let renew = vec![("Dr. Feld".to_string(), 3, Some(on("2026-11-16")))];
        assert_eq!(
            todo(Deadlines { to_renew: renew.clone(), ..Default::default() }, &[]).as_deref(),
            Some("Ask Dr. Feld for 3 renewals by Nov 16. Visits past an order are not paid.")
        );
        let file = Some((on("2026-11-28"), 2, 29_600));
        let appeal = Some((on("2026-11-20"), 1, 14_800));
        let both = Deadlines { to_file: file, to_appeal: appeal, to_renew: renew };
        assert_eq!(todo(both.clone(), &[]).as_deref(), Some("Appeal 1 denial by Nov 20: $148 hangs on it."));
        assert_eq!(
            compose(&Facts { deadlines: both, ..facts() }).0.deadlines.iter().map(|d| d.on.to_string()).collect::<Vec<_>>(),
            ["2026-11-16", "2026-11-20", "2026-11-28"]
        );
        assert!(
            todo(Deadlines { to_file: file, ..Default::default() }, &[])
                .expect("filing")
                .starts_with("File 2 claims, the first by Nov 28: $296 hangs on them.")
        );
        assert_eq!(
            todo(Deadlines::default(), &[("Dr. Naomi Lindqvist", "no referral for 61 days")]).as_deref(),
            Some("Call Dr. Naomi Lindqvist: no referral for 61 days.")
        );
    }

    #[test]
    fn a_cost_for_each_of_few_is_none() {
        assert_eq!(
            outreach(&Outreach { contacts: 5, minutes: 190, cost_cents: 6_400 }, 4),
            "5 contacts, 3 h 10 min, $64. Cost per referral: too few to say."
        );
        assert_eq!(
            outreach(&Outreach { contacts: 1, minutes: 0, cost_cents: 6_400 }, 15),
            "1 contact, $64. For each referral of the month: $4.27."
        );
        assert_eq!(outreach(&Outreach::default(), 15), "Nothing was done to keep in touch.");
    }
}
