//! The HTML door of Today, of finding, and of help.

use super::search::Search;
use super::{DayView, MoneyView, TodayView, queue};
use crate::auth::role::{Reach, Thing};
use crate::error::{AppError, Result};
use crate::outreach::rule::Group;
use crate::outreach::{self, AlertFilter, Putting};
use crate::reports;
use crate::today;
use crate::types::{Money, Sought, Text, TextList, day};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use chrono::{Days, NaiveDate};
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/", get(show))
        .at("/alerts", get(alerts))
        .at("/alerts/snooze", post(put_off))
        .at("/alerts/done", post(settle))
        .at("/alerts/undo", post(bring_back))
        .at("/search", get(find).post(find_posted))
        .at("/help", get(help))
}

async fn show(ctx: Ctx) -> Result<Response> {
    let view = today::today(&ctx.app, &ctx.by).await?;
    let paused = if ctx.by.may_release() { reports::mail_pause(&ctx.app, &ctx.by).await? } else { None };
    let content = json!({
        "lead": lead(&view),
        "paused": paused,
        "ahead": ahead(view.visits.as_ref(), view.today),
        "compared": view.money.as_ref().map(compared),
        "later": later(view.today),
        // Who is to act on nothing is not told that nothing waits.
        "waits": ctx.by.rights(Thing::Network).write != Reach::None || ctx.by.rights(Thing::Claims).write != Reach::None,
        "view": view,
    });
    ctx.page("today/today.html", content).await
}

/// "14 things need a decision. 5 visits today, 2 done."
fn lead(view: &TodayView) -> String {
    let waiting = match view.waiting {
        0 => "Nothing needs a decision.".to_string(),
        1 => "1 thing needs a decision.".into(),
        n => format!("{n} things need a decision."),
    };
    let Some(day) = &view.visits else { return waiting };
    let visits = match (day.visits.len(), day.done) {
        (0, _) => "No visits today.".to_string(),
        (1, 0) => "1 visit today.".into(),
        (1, _) => "1 visit today, done.".into(),
        (n, 0) => format!("{n} visits today."),
        (n, done) => format!("{n} visits today, {done} done."),
    };
    format!("{waiting} {visits}")
}

/// What comes next, where nothing is left for today.
fn ahead(day: Option<&DayView>, today: NaiveDate) -> String {
    let Some((day, on)) = day.and_then(|d| d.next_on.map(|on| (d, on))) else { return String::new() };
    let when = if (on - today).num_days() == 1 { "tomorrow".into() } else { format!("on {}", day::echo(on)) };
    format!("Next: {} {when}.", if day.next_visits == 1 { "1 visit".into() } else { format!("{} visits", day.next_visits) })
}

/// "$612 more than by this day in October".
fn compared(money: &MoneyView) -> String {
    let before = money.month.previous().name();
    match money.collected_cents - money.before_cents {
        0 => format!("As much as by this day in {before}"),
        more if more > 0 => format!("{} more than by this day in {before}", Money(more).whole()),
        less => format!("{} less than by this day in {before}", Money(-less).whole()),
    }
}

/// The days until which one puts something off, with a button's words for each.
fn later(today: NaiveDate) -> Vec<(NaiveDate, &'static str)> {
    [(1, "Tomorrow"), (7, "In a week"), (30, "In a month")].map(|(n, word)| (today + Days::new(n), word)).to_vec()
}

/// As many rows as a page of alerts shows.
const A_PAGE: usize = 100;

/// Which alerts a page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AlertsAsked {
    rule: Text,
    group: Text,
    owner: Text,
    state: Text,
    /// How many of the oldest rows the pages before have shown.
    from: Text,
}

async fn alerts(ctx: Ctx, Ask(asked): Ask<AlertsAsked>) -> Result<Response> {
    let from: usize = asked.from.as_str().parse().unwrap_or(0);
    let filter = AlertFilter { rule: asked.rule, group: asked.group, owner: asked.owner, state: asked.state, ..Default::default() };
    let (alerts, every) = outreach::own_alerts(&ctx.app, &ctx.by, &filter).await?;
    let rows = queue::oldest_first(&alerts, ctx.app.today());
    let next = Some(from + A_PAGE).filter(|next| *next < rows.len());
    let today = ctx.app.today();
    let group: Option<Group> = filter.group.as_str().parse().ok();
    let content = json!({
        "rows": rows.iter().skip(from).take(A_PAGE).collect::<Vec<_>>(),
        "from": from,
        "next": next,
        "left": rows.len().saturating_sub(from + A_PAGE),
        "groups": queue::groups(&every, today),
        "aside": alerts.iter().filter(|a| !a.is_open()).collect::<Vec<_>>(),
        "group": group,
        "title": group.map(Group::label),
        "state": filter.state,
        "later": later(today),
        "all": queue::oldest_first(&every, today).len(),
    });
    ctx.page("today/alerts.html", content).await
}

/// What is put aside: the alerts of one row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PutAside {
    ids: TextList,
    until: Text,
    why: Text,
}

async fn put_off(ctx: Ctx, form: Form<PutAside>) -> Result<Response> {
    let new = Putting { until: form.value.until.clone(), why: form.value.why.clone() };
    let mut until = None;
    for id in form.value.ids.said() {
        until = outreach::snooze(&ctx.app, &ctx.by, id.as_str(), &new).await?.until_on;
    }
    let said = until.map(|on| format!("Put off until {}", day::echo(on)));
    ctx.see_with(&back(&ctx), undoable(&form.value.ids, &said.unwrap_or_else(|| "Nothing to put off".into()))).await
}

async fn settle(ctx: Ctx, form: Form<PutAside>) -> Result<Response> {
    let new = Putting { why: form.value.why.clone(), ..Default::default() };
    for id in form.value.ids.said() {
        outreach::done(&ctx.app, &ctx.by, id.as_str(), &new).await?;
    }
    ctx.see_with(&back(&ctx), undoable(&form.value.ids, "Done. It comes back only with a new cause")).await
}

async fn bring_back(ctx: Ctx, form: Form<PutAside>) -> Result<Response> {
    for id in form.value.ids.said() {
        match outreach::undo(&ctx.app, &ctx.by, id.as_str()).await {
            Ok(_) | Err(AppError::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    ctx.see(&back(&ctx), "It waits for you again").await
}

/// Back to where the button stood.
fn back(ctx: &Ctx) -> String {
    let asked = ctx.posted.field("_back").filter(|path| path.starts_with("/alerts"));
    asked.unwrap_or("/").to_string()
}

fn undoable(ids: &TextList, text: &str) -> Value {
    let fields: Vec<(&str, String)> = ids.said().map(|id| ("ids[]", id.to_string())).collect();
    json!({ "text": text, "undo": "/alerts/undo", "fields": fields, "label": "Undo" })
}

async fn find(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Response> {
    found(&ctx, &Search { q: sought.q }).await
}

/// Without a script the box posts, so that what was typed stays out of the address and the history.
async fn find_posted(ctx: Ctx, form: Form<Search>) -> Result<Response> {
    found(&ctx, &form.value).await
}

async fn found(ctx: &Ctx, ask: &Search) -> Result<Response> {
    let found = today::search::search(&ctx.app, &ctx.by, ask).await?;
    match &found.only {
        Some(only) if !ctx.is_fragment() => Ok(ctx.go(only)),
        _ => ctx.page("today/search.html", json!({ "found": found, "q": ask.q, "form": { "q": ask.q } })).await,
    }
}

async fn help(ctx: Ctx) -> Result<Response> {
    ctx.page("today/help.html", json!({ "words": super::words::WORDS, "version": env!("CARGO_PKG_VERSION") })).await
}
