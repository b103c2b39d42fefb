//! The JSON door of the texts that are used again.

use super::text::NewText;
use super::{TextView, add, change, list, shelve, show};
use crate::error::Result;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Care")
        .get("/note-texts", "Snippets and templates that you may use", list_texts)
        .gives::<Listing<TextView>>()
        .post("/note-texts", "Make a snippet or a template, your own or the practice's", add_text)
        .takes::<NewText>()
        .makes::<TextView>()
        .get("/note-texts/{id}", "One of them", show_text)
        .gives::<TextView>()
        .patch("/note-texts/{id}", "Change one: send what changes, and the version you read", change_text)
        .takes::<NewText>()
        .gives::<TextView>()
        .post("/note-texts/{id}/remove", "Take one away", remove_text)
        .gives::<TextView>()
        .post("/note-texts/{id}/put-back", "Take that back", put_back_text)
        .gives::<TextView>()
}

async fn list_texts(api: Api) -> Result<Given<Listing<TextView>>> {
    list(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn add_text(api: Api, Body(new): Body<NewText>) -> Result<Made<TextView>> {
    add(&api.app, &api.by, &new).await.map(Made)
}

async fn show_text(api: Api, Path(id): Path<String>) -> Result<Given<TextView>> {
    show(&api.app, &api.by, &id).await.map(Given)
}

async fn change_text(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<TextView>> {
    let new = sent.over(&show(&api.app, &api.by, &id).await?.as_typed())?;
    change(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn remove_text(api: Api, Path(id): Path<String>) -> Result<Given<TextView>> {
    shelve(&api.app, &api.by, &id, true).await.map(Given)
}

async fn put_back_text(api: Api, Path(id): Path<String>) -> Result<Given<TextView>> {
    shelve(&api.app, &api.by, &id, false).await.map(Given)
}
