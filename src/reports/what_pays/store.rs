//! The queries behind What pays: what a number is the sum of, who pays, why money was written off.

use super::behind::{Of, Table};
use crate::app::App;
use crate::db;
use crate::entity::payer;
use crate::error::Result;
use crate::payments::money::RootCause;
use crate::reports::kpi::SourceKey;
use crate::reports::sources::Span;
use chrono::NaiveDate;
use sea_orm::{EntityTrait, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// A thing behind a number.
#[derive(FromQueryResult)]
pub struct BehindRow {
    pub kind: String,
    pub id: Uuid,
    pub label: String,
    pub patient_id: Option<i64>,
    pub payer_id: Option<i64>,
    pub state: String,
    pub on_day: NaiveDate,
    pub amount: i64,
}

#[derive(FromQueryResult)]
struct Summed {
    n: i64,
    amount: i64,
}

/// Which source, as a condition; everything where none is named.
fn condition(key: Option<SourceKey>) -> String {
    match key {
        None => "1 = 1".into(),
        Some(SourceKey::Provider(id)) => format!("provider_id = {id}"),
        Some(SourceKey::Kind(kind)) => format!("provider_id is null and source_kind = '{kind}'"),
        Some(SourceKey::Unattributed) => "provider_id is null and (source_kind is null or source_kind = 'provider')".into(),
        Some(SourceKey::Unmatched) => "provider_id is null and source_kind = 'unmatched'".into(),
        Some(SourceKey::Unallocated) => "provider_id is null and source_kind = 'unallocated'".into(),
    }
}

/// The things of a number whose sums stand where they are, with the number of each that is not nothing.
fn things(of: Of, key: Option<SourceKey>, touched: &[i64]) -> String {
    let part = |table: &Table| match table {
        Table::Referrals => include_str!("sql/behind_referrals.sql").to_string(),
        Table::Claims => include_str!("sql/behind_claims.sql").replace("/* touched */", &db::listed(touched)),
        Table::Visits => include_str!("sql/behind_visits.sql").to_string(),
        Table::Loose => include_str!("sql/behind_loose.sql").to_string(),
    };
    let all = of.tables().iter().map(part).collect::<Vec<_>>().join("\nunion all\n");
    let number = of.expression();
    let only = condition(key);
    format!("(\nselect things.*, cast({number} as bigint) as amount\nfrom (\n{all}\n) things\nwhere {only} and {number} <> 0\n) behind")
}

/// A part of the things behind a number, the newest first.
pub async fn behind(
    app: &App,
    span: Span,
    of: Of,
    key: Option<SourceKey>,
    touched: &[i64],
    limit: u64,
    offset: u64,
) -> Result<Vec<BehindRow>> {
    let things = things(of, key, touched);
    let sql = format!(
        "select kind, id, label, patient_id, payer_id, state, on_day, amount\nfrom {things}\norder by on_day desc, sort_id desc\nlimit {limit} offset {offset}"
    );
    Ok(db::rows(&app.db, &sql, vec![span.first().into(), span.last().into(), span.as_of.into()]).await?)
}

/// How many they are, and their sum.
pub async fn summed(app: &App, span: Span, of: Of, key: Option<SourceKey>, touched: &[i64]) -> Result<(i64, i64)> {
    let things = things(of, key, touched);
    let sql = format!("select count(*) as n, cast(coalesce(sum(amount), 0) as bigint) as amount\nfrom {things}");
    let found: Vec<Summed> = db::rows(&app.db, &sql, vec![span.first().into(), span.last().into(), span.as_of.into()]).await?;
    Ok(found.first().map_or((0, 0), |s| (s.n, s.amount)))
}

/// Visits and money of one payer; without a payer the patients pay alone.
#[derive(FromQueryResult)]
pub struct PayerRow {
    pub payer_id: Option<i64>,
    pub visits: i64,
    pub net_cents: i64,
}

pub async fn payers(app: &App, span: Span, key: Option<SourceKey>) -> Result<Vec<PayerRow>> {
    let sql = include_str!("sql/payers.sql").replace("/* source */", &condition(key));
    Ok(db::rows(&app.db, &sql, vec![span.first().into(), span.last().into(), span.as_of.into()]).await?)
}

/// What was written off for one reason.
#[derive(FromQueryResult)]
pub struct LostRow {
    pub cause: Option<RootCause>,
    pub cents: i64,
}

pub async fn write_offs(app: &App, span: Span, key: Option<SourceKey>) -> Result<Vec<LostRow>> {
    let sql = include_str!("sql/write_offs.sql").replace("/* source */", &condition(key));
    Ok(db::rows(&app.db, &sql, vec![span.first().into(), span.last().into(), span.as_of.into()]).await?)
}

#[derive(FromQueryResult)]
struct OfficeRow {
    provider_id: i64,
    name: String,
}

/// Where some providers work now.
pub async fn offices(app: &App, provider_ids: &[i64]) -> Result<HashMap<i64, String>> {
    let sql = include_str!("sql/offices.sql").replace("/* providers */", &db::listed(provider_ids));
    let rows: Vec<OfficeRow> = db::rows(&app.db, &sql, vec![]).await?;
    Ok(rows.into_iter().map(|r| (r.provider_id, r.name)).collect())
}

pub async fn payer_names(app: &App) -> Result<HashMap<i64, String>> {
    Ok(payer::Entity::find().all(&app.db).await?.into_iter().map(|p| (p.id, p.name)).collect())
}
