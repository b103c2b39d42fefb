//! The HTML door of clearinghouse partners.

use super::partner::{NewPartner, office_ally};
use crate::error::Result;
use crate::payers::{self, partners};
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use crate::web::tree;
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/partners", get(list)).at("/partners/new", get(new).post(add)).at("/partners/:id", get(edit).post(change))
}

async fn list(ctx: Ctx) -> Result<Response> {
    let found = partners::list(&ctx.app, &ctx.by).await?;
    ctx.page("payers/partners.html", json!({ "found": found })).await
}

/// A form that begins with what is known of a clearinghouse.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    preset: Text,
}

async fn new(ctx: Ctx, Ask(from): Ask<From>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let form = match from.preset.as_str() {
        "office-ally" => office_ally(),
        _ => NewPartner::default(),
    };
    ctx.page("payers/partner.html", json!({ "to": "/partners/new", "form": tree::as_form(&form) })).await
}

async fn add(ctx: Ctx, form: Form<NewPartner>) -> Result<Response> {
    match partners::add(&ctx.app, &ctx.by, &form.value).await {
        Ok(partner) => ctx.see("/partners", &format!("{} is here. Its claims can leave as files now", partner.name)).await,
        Err(error) => ctx.again("payers/partner.html", &form, error, json!({ "to": "/partners/new" })).await,
    }
}

async fn edit(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let partner = partners::show(&ctx.app, &ctx.by, &id).await?;
    let content = json!({ "p": partner, "to": format!("/partners/{id}"), "form": tree::as_form(&partner.as_typed()) });
    ctx.page("payers/partner.html", content).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<NewPartner>) -> Result<Response> {
    match partners::change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(partner) => ctx.see("/partners", &format!("{} is changed. The next file follows it", partner.name)).await,
        Err(error) => {
            let partner = partners::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("payers/partner.html", &form, error, json!({ "p": partner, "to": format!("/partners/{id}") })).await
        }
    }
}
