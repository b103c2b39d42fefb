//! The HTML door of the network: the book of providers, offices, what we did to keep in touch.
//! A provider's own page reads every slice and stands in `today/glance`.

use super::activity::{ActivityKind, NewActivity, Outcome, Purpose};
use super::book::{self, BookFilter, BookOrder, BookView};
use super::organization::{NewContact, NewOrganization};
use super::provider::{NewEmail, NewPhone, NewProvider, PreferredChannel, ReportFrequency, Secure, SummaryNaming, WhenQuiet};
use super::{About, OrganizationFilter};
use crate::error::Result;
use crate::network;
use crate::types::{Found, Sought, Text};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use crate::web::tree::as_form;
use poem::web::{Json, Path};
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/providers", get(open_book))
        .at("/providers/find", get(find_providers))
        .at("/providers/new", get(blank_provider).post(add_provider))
        .at("/providers/:id/edit", get(edit_provider).post(change_provider))
        .at("/organizations", get(organizations))
        .at("/organizations/find", get(find_organizations))
        .at("/organizations/new", get(blank_organization).post(add_organization))
        .at("/organizations/:id", get(organization))
        .at("/organizations/:id/edit", get(edit_organization).post(change_organization))
        .at("/activities/new", get(blank_activity).post(log_activity))
}

async fn find_providers(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    network::find_providers(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

async fn find_organizations(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    network::find_organizations(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

async fn open_book(ctx: Ctx, Ask(filter): Ask<BookFilter>) -> Result<Response> {
    let book = book::book(&ctx.app, &ctx.by, &filter).await?;
    let views: Vec<_> =
        BookView::ALL.iter().map(|v| json!({ "word": v.word(), "label": v.label(), "count": book.counts.of(*v) })).collect();
    ctx.page("network/providers.html", json!({ "book": book, "views": views, "orders": BookOrder::options(), "q": filter.q })).await
}

/// The lists of a provider's form.
fn provider_lists() -> Value {
    json!({
        "channels": PreferredChannel::options(), "frequencies": ReportFrequency::options(), "namings": SummaryNaming::options(),
        "secures": Secure::options(), "when_quiet": WhenQuiet::options(),
    })
}

/// A provider's form with a spare line for one more address and number, which works without scripts.
fn provider_form(mut typed: NewProvider, office: &str) -> Value {
    typed.emails.push(NewEmail::default());
    typed.phones.extend([NewPhone::default(), NewPhone::default()]);
    typed.organization_name = office.into();
    let mut content = provider_lists();
    content["form"] = as_form(&typed);
    content
}

/// Where a new provider works, if the page before knew it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct At {
    organization: Text,
    name: Text,
}

async fn blank_provider(ctx: Ctx, Ask(at): Ask<At>) -> Result<Response> {
    network::may_write(&ctx.by)?;
    let office = network::office_name(&ctx.app, &ctx.by, &at.organization).await?;
    let typed = NewProvider { organization: at.organization, last_name: at.name, ..NewProvider::default() };
    ctx.page("network/provider_form.html", provider_form(typed, &office)).await
}

async fn add_provider(ctx: Ctx, form: Form<NewProvider>) -> Result<Response> {
    match network::add_provider(&ctx.app, &ctx.by, &form.value.clone().by_text()).await {
        Ok(provider) => ctx.see(&format!("/providers/{}", provider.id), &format!("{} added", provider.name)).await,
        Err(error) => ctx.again("network/provider_form.html", &form, error, provider_lists()).await,
    }
}

async fn edit_provider(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    network::may_write(&ctx.by)?;
    let provider = network::show(&ctx.app, &ctx.by, &id).await?;
    let mut content = provider_form(provider.as_typed(), provider.organization.as_deref().unwrap_or_default());
    content["p"] = json!(provider);
    ctx.page("network/provider_form.html", content).await
}

async fn change_provider(ctx: Ctx, Path(id): Path<String>, form: Form<NewProvider>) -> Result<Response> {
    match network::change_provider(&ctx.app, &ctx.by, &id, &form.value.clone().by_text()).await {
        Ok(provider) => ctx.see(&format!("/providers/{}", provider.id), "Changes saved").await,
        Err(error) => {
            let mut content = provider_lists();
            content["p"] = json!(network::show(&ctx.app, &ctx.by, &id).await?);
            ctx.again("network/provider_form.html", &form, error, content).await
        }
    }
}

async fn organizations(ctx: Ctx, Ask(filter): Ask<OrganizationFilter>) -> Result<Response> {
    let listing = network::list_organizations(&ctx.app, &ctx.by, &filter).await?;
    ctx.page("network/organizations.html", json!({ "listing": listing, "q": filter.q, "begun": !filter.cursor.is_blank() })).await
}

/// An office's form with two spare lines for staff.
fn organization_form(mut typed: NewOrganization) -> Value {
    typed.contacts.extend([NewContact::default(), NewContact::default()]);
    json!({ "form": as_form(&typed) })
}

async fn blank_organization(ctx: Ctx) -> Result<Response> {
    network::may_write(&ctx.by)?;
    ctx.page("network/organization_form.html", organization_form(NewOrganization::default())).await
}

async fn add_organization(ctx: Ctx, form: Form<NewOrganization>) -> Result<Response> {
    match network::add_organization(&ctx.app, &ctx.by, &form.value).await {
        Ok(office) => ctx.see(&format!("/organizations/{}", office.id), &format!("{} added", office.name)).await,
        Err(error) => ctx.again("network/organization_form.html", &form, error, json!({})).await,
    }
}

async fn organization(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let office = network::show_organization(&ctx.app, &ctx.by, &id).await?;
    ctx.page("network/organization.html", json!({ "o": office })).await
}

async fn edit_organization(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    network::may_write(&ctx.by)?;
    let office = network::show_organization(&ctx.app, &ctx.by, &id).await?;
    let mut content = organization_form(office.as_typed());
    content["o"] = json!(office);
    ctx.page("network/organization_form.html", content).await
}

async fn change_organization(ctx: Ctx, Path(id): Path<String>, form: Form<NewOrganization>) -> Result<Response> {
    match network::change_organization(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(office) => ctx.see(&format!("/organizations/{}", office.id), "Changes saved").await,
        Err(error) => {
            let office = network::show_organization(&ctx.app, &ctx.by, &id).await?;
            ctx.again("network/organization_form.html", &form, error, json!({ "o": office })).await
        }
    }
}

/// What an activity's form knows: its lists, and whom it is about.
async fn activity_page(ctx: &Ctx, about: &About) -> Result<Value> {
    Ok(json!({
        "kinds": ActivityKind::options(), "purposes": Purpose::options(), "outcomes": Outcome::options(),
        "about": network::about(&ctx.app, &ctx.by, about).await?,
    }))
}

async fn blank_activity(ctx: Ctx, Ask(about): Ask<About>) -> Result<Response> {
    let mut content = activity_page(&ctx, &about).await?;
    let kind = if about.kind.is_blank() { Text::new(ActivityKind::Call.word()) } else { about.kind.clone() };
    content["form"] = as_form(&NewActivity { kind, on: "today".into(), purpose: about.purpose, ..NewActivity::default() });
    ctx.page("network/activity_form.html", content).await
}

async fn log_activity(ctx: Ctx, form: Form<NewActivity>) -> Result<Response> {
    match network::log_activity(&ctx.app, &ctx.by, &form.value).await {
        Ok(done) => {
            let to = done.providers.first().map_or_else(|| "/providers".to_string(), |p| format!("/providers/{}", p.id));
            ctx.see(&to, &format!("{} logged", done.kind.label())).await
        }
        Err(error) => {
            let content = activity_page(&ctx, &About::of(&form.value)).await?;
            ctx.again("network/activity_form.html", &form, error, content).await
        }
    }
}
