//! The HTML door of referrals and orders.

use super::board::board;
use super::form::{CorrectionForm, OrderForm, Scan};
use super::prescription::{NewPrescription, SignatureKind};
use super::referral::{Channel, DischargeReason, LostReason, SourceKind, Urgency};
use super::slip::{self, Slip};
use super::trail::trail;
use super::view::ReferralView;
use super::{Attempt, Discharge, Loss, ReferralFilter, form, orders, steps};
use crate::error::Result;
use crate::network::activity::Outcome;
use crate::types::{Caution, Text};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree::{as_form, laid_over};
use crate::{patients, practice, referrals};
use poem::web::{Json, Path};
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/referrals", get(list))
        .at("/referrals/new", get(blank).post(receive))
        .at("/referrals/new/echo", post(echo))
        .at("/referrals/:id", get(show))
        .at("/referrals/:id/edit", get(edit).post(correct))
        .at("/referrals/:id/attempt", post(attempt))
        .at("/referrals/:id/schedule", post(schedule))
        .at("/referrals/:id/lose", post(lose))
        .at("/referrals/:id/discharge", post(discharge))
        .at("/referrals/:id/prescriptions/new", get(blank_order).post(record))
        .at("/prescriptions/:id", get(show_order).post(change_order))
        .at("/prescriptions/:id/cancel", post(cancel_order))
}

/// The address of a referral's page.
fn at(id: impl std::fmt::Display) -> String {
    format!("/referrals/{id}")
}

async fn list(ctx: Ctx, Ask(filter): Ask<ReferralFilter>) -> Result<Response> {
    let board = board(&ctx.app, &ctx.by, &filter).await?;
    ctx.page("referrals/list.html", json!({ "board": board, "q": filter.q, "begun": !filter.cursor.is_blank() })).await
}

/// Everything that a referral's page shows.
async fn whole(ctx: &Ctx, id: &str) -> Result<Value> {
    let referral = referrals::show(&ctx.app, &ctx.by, id).await?;
    let trail = trail(&ctx.app, &ctx.by, id).await?;
    let outcomes = [Outcome::Reached, Outcome::LeftMessage, Outcome::NoAnswer].map(|o| (o.word(), o.label()));
    Ok(json!({
        "steps": steps::steps(referral.state, referral.channel, &referral.history, ctx.app.today()),
        "r": referral,
        "trail": trail,
        "outcomes": outcomes,
        "lost_reasons": LostReason::options(),
        "discharge_reasons": DischargeReason::options(),
    }))
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("referrals/show.html", whole(&ctx, &id).await?).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AttemptForm {
    attempt: Attempt,
}

async fn attempt(ctx: Ctx, Path(id): Path<String>, form: Form<AttemptForm>) -> Result<Response> {
    match referrals::attempt(&ctx.app, &ctx.by, &id, &form.value.attempt).await {
        Ok(_) => ctx.see(&at(id), "Call logged").await,
        Err(error) => ctx.again("referrals/show.html", &form, error.under("attempt"), whole(&ctx, &id).await?).await,
    }
}

async fn schedule(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    referrals::schedule(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&at(id), "Marked as booked elsewhere").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LossForm {
    loss: Loss,
}

async fn lose(ctx: Ctx, Path(id): Path<String>, form: Form<LossForm>) -> Result<Response> {
    match referrals::lose(&ctx.app, &ctx.by, &id, &form.value.loss).await {
        Ok(_) => ctx.see(&at(id), "Given up. It can be tried again at any time").await,
        Err(error) => ctx.again("referrals/show.html", &form, error.under("loss"), whole(&ctx, &id).await?).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DischargeForm {
    end: Discharge,
}

async fn discharge(ctx: Ctx, Path(id): Path<String>, form: Form<DischargeForm>) -> Result<Response> {
    match referrals::discharge(&ctx.app, &ctx.by, &id, &form.value.end).await {
        Ok(_) => ctx.see(&at(id), "Care ended and the referral is closed").await,
        Err(error) => ctx.again("referrals/show.html", &form, error.under("end"), whole(&ctx, &id).await?).await,
    }
}

/// The scan that came with a form.
fn scan(ctx: &Ctx) -> Option<Scan> {
    ctx.posted.file("slip").map(|f| Scan { name: f.name.clone(), content: f.content.clone() })
}

/// What the page of a new referral needs around its form.
async fn around_new(ctx: &Ctx, slip: &Slip) -> Result<Value> {
    let echoes = slip::echoes(&ctx.app, &ctx.by, slip).await?;
    Ok(json!({
        "echoes": echoes.said,
        "alike": echoes.alike,
        "slip": form::shown(&ctx.app, &ctx.by, &slip.new.document).await?,
        "payers": slip::payer_options(&ctx.app, &ctx.by).await?,
        "therapists": practice::therapist_options(&ctx.app, &ctx.by).await?,
        "sources": SourceKind::options(),
        "channels": Channel::options(),
        "urgencies": Urgency::options(),
        "signatures": SignatureKind::options(),
    }))
}

async fn blank(ctx: Ctx) -> Result<Response> {
    let mut content = around_new(&ctx, &Slip::default()).await?;
    content["form"] = json!({ "source_kind": "provider", "received_on": "today", "channel": "fax" });
    ctx.page("referrals/new.html", content).await
}

async fn receive(ctx: Ctx, mut form: Form<Slip>) -> Result<Response> {
    let then = ctx.posted.field("_then");
    if then == Some("slip") {
        return show_slip(&ctx, form).await;
    }
    match slip::receive(&ctx.app, &ctx.by, &mut form.value, scan(&ctx)).await {
        Ok(r) if then == Some("visit") => ctx.see(&format!("/visits/new?referral={}", r.id), &format!("{} saved", r.number)).await,
        Ok(r) => ctx.see(&at(r.id), &format!("{} saved", r.number)).await,
        Err(error) => ctx.again("referrals/new.html", &form, error, around_new(&ctx, &form.value).await?).await,
    }
}

/// Only keeps the scan and shows it beside the form, which is not judged yet.
async fn show_slip(ctx: &Ctx, mut form: Form<Slip>) -> Result<Response> {
    match form::keep(&ctx.app, &ctx.by, scan(ctx), &mut form.value.new.document).await {
        Ok(()) => {
            let mut content = around_new(ctx, &form.value).await?;
            content["form"] = form.typed;
            ctx.page("referrals/new.html", content).await
        }
        Err(error) => ctx.again("referrals/new.html", &form, error, around_new(ctx, &form.value).await?).await,
    }
}

/// What the page says back while it is filled in.
async fn echo(ctx: Ctx, form: Form<Slip>) -> Result<Json<Map<String, Value>>> {
    Ok(Json(slip::echoes(&ctx.app, &ctx.by, &form.value).await?.said))
}

async fn around_edit(ctx: &Ctx, id: &str, document: &Text) -> Result<Value> {
    let referral = referrals::show_to_change(&ctx.app, &ctx.by, id).await?;
    let held = referral.document_id.map(|id| id.to_string()).unwrap_or_default();
    let document = if document.is_blank() { Text::new(held) } else { document.clone() };
    Ok(json!({
        "slip": form::shown(&ctx.app, &ctx.by, &document).await?,
        "coverages": patients::coverage_options(&ctx.app, &ctx.by, &referral.patient.id.to_string()).await?,
        "therapists": practice::therapist_options(&ctx.app, &ctx.by).await?,
        "sources": SourceKind::options(),
        "urgencies": Urgency::options(),
        "form": as_form(&form::correction_as_typed(&referral)),
        "r": referral,
    }))
}

async fn edit(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("referrals/edit.html", around_edit(&ctx, &id, &Text::default()).await?).await
}

async fn correct(ctx: Ctx, Path(id): Path<String>, mut form: Form<CorrectionForm>) -> Result<Response> {
    match form::correct(&ctx.app, &ctx.by, &id, &mut form.value, scan(&ctx)).await {
        Ok(_) => ctx.see(&at(id), "Corrected").await,
        Err(error) => {
            let content = around_edit(&ctx, &id, &form.value.correction.document).await?;
            ctx.again("referrals/edit.html", &form, error, content).await
        }
    }
}

/// What the page of an order needs around its form.
async fn around_order(ctx: &Ctx, referral: &ReferralView, typed: &NewPrescription) -> Result<Value> {
    let echoes = slip::of_order(typed, ctx.app.today()).into_iter().map(|(field, words)| (field.to_string(), json!(words)));
    Ok(json!({
        "r": referral,
        "slip": form::shown(&ctx.app, &ctx.by, &typed.document).await?,
        "signatures": SignatureKind::options(),
        "echoes": echoes.collect::<Map<String, Value>>(),
    }))
}

async fn blank_order(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let referral = referrals::show_to_change(&ctx.app, &ctx.by, &id).await?;
    let mut content = around_order(&ctx, &referral, &NewPrescription::default()).await?;
    content["form"] = as_form(&form::renewal_as_typed(&referral));
    ctx.page("referrals/order_new.html", content).await
}

/// "Order saved", and what should still be looked at.
fn said(cautions: &[Caution]) -> String {
    let words: Vec<String> = cautions.iter().map(|c| format!(" {}.", c.message)).collect();
    format!("Order saved.{}", words.concat())
}

async fn record(ctx: Ctx, Path(id): Path<String>, mut form: Form<OrderForm>) -> Result<Response> {
    match form::record(&ctx.app, &ctx.by, &id, &mut form.value, scan(&ctx)).await {
        Ok((_, cautions)) => ctx.see(&at(id), &said(&cautions)).await,
        Err(error) => {
            let referral = referrals::show_to_change(&ctx.app, &ctx.by, &id).await?;
            ctx.again("referrals/order_new.html", &form, error, around_order(&ctx, &referral, &form.value.order).await?).await
        }
    }
}

/// What the page of an order shows besides what is typed.
async fn around_known_order(ctx: &Ctx, id: &str, typed: Option<&NewPrescription>) -> Result<Value> {
    let order = orders::show(&ctx.app, &ctx.by, id).await?;
    let referral = referrals::show(&ctx.app, &ctx.by, &order.referral_id.to_string()).await?;
    let mut content = around_order(ctx, &referral, typed.unwrap_or(&order.as_typed())).await?;
    content["form"] = as_form(&form::order_as_typed(&order));
    content["p"] = json!(order);
    Ok(content)
}

async fn show_order(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("referrals/order.html", around_known_order(&ctx, &id, None).await?).await
}

async fn change_order(ctx: Ctx, Path(id): Path<String>, mut form: Form<OrderForm>) -> Result<Response> {
    match form::change(&ctx.app, &ctx.by, &id, &mut form.value, scan(&ctx)).await {
        Ok((order, cautions)) => ctx.see(&at(order.referral_id), &said(&cautions)).await,
        Err(error) => {
            let content = around_known_order(&ctx, &id, Some(&form.value.order)).await?;
            ctx.again("referrals/order.html", &form, error, content).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CancelForm {
    cancel: Why,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Why {
    why: Text,
}

async fn cancel_order(ctx: Ctx, Path(id): Path<String>, form: Form<CancelForm>) -> Result<Response> {
    match orders::cancel(&ctx.app, &ctx.by, &id, &form.value.cancel.why).await {
        Ok(order) => ctx.see(&at(order.referral_id), "Order cancelled. It covers no visit from today on").await,
        Err(error) => {
            let content = around_known_order(&ctx, &id, None).await?;
            let whole = Form { value: (), typed: laid_over(content["form"].clone(), form.typed) };
            ctx.again("referrals/order.html", &whole, error.under("cancel"), content).await
        }
    }
}
