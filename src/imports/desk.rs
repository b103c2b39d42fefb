//! What the pages of an import show beside the rows: how the file was read, the question that waits, the cell to mend.

use super::compare::{Compared, compare};
use super::contact::{self, Contact};
use super::csv_table::Record;
use super::held::Held;
use super::mapping::{self, Field};
use super::merge::{Rule, Rules};
use super::sheet::{Charset, Columns, Delimiter};
use super::state::RowResult;
use super::view::{ImportFilter, ImportView, RowView};
use super::{store, view};
use crate::app::{Actor, App, read_id};
use crate::auth::role::Thing;
use crate::entity::{import_batch, import_row};
use crate::error::Result;
use crate::network::bulk;
use crate::types::Text;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// Rows that show how a file was read [domain 6.3 point 1].
const FIRST_ROWS: u64 = 20;
/// Questions that are named on one page.
const QUESTIONS: u64 = 20;

/// The page on which the columns are matched.
#[derive(Debug, Serialize)]
pub struct ColumnsPage {
    pub import: ImportView,
    /// Columns that are used, and those that nobody could place.
    pub columns: Vec<ColumnLine>,
    /// Columns that are left out: on purpose, because they are empty, or because a known program writes them and nobody needs them.
    pub left: Vec<ColumnLine>,
    pub used: usize,
    pub rows: Vec<FirstRow>,
    /// What stands in the form: how the file was read, in its words.
    pub form: Read,
    pub how: String,
}

/// A column with a few of its values, and whether its guess deserves a look.
#[derive(Debug, Serialize)]
pub struct ColumnLine {
    pub place: usize,
    pub header: String,
    pub field: Option<Field>,
    pub reason: String,
    pub rule: Rule,
    pub samples: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct FirstRow {
    pub number: usize,
    pub cells: Vec<String>,
}

/// Encoding and delimiter as the form says them.
#[derive(Debug, Serialize)]
pub struct Read {
    pub encoding: String,
    pub delimiter: String,
}

/// How the columns of a file were understood, with samples and the first rows.
pub async fn columns(app: &App, by: &Actor, id: &str) -> Result<ColumnsPage> {
    by.rights(Thing::Imports).to_write("import")?;
    let batch = store::find(&app.db, read_id(id, "import")?).await?;
    super::refuse_settled(&batch)?;
    let columns = view::columns_of(&batch)?;
    let width = batch.header.0.len();
    let rows = store::first_rows(&app.db, batch.id, FIRST_ROWS).await?;
    let records: Vec<Record> = rows.into_iter().map(|row| store::line(row, width).record).collect();
    let line = |(place, column): (usize, &mapping::Column)| ColumnLine {
        place,
        header: column.header.clone(),
        field: column.field,
        reason: column.reason.clone(),
        rule: columns.rule_of(column.field),
        // What is about a patient is not shown around.
        samples: if column.reason.contains("patient") { Vec::new() } else { samples(&records, place) },
    };
    let lines = columns.mapping.columns.iter().enumerate().map(line);
    let known = columns.mapping.profile != mapping::Profile::Generic;
    let idle = |c: &ColumnLine| c.field == Some(Field::Ignore) || c.field.is_none() && (known || c.samples.is_empty());
    let (left, shown): (Vec<ColumnLine>, Vec<ColumnLine>) = lines.partition(idle);
    Ok(ColumnsPage {
        import: view::import(&app.db, &batch, &ImportFilter { limit: "1".into(), ..Default::default() }).await?,
        used: shown.iter().filter(|c| c.field.is_some()).count(),
        columns: shown,
        left,
        rows: records.into_iter().map(|r| FirstRow { number: r.number, cells: r.cells }).collect(),
        how: how(&batch),
        form: Read {
            encoding: batch.encoding.to_lowercase(),
            delimiter: delimiter(&batch.delimiter).map(|d| d.to_string()).unwrap_or_default(),
        },
    })
}

/// How the file was read, in words.
fn how(batch: &import_batch::Model) -> String {
    let charset = Charset::ALL.iter().find(|c| c.word().eq_ignore_ascii_case(&batch.encoding));
    let charset = charset.map_or_else(|| batch.encoding.clone(), |c| c.label().to_string());
    let between = delimiter(&batch.delimiter).map_or_else(|| format!("\"{}\"", batch.delimiter), |d| d.label().to_lowercase());
    format!("{charset}, {between} between the cells, the header in row {}", batch.header_number)
}

fn delimiter(sign: &str) -> Option<Delimiter> {
    sign.chars().next().and_then(Delimiter::of)
}

/// Three different values of a column, short enough to be read at a glance.
fn samples(records: &[Record], at: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for cell in records.iter().filter_map(|r| r.cells.get(at)).map(|c| c.trim()).filter(|c| !c.is_empty()) {
        let short: String = cell.chars().take(40).collect();
        if found.len() < 3 && !found.contains(&short) {
            found.push(short);
        }
    }
    found
}

/// The page on which the rows are looked at, and what came of them afterwards.
#[derive(Debug, Serialize)]
pub struct CheckPage {
    pub import: ImportView,
    pub columns_used: usize,
    pub columns_left: usize,
    pub ready: i64,
    pub question: Option<Question>,
    /// The next questions, by row.
    pub next: Vec<RowView>,
    pub fixes: Vec<Option<Cell>>,
    /// Rows that stay until somebody mends, answers or skips them.
    pub stay: i64,
    /// Which rows are shown: `problems`, `all`, or those of one result.
    pub show: String,
    pub show_words: String,
}

/// A row beside whom it may be.
#[derive(Debug, Serialize)]
pub struct Question {
    pub row: RowView,
    pub place: i64,
    pub lines: Vec<Compared>,
}

/// The cell that should be mended.
#[derive(Debug, Serialize)]
pub struct Cell {
    pub column: usize,
    pub header: String,
    pub value: String,
    /// A row may do without it.
    pub can_be_empty: bool,
}

/// What the page of an import can be asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckAsk {
    /// all, problems, or a result; problems where there are some.
    pub show: Text,
    pub cursor: Text,
    /// The row whose question comes first.
    pub row: Text,
}

/// One import for its page: the counts, one question, and the rows to look at.
pub async fn check(app: &App, by: &Actor, id: &str, ask: &CheckAsk) -> Result<CheckPage> {
    by.rights(Thing::Imports).to_read("import")?;
    let batch = store::find(&app.db, read_id(id, "import")?).await?;
    let columns = view::columns_of(&batch)?;
    let settled = view::Settled::stored(&batch);
    let show = match ask.show.is_blank() {
        true if settled.counts.error + settled.warned == 0 => Text::new("all"),
        true => Text::new("problems"),
        false => ask.show.clone(),
    };
    let result = if show.as_str() == "all" { Text::default() } else { show.clone() };
    let filter = ImportFilter { result, cursor: ask.cursor.clone(), ..Default::default() };
    let part = view::part(&app.db, &batch, &filter).await?;
    let fixes = part.items.iter().map(|row| cell_to_mend(row, &batch, &columns)).collect();
    let import = view::with_rows(&app.db, &batch, part).await?;
    let mut open = store::questions(&app.db, batch.id, QUESTIONS).await?;
    let first = open.iter().position(|row| row.number.to_string() == ask.row.as_str()).unwrap_or(0);
    let question = if open.is_empty() { None } else { Some(question(&app.db, &batch, &columns, open.remove(first), first).await?) };
    let used = |c: &&mapping::Column| c.field.is_some_and(|f| f != Field::Ignore);
    let columns_used = columns.mapping.columns.iter().filter(used).count();
    Ok(CheckPage {
        columns_used,
        columns_left: columns.mapping.columns.len() - columns_used,
        ready: import.import.counts.ready(),
        stay: import.import.counts.error + import.import.waiting,
        show_words: show.as_str().parse::<RowResult>().map(|r| r.label().to_string()).unwrap_or_default(),
        show: show.to_string(),
        question,
        next: view::rows_of(&app.db, &columns, batch.header.0.len(), open).await?,
        fixes,
        import,
    })
}

/// The cell to mend of a row that is shown.
fn cell_to_mend(row: &import_row::Model, batch: &import_batch::Model, columns: &Columns) -> Option<Cell> {
    let to_mend = row.result == RowResult::Error || !row.warnings.is_empty();
    let record = store::line(row.clone(), batch.header.0.len()).record;
    let column = contact::column_at_fault(&columns.mapping, &record).filter(|_| to_mend)?;
    let known = columns.mapping.columns.get(column)?;
    let can_be_empty = !matches!(known.field, Some(Field::FullName | Field::LastName | Field::Organization));
    Some(Cell { column, header: known.header.clone(), value: record.cells.get(column)?.clone(), can_be_empty })
}

async fn question(
    db: &impl ConnectionTrait,
    batch: &import_batch::Model,
    columns: &Columns,
    row: import_row::Model,
    place: usize,
) -> Result<Question> {
    let width = batch.header.0.len();
    let (held, office) = candidate(db, batch, columns, &row).await?;
    let record = store::line(row.clone(), width).record;
    let contact = contact::read(&columns.mapping, &record).unwrap_or_default();
    let mut lines = compare(&held, office.as_deref(), &contact, &columns.rules);
    for line in &mut lines {
        line.file = as_typed(columns, &record, &line.field).or(line.file.take());
    }
    let row = view::rows_of(db, columns, width, vec![row]).await?.remove(0);
    Ok(Question { row, place: store::number(place) + 1, lines })
}

/// What stands in the file, letter by letter, where that is one cell or a name: a person knows it again by its looks.
fn as_typed(columns: &Columns, record: &Record, label: &str) -> Option<String> {
    use Field::{Credentials, FirstName, FullName, LastName, MiddleName, PhoneLabel, Prefix, Suffix};
    let name = [Prefix, FullName, FirstName, MiddleName, LastName, Suffix, Credentials];
    let of_name = label == "Name";
    let fits = |field: Field| if of_name { name.contains(&field) } else { field.label() == label };
    let cells = columns.mapping.columns.iter().zip(&record.cells).filter(|(c, _)| c.field.is_some_and(fits));
    let cells: Vec<&str> = cells.map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let labelled = columns.mapping.columns.iter().any(|c| c.field == Some(PhoneLabel));
    (!cells.is_empty() && (of_name || cells.len() == 1 && !labelled)).then(|| cells.join(" "))
}

/// Whom a question is about, as they stand: a provider with the office, or what an earlier row of the file says.
async fn candidate(
    db: &impl ConnectionTrait,
    batch: &import_batch::Model,
    columns: &Columns,
    row: &import_row::Model,
) -> Result<(Held, Option<String>)> {
    let first = match row.candidate_row {
        Some(number) => Some(store::row(db, batch.id, number).await?),
        None => None,
    };
    let id = row.candidate_id.or(first.as_ref().and_then(|first| first.provider_id));
    let known = match id {
        Some(id) => bulk::people(db, &[id]).await?.remove(&id),
        None => None,
    };
    if let Some(person) = known {
        let offices = bulk::offices(db, &person.offices).await?;
        let office = person.offices.first().and_then(|id| offices.get(id)).map(|o| o.name.clone());
        let held = Held { draft: person.draft, stage: person.stage };
        return Ok((held, office));
    }
    let record = first.map(|first| store::line(first, batch.header.0.len()).record);
    let contact: Contact = record.and_then(|record| contact::read(&columns.mapping, &record).ok()).unwrap_or_default();
    let mut held = Held::new(contact.last_name.clone().unwrap_or_default());
    held.take(&contact, &Rules::new());
    let office = contact.organization.as_ref().map(|o| o.name.clone());
    Ok((held, office))
}
