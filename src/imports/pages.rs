//! The HTML door of imports.

use super::answers::{NewAnswer, NewCell};
use super::api::csv;
use super::desk::{self, CheckAsk};
use super::mapping::GROUPS;
use super::merge::Rule;
use super::sheet::{Charset, Delimiter, NewReading};
use super::state::Decision;
use super::view::ListFilter;
use super::{NewImport, answers};
use crate::documents::upload::Upload;
use crate::error::{AppError, Result};
use crate::imports;
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

/// Under which entry of the menu imports stand.
const MENU: &str = "/providers";

pub fn routes(site: Route) -> Route {
    site.at("/imports", get(list))
        .at("/imports/new", get(new).post(create))
        .at("/imports/:id", get(check))
        .at("/imports/:id/columns", get(columns).post(map))
        .at("/imports/:id/apply", post(apply))
        .at("/imports/:id/discard", post(discard))
        .at("/imports/:id/rows/:row/answer", post(answer))
        .at("/imports/:id/rows/:row/mend", post(mend))
        .at("/imports/:id/errors", get(errors))
}

async fn list(ctx: Ctx, Ask(filter): Ask<ListFilter>) -> Result<Response> {
    let imports = imports::list(&ctx.app, &ctx.by, &filter).await?;
    ctx.page("imports/list.html", json!({ "path": MENU, "imports": imports, "begun": !filter.cursor.is_blank() })).await
}

async fn new(ctx: Ctx) -> Result<Response> {
    imports::may(&ctx.by)?;
    ctx.page("imports/new.html", json!({ "path": MENU })).await
}

/// What the form sends beside the file.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    pasted: String,
}

async fn create(ctx: Ctx, form: Form<Sent>) -> Result<Response> {
    imports::may(&ctx.by)?;
    let made = match upload(&ctx, &form.value) {
        Ok(upload) => imports::preview(&ctx.app, &ctx.by, &NewImport { upload, reading: NewReading::default(), map: Vec::new() }).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(import) if import.wants_a_look() => Ok(ctx.go(&format!("/imports/{}/columns", import.import.id))),
        Ok(import) => Ok(ctx.go(&format!("/imports/{}", import.import.id))),
        Err(error) => ctx.again("imports/new.html", &form, error, json!({ "path": MENU })).await,
    }
}

/// The file, or what was pasted.
fn upload(ctx: &Ctx, sent: &Sent) -> Result<Upload> {
    match ctx.posted.file("file") {
        Some(file) => Upload::new(&file.name, file.content.clone()),
        None if sent.pasted.trim().is_empty() => Err(AppError::field("file", "Choose a file, or paste rows from a spreadsheet")),
        None => Upload::new("pasted rows", sent.pasted.clone().into_bytes()),
    }
}

async fn check(ctx: Ctx, Path(id): Path<String>, Ask(ask): Ask<CheckAsk>) -> Result<Response> {
    let page = desk::check(&ctx.app, &ctx.by, &id, &ask).await?;
    ctx.page("imports/show.html", json!({ "path": MENU, "page": page, "begun": !ask.cursor.is_blank() })).await
}

async fn columns(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let page = columns_page(&ctx, &id).await?;
    ctx.page("imports/columns.html", page).await
}

async fn columns_page(ctx: &Ctx, id: &str) -> Result<Value> {
    let page = desk::columns(&ctx.app, &ctx.by, id).await?;
    let options = |fields: &[super::mapping::Field]| fields.iter().map(|f| (f.word(), f.label())).collect::<Vec<_>>();
    let groups: Vec<_> = GROUPS.iter().map(|(name, fields)| json!({ "name": name, "fields": options(fields) })).collect();
    let form = json!({ "encoding": page.form.encoding, "delimiter": page.form.delimiter });
    let choices = json!({ "charsets": Charset::options(), "delimiters": Delimiter::options(), "rules": Rule::options(), "groups": groups });
    Ok(json!({ "path": MENU, "page": page, "choices": choices, "form": form }))
}

async fn map(ctx: Ctx, Path(id): Path<String>, form: Form<NewReading>) -> Result<Response> {
    match imports::remap(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) if form.value.columns.is_empty() => ctx.see(&format!("/imports/{id}/columns"), "The file was read again").await,
        Ok(_) => ctx.see(&format!("/imports/{id}"), "The columns are used as you chose").await,
        Err(error) => {
            let page = columns_page(&ctx, &id).await?;
            ctx.again("imports/columns.html", &form, error, page).await
        }
    }
}

async fn apply(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let import = imports::apply(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&format!("/imports/{id}"), &rows(import.import.counts.ready(), "imported")).await
}

async fn discard(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    imports::discard(&ctx.app, &ctx.by, &id).await?;
    ctx.see("/imports", "The file was discarded. Nothing of it was imported").await
}

/// An answer, with whatever else stands in the form around its button.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    decision: Text,
}

async fn answer(ctx: Ctx, Path((id, row)): Path<(String, String)>, form: Form<Answer>) -> Result<Response> {
    let decision = form.value.decision;
    let import = answers::decide(&ctx.app, &ctx.by, &id, &row, &NewAnswer { decision: decision.clone() }).await?;
    let what = match decision.as_str().parse() {
        Ok(Decision::Same) => "is the same person",
        Ok(Decision::New) => "is somebody new",
        Ok(_) => "is left out",
        Err(_) => "is asked again",
    };
    let undo = (import.may_take_back() && what != "is asked again").then(|| format!("/imports/{id}/rows/{row}/answer"));
    let said = json!({ "text": format!("Row {row} {what}"), "undo": undo, "fields": [["decision", "ask"]] });
    ctx.see_with(&format!("/imports/{id}"), said).await
}

/// A mended cell, or the button that empties it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Mended {
    column: Text,
    value: Text,
    empty: Text,
}

async fn mend(ctx: Ctx, Path((id, row)): Path<(String, String)>, form: Form<Mended>) -> Result<Response> {
    let Mended { column, value, empty } = form.value;
    let value = if empty.is_yes() { Text::default() } else { value };
    answers::fix(&ctx.app, &ctx.by, &id, &row, &NewCell { column, value }).await?;
    ctx.see(&format!("/imports/{id}"), &format!("Row {row} was read again")).await
}

async fn errors(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    Ok(csv(imports::error_file(&ctx.app, &ctx.by, &id).await?))
}

fn rows(n: i64, what: &str) -> String {
    if n == 1 { format!("1 row {what}") } else { format!("{n} rows {what}") }
}
