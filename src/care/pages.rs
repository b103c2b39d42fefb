//! The HTML door of visits and notes.

use super::booking::{self, Booking, For, Whom, booking};
use super::carried::Part;
use super::counted::Counted;
use super::day::{DayAsk, day};
use super::measure::Instrument;
use super::note::{GoalState, NewNote};
use super::notes::{self, NewAddendum};
use super::texts::text::TextKind;
use super::texts::{self, PutIn};
use super::view::VisitView;
use super::visit::{NewService, NewVisit, VisitState};
use super::writing::{self, Desk, desk};
use crate::care;
use crate::error::{AppError, Result};
use crate::types::day::{Leaning, clock, echo, parse};
use crate::types::{Caution, Text, place_of_service};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use crate::web::tree::as_form;
use crate::{patients, practice};
use poem::http::StatusCode;
use poem::web::{Json, Path};
use poem::{IntoResponse, Response, Route};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/visits", get(list))
        .at("/visits/new", get(blank).post(book))
        .at("/visits/new/whom", post(ask_whom))
        .at("/visits/:id", get(show).post(change))
        .at("/visits/:id/arrive", post(arrive))
        .at("/visits/:id/attend", post(attend))
        .at("/visits/:id/no-show", post(no_show))
        .at("/visits/:id/cancel", post(cancel))
        .at("/visits/:id/take-back", post(take_back))
        .at("/visits/:id/units", get(units))
        .at("/visits/:id/note", get(show_note).post(save_note))
        .at("/visits/:id/note/draft", post(save_draft))
        .at("/visits/:id/note/addenda", post(add_addendum))
}

fn at(id: impl std::fmt::Display) -> String {
    format!("/visits/{id}")
}

/// What was done, and what should still be looked at.
fn said(done: &str, cautions: &[Caution]) -> String {
    let words: Vec<String> = cautions.iter().map(|c| format!(". {}", c.message)).collect();
    format!("{done}{}", words.concat())
}

async fn list(ctx: Ctx, Ask(ask): Ask<DayAsk>) -> Result<Response> {
    let day = day(&ctx.app, &ctx.by, &ask).await?;
    ctx.page("care/day.html", json!({ "d": day, "asked": ask.day })).await
}

/// What the page of a new visit needs around its form.
async fn around_booking(ctx: &Ctx, booking: &Booking, typed: &NewVisit) -> Result<Value> {
    let day = parse(typed.visit_on.as_str(), ctx.app.today(), Leaning::Nearest).ok();
    Ok(json!({
        "b": booking,
        "places": place_of_service::options(typed.place_of_service.as_str()),
        "locations": practice::locations::options(&ctx.app, &ctx.by, None).await?,
        "codes": writing::codes_on_offer(&ctx.app).await?,
        "day_echo": day.map(echo).unwrap_or_default(),
        "service_rows": super::slots::service_slots(&typed.services, &[], &[]),
    }))
}

async fn blank(ctx: Ctx, Ask(asked): Ask<For>) -> Result<Response> {
    let booking = booking(&ctx.app, &ctx.by, &asked).await?;
    let typed = booking.as_typed();
    let mut content = around_booking(&ctx, &booking, &typed).await?;
    content["form"] = as_form(&typed);
    ctx.page("care/visit_new.html", content).await
}

async fn ask_whom(ctx: Ctx, form: Form<Whom>) -> Result<Response> {
    match booking::whom(&ctx.app, &ctx.by, &form.value).await {
        Ok(patient) => Ok(ctx.go(&format!("/visits/new?patient={patient}"))),
        Err(error) => ctx.again("care/visit_new.html", &form, error, json!({ "b": Booking::default() })).await,
    }
}

async fn book(ctx: Ctx, form: Form<NewVisit>) -> Result<Response> {
    match care::book(&ctx.app, &ctx.by, &form.value).await {
        Ok((visit, cautions)) => {
            let to = if ctx.posted.field("_then") == Some("note") { format!("/visits/{}/note", visit.id) } else { at(visit.id) };
            let done = if visit.state == VisitState::Booked { "Visit booked" } else { "Visit entered" };
            ctx.see(&to, &said(done, &cautions)).await
        }
        Err(error) => {
            let whom = For { referral: form.value.referral.clone(), ..For::default() };
            let booking = booking(&ctx.app, &ctx.by, &whom).await.unwrap_or_default();
            ctx.again("care/visit_new.html", &form, error, around_booking(&ctx, &booking, &form.value).await?).await
        }
    }
}

/// A visit in its form: times as people write them.
fn visit_form(visit: &VisitView) -> Value {
    let mut form = as_form(&visit.as_typed());
    form["starts_at"] = json!(visit.starts_at.map(clock).unwrap_or_default());
    form["ends_at"] = json!(visit.ends_at.map(clock).unwrap_or_default());
    form
}

/// What the page of a visit needs around its form.
async fn around_visit(ctx: &Ctx, id: &str, typed: Option<&NewVisit>) -> Result<Value> {
    let visit: VisitView = care::show(&ctx.app, &ctx.by, id).await?;
    let stands = visit.as_typed();
    Ok(json!({
        "service_rows": super::slots::service_slots(&typed.unwrap_or(&stands).services, &[], &[]),
        "counted": writing::units_of(&ctx.app, &ctx.by, id, &stands.services).await?,
        "therapists": practice::therapist_options(&ctx.app, &ctx.by).await?,
        "places": place_of_service::options(&visit.place_of_service),
        "locations": practice::locations::options(&ctx.app, &ctx.by, visit.location_id).await?,
        "coverages": patients::coverage_options(&ctx.app, &ctx.by, &visit.patient.id.to_string()).await?,
        "codes": writing::codes_on_offer(&ctx.app).await?,
        "form": visit_form(&visit),
        "v": visit,
    }))
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("care/visit.html", around_visit(&ctx, &id, None).await?).await
}

async fn change(ctx: Ctx, Path(id): Path<String>, form: Form<NewVisit>) -> Result<Response> {
    match care::change(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok((_, cautions)) => ctx.see(&at(&id), &said("Visit saved", &cautions)).await,
        Err(error) => ctx.again("care/visit.html", &form, error, around_visit(&ctx, &id, Some(&form.value)).await?).await,
    }
}

/// Why a visit is moved, and where the button stood.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MoveForm {
    moved: Moved,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Moved {
    why: Text,
    late: Text,
}

/// Moves a visit and goes back to where the button stood: the day's list, or the visit's own page.
async fn moved(ctx: &Ctx, id: &str, to: VisitState, form: &Form<MoveForm>, done: &str) -> Result<Response> {
    let back = ctx.posted.field("_back").filter(|to| to.starts_with("/visits?day=")).map_or_else(|| at(id), String::from);
    match care::move_to(&ctx.app, &ctx.by, id, to, &form.value.moved.why).await {
        Ok((_, cautions)) if to == VisitState::Booked => ctx.see(&back, &said(done, &cautions)).await,
        Ok((_, cautions)) => {
            let undo = json!({ "text": said(done, &cautions), "undo": format!("/visits/{id}/take-back"), "fields": [["moved[why]", "Undone at once"], ["_back", back]] });
            ctx.see_with(&back, if to == VisitState::Arrived { json!({ "text": said(done, &cautions) }) } else { undo }).await
        }
        Err(error) => ctx.again("care/visit.html", form, error.under("moved"), around_visit(ctx, id, None).await?).await,
    }
}

async fn arrive(ctx: Ctx, Path(id): Path<String>, form: Form<MoveForm>) -> Result<Response> {
    moved(&ctx, &id, VisitState::Arrived, &form, "Marked as here").await
}

async fn attend(ctx: Ctx, Path(id): Path<String>, form: Form<MoveForm>) -> Result<Response> {
    moved(&ctx, &id, VisitState::Attended, &form, "Marked as attended").await
}

async fn no_show(ctx: Ctx, Path(id): Path<String>, form: Form<MoveForm>) -> Result<Response> {
    moved(&ctx, &id, VisitState::NoShow, &form, "Marked as not come. It uses no visit of the order").await
}

async fn cancel(ctx: Ctx, Path(id): Path<String>, form: Form<MoveForm>) -> Result<Response> {
    let to = if form.value.moved.late.is_yes() { VisitState::LateCancelled } else { VisitState::Cancelled };
    moved(&ctx, &id, to, &form, "Cancelled. It uses no visit of the order").await
}

async fn take_back(ctx: Ctx, Path(id): Path<String>, form: Form<MoveForm>) -> Result<Response> {
    moved(&ctx, &id, VisitState::Booked, &form, "Back to booked").await
}

/// Minutes as they are typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    services: Vec<NewService>,
}

/// The units of each row by its place, and the sums in words: what the page's script writes beside the minutes.
async fn units(ctx: Ctx, Path(id): Path<String>, Ask(typed): Ask<Typed>) -> Result<Json<Value>> {
    Ok(Json(by_row(&writing::units_of(&ctx.app, &ctx.by, &id, &typed.services).await?)))
}

fn by_row(counted: &Counted) -> Value {
    let mut cells = json!({ "minutes": counted.minutes, "total": counted.total, "words": counted.words, "over": counted.over });
    for (at, row) in counted.rows.iter().enumerate() {
        cells[at.to_string()] = json!(row);
    }
    cells
}

/// What the page of a note shows, with what is typed in its rows.
async fn around_note(ctx: &Ctx, desk: &Desk, typed: &NewNote) -> Result<Value> {
    let others = || Instrument::ALL.iter().filter(|i| **i != Instrument::Nprs);
    let instruments: Vec<(&str, &str)> = others().map(|i| (i.word(), i.label())).collect();
    let by_item = others().map(|i| i.sheet()).filter(|s| s.items.is_some()).map(|s| (s.instrument.word(), s.short));
    let texts = if desk.may_write { texts::list(&ctx.app, &ctx.by).await? } else { Vec::new() };
    let (snippets, templates): (Vec<_>, Vec<_>) = texts.into_iter().partition(|t| t.kind == TextKind::Snippet);
    Ok(json!({
        "d": desk,
        "rows": desk.rows(typed),
        "trends": desk.trends(),
        "by_item": by_item.collect::<Vec<_>>(),
        "codes": writing::codes_on_offer(&ctx.app).await?,
        "instruments": instruments,
        "goal_states": GoalState::options(),
        "snippets": snippets,
        "templates": templates,
    }))
}

/// Which questionnaire is wanted answer by answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    ask: Text,
}

async fn show_note(ctx: Ctx, Path(id): Path<String>, Ask(wanted): Ask<Wanted>) -> Result<Response> {
    let mut desk = desk(&ctx.app, &ctx.by, &id).await?;
    desk.asked = wanted.ask.as_str().parse().ok();
    let typed = desk.as_typed();
    let mut content = around_note(&ctx, &desk, &typed).await?;
    content["form"] = as_form(&typed);
    ctx.page(if desk.may_write { "care/note.html" } else { "care/note_read.html" }, content).await
}

async fn save_note(ctx: Ctx, Path(id): Path<String>, form: Form<NewNote>) -> Result<Response> {
    match saved(&ctx, &id, &form.value).await {
        Ok(done) => ctx.see(&note_at(&ctx, &id), done).await,
        Err(error) => note_again(&ctx, &id, &form, error).await,
    }
}

/// Saves what is on the page, with what its buttons put in, or signs it.
async fn saved(ctx: &Ctx, id: &str, typed: &NewNote) -> Result<&'static str> {
    let (asked, done) = put_in(ctx);
    let new = texts::put_in(&ctx.app, &ctx.by, typed, &asked).await?;
    match ctx.posted.field("_then") {
        Some("sign") => notes::save_and_sign(&ctx.app, &ctx.by, id, &new).await.map(|_| "Note signed"),
        _ => notes::save(&ctx.app, &ctx.by, id, &new).await.map(|_| done),
    }
}

/// What a button asks to be put in, and what is said then.
fn put_in(ctx: &Ctx) -> (PutIn, &'static str) {
    let field = |name: &str| ctx.posted.field(name).map(String::from);
    match ctx.posted.field("_then") {
        Some("template") => (PutIn { template: field("_template"), snippet: None }, "The template is filled in, and the draft kept"),
        Some("snippet") => {
            let part = ctx.posted.field("_into").and_then(|p| p.parse().ok()).unwrap_or(Part::Subjective);
            (PutIn { template: None, snippet: field("_snippet").map(|name| (name, part)) }, "The snippet is put in, and the draft kept")
        }
        _ => (PutIn::default(), "Draft kept"),
    }
}

/// Back to the note, with the questionnaire that a button asked for.
fn note_at(ctx: &Ctx, id: &str) -> String {
    match ctx.posted.field("_ask").and_then(|word| word.parse::<Instrument>().ok()) {
        Some(wanted) => format!("/visits/{id}/note?ask={wanted}"),
        None => format!("/visits/{id}/note"),
    }
}

/// The note's form again; where somebody saved in between, with both texts.
async fn note_again(ctx: &Ctx, id: &str, form: &Form<NewNote>, error: AppError) -> Result<Response> {
    let desk = desk(&ctx.app, &ctx.by, id).await?;
    let mut content = around_note(ctx, &desk, &form.value).await?;
    if let (AppError::Stale { .. } | AppError::Conflict { .. }, Some(stands)) = (&error, &desk.note) {
        content["clash"] = json!(form.value.differences(&stands.as_typed()));
        content["theirs_version"] = as_form(&stands.version);
    }
    let error = match error {
        AppError::Stale { .. } => {
            AppError::conflict("This note was saved elsewhere in between. Both texts are below; what you typed is kept")
        }
        other => other,
    };
    ctx.again(if desk.may_write { "care/note.html" } else { "care/note_read.html" }, form, error, content).await
}

/// A saving in the middle of typing, as `draft.js` asks for it.
async fn save_draft(ctx: Ctx, Path(id): Path<String>, form: Form<NewNote>) -> Result<Response> {
    match notes::save_draft(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok((version, left_out)) => {
            let words = match left_out.0.first() {
                Some(e) => format!("Draft saved, but for one number: {}", e.message),
                None => format!("Draft saved {}", ctx.app.clock.time_of(ctx.app.now()).format("%-I:%M %P")),
            };
            Ok(Json(json!({ "version": version, "message": words })).into_response())
        }
        Err(error @ (AppError::Stale { .. } | AppError::Conflict { .. })) => {
            let words = match error {
                AppError::Stale { .. } => "Not saved: this note was saved in another tab. Press Keep draft to see both.".to_string(),
                other => format!("Not saved: {other}."),
            };
            Ok(Json(json!({ "message": words })).with_status(StatusCode::CONFLICT).into_response())
        }
        Err(other) => Err(other),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AddendumForm {
    addendum: NewAddendum,
}

async fn add_addendum(ctx: Ctx, Path(id): Path<String>, form: Form<AddendumForm>) -> Result<Response> {
    let note = writing::note_of(&ctx.app, &ctx.by, &id).await?;
    match notes::add_addendum(&ctx.app, &ctx.by, &note, &form.value.addendum).await {
        Ok(_) => ctx.see(&format!("/visits/{id}/note"), "Addendum added").await,
        Err(error) => {
            let desk = desk(&ctx.app, &ctx.by, &id).await?;
            let content = around_note(&ctx, &desk, &desk.as_typed()).await?;
            ctx.again("care/note_read.html", &form, error.under("addendum"), content).await
        }
    }
}
