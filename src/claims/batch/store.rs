//! The queries of batches.

use super::BatchFilter;
use super::bill::Rows;
use super::view::BatchRow;
use crate::claims::claim::ClaimState;
use crate::db;
use crate::documents::exchange;
use crate::entity::{claim, claim_batch, partner, payer, secondary_claim, transmission};
use crate::error::{AppError, Result};
use crate::packed;
use crate::payers::payer::ClaimChannel;
use crate::types::{Cursor, Listing};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Claims that are ready for payers that take files, held until the end of the work, oldest first.
pub async fn ready(tx: &sea_orm::DatabaseTransaction) -> Result<Vec<claim::Model>> {
    let electronic = Query::select()
        .column(payer::Column::Id)
        .from(payer::Entity)
        .and_where(payer::Column::ClaimChannel.eq(ClaimChannel::Electronic))
        .to_owned();
    let ready = claim::Entity::find()
        .filter(claim::Column::State.eq(ClaimState::Ready))
        .filter(claim::Column::DeletedAt.is_null())
        .filter(claim::Column::PayerId.in_subquery(electronic));
    Ok(ready.order_by_asc(claim::Column::Id).lock_exclusive().all(tx).await?)
}

/// All rows of some claims. The claims first: what they point to is there for whoever looks later, also where each question sees a moment
/// of its own. The others wait for none.
pub async fn rows_of(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Rows> {
    let ids = || ids.iter().copied();
    let claims = packed::rows_where(db, "id in ({ids})", ids()).await?;
    let (versions, lines, coverages, patients) = tokio::try_join!(
        packed::rows_where(db, "claim_id in ({ids})", ids()),
        packed::rows_where(db, "claim_version_id in (select id from claim_version where claim_id in ({ids}))", ids()),
        packed::rows_where(db, "id in (select coverage_id from claim_version where claim_id in ({ids}))", ids()),
        packed::rows_where(db, "id in (select patient_id from claim where id in ({ids}))", ids()),
    )?;
    Ok(Rows { claims, versions, lines, coverages, patients })
}

/// Which later payer a claim was billed to last: its coverage, and when the claim left to it.
pub async fn later_payer(db: &impl ConnectionTrait, claim_id: i64) -> Result<Option<secondary_claim::Model>> {
    let billed = secondary_claim::Entity::find().filter(secondary_claim::Column::ClaimId.eq(claim_id));
    Ok(billed.order_by_desc(secondary_claim::Column::Rank).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<claim_batch::Model> {
    db::find::<claim_batch::Entity>(db, id).await?.ok_or(AppError::NotFound("batch"))
}

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<claim_batch::Model>> {
    Ok(claim_batch::Entity::find().filter(claim_batch::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn by_reference(db: &impl ConnectionTrait, reference: &str) -> Result<Option<claim_batch::Model>> {
    Ok(claim_batch::Entity::find().filter(claim_batch::Column::Reference.eq(reference.trim().to_uppercase())).one(db).await?)
}

/// A batch and those that were written with it, for each partner one.
pub async fn with(db: &impl ConnectionTrait, id: i64) -> Result<Vec<claim_batch::Model>> {
    let first = row(db, id).await?;
    let same = claim_batch::Entity::find().filter(claim_batch::Column::CreatedAt.eq(first.created_at));
    Ok(same.filter(claim_batch::Column::Id.gte(id)).order_by_asc(claim_batch::Column::Id).all(db).await?)
}

pub async fn list(db: &impl ConnectionTrait, filter: &BatchFilter) -> Result<Listing<BatchRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let mut query = claim_batch::Entity::find();
    if let Some(after) = cursor.after {
        query = query.filter(claim_batch::Column::Id.lt(after));
    }
    let rows = query.order_by_desc(claim_batch::Column::Id).limit(cursor.limit + 1).all(db).await?;
    let partners = db::by_ids::<partner::Entity>(db, rows.iter().map(|b| b.partner_id)).await?;
    let files = exchange::files(db, rows.iter().map(|b| b.exchange_file_id).collect()).await?;
    Ok(cursor.cut(rows, |b| b.id, |b| BatchRow::of(&b, partners.get(&b.partner_id)?, files.get(&b.exchange_file_id)?)).shown())
}

/// What each claim's sending in the batches is.
pub async fn sendings(db: &impl ConnectionTrait, batch_ids: Vec<i64>) -> Result<Vec<transmission::Model>> {
    let sent = transmission::Entity::find().filter(transmission::Column::ClaimBatchId.is_in(batch_ids));
    Ok(sent.order_by_asc(transmission::Column::Id).all(db).await?)
}

/// Batches that were not put into the folder of their partner yet, where it has one; each with its partner.
pub async fn unplaced(db: &impl ConnectionTrait) -> Result<Vec<(i64, i64)>> {
    let with_folder =
        Query::select().column(partner::Column::Id).from(partner::Entity).and_where(partner::Column::Folder.is_not_null()).to_owned();
    let waiting = claim_batch::Entity::find()
        .filter(claim_batch::Column::PlacedAt.is_null())
        .filter(claim_batch::Column::PartnerId.in_subquery(with_folder))
        .select_only()
        .column(claim_batch::Column::Id)
        .column(claim_batch::Column::PartnerId);
    Ok(waiting.order_by_asc(claim_batch::Column::Id).into_tuple().all(db).await?)
}
