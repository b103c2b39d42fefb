//! The HTML door of the network: providers, offices, what we did to keep in touch.

use crate::error::Result;
use crate::network;
use crate::types::{Found, Sought};
use crate::web::ctx::{Ask, Ctx};
use poem::web::Json;
use poem::{Route, get, handler};

pub fn routes(site: Route) -> Route {
    site.at("/providers/find", get(find_providers)).at("/organizations/find", get(find_organizations))
}

#[handler]
async fn find_providers(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    network::find_providers(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

#[handler]
async fn find_organizations(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    network::find_organizations(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}
