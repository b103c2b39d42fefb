//! The HTML door of answers that come in files.

use super::AckFilter;
use crate::claims::acks;
use crate::error::Result;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download;
use crate::web::handler::get;
use poem::web::Path;
use poem::{Response, Route};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/claims/answers", get(list).post(take_in)).at("/claims/answers/:id", get(show)).at("/claims/answers/:id/content", get(kept))
}

async fn around(ctx: &Ctx, filter: &AckFilter) -> Result<Value> {
    let found = acks::list(&ctx.app, &ctx.by, filter).await?;
    let waiting = acks::unanswered(&ctx.app, &ctx.by).await?;
    Ok(json!({ "found": found, "waiting": waiting, "asked": filter }))
}

async fn list(ctx: Ctx, Ask(filter): Ask<AckFilter>) -> Result<Response> {
    ctx.page("claims/answers.html", around(&ctx, &filter).await?).await
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Nothing {}

async fn take_in(ctx: Ctx, form: Form<Nothing>) -> Result<Response> {
    let (name, content) = ctx.posted.file("file").map(|f| (f.name.clone(), f.content.clone())).unwrap_or_default();
    match acks::take_in(&ctx.app, &ctx.by, &name, content).await {
        Ok(taken) => {
            let said = if taken.again { "This file was taken in before. Nothing changed" } else { "Taken in" };
            ctx.see(&format!("/claims/answers/{}", taken.acknowledgment.row.id), said).await
        }
        Err(error) => ctx.again("claims/answers.html", &form, error, around(&ctx, &AckFilter::default()).await?).await,
    }
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let ack = acks::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("claims/answer_file.html", json!({ "a": ack })).await
}

async fn kept(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = acks::file(&ctx.app, &ctx.by, &id).await?;
    Ok(download::file(&name, content))
}
