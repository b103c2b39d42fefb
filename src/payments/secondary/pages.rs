//! The HTML door of second payers.

use super::SecondarySending;
use crate::error::Result;
use crate::payments::secondary;
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/claims/secondary", get(list))
        .at("/claims/:id/secondary", post(bill))
        .at("/claims/:id/secondary/file", post(send))
        .at("/claims/:id/secondary/sent", post(mark_sent))
}

const LIST: &str = "claims/secondary.html";

async fn content(ctx: &Ctx) -> Result<Value> {
    Ok(json!({ "all": secondary::list(&ctx.app, &ctx.by).await? }))
}

async fn list(ctx: Ctx) -> Result<Response> {
    ctx.page(LIST, content(&ctx).await?).await
}

/// A button alone.
#[derive(Debug, Default, Deserialize)]
struct Pressed {}

async fn bill(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    match secondary::bill(&ctx.app, &ctx.by, &id).await {
        Ok(view) => ctx.see("/claims/secondary", &format!("{} is ready for {}", view.claim, view.payer)).await,
        Err(error) => ctx.again(LIST, &form, error, content(&ctx).await?).await,
    }
}

async fn send(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    match secondary::send(&ctx.app, &ctx.by, &id).await {
        Ok(view) => ctx.see("/claims/batches", &format!("{} left to {} as a file", view.claim, view.payer)).await,
        Err(error) => ctx.again(LIST, &form, error, content(&ctx).await?).await,
    }
}

async fn mark_sent(ctx: Ctx, Path(id): Path<String>, form: Form<SecondarySending>) -> Result<Response> {
    match secondary::mark_sent(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(view) => ctx.see("/claims/secondary", &format!("{} is marked as sent to {}", view.claim, view.payer)).await,
        Err(error) => ctx.again(LIST, &form, error, content(&ctx).await?).await,
    }
}
