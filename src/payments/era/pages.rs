//! The HTML door of remittances that come as files: taken in, looked at, posted.

use super::{Another, Assigning, EraFilter, OfPayer, Override, Posting};
use crate::error::Result;
use crate::payments::{TakeBack, era};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download;
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/payments/files", get(list).post(take_in))
        .at("/payments/files/:id", get(review))
        .at("/payments/files/:id/content", get(kept))
        .at("/payments/files/:id/post", post(post_it))
        .at("/payments/files/:id/reverse", post(reverse))
        .at("/payments/files/:id/payer", post(set_payer))
        .at("/payments/files/:id/override", post(let_post))
        .at("/payments/files/:id/another", post(tell_apart))
        .at("/payments/files/answers/:id/assign", post(assign))
        .at("/payments/files/answers/:id/raw", get(raw))
}

async fn list(ctx: Ctx, Ask(filter): Ask<EraFilter>) -> Result<Response> {
    let found = era::list(&ctx.app, &ctx.by, &filter).await?;
    ctx.page("payments/files.html", json!({ "found": found, "asked": filter })).await
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Nothing {}

async fn take_in(ctx: Ctx, form: Form<Nothing>) -> Result<Response> {
    let taken = match ctx.posted.file("file") {
        Some(file) => era::take_in(&ctx.app, &ctx.by, &file.name, file.content.clone()).await,
        None => era::take_in(&ctx.app, &ctx.by, "", Vec::new()).await,
    };
    match taken {
        Ok(taken) => match taken.remittances.as_slice() {
            [one] => {
                ctx.see(&format!("/payments/files/{}", one.id), if taken.again { "This file was taken in before" } else { "Taken in" })
                    .await
            }
            many => ctx.see("/payments/files", &format!("{} payments were taken in", many.len())).await,
        },
        Err(error) => {
            let found = era::list(&ctx.app, &ctx.by, &EraFilter::default()).await?;
            ctx.again("payments/files.html", &form, error, json!({ "found": found, "asked": EraFilter::default() })).await
        }
    }
}

async fn review(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let era = era::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("payments/review.html", around(&ctx, era).await?).await
}

/// What the page shows beside the payment.
async fn around(ctx: &Ctx, era: super::view::EraView) -> Result<serde_json::Value> {
    let payers = match era.payer {
        None => crate::payers::names(&ctx.app, &ctx.by).await?,
        Some(_) => Vec::new(),
    };
    let may_override = ctx.by.has(crate::auth::role::Role::Owner);
    Ok(json!({ "sums": era.sums(), "e": era, "payers": payers, "may_override": may_override }))
}

async fn again<T: Serialize>(ctx: &Ctx, id: &str, form: &Form<T>, error: crate::error::AppError) -> Result<Response> {
    let era = era::show(&ctx.app, &ctx.by, id).await?;
    ctx.again("payments/review.html", form, error, around(ctx, era).await?).await
}

async fn post_it(ctx: Ctx, Path(id): Path<String>, form: Form<Posting>) -> Result<Response> {
    match era::post(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "Posted. It can be taken back whole").await,
        Err(error) => again(&ctx, &id, &form, error).await,
    }
}

async fn reverse(ctx: Ctx, Path(id): Path<String>, form: Form<TakeBack>) -> Result<Response> {
    match era::reverse(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "Taken back. Its claims stand as before it").await,
        Err(error) => again(&ctx, &id, &form, error).await,
    }
}

async fn set_payer(ctx: Ctx, Path(id): Path<String>, form: Form<OfPayer>) -> Result<Response> {
    match era::set_payer(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "The payer is set").await,
        Err(error) => again(&ctx, &id, &form, error).await,
    }
}

async fn let_post(ctx: Ctx, Path(id): Path<String>, form: Form<Override>) -> Result<Response> {
    match era::override_balance(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "It may be posted now. What it does not explain stays in sight").await,
        Err(error) => again(&ctx, &id, &form, error).await,
    }
}

async fn tell_apart(ctx: Ctx, Path(id): Path<String>, form: Form<Another>) -> Result<Response> {
    match era::tell_apart(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "It is kept as a payment of its own, and may be posted").await,
        Err(error) => again(&ctx, &id, &form, error).await,
    }
}

async fn assign(ctx: Ctx, Path(answer): Path<String>, form: Form<Assigning>) -> Result<Response> {
    match era::assign(&ctx.app, &ctx.by, &answer, &form.value).await {
        Ok(era) => ctx.see(&format!("/payments/files/{}", era.id), "Matched").await,
        Err(error) => {
            let id = era::of_answer(&ctx.app, &ctx.by, &answer).await?;
            again(&ctx, &id.to_string(), &form, error).await
        }
    }
}

async fn raw(ctx: Ctx, Path(answer): Path<String>) -> Result<Response> {
    let segments = era::raw(&ctx.app, &ctx.by, &answer).await?;
    let id = era::of_answer(&ctx.app, &ctx.by, &answer).await?;
    ctx.page("payments/raw.html", json!({ "segments": segments, "id": id })).await
}

async fn kept(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = era::file(&ctx.app, &ctx.by, &id).await?;
    Ok(download::file(&name, content))
}
