//! The JSON door of documents.

use super::DocumentView;
use super::pages::as_file;
use crate::documents;
use crate::error::Result;
use crate::web::api::{Api, ApiRoutes, Given, Made, Upload};
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Documents")
        .post("/documents", "Keep a scan (PDF, PNG, JPEG or TIFF), once by its hash", upload)
        .takes_file()
        .makes::<DocumentView>()
        .get("/documents/{id}", "What is known about a scan", show)
        .gives::<DocumentView>()
        .get("/documents/{id}/content", "The scan itself", content)
}

async fn upload(api: Api, file: Upload) -> Result<Made<DocumentView>> {
    let upload = documents::upload::Upload::new(&file.name, file.content)?;
    documents::keep(&api.app, &api.by, &upload).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<DocumentView>> {
    documents::show(&api.app, &api.by, &id).await.map(Given)
}

async fn content(api: Api, Path(id): Path<String>) -> Result<Response> {
    Ok(as_file(documents::open(&api.app, &api.by, &id).await?))
}
