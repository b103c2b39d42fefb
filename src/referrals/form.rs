//! The forms around referrals and orders: names that were typed instead of chosen, scans that come with a form,
//! and things written back as they would be typed.

use super::orders;
use super::prescription::NewPrescription;
use super::slip::renamed;
use super::view::{PrescriptionView, ReferralView};
use super::{Correction, correct as correct_referral};
use crate::app::{Actor, App};
use crate::documents::upload::Upload;
use crate::documents::{self, DocumentView};
use crate::error::{AppError, Result};
use crate::network;
use crate::types::{Caution, Text, person_name};
use serde::{Deserialize, Serialize};

/// A file as it came with a form.
pub struct Scan {
    pub name: String,
    pub content: Vec<u8>,
}

/// Keeps the scan that came with a form and names it in `document`, so that it stays when the form comes back.
pub async fn keep(app: &App, by: &Actor, scan: Option<Scan>, document: &mut Text) -> Result<()> {
    let Some(scan) = scan else { return Ok(()) };
    let upload = Upload::new(&scan.name, scan.content).map_err(at_the_slip)?;
    // The form's one-time key is for what the form makes, not for the scan.
    let by = Actor { once: None, ..by.clone() };
    let kept = documents::keep(app, &by, &upload).await.map_err(at_the_slip)?;
    *document = kept.id.to_string().into();
    Ok(())
}

fn at_the_slip(error: AppError) -> AppError {
    renamed(error, &[("file", "slip")])
}

/// A scan that a form shows beside it.
pub async fn shown(app: &App, by: &Actor, document: &Text) -> Result<Option<DocumentView>> {
    match document.some() {
        Some(id) => Ok(documents::show(app, by, &id).await.map(Some).or_else(missing_is_none)?),
        None => Ok(None),
    }
}

fn missing_is_none<T>(error: AppError) -> Result<Option<T>> {
    if matches!(error, AppError::NotFound(_)) { Ok(None) } else { Err(error) }
}

/// The provider that a form means. A name that was typed after something was chosen goes before the choice: without
/// JavaScript the hidden id cannot follow what is typed.
pub async fn provider_meant(app: &App, field: &str, typed: &Text, id: &mut Text) -> Result<()> {
    if typed.is_blank() {
        return Ok(());
    }
    if let Some(chosen) = id.some() {
        let provider = network::find(&app.db, &chosen).await.map_err(|_| AppError::field(field, "There is no such provider"))?;
        if person_name::key(&network::view::named(&provider).spoken()) == person_name::key(typed.as_str()) {
            return Ok(());
        }
    }
    *id = network::provider_named(&app.db, field, typed).await?.public_id.to_string().into();
    Ok(())
}

/// A correction as its page sends it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectionForm {
    pub provider_name: Text,
    #[serde(flatten)]
    pub correction: Correction,
}

/// Mends a referral from its page.
pub async fn correct(app: &App, by: &Actor, id: &str, form: &mut CorrectionForm, scan: Option<Scan>) -> Result<ReferralView> {
    keep(app, by, scan, &mut form.correction.document).await?;
    let mut new = form.correction.clone();
    if form.provider_name.is_blank() {
        new.provider = Text::default();
    }
    provider_meant(app, "provider_name", &form.provider_name, &mut new.provider).await?;
    correct_referral(app, by, id, &new).await.map_err(|e| renamed(e, &[("provider", "provider_name"), ("document", "slip")]))
}

/// A referral as its page of corrections types it.
pub fn correction_as_typed(referral: &ReferralView) -> CorrectionForm {
    let name = referral.provider.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    CorrectionForm { provider_name: name.into(), correction: referral.as_typed() }
}

/// An order as its page sends it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    pub prescriber_name: Text,
    /// Id of the order before this one.
    pub previous: Text,
    /// `adds` to the order before it, or `replaces` it.
    pub manner: Text,
    #[serde(flatten)]
    pub order: NewPrescription,
}

const ORDER_FIELDS: &[(&str, &str)] =
    &[("prescriber", "prescriber_name"), ("replaces", "manner"), ("renewal_of", "manner"), ("document", "slip")];

/// Records an order on a referral from its page.
pub async fn record(
    app: &App,
    by: &Actor,
    referral: &str,
    form: &mut OrderForm,
    scan: Option<Scan>,
) -> Result<(PrescriptionView, Vec<Caution>)> {
    keep(app, by, scan, &mut form.order.document).await?;
    let mut new = NewPrescription { referral: referral.into(), renewal_of: form.previous.clone(), ..form.order.clone() };
    if form.manner.as_str() == "replaces" {
        new.replaces = form.previous.clone();
    }
    provider_meant(app, "prescriber_name", &form.prescriber_name, &mut new.prescriber).await?;
    orders::record(app, by, &new).await.map_err(|e| renamed(e, ORDER_FIELDS))
}

/// Completes or mends an order from its page.
pub async fn change(app: &App, by: &Actor, id: &str, form: &mut OrderForm, scan: Option<Scan>) -> Result<(PrescriptionView, Vec<Caution>)> {
    keep(app, by, scan, &mut form.order.document).await?;
    let mut new = form.order.clone();
    provider_meant(app, "prescriber_name", &form.prescriber_name, &mut new.prescriber).await?;
    orders::change(app, by, id, &new).await.map_err(|e| renamed(e, ORDER_FIELDS))
}

/// An order as its page types it: how often in words.
pub fn order_as_typed(order: &PrescriptionView) -> OrderForm {
    let (frequency_min, frequency_max) = (Text::default(), Text::default());
    let typed = NewPrescription { frequency: frequency(order), frequency_min, frequency_max, ..order.as_typed() };
    OrderForm { prescriber_name: Text::new(&order.prescriber.name), order: typed, ..Default::default() }
}

fn frequency(order: &PrescriptionView) -> Text {
    match (order.frequency_min, order.frequency_max) {
        (Some(least), Some(most)) if least != most => format!("{least} to {most} a week").into(),
        (_, Some(most)) => format!("{most} a week").into(),
        _ => Text::default(),
    }
}

/// A new order begins with what the one before it said; its amount and dates are its own.
pub fn renewal_as_typed(referral: &ReferralView) -> OrderForm {
    let Some(previous) = referral.prescriptions.iter().rfind(|p| !p.state.is_over()) else {
        let signer = referral.ordering_provider.as_ref().or(referral.provider.as_ref());
        let prescriber = signer.map(|p| p.id.to_string()).unwrap_or_default().into();
        let order = NewPrescription { prescriber, ..Default::default() };
        return OrderForm { prescriber_name: signer.map(|p| p.name.clone()).unwrap_or_default().into(), order, ..Default::default() };
    };
    let before = order_as_typed(previous);
    let order = NewPrescription {
        prescriber: before.order.prescriber,
        diagnoses: before.order.diagnoses,
        services: before.order.services,
        frequency: before.order.frequency,
        units_per_visit: before.order.units_per_visit,
        ..Default::default()
    };
    OrderForm { prescriber_name: before.prescriber_name, previous: previous.id.to_string().into(), manner: "adds".into(), order }
}
