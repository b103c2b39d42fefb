//! The JSON door of Today.

use super::TodayView;
use crate::error::Result;
use crate::today;
use crate::web::api::{Api, ApiRoutes, Given};
use poem::handler;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Today").get("/today", "What needs you, the visits of the day, money of the month", show).gives::<TodayView>()
}

#[handler]
async fn show(api: Api) -> Result<Given<TodayView>> {
    today::today(&api.app, &api.by).await.map(Given)
}
