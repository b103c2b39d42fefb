//! `tributary acks`: what clearinghouses answer (TA1, 999, 277CA), taken in by content.

use super::{NEEDS_A_PERSON, json, read_file, say, words};
use crate::app::{Actor, App};
use crate::claims::acks::view::{AckView, ItemView};
use crate::claims::acks::{self, Taken};
use crate::error::AppError;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Acks {
    /// Take files of answers in (TA1, 999, 277CA): they land on the batch and on each claim
    Import(Import),
}

#[derive(Args)]
pub struct Import {
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What came of one file.
#[derive(Serialize)]
struct Told {
    file: String,
    /// Why it was not taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(flatten)]
    taken: Option<Taken>,
}

impl Acks {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        let Self::Import(import) = self;
        import.run(&app, &Actor::operator()).await
    }
}

impl Import {
    /// One file that is refused keeps none of the others back.
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let mut told = Vec::new();
        for file in &self.files {
            told.push(one(app, by, file).await?);
        }
        match self.json {
            true => json(&told)?,
            false => told.iter().for_each(print),
        }
        let needs = |t: &Told| t.taken.as_ref().is_some_and(|t| t.acknowledgment.row.needs_a_person);
        Ok(match () {
            () if told.iter().any(|t| t.refused.is_some()) => ExitCode::FAILURE,
            () if told.iter().any(needs) => ExitCode::from(NEEDS_A_PERSON),
            () => ExitCode::SUCCESS,
        })
    }
}

async fn one(app: &App, by: &Actor, path: &Path) -> Result<Told, AppError> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let taken = match read_file(path, acks::MOST_BYTES) {
        Ok(content) => acks::take_in(app, by, &file, content).await,
        Err(error) => Err(error),
    };
    match taken {
        Ok(taken) => Ok(Told { file, refused: None, taken: Some(taken) }),
        Err(error @ (AppError::Forbidden(_) | AppError::NotFound(_))) => Err(error),
        Err(error) => Ok(Told { file, refused: Some(words(&error)), taken: None }),
    }
}

fn print(told: &Told) {
    if let Some(why) = &told.refused {
        say(&format!("{}: {why}", told.file));
    }
    let Some(Taken { again, acknowledgment: AckView { row, cut, cautions, items, .. } }) = &told.taken else { return };
    say(&format!("{}  {} of {}: {}", row.id, row.kinds.0.join(" "), row.source, row.summary));
    if *again {
        say(&format!("  {} was taken in before. Nothing changed", told.file));
    }
    if let Some(cut) = cut {
        say(&format!("  The file was cut off; what came before counts ({cut})"));
    }
    cautions.0.iter().for_each(|words| say(&format!("  {words}")));
    items.iter().for_each(|item| say(&format!("  {}", line(item))));
}

fn line(item: &ItemView) -> String {
    let claim = item.claim.as_ref().map(|c| format!("{} ", c.number)).unwrap_or_default();
    let words = [&item.words, &item.code, &item.why].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    format!("{claim}{} {}: {}, {}. {words}", item.level.label(), item.number, item.said.label(), item.outcome.label())
}
