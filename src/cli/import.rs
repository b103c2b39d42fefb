//! `tributary import contacts`: what the import page does, for scripts.

use super::{json, read_file, say};
use crate::app::{Actor, App};
use crate::documents::upload::{MOST_BYTES, Upload};
use crate::error::{AppError, Result};
use crate::imports::mapping::Field;
use crate::imports::state::RowResult;
use crate::imports::view::{Counts, Report, RowReport};
use crate::imports::{self, NewImport, sheet::NewReading};
use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Done, with rows that could not be imported or wait for an answer.
const WITH_PROBLEMS: u8 = 3;

#[derive(Subcommand)]
pub enum Import {
    /// Import providers and offices from a CSV file of Google Contacts, Outlook or any other program
    Contacts(Contacts),
}

#[derive(Args)]
pub struct Contacts {
    file: PathBuf,
    /// Say what would become of each row; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON: counts, and each row with number, result and reason
    #[arg(long)]
    json: bool,
    /// Which column feeds a field where the guess is wrong, like --map npi="Doctor number"
    #[arg(long, value_name = "FIELD=HEADER", value_parser = field_and_header)]
    map: Vec<(Field, String)>,
    /// Encoding of the file, where the guess is wrong: utf-8, windows-1252, utf-16le, utf-16be, macintosh
    #[arg(long, default_value = "", hide_default_value = true)]
    encoding: String,
    /// What stands between two cells, where the guess is wrong: comma, semicolon, tab, pipe
    #[arg(long, default_value = "", hide_default_value = true)]
    delimiter: String,
    /// Write the rows that were not imported to this file, to be mended there and imported again
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

fn field_and_header(typed: &str) -> Result<(Field, String), String> {
    let (field, header) = typed.split_once('=').ok_or("write it as FIELD=HEADER, like npi=\"Doctor number\"")?;
    Ok((field.parse::<Field>().map_err(|e| e.to_string())?, header.trim().to_string()))
}

/// What `--json` prints [issue 2, D4].
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    counts: Counts,
    rows: &'a [RowReport],
}

impl Import {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let Self::Contacts(contacts) = self;
        contacts.run(app).await
    }
}

impl Contacts {
    async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let reading =
            NewReading { encoding: self.encoding.as_str().into(), delimiter: self.delimiter.as_str().into(), ..Default::default() };
        let new = NewImport { upload: upload(&self.file)?, reading, map: self.map.clone() };
        let by = Actor::operator();
        let report = match self.dry_run {
            true => imports::rehearse(&app, &by, &new).await?,
            false => imports::import(&app, &by, &new).await?,
        };
        if let (Some(path), Some(rows)) = (&self.errors, &report.to_fix) {
            std::fs::write(path, rows).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        if self.json && report.rows.is_empty() {
            tracing::warn!("the file has a header and no rows");
        }
        match self.json {
            true => json(&Printed { counts: report.counts, rows: &report.rows })?,
            false => self.print(&report),
        }
        let problems = report.counts.error + report.counts.review > 0;
        Ok(if problems { ExitCode::from(WITH_PROBLEMS) } else { ExitCode::SUCCESS })
    }

    fn print(&self, report: &Report) {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        if report.rows.is_empty() {
            return say(&format!("{name} has a header and no rows. There is nothing to import"));
        }
        let now = if self.dry_run { "would become of them" } else { "became of them" };
        say(&format!("{name}: {} rows ({}). What {now}:", report.rows.len(), report.profile));
        for (result, count) in counted(&report.counts).into_iter().filter(|(_, count)| *count > 0) {
            say(&format!("{count:>7}  {}", words(result)));
        }
        let problem = |row: &&RowReport| matches!(row.result, RowResult::Error | RowResult::Review);
        let said = |row: &&RowReport| row.reason.is_some() && matches!(row.result, RowResult::Created);
        for row in report.rows.iter().filter(|row| problem(row) || said(row)) {
            let mark = if problem(&row) { words(row.result) } else { "loses a detail" };
            say(&format!("Row {:>5}  {mark}: {}", row.number, row.reason.as_deref().unwrap_or_default()));
        }
        self.print_next(report);
    }

    fn print_next(&self, report: &Report) {
        if report.counts.review > 0 && !self.dry_run {
            say(&format!("Answer the questions at /imports/{}", report.id.unwrap_or_default()));
        }
        match (&self.errors, &report.to_fix) {
            (Some(path), Some(_)) => {
                say(&format!("The rows that were not imported are in {}. Mend them there and import that file", path.display()))
            }
            (None, Some(_)) => {
                say("With --errors FILE the rows that were not imported are written to a file, to be mended and imported again")
            }
            _ => {}
        }
    }
}

/// The whole file, if it is not larger than an upload may be.
fn upload(path: &Path) -> Result<Upload> {
    let content = read_file(path, MOST_BYTES)?;
    Upload::new(&path.file_name().unwrap_or_default().to_string_lossy(), content)
}

fn counted(counts: &Counts) -> [(RowResult, i64); 7] {
    [
        (RowResult::Created, counts.created),
        (RowResult::Updated, counts.updated),
        (RowResult::Unchanged, counts.unchanged),
        (RowResult::DuplicateInFile, counts.duplicate_in_file),
        (RowResult::Review, counts.review),
        (RowResult::Error, counts.error),
        (RowResult::Blank, counts.blank),
    ]
}

fn words(result: RowResult) -> &'static str {
    match result {
        RowResult::Created => "new",
        RowResult::Updated => "filled in",
        RowResult::Unchanged => "unchanged",
        RowResult::DuplicateInFile => "twice in the file",
        RowResult::Review => "to be answered",
        RowResult::Error => "cannot be imported",
        RowResult::Blank => "empty",
    }
}
