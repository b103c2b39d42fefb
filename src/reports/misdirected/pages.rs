//! The HTML door of mail that went to the wrong person.

use super::answers::{Answers, Opening, Outcome, Seen, Telling};
use super::view::MisdirectedView;
use crate::error::{AppError, Result};
use crate::mail::outbox_state::HandWay;
use crate::reports::{mails, misdirected};
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/wrong-recipients", get(list))
        .at("/wrong-recipients/:id", get(show).post(answer))
        .at("/wrong-recipients/:id/told", post(told))
        .at("/mails/:id/wrong-person", post(open))
}

async fn list(ctx: Ctx) -> Result<Response> {
    ctx.page("mails/wrong_list.html", json!({ "all": misdirected::list(&ctx.app, &ctx.by).await? })).await
}

fn content(one: &MisdirectedView) -> Value {
    json!({ "w": one, "form": one.as_typed(), "seen_options": Seen::options(), "outcome_options": Outcome::options() })
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("mails/wrong.html", content(&misdirected::show(&ctx.app, &ctx.by, &id).await?)).await
}

async fn open(ctx: Ctx, Path(id): Path<String>, form: Form<Opening>) -> Result<Response> {
    match misdirected::open(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(one) => ctx.see(&format!("/wrong-recipients/{}", one.id), "It is looked into. Answer the four questions").await,
        Err(error @ (AppError::Invalid(_) | AppError::Conflict { .. })) => {
            let mail = mails::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("mails/show.html", &form, error, json!({ "m": mail, "hows": HandWay::options() })).await
        }
        Err(other) => Err(other),
    }
}

async fn answer(ctx: Ctx, Path(id): Path<String>, form: Form<Answers>) -> Result<Response> {
    match misdirected::answer(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(one) if one.closed_at.is_some() => ctx.see(&format!("/wrong-recipients/{id}"), "Decided. It stays on file").await,
        Ok(_) => ctx.see(&format!("/wrong-recipients/{id}"), "Saved").await,
        Err(error) => {
            let one = misdirected::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("mails/wrong.html", &form, error, content(&one)).await
        }
    }
}

async fn told(ctx: Ctx, Path(id): Path<String>, form: Form<Telling>) -> Result<Response> {
    match misdirected::told(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&format!("/wrong-recipients/{id}"), "Noted. It stays on file").await,
        Err(error) => {
            let one = misdirected::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("mails/wrong.html", &form, error, content(&one)).await
        }
    }
}
