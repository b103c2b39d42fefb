//! What pages and programs see of the audit log.

use crate::entity::state_move;
use crate::error::Result;
use crate::types::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

/// One line of the log.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EntryView {
    pub at: DateTime<Utc>,
    /// The name of the person, program or command.
    pub who: String,
    /// person, token, command or job.
    pub by: String,
    pub action: String,
    pub thing: String,
    pub thing_id: Option<Uuid>,
    /// The patient whom it is about.
    pub patient: Option<String>,
    pub patient_id: Option<Uuid>,
    /// Names of the fields that changed, never what stood in them.
    pub fields: Texts,
    /// Names the request, as the program's own log does.
    pub request: Option<String>,
}

impl EntryView {
    /// Where the thing can be looked at.
    pub fn page(&self) -> Option<String> {
        let id = self.thing_id?;
        let plural = match self.thing.as_str() {
            "provider" => "providers",
            "organization" => "organizations",
            "patient" => "patients",
            "referral" => "referrals",
            "claim" => "claims",
            "visit" => "visits",
            "report" => "reports",
            "payer" => "payers",
            "remittance" => "payments",
            "user" => "settings/users",
            "therapist" => "settings/therapists",
            _ => return None,
        };
        Some(format!("/{plural}/{id}"))
    }

    /// `changed a claim`, as people read it.
    pub fn words(&self) -> String {
        let action = self.action.replace('_', " ");
        format!("{action} {}", self.thing.replace('_', " "))
    }
}

/// Whom and what one may ask the log about.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Choices {
    pub people: Vec<(Uuid, String)>,
    pub things: Vec<String>,
}

/// One move of a state.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MoveView {
    pub from: Option<String>,
    pub to: String,
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    pub by: String,
    pub why: Option<String>,
}

impl MoveView {
    pub fn of(row: state_move::Model) -> Self {
        Self { from: row.from_state, to: row.to_state, on: row.on_day, at: row.at, by: row.actor_name, why: row.why }
    }
}

/// The history of one thing's state.
pub async fn moves(db: &impl ConnectionTrait, kind: &str, id: i64) -> Result<Vec<MoveView>> {
    Ok(super::history(db, kind, id).await?.into_iter().map(MoveView::of).collect())
}
