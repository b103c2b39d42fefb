//! What happened with one provider, on one line each: money and reports stand beside calls and referrals.

use super::activity::ActivityKind;
use crate::app::App;
use crate::db;
use crate::error::Result;
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde::Serialize;
use uuid::Uuid;

/// One line of the timeline. `kind` is activity, referral, report, denial or payment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Event {
    pub kind: String,
    pub on: NaiveDate,
    pub title: String,
    pub detail: Option<String>,
    /// What it is about, where one may look at it: `referrals`, `claims`, `reports`.
    pub thing: Option<String>,
    pub id: Option<Uuid>,
    pub amount_cents: Option<i64>,
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

/// The latest sixty lines. Names of patients and money appear only for those who may see them.
pub async fn of(app: &App, provider_id: i64, sees_patients: bool, sees_money: bool) -> Result<Vec<Event>> {
    let mut events: Vec<Event> = Vec::new();
    for sql in
        [include_str!("sql/timeline_activities.sql"), include_str!("sql/timeline_referrals.sql"), include_str!("sql/timeline_reports.sql")]
    {
        let rows: Vec<Row> = db::rows(&app.db, sql, vec![provider_id.into()]).await?;
        events.extend(rows.into_iter().map(|row| event(row, sees_patients)));
    }
    if sees_money {
        let rows: Vec<Row> = db::rows(&app.db, include_str!("sql/timeline_money.sql"), vec![provider_id.into()]).await?;
        events.extend(rows.into_iter().map(|row| event(row, sees_patients)));
    }
    events.sort_by_key(|e| std::cmp::Reverse(e.on));
    events.truncate(60);
    Ok(events)
}

fn event(row: Row, sees_patients: bool) -> Event {
    let word = row.word.unwrap_or_default();
    let patient = row.who.clone().filter(|_| sees_patients).unwrap_or_else(|| "a patient".into());
    let (title, detail, thing) = match row.kind.as_str() {
        "referral" => (format!("New referral: {patient}"), row.text, Some("referrals")),
        "report" => (format!("{word} emailed"), row.text.filter(|_| sees_patients), Some("reports")),
        "denial" => (format!("{word} denied a claim of {patient}"), row.text, Some("claims")),
        "payment" => {
            (format!("{word} paid for {} {}", row.n.unwrap_or(0), if row.n == Some(1) { "claim" } else { "claims" }), row.text, None)
        }
        _ => {
            let label = word.parse::<ActivityKind>().map_or(word.clone(), |k| k.label().to_string());
            (row.who.map_or(label.clone(), |met| format!("{label} with {met}")), row.text, None)
        }
    };
    let id = row.public_id.filter(|_| thing.is_some() && sees_patients);
    let thing = thing.filter(|_| id.is_some()).map(String::from);
    Event { kind: row.kind, on: row.on_day, title, detail, thing, id, amount_cents: row.cents }
}
