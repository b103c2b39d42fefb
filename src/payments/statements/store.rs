//! The queries of statements.

use super::OwedRow;
use crate::app::App;
use crate::care;
use crate::claims;
use crate::db;
use crate::entity::{claim, claim_line, money_event, payer, visit};
use crate::error::Result;
use crate::payments::board::store::owed_by;
use crate::payments::money::EventKind;
use crate::payments::store::unpaid_visits;
use crate::types::service_code;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Payments that are shown on a statement.
const PAYMENTS: u64 = 12;

/// What a patient owes, oldest first: shares of claims as the board lists them, and visits that they pay alone.
pub async fn owed(app: &App, patient_id: i64) -> Result<Vec<OwedRow>> {
    let listed = owed_by(&app.db, patient_id).await?;
    let mut rows = claims(app, listed.iter().map(|c| c.public_id).collect()).await?;
    for row in &mut rows {
        // The board knows who may not be billed, and caps a share by what is left.
        row.owed_cents = listed.iter().find(|c| c.public_id == row.id).map_or(0, |c| c.cents);
    }
    rows.extend(alone(app, patient_id).await?);
    rows.sort_by_key(|r| r.day);
    Ok(rows)
}

/// The figures of some claims as they stand.
pub async fn claims(app: &App, ids: Vec<Uuid>) -> Result<Vec<OwedRow>> {
    let db = &app.db;
    let found = claim::Entity::find().filter(claim::Column::PublicId.is_in(ids)).all(db).await?;
    let payers = db::by_ids::<payer::Entity>(db, found.iter().map(|c| c.payer_id)).await?;
    let lines = claims::lines_of_versions(db, found.iter().filter_map(|c| c.sent_version_id).collect()).await?;
    let one = |c: &claim::Model| {
        let standing = c.standing();
        OwedRow {
            id: c.public_id,
            number: Some(c.number.clone()),
            day: c.service_on,
            treatments: treatments(lines.iter().filter(|l| Some(l.claim_version_id) == c.sent_version_id)),
            payer: payers.get(&c.payer_id).map(|p| p.name.clone()),
            charge_cents: c.charge_cents,
            insurer_cents: c.insurer_cents,
            adjusted_cents: c.contractual_cents + c.written_off_cents,
            waiting_cents: standing.beyond_patient(c.patient_share_cents),
            share_cents: c.patient_share_cents,
            paid_cents: c.patient_cents,
            owed_cents: 0,
        }
    };
    Ok(found.iter().map(one).collect())
}

/// `Manual therapy, Massage`.
fn treatments<'a>(lines: impl Iterator<Item = &'a claim_line::Model>) -> String {
    let mut labels: Vec<&str> = lines.map(|l| service_code::label(&l.code)).collect();
    labels.dedup();
    labels.join(", ")
}

async fn alone(app: &App, patient_id: i64) -> Result<Vec<OwedRow>> {
    let db = &app.db;
    let unpaid = unpaid_visits(db, patient_id).await?;
    let visits: HashMap<Uuid, visit::Model> = visit::Entity::find()
        .filter(visit::Column::PublicId.is_in(unpaid.iter().map(|v| v.public_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|v| (v.public_id, v))
        .collect();
    let services = care::services_by_visit(db, &visits.values().map(|v| v.id).collect::<Vec<_>>()).await?;
    let mut rows = Vec::new();
    for owed in &unpaid {
        let Some(visit) = visits.get(&owed.public_id) else { continue };
        let mut labels: Vec<&str> = services.get(&visit.id).into_iter().flatten().map(|s| service_code::label(&s.code)).collect();
        labels.dedup();
        let charge_cents = visit.charge_cents.unwrap_or(0);
        rows.push(OwedRow {
            id: owed.public_id,
            number: None,
            day: owed.visit_on,
            treatments: labels.join(", "),
            payer: None,
            charge_cents,
            insurer_cents: 0,
            adjusted_cents: visit.discount_cents,
            waiting_cents: 0,
            share_cents: charge_cents - visit.discount_cents,
            paid_cents: charge_cents - visit.discount_cents - owed.cents,
            owed_cents: owed.cents,
        });
    }
    Ok(rows)
}

/// What the patient paid and got back, the newest first; what we took back as entered wrong, and its answer, are left out.
pub async fn payments(db: &impl ConnectionTrait, patient_id: i64) -> Result<Vec<money_event::Model>> {
    let all = money_event::Entity::find()
        .filter(money_event::Column::PatientId.eq(patient_id))
        .filter(money_event::Column::Kind.is_in([EventKind::PatientPayment, EventKind::Refund]))
        .order_by_desc(money_event::Column::PostedOn)
        .order_by_desc(money_event::Column::Id)
        .limit(4 * PAYMENTS)
        .all(db)
        .await?;
    let undone: Vec<i64> = all.iter().filter(|e| e.entry_error).filter_map(|e| e.reverses_id).collect();
    let stands = |e: &money_event::Model| !e.entry_error && !undone.contains(&e.id);
    Ok(all.into_iter().filter(stands).take(usize::try_from(PAYMENTS).unwrap_or(12)).collect())
}
