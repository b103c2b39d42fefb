//! The JSON door of standing approvals.

use super::NewStanding;
use super::view::StandingView;
use crate::error::Result;
use crate::reports::standing;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/standing-approvals", "For whom monthly summaries leave without being read first", list)
        .gives::<Listing<StandingView>>()
        .post("/standing-approvals", "The owner signs one, for ninety days", sign)
        .takes::<NewStanding>()
        .makes::<StandingView>()
        .post("/standing-approvals/{id}/end", "End one: summaries wait for a person again", end)
        .gives::<StandingView>()
}

async fn list(api: Api) -> Result<Given<Listing<StandingView>>> {
    standing::list(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn sign(api: Api, Body(new): Body<NewStanding>) -> Result<Made<StandingView>> {
    standing::sign(&api.app, &api.by, &new).await.map(Made)
}

async fn end(api: Api, Path(id): Path<String>) -> Result<Given<StandingView>> {
    standing::end(&api.app, &api.by, &id).await.map(Given)
}
