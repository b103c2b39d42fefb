//! The queries of versions and their lines.

use super::additional::Additional;
use crate::claims::compose::{Composed, Facts};
use crate::db;
use crate::entity::{claim, claim_line, claim_version, coverage, visit};
use crate::error::{AppError, Result};
use crate::types::Texts;
use crate::work::Work;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::HashMap;

fn filled_version(row: claim_version::ActiveModel, visit: &visit::Model, facts: &Facts, composed: &Composed) -> claim_version::ActiveModel {
    let referrer = composed.referrer.as_ref();
    claim_version::ActiveModel {
        rule_sheet_id: Set(facts.sheet.as_ref().map(|s| s.id)),
        prescription_id: Set(facts.order.as_ref().map(|o| o.id)),
        referring_provider_id: Set(referrer.map(|(r, _)| r.provider_id)),
        referring_qualifier: Set(referrer.map(|(_, q)| q.to_string())),
        referring_name: Set(referrer.map(|(r, _)| r.name.clone())),
        referring_npi: Set(referrer.and_then(|(r, _)| r.npi.clone())),
        therapist_id: Set(visit.therapist_id),
        rendering_npi: Set(facts.rendering_npi.clone()),
        billing_npi: Set(facts.practice.npi.clone()),
        authorization_no: Set(facts.coverage.authorization_no.clone()),
        place_of_service: Set(visit.place_of_service.clone()),
        location_id: Set(visit.location_id),
        total_cents: Set(composed.total_cents),
        diagnoses: Set(Texts(composed.diagnoses.clone())),
        ..row
    }
}

fn with_additional(row: claim_version::ActiveModel, told: Additional) -> claim_version::ActiveModel {
    let (kind, how) = told.attachment.map(|a| (a.kind, a.how)).unzip();
    claim_version::ActiveModel {
        note: Set(told.note),
        delay_reason: Set(told.delay_reason),
        attachment_kind: Set(kind),
        attachment_how: Set(how),
        ..row
    }
}

/// Writes what a draft tells beside its services; gives the names of what changed.
pub async fn tell(work: &Work<'_>, version_id: i64, told: Additional) -> Result<Vec<String>> {
    let before = version_row(&work.tx, version_id).await?;
    let row = with_additional(before.clone().into_active_model(), told);
    Ok(work.save(&before, row).await?.1)
}

pub async fn insert_version(
    work: &Work<'_>,
    claim: &claim::Model,
    n: i64,
    visit: &visit::Model,
    facts: &Facts,
    composed: &Composed,
) -> Result<claim_version::Model> {
    // What the version before told beside its services is told again.
    let before = if n > 1 { versions_of(&work.tx, claim.id).await?.pop() } else { None };
    let told = before.map(|version| version.additional()).unwrap_or_default();
    let row = claim_version::ActiveModel { claim_id: Set(claim.id), coverage_id: Set(claim.coverage_id), n: Set(n), ..Default::default() };
    let row = with_additional(row, told);
    let version = work.insert(filled_version(row, visit, facts, composed)).await?;
    insert_lines(work, version.id, visit, composed).await?;
    Ok(version)
}

async fn insert_lines(work: &Work<'_>, version_id: i64, visit: &visit::Model, composed: &Composed) -> Result<()> {
    if composed.lines.is_empty() {
        return Ok(());
    }
    let rows = composed.lines.iter().enumerate().map(|(at, line)| claim_line::ActiveModel {
        claim_version_id: Set(version_id),
        n: Set(i64::try_from(at).unwrap_or(0) + 1),
        service_on: Set(visit.visit_on),
        code: Set(line.code.clone()),
        description: Set(line.description.clone()),
        modifiers: Set(Texts(line.modifiers.clone())),
        pointers: Set(line.pointers.clone()),
        minutes: Set(line.minutes),
        units: Set(line.units),
        excess_units: Set(line.excess_units),
        fee_cents: Set(line.fee_cents),
        charge_cents: Set(line.charge_cents),
        fee_id: Set(line.fee_id),
        rule_sheet_code_id: Set(line.sheet_code_id),
        ..Default::default()
    });
    claim_line::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
    Ok(())
}

/// Writes a draft's version anew; tells whether what a payer would read has changed.
pub async fn rewrite_version(
    work: &Work<'_>,
    version_id: i64,
    visit: &visit::Model,
    coverage: &coverage::Model,
    facts: &Facts,
    composed: &Composed,
) -> Result<bool> {
    let before = version_row(&work.tx, version_id).await?;
    let lines = lines_of(&work.tx, version_id).await?;
    let same_lines = lines.len() == composed.lines.len()
        && lines.iter().zip(&composed.lines).all(|(b, l)| {
            b.code == l.code
                && b.description == l.description
                && b.units == l.units
                && b.charge_cents == l.charge_cents
                && b.pointers == l.pointers
                && b.modifiers.0 == l.modifiers
                && b.excess_units == l.excess_units
        });
    let mut row = filled_version(before.clone().into_active_model(), visit, facts, composed);
    row.coverage_id = Set(coverage.id);
    let (_, fields) = work.save(&before, row).await?;
    if !same_lines {
        claim_line::Entity::delete_many().filter(claim_line::Column::ClaimVersionId.eq(version_id)).exec(&work.tx).await?;
        insert_lines(work, version_id, visit, composed).await?;
    }
    Ok(!same_lines || !fields.is_empty())
}

pub async fn version_row(db: &impl ConnectionTrait, id: i64) -> Result<claim_version::Model> {
    db::find::<claim_version::Entity>(db, id).await?.ok_or(AppError::NotFound("claim version"))
}

/// The totals of several versions.
pub async fn totals_of(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let query = claim_version::Entity::find().select_only().column(claim_version::Column::Id).column(claim_version::Column::TotalCents);
    let pairs: Vec<(i64, i64)> = query.filter(claim_version::Column::Id.is_in(ids)).into_tuple().all(db).await?;
    Ok(pairs.into_iter().collect())
}

/// All versions of a claim, first to last.
pub async fn versions_of(db: &impl ConnectionTrait, claim_id: i64) -> Result<Vec<claim_version::Model>> {
    Ok(claim_version::Entity::find()
        .filter(claim_version::Column::ClaimId.eq(claim_id))
        .order_by_asc(claim_version::Column::N)
        .all(db)
        .await?)
}

pub async fn last_version_no(db: &impl ConnectionTrait, claim_id: i64) -> Result<i64> {
    Ok(versions_of(db, claim_id).await?.last().map_or(0, |v| v.n))
}

pub async fn lines_of(db: &impl ConnectionTrait, version_id: i64) -> Result<Vec<claim_line::Model>> {
    lines_of_versions(db, vec![version_id]).await
}

/// The lines of some versions; those of each in their order.
pub async fn lines_of_versions(db: &impl ConnectionTrait, version_ids: Vec<i64>) -> Result<Vec<claim_line::Model>> {
    let mut found = Vec::new();
    for some in version_ids.chunks(db::AT_ONCE) {
        let of = claim_line::Entity::find().filter(claim_line::Column::ClaimVersionId.is_in(some.to_vec()));
        found.extend(of.order_by_asc(claim_line::Column::N).all(db).await?);
    }
    Ok(found)
}

/// From here on the version says what it says.
pub async fn freeze(work: &Work<'_>, claim: &claim::Model) -> Result<claim_version::Model> {
    let id = claim.draft_version_id.ok_or_else(|| AppError::conflict(format!("{} has nothing to send", claim.number)))?;
    let before = version_row(&work.tx, id).await?;
    let mut row = before.clone().into_active_model();
    row.frozen_at = Set(Some(work.now));
    Ok(work.save(&before, row).await?.0)
}

/// A correction was given up: what it said stays, marked, and is never sent.
pub async fn abandon_version(work: &Work<'_>, id: i64) -> Result<()> {
    let before = version_row(&work.tx, id).await?;
    let mut row = before.clone().into_active_model();
    row.abandoned_at = Set(Some(work.now));
    work.save(&before, row).await.map(|_| ())
}
