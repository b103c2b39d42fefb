//! The HTML door of payers and their rule sheets.

use super::PayerFilter;
use super::asks::{Approval, CountedPer};
use super::examples::{self, Example};
use super::partners;
use super::payer::{ClaimChannel, CoverageKind, FILING_CODES, NewPayer, ORDER_QUALIFIERS};
use super::rule_sheet::NewRuleSheet;
use super::sentences::{self, Told};
use super::view::PayerView;
use crate::error::{AppError, Result};
use crate::payers;
use crate::types::{Text, UnitsRule};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree;
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/payers", get(list))
        .at("/payers/new", get(new).post(add))
        .at("/payers/:id", get(show))
        .at("/payers/:id/edit", get(edit).post(change))
        .at("/payers/:id/sheet", get(new_sheet).post(write_sheet))
        .at("/payers/:id/checked", post(mark_checked))
}

async fn list(ctx: Ctx, Ask(filter): Ask<PayerFilter>) -> Result<Response> {
    let found = payers::list(&ctx.app, &ctx.by, &filter).await?;
    ctx.page(
        "payers/list.html",
        json!({ "found": found, "channels": ClaimChannel::options(), "kinds": CoverageKind::options(), "form": filter, "asked": filter }),
    )
    .await
}

async fn lists(ctx: &Ctx, mut content: Value) -> Result<Value> {
    let kinds: Vec<_> = CoverageKind::ALL.iter().filter(|k| **k != CoverageKind::Cash).map(|k| (k.word(), k.label())).collect();
    content["kinds"] = json!(kinds);
    content["channels"] = json!(ClaimChannel::options());
    content["states"] = json!(crate::types::place::by_name());
    content["filing_codes"] = json!(FILING_CODES);
    content["order_qualifiers"] = json!(ORDER_QUALIFIERS);
    content["partners"] = json!(partners::names(&ctx.app, &ctx.by).await?);
    Ok(content)
}

async fn new(ctx: Ctx) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    ctx.page("payers/form.html", lists(&ctx, json!({ "to": "/payers/new", "form": { "claim_channel": "837p" } })).await?).await
}

async fn add(ctx: Ctx, form: Form<NewPayer>) -> Result<Response> {
    match payers::add(&ctx.app, &ctx.by, &form.value).await {
        Ok(payer) => ctx.see(&format!("/payers/{}/sheet", payer.id), &format!("{} is here. What are its rules?", payer.name)).await,
        Err(error) => ctx.again("payers/form.html", &form, error, lists(&ctx, json!({ "to": "/payers/new" })).await?).await,
    }
}

/// Another version of the sheet than the one that holds now.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    version: Text,
}

async fn show(ctx: Ctx, Path(id): Path<String>, Ask(wanted): Ask<Wanted>) -> Result<Response> {
    let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
    let versions = sentences::versions(&payer, ctx.app.today());
    let sheet = chosen(&versions, &wanted.version)?;
    ctx.page("payers/show.html", lists(&ctx, json!({ "p": payer, "versions": versions, "s": sheet })).await?).await
}

/// The version that was asked for; else the one that holds now; else the next one.
fn chosen<'a>(versions: &'a [Told], wanted: &Text) -> Result<Option<&'a Told>> {
    if wanted.is_blank() {
        return Ok(versions.iter().find(|v| v.is_current).or(versions.last()));
    }
    let found = versions.iter().find(|v| v.id.to_string() == wanted.as_str());
    found.map(Some).ok_or(AppError::NotFound("version of this sheet"))
}

async fn edit(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
    let content = json!({ "p": payer, "to": format!("/payers/{id}/edit"), "form": tree::as_form(&payer.as_typed()) });
    ctx.page("payers/form.html", lists(&ctx, content).await?).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<NewPayer>) -> Result<Response> {
    match payers::change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(payer) => ctx.see(&format!("/payers/{id}"), &format!("{} is changed", payer.name)).await,
        Err(error) => {
            let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
            let content = lists(&ctx, json!({ "p": payer, "to": format!("/payers/{id}/edit") })).await?;
            ctx.again("payers/form.html", &form, error, content).await
        }
    }
}

/// With some rows more than are filled.
fn sheet_lists(payer: &PayerView, sheet: &NewRuleSheet) -> Value {
    let rows = |filled: usize, more: usize| (0..filled + more).collect::<Vec<usize>>();
    json!({
        "p": payer,
        "examples": if payer.sheets.is_empty() { examples::for_kind(payer.kind) } else { Vec::new() },
        "units_rules": UnitsRule::options(),
        "approvals": Approval::options(),
        "counted_per": CountedPer::options(),
        "yes_no": [["yes", "Yes"], ["no", "No"]],
        "rows": rows(sheet.codes.len(), 3),
        "tier_rows": rows(sheet.approval_tiers.len(), 2),
        "pair_rows": rows(sheet.modifier_pairs.len(), 2),
    })
}

/// An example to begin with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Begun {
    example: Text,
}

/// A new version begins as the last one, or as an example; only from when it holds is asked anew.
async fn new_sheet(ctx: Ctx, Path(id): Path<String>, Ask(begun): Ask<Begun>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
    let example = examples::find(begun.example.as_str());
    let next = example.as_ref().map_or_else(|| payer.next_sheet(), Example::as_begun);
    let mut content = sheet_lists(&payer, &next);
    content["form"] = tree::as_form(&next);
    ctx.page("payers/sheet.html", content).await
}

async fn write_sheet(ctx: Ctx, Path(id): Path<String>, form: Form<NewRuleSheet>) -> Result<Response> {
    match payers::write_sheet(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(payer) => ctx.see(&format!("/payers/{id}"), &format!("The sheet of {} is written. Drafts follow it", payer.name)).await,
        Err(error) => {
            let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("payers/sheet.html", &form, error, sheet_lists(&payer, &form.value)).await
        }
    }
}

async fn mark_checked(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let payer = payers::mark_checked(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&format!("/payers/{id}"), &format!("The sheet of {} is marked as read today", payer.name)).await
}
