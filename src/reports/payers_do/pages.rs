//! The HTML door of what payers do: the page, its file for spreadsheets, and the claims behind a number.

use super::view::PerformanceView;
use super::{BehindAsk, PerformanceAsk, table};
use crate::error::Result;
use crate::reports::payers_do;
use crate::reports::what_pays::{may_open, period::Period};
use crate::types::day;
use crate::web::ctx::{Ask, Ctx};
use crate::web::handler::get;
use chrono::NaiveDate;
use poem::http::header;
use poem::{Response, Route};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/what-pays/payers", get(show)).at("/what-pays/payers.csv", get(spreadsheet)).at("/what-pays/payers/claims", get(behind))
}

async fn show(ctx: Ctx, Ask(ask): Ask<PerformanceAsk>) -> Result<Response> {
    let view = payers_do::performance(&ctx.app, &ctx.by, &ask).await?;
    let content = json!({
        "cohort": cohort(&view, ctx.app.today()),
        "periods": Period::options(),
        "query": span(view.from, view.to, view.as_of).trim_start_matches('&'),
        "span": span(view.from, view.to, view.as_of),
        "form": { "from": view.from, "to": view.to, "as_of": view.as_of },
        "open": ask.open,
        "may_open": may_open(&ctx.by),
        "view": view,
    });
    ctx.page("payers_do/payers_do.html", content).await
}

/// "Claims first sent since December 1, 2025. What payers said up to today."
fn cohort(view: &PerformanceView, today: NaiveDate) -> String {
    let sent = match (view.from, view.to) {
        (Some(from), Some(to)) => format!("Claims first sent {} to {}.", day::long(from), day::long(to)),
        (Some(from), None) => format!("Claims first sent since {}.", day::long(from)),
        (None, Some(to)) => format!("Claims first sent up to {}.", day::long(to)),
        (None, None) => "All claims that were sent.".into(),
    };
    let until = if view.as_of == today { "today".into() } else { day::long(view.as_of) };
    format!("{sent} What payers said up to {until}.")
}

/// The same claims and day, for the next link.
fn span(from: Option<NaiveDate>, to: Option<NaiveDate>, as_of: NaiveDate) -> String {
    let days = |name: &str, day: Option<NaiveDate>| day.map(|d| format!("&{name}={d}")).unwrap_or_default();
    format!("{}{}&as_of={as_of}", days("from", from), days("to", to))
}

async fn spreadsheet(ctx: Ctx, Ask(ask): Ask<PerformanceAsk>) -> Result<Response> {
    let view = payers_do::performance(&ctx.app, &ctx.by, &ask).await?;
    let file = format!("attachment; filename=\"what-payers-do-{}.csv\"", view.as_of);
    Ok(Response::builder().content_type("text/csv; charset=utf-8").header(header::CONTENT_DISPOSITION, file).body(table::csv(&view)?))
}

async fn behind(ctx: Ctx, Ask(ask): Ask<BehindAsk>) -> Result<Response> {
    let view = payers_do::behind(&ctx.app, &ctx.by, &ask).await?;
    let span = span(view.from, view.to, view.as_of);
    let code: String = form_urlencoded::byte_serialize(view.code.as_deref().unwrap_or_default().as_bytes()).collect();
    let link = format!("/what-pays/payers/claims?payer={}&kind={}&code={code}&of={}{span}", view.payer_id, view.kind, view.of);
    let back = span.trim_start_matches('&');
    ctx.page("payers_do/claims.html", json!({ "link": link, "back": back, "begun": !ask.cursor.is_blank(), "view": view })).await
}
