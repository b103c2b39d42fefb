//! The HTML door of the texts that are used again.

use super::text::{NewText, TextKind, Whose};
use super::{TextView, add, change, list, shelve, show};
use crate::auth::role::Role;
use crate::error::Result;
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree::as_form;
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/note-texts", get(list_page).post(add_text))
        .at("/note-texts/new", get(blank))
        .at("/note-texts/:id", get(text_page).post(change_text))
        .at("/note-texts/:id/remove", post(remove_text))
        .at("/note-texts/:id/put-back", post(put_back_text))
}

async fn list_page(ctx: Ctx) -> Result<Response> {
    let (snippets, templates): (Vec<TextView>, Vec<TextView>) =
        list(&ctx.app, &ctx.by).await?.into_iter().partition(|t| t.kind == TextKind::Snippet);
    ctx.page("care/texts.html", json!({ "snippets": snippets, "templates": templates })).await
}

/// Which kind a new one is to be.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    kind: Text,
}

/// Whose a new text may be: who does not treat has none of their own, who is no owner only those.
fn around(ctx: &Ctx, kind: TextKind, text: Option<&TextView>) -> Value {
    let may = |whose: &&Whose| match whose {
        Whose::Mine => ctx.by.therapist_id.is_some(),
        Whose::Practice => ctx.by.has(Role::Owner),
    };
    let whose: Vec<(&str, &str)> = Whose::ALL.iter().filter(may).map(|w| (w.word(), w.label())).collect();
    json!({ "kind": kind, "text": text, "whose": whose })
}

fn kind_of(typed: &Text) -> TextKind {
    typed.as_str().parse().unwrap_or(TextKind::Snippet)
}

async fn blank(ctx: Ctx, Ask(asked): Ask<Kind>) -> Result<Response> {
    list(&ctx.app, &ctx.by).await?;
    ctx.page("care/text.html", around(&ctx, kind_of(&asked.kind), None)).await
}

async fn add_text(ctx: Ctx, form: Form<NewText>) -> Result<Response> {
    match add(&ctx.app, &ctx.by, &form.value).await {
        Ok(text) => ctx.see("/note-texts", &format!("{} is kept", text.name)).await,
        Err(error) => ctx.again("care/text.html", &form, error, around(&ctx, kind_of(&form.value.kind), None)).await,
    }
}

async fn text_page(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let text = show(&ctx.app, &ctx.by, &id).await?;
    let mut content = around(&ctx, text.kind, Some(&text));
    content["form"] = as_form(&text.as_typed());
    ctx.page("care/text.html", content).await
}

async fn change_text(ctx: Ctx, Path(id): Path<String>, form: Form<NewText>) -> Result<Response> {
    match change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(text) => ctx.see("/note-texts", &format!("{} is saved", text.name)).await,
        Err(error) => {
            let text = show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("care/text.html", &form, error, around(&ctx, text.kind, Some(&text))).await
        }
    }
}

async fn remove_text(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let text = shelve(&ctx.app, &ctx.by, &id, true).await?;
    let undo = json!({ "text": format!("{} is removed", text.name), "undo": format!("/note-texts/{id}/put-back"), "fields": [] });
    ctx.see_with("/note-texts", undo).await
}

async fn put_back_text(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let text = shelve(&ctx.app, &ctx.by, &id, false).await?;
    ctx.see("/note-texts", &format!("{} is back", text.name)).await
}
