//! The HTML door of the places where we treat.

use super::location::NewLocation;
use super::view::LocationView;
use crate::error::Result;
use crate::practice::locations;
use crate::types::place;
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::get;
use crate::web::tree;
use poem::web::Path;
use poem::{Response, Route};
use serde_json::{Value, json};

const LIST: &str = "/settings/locations";

pub fn routes(site: Route) -> Route {
    site.at("/settings/locations", get(list).post(add))
        .at("/settings/locations/new", get(new))
        .at("/settings/locations/:id", get(show).post(change))
}

async fn list(ctx: Ctx) -> Result<Response> {
    ctx.by.only_owner()?;
    ctx.page("settings/locations.html", json!({ "locations": locations::list(&ctx.app, &ctx.by).await? })).await
}

fn content(location: Option<&LocationView>) -> Value {
    json!({ "location": location, "states": place::by_name() })
}

async fn new(ctx: Ctx) -> Result<Response> {
    ctx.by.only_owner()?;
    ctx.page("settings/location.html", content(None)).await
}

async fn add(ctx: Ctx, form: Form<NewLocation>) -> Result<Response> {
    ctx.by.only_owner()?;
    match locations::add(&ctx.app, &ctx.by, &form.value).await {
        Ok(added) => ctx.see(LIST, &format!("{} is added", added.name)).await,
        Err(error) => ctx.again("settings/location.html", &form, error, content(None)).await,
    }
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.by.only_owner()?;
    let location = locations::show(&ctx.app, &ctx.by, &id).await?;
    let mut content = content(Some(&location));
    content["form"] = tree::as_form(&location.as_typed());
    ctx.page("settings/location.html", content).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<NewLocation>) -> Result<Response> {
    ctx.by.only_owner()?;
    match locations::change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(changed) => ctx.see(LIST, &format!("{} is saved", changed.name)).await,
        Err(error) => {
            ctx.again("settings/location.html", &form, error, content(Some(&locations::show(&ctx.app, &ctx.by, &id).await?))).await
        }
    }
}
