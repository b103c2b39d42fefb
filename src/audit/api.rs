//! The JSON door of the audit log.

use super::AuditFilter;
use super::view::EntryView;
use crate::audit;
use crate::error::Result;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Given, Query};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Audit")
        .get("/audit", "Who saw or changed what, the latest first; for the owner", list)
        .asks::<AuditFilter>()
        .gives::<Listing<EntryView>>()
}

async fn list(api: Api, Query(filter): Query<AuditFilter>) -> Result<Given<Listing<EntryView>>> {
    audit::list(&api.app, &api.by, &filter).await.map(Given)
}
