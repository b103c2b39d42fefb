//! What pages and programs see of the directory.

use crate::entity::{payer, payer_listing};
use crate::types::Phone;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// A line of a clearinghouse's list. A null: the list does not say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ListingView {
    pub id: Uuid,
    /// Whose list it is.
    pub list: String,
    pub name: String,
    /// The payer's id there.
    pub payer_code: String,
    pub phone: Option<String>,
    pub city: Option<String>,
    /// Of the address: two letters.
    pub state: Option<String>,
    pub takes_claims: Option<bool>,
    pub gives_remittances: Option<bool>,
    pub needs_enrollment: Option<bool>,
}

impl ListingView {
    pub fn of(row: &payer_listing::Model) -> Self {
        Self {
            id: row.public_id,
            list: row.list.clone(),
            name: row.name.clone(),
            payer_code: row.payer_code.clone(),
            phone: row.phone.as_deref().map(|p| Phone::show(p, None)),
            city: row.city.clone(),
            state: row.state.clone(),
            takes_claims: row.takes_claims,
            gives_remittances: row.gives_remittances,
            needs_enrollment: row.needs_enrollment,
        }
    }
}

/// What is said of one row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowSaid {
    /// The row as a spreadsheet counts it.
    pub row: i64,
    pub why: String,
}

/// A payer of ours whose blanks a list filled.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FilledPayer {
    pub id: Uuid,
    pub name: String,
    pub payer_code: String,
    pub fields: Vec<String>,
}

/// A payer of ours of which the lists say something else, or several things.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ToReview {
    pub id: Uuid,
    pub name: String,
    /// The id that stands with the payer.
    pub ours: Option<String>,
    /// What the lists have under its name.
    pub entries: Vec<ListingView>,
}

impl ToReview {
    pub fn of(row: &payer::Model, entries: &[payer_listing::Model]) -> Self {
        Self {
            id: row.public_id,
            name: row.name.clone(),
            ours: row.clearinghouse_payer_id.clone(),
            entries: entries.iter().map(ListingView::of).collect(),
        }
    }
}

/// What became of a list, or would become of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TakenIn {
    pub list: String,
    /// Nothing of it was kept.
    pub dry_run: bool,
    /// Rows below the header.
    pub rows: i64,
    pub new: i64,
    pub changed: i64,
    pub same: i64,
    /// Rows that say again what stands in the file before.
    pub twice: i64,
    pub blank: i64,
    /// Rows that could not be read.
    pub bad: Vec<RowSaid>,
    /// Rows that were read and look doubtful.
    pub cautions: Vec<RowSaid>,
    pub filled: Vec<FilledPayer>,
    pub review: Vec<ToReview>,
}

impl TakenIn {
    pub fn needs_a_person(&self) -> bool {
        !self.bad.is_empty() || !self.review.is_empty()
    }
}
