//! The HTML door of the claims' pages: the board, one claim with everything about it, and the verbs on both.

use super::BoardAsk;
use crate::claims::claim::AnswerKind;
use crate::claims::versions::additional::{AttachmentKind, AttachmentWay, DelayReason, NewAdditional};
use crate::claims::view::ClaimView;
use crate::claims::{self, Answer, Chosen, ClaimFilter, Correcting, Sending, SendingMany};
use crate::error::Result;
use crate::payers::payer::ClaimChannel;
use crate::payments::denials::NewExplanation;
use crate::payments::desk::{self, NewWriteOff};
use crate::payments::money::{Class, EventKind, Method, RootCause};
use crate::payments::{LedgerAsk, board, denials, whole};
use crate::referrals;
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree::laid_over;
use poem::web::Path;
use poem::{Response, Route};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/claims", get(show_board))
        .at("/claims/ready", post(make_many_ready))
        .at("/claims/send", post(ask_to_send))
        .at("/claims/sent", post(send_many))
        .at("/claims/:id", get(show))
        .at("/claims/:id/ready", post(make_ready))
        .at("/claims/:id/draft", post(back_to_draft))
        .at("/claims/:id/accept-cap", post(accept_cap))
        .at("/claims/:id/additional", post(tell))
        .at("/claims/:id/submit", post(submit))
        .at("/claims/:id/answer", post(answer))
        .at("/claims/:id/correct", post(correct))
        .at("/claims/:id/abandon", post(abandon))
        .at("/claims/:id/denial", post(explain))
        .at("/claims/:id/void", post(void))
        .at("/claims/:id/close", post(close))
        .at("/claims/:id/write-off", post(write_off))
        .at("/claims/:id/appeal", post(appeal))
}

/// A work list, or the claims of somebody that another page leads to.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Asked {
    list: Text,
    page: Text,
    q: Text,
    state: Text,
    patient: Text,
    referral: Text,
    payer: Text,
    provider: Text,
    cursor: Text,
}

impl Asked {
    fn filter(&self) -> ClaimFilter {
        ClaimFilter {
            q: self.q.clone(),
            state: self.state.clone(),
            patient: self.patient.clone(),
            referral: self.referral.clone(),
            payer: self.payer.clone(),
            provider: self.provider.clone(),
            cursor: self.cursor.clone(),
            limit: Text::default(),
        }
    }
}

async fn show_board(ctx: Ctx, Ask(asked): Ask<Asked>) -> Result<Response> {
    let filter = asked.filter();
    if filter.is_asked() {
        let found = claims::list(&ctx.app, &ctx.by, &filter).await?;
        return ctx.page("claims/found.html", json!({ "found": found, "form": asked, "asked": asked })).await;
    }
    let board = board::show(&ctx.app, &ctx.by, &BoardAsk { list: asked.list, page: asked.page }).await?;
    ctx.page("claims/board.html", json!({ "board": board })).await
}

async fn make_many_ready(ctx: Ctx, form: Form<Chosen>) -> Result<Response> {
    let outcome = claims::make_many_ready(&ctx.app, &ctx.by, &form.value).await?;
    ctx.see("/claims?list=ready", &outcome.said("is ready to send", "are ready to send")).await
}

/// What left cannot be called back, so the page asks once more.
async fn ask_to_send(ctx: Ctx, form: Form<Chosen>) -> Result<Response> {
    let chosen = claims::chosen(&ctx.app, &ctx.by, &form.value.ids).await?;
    ctx.page("claims/send.html", json!({ "chosen": chosen, "channels": ClaimChannel::options() })).await
}

async fn send_many(ctx: Ctx, form: Form<SendingMany>) -> Result<Response> {
    match claims::submit_many(&ctx.app, &ctx.by, &form.value).await {
        Ok(outcome) => ctx.see("/claims?list=sent", &outcome.said("marked as sent", "marked as sent")).await,
        Err(error) => {
            let chosen = claims::chosen(&ctx.app, &ctx.by, &form.value.ids).await?;
            ctx.again("claims/send.html", &form, error, json!({ "chosen": chosen, "channels": ClaimChannel::options() })).await
        }
    }
}

async fn content(ctx: &Ctx, id: &str, ask: &LedgerAsk) -> Result<Value> {
    let whole = whole::show(&ctx.app, &ctx.by, id, ask).await?;
    let answers: Vec<_> = whole.may.answers.iter().map(|kind| (kind.word(), kind.label())).collect();
    let words = json!({
        "answers": answers, "channels": ClaimChannel::options(), "kinds": EventKind::options(), "classes": Class::options(), "methods": Method::options(),
        "root_causes": RootCause::options(), "delays": DelayReason::options(), "papers": AttachmentKind::options(), "ways": AttachmentWay::options(),
    });
    let told = whole.claim.version.as_ref().filter(|_| whole.may.tell).map(|v| v.additional.as_typed());
    let card = referrals::card_of(&ctx.app, &ctx.by, whole.claim.referral_id).await?;
    let content = json!({ "w": whole, "c": whole.claim, "l": whole.ledger, "may": whole.may, "form": told, "card": card });
    Ok(laid_over(content, words))
}

async fn show(ctx: Ctx, Path(id): Path<String>, Ask(ask): Ask<LedgerAsk>) -> Result<Response> {
    ctx.page("claims/show.html", content(&ctx, &id, &ask).await?).await
}

/// Done: on to where the button was, or to the claim. Refused: the claim again, with what it can become.
async fn answered<T>(ctx: &Ctx, id: &str, form: &Form<T>, done: Result<ClaimView>, said: &str) -> Result<Response> {
    match done {
        Ok(claim) => ctx.see(&back(ctx, &claim), &format!("{} {said}", claim.number)).await,
        Err(error) => ctx.again("claims/show.html", form, error, content(ctx, id, &LedgerAsk::default()).await?).await,
    }
}

/// A button on the board leads back to its list.
fn back(ctx: &Ctx, claim: &ClaimView) -> String {
    let board = ctx.posted.field("_back").filter(|to| to.starts_with("/claims?list="));
    board.map_or_else(|| format!("/claims/{}", claim.id), String::from)
}

/// A button alone.
#[derive(Debug, Default, Deserialize)]
struct Pressed {}

async fn make_ready(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    match claims::make_ready(&ctx.app, &ctx.by, &id).await {
        Ok(claim) => {
            let undo = json!({ "text": format!("{} is ready to send", claim.number), "undo": format!("/claims/{}/draft", claim.id) });
            ctx.see_with(&back(&ctx, &claim), undo).await
        }
        refused => answered(&ctx, &id, &form, refused, "").await,
    }
}

async fn back_to_draft(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::back_to_draft(&ctx.app, &ctx.by, &id).await, "is a draft again").await
}

async fn accept_cap(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::accept_cap(&ctx.app, &ctx.by, &id).await, "bills the capped units").await
}

async fn tell(ctx: Ctx, Path(id): Path<String>, form: Form<NewAdditional>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::tell(&ctx.app, &ctx.by, &id, &form.value).await, "tells that beside its services").await
}

async fn submit(ctx: Ctx, Path(id): Path<String>, form: Form<Sending>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::submit(&ctx.app, &ctx.by, &id, &form.value).await, "is marked as sent").await
}

/// What came back before the decision, with its kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answered {
    kind: Text,
    on: Text,
    code: Text,
    words: Text,
    payer_claim_no: Text,
}

async fn answer(ctx: Ctx, Path(id): Path<String>, form: Form<Answered>) -> Result<Response> {
    let Answered { kind, on, code, words, payer_claim_no } = &form.value;
    let said = Answer { on: on.clone(), code: code.clone(), words: words.clone(), payer_claim_no: payer_claim_no.clone() };
    let done = claims::answer_said(&ctx.app, &ctx.by, &id, kind, &said).await;
    let kind = kind.as_str().parse().map_or("answered", AnswerKind::label).to_lowercase();
    answered(&ctx, &id, &form, done, &format!("is {kind}")).await
}

async fn correct(ctx: Ctx, Path(id): Path<String>, form: Form<Correcting>) -> Result<Response> {
    answered(
        &ctx,
        &id,
        &form,
        claims::correct(&ctx.app, &ctx.by, &id, &form.value).await,
        "is open again. What was decided stands until the payer answers",
    )
    .await
}

async fn abandon(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::abandon(&ctx.app, &ctx.by, &id).await, "stands as it was decided. The correction is given up").await
}

async fn explain(ctx: Ctx, Path(id): Path<String>, form: Form<NewExplanation>) -> Result<Response> {
    match denials::explain(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(ledger) => ctx.see(&format!("/claims/{}", ledger.claim_id), "Kept with the denial").await,
        Err(error) => ctx.again("claims/show.html", &form, error, content(&ctx, &id, &LedgerAsk::default()).await?).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Why {
    why: Text,
}

async fn void(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::void(&ctx.app, &ctx.by, &id, &form.value.why).await, "is given up").await
}

async fn close(ctx: Ctx, Path(id): Path<String>, form: Form<Pressed>) -> Result<Response> {
    answered(&ctx, &id, &form, claims::close(&ctx.app, &ctx.by, &id).await, "is closed").await
}

async fn write_off(ctx: Ctx, Path(id): Path<String>, form: Form<NewWriteOff>) -> Result<Response> {
    match desk::write_off(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(ledger) => ctx.see(&format!("/claims/{}", ledger.claim_id), "Written off. It can be taken back from the ledger").await,
        Err(error) => ctx.again("claims/show.html", &form, error, content(&ctx, &id, &LedgerAsk::default()).await?).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Appealed {
    on: Text,
    note: Text,
}

async fn appeal(ctx: Ctx, Path(id): Path<String>, form: Form<Appealed>) -> Result<Response> {
    let done = denials::appeal(&ctx.app, &ctx.by, &id, &form.value.on, &form.value.note).await;
    answered(&ctx, &id, &form, done, "is under appeal").await
}
