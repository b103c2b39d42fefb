//! The JSON door of visits and notes.

use super::VisitFilter;
use super::counted::Counted;
use super::day::{Day, DayAsk, day};
use super::instruments::Sheet;
use super::note::NewNote;
use super::notes::{self, NewAddendum, NoteFilter};
use super::view::{NoteView, VisitRow, VisitView};
use super::visit::{NewVisit, VisitState};
use super::writing;
use crate::care;
use crate::error::Result;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use crate::web::error::with_warnings;
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Care")
        .get("/visits", "Visits, newest entry first", list)
        .asks::<VisitFilter>()
        .gives::<Listing<VisitRow>>()
        .post("/visits", "Book a visit, or enter a past one as attended", book)
        .takes::<NewVisit>()
        .makes::<VisitView>()
        .get("/visits/{id}", "One visit", show)
        .gives::<VisitView>()
        .patch("/visits/{id}", "Change a visit: send what changes, and the version you read", change)
        .takes::<NewVisit>()
        .gives::<VisitView>()
        .post("/visits/{id}/arrive", "The patient is here", arrive)
        .gives::<VisitView>()
        .post("/visits/{id}/attend", "The visit took place", attend)
        .gives::<VisitView>()
        .post("/visits/{id}/no-show", "The patient did not come", no_show)
        .takes::<Why>()
        .gives::<VisitView>()
        .post("/visits/{id}/cancel", "The visit was cancelled; late: true where it was too late", cancel)
        .takes::<Cancel>()
        .gives::<VisitView>()
        .post("/visits/{id}/take-back", "Back to booked, with a reason", take_back)
        .takes::<Why>()
        .gives::<VisitView>()
        .get("/visits/{id}/units", "The minutes of a visit as its payer counts them", units)
        .gives::<Counted>()
        .get("/days", "The visits of a day, in the order of the clock", show_day)
        .asks::<DayAsk>()
        .gives::<Day>()
        .get("/instruments", "The outcome measures: range, scoring, and the change that means something, with its source", instruments)
        .gives::<Listing<Sheet>>()
        .get("/notes", "Notes you may read, newest first", list_notes)
        .asks::<NoteFilter>()
        .gives::<Listing<NoteView>>()
        .post("/notes", "Save the draft of a visit's note", draft)
        .takes::<NewNote>()
        .makes::<NoteView>()
        .get("/notes/{id}", "One note", show_note)
        .gives::<NoteView>()
        .patch("/notes/{id}", "Go on with a draft: send what changes, and the version you read", change_note)
        .takes::<NewNote>()
        .gives::<NoteView>()
        .post("/notes/{id}/sign", "Sign and lock; the claim drafts itself", sign)
        .gives::<NoteView>()
        .post("/notes/{id}/addenda", "Add to a signed note", addendum)
        .takes::<NewAddendum>()
        .makes::<NoteView>()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Why {
    pub why: Text,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cancel {
    pub why: Text,
    pub late: Text,
}

async fn moved(api: &Api, id: &str, to: VisitState, why: &Text) -> Result<Given<Value>> {
    let (visit, cautions) = care::move_to(&api.app, &api.by, id, to, why).await?;
    Ok(Given(with_warnings(&visit, &cautions)))
}

async fn list(api: Api, Query(filter): Query<VisitFilter>) -> Result<Given<Listing<VisitRow>>> {
    care::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn book(api: Api, Body(new): Body<NewVisit>) -> Result<Made<Value>> {
    let (visit, cautions) = care::book(&api.app, &api.by, &new).await?;
    Ok(Made(with_warnings(&visit, &cautions)))
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<VisitView>> {
    care::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<Value>> {
    let new = sent.over(&care::show(&api.app, &api.by, &id).await?.as_typed())?;
    let (visit, cautions) = care::change(&api.app, &api.by, &id, &new).await?;
    Ok(Given(with_warnings(&visit, &cautions)))
}

async fn arrive(api: Api, Path(id): Path<String>) -> Result<Given<Value>> {
    moved(&api, &id, VisitState::Arrived, &Text::default()).await
}

async fn attend(api: Api, Path(id): Path<String>) -> Result<Given<Value>> {
    moved(&api, &id, VisitState::Attended, &Text::default()).await
}

async fn no_show(api: Api, Path(id): Path<String>, Body(why): Body<Why>) -> Result<Given<Value>> {
    moved(&api, &id, VisitState::NoShow, &why.why).await
}

async fn cancel(api: Api, Path(id): Path<String>, Body(cancel): Body<Cancel>) -> Result<Given<Value>> {
    let to = if cancel.late.is_yes() { VisitState::LateCancelled } else { VisitState::Cancelled };
    moved(&api, &id, to, &cancel.why).await
}

async fn take_back(api: Api, Path(id): Path<String>, Body(why): Body<Why>) -> Result<Given<Value>> {
    moved(&api, &id, VisitState::Booked, &why.why).await
}

async fn units(api: Api, Path(id): Path<String>) -> Result<Given<Counted>> {
    writing::units_of_visit(&api.app, &api.by, &id).await.map(Given)
}

async fn show_day(api: Api, Query(ask): Query<DayAsk>) -> Result<Given<Day>> {
    day(&api.app, &api.by, &ask).await.map(Given)
}

async fn instruments(api: Api) -> Result<Given<Listing<&'static Sheet>>> {
    notes::instruments(&api.by).map(|all| Given(all.iter().collect::<Vec<_>>().into()))
}

async fn list_notes(api: Api, Query(filter): Query<NoteFilter>) -> Result<Given<Listing<NoteView>>> {
    notes::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn draft(api: Api, Body(new): Body<NewNote>) -> Result<Made<NoteView>> {
    notes::save(&api.app, &api.by, new.visit.as_str(), &new).await.map(Made)
}

async fn show_note(api: Api, Path(id): Path<String>) -> Result<Given<NoteView>> {
    notes::show(&api.app, &api.by, &id).await.map(Given)
}

async fn change_note(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<NoteView>> {
    let stands = notes::show(&api.app, &api.by, &id).await?;
    let new: NewNote = sent.over(&stands.as_typed())?;
    notes::save(&api.app, &api.by, &stands.visit_id.to_string(), &new).await.map(Given)
}

async fn sign(api: Api, Path(id): Path<String>) -> Result<Given<NoteView>> {
    notes::sign(&api.app, &api.by, &id).await.map(Given)
}

async fn addendum(api: Api, Path(id): Path<String>, Body(new): Body<NewAddendum>) -> Result<Made<NoteView>> {
    notes::add_addendum(&api.app, &api.by, &id, &new).await.map(Made)
}
