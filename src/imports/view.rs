//! What pages and programs see of imports.

use super::plan::{Outcome, Plan, Tally};
use super::sheet::{Columns, Sheet};
use super::state::{BatchState, Decision, RowResult};
use super::{contact, error_file, mapping, store};
use crate::app::App;
use crate::auth;
use crate::entity::{import_batch, import_row, provider};
use crate::error::{AppError, Result};
use crate::network::{bulk, view::named};
use crate::types::{Cursor, Listing, Text};
use chrono::{DateTime, Utc};
use mapping::{Field, Profile};
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use sea_orm::prelude::Json;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// How many rows came out how; all together are the records of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Counts {
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub duplicate_in_file: i64,
    pub review: i64,
    pub error: i64,
    pub blank: i64,
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            created: tally.of(RowResult::Created),
            updated: tally.of(RowResult::Updated),
            unchanged: tally.of(RowResult::Unchanged),
            duplicate_in_file: tally.of(RowResult::DuplicateInFile),
            review: tally.of(RowResult::Review),
            error: tally.of(RowResult::Error),
            blank: tally.of(RowResult::Blank),
        }
    }
}

impl Counts {
    pub fn records(&self) -> i64 {
        self.ready() + self.duplicate_in_file + self.review + self.error + self.blank
    }

    /// Rows that an import takes in, or finds to be there already.
    pub fn ready(&self) -> i64 {
        self.created + self.updated + self.unchanged
    }
}

/// What is kept of how an import came out.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settled {
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows that lose a detail.
    pub warned: i64,
}

impl Settled {
    pub fn of(plan: &Plan) -> Self {
        let warned = plan.outcomes.iter().filter(|o| !o.warnings.is_empty()).count();
        Self { counts: plan.tally().into(), warned: store::number(warned) }
    }

    pub fn stored(batch: &import_batch::Model) -> Self {
        serde_json::from_value(batch.counts.clone()).unwrap_or_default()
    }

    pub fn json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What an import did or would do, row by row.
#[derive(Clone, Debug)]
pub struct Report {
    /// Nothing where nothing was kept.
    pub id: Option<Uuid>,
    pub profile: String,
    pub counts: Counts,
    pub rows: Vec<RowReport>,
    /// The rows that were not imported, as a file to be mended; nothing where all were.
    pub to_fix: Option<Vec<u8>>,
}

/// One row of a report: as a spreadsheet numbers it, what became of it, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RowReport {
    pub number: i64,
    pub result: RowResult,
    pub reason: Option<String>,
}

impl Report {
    pub fn of(id: Option<Uuid>, sheet: &Sheet, plan: &Plan) -> Result<Self> {
        let row = |o: &Outcome| RowReport { number: store::number(o.number), result: o.result, reason: o.words() };
        Ok(Self {
            id,
            profile: sheet.columns.mapping.profile.label().into(),
            counts: plan.tally().into(),
            rows: plan.outcomes.iter().map(row).collect(),
            to_fix: to_fix(sheet, plan)?,
        })
    }

    /// The report of an import that was made before.
    pub async fn of_stored(db: &impl ConnectionTrait, batch: &import_batch::Model) -> Result<Self> {
        let row = |r: import_row::Model| RowReport { number: r.number, result: r.result, reason: words(&r) };
        Ok(Self {
            id: Some(batch.public_id),
            profile: batch.profile.clone(),
            counts: Settled::stored(batch).counts,
            rows: store::rows(db, batch.id).await?.into_iter().map(row).collect(),
            to_fix: None,
        })
    }
}

fn to_fix(sheet: &Sheet, plan: &Plan) -> Result<Option<Vec<u8>>> {
    let unsettled = |o: &Outcome| matches!(o.result, RowResult::Error | RowResult::Review);
    let reasons: Vec<Vec<String>> = plan.outcomes.iter().map(|o| o.reason.iter().cloned().collect()).collect();
    let rows = sheet.lines.iter().zip(&plan.outcomes).zip(&reasons).filter(|((_, o), _)| unsettled(o));
    let problems: Vec<_> = rows.map(|((line, _), reasons)| error_file::Problem { record: &line.record, reasons }).collect();
    if problems.is_empty() {
        return Ok(None);
    }
    Ok(Some(error_file::write(&sheet.header, &problems).map_err(|e| anyhow::anyhow!("the error file: {e}"))?))
}

fn words(row: &import_row::Model) -> Option<String> {
    let all: Vec<&str> = row.reason.iter().chain(&row.warnings.0).map(String::as_str).collect();
    (!all.is_empty()).then(|| all.join(". "))
}

/// What the rows of an import can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImportFilter {
    /// created, updated, unchanged, duplicate_in_file, review, error or blank; `problems` for what cannot be imported or loses a detail.
    pub result: Text,
    pub limit: Text,
    pub cursor: Text,
}

/// What the list of imports can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ListFilter {
    pub limit: Text,
    pub cursor: Text,
}

/// An import in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ImportRow {
    pub id: Uuid,
    pub file_name: String,
    pub state: BatchState,
    #[serde(flatten)]
    pub counts: Counts,
    pub records: i64,
    /// Questions without an answer.
    pub waiting: i64,
    pub created_at: DateTime<Utc>,
    /// Who brought the file; nothing where a command did.
    pub created_by: Option<String>,
    pub applied_at: Option<DateTime<Utc>>,
}

/// An import with a part of its rows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ImportView {
    #[serde(flatten)]
    pub import: ImportRow,
    pub kind: String,
    /// Who wrote the file, as far as its header tells: google, google_old, outlook, generic.
    pub profile: String,
    pub encoding: String,
    pub delimiter: String,
    /// The row of the header, as a spreadsheet counts.
    pub header_number: i64,
    pub columns: Vec<ColumnView>,
    /// Rows that lose a detail.
    pub warned: i64,
    pub rows: Vec<RowView>,
    pub next_cursor: Option<String>,
    pub version: i64,
}

impl ImportView {
    /// A file of unknown origin with a column that nobody could place: a person looks at the columns first.
    pub fn wants_a_look(&self) -> bool {
        self.profile == Profile::Generic.word() && self.columns.iter().any(|c| c.field.is_none() && !c.header.is_empty())
    }

    /// Answers count, but nothing is written yet.
    pub fn may_take_back(&self) -> bool {
        self.import.state == BatchState::Previewed
    }
}

/// A column and what becomes of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ColumnView {
    pub header: String,
    pub field: Option<Field>,
    /// Why we think so.
    pub reason: String,
    /// What wins where we and the file have a value.
    pub rule: super::merge::Rule,
}

/// A row and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RowView {
    /// As a spreadsheet shows it: the header is 1.
    pub number: i64,
    /// Whom it is about, as far as it can be read.
    pub who: Option<String>,
    pub result: RowResult,
    pub reason: Option<String>,
    /// What was not understood and went to the notes.
    pub warnings: Vec<String>,
    /// What a person answered.
    pub decision: Option<Decision>,
    pub provider_id: Option<Uuid>,
    pub provider: Option<String>,
    /// Who it may be, where that is asked.
    pub candidate_id: Option<Uuid>,
    pub candidate: Option<String>,
    /// The earlier row of the file whose person it may be.
    pub candidate_row: Option<i64>,
}

pub fn columns_of(batch: &import_batch::Model) -> Result<Columns> {
    Ok(serde_json::from_value(batch.mapping.clone()).map_err(|e| anyhow::anyhow!("the columns of an import: {e}"))?)
}

/// Gathers an import with the rows that were asked for.
pub async fn import(db: &impl ConnectionTrait, batch: &import_batch::Model, filter: &ImportFilter) -> Result<ImportView> {
    with_rows(db, batch, part(db, batch, filter).await?).await
}

/// The rows that were asked for.
pub async fn part(db: &impl ConnectionTrait, batch: &import_batch::Model, filter: &ImportFilter) -> Result<Listing<import_row::Model>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let rows = store::rows_page(db, batch.id, filter, cursor).await?;
    Ok(cursor.cut(rows, |row| store::place(row, filter), |row| row))
}

/// Gathers an import with rows that were read.
pub async fn with_rows(db: &impl ConnectionTrait, batch: &import_batch::Model, part: Listing<import_row::Model>) -> Result<ImportView> {
    let columns = columns_of(batch)?;
    let rows = rows_of(db, &columns, batch.header.0.len(), part.items).await?;
    let column = |c: &mapping::Column| ColumnView {
        header: c.header.clone(),
        field: c.field,
        reason: c.reason.clone(),
        rule: columns.rule_of(c.field),
    };
    Ok(ImportView {
        import: one(db, batch).await?,
        kind: batch.kind.clone(),
        profile: batch.profile.clone(),
        encoding: batch.encoding.clone(),
        delimiter: batch.delimiter.clone(),
        header_number: batch.header_number,
        columns: columns.mapping.columns.iter().map(column).collect(),
        warned: Settled::stored(batch).warned,
        rows,
        next_cursor: part.next_cursor,
        version: batch.version,
    })
}

async fn one(db: &impl ConnectionTrait, batch: &import_batch::Model) -> Result<ImportRow> {
    let waiting = store::waiting(db, vec![batch.id]).await?;
    let names = auth::names_of(db, batch.created_by_id.into_iter().collect()).await?;
    Ok(line(batch, &waiting, &names))
}

pub async fn list(app: &App, filter: &ListFilter) -> Result<Listing<ImportRow>> {
    let cursor = Cursor::read(&filter.cursor, &filter.limit).map_err(AppError::BadRequest)?;
    let batches = store::list(app, cursor).await?;
    let waiting = store::waiting(&app.db, batches.iter().map(|b| b.id).collect()).await?;
    let names = auth::names_of(&app.db, batches.iter().filter_map(|b| b.created_by_id).collect()).await?;
    Ok(cursor.cut(batches, |b| b.id, |b| line(&b, &waiting, &names)))
}

fn line(batch: &import_batch::Model, waiting: &HashMap<i64, i64>, names: &HashMap<i64, String>) -> ImportRow {
    let Settled { counts, .. } = Settled::stored(batch);
    ImportRow {
        id: batch.public_id,
        file_name: batch.file_name.clone(),
        state: batch.state,
        counts,
        records: counts.records(),
        waiting: waiting.get(&batch.id).copied().unwrap_or(0),
        created_at: batch.created_at,
        created_by: batch.created_by_id.and_then(|id| names.get(&id).cloned()),
        applied_at: batch.applied_at,
    }
}

/// Rows with the names of whom they became or may be.
pub async fn rows_of(db: &impl ConnectionTrait, columns: &Columns, width: usize, rows: Vec<import_row::Model>) -> Result<Vec<RowView>> {
    let ids: Vec<i64> = rows.iter().flat_map(|row| [row.provider_id, row.candidate_id]).flatten().collect();
    let people = bulk::names_of(db, &ids).await?;
    Ok(rows.into_iter().map(|row| row_view(columns, width, row, &people)).collect())
}

fn row_view(columns: &Columns, width: usize, row: import_row::Model, people: &HashMap<i64, provider::Model>) -> RowView {
    let person = |id: Option<i64>| people.get(&id?);
    let (provider, candidate) = (person(row.provider_id), person(row.candidate_id));
    RowView {
        number: row.number,
        result: row.result,
        reason: row.reason.clone(),
        warnings: row.warnings.0.clone(),
        decision: row.decision,
        provider_id: provider.map(|p| p.public_id),
        provider: provider.map(|p| named(p).formal()),
        candidate_id: candidate.map(|p| p.public_id),
        candidate: candidate.map(|p| named(p).formal()),
        candidate_row: row.candidate_row,
        who: contact::who(&columns.mapping, &store::line(row, width).record),
    }
}
