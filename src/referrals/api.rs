//! The JSON door of referrals and orders.

use super::orders::PrescriptionFilter;
use super::prescription::NewPrescription;
use super::referral::NewReferral;
use super::trail::{Trail, trail};
use super::view::{PrescriptionView, ReferralRow, ReferralView};
use super::{Attempt, Correction, Discharge, Loss, ReferralFilter, orders};
use crate::error::Result;
use crate::referrals;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use crate::web::error::with_warnings;
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Referrals")
        .get("/referrals", "Referrals with their visit cards, newest first", list)
        .asks::<ReferralFilter>()
        .gives::<Listing<ReferralRow>>()
        .post("/referrals", "Receive a referral, with patient, coverage and order in one", receive)
        .takes::<NewReferral>()
        .makes::<ReferralView>()
        .get("/referrals/{id}", "One referral, by id or number", show)
        .gives::<ReferralView>()
        .patch("/referrals/{id}", "Mend a referral: send what changes, and the version you read", correct)
        .takes::<Correction>()
        .gives::<ReferralView>()
        .post("/referrals/{id}/attempt", "Log a try to reach the patient", attempt)
        .takes::<Attempt>()
        .gives::<ReferralView>()
        .post("/referrals/{id}/schedule", "The patient has an appointment that is kept elsewhere", schedule)
        .gives::<ReferralView>()
        .post("/referrals/{id}/lose", "Give a referral up, with the reason", lose)
        .takes::<Loss>()
        .gives::<ReferralView>()
        .post("/referrals/{id}/discharge", "End the episode of care and close the referral", discharge)
        .takes::<Discharge>()
        .gives::<ReferralView>()
        .get("/prescriptions", "Orders, newest first", list_orders)
        .asks::<PrescriptionFilter>()
        .gives::<Listing<PrescriptionView>>()
        .post("/prescriptions", "Record an order on a referral: a renewal, a late slip", record)
        .takes::<NewPrescription>()
        .makes::<PrescriptionView>()
        .get("/prescriptions/{id}", "One order", show_order)
        .gives::<PrescriptionView>()
        .patch("/prescriptions/{id}", "Complete or mend an order: send what changes, and the version you read", change_order)
        .takes::<NewPrescription>()
        .gives::<PrescriptionView>()
        .post("/prescriptions/{id}/cancel", "Take an order out of force", cancel_order)
        .takes::<Why>()
        .gives::<PrescriptionView>()
        .get("/referrals/{id}/trail", "What came of a referral: its visits with note, claim and money", show_trail)
        .gives::<Trail>()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Why {
    pub why: Text,
}

async fn list(api: Api, Query(filter): Query<ReferralFilter>) -> Result<Given<Listing<ReferralRow>>> {
    referrals::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn receive(api: Api, Body(new): Body<NewReferral>) -> Result<Made<ReferralView>> {
    referrals::receive(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<ReferralView>> {
    referrals::show(&api.app, &api.by, &id).await.map(Given)
}

async fn correct(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<ReferralView>> {
    let new = sent.over(&referrals::show(&api.app, &api.by, &id).await?.as_typed())?;
    referrals::correct(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn attempt(api: Api, Path(id): Path<String>, Body(new): Body<Attempt>) -> Result<Given<ReferralView>> {
    referrals::attempt(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn schedule(api: Api, Path(id): Path<String>) -> Result<Given<ReferralView>> {
    referrals::schedule(&api.app, &api.by, &id).await.map(Given)
}

async fn lose(api: Api, Path(id): Path<String>, Body(loss): Body<Loss>) -> Result<Given<ReferralView>> {
    referrals::lose(&api.app, &api.by, &id, &loss).await.map(Given)
}

async fn discharge(api: Api, Path(id): Path<String>, Body(end): Body<Discharge>) -> Result<Given<ReferralView>> {
    referrals::discharge(&api.app, &api.by, &id, &end).await.map(Given)
}

async fn list_orders(api: Api, Query(filter): Query<PrescriptionFilter>) -> Result<Given<Listing<PrescriptionView>>> {
    orders::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn record(api: Api, Body(new): Body<NewPrescription>) -> Result<Made<Value>> {
    let (order, cautions) = orders::record(&api.app, &api.by, &new).await?;
    Ok(Made(with_warnings(&order, &cautions)))
}

async fn show_order(api: Api, Path(id): Path<String>) -> Result<Given<PrescriptionView>> {
    orders::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change_order(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<Value>> {
    let new = sent.over(&orders::show(&api.app, &api.by, &id).await?.as_typed())?;
    let (order, cautions) = orders::change(&api.app, &api.by, &id, &new).await?;
    Ok(Given(with_warnings(&order, &cautions)))
}

async fn cancel_order(api: Api, Path(id): Path<String>, Body(why): Body<Why>) -> Result<Given<PrescriptionView>> {
    orders::cancel(&api.app, &api.by, &id, &why.why).await.map(Given)
}

async fn show_trail(api: Api, Path(id): Path<String>) -> Result<Given<Trail>> {
    trail(&api.app, &api.by, &id).await.map(Given)
}
