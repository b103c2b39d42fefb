//! The JSON door of users and tokens.

use super::user::{Look, NewToken, NewUser};
use super::view::{NewTokenView, TokenView, UserView};
use crate::auth;
use crate::error::Result;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch};
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Users")
        .get("/users", "Who may sign in", list)
        .gives::<Listing<UserView>>()
        .post("/users", "Let somebody in", create)
        .takes::<NewUser>()
        .makes::<UserView>()
        .patch("/users/{id}", "Change roles, name or password, or shut somebody out", change)
        .takes::<NewUser>()
        .gives::<UserView>()
        .get("/account", "Who you are", me)
        .gives::<UserView>()
        .post("/account/password", "Change your own password; browsers are signed out", change_password)
        .takes::<PasswordChange>()
        .gives::<UserView>()
        .post("/account/look", "Light or dark, keys on or off, mail in the morning or none", look)
        .takes::<Look>()
        .gives::<UserView>()
        .get("/tokens", "Your own API tokens", tokens)
        .gives::<Listing<TokenView>>()
        .post("/tokens", "Make an API token; it is shown this once", create_token)
        .takes::<NewToken>()
        .makes::<NewTokenView>()
        .post("/tokens/{id}/revoke", "End a token at once", revoke)
        .gives::<TokenView>()
}

/// Your own password, with the one that holds until now.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordChange {
    pub old_password: String,
    pub password: String,
}

async fn look(api: Api, Body(new): Body<Look>) -> Result<Given<UserView>> {
    auth::set_look(&api.app, &api.by, &new).await.map(Given)
}

async fn list(api: Api) -> Result<Given<Listing<UserView>>> {
    auth::list_users(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn create(api: Api, Body(new): Body<NewUser>) -> Result<Made<UserView>> {
    auth::add_user(&api.app, &api.by, &new).await.map(Made)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<UserView>> {
    let stands = auth::show_user(&api.app, &api.by, &id).await?;
    let new = sent.over(&stands.as_typed())?;
    auth::change_user(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn me(api: Api) -> Result<Given<UserView>> {
    auth::show_me(&api.app, &api.by).await.map(Given)
}

async fn change_password(api: Api, Body(new): Body<PasswordChange>) -> Result<Given<UserView>> {
    auth::change_password(&api.app, &api.by, None, &new.old_password, &new.password).await?;
    auth::show_me(&api.app, &api.by).await.map(Given)
}

async fn tokens(api: Api) -> Result<Given<Listing<TokenView>>> {
    auth::list_tokens(&api.app, &api.by).await.map(|all| Given(all.into()))
}

async fn create_token(api: Api, Body(new): Body<NewToken>) -> Result<Made<NewTokenView>> {
    auth::create_token(&api.app, &api.by, &new).await.map(Made)
}

async fn revoke(api: Api, Path(id): Path<String>) -> Result<Given<TokenView>> {
    auth::revoke_token(&api.app, &api.by, &id).await.map(Given)
}
