//! The JSON door of answers that come in files.

use super::view::{AckRow, AckView};
use super::{AckFilter, Taken};
use crate::claims::acks;
use crate::error::Result;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Given, Made, Query, Upload};
use crate::web::download;
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Acknowledgments")
        .get("/acknowledgments", "Files of answers (TA1, 999, 277CA), newest first", list)
        .asks::<AckFilter>()
        .gives::<Listing<AckRow>>()
        .post(
            "/acknowledgments",
            "Take a TA1, 999 or 277CA in: it lands on the batch and on each claim; the same file changes nothing",
            take_in,
        )
        .takes_file()
        .makes::<Taken>()
        .get("/acknowledgments/{id}", "One file of answers, item by item", show)
        .gives::<AckView>()
        .get("/acknowledgments/{id}/file", "The file as it came, byte for byte", kept)
}

async fn list(api: Api, Query(filter): Query<AckFilter>) -> Result<Given<Listing<AckRow>>> {
    acks::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn take_in(api: Api, file: Upload) -> Result<Made<Taken>> {
    acks::take_in(&api.app, &api.by, &file.name, file.content).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<AckView>> {
    acks::show(&api.app, &api.by, &id).await.map(Given)
}

async fn kept(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = acks::file(&api.app, &api.by, &id).await?;
    Ok(download::file(&name, content))
}
