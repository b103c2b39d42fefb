//! The HTML door of the settings: our profile, therapists, fees, and where everything else is set.

use super::fee::NewFee;
use super::practice::{NewPractice, TaxIdKind, US_ZONES};
use super::therapist::NewTherapist;
use super::view::TherapistView;
use crate::config::MailRoute;
use crate::error::Result;
use crate::practice;
use crate::types::{Text, UnitsRule};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use crate::web::tree;
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/settings", get(settings))
        .at("/settings/practice", get(profile_page).post(change_profile))
        .at("/settings/therapists", get(therapists_page).post(add_therapist))
        .at("/settings/therapists/new", get(new_therapist))
        .at("/settings/therapists/:id", get(therapist_page).post(change_therapist))
        .at("/settings/fees", get(fees_page).post(set_fee))
}

async fn settings(ctx: Ctx) -> Result<Response> {
    let profile = practice::show(&ctx.app, &ctx.by).await?;
    ctx.page("settings/settings.html", json!({ "profile": profile, "mail": mail(&ctx), "version": env!("CARGO_PKG_VERSION") })).await
}

/// Where mail goes. Folders and hosts are for the owner's eyes; everybody may know whether it leaves the house.
fn mail(ctx: &Ctx) -> Value {
    let owner = ctx.by.only_owner().is_ok();
    let from = ctx.app.config.mail_from.as_ref().map(ToString::to_string);
    let data = owner.then(|| ctx.app.config.data.display().to_string());
    match &ctx.app.config.mail {
        MailRoute::Folder(folder) => {
            json!({ "leaves": false, "to": owner.then(|| folder.display().to_string()), "from": from, "data": data })
        }
        MailRoute::Relay(relay) => {
            json!({ "leaves": true, "to": owner.then(|| format!("{}:{}", relay.host, relay.port)), "from": from, "data": data, "undo": ctx.app.config.undo_minutes })
        }
    }
}

/// What the form of the profile chooses from; a zone that is set and not on the list stays.
fn choices(zone: &str) -> Value {
    let mut zones: Vec<(String, String)> = US_ZONES.iter().map(|(word, label)| (word.to_string(), label.to_string())).collect();
    if !zone.is_empty() && !zones.iter().any(|(word, _)| word == zone) {
        zones.push((zone.into(), zone.into()));
    }
    json!({ "zones": zones, "tax_id_kinds": TaxIdKind::options(), "units_rules": UnitsRule::options() })
}

async fn profile_page(ctx: Ctx) -> Result<Response> {
    ctx.by.only_owner()?;
    let profile = practice::show(&ctx.app, &ctx.by).await?;
    ctx.page("settings/practice.html", json!({ "form": tree::as_form(&profile.as_typed()), "choices": choices(&profile.timezone) })).await
}

async fn change_profile(ctx: Ctx, form: Form<NewPractice>) -> Result<Response> {
    ctx.by.only_owner()?;
    match practice::change(&ctx.app, &ctx.by, &form.value).await {
        Ok(_) => ctx.see("/settings/practice", "The practice is saved").await,
        Err(error) => ctx.again("settings/practice.html", &form, error, json!({ "choices": choices(form.value.timezone.as_str()) })).await,
    }
}

async fn therapists_page(ctx: Ctx) -> Result<Response> {
    ctx.by.only_owner()?;
    let therapists = practice::list_therapists(&ctx.app, &ctx.by).await?;
    ctx.page("settings/therapists.html", json!({ "therapists": therapists })).await
}

/// Who may sign as a therapist.
async fn signers(ctx: &Ctx) -> Result<Vec<(String, String)>> {
    let users = crate::auth::list_users(&ctx.app, &ctx.by).await?;
    Ok(users.into_iter().filter(|u| !u.disabled).map(|u| (u.id.to_string(), format!("{}, {}", u.name, u.email))).collect())
}

async fn new_therapist(ctx: Ctx) -> Result<Response> {
    let content = json!({ "therapist": null, "signers": signers(&ctx).await?, "form": {} });
    ctx.page("settings/therapist.html", content).await
}

async fn add_therapist(ctx: Ctx, form: Form<NewTherapist>) -> Result<Response> {
    match practice::add_therapist(&ctx.app, &ctx.by, &form.value).await {
        Ok(added) => ctx.see("/settings/therapists", &format!("{} is added", added.name)).await,
        Err(error) => {
            let content = json!({ "therapist": null, "signers": signers(&ctx).await? });
            ctx.again("settings/therapist.html", &form, error, content).await
        }
    }
}

async fn one_therapist(ctx: &Ctx, id: &str) -> Result<TherapistView> {
    ctx.by.only_owner()?;
    practice::show_therapist(&ctx.app, &ctx.by, id).await
}

async fn therapist_page(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let therapist = one_therapist(&ctx, &id).await?;
    let content = json!({ "form": tree::as_form(&therapist.as_typed()), "therapist": therapist, "signers": signers(&ctx).await? });
    ctx.page("settings/therapist.html", content).await
}

async fn change_therapist(ctx: Ctx, Path(id): Path<String>, form: Form<NewTherapist>) -> Result<Response> {
    match practice::change_therapist(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(changed) => ctx.see("/settings/therapists", &format!("{} is saved", changed.name)).await,
        Err(error) => {
            let content = json!({ "therapist": one_therapist(&ctx, &id).await?, "signers": signers(&ctx).await? });
            ctx.again("settings/therapist.html", &form, error, content).await
        }
    }
}

/// The schedule by code: what holds now, and what was before or begins later.
async fn schedule(ctx: &Ctx) -> Result<Value> {
    let fees = practice::list_fees(&ctx.app, &ctx.by).await?;
    let today = ctx.app.today();
    let mut codes: Vec<Value> = Vec::new();
    for group in fees.chunk_by(|a, b| a.code == b.code) {
        let now = group.iter().find(|f| f.effective_on <= today);
        let others: Vec<_> = group.iter().filter(|f| now.is_none_or(|n| n.id != f.id)).collect();
        codes.push(json!({ "code": group[0].code, "label": now.unwrap_or(&group[0]).label, "now": now, "others": others }));
    }
    Ok(codes.into())
}

/// A claim that has no fee says since when it needs one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WantedFee {
    from: Text,
}

async fn fees_page(ctx: Ctx, Ask(wanted): Ask<WantedFee>) -> Result<Response> {
    ctx.page("settings/fees.html", json!({ "codes": schedule(&ctx).await?, "form": { "effective_on": wanted.from } })).await
}

async fn set_fee(ctx: Ctx, form: Form<NewFee>) -> Result<Response> {
    match practice::set_fee(&ctx.app, &ctx.by, &form.value).await {
        Ok(fee) => {
            let words =
                format!("{} is {} from {}", fee.code, crate::types::Money(fee.fee_cents), crate::types::day::long(fee.effective_on));
            ctx.see("/settings/fees", &words).await
        }
        Err(error) => ctx.again("settings/fees.html", &form, error, json!({ "codes": schedule(&ctx).await? })).await,
    }
}
