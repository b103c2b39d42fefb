//! The HTML door of private notes.

use super::{NewPrivateNote, about, add, change, patient_of, remove, show};
use crate::error::Result;
use crate::web::ctx::{Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree::as_form;
use poem::web::Path;
use poem::{Response, Route};
use serde_json::json;

pub fn routes(site: Route) -> Route {
    site.at("/patients/:id/private-notes", get(list).post(make))
        .at("/private-notes/:id", get(one).post(change_one))
        .at("/private-notes/:id/remove", post(remove_one))
        .at("/private-notes/:id/put-back", post(put_back))
}

fn of(patient: impl std::fmt::Display) -> String {
    format!("/patients/{patient}/private-notes")
}

async fn list(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let all = about(&ctx.app, &ctx.by, &id).await?;
    ctx.page("care/private.html", json!({ "p": all.patient, "notes": all.notes })).await
}

async fn make(ctx: Ctx, Path(id): Path<String>, form: Form<NewPrivateNote>) -> Result<Response> {
    match add(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&of(&id), "Kept. Only you can read it").await,
        Err(error) => {
            let all = about(&ctx.app, &ctx.by, &id).await?;
            ctx.again("care/private.html", &form, error, json!({ "p": all.patient, "notes": all.notes })).await
        }
    }
}

async fn one(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let note = show(&ctx.app, &ctx.by, &id).await?;
    let patient = patient_of(&ctx.app, &ctx.by, &id).await?;
    ctx.page("care/private_one.html", json!({ "p": patient, "form": as_form(&note.as_typed()), "n": note })).await
}

async fn change_one(ctx: Ctx, Path(id): Path<String>, form: Form<NewPrivateNote>) -> Result<Response> {
    let patient = patient_of(&ctx.app, &ctx.by, &id).await?;
    match change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&of(patient.id), "Saved. Only you can read it").await,
        Err(error) => {
            let note = show(&ctx.app, &ctx.by, &id).await?;
            ctx.again("care/private_one.html", &form, error, json!({ "p": patient, "n": note })).await
        }
    }
}

async fn remove_one(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let patient = remove(&ctx.app, &ctx.by, &id, true).await?;
    let undo = json!({ "text": "Taken away", "undo": format!("/private-notes/{id}/put-back"), "fields": [] });
    ctx.see_with(&of(patient.id), undo).await
}

async fn put_back(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let patient = remove(&ctx.app, &ctx.by, &id, false).await?;
    ctx.see(&of(patient.id), "It is back").await
}
