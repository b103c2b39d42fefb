//! The HTML door of the directory of payers. Its list with the form that takes a file in is served by imports, which read files.

use super::{TakeId, find, take_id};
use crate::error::Result;
use crate::types::{Found, Sought};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::{get, post};
use poem::web::{Json, Path};
use poem::{Response, Route};

pub fn routes(site: Route) -> Route {
    site.at("/payers/directory/find", get(look_up)).at("/payers/:id/listing", post(take))
}

async fn look_up(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    find(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

async fn take(ctx: Ctx, Path(id): Path<String>, form: Form<TakeId>) -> Result<Response> {
    let payer = take_id(&ctx.app, &ctx.by, &id, &form.value).await?;
    let said = format!("{} is {} at the clearinghouse", payer.name, payer.clearinghouse_payer_id.as_deref().unwrap_or_default());
    ctx.see(&format!("/payers/{id}"), &said).await
}
