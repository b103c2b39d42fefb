//! The queries of payments.

use super::PaymentFilter;
use super::eob::ProviderItem;
use super::money::{DecisionOutcome, DenialState, EventKind, Method};
use super::plan::Classed;
use super::view::RemittanceRow;
use crate::app::App;
use crate::db;
use crate::entity::{claim, decision, denial, money_event, remittance};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Listing, Texts};
use crate::work::Work;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<remittance::Model>> {
    Ok(remittance::Entity::find().filter(remittance::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn remittance_row(db: &impl ConnectionTrait, id: i64) -> Result<remittance::Model> {
    remittance::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("payment"))
}

/// The deposit of the same payer, trace, date and amount that stands, if there is one.
pub async fn standing_by_identity(db: &impl ConnectionTrait, identity: &str) -> Result<Option<remittance::Model>> {
    let same =
        remittance::Entity::find().filter(remittance::Column::Identity.eq(identity)).filter(remittance::Column::TakenBackAt.is_null());
    Ok(same.one(db).await?)
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

pub async fn decision_row(db: &impl ConnectionTrait, id: i64) -> Result<decision::Model> {
    decision::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("decision"))
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

/// The decisions that reverse some of these and stand.
pub async fn reversals_of(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Vec<decision::Model>> {
    let reversals = decision::Entity::find().filter(decision::Column::ReversesId.is_in(ids));
    Ok(reversals.filter(decision::Column::TakenBackOn.is_null()).all(db).await?)
}

pub async fn insert_decision(work: &Work<'_>, row: decision::ActiveModel) -> Result<decision::Model> {
    work.insert(row).await
}

pub async fn set_outcome(work: &Work<'_>, id: i64, outcome: DecisionOutcome) -> Result<()> {
    decision::Entity::update_many()
        .col_expr(decision::Column::Outcome, outcome.word().into())
        .filter(decision::Column::Id.eq(id))
        .exec(&work.tx)
        .await?;
    Ok(())
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

pub async fn events_of_decision(db: &impl ConnectionTrait, decision_id: i64) -> Result<Vec<money_event::Model>> {
    Ok(money_event::Entity::find()
        .filter(money_event::Column::DecisionId.eq(decision_id))
        .order_by_asc(money_event::Column::Id)
        .all(db)
        .await?)
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
    money_event::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound("payment"))
}

pub async fn is_taken_back(db: &impl ConnectionTrait, id: i64) -> Result<bool> {
    let back = money_event::Entity::find().filter(money_event::Column::ReversesId.eq(id)).filter(money_event::Column::EntryError.eq(true));
    Ok(back.count(db).await? > 0)
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

pub async fn insert_payment(
    work: &Work<'_>,
    remittance: &remittance::Model,
    decision: &decision::Model,
    line_id: Option<i64>,
    cents: i64,
) -> Result<()> {
    let row = money_event::ActiveModel {
        claim_id: Set(Some(decision.claim_id)),
        claim_line_id: Set(line_id),
        decision_id: Set(Some(decision.id)),
        remittance_id: Set(Some(remittance.id)),
        method: Set(Some(remittance.method)),
        reference: Set(Some(remittance.trace.clone())),
        ..blank(EventKind::InsurerPayment, cents, remittance.posted_on)
    };
    work.insert(row).await.map(|_| ())
}

pub async fn insert_adjustment(
    work: &Work<'_>,
    remittance: &remittance::Model,
    decision: &decision::Model,
    classed: &Classed,
) -> Result<()> {
    let row = money_event::ActiveModel {
        claim_id: Set(Some(decision.claim_id)),
        claim_line_id: Set(classed.line_id),
        decision_id: Set(Some(decision.id)),
        remittance_id: Set(Some(remittance.id)),
        class: Set(Some(classed.class)),
        group_code: Set(Some(classed.adjustment.group)),
        reason_code: Set(Some(classed.adjustment.reason.clone())),
        remarks: Set(Texts(classed.adjustment.remarks.clone())),
        ..blank(EventKind::Adjustment, classed.adjustment.amount_cents, remittance.posted_on)
    };
    work.insert(row).await.map(|_| ())
}

/// An item of the deposit: positive on the paper lowers it, so for us it is negative money.
pub async fn insert_provider_item(
    work: &Work<'_>,
    remittance: &remittance::Model,
    item: &ProviderItem,
    claim: Option<&claim::Model>,
) -> Result<()> {
    let row = money_event::ActiveModel {
        claim_id: Set(claim.map(|c| c.id)),
        remittance_id: Set(Some(remittance.id)),
        reason_code: Set(item.reason.clone()),
        reference: Set(item.reference.clone()),
        note: Set(item.note.clone()),
        ..blank(EventKind::ProviderItem, -item.amount_cents, remittance.posted_on)
    };
    work.insert(row).await.map(|_| ())
}

pub async fn insert_write_off(
    work: &Work<'_>,
    claim: &claim::Model,
    cents: i64,
    posted_on: NaiveDate,
    note: Option<String>,
    decision: Option<&decision::Model>,
) -> Result<money_event::Model> {
    let row = money_event::ActiveModel {
        claim_id: Set(Some(claim.id)),
        decision_id: Set(decision.map(|d| d.id)),
        remittance_id: Set(decision.map(|d| d.remittance_id)),
        note: Set(note),
        ..blank(EventKind::WriteOff, cents, posted_on)
    };
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

/// The same event with the other sign, naming the one it answers.
pub async fn insert_opposite(
    work: &Work<'_>,
    of: &money_event::Model,
    decision: Option<&decision::Model>,
    posted_on: NaiveDate,
    entry_error: bool,
) -> Result<money_event::Model> {
    let row = money_event::ActiveModel {
        claim_id: Set(of.claim_id),
        claim_line_id: Set(of.claim_line_id),
        visit_id: Set(of.visit_id),
        patient_id: Set(of.patient_id),
        decision_id: Set(decision.map_or(of.decision_id, |d| Some(d.id))),
        remittance_id: Set(decision.map_or(of.remittance_id, |d| Some(d.remittance_id))),
        class: Set(of.class),
        group_code: Set(of.group_code),
        reason_code: Set(of.reason_code.clone()),
        remarks: Set(of.remarks.clone()),
        method: Set(of.method),
        reference: Set(of.reference.clone()),
        note: Set(of.note.clone()),
        reverses_id: Set(Some(of.id)),
        entry_error: Set(entry_error),
        ..blank(of.kind, -of.amount_cents, posted_on)
    };
    work.insert(row).await
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

pub async fn denials_of_decision(db: &impl ConnectionTrait, decision_id: i64) -> Result<Vec<denial::Model>> {
    Ok(denial::Entity::find().filter(denial::Column::DecisionId.eq(decision_id)).all(db).await?)
}
