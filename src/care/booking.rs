//! What the page of a new visit needs: for whom, on which referral, with whom, and whether it would be covered.

use super::store;
use super::visit::NewVisit;
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::{AppError, Result};
use crate::referrals::view::{ReferralRow, ReferralView};
use crate::referrals::{self, ReferralFilter};
use crate::types::{Text, person_name};
use crate::{patients, practice};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For whom a visit is to be booked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct For {
    pub referral: Text,
    pub patient: Text,
}

/// The page of a new visit. Without a patient it asks who it is, with several open referrals which one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Booking {
    pub referral: Option<ReferralView>,
    /// The patient's open referrals, where it has to be chosen.
    pub choices: Vec<ReferralRow>,
    pub patient: Option<patients::view::PatientRef>,
    pub therapists: Vec<(String, String)>,
    pub coverages: Vec<(String, String)>,
    /// Where this course was treated last, if not at the practice's own address, and not where it has closed since.
    pub location: Option<Uuid>,
}

/// Opens the page.
pub async fn booking(app: &App, by: &Actor, whom: &For) -> Result<Booking> {
    by.rights(Thing::Patients).to_write("visit")?;
    if let Some(id) = whom.referral.some() {
        return of_referral(app, by, &id).await;
    }
    let Some(id) = whom.patient.some() else { return Ok(Booking::default()) };
    let patient = patients::find(&app.db, by, &id).await?;
    let filter = ReferralFilter { patient: id.into(), ..Default::default() };
    let mut open: Vec<ReferralRow> = referrals::list(app, by, &filter).await?.items;
    open.retain(|r| r.state.is_open());
    match open.as_slice() {
        [only] => of_referral(app, by, &only.id.to_string()).await,
        _ => Ok(Booking { patient: Some(patients::view::PatientRef::of(&patient)), choices: open, ..Booking::default() }),
    }
}

async fn of_referral(app: &App, by: &Actor, id: &str) -> Result<Booking> {
    let referral = referrals::show(app, by, id).await?;
    Ok(Booking {
        location: store::last_place(&app.db, referral.id).await?.filter(|place| place.closed_on.is_none()).map(|place| place.public_id),
        therapists: practice::therapist_options(app, by).await?,
        coverages: patients::coverage_options(app, by, &referral.patient.id.to_string()).await?,
        patient: Some(referral.patient.clone()),
        referral: Some(referral),
        choices: Vec::new(),
    })
}

impl Booking {
    /// What stands in the form before anybody typed: today, the referral's therapist, and the place of the visit before.
    pub fn as_typed(&self) -> NewVisit {
        let Some(referral) = &self.referral else { return NewVisit::default() };
        NewVisit {
            referral: referral.id.to_string().into(),
            therapist: referral.episode.therapist_id.map(|id| id.to_string()).unwrap_or_default().into(),
            visit_on: "today".into(),
            location: self.location.map(|id| id.to_string()).unwrap_or_default().into(),
            ..NewVisit::default()
        }
    }
}

/// Who was asked for on the page that asks for whom: an id, or a name as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whom {
    pub patient: Text,
    pub patient_name: Text,
}

/// The patient who is meant.
pub async fn whom(app: &App, by: &Actor, asked: &Whom) -> Result<String> {
    by.rights(Thing::Patients).to_write("visit")?;
    if asked.patient_name.is_blank() && asked.patient.is_blank() {
        return Err(AppError::field("patient_name", "Type the patient's name"));
    }
    if let Some(id) = asked.patient.some() {
        let patient = patients::find(&app.db, by, &id).await?;
        let name = patients::view::full_name(&patient);
        // Without JavaScript the hidden id cannot follow what is typed.
        if asked.patient_name.is_blank() || person_name::key(&name) == person_name::key(asked.patient_name.as_str()) {
            return Ok(id);
        }
    }
    Ok(patients::named(&app.db, by, "patient_name", &asked.patient_name).await?.public_id.to_string())
}
