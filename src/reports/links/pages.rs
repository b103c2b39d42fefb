//! The door of links: what a doctor sees, without an account. And the one button by which a person of ours closes a link.

use super::visit::{self, Entering, Knocked, Visitor};
use crate::app::App;
use crate::auth;
use crate::error::{AppError, FieldErrors, Result};
use crate::practice;
use crate::reports::Why;
use crate::reports::sign_backs::answer::{Answer, NewAnswer};
use crate::types::Phone;
use crate::web::ctx::{Ctx, Form, bare, missing, redirect};
use crate::web::download::{self, Shown};
use crate::web::error::{public_words, status};
use crate::web::gate;
use crate::web::shell::Shell;
use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{FromRequest, Request, RequestBody, Response, Route, get, handler, post};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes(site: Route) -> Route {
    site.at("/r/:token", get(look).post(knock))
        .at("/r/:token/code", get(code).post(enter))
        .at("/r/:token/report", get(read).post(answer))
        .at("/r/:token/message.html", get(message))
        .at("/r/:token/letter.pdf", get(letter))
        .at("/mails/:id/close-link", post(close))
}

/// Somebody before a link, and the way to answer them: pages with who writes, and nobody else's name.
struct Door<'a> {
    req: &'a Request,
    app: &'a App,
    shell: &'a Shell,
    token: String,
    browser: Option<String>,
}

impl<'a> FromRequest<'a> for Door<'a> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self {
            req,
            app: req.data::<App>().ok_or_else(missing)?,
            shell: req.data::<Arc<Shell>>().ok_or_else(missing)?,
            token: req.path_params::<String>()?,
            browser: gate::reader(req),
        })
    }
}

impl Door<'_> {
    fn visitor(&self) -> Visitor<'_> {
        Visitor { token: &self.token, browser: self.browser.as_deref() }
    }

    /// `/r/TOKEN/report`.
    fn on_to(&self, part: &str) -> Response {
        redirect(&format!("/r/{}/{part}", self.token))
    }

    async fn draw(&self, status: StatusCode, template: &str, mut content: Value, errors: &FieldErrors) -> Result<Response> {
        let own = practice::of(&self.app.db).await?;
        content["token"] = json!(self.token);
        content["practice"] = json!({ "name": own.name, "phone": own.phone.as_deref().map(|p| Phone::show(p, None)) });
        content["zone"] = json!(self.app.clock.zone().name());
        content["today"] = json!(self.app.today());
        bare(self.req, self.shell, status, template, content, errors)
    }

    async fn page(&self, template: &str, content: Value) -> Result<Response> {
        self.draw(StatusCode::OK, template, content, &FieldErrors::default()).await
    }

    /// What does not open says so in the same words, whatever the reason; what stands in the way for a while says what to do.
    async fn or_closed(&self, outcome: Result<Response>) -> Result<Response> {
        let (error, template, words) = match outcome {
            Err(error @ AppError::NotFound(_)) => (error, "links/closed.html", String::new()),
            Err(error @ AppError::SlowDown(_)) => {
                (error, "links/closed.html", "Too many codes were asked for. Wait an hour, then try again".into())
            }
            Err(error @ AppError::Conflict { .. }) => {
                let words = public_words(&error);
                (error, "links/again.html", words)
            }
            other => return other,
        };
        self.draw(status(&error), template, json!({ "words": words }), &FieldErrors::default()).await
    }

    async fn code_page(&self, typed: Value, status: StatusCode, errors: &FieldErrors) -> Result<Response> {
        let asks = visit::asks_digits(self.app, self.visitor()).await?;
        self.draw(status, "links/code.html", json!({ "asks_digits": asks, "form": typed }), errors).await
    }

    async fn report_page(&self, typed: Value, status: StatusCode, errors: &FieldErrors) -> Result<Response> {
        let opened = visit::read(self.app, self.visitor()).await?;
        let content = json!({ "o": opened, "form": typed, "answers": Answer::options() });
        self.draw(status, "links/report.html", content, errors).await
    }
}

#[handler]
async fn look(door: Door<'_>) -> Result<Response> {
    let drawn = match visit::look(door.app, door.visitor()).await {
        Ok(is_known) => door.page("links/knock.html", json!({ "is_known": is_known })).await,
        Err(error) => Err(error),
    };
    door.or_closed(drawn).await
}

/// The button was pressed. The browser gets a token of its own, that the code is bound to.
#[handler]
async fn knock(mut door: Door<'_>) -> Result<Response> {
    if door.browser.is_none() {
        let fresh = auth::random_token();
        gate::put_reader(door.req, &fresh, None);
        door.browser = Some(fresh);
    }
    let gone = visit::knock(door.app, door.visitor()).await.map(|knocked| match knocked {
        Knocked::CodeSent => door.on_to("code"),
        Knocked::Open => door.on_to("report"),
    });
    door.or_closed(gone).await
}

#[handler]
async fn code(door: Door<'_>) -> Result<Response> {
    door.or_closed(door.code_page(json!({}), StatusCode::OK, &FieldErrors::default()).await).await
}

#[handler]
async fn enter(door: Door<'_>, form: Form<Entering>) -> Result<Response> {
    let outcome = match visit::enter(door.app, door.visitor(), &form.value).await {
        Ok(()) => {
            if let Some(browser) = door.browser.as_deref().filter(|_| form.value.trust.is_yes()) {
                gate::put_reader(door.req, browser, Some(super::link::TRUSTED_DAYS));
            }
            Ok(door.on_to("report"))
        }
        Err(AppError::Invalid(errors)) => {
            let typed = json!({ "digits": form.value.digits, "trust": form.value.trust });
            door.code_page(typed, StatusCode::UNPROCESSABLE_ENTITY, &errors).await
        }
        Err(other) => Err(other),
    };
    door.or_closed(outcome).await
}

#[handler]
async fn read(door: Door<'_>) -> Result<Response> {
    door.or_closed(door.report_page(json!({}), StatusCode::OK, &FieldErrors::default()).await).await
}

#[handler]
async fn answer(door: Door<'_>, form: Form<NewAnswer>) -> Result<Response> {
    let outcome = match visit::answer(door.app, door.visitor(), &form.value).await {
        Ok(()) => Ok(door.on_to("report")),
        Err(AppError::Invalid(errors)) => door.report_page(form.typed, StatusCode::UNPROCESSABLE_ENTITY, &errors).await,
        Err(other) => Err(other),
    };
    door.or_closed(outcome).await
}

/// The message in its frame: nothing in it runs or loads.
#[handler]
async fn message(door: Door<'_>) -> Result<Response> {
    let html = visit::message(door.app, door.visitor()).await?;
    // Of the same origin, so that the page can make the frame as high as the message is.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    Ok(Response::builder().content_type("text/html; charset=utf-8").header(header::CONTENT_SECURITY_POLICY, policy).body(html))
}

#[handler]
async fn letter(door: Door<'_>) -> Result<Response> {
    let drawn = visit::pdf(door.app, door.visitor()).await;
    door.or_closed(drawn.map(|(name, pdf)| download::pdf(&name, pdf, Shown::Here))).await
}

#[handler]
async fn close(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    super::close(&ctx.app, &ctx.by, &id, &form.value.why).await?;
    ctx.see(&format!("/mails/{id}"), "The link is closed. It opens nothing more").await
}
