//! The queries of payments.

use super::PaymentFilter;
use super::money::{DenialState, EventKind, Method};
use super::view::RemittanceRow;
use crate::app::App;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::entity::{claim, coverage, decision, denial, money_event, payer, remittance};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing, Text, Texts};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<remittance::Model>> {
    Ok(remittance::Entity::find().filter(remittance::Column::PublicId.eq(id)).one(db).await?)
}

/// The latest day on which an answer of a deposit was posted to its claim.
pub async fn last_decided_on(db: &impl ConnectionTrait, remittance_id: i64) -> Result<Option<NaiveDate>> {
    let of = decision::Entity::find().filter(decision::Column::RemittanceId.eq(remittance_id));
    let days = of.select_only().column(decision::Column::PostedOn).order_by_desc(decision::Column::PostedOn);
    Ok(days.into_tuple().one(db).await?)
}

pub async fn remittance_row(db: &impl ConnectionTrait, id: i64) -> Result<remittance::Model> {
    db::find::<remittance::Entity>(db, id).await?.ok_or(AppError::NotFound("payment"))
}

/// The deposit of the same payer, trace, date and amount that stands, if there is one.
pub async fn standing_by_identity(db: &impl ConnectionTrait, identity: &str) -> Result<Option<remittance::Model>> {
    let same =
        remittance::Entity::find().filter(remittance::Column::Identity.eq(identity)).filter(remittance::Column::TakenBackAt.is_null());
    Ok(same.one(db).await?)
}

/// Deposits of a payer under one number that stand.
pub async fn standing_by_trace(db: &impl ConnectionTrait, payer_id: i64, trace: &str) -> Result<Vec<remittance::Model>> {
    let own = remittance::Entity::find().filter(remittance::Column::PayerId.eq(payer_id)).filter(remittance::Column::Trace.eq(trace));
    Ok(own.filter(remittance::Column::TakenBackAt.is_null()).order_by_asc(remittance::Column::Id).all(db).await?)
}

pub async fn list(app: &App, filter: &PaymentFilter) -> Result<Listing<RemittanceRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut condition = Condition::all();
    if !filter.q.is_blank() {
        let term = db::like(&filter.q.as_str().to_uppercase());
        condition = condition.add(Expr::col(remittance::Column::Identity).like(LikeExpr::new(term).escape('!')));
    }
    if !filter.payer.is_blank() {
        condition = condition.add(remittance::Column::PayerId.eq(crate::payers::by_id(&app.db, filter.payer.as_str()).await?.id));
    }
    if let Some(after) = cursor.after {
        condition = condition.add(remittance::Column::Id.lt(after));
    }
    let rows =
        remittance::Entity::find().filter(condition).order_by_desc(remittance::Column::Id).limit(cursor.limit + 1).all(&app.db).await?;
    let mut shown = super::view::rows(&app.db, &rows).await?;
    Ok(cursor.cut(rows, |r| r.id, |r| shown.remove(&r.id)).shown())
}

/// All answers to a claim, oldest first, also those that were taken back.
pub async fn decisions_of(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<decision::Model>> {
    Ok(decision::Entity::find().filter(decision::Column::ClaimId.eq(claim_id)).order_by_asc(decision::Column::Id).all(db).await?)
}

pub async fn decisions_of_remittance(db: &impl ConnectionTrait, remittance_id: i64) -> Result<Vec<decision::Model>> {
    Ok(decision::Entity::find().filter(decision::Column::RemittanceId.eq(remittance_id)).order_by_asc(decision::Column::Id).all(db).await?)
}

pub async fn decisions_of_remittances(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<decision::Model>> {
    Ok(decision::Entity::find().filter(decision::Column::RemittanceId.is_in(ids)).all(db).await?)
}

/// The decisions that reverse some of these, also those that were taken back.
pub async fn reversals_of(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<decision::Model>> {
    Ok(decision::Entity::find().filter(decision::Column::ReversesId.is_in(ids)).all(db).await?)
}

pub async fn mark_taken_back(work: &Work<'_>, decision: &decision::Model, on: NaiveDate) -> Result<()> {
    let mut row = decision.clone().into_active_model();
    row.taken_back_on = Set(Some(on));
    work.save(decision, row).await.map(|_| ())
}

/// The events of a claim: its own, and what was taken for its visit before it was drafted.
pub async fn events_of_claim(db: &impl ConnectionTrait, of: &claim::Model) -> Result<Vec<money_event::Model>> {
    let mut condition = Condition::any().add(money_event::Column::ClaimId.eq(of.id));
    if let Some(visit_id) = of.visit_id.filter(|_| of.part == 1) {
        condition =
            condition.add(Condition::all().add(money_event::Column::VisitId.eq(visit_id)).add(money_event::Column::ClaimId.is_null()));
    }
    Ok(money_event::Entity::find().filter(condition).order_by_asc(money_event::Column::Id).all(db).await?)
}

pub async fn events_of_remittance(db: &impl ConnectionTrait, remittance_id: i64) -> Result<Vec<money_event::Model>> {
    let events = money_event::Entity::find()
        .filter(money_event::Column::RemittanceId.eq(remittance_id))
        .filter(money_event::Column::EntryError.eq(false));
    Ok(events.order_by_asc(money_event::Column::Id).all(db).await?)
}

/// The claims that a deposit touched by an event of its own.
pub async fn claims_of_remittance(db: &impl ConnectionTrait, remittance_id: i64) -> Result<Vec<i64>> {
    let events = events_of_remittance(db, remittance_id).await?;
    Ok(events.into_iter().filter_map(|e| e.claim_id).collect())
}

pub async fn find_event(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<money_event::Model>> {
    Ok(money_event::Entity::find().filter(money_event::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn event_row(db: &impl ConnectionTrait, id: i64) -> Result<money_event::Model> {
    db::find::<money_event::Entity>(db, id).await?.ok_or(AppError::NotFound("payment"))
}

pub async fn is_taken_back(db: &impl ConnectionTrait, id: i64) -> Result<bool> {
    Ok(!take_backs_of(db, vec![id]).await?.is_empty())
}

/// Entries of ours that take back some events.
pub async fn take_backs_of(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<money_event::Model>> {
    let back = money_event::Entity::find().filter(money_event::Column::ReversesId.is_in(ids));
    Ok(back.filter(money_event::Column::EntryError.eq(true)).all(db).await?)
}

/// What several decisions posted, in the order it was said.
pub async fn events_of_decisions(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<money_event::Model>> {
    let said =
        money_event::Entity::find().filter(money_event::Column::DecisionId.is_in(ids)).filter(money_event::Column::EntryError.eq(false));
    Ok(said.order_by_asc(money_event::Column::Id).all(db).await?)
}

/// What stands on every event.
fn blank(kind: EventKind, amount_cents: i64, posted_on: NaiveDate) -> money_event::ActiveModel {
    money_event::ActiveModel {
        kind: Set(kind),
        amount_cents: Set(amount_cents),
        posted_on: Set(posted_on),
        remarks: Set(Texts::default()),
        entry_error: Set(false),
        ..Default::default()
    }
}

pub async fn insert_write_off(
    work: &Work<'_>,
    claim: &claim::Model,
    cents: i64,
    posted_on: NaiveDate,
    note: Option<String>,
) -> Result<money_event::Model> {
    let row = money_event::ActiveModel { claim_id: Set(Some(claim.id)), note: Set(note), ..blank(EventKind::WriteOff, cents, posted_on) };
    work.insert(row).await
}

/// Money at the desk, as it is to be written.
pub struct DeskMoney {
    pub amount: i64,
    pub method: Method,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub posted_on: NaiveDate,
}

pub async fn insert_desk(
    work: &Work<'_>,
    claim: Option<&claim::Model>,
    visit_id: Option<i64>,
    patient_id: i64,
    kind: EventKind,
    money: DeskMoney,
) -> Result<money_event::Model> {
    let row = money_event::ActiveModel {
        claim_id: Set(claim.map(|c| c.id)),
        visit_id: Set(visit_id),
        patient_id: Set(Some(patient_id)),
        method: Set(Some(money.method)),
        reference: Set(money.reference),
        note: Set(money.note),
        ..blank(kind, money.amount, money.posted_on)
    };
    work.insert(row).await
}

/// Takes back an event of ours that was entered wrong: the same with the other sign, naming the one it answers.
pub async fn insert_take_back(work: &Work<'_>, of: &money_event::Model, posted_on: NaiveDate) -> Result<money_event::Model> {
    work.insert(money_event::ActiveModel { entry_error: Set(true), ..opposite(of, posted_on) }).await
}

/// The same event with the other sign.
fn opposite(of: &money_event::Model, posted_on: NaiveDate) -> money_event::ActiveModel {
    money_event::ActiveModel {
        claim_id: Set(of.claim_id),
        claim_line_id: Set(of.claim_line_id),
        visit_id: Set(of.visit_id),
        patient_id: Set(of.patient_id),
        decision_id: Set(of.decision_id),
        remittance_id: Set(of.remittance_id),
        class: Set(of.class),
        group_code: Set(of.group_code),
        reason_code: Set(of.reason_code.clone()),
        remarks: Set(of.remarks.clone()),
        method: Set(of.method),
        reference: Set(of.reference.clone()),
        note: Set(of.note.clone()),
        reverses_id: Set(Some(of.id)),
        ..blank(of.kind, -of.amount_cents, posted_on)
    }
}

/// What a patient paid for a claim, a visit, or in advance, less what was given back.
pub async fn patient_money(db: &impl ConnectionTrait, claim: Option<&claim::Model>, visit_id: Option<i64>, patient_id: i64) -> Result<i64> {
    let events = match (claim, visit_id) {
        (Some(claim), _) => events_of_claim(db, claim).await?,
        (None, Some(visit_id)) => {
            let of_visit = money_event::Entity::find()
                .filter(money_event::Column::VisitId.eq(visit_id))
                .filter(money_event::Column::ClaimId.is_null());
            of_visit.all(db).await?
        }
        (None, None) => {
            let in_advance = money_event::Entity::find()
                .filter(money_event::Column::PatientId.eq(patient_id))
                .filter(money_event::Column::ClaimId.is_null())
                .filter(money_event::Column::VisitId.is_null());
            in_advance.all(db).await?
        }
    };
    Ok(events.iter().filter(|e| matches!(e.kind, EventKind::PatientPayment | EventKind::Refund)).map(|e| e.amount_cents).sum())
}

pub async fn denials_of(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<denial::Model>> {
    Ok(denial::Entity::find().filter(denial::Column::ClaimId.eq(claim_id)).order_by_asc(denial::Column::Id).all(db).await?)
}

pub async fn open_denials(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<denial::Model>> {
    let open = [DenialState::Open, DenialState::Appealed];
    Ok(denials_of(db, claim_id).await?.into_iter().filter(|d| open.contains(&d.state)).collect())
}

/// How much of ours a payer has not answered.
#[derive(FromQueryResult)]
pub struct Away {
    pub payer: Uuid,
    pub claims: i64,
    pub cents: i64,
}

pub async fn away_by_payer(db: &impl ConnectionTrait) -> Result<Vec<Away>> {
    Ok(db::rows(db, include_str!("away_by_payer.sql"), Vec::new()).await?)
}

/// The claims that a payer may answer next, longest away first: its own, and those of patients whom it covers second.
pub async fn answerable(db: &impl ConnectionTrait, payer: Uuid) -> Result<Vec<claim::Model>> {
    let id = Query::select().column(payer::Column::Id).from(payer::Entity).and_where(payer::Column::PublicId.eq(payer)).to_owned();
    let covered = Query::select()
        .column(coverage::Column::PatientId)
        .from(coverage::Entity)
        .and_where(coverage::Column::PayerId.in_subquery(id.clone()))
        .and_where(coverage::Column::Rank.gt(1))
        .and_where(coverage::Column::ReplacedAt.is_null())
        .and_where(coverage::Column::DeletedAt.is_null())
        .to_owned();
    let away = ClaimState::ALL.iter().copied().filter(|state| state.is_away());
    let own = Condition::all().add(claim::Column::PayerId.in_subquery(id.clone())).add(claim::Column::State.is_in(away));
    let second = Condition::all()
        .add(claim::Column::PayerId.not_in_subquery(id))
        .add(claim::Column::State.is_in([ClaimState::PartiallyPaid, ClaimState::Denied]))
        .add(claim::Column::PatientId.in_subquery(covered));
    let found = claim::Entity::find()
        .filter(claim::Column::DeletedAt.is_null())
        .filter(claim::Column::VoidedOn.is_null())
        .filter(Condition::any().add(own).add(second));
    Ok(found.order_by_asc(claim::Column::FirstSentOn).order_by_asc(claim::Column::Id).limit(200).all(db).await?)
}

/// Claims by their ids or numbers, in no order.
pub async fn claims_by_words(db: &impl ConnectionTrait, words: &[Text]) -> Result<Vec<claim::Model>> {
    let ids: Vec<Uuid> = words.iter().filter_map(|w| Uuid::parse_str(w.as_str()).ok()).collect();
    let numbers: Vec<&str> = words.iter().map(Text::as_str).collect();
    let named = Condition::any().add(claim::Column::PublicId.is_in(ids)).add(claim::Column::Number.is_in(numbers));
    Ok(claim::Entity::find().filter(named).filter(claim::Column::DeletedAt.is_null()).all(db).await?)
}

pub async fn decisions_of_claims(db: &impl ConnectionTrait, claim_ids: Vec<i64>) -> Result<Vec<decision::Model>> {
    Ok(decision::Entity::find().filter(decision::Column::ClaimId.is_in(claim_ids)).order_by_asc(decision::Column::Id).all(db).await?)
}

/// Money of patients, newest entry first: of one, or of all.
pub async fn desk_events(db: &impl ConnectionTrait, patient_id: Option<i64>, most: u64) -> Result<Vec<money_event::Model>> {
    let mut query = money_event::Entity::find().filter(money_event::Column::Kind.is_in([EventKind::PatientPayment, EventKind::Refund]));
    if let Some(id) = patient_id {
        query = query.filter(money_event::Column::PatientId.eq(id));
    }
    Ok(query.order_by_desc(money_event::Column::Id).limit(most).all(db).await?)
}

/// A visit that the patient pays alone, with what is left of it.
#[derive(FromQueryResult)]
pub struct UnpaidVisit {
    pub public_id: Uuid,
    pub visit_on: NaiveDate,
    pub cents: i64,
}

pub async fn unpaid_visits(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<UnpaidVisit>> {
    Ok(db::rows(db, include_str!("unpaid_visits.sql"), vec![patient_id.into()]).await?)
}

#[derive(FromQueryResult)]
struct LooseRow {
    unmatched_cents: i64,
    unallocated_cents: i64,
}

pub async fn loose(db: &impl ConnectionTrait) -> Result<super::Loose> {
    let rows: Vec<LooseRow> = db::rows(db, include_str!("loose.sql"), Vec::new()).await?;
    let one = |r: LooseRow| super::Loose { unmatched_cents: r.unmatched_cents, unallocated_cents: r.unallocated_cents };
    Ok(rows.into_iter().next().map(one).unwrap_or_default())
}
