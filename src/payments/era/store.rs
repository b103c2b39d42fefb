//! The queries of staged payments.

use super::EraFilter;
use crate::db::AT_ONCE;
use crate::entity::{claim, claim_version, coverage, era, era_claim, era_item, payer, therapist};
use crate::error::{AppError, Result};
use crate::payments::era_state::{EraState, MatchState};
use crate::types::Cursor;
use crate::work::Work;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<era::Model>> {
    Ok(era::Entity::find().filter(era::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, id: i64) -> Result<era::Model> {
    crate::db::find::<era::Entity>(db, id).await?.ok_or(AppError::NotFound("remittance"))
}

/// The payment from which a deposit came.
pub async fn of_remittance(db: &impl ConnectionTrait, remittance_id: i64) -> Result<Option<era::Model>> {
    Ok(era::Entity::find()
        .filter(era::Column::RemittanceId.eq(remittance_id))
        .filter(era::Column::State.eq(EraState::Posted))
        .one(db)
        .await?)
}

pub async fn of_file(db: &impl ConnectionTrait, file_id: i64) -> Result<Vec<era::Model>> {
    Ok(era::Entity::find().filter(era::Column::ExchangeFileId.eq(file_id)).order_by_asc(era::Column::N).all(db).await?)
}

/// The row that holds a payment; those that came again refer to it.
pub async fn by_fingerprint(db: &impl ConnectionTrait, fingerprint: &str) -> Result<Option<era::Model>> {
    let same = era::Entity::find().filter(era::Column::Fingerprint.eq(fingerprint)).filter(era::Column::DuplicateOfId.is_null());
    Ok(same.one(db).await?)
}

/// Other payments under the same trace number of the same payer, with other content; those that came again are the first one's.
pub async fn under_its_number(db: &impl ConnectionTrait, of: &era::Model) -> Result<Vec<era::Model>> {
    // A clearinghouse may write its own id where the payer's stood.
    let named = Condition::any().add(era::Column::Originator.eq(&of.originator)).add(era::Column::PayerName.eq(&of.payer_name));
    let payer = match of.payer_id {
        Some(id) => named.add(era::Column::PayerId.eq(id)),
        None => named,
    };
    let same = era::Entity::find().filter(era::Column::Trace.eq(&of.trace)).filter(payer);
    let other = same.filter(era::Column::Id.ne(of.id)).filter(era::Column::Fingerprint.ne(&of.fingerprint));
    let living = other.filter(era::Column::State.ne(EraState::Refused)).filter(era::Column::DuplicateOfId.is_null());
    Ok(living.order_by_asc(era::Column::Id).all(db).await?)
}

pub async fn claims_of(db: &impl ConnectionTrait, era_id: i64) -> Result<Vec<era_claim::Model>> {
    Ok(era_claim::Entity::find().filter(era_claim::Column::EraId.eq(era_id)).order_by_asc(era_claim::Column::N).all(db).await?)
}

pub async fn find_claim(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<era_claim::Model>> {
    Ok(era_claim::Entity::find().filter(era_claim::Column::PublicId.eq(id)).one(db).await?)
}

pub async fn items_of(db: &impl ConnectionTrait, era_id: i64) -> Result<Vec<era_item::Model>> {
    Ok(era_item::Entity::find().filter(era_item::Column::EraId.eq(era_id)).order_by_asc(era_item::Column::N).all(db).await?)
}

/// Writes what became of answers, those that changed.
pub async fn save_claims(work: &Work<'_>, changed: &[(era_claim::Model, era_claim::Model)]) -> Result<()> {
    use era_claim::Column::{ClaimId, FoundBy, MoneyEventId, State, Why};
    let changed = changed.iter().filter(|(before, after)| before != after).map(|(_, after)| {
        let found_by: Option<&str> = after.found_by.map(|by| by.word());
        let values =
            vec![after.claim_id.into(), after.state.word().into(), found_by.into(), after.why.clone().into(), after.money_event_id.into()];
        (after.id, values)
    });
    work.save_all::<era_claim::Entity>(&[ClaimId, State, FoundBy, Why, MoneyEventId], changed.collect()).await
}

/// Answers that all go the same way, at once.
pub async fn mark_claims(work: &Work<'_>, era_id: i64, from: MatchState, to: MatchState) -> Result<()> {
    let of = era_claim::Entity::update_many().filter(era_claim::Column::EraId.eq(era_id)).filter(era_claim::Column::State.eq(from));
    of.col_expr(era_claim::Column::State, to.word().into()).exec(&work.tx).await?;
    Ok(())
}

/// Claims by our numbers, as the payer may echo them: the first twenty letters and digits.
pub async fn claims_by_numbers(db: &impl ConnectionTrait, numbers: Vec<String>) -> Result<Vec<claim::Model>> {
    let mut found = Vec::new();
    for some in numbers.chunks(AT_ONCE) {
        let living = claim::Entity::find().filter(claim::Column::DeletedAt.is_null());
        found.extend(living.filter(claim::Column::Number.is_in(some.to_vec())).all(db).await?);
    }
    Ok(found)
}

/// Claims by the payer's own numbers.
pub async fn claims_by_payer_numbers(db: &impl ConnectionTrait, numbers: Vec<String>) -> Result<Vec<claim::Model>> {
    let mut found = Vec::new();
    for some in numbers.chunks(AT_ONCE) {
        let living = claim::Entity::find().filter(claim::Column::DeletedAt.is_null());
        found.extend(living.filter(claim::Column::PayerClaimNo.is_in(some.to_vec())).all(db).await?);
    }
    Ok(found)
}

/// Sent claims of the patients who have one of these member numbers, with the number.
pub async fn claims_by_members(db: &impl ConnectionTrait, members: Vec<String>) -> Result<Vec<(String, claim::Model)>> {
    let mut found = Vec::new();
    for some in members.chunks(AT_ONCE) {
        let plans = coverage::Entity::find().filter(coverage::Column::MemberNo.is_in(some.to_vec())).all(db).await?;
        let numbers: HashMap<i64, String> = plans.into_iter().filter_map(|c| Some((c.id, c.member_no?))).collect();
        let sent = claim::Entity::find().filter(claim::Column::DeletedAt.is_null()).filter(claim::Column::FirstSentOn.is_not_null());
        let claims = sent.filter(claim::Column::CoverageId.is_in(numbers.keys().copied())).all(db).await?;
        found.extend(claims.into_iter().filter_map(|c| Some((numbers.get(&c.coverage_id)?.clone(), c))));
    }
    Ok(found)
}

/// Every sending of some claims, oldest first: claim, version and its total.
pub async fn sent_versions(db: &impl ConnectionTrait, claim_ids: Vec<i64>) -> Result<Vec<(i64, i64, i64)>> {
    let mut found = Vec::new();
    for some in claim_ids.chunks(AT_ONCE) {
        let sent = claim_version::Entity::find().filter(claim_version::Column::ClaimId.is_in(some.to_vec()));
        let frozen = sent.filter(claim_version::Column::FrozenAt.is_not_null()).order_by_asc(claim_version::Column::N).select_only();
        let columns = [claim_version::Column::ClaimId, claim_version::Column::Id, claim_version::Column::TotalCents];
        found.extend(frozen.columns(columns).into_tuple::<(i64, i64, i64)>().all(db).await?);
    }
    Ok(found)
}

/// For how much each claim was sent, each time.
pub async fn sent_totals(db: &impl ConnectionTrait, claim_ids: Vec<i64>) -> Result<HashMap<i64, Vec<i64>>> {
    let mut totals: HashMap<i64, Vec<i64>> = HashMap::new();
    for (claim_id, _, total) in sent_versions(db, claim_ids).await? {
        totals.entry(claim_id).or_default().push(total);
    }
    Ok(totals)
}

/// The payer under one of these numbers.
pub async fn payer_by_number(db: &impl ConnectionTrait, numbers: &[String]) -> Result<Option<payer::Model>> {
    let living = payer::Entity::find().filter(payer::Column::DeletedAt.is_null());
    let known = living.filter(payer::Column::ClearinghousePayerId.is_in(numbers.to_vec())).limit(2).all(db).await?;
    Ok(if known.len() == 1 { known.into_iter().next() } else { None })
}

/// The NPIs of all who treat.
pub async fn therapist_npis(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let npis = therapist::Entity::find().select_only().column(therapist::Column::Npi).filter(therapist::Column::Npi.is_not_null());
    Ok(npis.into_tuple().all(db).await?)
}

/// Staged payments, newest first.
pub async fn list(db: &impl ConnectionTrait, filter: &EraFilter, cursor: &Cursor) -> Result<Vec<era::Model>> {
    let mut asked = Condition::all();
    if let Some(state) = filter.state.some() {
        let state: EraState = state.parse().map_err(|e| AppError::BadRequest(format!("state: {e}")))?;
        asked = asked.add(era::Column::State.eq(state));
    }
    if let Some(q) = filter.q.some() {
        asked = asked.add(era::Column::Trace.contains(&q));
    }
    if let Some(after) = cursor.after {
        asked = asked.add(era::Column::Id.lt(after));
    }
    Ok(era::Entity::find().filter(asked).order_by_desc(era::Column::Id).limit(cursor.limit + 1).all(db).await?)
}
