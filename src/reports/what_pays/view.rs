//! What the page and programs see of What pays, beyond the table itself.

use super::answer::Part;
use super::behind::Of;
use super::period::Period;
use crate::reports::kpi::{LEAST_TO_RANK, SourceKey, Tally};
use crate::reports::sources::{SourceRow, word};
use crate::types::rate::wilson;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// The answer, the table, and one row of it opened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhatPaysView {
    pub period: Option<Period>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
    /// What a visit costs the practice, where it has said so.
    pub cost_cents: Option<i64>,
    pub answer: Vec<Part>,
    pub rows: Vec<RankedRow>,
    pub total: RankedRow,
    pub opened: Option<Drill>,
}

/// A row of the table as people read it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RankedRow {
    /// Null for sources with fewer than five referrals, and for what is no source.
    pub rank: Option<i64>,
    /// `Dr. Priya Raman`, `Self-referred`.
    pub name: String,
    /// `Dr. Raman`.
    pub short: String,
    /// The office, or what the row holds.
    pub about: Option<String>,
    /// Fewer than five referrals: shown as counts, not ranked.
    pub too_few: bool,
    /// Less than 90% of the charges is settled.
    pub is_maturing: bool,
    /// The 95% range of Wilson beside a small share, in tenths of a percent.
    pub converted_range: Option<(i64, i64)>,
    pub denied_range: Option<(i64, i64)>,
    /// How the row is asked for: `source_kind=provider&source_id=...`.
    pub key: String,
    #[serde(flatten)]
    pub row: SourceRow,
}

impl RankedRow {
    pub fn of(key: Option<SourceKey>, row: SourceRow, tally: &Tally, name: String, short: String, about: Option<String>) -> Self {
        let is_source = key.is_none_or(SourceKey::is_source);
        let few = |k: i64, n: i64| wilson(k, n).filter(|_| n < LEAST_TO_RANK);
        let kind = key.map_or("total", word);
        let id = row.source_id.map(|id| format!("&source_id={id}")).unwrap_or_default();
        Self {
            rank: None,
            name,
            short,
            about,
            too_few: is_source && !tally.is_ranked(),
            is_maturing: is_source && tally.is_maturing(),
            converted_range: few(tally.converted, tally.referrals),
            denied_range: few(tally.ever_denied, tally.adjudicated),
            key: format!("source_kind={kind}{id}"),
            row,
        }
    }
}

/// One row opened: who pays for its patients, and why money was written off.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Drill {
    pub source_kind: String,
    pub source_id: Option<Uuid>,
    pub payers: Vec<PayerPart>,
    pub lost: Vec<LostPart>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerPart {
    /// The payer's name, or "Patient pays".
    pub payer: String,
    pub visits: i64,
    pub net_cents: i64,
    pub per_visit_cents: Option<i64>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LostPart {
    pub reason: String,
    pub cents: i64,
}

/// What a number is the sum of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RowsView {
    pub of: Of,
    /// The number in words.
    pub label: &'static str,
    pub source: String,
    pub source_kind: String,
    pub source_id: Option<Uuid>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: NaiveDate,
    /// Cents where it is money, else a count.
    pub is_money: bool,
    /// How many things there are in all,
    pub count: i64,
    /// and their sum: the number of the table.
    pub sum: i64,
    pub items: Vec<BehindView>,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BehindView {
    /// referral, claim, visit, item (of a deposit) or prepaid.
    pub kind: String,
    /// The plural noun of its page, and its id.
    pub page: &'static str,
    pub id: Uuid,
    pub label: String,
    pub patient: Option<String>,
    pub payer: Option<String>,
    pub state: String,
    pub on: NaiveDate,
    pub amount: i64,
}
