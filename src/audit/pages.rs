//! The HTML door of the audit log.

use super::AuditFilter;
use crate::audit;
use crate::error::Result;
use crate::web::ctx::{Ask, Ctx};
use crate::web::handler::get;
use poem::{Response, Route};
use serde_json::{Value, json};

pub fn routes(site: Route) -> Route {
    site.at("/settings/audit", get(list))
}

async fn list(ctx: Ctx, Ask(filter): Ask<AuditFilter>) -> Result<Response> {
    let found = audit::list(&ctx.app, &ctx.by, &filter).await?;
    let choices = audit::choices(&ctx.app, &ctx.by).await?;
    let lines: Vec<Value> = found.items.iter().map(|e| json!({ "entry": e, "to": e.page(), "words": e.words() })).collect();
    let content = json!({
        "lines": lines,
        "next_cursor": found.next_cursor,
        "begun": !filter.cursor.is_blank(),
        "link": link(&filter),
        "people": choices.people,
        "things": choices.things.iter().map(|t| (t.clone(), t.replace('_', " "))).collect::<Vec<_>>(),
        "of_one": !filter.id.is_blank() || !filter.patient.is_blank(),
        "form": filter,
    });
    ctx.page("settings/audit.html", content).await
}

/// The same question, for the next part of the answer.
fn link(filter: &AuditFilter) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("who", &filter.who), ("thing", &filter.thing), ("id", &filter.id), ("patient", &filter.patient)] {
        if !value.is_blank() {
            query.append_pair(name, value.as_str());
        }
    }
    format!("/settings/audit?{}", query.finish()).trim_end_matches('?').to_string()
}
