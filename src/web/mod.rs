//! The table of mounts: what address leads to which slice.

pub mod api;
pub mod assets;
pub mod chips;
pub mod ctx;
pub mod download;
pub mod draw;
pub mod error;
pub mod filters;
pub mod functions;
pub mod gate;
pub mod gzip;
pub mod handler;
mod json;
pub mod listen;
pub mod once;
pub mod posted;
pub mod scatter;
pub mod shell;
pub mod tree;

use crate::app::App;
use crate::error::Result;
use crate::{
    audit, auth, care, claims, documents, exchange, imports, network, outreach, patients, payers, payments, practice, referrals, reports,
    today,
};
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::middleware::{CatchPanic, CookieJarManager};
use poem::web::Data;
use poem::{Endpoint, EndpointExt, IntoResponse, Response, Route, get, handler};
use serde_json::Value;
use shell::Shell;
use std::sync::{Arc, LazyLock};

/// Every address of the program. Reading this and the `routes()` of the slices gives them all. They know no practice, it comes with
/// each request: so the table is made once.
static ADDRESSES: LazyLock<BoxEndpoint<'static, Response>> = LazyLock::new(|| {
    let api = api::routes(api_slices());
    let pages = page_slices().into_iter().fold(Route::new(), |site, routes| routes(site));
    Route::new()
        .nest("/api/v1", api.around(gate::api))
        .at("/api/openapi.json", get(openapi))
        .at("/assets/:hash/*file", get(assets::serve))
        .at("/healthz", get(healthz))
        .at("/readyz", get(readyz))
        .nest("/", pages.around(gate::pages))
        .boxed()
});

/// What answers for one practice.
pub async fn server(app: App) -> Result<impl Endpoint<Output = Response>> {
    let shell = Arc::new(Shell::new(&app).await?);
    let addresses: &'static BoxEndpoint<'static, Response> = &ADDRESSES;
    Ok(addresses.data(app).data(shell).with(CookieJarManager::new()).with(CatchPanic::new()).around(gzip::packed).around(gate::outermost))
}

/// The pages of each slice; their tables say whole addresses.
fn page_slices() -> Vec<fn(Route) -> Route> {
    vec![
        today::pages::routes,
        referrals::pages::routes,
        documents::pages::routes,
        network::pages::routes,
        today::glance::pages::routes,
        patients::pages::routes,
        care::pages::routes,
        care::texts::pages::routes,
        care::private::pages::routes,
        claims::acks::pages::routes,
        claims::batch::pages::routes,
        claims::pages::routes,
        payments::pages::routes,
        exchange::pages::routes,
        reports::pages::routes,
        reports::mails::pages::routes,
        reports::misdirected::pages::routes,
        reports::links::pages::routes,
        reports::sign_backs::pages::routes,
        reports::standing::pages::routes,
        reports::stops::pages::routes,
        reports::owner::pages::routes,
        reports::what_pays::pages::routes,
        reports::payers_do::pages::routes,
        payers::pages::routes,
        payers::directory::pages::routes,
        payers::partners::pages::routes,
        imports::pages::routes,
        imports::payer_list::pages::routes,
        practice::pages::routes,
        practice::locations::pages::routes,
        auth::pages::routes,
        audit::pages::routes,
    ]
}

fn api_slices() -> Vec<api::ApiRoutes> {
    vec![
        network::api::routes(),
        today::glance::api::routes(),
        referrals::api::routes(),
        documents::api::routes(),
        patients::api::routes(),
        care::api::routes(),
        care::texts::api::routes(),
        care::private::api::routes(),
        payers::api::routes(),
        payers::directory::api::routes(),
        payers::partners::api::routes(),
        claims::batch::api::routes(),
        claims::api::routes(),
        claims::acks::api::routes(),
        payments::api::routes(),
        payments::era::api::routes(),
        exchange::api::routes(),
        payments::letters::api::routes(),
        payments::secondary::api::routes(),
        reports::api::routes(),
        reports::mails::api::routes(),
        reports::misdirected::api::routes(),
        reports::sign_backs::api::routes(),
        reports::standing::api::routes(),
        reports::owner::api::routes(),
        imports::api::routes(),
        imports::payer_list::api::routes(),
        reports::what_pays::api::routes(),
        reports::payers_do::api::routes(),
        outreach::api::routes(),
        today::api::routes(),
        practice::api::routes(),
        practice::locations::api::routes(),
        auth::api::routes(),
        audit::api::routes(),
    ]
}

/// The OpenAPI document alone, for the command that prints it and the test that holds it.
pub fn openapi_document() -> Value {
    api::document(api_slices())
}

#[handler]
fn openapi() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi_document().to_string());
    Response::builder().content_type("application/json").body(DOCUMENT.as_str())
}

/// The process is alive.
#[handler]
fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers, too.
#[handler]
async fn readyz(Data(app): Data<&App>) -> Response {
    match crate::practice::profile(&app.db).await {
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n").into_response(),
    }
}
