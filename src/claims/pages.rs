//! The HTML door of claims alone. Their pages show money too: they are served by payments, which stand above.

use super::case::NewCase;
use super::try_out::try_out;
use crate::error::Result;
use crate::types::{Found, Sought};
use crate::web::ctx::{Ask, Ctx, Form};
use crate::web::handler::get;
use crate::{claims, payers};
use poem::web::{Json, Path};
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/claims/find", get(find)).at("/payers/:id/try", get(new_case).post(try_case))
}

async fn find(ctx: Ctx, Ask(sought): Ask<Sought>) -> Result<Json<Vec<Found>>> {
    claims::find_by_words(&ctx.app, &ctx.by, &sought.q).await.map(Json)
}

/// With two treatments more than are filled.
async fn around_case(ctx: &Ctx, id: &str, case: &NewCase) -> Result<Value> {
    let rows: Vec<usize> = (0..case.services.len() + 2).collect();
    Ok(json!({ "p": payers::show(&ctx.app, &ctx.by, id).await?, "rows": rows, "yes_no": [["yes", "Yes"], ["no", "No"]] }))
}

async fn new_case(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    ctx.page("payers/try.html", around_case(&ctx, &id, &NewCase::default()).await?).await
}

async fn try_case(ctx: Ctx, Path(id): Path<String>, form: Form<NewCase>) -> Result<Response> {
    let mut content = around_case(&ctx, &id, &form.value).await?;
    match try_out(&ctx.app, &ctx.by, &id, &form.value).await {
        Ok(verdict) => {
            content["v"] = json!(verdict);
            content["form"] = form.typed;
            ctx.page("payers/try.html", content).await
        }
        Err(error) => ctx.again("payers/try.html", &form, error, content).await,
    }
}
