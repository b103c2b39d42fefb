//! The HTML door of the folders of clearinghouses.

use crate::error::Result;
use crate::exchange;
use crate::web::ctx::Ctx;
use crate::web::handler::get;
use poem::{Response, Route};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/exchange", get(list))
}

async fn list(ctx: Ctx) -> Result<Response> {
    let folders = exchange::show(&ctx.app, &ctx.by).await?;
    ctx.page("claims/folders.html", json!({ "folders": folders })).await
}
