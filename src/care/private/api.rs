//! The JSON door of private notes.

use super::{NewPrivateNote, PrivateNoteView, PrivateNotes, about, add, change, remove, show};
use crate::error::Result;
use crate::patients::view::PatientRef;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Care")
        .get("/patients/{id}/private-notes", "Your private notes about a patient; nobody else reads them", list)
        .gives::<PrivateNotes>()
        .post("/patients/{id}/private-notes", "Write a private note", make)
        .takes::<NewPrivateNote>()
        .makes::<PrivateNoteView>()
        .get("/private-notes/{id}", "One of your private notes", show_one)
        .gives::<PrivateNoteView>()
        .patch("/private-notes/{id}", "Change one: send what changes, and the version you read", change_one)
        .takes::<NewPrivateNote>()
        .gives::<PrivateNoteView>()
        .post("/private-notes/{id}/remove", "Take one away; whom it was about comes back", remove_one)
        .gives::<PatientRef>()
        .post("/private-notes/{id}/put-back", "Take that back", put_back)
        .gives::<PatientRef>()
}

async fn list(api: Api, Path(id): Path<String>) -> Result<Given<PrivateNotes>> {
    about(&api.app, &api.by, &id).await.map(Given)
}

async fn make(api: Api, Path(id): Path<String>, Body(new): Body<NewPrivateNote>) -> Result<Made<PrivateNoteView>> {
    add(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn show_one(api: Api, Path(id): Path<String>) -> Result<Given<PrivateNoteView>> {
    show(&api.app, &api.by, &id).await.map(Given)
}

async fn change_one(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<PrivateNoteView>> {
    let new = sent.over(&show(&api.app, &api.by, &id).await?.as_typed())?;
    change(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn remove_one(api: Api, Path(id): Path<String>) -> Result<Given<PatientRef>> {
    remove(&api.app, &api.by, &id, true).await.map(Given)
}

async fn put_back(api: Api, Path(id): Path<String>) -> Result<Given<PatientRef>> {
    remove(&api.app, &api.by, &id, false).await.map(Given)
}
