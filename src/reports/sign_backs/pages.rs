//! The HTML door of answers to renewal requests.

use crate::error::{AppError, Result};
use crate::referrals;
use crate::reports::{Why, sign_backs};
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/sign-backs", get(list))
        .at("/sign-backs/:id", get(show))
        .at("/sign-backs/:id/file", post(file))
        .at("/sign-backs/:id/note", post(note))
}

async fn list(ctx: Ctx) -> Result<Response> {
    ctx.page("reports/answers.html", json!({ "all": sign_backs::list(&ctx.app, &ctx.by).await? })).await
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("reports/answer.html", content(&ctx, &id).await?).await
}

async fn content(ctx: &Ctx, id: &str) -> Result<Value> {
    let answer = sign_backs::show(&ctx.app, &ctx.by, id).await?;
    Ok(json!({ "card": referrals::card_of(&ctx.app, &ctx.by, answer.referral).await?, "s": answer }))
}

async fn file(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match sign_backs::file(&ctx.app, &ctx.by, &id).await {
        Ok(_) => ctx.see(&format!("/sign-backs/{id}"), "Filed. The order covers visits from its first day on").await,
        Err(error) => again(&ctx, &id, form, error).await,
    }
}

async fn note(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match sign_backs::note(&ctx.app, &ctx.by, &id, &form.value.why).await {
        Ok(_) => ctx.see(&format!("/sign-backs/{id}"), "Noted").await,
        Err(error) => again(&ctx, &id, form, error).await,
    }
}

async fn again(ctx: &Ctx, id: &str, form: Form<Why>, error: AppError) -> Result<Response> {
    ctx.again("reports/answer.html", &form, error, content(ctx, id).await?).await
}
