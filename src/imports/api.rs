//! The JSON door of imports.

use super::NewImport;
use super::answers::{NewAnswer, NewCell};
use super::sheet::NewReading;
use super::view::{ImportFilter, ImportRow, ImportView, ListFilter};
use crate::documents::upload::Upload as File;
use crate::error::Result;
use crate::imports;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Query, Upload};
use poem::Response;
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Imports")
        .get("/imports", "Imports, newest first", list)
        .asks::<ListFilter>()
        .gives::<Listing<ImportRow>>()
        .post("/imports", "Import contacts from a file, or (dry_run) only look at what would become of its rows", create)
        .asks::<How>()
        .takes_file()
        .makes::<ImportView>()
        .get("/imports/{id}", "One import with a part of its rows", show)
        .asks::<ImportFilter>()
        .gives::<ImportView>()
        .post("/imports/{id}/mapping", "Read the columns another way, before the import is made", mapping)
        .takes::<NewReading>()
        .gives::<ImportView>()
        .post("/imports/{id}/apply", "Import the good rows, all or none", apply)
        .gives::<ImportView>()
        .post("/imports/{id}/discard", "Let a previewed file go", discard)
        .gives::<ImportView>()
        .post("/imports/{id}/rows/{row}/decide", "Answer a row: the same, new, or skip", decide)
        .takes::<NewAnswer>()
        .gives::<ImportView>()
        .post("/imports/{id}/rows/{row}/mend", "Mend one cell of a row", mend)
        .takes::<NewCell>()
        .gives::<ImportView>()
        .get("/imports/{id}/errors", "The rows that were not imported, as CSV with number and reason", errors)
}

/// How a file is imported; also as fields of the form that carries it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct How {
    /// `true`: judge the rows and keep them to be looked at; write nothing else.
    pub dry_run: Text,
    /// utf-8, windows-1252, utf-16le, utf-16be or macintosh; found out where nothing is said.
    pub encoding: Text,
    /// comma, semicolon, tab or pipe; found out where nothing is said.
    pub delimiter: Text,
}

async fn list(api: Api, Query(filter): Query<ListFilter>) -> Result<Given<Listing<ImportRow>>> {
    imports::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn create(api: Api, Query(how): Query<How>, file: Upload) -> Result<Made<ImportView>> {
    let said = |name: &str, asked: &Text| {
        let field = file.fields.iter().find(|(n, _)| n == name).map(|(_, value)| Text::new(value));
        field.filter(|_| asked.is_blank()).unwrap_or_else(|| asked.clone())
    };
    let reading =
        NewReading { encoding: said("encoding", &how.encoding), delimiter: said("delimiter", &how.delimiter), ..Default::default() };
    let new = NewImport { upload: File::new(&file.name, file.content.clone())?, reading, map: Vec::new() };
    let made = imports::take(&api.app, &api.by, &new, said("dry_run", &how.dry_run).is_yes()).await?;
    Ok(Made(made))
}

async fn show(api: Api, Path(id): Path<String>, Query(filter): Query<ImportFilter>) -> Result<Given<ImportView>> {
    imports::show(&api.app, &api.by, &id, &filter).await.map(Given)
}

async fn mapping(api: Api, Path(id): Path<String>, Body(new): Body<NewReading>) -> Result<Given<ImportView>> {
    imports::remap(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn apply(api: Api, Path(id): Path<String>) -> Result<Given<ImportView>> {
    imports::apply(&api.app, &api.by, &id).await.map(Given)
}

async fn discard(api: Api, Path(id): Path<String>) -> Result<Given<ImportView>> {
    imports::discard(&api.app, &api.by, &id).await.map(Given)
}

async fn decide(api: Api, Path((id, row)): Path<(String, String)>, Body(new): Body<NewAnswer>) -> Result<Given<ImportView>> {
    imports::answers::decide(&api.app, &api.by, &id, &row, &new).await.map(Given)
}

async fn mend(api: Api, Path((id, row)): Path<(String, String)>, Body(new): Body<NewCell>) -> Result<Given<ImportView>> {
    imports::answers::fix(&api.app, &api.by, &id, &row, &new).await.map(Given)
}

async fn errors(api: Api, Path(id): Path<String>) -> Result<Response> {
    Ok(csv(imports::error_file(&api.app, &api.by, &id).await?))
}

/// A download; the name says nothing about anybody.
pub fn csv(content: Vec<u8>) -> Response {
    Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header("content-disposition", "attachment; filename=\"rows-to-fix.csv\"")
        .body(content)
}
