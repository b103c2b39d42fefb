//! A statement as a letter: its fields are all that the template can say.

use super::OwedRow;
use crate::entity::money_event;
use crate::mail::{Head, Paper};
use crate::payments::money::EventKind;
use crate::types::day;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct StatementLetter {
    pub practice: Head,
    pub to: Vec<String>,
    pub on: String,
    pub patient: String,
    pub account: Option<String>,
    pub note: Option<String>,
    pub rows: Vec<StatementRow>,
    pub payments: Vec<PaidRow>,
    pub owed_cents: i64,
    pub in_advance_cents: i64,
    pub due_cents: i64,
}

impl Paper for StatementLetter {
    const NAME: &'static str = "statement";

    fn reference(&self) -> String {
        self.on.clone()
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct StatementRow {
    pub on: String,
    pub what: String,
    pub payer: String,
    pub charge_cents: i64,
    pub insurer_cents: i64,
    pub adjusted_cents: i64,
    pub waiting_cents: i64,
    pub paid_cents: i64,
    pub owed_cents: i64,
}

impl StatementRow {
    pub fn of(row: &OwedRow) -> Self {
        Self {
            on: day::long(row.day),
            what: row.treatments.clone(),
            payer: row.payer.clone().unwrap_or_else(|| "You pay alone".into()),
            charge_cents: row.charge_cents,
            insurer_cents: row.insurer_cents,
            adjusted_cents: row.adjusted_cents,
            waiting_cents: row.waiting_cents,
            paid_cents: row.paid_cents,
            owed_cents: row.owed_cents,
        }
    }
}

/// What the patient paid, or got back.
#[derive(Clone, Debug, Serialize)]
pub struct PaidRow {
    pub on: String,
    pub what: String,
    pub cents: i64,
}

impl PaidRow {
    pub fn of(event: &money_event::Model) -> Self {
        let how = event.method.map(|m| format!(", {}", m.label().to_lowercase())).unwrap_or_default();
        let what = if event.kind == EventKind::Refund { "Given back to you" } else { "Paid by you" };
        Self { on: day::long(event.posted_on), what: format!("{what}{how}"), cents: event.amount_cents }
    }
}
