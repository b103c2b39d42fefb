//! Answers in text are packed with gzip where the caller takes it. What is sent to us is never unpacked: a small body that becomes a large
//! one is a way to fill a server's memory.

use crate::error::AppError;
use async_compression::tokio::bufread::GzipEncoder;
use poem::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use poem::http::{HeaderMap, HeaderValue, StatusCode};
use poem::{Body, Endpoint, IntoResponse, Request, Response};
use std::sync::Arc;
use tokio::io::BufReader;

/// Around all of the site: packs the answer, and refuses a body that is packed.
pub async fn packed<E: Endpoint>(site: Arc<E>, request: Request) -> poem::Result<Response> {
    if request.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(AppError::Packed.into());
    }
    let is_taken = takes_gzip(request.headers());
    let mut response = site.call(request).await?.into_response();
    if !is_worth_it(&response) {
        return Ok(response);
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if is_taken {
        let body = response.take_body();
        if body.is_empty() {
            return Ok(response);
        }
        response.set_body(Body::from_async_read(GzipEncoder::new(BufReader::new(body.into_async_read()))));
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Pictures and PDFs are packed already, and a part of a file is a part of the file as it is.
fn is_worth_it(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text =
        kind.starts_with("text/") || ["application/json", "application/problem+json", "image/svg+xml"].iter().any(|k| kind.starts_with(k));
    is_text && response.status() != StatusCode::PARTIAL_CONTENT && !response.headers().contains_key(CONTENT_ENCODING)
}

/// Whether gzip is named, or everything is, and not with a weight of nought (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let weighed = named.map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let is_refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.bytes().all(|b| matches!(b, b'0' | b'.')));
        (name.trim().to_ascii_lowercase(), !is_refused)
    });
    let (mut gzip, mut any) = (None, false);
    for (name, is_wanted) in weighed {
        match name.as_str() {
            "gzip" | "x-gzip" => gzip = Some(is_wanted),
            "*" => any = is_wanted,
            _ => {}
        }
    }
    gzip.unwrap_or(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        let asked = |line: &'static str| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(line))]));
        for line in ["gzip", "br, GZIP;q=0.5", "gzip, deflate, br, zstd", "*", "identity;q=0.5, *;q=0.1"] {
            assert!(asked(line), "{line}");
        }
        for line in ["", "br", "identity", "gzip;q=0", "gzip;q=0.000, *", "*;q=0"] {
            assert!(!asked(line), "{line}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
