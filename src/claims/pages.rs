//! The HTML door of claims alone. Their pages show money too: they are served by payments, which stand above.

use crate::claims;
use crate::error::Result;
use crate::types::{Found, Sought};
use crate::web::ctx::{Ask, Ctx};
use poem::web::Json;
use poem::{Route, get, handler};

pub fn routes(site: Route) -> Route {
    site.at("/claims/find", get(find))
}

#[handler]
async fn find(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    claims::find_by_words(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}
