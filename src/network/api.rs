//! The JSON door of the network.

use super::activity::{NewActivity, NextStep};
use super::book::{self, Book, BookFilter};
use super::copies::{self, CopyTo};
use super::offices::view::{OrganizationRow, OrganizationView};
use super::organization::NewOrganization;
use super::provider::NewProvider;
use super::timeline::Event;
use super::view::{ActivityView, ProviderRow, ProviderView};
use super::{LettersAgain, OrganizationFilter, ProviderFilter, StageMove, TimelineFilter, Verification};
use crate::error::Result;
use crate::network;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Network")
        .get("/providers", "Providers, newest first", list)
        .asks::<ProviderFilter>()
        .gives::<Listing<ProviderRow>>()
        .post("/providers", "Enter a provider", create)
        .takes::<NewProvider>()
        .makes::<ProviderView>()
        .get("/providers/book", "The book of providers: its views with counts, twelve months, what to do next", open_book)
        .asks::<BookFilter>()
        .gives::<Book>()
        .get("/providers/{id}", "One provider", show)
        .gives::<ProviderView>()
        .patch("/providers/{id}", "Change a provider: send what changes, and the version you read", change)
        .takes::<NewProvider>()
        .gives::<ProviderView>()
        .post("/providers/{id}/stage", "Move the relationship", stage)
        .takes::<StageMove>()
        .gives::<ProviderView>()
        .post("/providers/{id}/verify-email", "Say how and when an address was checked", verify)
        .takes::<Verification>()
        .gives::<ProviderView>()
        .post("/providers/{id}/letters-again", "Letters about us may go to an address again that was stopped", letters_again)
        .takes::<LettersAgain>()
        .gives::<ProviderView>()
        .post("/providers/{id}/copies", "Another doctor gets a copy of each report about a patient to this one", add_copy)
        .takes::<CopyTo>()
        .gives::<ProviderView>()
        .post("/providers/{id}/copies/remove", "They get no more copies", remove_copy)
        .takes::<CopyTo>()
        .gives::<ProviderView>()
        .get("/providers/{id}/timeline", "What happened with a provider, newest first", timeline)
        .asks::<TimelineFilter>()
        .gives::<Listing<Event>>()
        .get("/organizations", "Organizations, newest first", organizations)
        .asks::<OrganizationFilter>()
        .gives::<Listing<OrganizationRow>>()
        .post("/organizations", "Enter an organization", create_organization)
        .takes::<NewOrganization>()
        .makes::<OrganizationView>()
        .get("/organizations/{id}", "One organization", organization)
        .gives::<OrganizationView>()
        .patch("/organizations/{id}", "Change an organization: send what changes, and the version you read", change_organization)
        .takes::<NewOrganization>()
        .gives::<OrganizationView>()
        .post("/activities", "Log a call, visit, lunch, letter ...", log)
        .takes::<NewActivity>()
        .makes::<ActivityView>()
        .post("/activities/{id}/take-back", "Take back an activity that was logged by mistake", take_back_activity)
        .gives::<ActivityView>()
        .post("/activities/{id}/next", "Say what comes next", plan_next)
        .takes::<NextStep>()
        .gives::<ActivityView>()
}

async fn list(api: Api, Query(filter): Query<ProviderFilter>) -> Result<Given<Listing<ProviderRow>>> {
    network::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn create(api: Api, Body(new): Body<NewProvider>) -> Result<Made<ProviderView>> {
    network::add_provider(&api.app, &api.by, &new).await.map(Made)
}

async fn open_book(api: Api, Query(filter): Query<BookFilter>) -> Result<Given<Book>> {
    book::book(&api.app, &api.by, &filter).await.map(Given)
}

async fn take_back_activity(api: Api, Path(id): Path<String>) -> Result<Given<ActivityView>> {
    network::take_back_activity(&api.app, &api.by, &id).await.map(Given)
}

async fn plan_next(api: Api, Path(id): Path<String>, Body(new): Body<NextStep>) -> Result<Given<ActivityView>> {
    network::plan_next(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<ProviderView>> {
    network::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<ProviderView>> {
    let new = sent.over(&network::show(&api.app, &api.by, &id).await?.as_typed())?;
    network::change_provider(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn stage(api: Api, Path(id): Path<String>, Body(to): Body<StageMove>) -> Result<Given<ProviderView>> {
    network::move_stage(&api.app, &api.by, &id, &to.stage, &to.why).await.map(Given)
}

async fn verify(api: Api, Path(id): Path<String>, Body(new): Body<Verification>) -> Result<Given<ProviderView>> {
    network::verify_email(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn timeline(api: Api, Path(id): Path<String>, Query(filter): Query<TimelineFilter>) -> Result<Given<Listing<Event>>> {
    network::timeline(&api.app, &api.by, &id, &filter).await.map(Given)
}

async fn organizations(api: Api, Query(filter): Query<OrganizationFilter>) -> Result<Given<Listing<OrganizationRow>>> {
    network::list_organizations(&api.app, &api.by, &filter).await.map(Given)
}

async fn create_organization(api: Api, Body(new): Body<NewOrganization>) -> Result<Made<OrganizationView>> {
    network::add_organization(&api.app, &api.by, &new).await.map(Made)
}

async fn organization(api: Api, Path(id): Path<String>) -> Result<Given<OrganizationView>> {
    network::show_organization(&api.app, &api.by, &id).await.map(Given)
}

async fn change_organization(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<OrganizationView>> {
    let new = sent.over(&network::show_organization(&api.app, &api.by, &id).await?.as_typed())?;
    network::change_organization(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn log(api: Api, Body(new): Body<NewActivity>) -> Result<Made<ActivityView>> {
    network::log_activity(&api.app, &api.by, &new).await.map(Made)
}

async fn letters_again(api: Api, Path(id): Path<String>, Body(new): Body<LettersAgain>) -> Result<Given<ProviderView>> {
    network::letters_again(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn add_copy(api: Api, Path(id): Path<String>, Body(new): Body<CopyTo>) -> Result<Given<ProviderView>> {
    copies::add(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn remove_copy(api: Api, Path(id): Path<String>, Body(gone): Body<CopyTo>) -> Result<Given<ProviderView>> {
    copies::remove(&api.app, &api.by, &id, &gone).await.map(Given)
}
