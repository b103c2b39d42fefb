//! The JSON door of second payers.

use super::{SecondaryList, SecondarySending, SecondaryView};
use crate::error::Result;
use crate::payments::secondary;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Claims")
        .get("/claims/secondary", "Claims for a second payer: to bill, ready, and sent", list)
        .gives::<SecondaryList>()
        .post("/claims/{id}/secondary", "Bill the second payer, once the first has answered and did not forward the claim", bill)
        .makes::<SecondaryView>()
        .post("/claims/{id}/secondary/file", "Write its 837P for the second payer, with what the first one said", send)
        .gives::<SecondaryView>()
        .post("/claims/{id}/secondary/sent", "It left to the second payer", mark_sent)
        .takes::<SecondarySending>()
        .gives::<SecondaryView>()
}

async fn list(api: Api) -> Result<Given<SecondaryList>> {
    secondary::list(&api.app, &api.by).await.map(Given)
}

async fn bill(api: Api, Path(id): Path<String>) -> Result<Made<SecondaryView>> {
    secondary::bill(&api.app, &api.by, &id).await.map(Made)
}

async fn send(api: Api, Path(id): Path<String>) -> Result<Given<SecondaryView>> {
    secondary::send(&api.app, &api.by, &id).await.map(Given)
}

async fn mark_sent(api: Api, Path(id): Path<String>, Body(sending): Body<SecondarySending>) -> Result<Given<SecondaryView>> {
    secondary::mark_sent(&api.app, &api.by, &id, &sending).await.map(Given)
}
