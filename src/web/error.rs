//! Where errors meet HTTP: the only place that knows statuses. People get a page with a way back, programs problem+json.

use super::shell::Shell;
use super::tree;
use crate::error::AppError;
use crate::types::words::{capital, sentence};
use poem::Response;
use poem::error::{ParsePathError, ResponseError};
use poem::http::{StatusCode, header};
use serde_json::{Value, json};
use tera::Context;

pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::NotFound(_) => StatusCode::NOT_FOUND,
        AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::Conflict { .. } | AppError::Stale { .. } => StatusCode::CONFLICT,
        AppError::Forbidden(_) => StatusCode::FORBIDDEN,
        AppError::SignedOut => StatusCode::UNAUTHORIZED,
        AppError::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
        AppError::BadRequest(_) => StatusCode::BAD_REQUEST,
        AppError::WrongVerb => StatusCode::METHOD_NOT_ALLOWED,
        AppError::NotJson | AppError::Packed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AppError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ResponseError for AppError {
    fn status(&self) -> StatusCode {
        status(self)
    }
}

/// What went wrong, as one of ours. Errors of the web framework (no such page, wrong verb) become one too.
pub fn ours(error: poem::Error) -> AppError {
    // An id that is not even text names nothing.
    let status = if error.is::<ParsePathError>() { StatusCode::NOT_FOUND } else { error.status() };
    match error.downcast::<AppError>() {
        Ok(ours) => ours,
        Err(_) => match status {
            StatusCode::NOT_FOUND => AppError::NotFound("page"),
            StatusCode::METHOD_NOT_ALLOWED => AppError::WrongVerb,
            StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge(20),
            status if status.is_client_error() => AppError::BadRequest("the request could not be read".into()),
            _ => AppError::Internal(anyhow::anyhow!("the web framework failed with {status}")),
        },
    }
}

/// Details of what is our fault go to the log, with the request's id and never to the reader.
pub fn log(error: &AppError, request: &str) {
    match error {
        AppError::Internal(cause) => tracing::error!(request, "{cause:#}"),
        AppError::Unavailable => tracing::error!(request, "the database cannot be reached"),
        _ => {}
    }
}

/// `application/problem+json` [RFC 9457], with the fields that need attention.
pub fn as_problem(error: &AppError, path: &str, request: &str) -> Response {
    log(error, request);
    let status = status(error);
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": public_words(error),
        "instance": path,
        "request": request,
    });
    match error {
        AppError::Invalid(errors) => {
            let one = |e: &crate::types::field_errors::FieldError| json!({ "pointer": tree::pointer(&e.field), "code": "invalid", "message": e.message });
            body["detail"] = json!("Some fields need attention");
            body["errors"] = errors.0.iter().map(one).collect();
        }
        AppError::Conflict { allowed, .. } if !allowed.is_empty() => body["allowed"] = json!(allowed),
        AppError::Stale { theirs } => body["current"] = (**theirs).clone(),
        _ => {}
    }
    let mut response = Response::builder().status(status).content_type("application/problem+json").body(body.to_string());
    let headers = response.headers_mut();
    if matches!(error, AppError::SignedOut) {
        headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    if let AppError::SlowDown(seconds) = error {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from(*seconds));
    }
    response
}

/// What may be told. Our own failures are named by the request's id alone.
pub fn public_words(error: &AppError) -> String {
    let words = match error {
        AppError::Internal(_) => "something went wrong on our side. Nothing was saved".into(),
        other => other.to_string(),
    };
    capital(&words)
}

/// A page that says what happened and how to go on.
pub fn as_page(shell: &Shell, error: &AppError, way_back: &str, request: &str) -> Response {
    log(error, request);
    let status = status(error);
    let (title, lead) = match error {
        AppError::NotFound(what) => {
            (format!("There is no such {what}"), "It may have been merged or taken away, or it is not yours to see.".to_string())
        }
        AppError::Forbidden(_) => ("You may not do that".into(), sentence(&public_words(error))),
        AppError::Conflict { .. } => ("That does not go now".into(), sentence(&public_words(error))),
        AppError::Stale { .. } => {
            ("Somebody saved this in between".into(), "Go back, load the page again and look at what changed.".into())
        }
        AppError::Unavailable => (
            "The database cannot be reached".into(),
            "Nothing was saved. Wait a moment and try again; what you typed is still in the page before.".into(),
        ),
        AppError::TooLarge(mb) => {
            ("This file is too large".into(), format!("Send at most {mb} MB. A scan in black and white is usually small enough."))
        }
        AppError::SlowDown(seconds) => ("Too many attempts".into(), format!("Try again in {seconds} seconds.")),
        AppError::Invalid(errors) => ("Some fields need attention".into(), sentence(&errors.to_string())),
        AppError::BadRequest(_) | AppError::WrongVerb | AppError::NotJson | AppError::Packed => {
            ("This did not arrive as it should".into(), sentence(&public_words(error)))
        }
        AppError::SignedOut | AppError::Internal(_) => {
            ("Something went wrong on our side".into(), "Nothing was saved. Go back and try once more.".into())
        }
    };
    let context = json!({ "title": title, "lead": lead, "way_back": way_back, "request": request, "status": status.as_u16(), "assets": super::assets::folder() });
    let html = Context::from_serialize(&context).ok().and_then(|c| shell.render("error.html", &c).ok());
    super::ctx::html_response(status, html.unwrap_or_else(|| format!("<!doctype html><title>{title}</title><h1>{title}</h1><p>{lead}</p>")))
}

/// For answers that carry a caution: `warnings` beside the result.
pub fn with_warnings(result: &impl serde::Serialize, warnings: &[crate::types::Caution]) -> Value {
    let mut value = serde_json::to_value(result).unwrap_or_default();
    if let Some(map) = value.as_object_mut()
        && !warnings.is_empty()
    {
        map.insert("warnings".into(), json!(warnings));
    }
    value
}
