//! What happened with one provider, on one line each: money and reports stand beside calls and referrals.

use super::activity::{ActivityKind, Outcome};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::error::Result;
use crate::types::rate::divide;
use crate::types::words::capital;
use crate::types::{Listing, Money, Month, day};
use chrono::{Datelike, Days, NaiveDate};
use schemars::JsonSchema;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde::Serialize;
use uuid::Uuid;

/// Lines on one page.
const MOST: usize = 25;
/// Rows that one query gives at once; the number stands in the `.sql` files.
const READ: usize = 60;

crate::words! {
    /// A part of the timeline.
    pub enum Show {
        Referrals = "referrals", "Referrals";
        Contacts = "contacts", "Calls and visits";
        Reports = "reports", "Reports";
        Money = "money", "Money";
    }
}

/// One line of the timeline. `kind` is activity, referral, report, denial or payment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Event {
    pub kind: String,
    pub on: NaiveDate,
    pub title: String,
    /// The patient it is about, for those who may know.
    pub subject: Option<String>,
    pub detail: Option<String>,
    /// What it is about, where one may look at it: `referrals`, `claims`, `payments`, `reports`.
    pub thing: Option<String>,
    pub id: Option<Uuid>,
    pub amount_cents: Option<i64>,
    /// The kind of an activity.
    pub activity: Option<ActivityKind>,
}

/// What the reader may see.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    pub patients: bool,
    pub money: bool,
    /// Whose reports may be opened: of one therapist only (0 is nobody), or everybody's.
    pub reports_of: Option<i64>,
}

impl Sight {
    pub fn of(by: &Actor) -> Self {
        Self {
            patients: by.rights(Thing::Patients).read == Reach::All || by.rights(Thing::Referrals).read != Reach::None,
            money: by.rights(Thing::Claims).read == Reach::All,
            reports_of: match by.rights(Thing::Reports) {
                reports if reports.outline || reports.read == Reach::All => None,
                reports if reports.read == Reach::Own => Some(by.therapist_id.unwrap_or(0)),
                _ => Some(0),
            },
        }
    }
}

struct Row {
    kind: String,
    on_day: NaiveDate,
    word: Option<String>,
    who: Option<String>,
    text: Option<String>,
    public_id: Option<Uuid>,
    cents: Option<i64>,
    n: Option<i64>,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        Ok(Self {
            kind: row.try_get(pre, "kind")?,
            on_day: row.try_get(pre, "on_day")?,
            word: row.try_get(pre, "word")?,
            who: row.try_get(pre, "who")?,
            text: row.try_get(pre, "text")?,
            public_id: row.try_get(pre, "public_id")?,
            cents: row.try_get(pre, "cents")?,
            n: row.try_get(pre, "n")?,
        })
    }
}

#[derive(Clone, FromQueryResult)]
struct Contact {
    public_id: Uuid,
    on_day: NaiveDate,
    kind: ActivityKind,
    met: Option<String>,
    outcome: Option<Outcome>,
    words: Option<String>,
    next_step: Option<String>,
    next_on: Option<NaiveDate>,
    by_name: Option<String>,
    about_patient: bool,
}

impl Contact {
    /// What was written about a patient's referral may name the patient.
    fn for_eyes(self, sight: Sight) -> Self {
        if sight.patients || !self.about_patient {
            return self;
        }
        Self { met: None, words: None, next_step: None, next_on: None, ..self }
    }
}

/// The latest lines up to a day, or those of one part, and the day from which to go on. Names of patients and money
/// appear only for those who may see them.
pub async fn of(app: &App, provider_id: i64, sight: Sight, show: Option<Show>, until: Option<NaiveDate>) -> Result<Listing<Event>> {
    let wanted = |part: Show| show.is_none_or(|s| s == part);
    let values = || vec![provider_id.into(), until.unwrap_or(app.today() + Days::new(366)).into()];
    let mut events: Vec<Event> = Vec::new();
    let mut horizon: Option<NaiveDate> = None;
    if wanted(Show::Contacts) {
        let rows: Vec<Contact> = db::rows(&app.db, include_str!("sql/timeline_activities.sql"), values()).await?;
        horizon = horizon.max(edge(rows.iter().map(|r| r.on_day)));
        events.extend(rows.into_iter().map(|row| contact(row.for_eyes(sight), app.today())));
    }
    let openable = sight.reports_of.map_or("1 = 1".into(), |id| format!("r.therapist_id = {id}"));
    let reports = include_str!("sql/timeline_reports.sql").replace("/* openable */", &openable);
    for (sql, wanted) in [
        (include_str!("sql/timeline_referrals.sql"), wanted(Show::Referrals)),
        (&reports, wanted(Show::Reports)),
        (include_str!("sql/timeline_money.sql"), wanted(Show::Money) && sight.money),
    ] {
        if wanted {
            let rows: Vec<Row> = db::rows(&app.db, sql, values()).await?;
            horizon = horizon.max(edge(rows.iter().map(|r| r.on_day)));
            events.extend(together(rows).into_iter().map(|row| event(row, sight)));
        }
    }
    events.sort_by_key(|e| std::cmp::Reverse(e.on));
    Ok(cut(events, horizon))
}

/// The day before which a query may know more: it gave all that it gives at once.
fn edge(days: impl ExactSizeIterator<Item = NaiveDate>) -> Option<NaiveDate> {
    if days.len() < READ { None } else { days.last() }
}

/// Ends the page before a day that may be known in part, and goes on with that day.
fn cut(mut events: Vec<Event>, horizon: Option<NaiveDate>) -> Listing<Event> {
    let horizon = horizon.max(events.get(MOST).map(|e| e.on));
    let Some(day) = horizon else { return events.into() };
    if events.first().is_none_or(|first| first.on > day) {
        events.retain(|e| e.on > day);
        return Listing { items: events, next_cursor: Some(day.to_string()) };
    }
    // More on one day than a page holds: the rest of that day is left out.
    events.retain(|e| e.on >= day);
    Listing { items: events, next_cursor: day.pred_opt().map(|d| d.to_string()) }
}

/// Denials of one payer on one day are one line.
fn together(rows: Vec<Row>) -> Vec<Row> {
    let mut lines: Vec<Row> = Vec::new();
    for row in rows {
        let same =
            |known: &&mut Row| known.kind == "denial" && row.kind == "denial" && known.on_day == row.on_day && known.word == row.word;
        match lines.iter_mut().find(same) {
            Some(known) => {
                known.n = Some(known.n.unwrap_or(1) + 1);
                known.cents = known.cents.zip(row.cents).map(|(a, b)| a + b);
                known.public_id = None;
                known.who = [known.who.take(), row.who].into_iter().flatten().reduce(|a, b| listed(&a, &b));
            }
            None => lines.push(row),
        }
    }
    lines
}

/// Names after each other, each once.
fn listed(names: &str, name: &str) -> String {
    if names.split(", ").any(|n| n == name) { names.to_string() } else { format!("{names}, {name}") }
}

/// "Maya Ortiz called Jess", and what was said.
fn contact(row: Contact, today: NaiveDate) -> Event {
    let outcome = row.outcome.map(|o| o.label().to_string());
    let what = row.words.or(outcome);
    let next = row.next_step.map(|step| match row.next_on {
        Some(on) => format!("Next, {}: {step}", day::short(on, today)),
        None => format!("Next: {step}"),
    });
    let detail: Vec<String> = [what, next].into_iter().flatten().collect();
    Event {
        kind: "activity".into(),
        on: row.on_day,
        title: said(row.kind, row.by_name.as_deref(), row.met.as_deref()),
        subject: None,
        detail: (!detail.is_empty()).then(|| sentences(&detail)),
        thing: None,
        id: Some(row.public_id),
        amount_cents: None,
        activity: Some(row.kind),
    }
}

fn said(kind: ActivityKind, by: Option<&str>, met: Option<&str>) -> String {
    let who = by.unwrap_or("Somebody");
    let whom = |verb: &str, else_whom: &str| format!("{who} {verb} {}", met.unwrap_or(else_whom));
    match kind {
        ActivityKind::Call => whom("called", "the office"),
        ActivityKind::OfficeVisit => whom("visited", "the office"),
        ActivityKind::Lunch => whom("had lunch with", "the office"),
        ActivityKind::Letter => whom("wrote a letter to", "the office"),
        ActivityKind::Email => whom("wrote to", "the office"),
        ActivityKind::Fax => whom("faxed", "the office"),
        ActivityKind::Event => format!("{who} met {} at an event", met.unwrap_or("them")),
        ActivityKind::Gift => whom("gave something to", "the office"),
        ActivityKind::ReferralPadDrop => whom("brought referral pads to", "the office"),
        ActivityKind::Presentation => whom("gave a talk to", "the office"),
        ActivityKind::Note => format!("Note of {who}"),
    }
}

/// Texts one after the other, each ended.
fn sentences(texts: &[String]) -> String {
    let ended = |t: &String| if t.ends_with(['.', '!', '?']) { t.clone() } else { format!("{t}.") };
    match texts {
        [only] => only.clone(),
        many => many.iter().map(ended).collect::<Vec<_>>().join(" "),
    }
}

fn event(row: Row, sight: Sight) -> Event {
    let word = row.word.unwrap_or_default();
    let (title, detail, thing) = match row.kind.as_str() {
        "referral" => ("New referral".to_string(), row.text.filter(|_| sight.patients), Some("referrals")),
        "report" => (format!("{} sent", capital(&word)), None, Some("reports")),
        "denial" => match row.n {
            Some(n) => (format!("{word} denied {n} claims"), Some(format!("{} in all", amount(row.cents))), Some("claims")),
            None => {
                (format!("{word} denied a claim"), Some(format!("{}, {}", amount(row.cents), row.text.unwrap_or_default())), Some("claims"))
            }
        },
        _ => {
            let (n, cents) = (row.n.unwrap_or(1), row.cents.unwrap_or(0));
            let each = (n > 1).then(|| format!("{} a claim on average", Money(divide(cents.into(), n.into()))));
            let trace = row.text.map(|t| format!("number {t}"));
            let detail: Vec<String> = [each, trace].into_iter().flatten().collect();
            let claims = if n == 1 { "1 claim".to_string() } else { format!("{n} claims") };
            (format!("{word} paid {} for {claims}", amount(row.cents)), Some(capital(&detail.join(", "))), Some("payments"))
        }
    };
    let id = row.public_id.filter(|_| thing.is_some() && sight.patients);
    Event {
        kind: row.kind,
        on: row.on_day,
        title,
        subject: row.who.filter(|_| sight.patients),
        detail,
        thing: thing.filter(|_| id.is_some()).map(String::from),
        id,
        amount_cents: row.cents,
        activity: None,
    }
}

fn amount(cents: Option<i64>) -> String {
    Money(cents.unwrap_or(0)).to_string()
}

/// A stretch of the timeline under one heading.
#[derive(Clone, Debug, Serialize)]
pub struct Stretch {
    pub label: String,
    pub events: Vec<Event>,
}

/// Puts headings over the lines: this week, the rest of the month, each month before.
pub fn stretches(events: Vec<Event>, today: NaiveDate) -> Vec<Stretch> {
    let mut parts: Vec<Stretch> = Vec::new();
    for event in events {
        let label = heading(event.on, today);
        match parts.last_mut().filter(|part| part.label == label) {
            Some(part) => part.events.push(event),
            None => parts.push(Stretch { label, events: vec![event] }),
        }
    }
    parts
}

fn heading(on: NaiveDate, today: NaiveDate) -> String {
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    let month = Month::of(on);
    match () {
        () if on >= monday => "This week".into(),
        () if month == Month::of(today) => format!("Earlier in {}", month.name()),
        () if on.year() == today.year() => month.name(),
        () => format!("{} {}", month.name(), on.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_lines_stand_under_this_week_this_month_and_the_months_before() {
        let today = day("2026-11-25");
        let labels = ["2026-11-25", "2026-11-23", "2026-11-22", "2026-10-31", "2025-12-01"].map(|d| heading(day(d), today));
        assert_eq!(labels, ["This week", "This week", "Earlier in November", "October", "December 2025"]);
    }

    fn row(kind: &str, on: &str, who: &str, cents: i64) -> Row {
        let text = (kind == "denial").then(|| "C-2026-00001".to_string());
        Row {
            kind: kind.into(),
            on_day: day(on),
            word: Some("State Fund".into()),
            who: Some(who.into()),
            text,
            public_id: Some(Uuid::nil()),
            cents: Some(cents),
            n: None,
        }
    }

    #[test]
    fn denials_of_one_payer_on_one_day_are_one_line_with_their_sum() {
        let rows = vec![
            row("denial", "2026-07-23", "Iris Novak", 14_800),
            row("denial", "2026-07-23", "Paul Mbeki", 11_100),
            row("denial", "2026-07-23", "Iris Novak", 100),
            row("denial", "2026-07-16", "Iris Novak", 14_800),
        ];
        let seen = Sight { patients: true, money: true, reports_of: None };
        let events: Vec<Event> = together(rows).into_iter().map(|r| event(r, seen)).collect();
        assert_eq!(events.len(), 2);
        assert_eq!(
            (events[0].title.as_str(), events[0].subject.as_deref()),
            ("State Fund denied 3 claims", Some("Iris Novak, Paul Mbeki"))
        );
        assert_eq!((events[0].detail.as_deref(), events[0].id), (Some("$260.00 in all"), None));
        assert_eq!(events[1].detail.as_deref(), Some("$148.00, C-2026-00001"));
    }

    #[test]
    fn a_page_ends_between_two_days_and_the_next_begins_there() {
        let seen = Sight { patients: true, money: true, reports_of: None };
        let events: Vec<Event> =
            (0..30).map(|n| event(row("referral", if n < 24 { "2026-07-23" } else { "2026-07-16" }, "Iris Novak", 0), seen)).collect();
        let page = cut(events, None);
        assert_eq!((page.items.len(), page.next_cursor.as_deref()), (24, Some("2026-07-16")));
    }

    #[test]
    fn a_call_says_who_called_whom_and_what_comes_next() {
        let row = Contact {
            public_id: Uuid::nil(),
            on_day: day("2026-11-18"),
            kind: ActivityKind::Call,
            met: Some("Jess".into()),
            outcome: Some(Outcome::Reached),
            words: Some("Renewals go by fax".into()),
            next_step: Some("send pads".into()),
            next_on: Some(day("2026-11-30")),
            by_name: Some("Maya Ortiz".into()),
            about_patient: true,
        };
        let event = contact(row.clone(), day("2026-11-25"));
        assert_eq!(event.title, "Maya Ortiz called Jess");
        let outside = contact(row.for_eyes(Sight { patients: false, money: true, reports_of: None }), day("2026-11-25"));
        assert_eq!((outside.title.as_str(), outside.detail.as_deref()), ("Maya Ortiz called the office", Some("Reached")));
        assert_eq!(event.detail.as_deref(), Some("Renewals go by fax. Next, Nov 30: send pads."));
    }
}
