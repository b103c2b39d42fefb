//! What pages and programs see of the audit log.

use crate::types::Texts;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
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
