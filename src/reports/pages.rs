//! The HTML door of reports: the approve queue, the composer, what went out.

mod decision;

use super::letters::drafting::NewReport;
use super::letters::release::Again;
use super::letters::view::ReportView;
use super::letters::{changing, drafting, print, release};
use super::{ApprovedView, ReportFilter, Why};
use crate::config::MailRoute;
use crate::error::{AppError, Result};
use crate::types::Text;
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::download::{self, Shown};
use crate::web::handler::{get, post};
use crate::web::tree::laid_over;
use crate::{referrals, reports};
use decision::Decision;
use poem::http::header;
use poem::web::Path;
use poem::{Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/reports", get(list).post(draft))
        .at("/reports/new", get(new))
        .at("/reports/next", get(next))
        .at("/reports/summaries", post(summaries))
        .at("/reports/resume-mail", post(resume_mail))
        .at("/reports/approve-opened", post(approve_opened))
        .at("/reports/:id", get(composer).post(change))
        .at("/reports/:id/message.html", get(message))
        .at("/reports/:id/letter.pdf", get(letter))
        .at("/reports/:id/sample.pdf", get(sample))
        .at("/patients/:id/disclosures.pdf", get(accounting))
        .at("/referrals/:id/certification.pdf", get(certification))
        .at("/reports/:id/sign", post(sign))
        .at("/reports/:id/unsign", post(unsign))
        .at("/reports/:id/approve", post(approve))
        .at("/reports/:id/take-back", post(take_back))
        .at("/reports/:id/skip", post(skip))
        .at("/reports/:id/amend", post(amend))
        .at("/reports/:id/resend", post(resend))
        .at("/reports/:id/arrived", post(arrived))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    /// email or text.
    r#as: String,
}

async fn list(ctx: Ctx, Ask(filter): Ask<ReportFilter>) -> Result<Response> {
    ctx.page("reports/list.html", list_content(&ctx, &filter).await?).await
}

async fn list_content(ctx: &Ctx, filter: &ReportFilter) -> Result<Value> {
    let counts = reports::counts(&ctx.app, &ctx.by).await?;
    let listing = reports::list(&ctx.app, &ctx.by, filter).await?;
    let last_month = crate::types::Month::of(ctx.app.today()).previous();
    Ok(json!({
        "counts": counts.into_iter().map(|(state, n)| (state.to_string(), json!(n))).collect::<serde_json::Map<_, _>>(),
        "reports": listing.items, "next": listing.next_cursor, "filter": filter, "held": reports::waiting(&ctx.app, &ctx.by).await?,
        "form": { "month": last_month.to_string() }, "paused": reports::mail_pause(&ctx.app, &ctx.by).await?,
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct For {
    provider: Text,
}

/// Which report? One about a patient of this doctor, or about a month.
async fn new(ctx: Ctx, Ask(of): Ask<For>) -> Result<Response> {
    ctx.page("reports/new.html", json!(reports::choices(&ctx.app, &ctx.by, &of.provider).await?)).await
}

async fn next(ctx: Ctx) -> Result<Response> {
    Ok(ctx.go(&to_next(&ctx).await?))
}

async fn to_next(ctx: &Ctx) -> Result<String> {
    Ok(reports::next_waiting(&ctx.app, &ctx.by).await?.map_or("/reports".into(), |id| format!("/reports/{id}")))
}

async fn draft(ctx: Ctx, form: Form<NewReport>) -> Result<Response> {
    match drafting::draft(&ctx.app, &ctx.by, &form.value).await {
        Ok(report) => Ok(ctx.go(&format!("/reports/{}", report.row.id))),
        Err(error) => {
            let content = json!(reports::choices(&ctx.app, &ctx.by, &form.value.provider).await?);
            ctx.again("reports/new.html", &form, error, content).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfMonth {
    month: Text,
}

async fn summaries(ctx: Ctx, form: Form<OfMonth>) -> Result<Response> {
    match drafting::summaries(&ctx.app, &ctx.by, &form.value.month).await {
        Ok(done) => ctx.see("/reports", &done.in_words()).await,
        Err(error) => ctx.again("reports/list.html", &form, error, list_content(&ctx, &ReportFilter::default()).await?).await,
    }
}

async fn approve_opened(ctx: Ctx) -> Result<Response> {
    let ApprovedView { approved, left } = reports::approve_opened(&ctx.app, &ctx.by).await?;
    let said = match (approved, left.is_empty()) {
        (0, true) => "None was read yet. Open a report first".to_string(),
        (_, true) => format!("{approved} approved"),
        (_, false) => format!("{approved} approved. Left: {}", left.join("; ")),
    };
    ctx.see("/reports", &said).await
}

async fn resume_mail(ctx: Ctx) -> Result<Response> {
    crate::mail::resume(&ctx.app, &ctx.by).await?;
    ctx.see("/reports", "Mail is tried again now").await
}

async fn composer(ctx: Ctx, Path(id): Path<String>, Ask(view): Ask<View>) -> Result<Response> {
    let report = reports::show(&ctx.app, &ctx.by, &id).await?;
    ctx.page("reports/composer.html", composer_content(&ctx, &report, &view.r#as).await?).await
}

async fn composer_content(ctx: &Ctx, report: &ReportView, shown_as: &str) -> Result<Value> {
    let waiting = reports::waiting(&ctx.app, &ctx.by).await?;
    let card = referrals::card_of(&ctx.app, &ctx.by, report.row.referral_id).await?;
    Ok(json!({ "r": report, "card": card, "form": report.as_typed(), "waiting": waiting, "as": shown_as,
        "undo_minutes": ctx.app.config.undo_minutes, "to_folder": matches!(ctx.app.config.mail, MailRoute::Folder(_)),
        "paused": reports::mail_pause(&ctx.app, &ctx.by).await? }))
}

/// The page again, with what was typed over what stands.
async fn composer_again<T>(ctx: &Ctx, id: &str, form: &Form<T>, error: AppError) -> Result<Response> {
    let report = reports::show(&ctx.app, &ctx.by, id).await?;
    let content = composer_content(ctx, &report, "").await?;
    let whole = Form { value: (), typed: laid_over(content["form"].clone(), form.typed.clone()) };
    ctx.again("reports/composer.html", &whole, error, content).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<Value>) -> Result<Response> {
    let words = Decision::read(&form.value)?.words.unwrap_or_default();
    match changing::change(&ctx.app, &ctx.by, &id, &words).await {
        Ok(_) => ctx.see(&format!("/reports/{id}"), "Saved. Read it once more on the right").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

/// The message as the doctor's mail program gets it, in a frame of its own: nothing in it runs or loads.
async fn message(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let html = reports::show(&ctx.app, &ctx.by, &id).await?.message.ok_or(AppError::NotFound("message"))?.html;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
    Ok(Response::builder().content_type("text/html; charset=utf-8").header(header::CONTENT_SECURITY_POLICY, policy).body(html))
}

/// The page that goes with the message.
async fn letter(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, pdf) = print::pdf(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

async fn sample(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, pdf) = print::sample(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

/// The accounting of disclosures that a patient may ask for.
async fn accounting(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, pdf) = reports::disclosures::print(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

/// The pack for an initial certification.
async fn certification(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    let (name, pdf) = reports::certification::print(&ctx.app, &ctx.by, &id).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

async fn sign(ctx: Ctx, Path(id): Path<String>, form: Form<Value>) -> Result<Response> {
    let decision = Decision::read(&form.value)?;
    if let Some(kept) = kept_words(&ctx, &id, &form, &decision).await? {
        return Ok(kept);
    }
    match release::sign(&ctx.app, &ctx.by, &id).await {
        Ok(_) => ctx.see(&format!("/reports/{id}"), "Signed. It waits to be released").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn unsign(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match release::unsign(&ctx.app, &ctx.by, &id).await {
        Ok(_) => ctx.see(&format!("/reports/{id}"), "A draft again. It says what the notes say now").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn approve(ctx: Ctx, Path(id): Path<String>, form: Form<Value>) -> Result<Response> {
    let decision = Decision::read(&form.value)?;
    if let Some(kept) = kept_words(&ctx, &id, &form, &decision).await? {
        return Ok(kept);
    }
    match release::approve(&ctx.app, &ctx.by, &id, &decision.approval).await {
        Ok(report) => ctx.see_with(&to_next(&ctx).await?, report.flash(&ctx.app)).await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

/// Words that were typed and not saved are kept, and read before anything is decided.
async fn kept_words(ctx: &Ctx, id: &str, form: &Form<Value>, decision: &Decision) -> Result<Option<Response>> {
    if decision.words.is_none() {
        return Ok(None);
    }
    let stands = reports::show(&ctx.app, &ctx.by, id).await?;
    let Some(words) = decision.new_words(&stands) else { return Ok(None) };
    match changing::change(&ctx.app, &ctx.by, id, words).await {
        Ok(_) => {
            let said = "Your words are saved, and nothing has left. Read the report once more, then decide";
            ctx.see(&format!("/reports/{id}"), said).await.map(Some)
        }
        Err(error) => composer_again(ctx, id, form, error).await.map(Some),
    }
}

async fn take_back(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match release::take_back(&ctx.app, &ctx.by, &id).await {
        Ok(_) => ctx.see(&format!("/reports/{id}"), "Taken back. Nothing was sent").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn skip(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match changing::skip(&ctx.app, &ctx.by, &id, &form.value.why).await {
        Ok(_) => ctx.see(&to_next(&ctx).await?, "Skipped. It is under Reports, Skipped").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn amend(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match changing::amend(&ctx.app, &ctx.by, &id, &form.value.why).await {
        Ok(version) => ctx.see(&format!("/reports/{}", version.row.id), "A new version. Correct it, then approve it").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn resend(ctx: Ctx, Path(id): Path<String>, form: Form<Again>) -> Result<Response> {
    match release::resend(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(report) => ctx.see(&format!("/reports/{id}"), report.said_again()).await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}

async fn arrived(ctx: Ctx, Path(id): Path<String>, form: Form<Why>) -> Result<Response> {
    match release::arrived(&ctx.app, &ctx.by, &id).await {
        Ok(_) => ctx.see(&format!("/reports/{id}"), "Noted: it arrived").await,
        Err(error) => composer_again(&ctx, &id, &form, error).await,
    }
}
