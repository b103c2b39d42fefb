//! The queries of referrals, episodes and orders.

use super::board::BoardView;
use super::card::Episode;
use super::counting::{Attended, Order};
use super::orders::{PrescriptionFilter, is_complete};
use super::prescription::PrescriptionDraft;
use super::referral::ReferralState;
use super::trail::{ActivityFact, ClaimFact, MeasureFact, PaymentLine, ReportLine, VisitFact};
use super::view::ReferralRow;
use super::{Checked, ReferralFilter};
use crate::app::{Actor, App, read_id};
use crate::care::measure::Instrument;
use crate::care::note::NoteState;
use crate::care::visit::VisitState;
use crate::db;
use crate::entity::{coverage, document, episode, payer, prescription, referral, visit};
use crate::error::{AppError, Result};
use crate::packed;
use crate::types::{Cursor, Listing, Texts, person_name};
use crate::work::Work;
use chrono::{Months, NaiveDate, NaiveTime};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<referral::Model>> {
    Ok(referral::Entity::find().filter(referral::Column::PublicId.eq(id)).filter(referral::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<referral::Model>> {
    Ok(referral::Entity::find().filter(referral::Column::Number.eq(number)).filter(referral::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<referral::Model> {
    db::find::<referral::Entity>(db, id).await?.ok_or(AppError::NotFound("referral"))
}

pub async fn episode_of(db: &impl ConnectionTrait, referral_id: i64) -> Result<episode::Model> {
    episode::Entity::find().filter(episode::Column::ReferralId.eq(referral_id)).one(db).await?.ok_or(AppError::NotFound("episode"))
}

/// The episodes that several referrals opened.
pub async fn episodes_of(db: &impl ConnectionTrait, referral_ids: Vec<i64>) -> Result<Vec<episode::Model>> {
    Ok(episode::Entity::find().filter(episode::Column::ReferralId.is_in(referral_ids)).all(db).await?)
}

/// The outside ids of the referrals that several episodes belong to, by episode.
pub async fn ids_of_episodes(db: &impl ConnectionTrait, episode_ids: Vec<i64>) -> Result<HashMap<i64, Uuid>> {
    let episodes = episode::Entity::find().filter(episode::Column::Id.is_in(episode_ids)).all(db).await?;
    let of: Vec<i64> = episodes.iter().map(|e| e.referral_id).collect();
    let query = referral::Entity::find().select_only().column(referral::Column::Id).column(referral::Column::PublicId);
    let ids: HashMap<i64, Uuid> = query.filter(referral::Column::Id.is_in(of)).into_tuple().all(db).await?.into_iter().collect();
    Ok(episodes.iter().filter_map(|e| Some((e.id, *ids.get(&e.referral_id)?))).collect())
}

pub async fn episode_row(db: &impl ConnectionTrait, id: i64) -> Result<episode::Model> {
    db::find::<episode::Entity>(db, id).await?.ok_or(AppError::NotFound("episode"))
}

pub async fn insert_episode(
    work: &Work<'_>,
    referral: &referral::Model,
    checked: &Checked,
    coverage_id: Option<i64>,
    therapist_id: Option<i64>,
) -> Result<episode::Model> {
    let diagnoses = checked.prescription.as_ref().map(|p| p.diagnoses.clone()).unwrap_or_default();
    let row = episode::ActiveModel {
        referral_id: Set(referral.id),
        patient_id: Set(referral.patient_id),
        coverage_id: Set(coverage_id),
        therapist_id: Set(therapist_id),
        complaint: Set(checked.referral.complaint.clone()),
        diagnoses: Set(Texts(diagnoses)),
        goals: Set(Texts::default()),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn set_converted_on(work: &Work<'_>, referral: &referral::Model, on: NaiveDate) -> Result<()> {
    referral::Entity::update_many()
        .col_expr(referral::Column::ConvertedOn, on.into())
        .filter(referral::Column::Id.eq(referral.id))
        .exec(&work.tx)
        .await?;
    episode::Entity::update_many()
        .col_expr(episode::Column::StartedOn, on.into())
        .filter(episode::Column::ReferralId.eq(referral.id))
        .exec(&work.tx)
        .await?;
    Ok(())
}

pub async fn clear_converted(work: &Work<'_>, referral_id: i64) -> Result<()> {
    let nothing = Expr::value(Option::<NaiveDate>::None);
    referral::Entity::update_many()
        .col_expr(referral::Column::ConvertedOn, nothing.clone())
        .filter(referral::Column::Id.eq(referral_id))
        .exec(&work.tx)
        .await?;
    episode::Entity::update_many()
        .col_expr(episode::Column::StartedOn, nothing)
        .filter(episode::Column::ReferralId.eq(referral_id))
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// The day of the first attended visit of a referral.
pub async fn first_attended(db: &impl ConnectionTrait, referral_id: i64) -> Result<Option<NaiveDate>> {
    let episode = episode_of(db, referral_id).await?;
    let attended = visit::Entity::find()
        .filter(visit::Column::EpisodeId.eq(episode.id))
        .filter(visit::Column::State.eq(VisitState::Attended))
        .filter(visit::Column::DeletedAt.is_null());
    Ok(attended.order_by_asc(visit::Column::VisitOn).one(db).await?.map(|v| v.visit_on))
}

pub async fn follow_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    episode::Entity::update_many()
        .col_expr(episode::Column::CoverageId, after.into())
        .filter(episode::Column::CoverageId.eq(before))
        .exec(&work.tx)
        .await?;
    Ok(())
}

pub async fn payer_of_episode(db: &impl ConnectionTrait, episode: &episode::Model) -> Result<Option<payer::Model>> {
    let Some(coverage_id) = episode.coverage_id else { return Ok(None) };
    let coverage = db::find::<coverage::Entity>(db, coverage_id).await?;
    match coverage.and_then(|c| c.payer_id) {
        Some(payer_id) => Ok(db::find::<payer::Entity>(db, payer_id).await?),
        None => Ok(None),
    }
}

pub async fn prescription_row(db: &impl ConnectionTrait, id: i64) -> Result<prescription::Model> {
    db::find::<prescription::Entity>(db, id).await?.ok_or(AppError::NotFound("prescription"))
}

pub async fn find_prescription(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<prescription::Model>> {
    Ok(prescription::Entity::find().filter(prescription::Column::PublicId.eq(id)).one(db).await?)
}

/// The orders of several episodes, first to last.
pub async fn orders_of(db: &impl ConnectionTrait, episode_ids: &[i64]) -> Result<Vec<prescription::Model>> {
    let orders = prescription::Entity::find().filter(prescription::Column::EpisodeId.is_in(episode_ids.iter().copied()));
    Ok(orders.order_by_asc(prescription::Column::ValidFrom).order_by_asc(prescription::Column::Id).all(db).await?)
}

/// The number of the referral on which the same order of the same doctor stands already, if it does.
pub async fn same_order(
    db: &impl ConnectionTrait,
    patient_id: i64,
    prescriber_id: i64,
    draft: &PrescriptionDraft,
) -> Result<Option<String>> {
    let Some(signed_on) = draft.signed_on else { return Ok(None) };
    let signed = prescription::Entity::find()
        .filter(prescription::Column::PrescriberId.eq(prescriber_id))
        .filter(prescription::Column::SignedOn.eq(signed_on))
        .filter(prescription::Column::CancelledOn.is_null());
    for order in signed.all(db).await? {
        let alike = order.diagnoses.0 == draft.diagnoses
            && order.visits_authorized == draft.visits_authorized
            && order.valid_from == draft.valid_from;
        if !alike {
            continue;
        }
        let episode = episode_row(db, order.episode_id).await?;
        if episode.patient_id == patient_id {
            return Ok(Some(row(db, episode.referral_id).await?.number));
        }
    }
    Ok(None)
}

/// An order as counting needs it.
pub fn countable(order: &prescription::Model) -> Order {
    Order {
        id: order.id,
        complete: is_complete(order),
        visits: order.visits_authorized,
        signed_on: order.signed_on,
        valid_from: order.valid_from,
        valid_to: order.valid_to,
        days_after_first: order.valid_days_after_first,
        superseded_on: order.superseded_on,
        cancelled_on: order.cancelled_on,
    }
}

#[derive(serde::Deserialize)]
struct AttendedRow {
    id: i64,
    episode_id: i64,
    visit_on: NaiveDate,
    starts_at: Option<NaiveTime>,
    rx_valid_days: Option<i64>,
}

/// What counting needs of several episodes, with two queries however many they are.
pub async fn episodes_for_counting(db: &impl ConnectionTrait, episode_ids: &[i64]) -> Result<HashMap<i64, Episode>> {
    Ok(episodes_and_orders(db, episode_ids).await?.0)
}

/// The same of many with the orders themselves.
pub async fn episodes_and_orders(
    db: &impl ConnectionTrait,
    episode_ids: &[i64],
) -> Result<(HashMap<i64, Episode>, Vec<prescription::Model>)> {
    if episode_ids.is_empty() {
        return Ok(Default::default());
    }
    let orders = orders_of(db, episode_ids).await?;
    Ok((episodes_with(db, episode_ids, &orders).await?, orders))
}

/// What counting needs of one episode.
pub async fn episode_for_counting(db: &impl ConnectionTrait, episode_id: i64) -> Result<Episode> {
    Ok(episode_and_orders(db, episode_id).await?.0)
}

/// The same with the orders themselves, for who goes on to read one of them.
pub async fn episode_and_orders(db: &impl ConnectionTrait, episode_id: i64) -> Result<(Episode, Vec<prescription::Model>)> {
    let orders = orders_of(db, &[episode_id]).await?;
    let episode = episodes_with(db, &[episode_id], &orders).await?.remove(&episode_id).unwrap_or_default();
    Ok((episode, orders))
}

async fn episodes_with(db: &impl ConnectionTrait, episode_ids: &[i64], orders: &[prescription::Model]) -> Result<HashMap<i64, Episode>> {
    let mut episodes: HashMap<i64, Episode> = episode_ids.iter().map(|id| (*id, Episode::default())).collect();
    for order in orders {
        if let Some(episode) = episodes.get_mut(&order.episode_id) {
            episode.orders.push(countable(order));
        }
    }
    let (given, ids) = packed::as_one_value(db.get_database_backend(), episode_ids.iter().copied());
    let sql = include_str!("sql/attended.sql").replace("/* episodes */", given);
    for row in packed::asked::<AttendedRow>(db, &["id", "episode_id", "visit_on", "starts_at", "rx_valid_days"], &sql, [ids]).await? {
        if let Some(episode) = episodes.get_mut(&row.episode_id) {
            episode.attended.push(Attended { id: row.id, on: row.visit_on, at: row.starts_at, rx_valid_days: row.rx_valid_days });
        }
    }
    Ok(episodes)
}

pub async fn document_of(db: &impl ConnectionTrait, id: Option<i64>) -> Result<Option<Uuid>> {
    let Some(id) = id else { return Ok(None) };
    Ok(document::Entity::find_by_id(id).select_only().column(document::Column::PublicId).into_tuple().one(db).await?)
}

/// The outside ids of several documents.
pub async fn document_ids(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, Uuid>> {
    let query = document::Entity::find().select_only().column(document::Column::Id).column(document::Column::PublicId);
    let pairs: Vec<(i64, Uuid)> = query.filter(document::Column::Id.is_in(ids)).into_tuple().all(db).await?;
    Ok(pairs.into_iter().collect())
}

/// Referrals with their cards, newest first.
pub async fn list(app: &App, by: &Actor, filter: &ReferralFilter) -> Result<Listing<ReferralRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(referral::Column::DeletedAt.is_null());
    if !filter.view.is_blank() {
        let view: BoardView = filter.view.as_str().parse().map_err(|e| AppError::BadRequest(format!("view: {e}")))?;
        condition = condition.add(in_view(app, view).await?);
    }
    if !filter.state.is_blank() {
        let state: ReferralState = filter.state.as_str().parse().map_err(|e| AppError::BadRequest(format!("state: {e}")))?;
        condition = condition.add(referral::Column::State.eq(state));
    }
    if !filter.provider.is_blank() {
        condition = condition.add(referral::Column::ProviderId.eq(crate::network::find(&app.db, filter.provider.as_str()).await?.id));
    }
    if !filter.patient.is_blank() {
        condition = condition.add(referral::Column::PatientId.eq(crate::patients::find(&app.db, by, filter.patient.as_str()).await?.id));
    }
    for (typed, is_from) in [(&filter.from, true), (&filter.to, false)] {
        if !typed.is_blank() {
            let day: NaiveDate =
                typed.as_str().parse().map_err(|_| AppError::BadRequest("from and to are days, like 2026-11-23".into()))?;
            let bound = if is_from { referral::Column::ReceivedOn.gte(day) } else { referral::Column::ReceivedOn.lte(day) };
            condition = condition.add(bound);
        }
    }
    if !filter.q.is_blank() {
        condition = condition.add(matching(filter.q.as_str()));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(referral::Column::Id.lt(after));
    }
    let rows = referral::Entity::find().filter(condition).order_by_desc(referral::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let mut shown = super::view::rows(&app.db, &rows, app.today()).await?;
    Ok(cursor.cut(rows, |r| r.id, |r| shown.remove(&r.id)).shown())
}

/// The newest referrals of each state, newest first, with a fixed number of queries: so many of one state, so many of every other.
pub async fn newest_by_state(
    app: &App,
    provider_id: Option<i64>,
    (state, of_it): (ReferralState, i64),
    of_others: i64,
) -> Result<Vec<ReferralRow>> {
    let values = vec![provider_id.into(), state.word().into(), of_it.into(), of_others.into()];
    let rows: Vec<referral::Model> = db::rows(&app.db, include_str!("sql/newest_by_state.sql"), values).await?;
    let mut shown = super::view::rows(&app.db, &rows, app.today()).await?;
    Ok(rows.iter().filter_map(|r| shown.remove(&r.id)).collect())
}

/// The referrals of a view of the board.
async fn in_view(app: &App, view: BoardView) -> Result<Condition> {
    if view == BoardView::RunningOut {
        return Ok(Condition::all().add(referral::Column::Id.is_in(running_out(app).await?.iter().copied())));
    }
    let states = view.states();
    Ok(if states.is_empty() { Condition::all() } else { Condition::all().add(referral::Column::State.is_in(states.iter().copied())) })
}

/// Referrals in care whose order runs out, by id; counted once until something changes.
pub async fn running_out(app: &App) -> Result<Arc<Vec<i64>>> {
    app.held("referrals that run out".into(), count_running_out(&app.db, app.today())).await
}

/// Which visit uses which order is counted, so it is no question for SQL:
/// two queries bring the orders and visits of everybody in care.
async fn count_running_out(db: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<i64>> {
    let in_care = Query::select()
        .column(referral::Column::Id)
        .from(referral::Entity)
        .and_where(referral::Column::State.eq(ReferralState::Converted))
        .and_where(referral::Column::DeletedAt.is_null())
        .to_owned();
    let episodes = episode::Entity::find().select_only().columns([episode::Column::Id, episode::Column::ReferralId]);
    let pairs: Vec<(i64, i64)> = episodes.filter(episode::Column::ReferralId.in_subquery(in_care)).into_tuple().all(db).await?;
    let counted = episodes_for_counting(db, &pairs.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
    Ok(pairs.into_iter().filter(|(id, _)| counted.get(id).is_some_and(|e| e.runs_out(today))).map(|(_, of)| of).collect())
}

/// How many referrals stand in each state.
pub async fn by_state(db: &impl ConnectionTrait) -> Result<Vec<(ReferralState, i64)>> {
    let counts = referral::Entity::find()
        .select_only()
        .column(referral::Column::State)
        .column_as(referral::Column::Id.count(), "n")
        .filter(referral::Column::DeletedAt.is_null())
        .group_by(referral::Column::State);
    Ok(counts.into_tuple().all(db).await?)
}

/// What lists of visits show of the referral behind.
pub struct Brief {
    pub id: Uuid,
    pub complaint: Option<String>,
}

/// The referrals of several episodes.
pub async fn referrals_of(db: &impl ConnectionTrait, episode_ids: &[i64]) -> Result<HashMap<i64, Brief>> {
    let episodes = episode::Entity::find().filter(episode::Column::Id.is_in(episode_ids.iter().copied())).all(db).await?;
    let rows = db::by_ids::<referral::Entity>(db, episodes.iter().map(|e| e.referral_id)).await?;
    let brief = |e: episode::Model| {
        let row = rows.get(&e.referral_id)?;
        Some((e.id, Brief { id: row.public_id, complaint: e.complaint }))
    };
    Ok(episodes.into_iter().filter_map(brief).collect())
}

/// How many referrals a provider sent in the last twelve months, and when the last one came.
pub async fn sent_lately(db: &impl ConnectionTrait, provider_id: i64, today: NaiveDate) -> Result<(i64, Option<NaiveDate>)> {
    let since = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let sent = referral::Entity::find()
        .select_only()
        .column_as(referral::Column::Id.count(), "n")
        .column_as(referral::Column::ReceivedOn.max(), "last_on")
        .filter(referral::Column::ProviderId.eq(provider_id))
        .filter(referral::Column::ReceivedOn.gt(since))
        .filter(referral::Column::DeletedAt.is_null());
    Ok(sent.into_tuple().one(db).await?.unwrap_or((0, None)))
}

/// The next booked visit of several episodes.
pub async fn next_visits(db: &impl ConnectionTrait, episode_ids: &[i64], today: NaiveDate) -> Result<HashMap<i64, NaiveDate>> {
    let booked = visit::Entity::find()
        .select_only()
        .column(visit::Column::EpisodeId)
        .column_as(visit::Column::VisitOn.min(), "visit_on")
        .filter(visit::Column::EpisodeId.is_in(episode_ids.iter().copied()))
        .filter(visit::Column::State.eq(VisitState::Booked))
        .filter(visit::Column::VisitOn.gte(today))
        .filter(visit::Column::DeletedAt.is_null())
        .group_by(visit::Column::EpisodeId);
    let pairs: Vec<(i64, NaiveDate)> = booked.into_tuple().all(db).await?;
    Ok(pairs.into_iter().collect())
}

/// Part of a number, or words of a patient's name.
fn matching(typed: &str) -> Condition {
    let number = Expr::col(referral::Column::Number).like(LikeExpr::new(db::like(&typed.trim().to_uppercase())).escape('!'));
    let patient = crate::entity::patient::Entity;
    let terms = person_name::fold(typed);
    let names = terms.split(' ').filter(|t| !t.is_empty()).fold(Condition::all(), |all, term| {
        all.add(Expr::col(crate::entity::patient::Column::SearchText).like(LikeExpr::new(db::like(term)).escape('!')))
    });
    let ids = Query::select().column(crate::entity::patient::Column::Id).from(patient).cond_where(names).to_owned();
    Condition::any().add(number).add(referral::Column::PatientId.in_subquery(ids))
}

pub async fn list_prescriptions(app: &App, by: &Actor, filter: &PrescriptionFilter) -> Result<Listing<prescription::Model>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all();
    if !filter.referral.is_blank() {
        let referral = super::find(&app.db, by, filter.referral.as_str()).await?;
        condition = condition.add(prescription::Column::EpisodeId.eq(episode_of(&app.db, referral.id).await?.id));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(prescription::Column::Id.lt(after));
    }
    let rows =
        prescription::Entity::find().filter(condition).order_by_desc(prescription::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    Ok(cursor.cut(rows, |p| p.id, |p| p))
}

pub async fn trail_visits(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<VisitFact>> {
    Ok(db::rows(db, include_str!("sql/trail_visits.sql"), vec![episode_id.into()]).await?)
}

pub async fn trail_claims(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<ClaimFact>> {
    Ok(db::rows(db, include_str!("sql/trail_claims.sql"), vec![episode_id.into()]).await?)
}

pub async fn trail_payments(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<PaymentLine>> {
    Ok(db::rows(db, include_str!("sql/trail_payments.sql"), vec![episode_id.into()]).await?)
}

#[derive(FromQueryResult)]
struct MeasureRow {
    instrument: Instrument,
    label: String,
    value_hundredths: i64,
    visit_on: NaiveDate,
    starts_at: Option<NaiveTime>,
    note_state: NoteState,
    position: i64,
}

pub async fn trail_measures(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<MeasureFact>> {
    let rows: Vec<MeasureRow> = db::rows(db, include_str!("sql/trail_measures.sql"), vec![episode_id.into()]).await?;
    let rank = |instrument: Instrument| match instrument {
        Instrument::Nprs => 0,
        Instrument::Rom => 1,
        _ => 2,
    };
    let fact = |m: MeasureRow| MeasureFact {
        rank: (rank(m.instrument), m.position),
        instrument: m.instrument.word(),
        title: m.instrument.title(&m.label),
        shown: m.instrument.show(m.value_hundredths),
        label: m.label,
        value_hundredths: m.value_hundredths,
        visit_on: m.visit_on,
        starts_at: m.starts_at,
        is_signed: m.note_state == NoteState::Signed,
    };
    Ok(rows.into_iter().map(fact).collect())
}

/// The state is the report's own, or that of its mail in the words that people see.
pub async fn trail_reports(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<ReportLine>> {
    let rows: Vec<ReportLine> = db::rows(db, include_str!("sql/trail_reports.sql"), vec![episode_id.into()]).await?;
    Ok(rows.into_iter().map(ReportLine::shown).collect())
}

pub async fn trail_activities(db: &impl ConnectionTrait, referral_id: i64) -> Result<Vec<ActivityFact>> {
    Ok(db::rows(db, include_str!("sql/trail_activities.sql"), vec![referral_id.into()]).await?)
}

/// Reads an id that must be a referral's.
pub async fn by_public_id(db: &impl ConnectionTrait, id: &str) -> Result<referral::Model> {
    find(db, read_id(id, "referral")?).await?.ok_or(AppError::NotFound("referral"))
}
