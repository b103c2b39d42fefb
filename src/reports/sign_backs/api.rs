//! The JSON door of answers to renewal requests, and of the links that they are given at.

use super::view::SignBackView;
use crate::error::Result;
use crate::reports::mails::view::MailShown;
use crate::reports::{Why, links, sign_backs};
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/sign-backs", "Answers to renewal requests, those that wait first", list)
        .gives::<Listing<SignBackView>>()
        .get("/sign-backs/{id}", "One answer", show)
        .gives::<SignBackView>()
        .post("/sign-backs/{id}/file", "It was checked: the order that it made is signed", file)
        .gives::<SignBackView>()
        .post("/sign-backs/{id}/note", "It was read, and something else follows: what it filed is cancelled", note)
        .takes::<Why>()
        .gives::<SignBackView>()
        .post("/mails/{id}/close-link", "Close the link in a mail: it opens nothing more", close)
        .takes::<Why>()
        .gives::<MailShown>()
}

async fn list(api: Api) -> Result<Given<Listing<SignBackView>>> {
    sign_backs::list(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<SignBackView>> {
    sign_backs::show(&api.app, &api.by, &id).await.map(Given)
}

async fn file(api: Api, Path(id): Path<String>) -> Result<Given<SignBackView>> {
    sign_backs::file(&api.app, &api.by, &id).await.map(Given)
}

async fn note(api: Api, Path(id): Path<String>, Body(new): Body<Why>) -> Result<Given<SignBackView>> {
    sign_backs::note(&api.app, &api.by, &id, &new.why).await.map(Given)
}

async fn close(api: Api, Path(id): Path<String>, Body(new): Body<Why>) -> Result<Given<MailShown>> {
    links::close(&api.app, &api.by, &id, &new.why).await.map(Given)
}
