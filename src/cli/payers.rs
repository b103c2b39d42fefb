//! `tributary payers`: the lists of payers that clearinghouses give out.

use super::{NEEDS_A_PERSON, json, read_file, say};
use crate::app::{Actor, App};
use crate::documents::upload::MOST_BYTES;
use crate::error::AppError;
use crate::imports::payer_list;
use crate::payers::directory::Taking;
use crate::payers::directory::view::TakenIn;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Payers {
    /// Take a clearinghouse's list of payers in (CSV with names and payer ids)
    Import(Import),
}

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Whose list it is, like "Office Ally"
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    list: String,
    /// Say what would become of it; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Payers {
    pub async fn run(&self, app: App) -> Result<ExitCode, AppError> {
        match self {
            Self::Import(import) => import.run(&app, &Actor::operator()).await,
        }
    }
}

impl Import {
    async fn run(&self, app: &App, by: &Actor) -> Result<ExitCode, AppError> {
        let content = read_file(&self.file, MOST_BYTES)?;
        let taking = Taking { list: self.list.as_str().into(), dry_run: self.dry_run.to_string().into() };
        let taken = payer_list::take_in(app, by, &taking, &content).await?;
        match self.json {
            true => json(&taken)?,
            false => print(&taken),
        }
        Ok(if taken.needs_a_person() { ExitCode::from(NEEDS_A_PERSON) } else { ExitCode::SUCCESS })
    }
}

fn print(taken: &TakenIn) {
    let would = if taken.dry_run { " (nothing is kept)" } else { "" };
    say(&format!(
        "{}: {} rows, {} new, {} changed, {} the same, {} twice in the file, {} blank, {} not readable{would}",
        taken.list,
        taken.rows,
        taken.new,
        taken.changed,
        taken.same,
        taken.twice,
        taken.blank,
        taken.bad.len()
    ));
    for row in &taken.bad {
        say(&format!("  row {}: {}", row.row, row.why));
    }
    for payer in &taken.filled {
        say(&format!("  {} has the id {} now", payer.name, payer.payer_code));
    }
    for payer in &taken.review {
        let theirs: Vec<&str> = payer.entries.iter().map(|e| e.payer_code.as_str()).collect();
        let ours = payer.ours.as_deref().unwrap_or("none");
        say(&format!("  look at {}: yours is {ours}, the list has {}", payer.name, theirs.join(", ")));
    }
}
