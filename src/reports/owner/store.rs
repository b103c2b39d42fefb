//! The queries of the owner's month, and which months were mailed to whom.

use super::figures::{Deadlines, Denied, Month12, Monthly, Outreach, Tidy};
use crate::db;
use crate::entity::owner_report::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::referrals::referral::SourceKind;
use crate::reports::kpi::SourceKey;
use crate::types::{Month, Texts};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Set};

#[derive(FromQueryResult)]
struct Cash {
    month: String,
    insurer_cents: i64,
    taken_back_cents: i64,
    patient_cents: i64,
}

#[derive(FromQueryResult)]
struct Referred {
    month: String,
    referrals: i64,
    seen: i64,
}

#[derive(FromQueryResult)]
struct Visited {
    month: String,
    scheduled: i64,
    kept: i64,
}

#[derive(FromQueryResult)]
struct Decided {
    month: String,
    decided: i64,
    denied: i64,
}

/// The numbers of twelve months, the last of them the one that is asked for; what was seen counts up to today.
pub async fn months(db: &impl ConnectionTrait, last: Month, today: NaiveDate) -> Result<Month12> {
    let first = (0..11).fold(last, |month, _| month.previous());
    let span = || vec![first.first().into(), last.last().into()];
    let mut found = Month12::of(first);
    let mut at = |month: &str, put: &mut dyn FnMut(&mut Monthly)| {
        if let Some(numbers) = Month::parse(month).ok().and_then(|month| found.get_mut(month)) {
            put(numbers);
        }
    };
    for row in db::rows::<Cash>(db, include_str!("sql/cash.sql"), span()).await? {
        at(&row.month, &mut |m| {
            (m.insurer_cents, m.taken_back_cents, m.patient_cents) = (row.insurer_cents, row.taken_back_cents, row.patient_cents);
        });
    }
    let until = || [span(), vec![today.into()]].concat();
    for row in db::rows::<Referred>(db, include_str!("sql/referrals.sql"), until()).await? {
        at(&row.month, &mut |m| (m.referrals, m.seen) = (row.referrals, row.seen));
    }
    for row in db::rows::<Visited>(db, include_str!("sql/visits.sql"), span()).await? {
        at(&row.month, &mut |m| (m.scheduled, m.kept) = (row.scheduled, row.kept));
    }
    for row in db::rows::<Decided>(db, include_str!("sql/decided.sql"), span()).await? {
        at(&row.month, &mut |m| (m.decided, m.denied) = (row.decided, row.denied));
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Sourced {
    provider_id: Option<i64>,
    source_kind: Option<SourceKind>,
    loose: i64,
    cents: i64,
}

/// Cash of a month by who sent the patient.
pub async fn cash_by_source(db: &impl ConnectionTrait, month: Month) -> Result<Vec<(SourceKey, i64)>> {
    let span = vec![month.first().into(), month.last().into()];
    let rows: Vec<Sourced> = db::rows(db, include_str!("sql/cash_by_source.sql"), span).await?;
    let key = |row: &Sourced| match (row.provider_id, row.source_kind) {
        _ if row.loose == 1 => SourceKey::Unmatched,
        (Some(id), _) => SourceKey::Provider(id),
        (None, Some(kind)) if kind != SourceKind::Provider => SourceKey::Kind(kind),
        (None, _) => SourceKey::Unattributed,
    };
    Ok(rows.iter().map(|row| (key(row), row.cents)).collect())
}

#[derive(FromQueryResult)]
struct Age {
    age: i64,
    cents: i64,
}

/// What is outstanding on claims: up to 30, 60, 90 days after the service, and later. Cents.
pub async fn aging(db: &impl ConnectionTrait, today: NaiveDate) -> Result<[i64; 4]> {
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let mut found = [0; 4];
    for row in db::rows::<Age>(db, include_str!("sql/aging.sql"), vec![ago(30).into(), ago(60).into(), ago(90).into()]).await? {
        if let Some(cents) = usize::try_from(row.age).ok().and_then(|age| found.get_mut(age)) {
            *cents = row.cents;
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Refused {
    claim_id: i64,
    reasons: Texts,
    payer: String,
    cents: i64,
}

/// What payers refused in a month, one by one.
pub async fn denials(db: &impl ConnectionTrait, month: Month) -> Result<Vec<Denied>> {
    let span = vec![month.first().into(), month.last().into()];
    let rows: Vec<Refused> = db::rows(db, include_str!("sql/denials.sql"), span).await?;
    let one = |row: Refused| Denied {
        claim_id: row.claim_id,
        reason: row.reasons.0.into_iter().next().unwrap_or_default(),
        payer: row.payer,
        cents: row.cents,
    };
    Ok(rows.into_iter().map(one).collect())
}

#[derive(FromQueryResult)]
struct Near {
    what: String,
    n: i64,
    cents: i64,
    first_on: Option<NaiveDate>,
}

/// What is too late within so many days.
pub async fn deadlines(db: &impl ConnectionTrait, today: NaiveDate, days: u64) -> Result<Deadlines> {
    let until = today.checked_add_days(Days::new(days)).unwrap_or(today);
    let mut found = Deadlines::default();
    for row in db::rows::<Near>(db, include_str!("sql/deadlines.sql"), vec![today.into(), until.into()]).await? {
        let near = row.first_on.map(|on| (on, row.n, row.cents));
        if row.what == "file" { found.to_file = near } else { found.to_appeal = near }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Contacts {
    contacts: i64,
    minutes: i64,
    cost_cents: i64,
}

pub async fn outreach(db: &impl ConnectionTrait, month: Month) -> Result<Outreach> {
    let rows: Vec<Contacts> = db::rows(db, include_str!("sql/outreach.sql"), vec![month.first().into(), month.last().into()]).await?;
    let all = rows.first().map(|r| Outreach { contacts: r.contacts, minutes: r.minutes, cost_cents: r.cost_cents });
    Ok(all.unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Untidy {
    what: String,
    n: i64,
    cents: i64,
}

pub async fn tidy(db: &impl ConnectionTrait, today: NaiveDate) -> Result<Tidy> {
    let since = today.checked_sub_days(Days::new(365)).unwrap_or(today);
    let mut found = Tidy::default();
    for row in db::rows::<Untidy>(db, include_str!("sql/tidy.sql"), vec![since.into()]).await? {
        match row.what.as_str() {
            "claims" => found.claims = (row.n, row.cents),
            "money" => found.money = (row.n, row.cents),
            _ => found.addresses = row.n,
        }
    }
    Ok(found)
}

/// Notes that a month is to be mailed to an owner, once, whoever notes it; gives what stands.
pub async fn begin(db: &impl ConnectionTrait, user_id: i64, month: Month, at: DateTime<Utc>) -> Result<Option<Model>> {
    let row = ActiveModel { user_id: Set(user_id), month_on: Set(month.first()), tries: Set(0), made_at: Set(at), ..Default::default() };
    let once = OnConflict::columns([Column::UserId, Column::MonthOn]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
    Ok(Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::MonthOn.eq(month.first())).one(db).await?)
}

/// Takes the next try for oneself. False: another process has it, or it went meanwhile.
pub async fn take(db: &impl ConnectionTrait, row: &Model) -> Result<bool> {
    let taken = Entity::update_many()
        .col_expr(Column::Tries, Expr::value(row.tries + 1))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Tries.eq(row.tries))
        .filter(Column::SentAt.is_null());
    Ok(taken.exec(db).await?.rows_affected == 1)
}

/// What came of it.
pub async fn settle(db: &impl ConnectionTrait, row: &Model, sent_at: Option<DateTime<Utc>>, words: &str) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(sent_at))
        .col_expr(Column::Words, Expr::value(words))
        .filter(Column::Id.eq(row.id))
        .exec(db)
        .await?;
    Ok(())
}

/// What became of a month for an owner.
pub async fn of_user(db: &impl ConnectionTrait, user_id: i64, month: Month) -> Result<Option<Model>> {
    let own = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::MonthOn.eq(month.first()));
    Ok(own.order_by_desc(Column::Id).one(db).await?)
}
