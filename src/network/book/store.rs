//! The queries of the book of providers, and of the numbers beside each.

use super::{BookOrder, BookView};
use crate::app::{Actor, App, read_id};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::referral;
use crate::error::{AppError, Result};
use crate::network::ProviderFilter;
use crate::network::offices::store::find_organization;
use crate::network::provider::Stage;
use crate::network::search::search_terms;
use crate::network::timeline::Sight;
use crate::network::view::{Numbers, ProviderRow};
use crate::types::{Cursor, Listing, Month, Text};
use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Providers with their numbers of the last twelve months, newest first.
pub async fn list_providers(app: &App, by: &Actor, filter: &ProviderFilter) -> Result<Listing<ProviderRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let today = app.today();
    let mut sql = include_str!("../sql/providers.sql").to_string();
    let mut values: Vec<Value> = vec![twelve_months_before(today).into(), today.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    for term in search_terms(filter.q.as_str()) {
        sql.push_str(&format!("and p.search_text like {} escape '!'\n", bind(db::like(&term).into())));
    }
    if !filter.stage.is_blank() {
        let stage: Stage = filter.stage.as_str().parse().map_err(|e| AppError::BadRequest(format!("stage: {e}")))?;
        sql.push_str(&format!("and p.stage = {}\n", bind(stage.word().into())));
    }
    if !filter.npi.is_blank() {
        sql.push_str(&format!("and p.npi = {}\n", bind(filter.npi.to_string().into())));
    }
    if !filter.organization.is_blank() {
        let office = find_organization(&app.db, read_id(filter.organization.as_str(), "organization")?).await?;
        sql.push_str(&format!("and o.id = {}\n", bind(office.map_or(0, |o| o.id).into())));
    }
    if let Some(after) = cursor.after {
        sql.push_str(&format!("and p.id < {}\n", bind(after.into())));
    }
    sql.push_str(&format!("order by p.id desc limit {}", cursor.limit + 1));
    let rows: Vec<ProviderRow> = db::rows(&app.db, &sql, values).await?;
    let collected = collected(app, by).await?;
    Ok(cursor.cut(rows, |r| r.key, |r| collected.finish(r)))
}

#[derive(FromQueryResult)]
struct Cents {
    provider_id: i64,
    cents: i64,
}

/// What was collected for the referrals of some providers; nothing for those who see no money.
struct Collected(Option<Arc<HashMap<i64, i64>>>);

impl Collected {
    fn finish(&self, row: ProviderRow) -> ProviderRow {
        let cents = self.0.as_ref().map(|by_id| by_id.get(&row.key).copied().unwrap_or(0));
        row.finished(cents)
    }
}

/// What everybody's patients brought in twelve months.
async fn collected(app: &App, by: &Actor) -> Result<Collected> {
    if by.rights(Thing::WhatPays).read == Reach::None {
        return Ok(Collected(None));
    }
    let gathered = app.held("collected of providers".into(), async {
        let values = vec![twelve_months_before(app.today()).into(), app.today().into()];
        let rows: Vec<Cents> = db::rows(&app.db, include_str!("../sql/collected.sql"), values).await?;
        Ok(rows.into_iter().map(|r| (r.provider_id, r.cents)).collect::<HashMap<i64, i64>>())
    });
    Ok(Collected(Some(gathered.await?)))
}

/// The condition of a view of the book, on the columns of `providers.sql`.
fn in_view(view: BookView, today: NaiveDate) -> String {
    let quiet_since = today - chrono::TimeDelta::days(super::QUIET_DAYS);
    let due_by = today + chrono::TimeDelta::days(super::DUE_DAYS);
    match view {
        BookView::Sends => "referrals > 0".into(),
        BookView::Quiet => format!("last_on <= '{quiet_since}' and stage in ('active_referrer', 'lapsed')"),
        BookView::ToCall => format!("next_on <= '{due_by}' and stage <> 'do_not_contact'"),
        BookView::NoEmail => "email is null".into(),
        BookView::Everyone => "1 = 1".into(),
    }
}

/// Every living provider that fits a search, with this year's numbers, as the text and values of a query.
fn book_query(app: &App, q: &Text) -> (String, Vec<Value>) {
    let today = app.today();
    let mut sql = include_str!("../sql/providers.sql").to_string();
    let mut values: Vec<Value> = vec![twelve_months_before(today).into(), today.into()];
    for term in search_terms(q.as_str()) {
        values.push(db::like(&term).into());
        sql.push_str(&format!("and p.search_text like ${} escape '!'\n", values.len()));
    }
    (sql, values)
}

/// The first day of the twelve months that the book shows: this month and the eleven before it.
pub fn twelve_months_before(today: NaiveDate) -> NaiveDate {
    let first = Month::of(today).first();
    first.checked_sub_months(Months::new(11)).unwrap_or(first)
}

/// How many providers each view of the book holds.
pub async fn book_counts(app: &App, q: &Text) -> Result<super::Counts> {
    let (inner, values) = book_query(app, q);
    let count = |view: BookView| format!("cast(coalesce(sum(case when {} then 1 else 0 end), 0) as bigint)", in_view(view, app.today()));
    let sql = format!(
        "select {} as sends, {} as quiet, {} as to_call, {} as no_email, {} as everyone from ({inner}) b",
        count(BookView::Sends),
        count(BookView::Quiet),
        count(BookView::ToCall),
        count(BookView::NoEmail),
        count(BookView::Everyone)
    );
    Ok(db::rows(&app.db, &sql, values).await?.into_iter().next().unwrap_or_default())
}

/// One page of the book, and one row more where there are more.
pub async fn book_rows(app: &App, by: &Actor, view: BookView, sort: BookOrder, q: &Text, page: i64) -> Result<Vec<super::BookRow>> {
    let (inner, values) = book_query(app, q);
    let order = match sort {
        BookOrder::Referrals => "referrals desc, last_on is null, last_on desc",
        BookOrder::Name => "last_name",
        BookOrder::Last => "last_on is null, last_on desc",
        BookOrder::Collected => "coalesce(m.cents, 0) desc",
    };
    let money = match sort {
        BookOrder::Collected => format!("left join ({}) m on m.provider_id = b.id", include_str!("../sql/collected.sql")),
        _ => String::new(),
    };
    let offset = (page.unsigned_abs() - 1) * super::PAGE;
    let sql = format!(
        "select b.* from ({inner}) b {money} where {} order by {order}, last_name, first_name, id limit {} offset {offset}",
        in_view(view, app.today()),
        super::PAGE + 1
    );
    let rows: Vec<ProviderRow> = db::rows(&app.db, &sql, values).await?;
    let ids: Vec<i64> = rows.iter().map(|r| r.key).collect();
    let mut months = months_of(app, ids.clone()).await?;
    let mut steps = steps_of(app, by, &ids).await?;
    let collected = collected(app, by).await?;
    let thanks = thanks_due(app, &ids).await?;
    let reports = if by.rights(Thing::Reports).outline { reports_waiting(app, &ids).await? } else { HashMap::new() };
    let one = |r: ProviderRow| {
        let months = months.remove(&r.key).unwrap_or_else(|| vec![0; 12]);
        let waits = super::Waits {
            step: steps.remove(&r.key),
            reports: reports.get(&r.key).copied().unwrap_or(0),
            thanks: thanks.contains(&r.key),
        };
        super::BookRow::of(collected.finish(r), months, waits, app.today())
    };
    Ok(rows.into_iter().map(one).collect())
}

#[derive(FromQueryResult)]
struct Step {
    provider_id: i64,
    next_on: NaiveDate,
    next_step: Option<String>,
    about_patient: bool,
}

/// What was planned with some providers and is not done yet; the earliest of each.
async fn steps_of(app: &App, by: &Actor, provider_ids: &[i64]) -> Result<HashMap<i64, (NaiveDate, String)>> {
    let sql = include_str!("../sql/planned.sql").replace("/* providers */", &db::listed(provider_ids));
    let rows: Vec<Step> = db::rows(&app.db, &sql, vec![]).await?;
    let sees_patients = Sight::of(by).patients;
    let words = |s: &Step| s.next_step.clone().filter(|_| sees_patients || !s.about_patient).unwrap_or_default();
    Ok(rows.iter().rev().map(|s| (s.provider_id, (s.next_on, words(s)))).collect())
}

#[derive(FromQueryResult)]
struct Thanks {
    id: i64,
}

/// To whom a thank-you is due: something came in two days ago or before, and nobody said thank you since.
async fn thanks_due(app: &App, provider_ids: &[i64]) -> Result<HashSet<i64>> {
    let sql = include_str!("../sql/thanks_due.sql").replace("/* providers */", &db::listed(provider_ids));
    let (from, to) = (app.today() - chrono::TimeDelta::days(super::THANKS_WITHIN), app.today() - chrono::TimeDelta::days(2));
    let rows: Vec<Thanks> = db::rows(&app.db, &sql, vec![from.into(), to.into()]).await?;
    Ok(rows.into_iter().map(|t| t.id).collect())
}

#[derive(FromQueryResult)]
struct Waiting {
    provider_id: i64,
    reports: i64,
}

/// How many reports to some providers wait for somebody's approval.
async fn reports_waiting(app: &App, provider_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let sql = include_str!("../sql/reports_waiting.sql").replace("/* providers */", &db::listed(provider_ids));
    let rows: Vec<Waiting> = db::rows(&app.db, &sql, vec![]).await?;
    Ok(rows.into_iter().map(|w| (w.provider_id, w.reports)).collect())
}

/// How one relationship stands. The year before ends on the same day of its last month, so that the two compare.
pub async fn numbers(app: &App, provider_id: i64) -> Result<Numbers> {
    let today = app.today();
    let from = twelve_months_before(today);
    let year_before = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
    let values = vec![provider_id.into(), from.into(), today.into(), year_before(from).into(), year_before(today).into()];
    let mut rows: Vec<Numbers> = db::rows(&app.db, include_str!("../sql/provider_numbers.sql"), values).await?;
    let numbers = rows.pop().ok_or(AppError::NotFound("provider"))?;
    let quiet_days = numbers.last_referral_on.map(|on| (today - on).num_days()).filter(|days| *days >= super::QUIET_DAYS);
    Ok(Numbers { from: Some(from), quiet_days, ..numbers })
}

/// Referrals of some providers in each of the last twelve months, this one last.
pub async fn months_of(app: &App, provider_ids: Vec<i64>) -> Result<HashMap<i64, Vec<i64>>> {
    let mut month = Month::of(app.today());
    let mut months = vec![month];
    while months.len() < 12 {
        month = month.previous();
        months.insert(0, month);
    }
    let received: Vec<(i64, NaiveDate)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::ProviderId)
        .column(referral::Column::ReceivedOn)
        .filter(referral::Column::ProviderId.is_in(provider_ids))
        .filter(referral::Column::ReceivedOn.gte(month.first()))
        .filter(referral::Column::DeletedAt.is_null())
        .into_tuple()
        .all(&app.db)
        .await?;
    let mut counts: HashMap<i64, Vec<i64>> = HashMap::new();
    for (provider_id, on) in received {
        let row = counts.entry(provider_id).or_insert_with(|| vec![0; 12]);
        if let Some(at) = months.iter().position(|m| *m == Month::of(on)) {
            row[at] += 1;
        }
    }
    Ok(counts)
}
