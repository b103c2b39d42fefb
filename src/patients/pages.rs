//! The HTML door of patients: who they are, who pays for them, what they asked us not to tell.

use crate::error::Result;
use crate::patients;
use crate::types::{Found, Sought};
use crate::web::ctx::{Ask, Ctx};
use poem::web::Json;
use poem::{Route, get, handler};

pub fn routes(site: Route) -> Route {
    site.at("/patients/find", get(find))
}

#[handler]
async fn find(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    patients::find_by_name(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}
