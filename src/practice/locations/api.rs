//! The JSON door of the places where we treat.

use super::location::NewLocation;
use super::view::LocationView;
use crate::error::Result;
use crate::practice::locations;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Practice")
        .get("/locations", "Where we treat beside the practice's own address", list)
        .gives::<Listing<LocationView>>()
        .post("/locations", "Enter a place where we treat", create)
        .takes::<NewLocation>()
        .makes::<LocationView>()
        .patch("/locations/{id}", "Change a place: send what changes, and the version you read", change)
        .takes::<NewLocation>()
        .gives::<LocationView>()
}

async fn list(api: Api) -> Result<Given<Listing<LocationView>>> {
    locations::list(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn create(api: Api, Body(new): Body<NewLocation>) -> Result<Made<LocationView>> {
    locations::add(&api.app, &api.by, &new).await.map(Made)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<LocationView>> {
    let new = sent.over(&locations::show(&api.app, &api.by, &id).await?.as_typed())?;
    locations::change(&api.app, &api.by, &id, &new).await.map(Given)
}
