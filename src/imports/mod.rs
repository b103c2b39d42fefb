//! Contacts from a file: read, mapped, matched, shown; then the good rows in one transaction, all or none.

pub mod answers;
pub mod api;
pub mod compare;
pub mod contact;
pub mod csv_table;
pub mod dedupe;
pub mod desk;
pub mod error_file;
pub mod fate;
pub mod held;
mod judge;
pub mod mapping;
pub mod merge;
pub mod pages;
pub mod payer_list;
pub mod plan;
pub mod sheet;
mod store;
pub mod view;
mod write;

use crate::app::{Actor, App, read_id};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::documents::{self, upload::Upload};
use crate::entity::import_batch;
use crate::error::{AppError, Result};
use crate::types::Listing;
use crate::work::Work;
use csv_table::Record;
use error_file::Problem;
use mapping::{Field, Mapping};
pub use model::imports::state;
use plan::{Outcome, Plan};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use sheet::{Columns, Line, NewReading, Reading, Sheet};
use state::{BatchState, RowResult};
use view::{Counts, ImportFilter, ImportRow, ImportView, ListFilter, Report, Settled};

/// A file as it came in, and how somebody says it is to be read.
#[derive(Clone)]
pub struct NewImport {
    pub upload: Upload,
    pub reading: NewReading,
    /// Fields that somebody gave to columns by their headers.
    pub map: Vec<(Field, String)>,
}

/// Whether somebody may import at all, for the form's door.
pub fn may(by: &Actor) -> Result<()> {
    by.rights(Thing::Imports).to_write("import")?;
    Ok(())
}

/// Takes a file in: only to be looked at, or to be imported at once.
pub async fn take(app: &App, by: &Actor, new: &NewImport, only_look: bool) -> Result<ImportView> {
    if only_look {
        return preview(app, by, new).await;
    }
    let report = import(app, by, new).await?;
    show(app, by, &report.id.unwrap_or_default().to_string(), &ImportFilter::default()).await
}

/// Reads a file and judges its rows. It is kept to be looked at; nothing else is written.
pub async fn preview(app: &App, by: &Actor, new: &NewImport) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let sheet = read(app, new).await?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::import(&work.tx, &store::by_id(&work.tx, id).await?, &ImportFilter::default()).await;
    }
    let batch = keep(&work, new, &sheet).await?;
    let batch = rejudge(&work, &batch, &sheet).await?;
    work.made(batch.id).await?;
    work.note(Entry::of("previewed", "import", batch.id).named(batch.public_id)).await?;
    let view = view::import(&work.tx, &batch, &ImportFilter::default()).await?;
    work.commit().await?;
    Ok(view)
}

/// Reads a file and imports its good rows at once, all or none.
pub async fn import(app: &App, by: &Actor, new: &NewImport) -> Result<Report> {
    by.rights(Thing::Imports).to_write("import")?;
    let sheet = read(app, new).await?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return Report::of_stored(&work.tx, &store::by_id(&work.tx, id).await?).await;
    }
    let batch = keep(&work, new, &sheet).await?;
    if !new.map.is_empty() {
        store::remember(&work, fingerprint(&sheet.header), &sheet.columns).await?;
    }
    let (batch, plan) = carry_out(&work, &batch, &sheet).await?;
    work.made(batch.id).await?;
    let report = Report::of(Some(batch.public_id), &sheet, &plan)?;
    work.commit().await?;
    Ok(report)
}

/// What `import` would do, in the same counts; nothing is kept, not even the file.
pub async fn rehearse(app: &App, by: &Actor, new: &NewImport) -> Result<Report> {
    by.rights(Thing::Imports).to_write("import")?;
    let sheet = read(app, new).await?;
    Report::of(None, &sheet, &judge::judge(&app.db, &sheet).await?)
}

/// Reads the columns another way, and the file itself if its encoding or delimiter was guessed wrong. What was chosen is remembered for
/// the next file with this header.
pub async fn remap(app: &App, by: &Actor, id: &str, new: &NewReading) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let work = app.work(by).await?;
    let batch = open(&work, id).await?;
    let mut sheet = match new.check(work.today())? {
        Reading { encoding: None, delimiter: None } => stored(&work.tx, &batch).await?,
        said => reread(&work.tx, &batch, said).await?,
    };
    sheet.columns.choose(&new.columns, work.today())?;
    if !new.columns.is_empty() {
        store::remember(&work, fingerprint(&sheet.header), &sheet.columns).await?;
    }
    let batch = store::reread(&work, &batch, &sheet).await?;
    let batch = rejudge(&work, &batch, &sheet).await?;
    work.note(Entry::of("changed", "import", batch.id).named(batch.public_id).fields(vec!["columns".into()])).await?;
    let view = view::import(&work.tx, &batch, &ImportFilter::default()).await?;
    work.commit().await?;
    Ok(view)
}

/// Imports the good rows of a previewed file, all or none. A bad row never stops them; a row that needs an answer writes nothing.
pub async fn apply(app: &App, by: &Actor, id: &str) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view::import(&work.tx, &store::by_id(&work.tx, id).await?, &ImportFilter::default()).await;
    }
    let batch = open(&work, id).await?;
    let sheet = stored(&work.tx, &batch).await?;
    let (batch, _) = carry_out(&work, &batch, &sheet).await?;
    work.made(batch.id).await?;
    let view = view::import(&work.tx, &batch, &ImportFilter::default()).await?;
    work.commit().await?;
    Ok(view)
}

/// Lets a previewed file go. Its rows are forgotten; that it was here is not.
pub async fn discard(app: &App, by: &Actor, id: &str) -> Result<ImportView> {
    by.rights(Thing::Imports).to_write("import")?;
    let work = app.work(by).await?;
    let batch = open(&work, id).await?;
    store::drop_rows(&work, batch.id).await?;
    let batch = store::settle(&work, &batch, BatchState::Discarded, batch.counts.clone()).await?;
    work.note(Entry::of("discarded", "import", batch.id).named(batch.public_id)).await?;
    let view = view::import(&work.tx, &batch, &ImportFilter::default()).await?;
    work.commit().await?;
    Ok(view)
}

/// One import with a part of its rows.
pub async fn show(app: &App, by: &Actor, id: &str, filter: &ImportFilter) -> Result<ImportView> {
    by.rights(Thing::Imports).to_read("import")?;
    view::import(&app.db, &store::find(&app.db, read_id(id, "import")?).await?, filter).await
}

/// Imports, newest first.
pub async fn list(app: &App, by: &Actor, filter: &ListFilter) -> Result<Listing<ImportRow>> {
    by.rights(Thing::Imports).to_read("import")?;
    view::list(app, filter).await
}

/// The rows that were not imported, with number and reason, to be mended and imported again.
pub async fn error_file(app: &App, by: &Actor, id: &str) -> Result<Vec<u8>> {
    by.rights(Thing::Imports).to_read("import")?;
    let batch = store::find(&app.db, read_id(id, "import")?).await?;
    let width = batch.header.0.len();
    let rows = store::unsettled(&app.db, batch.id).await?;
    let reasons: Vec<Vec<String>> = rows.iter().map(|row| row.reason.iter().cloned().collect()).collect();
    let records: Vec<Record> = rows.into_iter().map(|row| store::line(row, width).record).collect();
    let problems: Vec<Problem> = records.iter().zip(&reasons).map(|(record, reasons)| Problem { record, reasons }).collect();
    Ok(error_file::write(&batch.header.0, &problems).map_err(|e| anyhow::anyhow!("the error file: {e}"))?)
}

/// Reads a file without touching anything. What is wrong with the whole of it is said at the file's field.
async fn read(app: &App, new: &NewImport) -> Result<Sheet> {
    let said = new.reading.check(app.today())?;
    let mut sheet = read_bytes(&app.db, &new.upload.file_name, &new.upload.content, said).await?;
    for (field, header) in &new.map {
        sheet.columns.give(*field, header)?;
    }
    sheet.columns.choose(&new.reading.columns, app.today())?;
    Ok(sheet)
}

async fn read_bytes(db: &impl ConnectionTrait, file_name: &str, bytes: &[u8], said: Reading) -> Result<Sheet> {
    let table = csv_table::read_as(bytes, said.encoding, said.delimiter).map_err(|why| AppError::field("file", why.to_string()))?;
    let before = store::remembered(db, &fingerprint(&table.header)).await?;
    let columns = Columns::guess(&table, before);
    Ok(Sheet::new(file_name.to_string(), table, columns))
}

/// The file read again from its first byte. Another delimiter leaves the letters as they were read; other letters may show another one.
async fn reread(db: &impl ConnectionTrait, batch: &import_batch::Model, said: Reading) -> Result<Sheet> {
    let bytes = documents::content_by_id(db, batch.document_id).await?;
    let encoding = said.encoding.or_else(|| sheet::encoding(&batch.encoding));
    read_bytes(db, &batch.file_name, &bytes, Reading { encoding, ..said }).await
}

/// The header of a file in a few letters.
fn fingerprint(header: &[String]) -> String {
    hex::encode(Sha256::digest(Mapping::fingerprint(header)))
}

/// The file as it came, and its import.
async fn keep(work: &Work<'_>, new: &NewImport, sheet: &Sheet) -> Result<import_batch::Model> {
    let document = documents::keep_in(work, &new.upload).await?;
    store::insert(work, sheet, document.id).await
}

/// An import that may still be changed.
async fn open(work: &Work<'_>, id: &str) -> Result<import_batch::Model> {
    let batch = store::hold(work, read_id(id, "import")?).await?;
    refuse_settled(&batch)?;
    Ok(batch)
}

fn refuse_settled(batch: &import_batch::Model) -> Result<()> {
    match batch.state {
        BatchState::Previewed => Ok(()),
        BatchState::Applied => Err(AppError::conflict("this import was made already")),
        BatchState::Discarded => Err(AppError::conflict("this import was discarded. Choose the file again")),
    }
}

/// The sheet of an import as it stands: cells that were mended, answers that were given.
async fn stored(db: &impl ConnectionTrait, batch: &import_batch::Model) -> Result<Sheet> {
    let width = batch.header.0.len();
    // The keys follow from the cells, which may have been mended.
    let line = |row| Line { key: None, ..store::line(row, width) };
    let lines = store::rows(db, batch.id).await?.into_iter().map(line).collect();
    sheet_of(batch, lines)
}

fn sheet_of(batch: &import_batch::Model, lines: Vec<Line>) -> Result<Sheet> {
    Ok(Sheet {
        file_name: batch.file_name.clone(),
        encoding: batch.encoding.clone(),
        delimiter: batch.delimiter.clone(),
        header: batch.header.0.clone(),
        header_number: usize::try_from(batch.header_number).unwrap_or(1),
        columns: view::columns_of(batch)?,
        lines,
    })
}

/// Judges every row anew and keeps what came out.
async fn rejudge(work: &Work<'_>, batch: &import_batch::Model, sheet: &Sheet) -> Result<import_batch::Model> {
    let plan = judge::judge(&work.tx, sheet).await?;
    let row = |(line, outcome): (&Line, &Outcome)| write::row(batch.id, line, outcome, None);
    store::write_rows(work, batch.id, sheet.lines.iter().zip(&plan.outcomes).map(row).collect()).await?;
    store::settle(work, batch, BatchState::Previewed, Settled::of(&plan).json()).await
}

/// Judges every row a last time, writes the good ones down, and keeps what came out.
async fn carry_out(work: &Work<'_>, batch: &import_batch::Model, sheet: &Sheet) -> Result<(import_batch::Model, Plan)> {
    store::one_at_a_time(work).await?;
    let plan = judge::judge(&work.tx, sheet).await?;
    let written = write::write(work, &plan, &format!("the file {} says so", sheet.file_name)).await?;
    let row = |(line, outcome): (&Line, &Outcome)| write::row(batch.id, line, outcome, Some(&written));
    store::write_rows(work, batch.id, sheet.lines.iter().zip(&plan.outcomes).map(row).collect()).await?;
    write::note_changes(work, batch.id, &plan.outcomes, &written).await?;
    let questions = plan.outcomes.iter().filter(|o| o.result == RowResult::Review).filter_map(|o| o.key.clone());
    store::ask_again(work, batch.id, &questions.collect::<Vec<_>>()).await?;
    let batch = store::settle(work, batch, BatchState::Applied, Settled::of(&plan).json()).await?;
    work.note(Entry::of("applied", "import", batch.id).named(batch.public_id)).await?;
    Ok((batch, plan))
}

/// The counts of an import, from its rows.
async fn recount(work: &Work<'_>, batch: &import_batch::Model) -> Result<import_batch::Model> {
    let counts = Counts::from(store::tally(&work.tx, batch.id).await?);
    let settled = Settled { counts, warned: store::warned(&work.tx, batch.id).await? };
    store::settle(work, batch, batch.state, settled.json()).await
}
