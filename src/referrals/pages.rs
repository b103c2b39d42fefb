//! The HTML door of referrals and orders.

use super::board::board;
use super::referral::{DischargeReason, LostReason};
use super::trail::trail;
use super::{Attempt, Discharge, Loss, ReferralFilter, steps};
use crate::error::{AppError, Result};
use crate::network::activity::Outcome;
use crate::referrals;
use crate::web::ctx::{Ask, Ctx, Form};
use poem::web::Path;
use poem::{Response, Route, get, handler, post};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/referrals", get(list))
        .at("/referrals/:id", get(show))
        .at("/referrals/:id/attempt", post(attempt))
        .at("/referrals/:id/schedule", post(schedule))
        .at("/referrals/:id/lose", post(lose))
        .at("/referrals/:id/discharge", post(discharge))
}

/// The address of a referral's page.
fn at(id: impl std::fmt::Display) -> String {
    format!("/referrals/{id}")
}

/// The same complaint, under the name of the part of the page it belongs to.
fn under(error: AppError, part: &str) -> AppError {
    match error {
        AppError::Invalid(errors) => AppError::Invalid(errors.under(part)),
        other => other,
    }
}

#[handler]
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

#[handler]
async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("referrals/show.html", whole(&ctx, &id).await?).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AttemptForm {
    attempt: Attempt,
}

#[handler]
async fn attempt(ctx: Ctx, Path(id): Path<String>, form: Form<AttemptForm>) -> Result<Response> {
    match referrals::attempt(&ctx.app, &ctx.by, &id, &form.value.attempt).await {
        Ok(_) => ctx.see(&at(id), "Call logged").await,
        Err(error) => ctx.again("referrals/show.html", &form, under(error, "attempt"), whole(&ctx, &id).await?).await,
    }
}

#[handler]
async fn schedule(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    referrals::schedule(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&at(id), "Marked as booked elsewhere").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LossForm {
    loss: Loss,
}

#[handler]
async fn lose(ctx: Ctx, Path(id): Path<String>, form: Form<LossForm>) -> Result<Response> {
    match referrals::lose(&ctx.app, &ctx.by, &id, &form.value.loss).await {
        Ok(_) => ctx.see(&at(id), "Given up. It can be tried again at any time").await,
        Err(error) => ctx.again("referrals/show.html", &form, under(error, "loss"), whole(&ctx, &id).await?).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DischargeForm {
    end: Discharge,
}

#[handler]
async fn discharge(ctx: Ctx, Path(id): Path<String>, form: Form<DischargeForm>) -> Result<Response> {
    match referrals::discharge(&ctx.app, &ctx.by, &id, &form.value.end).await {
        Ok(_) => ctx.see(&at(id), "Care ended and the referral is closed").await,
        Err(error) => ctx.again("referrals/show.html", &form, under(error, "end"), whole(&ctx, &id).await?).await,
    }
}
