//! The HTML door of a provider's and a patient's page, with the small forms that stand on them.

use super::ProviderAsk;
use crate::error::{AppError, Result};
use crate::network::activity::{NewActivity, NextStep};
use crate::network::copies::{self, CopyTo};
use crate::network::provider::{Stage, VerifiedHow};
use crate::network::{LettersAgain, StageMove, TimelineFilter, TimelineShow, Verification};
use crate::patients::NewRestriction;
use crate::today::glance;
use crate::types::{Text, TextList};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::{network, patients};
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/providers/:id", get(provider))
        .at("/providers/:id/log", post(log))
        .at("/providers/:id/next", post(plan_next))
        .at("/providers/:id/stage", post(move_stage))
        .at("/providers/:id/stop", post(stop))
        .at("/providers/:id/verify", post(verify))
        .at("/providers/:id/letters-again", post(letters_again))
        .at("/providers/:id/copies", post(add_copy))
        .at("/providers/:id/copies/remove", post(remove_copy))
        .at("/activities/:id/take-back", post(take_back))
        .at("/patients/:id", get(patient))
        .at("/patients/:id/restrictions", post(restrict))
        .at("/patients/:id/restrictions/:restriction/lift", post(lift))
}

/// Everything that a provider's page shows.
async fn whole(ctx: &Ctx, id: &str, ask: &ProviderAsk) -> Result<Value> {
    let glance = glance::provider(&ctx.app, &ctx.by, id).await?;
    let filter = TimelineFilter { show: ask.show.clone(), cursor: ask.until.clone() };
    let listing = network::timeline(&ctx.app, &ctx.by, id, &filter).await?;
    let moves: Vec<_> =
        glance.provider.stage_may_become.iter().filter(|s| **s != Stage::DoNotContact).map(|s| (s.word(), s.label())).collect();
    let emails: Vec<_> = glance.provider.emails.iter().map(|e| (e.id.to_string(), e.address.clone())).collect();
    Ok(json!({
        "p": glance.provider, "numbers": glance.numbers, "money": glance.money, "finding": glance.finding, "active": glance.active,
        "timeline": network::timeline_stretches(listing.items, ctx.app.today()), "earlier": listing.next_cursor, "shows": TimelineShow::options(), "ask": ask, "moves": moves, "emails": emails,
        "hows": VerifiedHow::options(),
    }))
}

fn at(id: &str) -> String {
    format!("/providers/{id}")
}

async fn again<T>(ctx: &Ctx, id: &str, form: &Form<T>, error: AppError, part: &str) -> Result<Response> {
    let content = whole(ctx, id, &ProviderAsk::default()).await?;
    ctx.again("network/provider.html", form, error.under(part), content).await
}

async fn provider(ctx: Ctx, Path(id): Path<String>, Ask(ask): Ask<ProviderAsk>) -> Result<Response> {
    ctx.page("network/provider.html", whole(&ctx, &id, &ask).await?).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LogForm {
    log: NewActivity,
}

/// A sentence becomes what it says: "called ..." is a call of now, and asks what comes next.
async fn log(ctx: Ctx, Path(id): Path<String>, form: Form<LogForm>) -> Result<Response> {
    let new = NewActivity { providers: TextList(vec![Text::new(&id)]), ..form.value.log.clone() };
    match network::log_activity(&ctx.app, &ctx.by, &new).await {
        Ok(done) => {
            let flash = json!({ "text": format!("{} logged", done.kind.label()), "undo": format!("/activities/{}/take-back", done.id), "fields": [["provider", id]] });
            ctx.see_with(&format!("{}?next={}", at(&id), done.id), flash).await
        }
        Err(error) => again(&ctx, &id, &form, error, "log").await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NextForm {
    activity: Text,
    next: NextStep,
}

async fn plan_next(ctx: Ctx, Path(id): Path<String>, form: Form<NextForm>) -> Result<Response> {
    match network::plan_next(&ctx.app, &ctx.by, form.value.activity.as_str(), &form.value.next).await {
        Ok(_) => ctx.see(&at(&id), "Next step saved").await,
        Err(error) => {
            let ask = ProviderAsk { next: form.value.activity.clone(), ..ProviderAsk::default() };
            ctx.again("network/provider.html", &form, error.under("next"), whole(&ctx, &id, &ask).await?).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StageForm {
    stage: StageMove,
    stop: StageMove,
}

async fn move_stage(ctx: Ctx, Path(id): Path<String>, form: Form<StageForm>) -> Result<Response> {
    let StageMove { stage, why } = &form.value.stage;
    match network::move_stage(&ctx.app, &ctx.by, &id, stage, why).await {
        Ok(moved) => ctx.see(&at(&id), &format!("Moved to \"{}\"", moved.stage.label())).await,
        Err(error) => again(&ctx, &id, &form, error, "stage").await,
    }
}

async fn stop(ctx: Ctx, Path(id): Path<String>, form: Form<StageForm>) -> Result<Response> {
    match network::move_stage(&ctx.app, &ctx.by, &id, &Stage::DoNotContact.word().into(), &form.value.stop.why).await {
        Ok(_) => ctx.see(&at(&id), "No more outreach. Reports on shared patients still go").await,
        Err(error) => again(&ctx, &id, &form, error, "stop").await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VerifyForm {
    verify: Verification,
    letters: LettersAgain,
}

async fn verify(ctx: Ctx, Path(id): Path<String>, form: Form<VerifyForm>) -> Result<Response> {
    match network::verify_email(&ctx.app, &ctx.by, &id, &form.value.verify).await {
        Ok(_) => ctx.see(&at(&id), "Address verified. Reports may go there").await,
        Err(error) => again(&ctx, &id, &form, error, "verify").await,
    }
}

async fn letters_again(ctx: Ctx, Path(id): Path<String>, form: Form<VerifyForm>) -> Result<Response> {
    match network::letters_again(&ctx.app, &ctx.by, &id, &form.value.letters).await {
        Ok(_) => ctx.see(&at(&id), "Letters about us may go there again").await,
        Err(error) => again(&ctx, &id, &form, error, "letters").await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CopiesForm {
    copies: CopyTo,
}

async fn add_copy(ctx: Ctx, Path(id): Path<String>, form: Form<CopiesForm>) -> Result<Response> {
    match copies::add(&ctx.app, &ctx.by, &id, &form.value.copies).await {
        Ok(_) => ctx.see(&format!("{}#copies", at(&id)), "They get copies from now on. Each waits for your approval").await,
        Err(error) => again(&ctx, &id, &form, error, "copies").await,
    }
}

async fn remove_copy(ctx: Ctx, Path(id): Path<String>, form: Form<CopiesForm>) -> Result<Response> {
    match copies::remove(&ctx.app, &ctx.by, &id, &form.value.copies).await {
        Ok(_) => ctx.see(&format!("{}#copies", at(&id)), "They get no more copies").await,
        Err(error) => again(&ctx, &id, &form, error, "copies").await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BackForm {
    provider: Text,
}

async fn take_back(ctx: Ctx, Path(id): Path<String>, form: Form<BackForm>) -> Result<Response> {
    network::take_back_activity(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&at(form.value.provider.as_str()), "Taken back").await
}

/// Everything that a patient's page shows.
async fn about_patient(ctx: &Ctx, id: &str) -> Result<Value> {
    let glance = glance::patient(&ctx.app, &ctx.by, id).await?;
    Ok(json!({
        "p": glance.patient, "referrals": glance.referrals, "coming": glance.coming, "past": glance.past, "balance": glance.balance,
        "told": glance.told, "looks": glance.looks, "age": glance.patient.born_on.and_then(|born| ctx.app.today().years_since(born)),
    }))
}

async fn patient(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("patients/patient.html", about_patient(&ctx, &id).await?).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RestrictionForm {
    restriction: NewRestriction,
}

async fn restrict(ctx: Ctx, Path(id): Path<String>, form: Form<RestrictionForm>) -> Result<Response> {
    match patients::restrict(&ctx.app, &ctx.by, &id, &form.value.restriction).await {
        Ok(_) => ctx.see(&format!("/patients/{id}"), "Restriction added. It holds from now on").await,
        Err(error) => ctx.again("patients/patient.html", &form, error.under("restriction"), about_patient(&ctx, &id).await?).await,
    }
}

async fn lift(ctx: Ctx, Path((id, restriction)): Path<(String, String)>) -> Result<Response> {
    patients::lift_restriction(&ctx.app, &ctx.by, &id, &restriction).await?;
    ctx.see(&format!("/patients/{id}"), "Restriction lifted").await
}
