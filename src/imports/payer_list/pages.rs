//! The HTML door of the directory of payers, with the form that takes a list in.

use super::take_in;
use crate::error::Result;
use crate::payers;
use crate::payers::directory::{self, DirectoryFilter, Taking};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/payers/directory", get(list).post(take))
}

async fn around(ctx: &Ctx, filter: &DirectoryFilter) -> Result<Value> {
    let found = directory::search(&ctx.app, &ctx.by, filter).await?;
    let review = directory::review(&ctx.app, &ctx.by).await?;
    Ok(json!({ "found": found, "asked": filter, "review": review }))
}

async fn list(ctx: Ctx, Ask(filter): Ask<DirectoryFilter>) -> Result<Response> {
    let content = around(&ctx, &filter).await?;
    ctx.page("payers/directory.html", content).await
}

async fn take(ctx: Ctx, form: Form<Taking>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let file = ctx.posted.file("file").map(|f| f.content.clone()).unwrap_or_default();
    let taken = take_in(&ctx.app, &ctx.by, &form.value, &file).await;
    let mut content = around(&ctx, &DirectoryFilter::default()).await?;
    match taken {
        Ok(taken) => {
            content["taken"] = json!(taken);
            content["form"] = form.typed;
            ctx.page("payers/directory.html", content).await
        }
        Err(error) => ctx.again("payers/directory.html", &form, error, content).await,
    }
}
