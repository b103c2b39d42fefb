//! The queries of answers that come in files.

use super::AckFilter;
use crate::claims::ack_state::Level;
use crate::claims::batch::state::BatchState;
use crate::claims::claim::AnswerKind;
use crate::db::{self, AT_ONCE};
use crate::entity::{acknowledgment, acknowledgment_item, claim, claim_batch, partner, transmission, transmission_answer};
use crate::error::{AppError, Result};
use crate::types::Cursor;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

/// Everybody whom files ever went to, those that were let go too: their answers may still come.
pub async fn partners(db: &impl ConnectionTrait) -> Result<Vec<partner::Model>> {
    Ok(partner::Entity::find().all(db).await?)
}

/// Which number of a batch an answer names.
#[derive(Clone, Copy, Debug)]
pub enum Control {
    /// ISA13.
    Interchange(i64),
    /// GS06.
    Group(i64),
    /// ST02.
    Transaction(i64),
}

/// The batches of some partners that have such a number; one, where the partner is known.
pub async fn batches_by(db: &impl ConnectionTrait, partner_ids: Vec<i64>, control: Control) -> Result<Vec<claim_batch::Model>> {
    let of = claim_batch::Entity::find().filter(claim_batch::Column::PartnerId.is_in(partner_ids));
    let asked = match control {
        Control::Interchange(n) => of.filter(claim_batch::Column::InterchangeControl.eq(n)),
        Control::Group(n) => of.filter(claim_batch::Column::GroupControl.eq(n)),
        Control::Transaction(n) => {
            let behind = Expr::col(claim_batch::Column::FirstTransaction).add(Expr::col(claim_batch::Column::Transactions));
            of.filter(claim_batch::Column::FirstTransaction.lte(n)).filter(behind.gt(n))
        }
    };
    Ok(asked.limit(3).all(db).await?)
}

/// The batch under a reference of ours (BHT03), which no two share.
pub async fn batch_by_reference(db: &impl ConnectionTrait, reference: &str) -> Result<Option<claim_batch::Model>> {
    Ok(claim_batch::Entity::find().filter(claim_batch::Column::Reference.eq(reference)).one(db).await?)
}

/// A claim as a batch carried it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Carried {
    pub transmission_id: i64,
    pub claim_id: i64,
    pub number: String,
    pub wire_transaction: Option<String>,
    pub billing_npi: Option<String>,
}

pub async fn carried(db: &impl ConnectionTrait, batch_id: i64) -> Result<Vec<Carried>> {
    Ok(db::rows(db, include_str!("sql/carried.sql"), vec![batch_id.into()]).await?)
}

/// Claims that will be changed, held until the end of the work, always in one order: two files of answers never wait for each other.
pub async fn hold_claims(tx: &DatabaseTransaction, mut ids: Vec<i64>) -> Result<Vec<claim::Model>> {
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let living = claim::Entity::find().filter(claim::Column::Id.is_in(some.to_vec())).filter(claim::Column::DeletedAt.is_null());
        found.extend(living.order_by_asc(claim::Column::Id).lock_exclusive().all(tx).await?);
    }
    Ok(found)
}

/// Saves what answers changed on claims that are held.
pub async fn save_claims(work: &Work<'_>, changed: &[&claim::Model]) -> Result<()> {
    let columns = [claim::Column::State, claim::Column::PayerClaimNo, claim::Column::ClearinghouseClaimNo];
    let rows = changed
        .iter()
        .map(|c| (c.id, vec![c.state.word().into(), c.payer_claim_no.clone().into(), c.clearinghouse_claim_no.clone().into()]))
        .collect();
    work.save_all::<claim::Entity>(&columns, rows).await
}

/// All sendings of some claims, each claim's in order.
pub async fn sendings(db: &impl ConnectionTrait, claim_ids: Vec<i64>) -> Result<Vec<transmission::Model>> {
    let mut found = Vec::new();
    for some in claim_ids.chunks(AT_ONCE) {
        let sent = transmission::Entity::find().filter(transmission::Column::ClaimId.is_in(some.to_vec()));
        found.extend(sent.order_by_asc(transmission::Column::N).all(db).await?);
    }
    Ok(found)
}

/// What was answered to some sendings, first to last.
pub async fn answers(db: &impl ConnectionTrait, transmission_ids: Vec<i64>) -> Result<Vec<transmission_answer::Model>> {
    let mut found = Vec::new();
    for some in transmission_ids.chunks(AT_ONCE) {
        let given = transmission_answer::Entity::find().filter(transmission_answer::Column::TransmissionId.is_in(some.to_vec()));
        found.extend(given.order_by_asc(transmission_answer::Column::Id).all(db).await?);
    }
    Ok(found)
}

/// What was ever answered to the transactions of a batch: number, answer, day; first to last.
pub async fn answered_transactions(db: &impl ConnectionTrait, batch_id: i64) -> Result<Vec<(String, AnswerKind, NaiveDate)>> {
    let of = acknowledgment_item::Entity::find().filter(acknowledgment_item::Column::ClaimBatchId.eq(batch_id));
    let of = of.filter(acknowledgment_item::Column::Level.eq(Level::Transaction)).select_only();
    let columns = [acknowledgment_item::Column::Number, acknowledgment_item::Column::Said, acknowledgment_item::Column::OnDay];
    Ok(of.columns(columns).order_by_asc(acknowledgment_item::Column::Id).into_tuple().all(db).await?)
}

/// Which files of answers speak of some batches: batch and file, in the order in which they came.
pub async fn about(db: &impl ConnectionTrait, batch_ids: Vec<i64>) -> Result<Vec<(i64, i64)>> {
    use acknowledgment_item::Column::{AcknowledgmentId, ClaimBatchId};
    let items = acknowledgment_item::Entity::find().filter(ClaimBatchId.is_in(batch_ids)).select_only();
    Ok(items.columns([ClaimBatchId, AcknowledgmentId]).distinct().order_by_asc(AcknowledgmentId).into_tuple().all(db).await?)
}

/// A file of answers ever refused the batch as a whole.
pub async fn is_refused_whole(db: &impl ConnectionTrait, batch_id: i64) -> Result<bool> {
    let of = acknowledgment_item::Entity::find().filter(acknowledgment_item::Column::ClaimBatchId.eq(batch_id));
    let of = of.filter(acknowledgment_item::Column::Level.is_in([Level::File, Level::Batch]));
    let of = of.filter(acknowledgment_item::Column::Said.eq(AnswerKind::Rejected)).select_only();
    Ok(of.column(acknowledgment_item::Column::Id).into_tuple::<i64>().one(db).await?.is_some())
}

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<acknowledgment::Model>> {
    Ok(acknowledgment::Entity::find().filter(acknowledgment::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn of_file(db: &impl ConnectionTrait, file_id: i64) -> Result<Option<acknowledgment::Model>> {
    Ok(acknowledgment::Entity::find().filter(acknowledgment::Column::ExchangeFileId.eq(file_id)).one(db).await?)
}

/// The files behind some answers.
pub async fn ids_of_files(db: &impl ConnectionTrait, file_ids: Vec<i64>) -> Result<Vec<(i64, Uuid)>> {
    let of = acknowledgment::Entity::find().filter(acknowledgment::Column::ExchangeFileId.is_in(file_ids)).select_only();
    Ok(of.column(acknowledgment::Column::ExchangeFileId).column(acknowledgment::Column::PublicId).into_tuple().all(db).await?)
}

pub async fn items_of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<acknowledgment_item::Model>> {
    let of = acknowledgment_item::Entity::find().filter(acknowledgment_item::Column::AcknowledgmentId.eq(id));
    Ok(of.order_by_asc(acknowledgment_item::Column::N).all(db).await?)
}

/// Files of answers, newest first.
pub async fn list(db: &impl ConnectionTrait, filter: &AckFilter, cursor: &Cursor) -> Result<Vec<acknowledgment::Model>> {
    let mut asked = Condition::all();
    match filter.needs.some().as_deref() {
        None => {}
        Some("yes") => asked = asked.add(acknowledgment::Column::NeedsAPerson.eq(true)),
        Some(other) => return Err(AppError::BadRequest(format!("needs: \"{other}\" is not yes"))),
    }
    if let Some(after) = cursor.after {
        asked = asked.add(acknowledgment::Column::Id.lt(after));
    }
    let found = acknowledgment::Entity::find().filter(asked).order_by_desc(acknowledgment::Column::Id);
    Ok(found.limit(cursor.limit + 1).all(db).await?)
}

/// A batch that waits for its answer.
#[derive(Clone, Debug, FromQueryResult, Serialize, JsonSchema)]
pub struct Unanswered {
    pub id: Uuid,
    pub reference: String,
    pub partner: String,
    pub sent_on: NaiveDate,
    pub claims: i64,
    pub total_cents: i64,
    pub state: BatchState,
}

/// Batches made before `unread` that no 999 answered, and those made before `untold` of whose claims nobody said anything.
pub async fn unanswered(db: &impl ConnectionTrait, unread: DateTime<Utc>, untold: DateTime<Utc>) -> Result<Vec<Unanswered>> {
    Ok(db::rows(db, include_str!("sql/unanswered.sql"), vec![unread.into(), untold.into()]).await?)
}
