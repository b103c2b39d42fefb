//! The JSON door of alerts.

use super::view::AlertView;
use super::{AlertFilter, Putting};
use crate::error::Result;
use crate::outreach;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Query};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Alerts")
        .get("/alerts", "What needs a decision, computed from the chain and the clock; the oldest first", list)
        .asks::<AlertFilter>()
        .gives::<Listing<AlertView>>()
        .post("/alerts/{id}/snooze", "Put an alert off until a day", snooze)
        .takes::<Putting>()
        .gives::<AlertView>()
        .post("/alerts/{id}/done", "Say that an alert is settled; a new occurrence is a new alert", done)
        .takes::<Putting>()
        .gives::<AlertView>()
        .post("/alerts/{id}/undo", "Take back what was done with an alert", undo)
        .gives::<AlertView>()
}

async fn list(api: Api, Query(filter): Query<AlertFilter>) -> Result<Given<Listing<AlertView>>> {
    outreach::alerts(&api.app, &api.by, &filter).await.map(|all| Given(all.into()))
}

async fn snooze(api: Api, Path(id): Path<String>, Body(new): Body<Putting>) -> Result<Given<AlertView>> {
    outreach::snooze(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn done(api: Api, Path(id): Path<String>, Body(new): Body<Putting>) -> Result<Given<AlertView>> {
    outreach::done(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn undo(api: Api, Path(id): Path<String>) -> Result<Given<AlertView>> {
    outreach::undo(&api.app, &api.by, &id).await.map(Given)
}
