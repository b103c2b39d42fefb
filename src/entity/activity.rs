//! What we did to keep in touch.

use crate::network::activity::{ActivityKind, Outcome, Purpose};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub public_id: Uuid,
    pub kind: ActivityKind,
    pub purpose: Purpose,
    pub met: Option<String>,
    pub outcome: Option<Outcome>,
    pub words: Option<String>,
    pub next_step: Option<String>,
    pub on_day: Date,
    pub next_on: Option<Date>,
    pub at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
    pub minutes: Option<i64>,
    pub direct_cost_cents: Option<i64>,
    pub gift_value_cents: Option<i64>,
    pub attendees: Option<i64>,
    pub organization_id: Option<i64>,
    pub referral_id: Option<i64>,
    /// The introduction that it was.
    pub report_id: Option<i64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub created_by_id: Option<i64>,
    pub updated_by_id: Option<i64>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
