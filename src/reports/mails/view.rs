//! What pages and programs see of mails.

use super::store::Found;
use crate::app::{Actor, App};
use crate::db;
use crate::entity::outbox::Model as Mail;
use crate::entity::{provider, report};
use crate::error::Result;
use crate::mail::bounce::notice::NoticeKind;
use crate::mail::outbox_state::{HandWay, MailChannel, OutboxState};
use crate::mail::verdict::Step;
use crate::mail::{self, Read};
use crate::network::view::PersonRef;
use crate::reports::links::link::LinkState;
use crate::reports::links::{self, view::LinkView};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A mail in a list: how it stands, not what it says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailRow {
    pub id: Uuid,
    pub report: Option<Uuid>,
    pub reference: Option<String>,
    pub provider: PersonRef,
    /// `Progress report`.
    pub what: String,
    pub subject: String,
    pub to: String,
    /// By email, or on paper: printed and sent by a person.
    pub channel: MailChannel,
    /// How a person sent it.
    pub sent_how: Option<HandWay>,
    pub state: OutboxState,
    /// Since when it waits for a person; null: it goes by itself.
    pub held_at: Option<DateTime<Utc>>,
    pub resend_no: i64,
    pub attempts: i64,
    pub approved_at: DateTime<Utc>,
    /// When it goes, or is tried again.
    pub next_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// No server took it: it is a file in the mail folder.
    pub in_folder: bool,
    pub code: Option<String>,
    pub words: Option<String>,
}

/// A mail with the message as it left.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailShown {
    #[serde(flatten)]
    pub row: MailRow,
    /// The same on every attempt and every copy.
    pub message_id: String,
    /// Null for who sees only how it stands, and on paper.
    pub message: Option<Read>,
    /// A letter to print, for who may read it.
    pub prints: bool,
    /// The link in it, where the report waits behind one.
    pub link: Option<LinkView>,
    /// The day on which a person sent it, and who says so.
    pub sent_on: Option<NaiveDate>,
    pub sent_by: Option<String>,
    pub tries: Vec<TryView>,
    /// What came back about it.
    pub events: Vec<EventView>,
    pub may: Vec<&'static str>,
}

/// One try, and how far it got.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TryView {
    pub n: i64,
    pub step: String,
    pub words: String,
    pub code: Option<String>,
    pub at: DateTime<Utc>,
}

/// What came back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EventView {
    pub kind: String,
    pub words: String,
    pub detail: Option<String>,
    pub at: DateTime<Utc>,
}

/// Several mails, with a fixed number of queries.
pub async fn rows(db: &impl ConnectionTrait, found: &[Found]) -> Result<HashMap<i64, MailRow>> {
    let providers = db::by_ids::<provider::Entity>(db, found.iter().map(|f| f.provider_id)).await?;
    let reports = db::by_ids::<report::Entity>(db, found.iter().filter_map(|f| f.report_id)).await?;
    let one = |f: &Found| {
        let report = f.report_id.and_then(|id| reports.get(&id));
        let row = MailRow {
            id: f.public_id,
            report: report.map(|r| r.public_id),
            reference: report.map(|r| r.reference.clone()),
            provider: PersonRef::provider(providers.get(&f.provider_id)?),
            what: f.what.clone(),
            subject: f.subject.clone(),
            to: f.to_address.clone(),
            channel: f.channel,
            sent_how: f.sent_how,
            state: f.state,
            held_at: f.held_at.filter(|_| f.state.may_be_cancelled()),
            resend_no: f.resend_no,
            attempts: f.attempts,
            approved_at: f.approved_at,
            next_at: f.next_at,
            sent_at: f.sent_at,
            in_folder: f.last_text.as_deref().is_some_and(mail::is_of_folder),
            code: f.last_code.clone(),
            words: f.last_text.clone().filter(|t| !t.is_empty()),
        };
        Some((f.id, row))
    };
    Ok(found.iter().filter_map(one).collect())
}

/// One mail. Who sees only how it stands gets no word of it.
pub async fn mail(app: &App, db: &impl ConnectionTrait, by: &Actor, mail: &Mail) -> Result<MailShown> {
    let found = Found {
        id: mail.id,
        public_id: mail.public_id,
        report_id: mail.report_id,
        provider_id: mail.provider_id,
        channel: mail.channel,
        sent_how: mail.sent_how,
        what: mail.what.clone(),
        subject: mail.subject.clone(),
        to_address: mail.to_address.clone(),
        state: mail.state,
        attempts: mail.attempts,
        resend_no: mail.resend_no,
        approved_at: mail.approved_at,
        next_at: mail.next_at,
        sent_at: mail.sent_at,
        held_at: mail.held_at,
        last_code: mail.last_code.clone(),
        last_text: mail.last_text.clone(),
    };
    let row = rows(db, &[found]).await?.remove(&mail.id).ok_or(crate::error::AppError::NotFound("mail"))?;
    let link = links::view::of_mails(app, db, by, vec![mail.id]).await?.remove(&mail.id);
    let tries = mail::attempts_of(db, vec![mail.id]).await?;
    let one = |t: &crate::entity::outbox_attempt::Model| TryView {
        n: t.n,
        step: t.step.clone(),
        words: t.step.parse::<Step>().map_or(t.step.clone(), |s| s.label().into()),
        code: t.code.clone(),
        at: t.at,
    };
    let event = |e: crate::entity::send_event::Model| EventView {
        words: e.kind.parse::<NoticeKind>().map_or(e.kind.clone(), |k| k.label().into()),
        kind: e.kind,
        detail: e.detail,
        at: e.at,
    };
    Ok(MailShown {
        events: mail::events_of(db, mail.id).await?.into_iter().map(event).collect(),
        may: may(app, mail, link.as_ref(), by),
        message_id: mail.message_id.clone(),
        message: match super::reads(by) && mail.channel.is_mailed() {
            true => Some(mail::read(&mail::mime(db, mail).await?)),
            false => None,
        },
        prints: super::reads(by) && mail.channel == MailChannel::Paper,
        link,
        sent_on: mail.sent_on,
        sent_by: match mail.sent_by_id {
            Some(id) => crate::auth::names_of(db, vec![id]).await?.remove(&id),
            None => None,
        },
        tries: tries.iter().map(one).collect(),
        row,
    })
}

/// What a person may do with a mail now.
fn may(app: &App, mail: &Mail, link: Option<&LinkView>, by: &Actor) -> Vec<&'static str> {
    let mut may = Vec::new();
    if !by.may_release() {
        return may;
    }
    if mail.channel == MailChannel::Paper && mail.state == OutboxState::Approved {
        may.push("sent_by_hand");
    }
    if mail.held_at.is_some() && mail.state.may_be_cancelled() {
        may.push("let_go");
    }
    if mail.channel == MailChannel::Link && link.is_some_and(|l| l.state == LinkState::Open) {
        may.push("close_link");
    }
    if super::may_be_given_up(app, mail).is_ok() {
        may.push("give_up");
    }
    if !mail.state.may_be_cancelled() && mail.state != OutboxState::Cancelled {
        may.push("wrong_person");
    }
    may
}
