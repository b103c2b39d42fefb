//! The queries of visits and notes.

use super::VisitFilter;
use super::carried::Copies;
use super::measure::Measured;
use super::note::{NoteDraft, NoteState};
use super::notes::NoteFilter;
use super::view::VisitRow;
use super::visit::{Service, VisitDraft, VisitState};
use crate::app::{Actor, App, read_id};
use crate::auth::role::Reach;
use crate::claims::claim::ClaimState;
use crate::entity::{addendum, claim, episode, location, measure, money_event, note, referral, visit, visit_service};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing, Texts};
use crate::work::Work;
use chrono::NaiveDate;
use schemars::JsonSchema;
use sea_orm::sea_query::{NullOrdering, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find_visit(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<visit::Model>> {
    Ok(visit::Entity::find().filter(visit::Column::PublicId.eq(id)).filter(visit::Column::DeletedAt.is_null()).one(db).await?)
}

pub async fn visit_row(db: &impl ConnectionTrait, id: i64) -> Result<visit::Model> {
    crate::db::find::<visit::Entity>(db, id).await?.ok_or(AppError::NotFound("visit"))
}

/// A claim, as its visit names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BilledBy {
    pub id: Uuid,
    pub number: String,
    pub state: ClaimState,
}

/// The claims of a visit, in the order of their numbers.
pub async fn claims_of(db: &impl ConnectionTrait, visit_id: i64) -> Result<Vec<BilledBy>> {
    let of = claim::Entity::find().filter(claim::Column::VisitId.eq(visit_id)).filter(claim::Column::DeletedAt.is_null());
    let claims = of.order_by_asc(claim::Column::Number).all(db).await?;
    Ok(claims.into_iter().map(|c| BilledBy { id: c.public_id, number: c.number, state: c.state }).collect())
}

/// The day of the first visit of a course that was attended.
pub async fn first_attended(db: &impl ConnectionTrait, episode_id: i64) -> Result<Option<NaiveDate>> {
    let attended = visit::Entity::find()
        .select_only()
        .column(visit::Column::VisitOn)
        .filter(visit::Column::EpisodeId.eq(episode_id))
        .filter(visit::Column::State.eq(VisitState::Attended))
        .filter(visit::Column::DeletedAt.is_null())
        .order_by_asc(visit::Column::VisitOn);
    Ok(attended.into_tuple().one(db).await?)
}

pub async fn insert_visit(
    work: &Work<'_>,
    draft: &VisitDraft,
    episode: &episode::Model,
    therapist_id: i64,
    coverage_id: Option<i64>,
    location_id: Option<i64>,
) -> Result<visit::Model> {
    let row = visit::ActiveModel {
        episode_id: Set(episode.id),
        patient_id: Set(episode.patient_id),
        therapist_id: Set(therapist_id),
        coverage_id: Set(coverage_id),
        location_id: Set(location_id),
        state: Set(VisitState::Booked),
        ..Default::default()
    };
    work.insert(filled_visit(row, draft)).await
}

pub fn filled_visit(row: visit::ActiveModel, draft: &VisitDraft) -> visit::ActiveModel {
    visit::ActiveModel {
        visit_on: Set(draft.visit_on),
        starts_at: Set(draft.starts_at),
        ends_at: Set(draft.ends_at),
        place_of_service: Set(draft.place_of_service.clone()),
        discount_cents: Set(draft.discount_cents),
        discount_reason: Set(draft.discount_reason.clone()),
        ..row
    }
}

pub async fn services_of(db: &impl ConnectionTrait, visit_id: i64) -> Result<Vec<Service>> {
    Ok(services_by_visit(db, &[visit_id]).await?.remove(&visit_id).unwrap_or_default())
}

/// The minutes of several visits, in the order they were entered.
pub async fn services_by_visit(db: &impl ConnectionTrait, visit_ids: &[i64]) -> Result<HashMap<i64, Vec<Service>>> {
    let rows = visit_service::Entity::find().filter(visit_service::Column::VisitId.is_in(visit_ids.iter().copied()));
    let mut found: HashMap<i64, Vec<Service>> = HashMap::new();
    for row in rows.order_by_asc(visit_service::Column::Position).all(db).await? {
        found.entry(row.visit_id).or_default().push(Service { code: row.code, minutes: row.minutes, area: row.area });
    }
    Ok(found)
}

/// Makes the minutes of a visit what was typed; tells whether anything changed.
pub async fn set_services(work: &Work<'_>, visit_id: i64, services: &[Service]) -> Result<bool> {
    if services_of(&work.tx, visit_id).await? == services {
        return Ok(false);
    }
    visit_service::Entity::delete_many().filter(visit_service::Column::VisitId.eq(visit_id)).exec(&work.tx).await?;
    let rows = services.iter().enumerate().map(|(at, service)| visit_service::ActiveModel {
        visit_id: Set(visit_id),
        position: Set(i64::try_from(at).unwrap_or(0) + 1),
        code: Set(service.code.clone()),
        minutes: Set(service.minutes),
        area: Set(service.area.clone()),
        ..Default::default()
    });
    if !services.is_empty() {
        visit_service::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
    }
    Ok(true)
}

/// What a patient paid at the desk for one visit, less what was given back.
pub async fn money_on(db: &impl ConnectionTrait, visit_id: i64) -> Result<i64> {
    let events =
        money_event::Entity::find().filter(money_event::Column::VisitId.eq(visit_id)).filter(money_event::Column::ClaimId.is_null());
    Ok(events.all(db).await?.iter().map(|e| e.amount_cents).sum())
}

pub async fn follow_coverage(work: &Work<'_>, before: i64, after: i64) -> Result<()> {
    visit::Entity::update_many()
        .col_expr(visit::Column::CoverageId, after.into())
        .filter(visit::Column::CoverageId.eq(before))
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// The visits of one therapist's own patients, as a condition on `visit`.
fn own(by: &Actor) -> Condition {
    Condition::all().add(visit::Column::PatientId.in_subquery(crate::patients::own_ids(by)))
}

pub async fn list(app: &App, by: &Actor, reach: Reach, filter: &VisitFilter) -> Result<Listing<VisitRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all().add(visit::Column::DeletedAt.is_null());
    if reach == Reach::Own {
        condition = condition.add(own(by));
    }
    if !filter.state.is_blank() {
        let state: VisitState = filter.state.as_str().parse().map_err(|e| AppError::BadRequest(format!("state: {e}")))?;
        condition = condition.add(visit::Column::State.eq(state));
    }
    if !filter.referral.is_blank() {
        let referral = crate::referrals::find(&app.db, by, filter.referral.as_str()).await?;
        condition = condition.add(visit::Column::EpisodeId.eq(crate::referrals::episode_of(&app.db, referral.id).await?.id));
    }
    if !filter.patient.is_blank() {
        condition = condition.add(visit::Column::PatientId.eq(crate::patients::find(&app.db, by, filter.patient.as_str()).await?.id));
    }
    if !filter.therapist.is_blank() {
        condition =
            condition.add(visit::Column::TherapistId.eq(crate::practice::therapist_by_id(&app.db, filter.therapist.as_str()).await?.id));
    }
    for (typed, is_from) in [(&filter.from, true), (&filter.to, false)] {
        if !typed.is_blank() {
            let day: NaiveDate =
                typed.as_str().parse().map_err(|_| AppError::BadRequest("from and to are days, like 2026-11-23".into()))?;
            condition = condition.add(if is_from { visit::Column::VisitOn.gte(day) } else { visit::Column::VisitOn.lte(day) });
        }
    }
    if let Some(after) = cursor.after {
        condition = condition.add(visit::Column::Id.lt(after));
    }
    let rows = visit::Entity::find().filter(condition).order_by_desc(visit::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let mut shown = super::view::rows(&app.db, &rows).await?;
    Ok(cursor.cut(rows, |v| v.id, |v| shown.remove(&v.id)).shown())
}

/// The place of a referral's last visit; none at the practice's own address.
pub async fn last_place(db: &impl ConnectionTrait, referral: Uuid) -> Result<Option<location::Model>> {
    let known = referral::Entity::find().select_only().column(referral::Column::Id).filter(referral::Column::PublicId.eq(referral));
    let course = episode::Entity::find().select_only().column(episode::Column::Id);
    let course = course.filter(episode::Column::ReferralId.in_subquery(known.into_query()));
    let visits = visit::Entity::find().filter(visit::Column::EpisodeId.in_subquery(course.into_query()));
    let visits = visits.filter(visit::Column::DeletedAt.is_null());
    let last =
        visits.select_only().column(visit::Column::LocationId).order_by_desc(visit::Column::VisitOn).order_by_desc(visit::Column::Id);
    let id: Option<Option<i64>> = last.into_tuple().one(db).await?;
    Ok(crate::db::by_id::<location::Entity>(db, id.flatten()).await?)
}

/// All visits of an episode, in the order they happened.
pub async fn visits_of_episode(db: &impl ConnectionTrait, episode_id: i64) -> Result<Vec<visit::Model>> {
    let all = visit::Entity::find().filter(visit::Column::EpisodeId.eq(episode_id)).filter(visit::Column::DeletedAt.is_null());
    let all = all.order_by_asc(visit::Column::VisitOn).order_by_with_nulls(visit::Column::StartsAt, Order::Asc, NullOrdering::Last);
    Ok(all.order_by_asc(visit::Column::Id).all(db).await?)
}

pub async fn find_note(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<note::Model>> {
    Ok(note::Entity::find().filter(note::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn note_row(db: &impl ConnectionTrait, id: i64) -> Result<note::Model> {
    crate::db::find::<note::Entity>(db, id).await?.ok_or(AppError::NotFound("note"))
}

pub async fn note_of(db: &impl ConnectionTrait, visit_id: i64) -> Result<Option<note::Model>> {
    Ok(note::Entity::find().filter(note::Column::VisitId.eq(visit_id)).one(db).await?)
}

pub async fn notes_of(db: &impl ConnectionTrait, visit_ids: &[i64]) -> Result<HashMap<i64, note::Model>> {
    let rows = note::Entity::find().filter(note::Column::VisitId.is_in(visit_ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|n| (n.visit_id, n)).collect())
}

pub async fn insert_note(work: &Work<'_>, visit: &visit::Model, author: i64, draft: &NoteDraft, copies: Copies) -> Result<note::Model> {
    let row = note::ActiveModel {
        visit_id: Set(visit.id),
        therapist_id: Set(visit.therapist_id),
        author_user_id: Set(Some(author)),
        state: Set(NoteState::Draft),
        ..Default::default()
    };
    work.insert(filled_note(row, draft, copies)).await
}

pub fn filled_note(row: note::ActiveModel, draft: &NoteDraft, copies: Copies) -> note::ActiveModel {
    note::ActiveModel {
        subjective: Set(draft.subjective.clone()),
        objective: Set(draft.objective.clone()),
        assessment: Set(draft.assessment.clone()),
        plan: Set(draft.plan.clone()),
        work_status: Set(draft.work_status.clone()),
        restrictions: Set(draft.restrictions.clone()),
        flags: Set(draft.flags.clone()),
        goals: Set(draft.goals.clone()),
        copied: Set(Some(copies).filter(|c| !c.0.is_empty())),
        body: Set(Some(draft.body.clone()).filter(|b| !b.0.is_empty())),
        ..row
    }
}

pub async fn measures_of(db: &impl ConnectionTrait, note_ids: &[i64]) -> Result<Vec<measure::Model>> {
    let rows = measure::Entity::find().filter(measure::Column::NoteId.is_in(note_ids.iter().copied()));
    Ok(rows.order_by_asc(measure::Column::NoteId).order_by_asc(measure::Column::Position).all(db).await?)
}

/// A draft whose numbers changed and whose words did not: one version further.
pub async fn touch_note(work: &Work<'_>, note: &note::Model) -> Result<note::Model> {
    let row = note::ActiveModel { updated_at: Set(work.now), updated_by_id: Set(work.by.user_id()), ..note.clone().into_active_model() };
    let further = note::ActiveModel { version: Set(note.version + 1), ..row };
    Ok(note::Entity::update(further).validate()?.filter(note::Column::Version.eq(note.version)).exec(&work.tx).await?)
}

/// Makes the measurements of a draft what was typed; tells whether anything changed.
pub async fn set_measures(work: &Work<'_>, note: &note::Model, episode_id: i64, measures: &[Measured]) -> Result<bool> {
    let before = measures_of(&work.tx, &[note.id]).await?;
    let same = before.len() == measures.len()
        && before.iter().zip(measures).all(|(b, m)| {
            b.instrument == m.instrument
                && b.label == m.label
                && b.value_hundredths == m.hundredths
                && b.answered == m.answered
                && b.items.as_ref().map_or(&[][..], |i| i.0.as_slice()) == m.items
                && b.scale() == m.scale
        });
    if same {
        return Ok(false);
    }
    measure::Entity::delete_many().filter(measure::Column::NoteId.eq(note.id)).exec(&work.tx).await?;
    let rows = measures.iter().enumerate().map(|(at, m)| measure::ActiveModel {
        note_id: Set(note.id),
        episode_id: Set(episode_id),
        instrument: Set(m.instrument),
        label: Set(m.label.clone()),
        position: Set(i64::try_from(at).unwrap_or(0) + 1),
        value_hundredths: Set(m.hundredths),
        answered: Set(m.answered),
        items: Set((!m.items.is_empty()).then(|| Texts(m.items.clone()))),
        least_hundredths: Set(m.scale.least),
        most_hundredths: Set(m.scale.most),
        mdc_hundredths: Set(m.scale.mdc),
        ..Default::default()
    });
    if !measures.is_empty() {
        measure::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
    }
    Ok(true)
}

pub async fn addenda_of(db: &impl ConnectionTrait, note_ids: &[i64]) -> Result<Vec<addendum::Model>> {
    let rows = addendum::Entity::find().filter(addendum::Column::NoteId.is_in(note_ids.iter().copied()));
    Ok(rows.order_by_asc(addendum::Column::Id).all(db).await?)
}

pub async fn insert_addendum(work: &Work<'_>, note_id: i64, words: String, reason: String) -> Result<addendum::Model> {
    let row = addendum::ActiveModel {
        note_id: Set(note_id),
        user_id: Set(work.by.user_id()),
        words: Set(words),
        reason: Set(reason),
        actor_name: Set(work.by.name.clone()),
        at: Set(work.now),
        ..Default::default()
    };
    work.insert(row).await
}

/// The signed note of the latest visit before this one, within the episode, with the day of its visit.
pub async fn signed_before(db: &impl ConnectionTrait, of: &visit::Model) -> Result<Option<(NaiveDate, note::Model)>> {
    Ok(all_signed_before(db, of).await?.pop())
}

/// The signed notes of the visits before this one, within the episode, in the order of the visits and with their days.
async fn all_signed_before(db: &impl ConnectionTrait, of: &visit::Model) -> Result<Vec<(NaiveDate, note::Model)>> {
    let earlier = visits_of_episode(db, of.episode_id).await?;
    let visits: Vec<(i64, NaiveDate)> = earlier.iter().take_while(|v| v.id != of.id).map(|v| (v.id, v.visit_on)).collect();
    let mut notes = notes_of(db, &visits.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
    let signed = |(id, on): &(i64, NaiveDate)| notes.remove(id).filter(|n| n.signed_at.is_some()).map(|n| (*on, n));
    Ok(visits.iter().filter_map(signed).collect())
}

/// The measurements of those notes, in the same order, with the days of their visits.
pub async fn measures_before(db: &impl ConnectionTrait, of: &visit::Model) -> Result<Vec<(NaiveDate, measure::Model)>> {
    let notes: Vec<(NaiveDate, i64)> = all_signed_before(db, of).await?.iter().map(|(on, n)| (*on, n.id)).collect();
    let mut measures = measures_of(db, &notes.iter().map(|(_, id)| *id).collect::<Vec<_>>()).await?;
    let place = |m: &measure::Model| notes.iter().position(|(_, id)| *id == m.note_id);
    measures.sort_by_key(|m| (place(m), m.position));
    Ok(measures.into_iter().filter_map(|m| Some((notes.get(place(&m)?)?.0, m))).collect())
}

/// The visits of a day that the actor may see.
pub async fn visits_of_day(db: &impl ConnectionTrait, by: &Actor, reach: Reach, day: NaiveDate) -> Result<Vec<visit::Model>> {
    let mut condition = Condition::all().add(visit::Column::DeletedAt.is_null()).add(visit::Column::VisitOn.eq(day));
    if reach == Reach::Own {
        condition = condition.add(own(by));
    }
    let mut visits = visit::Entity::find().filter(condition).all(db).await?;
    // Those without a time last, on both databases.
    visits.sort_by_key(|v| (v.starts_at.is_none(), v.starts_at, v.id));
    Ok(visits)
}

pub async fn list_notes(app: &App, by: &Actor, reach: Reach, filter: &NoteFilter) -> Result<Listing<note::Model>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut visits = Query::select().column(visit::Column::Id).from(visit::Entity).and_where(visit::Column::DeletedAt.is_null()).to_owned();
    if reach == Reach::Own {
        visits.cond_where(own(by));
    }
    if !filter.visit.is_blank() {
        visits.and_where(visit::Column::PublicId.eq(read_id(filter.visit.as_str(), "visit")?));
    }
    if !filter.patient.is_blank() {
        visits.and_where(visit::Column::PatientId.eq(crate::patients::find(&app.db, by, filter.patient.as_str()).await?.id));
    }
    let mut condition = Condition::all().add(note::Column::VisitId.in_subquery(visits));
    if let Some(after) = cursor.after {
        condition = condition.add(note::Column::Id.lt(after));
    }
    let rows = note::Entity::find().filter(condition).order_by_desc(note::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    Ok(cursor.cut(rows, |n| n.id, |n| n))
}
