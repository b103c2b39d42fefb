//! The HTML door of mails: what went out, what waits for a person, and each message as it left.

use super::view::MailShown;
use super::{MailFilter, SentByHand, TestTo};
use crate::config::MailRoute;
use crate::error::{AppError, Result};
use crate::mail::Tried;
use crate::mail::outbox_state::HandWay;
use crate::reports::{self, mails};
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download::{self, Shown};
use crate::web::handler::{get, post};
use poem::http::header;
use poem::web::Path;
use poem::{Response, Route};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Pasted {
    text: Text,
}

pub fn routes(site: Route) -> Route {
    site.at("/mails", get(list))
        .at("/mails/test", post(test))
        .at("/mails/bounces", get(came_back).post(bounce))
        .at("/mails/:id", get(show))
        .at("/mails/:id/message.html", get(message))
        .at("/mails/:id/file", get(file))
        .at("/mails/:id/letter.pdf", get(letter))
        .at("/mails/:id/sent-by-hand", post(sent_by_hand))
        .at("/mails/:id/let-go", post(let_go))
        .at("/mails/:id/give-up", post(give_up))
}

async fn list(ctx: Ctx, Ask(filter): Ask<MailFilter>) -> Result<Response> {
    let found = mails::list(&ctx.app, &ctx.by, &filter).await?;
    let folder = match &ctx.app.config.mail {
        MailRoute::Folder(folder) => Some(folder.display().to_string()),
        MailRoute::Relay(_) => None,
    };
    let paused = reports::mail_pause(&ctx.app, &ctx.by).await?;
    ctx.page(
        "mails/list.html",
        json!({ "mails": found.items, "next": found.next_cursor, "asked": filter, "folder": folder, "paused": paused }),
    )
    .await
}

async fn test(ctx: Ctx, form: Form<TestTo>) -> Result<Response> {
    match mails::send_test(&ctx.app, &ctx.by, &form.value).await {
        Ok(Tried { sent: true, to, .. }) => ctx.see("/mails", &format!("The test went to {to}. Look into that mailbox")).await,
        Ok(Tried { to, step, words, .. }) => ctx.see("/mails", &format!("The test did not reach {to}. {step}: {words}")).await,
        Err(AppError::Conflict { message: words, .. }) => ctx.see("/mails", &words).await,
        Err(AppError::Invalid(errors)) => ctx.see("/mails", errors.0.first().map_or("", |error| &error.message)).await,
        Err(other) => Err(other),
    }
}

/// A message that came back, from a file or pasted.
async fn came_back(ctx: Ctx) -> Result<Response> {
    ctx.by.only_who_releases()?;
    ctx.page("mails/bounce.html", json!({})).await
}

async fn bounce(ctx: Ctx, form: Form<Pasted>) -> Result<Response> {
    let sent = ctx.posted.file("file").map(|f| f.content.clone()).filter(|c| !c.is_empty());
    let raw = sent.unwrap_or_else(|| form.value.text.as_str().as_bytes().to_vec());
    match crate::mail::bounce::take_in(&ctx.app, &ctx.by, &raw).await {
        Ok(taken) => match taken.mail {
            Some(id) => ctx.see(&format!("/mails/{id}"), &taken.words).await,
            None => ctx.see("/mails/bounces", &taken.words).await,
        },
        Err(error) => ctx.again("mails/bounce.html", &form, error, json!({})).await,
    }
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let mail = mails::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("mails/show.html", content(&mail)).await
}

/// The message as the doctor's mail program gets it, in a frame of its own: nothing in it runs or loads.
async fn message(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let html = mails::html(&ctx.app, &ctx.by, &id).await?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
    Ok(Response::builder().content_type("text/html; charset=utf-8").header(header::CONTENT_SECURITY_POLICY, policy).body(html))
}

async fn file(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (mail, mime) = mails::message(&ctx.app, &ctx.by, &id).await?;
    Ok(download::file(&mails::file_name(&mail), mime))
}

/// The letter to print.
async fn letter(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (mail, mime) = mails::message(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&mails::file_name(&mail), mime, Shown::Here))
}

async fn sent_by_hand(ctx: Ctx, Path(id): Path<String>, form: Form<SentByHand>) -> Result<Response> {
    match mails::sent_by_hand(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see("/mails?channel=paper&state=approved", "Noted. It is on the patient's list of what was told").await,
        Err(error) => {
            let mail = mails::show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("mails/show.html", &form, error, content(&mail)).await
        }
    }
}

fn content(mail: &MailShown) -> Value {
    json!({ "m": mail, "hows": HandWay::options() })
}

async fn let_go(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    mails::let_go(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&format!("/mails/{id}"), "It goes with the next round").await
}

async fn give_up(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    mails::give_up(&ctx.app, &ctx.by, &id).await?;
    ctx.see(&format!("/mails/{id}"), "Given up. It counts as not sent").await
}
