//! What a patient owes and has paid: the page behind taking money and giving it back.

use super::desk::protecting;
use super::store;
use super::view::{EventView, event_views};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::claims;
use crate::db;
use crate::entity::{patient, visit};
use crate::error::{AppError, Result};
use crate::patients::view::PatientRef;
use crate::types::Text;
use crate::{care, patients};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose purse, and what the money is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PurseAsk {
    /// Id or number of a claim,
    pub claim: Text,
    /// or id of a visit,
    pub visit: Text,
    /// or id of the patient.
    pub patient: Text,
}

impl PurseAsk {
    pub fn is_blank(&self) -> bool {
        [&self.claim, &self.visit, &self.patient].iter().all(|t| t.is_blank())
    }

    /// Where it is shown: the claim itself, or the patient's purse.
    pub fn page(&self) -> String {
        match (self.claim.some(), self.visit.some()) {
            (Some(claim), _) => format!("/claims/{claim}"),
            (None, Some(visit)) => format!("/payments/patient?visit={visit}"),
            (None, None) => format!("/payments/patient?patient={}", self.patient),
        }
    }
}

/// What somebody owes, has paid, and what of it is about the thing that was asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Purse {
    pub patient: PatientRef,
    /// The claim, visit or advance that was asked for.
    pub about: About,
    /// Everything else that is open.
    pub open: Vec<Owed>,
    /// What was taken and given back, newest first.
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum For {
    Claim,
    Visit,
    Advance,
}

/// What the money is for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct About {
    pub what: For,
    pub id: Uuid,
    /// `C-2026-00311`; nothing for a visit or an advance.
    pub number: Option<String>,
    pub day: Option<NaiveDate>,
    pub owed_cents: i64,
    /// What the patient paid for it, less what was given back.
    pub paid_cents: i64,
    /// The payer whose patients may not be billed.
    pub protected_by: Option<String>,
}

/// One open thing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Owed {
    pub what: For,
    pub id: Uuid,
    pub number: Option<String>,
    pub day: NaiveDate,
    pub cents: i64,
}

/// Money of the desk, with what it was for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Entry {
    pub event: EventView,
    pub patient: PatientRef,
    pub claim_id: Option<Uuid>,
    pub visit_id: Option<Uuid>,
    pub visit_on: Option<NaiveDate>,
}

/// Shows a purse.
pub async fn show(app: &App, by: &Actor, ask: &PurseAsk) -> Result<Purse> {
    // Of their own patients where that is all they see: `about` finds nothing else.
    by.rights(Thing::Claims).to_read("payment")?;
    let (patient_id, about) = about(app, by, ask).await?;
    let patient = patients::row(&app.db, patient_id).await?;
    let open = open(app, patient_id).await?.into_iter().filter(|o| o.id != about.id).collect();
    let entries = entries(app, store::desk_events(&app.db, Some(patient_id), 50).await?).await?;
    Ok(Purse { patient: PatientRef::of(&patient), about, open, entries })
}

/// The newest entries of the desk, of all patients.
pub async fn latest(app: &App, by: &Actor) -> Result<Vec<Entry>> {
    whole_reach(by)?;
    entries(app, store::desk_events(&app.db, None, 20).await?).await
}

/// Refuses who may not take money, before a name is looked up for it.
pub fn may_write(by: &Actor) -> Result<()> {
    by.rights(Thing::Claims).to_write("payment")?;
    Ok(())
}

/// Only who sees all claims sees what all patients paid.
fn whole_reach(by: &Actor) -> Result<()> {
    match by.rights(Thing::Claims).to_read("payment")? {
        Reach::All => Ok(()),
        _ => Err(AppError::NotFound("payment")),
    }
}

async fn about(app: &App, by: &Actor, ask: &PurseAsk) -> Result<(i64, About)> {
    if let Some(id) = ask.claim.some() {
        let claim = claims::find(&app.db, by, &id).await?;
        return about_claim(app, &claim).await;
    }
    if let Some(id) = ask.visit.some() {
        let visit = care::find(&app.db, by, &id).await?;
        return match claims::of_visit(&app.db, visit.id).await?.first() {
            Some(claim) => about_claim(app, claim).await,
            None => about_visit(app, &visit).await,
        };
    }
    let patient = patients::find(&app.db, by, ask.patient.as_str()).await?;
    let paid = store::patient_money(&app.db, None, None, patient.id).await?;
    let about =
        About { what: For::Advance, id: patient.public_id, number: None, day: None, owed_cents: 0, paid_cents: paid, protected_by: None };
    Ok((patient.id, about))
}

async fn about_claim(app: &App, claim: &crate::entity::claim::Model) -> Result<(i64, About)> {
    let coverage = patients::coverage_row(&app.db, claim.coverage_id).await?;
    let protected_by = protecting(&app.db, &coverage, claim.service_on).await?;
    let share = claim.patient_share_cents - claim.patient_cents;
    let about = About {
        what: For::Claim,
        id: claim.public_id,
        number: Some(claim.number.clone()),
        day: Some(claim.service_on),
        owed_cents: if protected_by.is_some() { 0 } else { share.clamp(0, claim.standing().balance()) },
        paid_cents: claim.patient_cents,
        protected_by,
    };
    Ok((claim.patient_id, about))
}

async fn about_visit(app: &App, visit: &visit::Model) -> Result<(i64, About)> {
    let paid = store::patient_money(&app.db, None, Some(visit.id), visit.patient_id).await?;
    let protected_by = match care::coverage_of_visit(&app.db, visit).await? {
        Some(coverage) => protecting(&app.db, &coverage, visit.visit_on).await?,
        None => None,
    };
    let about = About {
        what: For::Visit,
        id: visit.public_id,
        number: None,
        day: Some(visit.visit_on),
        owed_cents: std::cmp::max(0, visit.charge_cents.unwrap_or(0) - visit.discount_cents - paid),
        paid_cents: paid,
        protected_by,
    };
    Ok((visit.patient_id, about))
}

/// What a patient owes: shares of claims, and visits that they pay alone.
async fn open(app: &App, patient_id: i64) -> Result<Vec<Owed>> {
    let mut open: Vec<Owed> = Vec::new();
    for claim in super::board::store::owed_by(&app.db, patient_id).await? {
        open.push(Owed { what: For::Claim, id: claim.public_id, number: Some(claim.number), day: claim.service_on, cents: claim.cents });
    }
    for visit in store::unpaid_visits(&app.db, patient_id).await? {
        open.push(Owed { what: For::Visit, id: visit.public_id, number: None, day: visit.visit_on, cents: visit.cents });
    }
    open.sort_by_key(|o| o.day);
    Ok(open)
}

async fn entries(app: &App, rows: Vec<crate::entity::money_event::Model>) -> Result<Vec<Entry>> {
    let patients = db::by_ids::<patient::Entity>(&app.db, rows.iter().filter_map(|e| e.patient_id)).await?;
    let claims = db::by_ids::<crate::entity::claim::Entity>(&app.db, rows.iter().filter_map(|e| e.claim_id)).await?;
    let visits = db::by_ids::<visit::Entity>(&app.db, rows.iter().filter_map(|e| e.visit_id)).await?;
    let views = event_views(app, &app.db, &rows).await?;
    let one = |(row, event): (&crate::entity::money_event::Model, EventView)| {
        let visit = row.visit_id.and_then(|id| visits.get(&id));
        Some(Entry {
            event,
            patient: PatientRef::of(patients.get(&row.patient_id?)?),
            claim_id: row.claim_id.and_then(|id| claims.get(&id)).map(|c| c.public_id),
            visit_id: visit.map(|v| v.public_id),
            visit_on: visit.map(|v| v.visit_on),
        })
    };
    Ok(rows.iter().zip(views).filter_map(one).collect())
}
