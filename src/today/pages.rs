//! The HTML door of Today, of finding, and of help.

use crate::error::Result;
use crate::web::ctx::Ctx;
use poem::{Response, Route, get, handler};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/", get(today))
}

#[handler]
async fn today(ctx: Ctx) -> Result<Response> {
    ctx.page("today.html", json!({})).await
}
