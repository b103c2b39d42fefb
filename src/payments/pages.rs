//! The HTML door of payments: deposits of payers, entered from the paper, and money of patients.

use super::desk::{self, NewPatientMoney};
use super::entry::{self, Block};
use super::eob::NewEob;
use super::money::{EventKind, Method};
use super::purse::{self, PurseAsk};
use super::{PaymentFilter, TakeBack, board, era, letters, secondary};
use crate::error::{AppError, Result};
use crate::payers::view::PayerName;
use crate::types::{Text, TextList};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree;
use crate::{patients, payments};
use poem::web::Path;
use poem::{Response, Route};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    secondary::pages::routes(letters::pages::routes(era::pages::routes(board::pages::routes(site))))
        .at("/payments", get(list))
        .at("/payments/new", get(begin).post(enter))
        .at("/payments/lay-out", post(lay_out))
        .at("/payments/patient", get(ask_patient).post(pay))
        .at("/payments/refund", get(ask_refund).post(give_back))
        .at("/payments/events/:id", get(show_entry))
        .at("/payments/events/:id/take-back", post(take_back_entry))
        .at("/payments/:id", get(show))
        .at("/payments/:id/take-back", post(take_back))
}

async fn list(ctx: Ctx, Ask(filter): Ask<PaymentFilter>) -> Result<Response> {
    let found = payments::list(&ctx.app, &ctx.by, &filter).await?;
    let loose = payments::loose(&ctx.app, &ctx.by).await?;
    let desk = purse::latest(&ctx.app, &ctx.by).await?;
    let content = json!({ "found": found, "loose": loose, "desk": desk, "asked": filter, "form": filter });
    ctx.page("payments/list.html", with_words(content)).await
}

/// The words of the closed lists that these pages show.
fn with_words(mut content: Value) -> Value {
    content["methods"] = json!(Method::options());
    content["kinds"] = json!(EventKind::options());
    content
}

/// How far the entry of a deposit has come: nobody chosen, a payer, its claims.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Begun {
    payer: Text,
    claims: TextList,
    whole: Text,
    laid: Text,
}

async fn begin(ctx: Ctx, Ask(begun): Ask<Begun>) -> Result<Response> {
    if begun.payer.is_blank() {
        return ctx.page("payments/payers.html", json!({ "payers": entry::payers(&ctx.app, &ctx.by).await? })).await;
    }
    let payer = entry::payer(&ctx.app, &ctx.by, &begun.payer).await?;
    if begun.laid.is_blank() && begun.claims.0.is_empty() {
        let choices = entry::choices(&ctx.app, &ctx.by, &payer).await?;
        return ctx.page("payments/choose.html", json!({ "payer": payer, "choices": choices })).await;
    }
    let eob = entry::begun(&ctx.app, &ctx.by, &payer, &begun.claims.0, begun.whole.is_yes()).await?;
    let mut content = laid(&ctx, &payer, &eob).await?;
    content["form"] = tree::as_form(&eob);
    ctx.page("payments/entry.html", content).await
}

/// The form's parts, and what they come to so far.
async fn laid(ctx: &Ctx, payer: &PayerName, eob: &NewEob) -> Result<Value> {
    let blocks: Vec<Block> = entry::blocks(&ctx.app, &ctx.by, eob).await?;
    let tally = eob.tally();
    let open = blocks.iter().zip(&tally.claims).filter(|(block, said)| block.is_unexplained(said)).count();
    Ok(json!({
        "payer": payer, "blocks": blocks, "tally": tally, "open_claims": open, "methods": Method::options(),
        "statuses": entry::STATUSES, "shares": entry::SHARES, "whole": ctx.posted.field("_whole").is_some(),
    }))
}

/// The scan, if one came along, is kept at once: it need not be chosen again when something does not tie.
async fn with_scan(ctx: &Ctx, form: &mut Form<NewEob>) -> Result<()> {
    if let Some(file) = ctx.posted.file("scan") {
        let kept = entry::keep_scan(&ctx.app, &ctx.by, &file.name, file.content.clone()).await?;
        form.value.document = kept.id.to_string().into();
        form.typed["document"] = json!(kept.id);
    }
    Ok(())
}

async fn enter(ctx: Ctx, mut form: Form<NewEob>) -> Result<Response> {
    let payer = entry::payer(&ctx.app, &ctx.by, &form.value.payer).await?;
    with_scan(&ctx, &mut form).await?;
    match payments::post(&ctx.app, &ctx.by, &form.value.clone().as_laid_out()).await {
        Ok(deposit) => {
            let to = format!("/payments/{}", deposit.id);
            let undo = json!([["why", "Undone right after posting"]]);
            ctx.see_with(&to, json!({ "text": "The deposit is posted", "undo": format!("{to}/take-back"), "fields": undo })).await
        }
        Err(error) => {
            let content = laid(&ctx, &payer, &form.value).await?;
            ctx.again("payments/entry.html", &form, error, content).await
        }
    }
}

/// The form again with what was typed, its sums, and perhaps one more claim. Nothing is kept.
async fn lay_out(ctx: Ctx, mut form: Form<NewEob>) -> Result<Response> {
    let payer = entry::payer(&ctx.app, &ctx.by, &form.value.payer).await?;
    with_scan(&ctx, &mut form).await?;
    let more = [ctx.posted.field("_add_id"), ctx.posted.field("_add")].into_iter().flatten().find(|t| !t.trim().is_empty());
    let whole = ctx.posted.field("_whole").is_some();
    let added = match more {
        Some(more) => entry::one_more(&ctx.app, &ctx.by, &payer, &Text::new(more), whole).await,
        None => Ok(Vec::new()),
    };
    match added {
        Ok(parts) => {
            append(&mut form.typed, &parts);
            form.value.claims.extend(parts);
            let mut content = laid(&ctx, &payer, &form.value).await?;
            content["form"] = form.typed.clone();
            ctx.page("payments/entry.html", content).await
        }
        Err(error @ AppError::Invalid(_)) => {
            let content = laid(&ctx, &payer, &form.value).await?;
            ctx.again("payments/entry.html", &form, error, content).await
        }
        Err(other) => Err(other),
    }
}

/// Adds parts to what was typed.
fn append(typed: &mut Value, parts: &[super::eob::NewClaimAnswer]) {
    if typed["claims"].is_null() {
        typed["claims"] = json!([]);
    }
    if let Some(claims) = typed["claims"].as_array_mut() {
        claims.extend(parts.iter().map(tree::as_form));
    }
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("payments/show.html", shown(&ctx, &id).await?).await
}

async fn shown(ctx: &Ctx, id: &str) -> Result<Value> {
    let deposit = payments::show(&ctx.app, &ctx.by, id).await?;
    Ok(with_words(json!({ "next": entry::next_steps(&deposit.decisions), "p": deposit })))
}

async fn take_back(ctx: Ctx, Path(id): Path<String>, form: Form<TakeBack>) -> Result<Response> {
    match payments::take_back(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&format!("/payments/{id}"), "Taken back. Its claims stand as before it").await,
        Err(error) => ctx.again("payments/show.html", &form, error, shown(&ctx, &id).await?).await,
    }
}

/// Which patient, and for what.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Wanted {
    q: Text,
    claim: Text,
    visit: Text,
    patient: Text,
}

impl Wanted {
    fn purse(&self) -> PurseAsk {
        PurseAsk { claim: self.claim.clone(), visit: self.visit.clone(), patient: self.patient.clone() }
    }
}

async fn purse_page(ctx: &Ctx, ask: &PurseAsk, refund: bool) -> Result<Value> {
    let purse = purse::show(&ctx.app, &ctx.by, ask).await?;
    let to = if refund { "/payments/refund" } else { "/payments/patient" };
    Ok(with_words(json!({ "purse": purse, "refund": refund, "to": to })))
}

async fn ask(ctx: &Ctx, wanted: &Wanted, refund: bool) -> Result<Response> {
    let asked = wanted.purse();
    if asked.is_blank() {
        purse::may_write(&ctx.by)?;
        let found = patients::find_by_name(&ctx.app, &ctx.by, &wanted.q).await?;
        return ctx.page("payments/who.html", json!({ "found": found, "form": wanted })).await;
    }
    let mut content = purse_page(ctx, &asked, refund).await?;
    content["form"] = entry::desk_form(content["purse"]["about"]["owed_cents"].as_i64().unwrap_or(0), refund);
    ctx.page("payments/patient.html", content).await
}

async fn ask_patient(ctx: Ctx, Ask(wanted): Ask<Wanted>) -> Result<Response> {
    ask(&ctx, &wanted, false).await
}

async fn ask_refund(ctx: Ctx, Ask(wanted): Ask<Wanted>) -> Result<Response> {
    ask(&ctx, &wanted, true).await
}

fn about(new: &NewPatientMoney) -> PurseAsk {
    PurseAsk { claim: new.claim.clone(), visit: new.visit.clone(), patient: new.patient.clone() }
}

async fn pay(ctx: Ctx, form: Form<NewPatientMoney>) -> Result<Response> {
    match desk::pay(&ctx.app, &ctx.by, &form.value).await {
        Ok(event) => ctx.see(&about(&form.value).page(), event.said()).await,
        Err(error) => ctx.again("payments/patient.html", &form, error, purse_page(&ctx, &about(&form.value), false).await?).await,
    }
}

async fn give_back(ctx: Ctx, form: Form<NewPatientMoney>) -> Result<Response> {
    match desk::refund(&ctx.app, &ctx.by, &form.value).await {
        Ok(event) => ctx.see(&about(&form.value).page(), event.said()).await,
        Err(error) => ctx.again("payments/patient.html", &form, error, purse_page(&ctx, &about(&form.value), true).await?).await,
    }
}

async fn show_entry(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let event = desk::show_entry(&ctx.app, &ctx.by, &id).await?;
    ctx.page("payments/event.html", with_words(json!({ "e": event }))).await
}

async fn take_back_entry(ctx: Ctx, Path(id): Path<String>, form: Form<TakeBack>) -> Result<Response> {
    match desk::take_back(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see("/payments", "Taken back. Both entries stay in sight").await,
        Err(error) => {
            let event = desk::show_entry(&ctx.app, &ctx.by, &id).await?;
            ctx.again("payments/event.html", &form, error, with_words(json!({ "e": event }))).await
        }
    }
}
