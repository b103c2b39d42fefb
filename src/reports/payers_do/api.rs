//! The JSON door of what payers do.

use super::view::{ClaimsBehind, PerformanceView};
use super::{BehindAsk, PerformanceAsk};
use crate::error::Result;
use crate::reports::payers_do;
use crate::web::api::{Api, ApiRoutes, Given, Query};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/payers/performance", "What payers do with our claims: paid, denied, how long, why, and what was expected", performance)
        .asks::<PerformanceAsk>()
        .gives::<PerformanceView>()
        .get("/payers/performance/claims", "The claims behind one of its numbers", behind)
        .asks::<BehindAsk>()
        .gives::<ClaimsBehind>()
}

async fn performance(api: Api, Query(ask): Query<PerformanceAsk>) -> Result<Given<PerformanceView>> {
    payers_do::performance(&api.app, &api.by, &ask).await.map(Given)
}

async fn behind(api: Api, Query(ask): Query<BehindAsk>) -> Result<Given<ClaimsBehind>> {
    payers_do::behind(&api.app, &api.by, &ask).await.map(Given)
}
