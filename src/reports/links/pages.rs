//! The door of links: what a doctor sees, without an account. And the one button by which a person of ours closes a link.

use super::visit::{self, Entering, Knocked, Visitor};
use crate::app::App;
use crate::auth;
use crate::error::{AppError, FieldErrors, Result};
use crate::practice;
use crate::reports::sign_backs::answer::{Answer, NewAnswer};
use crate::types::{Phone, Text};
use crate::web::ctx::{self, Ctx, Form, html_response, redirect};
use crate::web::download::{self, Shown};
use crate::web::gate;
use crate::web::shell::Shell;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Request, Response, Route, get, handler, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tera::Context;

pub fn routes(site: Route) -> Route {
    site.at("/r/:token", get(look).post(knock))
        .at("/r/:token/code", get(code).post(enter))
        .at("/r/:token/report", get(read).post(answer))
        .at("/r/:token/message.html", get(message))
        .at("/r/:token/letter.pdf", get(letter))
        .at("/mails/:id/close-link", post(close))
}

/// One page of a link, with who writes and nobody else's name.
struct Page<'a> {
    req: &'a Request,
    app: &'a App,
    shell: &'a Shell,
}

impl Page<'_> {
    async fn draw(&self, status: StatusCode, template: &str, mut content: Value, errors: &FieldErrors) -> Result<Response> {
        let own = practice::of(&self.app.db).await?;
        content["practice"] = json!({ "name": own.name, "phone": own.phone.as_deref().map(|p| Phone::show(p, None)) });
        content["csrf"] = json!(gate::visitor_csrf(self.req, self.shell));
        content["assets"] = json!(crate::web::assets::folder());
        content["zone"] = json!(self.app.clock.zone().name());
        content["today"] = json!(self.app.today());
        content["errors"] = ctx::by_name(errors);
        content["error_list"] = ctx::listed(errors);
        let context = Context::from_serialize(&content).map_err(|e| anyhow::anyhow!("{e}"))?;
        Ok(html_response(status, self.shell.render(template, &context)?))
    }

    /// What does not open says so in the same words, whatever the reason; what stands in the way for a while says what to do.
    async fn or_closed(&self, token: &str, outcome: Result<Response>) -> Result<Response> {
        let (status, words) = match outcome {
            Err(AppError::NotFound(_)) => (StatusCode::NOT_FOUND, String::new()),
            Err(error @ AppError::SlowDown(_)) => {
                (crate::web::error::status(&error), "Too many codes were asked for. Wait an hour, then try again".into())
            }
            Err(error @ AppError::Conflict { .. }) => {
                let words = crate::web::error::public_words(&error);
                let content = json!({ "token": token, "words": words });
                return self.draw(crate::web::error::status(&error), "links/again.html", content, &FieldErrors::default()).await;
            }
            other => return other,
        };
        self.draw(status, "links/closed.html", json!({ "words": words }), &FieldErrors::default()).await
    }
}

macro_rules! page {
    ($req:ident, $app:ident, $shell:ident) => {
        Page { req: $req, app: $app, shell: $shell }
    };
}

#[handler]
async fn look(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, Path(token): Path<String>) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let drawn = async {
        let knocks = visit::look(app, Visitor { token: &token, browser: browser.as_deref() }).await?;
        page.draw(StatusCode::OK, "links/knock.html", json!({ "token": token, "k": knocks }), &FieldErrors::default()).await
    };
    page.or_closed(&token, drawn.await).await
}

/// The button was pressed. The browser gets a token of its own, that the code is bound to.
#[handler]
async fn knock(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, Path(token): Path<String>) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req).unwrap_or_else(|| {
        let fresh = auth::random_token();
        gate::put_reader(req, &fresh, None);
        fresh
    });
    let gone = match visit::knock(app, Visitor { token: &token, browser: Some(&browser) }).await {
        Ok(Knocked::CodeSent) => Ok(redirect(&format!("/r/{token}/code"))),
        Ok(Knocked::Open) => Ok(redirect(&format!("/r/{token}/report"))),
        Err(error) => Err(error),
    };
    page.or_closed(&token, gone).await
}

async fn code_page(page: &Page<'_>, visitor: Visitor<'_>, typed: Value, status: StatusCode, errors: &FieldErrors) -> Result<Response> {
    let asks = visit::asks_digits(page.app, visitor).await?;
    let content = json!({ "token": visitor.token, "asks_digits": asks, "form": typed });
    page.draw(status, "links/code.html", content, errors).await
}

#[handler]
async fn code(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, Path(token): Path<String>) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let visitor = Visitor { token: &token, browser: browser.as_deref() };
    let drawn = code_page(&page, visitor, json!({}), StatusCode::OK, &FieldErrors::default()).await;
    page.or_closed(&token, drawn).await
}

#[handler]
async fn enter(
    req: &Request,
    Data(app): Data<&App>,
    Data(shell): Data<&Arc<Shell>>,
    Path(token): Path<String>,
    form: Form<Entering>,
) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let visitor = Visitor { token: &token, browser: browser.as_deref() };
    let outcome = match visit::enter(app, visitor, &form.value).await {
        Ok(()) => {
            if let Some(browser) = browser.as_deref().filter(|_| form.value.trust.is_yes()) {
                gate::put_reader(req, browser, Some(super::link::TRUSTED_DAYS));
            }
            Ok(redirect(&format!("/r/{token}/report")))
        }
        Err(AppError::Invalid(errors)) => {
            let typed = json!({ "digits": form.value.digits, "trust": form.value.trust });
            code_page(&page, visitor, typed, StatusCode::UNPROCESSABLE_ENTITY, &errors).await
        }
        Err(other) => Err(other),
    };
    page.or_closed(&token, outcome).await
}

async fn report_page(page: &Page<'_>, visitor: Visitor<'_>, typed: Value, status: StatusCode, errors: &FieldErrors) -> Result<Response> {
    let opened = visit::read(page.app, visitor).await?;
    let content = json!({ "token": visitor.token, "o": opened, "form": typed, "answers": Answer::options() });
    page.draw(status, "links/report.html", content, errors).await
}

#[handler]
async fn read(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, Path(token): Path<String>) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let visitor = Visitor { token: &token, browser: browser.as_deref() };
    let drawn = report_page(&page, visitor, json!({}), StatusCode::OK, &FieldErrors::default()).await;
    page.or_closed(&token, drawn).await
}

#[handler]
async fn answer(
    req: &Request,
    Data(app): Data<&App>,
    Data(shell): Data<&Arc<Shell>>,
    Path(token): Path<String>,
    form: Form<NewAnswer>,
) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let visitor = Visitor { token: &token, browser: browser.as_deref() };
    let outcome = match visit::answer(app, visitor, &form.value).await {
        Ok(()) => Ok(redirect(&format!("/r/{token}/report"))),
        Err(AppError::Invalid(errors)) => report_page(&page, visitor, form.typed, StatusCode::UNPROCESSABLE_ENTITY, &errors).await,
        Err(other) => Err(other),
    };
    page.or_closed(&token, outcome).await
}

/// The message in its frame: nothing in it runs or loads.
#[handler]
async fn message(req: &Request, Data(app): Data<&App>, Path(token): Path<String>) -> Result<Response> {
    let browser = gate::reader(req);
    let html = visit::message(app, Visitor { token: &token, browser: browser.as_deref() }).await?;
    // Of the same origin, so that the page can make the frame as high as the message is.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    Ok(Response::builder().content_type("text/html; charset=utf-8").header(header::CONTENT_SECURITY_POLICY, policy).body(html))
}

#[handler]
async fn letter(req: &Request, Data(app): Data<&App>, Data(shell): Data<&Arc<Shell>>, Path(token): Path<String>) -> Result<Response> {
    let page = page!(req, app, shell);
    let browser = gate::reader(req);
    let drawn = visit::pdf(app, Visitor { token: &token, browser: browser.as_deref() }).await;
    page.or_closed(&token, drawn.map(|(name, pdf)| download::pdf(&name, pdf, Shown::Here))).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Why {
    why: Text,
}

#[handler]
async fn close(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    super::close(&ctx.app, &ctx.by, &id, &form.value.why).await?;
    ctx.see(&format!("/mails/{id}"), "The link is closed. It opens nothing more").await
}
