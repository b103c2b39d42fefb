//! The JSON door of clearinghouse partners.

use super::partner::NewPartner;
use super::view::PartnerView;
use crate::error::Result;
use crate::payers::partners;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Clearinghouses")
        .get("/partners", "Clearinghouse partners, by name", list)
        .gives::<Listing<PartnerView>>()
        .post("/partners", "Enter a clearinghouse partner", create)
        .takes::<NewPartner>()
        .makes::<PartnerView>()
        .get("/partners/{id}", "One partner", show)
        .gives::<PartnerView>()
        .patch("/partners/{id}", "Change a partner: send what changes, and the version you read", change)
        .takes::<NewPartner>()
        .gives::<PartnerView>()
}

async fn list(api: Api) -> Result<Given<Listing<PartnerView>>> {
    partners::list(&api.app, &api.by).await.map(Given)
}

async fn create(api: Api, Body(new): Body<NewPartner>) -> Result<Made<PartnerView>> {
    partners::add(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<PartnerView>> {
    partners::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<PartnerView>> {
    let new = sent.over(&partners::show(&api.app, &api.by, &id).await?.as_typed())?;
    partners::change(&api.app, &api.by, &id, &new).await.map(Given)
}
