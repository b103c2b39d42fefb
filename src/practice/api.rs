//! The JSON door of our own profile, therapists and fees.

use super::fee::NewFee;
use super::practice::NewPractice;
use super::therapist::NewTherapist;
use super::view::{FeeView, PracticeView, TherapistView};
use crate::error::Result;
use crate::practice;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Practice")
        .get("/practice", "Our own profile", show)
        .gives::<PracticeView>()
        .patch("/practice", "Change the profile: send what changes, and the version you read", change)
        .takes::<NewPractice>()
        .gives::<PracticeView>()
        .get("/therapists", "Those of us who treat", list_therapists)
        .gives::<Listing<TherapistView>>()
        .post("/therapists", "Enter a therapist", create_therapist)
        .takes::<NewTherapist>()
        .makes::<TherapistView>()
        .patch("/therapists/{id}", "Change a therapist: send what changes, and the version you read", change_therapist)
        .takes::<NewTherapist>()
        .gives::<TherapistView>()
        .get("/fees", "The fee schedule, newest first within a code", fees)
        .gives::<Listing<FeeView>>()
        .post("/fees", "Set the charge of a code from a day on", set_fee)
        .takes::<NewFee>()
        .makes::<FeeView>()
}

async fn show(api: Api) -> Result<Given<PracticeView>> {
    practice::show(&api.app, &api.by).await.map(Given)
}

async fn change(api: Api, sent: Patch) -> Result<Given<PracticeView>> {
    let new = sent.over(&practice::show(&api.app, &api.by).await?.as_typed())?;
    practice::change(&api.app, &api.by, &new).await.map(Given)
}

async fn list_therapists(api: Api) -> Result<Given<Listing<TherapistView>>> {
    practice::list_therapists(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn create_therapist(api: Api, Body(new): Body<NewTherapist>) -> Result<Made<TherapistView>> {
    practice::add_therapist(&api.app, &api.by, &new).await.map(Made)
}

async fn change_therapist(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<TherapistView>> {
    let stands = practice::show_therapist(&api.app, &api.by, &id).await?;
    let new = sent.over(&stands.as_typed())?;
    practice::change_therapist(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn fees(api: Api) -> Result<Given<Listing<FeeView>>> {
    practice::list_fees(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn set_fee(api: Api, Body(new): Body<NewFee>) -> Result<Made<FeeView>> {
    practice::set_fee(&api.app, &api.by, &new).await.map(Made)
}
