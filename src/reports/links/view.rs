//! What pages and programs see of links.

use super::link::{LinkState, Seen, Standing, grouped};
use super::store;
use crate::app::{Actor, App};
use crate::db;
use crate::entity::{link_reader, report_link};
use crate::error::Result;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;

/// How a link stands, and who looked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LinkView {
    pub state: LinkState,
    pub expires_at: DateTime<Utc>,
    /// When it was opened first.
    pub opened_at: Option<DateTime<Utc>>,
    /// Sittings in which it was read.
    pub views: i64,
    /// Codes and digits that did not fit.
    pub wrong_tries: i64,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_why: Option<String>,
    /// To be told by phone, for the first opening, by who releases reports; null once they were used.
    pub digits: Option<String>,
    pub looks: Vec<LookView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LookView {
    pub what: Seen,
    pub at: DateTime<Utc>,
}

pub fn standing(link: &report_link::Model) -> Standing {
    Standing { has_ended: link.ended_at.is_some(), expires_at: link.expires_at, views: link.views, tries: link.tries }
}

/// The links that mails brought, by the mail; a fixed number of queries.
pub async fn of_mails(app: &App, db: &impl ConnectionTrait, by: &Actor, outbox_ids: Vec<i64>) -> Result<HashMap<i64, LinkView>> {
    let links = store::of_mails(db, outbox_ids).await?;
    let readers = db::by_ids::<link_reader::Entity>(db, links.values().map(|l| l.reader_id)).await?;
    let looks = store::views_of(db, links.values().map(|l| l.id).collect()).await?;
    let one = |(mail_id, link): (i64, report_link::Model)| {
        let reader = readers.get(&link.reader_id);
        let state = standing(&link).state(false, app.now());
        let view = LinkView {
            state,
            expires_at: link.expires_at,
            opened_at: link.opened_at,
            views: link.views,
            wrong_tries: link.tries,
            ended_at: link.ended_at,
            ended_why: link.ended_why,
            digits: reader.filter(|r| by.may_release() && r.proven_at.is_none() && state == LinkState::Open).map(|r| grouped(&r.digits)),
            looks: looks.iter().filter(|v| v.link_id == link.id).map(|v| LookView { what: v.what, at: v.at }).collect(),
        };
        (mail_id, view)
    };
    Ok(links.into_iter().map(one).collect())
}
