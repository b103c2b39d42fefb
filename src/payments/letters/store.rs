//! The queries of letters that left.

use super::NewLetter;
use crate::entity::letter;
use crate::error::{AppError, Result};
use crate::payments::letter_kind::LetterKind;
use crate::types::Texts;
use crate::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A letter without its bytes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LetterRow {
    pub id: i64,
    pub public_id: Uuid,
    pub kind: LetterKind,
    pub pages: i64,
    pub sha256: Vec<u8>,
    pub amount_cents: i64,
    pub facts: serde_json::Value,
    pub enclosed: Texts,
    pub made_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub created_by_id: Option<i64>,
}

fn bare() -> Select<letter::Entity> {
    letter::Entity::find().select_only().columns([
        letter::Column::Id,
        letter::Column::PublicId,
        letter::Column::Kind,
        letter::Column::Pages,
        letter::Column::Sha256,
        letter::Column::AmountCents,
        letter::Column::Facts,
        letter::Column::Enclosed,
        letter::Column::MadeOn,
        letter::Column::CreatedAt,
        letter::Column::CreatedById,
    ])
}

pub async fn insert(work: &Work<'_>, new: NewLetter) -> Result<letter::Model> {
    let sha256 = Sha256::digest(&new.drawn.pdf).to_vec();
    let row = letter::ActiveModel {
        kind: Set(new.kind),
        file_name: Set(format!("{}-{}-{}.pdf", new.kind.word(), work.today(), hex::encode(sha256.get(..4).unwrap_or_default()))),
        claim_id: Set(new.claim_id),
        patient_id: Set(new.patient_id),
        payer_id: Set(new.payer_id),
        sha256: Set(sha256),
        pages: Set(i64::try_from(new.drawn.pages).unwrap_or(0)),
        size: Set(i64::try_from(new.drawn.pdf.len()).unwrap_or(0)),
        content: Set(new.drawn.pdf),
        amount_cents: Set(new.amount_cents),
        facts: Set(new.facts),
        enclosed: Set(Texts(new.enclosed)),
        made_on: Set(work.today()),
        ..Default::default()
    };
    work.insert(row).await
}

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<letter::Model>> {
    Ok(letter::Entity::find().filter(letter::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<LetterRow> {
    let found = bare().filter(letter::Column::Id.eq(id)).into_model().one(db).await?;
    found.ok_or(AppError::NotFound("letter"))
}

/// The letters about one claim, the newest first.
pub async fn of_claim(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<LetterRow>> {
    Ok(bare().filter(letter::Column::ClaimId.eq(claim_id)).order_by_desc(letter::Column::Id).into_model().all(db).await?)
}

/// The letters of one kind to some payers, the newest first.
pub async fn of_payers(db: &impl ConnectionTrait, payer_ids: Vec<i64>, kind: LetterKind) -> Result<Vec<LetterRow>> {
    let to = bare().filter(letter::Column::PayerId.is_in(payer_ids)).filter(letter::Column::Kind.eq(kind));
    Ok(to.order_by_desc(letter::Column::Id).into_model().all(db).await?)
}

/// The statements of one patient, the newest first.
pub async fn of_patient(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<LetterRow>> {
    let own = bare().filter(letter::Column::PatientId.eq(patient_id)).filter(letter::Column::Kind.eq(LetterKind::PatientStatement));
    Ok(own.order_by_desc(letter::Column::Id).into_model().all(db).await?)
}
