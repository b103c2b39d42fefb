//! The JSON door of payers.

use super::PayerFilter;
use super::examples::Example;
use super::payer::NewPayer;
use super::rule_sheet::NewRuleSheet;
use super::view::{PayerRow, PayerView};
use crate::error::Result;
use crate::payers;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Payers")
        .get("/payers", "Payers, newest first", list)
        .asks::<PayerFilter>()
        .gives::<Listing<PayerRow>>()
        .post("/payers", "Enter a payer", create)
        .takes::<NewPayer>()
        .makes::<PayerView>()
        .get("/payers/examples", "Published rules to begin a sheet with: dated examples, to be checked", examples)
        .gives::<Listing<Example>>()
        .get("/payers/{id}", "One payer with all versions of its rule sheet", show)
        .gives::<PayerView>()
        .patch("/payers/{id}", "Change a payer: send what changes, and the version you read", change)
        .takes::<NewPayer>()
        .gives::<PayerView>()
        .post("/payers/{id}/rule-sheets", "Write a new version of the rule sheet", write_sheet)
        .takes::<NewRuleSheet>()
        .makes::<PayerView>()
        .post("/payers/{id}/mark-checked", "The payer was asked again and nothing changed", mark_checked)
        .gives::<PayerView>()
}

async fn list(api: Api, Query(filter): Query<PayerFilter>) -> Result<Given<Listing<PayerRow>>> {
    payers::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn create(api: Api, Body(new): Body<NewPayer>) -> Result<Made<PayerView>> {
    payers::add(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<PayerView>> {
    payers::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<PayerView>> {
    let new = sent.over(&payers::show(&api.app, &api.by, &id).await?.as_typed())?;
    payers::change(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn write_sheet(api: Api, Path(id): Path<String>, Body(new): Body<NewRuleSheet>) -> Result<Made<PayerView>> {
    payers::write_sheet(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn mark_checked(api: Api, Path(id): Path<String>) -> Result<Given<PayerView>> {
    payers::mark_checked(&api.app, &api.by, &id).await.map(Given)
}

async fn examples(api: Api) -> Result<Given<Listing<Example>>> {
    payers::sheet_examples(&api.by).map(|all| Given(all.into()))
}
