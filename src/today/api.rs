//! The JSON door of Today.

use super::TodayView;
use super::search::{FoundView, Search};
use crate::error::Result;
use crate::today;
use crate::web::api::{Api, ApiRoutes, Given, Query};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Today")
        .get("/today", "What needs you, the visits of the day, money of the month", show)
        .gives::<TodayView>()
        .get("/search", "Anything by name, phone, email, NPI or a number that people quote", find)
        .asks::<Search>()
        .gives::<FoundView>()
}

async fn show(api: Api) -> Result<Given<TodayView>> {
    today::today(&api.app, &api.by).await.map(Given)
}

async fn find(api: Api, Query(ask): Query<Search>) -> Result<Given<FoundView>> {
    today::search::search(&api.app, &api.by, &ask).await.map(Given)
}
