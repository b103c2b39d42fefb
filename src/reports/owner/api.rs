//! The JSON door of the owner's month.

use super::{MonthAsk, OwnerMonthView};
use crate::error::Result;
use crate::mail::Tried;
use crate::reports::owner;
use crate::web::api::{Api, ApiRoutes, Body, Given, Query};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/owner-report", "The month of the practice, for its owner", show)
        .asks::<MonthAsk>()
        .gives::<OwnerMonthView>()
        .post("/owner-report/send", "Mail it to the owner who asks", send)
        .takes::<MonthAsk>()
        .gives::<Tried>()
}

async fn show(api: Api, Query(ask): Query<MonthAsk>) -> Result<Given<OwnerMonthView>> {
    owner::show(&api.app, &api.by, &ask).await.map(Given)
}

async fn send(api: Api, Body(ask): Body<MonthAsk>) -> Result<Given<Tried>> {
    owner::send(&api.app, &api.by, &ask).await.map(Given)
}
