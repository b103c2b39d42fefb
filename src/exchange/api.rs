//! The JSON door of the folders of clearinghouses.

use super::view::FolderView;
use crate::error::Result;
use crate::exchange;
use crate::web::api::{Api, ApiRoutes, Given};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Exchange folders")
        .get("/exchange", "What lies in the folders of the clearinghouses; nothing is taken by looking", list)
        .gives::<Vec<FolderView>>()
}

async fn list(api: Api) -> Result<Given<Vec<FolderView>>> {
    exchange::show(&api.app, &api.by).await.map(Given)
}
