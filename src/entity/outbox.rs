//! A frozen mail on its way out.

use crate::mail::outbox_state::{HandWay, MailChannel, OutboxState};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub report_id: Option<i64>,
    pub provider_id: i64,
    pub approved_by_id: Option<i64>,
    pub channel: MailChannel,
    pub what: String,
    pub idempotency_key: String,
    pub message_id: String,
    pub from_address: String,
    pub to_address: String,
    pub subject: String,
    pub state: OutboxState,
    /// Of the bytes in `frozen_mail`.
    pub mime_sha256: Vec<u8>,
    pub attempts: i64,
    pub resend_no: i64,
    pub approved_at: DateTimeUtc,
    pub phase_at: DateTimeUtc,
    pub next_at: DateTimeUtc,
    pub lease_until: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    pub lease_token: Option<String>,
    pub boot_id: Option<String>,
    pub last_code: Option<String>,
    pub last_text: Option<String>,
    /// Since when it waits for a person; none: it goes by itself.
    pub held_at: Option<DateTimeUtc>,
    /// When a person let it go past the limit of a day.
    pub let_go_at: Option<DateTimeUtc>,
    pub let_go_by_id: Option<i64>,
    /// How a person sent it: by mail, by fax, by hand. None: it goes by email.
    pub sent_how: Option<HandWay>,
    pub sent_on: Option<Date>,
    pub sent_by_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
