//! The queries of reports and figures.

use super::kpi::{SourceKey, Tally};
use super::sources::Span;
use crate::db;
use crate::entity::{claim, claim_version, decision, money_event, provider, transmission};
use crate::error::Result;
use crate::payments::{Ledger, Sent};
use crate::referrals::referral::SourceKind;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryResult};
use std::collections::{BTreeMap, HashMap};

/// The source of a row: a provider, a kind, or none.
fn key(row: &QueryResult, pre: &str) -> Result<SourceKey, DbErr> {
    let provider_id: Option<i64> = row.try_get(pre, "provider_id")?;
    let kind: Option<SourceKind> = row.try_get(pre, "source_kind")?;
    Ok(match (provider_id, kind) {
        (Some(id), _) => SourceKey::Provider(id),
        (None, Some(SourceKind::Provider) | None) => SourceKey::Unattributed,
        (None, Some(kind)) => SourceKey::Kind(kind),
    })
}

/// A row of sums; columns that a query does not give are none.
struct Summed(SourceKey, Tally);

impl FromQueryResult for Summed {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let given = row.column_names();
        let read = |name: &str| if given.iter().any(|g| g == name) { row.try_get::<i64>(pre, name) } else { Ok(0) };
        let tally = Tally {
            referrals: read("referrals")?,
            converted: read("converted")?,
            visits: read("visits")?,
            claims: read("claims")?,
            charges_cents: read("charges_cents")?,
            insurer_cents: read("insurer_cents")?,
            patient_cents: read("patient_cents")?,
            contractual_cents: read("contractual_cents")?,
            written_off_cents: read("written_off_cents")?,
            adjudicated: read("adjudicated")?,
            ever_denied: read("ever_denied")?,
            now_denied: read("now_denied")?,
            adjudicated_charges_cents: read("adjudicated_charges_cents")?,
            adjudicated_contractual_cents: read("adjudicated_contractual_cents")?,
            adjudicated_collected_cents: read("adjudicated_collected_cents")?,
            ..Tally::default()
        };
        Ok(Self(key(row, pre)?, tally))
    }
}

/// So many claims of a source took so many days to their first decision.
struct Took {
    key: SourceKey,
    days: i64,
    claims: i64,
}

impl FromQueryResult for Took {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        Ok(Self { key: key(row, pre)?, days: row.try_get(pre, "days")?, claims: row.try_get(pre, "claims")? })
    }
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(FromQueryResult)]
struct Loose {
    place: String,
    insurer_cents: i64,
    patient_cents: i64,
}

/// Claims to which something happened after a day.
pub async fn touched(db: &impl ConnectionTrait, as_of: NaiveDate) -> Result<Vec<i64>> {
    let rows: Vec<Id> = db::rows(db, include_str!("sql/touched.sql"), vec![as_of.into()]).await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// The days between two columns, which the two databases say differently.
fn days_between(db: &impl ConnectionTrait, from: &str, to: &str) -> String {
    match db.get_database_backend() {
        DbBackend::Sqlite => format!("julianday({to}) - julianday({from})"),
        _ => format!("{to} - {from}"),
    }
}

/// Everything that can be summed where it stands: referrals, claims that nothing happened to since, visits without a claim, loose money.
pub async fn source_sums(db: &impl ConnectionTrait, span: Span, touched: &[i64]) -> Result<Vec<(SourceKey, Tally)>> {
    let (first, last) = (span.first(), span.last());
    let mut found = sums_of(db, span, touched, None).await?;
    for loose in db::rows::<Loose>(db, include_str!("sql/source_loose.sql"), vec![first.into(), last.into()]).await? {
        let key = if loose.place == "unallocated" { SourceKey::Unallocated } else { SourceKey::Unmatched };
        let tally = Tally { insurer_cents: loose.insurer_cents, patient_cents: loose.patient_cents, ..Tally::default() };
        found.push((key, tally));
    }
    Ok(found)
}

/// The same for what has a source, or for some providers alone.
pub async fn sums_of(db: &impl ConnectionTrait, span: Span, touched: &[i64], only: Option<&[i64]>) -> Result<Vec<(SourceKey, Tally)>> {
    let (first, last, as_of) = (span.first(), span.last(), span.as_of);
    let mut found: Vec<(SourceKey, Tally)> = Vec::new();
    let with_day = || vec![first.into(), last.into(), as_of.into()];
    let (referrals, claims) = of_providers(only);
    let marked = |sql: &str| {
        let sql = sql.replace("/* touched */", &db::listed(touched));
        sql.replace("/* only */", &referrals).replace("/* only claims */", &claims)
    };
    for (sql, values) in [
        (include_str!("sql/source_referrals.sql"), with_day()),
        (include_str!("sql/source_claims.sql"), vec![first.into(), last.into()]),
        (include_str!("sql/source_visits.sql"), with_day()),
    ] {
        let rows: Vec<Summed> = db::rows(db, &marked(sql), values).await?;
        found.extend(rows.into_iter().map(|Summed(key, tally)| (key, tally)));
    }
    let days = days_between(db, "first_sent_on", "first_decided_on");
    let sql = marked(include_str!("sql/source_days.sql")).replace("/* days from first_sent_on to first_decided_on */", &days);
    for took in db::rows::<Took>(db, &sql, vec![first.into(), last.into()]).await? {
        found.push((took.key, Tally { days_to_decision: [(took.days, took.claims)].into(), ..Tally::default() }));
    }
    Ok(found)
}

/// How many referrals of a period each source sent.
pub async fn referrals_of(db: &impl ConnectionTrait, span: Span) -> Result<Vec<(SourceKey, i64)>> {
    let values = vec![span.first().into(), span.last().into(), span.as_of.into()];
    let rows: Vec<Summed> = db::rows(db, include_str!("sql/source_referrals.sql"), values).await?;
    Ok(rows.into_iter().map(|Summed(key, tally)| (key, tally.referrals)).collect())
}

/// Narrows referrals `r`, or claims `c` by their index, to those of some providers.
fn of_providers(only: Option<&[i64]>) -> (String, String) {
    let Some(ids) = only.map(db::listed) else { return Default::default() };
    let claims = format!("and c.referral_id in (select q.id from referral q where q.provider_id in ({ids}))");
    (format!("and r.provider_id in ({ids})"), claims)
}

#[derive(FromQueryResult)]
struct Days {
    days: i64,
    claims: i64,
}

/// How many claims of all sources took how many days to their first decision.
pub async fn days_of_all(db: &impl ConnectionTrait, span: Span) -> Result<BTreeMap<i64, i64>> {
    let days = days_between(db, "c.first_sent_on", "c.first_decided_on");
    let sql = include_str!("sql/days_of_all.sql").replace("/* days from first_sent_on to first_decided_on */", &days);
    let rows: Vec<Days> = db::rows(db, &sql, vec![span.first().into(), span.last().into()]).await?;
    Ok(rows.into_iter().map(|d| (d.days, d.claims)).collect())
}

/// A provider by the id of outside, with all that were merged into it.
pub async fn provider_with_merged(db: &impl ConnectionTrait, id: uuid::Uuid) -> Result<Vec<provider::Model>> {
    let Some(living) = provider::Entity::find().filter(provider::Column::PublicId.eq(id)).one(db).await? else { return Ok(Vec::new()) };
    let merged = provider::Entity::find().filter(provider::Column::MergedIntoId.eq(living.id)).all(db).await?;
    Ok(std::iter::once(living).chain(merged).collect())
}

struct ClaimOf(SourceKey, i64);

impl FromQueryResult for ClaimOf {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        Ok(Self(key(row, pre)?, row.try_get(pre, "id")?))
    }
}

/// Those of some claims that are of a period, with their source.
pub async fn claims_with_source(db: &impl ConnectionTrait, span: Span, ids: &[i64]) -> Result<Vec<(SourceKey, claim::Model)>> {
    let sql = format!("{}    and c.id in ({})\n", include_str!("sql/claims_with_source.sql"), db::listed(ids));
    let keys: Vec<ClaimOf> = db::rows(db, &sql, vec![span.first().into(), span.last().into()]).await?;
    let ids = keys.iter().map(|k| k.1).collect::<Vec<_>>();
    let mut claims = by_ids::<claim::Entity>(db, "id", &ids).await?.into_iter().map(|c| (c.id, c)).collect::<HashMap<_, _>>();
    Ok(keys.into_iter().filter_map(|ClaimOf(key, id)| Some((key, claims.remove(&id)?))).collect())
}

/// Rows of a table by a column of numbers. The list stands in the text, so that its length meets no limit of bound values.
async fn by_ids<E: EntityTrait>(db: &impl ConnectionTrait, column: &str, ids: &[i64]) -> Result<Vec<E::Model>> {
    use sea_orm::sea_query::Expr;
    let condition = Expr::cust(format!("{column} in ({})", db::listed(ids)));
    Ok(E::find().filter(condition).all(db).await?)
}

/// The events, decisions and transmissions of many claims, with a fixed number of queries.
pub async fn with_ledgers(
    db: &impl ConnectionTrait,
    claims: Vec<(SourceKey, claim::Model)>,
) -> Result<Vec<(SourceKey, claim::Model, Ledger)>> {
    let ids: Vec<i64> = claims.iter().map(|(_, c)| c.id).collect();
    let visit_ids: Vec<i64> = claims.iter().filter(|(_, c)| c.part == 1).filter_map(|(_, c)| c.visit_id).collect();
    let mut of_claim = grouped(by_ids::<money_event::Entity>(db, "claim_id", &ids).await?, |e| e.claim_id);
    let before = by_ids::<money_event::Entity>(db, "claim_id is null and visit_id", &visit_ids).await?;
    let mut of_visit = grouped(before, |e| e.visit_id);
    let mut decisions = grouped(by_ids::<decision::Entity>(db, "claim_id", &ids).await?, |d| Some(d.claim_id));
    let mut sent = grouped(by_ids::<transmission::Entity>(db, "claim_id", &ids).await?, |t| Some(t.claim_id));
    let version_ids: Vec<i64> = sent.values().flatten().map(|t| t.claim_version_id).collect();
    let versions = by_ids::<claim_version::Entity>(db, "id", &version_ids).await?;
    let totals: HashMap<i64, i64> = versions.into_iter().map(|v| (v.id, v.total_cents)).collect();
    let one = |(key, claim): (SourceKey, claim::Model)| {
        let mut events = of_claim.remove(&claim.id).unwrap_or_default();
        if let Some(visit_id) = claim.visit_id.filter(|_| claim.part == 1) {
            events.extend(of_visit.remove(&visit_id).unwrap_or_default());
        }
        let mut decisions = decisions.remove(&claim.id).unwrap_or_default();
        decisions.sort_by_key(|d| d.id);
        let mut transmissions = sent.remove(&claim.id).unwrap_or_default();
        transmissions.retain(|t| t.payer_rank == 1);
        transmissions.sort_by_key(|t| t.n);
        let total = |t: &transmission::Model| totals.get(&t.claim_version_id).copied().unwrap_or(0);
        let sent = transmissions.iter().map(|t| Sent { on: t.sent_on, frequency: t.frequency, total_cents: total(t) }).collect();
        (key, claim, Ledger { events, decisions, sent })
    };
    Ok(claims.into_iter().map(one).collect())
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> Option<i64>) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        if let Some(key) = key(&row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}
