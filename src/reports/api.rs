//! The JSON door of reports and figures.

use super::sources::{SourcesFilter, SourcesView};
use crate::error::Result;
use crate::reports;
use crate::web::api::{Api, ApiRoutes, Given, Query};
use poem::handler;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/sources", "What pays: what each source of referrals brought, as of a day", sources)
        .asks::<SourcesFilter>()
        .gives::<SourcesView>()
}

#[handler]
async fn sources(api: Api, Query(filter): Query<SourcesFilter>) -> Result<Given<SourcesView>> {
    reports::sources(&api.app, &api.by, &filter).await.map(Given)
}
