//! The queries of Today: one a question, however many rows there are.

use super::search::Hit;
use crate::app::App;
use crate::care::note::NoteState;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::{organization, provider, referral};
use crate::error::Result;
use crate::network::view::named;
use crate::payers::payer::CoverageKind;
use crate::referrals::referral::{ReferralState, SourceKind};
use crate::types::Month;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, Value};
use uuid::Uuid;

#[derive(FromQueryResult)]
pub struct DayRow {
    pub id: Uuid,
    pub episode_id: i64,
    pub starts_at: Option<NaiveTime>,
    pub ends_at: Option<NaiveTime>,
    pub state: VisitState,
    pub therapist_id: i64,
    pub patient_id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub referral_id: Uuid,
    pub source_kind: Option<SourceKind>,
    pub provider_id: Option<i64>,
    pub note_state: Option<NoteState>,
    pub coverage_kind: Option<CoverageKind>,
    pub payer_id: Option<i64>,
}

/// The visits of today, in the order of their hours.
pub async fn day(app: &App, therapist_id: Option<i64>) -> Result<Vec<DayRow>> {
    let values = vec![app.today().into(), therapist_id.unwrap_or(0).into()];
    let mut rows: Vec<DayRow> = db::rows(&app.db, include_str!("sql/day.sql"), values).await?;
    rows.sort_by_key(|r| (r.starts_at.is_none(), r.starts_at, r.id));
    Ok(rows)
}

#[derive(FromQueryResult)]
pub struct NextDay {
    pub visit_on: NaiveDate,
    pub visits: i64,
}

pub async fn next_day(app: &App, therapist_id: Option<i64>) -> Result<Option<NextDay>> {
    let values = vec![app.today().into(), therapist_id.unwrap_or(0).into()];
    Ok(db::rows(&app.db, include_str!("sql/next_day.sql"), values).await?.pop())
}

#[derive(FromQueryResult)]
pub struct MonthMoney {
    pub collected_cents: i64,
    pub before_cents: i64,
    pub written_off_cents: i64,
}

/// This month up to today, and the month before up to the same day.
pub async fn month_money(app: &App) -> Result<MonthMoney> {
    let today = app.today();
    let (month, before) = (Month::of(today), Month::of(today).previous());
    let same_day = std::cmp::min(before.first() + Days::new(u64::from(today.day0())), before.last());
    let values = vec![month.first().into(), today.into(), before.first().into(), same_day.into()];
    let found: Vec<MonthMoney> = db::rows(&app.db, include_str!("sql/money.sql"), values).await?;
    Ok(found.into_iter().next().unwrap_or(MonthMoney { collected_cents: 0, before_cents: 0, written_off_cents: 0 }))
}

#[derive(FromQueryResult)]
struct Arrived {
    id: i64,
    total: i64,
}

/// Referrals received since a day, the newest first: the first few, and how many there are.
pub async fn arrivals(app: &App, since: NaiveDate) -> Result<(Vec<referral::Model>, i64)> {
    let rows: Vec<Arrived> = db::rows(&app.db, include_str!("sql/arrivals.sql"), vec![since.into()]).await?;
    let mut found = db::by_ids::<referral::Entity>(&app.db, rows.iter().map(|r| r.id)).await?;
    Ok((rows.iter().filter_map(|r| found.remove(&r.id)).collect(), rows.first().map_or(0, |r| r.total)))
}

#[derive(FromQueryResult)]
pub struct Underway {
    pub mails: i64,
    pub next_at: Option<DateTime<Utc>>,
}

pub async fn outgoing(app: &App) -> Result<Underway> {
    let found: Option<Underway> = db::rows(&app.db, include_str!("sql/outgoing.sql"), vec![]).await?.pop();
    Ok(found.unwrap_or(Underway { mails: 0, next_at: None }))
}

#[derive(FromQueryResult)]
pub struct Beginnings {
    /// It has five referrals or more.
    pub is_settled: i64,
    pub has_provider: i64,
    pub has_rules: i64,
    pub has_fees: i64,
    pub has_referral: i64,
    pub has_report: i64,
}

pub async fn beginnings(app: &App) -> Result<Option<Beginnings>> {
    Ok(db::rows(&app.db, include_str!("sql/beginnings.sql"), vec![]).await?.pop())
}

/// Referrals that nobody has booked.
pub async fn waiting_referrals(app: &App) -> Result<i64> {
    let unbooked = referral::Entity::find()
        .filter(referral::Column::DeletedAt.is_null())
        .filter(referral::Column::State.is_in([ReferralState::Received, ReferralState::Attempting]));
    Ok(i64::try_from(unbooked.count(&app.db).await?).unwrap_or(0))
}

/// Something that carries a number that people quote.
#[derive(FromQueryResult)]
pub struct NumberRow {
    pub kind: String,
    pub page: String,
    pub id: Uuid,
    pub number: String,
    pub patient_id: Option<i64>,
    pub provider_id: Option<i64>,
    pub other: Option<String>,
    pub on_day: Option<NaiveDate>,
}

/// What carries one of some numbers. `sees`: referrals, claims, payments, coverages, reports.
pub async fn numbers(app: &App, asked: &[String], sees: [bool; 5]) -> Result<Vec<NumberRow>> {
    let mut values: Vec<Value> = sees.iter().map(|yes| i64::from(*yes).into()).collect();
    let mut selects = Vec::new();
    for number in asked {
        values.push(number.clone().into());
        selects.push(format!("select cast(${} as text) as number", values.len()));
    }
    let sql = include_str!("sql/numbers.sql").replace("/* numbers */", &selects.join(" union all "));
    Ok(db::rows(&app.db, &sql, values).await?)
}

/// The person and the office whose NPI it is.
pub async fn npi_hits(app: &App, npi: &str) -> Result<Vec<Hit>> {
    let people = provider::Entity::find().filter(provider::Column::Npi.eq(npi)).filter(provider::Column::DeletedAt.is_null());
    let offices = organization::Entity::find().filter(organization::Column::Npi.eq(npi)).filter(organization::Column::DeletedAt.is_null());
    let mut hits = Vec::new();
    for p in people.all(&app.db).await? {
        hits.push(Hit { kind: "npi".into(), label: named(&p).spoken(), detail: format!("NPI {npi}"), page: "providers", id: p.public_id });
    }
    for o in offices.all(&app.db).await? {
        hits.push(Hit { kind: "npi".into(), label: o.name, detail: format!("NPI {npi}"), page: "organizations", id: o.public_id });
    }
    Ok(hits)
}
