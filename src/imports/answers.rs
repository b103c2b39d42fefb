//! What people do about single rows, on the import's page: answer a question, mend a cell, leave a row out.

use super::sheet::{Line, Ref};
use super::state::{BatchState, Decision, RowResult};
use super::view::{ImportFilter, ImportView};
use super::{judge, recount, rejudge, sheet_of, store, stored, view, write};
use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::entity::{import_batch, import_row};
use crate::error::{AppError, FieldErrors, Result};
use crate::types::{Check, Text};
use crate::work::Work;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An answer about a row.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewAnswer {
    /// same, new or skip; before the import is made also `ask`, which takes an answer back.
    pub decision: Text,
}

/// A cell that was mended.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewCell {
    /// Which column: its header, or its place from 0.
    pub column: Text,
    pub value: Text,
}

/// Answers a row. Before the import is made, the answer only counts; afterwards the row is written at once. Saying the same twice does
/// nothing more.
pub async fn decide(app: &App, by: &Actor, id: &str, number: &str, new: &NewAnswer) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let decision = new.check(app.today())?;
    let work = app.work(by).await?;
    let batch = store::hold(&work, read_id(id, "import")?).await?;
    let row = store::row(&work.tx, batch.id, read_number(number)?).await?;
    let batch = match batch.state {
        BatchState::Discarded => return Err(discarded()),
        BatchState::Previewed if row.decision.is_some() || awaits(&row, decision) => answer_again(&work, &batch, &row, decision).await?,
        BatchState::Applied if row.decision.is_some() && row.decision == decision => batch,
        BatchState::Applied if awaits(&row, decision) => answer_now(&work, &batch, row, decision).await?,
        _ => return Err(no_question(&row)),
    };
    finish(work, &batch, "answered").await
}

impl NewAnswer {
    /// Nothing where an answer is taken back.
    fn check(&self, today: NaiveDate) -> Result<Option<Decision>, FieldErrors> {
        let words = "Answer same, new or skip";
        match self.decision.as_str().parse() {
            Ok(Decision::AskedAgain) => Err(FieldErrors::one("decision", words)),
            Ok(decision) => Ok(Some(decision)),
            Err(_) if self.decision.as_str() == "ask" => Ok(None),
            Err(_) => {
                let mut check = Check::new(today);
                let decision = check.required_choice("decision", &self.decision, words);
                check.done(decision)
            }
        }
    }
}

/// Whether a row waits for this answer: a question for any, a row that cannot be imported for being left out.
fn awaits(row: &import_row::Model, decision: Option<Decision>) -> bool {
    let left_out = decision == Some(Decision::Skip);
    row.decision.is_none() && decision.is_some() && (row.result == RowResult::Review || row.result == RowResult::Error && left_out)
}

fn no_question(row: &import_row::Model) -> AppError {
    match row.decision {
        Some(before) => AppError::conflict(format!("this row was answered already: {}", before.label())),
        None => AppError::conflict("this row needs no answer"),
    }
}

/// Mends one cell. Before the import is made, all rows are judged anew; afterwards the row alone, and it is written if it is good now.
pub async fn fix(app: &App, by: &Actor, id: &str, number: &str, new: &NewCell) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let work = app.work(by).await?;
    let batch = store::hold(&work, read_id(id, "import")?).await?;
    let row = store::row(&work.tx, batch.id, read_number(number)?).await?;
    let at = column(&batch, &new.column)?;
    let mend = |line: &mut Line| {
        if let Some(cell) = line.record.cells.get_mut(at) {
            *cell = new.value.to_string();
        }
        // Another row than the one that was answered.
        (line.decision, line.candidate, line.key) = (None, None, None);
    };
    let batch = match batch.state {
        BatchState::Discarded => return Err(discarded()),
        BatchState::Previewed => change_line(&work, &batch, row.number, mend).await?,
        BatchState::Applied if row.result == RowResult::Error => {
            let mut line = store::line(row.clone(), batch.header.0.len());
            mend(&mut line);
            write_line(&work, &batch, &row, line).await?
        }
        BatchState::Applied => return Err(AppError::conflict("this row was imported already. Change the provider instead")),
    };
    finish(work, &batch, "mended").await
}

async fn finish(work: Work<'_>, batch: &import_batch::Model, what: &str) -> Result<ImportView> {
    work.note(Entry::of(what, "import", batch.id).named(batch.public_id)).await?;
    let view = view::import(&work.tx, batch, &ImportFilter::default()).await?;
    work.commit().await?;
    Ok(view)
}

/// An answer before the import is made may be given again, otherwise.
async fn answer_again(
    work: &Work<'_>,
    batch: &import_batch::Model,
    row: &import_row::Model,
    decision: Option<Decision>,
) -> Result<import_batch::Model> {
    change_line(work, batch, row.number, |line| answered(work, line, decision)).await
}

fn answered(work: &Work<'_>, line: &mut Line, decision: Option<Decision>) {
    line.decision = decision;
    line.decided_by_id = decision.and(work.by.user_id());
    line.decided_at = decision.map(|_| work.now);
}

/// Changes one line of a file that is only looked at; all are judged anew, since later rows are held against earlier ones.
async fn change_line(work: &Work<'_>, batch: &import_batch::Model, number: i64, change: impl Fn(&mut Line)) -> Result<import_batch::Model> {
    let mut sheet = stored(&work.tx, batch).await?;
    sheet.lines.iter_mut().filter(|line| store::number(line.record.number) == number).for_each(change);
    rejudge(work, batch, &sheet).await
}

async fn answer_now(
    work: &Work<'_>,
    batch: &import_batch::Model,
    row: import_row::Model,
    decision: Option<Decision>,
) -> Result<import_batch::Model> {
    let mut line = store::line(row.clone(), batch.header.0.len());
    line.candidate = candidate_now(work, &row).await?.or(line.candidate);
    answered(work, &mut line, decision);
    write_line(work, batch, &row, line).await
}

/// Whom the question is about by now: the row that it named may have become somebody since.
async fn candidate_now(work: &Work<'_>, row: &import_row::Model) -> Result<Option<Ref>> {
    let Some(first) = row.candidate_row else { return Ok(row.candidate_id.map(Ref::Known)) };
    let first = store::row(&work.tx, row.import_batch_id, first).await?;
    Ok(first.provider_id.map(Ref::Known))
}

/// Judges one row of an import that was made, writes it if it is good, and keeps what came out.
async fn write_line(work: &Work<'_>, batch: &import_batch::Model, row: &import_row::Model, line: Line) -> Result<import_batch::Model> {
    store::one_at_a_time(work).await?;
    let sheet = sheet_of(batch, vec![line])?;
    let plan = judge::judge(&work.tx, &sheet).await?;
    let (Some(line), Some(outcome)) = (sheet.lines.first(), plan.outcomes.first()) else { return Ok(batch.clone()) };
    if outcome.result == RowResult::Review && line.decision.is_some() {
        return Err(AppError::conflict(outcome.reason.clone().unwrap_or_default()));
    }
    let written = write::write(work, &plan, &format!("the file {} says so", sheet.file_name)).await?;
    store::change_row(work, row, write::row(batch.id, line, outcome, Some(&written))).await?;
    write::note_changes(work, batch.id, &plan.outcomes, &written).await?;
    recount(work, batch).await
}

fn read_number(typed: &str) -> Result<i64> {
    typed.parse().map_err(|_| AppError::NotFound("row"))
}

fn column(batch: &import_batch::Model, typed: &Text) -> Result<usize> {
    let header = &batch.header.0;
    let by_header = header.iter().position(|h| h.trim() == typed.as_str());
    let by_place = || typed.as_str().parse().ok().filter(|at| *at < header.len());
    by_header
        .filter(|_| !typed.is_blank())
        .or_else(by_place)
        .ok_or_else(|| AppError::field("column", "There is no such column in this file"))
}

fn discarded() -> AppError {
    AppError::conflict("this import was discarded. Choose the file again")
}
