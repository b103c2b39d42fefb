//! The HTML door of letters: appeals, statements, what was paid too little, and the proof of sending.

use crate::error::Result;
use crate::payments::appeals::{self, NewAppeal, Offer};
use crate::payments::statements::{self, NewStatement};
use crate::payments::underpaid::{self, Asking};
use crate::payments::{letters, proof};
use crate::pdf::letter::Drawn;
use crate::web::ctx::{Ctx, Form};
use crate::web::download::{self, Shown};
use crate::web::handler::{get, post};
use poem::web::Path;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/letters/:id", get(open))
        .at("/claims/:id/proof", get(print_proof))
        .at("/claims/:id/letter", get(write_appeal).post(send_appeal))
        .at("/claims/:id/letter/preview", post(preview_appeal))
        .at("/claims/underpaid", get(show_underpaid))
        .at("/claims/underpaid/letter", post(ask_payer))
        .at("/claims/underpaid/preview", post(preview_asking))
        .at("/patients/:id/statements", get(show_statements).post(make_statement))
        .at("/patients/:id/statements/preview", post(preview_statement))
}

async fn open(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let letter = letters::open(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&letter.file_name, letter.content, Shown::Here))
}

async fn print_proof(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, drawn) = proof::print(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&name, drawn.pdf, Shown::Here))
}

/// A letter that was only looked at; or the form again, with what stands against it.
async fn looked_at<T>(
    ctx: &Ctx,
    form: &Form<T>,
    drawn: Result<Drawn>,
    page: (&str, impl Future<Output = Result<Value>>),
) -> Result<Response> {
    match drawn {
        Ok(drawn) => Ok(download::pdf("preview.pdf", drawn.pdf, Shown::Here)),
        Err(error) => ctx.again(page.0, form, error, page.1.await?).await,
    }
}

const APPEAL: &str = "claims/appeal.html";

async fn appeal_page(ctx: &Ctx, id: &str) -> Result<Value> {
    let offer: Offer = appeals::offer(&ctx.app, &ctx.by, id).await?;
    let all = |on: bool| if on { "yes" } else { "" };
    let form = json!({
        "words": offer.words, "note": all(offer.note.is_some()), "order": all(offer.order.is_some()), "scan": all(offer.scan.is_some()),
        "proof": all(offer.sendings > 0),
    });
    Ok(json!({ "offer": offer, "form": form }))
}

async fn write_appeal(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page(APPEAL, appeal_page(&ctx, &id).await?).await
}

async fn preview_appeal(ctx: Ctx, Path(id): Path<String>, form: Form<NewAppeal>) -> Result<Response> {
    let drawn = appeals::preview(&ctx.app, &ctx.by, &id, &form.value).await;
    looked_at(&ctx, &form, drawn, (APPEAL, appeal_page(&ctx, &id))).await
}

async fn send_appeal(ctx: Ctx, Path(id): Path<String>, form: Form<NewAppeal>) -> Result<Response> {
    match appeals::send(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&format!("/claims/{id}#letters"), "The appeal is kept as it left. Open it to print or fax it").await,
        Err(error) => ctx.again(APPEAL, &form, error, appeal_page(&ctx, &id).await?).await,
    }
}

const UNDERPAID: &str = "claims/underpaid.html";

async fn underpaid_page(ctx: &Ctx) -> Result<Value> {
    Ok(json!({ "all": underpaid::list(&ctx.app, &ctx.by).await? }))
}

async fn show_underpaid(ctx: Ctx) -> Result<Response> {
    ctx.page(UNDERPAID, underpaid_page(&ctx).await?).await
}

async fn preview_asking(ctx: Ctx, form: Form<Asking>) -> Result<Response> {
    let drawn = underpaid::preview(&ctx.app, &ctx.by, &form.value).await;
    looked_at(&ctx, &form, drawn, (UNDERPAID, underpaid_page(&ctx))).await
}

async fn ask_payer(ctx: Ctx, form: Form<Asking>) -> Result<Response> {
    match underpaid::ask(&ctx.app, &ctx.by, &form.value).await {
        Ok(letter) => ctx.see(&format!("/claims/underpaid?made={}", letter.id), "The letter is kept. Open it to print or fax it").await,
        Err(error) => ctx.again(UNDERPAID, &form, error, underpaid_page(&ctx).await?).await,
    }
}

const STATEMENTS: &str = "payments/statements.html";

async fn statements_page(ctx: &Ctx, id: &str) -> Result<Value> {
    Ok(json!({ "offer": statements::show(&ctx.app, &ctx.by, id).await? }))
}

async fn show_statements(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page(STATEMENTS, statements_page(&ctx, &id).await?).await
}

async fn preview_statement(ctx: Ctx, Path(id): Path<String>, form: Form<NewStatement>) -> Result<Response> {
    let drawn = statements::preview(&ctx.app, &ctx.by, &id, &form.value).await;
    looked_at(&ctx, &form, drawn, (STATEMENTS, statements_page(&ctx, &id))).await
}

async fn make_statement(ctx: Ctx, Path(id): Path<String>, form: Form<NewStatement>) -> Result<Response> {
    match statements::make(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(_) => ctx.see(&format!("/patients/{id}/statements"), "The statement is kept. Open it to print or send it").await,
        Err(error) => ctx.again(STATEMENTS, &form, error, statements_page(&ctx, &id).await?).await,
    }
}
