//! The HTML door of standing approvals.

use super::NewStanding;
use crate::error::Result;
use crate::reports::standing;
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/standing-approvals", get(list).post(sign)).at("/standing-approvals/:id/end", post(end))
}

async fn content(ctx: &Ctx) -> Result<Value> {
    let (all, readers) = (standing::list(&ctx.app, &ctx.by).await?, standing::readers(&ctx.app, &ctx.by).await?);
    Ok(json!({ "all": all, "readers": readers, "days": standing::DAYS }))
}

async fn list(ctx: Ctx) -> Result<Response> {
    ctx.page("reports/standing.html", content(&ctx).await?).await
}

async fn sign(ctx: Ctx, form: Form<NewStanding>) -> Result<Response> {
    match standing::sign(&ctx.app, &ctx.by, &form.value).await {
        Ok(_) => ctx.see("/standing-approvals", "Signed. The next summaries leave by themselves").await,
        Err(error) => ctx.again("reports/standing.html", &form, error, content(&ctx).await?).await,
    }
}

async fn end(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    standing::end(&ctx.app, &ctx.by, &id).await?;
    ctx.see("/standing-approvals", "Ended. The next summary waits for you").await
}
