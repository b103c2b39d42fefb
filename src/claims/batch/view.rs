//! What pages and programs see of files of claims.

use super::state::BatchState;
use super::store;
use crate::claims::acks::{self, view::AckRow};
use crate::claims::claim::ClaimState;
use crate::claims::view::{ClaimRow, rows};
use crate::db;
use crate::documents::exchange::{self, FileRow};
use crate::entity::{claim, claim_batch, partner};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// A file of claims in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchRow {
    pub id: Uuid,
    /// What the answers call it (BHT03).
    pub reference: String,
    pub partner: String,
    pub file_name: String,
    pub state: BatchState,
    pub is_test: bool,
    pub sent_on: NaiveDate,
    pub claims: i64,
    pub total_cents: i64,
}

impl BatchRow {
    pub fn of(batch: &claim_batch::Model, partner: &partner::Model, file: &FileRow) -> Option<Self> {
        Some(Self {
            id: batch.public_id,
            reference: batch.reference.clone(),
            partner: partner.name.clone(),
            file_name: file.name.clone(),
            state: batch.state,
            is_test: batch.is_test,
            sent_on: batch.sent_on,
            claims: batch.claims,
            total_cents: batch.total_cents,
        })
    }
}

/// A file of claims, with the numbers of its envelopes and the claims in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchView {
    pub id: Uuid,
    /// BHT03: what a 277CA answers with.
    pub reference: String,
    pub partner_id: Uuid,
    pub partner: String,
    pub file_name: String,
    pub file_size: i64,
    /// SHA-256 of the file, as hex.
    pub sha256: String,
    pub state: BatchState,
    pub is_test: bool,
    pub sent_on: NaiveDate,
    /// ISA13: what a TA1 answers with.
    pub interchange_control: i64,
    /// GS06: what a 999 answers with.
    pub group_control: i64,
    /// ST02 of the first transaction.
    pub first_transaction: i64,
    pub transactions: i64,
    pub total_cents: i64,
    /// When it was put into the partner's folder; null where it has none, or the folder is away.
    pub placed_at: Option<DateTime<Utc>>,
    pub waits_for_folder: bool,
    pub claims: Vec<BatchClaim>,
    /// How many were rejected.
    pub rejected: i64,
    /// The files that answered it, oldest first.
    pub answers: Vec<AckRow>,
}

/// A claim as it stands in a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchClaim {
    #[serde(flatten)]
    pub claim: ClaimRow,
    /// ST02 of the transaction that it stands in.
    pub transaction: Option<String>,
}

/// Several batches with a fixed number of queries, in the order given.
pub async fn batches(db: &impl ConnectionTrait, batches: Vec<claim_batch::Model>) -> Result<Vec<BatchView>> {
    let partners = db::by_ids::<partner::Entity>(db, batches.iter().map(|b| b.partner_id)).await?;
    let files = exchange::files(db, batches.iter().map(|b| b.exchange_file_id).collect()).await?;
    let sendings = store::sendings(db, batches.iter().map(|b| b.id).collect()).await?;
    let claims = db::by_ids::<claim::Entity>(db, sendings.iter().map(|t| t.claim_id)).await?;
    let shown = rows(db, &claims.into_values().collect::<Vec<_>>(), true).await?;
    let mut answers = acks::view::about(db, batches.iter().map(|b| b.id).collect()).await?;
    let one = |batch: claim_batch::Model| {
        let (partner, file) = (partners.get(&batch.partner_id)?, files.get(&batch.exchange_file_id)?);
        let claims: Vec<BatchClaim> = sendings
            .iter()
            .filter(|t| t.claim_batch_id == Some(batch.id))
            .filter_map(|t| Some(BatchClaim { claim: shown.get(&t.claim_id)?.clone(), transaction: t.wire_transaction.clone() }))
            .collect();
        let rejected = claims.iter().filter(|c| c.claim.state == ClaimState::Rejected).count();
        Some(BatchView {
            id: batch.public_id,
            reference: batch.reference,
            partner_id: partner.public_id,
            partner: partner.name.clone(),
            file_name: file.name.clone(),
            file_size: file.size,
            sha256: hex::encode(&file.sha256),
            state: batch.state,
            is_test: batch.is_test,
            sent_on: batch.sent_on,
            interchange_control: batch.interchange_control,
            group_control: batch.group_control,
            first_transaction: batch.first_transaction,
            transactions: batch.transactions,
            total_cents: batch.total_cents,
            waits_for_folder: batch.placed_at.is_none() && partner.folder.is_some(),
            placed_at: batch.placed_at,
            claims,
            answers: answers.remove(&batch.id).unwrap_or_default(),
            rejected: i64::try_from(rejected).unwrap_or(i64::MAX),
        })
    };
    Ok(batches.into_iter().filter_map(one).collect())
}
