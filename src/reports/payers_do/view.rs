//! What pages and programs see of what payers do.

use super::figures::{Counts, Of, Reason, Shares};
use crate::claims::claim::ClaimState;
use crate::payers::payer::CoverageKind;
use crate::reports::what_pays::period::Period;
use crate::types::rate::Halves;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// Claims first sent in the period, and what was posted about them up to a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PerformanceView {
    pub period: Option<Period>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
    /// One for each payer and kind of coverage, most claims first: injuries and health plans are never mixed.
    pub rows: Vec<PayerRow>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerRow {
    pub payer_id: Uuid,
    pub payer: String,
    pub kind: CoverageKind,
    pub kind_label: &'static str,
    #[serde(flatten)]
    pub counts: Counts,
    #[serde(flatten)]
    pub shares: Shares,
    /// From the first sending to the first decision.
    pub median_days_to_decision: Option<Halves>,
    /// Said most where something was denied or reduced, three at most.
    pub reasons: Vec<Reason>,
    pub codes: Vec<CodeRow>,
}

/// One treatment before one payer, of the claims that were answered line by line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CodeRow {
    pub code: String,
    pub label: String,
    #[serde(flatten)]
    pub counts: Counts,
    #[serde(flatten)]
    pub shares: Shares,
    /// Paid for a unit, where something was paid.
    pub per_unit_cents: Option<i64>,
    pub paid_units: i64,
    pub reasons: Vec<Reason>,
}

/// The claims behind a number.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimsBehind {
    pub of: Of,
    pub label: &'static str,
    pub payer_id: Uuid,
    pub payer: String,
    pub kind: CoverageKind,
    pub kind_label: &'static str,
    pub code: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
    pub count: i64,
    /// The money that stands with the claims: charged, paid, or short.
    pub cents: i64,
    pub items: Vec<ClaimBehind>,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimBehind {
    pub id: Uuid,
    pub number: String,
    pub patient: Option<String>,
    pub state: ClaimState,
    pub service_on: NaiveDate,
    pub cents: i64,
}
