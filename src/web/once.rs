//! A program that says the same thing twice under one `Idempotency-Key` gets the first answer again; nothing is done twice.

use crate::app::{Actor, App};
use crate::error::Result;
use crate::work;
use poem::http::StatusCode;
use poem::{Body, Response};

/// An answer that holds a secret is never kept: it is shown once.
const SHOWN_ONCE: &str = "/api/v1/tokens";

/// Nor one with words that stand in one table only: what a therapist writes for themselves.
const FOR_ITS_AUTHOR: &str = "/private-notes";

/// What was answered under this key before.
pub async fn answered(app: &App, by: &Actor) -> Result<Option<Response>> {
    let Some((status, body)) = work::answer_under_key(&app.db, by).await? else { return Ok(None) };
    let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::OK);
    Ok(Some(Response::builder().status(status).content_type("application/json").body(body)))
}

/// Keeps an answer for who asks again. Only what was done is kept: a refusal may become something else once its cause is mended.
/// A file is no answer to keep: it is made anew from what is on record.
pub async fn keep(app: &App, by: &Actor, path: &str, mut response: Response) -> Result<Response> {
    let is_file = !response.content_type().is_some_and(|kind| kind.starts_with("application/json"));
    if is_file || by.once.is_none() || !response.status().is_success() || path == SHOWN_ONCE || path.contains(FOR_ITS_AUTHOR) {
        return Ok(response);
    }
    let body = response.take_body().into_string().await.map_err(|e| anyhow::anyhow!("an answer could not be read: {e}"))?;
    work::keep_answer(&app.db, by, i64::from(response.status().as_u16()), &body).await?;
    response.set_body(Body::from_string(body));
    Ok(response)
}
