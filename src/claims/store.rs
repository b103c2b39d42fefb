//! The queries of claims.

use super::claim::{AnswerKind, ClaimState};
use super::compose::{Composed, Twin};
use super::preflight::Answered;
use super::view::ClaimRow;
use super::{ClaimFilter, Named};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::db;
use crate::entity::{claim, claim_version, coverage, episode, transmission, transmission_answer, visit};
use crate::error::{AppError, Result};
use crate::payers::asks::CountedPer;
use crate::payers::payer::ClaimChannel;
use crate::types::{Cursor, Listing, Texts, person_name};
use crate::work::Work;
use chrono::{Datelike, NaiveDate};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<claim::Model>> {
    Ok(claim::Entity::find().filter(claim::Column::PublicId.eq(id)).filter(claim::Column::DeletedAt.is_null()).one(db).await?)
}

/// A claim number as people say it: `C-2026-00311`, `c2026-311`, `C202600311`.
pub fn number_of(typed: &str) -> Option<String> {
    let text = typed.trim().to_ascii_uppercase();
    let digits: String = text.strip_prefix('C')?.chars().filter(char::is_ascii_digit).collect();
    let only = text[1..].chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ');
    if !only || digits.len() < 5 {
        return None;
    }
    let (year, n) = digits.split_at(4);
    Some(format!("C-{year}-{:0>5}", n.trim_start_matches('0')))
}

pub async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<claim::Model>> {
    Ok(claim::Entity::find().filter(claim::Column::Number.eq(number)).filter(claim::Column::DeletedAt.is_null()).one(db).await?)
}

/// Claims by their numbers.
pub async fn by_numbers(db: &impl ConnectionTrait, numbers: Vec<String>) -> Result<HashMap<String, Named>> {
    let mut found = HashMap::with_capacity(numbers.len());
    for some in numbers.chunks(db::AT_ONCE) {
        let living = claim::Entity::find().filter(claim::Column::DeletedAt.is_null());
        found.extend(names(db, living.filter(claim::Column::Number.is_in(some.to_vec()))).await?.map(|c| (c.number.clone(), c)));
    }
    Ok(found)
}

/// What some claims are called.
pub async fn names_of(db: &impl ConnectionTrait, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, Named>> {
    let ids: Vec<i64> = ids.collect();
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(db::AT_ONCE) {
        found.extend(names(db, claim::Entity::find().filter(claim::Column::Id.is_in(some.to_vec()))).await?.map(|c| (c.id, c)));
    }
    Ok(found)
}

async fn names(db: &impl ConnectionTrait, of: Select<claim::Entity>) -> Result<impl Iterator<Item = Named>> {
    use claim::Column::{Id, Number, PatientId, PublicId};
    let rows: Vec<(i64, Uuid, String, i64)> = of.select_only().columns([Id, PublicId, Number, PatientId]).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, public_id, number, patient_id)| Named { id, public_id, number, patient_id }))
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<claim::Model> {
    db::find::<claim::Entity>(db, id).await?.ok_or(AppError::NotFound("claim"))
}

pub async fn of_visit(db: &impl ConnectionTrait, visit_id: i64) -> Result<Vec<claim::Model>> {
    let living = claim::Entity::find().filter(claim::Column::VisitId.eq(visit_id)).filter(claim::Column::DeletedAt.is_null());
    Ok(living.order_by_asc(claim::Column::Part).all(db).await?)
}

/// Which unsent claims.
pub enum Of {
    Payer(Option<i64>),
    Provider(i64),
    Referral(i64),
    Patient(i64),
}

/// Claims that are not on their way: drafts and those that are ready.
pub async fn unsent(db: &impl ConnectionTrait, of: Of) -> Result<Vec<claim::Model>> {
    let mut query = claim::Entity::find()
        .filter(claim::Column::State.is_in([ClaimState::Draft, ClaimState::Ready]))
        .filter(claim::Column::DeletedAt.is_null());
    query = match of {
        Of::Payer(Some(id)) => query.filter(claim::Column::PayerId.eq(id)),
        Of::Payer(None) => query,
        Of::Referral(id) => query.filter(claim::Column::ReferralId.eq(id)),
        Of::Patient(id) => query.filter(claim::Column::PatientId.eq(id)),
        Of::Provider(id) => {
            let named = Query::select()
                .column(claim_version::Column::ClaimId)
                .from(claim_version::Entity)
                .and_where(claim_version::Column::ReferringProviderId.eq(id))
                .to_owned();
            query.filter(claim::Column::Id.in_subquery(named))
        }
    };
    Ok(query.order_by_asc(claim::Column::Id).all(db).await?)
}

/// Unsent claims of a coverage change to its new row; the claims that did.
pub async fn move_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<Vec<claim::Model>> {
    let unsent = claim::Column::CoverageId.eq(before).and(claim::Column::State.is_in([ClaimState::Draft, ClaimState::Ready]));
    claim::Entity::update_many().col_expr(claim::Column::CoverageId, after.into()).filter(unsent).exec(&work.tx).await?;
    let moved = claim::Column::CoverageId.eq(after).and(claim::Column::State.is_in([ClaimState::Draft, ClaimState::Ready]));
    Ok(claim::Entity::find().filter(moved).all(&work.tx).await?)
}

/// Other attended visits of a patient on the same day, for the same payer.
pub async fn other_visits_that_day(db: &impl ConnectionTrait, of: &visit::Model, payer_id: i64) -> Result<i64> {
    let of_payer =
        Query::select().column(coverage::Column::Id).from(coverage::Entity).and_where(coverage::Column::PayerId.eq(payer_id)).to_owned();
    let others = visit::Entity::find()
        .filter(visit::Column::PatientId.eq(of.patient_id))
        .filter(visit::Column::VisitOn.eq(of.visit_on))
        .filter(visit::Column::Id.ne(of.id))
        .filter(visit::Column::State.eq("attended"))
        .filter(visit::Column::CoverageId.in_subquery(of_payer));
    Ok(i64::try_from(others.count(db).await?).unwrap_or(0))
}

/// What stands on the claims of a patient's other visits of the same day.
pub async fn twins(db: &impl ConnectionTrait, of: &visit::Model) -> Result<Vec<Twin>> {
    #[derive(FromQueryResult)]
    struct Row {
        number: String,
        code: String,
        modifiers: Texts,
    }
    let rows: Vec<Row> = db::rows(db, include_str!("twins.sql"), vec![of.patient_id.into(), of.visit_on.into(), of.id.into()]).await?;
    Ok(rows.into_iter().map(|r| Twin { claim: r.number, code: r.code, modifiers: r.modifiers.0 }).collect())
}

/// What a payer answered for these treatments, since a day.
pub async fn answered(db: &impl ConnectionTrait, payer_id: i64, codes: &[String], since: NaiveDate) -> Result<Vec<Answered>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let marks = (3..codes.len() + 3).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let sql = include_str!("preflight.sql").replace("/* codes */", &marks);
    let mut values = vec![payer_id.into(), since.into()];
    values.extend(codes.iter().map(|code| code.as_str().into()));
    Ok(db::rows(db, &sql, values).await?)
}

/// Which visit of its payer a visit is, counted over a span; itself is one.
pub async fn visit_no(
    db: &impl ConnectionTrait,
    of: &visit::Model,
    under: &coverage::Model,
    order: &[i64],
    per: CountedPer,
) -> Result<i64> {
    let claim_no = under.claim_no.as_deref().filter(|_| per == CountedPer::Injury);
    let mut counted = visits_before(of, under, claim_no);
    counted = match per {
        CountedPer::CalendarYear | CountedPer::PlanYear => counted.filter(visit::Column::VisitOn.gte(year_of(per, of.visit_on, under))),
        CountedPer::Episode => counted.filter(visit::Column::EpisodeId.eq(of.episode_id)),
        CountedPer::Order => counted.filter(visit::Column::Id.is_in(order.to_vec())),
        CountedPer::Injury => counted,
    };
    Ok(i64::try_from(counted.count(db).await?).unwrap_or(0) + 1)
}

/// Which visit for its payer it is since a day, from 1; since the first one where no day is said.
pub async fn visit_no_since(
    db: &impl ConnectionTrait,
    of: &visit::Model,
    under: &coverage::Model,
    since: Option<NaiveDate>,
) -> Result<i64> {
    let mut counted = visits_before(of, under, None);
    if let Some(since) = since {
        counted = counted.filter(visit::Column::VisitOn.gte(since));
    }
    Ok(i64::try_from(counted.count(db).await?).unwrap_or(0) + 1)
}

/// The attended visits before one that its payer is to pay for, of one injury where its number is given.
fn visits_before(of: &visit::Model, under: &coverage::Model, claim_no: Option<&str>) -> Select<visit::Entity> {
    let mut same = Query::select().column(coverage::Column::Id).from(coverage::Entity).to_owned();
    same.and_where(coverage::Column::PatientId.eq(of.patient_id)).and_where(coverage::Column::PayerId.eq(under.payer_id));
    if let Some(claim_no) = claim_no {
        same.and_where(coverage::Column::ClaimNo.eq(claim_no));
    }
    let of_episodes = Query::select()
        .column(episode::Column::Id)
        .from(episode::Entity)
        .and_where(episode::Column::CoverageId.in_subquery(same.clone()))
        .to_owned();
    let paid = Condition::any()
        .add(visit::Column::CoverageId.in_subquery(same))
        .add(visit::Column::CoverageId.is_null().and(visit::Column::EpisodeId.in_subquery(of_episodes)));
    let before = Condition::any()
        .add(visit::Column::VisitOn.lt(of.visit_on))
        .add(visit::Column::VisitOn.eq(of.visit_on).and(visit::Column::Id.lt(of.id)));
    visit::Entity::find()
        .filter(visit::Column::PatientId.eq(of.patient_id))
        .filter(visit::Column::State.eq("attended"))
        .filter(visit::Column::DeletedAt.is_null())
        .filter(before)
        .filter(paid)
}

/// The first day of the year over which visits are counted. A plan's year begins on the day of the year on which the coverage did.
fn year_of(per: CountedPer, day: NaiveDate, under: &coverage::Model) -> NaiveDate {
    let new_year = NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day);
    let Some(from) = under.effective_from.filter(|_| per == CountedPer::PlanYear) else { return new_year };
    let begun = |year: i32| from.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1));
    begun(day.year()).filter(|first| *first <= day).or_else(|| begun(day.year() - 1)).unwrap_or(new_year)
}

pub async fn set_draft_version(work: &Work<'_>, claim_id: i64, version_id: i64) -> Result<()> {
    claim::Entity::update_many()
        .col_expr(claim::Column::DraftVersionId, version_id.into())
        .filter(claim::Column::Id.eq(claim_id))
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// What follows from making a draft anew: its order, its deadline, and the first thing that stands against sending it.
pub async fn set_drafted(work: &Work<'_>, claim_id: i64, order_id: Option<i64>, composed: &Composed) -> Result<()> {
    let blocks = composed.blocks();
    claim::Entity::update_many()
        .col_expr(claim::Column::PrescriptionId, Expr::value(order_id))
        .col_expr(claim::Column::DeadlineOn, Expr::value(composed.deadline_on))
        .col_expr(claim::Column::Blocks, Expr::value(i64::try_from(blocks.len()).unwrap_or(0)))
        .col_expr(claim::Column::BlockCode, Expr::value(blocks.first().map(|f| f.code.to_string())))
        .col_expr(claim::Column::BlockWords, Expr::value(blocks.first().map(|f| f.message.clone())))
        .filter(claim::Column::Id.eq(claim_id))
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// How a version left.
pub struct Left {
    pub channel: ClaimChannel,
    /// 1 original, 7 replacement, 8 void; the last two with the payer's number of what they are about.
    pub frequency: i64,
    pub sent_on: NaiveDate,
    pub reference: Option<String>,
    pub place: Option<super::sending::PlaceInBatch>,
    /// 1 the claim's own payer, 2 or 3 one after it.
    pub payer_rank: i64,
}

/// Sendings are kept for ever, so everything about one is written at once.
pub async fn insert_transmission(work: &Work<'_>, claim: &claim::Model, version_id: i64, left: Left) -> Result<transmission::Model> {
    let Left { channel, frequency, sent_on, reference, place, payer_rank } = left;
    let (batch_id, placed) = place.map(|p| (p.batch_id, p.placed)).unzip();
    let at = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let n = transmissions_of(&work.tx, claim.id).await?.last().map_or(0, |t| t.n) + 1;
    let row = transmission::ActiveModel {
        claim_id: Set(claim.id),
        claim_version_id: Set(version_id),
        n: Set(n),
        frequency: Set(frequency),
        channel: Set(channel),
        sent_on: Set(sent_on),
        payer_rank: Set(payer_rank),
        reference: Set(reference),
        claim_batch_id: Set(batch_id),
        wire_transaction: Set(placed.as_ref().map(|p| p.transaction.clone())),
        first_segment: Set(placed.as_ref().map(|p| at(p.first))),
        last_segment: Set(placed.as_ref().map(|p| at(p.last))),
        original_reference: Set(claim.payer_claim_no.clone().filter(|_| frequency != super::claim::ORIGINAL)),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn transmissions_of(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<transmission::Model>> {
    Ok(transmission::Entity::find()
        .filter(transmission::Column::ClaimId.eq(claim_id))
        .order_by_asc(transmission::Column::N)
        .all(db)
        .await?)
}

/// The last sending of a claim to its own payer.
pub async fn last_transmission(db: &impl ConnectionTrait, claim_id: i64) -> Result<Option<transmission::Model>> {
    Ok(last_transmissions(db, vec![claim_id]).await?.remove(&claim_id))
}

/// The same of each claim.
pub async fn last_transmissions(db: &impl ConnectionTrait, claim_ids: Vec<i64>) -> Result<HashMap<i64, transmission::Model>> {
    use transmission::Column::{ClaimId, N, PayerRank};
    let mut found = HashMap::with_capacity(claim_ids.len());
    // None asked is a question too: what asks always asks as often.
    for some in claim_ids.chunks(db::AT_ONCE).chain(claim_ids.is_empty().then_some(&[][..])) {
        let rows = transmission::Entity::find().filter(ClaimId.is_in(some.to_vec())).filter(PayerRank.eq(1));
        found.extend(rows.order_by_asc(N).all(db).await?.into_iter().map(|t| (t.claim_id, t)));
    }
    Ok(found)
}

pub async fn insert_answer(
    work: &Work<'_>,
    transmission_id: i64,
    kind: AnswerKind,
    on: NaiveDate,
    code: Option<String>,
    words: Option<String>,
    reference: Option<String>,
) -> Result<()> {
    let row = transmission_answer::ActiveModel {
        transmission_id: Set(transmission_id),
        user_id: Set(work.by.user_id()),
        kind: Set(kind),
        code: Set(code),
        words: Set(words),
        reference: Set(reference),
        actor_name: Set(work.by.name.clone()),
        on_day: Set(on),
        at: Set(work.now),
        ..Default::default()
    };
    work.insert(row).await.map(|_| ())
}

pub async fn answers_of(db: &impl ConnectionTrait, transmission_ids: Vec<i64>) -> Result<Vec<transmission_answer::Model>> {
    let rows = transmission_answer::Entity::find().filter(transmission_answer::Column::TransmissionId.is_in(transmission_ids));
    Ok(rows.order_by_asc(transmission_answer::Column::OnDay).order_by_asc(transmission_answer::Column::Id).all(db).await?)
}

/// Saves the sums that were written on a claim.
pub async fn save_sums(work: &Work<'_>, before: &claim::Model, after: &claim::Model) -> Result<claim::Model> {
    let mut row = before.clone().into_active_model();
    row.insurer_cents = Set(after.insurer_cents);
    row.patient_cents = Set(after.patient_cents);
    row.contractual_cents = Set(after.contractual_cents);
    row.written_off_cents = Set(after.written_off_cents);
    row.patient_share_cents = Set(after.patient_share_cents);
    row.ever_denied = Set(after.ever_denied);
    row.now_denied = Set(after.now_denied);
    row.first_decided_on = Set(after.first_decided_on);
    row.voided_on = Set(after.voided_on);
    Ok(work.save(before, row).await?.0)
}

/// The sums of a claim's ledger, as posting computes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub insurer_cents: i64,
    pub patient_cents: i64,
    pub contractual_cents: i64,
    pub written_off_cents: i64,
    pub patient_share_cents: i64,
    pub ever_denied: bool,
    pub now_denied: bool,
    pub first_decided_on: Option<NaiveDate>,
    pub voided_on: Option<NaiveDate>,
}

pub async fn list(app: &App, by: &Actor, reach: Reach, filter: &ClaimFilter) -> Result<Listing<ClaimRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(claim::Column::DeletedAt.is_null());
    if !filter.state.is_blank() {
        let state: ClaimState = filter.state.as_str().parse().map_err(|e| AppError::BadRequest(format!("state: {e}")))?;
        condition = condition.add(claim::Column::State.eq(state));
    }
    if !filter.patient.is_blank() {
        condition = condition.add(claim::Column::PatientId.eq(crate::patients::find(&app.db, by, filter.patient.as_str()).await?.id));
    }
    if !filter.referral.is_blank() {
        condition = condition.add(claim::Column::ReferralId.eq(crate::referrals::find(&app.db, by, filter.referral.as_str()).await?.id));
    }
    if !filter.payer.is_blank() {
        condition = condition.add(claim::Column::PayerId.eq(crate::payers::by_id(&app.db, filter.payer.as_str()).await?.id));
    }
    if !filter.provider.is_blank() {
        let provider = crate::network::find(&app.db, filter.provider.as_str()).await?;
        let sent = Query::select()
            .column(crate::entity::referral::Column::Id)
            .from(crate::entity::referral::Entity)
            .and_where(crate::entity::referral::Column::ProviderId.eq(provider.id))
            .to_owned();
        condition = condition.add(claim::Column::ReferralId.in_subquery(sent));
    }
    if reach == Reach::Own {
        condition = condition.add(claim::Column::PatientId.in_subquery(crate::patients::own_ids(by)));
    }
    if !filter.q.is_blank() {
        condition = condition.add(matching(filter.q.as_str()));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(claim::Column::Id.lt(after));
    }
    let rows = claim::Entity::find().filter(condition).order_by_desc(claim::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let sees_money = by.rights(Thing::Claims).read != Reach::None;
    let mut shown = super::view::rows(&app.db, &rows, sees_money).await?;
    Ok(cursor.cut(rows, |c| c.id, |c| shown.remove(&c.id)).shown())
}

/// A number with or without dashes, the payer's number, or words of a patient's name.
fn matching(typed: &str) -> Condition {
    let like = |text: &str| LikeExpr::new(db::like(text)).escape('!');
    let plain = typed.trim().to_ascii_uppercase();
    let number = number_of(typed).unwrap_or_else(|| plain.clone());
    let patient = crate::entity::patient::Entity;
    let names = person_name::fold(typed)
        .split(' ')
        .filter(|t| !t.is_empty())
        .fold(Condition::all(), |all, term| all.add(Expr::col(crate::entity::patient::Column::SearchText).like(like(term))));
    let ids = Query::select().column(crate::entity::patient::Column::Id).from(patient).cond_where(names).to_owned();
    Condition::any()
        .add(Expr::col(claim::Column::Number).like(like(&number)))
        .add(Expr::col(claim::Column::PayerClaimNo).like(like(&plain)))
        .add(claim::Column::PatientId.in_subquery(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_number_is_understood_without_its_dashes() {
        for typed in ["C-2026-00311", "c2026-311", "C202600311", "C-2026-311"] {
            assert_eq!(number_of(typed).as_deref(), Some("C-2026-00311"), "{typed}");
        }
        assert_eq!((number_of("Calder"), number_of("C-20")), (None, None));
    }
}
