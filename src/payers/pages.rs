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
fn sheet_lists(payer: &PayerView, form: &Value) -> Value {
    let rows = |list: &str, more: usize| (0..form[list].as_array().map_or(0, Vec::len) + more).collect::<Vec<usize>>();
    json!({
        "p": payer,
        "examples": if payer.sheets.is_empty() { examples::for_kind(payer.kind) } else { Vec::new() },
        "units_rules": UnitsRule::options(),
        "approvals": Approval::options(),
        "counted_per": CountedPer::options(),
        "yes_no": [["yes", "Yes"], ["no", "No"]],
        "rows": rows("codes", 3),
        "tier_rows": rows("approval_tiers", 2),
        "pair_rows": rows("modifier_pairs", 2),
    })
}

/// A new version begins as the last one; only from when it holds is asked anew.
async fn new_sheet(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
    let form = tree::as_form(&payer.next_sheet());
    ctx.page("payers/sheet.html", tree::laid_over(sheet_lists(&payer, &form), json!({ "form": form }))).await
}

async fn write_sheet(ctx: Ctx, Path(id): Path<String>, form: Form<NewRuleSheet>) -> Result<Response> {
    if let Some(example) = ctx.posted.field("_example").and_then(examples::find) {
        return filled_from(&ctx, &id, &example, form).await;
    }
    match payers::write_sheet(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(payer) => ctx.see(&format!("/payers/{id}"), &format!("The sheet of {} is written. Drafts follow it", payer.name)).await,
        Err(error) => {
            let payer = payers::show(&ctx.app, &ctx.by, &id).await?;
            let lists = sheet_lists(&payer, &form.typed);
            ctx.again("payers/sheet.html", &form, error, lists).await
        }
    }
}

/// The form again: what was typed stays, the example says the rest. Nothing is kept.
async fn filled_from(ctx: &Ctx, id: &str, example: &Example, form: Form<NewRuleSheet>) -> Result<Response> {
    payers::may_write(&ctx.by)?;
    let payer = payers::show(&ctx.app, &ctx.by, id).await?;
    // What another example filled in before was not typed.
    let typed = match ctx.posted.field("_filled_from").and_then(examples::find) {
        Some(before) => tree::apart_from(form.typed, &tree::as_form(&before.as_begun())),
        None => form.typed,
    };
    let form = tree::filled_up(typed, tree::as_form(&example.as_begun()));
    let content = json!({ "form": form, "filled_from": example });
    ctx.page("payers/sheet.html", tree::laid_over(sheet_lists(&payer, &form), content)).await
}

async fn mark_checked(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let payer = payers::mark_checked(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&format!("/payers/{id}"), &format!("The sheet of {} is marked as read today", payer.name)).await
}
