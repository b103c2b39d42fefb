//! The doors' keepers: who comes in by a cookie or a token, whose form is genuine, and what every answer carries.

use super::ctx::redirect;
use super::error;
use super::once;
use super::posted::{Posted, limited, refuse_declared};
use super::shell::Shell;
use crate::app::{Actor, App, Once};
use crate::auth;
use crate::error::{AppError, Result};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::web::cookie::{Cookie, SameSite};
use poem::{Endpoint, IntoResponse, Request, RequestBody, Response};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::sync::Arc;
use std::task::Poll;

/// Names a request in the log, the audit and on error pages.
#[derive(Clone)]
pub struct RequestId(pub String);

/// What was asked, before the mounts took their part of the address away.
#[derive(Clone)]
pub struct Asked(pub poem::http::Uri);

/// Scripts and styles come from us alone; nothing is inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Around everything: a name for the request and the headers that every answer carries.
pub async fn outermost<E: Endpoint>(ep: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let id = hex::encode(rand::random::<[u8; 8]>());
    let asked = Asked(req.uri().clone());
    req.extensions_mut().insert(RequestId(id.clone()));
    req.extensions_mut().insert(asked);
    let path = req.uri().path().to_string();
    let method = req.method().clone();
    let started = std::time::Instant::now();
    let mut response = match ep.call(req).await {
        Ok(response) => response.into_response(),
        Err(e) => error::as_problem(&error::ours(e), &path, &id),
    };
    let status = response.status();
    let shape = if status == StatusCode::NOT_FOUND { "no such address".into() } else { route_shape(&path) };
    tracing::info!(request = id, %method, status = status.as_u16(), ms = started.elapsed().as_millis() as u64, "{shape}");
    let headers = response.headers_mut();
    let mut unless_set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(header::CONTENT_SECURITY_POLICY, POLICY);
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::REFERRER_POLICY, "same-origin");
    unless_set(header::CACHE_CONTROL, "no-store");
    unless_set(header::X_FRAME_OPTIONS, "SAMEORIGIN");
    unless_set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    unless_set(header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    headers.append(header::VARY, HeaderValue::from_static("X-Fragment, Cookie"));
    Ok(response)
}

/// The address without what names somebody: ids become `:id`. An address that does not exist may hold anything.
fn route_shape(path: &str) -> String {
    let shape = |step: &str| {
        if step.len() > 20 || step.len() > 3 && step.bytes().any(|b| b.is_ascii_digit()) { ":id".to_string() } else { step.to_string() }
    };
    path.split('/').map(shape).collect::<Vec<_>>().join("/")
}

/// Around the pages: session, form, error page.
pub async fn pages<E: Endpoint>(ep: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let Some((app, shell)) = req.data::<App>().cloned().zip(req.data::<Arc<Shell>>().cloned()) else {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    };
    let request = req.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let asked = req.uri().path_and_query().map(|p| p.as_str().to_string()).unwrap_or_default();
    let is_read = matches!(*req.method(), Method::GET | Method::HEAD);
    let came_from = referer_path(&req);
    let outcome = match enter(&app, &shell, &mut req).await {
        Ok(()) => match caught(ep.call(req)).await {
            Ok(response) => return Ok(response.into_response()),
            Err(e) => error::ours(e),
        },
        Err(e) => e,
    };
    if matches!(outcome, AppError::SignedOut) {
        let to = if is_read { without_search(&asked) } else { came_from.unwrap_or_else(|| "/".into()) };
        return Ok(to_login(&app, &to).await);
    }
    let way_back = if is_read { "/".to_string() } else { came_from.unwrap_or_else(|| "/".into()) };
    Ok(error::as_page(&shell, &outcome, &way_back, &request))
}

/// What was looked for may be a name: it stands in no address that leads back.
fn without_search(asked: &str) -> String {
    asked.split('?').next().filter(|path| *path == "/search").unwrap_or(asked).to_string()
}

/// A panic is our own failure like any other: the log has it, the reader gets a page.
async fn caught<T>(answer: impl Future<Output = poem::Result<T>>) -> poem::Result<T> {
    let mut answer = std::pin::pin!(answer);
    std::future::poll_fn(|cx| {
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer.as_mut().poll(cx)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(AppError::Internal(anyhow::anyhow!("a handler panicked")).into())))
    })
    .await
}

/// Sign in first, then come back; in a new database, set it up first.
async fn to_login(app: &App, to: &str) -> Response {
    if auth::is_new(app).await.unwrap_or(false) {
        return redirect("/setup");
    }
    let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    redirect(&format!("/login?to={to}"))
}

/// Reads the session and, for a write, the form with its token. A write that anybody else could have caused is refused.
async fn enter(app: &App, shell: &Shell, req: &mut Request) -> Result<()> {
    let session = match session_cookie(req) {
        Some(token) => auth::session(app, &token).await?,
        None => None,
    };
    let public = is_public(req.uri().path());
    let bound_to = match &session {
        Some(session) if !public => session.token_hash.clone(),
        _ => req.cookie().get(&pre_cookie_name(req)).map(|c| c.value_str().as_bytes().to_vec()).unwrap_or_default(),
    };
    if let Some(session) = session.clone() {
        req.extensions_mut().insert(session);
    }
    if matches!(*req.method(), Method::GET | Method::HEAD) || is_proven_by_address(req.uri().path()) {
        return Ok(());
    }
    if req.header("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(AppError::Forbidden("this form came from another site"));
    }
    let posted = Posted::read(req).await?;
    let token = req.header("x-csrf-token").map(String::from).or_else(|| posted.field("csrf").map(String::from));
    if session.is_none() && !public {
        return Err(AppError::SignedOut);
    }
    if bound_to.is_empty() || !token.is_some_and(|t| shell.csrf_fits(&bound_to, &t)) {
        return Err(AppError::Forbidden("this form is old or not ours. Load the page again and send it once more"));
    }
    req.extensions_mut().insert(posted);
    Ok(())
}

/// Pages for who has no account: the two ways in, and what we sent a link to.
fn is_public(path: &str) -> bool {
    matches!(path, "/login" | "/setup") || path.starts_with("/r/") || path.starts_with("/stop/")
}

/// What a mail program asks with one click: it knows no cookie and no form of ours, and the address itself says who may [RFC 8058].
fn is_proven_by_address(path: &str) -> bool {
    path.starts_with("/stop/")
}

fn referer_path(req: &Request) -> Option<String> {
    let referer = req.header("referer")?;
    let url = url::Url::parse(referer).ok()?;
    (url.host_str() == req.header("host").and_then(|h| h.split(':').next())).then(|| url.path().to_string())
}

/// Whether the browser speaks HTTPS to the proxy in front of us. Only a proxy may say so.
pub fn is_https(req: &Request) -> bool {
    let from_proxy = req.data::<App>().is_some_and(|app| app.config.behind_proxy) || from_this_machine(req);
    from_proxy && req.header("x-forwarded-proto").is_some_and(|p| p.eq_ignore_ascii_case("https"))
}

fn from_this_machine(req: &Request) -> bool {
    req.remote_addr().as_socket_addr().is_some_and(|a| a.ip().is_loopback())
}

/// The address that failed logins are counted against.
pub fn client_address(req: &Request) -> String {
    let forwarded = req.header("x-forwarded-for").and_then(|list| list.rsplit(',').next()).map(|a| a.trim().to_string());
    let trusted = req.data::<App>().is_some_and(|app| app.config.behind_proxy);
    let direct = req.remote_addr().as_socket_addr().map(|a| a.ip().to_string());
    forwarded.filter(|_| trusted).or(direct).unwrap_or_else(|| "local".into())
}

fn cookie_name(req: &Request, name: &str) -> String {
    if is_https(req) { format!("__Host-{name}") } else { name.to_string() }
}

fn pre_cookie_name(req: &Request) -> String {
    cookie_name(req, "visitor")
}

fn session_cookie(req: &Request) -> Option<String> {
    req.cookie().get(&cookie_name(req, "session")).map(|c| c.value_str().to_string())
}

fn put_cookie(req: &Request, name: String, value: &str, days: Option<i64>) {
    let mut cookie = Cookie::new_with_str(name, value);
    if let Some(days) = days {
        cookie.set_max_age(std::time::Duration::from_secs(days.unsigned_abs() * 86_400));
    }
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie.set_secure(is_https(req));
    req.cookie().add(cookie);
}

pub fn put_session(req: &Request, token: &str) {
    put_cookie(req, cookie_name(req, "session"), token, None);
}

/// The browser's own token at the links that we sent.
pub fn reader(req: &Request) -> Option<String> {
    req.cookie().get(&cookie_name(req, "reader")).map(|c| c.value_str().to_string()).filter(|token| !token.is_empty())
}

/// Kept until the browser closes, or for so many days.
pub fn put_reader(req: &Request, token: &str, days: Option<i64>) {
    put_cookie(req, cookie_name(req, "reader"), token, days);
}

pub fn drop_session(req: &Request) {
    let mut cookie = Cookie::named(cookie_name(req, "session"));
    cookie.set_path("/");
    cookie.set_secure(is_https(req));
    cookie.make_removal();
    req.cookie().add(cookie);
}

/// The token of a form before anybody is signed in, bound to a cookie of the visitor's own.
pub fn visitor_csrf(req: &Request, shell: &Shell) -> String {
    let name = pre_cookie_name(req);
    let held = req.cookie().get(&name).map(|c| c.value_str().to_string());
    let value = held.unwrap_or_else(|| {
        let fresh = auth::password::random_token();
        put_cookie(req, name, &fresh, None);
        fresh
    });
    shell.csrf_token(value.as_bytes())
}

/// The body of an API request, read once.
#[derive(Clone, Default)]
pub struct ApiBody(pub Vec<u8>);

/// Around the API: token, body, one-time key, problem+json.
pub async fn api<E: Endpoint>(ep: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let request = req.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let path = req.extensions().get::<Asked>().map(|asked| asked.0.path().to_string()).unwrap_or_default();
    match answer_api(ep, &mut req, &path, &request).await {
        Ok(response) => Ok(response),
        Err(outcome) => Ok(error::as_problem(&outcome, &path, &request)),
    }
}

async fn answer_api<E: Endpoint>(ep: Arc<E>, req: &mut Request, path: &str, request: &str) -> Result<Response> {
    enter_api(req, request).await?;
    let once = req.extensions().get::<Actor>().cloned().filter(|by| by.once.is_some()).zip(req.data::<App>().cloned());
    if let Some((by, app)) = &once
        && let Some(before) = once::answered(app, by).await?
    {
        return Ok(before);
    }
    let response = caught(ep.call(std::mem::take(req))).await.map_err(error::ours)?.into_response();
    match once {
        Some((by, app)) => once::keep(&app, &by, path, response).await,
        None => Ok(response),
    }
}

async fn enter_api(req: &mut Request, request: &str) -> Result<()> {
    let app = req.data::<App>().cloned().ok_or(AppError::Unavailable)?;
    let token = req.header("authorization").and_then(|h| h.strip_prefix("Bearer ")).map(|t| t.trim().to_string());
    let actor = match token {
        Some(token) => auth::token_actor(&app, &token).await?,
        None => None,
    };
    let mut actor: Actor = actor.ok_or(AppError::SignedOut)?;
    actor.request = Some(request.to_string());
    let mut fingerprint = Sha256::new();
    fingerprint.update(format!("{} {}", req.method(), req.uri()));
    if !matches!(*req.method(), Method::GET | Method::HEAD) {
        refuse_declared(req)?;
        if req.content_type().is_some_and(|c| c.to_ascii_lowercase().starts_with("multipart/")) {
            let posted = Posted::read(req).await?;
            posted.files.iter().for_each(|f| fingerprint.update(&f.content));
            req.extensions_mut().insert(posted);
        } else {
            let bytes = limited(&mut RequestBody::new(req.take_body())).await?;
            fingerprint.update(&bytes);
            req.extensions_mut().insert(ApiBody(bytes));
        }
    }
    if let Some(key) = req.header("idempotency-key") {
        if key.is_empty() || key.len() > 200 {
            return Err(AppError::BadRequest("an Idempotency-Key has 1 to 200 characters".into()));
        }
        actor.once = Some(Once::new(key.to_string(), hex::encode(fingerprint.finalize())));
    }
    req.extensions_mut().insert(actor);
    Ok(())
}
