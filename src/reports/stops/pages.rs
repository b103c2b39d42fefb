//! The door of a stop: one page with one button, and what a mail program asks without a page.

use crate::app::App;
use crate::error::{AppError, FieldErrors, Result};
use crate::practice;
use crate::types::Phone;
use crate::web::ctx::{bare, missing};
use crate::web::shell::Shell;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, Route, get, handler};
use serde_json::json;
use std::sync::Arc;

pub fn routes(site: Route) -> Route {
    site.at("/stop/:token", get(look).post(stop))
}

#[handler]
async fn look(req: &Request, Path(token): Path<String>) -> Result<Response> {
    let (app, _) = given(req)?;
    answer(req, super::look(app, &token).await, "ask", &token).await
}

#[handler]
async fn stop(req: &Request, Path(token): Path<String>) -> Result<Response> {
    let (app, _) = given(req)?;
    answer(req, super::stop(app, &token).await, "done", &token).await
}

fn given(req: &Request) -> Result<(&App, &Shell)> {
    let shell = req.data::<Arc<Shell>>().ok_or_else(missing)?;
    Ok((req.data::<App>().ok_or_else(missing)?, shell))
}

/// The page at a step; a link that is none of ours says so, with the way that is left.
async fn answer(req: &Request, outcome: Result<()>, step: &str, token: &str) -> Result<Response> {
    let (app, shell) = given(req)?;
    let (status, step) = match outcome {
        Ok(()) => (StatusCode::OK, step),
        Err(AppError::NotFound(_)) => (StatusCode::NOT_FOUND, "unknown"),
        Err(other) => return Err(other),
    };
    let own = practice::of(&app.db).await?;
    let phone = own.phone.as_deref().map(|p| Phone::show(p, None));
    let content = json!({ "step": step, "token": token, "practice": { "name": own.name, "phone": phone } });
    bare(req, shell, status, "links/stop.html", content, &FieldErrors::default())
}
