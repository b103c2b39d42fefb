//! The HTML door of What pays: the page, its file for spreadsheets, and the rows behind a number.

use super::RowsAsk;
use super::period::{Period, Sort, WhatPays};
use super::view::WhatPaysView;
use crate::error::Result;
use crate::reports;
use crate::reports::{table, what_pays};
use crate::types::day;
use crate::web::ctx::{Ask, Ctx};
use crate::web::handler::get;
use chrono::NaiveDate;
use poem::http::header;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/what-pays", get(show)).at("/what-pays.csv", get(spreadsheet)).at("/what-pays/rows", get(behind_number))
}

async fn show(ctx: Ctx, Ask(ask): Ask<WhatPays>) -> Result<Response> {
    let view = what_pays::what_pays(&ctx.app, &ctx.by, &ask).await?;
    let sort: Sort = ask.sort.as_str().parse().unwrap_or(Sort::PerReferral);
    let scale = view.rows.iter().map(|r| [r.row.net_cents, r.row.outstanding_cents, r.row.written_off_cents]).map(sum_of_positive).max();
    let content = json!({
        "cohort": cohort(&view, ctx.app.today()),
        "periods": Period::options(),
        "sorts": Sort::options(),
        "sort": sort,
        "sort_words": sort_words(sort),
        "base": base(&ask, &["sort", "columns", "open"]),
        "base_open": base(&ask, &["open"]),
        "keep": base(&ask, &["period", "from", "to", "open"]),
        "span": span(view.from, view.to, view.as_of),
        "all_columns": ask.columns.as_str() == "all",
        "dots": dots(&view, &ask),
        "scale": scale.unwrap_or(0),
        "may_open": what_pays::may_open(&ctx.by),
        "form": { "from": view.from, "to": view.to, "as_of": view.as_of },
        "most_per_visit": view.opened.as_ref().and_then(|d| d.payers.iter().filter_map(|p| p.per_visit_cents).max()).unwrap_or(1),
        "open_lost": view.opened.as_ref().map(|d| d.lost.iter().map(|l| l.cents).sum::<i64>()),
        "view": view,
    });
    ctx.page("what_pays/what_pays.html", content).await
}

/// "Ranked by ..."
fn sort_words(sort: Sort) -> &'static str {
    match sort {
        Sort::PerReferral => "money per referral",
        Sort::PerVisit => "money per visit",
        Sort::Referrals => "referrals",
        Sort::Visits => "visits",
        Sort::Net => "money collected",
        Sort::Outstanding => "money outstanding",
        Sort::WrittenOff => "money written off",
    }
}

fn sum_of_positive(parts: [i64; 3]) -> i64 {
    parts.into_iter().map(|cents| std::cmp::max(0, cents)).sum()
}

/// "Referrals received since December 1, 2025. Money posted up to today."
fn cohort(view: &WhatPaysView, today: NaiveDate) -> String {
    let received = match (view.from, view.to) {
        (Some(from), Some(to)) => format!("Referrals received {} to {}.", day::long(from), day::long(to)),
        (Some(from), None) => format!("Referrals received since {}.", day::long(from)),
        (None, Some(to)) => format!("Referrals received up to {}.", day::long(to)),
        (None, None) => "All referrals.".into(),
    };
    let until = if view.as_of == today { "today".into() } else { day::long(view.as_of) };
    format!("{received} Money posted up to {until}.")
}

/// What was asked, as a query for the next link, without some of it.
fn base(ask: &WhatPays, without: &[&str]) -> String {
    let given = [
        ("period", &ask.period),
        ("from", &ask.from),
        ("to", &ask.to),
        ("as_of", &ask.as_of),
        ("sort", &ask.sort),
        ("columns", &ask.columns),
        ("open", &ask.open),
    ];
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in given.into_iter().filter(|(name, value)| !without.contains(name) && !value.is_blank()) {
        query.append_pair(name, value.as_str());
    }
    query.finish()
}

/// The same cohort and day, for the rows behind a number.
fn span(from: Option<NaiveDate>, to: Option<NaiveDate>, as_of: NaiveDate) -> String {
    let days = |name: &str, day: Option<NaiveDate>| day.map(|d| format!("&{name}={d}")).unwrap_or_default();
    format!("{}{}&as_of={as_of}", days("from", from), days("to", to))
}

/// The circles of the chart: sources with visits, the twelve that brought most.
fn dots(view: &WhatPaysView, ask: &WhatPays) -> Vec<Value> {
    let mut rows: Vec<_> = view
        .rows
        .iter()
        .filter(|r| r.row.visits > 0 && !matches!(r.row.source_kind.as_str(), "unattributed" | "unmatched" | "unallocated"))
        .collect();
    rows.sort_by_key(|r| -r.row.net_cents);
    let base = base(ask, &["open"]);
    let one = |r: &&super::view::RankedRow| {
        let open = r.row.source_id.map_or(r.row.source_kind.clone(), |id| id.to_string());
        json!({
            "name": r.name, "label": r.short, "visits": r.row.visits, "per_visit_cents": r.row.per_visit_cents, "net_cents": r.row.net_cents,
            "to": format!("/what-pays?{base}{}open={open}#ranked", if base.is_empty() { "" } else { "&" }),
        })
    };
    rows.iter().take(12).map(one).collect()
}

async fn spreadsheet(ctx: Ctx, Ask(ask): Ask<WhatPays>) -> Result<Response> {
    let view = reports::sources(&ctx.app, &ctx.by, &ask.filter(ctx.app.today())).await?;
    let file = format!("attachment; filename=\"what-pays-{}.csv\"", view.as_of);
    Ok(Response::builder().content_type("text/csv; charset=utf-8").header(header::CONTENT_DISPOSITION, file).body(table::csv(&view)?))
}

async fn behind_number(ctx: Ctx, Ask(ask): Ask<RowsAsk>) -> Result<Response> {
    let view = what_pays::rows(&ctx.app, &ctx.by, &ask).await?;
    let source = view.source_id.map(|id| format!("&source_id={id}")).unwrap_or_default();
    let span = span(view.from, view.to, view.as_of);
    let link = format!("/what-pays/rows?source_kind={}{source}&of={}{span}", view.source_kind, view.of);
    let back = format!("/what-pays?{}", span.trim_start_matches('&'));
    ctx.page("what_pays/rows.html", json!({ "link": link, "back": back, "begun": !ask.cursor.is_blank(), "view": view })).await
}
