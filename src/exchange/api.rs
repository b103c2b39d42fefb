//! The JSON door of the folders of clearinghouses.

use super::view::FolderView;
use crate::error::Result;
use crate::exchange;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Given};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Exchange folders")
        .get("/exchange", "What lies in the folders of the clearinghouses; nothing is taken by looking", list)
        .gives::<Listing<FolderView>>()
}

async fn list(api: Api) -> Result<Given<Listing<FolderView>>> {
    exchange::show(&api.app, &api.by).await.map(|all| Given(all.into()))
}
