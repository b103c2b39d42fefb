//! The JSON door of mail that went to the wrong person.

use super::answers::{Answers, Opening, Telling};
use super::view::MisdirectedView;
use crate::error::Result;
use crate::reports::misdirected;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Mail")
        .post("/mails/{id}/wrong-person", "It went to the wrong person: freeze the address, and look into it", open)
        .takes::<Opening>()
        .makes::<MisdirectedView>()
        .get("/wrong-recipients", "Mail that went to the wrong person, the open ones first", list)
        .gives::<Listing<MisdirectedView>>()
        .get("/wrong-recipients/{id}", "One assessment", show)
        .gives::<MisdirectedView>()
        .patch("/wrong-recipients/{id}", "Add answers, with the version you read; with an outcome the owner closes it", answer)
        .takes::<Answers>()
        .gives::<MisdirectedView>()
        .post("/wrong-recipients/{id}/told", "The patient was told of the breach", told)
        .takes::<Telling>()
        .gives::<MisdirectedView>()
}

async fn open(api: Api, Path(id): Path<String>, Body(new): Body<Opening>) -> Result<Made<MisdirectedView>> {
    misdirected::open(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn list(api: Api) -> Result<Given<Listing<MisdirectedView>>> {
    misdirected::list(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<MisdirectedView>> {
    misdirected::show(&api.app, &api.by, &id).await.map(Given)
}

async fn answer(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<MisdirectedView>> {
    let new = sent.over(&misdirected::show(&api.app, &api.by, &id).await?.as_typed())?;
    misdirected::answer(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn told(api: Api, Path(id): Path<String>, Body(new): Body<Telling>) -> Result<Given<MisdirectedView>> {
    misdirected::told(&api.app, &api.by, &id, &new).await.map(Given)
}
