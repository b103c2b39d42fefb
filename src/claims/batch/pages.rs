//! The HTML door of files of claims and of claims on paper.

use super::printing::{self, Printing};
use super::{BatchFilter, NewBatch};
use crate::claims::batch;
use crate::error::Result;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download::{self, Shown};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/claims/batches", get(list).post(write))
        .at("/claims/batches/:id", get(show))
        .at("/claims/batches/:id/file", get(kept))
        .at("/claims/print", post(print))
        .at("/claims/alignment", get(alignment))
}

async fn list(ctx: Ctx, Ask(filter): Ask<BatchFilter>) -> Result<Response> {
    let found = batch::list(&ctx.app, &ctx.by, &filter).await?;
    ctx.page("claims/batches.html", json!({ "found": found, "asked": filter })).await
}

async fn write(ctx: Ctx, form: Form<NewBatch>) -> Result<Response> {
    match batch::write(&ctx.app, &ctx.by, &form.value).await {
        Ok(written) => ctx.see(&written.leads_to(), &written.said()).await,
        Err(error) => {
            let found = batch::list(&ctx.app, &ctx.by, &BatchFilter::default()).await?;
            ctx.again("claims/batches.html", &form, error, json!({ "found": found, "asked": {} })).await
        }
    }
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let batch = batch::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("claims/batch.html", json!({ "b": batch })).await
}

async fn kept(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = batch::file(&ctx.app, &ctx.by, &id).await?;
    Ok(download::file(&name, content))
}

/// What does not fit is told before a sheet is wasted: a preview says it beside the form.
async fn print(ctx: Ctx, form: Form<Printing>) -> Result<Response> {
    let sheets = printing::print(&ctx.app, &ctx.by, &form.value).await?;
    Ok(download::pdf(&sheets.name, sheets.pdf, Shown::Here))
}

async fn alignment(ctx: Ctx) -> Result<Response> {
    Ok(download::pdf("alignment.pdf", printing::calibration(&ctx.app, &ctx.by).await?, Shown::Here))
}
