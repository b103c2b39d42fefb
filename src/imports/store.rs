//! The queries of imports.

use super::plan::Tally;
use super::sheet::{Columns, Line, Ref, Sheet};
use super::state::{BatchState, Decision, RowResult};
use super::view::ImportFilter;
use crate::app::App;
use crate::entity::{import_batch, import_change, import_mapping, import_row};
use crate::error::{AppError, Result};
use crate::types::{Cursor, Texts};
use crate::work::Work;
use sea_orm::prelude::Json;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockType, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Keys in one condition; more are asked in parts.
const PART: usize = 1_000;
/// The rows that a person should look at.
const PROBLEMS: &str = "problems";
/// Any number that no other lock of the program has.
const ONE_AT_A_TIME: i64 = 7_821_002;

pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<import_batch::Model> {
    let found = import_batch::Entity::find().filter(import_batch::Column::PublicId.eq(id)).one(db).await?;
    found.ok_or(AppError::NotFound("import"))
}

pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<import_batch::Model> {
    crate::db::find::<import_batch::Entity>(db, id).await?.ok_or(AppError::NotFound("import"))
}

/// Takes an import for changing it; a second one who wants it waits here for the first one's end. On SQLite every write waits anyway.
pub async fn hold(work: &Work<'_>, id: Uuid) -> Result<import_batch::Model> {
    let query = import_batch::Entity::find().filter(import_batch::Column::PublicId.eq(id));
    let query = if work.tx.get_database_backend() == DbBackend::Postgres { query.lock(LockType::Update) } else { query };
    query.one(&work.tx).await?.ok_or(AppError::NotFound("import"))
}

/// Files are written into the book one at a time: two that hold the same person must not both find nobody.
pub async fn one_at_a_time(work: &Work<'_>) -> Result<()> {
    if work.tx.get_database_backend() == DbBackend::Postgres {
        work.tx.execute_unprepared(&format!("select pg_advisory_xact_lock({ONE_AT_A_TIME})")).await?;
    }
    Ok(())
}

/// Imports, newest first, one more than asked for.
pub async fn list(app: &App, cursor: Cursor) -> Result<Vec<import_batch::Model>> {
    let query = import_batch::Entity::find().order_by_desc(import_batch::Column::Id).limit(cursor.limit + 1);
    let query = cursor.after.iter().fold(query, |query, after| query.filter(import_batch::Column::Id.lt(*after)));
    Ok(query.all(&app.db).await?)
}

/// The batch of a sheet; `counts` follow.
pub async fn insert(work: &Work<'_>, sheet: &Sheet, document_id: i64) -> Result<import_batch::Model> {
    let fresh = import_batch::ActiveModel {
        kind: Set("contacts".into()),
        document_id: Set(document_id),
        state: Set(BatchState::Previewed),
        counts: Set(Json::Object(Default::default())),
        ..Default::default()
    };
    work.insert(filled(fresh, sheet)?).await
}

/// How the sheet is read now.
pub async fn reread(work: &Work<'_>, batch: &import_batch::Model, sheet: &Sheet) -> Result<import_batch::Model> {
    let (after, _) = work.save(batch, filled(batch.clone().into_active_model(), sheet)?).await?;
    Ok(after)
}

fn filled(row: import_batch::ActiveModel, sheet: &Sheet) -> Result<import_batch::ActiveModel> {
    Ok(import_batch::ActiveModel {
        file_name: Set(sheet.file_name.clone()),
        profile: Set(sheet.columns.mapping.profile.word().into()),
        encoding: Set(sheet.encoding.clone()),
        delimiter: Set(sheet.delimiter.clone()),
        header: Set(Texts(sheet.header.clone())),
        header_number: Set(number(sheet.header_number)),
        mapping: Set(serde_json::to_value(&sheet.columns).map_err(|e| anyhow::anyhow!("columns: {e}"))?),
        ..row
    })
}

/// Moves an import on, with how its rows came out.
pub async fn settle(work: &Work<'_>, batch: &import_batch::Model, state: BatchState, counts: Json) -> Result<import_batch::Model> {
    let mut row = batch.clone().into_active_model();
    row.state = Set(state);
    row.counts = Set(counts);
    if state == BatchState::Applied && batch.applied_at.is_none() {
        row.applied_at = Set(Some(work.now));
    }
    Ok(work.save(batch, row).await?.0)
}

/// All rows of an import, in the order of the file.
pub async fn rows(db: &impl ConnectionTrait, batch_id: i64) -> Result<Vec<import_row::Model>> {
    let rows = import_row::Entity::find().filter(import_row::Column::ImportBatchId.eq(batch_id));
    Ok(rows.order_by_asc(import_row::Column::Number).all(db).await?)
}

/// The first rows, for showing how the file was read.
pub async fn first_rows(db: &impl ConnectionTrait, batch_id: i64, most: u64) -> Result<Vec<import_row::Model>> {
    let rows = import_row::Entity::find().filter(import_row::Column::ImportBatchId.eq(batch_id));
    Ok(rows.order_by_asc(import_row::Column::Number).limit(most).all(db).await?)
}

pub async fn row(db: &impl ConnectionTrait, batch_id: i64, number: i64) -> Result<import_row::Model> {
    let row =
        import_row::Entity::find().filter(import_row::Column::ImportBatchId.eq(batch_id)).filter(import_row::Column::Number.eq(number));
    row.one(db).await?.ok_or(AppError::NotFound("row"))
}

/// Those that only lose a detail come behind those that cannot be imported.
const BEHIND: i64 = 1_000_000_000;

/// A part of the rows, one more than asked for; `after` is the place of the last one seen.
pub async fn rows_page(db: &impl ConnectionTrait, batch_id: i64, filter: &ImportFilter, cursor: Cursor) -> Result<Vec<import_row::Model>> {
    let query = import_row::Entity::find().filter(import_row::Column::ImportBatchId.eq(batch_id)).filter(wanted(filter)?);
    let query = cursor.after.iter().fold(query, |query, after| query.filter(place_in(filter).gt(*after)));
    Ok(query.order_by_asc(place_in(filter)).limit(cursor.limit + 1).all(db).await?)
}

/// Where a row stands in a list: by its number, and among problems the errors first.
fn place_in(filter: &ImportFilter) -> Expr {
    let number = Expr::col(import_row::Column::Number);
    if filter.result.as_str() != PROBLEMS {
        return number;
    }
    let behind: Expr = CaseStatement::new().case(import_row::Column::Result.eq(RowResult::Error), 0_i64).finally(BEHIND).into();
    number.add(behind)
}

/// The same of a row that was read.
pub fn place(row: &import_row::Model, filter: &ImportFilter) -> i64 {
    let behind = filter.result.as_str() == PROBLEMS && row.result != RowResult::Error;
    row.number + if behind { BEHIND } else { 0 }
}

fn wanted(filter: &ImportFilter) -> Result<Condition> {
    use import_row::Column::{Result as Outcome, Warnings};
    match filter.result.as_str() {
        "" => Ok(Condition::all()),
        // What cannot be imported, and what loses a detail.
        PROBLEMS => Ok(Condition::any().add(Outcome.eq(RowResult::Error)).add(Warnings.ne(Texts::default()))),
        word => {
            let result: RowResult = word.parse().map_err(|e| AppError::BadRequest(format!("result: {e}")))?;
            Ok(Condition::all().add(Outcome.eq(result)))
        }
    }
}

/// The questions that nobody has answered, in the order of the file.
pub async fn questions(db: &impl ConnectionTrait, batch_id: i64, most: u64) -> Result<Vec<import_row::Model>> {
    let rows = import_row::Entity::find().filter(import_row::Column::ImportBatchId.eq(batch_id)).filter(is_open());
    Ok(rows.order_by_asc(import_row::Column::Number).limit(most).all(db).await?)
}

/// A review row without an answer.
fn is_open() -> Condition {
    Condition::all().add(import_row::Column::Result.eq(RowResult::Review)).add(import_row::Column::Decision.is_null())
}

/// What the error file holds: rows that were not imported and may still be.
pub async fn unsettled(db: &impl ConnectionTrait, batch_id: i64) -> Result<Vec<import_row::Model>> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportBatchId.eq(batch_id))
        .filter(Condition::any().add(import_row::Column::Result.eq(RowResult::Error)).add(is_open()));
    Ok(rows.order_by_asc(import_row::Column::Number).all(db).await?)
}

/// Rows by result.
pub async fn tally(db: &impl ConnectionTrait, batch_id: i64) -> Result<Tally> {
    use import_row::Column::{Id, ImportBatchId, Result as Outcome};
    let query = import_row::Entity::find().select_only().column(Outcome).column_as(Id.count(), "rows").filter(ImportBatchId.eq(batch_id));
    let rows: Vec<(RowResult, i64)> = query.group_by(Outcome).into_tuple().all(db).await?;
    let mut tally = Tally::default();
    rows.into_iter().for_each(|(result, rows)| tally.add(result, rows));
    Ok(tally)
}

/// Rows that lose a detail.
pub async fn warned(db: &impl ConnectionTrait, batch_id: i64) -> Result<i64> {
    use import_row::Column::{Id, ImportBatchId, Warnings};
    let query = import_row::Entity::find().select_only().column_as(Id.count(), "rows").filter(ImportBatchId.eq(batch_id));
    Ok(query.filter(Warnings.ne(Texts::default())).into_tuple().one(db).await?.unwrap_or(0))
}

/// Questions without an answer, by import.
pub async fn waiting(db: &impl ConnectionTrait, batch_ids: Vec<i64>) -> Result<HashMap<i64, i64>> {
    use import_row::Column::{Id, ImportBatchId};
    let query = import_row::Entity::find().select_only().column(ImportBatchId).column_as(Id.count(), "rows").filter(is_open());
    Ok(query.filter(ImportBatchId.is_in(batch_ids)).group_by(ImportBatchId).into_tuple::<(i64, i64)>().all(db).await?.into_iter().collect())
}

/// Writes the rows of an import anew, in bulk.
pub async fn write_rows(work: &Work<'_>, batch_id: i64, rows: Vec<import_row::ActiveModel>) -> Result<()> {
    drop_rows(work, batch_id).await?;
    work.insert_all(rows).await
}

pub async fn drop_rows(work: &Work<'_>, batch_id: i64) -> Result<()> {
    import_row::Entity::delete_many().filter(import_row::Column::ImportBatchId.eq(batch_id)).exec(&work.tx).await?;
    Ok(())
}

/// Changes one row that was written before.
pub async fn change_row(work: &Work<'_>, before: &import_row::Model, row: import_row::ActiveModel) -> Result<()> {
    let mut row = row;
    row.id = Set(before.id);
    import_row::Entity::update(row).exec(&work.tx).await?;
    Ok(())
}

/// A row of the file as it was stored.
pub fn line(row: import_row::Model, width: usize) -> Line {
    let extra = row.cells.0.len() > width;
    let candidate = row.candidate_id.map(Ref::Known).or(row.candidate_row.and_then(|n| usize::try_from(n).ok()).map(Ref::Row));
    Line {
        record: super::csv_table::Record { number: usize::try_from(row.number).unwrap_or(0), cells: row.cells.0, extra },
        decision: row.decision,
        decided_by_id: row.decided_by_id,
        decided_at: row.decided_at,
        candidate,
        key: row.review_key,
    }
}

/// The numbers and keys of some rows, for writing down what they changed.
pub async fn row_ids(db: &impl ConnectionTrait, batch_id: i64, numbers: &[i64]) -> Result<HashMap<i64, i64>> {
    use import_row::Column::{Id, ImportBatchId, Number};
    let mut found = HashMap::new();
    for part in numbers.chunks(PART) {
        let query = import_row::Entity::find().select_only().columns([Number, Id]).filter(ImportBatchId.eq(batch_id));
        found.extend(query.filter(Number.is_in(part.to_vec())).into_tuple::<(i64, i64)>().all(db).await?);
    }
    Ok(found)
}

pub async fn insert_changes(work: &Work<'_>, changes: Vec<import_change::ActiveModel>) -> Result<()> {
    work.insert_all(changes).await
}

/// The imports that were made.
fn made() -> SelectStatement {
    let of = import_batch::Column::State.eq(BatchState::Applied);
    Query::select().column(import_batch::Column::Id).from(import_batch::Entity).and_where(of).to_owned()
}

/// What rows of imports that were made became: their provider, or left out.
pub async fn history(db: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<(String, Option<i64>)>> {
    use import_row::Column::{Decision as Answer, Id, ImportBatchId, ProviderId, ReviewKey};
    let mut found = Vec::new();
    for part in keys.chunks(PART) {
        let settled = Condition::any().add(ProviderId.is_not_null()).add(Answer.eq(Decision::Skip));
        let rows = import_row::Entity::find().select_only().columns([ReviewKey, ProviderId]).filter(ReviewKey.is_in(part.to_vec()));
        let rows = rows.filter(settled).filter(ImportBatchId.in_subquery(made())).order_by_asc(Id);
        found.extend(rows.into_tuple::<(String, Option<i64>)>().all(db).await?);
    }
    Ok(found)
}

/// Closes the questions of earlier imports that this one asks again, so that nobody finds the same question twice.
pub async fn ask_again(work: &Work<'_>, batch_id: i64, keys: &[String]) -> Result<()> {
    use import_row::Column::{DecidedAt, Decision as Answer, ImportBatchId, ReviewKey};
    for part in keys.chunks(PART) {
        import_row::Entity::update_many()
            .col_expr(Answer, Decision::AskedAgain.into())
            .col_expr(DecidedAt, work.now.into())
            .filter(is_open())
            .filter(ReviewKey.is_in(part.to_vec()))
            .filter(ImportBatchId.ne(batch_id))
            .filter(ImportBatchId.in_subquery(made()))
            .exec(&work.tx)
            .await?;
    }
    Ok(())
}

/// How this header was read the last time that somebody chose.
pub async fn remembered(db: &impl ConnectionTrait, fingerprint: &str) -> Result<Option<Columns>> {
    let row = import_mapping::Entity::find().filter(import_mapping::Column::Fingerprint.eq(fingerprint)).one(db).await?;
    Ok(row.and_then(|row| serde_json::from_value(row.mapping).ok()))
}

pub async fn remember(work: &Work<'_>, fingerprint: String, columns: &Columns) -> Result<()> {
    let mapping = serde_json::to_value(columns).map_err(|e| anyhow::anyhow!("columns: {e}"))?;
    let known = import_mapping::Entity::find().filter(import_mapping::Column::Fingerprint.eq(&fingerprint)).one(&work.tx).await?;
    match known {
        Some(known) => {
            let row = import_mapping::ActiveModel { mapping: Set(mapping), used_at: Set(work.now), ..known.clone().into_active_model() };
            work.save(&known, row).await?;
        }
        None => {
            let row = import_mapping::ActiveModel {
                fingerprint: Set(fingerprint),
                mapping: Set(mapping),
                used_at: Set(work.now),
                ..Default::default()
            };
            work.insert(row).await?;
        }
    }
    Ok(())
}

pub fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
