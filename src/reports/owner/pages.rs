//! The HTML door of the owner's month.

use super::{MonthAsk, OwnerMonthView};
use crate::error::Result;
use crate::reports::owner;
use crate::types::Month;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download::{self, Shown};
use crate::web::handler::{get, post};
use poem::http::header;
use poem::{Response, Route};
use serde_json::{Value, json};

/// So many months back can be chosen.
const MONTHS: usize = 6;

pub fn routes(site: Route) -> Route {
    site.at("/owner-report", get(show))
        .at("/owner-report/message.html", get(message))
        .at("/owner-report/letter.pdf", get(letter))
        .at("/owner-report/send", post(send))
}

fn content(ctx: &Ctx, view: &OwnerMonthView) -> Value {
    let last = Month::of(ctx.app.today()).previous();
    let months = std::iter::successors(Some(last), |month| Some(month.previous())).take(MONTHS);
    let months: Vec<(String, String)> = months.map(|m| (m.to_string(), m.first().format("%B %Y").to_string())).collect();
    json!({ "m": view, "months": months })
}

async fn show(ctx: Ctx, Ask(ask): Ask<MonthAsk>) -> Result<Response> {
    let view = owner::show(&ctx.app, &ctx.by, &ask).await?;
    ctx.page("reports/owner.html", content(&ctx, &view)).await
}

/// The message as it arrives, in a frame of its own: nothing in it runs or loads. Of the same origin, so that the page can make the frame as
/// high as the message is.
async fn message(ctx: Ctx, Ask(ask): Ask<MonthAsk>) -> Result<Response> {
    let html = owner::show(&ctx.app, &ctx.by, &ask).await?.html;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    Ok(Response::builder().content_type("text/html; charset=utf-8").header(header::CONTENT_SECURITY_POLICY, policy).body(html))
}

async fn letter(ctx: Ctx, Ask(ask): Ask<MonthAsk>) -> Result<Response> {
    let (name, pdf) = owner::pdf(&ctx.app, &ctx.by, &ask).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

async fn send(ctx: Ctx, form: Form<MonthAsk>) -> Result<Response> {
    let said = match owner::send(&ctx.app, &ctx.by, &form.value).await {
        Ok(tried) if tried.sent => format!("Sent to {}", tried.to),
        Ok(tried) => format!("Not sent. {}: {}", tried.step, tried.words),
        Err(error) => {
            let view = owner::show(&ctx.app, &ctx.by, &form.value).await?;
            return ctx.again("reports/owner.html", &form, error, content(&ctx, &view)).await;
        }
    };
    ctx.see(&format!("/owner-report?month={}", form.value.month), &said).await
}
