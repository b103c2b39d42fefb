//! The queries of mails, as people look at them.

use crate::entity::{outbox, report};
use crate::error::Result;
use crate::mail::outbox_state::{HandWay, MailChannel, OutboxState};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

/// What the list is asked.
pub struct Asked {
    pub state: Option<OutboxState>,
    pub channel: Option<MailChannel>,
    pub held: bool,
    pub therapist_id: Option<i64>,
    pub after: Option<i64>,
    pub limit: u64,
}

/// A mail without its bytes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    pub id: i64,
    pub public_id: Uuid,
    pub report_id: Option<i64>,
    pub provider_id: i64,
    pub channel: MailChannel,
    pub sent_how: Option<HandWay>,
    pub what: String,
    pub subject: String,
    pub to_address: String,
    pub state: OutboxState,
    pub attempts: i64,
    pub resend_no: i64,
    pub approved_at: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub held_at: Option<DateTime<Utc>>,
    pub last_code: Option<String>,
    pub last_text: Option<String>,
}

fn without_bytes() -> Select<outbox::Entity> {
    use outbox::Column as C;
    outbox::Entity::find().select_only().columns([
        C::Id,
        C::PublicId,
        C::ReportId,
        C::ProviderId,
        C::Channel,
        C::SentHow,
        C::What,
        C::Subject,
        C::ToAddress,
        C::State,
        C::Attempts,
        C::ResendNo,
        C::ApprovedAt,
        C::NextAt,
        C::SentAt,
        C::HeldAt,
        C::LastCode,
        C::LastText,
    ])
}

/// Mails of reports, newest first.
pub async fn list(db: &impl ConnectionTrait, asked: &Asked) -> Result<Vec<Found>> {
    let of_report: RelationDef = outbox::Entity::belongs_to(report::Entity).from(outbox::Column::ReportId).to(report::Column::Id).into();
    let mut query = without_bytes().join(JoinType::InnerJoin, of_report).filter(report::Column::DeletedAt.is_null());
    if let Some(state) = asked.state {
        query = query.filter(outbox::Column::State.eq(state));
    }
    if let Some(channel) = asked.channel {
        query = query.filter(outbox::Column::Channel.eq(channel));
    }
    if asked.held {
        let waits = outbox::Column::State.is_in([OutboxState::Approved, OutboxState::RetryWait]);
        query = query.filter(outbox::Column::HeldAt.is_not_null()).filter(waits);
    }
    if let Some(therapist_id) = asked.therapist_id {
        query = query.filter(report::Column::TherapistId.eq(therapist_id));
    }
    if let Some(after) = asked.after {
        query = query.filter(outbox::Column::Id.lt(after));
    }
    Ok(query.order_by_desc(outbox::Column::Id).limit(asked.limit).into_model::<Found>().all(db).await?)
}
