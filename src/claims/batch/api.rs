//! The JSON door of files of claims and of claims on paper.

use super::printing::{self, Printing};
use super::view::{BatchRow, BatchView};
use super::{BatchFilter, NewBatch, Written};
use crate::claims::batch;
use crate::error::Result;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Query};
use crate::web::download::{self, Shown};
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Batches of claims")
        .get("/claims/batches", "Files of claims, newest first", list)
        .asks::<BatchFilter>()
        .gives::<Listing<BatchRow>>()
        .post("/claims/batches", "Write the 837P files of ready claims and mark them as sent", write)
        .takes::<NewBatch>()
        .makes::<Written>()
        .get("/claims/batches/{id}", "One file of claims with its numbers and what became of each claim", show)
        .gives::<BatchView>()
        .get("/claims/batches/{id}/file", "The file as it left, byte for byte", kept)
        .post("/claims/cms1500", "Claims on the CMS-1500 form, as PDF: the data alone, or a preview", print)
        .takes::<Printing>()
}

async fn list(api: Api, Query(filter): Query<BatchFilter>) -> Result<Given<Listing<BatchRow>>> {
    batch::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn write(api: Api, Body(new): Body<NewBatch>) -> Result<Made<Written>> {
    batch::write(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<BatchView>> {
    batch::show(&api.app, &api.by, &id).await.map(Given)
}

async fn kept(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = batch::file(&api.app, &api.by, &id).await?;
    Ok(download::file(&name, content))
}

async fn print(api: Api, Body(new): Body<Printing>) -> Result<Response> {
    let sheets = printing::print(&api.app, &api.by, &new).await?;
    Ok(download::pdf(&sheets.name, sheets.pdf, Shown::Kept))
}
