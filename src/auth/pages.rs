//! The HTML door of signing in, the first run, and one's own account.

use super::role::Role;
use super::user::{Look, NewSetup, NewToken, NewUser};
use crate::app::App;
use crate::auth::{self, Login};
use crate::error::{AppError, FieldErrors, Result};
use crate::web::ctx::{Ctx, Form, bare, redirect};
use crate::web::gate;
use crate::web::posted::Posted;
use crate::web::shell::Shell;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, Route, get, handler, post};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes(site: Route) -> Route {
    site.at("/login", get(login).post(log_in))
        .at("/logout", post(log_out))
        .at("/setup", get(setup).post(set_up))
        .at("/account", get(account).post(change_password))
        .at("/account/look", post(look))
        .at("/account/tokens", post(make_token))
        .at("/account/tokens/:id/revoke", post(revoke_token))
        .at("/session/keep", post(keep))
        .at("/settings/users", get(users_page).post(invite))
        .at("/settings/users/new", get(new_user))
        .at("/settings/users/:id", get(user_page).post(change_user))
}

/// Only a way inside this site: a link must not lead elsewhere after signing in.
fn inside(to: Option<&str>) -> String {
    to.filter(|t| t.starts_with('/') && !t.starts_with("//") && !t.contains(['\\', '\r', '\n'])).unwrap_or("/").to_string()
}

fn asked(req: &Request, name: &str) -> Option<String> {
    let query = req.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == name).map(|(_, v)| v.into_owned())
}

#[handler]
async fn login(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>) -> Result<Response> {
    if auth::is_new(app).await? {
        return Ok(redirect("/setup"));
    }
    let to = inside(asked(req, "to").as_deref());
    bare(req, shell, StatusCode::OK, "login.html", json!({ "to": to, "form": {} }), &FieldErrors::default())
}

#[handler]
async fn log_in(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>) -> Result<Response> {
    let posted = req.extensions().get::<Posted>().cloned().unwrap_or_default();
    let (email, password) = (posted.field("email").unwrap_or_default(), posted.field("password").unwrap_or_default());
    let (to, address) = (inside(posted.field("to")), gate::client_address(req));
    let request = req.extensions().get::<gate::RequestId>().map(|id| id.0.as_str());
    let given = Login { email, password, address: &address, request, before: req.extensions().get() };
    match auth::log_in(app, given).await {
        Ok(token) => {
            gate::put_session(req, &token);
            Ok(redirect(&to))
        }
        Err(error @ (AppError::Invalid(_) | AppError::SlowDown(_))) => {
            let status = crate::web::error::status(&error);
            let errors = match error {
                AppError::Invalid(errors) => errors,
                other => FieldErrors::one("password", format!("{other}")),
            };
            bare(req, shell, status, "login.html", json!({ "to": to, "form": { "email": email } }), &errors)
        }
        Err(other) => Err(other),
    }
}

#[handler]
async fn log_out(req: &Request, ctx: Ctx) -> Result<Response> {
    auth::log_out(&ctx.app, &ctx.session).await?;
    gate::drop_session(req);
    let mut response = redirect("/login");
    response.headers_mut().insert("clear-site-data", poem::http::HeaderValue::from_static("\"cache\""));
    Ok(response)
}

#[handler]
async fn setup(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>) -> Result<Response> {
    if !auth::is_new(app).await? {
        return Ok(redirect("/login"));
    }
    let token = asked(req, "token").unwrap_or_default();
    if !auth::setup_token_fits(app, &token).await? {
        return bare(req, shell, StatusCode::FORBIDDEN, "setup_closed.html", json!({ "form": {} }), &FieldErrors::default());
    }
    let form = json!({ "token": token, "timezone": "America/Los_Angeles" });
    bare(
        req,
        shell,
        StatusCode::OK,
        "setup.html",
        json!({ "form": form, "zones": crate::practice::practice::US_ZONES }),
        &FieldErrors::default(),
    )
}

#[handler]
async fn set_up(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, form: Form<NewSetup>) -> Result<Response> {
    match auth::set_up(app, &form.value).await {
        Ok(token) => {
            gate::put_session(req, &token);
            Ok(redirect("/"))
        }
        Err(AppError::Invalid(errors)) => {
            let mut typed = form.typed.clone();
            typed["password"] = json!("");
            let content = json!({ "form": typed, "zones": crate::practice::practice::US_ZONES });
            bare(req, shell, StatusCode::UNPROCESSABLE_ENTITY, "setup.html", content, &errors)
        }
        Err(other) => Err(other),
    }
}

#[handler]
async fn account(ctx: Ctx) -> Result<Response> {
    let shown = account_of(&ctx).await?;
    ctx.page("account.html", shown).await
}

async fn account_of(ctx: &Ctx) -> Result<Value> {
    let user = auth::show_me(&ctx.app, &ctx.by).await?;
    Ok(json!({ "tokens": auth::list_tokens(&ctx.app, &ctx.by).await?, "mornings_off": user.mornings_off }))
}

#[handler]
async fn change_password(ctx: Ctx, form: Form<PasswordChange>) -> Result<Response> {
    match auth::change_password(&ctx.app, &ctx.by, Some(ctx.session.id), &form.value.old_password, &form.value.password).await {
        Ok(()) => ctx.see("/account", "Password changed. Your other browsers are signed out").await,
        Err(error) => {
            let blank = Form { typed: json!({}), value: form.value };
            let shown = account_of(&ctx).await?;
            ctx.again("account.html", &blank, error, shown).await
        }
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct PasswordChange {
    old_password: String,
    password: String,
}

#[handler]
async fn look(ctx: Ctx, form: Form<Look>) -> Result<Response> {
    auth::set_look(&ctx.app, &ctx.by, &form.value).await?;
    Ok(ctx.go("/account"))
}

/// Drawn and not led on to: the token is shown on this page and never again.
#[handler]
async fn make_token(ctx: Ctx, mut form: Form<NewToken>) -> Result<Response> {
    form.value.user = auth::show_me(&ctx.app, &ctx.by).await?.email.as_str().into();
    let made = auth::create_token(&ctx.app, &ctx.by, &form.value).await;
    let mut shown = account_of(&ctx).await?;
    match made {
        Ok(made) => {
            shown["token"] = json!(made.token);
            ctx.page("account.html", shown).await
        }
        Err(error) => ctx.again("account.html", &form, error, shown).await,
    }
}

#[handler]
async fn revoke_token(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    auth::revoke_token(&ctx.app, &ctx.by, &id).await?;
    ctx.see("/account", "The token is ended").await
}

/// Somebody is still here: the session was touched by coming in.
#[handler]
async fn keep(_ctx: Ctx) -> Result<Response> {
    Ok(Response::builder().status(StatusCode::NO_CONTENT).finish())
}

#[handler]
async fn users_page(ctx: Ctx) -> Result<Response> {
    ctx.page("settings/users.html", json!({ "users": auth::list_users(&ctx.app, &ctx.by).await?, "labels": labels() })).await
}

/// What a role is called, by its word.
fn labels() -> Value {
    Role::ALL.iter().map(|r| (r.word().to_string(), json!(r.label()))).collect::<serde_json::Map<_, _>>().into()
}

/// What each role may do, in one line beside its tick.
fn role_choices() -> Vec<(&'static str, &'static str, &'static str)> {
    let about = |role: Role| match role {
        Role::Owner => "everything, users and settings too",
        Role::Therapist => "own patients, notes and reports",
        Role::FrontDesk => "referrals, patients, visits; no note text, no money",
        Role::Biller => "claims, payments, payers’ rules",
        Role::Marketer => "doctors and offices, totals; never a patient",
        Role::ReadOnly => "looks at most things, changes nothing",
    };
    Role::ALL.iter().map(|r| (r.word(), r.label(), about(*r))).collect()
}

#[handler]
async fn new_user(ctx: Ctx) -> Result<Response> {
    ctx.by.only_owner()?;
    ctx.page("settings/user.html", json!({ "user": null, "roles": role_choices(), "form": { "roles": [] } })).await
}

#[handler]
async fn invite(ctx: Ctx, form: Form<NewUser>) -> Result<Response> {
    match auth::add_user(&ctx.app, &ctx.by, &form.value).await {
        Ok(user) => ctx.see("/settings/users", &format!("{} may sign in now. Tell them the password yourself", user.name)).await,
        Err(error) => ctx.again("settings/user.html", &form, error, json!({ "user": null, "roles": role_choices() })).await,
    }
}

#[handler]
async fn user_page(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let user = auth::show_user(&ctx.app, &ctx.by, &id).await?;
    let form = json!({ "email": user.email, "name": user.name, "roles": user.roles, "may_import": user.may_import.to_string(), "disabled": user.disabled.to_string(), "version": user.version.to_string() });
    ctx.page("settings/user.html", json!({ "user": user, "roles": role_choices(), "form": form })).await
}

#[handler]
async fn change_user(ctx: Ctx, Path(id): Path<String>, form: Form<NewUser>) -> Result<Response> {
    match auth::change_user(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(user) if user.disabled => {
            ctx.see("/settings/users", &format!("{} is shut out. Their browsers and tokens ended at once", user.name)).await
        }
        Ok(user) => ctx.see("/settings/users", &format!("{} is saved. It holds from their next click", user.name)).await,
        Err(error) => {
            let user = auth::show_user(&ctx.app, &ctx.by, &id).await?;
            ctx.again("settings/user.html", &form, error, json!({ "user": user, "roles": role_choices() })).await
        }
    }
}
