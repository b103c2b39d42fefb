//! The JSON door of the directory of payers.

use super::view::{ListingView, ToReview};
use super::{DirectoryFilter, TakeId, review, search, take_id};
use crate::error::Result;
use crate::payers::view::PayerView;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Query};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Payers")
        .get("/payers/directory", "What clearinghouses list, by name", list)
        .asks::<DirectoryFilter>()
        .gives::<Listing<ListingView>>()
        .get("/payers/directory/review", "Payers of which the lists say something else, or several things", to_review)
        .gives::<Listing<ToReview>>()
        .post("/payers/{id}/listing", "Say which entry of the directory a payer is: its id becomes the payer's", take)
        .takes::<TakeId>()
        .gives::<PayerView>()
}

async fn list(api: Api, Query(filter): Query<DirectoryFilter>) -> Result<Given<Listing<ListingView>>> {
    search(&api.app, &api.by, &filter).await.map(Given)
}

async fn to_review(api: Api) -> Result<Given<Listing<ToReview>>> {
    review(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn take(api: Api, Path(id): Path<String>, Body(new): Body<TakeId>) -> Result<Given<PayerView>> {
    take_id(&api.app, &api.by, &id, &new).await.map(Given)
}
